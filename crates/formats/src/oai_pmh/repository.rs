//! What a repository says of itself: `Identify`, `ListMetadataFormats` (OAI-PMH 2.0 §4).

use cairn_model::Problem;

use super::{OaiError, answer};
use crate::xml::{self, Element};
use crate::xml_record::XmlRecordFormat;

/// A repository, as `Identify` describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repository {
    /// Its name.
    pub name: Option<String>,
    /// Its address, as it gives it itself.
    pub base_url: Option<String>,
    /// The earliest datestamp, as written.
    pub earliest_datestamp: Option<String>,
    /// How it tells of deleted records.
    pub deleted_records: DeletedRecords,
    /// How fine its datestamps are.
    pub granularity: Granularity,
}

/// How a repository tells of deleted records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeletedRecords {
    /// It does not, or does not say: what is gone is only missed.
    #[default]
    No,
    /// For some time.
    Transient,
    /// For ever.
    Persistent,
}

/// How fine datestamps are; `from` and `until` must be written so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Granularity {
    /// Days, which every repository takes.
    #[default]
    Day,
    /// Seconds.
    Second,
}

/// A format in which a repository gives records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MetadataFormat {
    /// The prefix to ask for.
    pub prefix: String,
    /// Namespace of the metadata.
    pub namespace: Option<String>,
    /// Address of the schema.
    pub schema: Option<String>,
    /// The format that the namespace is of, where it is one that is read.
    pub format: Option<XmlRecordFormat>,
}

/// Reads an answer to `Identify`.
///
/// # Errors
/// As [`super::list_records`].
pub fn read_repository(bytes: &[u8]) -> Result<Repository, OaiError> {
    read(bytes, "Identify", |identify| {
        let text = |name: &str| identify.text_at(&[name]);
        let deleted_records = match text("deletedRecord").unwrap_or_default().to_lowercase().as_str() {
            "persistent" => DeletedRecords::Persistent,
            "transient" => DeletedRecords::Transient,
            _ => DeletedRecords::No,
        };
        let is_fine = text("granularity").is_some_and(|granularity| granularity.contains("hh:mm:ss"));
        Repository {
            name: text("repositoryName"),
            base_url: text("baseURL"),
            earliest_datestamp: text("earliestDatestamp"),
            deleted_records,
            granularity: if is_fine { Granularity::Second } else { Granularity::Day },
        }
    })
}

/// Reads an answer to `ListMetadataFormats`.
///
/// # Errors
/// As [`super::list_records`].
pub fn read_metadata_formats(bytes: &[u8]) -> Result<Vec<MetadataFormat>, OaiError> {
    read(bytes, "ListMetadataFormats", |list| {
        let formats = list.children("metadataFormat").filter_map(|format| {
            let namespace = format.text_at(&["metadataNamespace"]);
            Some(MetadataFormat {
                prefix: format.text_at(&["metadataPrefix"])?,
                format: namespace.as_deref().and_then(XmlRecordFormat::of_namespace),
                namespace,
                schema: format.text_at(&["schema"]),
            })
        });
        formats.collect()
    })
}

/// The format that says most of a record, of those that are read; of two alike the first.
pub fn best_format(formats: &[MetadataFormat]) -> Option<&MetadataFormat> {
    let readable = formats.iter().filter(|format| format.format.is_some());
    readable.min_by_key(|format| format.format)
}

fn read<T>(bytes: &[u8], verb: &str, take: impl Fn(&Element<'_>) -> T) -> Result<T, OaiError> {
    let decoded = xml::decode(bytes);
    let document = answer(&decoded.text)?;
    let Some(element) = document.root.child(verb) else {
        let message = format!("the answer is none to {verb}");
        return Err(OaiError::Unreadable(Problem::error("not-the-answer", "", message)));
    };
    Ok(take(element))
}

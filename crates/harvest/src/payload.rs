//! Reading payloads: which reader takes which format.

use cairn_formats::nada::StudyWithVariables;
use cairn_formats::{
    Reading, aardvark, arcgis, cairn, ckan, close_by_licence, datapackage, dataverse, dcat, dcat_us, dkan, dtm,
    geonode, hapi, inventory, nada, ogc_records, opendatasoft, reliefweb, resolve_addresses, schema_org, socrata, stac,
    worldbank, xml_record,
};
use cairn_model::{Draft, Problem, Sharing, StatedText, Vocabularies};

use crate::{Payload, RawFormat, SourceConfig};

/// Reads a raw payload, when it comes and again when it is replayed. Blocking, pure. For a source of IMSMA nothing is kept:
/// a payload from before it was one is a record to be taken away.
///
/// # Errors
/// The problem that keeps the record out.
#[allow(clippy::result_large_err, reason = "a problem is stored as it is, and single records fail seldom")]
pub fn read(format: RawFormat, bytes: &[u8], config: &SourceConfig) -> Result<Reading, Problem> {
    if config.holds_imsma() {
        // It was kept when the source was configured as another kind: what it says may not be told any more.
        return Ok(Reading { draft: Draft::default(), problems: Vec::new(), deleted: true });
    }
    let mut reading = read_format(format, bytes, config)?;
    // Another Cairn says of its terms all there is.
    if format != RawFormat::CairnDataset {
        close_by_licence(&mut reading.draft);
    }
    if config.has_credential() && is_shown_behind_logins(format) && !is_stated_public(&reading.draft.terms) {
        close_to_others(&mut reading.draft, config);
    }
    Ok(reading)
}

/// Whether records of a format come from services that have no flag for who sees a record, and show to who signs in what they
/// show to nobody else. A credential of the other kinds is a key to their interface, or they tell of each record who sees it.
fn is_shown_behind_logins(format: RawFormat) -> bool {
    matches!(
        format,
        RawFormat::XmlRecord
            | RawFormat::DcatDataset
            | RawFormat::DcatUsDataset
            | RawFormat::OgcRecord
            | RawFormat::StacCollection
            | RawFormat::GeoBlacklightRecord
            | RawFormat::DataPackage
            | RawFormat::SchemaOrg
    )
}

/// Whether it is stated that everyone may have the data.
fn is_stated_public(terms: &StatedText) -> bool {
    let level = terms.sharing.as_deref().and_then(|text| Vocabularies::bundled().sharing(text));
    terms.sharing_at_least.is_none() && level == Some(Sharing::Public)
}

#[allow(clippy::result_large_err, reason = "a problem is stored as it is, and single records fail seldom")]
fn read_format(format: RawFormat, bytes: &[u8], config: &SourceConfig) -> Result<Reading, Problem> {
    let portal = || config.portal_root();
    match format {
        RawFormat::CkanPackage => ckan::read_package(bytes, portal().as_deref()),
        RawFormat::InventoryRow => {
            let row = serde_json::from_slice(bytes).map_err(|error| {
                Problem::error("unreadable-payload", "", format!("the kept row cannot be read: {error}"))
            })?;
            inventory::read_row(&row, &config.mapping)
        }
        RawFormat::XmlRecord => xml_record::read_xml_record(bytes),
        RawFormat::DcatDataset => dcat::read_dataset(bytes),
        RawFormat::DcatUsDataset => dcat_us::read_dataset(bytes),
        RawFormat::OgcRecord => ogc_records::read_record(bytes),
        RawFormat::StacCollection => stac::read_collection(bytes),
        RawFormat::ArcgisItem => arcgis::read_item(bytes, portal().as_deref()),
        RawFormat::ArcgisHubDataset => arcgis::read_hub_dataset(bytes),
        RawFormat::ArcgisLayer => crate::arcgis::read_kept_layer(bytes, config),
        RawFormat::NadaStudy => nada::read_study(bytes),
        RawFormat::NadaStudyWithVariables => nada::read_study_with_variables(bytes),
        RawFormat::WorldBankDataset => worldbank::read_dataset(bytes),
        RawFormat::WorldBankIndicator => worldbank::read_indicator(bytes),
        RawFormat::WorldBankSource => worldbank::read_source(bytes),
        RawFormat::ReliefWebItem => reliefweb::read_item(bytes),
        RawFormat::DtmOperation => dtm::read_operation(bytes),
        RawFormat::SocrataEntry => socrata::read_entry(bytes),
        RawFormat::OpendatasoftDataset => opendatasoft::read_dataset(bytes, portal().as_deref()),
        RawFormat::DkanDataset => dkan::read_dataset(bytes),
        RawFormat::DataverseItem => dataverse::read_search_item(bytes),
        RawFormat::DataverseDataset => dataverse::read_dataset(bytes, portal().as_deref()),
        RawFormat::GeoNodeResource => read_geonode(bytes, config),
        RawFormat::GeoBlacklightRecord => aardvark::read_geoblacklight_record(bytes),
        RawFormat::DataPackage => {
            let mut reading = datapackage::read_package(bytes, None)?;
            // Files stand beside the package as a rule.
            resolve_addresses(&mut reading.draft, &config.web_address().unwrap_or_default());
            Ok(reading)
        }
        RawFormat::CairnDataset => cairn::read_dataset(bytes),
        RawFormat::Hapi => hapi::read_dataset(bytes),
        RawFormat::SchemaOrg => schema_org::read_dataset(bytes),
    }
}

/// Reads a resource of a `GeoNode`. One that was kept before marks told of a credential was asked for as the source is now.
#[allow(clippy::result_large_err, reason = "a problem is stored as it is, and single records fail seldom")]
fn read_geonode(bytes: &[u8], config: &SourceConfig) -> Result<Reading, Problem> {
    if !geonode::is_with_credential(bytes) && !config.has_credential() {
        return geonode::read_resource(bytes);
    }
    let mut reading = geonode::read_resource(&geonode::mark_with_credential(bytes.to_vec()))?;
    close_to_others(&mut reading.draft, config);
    Ok(reading)
}

/// Closes what was asked for with a credential and has no flag that says who else sees it. It may be nobody else's to see,
/// whatever the configuration says of credentials by the time it is read again: it is no further open than to its organisation,
/// unless the configuration says in `[terms]` how it is shared. Whom to ask was told to whoever signed in, and to nobody else.
pub(crate) fn close_to_others(draft: &mut Draft, config: &SourceConfig) {
    draft.terms.listed_openly = false;
    if config.terms.sharing.is_none() {
        draft.terms.sharing_at_least = draft.terms.sharing_at_least.max(Some(Sharing::Organisation));
    }
    for contact in &mut draft.contacts {
        contact.published_openly = false;
    }
}

/// A payload that lacks a part which its source did not give this time. Pure.
pub struct Incomplete(StudyWithVariables);

/// The payload as one that lacks such a part; `None` where it is whole.
pub fn incomplete(payload: &Payload) -> Option<Incomplete> {
    match payload {
        Payload::Raw { format: RawFormat::NadaStudyWithVariables, bytes } => {
            StudyWithVariables::from_kept(bytes).filter(StudyWithVariables::lacks_variables).map(Incomplete)
        }
        _ => None,
    }
}

/// Completes a payload by the part of the one that is kept of the same record; `None` where that has no such part either.
pub fn complete(new: Incomplete, kept: RawFormat, bytes: &[u8]) -> Option<Payload> {
    let kept = StudyWithVariables::from_kept(bytes).filter(|_| kept == RawFormat::NadaStudyWithVariables)?;
    let whole = new.0.with_those_of(kept);
    let is_whole = !whole.lacks_variables();
    is_whole.then(|| Payload::Raw { format: RawFormat::NadaStudyWithVariables, bytes: whole.to_kept().into() })
}

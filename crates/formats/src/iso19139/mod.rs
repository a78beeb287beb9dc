//! ISO 19115 metadata in XML: ISO/TS 19139 (gmd, gmi and profiles) and ISO 19115-3 (mdb), read by one mapping.
//!
//! The two encodings spread the same elements over other namespaces and differ in a few names, which are asked for side by
//! side. Profiles that specialise a type (`gco:isoType`) are read as that type. Between a property and its value stands the
//! element of a type (`gmd:citation/gmd:CI_Citation/gmd:title`); the paths here step over it by [`ANY`].

mod constraints;
mod distribution;
mod extent;
mod feature_catalogue;
mod identification;
mod licence;
mod parties;
mod text;

use std::collections::BTreeMap;

use cairn_model::{Draft, Problem};

use self::text::{code, plain};
use crate::Reading;
use crate::identity::{self, WithoutId};
use crate::notes::Notes;
use crate::xml::{ANY, Element, Vocabulary};

/// Whether an element is such a record.
pub(crate) fn is_metadata(element: &Element<'_>) -> bool {
    let name = element.name();
    element.vocabulary() == Vocabulary::Iso && (name.ends_with("MD_Metadata") || name.ends_with("MI_Metadata"))
}

/// The id of the record, where it states one.
pub(crate) fn id_of(root: &Element<'_>) -> Option<String> {
    root.child("fileIdentifier").and_then(plain).or_else(|| {
        let identifier = root.first(&["metadataIdentifier", ANY])?;
        identifier.child("code").and_then(plain)
    })
}

/// Reads a record.
pub(crate) fn read(root: &Element<'_>, problems: Vec<Problem>) -> Result<Reading, Problem> {
    let mut metadata = Metadata::new(root, problems);
    let mut draft = Draft::default();
    // Terms come before parties: whether a contact is published openly follows from them.
    constraints::fill(&mut metadata, &mut draft);
    licence::fill(&metadata, &mut draft);
    identification::fill(&mut metadata, &mut draft);
    parties::fill(&metadata, &mut draft);
    extent::fill(&mut metadata, &mut draft);
    distribution::fill(&metadata, &mut draft);
    feature_catalogue::fill(&mut metadata, &mut draft);
    let stated = id_of(root);
    let without = WithoutId {
        field: "fileIdentifier",
        made: "the record has no identifier; one was made from its title and abstract",
        neither: "the record has neither identifier nor title",
    };
    identity::settle(&mut draft, stated, &without, &mut metadata.notes)?;
    Ok(Reading { draft, problems: metadata.notes.into_problems(), deleted: false })
}

/// A record while it is read.
struct Metadata<'e, 't> {
    root: &'e Element<'t>,
    /// What stands in `identificationInfo`: of data or of a service. Series may have several.
    identifications: Vec<&'e Element<'t>>,
    /// Language of the record's own texts.
    language: String,
    /// Id of a locale to its language.
    locales: BTreeMap<String, String>,
    notes: Notes,
}

impl<'e, 't> Metadata<'e, 't> {
    fn new(root: &'e Element<'t>, problems: Vec<Problem>) -> Self {
        let own_language = root
            .child("language")
            .and_then(code)
            .or_else(|| root.first(&["defaultLocale", ANY, "language"]).and_then(code));
        let language = own_language
            .map_or_else(|| cairn_model::text::UNDETERMINED.to_owned(), |language| text::language_tag(&language));
        let mut locales = BTreeMap::new();
        for property in ["locale", "defaultLocale", "otherLocale"] {
            for locale in root.all(&[property, ANY]) {
                let language = locale.child("languageCode").or_else(|| locale.child("language")).and_then(code);
                if let (Some(id), Some(language)) = (locale.attribute("id"), language) {
                    locales.insert(id.to_owned(), text::language_tag(&language));
                }
            }
        }
        let identifications = root.all(&["identificationInfo", ANY]);
        Self { root, identifications, language, locales, notes: Notes::new(problems) }
    }

    /// Blocks of constraints. Those of services stand under another name (ISO 19119 in ISO/TS 19139).
    fn constraints(&self) -> Vec<&'e Element<'t>> {
        let mut blocks = self.identified(&["resourceConstraints", ANY]);
        blocks.extend(self.identified(&["restrictions", ANY]));
        blocks
    }

    /// Every element at the end of a path that begins in an identification.
    fn identified(&self, path: &[&str]) -> Vec<&'e Element<'t>> {
        let found = self.identifications.iter().flat_map(|identification| identification.all_of(Vocabulary::Iso, path));
        found.collect()
    }
}

#[cfg(test)]
mod tests;

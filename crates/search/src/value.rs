//! Values of facets as people and programs write them: read in one place for filters and for the text of a query.

use cairn_model::party::organisation_id;
use cairn_model::{AccessMethod, Classification, CostModel, Freshness, Kind, Sensitivity, Sharing, Vocabularies};
use cairn_policy::RenditionLevel;
use serde::Serialize;

use crate::FacetField;
use crate::document::{ORGANISATION_NAME, head};
use crate::schema::{filter_term, organisation_name_term};

/// By what data can be told apart.
const DISAGGREGATIONS: [&str; 2] = ["sex", "age"];

/// A written value that stands for nothing: no record can have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownValue {
    /// The facet.
    pub field: FacetField,
    /// The value as it was written.
    pub value: String,
    /// What can be written there: `one of public, community` or `a code or name of …`.
    pub wanted: String,
}

impl FacetField {
    /// The code that one written value stands for. Names are taken where a vocabulary knows them; what a portal can write as it
    /// likes (formats, licences, languages, frequencies) stays as it is where none does.
    ///
    /// # Errors
    /// A value of a closed list that is none of it.
    pub fn read(self, value: &str, vocabularies: &Vocabularies) -> Result<String, UnknownValue> {
        let value = value.trim();
        match self.known(value, vocabularies) {
            Some(code) => Ok(code),
            None => match self.wanted() {
                Some(wanted) => Err(UnknownValue { field: self, value: value.to_owned(), wanted }),
                None if self == Self::Format => Ok(value.to_uppercase()),
                None => Ok(value.to_owned()),
            },
        }
    }

    /// The codes that what is written in one place stands for. Commas part values; one in quotation marks is whole, and so is
    /// one that a vocabulary knows with its commas (*Congo, Democratic Republic of the*), and one of a list that is not
    /// closed of which it knows no part (*VIA FTP: SAO, EDP GI*). Names of organisations and keywords are always whole.
    pub fn read_all(self, written: &str, vocabularies: &Vocabularies) -> Vec<Result<String, UnknownValue>> {
        let written = written.trim();
        if matches!(self, Self::Organisation | Self::Tag) {
            return vec![self.read(written, vocabularies)];
        }
        let quoted =
            written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|inside| !inside.is_empty());
        if let Some(quoted) = quoted {
            return vec![self.read(quoted, vocabularies)];
        }
        let parts: Vec<&str> = written.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let is_known = |value: &str| self.known(value, vocabularies).is_some();
        let is_open = matches!(self, Self::Format | Self::Licence | Self::Language | Self::Frequency);
        let is_whole = is_known(written) || (is_open && !parts.iter().any(|part| is_known(part)));
        if is_whole && !parts.is_empty() {
            return vec![self.read(written, vocabularies)];
        }
        parts.into_iter().map(|part| self.read(part, vocabularies)).collect()
    }

    /// How a filter is written that asks for just one value, as a facet gave it.
    pub fn written(self, value: &str, vocabularies: &Vocabularies) -> String {
        match self.read_all(value, vocabularies).as_slice() {
            [Ok(one)] if self.spelling(one) == self.spelling(value) => value.to_owned(),
            _ => format!("\"{value}\""),
        }
    }

    /// The code of a value that a vocabulary or a closed list has.
    fn known(self, value: &str, vocabularies: &Vocabularies) -> Option<String> {
        match self {
            Self::Country => vocabularies.country_asked_for(value).map(|country| country.alpha3.clone()),
            Self::Cluster => vocabularies.cluster(value).map(str::to_owned),
            Self::Format => vocabularies.format(value).map(|format| format.code.clone()),
            Self::Language => vocabularies.language(value).map(str::to_owned),
            Self::Licence => vocabularies.licence(value).map(str::to_owned),
            Self::Frequency => vocabularies.frequency(value).map(|frequency| frequency.code.clone()),
            Self::Organisation | Self::Source | Self::Tag => None,
            closed => {
                let lower = value.to_lowercase();
                closed.codes().into_iter().find(|code| **code == lower).map(str::to_owned)
            }
        }
    }

    /// The codes of a closed list; none of the others.
    fn codes(self) -> Vec<&'static str> {
        fn all<T: Copy>(all: &[T], code: impl Fn(T) -> &'static str) -> Vec<&'static str> {
            all.iter().map(|one| code(*one)).collect()
        }
        match self {
            Self::Sharing => all(Sharing::ALL, Sharing::code),
            Self::Sensitivity => all(Sensitivity::ALL, Sensitivity::code),
            Self::Access => all(AccessMethod::ALL, AccessMethod::code),
            Self::Classification => all(Classification::ALL, Classification::code),
            Self::Kind => all(Kind::ALL, Kind::code),
            Self::Freshness => all(Freshness::ALL, Freshness::code),
            Self::Rendition => {
                [RenditionLevel::Full, RenditionLevel::Partial, RenditionLevel::Stub].map(RenditionLevel::code).to_vec()
            }
            Self::Cost => all(CostModel::ALL, CostModel::code),
            Self::Disaggregation => DISAGGREGATIONS.to_vec(),
            Self::Country
            | Self::Cluster
            | Self::Organisation
            | Self::Source
            | Self::Format
            | Self::Licence
            | Self::Language
            | Self::Tag
            | Self::Frequency => Vec::new(),
        }
    }

    /// What can be written, where not every value can.
    fn wanted(self) -> Option<String> {
        match self {
            Self::Country => Some("an ISO 3166-1 code or the name of a country".to_owned()),
            Self::Cluster => Some("a code or name of /api/v1/vocabularies/cluster".to_owned()),
            other => Some(other.codes())
                .filter(|codes| !codes.is_empty())
                .map(|codes| format!("one of {}", codes.join(", "))),
        }
    }

    /// The terms of records with a value. An organisation is also found by its name, by the parts of one that a portal put
    /// together, and by every other name that a vocabulary has for it (`WFP`); what is written like an id is one, so that a value
    /// that the facet gave finds what it counted.
    pub(crate) fn terms(self, value: &str, vocabularies: &Vocabularies) -> Vec<String> {
        let mut terms = vec![filter_term(self, value)];
        if self == Self::Organisation {
            for named in names_meant_by(value, vocabularies) {
                let term = organisation_name_term(head(&named, ORGANISATION_NAME));
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
        }
        terms
    }

    /// Whether a value that was chosen is one that a facet gave under a name.
    pub fn is_chosen(self, chosen: &str, value: &str, name: Option<&str>, vocabularies: &Vocabularies) -> bool {
        let is_named = || {
            let meant = names_meant_by(chosen, vocabularies);
            name.is_some_and(|name| names_of_organisation(name).iter().any(|named| meant.contains(named)))
        };
        self.spelling(chosen) == value || (self == Self::Organisation && is_named())
    }
}

/// The names of the organisation that a value names, as ids are written: its own, and those of the vocabulary; none where the value
/// is written like an id.
fn names_meant_by(value: &str, vocabularies: &Vocabularies) -> Vec<String> {
    let own = organisation_id(value);
    if own.is_empty() || own == value {
        return Vec::new();
    }
    let others = vocabularies.organisation(value).map(|code| vocabularies.names_of("organisation", code));
    std::iter::once(own).chain(others.into_iter().flatten().map(organisation_id)).collect()
}

/// Signs by which portals join the acronym of an organisation, its name and the body above it.
const JOINING: [&str; 4] = [" - ", " – ", " — ", " | "];

/// The names by which an organisation is found, as ids are written: its own, and the parts of one that was put together (`WFP - World
/// Food Programme`, `International Organization for Migration (IOM)`, `Fish and Wildlife Service, Department of the Interior`).
pub(crate) fn names_of_organisation(name: &str) -> Vec<String> {
    let mut parts: Vec<&str> = vec![name];
    for sign in JOINING {
        parts = parts.into_iter().flat_map(|part| part.split(sign)).collect();
    }
    if let Some((before, inside)) = name.trim_end().strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
        parts.extend([before, inside]);
    }
    // One word before a comma is the first of a list: `Water, Sanitation and Hygiene Cluster`.
    parts.extend(name.split_once(", ").map(|(before, _)| before).filter(|before| before.trim().contains(' ')));
    let mut names: Vec<String> = vec![organisation_id(name)];
    for part in parts.into_iter().map(organisation_id) {
        if !part.is_empty() && !names.contains(&part) {
            names.push(part);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use cairn_model::Vocabularies;

    use crate::FacetField;

    fn read(field: FacetField, written: &str) -> Vec<String> {
        let read = field.read_all(written, Vocabularies::bundled()).into_iter();
        read.map(|value| value.unwrap_or_else(|unknown| format!("?{}", unknown.value))).collect()
    }

    #[test]
    fn commas_part_values_but_for_those_that_have_one_themselves() {
        assert_eq!(read(FacetField::Country, "YEM, syria"), ["YEM", "SYR"]);
        assert_eq!(read(FacetField::Country, "Congo, Democratic Republic of the"), ["COD"]);
        assert_eq!(read(FacetField::Country, "YEM,Atlantis"), ["YEM", "?Atlantis"]);
        assert_eq!(read(FacetField::Format, "csv,xlsx"), ["CSV", "XLSX"]);
        assert_eq!(read(FacetField::Format, "csv,Scroll"), ["CSV", "SCROLL"]);
        assert_eq!(read(FacetField::Format, "Via FTP: SAO, EDP GI"), ["VIA FTP: SAO, EDP GI"]);
        assert_eq!(read(FacetField::Format, "\"CSV, scroll\""), ["CSV, SCROLL"]);
        assert_eq!(read(FacetField::Tag, "water, deep"), ["water, deep"]);
        assert_eq!(read(FacetField::Sharing, "public,foo"), ["public", "?foo"]);
        assert_eq!(read(FacetField::Language, "French"), ["fr"]);
    }

    #[test]
    fn a_value_of_any_facet_is_written_so_that_it_is_read_as_itself() {
        let vocabularies = Vocabularies::bundled();
        for field in FacetField::ALL.iter().copied().filter(|field| field.wanted().is_none()) {
            for value in
                ["a", "CSV, XLSX", "CSV, scroll", "scroll, stone", "\"a\"", "a \"b\"", "\"", "fr,en", ",", "a,"]
            {
                let value = field.spelling(value);
                let written = field.written(&value, vocabularies);
                let read: Vec<String> = read(field, &written).iter().map(|one| field.spelling(one)).collect();
                assert_eq!(read, std::slice::from_ref(&value), "{field:?} {value} as {written}");
            }
        }
    }
}

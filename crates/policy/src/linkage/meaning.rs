//! What a field means, so that two fields that are called otherwise can be known as the same.
//!
//! A field means what its HXL tag says, where its name or its description has one; else what its name is known to mean; else its name
//! itself, in one spelling.

use cairn_model::Field;
use cairn_model::vocabulary::fold;

use crate::classify::{FieldClass, class_of_field, parted};

/// What a field is good for when data is joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldUse {
    /// It names one thing: rows of both can be matched by it.
    Key,
    /// Rows can be grouped by it.
    Dimension,
    /// Both have a field of this name; whether it means the same, nobody said.
    SameName,
}

impl FieldUse {
    /// The code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Dimension => "dimension",
            Self::SameName => "same-name",
        }
    }

    /// How far one such field brings a join, 0 to 1.
    pub(super) fn fit(self) -> f64 {
        match self {
            Self::Key => 1.0,
            Self::Dimension => 0.5,
            Self::SameName => 0.25,
        }
    }
}

/// What a field means.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Meaning {
    /// Something by which data can be joined: an HXL tag, or a name.
    Joins { word: String, by: FieldUse },
    /// Who a person is, or what is said of one.
    Person { word: String },
}

/// What names are known to mean: without spaces, in one case.
const KNOWN: &[(&str, FieldUse, &[&str])] = &[
    (
        "#country+code",
        FieldUse::Key,
        &["iso3", "iso3code", "countrycode", "countryiso3", "adm0pcode", "admin0pcode", "adm0code"],
    ),
    ("#country+name", FieldUse::Dimension, &["country", "countryname", "adm0name", "admin0name", "pays", "pais"]),
    ("#adm1+code", FieldUse::Key, &["adm1pcode", "admin1pcode", "adm1code", "admin1code", "pcodeadm1", "pcode1"]),
    ("#adm1+name", FieldUse::Dimension, &["adm1", "admin1", "adm1name", "admin1name", "adm1en", "admin1nameen"]),
    ("#adm2+code", FieldUse::Key, &["adm2pcode", "admin2pcode", "adm2code", "admin2code", "pcodeadm2", "pcode2"]),
    ("#adm2+name", FieldUse::Dimension, &["adm2", "admin2", "adm2name", "admin2name", "adm2en", "admin2nameen"]),
    ("#adm3+code", FieldUse::Key, &["adm3pcode", "admin3pcode", "adm3code", "admin3code", "pcodeadm3", "pcode3"]),
    ("#adm3+name", FieldUse::Dimension, &["adm3", "admin3", "adm3name", "admin3name", "adm3en", "admin3nameen"]),
    ("#adm4+code", FieldUse::Key, &["adm4pcode", "admin4pcode", "adm4code", "admin4code", "pcodeadm4", "pcode4"]),
    (
        "#loc+code",
        FieldUse::Key,
        &["pcode", "siteid", "sitecode", "facilityid", "facilitycode", "healthfacilityid", "locationcode"],
    ),
    ("#org+code", FieldUse::Key, &["orgid", "organisationid", "organizationid", "orgcode"]),
    (
        "#org+name",
        FieldUse::Dimension,
        &["org", "orgname", "organisation", "organization", "organisationname", "organizationname"],
    ),
    ("#sector", FieldUse::Dimension, &["sector", "cluster", "secteur"]),
    ("#date", FieldUse::Dimension, &["date", "reportdate", "reportingdate", "dateofreport", "reportedon", "fecha"]),
    ("#date+year", FieldUse::Dimension, &["year", "annee", "ano"]),
    ("#date+month", FieldUse::Dimension, &["month", "mois", "mes"]),
    ("sex", FieldUse::Dimension, &["sex", "gender", "sexe", "sexo"]),
    ("age", FieldUse::Dimension, &["age", "agegroup", "ages"]),
    ("#crisis+code", FieldUse::Key, &["glide", "glidenumber", "glideid"]),
];

/// Names that number the rows of a table, and mean another row in every other.
const ROW_NUMBERS: &[&str] =
    &["id", "fid", "oid", "objectid", "rowid", "index", "code", "guid", "uuid", "globalid", "no"];

/// Ends of names of keys.
const KEY_ENDS: [&str; 4] = ["pcode", "code", "guid", "id"];

/// Tags of HXL by which rows are grouped.
const GROUPING_TAGS: [&str; 13] =
    ["adm1", "adm2", "adm3", "adm4", "adm5", "country", "region", "loc", "org", "sector", "subsector", "date", "event"];

/// What a field means; `None` where data is not joined by it: a count, a text, a file, or the number of a row.
pub(super) fn meaning(field: &Field) -> Option<Meaning> {
    let tag = tag_in(&field.name).or_else(|| field.description.as_deref().and_then(tag_in));
    // Classes are declared with the most sensitive first.
    let class = [tag.as_deref().and_then(class_of_field), class_of_field(&field.name)].into_iter().flatten().min();
    let word = tag.unwrap_or_else(|| spelled(&field.name));
    if word.is_empty() {
        return None;
    }
    let is_known = |class: &FieldClass| match class {
        FieldClass::Identity
        | FieldClass::Condition
        | FieldClass::Contact
        | FieldClass::Reporter
        | FieldClass::Consent => Some(Meaning::Person { word: word.clone() }),
        FieldClass::Attachment
        | FieldClass::FreeText
        | FieldClass::Casualties
        | FieldClass::Audience
        | FieldClass::Quality
        | FieldClass::Device => None,
        FieldClass::Coordinates
        | FieldClass::FinePlace
        | FieldClass::Community
        | FieldClass::Demographic
        | FieldClass::Identifier
        | FieldClass::Descriptive => joins(&word),
    };
    class.as_ref().map_or_else(|| joins(&word), is_known)
}

fn joins(word: &str) -> Option<Meaning> {
    let by = match word.strip_prefix('#') {
        Some(tag) => use_of_tag(tag)?,
        None if ROW_NUMBERS.contains(&word) => return None,
        None => use_of_name(word),
    };
    Some(Meaning::Joins { word: word.to_owned(), by })
}

fn use_of_name(name: &str) -> FieldUse {
    match KNOWN.iter().find(|(word, ..)| *word == name) {
        Some((_, by, _)) => *by,
        None if KEY_ENDS.iter().any(|end| name.ends_with(end)) => FieldUse::Key,
        None => FieldUse::SameName,
    }
}

fn use_of_tag(tag: &str) -> Option<FieldUse> {
    let mut parts = tag.split('+');
    let name = parts.next()?;
    if parts.any(|attribute| attribute == "code") {
        return Some(FieldUse::Key);
    }
    let is_position = name == "geo";
    (is_position || GROUPING_TAGS.contains(&name)).then_some(FieldUse::Dimension)
}

/// The name of a field in one spelling: the word that it is known to mean, else its letters and digits without spaces.
fn spelled(name: &str) -> String {
    let folded: String = fold(&parted(name)).split(' ').collect();
    let known = KNOWN.iter().find(|(_, _, names)| names.contains(&folded.as_str()));
    known.map_or(folded, |(word, ..)| (*word).to_owned())
}

/// The first HXL tag of a text in one spelling: `#adm1 +code +v_pcode` and `#adm1+pcode` are `#adm1+code`. Languages of values do not
/// count, and the order of attributes does not either.
fn tag_in(text: &str) -> Option<String> {
    let (before, after) = text.split_once('#')?;
    if before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '&') {
        return None;
    }
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let taken = |text: &str| text.chars().take_while(|letter| is_letter(*letter)).collect::<String>().to_lowercase();
    let name = taken(after);
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return None;
    }
    let mut rest = &after[name.len()..];
    let mut attributes: Vec<String> = Vec::new();
    while let Some(more) = rest.trim_start().strip_prefix('+') {
        let attribute = taken(more);
        rest = &more[attribute.len()..];
        match attribute.as_str() {
            "" => break,
            "pcode" | "id" | "v_pcode" => attributes.push("code".to_owned()),
            other if other.starts_with("i_") || other.starts_with("v_") => {}
            _ => attributes.push(attribute),
        }
    }
    attributes.sort();
    attributes.dedup();
    Some(attributes.iter().fold(format!("#{name}"), |tag, attribute| format!("{tag}+{attribute}")))
}

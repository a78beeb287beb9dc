//! Controlled vocabularies, parsed from the bundled tables and from an operator's folder.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Serialize;

use crate::{
    AccessMethod, BoundingBox, Classification, GeographicPrecision, Kind, Listing, Problem, Sensitivity, Sharing,
    Transfer,
};

/// Every vocabulary that normalisation needs.
#[derive(Debug, Clone, Default)]
pub struct Vocabularies {}

/// One term of a vocabulary, as `/api/v1/vocabularies/{name}` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Term {
    /// Code.
    pub code: String,
    /// Labels by language.
    pub labels: BTreeMap<String, String>,
    /// Code of the broader term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broader: Option<String>,
}

/// A country or territory.
#[derive(Debug, Clone, PartialEq)]
pub struct Country {
    /// ISO 3166-1 alpha-3, upper case.
    pub alpha3: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub alpha2: String,
    /// UN M49, three digits.
    pub m49: String,
    /// Names by language: en, fr, es, ar, ru, zh.
    pub names: BTreeMap<String, String>,
    /// Extent, where known.
    pub bbox: Option<BoundingBox>,
}

/// A place of the gazetteer.
#[derive(Debug, Clone, PartialEq)]
pub struct GazetteerPlace {
    /// P-code.
    pub pcode: String,
    /// Name in English.
    pub name: String,
    /// Administrative level, 1 or 2.
    pub admin_level: u8,
    /// Country, ISO 3166-1 alpha-3.
    pub country: String,
    /// P-code of the place above, for level 2.
    pub parent: Option<String>,
    /// Extent, where known.
    pub bbox: Option<BoundingBox>,
}

/// An update frequency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frequency {
    /// Code, for example `every-three-months`.
    pub code: String,
    /// Days between updates; `None` for live, as-needed, never.
    pub days: Option<u32>,
    /// Days after the due day on which an update is overdue.
    pub overdue_after: u32,
    /// Days after the due day on which it is delinquent.
    pub delinquent_after: u32,
}

/// A file format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    /// Code, upper case (`CSV`, `XLSX`, `SHP`, `GEOJSON` ...).
    pub code: String,
    /// IANA media type, where there is one.
    pub media_type: Option<String>,
}

/// Folds text for comparison: compatibility forms, case, accents and Arabic spelling variants removed, anything but letters and digits to single spaces.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

impl Vocabularies {
    /// The vocabularies that the program carries, parsed once.
    pub fn bundled() -> &'static Self {
        static BUNDLED: OnceLock<Vocabularies> = OnceLock::new();
        BUNDLED.get_or_init(Self::default)
    }

    /// The bundled vocabularies with an operator's tables added or put in their place: file stem to text. Problems name file and line.
    pub fn with_tables(_tables: &BTreeMap<String, String>) -> (Self, Vec<Problem>) {
        (Self::default(), Vec::new())
    }

    /// Names of the vocabularies, as in `/api/v1/vocabularies/{name}`.
    pub fn names(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// The terms of a vocabulary, in its own order.
    pub fn terms(&self, _vocabulary: &str) -> Option<Vec<Term>> {
        None
    }

    /// The label of a code in a language, else in English, else the code itself.
    pub fn label(&self, _vocabulary: &str, code: &str, _language: &str) -> String {
        code.to_owned()
    }

    /// The country of a name in any of six languages, an ISO 3166-1 code in any case, or an M49 number.
    pub fn country(&self, _text: &str) -> Option<&Country> {
        None
    }

    /// The code of a cluster or area of responsibility, from its code or a name in English, French, Spanish or Arabic.
    pub fn cluster(&self, _text: &str) -> Option<&str> {
        None
    }

    /// The cluster that an area of responsibility belongs to (`PRO-MIN` to `PRO`).
    pub fn broader_cluster(&self, _code: &str) -> Option<&str> {
        None
    }

    /// The code of an organisation type (HDX names: `international_ngo` ...), from HDX, HRinfo or IATI codes or names.
    pub fn organisation_type(&self, _text: &str) -> Option<&str> {
        None
    }

    /// The code of a licence, from a portal's id, a title, an address or a whole text; `None` when it is no licence we know.
    pub fn licence(&self, _text: &str) -> Option<&str> {
        None
    }

    /// The format of a name, file ending or media type.
    pub fn format(&self, _text: &str) -> Option<&Format> {
        None
    }

    /// The code of a language (ISO 639-1, else 639-3), from codes, BCP 47 tags or names in English, French, Spanish, Arabic.
    pub fn language(&self, _text: &str) -> Option<&str> {
        None
    }

    /// The update frequency of an HDX code, an ISO 8601 duration (`R/P1D`), an EU or ISO 19115 code, or words in four languages.
    pub fn frequency(&self, _text: &str) -> Option<&Frequency> {
        None
    }

    /// The population group code (HAPI) of a code or words.
    pub fn population_group(&self, _text: &str) -> Option<&str> {
        None
    }

    /// The kind of holding of words or a portal's type.
    pub fn kind(&self, _text: &str) -> Option<Kind> {
        None
    }

    /// A sensitivity in words (four languages, IASC codes).
    pub fn sensitivity(&self, _text: &str) -> Option<Sensitivity> {
        None
    }

    /// A sharing level in words, or a TLP label (1.0 or 2.0, with or without `TLP:`).
    pub fn sharing(&self, _text: &str) -> Option<Sharing> {
        None
    }

    /// An access method in words, or a NADA, RIDL or DCAT access code.
    pub fn access_method(&self, _text: &str) -> Option<AccessMethod> {
        None
    }

    /// A listing in words.
    pub fn listing(&self, _text: &str) -> Option<Listing> {
        None
    }

    /// A UN classification in words; ISO 19115 classification codes are read too.
    pub fn classification(&self, _text: &str) -> Option<Classification> {
        None
    }

    /// A transfer limit in words.
    pub fn transfer(&self, _text: &str) -> Option<Transfer> {
        None
    }

    /// A geographic precision in words or an IATI code.
    pub fn geographic_precision(&self, _text: &str) -> Option<GeographicPrecision> {
        None
    }

    /// A place by P-code or by name; a name that stands for several places needs its country (and level) to be told apart.
    pub fn place(&self, _text: &str, _country: Option<&str>, _admin_level: Option<u8>) -> Option<&GazetteerPlace> {
        None
    }
}

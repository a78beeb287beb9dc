//! Controlled vocabularies, parsed from the bundled tables and from an operator's folder.

mod clusters;
mod concepts;
mod countries;
mod equivalents;
mod fold;
mod formats;
mod forms;
mod frequencies;
mod languages;
mod lexicon;
mod licences;
mod namesakes;
mod places;
mod remembered;
mod sharing;
mod table;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Serialize;

use self::concepts::Concepts;
use self::countries::Countries;
use self::equivalents::Equivalents;
use self::formats::Formats;
use self::frequencies::Frequencies;
use self::licences::Licences;
use self::namesakes::Namesakes;
use self::places::Gazetteer;
use crate::{
    AccessMethod, BoundingBox, Classification, CostModel, GeographicPrecision, Kind, Listing, Problem, Sensitivity,
    Sharing, Transfer,
};

pub use self::fold::{APOSTROPHE, fold, fold_for_id};
pub use self::forms::{ARTICLE, one_spelling, without_article, without_proclitics, without_teh_marbuta};
pub use self::lexicon::{Concept, Context, KnownWords, Lexicon, Mention, Standing, Word};
pub use self::remembered::Remembered;

/// Every vocabulary that normalisation needs. The default one is empty; [`Vocabularies::bundled`] is what the program carries.
#[derive(Debug, Clone, Default)]
pub struct Vocabularies {
    countries: Countries,
    licences: Licences,
    formats: Formats,
    frequencies: Frequencies,
    gazetteer: Gazetteer,
    namesakes: Namesakes,
    equivalents: Equivalents,
    /// The vocabularies that are terms and nothing more, by name.
    plain: BTreeMap<&'static str, Concepts>,
    /// Made when it is first asked for, and shared with copies made from then on.
    lexicon: OnceLock<Arc<Lexicon>>,
    names_fingerprint: OnceLock<[u8; 32]>,
}

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
    /// Other names by language; those of countries, whose tables do not tell it, under `und`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<String, Vec<String>>,
    /// Codes of other schemes for the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// Terms of other vocabularies that it maps to, as `cluster:WSH`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub concepts: Vec<String>,
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

impl Vocabularies {
    /// The vocabularies that the program carries, parsed once and shared by all who ask for them.
    pub fn bundled() -> &'static Arc<Self> {
        static BUNDLED: OnceLock<Arc<Vocabularies>> = OnceLock::new();
        // A test holds that the bundled tables have no problem.
        BUNDLED.get_or_init(|| Arc::new(tables::read_bundled(&mut Vec::new())))
    }

    /// The bundled vocabularies with an operator's tables read over them: file stem (`clusters`) to text.
    ///
    /// A row with a known code amends its term (labels that it states replace the bundled ones, aliases are added); a row with
    /// another code adds a term, except where the codes are fixed in the program. Problems name file and line.
    pub fn with_tables(tables: &BTreeMap<String, String>) -> (Self, Vec<Problem>) {
        let mut vocabularies = Self::clone(Self::bundled());
        vocabularies.lexicon = OnceLock::new();
        vocabularies.names_fingerprint = OnceLock::new();
        let mut problems = Vec::new();
        tables::read_over(&mut vocabularies, tables, &mut problems);
        (vocabularies, problems)
    }

    /// Names of the vocabularies, as in `/api/v1/vocabularies/{name}`.
    pub fn names(&self) -> Vec<&'static str> {
        tables::names()
    }

    /// The terms of a vocabulary, in its own order.
    pub fn terms(&self, vocabulary: &str) -> Option<Vec<Term>> {
        if vocabulary == "country" {
            return Some(self.countries.terms());
        }
        self.concepts(vocabulary).map(Concepts::terms)
    }

    /// The label of a code in a language, else in English, else the code itself. The language may be a tag (`fr-CA`).
    pub fn label(&self, vocabulary: &str, code: &str, language: &str) -> String {
        let language = language.split(['-', '_']).next().unwrap_or(language).to_ascii_lowercase();
        let label = if vocabulary == "country" {
            self.countries.label(code, &language)
        } else {
            self.concepts(vocabulary).and_then(|concepts| concepts.label(code, &language))
        };
        label.unwrap_or(code).to_owned()
    }

    /// Every label and alias of a code, in all languages: the words by which a search for it may be widened. Beside the
    /// vocabularies, `place` names the places, by P-code.
    pub fn names_of(&self, vocabulary: &str, code: &str) -> Vec<&str> {
        match vocabulary {
            "country" => self.countries.names_of(code),
            "place" => self.gazetteer.names_of(code),
            _ => self.concepts(vocabulary).map_or_else(Vec::new, |concepts| concepts.names_of(code)),
        }
    }

    /// Words that say the same in several languages and name no concept, row by row, each with its language.
    pub fn equivalents(&self) -> impl Iterator<Item = impl Iterator<Item = (&'static str, &str)>> {
        self.equivalents.rows().iter().map(|row| row.iter().map(|(language, word)| (*language, word.as_str())))
    }

    /// What finds the names of concepts in a text. It is made when it is first asked for.
    pub fn lexicon(&self) -> &Lexicon {
        self.lexicon.get_or_init(|| Arc::new(Lexicon::of(self)))
    }

    /// The country of a name in any of six languages, an ISO 3166-1 code (of three letters in any case, of two in capitals),
    /// or an M49 number.
    pub fn country(&self, text: &str) -> Option<&Country> {
        self.countries.find(text)
    }

    /// Whether a code of a country is a word where it is not written in capitals: among other words, `and` and `are` name none.
    pub(crate) fn is_word(code: &str) -> bool {
        code.bytes().any(|byte| byte.is_ascii_lowercase())
            && lexicon::NO_COUNTRY_CODES.contains(code.to_ascii_uppercase().as_str())
    }

    /// The country that somebody asks for where nothing but a country can stand: a code of two letters counts in any case.
    pub fn country_asked_for(&self, text: &str) -> Option<&Country> {
        if text.len() == 2 { self.country(&text.to_uppercase()) } else { self.country(text) }
    }

    /// The code of a cluster or area of responsibility, from its code or a name in English, French, Spanish or Arabic.
    pub fn cluster(&self, text: &str) -> Option<&str> {
        clusters::find(self.concepts("cluster")?, text)
    }

    /// The cluster that an area of responsibility belongs to (`PRO-MIN` to `PRO`).
    pub fn broader_cluster(&self, code: &str) -> Option<&str> {
        self.concepts("cluster")?.broader(code)
    }

    /// Whether a code stands in a vocabulary, to the letter.
    pub fn has_code(&self, vocabulary: &str, code: &str) -> bool {
        if vocabulary == "country" {
            return self.country(code).is_some_and(|country| country.alpha3 == code);
        }
        self.concepts(vocabulary).is_some_and(|concepts| concepts.place_of(code).is_some())
    }

    /// Whether a term is another or lies below it, however far (`PRO-MIN` within `PRO`). Tables that make a circle of their
    /// terms end the search.
    ///
    /// ```
    /// use cairn_model::Vocabularies;
    /// let vocabularies = Vocabularies::bundled();
    /// assert!(vocabularies.is_within("purpose", "clearance-planning", "mine-action"));
    /// assert!(!vocabularies.is_within("purpose", "mine-action", "clearance-planning"));
    /// ```
    pub fn is_within(&self, vocabulary: &str, code: &str, broader: &str) -> bool {
        const DEEPEST: usize = 16;
        let above = |code: &&str| self.concepts(vocabulary).and_then(|concepts| concepts.broader(code));
        std::iter::successors(Some(code), above).take(DEEPEST).any(|one| one == broader)
    }

    /// The code of a public-interest purpose, from its code or words.
    pub fn purpose(&self, text: &str) -> Option<&str> {
        self.code_in("purpose", text)
    }

    /// The code of an organisation type (HDX names: `international_ngo` ...), from HDX, `HRinfo` or IATI codes or names.
    pub fn organisation_type(&self, text: &str) -> Option<&str> {
        self.code_in("organisation-type", text)
    }

    /// The code of a licence, from a portal's id, a title, an address or a whole text; `None` when it is no licence we know.
    /// Ids that leave the licence to another field (`hdx-other`, `custom`) give `other`.
    pub fn licence(&self, text: &str) -> Option<&str> {
        self.licences.find(text)
    }

    /// The address of a licence's own text.
    pub fn licence_url(&self, code: &str) -> Option<&str> {
        self.licences.address(code)
    }

    /// The format of a name, file ending or media type.
    pub fn format(&self, text: &str) -> Option<&Format> {
        self.formats.find(text)
    }

    /// The codes of the formats for which people ask by a folded word (*excel*, *shapefile*), which is seldom every name of one:
    /// *access* asks for no database.
    pub fn formats_asked_for(&self, word: &str) -> &[String] {
        self.formats.asked_for(word)
    }

    /// Whether a folded word is the code of a country and no word besides, so that whoever asks for it means the country.
    pub fn is_country_code(&self, word: &str) -> bool {
        word.len() == 3
            && !Self::is_word(word)
            && !lexicon::CODES_IN_CAPITALS.contains(word)
            && self.country(word).is_some_and(|country| country.alpha3.eq_ignore_ascii_case(word))
    }

    /// The code of a language (ISO 639-1, else 639-3), from codes, BCP 47 tags or names in English, French, Spanish, Arabic.
    pub fn language(&self, text: &str) -> Option<&str> {
        languages::find(self.concepts("language")?, text)
    }

    /// The update frequency of an HDX code, an ISO 8601 duration (`R/P1D`), an EU or ISO 19115 code, or words in four languages.
    pub fn frequency(&self, text: &str) -> Option<&Frequency> {
        self.frequencies.find(text)
    }

    /// The code of an organisation of the tables, from a name or an acronym of it.
    pub fn organisation(&self, text: &str) -> Option<&str> {
        self.code_in("organisation", text)
    }

    /// The population group code (HAPI) of a code or words.
    pub fn population_group(&self, text: &str) -> Option<&str> {
        self.code_in("population-group", text)
    }

    /// The kind of holding of words or a portal's type.
    pub fn kind(&self, text: &str) -> Option<Kind> {
        Kind::from_code(self.code_in("kind", text)?)
    }

    /// A sensitivity in words (four languages, IASC codes).
    pub fn sensitivity(&self, text: &str) -> Option<Sensitivity> {
        Sensitivity::from_code(self.code_in("sensitivity", text)?)
    }

    /// A sharing level in words, or a TLP label (1.0 or 2.0, with or without `TLP:`).
    pub fn sharing(&self, text: &str) -> Option<Sharing> {
        Sharing::from_code(sharing::find(self.concepts("sharing")?, text).filter(|_| !is_doubted(text))?)
    }

    /// An access method in words, or a NADA, RIDL or DCAT access code.
    pub fn access_method(&self, text: &str) -> Option<AccessMethod> {
        AccessMethod::from_code(self.code_in("access", text)?)
    }

    /// A listing in words.
    pub fn listing(&self, text: &str) -> Option<Listing> {
        Listing::from_code(self.code_in("listing", text)?)
    }

    /// A UN classification in words; ISO 19115 classification codes are read too.
    pub fn classification(&self, text: &str) -> Option<Classification> {
        Classification::from_code(self.code_in("classification", text)?)
    }

    /// What data costs, in words.
    pub fn cost(&self, text: &str) -> Option<CostModel> {
        CostModel::from_code(self.code_in("cost", text)?)
    }

    /// A transfer limit in words.
    pub fn transfer(&self, text: &str) -> Option<Transfer> {
        Transfer::from_code(self.code_in("transfer", text)?)
    }

    /// A geographic precision in words or an IATI code.
    pub fn geographic_precision(&self, text: &str) -> Option<GeographicPrecision> {
        GeographicPrecision::from_code(self.code_in("precision", text)?)
    }

    /// A place by P-code or by name; a name that stands for several places needs its country (and level) to be told apart.
    ///
    /// Among places of one name, the one that all others lie within is meant. A P-code that contradicts the given country
    /// names no place.
    pub fn place(&self, text: &str, country: Option<&str>, admin_level: Option<u8>) -> Option<&GazetteerPlace> {
        let country = match country {
            Some(text) => Some(self.country(text)?.alpha3.as_str()),
            None => None,
        };
        if let Some(place) = self.gazetteer.by_pcode(text, &self.countries) {
            return Some(place).filter(|place| country.is_none_or(|country| place.country == country));
        }
        self.gazetteer.by_name(text, country, admin_level)
    }

    /// Whether the gazetteer has the place of a P-code.
    pub fn knows_pcode(&self, pcode: &str) -> bool {
        self.gazetteer.by_pcode(pcode, &self.countries).is_some()
    }

    /// A P-code as the gazetteer writes it, and the codes of the places above it, the nearest first. The letters of a code say
    /// less: Baalbek (`LB21`) lies in `LB8`. One that the gazetteer does not have lies in what its longest known beginning names.
    ///
    /// ```
    /// let vocabularies = cairn_model::Vocabularies::bundled();
    /// assert_eq!(vocabularies.pcodes_over("lb21"), ["LB21", "LB8"]);
    /// assert_eq!(vocabularies.pcodes_over("YE1101007"), ["YE1101007", "YE1101", "YE11"]);
    /// ```
    pub fn pcodes_over(&self, pcode: &str) -> Vec<String> {
        self.gazetteer.codes_over(pcode, &self.countries)
    }

    /// Whether the place of a P-code is another one or lies in it: as [`Vocabularies::pcodes_over`] says, and by its letters
    /// where the gazetteer does not have the other.
    pub fn lies_within(&self, pcode: &str, area: &str) -> bool {
        match self.gazetteer.by_pcode(area, &self.countries) {
            Some(area) => self.pcodes_over(pcode).contains(&area.pcode),
            None => pcode.trim().to_uppercase().starts_with(&area.trim().to_uppercase()),
        }
    }

    /// Whether a place is known by a name alone, wherever it stands: a first-level area of a country in which people write
    /// those without the country (Idlib, Kharkiv), unless the name is a word.
    pub fn is_known_by_name(&self, place: &GazetteerPlace, name: &str) -> bool {
        let is_known = place.admin_level == 1 && self.countries.known_by_areas().contains(&place.country);
        is_known && lexicon::names_place(name)
    }

    /// The places of a country at administrative level 1, by P-code.
    pub fn first_level_places(&self, country: &str) -> Vec<&GazetteerPlace> {
        self.gazetteer.first_level(country)
    }

    fn concepts(&self, vocabulary: &str) -> Option<&Concepts> {
        match vocabulary {
            "licence" => Some(&self.licences.concepts),
            "format" => Some(&self.formats.concepts),
            "frequency" => Some(&self.frequencies.concepts),
            _ => self.plain.get(vocabulary),
        }
    }

    fn code_in(&self, vocabulary: &str, text: &str) -> Option<&str> {
        self.concepts(vocabulary)?.find_code(text).filter(|_| !is_doubted(text))
    }
}

/// Signs that deny what they stand beside, or leave it open: a box that nobody ticked, a cross.
const DENYING: [char; 20] =
    ['☐', '☒', '❌', '❎', '✗', '✘', '✕', '✖', '≠', '¬', '🚫', '⛔', '⊘', '⬜', '□', '◻', '▢', '❏', '○', '◯'];

/// Whether who wrote a value was not sure of it, or denied it by a sign: `public?` and `☐ public` state nothing.
///
/// ```
/// use cairn_model::vocabulary::is_doubted;
/// assert!(is_doubted("yes ?") && is_doubted("✗ public") && is_doubted("!public") && !is_doubted("public!"));
/// ```
pub fn is_doubted(text: &str) -> bool {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{fe0f}');
    let is_in_question = text.ends_with(['?', '？', '؟']) || text.starts_with('!');
    is_in_question || text.starts_with(DENYING) || text.ends_with(DENYING) || has_empty_box(text)
}

/// Whether a box of brackets that nobody ticked stands at one end of a text.
fn has_empty_box(text: &str) -> bool {
    [('[', ']'), ('(', ')'), ('{', '}')].iter().any(|&(open, close)| {
        let begins = text.strip_prefix(open).is_some_and(|rest| rest.trim_start().starts_with(close));
        begins || text.strip_suffix(close).is_some_and(|rest| rest.trim_end().ends_with(open))
    })
}

//! Names of a data set's own fields, and the level that a name may carry in brackets: `farmer_phone (closed)`.
//!
//! Brackets are read strictly: what is neither a level nor plainly a unit or type may be a level that nobody can read, and
//! closes the field.

use cairn_model::vocabulary::fold;
use cairn_model::{Field, Sensitivity, Sharing, Vocabularies};

/// Units, types and forms that stand in brackets behind a name, folded and word by word.
const UNITS_AND_TYPES: &[&str] = &[
    "m",
    "cm",
    "mm",
    "km",
    "ha",
    "kg",
    "g",
    "t",
    "l",
    "litre",
    "litres",
    "per",
    "percent",
    "ratio",
    "rate",
    "index",
    "score",
    "usd",
    "eur",
    "xof",
    "cfa",
    "text",
    "texte",
    "texto",
    "string",
    "number",
    "numeric",
    "nombre",
    "numero",
    "integer",
    "entier",
    "entero",
    "float",
    "decimal",
    "double",
    "boolean",
    "bool",
    "date",
    "fecha",
    "datetime",
    "time",
    "dd",
    "jj",
    "mm",
    "yyyy",
    "aaaa",
    "year",
    "years",
    "annee",
    "annees",
    "ano",
    "anos",
    "month",
    "months",
    "mois",
    "mes",
    "meses",
    "week",
    "weeks",
    "day",
    "days",
    "jour",
    "jours",
    "dia",
    "dias",
    "hour",
    "hours",
    "min",
    "count",
    "total",
    "sum",
    "categorical",
    "list",
    "code",
    "pcode",
    "p",
    "id",
    "uuid",
    "gps",
    "lat",
    "lon",
    "latitude",
    "longitude",
    "geojson",
    "wkt",
    "point",
    "line",
    "polygon",
    "optional",
    "required",
    "mandatory",
    "نص",
    "رقم",
    "عدد",
    "تاريخ",
    "سنة",
    "شهر",
    "يوم",
    "كم",
    "متر",
];

/// Answers to a question, which read word by word would be levels of sensitivity.
const ANSWERS: &[&str] = &["yes no", "y n", "true false", "oui non", "o n", "si no", "s n", "vrai faux", "نعم لا"];

/// What stands in brackets.
enum Bracket {
    /// The level of the field.
    Level(Option<Sharing>, Option<Sensitivity>),
    /// A unit, a type or a range: part of the name.
    Plain,
    /// Perhaps a level, and nobody can say which.
    Unread,
}

/// Reads an entry of a list of fields. The second value is what stands in brackets and cannot be read: the field is closed.
pub(super) fn read(entry: &str) -> (Field, Option<&str>) {
    let mut field = Field::default();
    let mut name = String::new();
    let mut unread = None;
    for (text, inside) in parts(entry) {
        let Some(inside) = inside else {
            name.push_str(text);
            continue;
        };
        match bracket(inside) {
            Bracket::Level(sharing, sensitivity) => {
                field.sharing = field.sharing.max(sharing);
                field.sensitivity = closer(field.sensitivity, sensitivity);
            }
            Bracket::Plain => name.push_str(text),
            Bracket::Unread => {
                field.sharing = Some(Sharing::Closed);
                unread = Some(inside);
                name.push_str(text);
            }
        }
    }
    field.name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if field.name.is_empty() {
        entry.trim().clone_into(&mut field.name);
    }
    (field, unread)
}

/// The more sensitive of two statements.
pub(super) fn closer(one: Option<Sensitivity>, other: Option<Sensitivity>) -> Option<Sensitivity> {
    one.into_iter().chain(other).max_by_key(|sensitivity| sensitivity.handled_as())
}

/// Splits a cell where `is_separator` says so, outside brackets only. A bracket that is never closed reaches to the end.
pub(super) fn entries(cell: &str, is_separator: impl Fn(char) -> bool) -> Vec<&str> {
    let mut entries = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, letter) in cell.char_indices() {
        if opens(letter) {
            depth += 1;
        } else if closes(letter) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && is_separator(letter) {
            entries.push(cell[start..at].trim());
            start = at + letter.len_utf8();
        }
    }
    entries.push(cell[start..].trim());
    entries
}

fn opens(letter: char) -> bool {
    matches!(letter, '(' | '[' | '{' | '（' | '［')
}

fn closes(letter: char) -> bool {
    matches!(letter, ')' | ']' | '}' | '）' | '］')
}

/// The texts of an entry in their order, those in brackets with what stands inside.
fn parts(entry: &str) -> Vec<(&str, Option<&str>)> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    let inside_of = |text: &'_ str| -> (usize, usize) {
        let first = text.chars().next().map_or(0, char::len_utf8);
        let last = text.chars().next_back().filter(|letter| closes(*letter)).map_or(0, char::len_utf8);
        (first, text.len() - last)
    };
    for (at, letter) in entry.char_indices() {
        if opens(letter) {
            if depth == 0 {
                parts.push((&entry[start..at], None));
                start = at;
            }
            depth += 1;
        } else if closes(letter) && depth > 0 {
            depth -= 1;
            if depth == 0 {
                let text = &entry[start..at + letter.len_utf8()];
                let (from, to) = inside_of(text);
                parts.push((text, Some(&text[from..to])));
                start = at + letter.len_utf8();
            }
        }
    }
    let rest = &entry[start..];
    let open = rest.chars().next().filter(|_| depth > 0).map(|letter| &rest[letter.len_utf8()..]);
    parts.push((rest, open));
    parts
}

fn bracket(inside: &str) -> Bracket {
    let vocabularies = Vocabularies::bundled();
    let folded = fold(inside);
    if folded.is_empty() {
        // `(%)`, `()`
        return Bracket::Plain;
    }
    if let Some(sharing) = vocabularies.sharing(inside) {
        return Bracket::Level(Some(sharing), None);
    }
    let is_unit = |word: &str| UNITS_AND_TYPES.contains(&word);
    if ANSWERS.contains(&folded.as_str()) || folded.split(' ').all(is_unit) {
        return Bracket::Plain;
    }
    if let Some(sensitivity) = vocabularies.sensitivity(inside) {
        return Bracket::Level(None, Some(sensitivity));
    }
    if let Some(level) = levels(inside) {
        return level;
    }
    let names_level = |word: &str| vocabularies.sharing(word).is_some() || vocabularies.sensitivity(word).is_some();
    let has_digit = folded.bytes().any(|byte| byte.is_ascii_digit());
    if has_digit && !folded.split(' ').any(names_level) { Bracket::Plain } else { Bracket::Unread }
}

/// Several levels beside each other, each of which can be read: `internal, high`.
fn levels(inside: &str) -> Option<Bracket> {
    let vocabularies = Vocabularies::bundled();
    let (mut sharing, mut sensitivity) = (None, None);
    for word in inside.split([',', ';', '/', '|', '،', '؛']).map(str::trim).filter(|word| !word.is_empty()) {
        if let Some(level) = vocabularies.sharing(word) {
            sharing = sharing.max(Some(level));
        } else {
            sensitivity = closer(sensitivity, Some(vocabularies.sensitivity(word)?));
        }
    }
    (sharing.is_some() || sensitivity.is_some()).then_some(Bracket::Level(sharing, sensitivity))
}

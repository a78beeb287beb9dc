//! What words behind "limited to" name: what data is about, or who reads it.

use cairn_model::Vocabularies;

use crate::organisations::is_known;

/// Words, small ones aside, among which what data is limited to is named.
const BEGINS: usize = 2;
/// Words that the name of a country or of an area has at most.
const LONGEST_PLACE: usize = 3;
/// Words by which an organisation is known, at most.
const LONGEST_ORGANISATION: usize = 6;

/// Words that say nothing of what follows them.
const SMALL: &[&str] = &[
    "a", "all", "an", "and", "at", "certain", "during", "for", "from", "in", "main", "of", "on", "only", "our",
    "selected", "since", "some", "the", "their", "these", "to", "within",
];

/// Words for what data is about, when or where, or for the form in which it is.
const CONTENT: &[&str] = &[
    "administrative",
    "adults",
    "age",
    "ages",
    "boys",
    "camps",
    "cells",
    "cities",
    "city",
    "cover",
    "csv",
    "day",
    "days",
    "eastern",
    "excel",
    "geojson",
    "geotiff",
    "girls",
    "health",
    "hour",
    "hours",
    "idp",
    "idps",
    "km",
    "kml",
    "land",
    "maps",
    "men",
    "north",
    "northern",
    "pdf",
    "rural",
    "sea",
    "sex",
    "shapefile",
    "shapefiles",
    "sites",
    "south",
    "southern",
    "state",
    "states",
    "tables",
    "urban",
    "water",
    "week",
    "weeks",
    "wells",
    "western",
    "women",
    "xls",
    "xlsx",
    "year",
    "years",
];

/// How more of them begin.
const CONTENT_BEGINS: &[&str] = &[
    "africa",
    "agricult",
    "america",
    "area",
    "asia",
    "attribut",
    "balkan",
    "basin",
    "caribb",
    "caucas",
    "children",
    "climat",
    "coast",
    "column",
    "conflict",
    "countr",
    "crop",
    "displac",
    "district",
    "economic",
    "europ",
    "event",
    "facilit",
    "flood",
    "food",
    "forest",
    "format",
    "geograph",
    "governorat",
    "hazard",
    "hospital",
    "household",
    "indicator",
    "island",
    "language",
    "latin",
    "levant",
    "location",
    "maghreb",
    "mainland",
    "market",
    "measurement",
    "month",
    "nutrition",
    "observation",
    "pacific",
    "period",
    "pixel",
    "population",
    "price",
    "provinc",
    "rainfall",
    "record",
    "refugee",
    "region",
    "resolution",
    "returnee",
    "river",
    "road",
    "sahel",
    "sample",
    "scale",
    "school",
    "season",
    "settlement",
    "soil",
    "station",
    "subset",
    "territor",
    "theme",
    "topic",
    "town",
    "variable",
    "vegetation",
    "village",
    "weather",
    "zone",
];

/// Words for who reads data, or for how they come to it.
const READERS: &[&str] = &["internal", "notice", "officers", "officials", "parties", "party", "those", "un", "who"];

/// How more of them begin.
const READERS_BEGIN: &[&str] = &[
    "academ",
    "account",
    "accredit",
    "actor",
    "agenc",
    "agree",
    "analyst",
    "applicant",
    "approv",
    "association",
    "author",
    "client",
    "cluster",
    "commission",
    "committee",
    "consent",
    "consorti",
    "contact",
    "coordinat",
    "council",
    "counterpart",
    "department",
    "director",
    "donor",
    "eligible",
    "email",
    "employee",
    "enclave",
    "expert",
    "faculty",
    "focal",
    "foundation",
    "governm",
    "holder",
    "institut",
    "intranet",
    "journalist",
    "lead",
    "licenc",
    "licens",
    "login",
    "mail",
    "maker",
    "manager",
    "member",
    "militar",
    "ministr",
    "ngo",
    "office",
    "organis",
    "organiz",
    "owner",
    "partner",
    "password",
    "permi",
    "personnel",
    "police",
    "practition",
    "premises",
    "profession",
    "programme",
    "recipient",
    "request",
    "research",
    "responder",
    "scientist",
    "secure",
    "signator",
    "societ",
    "staff",
    "stakeholder",
    "student",
    "subscri",
    "team",
    "trusted",
    "universit",
    "user",
    "vetted",
    "visitor",
    "vpn",
    "worker",
];

/// Whether words begin by naming what data is about, or the form in which it is, and name nobody who reads it.
pub(super) fn is_of_content(words: &[&str]) -> bool {
    // Codes of languages and countries are words, too.
    let is_name = |words: &[&str]| words.iter().map(|word| word.chars().count()).sum::<usize>() > 3;
    let vocabularies = Vocabularies::bundled();
    let is_area = |name: &str| {
        let area = vocabularies.place(name, None, Some(1));
        vocabularies.country(name).is_some() || area.is_some_and(|area| vocabularies.is_known_by_name(area, name))
    };
    let names_content = |words: &[&str]| match words {
        [word] if is_content(word) => true,
        // Neither word alone: who reads it may be national or of a high level.
        [.., "adm" | "admin" | "national" | "subnational", "level" | "levels"] => true,
        [word] => is_name(words) && (vocabularies.language(word).is_some() || is_area(word)),
        _ => is_name(words) && is_area(&words.join(" ")),
    };
    let meant: Vec<&str> = words.iter().copied().filter(|word| !SMALL.contains(word)).collect();
    let begins_with_content = || {
        (0..BEGINS.min(meant.len()))
            .any(|from| (1..=LONGEST_PLACE).any(|count| meant.get(from..from + count).is_some_and(names_content)))
    };
    let names_reader = || (1..=LONGEST_ORGANISATION).any(|count| words.windows(count).any(are_of_reader));
    !names_reader() && !is_of_purpose(words) && begins_with_content()
}

/// Whether a word names what data is about, when or where, or the form in which it is.
fn is_content(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_digit())
        || CONTENT.contains(&word)
        || CONTENT_BEGINS.iter().any(|stem| word.starts_with(stem))
}

/// Whether words together name who reads data, or how they come to it.
fn are_of_reader(words: &[&str]) -> bool {
    match words {
        [word] => is_of_reader(word),
        ["red", "cross" | "crescent"] => true,
        // Data is about networks, too.
        [of, "network"] => !matches!(*of, "road" | "river" | "water"),
        _ => is_known(&words.join(" ")),
    }
}

/// Whether a word names who reads data, or how they come to it.
fn is_of_reader(word: &str) -> bool {
    // Short names of organisations that are words, too.
    let words = ["care", "concern", "echo", "halo", "hi", "hot", "impact", "mag", "plan"];
    let is_organisation = || !words.contains(&word) && is_known(word);
    READERS.contains(&word) || is_organisation() || READERS_BEGIN.iter().any(|stem| word.starts_with(stem))
}

/// Whether words name what data may be used for: whoever wants it for something else has none.
fn is_of_purpose(words: &[&str]) -> bool {
    let of_use = |pair: &[&str]| pair[1] == "use" && !matches!(pair[0], "land" | "water");
    words.iter().any(|word| word.starts_with("purpose")) || words.windows(2).any(of_use)
}

pub(super) fn is_of_harm(word: &str) -> bool {
    let stems = ["protect", "secur", "safe", "privac", "disclos", "people", "person", "surviv", "victim", "communit"];
    is_of_reader(word) || stems.iter().any(|stem| word.starts_with(stem))
}

#[cfg(test)]
mod tests {
    use cairn_model::vocabulary::fold;

    use super::*;

    #[test]
    fn every_word_is_folded() {
        for word in [SMALL, CONTENT, CONTENT_BEGINS, READERS, READERS_BEGIN].into_iter().flatten() {
            assert_eq!(fold(word), *word);
        }
    }
}

//! Names of places as metadata writes them, told apart into countries and places.

use cairn_model::{Draft, DraftPlace, Vocabularies};

use crate::once::push_new;

/// Longer names are sentences.
const LONGEST_NAME: usize = 80;

/// Countries of a draft in each of which a place is looked for.
const MOST_COUNTRIES: usize = 20;

/// Adds names as countries or as places that are known in them. The name of a place alone says nothing: there is a Victoria
/// in many countries. A P-code does.
pub(crate) fn add_known_places(names: &[String], draft: &mut Draft) {
    let others: Vec<&String> = names.iter().filter(|name| !add_country(name, draft)).collect();
    for name in others {
        if is_known_place(name, draft) {
            push_place(name, draft);
        }
    }
}

/// Adds a name that is stated to be one of a place; what is too long to be a name is left out.
pub(crate) fn add_stated_place(name: &str, draft: &mut Draft) {
    if name.chars().count() <= LONGEST_NAME {
        add_place(name, draft);
    }
}

/// Adds the words of a field for places, as a country or as they stand.
pub(crate) fn add_place(words: &str, draft: &mut Draft) {
    if !add_country(words, draft) {
        push_place(words, draft);
    }
}

/// Whether a name is that of a country, or of a place in one of the countries of the draft.
pub(crate) fn is_known(name: &str, draft: &Draft) -> bool {
    names_country(name) || is_known_place(name, draft)
}

fn is_known_place(name: &str, draft: &Draft) -> bool {
    let vocabularies = Vocabularies::bundled();
    if name.chars().count() > LONGEST_NAME {
        return false;
    }
    let is_code = name.bytes().any(|byte| byte.is_ascii_digit());
    let mut countries = draft.countries.iter().take(MOST_COUNTRIES).filter_map(|country| vocabularies.country(country));
    is_code && vocabularies.place(name, None, None).is_some()
        || countries.any(|country| vocabularies.place(name, Some(&country.alpha3), None).is_some())
}

/// Names that people write with two letters; `US` is also the code.
const NAMES_OF_TWO_LETTERS: &[&str] = &["UK", "US"];

/// Adds the words of a field that holds codes of countries (ISO 3166-1), or names of them.
pub(crate) fn add_country_code(code: &str, draft: &mut Draft) {
    if Vocabularies::bundled().country(code).is_some() {
        push_new(&mut draft.countries, code.to_owned());
    } else {
        add_stated_place(code, draft);
    }
}

/// Whether words from a field that holds any words name a country. Two letters there are a part of a country as a rule
/// (`CA`, `CO` and `MA` are states of one, and `DE` is many things), so that they are no code: where a record is about
/// a country, some field of it says so in more than two letters.
fn names_country(name: &str) -> bool {
    let is_short = name.len() == 2 && name.bytes().all(|letter| letter.is_ascii_alphabetic());
    (!is_short || NAMES_OF_TWO_LETTERS.contains(&name))
        && name.chars().count() <= LONGEST_NAME
        && Vocabularies::bundled().country(name).is_some()
}

/// The names in a list between commas, where they are all countries, or one country and places that are known in it.
/// Other lists may be anything: `Atlanta, Georgia` names no country.
pub(crate) fn listed_between_commas(text: &str) -> Option<Vec<String>> {
    let names: Vec<&str> = text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if !(2..=MOST_COUNTRIES).contains(&names.len()) {
        return None;
    }
    let vocabularies = Vocabularies::bundled();
    let (countries, places): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| names_country(name));
    let is_known = |place: &&str| match (&countries[..], place.chars().count() <= LONGEST_NAME) {
        ([country], true) => vocabularies
            .country(country)
            .is_some_and(|country| vocabularies.place(place, Some(&country.alpha3), None).is_some()),
        _ => false,
    };
    (!countries.is_empty() && places.iter().all(is_known)).then(|| names.into_iter().map(str::to_owned).collect())
}

fn add_country(name: &str, draft: &mut Draft) -> bool {
    let is_country = names_country(name);
    if is_country {
        push_new(&mut draft.countries, name.to_owned());
    }
    is_country
}

fn push_place(name: &str, draft: &mut Draft) {
    push_new(&mut draft.places, DraftPlace { text: name.to_owned(), ..DraftPlace::default() });
}

//! The licence: a code of the vocabulary, and the original words.

use super::distributions::address;
use super::reading::{Path, Reading};
use super::text::Limit;
use crate::Licence;
use crate::vocabulary::fold;

/// The code of a licence that is none of those we know.
const OTHER: &str = "other";

/// The stated words about the licence.
pub(super) struct LicenceText {
    pub(super) id: Option<String>,
    pub(super) title: Option<String>,
    pub(super) text: Option<String>,
    pub(super) url: Option<String>,
}

/// The licence; `None` where the source states none.
pub(super) fn licence(reading: &mut Reading<'_>, stated: LicenceText) -> Option<Licence> {
    let id = reading.optional(Path::Field("licence_id"), Limit::Line, stated.id).filter(|id| !says_nothing(id));
    let title =
        reading.optional(Path::Field("licence_title"), Limit::Line, stated.title).filter(|title| !says_nothing(title));
    let text = reading.optional(Path::Field("licence_text"), Limit::Text, stated.text);
    let url = address(reading, Path::Field("licence_url"), stated.url);
    if id.is_none() && title.is_none() && text.is_none() && url.is_none() {
        return None;
    }
    let (id_words, title_words, text_words, url_words) =
        (id.as_deref(), title.as_deref(), text.as_deref(), url.as_deref());
    // An id that only says "other" names nothing: what the source adds in words decides.
    let in_order = if id_words.is_some_and(says_other) {
        [text_words, title_words, url_words, id_words]
    } else {
        [id_words, title_words, url_words, text_words]
    };
    let known = in_order
        .into_iter()
        .flatten()
        .find_map(|words| reading.vocabularies.licence(words).filter(|code| *code != OTHER));
    let code = known.unwrap_or(OTHER).to_owned();
    if known.is_none() && !id_words.is_some_and(says_other) {
        let words = title_words.or(id_words).or(url_words).or(text_words).unwrap_or_default();
        reading.problem_with(
            "unknown-licence",
            Path::Field("licence"),
            "no known licence: kept in its own words",
            words,
        );
    }
    let words = text.or(title).or(id).filter(|words| *words != code);
    Some(Licence { code, text: words, url })
}

/// Ids that stand for a licence which is described elsewhere.
fn says_other(id: &str) -> bool {
    let id = id.to_ascii_lowercase();
    id == "other"
        || id == "hdx-other"
        || id.starts_with("other-")
        || id.starts_with("other ")
        || id.starts_with("other(")
}

/// CKAN's `notspecified`, and words that say no more.
fn says_nothing(words: &str) -> bool {
    words.len() <= 40
        && matches!(
            fold(words).as_str(),
            "notspecified"
                | "not specified"
                | "license not specified"
                | "licence not specified"
                | "none"
                | "unknown"
                | "n a"
                | "null"
                | "no license"
                | "no licence"
        )
}

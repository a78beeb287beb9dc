//! The licence: a code of the vocabulary, and the original words.

use super::distributions::address;
use super::reading::{Path, Reading};
use super::text::Limit;
use crate::Licence;
use crate::vocabulary::fold;

/// The code of a licence that is none of those we know.
const OTHER: &str = "other";

/// The code of what says that there is no licence, or none is known.
const NOT_SPECIFIED: &str = "not-specified";

/// The stated words about the licence.
pub(super) struct LicenceText {
    pub(super) id: Option<String>,
    pub(super) title: Option<String>,
    pub(super) text: Option<String>,
    pub(super) url: Option<String>,
}

/// The licence; `None` where the source states none.
pub(super) fn licence(reading: &mut Reading<'_>, stated: LicenceText) -> Option<Licence> {
    let is_nothing = |reading: &Reading<'_>, words: &str| {
        says_nothing(words) || words.len() <= 80 && reading.vocabularies.licence(words) == Some(NOT_SPECIFIED)
    };
    let id = reading.optional(Path::Field("licence_id"), Limit::Line, stated.id);
    let title = reading.optional(Path::Field("licence_title"), Limit::Line, stated.title);
    // CKAN writes `notspecified`, and as the title what the portal's language has for that.
    let by_id = id.as_deref().is_some_and(|id| is_nothing(reading, id));
    let names_one =
        |title: &str| reading.vocabularies.licence(title).is_some_and(|code| ![OTHER, NOT_SPECIFIED].contains(&code));
    let title = title.filter(|title| !is_nothing(reading, title) && (!by_id || names_one(title)));
    let id = id.filter(|_| !by_id);
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
    let code_of = |words: &str| reading.vocabularies.licence(words).filter(|code| *code != OTHER);
    let known = in_order.into_iter().flatten().find_map(|words| Some((words, code_of(words)?)));
    // An id that states no version, such as CKAN's `cc-by`, means the one that the address or the title states.
    let known = known.map(|(words, code)| {
        let in_version = [url_words, title_words].into_iter().flatten().filter(|other| states_version(other));
        let same = in_version.filter_map(code_of).find(|other| family(other) == family(code));
        if states_version(words) { code } else { same.unwrap_or(code) }
    });
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

/// Whether words about a licence hold a number, which is its version.
fn states_version(words: &str) -> bool {
    words.bytes().any(|byte| byte.is_ascii_digit())
}

/// The code of a licence without its version.
fn family(code: &str) -> &str {
    code.find("-1.")
        .or_else(|| code.find("-2."))
        .or_else(|| code.find("-3."))
        .or_else(|| code.find("-4."))
        .map_or(code, |end| &code[..end])
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
    words.len() <= 80
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
                | "licence non specifiee"
                | "license non specifiee"
                | "non specifie"
                | "licencia no especificada"
                | "no especificado"
                | "nao especificada"
                | "nao especificado"
                | "licenca nao especificada"
                | "sem licenca"
                | "الرخصة غير محددة"
                | "رخصة غير محددة"
                | "الترخيص غير محدد"
        )
}

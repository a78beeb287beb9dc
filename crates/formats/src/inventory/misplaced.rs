//! Levels of terms that stand where something else was due: alone in a cell of remarks, at an end of a title, among keywords, in the
//! place of an address. They close.

use cairn_model::vocabulary::fold;
use cairn_model::{Classification, Sharing, Vocabularies};

use super::columns::Column;
use super::unread::is_about_sharing;
use crate::access::{Access, closing};

/// How words begin, folded, that mark data as closed wherever they stand alone. What can be said of something else (`Closed`, `Private`,
/// `Partners`, `Red`) does so under a header of terms alone.
const OF_MARKS_BEGIN: &[&str] =
    &["tlp", "intern", "confiden", "restri", "restreint", "secre", "strict", "داخلي", "سري", "مقيد", "للاستخدام"];

/// Bytes of a cell that can mark data.
const LONGEST_MARK: usize = 120;

/// Whether words are a level that closes, and nothing else.
pub(super) fn marks(words: &str) -> bool {
    if words.len() > LONGEST_MARK {
        return false;
    }
    let vocabularies = Vocabularies::bundled();
    let folded = fold(words);
    let begins_so = || OF_MARKS_BEGIN.iter().any(|begin| folded.starts_with(begin));
    let closes = || {
        vocabularies.sharing(words).is_some_and(|level| level >= Sharing::Restricted)
            || vocabularies.classification(words).is_some_and(|class| class >= Classification::Confidential)
    };
    (begins_so() || is_about_sharing(&folded)) && closes()
}

/// What of a cell closes its row, though the column is there for something else.
pub(super) fn mark_in(column: Column, cell: &str) -> Option<&str> {
    let cell = cell.trim();
    match column {
        // Their own words close, or their levels are those of a field.
        _ if column.is_of_terms() || column.is_of_contact() => None,
        Column::Reasons | Column::Licence | Column::Transfer | Column::LegalBasis | Column::Fields => None,
        Column::Title | Column::ListingTitle => mark_of_title(cell),
        Column::Description | Column::Methodology => mark_of_text(cell),
        Column::Caveats => mark_of_text(cell).or_else(|| says_whose(cell).then_some(cell)),
        // What is no address says why there is none.
        Column::Link | Column::LandingPage => {
            (!cell.contains("://") && closing(cell).is_some() || marks(cell)).then_some(cell)
        }
        _ => cell.split([';', '|', ',', '\n', '،', '؛']).map(str::trim).find(|part| marks(part)),
    }
}

/// Whether a remark says that data stays with those who have it. What limits access may be the road.
fn says_whose(text: &str) -> bool {
    let access = closing(text);
    matches!(access, Some(Access::Internal | Access::Named | Access::Confidential | Access::StrictlyConfidential))
}

/// A level at an end of a title (`Confidential – Registry of cases`), in brackets (`Registry [RESTRICTED]`), or a label of the Traffic
/// Light Protocol anywhere in it.
pub(super) fn mark_of_title(title: &str) -> Option<&str> {
    let mark = |part: &&str| marks(part) && !is_of_movement(part);
    let mut brackets = title.split(['(', '[', '{']).skip(1).filter_map(|part| part.split([')', ']', '}']).next());
    brackets.find(mark).or_else(|| ends(title).into_iter().flatten().find(mark)).or_else(|| traffic_light(title))
}

/// A level that is the first or the last sentence of a text, or stands before a dash.
fn mark_of_text(text: &str) -> Option<&str> {
    let mut sentences = text.split(['\n', ';', '.', '!']).map(str::trim).filter(|part| !part.is_empty());
    let first = sentences.next()?;
    let last = sentences.next_back().unwrap_or(first);
    marks(text).then_some(text).or_else(|| {
        let outer = [first, ends(first)[0].unwrap_or_default(), last];
        outer.into_iter().find(|part| marks(part) && !is_of_movement(part)).or_else(|| traffic_light(first))
    })
}

/// What stands before the first dash, colon or bar and behind the last.
fn ends(title: &str) -> [Option<&str>; 2] {
    let separators = [" - ", " – ", " — ", ": ", "| ", " -- "];
    let first = separators.iter().filter_map(|separator| title.split_once(separator)).map(|(head, _)| head);
    let last = separators.iter().filter_map(|separator| title.rsplit_once(separator)).map(|(_, tail)| tail);
    [first.min_by_key(|head| head.len()), last.min_by_key(|tail| tail.len())].map(|end| end.map(str::trim))
}

/// `internal` alone says in titles what kind of movement or market is meant, unless it is written as stamps are.
fn is_of_movement(words: &str) -> bool {
    let folded = fold(words);
    folded.starts_with("intern") && !folded.contains(' ') && words.contains(char::is_lowercase)
}

/// A label of the Traffic Light Protocol that closes, from where it begins.
fn traffic_light(text: &str) -> Option<&str> {
    let is_word = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
    let mut found = text.char_indices().filter(|(at, letter)| matches!(letter, 't' | 'T') && is_word(*at));
    found.find_map(|(at, _)| {
        let label = &text[at..];
        let begins = label.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("tlp"));
        (begins && closing(label).is_some()).then_some(label)
    })
}

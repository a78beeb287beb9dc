//! How much of a record its page shows: what is longer is had as JSON, and the page says so.

/// Names of a list that a page shows.
pub(super) const MOST_NAMES: usize = 100;

/// Characters of the descriptions of a record, in all its languages.
pub(super) const MOST_TEXT: usize = 40_000;

/// Characters of any other text.
const MOST_WORDS: usize = 4_000;

/// Names with commas between them: the first of them, and how many more there are.
pub(super) fn names<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len().saturating_sub(MOST_NAMES);
    let shown: Vec<&str> = names.take(MOST_NAMES).collect();
    let shown = shortened(&shown.join(", "));
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

/// The beginning of a text that is too long for a page.
pub(super) fn shortened(text: &str) -> String {
    cut(text, MOST_WORDS).map_or_else(|| text.to_owned(), |cut| format!("{cut}…"))
}

/// The first paragraphs of a description.
pub(super) struct Beginning {
    pub(super) paragraphs: Vec<String>,
    /// Whether there are more.
    pub(super) goes_on: bool,
}

impl Beginning {
    /// As much of it as a page has room for, in characters: what it takes is taken off.
    pub(super) fn within(room: &mut usize, paragraphs: Vec<String>) -> Self {
        let mut shown = Vec::new();
        for paragraph in paragraphs {
            if let Some(cut) = cut(&paragraph, *room) {
                *room = 0;
                shown.push(format!("{cut}…"));
                return Self { paragraphs: shown, goes_on: true };
            }
            *room -= paragraph.chars().count();
            shown.push(paragraph);
        }
        Self { paragraphs: shown, goes_on: false }
    }
}

/// The first `most` characters of a text that has more.
fn cut(text: &str, most: usize) -> Option<&str> {
    text.char_indices().nth(most).map(|(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_has_no_room_for_is_counted_or_marked() {
        assert_eq!(names(["a", "b"].into_iter()), "a, b");
        let many = vec!["x"; MOST_NAMES + 7];
        assert!(names(many.into_iter()).ends_with("x, x and 7 more"));
        assert_eq!(shortened("short"), "short");
        assert_eq!(shortened(&"\u{639}".repeat(MOST_WORDS + 1)).chars().count(), MOST_WORDS + 1);
        let begun =
            Beginning::within(&mut { MOST_TEXT }, vec!["one".to_owned(), "y".repeat(MOST_TEXT), "three".to_owned()]);
        let shown = (begun.paragraphs.len(), begun.paragraphs[1].chars().count());
        assert_eq!((shown, begun.goes_on), ((2, MOST_TEXT - 3 + 1), true));
        let short = Beginning::within(&mut { MOST_TEXT }, vec!["one".to_owned()]);
        assert_eq!((short.paragraphs, short.goes_on), (vec!["one".to_owned()], false));
    }
}

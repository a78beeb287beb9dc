//! Lists in which everything stands once, and texts in which every paragraph does; of a length that can be looked through.

use std::collections::HashSet;

/// One more than any list of a record may have, so that whoever cuts it knows that there was more.
const MOST: usize = 5_001;

/// Bytes of a text in which a further paragraph is still looked for. Records repeat a short text, and no long one.
const LOOKED_THROUGH: usize = 16 * 1024;

/// Bytes past which nothing is added to a text: far more than a record keeps of one.
const LONGEST: usize = 1 << 20;

/// Adds what is not in the list yet, up to a length that no record has.
pub(crate) fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    push_unless(list, item, |known, item| known == item);
}

/// As [`push_new`], where two are the same that `is_same` says are.
pub(crate) fn push_unless<T>(list: &mut Vec<T>, item: T, is_same: impl Fn(&T, &T) -> bool) {
    if list.len() < MOST && !list.iter().any(|known| is_same(known, &item)) {
        list.push(item);
    }
}

/// Adds a paragraph that does not stand in the text yet, set apart by a blank line.
pub(crate) fn add_paragraph(text: &mut String, paragraph: &str) {
    let is_known = text.len() <= LOOKED_THROUGH && text.contains(paragraph);
    if is_known && !text.is_empty() || text.len() > LONGEST {
        return;
    }
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(paragraph);
}

/// Paragraphs as one text, each once; none where there is none.
pub(crate) fn paragraphs(texts: impl IntoIterator<Item = String>) -> Option<String> {
    let mut seen = HashSet::new();
    let kept: Vec<String> = texts.into_iter().filter(|text| seen.insert(text.clone())).collect();
    (!kept.is_empty()).then(|| kept.join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_stands_once() {
        let mut list = vec![1, 2];
        push_new(&mut list, 2);
        push_new(&mut list, 3);
        assert_eq!(list, [1, 2, 3]);
        let mut text = String::new();
        for paragraph in ["a", "b", "a"] {
            add_paragraph(&mut text, paragraph);
        }
        assert_eq!(text, "a\n\nb");
        assert_eq!(paragraphs(["a", "b", "a"].map(str::to_owned)).as_deref(), Some("a\n\nb"));
        assert_eq!(paragraphs([]), None);
    }

    #[test]
    fn neither_list_nor_text_grows_without_end() {
        let mut list = Vec::new();
        (0..6_000).for_each(|number| push_new(&mut list, number));
        assert_eq!(list.len(), MOST);
        let mut text = String::new();
        (0..300).for_each(|_| add_paragraph(&mut text, &"x".repeat(LOOKED_THROUGH)));
        assert!(text.len() < LONGEST + 2 * LOOKED_THROUGH);
    }
}

//! File formats, from names, endings and media types.

use super::concepts::{Concepts, local_name};
use super::table::Row;
use super::{Format, fold};
use crate::Problem;

/// Words that say only that a file is packed.
const PACKING_WORDS: &[&str] = &["zip", "zipped", "gz", "gzip", "gzipped", "compressed", "archive", "bz2", "xz"];

/// The formats: their terms, and beside each its media type.
#[derive(Debug, Clone, Default)]
pub(super) struct Formats {
    pub(super) concepts: Concepts,
    formats: Vec<Format>,
}

impl Formats {
    /// Adds or amends the format of a row; its media types are codes of it, and the first is its own.
    pub(super) fn take(&mut self, row: Row<'_>, problems: &mut Vec<Problem>) {
        let Some(term) = self.concepts.take(row, problems) else { return };
        if term == self.formats.len() {
            self.formats.push(Format { code: self.concepts.code_at(term).to_owned(), media_type: None });
        }
        if let Some(media_type) = row.stated("media_type") {
            self.formats[term].media_type = Some(media_type.to_owned());
            self.concepts.add_code(term, media_type);
        }
    }

    /// The format of a name, a file ending with or without its dot, a media type with or without parameters, or an
    /// address that ends in one of them. A packed file counts as what is packed (`zipped shapefile`, `csv.gz`).
    pub(super) fn find(&self, text: &str) -> Option<&Format> {
        let text = text.trim().trim_start_matches(['.', '*']);
        let text = text.split_once(';').map_or(text, |(media_type, _)| media_type.trim_end());
        self.index_of(text).map(|index| &self.formats[index])
    }

    fn index_of(&self, text: &str) -> Option<usize> {
        if let Some(index) = self.concepts.find(text) {
            return Some(index);
        }
        if local_name(text).is_some() {
            // An address of the IANA registry ends in both parts of a media type; the last alone may say less.
            let mut parts = text.rsplitn(3, '/');
            let (subtype, kind) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            return self.concepts.find(&format!("{kind}/{subtype}"));
        }
        if text.contains('/') {
            let suffix = text.rsplit_once('+').map(|(_, suffix)| suffix);
            if let Some("json" | "xml" | "zip") = suffix {
                return self.concepts.find(suffix.unwrap_or_default());
            }
        }
        let folded = fold(text);
        let words: Vec<&str> = folded.split(' ').filter(|word| !PACKING_WORDS.contains(word)).collect();
        if words.is_empty() { None } else { self.concepts.find_key(&words.join(" ")) }
    }
}

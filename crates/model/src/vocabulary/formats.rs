//! File formats, from names, endings and media types.

use std::collections::HashMap;

use super::concepts::{Concepts, LONGEST_NAME, local_name, push_new};
use super::table::Row;
use super::{Format, fold};
use crate::Problem;

/// Words that say only that a file is packed.
const PACKING_WORDS: &[&str] = &["zip", "zipped", "gz", "gzip", "gzipped", "compressed", "archive", "bz2", "xz"];

/// The formats: their terms, and beside each its media type.
#[derive(Debug, Clone, Default)]
pub(super) struct Formats {
    pub(super) concepts: Concepts,
    listed: Vec<Format>,
    /// The codes of those for which people ask by a word, folded.
    asked_for: HashMap<String, Vec<String>>,
}

impl Formats {
    /// Adds or amends the format of a row; its media types are codes of it, and the first is its own.
    pub(super) fn take(&mut self, row: Row<'_>, problems: &mut Vec<Problem>) {
        let Some(term) = self.concepts.take(row, problems) else { return };
        if term == self.listed.len() {
            self.listed.push(Format { code: self.concepts.code_at(term).to_owned(), media_type: None });
        }
        if let Some(media_type) = row.stated("media_type") {
            self.listed[term].media_type = Some(media_type.to_owned());
            self.concepts.add_code(term, media_type);
        }
        for word in row.list("words") {
            push_new(self.asked_for.entry(fold(word)).or_default(), &self.listed[term].code);
        }
    }

    /// The codes of the formats for which people ask by a folded word.
    pub(super) fn asked_for(&self, word: &str) -> &[String] {
        self.asked_for.get(word).map_or(&[], Vec::as_slice)
    }

    /// The format of a name, a file ending with or without its dot, a media type with or without parameters, or an
    /// address that ends in one of them. A packed file counts as what is packed (`zipped shapefile`, `csv.gz`).
    pub(super) fn find(&self, text: &str) -> Option<&Format> {
        let text = text.trim().trim_start_matches(['.', '*']);
        let text = text.split_once(';').map_or(text, |(media_type, _)| media_type.trim_end());
        self.index_of(text).map(|index| &self.listed[index])
    }

    fn index_of(&self, text: &str) -> Option<usize> {
        if text.len() > LONGEST_NAME {
            return None;
        }
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
        if let Some((outside, inside)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            // What stands in brackets is the shorter name, or how the file is packed.
            if let Some(index) = self.concepts.find(inside.trim_start_matches('.')).filter(|_| !is_packing(inside)) {
                return Some(index);
            }
            return self.unpacked(outside).or_else(|| self.unpacked(text));
        }
        self.unpacked(text)
    }

    fn unpacked(&self, text: &str) -> Option<usize> {
        let folded = fold(text);
        let words: Vec<&str> = folded.split(' ').filter(|word| !PACKING_WORDS.contains(word)).collect();
        if words.is_empty() { None } else { self.concepts.find_key(&words.join(" ")) }
    }
}

fn is_packing(text: &str) -> bool {
    fold(text).split(' ').all(|word| PACKING_WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::super::Vocabularies;

    fn code(text: &str) -> Option<&str> {
        Vocabularies::bundled().format(text).map(|format| format.code.as_str())
    }

    #[test]
    fn every_label_alias_and_media_type_finds_its_own_format() {
        let vocabularies = Vocabularies::bundled();
        for term in vocabularies.terms("format").unwrap_or_default() {
            let expected = Some(term.code.as_str());
            assert_eq!(code(&term.code.to_lowercase()), expected);
            assert_eq!(code(&format!(".{}", term.code)), expected);
            for name in vocabularies.names_of("format", &term.code) {
                assert_eq!(code(name), expected, "{name}");
            }
            let media_type = vocabularies.format(&term.code).and_then(|format| format.media_type.clone());
            if let Some(media_type) = media_type {
                assert_eq!(code(&media_type.to_uppercase()), expected, "{media_type}");
            }
        }
    }

    #[test]
    fn formats_are_read_as_sources_write_them() {
        let cases = [
            ("text/csv; charset=utf-8", "CSV"),
            ("https://www.iana.org/assignments/media-types/text/csv", "CSV"),
            ("http://publications.europa.eu/resource/authority/file-type/CSV", "CSV"),
            ("zipped shapefile", "SHP"),
            ("SHP (zip)", "SHP"),
            ("csv.gz", "CSV"),
            ("ESRI Shapefile (.shp)", "SHP"),
            ("Tagged Image File Format (TIFF)", "GEOTIFF"),
            ("Fichiers de formes (SHP)", "SHP"),
            ("Excel (compressed)", "XLSX"),
            ("zipped geodatabase", "GDB"),
            ("ZIP", "ZIP"),
            ("Excel", "XLSX"),
            ("application/vnd.ms-excel.sheet.macroEnabled.12", "XLSX"),
            ("XLS", "XLS"),
            ("Geo JSON", "GEOJSON"),
            ("application/vnd.geo+json", "GEOJSON"),
            ("application/something+json", "JSON"),
            ("application/ld+json", "JSON-LD"),
            ("Web App", "WEB-APP"),
            ("Geoservice", "ARCGIS"),
            ("Esri REST", "ARCGIS"),
            ("OGC:WMS", "WMS"),
            ("Google Sheet", "GSHEET"),
            ("tif", "GEOTIFF"),
            ("maXML", "MAXML"),
            ("*.pdf", "PDF"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), Some(expected), "{text}");
        }
        for text in
            ["", ".", "application/unknown", "Originator data format", "XLS, CSV", "https://example.org/file", "/"]
        {
            assert_eq!(code(text), None, "{text}");
        }
    }
}

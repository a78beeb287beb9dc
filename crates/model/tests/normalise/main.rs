//! From drafts to records: what is kept, what is corrected, and what is reported.
#![expect(clippy::unwrap_used, reason = "tests")]

mod dates;
mod places;
mod problems;
mod quality;
mod terms;
mod texts;
mod vocabularies;
mod whole_records;

use cairn_model::{Dataset, Draft, LocalizedText, Normalised, Vocabularies, normalise};
use jiff::Timestamp;

fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn read(draft: Draft) -> Normalised {
    normalise("test", draft, Vocabularies::bundled(), noon())
}

/// A draft with an id and a title, so that neither is a problem.
fn draft() -> Draft {
    Draft { source_record_id: "r1".to_owned(), title: LocalizedText::undetermined("Roads"), ..Draft::default() }
}

#[expect(clippy::unnecessary_wraps, reason = "drafts hold it so")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn list(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Code, field and value of every problem.
fn problems(dataset: &Dataset) -> Vec<(&str, &str, Option<&str>)> {
    dataset
        .provenance
        .problems
        .iter()
        .map(|problem| (problem.code.as_str(), problem.field.as_str(), problem.value.as_deref()))
        .collect()
}

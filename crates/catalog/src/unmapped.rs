//! What sources say that no vocabulary knows, for those who look after the vocabularies.
//!
//! Nothing is kept of it: it is counted from the problems that the records have now, so that a term is gone once its word
//! stands in a table and its records were read anew.

use std::collections::{BTreeSet, HashMap};

use cairn_model::DatasetId;
use cairn_model::vocabulary::fold;
use cairn_policy::Viewer;
use serde::{Deserialize, Serialize};

use crate::spreadsheet::csv_file;
use crate::{Catalog, CatalogError, ProblemFilter, SourceProblem};

/// Terms that are counted; what comes after so many others is told as a number.
const MOST_TERMS: usize = 10_000;
/// Sources of a term that are named.
const MOST_SOURCES: usize = 20;

/// Problems that say that a word is in no vocabulary, and in which it was looked for.
const LOOKED_UP: &[(&str, &str)] = &[
    ("unknown-access-method", "access"),
    ("unknown-classification", "classification"),
    ("unknown-cluster", "cluster"),
    ("unknown-cost", "cost"),
    ("unknown-country", "country"),
    ("unknown-frequency", "frequency"),
    ("unknown-geographic-precision", "precision"),
    ("unknown-kind", "kind"),
    ("unknown-language", "language"),
    ("unknown-licence", "licence"),
    ("unknown-listing", "listing"),
    ("unknown-organisation-type", "organisation-type"),
    ("unknown-place", "place"),
    ("unknown-population-group", "population-group"),
    ("unknown-sensitivity", "sensitivity"),
    ("unknown-sharing", "sharing"),
    ("unknown-transfer", "transfer"),
];

/// Which terms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnmappedFilter {
    /// Those that were looked for in this vocabulary; `place` for the gazetteer.
    pub vocabulary: Option<String>,
    /// Those of this source.
    pub source: Option<String>,
}

/// A word of sources that no vocabulary knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnmappedTerm {
    /// The vocabulary in which it was looked for; `place` for the gazetteer.
    pub vocabulary: &'static str,
    /// The word as its first record has it. Spellings that a table compares as one are counted as one.
    pub value: String,
    /// Records that have it.
    pub records: u64,
    /// Sources that have it, 20 at most.
    pub sources: Vec<String>,
    /// The first of its records.
    pub example: UnmappedExample,
}

/// A record that has a word that no vocabulary knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnmappedExample {
    /// Its source.
    pub source: String,
    /// Its id there.
    pub source_record_id: Option<String>,
    /// Where the word stands in it: `clusters[0]`.
    pub field: String,
    /// Its id in this catalogue, where the viewer can see the record.
    pub dataset: Option<DatasetId>,
    /// Its title, where the viewer can see the record.
    pub title: Option<String>,
}

/// Words that no vocabulary knows, those of most records first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnmappedTerms {
    /// The words.
    pub items: Vec<UnmappedTerm>,
    /// How many more times such a word stood in a record than could be counted, because there are too many of them.
    pub not_counted: u64,
}

/// A page of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmappedPage {
    /// The words of the page, and what could not be counted at all.
    pub terms: UnmappedTerms,
    /// What to give as `after` for those that follow, where there are any.
    pub next: Option<String>,
}

/// Where a page ends.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    records: u64,
    vocabulary: String,
    value: String,
}

impl Catalog {
    /// What the sources that the viewer operates say that no vocabulary knows.
    ///
    /// # Errors
    /// `BadRequest` for a vocabulary in which nothing is looked up; `NotFound` for a source that the viewer does not operate,
    /// as for one that does not exist; store errors.
    pub async fn unmapped_terms(
        &self,
        viewer: &Viewer,
        filter: &UnmappedFilter,
    ) -> Result<UnmappedTerms, CatalogError> {
        let wanted = filter.vocabulary.as_deref().map(vocabulary_of).transpose()?;
        let mut account = Account::default();
        for source in self.sources_to_look_through(viewer, filter.source.as_deref()).await? {
            let mut walk = self.walk_problems(viewer, &source, ProblemFilter::default()).await?;
            while let Some(batch) = walk.next_batch().await? {
                for problem in batch {
                    account.add(&source, problem, wanted);
                }
            }
        }
        Ok(account.closed())
    }

    /// A page of them. `after` is `next` of the page before.
    ///
    /// # Errors
    /// As [`Self::unmapped_terms`]; `BadRequest` for an `after` of nobody's.
    pub async fn unmapped_page(
        &self,
        viewer: &Viewer,
        filter: &UnmappedFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<UnmappedPage, CatalogError> {
        let after = after.map(Place::from_cursor).transpose()?;
        let mut terms = self.unmapped_terms(viewer, filter).await?;
        if let Some(after) = after {
            terms.items.retain(|term| after.key() < key_of(term));
        }
        let more = terms.items.len() > limit;
        terms.items.truncate(limit);
        let next = terms.items.last().filter(|_| more).map(Place::to_cursor);
        Ok(UnmappedPage { terms, next })
    }

    /// The sources that a viewer operates, by id, or one of them.
    async fn sources_to_look_through(&self, viewer: &Viewer, only: Option<&str>) -> Result<Vec<String>, CatalogError> {
        if let Some(source) = only {
            return Ok(vec![self.operated(viewer, source).await?.id]);
        }
        let operated = self.store().sources().await?.into_iter();
        let mut operated: Vec<String> =
            operated.filter(|row| viewer.operates(row.organisation.as_deref())).map(|row| row.id).collect();
        operated.sort();
        Ok(operated)
    }
}

/// Words that no vocabulary knows as a CSV file (RFC 4180), UTF-8 with a byte order mark. A cell that a spreadsheet would take
/// for a formula begins with an apostrophe.
///
/// # Errors
/// `Internal`, which cannot be while memory is there.
pub fn unmapped_as_csv(terms: &UnmappedTerms) -> Result<String, CatalogError> {
    let headers =
        ["vocabulary", "value", "records", "sources", "source", "source_record_id", "field", "dataset", "title"];
    let mut lines = vec![headers.map(str::to_owned).to_vec()];
    for term in &terms.items {
        let example = &term.example;
        lines.push(vec![
            term.vocabulary.to_owned(),
            term.value.clone(),
            term.records.to_string(),
            term.sources.join("|"),
            example.source.clone(),
            example.source_record_id.clone().unwrap_or_default(),
            example.field.clone(),
            example.dataset.map(|id| id.to_string()).unwrap_or_default(),
            example.title.clone().unwrap_or_default(),
        ]);
    }
    csv_file(lines)
}

/// What is counted, by vocabulary and folded word.
#[derive(Default)]
struct Account {
    terms: HashMap<(&'static str, String), Counted>,
    not_counted: u64,
}

struct Counted {
    value: String,
    records: u64,
    sources: BTreeSet<String>,
    /// The last record that was counted: the problems of a record come one after the other.
    last: (String, Option<String>),
    example: UnmappedExample,
}

impl Account {
    fn add(&mut self, source: &str, problem: SourceProblem, wanted: Option<&'static str>) {
        let SourceProblem { record, source_record_id, title, problem, .. } = problem;
        let looked_up = LOOKED_UP.iter().find(|(code, _)| *code == problem.code).map(|(_, vocabulary)| *vocabulary);
        let (Some(vocabulary), Some(value)) = (looked_up, problem.value) else { return };
        if wanted.is_some_and(|wanted| wanted != vocabulary) {
            return;
        }
        let folded = fold(&value);
        let key = (vocabulary, if folded.is_empty() { value.clone() } else { folded });
        let this = (source.to_owned(), source_record_id);
        if let Some(known) = self.terms.get_mut(&key) {
            if known.last != this {
                known.records += 1;
                known.sources.insert(source.to_owned());
                known.last = this;
            }
        } else if self.terms.len() == MOST_TERMS {
            self.not_counted += 1;
        } else {
            let example = UnmappedExample {
                source: source.to_owned(),
                source_record_id: this.1.clone(),
                field: problem.field,
                dataset: record,
                title,
            };
            let sources = BTreeSet::from([source.to_owned()]);
            self.terms.insert(key, Counted { value, records: 1, sources, last: this, example });
        }
    }

    fn closed(self) -> UnmappedTerms {
        let term = |((vocabulary, _), counted): ((&'static str, String), Counted)| UnmappedTerm {
            vocabulary,
            value: counted.value,
            records: counted.records,
            sources: counted.sources.into_iter().take(MOST_SOURCES).collect(),
            example: counted.example,
        };
        let mut items: Vec<UnmappedTerm> = self.terms.into_iter().map(term).collect();
        items.sort_by(|one, other| key_of(one).cmp(&key_of(other)));
        UnmappedTerms { items, not_counted: self.not_counted }
    }
}

/// Names of the vocabularies in which words of sources are looked up, in alphabetical order.
pub fn unmapped_vocabularies() -> impl Iterator<Item = &'static str> {
    LOOKED_UP.iter().map(|(_, vocabulary)| *vocabulary)
}

/// The vocabulary of a name in which words of sources are looked up.
fn vocabulary_of(name: &str) -> Result<&'static str, CatalogError> {
    unmapped_vocabularies().find(|vocabulary| *vocabulary == name).ok_or_else(|| {
        let names: Vec<&str> = unmapped_vocabularies().collect();
        CatalogError::BadRequest(format!("`vocabulary` is one of {}", names.join(", ")))
    })
}

/// The order: most records first, then by vocabulary and word.
fn key_of(term: &UnmappedTerm) -> (std::cmp::Reverse<u64>, &str, &str) {
    (std::cmp::Reverse(term.records), term.vocabulary, &term.value)
}

impl Place {
    fn key(&self) -> (std::cmp::Reverse<u64>, &str, &str) {
        (std::cmp::Reverse(self.records), &self.vocabulary, &self.value)
    }

    fn to_cursor(term: &UnmappedTerm) -> String {
        let place = Self { records: term.records, vocabulary: term.vocabulary.to_owned(), value: term.value.clone() };
        // A place is two words and a number: writing it to memory cannot fail.
        hex::encode(serde_json::to_vec(&place).unwrap_or_default())
    }

    fn from_cursor(text: &str) -> Result<Self, CatalogError> {
        let unknown =
            || CatalogError::BadRequest("`after` is the `next` of a page before: it cannot be made up".to_owned());
        serde_json::from_slice(&hex::decode(text).map_err(|_| unknown())?).map_err(|_| unknown())
    }
}

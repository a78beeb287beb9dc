//! Invented records, and an index of them in memory.

use std::collections::BTreeMap;

use cairn_model::{
    Dataset, DatasetId, DateStamp, Distribution, Field, Listing, LocalizedText, Organisation, PartialDate, Sensitivity,
    Sharing, Terms,
};
use cairn_policy::{Role, Viewer, renditions};
use cairn_search::{
    FacetField, Index, IndexChange, IndexWriter, SearchIndex, SearchPage, SearchRequest, Writer, WriterOptions,
};

/// A record with an id, a title, and nothing that is not public.
pub(crate) fn dataset(name: &str, title: &str) -> Dataset {
    Dataset {
        source: "test".to_owned(),
        source_record_id: name.to_owned(),
        title: LocalizedText::new("en", title),
        terms: Terms {
            sensitivity: Sensitivity::Low,
            sharing: Sharing::Public,
            listing: Listing::Full,
            ..Terms::closed()
        },
        ..Dataset::empty(DatasetId::new("test", name))
    }
}

/// A record with a description.
pub(crate) fn described(name: &str, title: &str, description: &str) -> Dataset {
    Dataset { description: LocalizedText::new("en", description), ..dataset(name, title) }
}

pub(crate) fn organisation(id: &str, name: &str) -> Organisation {
    Organisation { id: id.to_owned(), name: name.to_owned(), kind: None }
}

pub(crate) fn stamp(text: &str) -> DateStamp {
    DateStamp { date: date(text), instant: None, raw: None }
}

pub(crate) fn date(text: &str) -> PartialDate {
    text.to_owned().try_into().unwrap()
}

pub(crate) fn file(format: &str) -> Distribution {
    Distribution { format: Some(format.to_owned()), ..Distribution::default() }
}

pub(crate) fn field(name: &str, sharing: Option<Sharing>) -> Field {
    Field { name: name.to_owned(), sharing, ..Field::default() }
}

pub(crate) fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

pub(crate) fn tags(values: &[&str]) -> BTreeMap<String, Vec<String>> {
    BTreeMap::from([("en".to_owned(), strings(values))])
}

/// The change that puts a record into the index.
pub(crate) fn put(dataset: &Dataset) -> IndexChange {
    IndexChange { id: dataset.id, renditions: renditions(dataset) }
}

/// The change that takes a record out.
pub(crate) fn withdraw(dataset: &Dataset) -> IndexChange {
    IndexChange { id: dataset.id, renditions: Vec::new() }
}

pub(crate) fn small() -> WriterOptions {
    WriterOptions { heap_bytes: 15 << 20, ..WriterOptions::default() }
}

/// An index in memory that holds records.
pub(crate) fn index_of(datasets: &[Dataset]) -> (Index, Writer) {
    let (index, mut writer) = Index::in_memory(small()).unwrap();
    let changes: Vec<IndexChange> = datasets.iter().map(put).collect();
    writer.apply(&changes, 1).unwrap();
    (index, writer)
}

pub(crate) fn text(text: &str) -> SearchRequest {
    SearchRequest { text: text.to_owned(), limit: 100, language: "en".to_owned(), ..SearchRequest::default() }
}

pub(crate) fn filter(facet: FacetField, values: &[&str]) -> SearchRequest {
    let mut request = text("");
    request.filters.values.insert(facet, strings(values));
    request
}

pub(crate) fn member(organisation: &str) -> Viewer {
    Viewer::member(organisation, &[], Role::Reader)
}

/// What an anonymous viewer finds.
pub(crate) fn search(index: &Index, request: &SearchRequest) -> SearchPage {
    index.search(&Viewer::anonymous(), request).unwrap()
}

/// The titles that a query finds, in alphabetical order.
pub(crate) fn found(index: &Index, query: &str) -> Vec<String> {
    let mut found: Vec<String> = titles(&search(index, &text(query))).into_iter().map(str::to_owned).collect();
    found.sort();
    found
}

/// The titles of hits, in order.
pub(crate) fn titles(page: &SearchPage) -> Vec<&str> {
    page.hits.iter().map(|hit| hit.card.title.best("en").unwrap()).collect()
}

/// The values and counts of a facet, in order.
pub(crate) fn counts(page: &SearchPage, facet: FacetField) -> Vec<(&str, u64)> {
    page.facets[&facet].iter().map(|count| (count.value.as_str(), count.count)).collect()
}

//! Description, keywords, topics and other words of a dataset.

use std::collections::BTreeMap;

use cairn_model::{Draft, text::UNDETERMINED};
use oxrdf::Term;

use crate::eu_theme;
use crate::rdf::graph::{Node, code_of, plain_text};

/// Names of descriptions, the best first.
const DESCRIPTIONS: &[&str] =
    &["dct:description", "dct:abstract", "dc:description", "schema:description", "rdfs:comment"];

/// States that warn of nothing.
const PLAIN_STATES: &[&str] =
    &["COMPLETED", "completed", "PUBLISHED", "published", "ACTIVE", "onGoing", "ONGOING", "final"];

/// Fills in what the dataset says in words, but for its title.
pub(super) fn fill(dataset: Node<'_>, draft: &mut Draft) {
    draft.description = dataset.texts_by_language(DESCRIPTIONS);
    draft.keywords = keywords(dataset);
    draft.languages = dataset
        .all_terms(&["dct:language", "dc:language", "schema:inLanguage"])
        .into_iter()
        .filter_map(|term| plain_text(term).or_else(|| dataset.words(term)))
        .collect();
    for term in
        dataset.all_terms(&["dcat:theme", "dct:subject", "schema:about", "geodcat:topicCategory", "dcatap:hvdCategory"])
    {
        if let Some(topic) = topic(dataset, term)
            && !draft.topics.contains(&topic)
        {
            draft.topics.push(topic);
        }
    }
    draft.methodology = methodology(dataset);
    draft.caveats = caveats(dataset);
}

fn keywords(dataset: Node<'_>) -> BTreeMap<String, Vec<String>> {
    let mut keywords: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for term in dataset.all_terms(&["dcat:keyword", "schema:keywords", "dc:subject"]) {
        let (language, text) = match term {
            Term::Literal(literal) => (literal.language(), Some(literal.value().to_owned())),
            other => (None, dataset.words(other)),
        };
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else { continue };
        keywords.entry(language.unwrap_or(UNDETERMINED).to_owned()).or_default().push(text);
    }
    keywords
}

/// A theme by the EU's name for it, by its label, else by the word at the end of its address.
fn topic(dataset: Node<'_>, term: &Term) -> Option<String> {
    if let Term::NamedNode(iri) = term
        && let Some(name) = eu_theme::name_of(iri.as_str())
    {
        return Some(name.to_owned());
    }
    if let Some(label) = dataset.follow(term).and_then(Node::label) {
        return Some(label);
    }
    let text = plain_text(term)?;
    // `…/TopicCategory/oceans` is a word; `…/eurovoc/100142` is none.
    code_of(term).filter(|code| code.len() > 2 && code.chars().all(char::is_alphabetic)).or(Some(text))
}

/// How the data was made, what it was made of, and what it is a part of.
fn methodology(dataset: Node<'_>) -> Option<String> {
    let mut parts = dataset.all_words(&["dct:provenance", "prov:wasGeneratedBy", "dcatde:qualityProcessURI"]);
    for (name, what) in [
        (&["dct:isPartOf", "dcat:inSeries"][..], "Part of"),
        (&["dct:source", "prov:wasDerivedFrom"][..], "Source"),
        (&["dct:conformsTo"][..], "Conforms to"),
        (&["foaf:page", "dct:references", "dct:isReferencedBy"][..], "See also"),
    ] {
        let words = dataset.all_words(name);
        if !words.is_empty() {
            parts.push(format!("{what}: {}", words.join(", ")));
        }
    }
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// What to beware of: notes on the version, and a state that warns.
fn caveats(dataset: Node<'_>) -> Option<String> {
    let mut parts = dataset.all_words(&["adms:versionNotes"]);
    for term in dataset.terms("adms:status") {
        let is_plain = code_of(term).is_some_and(|code| PLAIN_STATES.contains(&code.as_str()));
        let words = dataset.follow(term).and_then(Node::label).or_else(|| code_of(term));
        if !is_plain && let Some(words) = words {
            parts.push(format!("Status at the source: {words}"));
        }
    }
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

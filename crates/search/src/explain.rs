//! Why a hit matches: told for the hits of a page alone, from the document that its viewer sees.
//!
//! Words are looked up in the postings of that document and shown in the form that its title or description has; concepts are those
//! by which it was found. Nothing is told of a score.

use cairn_model::Vocabularies;
use cairn_model::vocabulary::{Concept, Context, Mention, Standing, Word};
use serde::{Deserialize, Serialize};
use tantivy::DocId;

use crate::SearchError;
use crate::concepts::{concept_of, whole_area_of};
use crate::document::{Stored, number_of};
use crate::languages::TextLanguage;
use crate::matching::cursors_of;
use crate::plan::{Plan, ScoredConcept, ScoredWord};
use crate::rank::SortBy;
use crate::schema::{ALL, ATTRIBUTES, Fields, KEYWORDS, NAMED, TITLE};
use crate::scorer::frequency_at;
use crate::segment::Segment;
use crate::tokens::{folded_words, visit_words};
use crate::years;

/// Days since the last change that are worth telling.
const RECENT: i64 = 365;
/// Bytes of a description in which the names of concepts are looked for.
const HEAD: usize = 1_000;

/// A part of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Its titles.
    Title,
    /// Keywords and topics.
    Keywords,
    /// Names of its organisations, countries and clusters.
    Names,
    /// Any other text.
    Text,
}

/// A term of a vocabulary, or a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The vocabulary that lists it; `place` for places.
    pub vocabulary: String,
    /// Code, or P-code.
    pub code: String,
}

/// A reason why a hit matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "as")]
pub enum Reason {
    /// It has a word of the query.
    Word {
        /// The word, as the query has it.
        word: String,
        /// How it stands in the title or description, where that is another form.
        form: Option<String>,
        /// Where.
        parts: Vec<Part>,
    },
    /// It has a word that begins as the query says.
    Beginning {
        /// The beginning.
        word: String,
        /// The first such word of the title or description.
        form: Option<String>,
    },
    /// It carries a concept that words of the query name, which it does not have themselves.
    Concept {
        /// The words.
        word: String,
        /// What they name.
        concept: Term,
        /// What of that its title or description names, where it is about a part of it.
        within: Option<Term>,
        /// Where the name of it, or of the part, stands.
        parts: Vec<Part>,
        /// How the title or description names it.
        form: Option<String>,
    },
    /// It is about all of an area in which the place lies that words of the query name.
    Around {
        /// The words.
        word: String,
        /// The area.
        concept: Term,
    },
    /// It covers a year that the query names, and does not say it.
    Covers {
        /// The year, as the query has it.
        word: String,
    },
    /// Its files are in a format for which a word of the query asks, and it does not have the word.
    Format {
        /// The word.
        word: String,
        /// The formats, by code.
        formats: Vec<String>,
    },
    /// It carries what comprises that which words of the query name.
    Broader {
        /// The words.
        word: String,
        /// What comprises it.
        concept: Term,
    },
    /// Its title has all the words next to each other.
    Together,
    /// It was changed in the last year, which counts a little.
    Changed {
        /// Days since then.
        days: i64,
    },
    /// It has only some of the words.
    Lacks {
        /// Those that it does not have.
        words: Vec<String>,
    },
}

/// Tells why the hits of one search match.
pub(crate) struct Explainer<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) fields: &'a Fields,
    pub(crate) vocabularies: &'a Vocabularies,
    pub(crate) today: i64,
}

impl Explainer<'_> {
    /// Why a document matches.
    pub(crate) fn reasons(&self, segment: &Segment, doc: DocId, stored: &Stored) -> Result<Vec<Reason>, SearchError> {
        self.plan.deadline.check()?;
        let mut reasons = Vec::new();
        let mut lacks = Vec::new();
        let id = segment.id(doc);
        let named = self.plan.records.iter().filter(|record| number_of(record.id) == id).map(|record| &record.words);
        for (at, word) in self.plan.words.iter().enumerate() {
            let parts = self.parts(segment, doc, word)?;
            if !parts.is_empty() {
                let form =
                    form_of(stored, |folded, written, language| word.stems.contains(&language.stem(folded, written)));
                let form = form.filter(|(folded, _)| *folded != word.folded).map(|(_, written)| written);
                reasons.push(Reason::Word { word: word.written.clone(), form, parts });
                continue;
            }
            match self.by_concept(segment, doc, stored, at)?.or_else(|| self.by_format(stored, word)) {
                Some(reason) if reasons.contains(&reason) => {}
                Some(reason) => reasons.push(reason),
                None if named.clone().any(|words| words.contains(&at)) => {}
                None => lacks.push(word.written.clone()),
            }
        }
        // Every hit has a word for each of them: no search does without.
        for prefix in &self.plan.prefixes {
            let form = form_of(stored, |folded, _, _| folded.starts_with(prefix.as_str()));
            reasons.push(Reason::Beginning { word: prefix.clone(), form: form.map(|(_, written)| written) });
        }
        if let words @ [_, _, ..] = self.plan.whole.as_slice()
            && stored.card.title.texts().any(|title| folded_words(title).windows(words.len()).any(|part| part == words))
        {
            reasons.push(Reason::Together);
        }
        let changed = segment.columns.modified.as_ref().and_then(|days| days.first(doc));
        let days = changed.map(|day| self.today.saturating_sub(day)).filter(|days| (0..=RECENT).contains(days));
        reasons.extend(days.filter(|_| self.plan.order.by == SortBy::Score).map(|days| Reason::Changed { days }));
        if !lacks.is_empty() {
            reasons.push(Reason::Lacks { words: lacks });
        }
        Ok(reasons)
    }

    /// The formats for which a word asks, among those of a document.
    fn by_format(&self, stored: &Stored, word: &ScoredWord) -> Option<Reason> {
        let asked_for = self.vocabularies.formats_asked_for(&word.folded);
        let formats: Vec<String> =
            stored.card.formats.iter().filter(|format| asked_for.contains(format)).cloned().collect();
        (!formats.is_empty()).then(|| Reason::Format { word: word.written.clone(), formats })
    }

    /// The parts of a document that have a word.
    fn parts(&self, segment: &Segment, doc: DocId, word: &ScoredWord) -> Result<Vec<Part>, SearchError> {
        let times = |field: usize| {
            let mut cursors = cursors_of(segment, self.fields.stems[field], &word.stems)?;
            Ok::<_, SearchError>(frequency_at(&mut cursors, doc))
        };
        let mut elsewhere = times(ALL)?;
        let mut parts = Vec::new();
        for field in NAMED {
            let named = times(field)?;
            elsewhere = elsewhere.saturating_sub(named);
            if named > 0 {
                parts.push(part_of(field));
            }
        }
        parts.extend((elsewhere > 0).then_some(Part::Text));
        Ok(parts)
    }

    /// The concept for which a document is found that does not have a word, by the place of that among the words.
    fn by_concept(
        &self,
        segment: &Segment,
        doc: DocId,
        stored: &Stored,
        at: usize,
    ) -> Result<Option<Reason>, SearchError> {
        for named in self.plan.concepts.iter().filter(|concept| concept.words.contains(&at)) {
            let word = self.words_of(named);
            let carries = |term: &String| {
                let mut cursors = cursors_of(segment, self.fields.concepts, std::slice::from_ref(term))?;
                Ok::<_, SearchError>(frequency_at(&mut cursors, doc) > 0)
            };
            for term in &named.carried {
                if years::is_term(term) && carries(term)? {
                    return Ok(Some(Reason::Covers { word }));
                }
                let Some(concept) = concept_of(term) else { continue };
                if !carries(term)? {
                    continue;
                }
                let NamedIn { parts, within, form } = self.named_in(stored, &concept);
                let within = within.as_ref().map(term_of);
                return Ok(Some(Reason::Concept { word, concept: term_of(&concept), within, parts, form }));
            }
            for term in &named.around {
                if !carries(term)? {
                    continue;
                }
                if let Some(area) = whole_area_of(term) {
                    return Ok(Some(Reason::Around { word, concept: term_of(&area) }));
                }
                if let Some(concept) = concept_of(term) {
                    return Ok(Some(Reason::Broader { word, concept: term_of(&concept) }));
                }
            }
        }
        Ok(None)
    }

    /// The words of the query that name a concept.
    fn words_of(&self, named: &ScoredConcept) -> String {
        let words = named.words.iter().filter_map(|at| self.plan.words.get(*at));
        words.map(|word| word.written.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// How the title and description of a record name a concept that it carries, or what lies within it, as records are read.
    fn named_in(&self, stored: &Stored, wanted: &Concept) -> NamedIn {
        let lexicon = self.vocabularies.lexicon();
        let card = &stored.card;
        let coded = [("country", &card.countries), ("cluster", &card.clusters)];
        let coded = coded.into_iter().flat_map(|(scheme, codes)| {
            codes.iter().map(move |code| Concept { scheme, code: code.clone() }).collect::<Vec<_>>()
        });
        let mut context = Context::default();
        let mut parts = Vec::new();
        for concept in coded {
            if concept == *wanted {
                parts.push(Part::Names);
            }
            context.state(&concept, lexicon);
        }
        // It carries it, whatever else says so.
        context.state(wanted, lexicon);
        let titles = card.title.texts().map(|text| (Part::Title, text));
        let texts = stored.text.values().map(|text| (Part::Text, &text[..text.floor_char_boundary(HEAD)]));
        let read = |(part, text)| {
            let words = Word::all_in(text);
            (part, text, lexicon.mentions(&words), words)
        };
        let texts: Vec<(Part, &str, Vec<Mention<'_>>, Vec<Word>)> = titles.chain(texts).map(read).collect();
        for (_, _, mentions, words) in &texts {
            context.read(words, mentions, lexicon);
        }
        // Of it, and of the first part of it.
        let (mut own, mut below) = (None, None);
        for (part, text, mentions, words) in &texts {
            for (mention, concept) in lexicon.certain_among(words, mentions, Standing::Text, &context) {
                let is_wanted = concept == wanted;
                let is_part =
                    || lexicon.covering(concept).contains(wanted) || lexicon.comprising(concept).contains(wanted);
                if !is_wanted && !is_part() {
                    continue;
                }
                if !parts.contains(part) {
                    parts.push(*part);
                }
                let form = || mention.written_in(text).to_owned();
                if is_wanted {
                    own.get_or_insert_with(form);
                } else {
                    below.get_or_insert_with(|| (concept.clone(), form()));
                }
            }
        }
        parts.sort_unstable();
        let is_named = own.is_some() || parts.contains(&Part::Names);
        let below = below.filter(|_| !is_named);
        let (within, form) = below.map_or((None, own), |(concept, form)| (Some(concept), Some(form)));
        NamedIn { parts, within, form }
    }
}

/// How a record names a concept.
struct NamedIn {
    /// Where.
    parts: Vec<Part>,
    /// What of it is named, where only that is.
    within: Option<Concept>,
    /// The words.
    form: Option<String>,
}

fn part_of(field: usize) -> Part {
    match field {
        TITLE => Part::Title,
        KEYWORDS => Part::Keywords,
        ATTRIBUTES => Part::Names,
        _ => Part::Text,
    }
}

fn term_of(concept: &Concept) -> Term {
    Term { vocabulary: concept.vocabulary().to_owned(), code: concept.code.clone() }
}

/// The first word of the titles, then of the descriptions, that is looked for: folded, and as it is written.
fn form_of(stored: &Stored, mut is_wanted: impl FnMut(&str, &str, TextLanguage) -> bool) -> Option<(String, String)> {
    let titles = stored.card.title.0.iter();
    for (tag, text) in titles.chain(&stored.text) {
        let language = stored.languages.of_text(tag);
        let mut found = None;
        visit_words(text, |folded, span| {
            let written = &text[span.from..span.to];
            if found.is_none() && is_wanted(folded, written, language) {
                found = Some((folded.to_owned(), written.to_owned()));
            }
        });
        if found.is_some() {
            return found;
        }
    }
    None
}

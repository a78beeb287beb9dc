//! From a request to what is done in every segment: conditions, words to score, what to keep.

use cairn_model::{DatasetId, Vocabularies};

use crate::concepts::{Named, concept_of, is_area};
use crate::condition::{Condition, both, needed, phrase, scored_words, text_condition, wanted_condition, words_in};
use crate::cursor::{self, Cursor, Way, foreign};
use crate::deadline::Deadline;
use crate::matching::{Conjunction, Matcher};
use crate::names::Known;
use crate::places::Places;
use crate::predicate::Predicate;
use crate::query::{self, QueryField, QueryNode, QueryTerm, TextScope};
use crate::rank::{Order, Place, SortBy};
use crate::schema::{Fields, series_term};
use crate::segment::Segment;
use crate::wording::{
    QueryWord, concepts_named_by, dataset_name_in, format_asked_for, meanings_of, names_in, record_named_by,
    says_nothing, whole_of, words_of,
};
use crate::years;
use crate::{FacetField, Filters, SearchError, SearchRequest, SortKey, UnknownValue};

mod looser;

/// A request made ready.
pub(crate) struct Plan {
    wanted: Vec<Condition>,
    /// Places of the wanted conditions that a search may do without.
    loose: Vec<usize>,
    /// Those of them that stand for a concept.
    names: Vec<usize>,
    unwanted: Vec<Condition>,
    pub(crate) predicate: Predicate,
    /// Words that score, each once, in the order of the query.
    pub(crate) words: Vec<ScoredWord>,
    /// Concepts that score, in the order of the query.
    pub(crate) concepts: Vec<ScoredConcept>,
    /// Records that the query names.
    pub(crate) records: Vec<NamedRecord>,
    /// The words of the query that stand for themselves, in its order, where there are several: a title that has them next to
    /// each other comes first.
    pub(crate) whole: Vec<String>,
    /// Beginnings of words that are marked in snippets.
    pub(crate) prefixes: Vec<String>,
    pub(crate) order: Order,
    pub(crate) after: Option<Cursor>,
    /// Which hits it has.
    pub(crate) way: Way,
    /// What is searched in place of the text of the request.
    pub(crate) meant: Option<String>,
    pub(crate) offset: usize,
    pub(crate) limit: usize,
    /// Facets to count, each once.
    pub(crate) facets: Vec<FacetField>,
    /// What a cursor of this search carries, so that it is refused by another.
    pub(crate) fingerprint: u64,
    /// Values in the text that stand for nothing.
    pub(crate) unknown: Vec<UnknownValue>,
    pub(crate) deadline: Deadline,
}

/// A word that scores.
pub(crate) struct ScoredWord {
    /// The word as the query has it.
    pub(crate) written: String,
    /// The word as texts are compared.
    pub(crate) folded: String,
    /// The stems that it can have.
    pub(crate) stems: Vec<String>,
    /// The wanted condition that reads the word's postings anyway, and the word's place in it.
    pub(crate) read_by: Option<(usize, usize)>,
}

/// A record that the query names by its id, which comes before all others.
pub(crate) struct NamedRecord {
    pub(crate) id: DatasetId,
    /// The words of the id, as places of [`Plan::words`]: the record need not have them.
    pub(crate) words: Vec<usize>,
}

/// A concept that scores in place of the words that name it, where a record says less by them.
pub(crate) struct ScoredConcept {
    /// The words that name it, as places of [`Plan::words`].
    pub(crate) words: Vec<usize>,
    /// Terms of the concepts that are meant.
    pub(crate) carried: Vec<String>,
    /// Terms of records about all of an area around it; where that is enough, those of whatever comprises it.
    pub(crate) around: Vec<String>,
}

impl Plan {
    /// Reads a request; refuses what cannot be run. `text` is that of the request, or what is searched in its place.
    pub(crate) fn of(request: &SearchRequest, text: &str, known: &Known) -> Result<Self, SearchError> {
        Self::read(request, text, known).map(Self::ready)
    }

    fn read(request: &SearchRequest, text: &str, known: &Known) -> Result<Self, SearchError> {
        if request.limit > SearchRequest::MAX_LIMIT {
            return Err(bad(format!("A page has at most {} hits.", SearchRequest::MAX_LIMIT)));
        }
        if request.offset > SearchRequest::MAX_OFFSET && request.cursor.is_none() {
            let most = SearchRequest::MAX_OFFSET;
            return Err(bad(format!("At most {most} hits can be passed over; follow the cursor to go further.")));
        }
        let fingerprint = cursor::fingerprint(request);
        let mut plan = Self {
            wanted: Vec::new(),
            loose: Vec::new(),
            names: Vec::new(),
            unwanted: Vec::new(),
            predicate: Predicate::of(&request.filters, request.today),
            words: Vec::new(),
            concepts: Vec::new(),
            records: Vec::new(),
            whole: Vec::new(),
            prefixes: Vec::new(),
            order: Order { by: SortBy::Modified, reversed: request.sort.reversed },
            after: None,
            way: Way::All,
            meant: (text != request.text).then(|| text.to_owned()),
            offset: if request.cursor.is_some() { 0 } else { request.offset },
            limit: request.limit,
            facets: Vec::new(),
            fingerprint,
            unknown: Vec::new(),
            deadline: Deadline(request.give_up_at),
        };
        plan.add_all(&query::parse(text)?.nodes, known);
        plan.add_filters(&request.filters, &known.vocabularies)?;
        plan.order.by = match request.sort.by {
            SortKey::Relevance if plan.words.is_empty() => SortBy::Modified,
            SortKey::Relevance => SortBy::Score,
            SortKey::Modified => SortBy::Modified,
            SortKey::Issued => SortBy::Issued,
            SortKey::Title => SortBy::Title,
            SortKey::Quality => SortBy::Quality,
            SortKey::Review => SortBy::Review,
        };
        if let Some(text) = &request.cursor {
            let cursor = Some(Cursor::read(text, fingerprint)?);
            plan.after = cursor.filter(|cursor| cursor.by == plan.order.by);
            plan.after.as_ref().ok_or_else(foreign)?;
        }
        for facet in &request.facets {
            if !plan.facets.contains(facet) {
                plan.facets.push(*facet);
            }
        }
        Ok(plan)
    }

    /// Takes the conditions of a query. Where words name a concept, records that carry it are taken for those that have the
    /// words; words that say nothing are passed over, unless no other word is left.
    fn add_all(&mut self, nodes: &[QueryNode], known: &Known) {
        self.whole = whole_of(nodes);
        let names = names_in(nodes, &known.vocabularies);
        let is_word = |node: &QueryNode| !node.excluded && !matches!(node.term, QueryTerm::Value { .. });
        let has_telling =
            !names.is_empty() || (0..nodes.len()).any(|at| is_word(&nodes[at]) && !says_nothing(nodes, at));
        let mut names = names.into_iter().peekable();
        let mut at = 0;
        while let Some(node) = nodes.get(at) {
            if let Some((_, name)) = names.next_if(|(first, _)| *first == at) {
                let of_name = &nodes[at..at + name.words];
                at += name.words;
                self.add_name(of_name, name, known);
                continue;
            }
            let tells = !says_nothing(nodes, at);
            at += 1;
            if let Some(text) = node.term.loose_text().filter(|_| node.excluded) {
                self.unwanted.extend(concepts_named_by(text, &known.vocabularies).map(Condition::AnyConcept));
            }
            if tells || !has_telling {
                self.add(node.term.clone(), node.excluded, known);
            }
        }
    }

    /// Takes words that name a concept or a namesake of one. The words of an area must stand next to each other, for the area of
    /// one of them is often another: Sudan, in the south, is not South Sudan.
    fn add_name(&mut self, nodes: &[QueryNode], name: Named, known: &Known) {
        let telling: Vec<&QueryNode> =
            (0..nodes.len()).filter(|at| !says_nothing(nodes, *at)).map(|at| &nodes[at]).collect();
        let texts = if telling.is_empty() { nodes.iter().collect() } else { telling };
        let mut conditions = Vec::with_capacity(texts.len());
        let mut words = Vec::new();
        let is_of_areas = name.terms.iter().all(|term| concept_of(term).is_some_and(|concept| is_area(&concept)));
        for node in texts {
            let text = node.term.loose_text().unwrap_or_default();
            let parts = if is_of_areas { words_of(text) } else { meanings_of(text, known.equivalents()) };
            let of_text = if is_of_areas { text_condition } else { wanted_condition };
            conditions.push(of_text(TextScope::All, false, text, &parts));
            words.extend(self.score(&scored_words(false, text, &parts)));
        }
        if is_of_areas && nodes.len() > 1 {
            let whole: Vec<QueryWord> =
                nodes.iter().filter_map(|node| node.term.loose_text()).flat_map(words_of).collect();
            conditions = vec![phrase(TextScope::All, &whole)];
        }
        self.loose.push(self.wanted.len());
        if name.terms.is_empty() {
            self.wanted.push(both(conditions));
            return;
        }
        let mut alternatives = vec![both(conditions), Condition::AnyConcept(name.terms.clone())];
        if !name.wider.is_empty() {
            alternatives.push(Condition::AnyConcept(name.wider.clone()));
        }
        self.names.push(self.wanted.len());
        self.wanted.push(Condition::Either(alternatives));
        self.concepts.push(ScoredConcept { words, carried: name.terms, around: name.wider });
    }

    fn add(&mut self, term: QueryTerm, excluded: bool, known: &Known) {
        let vocabularies = &*known.vocabularies;
        let is_loose = term.loose_text().is_some();
        match term {
            QueryTerm::Text { scope, text, quoted } => {
                let stands_as_written = quoted || excluded;
                let words = if stands_as_written { words_of(&text) } else { meanings_of(&text, known.equivalents()) };
                if is_loose && !excluded {
                    self.loose.push(self.wanted.len());
                }
                let of_text = if excluded { text_condition } else { wanted_condition };
                let mut condition = of_text(scope, quoted, &text, &words);
                let scored = scored_words(quoted, &text, &words);
                if let Some(name) = dataset_name_in(&text).filter(|_| is_loose) {
                    condition = Condition::Either(vec![condition, phrase(scope, &words_of(name))]);
                }
                if let Some(id) = record_named_by(&text).filter(|_| scope == TextScope::All) {
                    condition = Condition::Either(vec![Condition::Record(id), condition]);
                    if !excluded {
                        let words = self.score(&scored);
                        self.records.push(NamedRecord { id, words });
                    }
                }
                if let Some(format) = format_asked_for(&words, vocabularies).filter(|_| is_loose && !excluded) {
                    condition = Condition::Either(vec![condition, format]);
                }
                match years::named_by(text.trim()).filter(|_| is_loose && !excluded) {
                    Some(year) => self.add_year(condition, &scored, year),
                    None => self.take(condition, &scored, excluded),
                }
            }
            QueryTerm::Prefix { scope, text } => {
                let mut words = words_of(&text);
                let Some(last) = words.pop() else { return };
                let prefix = Condition::Prefix { of: words_in(scope), prefix: last.folded.clone() };
                if excluded && !words.is_empty() {
                    self.unwanted.push(Condition::Both(vec![phrase(scope, &words), prefix]));
                    return;
                }
                if !words.is_empty() {
                    self.take(phrase(scope, &words), &words, false);
                }
                if !excluded {
                    self.prefixes.push(last.folded);
                }
                self.take(prefix, &[], excluded);
            }
            QueryTerm::Value { field: QueryField::Facet(facet), value, quoted } => {
                let read =
                    if quoted { vec![facet.read(&value, vocabularies)] } else { facet.read_all(&value, vocabularies) };
                self.add_values(facet, read, excluded, vocabularies);
            }
            QueryTerm::Value { field: QueryField::Pcode, value, .. } => {
                let places = Places::of(value.split(','), vocabularies);
                self.take(places.map_or(Condition::Either(Vec::new()), Condition::AnyPlace), &[], excluded);
            }
        }
    }

    /// Takes values of a facet, read as a filter reads them. One that stands for nothing finds nothing, and is told.
    fn add_values(
        &mut self,
        facet: FacetField,
        read: Vec<Result<String, UnknownValue>>,
        excluded: bool,
        vocabularies: &Vocabularies,
    ) {
        let mut values = Vec::new();
        for read in read {
            match read {
                Ok(value) => values.push(value),
                Err(unknown) if !self.unknown.contains(&unknown) => self.unknown.push(unknown),
                Err(_) => {}
            }
        }
        if facet == FacetField::Freshness && !values.is_empty() {
            self.predicate.add_freshness(&values, excluded);
        } else {
            let terms = values.iter().flat_map(|value| facet.terms(value, vocabularies)).collect();
            self.take(Condition::AnyValue(terms), &[], excluded);
        }
    }

    /// Takes a year: what covers it is found beside what says it.
    fn add_year(&mut self, says_it: Condition, written: &[QueryWord], term: String) {
        let words = self.score(written);
        let carried = vec![term];
        self.wanted.push(Condition::Either(vec![says_it, Condition::AnyConcept(carried.clone())]));
        self.concepts.push(ScoredConcept { words, carried, around: Vec::new() });
    }

    /// Takes a condition, and the words by which it scores, each once.
    fn take(&mut self, condition: Condition, words: &[QueryWord], excluded: bool) {
        if excluded {
            self.unwanted.push(condition);
            return;
        }
        self.score(words);
        self.wanted.push(condition);
    }

    /// Lets words score, each once; answers their places.
    fn score(&mut self, words: &[QueryWord]) -> Vec<usize> {
        let mut places = Vec::with_capacity(words.len());
        for word in words {
            let known = self.words.iter().position(|known| known.stems == word.stems);
            places.push(known.unwrap_or_else(|| {
                let QueryWord { folded, written, stems } = word.clone();
                self.words.push(ScoredWord { written, folded, stems, read_by: None });
                self.words.len() - 1
            }));
        }
        places
    }

    fn add_filters(&mut self, filters: &Filters, vocabularies: &Vocabularies) -> Result<(), SearchError> {
        let most = SearchRequest::MAX_VALUES;
        for (facet, values) in &filters.values {
            if values.len() > most {
                return Err(bad(format!("The filter {} has more than {most} values.", facet.name())));
            }
            if values.is_empty() || *facet == FacetField::Freshness {
                continue;
            }
            let terms = values.iter().flat_map(|value| facet.terms(value, vocabularies)).collect();
            self.wanted.push(Condition::AnyValue(terms));
        }
        if let Some(key) = &filters.series {
            self.wanted.push(Condition::AnyValue(vec![series_term(key)]));
        }
        if filters.pcodes.len() > most {
            return Err(bad(format!("The filter pcode has more than {most} values.")));
        }
        let places = Places::of(filters.pcodes.iter().map(String::as_str), vocabularies);
        self.wanted.extend(places.map(Condition::AnyPlace));
        Ok(())
    }

    /// Drops conditions that others include, so that no postings are read twice (`wa* water*` asks no more than `water*`), and
    /// finds those whose postings tell how often a word occurs.
    fn ready(mut self) -> Self {
        self.wanted = needed(self.wanted, Condition::implies);
        // Of what is left out, the wider condition says more.
        self.unwanted = needed(self.unwanted, |other, one| one.implies(other));
        for word in &mut self.words {
            let mut wanted = self.wanted.iter().enumerate();
            word.read_by = wanted.find_map(|(at, condition)| Some((at, condition.place_of(&word.stems)?)));
        }
        self
    }

    /// Where in the order the hits of a segment begin, of a page that is not the first.
    pub(crate) fn place_in(&self, segment: &Segment) -> Result<Option<Place>, SearchError> {
        self.after.as_ref().map(|cursor| self.order.place(cursor, segment)).transpose()
    }

    /// The conditions on a segment, with `visible` and `hidden` from [`crate::audience`] added.
    pub(crate) fn conjunction(
        &self,
        segment: &Segment,
        fields: &Fields,
        visible: Option<Matcher>,
        hidden: Option<Matcher>,
    ) -> Result<Conjunction, SearchError> {
        let mut wanted = Vec::with_capacity(self.wanted.len() + 1);
        for condition in &self.wanted {
            self.deadline.check()?;
            wanted.push(condition.matcher(segment, fields)?);
        }
        wanted.extend(visible);
        let mut unwanted = Vec::with_capacity(self.unwanted.len() + 1);
        for condition in &self.unwanted {
            self.deadline.check()?;
            unwanted.push(condition.matcher(segment, fields)?);
        }
        unwanted.extend(hidden);
        Ok(Conjunction::new(wanted, unwanted, segment.reader.max_doc()))
    }
}

fn bad(message: String) -> SearchError {
    SearchError::BadQuery(message)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn plan(text: &str) -> Plan {
        let request = SearchRequest { text: text.to_owned(), ..SearchRequest::default() };
        Plan::of(&request, text, &Known::bundled()).unwrap()
    }

    /// How many conditions are wanted and unwanted.
    fn sizes(text: &str) -> (usize, usize) {
        let plan = plan(text);
        (plan.wanted.len(), plan.unwanted.len())
    }

    #[test]
    fn a_condition_that_another_includes_is_not_asked_again() {
        assert_eq!(sizes(&"wa* ".repeat(32)), (1, 0));
        assert_eq!(sizes("wa* wat* water* \"water\""), (1, 0));
        assert_eq!(sizes("-wa* -water* -\"water\""), (0, 1));
        assert_eq!(sizes(&"pcode:YE ".repeat(32)), (1, 0));
        assert_eq!(sizes("pcode:YE pcode:YE11"), (1, 0));
        assert_eq!(sizes("water water water"), (1, 0));
        assert_eq!(sizes("country:YEM country:YEM"), (1, 0));
    }

    #[test]
    fn conditions_that_differ_all_stay() {
        assert_eq!(sizes("wa* we* title:wa* water \"water point\" -water"), (4, 1));
        assert_eq!(sizes("country:YEM country:SYR pcode:YE pcode:SY"), (4, 0));
    }

    #[test]
    fn words_are_read_off_the_conditions_that_stay() {
        let plan = plan("wa* wat* water food water");
        for scored in &plan.words {
            let (at, _) = scored.read_by.unwrap();
            assert!(matches!(&plan.wanted[at], Condition::Word { stems, .. } if *stems == scored.stems));
        }
        assert_eq!(plan.words.len(), 2);
    }

    #[test]
    fn words_are_read_off_the_conditions_that_are_let_go() {
        let request = SearchRequest { text: "water title:x food water".to_owned(), ..SearchRequest::default() };
        let plan = Plan::of_some(&request, &request.text, &Known::bundled()).unwrap().unwrap();
        let read: Vec<&[String]> = plan
            .words
            .iter()
            .filter_map(|scored| {
                let (at, place) = scored.read_by?;
                let Condition::Either(conditions) = &plan.wanted[at] else { panic!("{:?}", plan.wanted) };
                let Condition::Word { stems, .. } = &conditions[place] else { panic!("{conditions:?}") };
                assert_eq!(*stems, scored.stems);
                Some(stems.as_slice())
            })
            .collect();
        assert_eq!(read.len(), 2);
    }

    #[test]
    fn words_that_say_nothing_are_passed_over_unless_nothing_else_is_left() {
        assert_eq!(sizes("how many wells are in the north"), (2, 0));
        assert_eq!(sizes("\"the wells\" of"), (1, 0));
        assert_eq!(sizes("wells -the"), (1, 1));
        assert_eq!(sizes("how many"), (2, 0));
        assert_eq!(sizes("how many country:YEM"), (3, 0));
    }
}

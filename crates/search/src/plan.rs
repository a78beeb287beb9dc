//! From a request to what is done in every segment: conditions, words to score, what to keep.

use cairn_policy::{Label, Viewer};
use tantivy::schema::IndexRecordOption;

use crate::cursor::{self, Cursor};
use crate::deadline::Deadline;
use crate::matching::{Conjunction, Matcher};
use crate::predicate::Predicate;
use crate::query::{self, QueryField, QueryTerm, TextScope};
use crate::rank::{Order, SortBy};
use crate::schema::{ALL, Fields, TITLE, filter_term};
use crate::segment::Segment;
use crate::tokens::folded_words;
use crate::{Cells, FacetField, Filters, SearchError, SearchRequest, SortKey};

/// A request made ready.
pub(crate) struct Plan {
    wanted: Vec<Condition>,
    /// Places of the wanted conditions that a search may do without.
    loose: Vec<usize>,
    unwanted: Vec<Condition>,
    pub(crate) predicate: Predicate,
    /// Words that score, each once, in the order of the query.
    pub(crate) words: Vec<ScoredWord>,
    /// Beginnings of words that are marked in snippets.
    pub(crate) prefixes: Vec<String>,
    pub(crate) order: Order,
    pub(crate) after: Option<Cursor>,
    pub(crate) offset: usize,
    pub(crate) limit: usize,
    /// Facets to count, each once.
    pub(crate) facets: Vec<FacetField>,
    /// Cells to count.
    pub(crate) cells: Vec<Cells>,
    /// What a cursor of this search carries, so that it is refused by another.
    pub(crate) fingerprint: u64,
    pub(crate) deadline: Deadline,
}

/// A word that scores.
pub(crate) struct ScoredWord {
    pub(crate) word: String,
    /// The wanted condition that reads the word's postings anyway, and the word's place in it.
    pub(crate) read_by: Option<(usize, usize)>,
}

/// A condition that the postings of a segment answer.
#[derive(Debug, PartialEq, Eq)]
enum Condition {
    /// Words next to each other, in a field of [`Fields::text`].
    Words { field: usize, words: Vec<String> },
    /// Words that begin so.
    Prefix { field: usize, prefix: String },
    /// Any of some facet values.
    AnyValue(Vec<String>),
    /// Any of some places, or a place below one.
    AnyPlace(Vec<String>),
    /// All of several.
    Both(Vec<Condition>),
    /// Any of several.
    Either(Vec<Condition>),
}

impl Plan {
    /// Reads a request; refuses what cannot be run.
    pub(crate) fn of(request: &SearchRequest) -> Result<Self, SearchError> {
        let mut plan = Self::read(request)?;
        plan.drop_what_others_say();
        Ok(plan)
    }

    /// The plan of a request that takes records with any of several words, where no record has all: the order is by how much of
    /// the query a record answers. `None` where nothing can be done without, and in other orders.
    pub(crate) fn relaxed(request: &SearchRequest) -> Result<Option<Self>, SearchError> {
        // What a word includes must hold without it, so nothing is dropped before the words are let go.
        let mut plan = Self::read(request)?;
        if !plan.let_go() {
            return Ok(None);
        }
        plan.drop_what_others_say();
        Ok(Some(plan))
    }

    fn read(request: &SearchRequest) -> Result<Self, SearchError> {
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
            unwanted: Vec::new(),
            predicate: Predicate::of(&request.filters, request.today),
            words: Vec::new(),
            prefixes: Vec::new(),
            order: Order { by: SortBy::Modified, reversed: request.sort.reversed },
            after: None,
            offset: if request.cursor.is_some() { 0 } else { request.offset },
            limit: request.limit,
            facets: Vec::new(),
            cells: request.cells.clone(),
            fingerprint,
            deadline: Deadline(request.give_up_at),
        };
        for node in query::parse(&request.text)?.nodes {
            plan.add(node.term, node.excluded);
        }
        plan.add_filters(&request.filters)?;
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
            plan.after = Some(Cursor::read(text, fingerprint, plan.order.by)?);
        }
        for facet in &request.facets {
            if !plan.facets.contains(facet) {
                plan.facets.push(*facet);
            }
        }
        Ok(plan)
    }

    fn add(&mut self, term: QueryTerm, excluded: bool) {
        let is_loose = matches!(term, QueryTerm::Text { scope: TextScope::All, quoted: false, .. });
        let condition = match term {
            QueryTerm::Text { scope, text, .. } => {
                Condition::Words { field: field_of(scope), words: folded_words(&text) }
            }
            QueryTerm::Prefix { scope, text } => {
                let field = field_of(scope);
                let mut words = folded_words(&text);
                let prefix = words.pop().unwrap_or_default();
                if !excluded {
                    self.prefixes.push(prefix.clone());
                }
                let prefix = Condition::Prefix { field, prefix };
                if words.is_empty() {
                    prefix
                } else if excluded {
                    Condition::Both(vec![Condition::Words { field, words }, prefix])
                } else {
                    self.want(Condition::Words { field, words });
                    prefix
                }
            }
            QueryTerm::Value { field: QueryField::Facet(FacetField::Freshness), value } => {
                self.predicate.add_freshness(&[value], excluded);
                return;
            }
            QueryTerm::Value { field: QueryField::Facet(facet), value } => {
                Condition::AnyValue(vec![filter_term(facet, &value)])
            }
            QueryTerm::Value { field: QueryField::Pcode, value } => Condition::AnyPlace(vec![pcode(&value)]),
        };
        if excluded {
            self.unwanted.push(condition);
        } else {
            if is_loose {
                self.loose.push(self.wanted.len());
            }
            self.want(condition);
        }
    }

    fn want(&mut self, condition: Condition) {
        let at = self.wanted.len();
        if let Condition::Words { field, words } = &condition {
            for (place, word) in words.iter().enumerate() {
                if self.words.iter().all(|known| known.word != *word) {
                    let read_by = (*field == ALL).then_some((at, place));
                    self.words.push(ScoredWord { word: word.clone(), read_by });
                }
            }
        }
        self.wanted.push(condition);
    }

    fn add_filters(&mut self, filters: &Filters) -> Result<(), SearchError> {
        let most = SearchRequest::MAX_VALUES;
        for (facet, values) in &filters.values {
            if values.len() > most {
                return Err(bad(format!("The filter {} has more than {most} values.", facet.name())));
            }
            if values.is_empty() || *facet == FacetField::Freshness {
                continue;
            }
            self.want(Condition::AnyValue(values.iter().map(|value| filter_term(*facet, value)).collect()));
        }
        let places: Vec<String> =
            filters.pcodes.iter().map(|code| pcode(code)).filter(|code| !code.is_empty()).collect();
        if places.len() > most {
            return Err(bad(format!("The filter pcode has more than {most} values.")));
        }
        if !places.is_empty() {
            self.want(Condition::AnyPlace(without_covered(places)));
        }
        Ok(())
    }

    /// Drops conditions that others include, so that no postings are read twice: `wa* water*` asks no more than `water*`.
    fn drop_what_others_say(&mut self) {
        let wanted = std::mem::take(&mut self.wanted);
        let is_needed = needed(&wanted, Condition::implies);
        let mut places = Vec::with_capacity(wanted.len());
        for (condition, is_needed) in wanted.into_iter().zip(&is_needed) {
            places.push(self.wanted.len());
            if *is_needed {
                self.wanted.push(condition);
            }
        }
        // Words are read off conditions that stay: one of words alone is dropped for an equal one before it.
        for word in &mut self.words {
            word.read_by = word.read_by.map(|(condition, place)| (places[condition], place));
        }
        let unwanted = std::mem::take(&mut self.unwanted);
        // Of what is left out, the wider condition says more.
        let is_needed = needed(&unwanted, |other, one| one.implies(other));
        self.unwanted = unwanted.into_iter().zip(is_needed).filter_map(|(one, needed)| needed.then_some(one)).collect();
    }

    /// Asks for any of the words that a search may do without; answers whether there are several.
    fn let_go(&mut self) -> bool {
        let mut places = vec![None; self.wanted.len()];
        let mut words = Vec::with_capacity(self.loose.len());
        for (at, condition) in std::mem::take(&mut self.wanted).into_iter().enumerate() {
            if !self.loose.contains(&at) {
                places[at] = Some(self.wanted.len());
                self.wanted.push(condition);
            } else if !words.contains(&condition) {
                words.push(condition);
            }
        }
        for word in &mut self.words {
            word.read_by = word.read_by.and_then(|(condition, place)| Some((places[condition]?, place)));
        }
        let are_several = words.len() > 1;
        self.wanted.push(Condition::Either(words));
        are_several && self.order.by == SortBy::Score
    }

    /// The conditions on a segment, with `visible` and `hidden` from [`Audience`] added.
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

/// Which conditions say something that no other does, by whether one `covers` another; of equal ones the first stays.
fn needed(conditions: &[Condition], covers: impl Fn(&Condition, &Condition) -> bool) -> Vec<bool> {
    let is_covered = |(at, one): (usize, &Condition)| {
        conditions
            .iter()
            .enumerate()
            .any(|(other_at, other)| other_at != at && covers(other, one) && (other_at < at || !covers(one, other)))
    };
    conditions.iter().enumerate().map(|place| !is_covered(place)).collect()
}

/// Codes each once, without those that lie below another.
fn without_covered(mut codes: Vec<String>) -> Vec<String> {
    codes.sort();
    // In this order a code comes right after what it lies below.
    codes.dedup_by(|code, above| code.starts_with(above.as_str()));
    codes
}

impl Condition {
    /// Whether every document that meets this condition meets the other, as far as the conditions themselves tell.
    fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (one, other) if one == other => true,
            (Self::Prefix { field, prefix }, Self::Prefix { field: other, prefix: shorter }) => {
                field == other && prefix.starts_with(shorter.as_str())
            }
            (Self::Words { field, words }, Self::Prefix { field: other, prefix }) => {
                field == other && words.iter().any(|word| word.starts_with(prefix.as_str()))
            }
            (Self::AnyValue(values), Self::AnyValue(others)) => values.iter().all(|value| others.contains(value)),
            (Self::AnyPlace(codes), Self::AnyPlace(others)) => {
                codes.iter().all(|code| others.iter().any(|above| code.starts_with(above.as_str())))
            }
            _ => false,
        }
    }

    fn matcher(&self, segment: &Segment, fields: &Fields) -> Result<Matcher, SearchError> {
        match self {
            Self::Words { field, words } => Matcher::phrase(segment, fields.text[*field], words),
            Self::Prefix { field, prefix } => {
                Matcher::prefix(segment, fields.text[*field], std::slice::from_ref(prefix))
            }
            Self::AnyValue(terms) => Matcher::any(segment, fields.filter, terms),
            Self::AnyPlace(codes) => Matcher::prefix(segment, fields.pcode, codes),
            Self::Both(conditions) => {
                let matchers = matchers(conditions, segment, fields)?;
                Ok(Matcher::Both(Box::new(Conjunction::new(matchers, Vec::new(), segment.reader.max_doc()))))
            }
            Self::Either(conditions) => Ok(Matcher::Either(matchers(conditions, segment, fields)?)),
        }
    }
}

fn matchers(conditions: &[Condition], segment: &Segment, fields: &Fields) -> Result<Vec<Matcher>, SearchError> {
    conditions.iter().map(|condition| condition.matcher(segment, fields)).collect()
}

/// The labels by which a viewer's documents are told, besides the public one that everybody holds.
pub(crate) struct Audience {
    labels: Vec<String>,
}

impl Audience {
    /// The audience that a viewer belongs to.
    pub(crate) fn of(viewer: &Viewer) -> Self {
        let public = Label::public();
        Self {
            labels: viewer.labels().filter(|label| **label != public).map(|label| label.as_str().to_owned()).collect(),
        }
    }

    /// Whether nothing is seen but what everyone sees.
    pub(crate) fn is_public_only(&self) -> bool {
        self.labels.is_empty()
    }

    /// Documents of the restricted tier that the viewer may see.
    pub(crate) fn visible(&self, segment: &Segment, fields: &Fields) -> Result<Matcher, SearchError> {
        Matcher::any(segment, fields.visible_to, &self.labels)
    }

    /// Documents in place of which the viewer sees a fuller one.
    pub(crate) fn superseded(&self, segment: &Segment, fields: &Fields) -> Result<Option<Matcher>, SearchError> {
        if self.is_public_only() {
            return Ok(None);
        }
        Ok(match Matcher::any(segment, fields.superseded_by, &self.labels)? {
            Matcher::Nothing => None,
            matcher => Some(matcher),
        })
    }
}

/// How postings of words that score are read.
pub(crate) const SCORED: IndexRecordOption = IndexRecordOption::WithFreqs;

fn field_of(scope: TextScope) -> usize {
    match scope {
        TextScope::All => ALL,
        TextScope::Title => TITLE,
    }
}

fn pcode(code: &str) -> String {
    code.trim().to_uppercase()
}

fn bad(message: String) -> SearchError {
    SearchError::BadQuery(message)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn plan(text: &str) -> Plan {
        Plan::of(&SearchRequest { text: text.to_owned(), ..SearchRequest::default() }).unwrap()
    }

    /// How many conditions are wanted and unwanted.
    fn sizes(text: &str) -> (usize, usize) {
        let plan = plan(text);
        (plan.wanted.len(), plan.unwanted.len())
    }

    #[test]
    fn a_condition_that_another_includes_is_not_asked_again() {
        assert_eq!(sizes(&"wa* ".repeat(32)), (1, 0));
        assert_eq!(sizes("wa* wat* water* water"), (1, 0));
        assert_eq!(sizes("-wa* -water* -water"), (0, 1));
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
        let plan = plan("wa* water fo* food");
        for scored in &plan.words {
            let (at, place) = scored.read_by.unwrap();
            assert!(matches!(&plan.wanted[at], Condition::Words { words, .. } if words[place] == scored.word));
        }
        assert_eq!(plan.words.len(), 2);
    }

    #[test]
    fn places_below_others_are_looked_up_with_them() {
        let codes = |codes: &[&str]| without_covered(codes.iter().map(|code| (*code).to_owned()).collect());
        assert_eq!(codes(&["YE11", "Y", "YE", "Y", "SY", "SY01"]), ["SY", "Y"]);
        assert_eq!(codes(&["YE12", "YE11"]), ["YE11", "YE12"]);
    }
}

//! Plans of a request that finds nothing as it is: what is let go, so that something is found.

use super::Plan;
use crate::concepts::terms_comprising;
use crate::condition::{Condition, parts};
use crate::cursor::Way;
use crate::names::Known;
use crate::rank::SortBy;
use crate::years;
use crate::{Matching, SearchError, SearchRequest};

impl Plan {
    /// The plan of a request for which some of the words are enough: the order is by how much of the query a record answers.
    /// `None` where it has no two words that a search may do without.
    pub(crate) fn of_some(request: &SearchRequest, text: &str, known: &Known) -> Result<Option<Self>, SearchError> {
        // What a word includes must hold without it, so nothing is dropped before the words are let go.
        let mut plan = Self::read(request, text, known)?;
        let is_ranked = plan.order.by == SortBy::Score || request.matching == Matching::Some;
        if !is_ranked || !plan.let_go() {
            return Ok(None);
        }
        Ok(Some(Self { way: Way::Some, ..plan.ready() }))
    }

    /// The plan of a request for which what its words name is enough: the other words only order what is found. `None` where
    /// that is no other search, and in other orders.
    pub(crate) fn of_names(request: &SearchRequest, text: &str, known: &Known) -> Result<Option<Self>, SearchError> {
        let mut plan = Self::read(request, text, known)?;
        if plan.order.by != SortBy::Score || plan.names.is_empty() || plan.names.len() == plan.loose.len() {
            return Ok(None);
        }
        plan.keep_names();
        Ok(Some(Self { way: Way::Names, ..plan.ready() }))
    }

    /// As [`Plan::of_names`], where what comprises that which the words name is enough, too: food security for famine, the country
    /// for a district. `None` where nothing comprises any of it, and for a name alone, of which the whole tells too little.
    pub(crate) fn of_wider_names(
        request: &SearchRequest,
        text: &str,
        known: &Known,
    ) -> Result<Option<Self>, SearchError> {
        let mut plan = Self::read(request, text, known)?;
        let mut asked = plan.loose.iter().filter_map(|at| plan.wanted.get(*at));
        let first = asked.next();
        let are_several = asked.any(|other| Some(other) != first);
        let mut is_wider = false;
        for (concept, at) in plan.concepts.iter_mut().zip(&plan.names) {
            let comprising = terms_comprising(&concept.carried, &known.vocabularies);
            if let Some(Condition::Either(alternatives)) = plan.wanted.get_mut(*at)
                && !comprising.is_empty()
            {
                alternatives.push(Condition::AnyConcept(comprising.clone()));
                concept.around.extend(comprising);
                is_wider = true;
            }
        }
        if plan.order.by != SortBy::Score || !is_wider || !are_several {
            return Ok(None);
        }
        plan.keep_names();
        Ok(Some(Self { way: Way::WiderNames, ..plan.ready() }))
    }

    /// Lets go of words that name nothing.
    fn keep_names(&mut self) {
        for (at, condition) in std::mem::take(&mut self.wanted).into_iter().enumerate() {
            if !self.loose.contains(&at) || self.names.contains(&at) {
                self.wanted.push(condition);
            }
        }
    }

    /// Asks for any of the words that a search may do without; answers whether there are several.
    fn let_go(&mut self) -> bool {
        let mut words: Vec<Condition> = Vec::with_capacity(self.loose.len());
        for (at, condition) in std::mem::take(&mut self.wanted).into_iter().enumerate() {
            if !self.loose.contains(&at) {
                self.wanted.push(condition);
                continue;
            }
            for part in parts(condition) {
                // The years that it covers and the formats of its files say nothing of what a record is about.
                let says_nothing = match &part {
                    Condition::AnyConcept(terms) => terms.iter().all(|term| years::is_term(term)),
                    Condition::AnyValue(_) => true,
                    _ => false,
                };
                if !says_nothing && !words.contains(&part) {
                    words.push(part);
                }
            }
        }
        let are_several = words.len() > 1;
        self.wanted.push(Condition::Either(words));
        are_several
    }
}

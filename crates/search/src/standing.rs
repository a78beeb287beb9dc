//! What a ranking goes by besides the query and the document: how rare words are, how long texts are, and the day.
//!
//! All of it changes with each commit, so the cursor of a first page carries it, and the pages behind it rank by the same. It is
//! told of public documents alone, of which everyone can count it; and one that somebody made up orders what they find
//! anyway.

use crate::SearchError;
use crate::cursor::{foreign, take};
use crate::plan::Plan;
use crate::rank::SortBy;
use crate::schema::{ALL, Fields};
use crate::statistics::Averages;
use crate::view::View;

/// Words and concepts of which a cursor carries the weights at the most: those of any query but a long one in a script
/// without spaces.
const MOST_WEIGHTS: usize = 64;
/// What no weight comes near to, however rare a word is.
const HEAVIEST: f32 = 1_000.0;

/// What a ranking goes by.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Standing {
    /// How telling the words are, in the order of the plan; none where the order is not by score.
    pub(crate) words: Vec<f32>,
    /// How telling the concepts are.
    pub(crate) concepts: Vec<f32>,
    pub(crate) averages: Averages,
    /// The day by which freshness is told, days since 1970-01-01.
    pub(crate) day: i64,
}

impl Standing {
    /// What the hits of a plan are ranked by: what the page before was, where there is one that says so of these words, else
    /// how things stand in a view.
    pub(crate) fn of(plan: &Plan, view: &View, fields: &Fields, today: i64) -> Result<Self, SearchError> {
        let before = plan.after.as_ref().and_then(|cursor| cursor.standing.as_ref());
        if let Some(before) = before.filter(|before| before.is_of(plan)) {
            return Ok(before.clone());
        }
        let mut standing = Self { averages: view.statistics.averages, day: today, ..Self::default() };
        if plan.order.by == SortBy::Score {
            let weight_of = |field, terms: &[String]| view.statistics.weight_of(&view.public, field, terms);
            for scored in &plan.words {
                standing.words.push(weight_of(fields.stems[ALL], &scored.stems)?);
            }
            for scored in &plan.concepts {
                standing.concepts.push(weight_of(fields.concepts, &scored.carried)?);
            }
        }
        Ok(standing)
    }

    /// Whether it has a weight for each word and concept of a plan: other vocabularies may read other concepts in a query.
    fn is_of(&self, plan: &Plan) -> bool {
        let is_ranked = plan.order.by == SortBy::Score;
        is_ranked && (self.words.len(), self.concepts.len()) == (plan.words.len(), plan.concepts.len())
    }

    /// Writes it into a cursor; nothing of one that is too long.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let is_short = self.words.len() + self.concepts.len() <= MOST_WEIGHTS;
        let sizes = (u8::try_from(self.words.len()), u8::try_from(self.concepts.len()));
        let (Ok(words), Ok(concepts)) = sizes else { return bytes.extend([0, 0]) };
        if !is_short || words == 0 {
            return bytes.extend([0, 0]);
        }
        bytes.extend([words, concepts]);
        bytes.extend(self.day.to_be_bytes());
        for number in self.averages.iter().chain(&self.words).chain(&self.concepts) {
            bytes.extend(number.to_be_bytes());
        }
    }

    /// Reads one off the front of a cursor, where there is one; refuses what could not be counted with.
    pub(crate) fn read(bytes: &mut &[u8]) -> Result<Option<Self>, SearchError> {
        let [words, concepts] = take(bytes)?;
        if (words, concepts) == (0, 0) {
            return Ok(None);
        }
        if words == 0 || usize::from(words) + usize::from(concepts) > MOST_WEIGHTS {
            return Err(foreign());
        }
        let mut standing = Self { day: i64::from_be_bytes(take(bytes)?), ..Self::default() };
        for average in &mut standing.averages {
            *average = number(bytes)?;
        }
        let mut weights = |count: u8| (0..count).map(|_| number(bytes)).collect::<Result<Vec<f32>, SearchError>>();
        standing.words = weights(words)?;
        standing.concepts = weights(concepts)?;
        let are_weights = standing.words.iter().chain(&standing.concepts).all(|weight| *weight <= HEAVIEST);
        let are_lengths = standing.averages.iter().all(|average| *average > 0.0);
        if are_weights && are_lengths { Ok(Some(standing)) } else { Err(foreign()) }
    }
}

/// The next number, one that can be counted with.
fn number(bytes: &mut &[u8]) -> Result<f32, SearchError> {
    let number = f32::from_be_bytes(take(bytes)?);
    if number.is_finite() && number >= 0.0 { Ok(number) } else { Err(foreign()) }
}

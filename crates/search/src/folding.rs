//! Folding: the hits of a search that are surely one dataset, shown as one.
//!
//! Which records are one follows from the links of the public tier and from what people said, and not from the search or
//! the viewer: so every page of a search folds alike, and a viewer who sees a fuller version of a record finds it in the same
//! group as everyone.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use cairn_model::DatasetId;
use cairn_model::duplicate::{FOLDED, contradict};

use crate::SearchError;
use crate::document::number_of;
use crate::duplicates::stored_of;
use crate::rank::Candidate;
use crate::schema::Fields;
use crate::view::View;

/// Most records that are folded into one. More of them are a series or a template, whatever their titles say.
const MOST_FOLDED: usize = 12;

/// What people said of pairs; the lower id stands first in each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decided {
    /// Pairs that are one, however little they look so.
    pub confirmed: BTreeSet<(DatasetId, DatasetId)>,
    /// Pairs that are not.
    pub rejected: BTreeSet<(DatasetId, DatasetId)>,
}

impl Decided {
    fn rejects(&self, left: DatasetId, right: DatasetId) -> bool {
        self.rejected.contains(&(left.min(right), left.max(right)))
    }
}

/// The group of each record that may be folded, by record id; groups are numbered.
pub(crate) fn groups(view: &View, fields: &Fields, decided: &Decided) -> Result<HashMap<u128, usize>, SearchError> {
    let duplicates = view.duplicates(fields)?;
    let mut neighbours: BTreeMap<DatasetId, BTreeSet<DatasetId>> = BTreeMap::new();
    let mut join = |left: DatasetId, right: DatasetId| {
        neighbours.entry(left).or_default().insert(right);
        neighbours.entry(right).or_default().insert(left);
    };
    for link in duplicates.links.iter().take_while(|link| link.judgement.confidence >= FOLDED) {
        if !decided.rejects(link.left, link.right) {
            join(link.left, link.right);
        }
    }
    let mut features = duplicates.features.clone();
    for (left, right) in &decided.confirmed {
        // A pair of which one is not public, or not compared, is folded for nobody.
        let (one, other) = (stored_of(view, fields, *left)?, stored_of(view, fields, *right)?);
        if let (Some(one), Some(other)) = (one.and_then(|one| one.features), other.and_then(|other| other.features)) {
            join(*left, *right);
            features.insert(*left, Arc::new(one));
            features.insert(*right, Arc::new(other));
        }
    }

    let may_stand_together = |left: DatasetId, right: DatasetId| {
        if decided.confirmed.contains(&(left, right)) {
            return true;
        }
        let contradict = match (features.get(&left), features.get(&right)) {
            (Some(left), Some(right)) => contradict(left, right),
            _ => false,
        };
        !contradict && !decided.rejects(left, right)
    };
    let mut groups = HashMap::new();
    let mut seen: BTreeSet<DatasetId> = BTreeSet::new();
    for (number, start) in neighbours.keys().enumerate() {
        let members = reached(*start, &neighbours, &mut seen);
        // What is joined only through others may still contradict: then nothing says which belong together.
        let are_one = (2..=MOST_FOLDED).contains(&members.len())
            && members.iter().all(|left| members.range(left..).skip(1).all(|right| may_stand_together(*left, *right)));
        if are_one {
            groups.extend(members.iter().map(|id| (number_of(*id), number)));
        }
    }
    Ok(groups)
}

/// The records that are joined with one, itself included; none where they were reached before.
fn reached(
    start: DatasetId,
    neighbours: &BTreeMap<DatasetId, BTreeSet<DatasetId>>,
    seen: &mut BTreeSet<DatasetId>,
) -> BTreeSet<DatasetId> {
    let mut members = BTreeSet::new();
    let mut waiting = vec![start];
    while let Some(id) = waiting.pop() {
        if seen.insert(id) {
            members.insert(id);
            waiting.extend(neighbours.get(&id).into_iter().flatten());
        }
    }
    members
}

/// The hits of a search that belong to groups, while it walks.
pub(crate) struct Folding {
    groups: HashMap<u128, usize>,
    /// Hits by group.
    found: BTreeMap<usize, Vec<Candidate>>,
}

impl Folding {
    pub(crate) fn new(groups: HashMap<u128, usize>) -> Self {
        Self { groups, found: BTreeMap::new() }
    }

    /// Takes a hit that belongs to a group; answers whether it does.
    pub(crate) fn takes(&mut self, id: u128, hit: impl FnOnce() -> Candidate) -> bool {
        let Some(group) = self.groups.get(&id) else { return false };
        self.found.entry(*group).or_default().push(hit());
        true
    }

    /// The hits of every group, in no order.
    pub(crate) fn into_found(self) -> impl Iterator<Item = Vec<Candidate>> {
        self.found.into_values()
    }
}

//! Records that a source lists under other ids than before: the same but for their ids (F15).
//!
//! A record that the source lacks goes on as one that it lists when both are the same beyond doubt: they share an identifier,
//! or title, organisation and files, and no other record that it lacks or lists has as much in common with either. The one
//! that it lists must be new: what stood beside the other before is another record. Records that other people may see are no
//! part of the comparison, so that what is hidden from somebody cannot change what becomes of what they see.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Debug;

use cairn_harvest::guard::{has_changed_all_ids, is_id_scheme_change};
use cairn_harvest::{EndProof, Verdict};
use cairn_model::duplicate::{Features, Key, KeyKind, contradict, keys};
use cairn_model::{Dataset, DatasetId};
use cairn_policy::{Rendition, renditions};
use cairn_store::Marked;
use sha2::{Digest, Sha256};

use super::Run;
use super::seen::{LACKING, RecordWalk, STILL_LISTED, is_newcomer};
use crate::CatalogError;

/// Records that are looked at together.
const AT_A_TIME: usize = 500;

/// A hash of something that tells a record from others whatever its id is, beside something that must be the same of both.
pub(super) type Mark = [u8; 32];

/// Records by what tells them from others.
#[derive(Default)]
struct Compared {
    /// By their marks; `None` where several have one, which therefore tells nothing.
    by_mark: HashMap<Mark, Option<DatasetId>>,
    /// Their ids at the source.
    names: HashMap<DatasetId, String>,
    /// Those that came since the last complete run.
    newcomers: HashSet<DatasetId>,
}

impl Run<'_> {
    /// The new id of each record that this run lacks and lists under another id, by the id at the source; none unless there
    /// are so many of them that the source changed its ids. Where a guard trips over what the run lacks, they are most of
    /// that; where none does, most of what the source listed before. Records of a dry run are stored nowhere, so it finds none.
    ///
    /// Only where the counts allow for that anything is compared. What is held in memory then grows with the records that are
    /// lacking, as what each of them has in common with others has to be known of all: some hundred bytes for each.
    pub(super) async fn renamed(
        &mut self,
        verdict: Verdict,
        proof: &EndProof,
        active: u64,
        lacking: u64,
    ) -> Result<HashMap<String, String>, CatalogError> {
        let mut renamed = HashMap::new();
        if lacking == 0 || *proof != EndProof::Proven {
            return Ok(renamed);
        }
        let newcomers = self.seen.mark_newcomers().await?;
        let before = active.saturating_sub(newcomers);
        let is_changed = |renamed: u64| match verdict {
            Verdict::GuardTripped => is_id_scheme_change(lacking, renamed),
            _ => has_changed_all_ids(before, renamed),
        };
        if !is_changed(lacking.min(newcomers)) {
            return Ok(renamed);
        }
        let lacking = self.compared(&[LACKING], None).await?;
        let listed = self.compared(&[STILL_LISTED], Some(&lacking)).await?;
        for some in pairs(&lacking, &listed).chunks(AT_A_TIME) {
            for (before, now) in self.without_contradictions(some).await? {
                if let (Some(before), Some(now)) = (lacking.names.get(&before), listed.names.get(&now)) {
                    renamed.insert(before.clone(), now.clone());
                }
            }
        }
        // What an edit closed looks like its source's word alone, so that its audience tells nothing.
        let names: HashSet<&String> = lacking.names.values().collect();
        let look_alikes = self.found_look_alikes().iter().filter(|(before, _)| names.contains(before));
        renamed.extend(look_alikes.map(|(before, now)| (before.clone(), now.clone())));
        if !is_changed(renamed.len() as u64) {
            renamed.clear();
        }
        Ok(renamed)
    }

    /// Active records that are so, without those whose removal is confirmed; of those that have no mark in common with others,
    /// where such are given, nothing is kept.
    async fn compared(
        &mut self,
        asked: &'static [Marked],
        others: Option<&Compared>,
    ) -> Result<Compared, CatalogError> {
        let mut compared = Compared::default();
        let mut walk = RecordWalk::new(asked);
        while let Some(mut page) = walk.next(&mut self.seen).await? {
            if others.is_none() {
                page.retain(|record| !self.removals_confirmed.contains_key(&record.source_record_id));
            }
            let ids: Vec<DatasetId> = page.iter().map(|record| record.id).collect();
            let mut met = HashSet::new();
            for revision in self.catalog.store().newest_revisions(&ids).await? {
                for mark in revision.dataset.iter().flat_map(|dataset| marks(dataset, &audience(dataset))) {
                    if others.is_none_or(|others| others.by_mark.contains_key(&mark)) {
                        met.insert(revision.id);
                        compared.by_mark.entry(mark).and_modify(|one| *one = None).or_insert(Some(revision.id));
                    }
                }
            }
            for record in page.into_iter().filter(|record| met.contains(&record.id)) {
                if is_newcomer(&record) {
                    compared.newcomers.insert(record.id);
                }
                compared.names.insert(record.id, record.source_record_id);
            }
        }
        Ok(compared)
    }

    /// The pairs of which neither record says anything that cannot be true of the other.
    async fn without_contradictions(
        &self,
        pairs: &[(DatasetId, DatasetId)],
    ) -> Result<Vec<(DatasetId, DatasetId)>, CatalogError> {
        let ids: Vec<DatasetId> = pairs.iter().flat_map(|(before, now)| [*before, *now]).collect();
        let revisions = self.catalog.store().newest_revisions(&ids).await?;
        let said: HashMap<DatasetId, _> =
            revisions.into_iter().filter_map(|revision| Some((revision.id, said(&revision.dataset?)))).collect();
        let agree = |(before, now): &&(DatasetId, DatasetId)| match (said.get(before), said.get(now)) {
            (Some((before, dois_before)), Some((now, dois_now))) => {
                !have_other_dois(dois_before, dois_now) && !contradict(before, now)
            }
            _ => false,
        };
        Ok(pairs.iter().filter(agree).copied().collect())
    }
}

/// The pairs of a record that is lacking and one that is new in the listing, of which each has its marks with no other.
fn pairs(lacking: &Compared, listed: &Compared) -> Vec<(DatasetId, DatasetId)> {
    let mut now_of: HashMap<DatasetId, Option<DatasetId>> = HashMap::new();
    let mut before_of: HashMap<DatasetId, Option<DatasetId>> = HashMap::new();
    let pair = |of: &mut HashMap<DatasetId, Option<DatasetId>>, one, other| match of.entry(one) {
        Entry::Vacant(place) => _ = place.insert(Some(other)),
        Entry::Occupied(mut place) if *place.get() != Some(other) => _ = place.insert(None),
        Entry::Occupied(_) => {}
    };
    for (mark, before) in &lacking.by_mark {
        if let (Some(before), Some(Some(now))) = (before, listed.by_mark.get(mark)) {
            pair(&mut now_of, *before, *now);
            pair(&mut before_of, *now, *before);
        }
    }
    let pairs = now_of.into_iter().filter_map(|(before, now)| Some((before, now?)));
    pairs.filter(|(before, now)| listed.newcomers.contains(now) && before_of.get(now) == Some(&Some(*before))).collect()
}

/// Who sees how much of a record.
fn audience(dataset: &Dataset) -> impl Debug {
    let of = |rendition: Rendition| (rendition.level, rendition.visible_to);
    renditions(dataset).into_iter().map(of).collect::<Vec<_>>()
}

/// What tells a record from others, each beside what both must have in common: its identifiers, and its title, organisation and
/// files. The addresses of files are left out: portals make them of the ids.
pub(super) fn marks(dataset: &Dataset, beside: &impl Debug) -> BTreeSet<Mark> {
    let mark = |what: String| -> Mark { Sha256::digest(format!("{beside:?}{what}")).into() };
    let files = dataset.distributions.iter().map(|file| (&file.title, &file.format));
    let files: Vec<_> = files.collect();
    let publisher = dataset.publisher.as_ref().map(|publisher| &publisher.id);
    let identifiers = keys(dataset).into_iter().filter(|key| is_identifier(key.kind));
    let mut marks: BTreeSet<Mark> =
        identifiers.map(|Key { kind, value, .. }| mark(format!("{kind:?}{value}"))).collect();
    marks.insert(mark(format!("{:?}", (&dataset.title, publisher, files))));
    marks
}

fn is_identifier(kind: KeyKind) -> bool {
    match kind {
        KeyKind::Doi | KeyKind::Idno | KeyKind::Identifier => true,
        KeyKind::File | KeyKind::LandingPage | KeyKind::Title => false,
    }
}

/// What a record says that may be untrue of another: what it covers, and its DOIs, of which data has one for ever.
pub(super) fn said(dataset: &Dataset) -> (Features, HashSet<String>) {
    let dois = keys(dataset).into_iter().filter(|key| key.kind == KeyKind::Doi).map(|key| key.value);
    (Features::of(dataset), dois.collect())
}

/// Whether two records name DOIs, and none in common.
pub(super) fn have_other_dois(one: &HashSet<String>, other: &HashSet<String>) -> bool {
    !one.is_empty() && !other.is_empty() && one.is_disjoint(other)
}

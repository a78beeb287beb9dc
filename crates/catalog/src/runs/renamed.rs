//! Records that a source lists under other ids than before: the same but for their ids (F15).
//!
//! A record that the source lacks goes on as one that it lists when both are the same beyond doubt: they share an identifier,
//! or title, organisation and files, and no other record that it lacks or lists has as much in common with either. The one
//! that it lists must be new: what stood beside the other before is another record. Records that other people may see are no
//! part of the comparison, so that what is hidden from somebody cannot change what becomes of what they see.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

use cairn_harvest::guard::{has_changed_all_ids, is_id_scheme_change};
use cairn_harvest::{EndProof, Verdict};
use cairn_model::duplicate::{Features, Key, KeyKind, contradict, keys};
use cairn_model::{Dataset, DatasetId};
use cairn_policy::renditions;
use cairn_store::{KnownRecord, Succession};
use sha2::{Digest, Sha256};

use super::Run;
use crate::CatalogError;

/// Records that are looked at together.
const AT_A_TIME: usize = 500;

/// A hash of something that tells a record from others whatever its id is, and of who sees how much of the record.
type Mark = [u8; 32];

/// Records by their marks; `None` where several have one, which therefore tells nothing.
type ByMark = HashMap<Mark, Option<DatasetId>>;

impl Run<'_> {
    /// The new id of each record that this run lacks and lists under another id, by the id at the source; none unless there
    /// are so many of them that the source changed its ids. Where a guard trips over what the run lacks, they are most of
    /// that; where none does, most of what the source listed before. Records of a dry run are stored nowhere, so it finds none.
    pub(super) async fn renamed(
        &self,
        verdict: Verdict,
        proof: &EndProof,
        active: &[KnownRecord],
    ) -> Result<HashMap<String, String>, CatalogError> {
        let mut renamed = HashMap::new();
        let (listed, others): (Vec<_>, Vec<_>) =
            active.iter().partition(|record| self.seen.contains(&record.id) && !self.deleted.contains(&record.id));
        let lacking: Vec<_> =
            others.into_iter().filter(|one| !self.removals_confirmed.contains_key(&one.source_record_id)).collect();
        if lacking.is_empty() || *proof != EndProof::Proven {
            return Ok(renamed);
        }
        let newcomers = self.catalog.store().newcomers(&self.rules.source.id).await?;
        let newcomers: HashSet<DatasetId> = newcomers.into_iter().collect();
        let before = active.iter().filter(|record| !newcomers.contains(&record.id)).count() as u64;
        let is_changed = |renamed: usize| match verdict {
            Verdict::GuardTripped => is_id_scheme_change(lacking.len() as u64, renamed as u64),
            _ => has_changed_all_ids(before, renamed as u64),
        };
        if !is_changed(lacking.len().min(newcomers.len())) {
            return Ok(renamed);
        }
        let pairs = pairs(&self.by_mark(&lacking).await?, &self.by_mark(&listed).await?, &newcomers);
        let names: HashMap<DatasetId, &str> =
            active.iter().map(|record| (record.id, record.source_record_id.as_str())).collect();
        for some in pairs.chunks(AT_A_TIME) {
            for (before, now) in self.without_contradictions(some).await? {
                if let (Some(before), Some(now)) = (names.get(&before), names.get(&now)) {
                    renamed.insert((*before).to_owned(), (*now).to_owned());
                }
            }
        }
        if !is_changed(renamed.len()) {
            renamed.clear();
        }
        Ok(renamed)
    }

    /// Where the retired records go on that a person confirmed to be listed under other ids, if the source still lists those.
    pub(super) fn successions(&self, retired: &[DatasetId]) -> Vec<Succession> {
        let source = &self.rules.source.id;
        let retired: HashSet<&DatasetId> = retired.iter().collect();
        let confirmed = self.removals_confirmed.iter().filter_map(|(before, now)| Some((before, now.as_ref()?)));
        let successions = confirmed.map(|(before, now)| Succession {
            record: DatasetId::new(source, before),
            successor: DatasetId::new(source, now),
        });
        successions
            .filter(|one| {
                retired.contains(&one.record)
                    && self.seen.contains(&one.successor)
                    && !self.deleted.contains(&one.successor)
            })
            .collect()
    }

    async fn by_mark(&self, records: &[&KnownRecord]) -> Result<ByMark, CatalogError> {
        let mut found = ByMark::new();
        for some in records.chunks(AT_A_TIME) {
            let ids: Vec<DatasetId> = some.iter().map(|record| record.id).collect();
            for revision in self.catalog.store().newest_revisions(&ids).await? {
                for mark in revision.dataset.iter().flat_map(marks) {
                    found.entry(mark).and_modify(|one| *one = None).or_insert(Some(revision.id));
                }
            }
        }
        Ok(found)
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
                let have_other_dois =
                    !dois_before.is_empty() && !dois_now.is_empty() && dois_before.is_disjoint(dois_now);
                !have_other_dois && !contradict(before, now)
            }
            _ => false,
        };
        Ok(pairs.iter().filter(agree).copied().collect())
    }
}

/// The pairs of a record that is lacking and one that is new in the listing, of which each has its marks with no other.
fn pairs(lacking: &ByMark, listed: &ByMark, newcomers: &HashSet<DatasetId>) -> Vec<(DatasetId, DatasetId)> {
    let mut now_of: HashMap<DatasetId, Option<DatasetId>> = HashMap::new();
    let mut before_of: HashMap<DatasetId, Option<DatasetId>> = HashMap::new();
    let pair = |of: &mut HashMap<DatasetId, Option<DatasetId>>, one, other| match of.entry(one) {
        Entry::Vacant(place) => _ = place.insert(Some(other)),
        Entry::Occupied(mut place) if *place.get() != Some(other) => _ = place.insert(None),
        Entry::Occupied(_) => {}
    };
    for (mark, before) in lacking {
        if let (Some(before), Some(Some(now))) = (before, listed.get(mark)) {
            pair(&mut now_of, *before, *now);
            pair(&mut before_of, *now, *before);
        }
    }
    let pairs = now_of.into_iter().filter_map(|(before, now)| Some((before, now?)));
    pairs.filter(|(before, now)| newcomers.contains(now) && before_of.get(now) == Some(&Some(*before))).collect()
}

/// What tells a record from others, each together with who sees how much of it: its identifiers, and its title, organisation
/// and files. The addresses of files are left out: portals make them of the ids.
fn marks(dataset: &Dataset) -> BTreeSet<Mark> {
    let audience: Vec<_> =
        renditions(dataset).into_iter().map(|rendition| (rendition.level, rendition.visible_to)).collect();
    let mark = |what: String| -> Mark { Sha256::digest(format!("{audience:?}{what}")).into() };
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
fn said(dataset: &Dataset) -> (Features, HashSet<String>) {
    let dois = keys(dataset).into_iter().filter(|key| key.kind == KeyKind::Doi).map(|key| key.value);
    (Features::of(dataset), dois.collect())
}

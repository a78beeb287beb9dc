//! What a run has met: it stands in the store's [`Marks`], so that a source of any size takes the same memory.
//!
//! A page is compared with what is at hand: the marks of its records are looked up when it begins, and those that changed are
//! put away when it is done.

use std::collections::{BTreeSet, HashMap, HashSet};

use cairn_model::DatasetId;
use cairn_store::{Marked, MarkedId, MarkedRecord, Marks, ProblemPlace};

use crate::{Catalog, CatalogError};

/// Listed by this run, or by the interrupted one that it goes on from.
const LISTED: u8 = 1;
/// Met by this process itself; what the interrupted run alone listed, the source may list again.
const MET: u8 = 1 << 1;
/// The source says that it deleted the record.
const DELETED: u8 = 1 << 2;
/// As it was, and nobody looked up yet what it has.
const UNCHANGED: u8 = 1 << 3;
/// In the catalogue since runs after the last complete one.
const NEWCOMER: u8 = 1 << 4;
/// The place of a problem that belongs to no record.
const PROBLEM: u8 = 1 << 5;

/// Records said to be deleted that a checkpoint keeps. A listing that names more of those that are there is read from its
/// beginning after a stop: the guard lets so many go only when a person confirms it.
const MOST_DELETED: usize = 10_000;

/// Records that are looked at together.
const AT_A_TIME: u32 = 500;

/// Active records that the source lists.
pub(super) const STILL_LISTED: Marked = Marked { bits: LISTED | DELETED, value: LISTED, is: true, missing: false };
/// Those of them that it did not list before.
pub(super) const FOUND_AGAIN: Marked = Marked { missing: true, ..STILL_LISTED };
/// Active records that a listing which was read as a whole lacks.
pub(super) const LACKING: Marked = Marked { is: false, ..STILL_LISTED };
/// Active records that the source says it deleted.
pub(super) const SAID_TO_BE_DELETED: Marked = Marked { bits: DELETED, value: DELETED, is: true, missing: false };
/// Active records of which the source said nothing.
pub(super) const UNMENTIONED: Marked = Marked { bits: LISTED | DELETED, value: 0, is: true, missing: false };
/// Those of them that it lacked before.
pub(super) const STILL_MISSING: Marked = Marked { missing: true, ..UNMENTIONED };

/// How often a run met a record by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meeting {
    /// Once.
    First,
    /// Once, after the interrupted run had listed it and counted it.
    Again,
    /// More than once.
    Twice,
}

/// What a run has met.
pub(super) struct Seen {
    catalog: Catalog,
    source: String,
    /// Opened with the first look.
    marks: Option<Box<dyn Marks>>,
    /// Marks of the page that is being compared.
    at_hand: HashMap<MarkedId, u8>,
    /// Those of them that are not put away yet.
    changed: HashSet<MarkedId>,
    /// Records that the source says it deleted; `None` once they were more than a checkpoint keeps.
    deleted: Option<BTreeSet<DatasetId>>,
    /// Records that are [`UNCHANGED`].
    unchanged: u64,
    /// The last of them that was looked up.
    looked_up: MarkedId,
    /// Different problems that belong to no record.
    problems: u64,
}

impl Seen {
    pub(super) fn new(catalog: &Catalog, source: &str) -> Self {
        Self {
            catalog: catalog.clone(),
            source: source.to_owned(),
            marks: None,
            at_hand: HashMap::new(),
            changed: HashSet::new(),
            deleted: Some(BTreeSet::new()),
            unchanged: 0,
            looked_up: [0; 16],
            problems: 0,
        }
    }

    async fn marks(&mut self) -> Result<&mut dyn Marks, CatalogError> {
        let marks = match self.marks.take() {
            Some(marks) => marks,
            None => self.catalog.store().open_marks().await?,
        };
        Ok(self.marks.insert(marks).as_mut())
    }

    /// Has the marks of records, or of the places of problems, at hand from here on.
    pub(super) async fn look_up(&mut self, ids: impl IntoIterator<Item = MarkedId>) -> Result<(), CatalogError> {
        let ids: HashSet<MarkedId> = ids.into_iter().filter(|id| !self.at_hand.contains_key(id)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let ids: Vec<MarkedId> = ids.into_iter().collect();
        let found = self.marks().await?.get(&ids).await?;
        self.at_hand.extend(ids.into_iter().map(|id| (id, found.get(&id).copied().unwrap_or_default())));
        Ok(())
    }

    /// Puts away what changed, and has nothing at hand any more.
    pub(super) async fn put_away(&mut self) -> Result<(), CatalogError> {
        self.keep_changes().await?;
        self.at_hand.clear();
        Ok(())
    }

    async fn keep_changes(&mut self) -> Result<(), CatalogError> {
        if !self.changed.is_empty() {
            let changes = self.changed.iter().map(|id| (*id, self.of(id))).collect();
            self.marks().await?.set(changes).await?;
            self.changed.clear();
        }
        Ok(())
    }

    fn of(&self, id: &MarkedId) -> u8 {
        debug_assert!(self.at_hand.contains_key(id), "it was looked up");
        self.at_hand.get(id).copied().unwrap_or_default()
    }

    fn set(&mut self, id: &MarkedId, marks: u8) {
        if self.at_hand.insert(*id, marks) != Some(marks) {
            self.changed.insert(*id);
        }
    }

    /// Whether this process has met a record in the listing.
    pub(super) fn was_met(&self, id: DatasetId) -> bool {
        self.of(id.as_bytes()) & (LISTED | MET) == LISTED | MET
    }

    /// Meets a record in the listing.
    pub(super) fn meet(&mut self, id: DatasetId) -> Meeting {
        let marks = self.of(id.as_bytes());
        self.set(id.as_bytes(), marks | LISTED | MET);
        match (marks & LISTED, marks & MET) {
            (0, _) => Meeting::First,
            (_, 0) => Meeting::Again,
            _ => Meeting::Twice,
        }
    }

    /// Notes that a record is listed, whatever came of it. Answers whether it was not before.
    pub(super) fn list(&mut self, id: DatasetId) -> bool {
        let marks = self.of(id.as_bytes());
        let is_new = marks & LISTED == 0;
        if is_new {
            self.set(id.as_bytes(), marks | LISTED | MET);
        }
        is_new
    }

    /// Notes that the source says it deleted a record that is in the catalogue.
    pub(super) fn delete(&mut self, id: DatasetId) {
        self.set(id.as_bytes(), self.of(id.as_bytes()) | DELETED);
        if let Some(deleted) = &mut self.deleted {
            deleted.insert(id);
        }
        self.deleted = self.deleted.take().filter(|deleted| deleted.len() <= MOST_DELETED);
    }

    /// Notes that the source does not say any more that it deleted a record.
    pub(super) fn keep(&mut self, id: DatasetId) {
        self.set(id.as_bytes(), self.of(id.as_bytes()) & !DELETED);
        if let Some(deleted) = &mut self.deleted {
            deleted.remove(&id);
        }
    }

    /// Whether the source says that it deleted a record.
    pub(super) fn is_deleted(&self, id: DatasetId) -> bool {
        self.of(id.as_bytes()) & DELETED != 0
    }

    /// Whether the source lists a record, and does not say that it deleted it.
    pub(super) fn is_still_listed(&self, id: DatasetId) -> bool {
        self.of(id.as_bytes()) & (LISTED | DELETED) == LISTED
    }

    /// What a checkpoint keeps of the records that the source says it deleted; `None` where they are too many.
    pub(super) fn deleted_for_checkpoint(&self) -> Option<Vec<DatasetId>> {
        self.deleted.as_ref().map(|deleted| deleted.iter().copied().collect())
    }

    /// Takes over what the interrupted run listed, and which records the source said by then to be deleted.
    pub(super) async fn take_over(&mut self, deleted: Vec<DatasetId>) -> Result<(), CatalogError> {
        let source = self.source.clone();
        self.marks().await?.mark_listed(&source, LISTED).await?;
        self.look_up(deleted.iter().map(|id| *id.as_bytes())).await?;
        for id in deleted {
            self.delete(id);
        }
        self.put_away().await
    }

    /// Notes that a record is as it was.
    pub(super) fn note_unchanged(&mut self, id: DatasetId) {
        self.set(id.as_bytes(), self.of(id.as_bytes()) | UNCHANGED);
        self.unchanged += 1;
    }

    /// Some of the records that are as they were, each once; none when there are no more.
    pub(super) async fn next_unchanged(&mut self) -> Result<Vec<DatasetId>, CatalogError> {
        if self.unchanged == 0 {
            return Ok(Vec::new());
        }
        self.keep_changes().await?;
        let after = self.looked_up;
        let mut some = self.marks().await?.having(UNCHANGED, after, AT_A_TIME).await?;
        if some.is_empty() {
            // Those that came since stand before it.
            some = self.marks().await?.having(UNCHANGED, [0; 16], AT_A_TIME).await?;
        }
        self.unchanged = if some.is_empty() { 0 } else { self.unchanged.saturating_sub(some.len() as u64) };
        self.looked_up = some.last().map_or([0; 16], |(id, _)| *id);
        for (id, marks) in &mut some {
            *marks &= !UNCHANGED;
            self.at_hand.entry(*id).and_modify(|at_hand| *at_hand &= !UNCHANGED);
        }
        let ids = some.iter().map(|(id, _)| DatasetId::from_bytes(*id)).collect();
        self.marks().await?.set(some).await?;
        Ok(ids)
    }

    /// All that this run listed by now.
    pub(super) async fn listed(&mut self) -> Result<Vec<DatasetId>, CatalogError> {
        self.keep_changes().await?;
        let mut all = Vec::new();
        let mut after = [0; 16];
        loop {
            let some = self.marks().await?.having(LISTED, after, AT_A_TIME).await?;
            let Some((last, _)) = some.last() else { return Ok(all) };
            after = *last;
            all.extend(some.into_iter().map(|(id, _)| DatasetId::from_bytes(id)));
        }
    }

    /// Meets a problem that belongs to no record, at its place.
    pub(super) fn meet_problem(&mut self, place: &ProblemPlace) {
        let marks = self.of(place);
        if marks & PROBLEM == 0 {
            self.set(place, marks | PROBLEM);
            self.problems += 1;
        }
    }

    /// Whether the run met the problem at this place.
    pub(super) fn has_met_problem(&self, place: &ProblemPlace) -> bool {
        self.of(place) & PROBLEM != 0
    }

    /// Different problems that belong to no record.
    pub(super) fn problems(&self) -> u64 {
        self.problems
    }

    /// Marks the records that came since the last complete run. Answers how many there are.
    pub(super) async fn mark_newcomers(&mut self) -> Result<u64, CatalogError> {
        let source = self.source.clone();
        Ok(self.marks().await?.mark_newcomers(&source, NEWCOMER).await?)
    }

    /// How many active records of the source are so.
    pub(super) async fn count(&mut self, asked: Marked) -> Result<u64, CatalogError> {
        let source = self.source.clone();
        Ok(self.marks().await?.count(&source, asked).await?)
    }
}

/// Whether a record came since the last complete run; asked after [`Seen::mark_newcomers`].
pub(super) fn is_newcomer(record: &MarkedRecord) -> bool {
    record.marks & NEWCOMER != 0
}

/// Whether the source says that it deleted a record.
pub(super) fn is_said_to_be_deleted(record: &MarkedRecord) -> bool {
    record.marks & DELETED != 0
}

/// A walk through active records of the source, a page at a time.
pub(super) struct RecordWalk {
    asked: &'static [Marked],
    after: String,
}

impl RecordWalk {
    /// Through all that are as one of these.
    pub(super) fn new(asked: &'static [Marked]) -> Self {
        Self { asked, after: String::new() }
    }

    /// The next page; `None` at the end.
    pub(super) async fn next(&mut self, seen: &mut Seen) -> Result<Option<Vec<MarkedRecord>>, CatalogError> {
        while let Some(asked) = self.asked.first() {
            let source = seen.source.clone();
            let page = seen.marks().await?.records(&source, *asked, &self.after, AT_A_TIME).await?;
            match page.last() {
                Some(last) if page.len() == AT_A_TIME as usize => self.after.clone_from(&last.source_record_id),
                // There are no more.
                _ => {
                    self.asked = &self.asked[1..];
                    self.after.clear();
                }
            }
            if !page.is_empty() {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fmt::Write;
    use std::sync::Arc;
    use std::time::Duration;

    use cairn_fetch::{Fetcher, FetcherSettings};
    use cairn_harvest::{SourceConfig, Verdict};
    use cairn_model::Vocabularies;
    use cairn_store::{OpenMode, SqliteStore, Store};
    use jiff::Timestamp;
    use tempfile::TempDir;

    use crate::runs::Silent;
    use crate::{Catalog, CatalogError, CatalogSettings, HarvestOptions, Inner, Retention, SignInSettings};

    const DESK: &str = "id = \"desk\"\nkind = \"inventory\"\nurl = \"file:desk.csv\"\norganisation = \"Desk\"\n";
    const PORTAL: &str = "id = \"portal\"\nkind = \"ckan\"\nurl = \"file:dump.json\"\norganisation = \"Keepers\"\n";

    /// A catalogue whose folder for temporary files has no room, and two sources of 2,000 records.
    async fn without_room(folder: &TempDir) -> (Catalog, Arc<dyn Store>) {
        let mut desk = "Dataset ID,Dataset title\n".to_owned();
        let mut portal = String::new();
        for number in 0..2000 {
            writeln!(desk, "h{number},Clinics").unwrap();
            writeln!(portal, "{{\"id\": \"p{number}\", \"name\": \"p{number}\", \"title\": \"Wells\"}}").unwrap();
        }
        std::fs::write(folder.path().join("desk.csv"), desk).unwrap();
        std::fs::write(folder.path().join("dump.json"), portal).unwrap();
        let settings = CatalogSettings {
            data: folder.path().join("data"),
            sources: [DESK, PORTAL].iter().map(|text| SourceConfig::from_toml(text, folder.path()).unwrap()).collect(),
            vocabularies: Vocabularies::bundled().clone(),
            vocabulary_fingerprint: [0; 32],
            profiles: cairn_policy::classify::Profiles::bundled().clone(),
            fetcher: Fetcher::new(FetcherSettings::default()).unwrap(),
            concurrency: 1,
            retention: Retention::default(),
            search_time: Duration::from_mins(1),
            export_rows: 100_000,
            notifications: crate::NotificationSettings::default(),
            sign_in: SignInSettings::default(),
            folder: crate::DataFolder::Create,
        };
        let catalog = Catalog::open(settings).await.unwrap();
        let store = SqliteStore::open(folder.path().join("data").join("cairn.db"), OpenMode::Existing).await.unwrap();
        store.limit_marks(Some(4));
        let store: Arc<dyn Store> = Arc::new(store);
        let inner = Inner { store: Arc::clone(&store), ..Inner::clone(&catalog.inner) };
        (Catalog { inner: Arc::new(inner) }, store)
    }

    #[tokio::test]
    async fn a_run_that_finds_no_room_for_what_it_has_met_is_closed_as_failed_and_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let (catalog, store) = without_room(&folder).await;
        let (options, now) = (HarvestOptions::default(), Timestamp::now());

        // The ids of its listing find none.
        let report = catalog.harvest(catalog.source("portal").unwrap(), &options, &Silent, now).await.unwrap();
        assert_eq!((report.verdict, report.missing), (Verdict::Failed, 0));
        assert!(report.reason.unwrap().contains("the disk is full (noting in a temporary file"));

        // What the run met finds none.
        let failed = catalog.harvest(catalog.source("desk").unwrap(), &options, &Silent, now).await;
        assert!(matches!(failed, Err(CatalogError::Store(_))), "{failed:?}");
        for source in ["portal", "desk"] {
            let run = store.runs(Some(source), 1).await.unwrap().remove(0);
            let reason = run.reason.unwrap();
            assert_eq!(run.verdict, "failed", "{source}");
            assert!(reason.contains("the disk is full (noting in a temporary file"), "{source}: {reason}");
            assert!(run.ended.is_some(), "{source}");
        }
    }
}

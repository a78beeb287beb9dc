//! The index in its folder: opened, checked, and published to searches as a pinned pair of tiers.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use cairn_model::{DatasetId, Vocabularies};
use cairn_policy::{RenditionLevel, Viewer, rendition};
use tantivy::index::SegmentId;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED};

use crate::answers::Question;
use crate::error::guarded;
use crate::home::{Home, MAKE_UP, MakeUp, PUBLIC, RESTRICTED, failed, make_private, remove};
use crate::names::Known;
use crate::schema::{Fields, VERSION, schema};
use crate::tier_index::{Tier, TierIndex, check_segments};
use crate::view::{View, ViewBuilder};
use crate::writer::{Writer, WriterOptions};
use crate::{
    Card, DuplicateLink, IndexChange, Related, RelatedRequest, SearchError, SearchIndex, SearchPage, SearchRequest,
    Sharing, Suggestion, duplicates, related, search, suggest,
};

/// How long a reader waits for the second commit of another process.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// An index, open for searches. Cheap to clone; all clones see what is published.
#[derive(Clone)]
pub struct Index {
    shared: Arc<Shared>,
    /// The view that answers, of one that is pinned; else the one that was published last.
    pinned: Option<Arc<View>>,
}

struct Shared {
    public: TierIndex,
    restricted: TierIndex,
    fields: Fields,
    view: ArcSwap<View>,
    builder: Mutex<ViewBuilder>,
    /// Where it stands and of which store it is; none for an index in memory.
    home: Option<Home>,
    /// The change from which on it is whole: see [`Index::is_whole`].
    whole_at: AtomicI64,
    /// What tells the concepts that queries name.
    known: ArcSwap<Known>,
}

/// What is published while the tiers hold different changes: between the two commits of a writer, or after it was killed
/// there.
#[derive(Debug, Clone, Copy)]
enum AtOdds {
    /// The public tier alone, for everyone ([`View::pair_agrees`]).
    PublicAlone,
    /// The same, but only when the second commit does not come.
    PublicAloneWhenLate,
    /// Nothing: what was published before stays.
    KeepTheOld,
}

impl Index {
    /// Opens the index of a folder for reading, beside a writer of another process or of this one. `store` is the
    /// identity of the store that it must be derived from.
    ///
    /// Every file is read once and checked against its checksum.
    ///
    /// # Errors
    /// [`SearchError::Damaged`] when there is none, it is of another version (of the index or of the rules that make
    /// renditions) or another store, or any of its files is damaged.
    pub fn open_reader(folder: &Path, store: &str) -> Result<Self, SearchError> {
        guarded(|| Self::open(Home::new(folder, store), AtOdds::PublicAloneWhenLate))
    }

    /// Opens the index of a folder for writing, with the default options; makes it if the folder is missing or empty.
    ///
    /// # Errors
    /// As [`Index::open_writer_with`].
    pub fn open_writer(folder: &Path) -> Result<(Self, Writer), SearchError> {
        Self::open_writer_with(folder, WriterOptions::default())
    }

    /// Opens the index of a folder for writing; makes it if the folder is missing or empty.
    ///
    /// # Errors
    /// [`SearchError::WriterHeld`] when another writer has it, [`SearchError::Damaged`] as for [`Index::open_reader`] and
    /// when its documents were made with other vocabularies: who only reads can use them as they are.
    pub fn open_writer_with(folder: &Path, options: WriterOptions) -> Result<(Self, Writer), SearchError> {
        let missing = match std::fs::read_dir(folder) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
            // What cannot be looked into may well hold an index.
            Err(error) => return Err(failed("read", folder, &error)),
        };
        if missing {
            return Self::create_empty_with(folder, options);
        }
        guarded(|| {
            let home = Home::new(folder, &options.store);
            if home.check_make_up()?.vocabularies != options.vocabulary_fingerprint {
                return Err(SearchError::Damaged("it was made with other vocabularies".to_owned()));
            }
            make_private(folder)?;
            let index = Self::open(home, AtOdds::PublicAlone)?;
            let writer = Writer::open(index.clone(), options)?;
            Ok((index, writer))
        })
    }

    /// Wipes what the folder holds of an index and begins anew at position 0, with the default options.
    ///
    /// # Errors
    /// [`SearchError::Failed`] when the folder cannot be written.
    pub fn create_empty(folder: &Path) -> Result<(Self, Writer), SearchError> {
        Self::create_empty_with(folder, WriterOptions::default())
    }

    /// Wipes what the folder holds of an index and begins anew at position 0.
    ///
    /// # Errors
    /// As [`Index::create_empty`].
    pub fn create_empty_with(folder: &Path, options: WriterOptions) -> Result<(Self, Writer), SearchError> {
        guarded(|| {
            // The make-up goes first and comes last: a folder without it is damaged, whatever else it holds.
            remove(&folder.join(MAKE_UP))?;
            make_private(folder)?;
            let tiers = [folder.join(PUBLIC), folder.join(RESTRICTED)];
            for tier in &tiers {
                remove(tier)?;
                std::fs::create_dir_all(tier).map_err(|error| failed("made", tier, &error))?;
            }
            let [public, restricted] = tiers.map(|tier| {
                let directory = tantivy::directory::MmapDirectory::open(&tier)
                    .map_err(|error| SearchError::from_tantivy("made", error.into()))?;
                TierIndex::create(directory)
            });
            let home = Home::new(folder, &options.store);
            let make_up = MakeUp {
                schema: VERSION,
                store: home.store.clone(),
                renditions: rendition::VERSION,
                vocabularies: options.vocabulary_fingerprint.clone(),
                whole_at: options.whole_at,
            };
            let index = Self::empty(public?, restricted?, Some(home), options.whole_at);
            let writer = Writer::begin(index.clone(), options)?;
            let make_up = serde_json::to_string(&make_up)
                .map_err(|error| SearchError::Failed { attempt: "made", reason: error.to_string() })?;
            let file = folder.join(MAKE_UP);
            std::fs::write(&file, make_up).map_err(|error| failed("made", &file, &error))?;
            Ok((index, writer))
        })
    }

    /// An index in memory, for tests and previews.
    ///
    /// # Errors
    /// [`SearchError::Failed`] when its threads cannot be started.
    pub fn in_memory(options: WriterOptions) -> Result<(Self, Writer), SearchError> {
        let tier = || TierIndex::create(tantivy::directory::RamDirectory::create());
        let index = Self::empty(tier()?, tier()?, None, options.whole_at);
        let writer = Writer::begin(index.clone(), options)?;
        Ok((index, writer))
    }

    /// An index that shows nothing before it is refreshed, whatever its tiers hold.
    fn empty(public: TierIndex, restricted: TierIndex, home: Option<Home>, whole_at: i64) -> Self {
        let (_, fields) = schema();
        let view = ArcSwap::from_pointee(View::of_nothing());
        let builder = Mutex::new(ViewBuilder::default());
        let whole_at = AtomicI64::new(whole_at);
        let known = ArcSwap::new(Known::bundled());
        let shared = Shared { public, restricted, fields, view, builder, home, whole_at, known };
        Self { shared: Arc::new(shared), pinned: None }
    }

    fn open(home: Home, at_odds: AtOdds) -> Result<Self, SearchError> {
        let whole_at = home.check_make_up()?.whole_at;
        let public = TierIndex::open(&home.folder.join(PUBLIC))?;
        let restricted = TierIndex::open(&home.folder.join(RESTRICTED))?;
        let index = Self::empty(public, restricted, Some(home), whole_at);
        match index.refresh(at_odds)? {
            Some(_) => Ok(index),
            None => Err(SearchError::Failed {
                attempt: "read",
                reason: "it was written to faster than it can be opened; try again".to_owned(),
            }),
        }
    }

    /// Queries name the concepts of these vocabularies, which should be those that the index was made with; without them of
    /// the bundled ones. A writer's index knows the vocabularies of its writer.
    pub fn know(&self, vocabularies: Arc<Vocabularies>) {
        self.shared.known.store(Arc::new(Known::of(vocabularies)));
    }

    /// Whether it holds all that its store held when the index was begun. One that is being made anew is not to be searched
    /// before: what it lacks would be taken for absent.
    pub fn is_whole(&self) -> bool {
        self.position() >= self.begun_at()
    }

    /// The change that its store was at when it was begun: what had left the catalogue by then never came into it.
    pub fn begun_at(&self) -> i64 {
        self.shared.whole_at.load(Ordering::Relaxed)
    }

    /// Whether the files that it publishes still hold a word of one of these records, though no search finds them: until the
    /// segments that they left are rewritten.
    ///
    /// # Errors
    /// [`SearchError::Damaged`] when the files cannot be read.
    pub fn remembers(&self, records: &[DatasetId]) -> Result<bool, SearchError> {
        guarded(|| {
            for tier in [Tier::Public, Tier::Restricted] {
                for id in records {
                    if !self.segments_with(tier, *id)?.is_empty() {
                        return Ok(true);
                    }
                }
            }
            Ok(false)
        })
    }

    /// Reads every file that was committed and checks it against its checksum.
    ///
    /// # Errors
    /// As [`Index::open_reader`].
    pub fn check(&self) -> Result<(), SearchError> {
        guarded(|| {
            if let Some(home) = &self.shared.home {
                home.check_make_up()?;
            }
            let tiers = [&self.shared.public, &self.shared.restricted];
            // Segments that are merged meanwhile go away, so that one failure tells nothing.
            tiers.into_iter().try_for_each(|tier| check_segments(&tier.index).or_else(|_| check_segments(&tier.index)))
        })
    }

    /// Looks for what another process committed and publishes it. Answers whether anything is new.
    ///
    /// Between the two commits of a writer the tiers hold different changes. A reader waits up to two seconds for the
    /// second; when it does not come, because the writer was killed in between, what was published before stays.
    ///
    /// # Errors
    /// [`SearchError::Damaged`] when the files cannot be read any more, or are those of another store by now; what was
    /// published before stays.
    pub fn reload(&self) -> Result<bool, SearchError> {
        guarded(|| {
            if let Some(home) = &self.shared.home {
                self.shared.whole_at.store(home.check_make_up()?.whole_at, Ordering::Relaxed);
            }
            Ok(self.refresh(AtOdds::KeepTheOld)? == Some(true))
        })
    }

    /// Publishes what the tiers hold on disk. Answers whether that is anything new; `None` when nothing could be published,
    /// because the tiers hold different changes or change all the time.
    fn refresh(&self, at_odds: AtOdds) -> Result<Option<bool>, SearchError> {
        let shared = &self.shared;
        let begun = Instant::now();
        loop {
            let late = begun.elapsed() >= PATIENCE;
            let before = (shared.public.committed()?, shared.restricted.committed()?);
            let publishes = match at_odds {
                _ if before.0 == before.1 => true,
                AtOdds::PublicAlone => true,
                AtOdds::PublicAloneWhenLate => late,
                AtOdds::KeepTheOld => false,
            };
            if publishes && let Some(changed) = self.publish_if_still(before)? {
                return Ok(Some(changed));
            }
            if late {
                return Ok(None);
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Publishes what the tiers hold on disk, and makes ready what completions need of it.
    pub(crate) fn publish(&self) -> Result<(), SearchError> {
        self.refresh(AtOdds::PublicAlone)?;
        self.make_ready()
    }

    /// Reads what completions need of every segment, so that nobody who types waits until a new one is read.
    pub(crate) fn make_ready(&self) -> Result<(), SearchError> {
        let fields = self.fields();
        for segment in &self.shared.view.load().public.segments {
            segment.completing.suggest(&*segment.postings_of(fields.suggest)?)?;
            segment.completing.concepts(&*segment.postings_of(fields.concepts)?)?;
            if let Some(titles) = &segment.columns.title {
                segment.completing.by_title(titles);
            }
        }
        Ok(())
    }

    /// Publishes the tiers if they hold just the changes up to `positions`, before and after they are opened. Answers whether
    /// anything is new; `None` when a commit came in between.
    fn publish_if_still(&self, positions: (i64, i64)) -> Result<Option<bool>, SearchError> {
        let shared = &self.shared;
        let mut builder = shared.builder.lock().unwrap_or_else(PoisonError::into_inner);
        shared.public.reload()?;
        shared.restricted.reload()?;
        let public = (&shared.public.reader.searcher(), positions.0);
        let restricted = (&shared.restricted.reader.searcher(), positions.1);
        if positions != (shared.public.committed()?, shared.restricted.committed()?) {
            return Ok(None);
        }
        let view = builder.build(&shared.fields, public, restricted)?;
        let changed = !view.holds_the_same(&shared.view.load());
        if changed {
            shared.view.store(Arc::new(view));
        }
        Ok(Some(changed))
    }

    /// The segments of a tier that hold a record, deleted or not.
    pub(crate) fn segments_with(&self, tier: Tier, id: DatasetId) -> Result<Vec<SegmentId>, SearchError> {
        let view = self.shared.view.load();
        let tier = match tier {
            Tier::Public => &view.public,
            Tier::Restricted => &view.restricted,
        };
        let mut held = Vec::new();
        for segment in &tier.segments {
            let ids = segment.postings_of(self.shared.fields.id)?;
            if ids.terms().get(id.as_bytes()).map_err(SearchError::from_read)?.is_some() {
                held.push(segment.key().0);
            }
        }
        Ok(held)
    }

    /// Whether a change may leave less of a record in a tier than searches find there now. Not where the tier has an
    /// audience that sees all of the record; else what is left out may stand in what was there, unless that was a stub.
    pub(crate) fn may_show_less(&self, tier: Tier, change: &IndexChange) -> Result<bool, SearchError> {
        let mut kept = change.renditions.iter().filter(|rendition| tier.shows(rendition));
        if kept.any(|rendition| rendition.level == RenditionLevel::Full) {
            return Ok(false);
        }
        let id = change.id;
        let view = self.shared.view.load();
        let tier = match tier {
            Tier::Public => &view.public,
            Tier::Restricted => &view.restricted,
        };
        for segment in &tier.segments {
            let ids = segment.postings_of(self.shared.fields.id)?;
            let Some(info) = ids.terms().get(id.as_bytes()).map_err(SearchError::from_read)? else { continue };
            let mut documents =
                ids.read_postings_from_terminfo(&info, IndexRecordOption::Basic).map_err(SearchError::from_read)?;
            while documents.doc() != TERMINATED {
                let doc = documents.doc();
                if segment.is_live(doc) && segment.stored(doc)?.card.rendition != RenditionLevel::Stub.code() {
                    return Ok(true);
                }
                documents.advance();
            }
        }
        Ok(false)
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.shared.fields
    }

    /// What answers a search.
    fn view(&self) -> Arc<View> {
        self.pinned.as_ref().map_or_else(|| self.shared.view.load_full(), Arc::clone)
    }

    pub(crate) fn tier(&self, tier: Tier) -> &TierIndex {
        match tier {
            Tier::Public => &self.shared.public,
            Tier::Restricted => &self.shared.restricted,
        }
    }
}

impl SearchIndex for Index {
    fn pinned(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), pinned: Some(self.view()) }
    }

    fn search(&self, viewer: &Viewer, request: &SearchRequest) -> Result<SearchPage, SearchError> {
        let view = self.view();
        let known = self.shared.known.load();
        let question = Question::of(viewer, request, &known.vocabularies);
        if let Some(page) = view.answers.to(&question) {
            return Ok(page);
        }
        let page = guarded(|| search::search(&view, &self.shared.fields, &known, viewer, request))?;
        view.answers.keep(question, &page);
        Ok(page)
    }

    fn suggest(&self, _viewer: &Viewer, prefix: &str, limit: usize) -> Result<Vec<Suggestion>, SearchError> {
        let view = self.view();
        let known = self.shared.known.load();
        if let Some(completions) = view.answers.completing(prefix, limit, &known.vocabularies) {
            return Ok(completions);
        }
        let completions = guarded(|| suggest::suggest(&view, &self.shared.fields, &known, prefix, limit))?;
        view.answers.keep_completions(prefix, limit, &known.vocabularies, &completions);
        Ok(completions)
    }

    fn related(&self, viewer: &Viewer, request: &RelatedRequest) -> Result<Vec<Related>, SearchError> {
        let view = self.view();
        let known = self.shared.known.load();
        guarded(|| related::related(&view, &self.shared.fields, &known.vocabularies, viewer, request))
    }

    fn sharing(&self, id: DatasetId, keys: &[u64]) -> Result<Vec<Sharing>, SearchError> {
        let view = self.view();
        guarded(|| duplicates::sharing(&view, &self.shared.fields, id, keys))
    }

    fn compared(&self, id: DatasetId) -> Result<Option<Card>, SearchError> {
        let view = self.view();
        guarded(|| {
            let stored = duplicates::stored_of(&view, &self.shared.fields, id)?;
            Ok(stored.filter(|stored| stored.features.is_some()).map(|stored| stored.card))
        })
    }

    fn find_duplicates(&self) -> Result<(), SearchError> {
        let view = self.view();
        guarded(|| view.duplicates(&self.shared.fields).map(|_| ()))
    }

    fn links(&self) -> Result<Vec<DuplicateLink>, SearchError> {
        let view = self.view();
        guarded(|| Ok(view.duplicates(&self.shared.fields)?.links.clone()))
    }

    fn position(&self) -> i64 {
        self.view().position
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_index_that_is_not_refreshed_yet_shows_nothing_and_does_not_claim_that_its_tiers_agree() {
        let (index, _writer) = Index::in_memory(WriterOptions::default()).unwrap();
        assert!(index.shared.view.load().pair_agrees);
        let tier = |tier: &TierIndex| TierIndex::of(tier.index.clone()).unwrap();
        let opened = Index::empty(tier(index.tier(Tier::Public)), tier(index.tier(Tier::Restricted)), None, 0);
        assert!(!opened.shared.view.load().pair_agrees);
        assert_eq!(opened.refresh(AtOdds::KeepTheOld).unwrap(), Some(true));
        assert!(opened.shared.view.load().pair_agrees);
    }
}

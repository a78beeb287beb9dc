//! The use cases: harvest, search, read, follow; the only crate that holds store, search and policy together.
//!
//! Every read takes a [`Viewer`](cairn_policy::Viewer). Calls without one are for whoever may write the data folder, or for what
//! anyone may know.

mod access;
mod audit;
mod changes;
mod classification;
mod coverage;
mod duplicates;
mod error;
mod exploring;
mod export;
mod follower;
mod index_at_hand;
mod interventions;
mod linkages;
mod next_run;
mod notifications;
mod people;
mod problem_table;
mod problems;
mod purge;
mod quality;
mod read;
mod registry;
mod related;
mod relevance;
mod retention;
mod reviews;
mod room;
mod runs;
mod scheduler;
mod search;
mod secrets;
mod sources;
mod spreadsheet;
mod stewardship;
mod tokens;
mod unmapped;
mod views;
mod vocabularies;
mod writer_lock;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use cairn_fetch::Fetcher;
use cairn_harvest::SourceConfig;
use cairn_model::registry::REGISTERED;
use cairn_model::{Vocabularies, party};
use cairn_policy::classify::Profiles;
use cairn_store::{NewAct, OpenMode, SourceRow, SqliteStore, Store};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::sync::Semaphore;

pub use audit::{ActPage, AuditFault, AuditVerdict, AuditWalk};
pub use changes::{ChangesPage, RecordChange};
pub use classification::Classified;
pub use coverage::{Coverage, CoverageAxis, CoverageCell, CoverageRequest, CoverageValue};
pub use duplicates::{Duplicate, DuplicatePair};
pub use error::{CatalogError, holding_place};
pub use exploring::{Explored, Others, SearchPart, Without};
pub use export::{Export, ExportAbout, ExportFile, ExportFormat, ExportQuestion, ExportReader, ExportRow};
pub use follower::Follower;
pub use linkages::LinkedRecord;
pub use notifications::{
    About, DueMessage, Followed, Following, MailSecurity, MailServer, MailSettings, NotificationSettings, Notifier,
    OwnNotifications, ReadSearch, SendReport, SentMessage,
};
pub use people::{
    AcceptedInvitation, BegunSignIn, IdentityProvider, Invitation, InvitationRequest, IssuedInvitation, IssuedSession,
    Newcomers, PasswordCost, PeoplePage, Person, PersonUpdate, PersonalTokenRequest, PrivateParts, ReturnedSignIn,
    SignInSettings, SignedIn,
};
pub use problem_table::{ProblemFile, ProblemFormat, ProblemRow, severity_code};
pub use problems::{FirstOfKind, ProblemFilter, ProblemKind, ProblemPage, ProblemWalk, SourceProblem};
pub use purge::PurgeReport;
pub use quality::{DimensionScore, FreshnessCounts, MissingPart, RecordQuality, SourceQuality};
pub use read::{DatasetView, HistoryEntry, HistoryPage};
pub use registry::{
    AccessRequest, AgreementStanding, AnsweredNeed, Collaborative, CollaborativeFilter, CommitmentReport, Concern,
    ConcernDesk, ConcernStep, CountedYear, DeclaredCrisis, Derivations, DerivedLink, Edit, EntryPage, Evaluation,
    EvaluationKey, Exchange, ExchangeFilter, ExchangeGraph, ForwardTargets, Forwarded, FrameworkComment,
    FrameworkReport, GapAxes, GapCell, GapCounts, GapReport, Group, HeldAgreement, Holding, HoldingPreview,
    HoldingVersion, KeptCommitment, KeptHoldings, Need, NeedEnd, NeedFilter, NeedMatch, NeedPage, Paging, Practice,
    PracticeFilter, Proposal, RaisedConcern, Registered, RegisteredAgreement, RegisteredFramework,
    RegisteredOrganisation, RegisteredRefusal, Release, RequestAct, RequestBox, RequestDraft, RequestStep, RowOutcome,
    RowProblem, RowReport, SavedSearch, SearchOwner, StagedVersion, TABLE_FIELDS, TableFormat, TableOptions,
    TableReport, TableUndone, TakenRow, TakenTable, TermsInForce, UndoOutcome, UndoReport, UndoneRow,
};
pub use relevance::{JudgedQuery, Relevance};
pub use retention::Retention;
pub use reviews::{Review, ReviewPage};
pub use runs::{
    ChangedRecord, FieldChange, HarvestOptions, Preview, PreviewFailure, PreviewOptions, PreviewRecord, Progress,
    RunReport, Silent, UnreadFieldCount,
};
pub use scheduler::Scheduler;
pub use sources::{LONG_UNREACHABLE, SourceOperation, SourceView, SourceViews};
pub use stewardship::{OrphanCause, OrphanPage, OrphanedRecord};
pub use tokens::{IssuedToken, TokenRequest};
pub use unmapped::{
    UnmappedExample, UnmappedFilter, UnmappedPage, UnmappedTerm, UnmappedTerms, unmapped_as_csv, unmapped_vocabularies,
};
pub use vocabularies::{VocabularySummaries, VocabularySummary, VocabularyTerms};
pub use writer_lock::{Holder, WriterLock};

use index_at_hand::IndexAtHand;
use interventions::Requested;
use people::Passwords;
use retention::LastForgotten;
use runs::Previews;
use views::Views;

// What the faces need of the crates that they do not list themselves.
pub use cairn_harvest::{Verdict, kinds::KINDS};
pub use cairn_search::{
    Card, FacetCount, FacetField, Figures, Filters, Grid, GridCell, Ground, Histogram, Hit, Matching, Part, Reason,
    Related, RelatedRequest, SearchPage, SearchRequest, Series, Sort, SortKey, Term, UnknownValue, YearCount,
};
pub use cairn_store::{
    Act, ActFilter, Change, Clock, DuplicateDecision, MessageState, PairDecision, Pause, RunProblem, RunRow,
    SourceHoldings, TokenRow,
};
pub use tokio_util::sync::CancellationToken;

/// Whoever may write the data folder, in the log of acts.
pub(crate) const OPERATOR: &str = "operator";
/// Who stops a run because its source was taken out of the configuration, in the log of acts.
const CONFIGURATION: &str = "configuration";
/// The name of the source of what organisations register, for people.
const REGISTERED_TITLE: &str = "Registered holdings";

/// What a catalogue is opened with.
pub struct CatalogSettings {
    /// The data folder.
    pub data: PathBuf,
    /// Sources of the configuration.
    pub sources: Vec<SourceConfig>,
    /// Vocabularies, bundled and the operator's.
    pub vocabularies: Arc<Vocabularies>,
    /// SHA-256 of the vocabulary tables: records are read anew when it changes.
    pub vocabulary_fingerprint: [u8; 32],
    /// Profiles by which records are classified.
    pub profiles: Profiles,
    /// The HTTP client.
    pub fetcher: Fetcher,
    /// Sources harvested at the same time.
    pub concurrency: usize,
    /// For how long what is old is kept.
    pub retention: Retention,
    /// A search that takes longer is given up.
    pub search_time: Duration,
    /// Records that an export holds at most.
    pub export_rows: u64,
    /// How people sign in.
    pub sign_in: SignInSettings,
    /// By what people are told.
    pub notifications: NotificationSettings,
    /// What becomes of the data folder.
    pub folder: DataFolder,
}

/// What becomes of the data folder when a catalogue is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataFolder {
    /// It is made where it is missing.
    Create,
    /// It must be there.
    Existing,
    /// It stays as it is: a store of an earlier version is refused, and where there is none, an empty one stands elsewhere for
    /// as long as the catalogue is open.
    AsIs,
}

/// The catalogue: store, index and sources of one data folder. Cheap to clone.
#[derive(Clone)]
pub struct Catalog {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    store: Arc<dyn Store>,
    /// What stands in for a data folder that is not to be made.
    _stand_in: Option<Arc<TempDir>>,
    /// Which store it is: no other's index is used.
    store_identity: String,
    index: Arc<IndexAtHand>,
    data: PathBuf,
    sources: Vec<Arc<SourceConfig>>,
    vocabularies: Arc<Vocabularies>,
    vocabulary_fingerprint: [u8; 32],
    vocabulary_summaries: Arc<OnceLock<VocabularySummaries>>,
    profiles: Arc<Profiles>,
    fetcher: Fetcher,
    /// Harvests at the same time, on schedule and on request alike.
    places: Arc<Semaphore>,
    requested: Arc<Requested>,
    retention: Retention,
    last_forgotten: Arc<LastForgotten>,
    search_time: Duration,
    export_rows: u64,
    previews: Arc<Previews>,
    passwords: Arc<Passwords>,
    providers: Arc<[IdentityProvider]>,
    notifications: Arc<NotificationSettings>,
    views: Arc<Views>,
}

impl Catalog {
    /// Opens the catalogue of a data folder. Its index is opened by the first search.
    ///
    /// # Errors
    /// A store that is missing, damaged or newer than this program.
    pub async fn open(settings: CatalogSettings) -> Result<Self, CatalogError> {
        let cannot_create =
            |path: &Path, source| CatalogError::File { attempt: "create", path: path.display().to_string(), source };
        let has_store = match std::fs::metadata(settings.data.join("cairn.db")) {
            Ok(file) => file.len() > 0,
            // Opening it tells what is wrong with a folder that cannot be looked into.
            Err(error) => error.kind() != std::io::ErrorKind::NotFound,
        };
        let (stand_in, mode) = match settings.folder {
            DataFolder::Create => {
                std::fs::create_dir_all(&settings.data).map_err(|error| cannot_create(&settings.data, error))?;
                (None, OpenMode::Create)
            }
            DataFolder::Existing => (None, OpenMode::Existing),
            DataFolder::AsIs if has_store => (None, OpenMode::AsIs),
            DataFolder::AsIs => {
                let folder = TempDir::with_prefix("cairn-");
                (Some(folder.map_err(|error| cannot_create(&std::env::temp_dir(), error))?), OpenMode::Create)
            }
        };
        let data = stand_in.as_ref().map_or(settings.data, |folder| folder.path().to_owned());
        let store = SqliteStore::open(&data.join("cairn.db"), mode).await?;
        let store_identity = store.identity().await?;
        Ok(Self {
            inner: Arc::new(Inner {
                store: Arc::new(store),
                store_identity,
                _stand_in: stand_in.map(Arc::new),
                index: Arc::default(),
                data,
                sources: settings.sources.into_iter().map(Arc::new).collect(),
                vocabularies: settings.vocabularies,
                vocabulary_fingerprint: settings.vocabulary_fingerprint,
                vocabulary_summaries: Arc::default(),
                profiles: Arc::new(settings.profiles),
                fetcher: settings.fetcher,
                places: Arc::new(Semaphore::new(settings.concurrency.max(1))),
                requested: Arc::default(),
                retention: settings.retention,
                last_forgotten: Arc::default(),
                search_time: settings.search_time,
                export_rows: settings.export_rows,
                previews: Arc::default(),
                passwords: Arc::new(Passwords::new(settings.sign_in.password_cost)),
                providers: settings.sign_in.providers.into(),
                notifications: Arc::new(settings.notifications),
                views: Arc::default(),
            }),
        })
    }

    /// The same catalogue over a store that is open for reading only.
    ///
    /// # Errors
    /// Store errors.
    pub(crate) async fn for_reading_only(&self) -> Result<Self, CatalogError> {
        let store = SqliteStore::open(&self.inner.data.join("cairn.db"), OpenMode::ReadOnly).await?;
        Ok(Self { inner: Arc::new(Inner { store: Arc::new(store), ..Inner::clone(&self.inner) }) })
    }

    /// Makes the configured sources known to the store, and those no longer configured marked as such. A run of one that was
    /// configured until now, in whichever process it goes on, ends at its next checkpoint; its records stay.
    ///
    /// # Errors
    /// Store errors.
    pub async fn remember_sources(&self) -> Result<(), CatalogError> {
        let known = self.store().sources().await?;
        for source in self.sources() {
            self.store().put_source(source_row(source)).await?;
        }
        for row in known {
            if self.source(&row.id).is_none() && row.id != REGISTERED {
                let gone = SourceRow { configured: false, enabled: false, ..row.clone() };
                self.store().put_source(gone).await?;
                if row.configured {
                    self.store().ask_to_stop(&row.id, CONFIGURATION, Timestamp::now()).await?;
                }
            }
        }
        Ok(())
    }

    /// Makes the source of what organisations register known to the store.
    pub(crate) async fn remember_registered(&self) -> Result<(), CatalogError> {
        let row = SourceRow {
            id: REGISTERED.to_owned(),
            kind: REGISTERED.to_owned(),
            title: REGISTERED_TITLE.to_owned(),
            url: String::new(),
            organisation: None,
            configured: true,
            enabled: false,
        };
        Ok(self.store().put_source(row).await?)
    }

    /// The configured sources.
    pub fn sources(&self) -> &[Arc<SourceConfig>] {
        &self.inner.sources
    }

    /// A configured source by its id.
    pub fn source(&self, id: &str) -> Option<&Arc<SourceConfig>> {
        self.inner.sources.iter().find(|source| source.id == id)
    }

    /// The name of a source for people: its id where it is not configured any more.
    pub fn source_title(&self, id: &str) -> String {
        match self.source(id) {
            Some(source) => source.title.clone(),
            None if id == REGISTERED => REGISTERED_TITLE.to_owned(),
            None => id.to_owned(),
        }
    }

    /// The vocabularies.
    pub fn vocabularies(&self) -> &Vocabularies {
        &self.inner.vocabularies
    }

    /// The data folder.
    pub fn data_folder(&self) -> &Path {
        &self.inner.data
    }

    /// Problems of the store, empty when there are none.
    ///
    /// # Errors
    /// Store errors.
    pub async fn check_store(&self) -> Result<Vec<String>, CatalogError> {
        Ok(self.store().check().await?)
    }

    /// Says in the log of acts that somebody read as the operator.
    ///
    /// # Errors
    /// Store errors.
    pub async fn log_operator_read(&self, what: &str, now: Timestamp) -> Result<(), CatalogError> {
        Ok(self.store().log_act(NewAct::new(now, OPERATOR, "read.as-operator", what)).await?)
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.inner.store.as_ref()
    }

    pub(crate) fn previews(&self) -> &Previews {
        &self.inner.previews
    }

    pub(crate) fn views(&self) -> &Views {
        &self.inner.views
    }

    pub(crate) fn providers(&self) -> &[IdentityProvider] {
        &self.inner.providers
    }

    pub(crate) fn notification_settings(&self) -> &NotificationSettings {
        &self.inner.notifications
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }

    pub(crate) fn store_identity(&self) -> &str {
        &self.inner.store_identity
    }

    pub(crate) fn fetcher(&self) -> &Fetcher {
        &self.inner.fetcher
    }

    pub(crate) fn shared_vocabularies(&self) -> Arc<Vocabularies> {
        Arc::clone(&self.inner.vocabularies)
    }

    pub(crate) fn vocabulary_fingerprint(&self) -> [u8; 32] {
        self.inner.vocabulary_fingerprint
    }

    pub(crate) fn known_summaries(&self) -> &OnceLock<VocabularySummaries> {
        &self.inner.vocabulary_summaries
    }

    pub(crate) fn index_folder(&self) -> PathBuf {
        self.inner.data.join("search")
    }

    pub(crate) fn index_at_hand(&self) -> &IndexAtHand {
        &self.inner.index
    }
}

fn source_row(source: &SourceConfig) -> SourceRow {
    SourceRow {
        id: source.id.clone(),
        kind: source.kind.clone(),
        title: source.title.clone(),
        url: source.display_url(),
        organisation: source.organisation.as_deref().map(party::organisation_id),
        configured: true,
        enabled: source.enabled,
    }
}

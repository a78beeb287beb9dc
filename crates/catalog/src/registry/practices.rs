//! Good practices, use cases and lessons, attached to the holdings that they are about, told to the audience that their
//! organisation chose.

use std::collections::BTreeSet;

use cairn_model::registry::{PracticeKind, PracticeStatement};
use cairn_model::vocabulary::fold;
use cairn_model::{DatasetId, Problem, Sharing};
use cairn_policy::{Label, Viewer, audience_labels};
use cairn_store::{EntryKind, Loaded, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::{is_as_read, new_id, read};
use super::named::with_hidden;
use super::needs::organisation_term;
use super::{Change, EntryBody, EntryPage, Paging, Registered, RegisteredOrganisation, Scope, Write};
use crate::{Catalog, CatalogError};

const WHO_TELLS: &str = "only the managers, stewards and administrators of an organisation tell of its practices";

/// Practices that are read at a time.
const AT_A_TIME: u32 = 200;

/// Practices that are read for one answer at most.
const MOST_READ: usize = 10_000;

/// A practice as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// What is said of it.
    pub statement: PracticeStatement,
    /// Id of the organisation that tells it.
    pub organisation: String,
    /// When it was withdrawn: only its organisation reads it since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Timestamp>,
}

impl EntryBody for Practice {
    const KIND: EntryKind = EntryKind::Practice;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        match self.withdrawn {
            None => audience_labels(&self.statement.audience, &self.organisation),
            Some(_) => BTreeSet::from([Label::operator(), Label::organisation(&self.organisation)]),
        }
    }

    fn terms(&self) -> Vec<String> {
        let records = self.statement.records.iter().filter(|_| self.withdrawn.is_none());
        std::iter::once(organisation_term(&self.organisation)).chain(records.map(|id| record_term(*id))).collect()
    }
}

/// By what the practices are found that are attached to a record.
fn record_term(record: DatasetId) -> String {
    format!("record={record}")
}

/// Which practices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PracticeFilter {
    /// All of these words stand in its title or description, or begin one there.
    pub words: String,
    /// What is told.
    pub kind: Option<PracticeKind>,
    /// Of this organisation.
    pub organisation: Option<String>,
    /// Attached to this record.
    pub record: Option<DatasetId>,
    /// About any of these countries.
    pub countries: Vec<String>,
    /// About any of these clusters, or of their areas of responsibility.
    pub clusters: Vec<String>,
}

impl Catalog {
    /// Tells of a practice of the viewer's organisation; the operator, who has none, says of which.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`; `BadRequest` where no organisation is given. A record that the viewer may not
    /// know of is refused like one that is not there.
    pub async fn create_practice(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        statement: PracticeStatement,
        now: Timestamp,
    ) -> Result<Registered<Practice>, CatalogError> {
        const ACT: &str = "practice.create";
        let organisation = organisation.or(viewer.organisation()).unwrap_or_default().to_owned();
        self.may(viewer, viewer.manages(&organisation), WHO_TELLS, ACT, now).await?;
        if organisation.is_empty() {
            return Err(CatalogError::BadRequest("say which organisation tells it".to_owned()));
        }
        self.check_practice(viewer, &statement).await?;
        let practice = Practice { statement, organisation, withdrawn: None };
        let write = Write { viewer, act: ACT, now };
        self.put_entry(write, &new_id(), &teller_of(&practice), |_: Option<Registered<Practice>>, loaded| {
            is_told_by(&practice, loaded)?;
            Ok(Change::to(practice.clone()))
        })
        .await
    }

    /// Says something else of a practice. Records that it names and the viewer may not know of stay.
    ///
    /// # Errors
    /// `NotFound`; as for [`Catalog::create_practice`]; `Conflict` when it was changed since `version`, and where it is
    /// withdrawn.
    pub async fn change_practice(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        statement: PracticeStatement,
        now: Timestamp,
    ) -> Result<Registered<Practice>, CatalogError> {
        self.check_practice(viewer, &statement).await?;
        let read: Registered<Practice> = self.entry(viewer, id).await?;
        let shown = self.told_of(viewer, read.body.statement.records.clone()).await?;
        let mut after = Practice { statement, ..read.body.clone() };
        after.statement.records = with_hidden(after.statement.records, &read.body.statement.records, &shown);
        let write = Write { viewer, act: "practice.change", now };
        let change = |before: &Registered<Practice>, loaded: &Loaded| {
            let newest = before.version;
            standing(before, viewer)?;
            is_as_read(newest, read.version)?;
            is_told_by(&after, loaded)?;
            Ok(Change::to(after.clone()))
        };
        let changed = self.change_entry(write, id, Some(version), &teller_of(&after), change).await?;
        self.shown_practice(viewer, changed).await
    }

    /// Withdraws a practice: from then on its organisation alone reads it.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `SignInRequired`; `Conflict` when it was changed since `version` or withdrawn already.
    pub async fn withdraw_practice(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        now: Timestamp,
    ) -> Result<Registered<Practice>, CatalogError> {
        let write = Write { viewer, act: "practice.withdraw", now };
        let withdrawn = self
            .change_entry(write, id, Some(version), &Wanted::default(), |before: &Registered<Practice>, _| {
                let before = standing(before, viewer)?;
                Ok(Change::to(Practice { withdrawn: Some(now), ..before.clone() }))
            })
            .await?;
        self.shown_practice(viewer, withdrawn).await
    }

    /// A practice.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn practice(&self, viewer: &Viewer, id: &str) -> Result<Registered<Practice>, CatalogError> {
        let practice = self.entry(viewer, id).await?;
        self.shown_practice(viewer, practice).await
    }

    /// What was said of a practice, newest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn practice_history(&self, viewer: &Viewer, id: &str) -> Result<Vec<Registered<Practice>>, CatalogError> {
        let mut shown = Vec::new();
        for version in self.entry_history(viewer, id).await? {
            shown.push(self.shown_practice(viewer, version).await?);
        }
        Ok(shown)
    }

    /// The practices of a filter that the viewer may read; of more than 10,000 the others are not looked at.
    pub async fn practices(
        &self,
        viewer: &Viewer,
        filter: &PracticeFilter,
        paging: &Paging,
    ) -> Result<EntryPage<Practice>, CatalogError> {
        // Who tells a practice may be whom the record does not name.
        if let Some(record) = filter.record
            && self.told_of(viewer, vec![record]).await?.is_empty()
        {
            return Ok(EntryPage { items: Vec::new(), next: None });
        }
        let term = filter.record.map(record_term).or_else(|| filter.organisation.as_deref().map(organisation_term));
        let words: Vec<String> = fold(&filter.words).split_whitespace().map(str::to_owned).collect();
        let mut page = EntryPage { items: Vec::new(), next: None };
        let (mut after, mut read) = (paging.after.clone(), 0);
        loop {
            let part = self.entries::<Practice>(viewer, term.as_deref(), &Paging { after, limit: AT_A_TIME }).await?;
            read += part.items.len();
            for practice in part.items.into_iter().filter(|one| self.is_practice_of(&one.body, filter, &words)) {
                if page.items.len() == paging.limit as usize {
                    page.next = page.items.last().map(|last: &Registered<Practice>| last.id.clone());
                    return Ok(page);
                }
                page.items.push(self.shown_practice(viewer, practice).await?);
            }
            match part.next.filter(|_| read < MOST_READ) {
                Some(next) => after = next,
                None => return Ok(page),
            }
        }
    }

    fn is_practice_of(&self, practice: &Practice, filter: &PracticeFilter, words: &[String]) -> bool {
        let statement = &practice.statement;
        let wanted = Scope { countries: &filter.countries, clusters: &filter.clusters };
        let about = Scope { countries: &statement.countries, clusters: &statement.clusters };
        filter.kind.is_none_or(|kind| kind == statement.kind)
            && filter.organisation.as_ref().is_none_or(|id| *id == practice.organisation)
            && wanted.takes(&about, self.vocabularies())
            && holds_words(statement, words)
    }

    /// What must be mended of a statement, as far as the viewer may know.
    async fn check_practice(&self, viewer: &Viewer, statement: &PracticeStatement) -> Result<(), CatalogError> {
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        CatalogError::if_any(self.check_named(viewer, &statement.records).await?)
    }

    async fn shown_practice(
        &self,
        viewer: &Viewer,
        mut practice: Registered<Practice>,
    ) -> Result<Registered<Practice>, CatalogError> {
        let statement = &mut practice.body.statement;
        statement.records = self.told_of(viewer, std::mem::take(&mut statement.records)).await?;
        Ok(practice)
    }
}

/// Whether each of some folded words stands in a title or description, or begins a word there.
fn holds_words(statement: &PracticeStatement, words: &[String]) -> bool {
    let texts: Vec<String> = statement.title.texts().chain(statement.description.texts()).map(fold).collect();
    let is_there = |word: &String| {
        let of_text = texts.iter().flat_map(|text| text.split(|char: char| !char.is_alphanumeric()));
        of_text.into_iter().any(|one| one.starts_with(word.as_str()))
    };
    words.iter().all(is_there)
}

/// The organisation that tells a practice, as it is registered.
fn teller_of(practice: &Practice) -> Wanted {
    Wanted { entries: vec![(EntryKind::Organisation, practice.organisation.clone())], ..Wanted::default() }
}

/// The organisation takes part; what everyone is told names only one that everyone may know of.
fn is_told_by(practice: &Practice, loaded: &Loaded) -> Result<(), CatalogError> {
    let (rule, message) = match loaded.entries.iter().flatten().next() {
        None => ("unknown-organisation", "no organisation of this id is registered"),
        Some(entry) if practice.statement.audience.sharing == Sharing::Public => {
            if read::<RegisteredOrganisation>(entry)?.body.profile.listed {
                return Ok(());
            }
            let message = "everyone would be told of it, and it is not `listed`: choose another `audience`";
            ("organisation-not-listed", message)
        }
        Some(_) => return Ok(()),
    };
    let problem = Problem::error(rule, "organisation", message).with_value(&practice.organisation);
    Err(CatalogError::Invalid(vec![problem]))
}

/// The practice, where the viewer may change it and it is not withdrawn.
fn standing<'a>(practice: &'a Registered<Practice>, viewer: &Viewer) -> Result<&'a Practice, CatalogError> {
    if !viewer.manages(&practice.body.organisation) {
        return Err(CatalogError::refused(viewer, WHO_TELLS));
    }
    match practice.body.withdrawn {
        None => Ok(&practice.body),
        Some(_) => Err(CatalogError::conflict("it is withdrawn: tell it anew".to_owned())),
    }
}

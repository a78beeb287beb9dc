//! The yearly report of an organisation: the commitments of the frameworks under which it agreed, what it says of how it kept
//! them, and what the catalogue counts.

use std::collections::BTreeMap;

use cairn_model::LocalizedText;
use cairn_model::agreement::{AgreementStatus, Commitment, FrameworkReference};
use cairn_model::registry::{CommitmentAnswer, CommitmentStatus, RequestSide, RequestState};
use cairn_policy::{Label, Viewer};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::agreements::{as_seen_by, party_terms};
use super::evaluations::{EvaluationKey, year_of};
use super::needs::organisation_term;
use super::{AccessRequest, EntryBody, Evaluation, Paging, Registered, RegisteredAgreement, RegisteredOrganisation};
use crate::spreadsheet::csv_file;
use crate::{Catalog, CatalogError};

/// Entries that are read at a time.
const AT_A_TIME: u32 = 200;

/// Entries of a kind that are read for a report at most.
const MOST_READ: usize = 10_000;

/// What an organisation committed itself to, and what became of it in a year, as a viewer may know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct CommitmentReport {
    /// Id of the organisation.
    pub organisation: String,
    /// Its name, by language.
    pub name: LocalizedText,
    /// Of which year.
    pub year: i16,
    /// The frameworks of that year, by their ids.
    pub frameworks: Vec<FrameworkReport>,
    /// What the catalogue counts, for the organisation itself.
    pub counted: Option<CountedYear>,
}

/// What became of the commitments of one framework.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameworkReport {
    /// Which version of it.
    pub framework: FrameworkReference,
    /// Its title, by language.
    pub title: LocalizedText,
    /// When it was last said how its commitments were kept, if that was said.
    pub evaluated: Option<Timestamp>,
    /// The year in a few words, by language.
    pub summary: LocalizedText,
    /// Its commitments, in its own order.
    pub commitments: Vec<KeptCommitment>,
}

/// A commitment, and what is said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptCommitment {
    /// What it is.
    pub commitment: Commitment,
    /// What is said of it, if anything is.
    pub answer: Option<CommitmentAnswer>,
    /// How it was kept in the year before, where that was said.
    pub year_before: Option<CommitmentStatus>,
}

/// What became of the requests that an organisation received in a year, and its agreements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CountedYear {
    /// Agreements to which it was a party at some time of the year.
    pub agreements: u32,
    /// Requests that came.
    pub requests: u32,
    /// Of these, granted at once by an agreement.
    pub granted_by_agreement: u32,
    /// Of these, granted by hand.
    pub granted: u32,
    /// Of these, refused.
    pub refused: u32,
    /// Of these, taken back by who sent them.
    pub withdrawn: u32,
    /// Of these, still waiting.
    pub waiting: u32,
    /// Of these, answered within two working days, agreements and questions asked back among them.
    pub answered_in_time: u32,
}

impl CountedYear {
    fn count(&mut self, request: &AccessRequest) {
        self.requests += 1;
        let is_by_agreement = request.steps.iter().any(|step| step.by == RequestSide::Agreement);
        match request.state {
            RequestState::Granted | RequestState::Expired if is_by_agreement => self.granted_by_agreement += 1,
            RequestState::Granted | RequestState::Expired => self.granted += 1,
            RequestState::Refused => self.refused += 1,
            RequestState::Withdrawn => self.withdrawn += 1,
            RequestState::Sent | RequestState::Seen | RequestState::Asked => self.waiting += 1,
        }
        let answer = request.steps.iter().find(|step| match step.by {
            RequestSide::Agreement => true,
            RequestSide::Owner => step.state != RequestState::Seen,
            RequestSide::Requester => false,
        });
        let is_in_time = |answer: Timestamp| sent(request).is_some_and(|sent| answer <= RequestState::due(sent));
        self.answered_in_time += u32::from(answer.is_some_and(|step| is_in_time(step.at)));
    }
}

impl Catalog {
    /// The report of an organisation on a year.
    ///
    /// # Errors
    /// `NotFound` for an organisation that the viewer may not know of.
    pub async fn commitments(
        &self,
        viewer: &Viewer,
        organisation: &str,
        year: i16,
    ) -> Result<CommitmentReport, CatalogError> {
        let registered = self.entry::<RegisteredOrganisation>(viewer, organisation).await?;
        let agreements = self.agreements_of_year(viewer, organisation, year).await?;
        let mut versions: BTreeMap<String, u32> = BTreeMap::new();
        for framework in agreements.iter().filter_map(|agreement| agreement.in_force.as_ref()?.terms.framework.as_ref())
        {
            let version = versions.entry(framework.id.clone()).or_default();
            *version = framework.version.max(*version);
        }
        let told = self.all_of::<Evaluation>(viewer, &organisation_term(organisation)).await?;
        for one in told.iter().filter(|one| one.body.year == year) {
            versions.insert(one.body.framework.clone(), one.body.statement.framework_version);
        }
        let mut frameworks = Vec::new();
        for (id, version) in versions {
            let told_in = |year: i16| {
                let key = EvaluationKey { organisation: organisation.to_owned(), framework: id.clone(), year };
                told.iter().find(|one| one.id == key.id())
            };
            let (now, before) = (told_in(year), told_in(year - 1));
            frameworks.extend(self.framework_report(viewer, &id, version, now, before).await?);
        }
        let is_own = viewer.is_operator() || viewer.holds(&Label::organisation(organisation));
        let counted = if is_own {
            let agreements = u32::try_from(agreements.len()).unwrap_or(u32::MAX);
            Some(self.counted_year(viewer, organisation, year, agreements).await?)
        } else {
            None
        };
        let name = registered.body.profile.name;
        Ok(CommitmentReport { organisation: organisation.to_owned(), name, year, frameworks, counted })
    }

    /// What became of a version of a framework; none of one that the viewer may not know of.
    async fn framework_report(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        now: Option<&Registered<Evaluation>>,
        before: Option<&Registered<Evaluation>>,
    ) -> Result<Option<FrameworkReport>, CatalogError> {
        let framework = match self.framework(viewer, id).await {
            Ok(framework) => framework.body,
            Err(CatalogError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some(staged) = framework.versions.into_iter().find(|one| one.version == version) else { return Ok(None) };
        let answer_of = |told: Option<&Registered<Evaluation>>, id: &str| {
            let answers = told.map(|told| &told.body.statement.commitments)?;
            answers.iter().find(|answer| answer.commitment == id).cloned()
        };
        let commitments = staged.content.commitments.into_iter().map(|commitment| KeptCommitment {
            answer: answer_of(now, &commitment.id),
            year_before: answer_of(before, &commitment.id).map(|answer| answer.status),
            commitment,
        });
        Ok(Some(FrameworkReport {
            framework: FrameworkReference { id: id.to_owned(), version },
            title: staged.content.title,
            evaluated: now.map(|told| told.changed),
            summary: now.map(|told| told.body.statement.summary.clone()).unwrap_or_default(),
            commitments: commitments.collect(),
        }))
    }

    /// The agreements that a viewer may know of and to which an organisation was a party at some time of a year.
    async fn agreements_of_year(
        &self,
        viewer: &Viewer,
        organisation: &str,
        year: i16,
    ) -> Result<Vec<RegisteredAgreement>, CatalogError> {
        let mut agreements = Vec::new();
        for term in party_terms(Some(organisation), &[]) {
            let all = self.all_of::<RegisteredAgreement>(viewer, &term).await?;
            agreements
                .extend(all.into_iter().map(|one| as_seen_by(viewer, one).body).filter(|one| was_in_force(one, year)));
        }
        Ok(agreements)
    }

    async fn counted_year(
        &self,
        viewer: &Viewer,
        organisation: &str,
        year: i16,
        agreements: u32,
    ) -> Result<CountedYear, CatalogError> {
        let mut counted = CountedYear { agreements, ..CountedYear::default() };
        let requests = self.all_of::<AccessRequest>(viewer, &format!("to={organisation}")).await?;
        for request in requests.iter().map(|one| &one.body) {
            if sent(request).map(year_of) == Some(year) {
                counted.count(request);
            }
        }
        Ok(counted)
    }

    /// The entries that have a term and of which a viewer may know, 10,000 at most.
    async fn all_of<T: EntryBody>(&self, viewer: &Viewer, term: &str) -> Result<Vec<Registered<T>>, CatalogError> {
        let mut all = Vec::new();
        let mut paging = Paging { after: String::new(), limit: AT_A_TIME };
        loop {
            let part = self.entries::<T>(viewer, Some(term), &paging).await?;
            all.extend(part.items);
            match part.next.filter(|_| all.len() < MOST_READ) {
                Some(next) => paging.after = next,
                None => return Ok(all),
            }
        }
    }

    /// The report as a CSV file, a line for each commitment.
    ///
    /// # Errors
    /// `Internal`, which cannot be while memory is there.
    pub fn commitments_as_csv(&self, report: &CommitmentReport) -> Result<String, CatalogError> {
        let headings = [
            "organisation",
            "year",
            "framework",
            "framework_version",
            "framework_title",
            "commitment",
            "title",
            "status",
            "year_before",
            "evidence",
            "next",
        ];
        let mut lines = vec![headings.map(str::to_owned).to_vec()];
        for framework in &report.frameworks {
            for KeptCommitment { commitment, answer, year_before } in &framework.commitments {
                let code = |status: Option<CommitmentStatus>| status.map_or("", CommitmentStatus::code).to_owned();
                let said = |text: Option<&String>| text.cloned().unwrap_or_default();
                let answer = answer.as_ref();
                lines.push(vec![
                    report.organisation.clone(),
                    report.year.to_string(),
                    framework.framework.id.clone(),
                    framework.framework.version.to_string(),
                    framework.title.best("en").unwrap_or_default().to_owned(),
                    commitment.id.clone(),
                    commitment.title.best("en").unwrap_or_default().to_owned(),
                    code(answer.map(|answer| answer.status)),
                    code(*year_before),
                    said(answer.and_then(|answer| answer.evidence.as_ref())),
                    said(answer.and_then(|answer| answer.next.as_ref())),
                ]);
            }
        }
        csv_file(lines)
    }
}

/// When a request was sent first.
fn sent(request: &AccessRequest) -> Option<Timestamp> {
    request.steps.first().map(|step| step.at)
}

/// Whether an agreement was in force at some time of a year.
fn was_in_force(agreement: &RegisteredAgreement, year: i16) -> bool {
    let begins = |year: i16| {
        let first = Date::new(year, 1, 1).and_then(|day| day.to_zoned(TimeZone::UTC)).ok();
        first.map(|first| first.timestamp())
    };
    let (Some(begin), Some(end)) = (begins(year), begins(year + 1)) else { return false };
    let Some(in_force) = &agreement.in_force else { return false };
    let is_over = || agreement.held.as_ref().is_some_and(|held| held.at < begin);
    let is_past = in_force.terms.validity.is_over(begin);
    in_force.since < end && !is_past && !(agreement.status == AgreementStatus::Ended && is_over())
}

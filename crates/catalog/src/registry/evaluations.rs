//! What organisations say once a year of how they kept the commitments of the frameworks under which they agreed.

use std::collections::BTreeSet;

use cairn_model::Problem;
use cairn_model::registry::EvaluationStatement;
use cairn_policy::{Label, Viewer, audience_labels};
use cairn_store::{Entry, EntryKind, Loaded, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::agreements::party_terms;
use super::entries::{is_newest, read};
use super::needs::organisation_term;
use super::{Change, EntryBody, Registered, RegisteredAgreement, RegisteredFramework, Write};
use crate::{Catalog, CatalogError};

const WHO_EVALUATES: &str =
    "only the managers, stewards and administrators of an organisation say how it kept its commitments";

/// The years of which something can be said.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

/// What an organisation says of one year under one framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Id of the organisation.
    pub organisation: String,
    /// Id of the framework.
    pub framework: String,
    /// Of which year.
    pub year: i16,
    /// What is said.
    pub statement: EvaluationStatement,
}

impl EntryBody for Evaluation {
    const KIND: EntryKind = EntryKind::Evaluation;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        audience_labels(&self.statement.audience, &self.organisation)
    }

    fn terms(&self) -> Vec<String> {
        vec![organisation_term(&self.organisation)]
    }
}

/// Which evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvaluationKey {
    /// Id of the organisation.
    pub organisation: String,
    /// Id of the framework.
    pub framework: String,
    /// Of which year.
    pub year: i16,
}

impl EvaluationKey {
    pub(super) fn id(&self) -> String {
        format!("{}:{}:{}", self.framework, self.organisation, self.year)
    }
}

impl Catalog {
    /// Says how an organisation kept the commitments of a framework in a year; from version 0 where nothing was said yet.
    ///
    /// # Errors
    /// `NotFound` for a framework that the viewer may not know of; `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when it
    /// was changed since `version`, for a year that has not begun, and where the organisation has no agreement under the
    /// framework.
    pub async fn evaluate(
        &self,
        viewer: &Viewer,
        key: &EvaluationKey,
        version: u32,
        statement: EvaluationStatement,
        now: Timestamp,
    ) -> Result<Registered<Evaluation>, CatalogError> {
        const ACT: &str = "commitments.evaluate";
        self.may(viewer, viewer.manages(&key.organisation), WHO_EVALUATES, ACT, now).await?;
        let framework = self.framework(viewer, &key.framework).await?.body;
        if !YEARS.contains(&key.year) || key.year > year_of(now) {
            return Err(CatalogError::conflict(format!("{} has not begun: say it of a year that has", key.year)));
        }
        let mut problems = statement.validate(self.vocabularies());
        problems.extend(not_of(&framework, &statement));
        CatalogError::if_any(problems)?;
        let evaluation = Evaluation {
            organisation: key.organisation.clone(),
            framework: key.framework.clone(),
            year: key.year,
            statement,
        };
        let parties = party_terms(Some(&key.organisation), &[]);
        let wanted = Wanted {
            with_terms: parties.into_iter().map(|term| (EntryKind::Agreement, term)).collect(),
            ..Wanted::default()
        };
        let write = Write { viewer, act: ACT, now };
        self.put_entry(write, &key.id(), &wanted, |before: Option<Registered<Evaluation>>, loaded: &Loaded| {
            if !is_party(loaded, &key.framework)? {
                let message = "the organisation has no agreement under this framework that came into force";
                return Err(CatalogError::conflict(message));
            }
            let newest = before.map_or(0, |before| before.version);
            is_newest(newest, version)?;
            Ok(Change::to(evaluation.clone()))
        })
        .await
    }

    /// What an organisation says of a year under a framework.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn evaluation(
        &self,
        viewer: &Viewer,
        key: &EvaluationKey,
    ) -> Result<Registered<Evaluation>, CatalogError> {
        self.entry(viewer, &key.id()).await
    }
}

pub(super) fn year_of(at: Timestamp) -> i16 {
    at.to_zoned(jiff::tz::TimeZone::UTC).year()
}

/// What names a version or commitments that the framework does not have.
fn not_of(framework: &RegisteredFramework, statement: &EvaluationStatement) -> Vec<Problem> {
    let Some(version) = framework.versions.iter().find(|one| one.version == statement.framework_version) else {
        let message = "the framework has no such version, or it is not shared with you";
        return vec![Problem::error("unknown-version", "framework_version", message)];
    };
    let known: Vec<&str> = version.content.commitments.iter().map(|one| one.id.as_str()).collect();
    let unknown = statement.commitments.iter().enumerate().filter(|(_, one)| !known.contains(&one.commitment.as_str()));
    unknown
        .map(|(place, one)| {
            let message = format!("version {} has: {}", version.version, known.join(", "));
            let field = format!("commitments[{place}].commitment");
            Problem::error("unknown-commitment", field, message).with_value(&one.commitment)
        })
        .collect()
}

/// Whether an agreement among those that were loaded was made under a framework.
fn is_party(loaded: &Loaded, framework: &str) -> Result<bool, CatalogError> {
    let is_under = |entry: &Entry| {
        let in_force = read::<RegisteredAgreement>(entry)?.body.in_force;
        Ok::<_, CatalogError>(in_force.and_then(|one| one.terms.framework).is_some_and(|one| one.id == framework))
    };
    for entry in loaded.with_terms.iter().flatten() {
        if is_under(entry)? {
            return Ok(true);
        }
    }
    Ok(false)
}

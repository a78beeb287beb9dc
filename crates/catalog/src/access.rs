//! Decisions about access: everything that one stands on is loaded at one moment, in the transaction that logs it.

use cairn_model::agreement::{AccessQuestion, Agreement, Crisis, Framework, OwnerGrant, Refusal};
use cairn_model::{Dataset, DatasetId, Vocabularies};
use cairn_policy::{Decision, Grounds, Outcome, Viewer, decide};
use cairn_store::{Amendment, EntryKind, Loaded, NewAct, Wanted};
use jiff::Timestamp;

use crate::registry::{
    AccessRequest, Concern, DeclaredCrisis, RegisteredAgreement, RegisteredFramework, RegisteredRefusal, agreements,
    concerns, entries, requests,
};
use crate::{Catalog, CatalogError};

/// What decisions about one record and one asker stand on.
#[derive(Default)]
pub(crate) struct LoadedGrounds {
    agreements: Vec<Agreement>,
    frameworks: Vec<Framework>,
    crises: Vec<Crisis>,
    refusals: Vec<Refusal>,
    grants: Vec<OwnerGrant>,
    suspended: Vec<DatasetId>,
}

impl LoadedGrounds {
    /// What must be loaded for an asker and some records, after what is wanted already.
    pub(crate) fn want(wanted: &mut Wanted, records: &[DatasetId], organisation: Option<&str>, groups: &[String]) {
        let all = [
            (EntryKind::Framework, entries::ALL.to_owned()),
            (EntryKind::Crisis, entries::ALL.to_owned()),
            (EntryKind::Refusal, entries::ALL.to_owned()),
        ];
        let parties = agreements::party_terms(organisation, groups).into_iter();
        wanted.with_terms.extend(all);
        wanted.with_terms.extend(parties.map(|party| (EntryKind::Agreement, party)));
        for record in records {
            wanted.with_terms.push((EntryKind::Concern, concerns::suspends_term(*record)));
            wanted.with_terms.extend(organisation.map(|id| (EntryKind::Request, requests::granted_term(id, *record))));
        }
    }

    /// What was loaded. Other entries that were loaded by terms are passed over.
    pub(crate) fn of(loaded: &Loaded) -> Result<Self, CatalogError> {
        let mut grounds = Self::default();
        for entry in loaded.with_terms.iter().flatten() {
            match entry.kind {
                EntryKind::Agreement => {
                    let agreement = entries::read::<RegisteredAgreement>(entry)?.body.deciding(&entry.id);
                    // One is found once for the organisation and once for each group that are parties.
                    grounds
                        .agreements
                        .extend(agreement.filter(|one| grounds.agreements.iter().all(|two| two.id != one.id)));
                }
                EntryKind::Framework => {
                    let framework = entries::read::<RegisteredFramework>(entry)?.body;
                    grounds.frameworks.extend(framework.deciding(&entry.id));
                }
                EntryKind::Crisis => {
                    grounds.crises.push(entries::read::<DeclaredCrisis>(entry)?.body.deciding(&entry.id));
                }
                EntryKind::Refusal => {
                    grounds.refusals.push(entries::read::<RegisteredRefusal>(entry)?.body.deciding(&entry.id));
                }
                EntryKind::Request => {
                    grounds.grants.extend(entries::read::<AccessRequest>(entry)?.body.deciding());
                }
                EntryKind::Concern => grounds.suspended.extend(entries::read::<Concern>(entry)?.body.suspends()),
                EntryKind::Organisation
                | EntryKind::Edit
                | EntryKind::Evaluation
                | EntryKind::Collaborative
                | EntryKind::Exchange
                | EntryKind::Group
                | EntryKind::Holding
                | EntryKind::Need
                | EntryKind::Practice
                | EntryKind::Release
                | EntryKind::SavedSearch
                | EntryKind::Table => {}
            }
        }
        Ok(grounds)
    }

    /// Decides; `None` where the asker may not know of the record.
    pub(crate) fn decide(
        &self,
        record: &Dataset,
        viewer: &Viewer,
        question: &AccessQuestion,
        vocabularies: &Vocabularies,
        now: Timestamp,
    ) -> Option<Decision> {
        let grounds = Grounds {
            agreements: &self.agreements,
            frameworks: &self.frameworks,
            crises: &self.crises,
            refusals: &self.refusals,
            grants: &self.grants,
            suspended: &self.suspended,
            vocabularies,
        };
        decide(record, viewer, question, &grounds, now)
    }
}

/// A decision in one line of the log of acts: what was decided, by which rule and agreement, for what. No words of people.
pub(crate) fn in_a_line(decision: &Decision, question: &AccessQuestion) -> String {
    let mut parts = vec![decision.outcome.code().to_owned(), decision.rule.code().to_owned()];
    parts.extend(decision.agreement.as_ref().map(|agreement| format!("{} v{}", agreement.id, agreement.version)));
    parts.extend(decision.crisis.as_ref().map(ToString::to_string));
    parts.push(format!("asked for {}", question.access));
    parts.extend((!question.purposes.is_empty()).then(|| format!("for {}", question.purposes.join(", "))));
    parts.extend((!question.safeguards.is_empty()).then(|| format!("declaring {}", question.safeguards.join(", "))));
    parts.join(" ")
}

impl Catalog {
    /// Decides whether the viewer may have the data of a record, in which form and until when, and says so in the log of acts.
    /// What is decided for who is anonymous is not logged: nobody could be held to it, and anyone could fill the log.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record itself; `Invalid` for a question that breaks rules.
    pub async fn decide_access(
        &self,
        viewer: &Viewer,
        record: DatasetId,
        question: &AccessQuestion,
        now: Timestamp,
    ) -> Result<Decision, CatalogError> {
        CatalogError::if_any(question.validate(self.vocabularies()))?;
        // Absent, hidden, gone or moved: told as everywhere else.
        self.visible_record(viewer, record).await?;
        let mut wanted = Wanted { records: vec![record], ..Wanted::default() };
        LoadedGrounds::want(&mut wanted, &[record], viewer.organisation(), &viewer.groups());
        let decide = |loaded: &Loaded| {
            let grounds = LoadedGrounds::of(loaded)?;
            let decided = loaded.records.first().and_then(Option::as_ref).and_then(|stored| {
                let decision = grounds.decide(&stored.dataset, viewer, question, self.vocabularies(), now)?;
                Some((decision, stored.revision))
            });
            decided.ok_or(CatalogError::NotFound("record"))
        };
        if viewer.is_anonymous() {
            // Nothing is written, so nobody who writes is kept waiting.
            return decide(&self.store().load(&wanted).await?).map(|(decision, _)| decision);
        }
        let mut outcome = Err(CatalogError::NotFound("record"));
        let mut amend = |loaded: &Loaded| {
            outcome = decide(loaded);
            let line = |(decision, revision): &(Decision, u32)| NewAct {
                version: Some(*revision),
                reason: Some(in_a_line(decision, question)),
                refused: decision.outcome == Outcome::Denied,
                ..NewAct::new(now, viewer.actor(), "access.decide", record.to_string())
            };
            Amendment { acts: outcome.iter().map(line).collect(), ..Amendment::default() }
        };
        self.store().amend(&wanted, &mut amend).await?;
        outcome.map(|(decision, _)| decision)
    }
}

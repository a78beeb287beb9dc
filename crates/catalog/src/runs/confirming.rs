//! What a person confirms before a run may do it: just what an earlier run of the same source held back and listed.

use std::collections::{HashMap, HashSet};

use cairn_harvest::SourceConfig;
use cairn_policy::Loosening;
use cairn_store::{Held, HeldKind, NewAct};
use jiff::Timestamp;

use super::HarvestOptions;
use crate::{Catalog, CatalogError, OPERATOR};

impl Catalog {
    /// The loosenings that a person confirms: just those that a run of this very source held back, each to the value that
    /// it listed.
    pub(super) async fn confirmed_loosening(
        &self,
        source: &SourceConfig,
        options: &HarvestOptions,
    ) -> Result<HashMap<String, Vec<Loosening>>, CatalogError> {
        let Some(run) = &options.confirm_loosening else { return Ok(HashMap::new()) };
        let mut confirmed: HashMap<String, Vec<Loosening>> = HashMap::new();
        for one in self.held_to_confirm(source, run, HeldKind::Loosening).await? {
            if let Some(to) = one.problem.value {
                let loosening = Loosening { axis: one.problem.field, from: String::new(), to };
                confirmed.entry(one.source_record_id).or_default().push(loosening);
            }
        }
        if confirmed.is_empty() {
            return Err(CatalogError::BadRequest(format!(
                "run {run} of {} held no loosening of terms back that still waits",
                source.id
            )));
        }
        Ok(confirmed)
    }

    /// The records whose removal a person confirms, by their ids at the source: just those that a run of this very source
    /// held, each with the id under which that run listed it now, if it did.
    pub(super) async fn confirmed_removals(
        &self,
        source: &SourceConfig,
        options: &HarvestOptions,
    ) -> Result<HashMap<String, Option<String>>, CatalogError> {
        let Some(run) = &options.confirm_removals else { return Ok(HashMap::new()) };
        let held = self.held_to_confirm(source, run, HeldKind::Removal).await?;
        let confirmed: HashMap<String, Option<String>> =
            held.into_iter().map(|one| (one.source_record_id, one.problem.value)).collect();
        if confirmed.is_empty() {
            return Err(CatalogError::BadRequest(format!(
                "run {run} of {} held no removal back that still waits",
                source.id
            )));
        }
        Ok(confirmed)
    }

    /// The fields that a person confirms to be gone, by the ids of their records at the source: just those of which a run
    /// of this very source kept the former values.
    pub(super) async fn confirmed_vanished(
        &self,
        source: &SourceConfig,
        options: &HarvestOptions,
    ) -> Result<HashMap<String, Vec<String>>, CatalogError> {
        let Some(run) = &options.confirm_vanished else { return Ok(HashMap::new()) };
        let mut confirmed: HashMap<String, Vec<String>> = HashMap::new();
        for one in self.held_to_confirm(source, run, HeldKind::Vanished).await? {
            confirmed.entry(one.source_record_id).or_default().push(one.problem.field);
        }
        if confirmed.is_empty() {
            return Err(CatalogError::BadRequest(format!(
                "run {run} of {} kept no field that vanished and still waits",
                source.id
            )));
        }
        Ok(confirmed)
    }

    /// Everything of a kind that a run of this very source listed for confirmation and that waited ever since: what its source
    /// took back, and says again, came later.
    async fn held_to_confirm(
        &self,
        source: &SourceConfig,
        run: &str,
        kind: HeldKind,
    ) -> Result<Vec<Held>, CatalogError> {
        let runs = self.store().runs(Some(&source.id), u32::MAX).await?;
        let Some(row) = runs.iter().find(|row| row.run == run) else {
            return Err(CatalogError::BadRequest(format!("{} has no run {run}", source.id)));
        };
        let mut held = self.held_by(row).await?;
        held.retain(|one| one.kind == kind);
        let what = |one: &Held| (one.source_record_id.clone(), one.problem.field.clone(), one.problem.value.clone());
        for later in runs.iter().take_while(|row| row.run != run) {
            let still = self.store().held_by(&later.run).await?.into_iter().filter(|one| one.kind == kind);
            let still: HashSet<_> = still.map(|one| what(&one)).collect();
            held.retain(|one| still.contains(&what(one)));
        }
        Ok(held)
    }

    /// Says in the log of acts what a person confirmed.
    pub(super) async fn log_confirmations(
        &self,
        source: &str,
        options: &HarvestOptions,
        now: Timestamp,
    ) -> Result<(), CatalogError> {
        let confirmed = [
            ("terms.loosen", &options.confirm_loosening),
            ("records.remove", &options.confirm_removals),
            ("fields.remove", &options.confirm_vanished),
        ];
        let actor = options.confirmed_by.as_deref().unwrap_or(OPERATOR);
        for (act, run) in confirmed {
            if let Some(run) = run.as_ref().filter(|_| !options.dry_run) {
                self.store().log_act(NewAct::new(now, actor, act, format!("{source} as listed by run {run}"))).await?;
            }
        }
        Ok(())
    }
}

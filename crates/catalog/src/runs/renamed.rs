//! Records that a source lists under other ids than before: the same but for their ids (F15).

use std::collections::HashMap;

use cairn_harvest::guard::is_id_scheme_change;
use cairn_harvest::{EndProof, Verdict};
use cairn_model::{Dataset, DatasetId};
use cairn_store::KnownRecord;
use sha2::{Digest, Sha256};

use super::Run;
use crate::CatalogError;

/// Records that are looked at together.
const AT_A_TIME: usize = 500;

/// What tells a record from others whatever its id is.
type Fingerprint = [u8; 32];

/// Records by their fingerprints; `None` where several have one, which therefore tells nothing.
type ByFingerprint<'a> = HashMap<Fingerprint, Option<&'a KnownRecord>>;

impl Run<'_> {
    /// The new id of each record that this run lacks and lists under another id, by the id at the source; none unless the
    /// guard tripped over a whole listing and there are so many of them that the source changed its ids. Records of a dry
    /// run are stored nowhere, so it finds none.
    pub(super) async fn renamed(
        &self,
        verdict: Verdict,
        proof: &EndProof,
        active: &[KnownRecord],
    ) -> Result<HashMap<String, String>, CatalogError> {
        if verdict != Verdict::GuardTripped || *proof != EndProof::Proven {
            return Ok(HashMap::new());
        }
        let (listed, lacking): (Vec<_>, Vec<_>) = active.iter().partition(|record| self.seen.contains(&record.id));
        let missing = lacking.len() as u64;
        let (listed, lacking) = (self.by_fingerprint(&listed).await?, self.by_fingerprint(&lacking).await?);
        let mut renamed = HashMap::new();
        for (fingerprint, before) in lacking {
            if let (Some(before), Some(Some(now))) = (before, listed.get(&fingerprint)) {
                renamed.insert(before.source_record_id.clone(), now.source_record_id.clone());
            }
        }
        if !is_id_scheme_change(missing, renamed.len() as u64) {
            renamed.clear();
        }
        Ok(renamed)
    }

    async fn by_fingerprint<'r>(&self, records: &[&'r KnownRecord]) -> Result<ByFingerprint<'r>, CatalogError> {
        let by_id: HashMap<DatasetId, &KnownRecord> = records.iter().map(|record| (record.id, *record)).collect();
        let mut found: ByFingerprint<'r> = HashMap::new();
        for some in records.chunks(AT_A_TIME) {
            let ids: Vec<DatasetId> = some.iter().map(|record| record.id).collect();
            for revision in self.catalog.store().newest_revisions(&ids).await? {
                let Some(dataset) = &revision.dataset else { continue };
                let record = by_id.get(&revision.id).copied();
                found.entry(fingerprint(dataset)).and_modify(|one| *one = None).or_insert(record);
            }
        }
        Ok(found)
    }
}

/// Title, organisation and files. The addresses of files are left out: portals make them of the ids.
fn fingerprint(dataset: &Dataset) -> Fingerprint {
    let files = dataset.distributions.iter().map(|file| (&file.title, &file.format));
    let files: Vec<_> = files.collect();
    let publisher = dataset.publisher.as_ref().map(|publisher| &publisher.id);
    Sha256::digest(format!("{:?}", (&dataset.title, publisher, files))).into()
}

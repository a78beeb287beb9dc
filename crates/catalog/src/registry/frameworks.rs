//! Frameworks: versioned templates of agreements, written, commented, tried out and adopted in the open.

use std::collections::BTreeSet;

use cairn_model::agreement::{Framework, FrameworkReference, FrameworkStage, FrameworkVersion};
use cairn_policy::{Label, Viewer};
use cairn_store::{EntryKind, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::{ALL, new_id};
use super::{Change, EntryBody, EntryPage, Paging, Registered, Write};
use crate::{Catalog, CatalogError};

const WHO_WRITES: &str =
    "only administrators, managers and stewards write frameworks, and only of their own organisation";
const WHO_ADOPTS: &str =
    "only administrators and stewards of the organisation that keeps the framework bring it to another stage";
const WHO_COMMENTS: &str = "only members of organisations comment";

/// Comments on one framework.
const MOST_COMMENTS: usize = 2000;

/// A framework with all of its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredFramework {
    /// The organisation that keeps it.
    pub organisation: String,
    /// Its versions, oldest first.
    pub versions: Vec<StagedVersion>,
    /// What was said of it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<FrameworkComment>,
}

/// A version of a framework and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedVersion {
    /// From 1.
    pub version: u32,
    /// Where it stands.
    pub stage: FrameworkStage,
    /// Since when it stands there.
    pub since: Timestamp,
    /// What it says.
    pub content: FrameworkVersion,
    /// Which fields differ from the version before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
}

/// What an organisation says of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameworkComment {
    /// When.
    pub at: Timestamp,
    /// The organisation whose people say it.
    pub organisation: String,
    /// Of which version.
    pub version: u32,
    /// What.
    pub text: String,
}

impl RegisteredFramework {
    /// Its versions, as decisions about access want them.
    pub(crate) fn deciding(&self, id: &str) -> impl Iterator<Item = Framework> {
        self.versions.iter().map(move |one| Framework {
            reference: FrameworkReference { id: id.to_owned(), version: one.version },
            stage: one.stage,
            content: one.content.clone(),
        })
    }

    fn is_published(&self) -> bool {
        self.versions.iter().any(|one| match one.stage {
            FrameworkStage::Draft => false,
            FrameworkStage::Pilot | FrameworkStage::Adopted | FrameworkStage::Superseded => true,
        })
    }
}

impl EntryBody for RegisteredFramework {
    const KIND: EntryKind = EntryKind::Framework;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        // Drafts are consulted with who is signed in; what is tried out or adopted is for everyone to read.
        let others = if self.is_published() { Label::public() } else { Label::community() };
        BTreeSet::from([Label::operator(), Label::organisation(&self.organisation), others])
    }

    fn terms(&self) -> Vec<String> {
        vec![ALL.to_owned()]
    }
}

/// Names of the fields in which two versions differ.
fn changes(before: &FrameworkVersion, after: &FrameworkVersion) -> Result<Vec<String>, CatalogError> {
    let fields = |version: &FrameworkVersion| match serde_json::to_value(version) {
        Ok(serde_json::Value::Object(fields)) => Ok(fields),
        Ok(_) | Err(_) => Err(CatalogError::Internal("a framework cannot be written as JSON".to_owned())),
    };
    let (before, after) = (fields(before)?, fields(after)?);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    Ok(names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect())
}

impl Catalog {
    /// Begins a framework with a draft of its first version. `organisation` says who keeps it for the operator.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`.
    pub async fn create_framework(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        content: FrameworkVersion,
        now: Timestamp,
    ) -> Result<Registered<RegisteredFramework>, CatalogError> {
        const ACT: &str = "framework.create";
        let organisation = viewer.organisation().or(organisation).unwrap_or_default().to_owned();
        self.may(viewer, viewer.manages(&organisation), WHO_WRITES, ACT, now).await?;
        CatalogError::if_any(content.validate(self.vocabularies()))?;
        let first =
            StagedVersion { version: 1, stage: FrameworkStage::Draft, since: now, content, changes: Vec::new() };
        let framework = RegisteredFramework { organisation, versions: vec![first], comments: Vec::new() };
        let write = Write { viewer, act: ACT, now };
        self.put_entry(write, &new_id(), &Wanted::default(), |_, _| Ok(Change::to(framework.clone()))).await
    }

    /// Writes the draft of a framework anew, or begins the next version where the last one is no draft any more.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when it was changed since `version` of the entry.
    pub async fn write_framework(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        content: FrameworkVersion,
        now: Timestamp,
    ) -> Result<Registered<RegisteredFramework>, CatalogError> {
        CatalogError::if_any(content.validate(self.vocabularies()))?;
        let write = Write { viewer, act: "framework.write", now };
        self.change_entry(
            write,
            id,
            Some(version),
            &Wanted::default(),
            |before: &Registered<RegisteredFramework>, _| {
                let mut framework = before.body.clone();
                if !viewer.manages(&framework.organisation) {
                    return Err(CatalogError::refused(viewer, WHO_WRITES));
                }
                let number = match framework.versions.last() {
                    Some(last) if last.stage == FrameworkStage::Draft => {
                        let number = last.version;
                        framework.versions.pop();
                        number
                    }
                    Some(last) => last.version + 1,
                    None => 1,
                };
                let changes = match framework.versions.last() {
                    Some(before) => changes(&before.content, &content)?,
                    None => Vec::new(),
                };
                let content = content.clone();
                let draft =
                    StagedVersion { version: number, stage: FrameworkStage::Draft, since: now, content, changes };
                framework.versions.push(draft);
                Ok(Change::to(framework))
            },
        )
        .await
    }

    /// Brings a version of a framework to another stage. One that is adopted takes the place of those before it.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `SignInRequired`; `Conflict` where it cannot come there.
    pub async fn stage_framework(
        &self,
        viewer: &Viewer,
        id: &str,
        number: u32,
        stage: FrameworkStage,
        now: Timestamp,
    ) -> Result<Registered<RegisteredFramework>, CatalogError> {
        let write = Write { viewer, act: "framework.stage", now };
        self.change_entry(write, id, None, &Wanted::default(), |before: &Registered<RegisteredFramework>, _| {
            let mut framework = before.body.clone();
            if !viewer.administers() && !viewer.stewards(&framework.organisation) {
                return Err(CatalogError::refused(viewer, WHO_ADOPTS));
            }
            let Some(at) = framework.versions.iter().position(|one| one.version == number) else {
                return Err(CatalogError::conflict(format!("the framework has no version {number}")));
            };
            let from = framework.versions[at].stage;
            let may = match (from, stage) {
                (FrameworkStage::Draft, FrameworkStage::Pilot | FrameworkStage::Adopted)
                | (FrameworkStage::Pilot, FrameworkStage::Adopted)
                | (FrameworkStage::Pilot | FrameworkStage::Adopted, FrameworkStage::Superseded) => true,
                (
                    FrameworkStage::Draft
                    | FrameworkStage::Pilot
                    | FrameworkStage::Adopted
                    | FrameworkStage::Superseded,
                    _,
                ) => false,
            };
            if !may {
                return Err(CatalogError::conflict(format!("version {number} is {from}: it cannot become {stage}")));
            }
            framework.versions[at].stage = stage;
            framework.versions[at].since = now;
            if stage == FrameworkStage::Adopted {
                let replaced = framework.versions.iter_mut().filter(|one| one.version < number);
                for one in replaced.filter(|one| one.stage != FrameworkStage::Superseded) {
                    one.stage = FrameworkStage::Superseded;
                    one.since = now;
                }
            }
            Ok(Change::because(framework, format!("version {number} {stage}")))
        })
        .await
    }

    /// Says something of a version of a framework, in the name of the viewer's organisation.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` where nothing more can be said, or of no such version.
    pub async fn comment_framework(
        &self,
        viewer: &Viewer,
        id: &str,
        number: u32,
        text: &str,
        now: Timestamp,
    ) -> Result<Registered<RegisteredFramework>, CatalogError> {
        let text = super::reason("text", text, self.vocabularies())?;
        let write = Write { viewer, act: "framework.comment", now };
        self.change_entry(write, id, None, &Wanted::default(), |before: &Registered<RegisteredFramework>, _| {
            let Some(organisation) = viewer.organisation() else {
                return Err(CatalogError::refused(viewer, WHO_COMMENTS));
            };
            let mut framework = before.body.clone();
            let is_version = framework.versions.iter().any(|one| one.version == number);
            if !is_version || framework.comments.len() >= MOST_COMMENTS {
                let message = format!("the framework has no version {number}, or takes no more comments");
                return Err(CatalogError::conflict(message));
            }
            let (organisation, text) = (organisation.to_owned(), text.clone());
            framework.comments.push(FrameworkComment { at: now, organisation, version: number, text });
            Ok(Change::to(framework))
        })
        .await
    }

    /// A framework.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn framework(&self, viewer: &Viewer, id: &str) -> Result<Registered<RegisteredFramework>, CatalogError> {
        Ok(as_seen_by(viewer, self.entry(viewer, id).await?))
    }

    /// The frameworks that the viewer may know of.
    pub async fn frameworks(
        &self,
        viewer: &Viewer,
        paging: &Paging,
    ) -> Result<EntryPage<RegisteredFramework>, CatalogError> {
        let EntryPage { items, next } = self.entries(viewer, None, paging).await?;
        Ok(EntryPage { items: items.into_iter().map(|one| as_seen_by(viewer, one)).collect(), next })
    }
}

/// Who is not signed in reads what was published, as if nothing else had been written.
fn as_seen_by(viewer: &Viewer, entry: Registered<RegisteredFramework>) -> Registered<RegisteredFramework> {
    if !viewer.is_anonymous() {
        return entry;
    }
    let Registered { id, created, changed, mut body, .. } = entry;
    body.comments.clear();
    body.versions.retain(|one| one.stage != FrameworkStage::Draft);
    let since = || body.versions.iter().map(|one| one.since);
    let (created, changed) = (since().min().unwrap_or(created), since().max().unwrap_or(changed));
    let version = u32::try_from(body.versions.len()).unwrap_or(u32::MAX);
    Registered { id, version, created, changed, changed_by: String::new(), body }
}

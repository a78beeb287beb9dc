//! Groups: what is restricted to one is for the people of its members, from the moment that they are, and no longer.

use std::collections::BTreeSet;

use cairn_model::Problem;
use cairn_model::registry::GroupProfile;
use cairn_policy::{Label, Viewer, audience_labels};
use cairn_store::{EntryKind, Loaded, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::{new_id, read};
use super::{Change, EntryBody, EntryPage, Paging, Registered, RegisteredOrganisation, Write};
use crate::{Catalog, CatalogError};

const WHO_CREATES: &str = "only administrators, managers and stewards create groups";
const WHO_CHANGES: &str =
    "only administrators and the managers and stewards of the organisations that lead the group change it";
const WHO_NAMES: &str = "only the operator chooses the id of a group: leave `id` away";

/// Groups that one organisation can be a member of: they are looked up with each request.
const MOST_GROUPS: u32 = 500;

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What is said of it.
    pub profile: GroupProfile,
}

impl EntryBody for Group {
    const KIND: EntryKind = EntryKind::Group;

    fn seen_by(&self, id: &str) -> BTreeSet<Label> {
        // A group belongs to its members, and what holds for an owner holds for each of them.
        let mut labels = BTreeSet::from([Label::operator(), Label::group(id)]);
        for member in &self.profile.members {
            labels.extend(audience_labels(&self.profile.audience, member));
        }
        labels
    }

    fn terms(&self) -> Vec<String> {
        self.profile.members.iter().map(|member| member_term(member)).collect()
    }
}

pub(super) fn member_term(organisation: &str) -> String {
    format!("member={organisation}")
}

impl Catalog {
    /// Creates a group. Its id is made here: nobody takes the name of another, and none tells of a group that is hidden. Only
    /// the operator gives one (`cluster:HEA`), because audiences of records may name it already.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` where the operator's id is taken.
    pub async fn create_group(
        &self,
        viewer: &Viewer,
        id: Option<&str>,
        profile: GroupProfile,
        now: Timestamp,
    ) -> Result<Registered<Group>, CatalogError> {
        const ACT: &str = "group.create";
        self.may(viewer, id.is_none() || viewer.is_operator(), WHO_NAMES, ACT, now).await?;
        let own = viewer.organisation().unwrap_or_default();
        let may_create = viewer.administers() || viewer.manages(own);
        self.may(viewer, may_create, WHO_CREATES, ACT, now).await?;
        let mut problems = profile.validate(self.vocabularies());
        if !viewer.administers() && !profile.leads.iter().any(|lead| lead == own) {
            let message = format!("who creates a group leads it: add `{own}`");
            problems.push(Problem::error("creator-leads", "leads", message));
        }
        CatalogError::if_any(problems)?;
        let id = id.map_or_else(new_id, |id| self.group_id(id));
        let write = Write { viewer, act: ACT, now };
        let joining: Vec<&String> = profile.members.iter().collect();
        let wanted = members_of(&profile, &joining);
        self.put_entry(write, &id, &wanted, |before: Option<Registered<Group>>, loaded| {
            if before.is_some() {
                let message = format!("the group `{id}` is there already: change it instead");
                return Err(CatalogError::conflict(message));
            }
            are_registered(&profile, loaded)?;
            can_join(&profile, &joining, loaded)?;
            Ok(Change::to(Group { profile: profile.clone() }))
        })
        .await
    }

    /// Changes a group and its members.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when it was changed since `version`.
    pub async fn change_group(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        profile: GroupProfile,
        now: Timestamp,
    ) -> Result<Registered<Group>, CatalogError> {
        CatalogError::if_any(profile.validate(self.vocabularies()))?;
        let write = Write { viewer, act: "group.change", now };
        let known = self.entry::<Group>(viewer, id).await?.body.profile.members;
        let joining: Vec<&String> = profile.members.iter().filter(|member| !known.contains(member)).collect();
        let wanted = members_of(&profile, &joining);
        self.change_entry(write, id, Some(version), &wanted, |before: &Registered<Group>, loaded| {
            let leads = before.body.profile.leads.iter().any(|lead| viewer.manages(lead));
            if !viewer.administers() && !leads {
                return Err(CatalogError::refused(viewer, WHO_CHANGES));
            }
            are_registered(&profile, loaded)?;
            can_join(&profile, &joining, loaded)?;
            Ok(Change::to(Group { profile: profile.clone() }))
        })
        .await
    }

    /// A group.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn group(&self, viewer: &Viewer, id: &str) -> Result<Registered<Group>, CatalogError> {
        self.entry(viewer, id).await
    }

    /// The groups that the viewer may know of; those of one member, or all.
    pub async fn groups(
        &self,
        viewer: &Viewer,
        member: Option<&str>,
        paging: &Paging,
    ) -> Result<EntryPage<Group>, CatalogError> {
        self.entries(viewer, member.map(member_term).as_deref(), paging).await
    }

    /// What was said of a group, newest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn group_history(&self, viewer: &Viewer, id: &str) -> Result<Vec<Registered<Group>>, CatalogError> {
        self.entry_history(viewer, id).await
    }

    /// The ids of the groups that an organisation is a member of at this moment.
    pub(crate) async fn groups_of(&self, organisation: &str) -> Result<Vec<String>, CatalogError> {
        let paging = Paging { after: String::new(), limit: MOST_GROUPS };
        let groups = self.groups(&Viewer::operator(), Some(organisation), &paging).await?;
        Ok(groups.items.into_iter().map(|group| group.id).collect())
    }

    /// The members of a group, whoever may know of it; none of one that is not registered.
    pub(super) async fn members_of_group(&self, group: &str) -> Result<Vec<String>, CatalogError> {
        match self.entry::<Group>(&Viewer::operator(), group).await {
            Ok(group) => Ok(group.body.profile.members),
            Err(CatalogError::NotFound(_)) => Ok(Vec::new()),
            Err(failure) => Err(failure),
        }
    }
}

/// The organisations that are to be members, as they are registered, and of how many groups they are that join.
fn members_of(profile: &GroupProfile, joining: &[&String]) -> Wanted {
    let members = profile.members.iter().map(|member| (EntryKind::Organisation, member.clone()));
    let counts = joining.iter().map(|member| (EntryKind::Group, member_term(member)));
    Wanted { entries: members.collect(), counts: counts.collect(), ..Wanted::default() }
}

/// Who is a member of as many groups as can be looked up joins no other: it would be a member of one that does not count.
fn can_join(profile: &GroupProfile, joining: &[&String], loaded: &Loaded) -> Result<(), CatalogError> {
    let full = joining.iter().zip(&loaded.counts).filter(|(_, count)| **count >= u64::from(MOST_GROUPS));
    let problems = full.map(|(member, _)| {
        let place = profile.members.iter().position(|one| one == *member).unwrap_or_default();
        let message = format!("the organisation is a member of {MOST_GROUPS} groups already");
        Problem::error("too-many-groups", format!("members[{place}]"), message).with_value(member)
    });
    CatalogError::if_any(problems.collect())
}

/// Members are organisations that take part, as all who are signed in know. A group that everyone is shown has only members
/// of which everyone may know.
fn are_registered(profile: &GroupProfile, loaded: &Loaded) -> Result<(), CatalogError> {
    let mut problems = Vec::new();
    for (place, (member, entry)) in profile.members.iter().zip(&loaded.entries).enumerate() {
        let (rule, message) = match entry {
            None => ("unknown-organisation", "no organisation of this id is registered"),
            Some(entry) if profile.is_shown_to_all() => {
                if read::<RegisteredOrganisation>(entry)?.body.profile.listed {
                    continue;
                }
                ("member-not-listed", "everyone would be told of it, and it is not `listed`: choose another `audience`")
            }
            Some(_) => continue,
        };
        problems.push(Problem::error(rule, format!("members[{place}]"), message).with_value(member));
    }
    CatalogError::if_any(problems)
}

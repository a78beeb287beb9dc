//! Groups: clusters, working groups, collaboratives, affected communities. What is restricted to a group is for its members.

use serde::{Deserialize, Serialize};

use super::Audience;
use crate::check::Check;
use crate::terms::coded;
use crate::{LocalizedText, Problem, Sharing, Vocabularies};

coded! {
    /// What sort of group it is.
    GroupKind {
        /// A cluster or sector of a response (IASC).
        Cluster = "cluster",
        /// An area of responsibility within a cluster.
        AreaOfResponsibility = "area-of-responsibility",
        /// A working group across clusters.
        WorkingGroup = "working-group",
        /// Organisations that share data for a question of their own.
        Collaborative = "collaborative",
        /// People whom the data is about, through those who speak for them.
        AffectedCommunity = "affected-community",
    }
}

/// What is said of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupProfile {
    /// Its name, by language.
    pub name: LocalizedText,
    /// What sort of group it is.
    pub kind: GroupKind,
    /// What it is for, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub about: LocalizedText,
    /// Where it works (ISO 3166-1 alpha-3); everywhere if none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// The clusters and areas of responsibility that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// Ids of the organisations whose people are its members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<String>,
    /// Ids of the members whose stewards and managers look after the group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<String>,
    /// Who may know of the group and of its members, beside these.
    #[serde(default = "Audience::community")]
    pub audience: Audience,
}

impl GroupProfile {
    /// Whether everyone may know of the group and of its members.
    pub fn is_shown_to_all(&self) -> bool {
        self.audience.sharing == Sharing::Public
    }

    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.title("name", &self.name);
        check.texts("about", &self.about);
        check.codes("countries", "country", &self.countries);
        check.codes("clusters", "cluster", &self.clusters);
        check.ids("members", &self.members);
        check.ids("leads", &self.leads);
        for (place, lead) in self.leads.iter().enumerate() {
            check.rule(
                self.members.contains(lead),
                "lead-no-member",
                &format!("leads[{place}]"),
                "who leads a group is a member of it: add the organisation to `members`",
            );
        }
        self.audience.check("audience", &mut check);
        check.finish()
    }
}

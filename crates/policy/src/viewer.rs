//! Viewers: who is looking. Every read of the catalogue takes one.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Label;

/// What a member of an organisation may do. A role never widens what is seen: that follows from organisation and groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads.
    Reader,
    /// Registers and edits the organisation's holdings.
    Manager,
    /// Decides about access to the organisation's holdings.
    Steward,
    /// Runs the organisation's sources and reads their problems.
    Operator,
    /// Administers organisations, tokens and every source.
    Administrator,
}

impl Role {
    /// The role of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "reader" => Some(Self::Reader),
            "manager" => Some(Self::Manager),
            "steward" => Some(Self::Steward),
            "operator" => Some(Self::Operator),
            "administrator" => Some(Self::Administrator),
            _ => None,
        }
    }

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Manager => "manager",
            Self::Steward => "steward",
            Self::Operator => "operator",
            Self::Administrator => "administrator",
        }
    }
}

/// Where a viewer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nobody said who they are.
    Anonymous,
    /// The holder of a live token.
    Member {
        /// Id of the organisation.
        organisation: String,
        /// Role in it.
        role: Role,
    },
    /// Whoever may write the data folder, on the command line.
    Operator,
}

/// Who is looking, with the labels that they hold at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    standing: Standing,
    labels: BTreeSet<Label>,
}

impl Viewer {
    /// Most labels that a viewer can hold; a token with more groups is refused when it is made.
    pub const MAX_LABELS: usize = 1000;

    /// Somebody of whom nothing is known.
    pub fn anonymous() -> Self {
        Self { standing: Standing::Anonymous, labels: BTreeSet::from([Label::public()]) }
    }

    /// The holder of a live token: only the code that has checked a token calls this.
    pub fn member(organisation: &str, groups: &[String], role: Role) -> Self {
        let mut labels = BTreeSet::from([Label::public(), Label::community(), Label::organisation(organisation)]);
        labels.extend(groups.iter().map(|group| Label::group(group)));
        Self { standing: Standing::Member { organisation: organisation.to_owned(), role }, labels }
    }

    /// Whoever may write the data folder and asked to see everything; each use is logged.
    pub fn operator() -> Self {
        Self {
            standing: Standing::Operator,
            labels: BTreeSet::from([Label::public(), Label::community(), Label::operator()]),
        }
    }

    /// Where the viewer stands.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The labels held, sorted.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.labels.iter()
    }

    /// Whether the viewer holds a label.
    pub fn holds(&self, label: &Label) -> bool {
        self.labels.contains(label)
    }

    /// Whether nothing but the public label is held.
    pub fn is_anonymous(&self) -> bool {
        self.standing == Standing::Anonymous
    }

    /// Whether the viewer runs a source that belongs to `organisation` (`None`: to nobody).
    pub fn operates(&self, organisation: Option<&str>) -> bool {
        match &self.standing {
            Standing::Anonymous => false,
            Standing::Operator => true,
            Standing::Member { organisation: own, role } => match role {
                Role::Reader | Role::Manager | Role::Steward => false,
                Role::Operator => organisation == Some(own.as_str()),
                Role::Administrator => true,
            },
        }
    }
}

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

    /// Whether somebody of this role may do everything that `other` allows, and so may give that role or act in it. Operators
    /// and stewards do different things: neither includes the other.
    pub fn includes(self, other: Self) -> bool {
        match self {
            Self::Administrator => true,
            Self::Steward => matches!(other, Self::Reader | Self::Manager | Self::Steward),
            Self::Manager => matches!(other, Self::Reader | Self::Manager),
            Self::Operator => matches!(other, Self::Reader | Self::Operator),
            Self::Reader => other == Self::Reader,
        }
    }

    /// This role, as far as `most` allows it.
    #[must_use]
    pub fn within(self, most: Self) -> Self {
        if most.includes(self) {
            self
        } else if self.includes(most) {
            most
        } else {
            Self::Reader
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
    actor: String,
    person: Option<String>,
}

impl Viewer {
    /// Most labels that a viewer can hold; a token with more groups is refused when it is made.
    pub const MAX_LABELS: usize = 1000;

    /// Somebody of whom nothing is known.
    pub fn anonymous() -> Self {
        Self {
            standing: Standing::Anonymous,
            labels: BTreeSet::from([Label::public()]),
            actor: "anonymous".to_owned(),
            person: None,
        }
    }

    /// The holder of a live token, or somebody signed in: only the code that has checked that calls this.
    pub fn member(organisation: &str, groups: &[String], role: Role) -> Self {
        let mut labels = BTreeSet::from([Label::public(), Label::community(), Label::organisation(organisation)]);
        labels.extend(groups.iter().map(|group| Label::group(group)));
        let standing = Standing::Member { organisation: organisation.to_owned(), role };
        Self { standing, labels, actor: format!("organisation:{organisation}"), person: None }
    }

    /// The same viewer, as a person: by the id of their account, which is a label of theirs and stands in the log of acts.
    #[must_use]
    pub fn as_person(mut self, id: &str) -> Self {
        self.labels.insert(Label::person(id));
        Self { person: Some(id.to_owned()), ..self }.acting_as(format!("person:{id}"))
    }

    /// The same viewer, as the one that the log of acts is to name: `token:ID` or `person:ID`.
    #[must_use]
    pub fn acting_as(self, actor: impl Into<String>) -> Self {
        Self { actor: actor.into(), ..self }
    }

    /// Whoever may write the data folder and asked to see everything; each use is logged.
    pub fn operator() -> Self {
        Self {
            standing: Standing::Operator,
            labels: BTreeSet::from([Label::public(), Label::community(), Label::operator()]),
            actor: "operator".to_owned(),
            person: None,
        }
    }

    /// Where the viewer stands.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Who acts, as the log of acts names them: `anonymous`, `operator`, `token:ID`, `person:ID`, or the
    /// organisation where nothing more is known.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// The organisation that the viewer belongs to.
    pub fn organisation(&self) -> Option<&str> {
        match &self.standing {
            Standing::Member { organisation, .. } => Some(organisation),
            Standing::Anonymous | Standing::Operator => None,
        }
    }

    /// Ids of the groups that the viewer is a member of at this moment.
    pub fn groups(&self) -> Vec<String> {
        self.labels.iter().filter_map(Label::group_id).map(str::to_owned).collect()
    }

    /// The role in that organisation.
    pub fn role(&self) -> Option<Role> {
        match &self.standing {
            Standing::Member { role, .. } => Some(*role),
            Standing::Anonymous | Standing::Operator => None,
        }
    }

    /// The person who is signed in, or whose token it is, by the id of their account.
    pub fn person(&self) -> Option<&str> {
        self.person.as_deref()
    }

    /// That person where they act themselves, and not by a token.
    pub fn signed_in(&self) -> Option<&str> {
        self.person().filter(|id| self.actor.strip_prefix("person:") == Some(id))
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

    /// Whether it is whoever may write the data folder, on the command line.
    pub fn is_operator(&self) -> bool {
        self.standing == Standing::Operator
    }

    /// Whether the viewer administers the catalogue: its organisations, its people and every source.
    pub fn administers(&self) -> bool {
        match &self.standing {
            Standing::Anonymous => false,
            Standing::Operator => true,
            Standing::Member { role, .. } => *role == Role::Administrator,
        }
    }

    /// Whether the viewer registers and edits for `organisation`.
    pub fn manages(&self, organisation: &str) -> bool {
        self.has_role(organisation, |role| match role {
            Role::Reader | Role::Operator => false,
            Role::Manager | Role::Steward | Role::Administrator => true,
        })
    }

    /// Whether the viewer decides for `organisation`: about access to what it owns, and what it agrees to.
    pub fn stewards(&self, organisation: &str) -> bool {
        self.has_role(organisation, |role| match role {
            Role::Reader | Role::Manager | Role::Operator => false,
            Role::Steward | Role::Administrator => true,
        })
    }

    /// Whether the viewer has a role in `organisation` that does; the operator acts for every organisation.
    fn has_role(&self, organisation: &str, does: impl Fn(Role) -> bool) -> bool {
        match &self.standing {
            Standing::Anonymous => false,
            Standing::Operator => true,
            Standing::Member { organisation: own, role } => own == organisation && does(*role),
        }
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

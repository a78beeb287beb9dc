//! Labels: the names of audiences, held by viewers and carried by renditions.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of an audience.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Label(String);

impl Label {
    /// Everyone, held by every viewer.
    pub fn public() -> Self {
        Self("public".to_owned())
    }

    /// Everyone with a live account or token of a registered organisation.
    pub fn community() -> Self {
        Self("community".to_owned())
    }

    /// The members of a group, by group id (`cluster:PRO-MIN`, a named collaborative ...).
    pub fn group(id: &str) -> Self {
        Self(format!("group:{id}"))
    }

    /// The group whose label it is.
    pub fn group_id(&self) -> Option<&str> {
        self.0.strip_prefix("group:")
    }

    /// The people of an organisation, by organisation id.
    pub fn organisation(id: &str) -> Self {
        Self(format!("org:{id}"))
    }

    /// The organisation whose label it is.
    pub fn organisation_id(&self) -> Option<&str> {
        self.0.strip_prefix("org:")
    }

    /// One person, by the id of their account.
    pub fn person(id: &str) -> Self {
        Self(format!("person:{id}"))
    }

    /// Whether it is the label of one person: what they saved is found by it, and no rendition of a record carries one.
    pub fn is_of_person(&self) -> bool {
        self.0.starts_with("person:")
    }

    /// Whoever may write the data folder and says so (`--as-operator`); stands on the fullest rendition of every record.
    pub fn operator() -> Self {
        Self("operator".to_owned())
    }

    /// The label as the index keeps it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

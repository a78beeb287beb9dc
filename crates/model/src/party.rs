//! Organisations and people behind a record.

use serde::{Deserialize, Serialize};

/// An organisation as records name it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Organisation {
    /// Stable slug: the portal's own, else made from the name by [`organisation_id`].
    pub id: String,
    /// Name as the source writes it.
    pub name: String,
    /// Code of the organisation types vocabulary (the names that HDX gives to the codes of `HRinfo`, for example
    /// `international_ngo`; `ngo` where a source does not say of which of the two sorts one is).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
}

/// Whom to ask. A person's contact is shown to signed-in viewers only, unless the source published it openly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Contact {
    /// Name of the person or desk.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Mail address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// Role as stated (`maintainer`, `author`, `pointOfContact` of ISO 19115 `CI_RoleCode` ...).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub role: Option<String>,
    /// Whether the source shows this contact to everyone.
    #[serde(default)]
    pub published_openly: bool,
}

/// The id of an organisation that its source names only by `name`: lower case, words joined by `-`.
///
/// ```
/// use cairn_model::party::organisation_id;
/// assert_eq!(organisation_id("Médecins du Sable (MdS)"), "medecins-du-sable-mds");
/// assert_eq!(organisation_id("منظمة الأفق"), "منظمة-الافق");
/// ```
pub fn organisation_id(name: &str) -> String {
    let folded = crate::vocabulary::fold_for_id(name);
    let mut id = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !id.is_empty() {
            id.push('-');
        }
        id.push_str(word);
    }
    id
}

//! Custom defined fields that the configuration of a source lists: they may be named, in the spelling of the list.

use std::collections::BTreeMap;

use super::ImsmaSettings;
use super::dictionary::canonical;

/// The fields, by their canonical names.
#[derive(Default)]
pub(super) struct CustomFields(BTreeMap<String, String>);

impl CustomFields {
    pub(super) fn new(settings: &ImsmaSettings) -> Self {
        let listed = settings.custom_fields.iter().map(|name| (canonical(name), name.trim().to_owned()));
        Self(listed.filter(|(name, _)| !name.is_empty()).collect())
    }

    /// The operator's spelling of a field that may be named.
    pub(super) fn spelling_of(&self, name: &str) -> Option<&str> {
        self.0.get(&canonical(name)).map(String::as_str)
    }
}

//! Text in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Language tag for text whose language nobody stated (BCP 47, ISO 639-2 `und`).
pub const UNDETERMINED: &str = "und";

/// One text by language tag (lower case, ISO 639-1 where there is one).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocalizedText(pub BTreeMap<String, String>);

impl LocalizedText {
    /// A text in a language that is not known.
    pub fn undetermined(text: impl Into<String>) -> Self {
        Self::new(UNDETERMINED, text)
    }

    /// A text in one language.
    pub fn new(language: impl Into<String>, text: impl Into<String>) -> Self {
        let mut map = BTreeMap::new();
        map.insert(language.into(), text.into());
        Self(map)
    }

    /// Whether there is no text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|text| text.trim().is_empty())
    }

    /// The text in `language`, else in the undetermined language, else in English, else the first there is.
    pub fn best(&self, language: &str) -> Option<&str> {
        self.best_with_tag(language).map(|(_, text)| text)
    }

    /// As [`LocalizedText::best`], behind the tag of its language.
    pub fn best_with_tag(&self, language: &str) -> Option<(&str, &str)> {
        [language, UNDETERMINED, "en"]
            .iter()
            .find_map(|tag| self.0.get_key_value(*tag))
            .or_else(|| self.0.iter().next())
            .map(|(tag, text)| (tag.as_str(), text.as_str()))
    }

    /// All texts, in the order of their language tags.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }
}

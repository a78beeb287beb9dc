//! Profiles: which sorts of data are how sensitive in a country, in the words of its information sharing protocol.

use std::collections::BTreeSet;

use cairn_model::{
    AccessMethod, Dataset, GeographicPrecision, Kind, PartialDate, Sensitivity, Sharing, Terms, Vocabularies,
};
use serde::{Deserialize, Serialize};

use super::FieldClass;
use super::phrases::Words;
use crate::broken_rules;

/// A version of a profile: of one country, or of all that have none of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    /// Its id, the same for all its versions.
    pub id: String,
    /// The country that it is for (ISO 3166-1 alpha-3); without one it is the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The version, as the protocol names it.
    pub version: String,
    /// First day on which it holds.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub valid_from: PartialDate,
    /// What it is called.
    pub title: String,
    /// The sorts of data that it knows.
    pub rules: Vec<ProfileRule>,
}

/// One sort of data, by what it is recognised, and its terms. A record is of this sort where everything holds that the rule
/// asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProfileRule {
    /// Its code; a rule of a country takes the place of the one of the default with the same code.
    pub id: String,
    /// Words of which one stands in title, description, keywords or topics.
    #[serde(default, skip_serializing_if = "RuleWords::is_empty")]
    pub words: RuleWords,
    /// Kinds of which the record is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub kinds: Vec<Kind>,
    /// The finest place that the data names is this fine or finer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub as_fine_as: Option<GeographicPrecision>,
    /// Clusters of which the record has one, or an area of responsibility of one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// Classes of fields of which the record has a field, by its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub field_classes: Vec<FieldClass>,
    /// How sensitive such data is.
    pub sensitivity: Sensitivity,
    /// With whom it may be shared.
    pub sharing: Sharing,
    /// Why, in a sentence.
    pub because: String,
}

/// Words by which a sort of data is recognised, in four languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleWords {
    /// English.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub en: Vec<String>,
    /// French.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fr: Vec<String>,
    /// Spanish.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub es: Vec<String>,
    /// Arabic.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ar: Vec<String>,
}

impl RuleWords {
    fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        [&self.en, &self.fr, &self.es, &self.ar].into_iter().flatten()
    }
}

impl Profile {
    /// Reads a profile from TOML.
    ///
    /// # Errors
    /// What is wrong, with its line or its rule.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let profile: Self = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        profile.check()?;
        Ok(profile)
    }

    fn check(&self) -> Result<(), String> {
        let vocabularies = Vocabularies::bundled();
        for (key, text) in [("id", &self.id), ("version", &self.version)] {
            if !is_code(text) {
                return Err(format!("{key}: `{text}` is not made of letters, digits, `-`, `_` and `.`"));
            }
        }
        if let Some(country) = self.country.as_deref().filter(|code| !vocabularies.has_code("country", code)) {
            return Err(format!("country: `{country}` is no code of a country, as YEM is"));
        }
        if self.title.trim().is_empty() {
            return Err("title: it is empty".to_owned());
        }
        let mut ids = BTreeSet::new();
        for (place, rule) in self.rules.iter().enumerate() {
            let at = |what: String| format!("rule {} (`{}`): {what}", place + 1, rule.id);
            rule.check(vocabularies).map_err(at)?;
            if !ids.insert(&rule.id) {
                return Err(at("a rule before it has the same id".to_owned()));
            }
        }
        Ok(())
    }
}

impl ProfileRule {
    fn check(&self, vocabularies: &Vocabularies) -> Result<(), String> {
        if !is_code(&self.id) {
            return Err("id: it is not made of letters, digits, `-`, `_` and `.`".to_owned());
        }
        if self.because.trim().is_empty() {
            return Err("because: it is empty".to_owned());
        }
        if let Some(code) = self.clusters.iter().find(|code| !vocabularies.has_code("cluster", code)) {
            return Err(format!("clusters: `{code}` is no code of a cluster"));
        }
        if let Some(phrase) = self.words.all().find(|phrase| Words::of(phrase).is_empty()) {
            return Err(format!("words: `{phrase}` holds no word"));
        }
        if self.sensitivity == Sensitivity::Unknown {
            return Err("sensitivity: a rule says how sensitive the data is".to_owned());
        }
        let terms = Terms {
            sensitivity: self.sensitivity,
            sharing: self.sharing,
            access_method: AccessMethod::OnRequest,
            ..Terms::closed()
        };
        if let Some(broken) = broken_rules(&terms).first() {
            return Err(broken.message.clone());
        }
        let recognises = !self.words.is_empty()
            || !self.kinds.is_empty()
            || self.as_fine_as.is_some()
            || !self.clusters.is_empty()
            || !self.field_classes.is_empty();
        if recognises { Ok(()) } else { Err("it says nothing by which data is recognised".to_owned()) }
    }

    /// Whether a record is of this sort. `texts` is what is said of it, and `classes` what its fields are.
    pub(super) fn holds(&self, dataset: &Dataset, texts: &[Words], classes: &BTreeSet<FieldClass>) -> bool {
        let is_named = || {
            self.words.all().any(|phrase| {
                let phrase = Words::of(phrase);
                texts.iter().any(|text| text.hold(&phrase))
            })
        };
        let vocabularies = Vocabularies::bundled();
        let is_of_cluster =
            |code: &String| dataset.clusters.iter().any(|stated| vocabularies.is_within("cluster", stated, code));
        (self.kinds.is_empty() || self.kinds.contains(&dataset.kind))
            // Precisions are declared with the finest first.
            && self.as_fine_as.is_none_or(|wanted| dataset.geographic_precision.is_some_and(|finest| finest <= wanted))
            && (self.clusters.is_empty() || self.clusters.iter().any(is_of_cluster))
            && (self.field_classes.is_empty() || self.field_classes.iter().any(|class| classes.contains(class)))
            && (self.words.is_empty() || is_named())
    }
}

fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
}

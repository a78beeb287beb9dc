//! All profiles that a catalogue has, and which of them hold for a record on a day.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use cairn_model::{Dataset, Vocabularies};

use super::{Profile, ProfileRule};

/// The profiles of a catalogue, each version of each.
#[derive(Debug, Clone, PartialEq)]
pub struct Profiles {
    /// By id, then the newest first.
    versions: Vec<Profile>,
}

impl Profiles {
    /// The default profile that the program carries.
    pub fn bundled() -> &'static Self {
        static BUNDLED: OnceLock<Profiles> = OnceLock::new();
        BUNDLED.get_or_init(|| {
            let text = include_str!("../../../../config/profiles/default.toml");
            // A test holds that it can be read.
            Self { versions: Profile::from_toml(text).into_iter().collect() }
        })
    }

    /// The profiles of an operator; the bundled default holds where they have none, and on days before theirs.
    ///
    /// # Errors
    /// Two versions of one name, two profiles for one country or for all, or a profile whose versions are for different
    /// countries.
    pub fn new(operators: Vec<Profile>) -> Result<Self, String> {
        let mut versions = operators;
        for bundled in &Self::bundled().versions {
            let is_replaced = |one: &Profile| {
                one.country.is_none() && (one.version == bundled.version || one.valid_from <= bundled.valid_from)
            };
            let other_default = versions.iter().any(|one| one.country.is_none() && one.id != bundled.id);
            if !other_default && !versions.iter().any(is_replaced) {
                versions.push(bundled.clone());
            }
        }
        versions.sort_by(|one, other| one.id.cmp(&other.id).then_with(|| other.valid_from.cmp(&one.valid_from)));
        for (place, one) in versions.iter().enumerate() {
            for other in &versions[..place] {
                if one.id == other.id && one.version == other.version {
                    return Err(format!("profile `{}` has the version {} twice", one.id, one.version));
                }
                if one.id == other.id && one.country != other.country {
                    return Err(format!("the versions of profile `{}` are for different countries", one.id));
                }
                if one.id != other.id && one.country == other.country {
                    let country = one.country.as_deref().unwrap_or("all countries");
                    return Err(format!("`{}` and `{}` are both the profile of {country}", other.id, one.id));
                }
            }
        }
        Ok(Self { versions })
    }

    /// Every version of every profile, by id, the newest first.
    pub fn versions(&self) -> &[Profile] {
        &self.versions
    }

    /// The profiles that hold on a day (days since 1970-01-01), by id.
    pub fn in_force(&self, today: i64) -> Vec<&Profile> {
        let mut in_force: Vec<&Profile> = Vec::new();
        for profile in self.versions.iter().filter(|profile| profile.valid_from.first_day() <= today) {
            if in_force.last().is_none_or(|last| last.id != profile.id) {
                in_force.push(profile);
            }
        }
        in_force
    }

    /// The rules that hold for a record on a day, each with its profile: those of each of its countries, and of the default
    /// where a country has no rule of the same id, or the record names no country.
    pub(super) fn rules_for(&self, dataset: &Dataset, today: i64) -> Vec<(&Profile, &ProfileRule)> {
        let in_force = self.in_force(today);
        let of = |country: Option<&str>| in_force.iter().find(|one| one.country.as_deref() == country).copied();
        let default = of(None);
        let vocabularies = Vocabularies::bundled();
        let countries: BTreeSet<&str> = dataset
            .countries
            .iter()
            .map(|code| vocabularies.country(code).map_or(code.as_str(), |country| country.alpha3.as_str()))
            .collect();
        let mut rules: Vec<(&Profile, &ProfileRule)> = Vec::new();
        let mut add = |profile, rule| {
            if !rules.contains(&(profile, rule)) {
                rules.push((profile, rule));
            }
        };
        let mut wanted: Vec<Option<&Profile>> = countries.into_iter().map(|country| of(Some(country))).collect();
        if wanted.is_empty() {
            wanted.push(None);
        }
        for own in wanted {
            let own_rules = own.map_or(&[][..], |profile| &profile.rules);
            for rule in own_rules {
                if let Some(profile) = own {
                    add(profile, rule);
                }
            }
            let Some(default) = default else { continue };
            for rule in default.rules.iter().filter(|rule| own_rules.iter().all(|own| own.id != rule.id)) {
                add(default, rule);
            }
        }
        rules
    }
}

//! The names of concepts as their tables write them, for lists and completions.

use sha2::{Digest, Sha256};

use super::Concept;
use super::build::{EVERYONE, SCHEMES};
use super::naming::names_place;
use crate::vocabulary::Vocabularies;

impl Vocabularies {
    /// Every name of every concept, as it is written: labels before other names, in the order of the tables. Tags of HXL are
    /// not among them.
    pub fn written_names(&self) -> Vec<(Concept, String)> {
        let mut names = Vec::new();
        for (vocabulary, scheme) in SCHEMES.iter().filter(|(_, scheme)| *scheme != "hxl") {
            for term in self.terms(vocabulary).unwrap_or_default() {
                if *scheme == "population_group" && term.code == EVERYONE {
                    continue;
                }
                let concept = Concept { scheme, code: term.code };
                let aliases = term.aliases.into_values().flatten();
                names.extend(term.labels.into_values().chain(aliases).map(|name| (concept.clone(), name)));
            }
        }
        for (place, aliases) in self.gazetteer.iter() {
            let concept = Concept { scheme: "place", code: place.pcode.clone() };
            let written = std::iter::once(&place.name).chain(aliases).filter(|name| names_place(name));
            names.extend(written.map(|name| (concept.clone(), name.clone())));
        }
        names
    }

    /// SHA-256 of these names. It is made when it is first asked for.
    pub fn names_fingerprint(&self) -> &[u8; 32] {
        self.names_fingerprint.get_or_init(|| {
            let mut names = Sha256::new();
            for (concept, name) in self.written_names() {
                names.update(format!("{} {} {name}\n", concept.scheme, concept.code));
            }
            names.finalize().into()
        })
    }
}

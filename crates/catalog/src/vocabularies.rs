//! The vocabularies as a whole: how many terms each has, and which version of it is in use.

use cairn_model::vocabulary::Term;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Catalog, CatalogError};

/// Bytes of a hash that make a version: who compares two of them meets no other by chance.
const VERSION_BYTES: usize = 8;

/// A vocabulary, without its terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VocabularySummary {
    /// Name.
    pub name: &'static str,
    /// How many terms it has.
    pub terms: usize,
    /// Another one whenever a code, a label, an alias or a mapping of it is another.
    pub version: String,
}

/// The vocabularies, without their terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VocabularySummaries {
    /// Another one whenever one of the vocabularies or a table of the operator is.
    pub version: String,
    /// Each of them.
    pub items: Vec<VocabularySummary>,
}

/// A vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VocabularyTerms {
    /// As [`VocabularySummary::version`].
    pub version: String,
    /// Its terms, in its own order.
    pub terms: Vec<Term>,
}

impl Catalog {
    /// Which vocabularies there are. They are reckoned once: nothing changes them while a catalogue is open.
    ///
    /// # Errors
    /// `Internal`, which cannot be while memory is there.
    pub fn vocabulary_summaries(&self) -> Result<&VocabularySummaries, CatalogError> {
        if let Some(known) = self.known_summaries().get() {
            return Ok(known);
        }
        let summaries = self.summarise()?;
        Ok(self.known_summaries().get_or_init(|| summaries))
    }

    /// The terms of a vocabulary.
    ///
    /// # Errors
    /// `NotFound` where there is none of this name.
    pub fn vocabulary(&self, name: &str) -> Result<VocabularyTerms, CatalogError> {
        let terms = self.vocabularies().terms(name).ok_or(CatalogError::NotFound("vocabulary"))?;
        Ok(VocabularyTerms { version: version_of(&terms)?, terms })
    }

    /// What tells the words that records are indexed by from those of other vocabularies, be they the operator's or those of
    /// another version of the program.
    pub(crate) fn words_fingerprint(&self) -> String {
        let mut words = Sha256::new();
        words.update(self.vocabulary_fingerprint());
        words.update(self.vocabularies().names_fingerprint());
        hex::encode(words.finalize())
    }

    fn summarise(&self) -> Result<VocabularySummaries, CatalogError> {
        let mut whole = Sha256::new();
        // Places are no list of terms, so that the operator's are known by their table alone.
        whole.update(self.vocabulary_fingerprint());
        let mut items = Vec::new();
        for name in self.vocabularies().names() {
            let VocabularyTerms { version, terms } = self.vocabulary(name)?;
            whole.update(format!("{name} {version}\n"));
            items.push(VocabularySummary { name, terms: terms.len(), version });
        }
        Ok(VocabularySummaries { version: short(&whole.finalize()), items })
    }
}

fn version_of(terms: &[Term]) -> Result<String, CatalogError> {
    let written =
        serde_json::to_vec(terms).map_err(|error| CatalogError::Internal(format!("a vocabulary: {error}")))?;
    Ok(short(&Sha256::digest(written)))
}

fn short(hash: &[u8]) -> String {
    hex::encode(&hash[..VERSION_BYTES])
}

//! The names of the vocabularies' concepts, to complete what somebody begins to write.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use cairn_model::Vocabularies;
use cairn_model::vocabulary::without_teh_marbuta;

use crate::concepts::term;
use crate::equivalents::Equivalents;
use crate::schema::Fields;
use crate::suggest::{CONCEPT, ENTRIES, First, PLACE, in_order};
use crate::tokens::folded_words;
use crate::view::View;
use crate::{SearchError, Suggestion};

/// Names that one beginning can meet: more than the bundled tables have that begin with the article of Arabic. It cuts by the
/// alphabet of the vocabularies alone, whatever the catalogue holds.
const MOST_MET: usize = 5_000;

/// Vocabularies as searches know them.
pub(crate) struct Known {
    pub(crate) vocabularies: Arc<Vocabularies>,
    names: OnceLock<Names>,
    equivalents: OnceLock<Equivalents>,
}

impl Known {
    pub(crate) fn of(vocabularies: Arc<Vocabularies>) -> Self {
        Self { vocabularies, names: OnceLock::new(), equivalents: OnceLock::new() }
    }

    /// The bundled vocabularies.
    pub(crate) fn bundled() -> Arc<Self> {
        static BUNDLED: OnceLock<Arc<Known>> = OnceLock::new();
        let known = BUNDLED.get_or_init(|| Arc::new(Self::of(Vocabularies::bundled().clone())));
        Arc::clone(known)
    }

    pub(crate) fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(&self.vocabularies))
    }

    pub(crate) fn equivalents(&self) -> &Equivalents {
        self.equivalents.get_or_init(|| Equivalents::of(&self.vocabularies))
    }
}

/// A name of a concept.
struct Name {
    written: String,
    kind: &'static str,
    /// The term of the concept in the index.
    term: String,
}

/// How folded words are compared: most who type Arabic leave out the dots of a teh marbuta.
fn key(folded: &str) -> String {
    folded.split(' ').map(without_teh_marbuta).collect::<Vec<_>>().join(" ")
}

/// Names of concepts, found by the beginning of any of their first words.
pub(crate) struct Names {
    names: Vec<Name>,
    /// Each name from its first words on, folded, and its place among the names; sorted.
    entries: Vec<(Box<str>, u32)>,
}

impl Names {
    fn of(vocabularies: &Vocabularies) -> Self {
        let mut names = Vec::new();
        let mut entries = Vec::new();
        for (concept, written) in vocabularies.written_names() {
            let Ok(place) = u32::try_from(names.len()) else { break };
            let words = folded_words(&written);
            entries.extend(
                (0..words.len().min(ENTRIES)).map(|from| (key(&words[from..].join(" ")).into_boxed_str(), place)),
            );
            let kind = if matches!(concept.scheme, "country" | "place") { PLACE } else { CONCEPT };
            names.push(Name { written, kind, term: term(&concept) });
        }
        entries.sort_unstable();
        Self { names, entries }
    }

    /// The places of the names that a folded beginning meets.
    fn met_by(&self, beginning: &str) -> impl Iterator<Item = &u32> {
        let beginning = key(beginning);
        let from = self.entries.partition_point(|(entry, _)| entry.as_ref() < beginning.as_str());
        let met = self.entries[from..].iter().take_while(move |(entry, _)| entry.starts_with(beginning.as_str()));
        met.take(MOST_MET).map(|(_, place)| place)
    }

    /// The concepts with a name that one of some folded beginnings meets, the first of them by how many public records carry
    /// them; those that none carries are left out, and names that were `said` already. Each is shown by the name that was met,
    /// of several the shortest.
    pub(crate) fn completing(
        &self,
        view: &View,
        fields: &Fields,
        beginnings: &[String],
        said: &[Suggestion],
        limit: usize,
    ) -> Result<Vec<Suggestion>, SearchError> {
        let mut shortest: BTreeMap<&str, (usize, u32)> = BTreeMap::new();
        for place in beginnings.iter().flat_map(|beginning| self.met_by(beginning)) {
            let name = &self.names[*place as usize];
            let length = (name.written.chars().count(), *place);
            let shown = shortest.entry(&name.term).or_insert(length);
            *shown = (*shown).min(length);
        }
        let said: Vec<String> = said.iter().map(|one| one.text.to_lowercase()).collect();
        let mut candidates = Vec::new();
        for (term, (_, place)) in shortest {
            let name = &self.names[place as usize];
            let at_most = view.public.documents_at_most(fields.concepts, term)?;
            if at_most > 0 && !said.contains(&name.written.to_lowercase()) {
                let suggestion = Suggestion { text: name.written.clone(), kind: name.kind.to_owned(), count: at_most };
                candidates.push((suggestion, term));
            }
        }
        candidates.sort_unstable_by(|(left, _), (right, _)| in_order(left, right));
        let mut first = First::of(limit);
        for (mut suggestion, term) in candidates {
            // Live documents are counted only until no other can be among the first.
            if first.is_past(&suggestion) {
                break;
            }
            suggestion.count = view.public.live_documents_with(fields.concepts, term)?;
            if suggestion.count > 0 {
                first.offer_once(suggestion);
            }
        }
        Ok(first.into_suggestions())
    }
}

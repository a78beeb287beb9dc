//! Layers of a server that holds IMSMA: which item types they are and which fields these have, and no word of the server's.

use cairn_model::{Draft, Problem, Vocabularies};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::ImsmaSettings;
use super::columns::Columns;
use super::custom_fields::CustomFields;
use super::draft;
use super::item_type::ItemTypeId;
use super::month::Month;
use super::problem_log::ProblemLog;
use super::recognise::Recogniser;
use super::summary::{Basis, Rounded, THRESHOLD};
use super::tally::{FieldsSeen, Tallies};
use crate::json_document::read_object;
use crate::json_value::Fields;

/// What the layers of a server tell, as far as it may be told.
///
/// It has no place for a text of the server, so whatever holds one of these can tell none: fields are those of the bundled
/// dictionaries or of the configuration, all others are numbers.
#[derive(Default)]
pub struct ImsmaLayers {
    custom_fields: CustomFields,
    tallies: Tallies,
    unrecognised: u64,
}

/// What the layers of a server yield.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LayersReading {
    /// One draft for each item type that has a layer, in the order of the item types.
    pub drafts: Vec<Draft>,
    /// Problems, without a word of the server.
    pub problems: Vec<Problem>,
}

impl ImsmaLayers {
    /// Of a server of which no layer was read yet.
    pub fn new(settings: &ImsmaSettings) -> Self {
        Self { custom_fields: CustomFields::new(settings), ..Self::default() }
    }

    /// Takes in a layer or table by its description in JSON (`FeatureServer/0?f=json`). Answers whether it is one.
    pub fn add(&mut self, layer: &[u8]) -> bool {
        // What had to be repaired in its text is nobody's to know, nor is the reason why it cannot be read.
        read_object(layer, "a layer", |described, _| Ok(self.take(&described))).unwrap_or(false)
    }

    fn take(&mut self, described: &Fields<'_>) -> bool {
        if described.get("features").is_some() {
            // Rows of data.
            return false;
        }
        let of_fields = described.list("fields").iter().filter_map(|field| field.object()?.text("name"));
        let fields: Vec<String> = of_fields.map(std::borrow::Cow::into_owned).collect();
        let mut types = Columns::types_of_layer(&fields);
        if types.len() < 2
            && let Some(named) = described.text("name").and_then(|name| ItemTypeId::of_layer_name(&name))
        {
            types = vec![named];
        }
        for item in &types {
            let mut seen = FieldsSeen::default();
            for field in &fields {
                seen.note(field, Some(*item), &self.custom_fields, &self.tallies.hashes);
            }
            self.tallies.add_fields(*item, &seen, THRESHOLD);
        }
        self.unrecognised += u64::from(types.is_empty());
        true
    }

    /// The drafts of what was taken in. `complete` tells whether that was every layer, `owner` is the national authority.
    pub fn finish(
        self,
        complete: bool,
        owner: &str,
        settings: &ImsmaSettings,
        vocabularies: &Vocabularies,
    ) -> LayersReading {
        let mut log = ProblemLog::default();
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let recogniser = Recogniser::new(settings, vocabularies, Month::of(today), &mut log);
        if self.unrecognised > 0 {
            let layers = match Rounded::of(self.unrecognised) {
                Rounded::FewerThanFive => "fewer than 5 layers are".to_owned(),
                Rounded::About(number) => format!("about {number} layers are"),
            };
            let message =
                format!("{layers} of no item type that is known by their name or fields: nothing is told of them");
            log.add(Problem::warning("unknown-layers", "", message));
        }
        let drafts = draft::drafts(&self.tallies, Basis::Layers { complete }, owner, &recogniser);
        LayersReading { drafts, problems: log.finish() }
    }
}

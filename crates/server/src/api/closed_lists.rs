//! Parameters that take one of a few words, as the OpenAPI description tells them.

use cairn_catalog::{CoverageAxis, FacetField, RequestBox, unmapped_vocabularies};
use cairn_model::registry::{CollaborativeState, ExchangeChannel, ExchangeState, NeedState, PracticeKind};
use cairn_model::{AccessMethod, Classification, Freshness, Kind, Sensitivity, Sharing};
use cairn_policy::Role;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{OpenApi, RefOr};

use crate::parameters::{EXPLAINS, FOLDS, HISTOGRAMS, LANGUAGES, RENDITIONS, SORTS, codes};

/// What these parameters mean; the derive keeps no description beside a schema of one's own.
const DESCRIPTIONS: [(&str, &str); 21] = [
    ("sharing", "With whom the data may be shared."),
    ("sensitivity", "How sensitive the data is; `unknown` is handled as high."),
    ("access", "How the data is had."),
    ("classification", "UN classification of the data."),
    ("kind", "What sort of holding, or of practice, it is."),
    ("freshness", "Whether the data is as recent as its update frequency promises."),
    ("rendition", "How much of the record the viewer sees."),
    ("facets", "Facets to count, separated by commas."),
    ("sort", "Order of the results; `-` before a word reverses it."),
    (
        "match",
        "How many of the words a record must have: `all`, or `some`, the best match first. Without it all; where no record has \
         all of them and the order is relevance, some, which `relaxed` tells.",
    ),
    (
        "fold",
        "What is shown as one record, the best match of it: with `true` records that surely are the same data, which stand in \
         `also_at`; with `series` three or more of one organisation and kind whose titles are equal but for places, dates and \
         numbers, which `series` counts; with `all` both. `total`, `offset` and `cursor` count what is shown.",
    ),
    ("histogram", "Counts all matches by years, of the last change or of the time covered, separated by commas."),
    ("explain", "With `1` or `true`, each item says in `because` why it matched, in the language of `lang`."),
    ("severity", "How bad the problems are: an error kept something out, a warning did not."),
    ("lang", "Language of labels, titles and descriptions."),
    ("state", "Where it stands."),
    ("channel", "By what the data goes from one to the other."),
    ("box", "Those that the viewer's organisation decides about, or those that it sent; both if left out."),
    ("rows", "What the rows stand for; cluster if left out, unless the columns do."),
    ("columns", "What the columns stand for; country if left out, unless the rows do."),
    ("vocabulary", "Words that were looked for in this vocabulary; `place` stands for the gazetteer."),
];

const ROLES: [Role; 5] = [Role::Reader, Role::Manager, Role::Steward, Role::Operator, Role::Administrator];

/// Says what a parameter means where its handler could not.
pub(crate) fn describe(api: &mut OpenApi) {
    for item in api.paths.paths.values_mut() {
        let parameters = item.get.iter_mut().filter_map(|operation| operation.parameters.as_mut()).flatten();
        for parameter in parameters {
            let RefOr::T(parameter) = parameter else { continue };
            if parameter.description.is_some() {
                continue;
            }
            let known = DESCRIPTIONS.iter().find(|(name, _)| *name == parameter.name);
            parameter.description = known.map(|(_, text)| (*text).to_owned());
        }
    }
}

pub(super) fn role() -> RefOr<Schema> {
    one_of(ROLES.map(Role::name))
}

pub(super) fn sharing() -> RefOr<Schema> {
    some_of(codes(Sharing::ALL, Sharing::code))
}

pub(super) fn sensitivity() -> RefOr<Schema> {
    some_of(codes(Sensitivity::ALL, Sensitivity::code))
}

pub(super) fn access() -> RefOr<Schema> {
    some_of(codes(AccessMethod::ALL, AccessMethod::code))
}

pub(super) fn classification() -> RefOr<Schema> {
    some_of(codes(Classification::ALL, Classification::code))
}

pub(super) fn kind() -> RefOr<Schema> {
    some_of(codes(Kind::ALL, Kind::code))
}

pub(super) fn freshness() -> RefOr<Schema> {
    some_of(codes(Freshness::ALL, Freshness::code))
}

pub(super) fn rendition() -> RefOr<Schema> {
    some_of(RENDITIONS.to_vec())
}

/// One parameter with words between commas (`style: form`, not exploded).
pub(super) fn facets() -> RefOr<Schema> {
    some_of(FacetField::ALL.iter().map(|facet| facet.name()).collect())
}

pub(super) fn severity() -> RefOr<Schema> {
    one_of(["error", "warning"])
}

pub(super) fn sort() -> RefOr<Schema> {
    let sorts = SORTS.into_iter().flat_map(|(name, _)| [name.to_owned(), format!("-{name}")]);
    one_of(sorts)
}

pub(super) fn matching() -> RefOr<Schema> {
    one_of(["all", "some"])
}

pub(super) fn fold() -> RefOr<Schema> {
    one_of(FOLDS.map(|(word, _)| word))
}

/// One parameter with words between commas, as [`facets`] is.
pub(super) fn histogram() -> RefOr<Schema> {
    some_of(HISTOGRAMS.map(|(name, _)| name).to_vec())
}

pub(super) fn explain() -> RefOr<Schema> {
    one_of(EXPLAINS.map(|(word, _)| word))
}

pub(super) fn language() -> RefOr<Schema> {
    one_of(LANGUAGES)
}

pub(super) fn exchange_channel() -> RefOr<Schema> {
    one_of(codes(ExchangeChannel::ALL, ExchangeChannel::code))
}

pub(super) fn exchange_state() -> RefOr<Schema> {
    one_of(codes(ExchangeState::ALL, ExchangeState::code))
}

pub(super) fn collaborative_state() -> RefOr<Schema> {
    one_of(codes(CollaborativeState::ALL, CollaborativeState::code))
}

pub(super) fn need_state() -> RefOr<Schema> {
    one_of(codes(NeedState::ALL, NeedState::code))
}

pub(super) fn practice_kind() -> RefOr<Schema> {
    one_of(codes(PracticeKind::ALL, PracticeKind::code))
}

pub(super) fn request_box() -> RefOr<Schema> {
    one_of(codes(RequestBox::ALL, RequestBox::code))
}

/// An axis of the coverage matrix.
pub(super) fn coverage_axis() -> RefOr<Schema> {
    one_of(codes(CoverageAxis::ALL, CoverageAxis::name))
}

/// An axis of the matrix of gaps.
pub(super) fn gap_axis() -> RefOr<Schema> {
    one_of(["cluster", "country"])
}

/// A vocabulary in which words of sources are looked up.
pub(super) fn unmapped_vocabulary() -> RefOr<Schema> {
    one_of(unmapped_vocabularies())
}

/// A parameter that is given once.
fn one_of<T: Into<serde_json::Value>>(words: impl IntoIterator<Item = T>) -> RefOr<Schema> {
    Schema::from(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words))).into()
}

/// A repeatable parameter.
fn some_of(words: Vec<&'static str>) -> RefOr<Schema> {
    let one = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
    Schema::from(ArrayBuilder::new().items(RefOr::from(Schema::from(one)))).into()
}

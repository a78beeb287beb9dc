//! Parameters that take one of a few words, as the OpenAPI description tells them.

use cairn_model::{AccessMethod, Classification, Freshness, Kind, Sensitivity, Sharing};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};

use crate::parameters::{LANGUAGES, RENDITIONS, SORTS, codes};

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

pub(super) fn sort() -> RefOr<Schema> {
    let sorts = SORTS.into_iter().flat_map(|(name, _)| [name.to_owned(), format!("-{name}")]);
    Schema::from(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(sorts))).into()
}

pub(super) fn language() -> RefOr<Schema> {
    Schema::from(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(LANGUAGES))).into()
}

/// A repeatable parameter.
fn some_of(words: Vec<&'static str>) -> RefOr<Schema> {
    let one = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
    Schema::from(ArrayBuilder::new().items(RefOr::from(Schema::from(one)))).into()
}

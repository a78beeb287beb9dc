//! The JSON API: one file for each entity, routes and OpenAPI from the same declaration.

pub(crate) mod audit;
pub(crate) mod changes;
pub(crate) mod classification;
pub(crate) mod closed_lists;
pub(crate) mod coverage;
pub(crate) mod dataset_body;
pub(crate) mod datasets;
pub(crate) mod duplicates;
pub(crate) mod feed;
pub(crate) mod health;
pub(crate) mod interventions;
pub(crate) mod invitations;
pub(crate) mod me;
pub(crate) mod notifications;
pub(crate) mod openapi;
pub(crate) mod people;
pub(crate) mod previews;
pub(crate) mod problems;
pub(crate) mod quality;
pub(crate) mod registry;
pub(crate) mod reviews;
pub(crate) mod search;
pub(crate) mod sources;
pub(crate) mod suggest;
pub(crate) mod tokens;
pub(crate) mod vocabularies;

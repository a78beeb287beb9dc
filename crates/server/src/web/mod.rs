//! Pages for people: plain HTML, no JavaScript needed, hostile text harmless.

pub(crate) mod account;
pub(crate) mod assets;
mod audiences;
pub(crate) mod collaboratives;
pub(crate) mod concerns;
pub(crate) mod coverage;
pub(crate) mod dataset;
pub(crate) mod exchanges;
pub(crate) mod form;
mod goes_with;
pub(crate) mod groups;
pub(crate) mod home;
pub(crate) mod invitation;
pub(crate) mod linkages;
mod names;
pub(crate) mod needs;
pub(crate) mod page;
mod plain_text;
pub(crate) mod providers;
pub(crate) mod register;
pub(crate) mod requests;
pub(crate) mod saved_search;
pub(crate) mod search;
pub(crate) mod sign_in;
pub(crate) mod unsubscribe;
pub(crate) mod visitor;

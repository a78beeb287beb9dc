//! Pages for people: plain HTML, no JavaScript needed, hostile text harmless.

pub(crate) mod account;
pub(crate) mod assets;
pub(crate) mod collaboratives;
pub(crate) mod coverage;
pub(crate) mod dataset;
pub(crate) mod home;
pub(crate) mod invitation;
pub(crate) mod linkages;
pub(crate) mod needs;
pub(crate) mod page;
mod plain_text;
pub(crate) mod providers;
pub(crate) mod search;
pub(crate) mod sign_in;
pub(crate) mod visitor;

//! What happens around every handler.

pub(crate) mod caching;
pub(crate) mod clients;
pub(crate) mod headers;
pub(crate) mod load;
pub(crate) mod tokens;

//! How close a statement is on each axis of the terms. One that no vocabulary knows counts as closed: what it says must not be
//! taken for open.

use cairn_model::{AccessMethod, Classification, Listing, Sensitivity, Sharing, Vocabularies};

/// The sharing level; the owner's organisation alone where the words are not known.
pub(crate) fn sharing(text: &str) -> Sharing {
    Vocabularies::bundled().sharing(text).unwrap_or(Sharing::Organisation)
}

/// The level as which a sensitivity is handled.
pub(crate) fn sensitivity(text: &str) -> Sensitivity {
    Vocabularies::bundled().sensitivity(text).unwrap_or(Sensitivity::Unknown).handled_as()
}

/// The way to the data; on request where the words are not known.
pub(crate) fn access_method(text: &str) -> AccessMethod {
    Vocabularies::bundled().access_method(text).unwrap_or(AccessMethod::OnRequest)
}

/// Whether and how the record is listed; hidden where the words are not known.
pub(crate) fn listing(text: &str) -> Listing {
    Vocabularies::bundled().listing(text).unwrap_or(Listing::Hidden)
}

/// The classification; confidential where the words are not known.
pub(crate) fn classification(text: &str) -> Classification {
    Vocabularies::bundled().classification(text).unwrap_or(Classification::Confidential)
}

//! Addresses without what belongs to a request alone.

use cairn_fetch::Url;

/// An address without the user and the password in it.
pub(crate) fn without_user(mut url: Url) -> Url {
    // Addresses that cannot have them have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// The address of a document, for people and for ids: without what a request says beside it, and without a credential.
pub(crate) fn of_document(asked: &Url) -> Url {
    let mut address = without_user(asked.clone());
    address.set_query(None);
    address.set_fragment(None);
    address
}

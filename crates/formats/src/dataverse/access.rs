//! Who may have the files of a data set: restricted files, embargoes, terms of access.

use cairn_model::{AccessMethod, Draft, Sharing, StatedText};

use super::blocks::contact;
use crate::access::{close, close_access, close_listing};
use crate::json_object::Object;

/// Why some of the files are not for everyone.
const SOME_RESTRICTED: &str = "Some files are restricted";
/// Why none of the files is for everyone.
const ALL_RESTRICTED: &str = "All files are restricted";

/// The states of an item of a search: an editor also sees what is not published.
pub(super) fn of_item(item: &Object<'_, '_>, terms: &mut StatedText) {
    let states = [item.every_text("publicationStatuses"), item.every_text("versionState")].concat();
    let hidden = ["draft", "unpublished", "in review", "deaccessioned"];
    if states.iter().any(|state| hidden.contains(&state.to_lowercase().as_str())) {
        close_listing(terms);
    }
}

/// Terms of a version, and the flags of its files.
pub(super) fn of_version(version: &Object<'_, '_>, draft: &mut Draft) {
    for key in
        ["termsOfAccess", "restrictions", "specialPermissions", "confidentialityDeclaration", "availabilityStatus"]
    {
        draft.terms.reasons.extend(version.text(key));
    }
    if ["restrictions", "specialPermissions", "confidentialityDeclaration"].iter().any(|key| version.has(key)) {
        close_access(&mut draft.terms, AccessMethod::Licensed);
    }
    contact(version.text("contactForAccess"), None, "pointOfContact", draft);
    let files = version.objects("files");
    let restricted = files.iter().filter(|file| is_restricted(file)).count();
    // Where a file can be asked for, it is had on request; where it cannot, nobody has it.
    let can_be_asked_for = version.has("fileAccessRequest") && !version.closes("fileAccessRequest", false);
    let method = if can_be_asked_for { AccessMethod::OnRequest } else { AccessMethod::None };
    if restricted > 0 {
        // A data set is as closed as the closest of its files.
        close(&mut draft.terms, Sharing::Restricted, Some(method));
        let reason = if restricted == files.len() { ALL_RESTRICTED } else { SOME_RESTRICTED };
        draft.terms.reasons.push(reason.to_owned());
    }
    embargo(version, &files, draft);
}

/// Whether a file says so itself or of its data.
pub(super) fn is_restricted(file: &Object<'_, '_>) -> bool {
    let of_data = file.object("dataFile").is_some_and(|data| data.closes("restricted", true) || data.has("embargo"));
    file.closes("restricted", true) || of_data
}

/// The last day of the embargoes is when the terms must be looked at again.
fn embargo(version: &Object<'_, '_>, files: &[Object<'_, '_>], draft: &mut Draft) {
    let of_files = files.iter().filter_map(|file| file.object("dataFile")?.object("embargo"));
    for embargo in of_files.chain(version.object("embargo")) {
        let day = embargo.text("dateAvailable");
        let reason = embargo.text("reason").unwrap_or_else(|| "Under embargo".to_owned());
        if !draft.terms.reasons.contains(&reason) {
            draft.terms.reasons.push(reason);
        }
        // ISO 8601 dates sort as text.
        draft.terms.review_by = draft.terms.review_by.take().max(day);
    }
}

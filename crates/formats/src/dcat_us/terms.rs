//! What a dataset says of its terms: access level, access rights, restrictions and controlled information.

use cairn_model::{AccessMethod, Sharing, StatedText};

use super::text::words_of;
use crate::access::{
    access_level, by_code, by_words_of_access, close, close_by_words, is_unrestricted, state_sharing, tighten,
};
use crate::json_text::any_text;
use crate::json_value::{Fields, Value};
use crate::once::push_new;

/// The terms in the source's words, or in ours where a flag has a fixed meaning.
///
/// `accessLevel` is about the data. That the catalogue shows the record was its owner's decision, and no flag takes it back.
pub(super) fn stated(fields: &Fields<'_>) -> StatedText {
    let mut terms = StatedText { listed_openly: true, ..StatedText::default() };
    // One level was due; of several, and of an object, the closest reading holds.
    for value in ["accessLevel", "access_level", "dcat:accessLevel"].iter().flat_map(|key| fields.list(key)) {
        match words_of(value) {
            Some(level) => access_level(&level, &mut terms),
            None => close(&mut terms, Sharing::Organisation, Some(AccessMethod::OnRequest)),
        }
    }
    for value in fields.list("accessRights") {
        access_rights(value, &mut terms);
    }
    restrictions(fields, &mut terms);
    for file in fields.list("distribution").iter().filter_map(Value::object) {
        let mut of_file = StatedText { listed_openly: true, ..StatedText::default() };
        for value in file.list("accessRights") {
            access_rights(value, &mut of_file);
        }
        restrictions(file, &mut of_file);
        for words in file.list("rights").iter().filter_map(words_of) {
            close_by_words(&words, &mut of_file);
        }
        tighten(&mut terms, of_file);
    }
    for words in fields.list("rights").iter().filter_map(words_of) {
        close_by_words(&words, &mut terms);
    }
    // The rights of open data say how it may be used and are its licence; here they say why it is not open.
    let is_closed = terms.sharing_at_least.is_some() || terms.sharing.as_deref().is_some_and(|text| text != "public");
    if is_closed {
        for key in ["rights", "accessLevelComment"] {
            let reasons: Vec<String> = fields.list(key).iter().filter_map(words_of).collect();
            for reason in reasons {
                push_new(&mut terms.reasons, reason);
            }
        }
    }
    terms
}

/// Access rights: an address of the EU's table, an object with a label, or words.
fn access_rights(value: &Value<'_>, terms: &mut StatedText) {
    let address = match value {
        Value::Object(parts) => parts.text("@id"),
        value => value.text(),
    };
    if address.is_some_and(|address| by_code(&address, terms)) {
        return;
    }
    let Some(words) = words_of(value) else { return };
    if by_code(&words, terms) {
        return;
    }
    by_words_of_access(&words, terms);
    if words.contains("Controlled Unclassified") {
        close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
    }
    terms.reasons.push(words);
}

/// DCAT-US 3.0: `accessRestriction`, `useRestriction` and `cuiRestriction`, each one object or several.
fn restrictions(fields: &Fields<'_>, terms: &mut StatedText) {
    for value in fields.list("accessRestriction") {
        // The status alone says that there is no restriction; what has no status that can be read is one.
        let statuses = value.object().map_or(value.list(), |parts| parts.list("restrictionStatus"));
        if !statuses.is_empty()
            && statuses.iter().all(|status| words_of(status).is_some_and(|text| is_unrestricted(&text)))
        {
            state_sharing(terms, "public");
        } else {
            close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
            terms.reasons.extend(restriction_in_words(value).or_else(|| words_of(value)));
        }
    }
    for value in fields.list("cuiRestriction") {
        close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
        terms.reasons.push(match restriction_in_words(value) {
            Some(words) => format!("Controlled unclassified information: {words}"),
            None => "Controlled unclassified information".to_owned(),
        });
    }
    let uses = fields.list("useRestriction").iter().filter_map(restriction_in_words);
    terms.reasons.extend(uses.map(|words| format!("Use is restricted: {words}")).collect::<Vec<String>>());
}

/// The parts of a restriction, in their order.
fn restriction_in_words(value: &Value<'_>) -> Option<String> {
    let Value::Object(parts) = value else { return any_text(value) };
    let keys = [
        "designationIndicator",
        "cuiBannerMarking",
        "requiredIndicatorPerAuthority",
        "restrictionStatus",
        "specificRestriction",
        "restrictionNote",
    ];
    let words: Vec<String> =
        keys.iter().flat_map(|key| parts.list(key)).filter_map(words_of).filter(|words| !words.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

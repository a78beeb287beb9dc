//! The terms of a record of another Cairn: four axes that stay four, and what is shown of the record.

use cairn_model::{Draft, StatedText};

use crate::access::close_listing;
use crate::json_object::Object;

/// The mark of the Chatham House Rule, as it stands beside a sharing level.
const CHATHAM_HOUSE: &str = "TLP:EX:CHR";

/// Fills in the terms, by the codes that every Cairn knows.
pub(super) fn fill(record: &Object<'_, '_>, draft: &mut Draft) {
    if let Some(terms) = record.object("terms") {
        draft.terms = stated(&terms);
    } else {
        record.warn("no-terms", "terms", "the record has no terms: shown to its organisation only");
        close_listing(&mut draft.terms);
    }
    rendition(record, draft);
    let reasons: Vec<String> =
        record.objects("quarantine").iter().filter_map(|reason| reason.first_text(&["message", "rule"])).collect();
    if !reasons.is_empty() || record.has("quarantine") {
        close_listing(&mut draft.terms);
        draft.terms.reasons.extend(reasons);
    }
}

fn stated(terms: &Object<'_, '_>) -> StatedText {
    let listing = terms.text("listing");
    let mut stated = StatedText {
        sensitivity: terms.text("sensitivity"),
        sharing: terms.text("sharing"),
        access_method: terms.text("access_method"),
        listed_openly: listing.as_deref() == Some("full"),
        listing,
        classification: terms.text("classification"),
        reasons: terms.texts("reasons", &[]),
        legal_basis: terms.text("legal_basis"),
        jurisdictions: terms.texts("jurisdictions", &[]),
        transfer: terms.text("transfer"),
        review_by: terms.text("review_by"),
        ..StatedText::default()
    };
    for (key, prefix) in [("audience_groups", "group"), ("audience_organisations", "organisation")] {
        stated.audience.extend(terms.texts(key, &[]).into_iter().map(|id| format!("{prefix}:{id}")));
    }
    // The code is what was read from the marking; where they differ in words, both are kept.
    match (&stated.classification, terms.text("classification_text")) {
        (None, marking) => stated.classification = marking,
        (Some(code), Some(marking)) if *code != marking.to_lowercase() => {
            stated.reasons.push(format!("Marked as: {marking}"));
        }
        _ => {}
    }
    if terms.closes("attribution_hidden", true) {
        stated.sharing = Some(match stated.sharing.take() {
            Some(sharing) => format!("{sharing} {CHATHAM_HOUSE}"),
            None => CHATHAM_HOUSE.to_owned(),
        });
    }
    let agreements = terms.texts("agreements", &[]);
    stated.reasons.extend(agreements.into_iter().map(|id| format!("Under agreement {id} of the other catalogue")));
    stated
}

/// A stub or a partial record is a copy of what was shown, and its title was approved for that.
fn rendition(record: &Object<'_, '_>, draft: &mut Draft) {
    match record.text("rendition").as_deref() {
        Some("full") => {}
        Some("stub") => {
            record.warn("shown-in-part", "rendition", "the other catalogue shows only that the record exists");
            draft.terms.listing_title = draft.title.best("en").map(str::to_owned);
            draft.terms.listed_openly = false;
        }
        _ => record.warn("shown-in-part", "rendition", "the other catalogue shows the record in part"),
    }
}

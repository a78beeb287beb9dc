//! Access types of a study.

use cairn_model::{AccessMethod, Sharing, StatedText};

use crate::access::{close, close_access, close_listing, close_to_method, state_sharing};
use crate::json_object::Object;

/// Why data that stands elsewhere is had there.
const REMOTE: &str = "The data is kept in an external repository";

/// Fills in the terms from the access type, the classification and the publication of a study.
pub(super) fn fill(row: &Object<'_, '_>, terms: &mut StatedText) {
    for key in ["form_model", "access_policy", "data_access_type", "access_type", "dtype"] {
        for stated in row.every_text(key) {
            for access_type in stated.split(['|', ',']).map(str::trim).filter(|word| !word.is_empty()) {
                access(row, key, access_type, terms);
            }
        }
    }
    classification(row, terms);
    if row.closes("published", false) || row.closes("is_embargoed", true) {
        close_listing(terms);
        terms.reasons.extend(row.text("embargoed_notes"));
    }
}

fn access(row: &Object<'_, '_>, key: &str, access_type: &str, terms: &mut StatedText) {
    match access_type.to_ascii_lowercase().as_str() {
        "open" | "direct" => {
            state_sharing(terms, "public");
            state_method(terms, AccessMethod::Download);
        }
        // Everyone who registers and accepts the terms.
        "public" => close(terms, Sharing::Community, Some(AccessMethod::Download)),
        "licensed" => close_to_method(terms, AccessMethod::Licensed),
        "remote" => {
            close_access(terms, AccessMethod::OnRequest);
            terms.reasons.push(REMOTE.to_owned());
        }
        "enclave" | "data_enclave" => close_to_method(terms, AccessMethod::Enclave),
        "data_na" | "na" => close_to_method(terms, AccessMethod::None),
        _ => {
            row.warn("unknown-access", key, "no known access type: the data is had on request");
            close_to_method(terms, AccessMethod::OnRequest);
            terms.reasons.push(format!("Access type: {access_type}"));
        }
    }
}

fn state_method(terms: &mut StatedText, method: AccessMethod) {
    terms.access_method.get_or_insert_with(|| method.code().to_owned());
}

/// A data class has a name, or only the number that its catalogue gives it.
fn classification(row: &Object<'_, '_>, terms: &mut StatedText) {
    for key in ["data_class_code", "data_class_title", "data_class_id"] {
        let Some(class) = row.text(key) else { continue };
        if class.bytes().all(|byte| byte.is_ascii_digit()) {
            terms.reasons.push(format!("Data class {class} of its catalogue"));
        } else {
            if class.eq_ignore_ascii_case("public") {
                state_sharing(terms, "public");
            }
            terms.classification.get_or_insert(class);
        }
        return;
    }
}

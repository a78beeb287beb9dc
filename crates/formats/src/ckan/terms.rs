//! What a package says of its terms.
//!
//! `private` and `state` decide whether the portal shows the record. Every other flag is about the data: it sets the
//! sharing level and the way to the data, and never hides metadata that its owner published.

use cairn_model::vocabulary::fold;
use cairn_model::{AccessMethod, Listing, Problem, Sensitivity, Sharing, StatedText, Vocabularies};

use super::other_names::{self, may_state_terms};
use super::package::Package;
use super::{refugee_library, statements};
use crate::access::{
    self, Access, by_code_or_words, close, close_by_words, close_listing, close_to_method, is_marking, levels,
    meaning_of, state_sharing,
};
use crate::json_text::any_text;
use crate::json_value::{Fields, Value};
use crate::once::push_new;

/// The terms in the source's words, or in ours where a CKAN flag has a fixed meaning.
pub(super) fn stated(package: &mut Package<'_>) -> StatedText {
    let mut unread = package.lacks_extras;
    let mut terms = axes(package, &mut unread);
    access_level(package, &mut terms, &mut unread);
    for rights in statements::of(package, &["accessrights"], &mut unread) {
        by_code_or_words(rights, &mut terms);
    }
    if unread {
        close(&mut terms, Sharing::Organisation, Some(AccessMethod::OnRequest));
    }
    constraints(package, &mut terms);
    markings(package, &mut terms);
    other_names::of_package(package, &mut terms);
    of_refugee_library(package, &mut terms);
    if flag(package, "is_requestdata_type") {
        close(&mut terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
    }
    if flag(package, "private") || is_unfinished(package) {
        close_listing(&mut terms);
    }
    terms
}

/// Whether its portal shows the package to its editors alone: a draft, or one that waits for a review.
fn is_unfinished(package: &Package<'_>) -> bool {
    let is_unfinished = |state: &str| ["draft", "draft-complete", "pending"].contains(&state);
    package.text(&["state"]).is_some_and(|state| is_unfinished(&state.to_ascii_lowercase()))
}

/// The axes of terms as they are stated: of several statements the closest, and of equals the first.
fn axes(package: &mut Package<'_>, unread: &mut bool) -> StatedText {
    // The refugee-data library says yes and no under that name.
    let is_of_library = refugee_library::is_of_it(package);
    let other_sensitivities = if is_of_library { Vec::new() } else { package.texts("data_sensitivity", &[]) };
    let mut stated = |names: &[&str]| statements::of(package, names, unread);
    let mut sensitivities = stated(&["sensitivity"]);
    sensitivities.extend(other_sensitivities);
    let sharing = closest(stated(&["sharing"]), levels::sharing);
    let tlp = closest(stated(&["tlp"]), levels::sharing);
    let mut classifications = stated(&["securityclassification"]);
    // Many mean by the plain word what the data is about.
    classifications.extend(stated(&["classification"]).into_iter().filter(|text| is_marking(text)));
    let classification = closest(classifications, levels::classification);
    StatedText {
        listed_openly: true,
        sensitivity: closest(sensitivities, levels::sensitivity),
        access_method: closest(stated(&["accessmethod"]), levels::access_method),
        listing: closest(stated(&["listing"]), levels::listing),
        // A traffic light label beside a level is a marking of its own.
        classification: classification.or_else(|| sharing.as_ref().and(tlp.clone())),
        sharing: sharing.or(tlp),
        legal_basis: package.get("legal_basis").and_then(any_text),
        ..StatedText::default()
    }
}

fn closest<L: Ord>(statements: Vec<String>, level: impl Fn(&str) -> L) -> Option<String> {
    // The last of equals is what `max_by_key` gives.
    statements.into_iter().rev().max_by_key(|text| level(text))
}

/// A flag that closes something: what is neither true nor false counts as set, and is reported.
fn flag(package: &mut Package<'_>, key: &str) -> bool {
    let Some(value) = package.get(key) else { return false };
    let truth = value.truth();
    if truth.is_none() {
        let message = format!("true or false was due, {} was found; the closer reading holds", value.type_name());
        let problem = Problem::warning("unexpected-type", key, message);
        package.report(problem);
    }
    truth.unwrap_or(true)
}

/// Whether an entry of `licence` is an access level that a harvester put there (`accessLevel: Public`).
pub(super) fn is_access_level(text: &str) -> bool {
    access_level_of(text).is_some()
}

fn access_level_of(text: &str) -> Option<&str> {
    let (key, level) = text.split_once(':')?;
    key.trim().eq_ignore_ascii_case("accesslevel").then(|| level.trim())
}

/// Constraints on access in words, among which are constraints on use, and rights. They close where they say who has no
/// access, and open nothing.
fn constraints(package: &Package<'_>, terms: &mut StatedText) {
    let keys = [
        "access_constraints",
        "access-constraints",
        "limitations-on-public-access",
        "limitations_on_public_access",
        "rights",
        "use-limitation",
        "use_limitation",
        "use-limitations",
        "use_limitations",
    ];
    for statement in keys.iter().flat_map(|key| package.texts(key, &[])) {
        // Portals write what is said of use after what is said of access, in one text.
        let end = ["| Use Constraints:", ". Use Constraints:"].iter().filter_map(|mark| statement.find(mark)).min();
        let words = statement[..end.unwrap_or(statement.len())].trim();
        let is_of_use = words.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("use"));
        if !is_of_use {
            close_by_words(words, terms);
        }
    }
}

/// Markings of governments' own schemes, and flags beside them. Their scales differ, and the lowest level of most (`OFFICIAL`,
/// `LOW-PUBLIC`) closes nothing: what is said under these names closes by words that do so in every scheme, and opens nothing.
fn markings(package: &Package<'_>, terms: &mut StatedText) {
    let marks = [
        "accessrestrictions",
        "confidentiality",
        "confidentialitylevel",
        "dataclassification",
        "downloadaudience",
        "informationclassification",
        "protectivemarking",
        "securityclass",
        "sensitivitylevel",
        "viewaudience",
    ];
    let is_marked = statements::words_of(package, &marks).iter().any(|text| is_closing_mark(text));
    let flags = statements::words_of(package, &["isconfidential", "isrestricted", "restricted"]);
    let is_flagged = flags.iter().any(|text| Value::Text(text.into()).truth() == Some(true) || is_closing_mark(text));
    let is_denied = package.texts("access", &[]).iter().any(|text| matches!(words_in(text).as_str(), "no" | "not yet"));
    if is_marked || is_flagged || is_denied {
        close(terms, Sharing::Organisation, Some(AccessMethod::OnRequest));
    }
}

fn words_in(text: &str) -> String {
    fold(&text.replace(['_', '-'], " "))
}

fn is_closing_mark(text: &str) -> bool {
    let folded = words_in(text);
    let says = |words: &[&str]| folded.split(' ').any(|word| words.contains(&word));
    let closing = [
        "cabinet",
        "classified",
        "confidencial",
        "confidential",
        "confidentiel",
        "confidentielle",
        "government",
        "high",
        "internal",
        "interne",
        "interno",
        "named",
        "personal",
        "private",
        "protected",
        "restreint",
        "restricted",
        "restringido",
        "secret",
        "secreto",
        "sensitive",
        "severe",
        "staff",
        "سري",
    ];
    says(&closing) && !says(&["no", "non", "none", "not", "unclassified", "unrestricted"])
}

/// `accessLevel` of DCAT-US 1.1: public, restricted public, non-public.
fn access_level(package: &mut Package<'_>, terms: &mut StatedText, unread: &mut bool) {
    let mut levels = statements::of(package, &["accesslevel", "publicaccesslevel"], unread);
    if levels.is_empty() {
        let statements = package.texts("licence", &[]);
        levels.extend(statements.iter().filter_map(|text| access_level_of(text).map(str::to_owned)));
    }
    if levels.is_empty() {
        return;
    }
    for level in levels {
        access::access_level(&level, terms);
    }
    if terms.sharing_at_least.is_some() || terms.sharing.as_deref() != Some("public") {
        for key in ["rights", "accessLevelComment"] {
            if let Some(reason) = package.get(key).and_then(any_text) {
                push_new(&mut terms.reasons, reason);
            }
        }
    }
}

/// What a file says of access to it, in its fields and its extras. That a file is open says nothing of the others.
pub(super) fn of_file(package: &mut Package<'_>, index: usize, file: &Fields<'_>) -> StatedText {
    let mut terms = StatedText::default();
    let extras = file.get("extras").cloned().map(Value::opened);
    let extras = extras.as_ref().and_then(Value::object).map_or(&[][..], |extras| &extras.0);
    for (key, value) in file.0.iter().chain(extras).filter(|(_, value)| !value.is_empty()) {
        if let Some(problem) = of_field_of_file(key, value, &mut terms) {
            package.report(Problem { field: format!("resources[{index}].{key}"), ..problem });
        }
    }
    terms
}

/// What a field of a file says of access to it; what nobody can tell closes, and is told of the field.
fn of_field_of_file(key: &str, value: &Value<'_>, terms: &mut StatedText) -> Option<Problem> {
    match other_names::canonical(key).as_str() {
        "restricted" | "restrictedlevel" => return restricted(key, value, terms),
        "visibility" | "accesslevel" => {
            let levels = statements::words_in(value).0;
            for level in &levels {
                access::access_level(level, terms);
            }
            let knows = |level: &str| meaning_of(level).is_some() || Vocabularies::bundled().sharing(level).is_some();
            let unread = levels.iter().find(|level| !knows(level))?;
            let message = "no known level of access: the data stays in its organisation";
            return Some(Problem::warning("unknown-access", key, message).with_value(unread));
        }
        "private" if value.truth().unwrap_or(true) => {
            close(terms, Sharing::Organisation, Some(AccessMethod::OnRequest));
        }
        "identifiability" if value.text().as_deref().is_some_and(tells_persons) => {
            terms.sensitivity = Some(Sensitivity::Severe.code().to_owned());
        }
        "accessrights" | "rights" => {
            for words in statements::words_in(value).0 {
                close_by_words(&words, terms);
            }
        }
        "private" | "identifiability" => {}
        _ if may_state_terms(key) => return other_names::close_by(key, value, terms),
        _ => {}
    }
    None
}

/// The flag of ckanext-restricted: an object with a level, or a list of them, also inside a text.
fn restricted(key: &str, value: &Value<'_>, terms: &mut StatedText) -> Option<Problem> {
    let mut unread = None;
    for level in value.clone().opened().list().iter().filter_map(level_in) {
        match level.to_lowercase().as_str() {
            "public" | "false" | "0" | "no" => {}
            "registered" | "any_organization" => close(terms, Sharing::Community, None),
            "same_organization" => close(terms, Sharing::Organisation, Some(AccessMethod::OnRequest)),
            "only_allowed_users" | "true" | "1" | "yes" => {
                close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
            }
            _ => {
                close(terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
                unread = Some(level);
            }
        }
    }
    let message = "no known level of restriction: the data is had on request";
    Some(Problem::warning("unknown-access", key, message).with_value(&unread?))
}

/// The level of ckanext-restricted, of which an empty one restricts nothing.
fn level_in(value: &Value<'_>) -> Option<String> {
    let level = match value {
        Value::Object(parts) => parts.get("level").and_then(any_text),
        Value::Truth(truth) => Some(truth.to_string()),
        value => any_text(value),
    };
    level.filter(|level| !level.trim().is_empty())
}

/// The refugee-data library: who sees the record in its house, and how others may get at the data. What it calls public is
/// visible to its own people: nothing in it is for everyone to see.
fn of_refugee_library(package: &Package<'_>, terms: &mut StatedText) {
    if !refugee_library::is_of_it(package) {
        // Elsewhere `visibility` is a word for the sharing level.
        if let Some(visibility) = package.text(&["visibility"]) {
            state_sharing(terms, &visibility);
        }
        if package.text(&["identifiability"]).as_deref().is_some_and(tells_persons) {
            Access::Sensitive.state(terms);
            terms.sensitivity = Some(Sensitivity::Severe.code().to_owned());
        }
        return;
    }
    match package.text(&["external_access_level"]) {
        Some(level) => outside_the_library(&level, terms),
        None => close(terms, Sharing::Organisation, Some(AccessMethod::OnRequest)),
    }
    if package.text(&["visibility"]).as_deref() != Some("public") {
        close(terms, Sharing::Organisation, None);
    }
    terms.listed_openly = false;
    terms.listing.get_or_insert_with(|| Listing::Hidden.code().to_owned());
    if let Some(sensitive) = package.get("data_sensitivity").and_then(Value::truth) {
        terms.sensitivity.get_or_insert_with(|| if sensitive { "high" } else { "low" }.to_owned());
    }
    if package.text(&["identifiability"]).as_deref().is_some_and(tells_persons) {
        terms.sensitivity = Some(Sensitivity::Severe.code().to_owned());
    }
}

/// How those outside the library get at the data.
fn outside_the_library(level: &str, terms: &mut StatedText) {
    let method = match level {
        "open_access" | "direct_access" | "public_use" => AccessMethod::Download,
        "licensed_use" => AccessMethod::Licensed,
        "data_enclave" => AccessMethod::Enclave,
        "not_available" => AccessMethod::None,
        other => {
            terms.access_method.get_or_insert_with(|| other.to_owned());
            AccessMethod::OnRequest
        }
    };
    terms.access_method.get_or_insert_with(|| method.code().to_owned());
    close_to_method(terms, method);
    if method == AccessMethod::Download {
        state_sharing(terms, "community");
    }
}

/// Whether an `identifiability` of the refugee-data library is that of data about persons whom anyone can tell.
fn tells_persons(identifiability: &str) -> bool {
    identifiability.trim().eq_ignore_ascii_case("personally_identifiable")
}

//! The codes of topics of the refugee-data library RIDL.

use cairn_model::{Draft, Problem};

use super::package::Package;
use crate::once::push_new;

/// Topics by their codes in the library's schema of a dataset (`keywords`).
const TOPICS: &[(&str, &str)] = &[
    ("1", "Health and Nutrition"),
    ("3", "Health"),
    ("4", "Water Sanitation Hygiene"),
    ("5", "Protection"),
    ("6", "Food Security"),
    ("7", "Emergency Shelter and NFI"),
    ("9", "Community Services"),
    ("10", "Education"),
    ("11", "Environment"),
    ("12", "Livelihood & Social cohesion"),
    ("13", "Core Relief Items (CRIs)"),
    ("14", "Registration"),
    ("15", "Gender Based Violence"),
    ("16", "HIV/AIDS"),
    ("17", "Logistics"),
    ("18", "Child Protection"),
    ("19", "Agriculture"),
    ("20", "Telecom"),
    ("21", "Coordination"),
    ("22", "Transportation"),
    ("23", "Return"),
    ("24", "Reproductive Health"),
    ("25", "Mental Health and Psychosocial Support"),
    ("26", "Information Management"),
    ("27", "Cash Assistance"),
    ("29", "Mine Action"),
    ("31", "Disaster Risk Reduction"),
    ("32", "Camp Coordination and Camp Management (CCCM)"),
    ("33", "Governance"),
    ("35", "Peace Building / Conflict Prevention Sector"),
    ("36", "Early Recovery"),
    ("37", "Legal Assistance"),
    ("38", "Food Distribution"),
    ("39", "Mental Health"),
    ("40", "Malaria Prevention and Control"),
    ("41", "Emergency Telecommunications"),
    ("42", "Housing, Land and Property"),
    ("43", "Legal Assistance / Protection"),
    ("44", "Shelter / Other Infrastructure"),
    ("45", "Transport / Logistics"),
    ("46", "Health Care Referral Services"),
    ("47", "Domestic Needs / Household Support"),
    ("48", "Crop Production"),
    ("49", "Livestock / Animal Husbandry"),
    ("50", "Fisheries"),
    ("51", "Forestry"),
    ("52", "Income Generation"),
    ("53", "Agency Operational Support"),
    ("54", "Other"),
    ("55", "Outstanding Instalments"),
    ("56", "Settlement"),
    ("57", "Capacity Building / Training"),
    ("58", "Access to Energy"),
    ("59", "Elderly and Disabled"),
    ("60", "Connectivity"),
    ("61", "Solutions"),
    ("62", "Basic Needs"),
];

/// Whether a package is of the library: it has a field that is the library's own, of which a deposit may leave out any, is called a
/// deposit, or has two of the fields that other portals may have, too.
pub(super) fn is_of_it(package: &Package<'_>) -> bool {
    let has = |key: &&str| package.get(key).is_some();
    let shared = ["data_collection_technique", "data_collector", "data_sensitivity", "identifiability", "visibility"];
    let is_rated = || ["data_sensitivity", "identifiability"].iter().any(has);
    ["external_access_level", "owner_org_dest"].iter().any(has)
        || package.text(&["type"]).as_deref() == Some("deposited-dataset")
        || is_rated() && shared.iter().filter(|key| has(key)).count() > 1
}

/// Whether a keyword of the library is the code of a topic.
pub(super) fn is_code(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Adds the topics whose codes stand among the keywords; a code that is not known is told.
pub(super) fn topics(package: &mut Package<'_>, draft: &mut Draft) {
    if !is_of_it(package) {
        return;
    }
    for code in package.texts("keywords", &[',', ';']).into_iter().filter(|word| is_code(word)) {
        if let Some((_, topic)) = TOPICS.iter().find(|(known, _)| *known == code) {
            push_new(&mut draft.topics, (*topic).to_owned());
        } else {
            let problem = Problem::warning("unknown-topic-code", "keywords", "no known code of a topic: left out");
            package.report(problem.with_value(&code));
        }
    }
}

//! What a registered record lacks before it may be published: what is known of harm, and a sensitivity that fits.

use cairn_model::{Dataset, Problem, Sensitivity};

/// What must be stated or mended before a registered record is published, by the path of each part in its JSON. A record of
/// high or severe sensitivity, and one whose sensitivity nobody has said, needs an impact note (what harm, to whom, what is
/// done about it) and a date by which its terms are looked at again; a record that can harm a group is moderate at least.
pub fn missing_for_publication(dataset: &Dataset) -> Vec<Problem> {
    let mut problems = Vec::new();
    let sensitivity = dataset.terms.sensitivity;
    if dataset.group_privacy == Some(true) && !may_tell_of_groups(sensitivity) {
        problems.push(Problem::error(
            "group-privacy-is-moderate-at-least",
            "terms.sensitivity",
            "data that can harm a group or a community is of moderate sensitivity at least",
        ));
    }
    if !needs_impact_note(sensitivity) {
        return problems;
    }
    let impact = dataset.impact.as_ref();
    let is_said = |text: &str| !text.trim().is_empty();
    let are_said = |texts: &[String]| texts.iter().any(|text| is_said(text));
    let parts = [
        ("impact.summary", impact.is_some_and(|note| is_said(&note.summary)), "what harm its disclosure could do"),
        ("impact.affected_groups", impact.is_some_and(|note| are_said(&note.affected_groups)), "whom it could harm"),
        ("impact.mitigations", impact.is_some_and(|note| are_said(&note.mitigations)), "what is done against that"),
        ("terms.review_by", dataset.terms.review_by.is_some(), "by when its terms are looked at again"),
    ];
    for (field, is_stated, what) in parts {
        if !is_stated {
            let message = format!("a record of {} is published once it says {what}", in_words(sensitivity));
            problems.push(Problem::error("needed-to-publish", field, message));
        }
    }
    problems
}

/// Whether a record of this sensitivity is published with an impact note alone.
fn needs_impact_note(sensitivity: Sensitivity) -> bool {
    match sensitivity.handled_as() {
        Sensitivity::Low | Sensitivity::Moderate => false,
        Sensitivity::High | Sensitivity::Severe | Sensitivity::Unknown => true,
    }
}

/// Whether data of this sensitivity may be such that it tells of groups whom it could harm.
fn may_tell_of_groups(sensitivity: Sensitivity) -> bool {
    match sensitivity {
        Sensitivity::Low => false,
        Sensitivity::Moderate | Sensitivity::High | Sensitivity::Severe | Sensitivity::Unknown => true,
    }
}

fn in_words(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::Low => "low sensitivity",
        Sensitivity::Moderate => "moderate sensitivity",
        Sensitivity::High => "high sensitivity",
        Sensitivity::Severe => "severe sensitivity",
        Sensitivity::Unknown => "unknown sensitivity, which counts as high,",
    }
}

//! What a registered record must say before it is published.

use cairn_model::{Dataset, DatasetId, ImpactNote, Sensitivity, Terms};
use cairn_policy::missing_for_publication;

fn record(sensitivity: Sensitivity) -> Dataset {
    let terms = Terms { sensitivity, ..Terms::closed() };
    Dataset { terms, ..Dataset::empty(DatasetId::new("registry", "1")) }
}

/// A record of which everything is said that a severe one needs.
fn assessed(sensitivity: Sensitivity) -> Dataset {
    let mut dataset = record(sensitivity);
    dataset.terms.review_by = Some("2027-06".parse().unwrap());
    dataset.impact = Some(ImpactNote {
        summary: "Whoever reads the list can find the people on it.".to_owned(),
        affected_groups: vec!["survivors".to_owned()],
        mitigations: vec!["counts by governorate alone are shared".to_owned()],
        ..ImpactNote::default()
    });
    dataset
}

fn lacking(dataset: &Dataset) -> Vec<String> {
    missing_for_publication(dataset).into_iter().map(|problem| problem.field).collect()
}

const WHOLE_NOTE: [&str; 4] = ["impact.summary", "impact.affected_groups", "impact.mitigations", "terms.review_by"];

#[test]
fn severe_and_high_records_cannot_publish_without_impact_note_affected_groups_mitigations_and_review_date() {
    for sensitivity in Sensitivity::ALL {
        let expected: &[&str] = match sensitivity {
            Sensitivity::Low | Sensitivity::Moderate => &[],
            Sensitivity::High | Sensitivity::Severe | Sensitivity::Unknown => &WHOLE_NOTE,
        };
        assert_eq!(lacking(&record(*sensitivity)), expected, "{sensitivity}");
        assert_eq!(lacking(&assessed(*sensitivity)), [""; 0], "{sensitivity}");
    }
}

#[test]
fn each_part_that_is_missing_is_named_by_its_path() {
    let without = |change: fn(&mut ImpactNote)| {
        let mut dataset = assessed(Sensitivity::High);
        change(dataset.impact.as_mut().unwrap());
        lacking(&dataset)
    };
    assert_eq!(without(|note| note.summary = "  ".to_owned()), ["impact.summary"]);
    assert_eq!(without(|note| note.affected_groups.clear()), ["impact.affected_groups"]);
    assert_eq!(without(|note| note.mitigations = vec![String::new()]), ["impact.mitigations"]);

    let mut dataset = assessed(Sensitivity::High);
    dataset.terms.review_by = None;
    let problems = missing_for_publication(&dataset);
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    assert_eq!(
        (problem.code.as_str(), problem.field.as_str(), problem.message.as_str()),
        (
            "needed-to-publish",
            "terms.review_by",
            "a record of high sensitivity is published once it says by when its terms are looked at again"
        )
    );
}

#[test]
fn managing_group_privacy_risks_the_flag_forces_moderate_at_least() {
    for sensitivity in Sensitivity::ALL {
        let flagged = Dataset { group_privacy: Some(true), ..assessed(*sensitivity) };
        let expected: &[&str] = match sensitivity {
            Sensitivity::Low => &["terms.sensitivity"],
            Sensitivity::Moderate | Sensitivity::High | Sensitivity::Severe | Sensitivity::Unknown => &[],
        };
        assert_eq!(lacking(&flagged), expected, "{sensitivity}");
        for group_privacy in [None, Some(false)] {
            assert_eq!(lacking(&Dataset { group_privacy, ..assessed(*sensitivity) }), [""; 0], "{sensitivity}");
        }
    }
}

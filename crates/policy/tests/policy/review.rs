//! When a record must be looked at again.

use cairn_model::{
    Dataset, DatasetId, ImpactNote, QuarantineReason, Sensitivity, SocialLicence, SocialLicenceStatus, Terms,
};
use cairn_policy::{ReviewCause, ReviewReason, renditions, review_causes, review_day, review_horizon};

use crate::samples;
use crate::samples::organisation;

fn record(sensitivity: Sensitivity) -> Dataset {
    let terms = Terms { sensitivity, ..Terms::closed() };
    Dataset { terms, owner: Some(organisation("desk")), ..Dataset::empty(DatasetId::new("registry", "1")) }
}

fn told(dataset: &Dataset) -> Vec<String> {
    let due = |cause: ReviewCause| format!("{} {}", cause.reason.code(), cause.due.map_or("now".into(), String::from));
    review_causes(dataset).into_iter().map(due).collect()
}

#[test]
fn a_record_is_looked_at_where_nobody_said_how_sensitive_it_is_or_when_that_is_looked_at_again() {
    let expected = |sensitivity| match sensitivity {
        Sensitivity::Low | Sensitivity::Moderate => vec![],
        Sensitivity::High | Sensitivity::Severe => vec!["no-review-date now"],
        Sensitivity::Unknown => vec!["sensitivity-unknown now"],
    };
    for sensitivity in Sensitivity::ALL {
        assert_eq!(told(&record(*sensitivity)), expected(*sensitivity), "{sensitivity}");
    }
}

#[test]
fn reasons_are_told_by_the_day_on_which_they_are_due() {
    let mut dataset = record(Sensitivity::Severe);
    dataset.terms.review_by = Some("2027-03".parse().unwrap());
    dataset.impact = Some(ImpactNote { review_by: Some("2027-02-01".parse().unwrap()), ..ImpactNote::default() });
    dataset.social_licence = Some(SocialLicence {
        expires: Some("2026".parse().unwrap()),
        ..SocialLicence::new(SocialLicenceStatus::Granted)
    });
    dataset.quarantine = vec![QuarantineReason { rule: "r".to_owned(), message: "m".to_owned() }];
    let expected = ["quarantined now", "social-licence-ends 2026", "impact-due 2027-02-01", "terms-due 2027-03"];
    assert_eq!(told(&dataset), expected);
    let days: Vec<i64> = review_causes(&dataset).iter().map(ReviewCause::day).collect();
    // Of a year and of a month the last day counts: 2026-12-31, 2027-03-31.
    assert_eq!(days, [0, 20_818, 20_850, 20_908]);
}

#[test]
fn only_what_its_owner_sees_of_a_record_has_a_day_of_review() {
    let mut dataset = samples::whole();
    dataset.terms.listing = cairn_model::Listing::Stub;
    dataset.terms.review_by = Some("2027-03-31".parse().unwrap());
    dataset.impact = None;
    dataset.social_licence = None;
    let days: Vec<_> = renditions(&dataset).iter().map(|one| (one.level.code(), review_day(one))).collect();
    assert_eq!(days, [("full", Some(20_908)), ("stub", None)]);
    dataset.owner = None;
    assert!(renditions(&dataset).iter().all(|one| review_day(one).is_none()), "it is nobody's");
}

#[test]
fn an_agreement_ends_on_the_day_of_its_last_instant() {
    let cause = ReviewCause::agreement_ends("a", "2026-12-20T15:00:00Z".parse().unwrap());
    assert_eq!(
        (cause.day(), cause.reason, cause.agreement.as_deref()),
        (20_807, ReviewReason::AgreementEnds, Some("a"))
    );
    assert_eq!(review_horizon("2026-11-20T15:00:00Z".parse().unwrap()), 20_807);
}

//! What a decision must not tell: of records, of agreements of others, of fields, of reasons.

use cairn_model::agreement::{AccessForm, Party, PartyRole};
use cairn_model::{Field, Listing, Sensitivity, SocialLicenceStatus, Transfer};
use cairn_policy::Viewer;

use super::samples::{granted, member, open, refusal, social_licence, texts};

#[test]
fn of_a_record_that_the_asker_may_not_know_there_is_no_answer_though_an_agreement_covers_it() {
    let hidden = granted().with(|world| world.record.terms.listing = Listing::Hidden);
    assert_eq!(hidden.decide(), None);
    assert_eq!(hidden.with(|world| world.viewer = Viewer::anonymous()).decide(), None);
}

#[test]
fn agreements_of_others_change_nothing() {
    let alone = open();
    let beside = open().with(|world| {
        world.agreements = granted().agreements;
        world.terms().prohibited_purposes = texts(&["public-health"]);
    });
    assert_eq!(alone.decide(), beside.decide());
    let stranger =
        |world: super::samples::World| world.with(|world| world.viewer = member("stranger", &["cluster:WSH"]));
    assert_eq!(stranger(granted()).decide(), stranger(granted().with(|world| world.agreements.clear())).decide());
}

#[test]
fn to_a_stranger_who_sees_a_stub_all_that_is_held_back_is_held_back_alike() {
    let base = granted().with(|world| world.viewer = member("stranger", &[]));
    let withdrawn =
        base.clone().with(|world| world.record.social_licence = Some(social_licence(SocialLicenceStatus::Withdrawn)));
    let refused = base.clone().with(|world| world.refusals = vec![refusal()]);
    let bound = base.clone().with(|world| {
        world.record.terms.transfer = Some(Transfer::RegionBound);
        world.record.terms.jurisdictions = texts(&["YEM"]);
        world.question.storage = texts(&["USA"]);
    });
    assert_eq!(withdrawn.decide(), refused.decide());
    assert_eq!(withdrawn.decide(), bound.decide());
    let told = format!("{:?}", bound.decide());
    assert!(!told.contains("YEM"), "where the data lies is not in the stub: {told}");
}

#[test]
fn what_people_wrote_about_a_refusal_is_never_told() {
    let refused = granted().with(|world| world.refusals = vec![refusal()]);
    let told = format!("{:?}", refused.decide());
    for word in ["secret", "survivors"] {
        assert!(!told.contains(word), "{told}");
    }
}

#[test]
fn a_field_that_the_asker_does_not_see_is_told_like_one_that_is_not_there() {
    let field = |sensitivity| Field { name: "vi_name".to_owned(), sensitivity: Some(sensitivity), ..Field::default() };
    for base in [granted(), open()] {
        let ask = base.with(|world| world.question.fields = texts(&["status", "vi_name"]));
        let absent = ask.clone();
        let severe = ask.clone().with(|world| world.record.fields.push(field(Sensitivity::Severe)));
        assert_eq!(absent.decide(), severe.decide());
    }
}

#[test]
fn a_record_under_the_chatham_house_rule_is_not_told_to_belong_to_a_party() {
    let hidden_source = granted().with(|world| world.record.terms.attribution_hidden = true);
    let of_another = hidden_source.clone().with(|world| {
        world.terms().parties[0] = Party::organisation("another", PartyRole::Provider);
    });
    assert_eq!(hidden_source.decide(), of_another.decide());
}

#[test]
fn the_recipient_of_a_stranger_lends_it_no_agreement() {
    let through = granted().with(|world| {
        world.terms().parties.push(Party::organisation("hospital", PartyRole::User));
        world.viewer = member("stranger", &[]);
        world.question.recipient = Some("hospital".to_owned());
        world.question.access = AccessForm::Enclave;
    });
    let without = through.clone().with(|world| world.agreements.clear());
    assert_eq!(through.decide(), without.decide());
}

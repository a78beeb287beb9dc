//! What those who asked for this product wanted of decisions, in their own situations.

use cairn_model::agreement::{AccessForm, AggregateLimits, AgreementStatus, FrameworkStage, Party, PartyRole};
use cairn_model::{AccessMethod, SocialLicenceStatus, Transfer};
use cairn_policy::access::{ConditionCode, Rule};
use cairn_policy::{Decision, Outcome};
use jiff::Timestamp;

use super::samples::{
    World, crisis, framework, granted, granted_by_hand, member, reference, refusal, social_licence, texts, time,
    when_yemen_is_in_crisis,
};

fn decided(world: &World) -> Decision {
    world.decide().unwrap_or_else(|| panic!("the record is not known to the asker"))
}

fn told(world: &World) -> (Outcome, Rule) {
    let decision = decided(world);
    (decision.outcome, decision.rule)
}

#[test]
fn row_16_a_pre_authorised_agreement_decides_and_is_named_with_its_version_and_the_rule() {
    let decision = decided(&granted());
    assert_eq!((decision.outcome, decision.rule), (Outcome::Granted, Rule::GrantedByAgreement));
    assert_eq!(decision.agreement.map(|agreement| (agreement.id, agreement.version)), Some(("health".to_owned(), 3)));
}

/// The record is a stub to the health cluster, an agreement covers it in a crisis, and the crisis comes and goes.
#[test]
fn row_19_access_opens_when_a_crisis_is_declared_and_closes_by_itself_when_it_lapses() {
    let mut world = granted().with(|world| {
        world.terms().trigger = when_yemen_is_in_crisis();
        world.terms().access.at_most = AccessForm::Aggregate;
        world.terms().access.aggregate = Some(AggregateLimits { finest_admin_level: 2, minimum_cell_size: 10 });
        world.terms().safeguards = texts(&["encryption-at-rest"]);
        world.question.access = AccessForm::Aggregate;
        world.question.admin_level = Some(2);
        world.question.safeguards = texts(&["encryption-at-rest"]);
    });
    assert_eq!(told(&world), (Outcome::Denied, Rule::NoActiveCrisis));

    world.crises.push(crisis());
    let end: Timestamp = time("2026-08-20T00:00:00Z");
    let open = decided(&world);
    assert_eq!((open.outcome, open.rule), (Outcome::GrantedWithConditions, Rule::GrantedByAgreement));
    assert_eq!(open.conditions.iter().map(|one| one.code).collect::<Vec<_>>(), [ConditionCode::SmallCells]);
    assert_eq!((open.crisis, open.until), (Some(crisis().declaration.glide), Some(end)));

    world.question.safeguards.clear();
    assert_eq!(told(&world), (Outcome::Denied, Rule::SafeguardNotDeclared), "speed lowers no safeguard");
    world.question.safeguards = texts(&["encryption-at-rest"]);

    world.at = end;
    assert_eq!(told(&world), (Outcome::Denied, Rule::NoActiveCrisis));
}

#[test]
fn row_20_data_of_persons_is_not_downloaded_and_a_query_or_private_aggregates_of_a_declared_epsilon_are_offered() {
    let world = granted().with(|world| {
        world.terms().access.at_most = AccessForm::FederatedQuery;
        world.terms().access.epsilon = Some(0.5);
        world.terms().transfer = Transfer::None;
    });
    let decision = decided(&world);
    assert_eq!((decision.outcome, decision.rule), (Outcome::Alternative, Rule::AccessBeyondAgreement));
    let offered: Vec<_> = decision.alternatives.iter().map(|one| (one.access, one.epsilon)).collect();
    assert_eq!(offered, [(AccessForm::FederatedQuery, None), (AccessForm::PrivateAggregate, Some(0.5))]);
    for (access, _) in offered {
        let taken = world.clone().with(|world| world.question.access = access);
        assert!(decided(&taken).outcome.is_grant(), "what is offered is granted: {access}");
    }
}

#[test]
fn row_21_without_transfer_an_export_is_denied_and_aggregates_are_allowed() {
    let world = granted().with(|world| {
        world.terms().transfer = Transfer::None;
        world.terms().access.aggregate = Some(AggregateLimits { finest_admin_level: 2, minimum_cell_size: 10 });
    });
    assert_eq!(told(&world), (Outcome::Alternative, Rule::NoTransfer));
    let aggregate = world.with(|world| world.question.access = AccessForm::Aggregate);
    assert!(decided(&aggregate).outcome.is_grant());
    let exported = aggregate.with(|world| world.question.transfer = true);
    assert_eq!(told(&exported), (Outcome::Alternative, Rule::NoTransfer), "an aggregate that takes the data along");
}

#[test]
fn row_22_an_intermediary_can_neither_grant_nor_receive_for_itself() {
    let grants = granted().with(|world| {
        world.terms().parties =
            vec![Party::organisation("nmaa", PartyRole::Intermediary), Party::group("cluster:HEA", PartyRole::User)];
    });
    assert_eq!(told(&grants), (Outcome::Denied, Rule::NotAvailable));
    let receives = granted().with(|world| {
        world.terms().parties.push(Party::organisation("broker", PartyRole::Intermediary));
        world.viewer = member("broker", &[]);
    });
    assert_eq!(told(&receives), (Outcome::Denied, Rule::IntermediaryNeedsRecipient));
}

#[test]
fn when_people_withdraw_their_agreement_access_closes_at_once_for_everyone() {
    let withdrawn = granted().with(|world| {
        world.record.social_licence = Some(social_licence(SocialLicenceStatus::Withdrawn));
    });
    assert_eq!(told(&withdrawn), (Outcome::Denied, Rule::SocialLicenceWithdrawn));
    let owner = withdrawn.with(|world| world.viewer = member("nmaa", &[]));
    assert_eq!(told(&owner), (Outcome::Denied, Rule::SocialLicenceWithdrawn));
}

#[test]
fn row_33_storage_outside_the_allowed_jurisdictions_is_denied() {
    let world = granted().with(|world| {
        world.terms().jurisdictions = texts(&["YEM", "CHE"]);
        world.question.storage = texts(&["CHE", "USA"]);
    });
    assert_eq!(told(&world), (Outcome::Denied, Rule::StorageOutsideJurisdictions));
}

#[test]
fn row_37_a_purpose_outside_the_agreement_is_denied_and_the_owner_can_still_be_asked() {
    let world = granted().with(|world| {
        world.question.purposes = texts(&["research-in-public-interest"]);
        world.record.terms.access_method = AccessMethod::OnRequest;
    });
    let decision = decided(&world);
    assert_eq!((decision.outcome, decision.rule), (Outcome::Denied, Rule::PurposeOutsideAgreement));
    assert!(decision.can_be_asked());
}

#[test]
fn row_44_an_agreement_counts_while_its_version_of_the_framework_is_in_force() {
    let world = |stage, at: &str| {
        granted().with(|world| {
            world.terms().framework = Some(reference());
            world.frameworks = vec![framework(stage)];
            world.at = time(at);
        })
    };
    for (stage, before, after) in [
        (FrameworkStage::Draft, false, false),
        (FrameworkStage::Pilot, false, true),
        (FrameworkStage::Adopted, false, true),
        (FrameworkStage::Superseded, false, false),
    ] {
        let grants = |at| decided(&world(stage, at)).outcome.is_grant();
        let is_in_force = (grants("2026-02-28T23:59:59Z"), grants("2026-03-01T00:00:00Z"));
        assert_eq!(is_in_force, (before, after), "{stage}");
    }
}

#[test]
fn suspending_an_agreement_closes_what_it_opened() {
    let world = granted().with(|world| world.agreements[0].status = AgreementStatus::Suspended);
    assert_eq!(told(&world), (Outcome::Denied, Rule::AgreementSuspended));
}

/// Nothing but the owner's word grants: no agreement, no audience.
fn granted_on_request() -> World {
    granted().with(|world| {
        world.agreements.clear();
        world.question.storage = texts(&["YEM"]);
        world.question.safeguards = texts(&["encryption-at-rest"]);
        let mut grant = granted_by_hand(&world.record, "clinic", &world.question, Some(time("2026-07-01T00:00:00Z")));
        grant.conditions = texts(&["Delete it afterwards."]);
        world.grants = vec![grant];
        world.viewer = member("clinic", &["cluster:HEA"]);
    })
}

#[test]
fn what_an_owner_granted_by_hand_is_granted_again_until_it_ends_with_its_conditions() {
    let decision = decided(&granted_on_request());
    assert_eq!((decision.outcome, decision.rule), (Outcome::GrantedWithConditions, Rule::GrantedByOwner));
    assert_eq!((decision.until, decision.purposes), (Some(time("2026-07-01T00:00:00Z")), texts(&["public-health"])));
    let owners = decision.conditions.iter().filter(|one| one.code == ConditionCode::OwnerCondition);
    assert_eq!(owners.flat_map(|one| one.values.clone()).collect::<Vec<_>>(), ["Delete it afterwards."]);
}

#[test]
fn where_what_was_granted_by_hand_is_stored_holds_though_it_is_not_said_again() {
    let decision = decided(&granted_on_request().with(|world| world.question.storage.clear()));
    let within = decision.conditions.iter().filter(|one| one.code == ConditionCode::StoreWithin);
    assert_eq!(within.flat_map(|one| one.values.clone()).collect::<Vec<_>>(), ["YEM"]);
}

#[test]
fn a_grant_by_hand_gives_nothing_to_others_nothing_beyond_and_nothing_afterwards() {
    let beyond: [fn(&mut World); 11] = [
        |world| world.at = time("2026-07-01T00:00:00Z"),
        |world| world.viewer = member("hospital", &["cluster:HEA"]),
        |world| world.question.access = AccessForm::Enclave,
        |world| world.question.purposes = texts(&["public-health", "research-in-public-interest"]),
        |world| world.question.purposes.clear(),
        |world| world.question.storage = texts(&["YEM", "JOR"]),
        |world| world.question.recipient = Some("hospital".to_owned()),
        |world| world.question.safeguards.clear(),
        |world| world.question.transfer = true,
        |world| world.grants[0].question.fields = texts(&["status"]),
        |world| world.record.id = cairn_model::DatasetId::new("register", "2"),
    ];
    for (number, change) in beyond.into_iter().enumerate() {
        assert!(!decided(&granted_on_request().with(change)).outcome.is_grant(), "change {number}");
    }
}

#[test]
fn what_denies_denies_what_was_granted_by_hand() {
    let refused = granted_on_request().with(|world| world.refusals = vec![refusal()]);
    assert_eq!(decided(&refused).outcome, Outcome::Denied);
    let withdrawn =
        |world: &mut World| world.record.social_licence = Some(social_licence(SocialLicenceStatus::Withdrawn));
    assert_eq!(decided(&granted_on_request().with(withdrawn)).outcome, Outcome::Denied);
}

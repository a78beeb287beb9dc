//! Every rule by the smallest case in which it counts.

use std::collections::BTreeSet;

use cairn_model::agreement::{
    AccessForm, AggregateLimits, AgreementStatus, FrameworkStage, Obligation, ObligationKind, Party, PartyRole,
};
use cairn_model::{
    AccessMethod, Field, Listing, PartialDate, QuarantineReason, Sensitivity, Sharing, SocialLicenceStatus, Transfer,
};
use cairn_policy::access::{ConditionCode, Remedy, Rule};
use cairn_policy::{Decision, Outcome, Viewer};

use super::samples::{
    World, crisis, framework, granted, member, open, organisation, period, reference, refusal, social_licence, texts,
    time, when_yemen_is_in_crisis,
};

/// A case: what it is, how it differs from a world that grants, and the answer: outcome and rule that decided, other rules
/// that counted, what binds, what is offered, what would change it.
type Row = (&'static str, fn(&mut World), &'static [&'static str]);

/// Cases that differ from one in which an agreement grants a download of a stub to a member of the health cluster.
const BY_AGREEMENT: &[Row] = &[
    ("as it is", |_| {}, &["granted granted-by-agreement"]),
    // What denies.
    (
        "the terms of the record contradict each other, and the operator asks",
        |world| {
            world.record.quarantine =
                vec![QuarantineReason { rule: "severe-is-never-public".to_owned(), message: String::new() }];
            world.viewer = Viewer::operator();
        },
        &["denied quarantined", "changes mend-the-record"],
    ),
    (
        "people took their agreement back",
        |world| world.record.social_licence = social_licence(SocialLicenceStatus::Withdrawn),
        &["denied social-licence-withdrawn", "changes renew-social-licence"],
    ),
    (
        "survivors opted out",
        |world| world.refusals = vec![refusal()],
        &["denied not-to-be-shared", "changes lift-the-refusal"],
    ),
    (
        "the opt-out begins later",
        |world| {
            world.refusals = vec![refusal()];
            world.at = time("2026-04-30T23:59:59Z");
        },
        &["granted granted-by-agreement"],
    ),
    (
        "two rules deny: the first decides and both are told",
        |world| {
            world.refusals = vec![refusal()];
            world.record.social_licence = social_licence(SocialLicenceStatus::Withdrawn);
        },
        &["denied social-licence-withdrawn", "also not-to-be-shared", "changes renew-social-licence lift-the-refusal"],
    ),
    (
        "the record is bound to a region, and would be stored outside of it",
        |world| {
            world.record.terms.transfer = Some(Transfer::RegionBound);
            world.record.terms.jurisdictions = texts(&["YEM"]);
            world.question.storage = texts(&["YEM", "USA"]);
        },
        &["denied storage-outside-jurisdictions(USA)", "changes store-within(YEM)"],
    ),
    (
        "the agreement forbids the purpose, though another grants it",
        |world| {
            let mut other = world.agreements[0].clone();
            other.id = "research".to_owned();
            other.terms.purposes = texts(&["research-in-public-interest"]);
            world.agreements.push(other);
            world.terms().prohibited_purposes = texts(&["research-in-public-interest"]);
            world.question.purposes = texts(&["official-statistics"]);
        },
        &["denied purpose-prohibited(official-statistics) health", "changes keep-to-purposes"],
    ),
    (
        "the agreement that forbids the purpose is suspended: it forbids it all the same",
        |world| {
            let mut other = world.agreements[0].clone();
            other.id = "research".to_owned();
            other.terms.purposes = texts(&["research-in-public-interest"]);
            world.agreements.push(other);
            world.terms().prohibited_purposes = texts(&["research-in-public-interest"]);
            world.agreements[0].status = AgreementStatus::Suspended;
            world.question.purposes = texts(&["official-statistics"]);
        },
        &["denied purpose-prohibited(official-statistics) health", "changes keep-to-purposes"],
    ),
    (
        "a stranger who sees a stub is told that it is held back, and not why",
        |world| {
            world.record.social_licence = social_licence(SocialLicenceStatus::Withdrawn);
            world.viewer = member("stranger", &[]);
        },
        &["denied held-back", "changes ask-the-owner"],
    ),
    // Whom an agreement covers.
    (
        "a stranger, and the record is not available by its terms",
        |world| world.viewer = member("stranger", &[]),
        &["denied not-available", "also not-in-audience", "changes agree-with-the-owner"],
    ),
    (
        "a stranger, and the owner can be asked",
        |world| {
            world.viewer = member("stranger", &[]);
            world.record.terms.access_method = AccessMethod::OnRequest;
        },
        &["ask not-in-audience", "also owner-decides", "changes ask-the-owner agree-with-the-owner"],
    ),
    (
        "the provider is not the owner of the record",
        |world| world.record.owner = Some(organisation("somebody-else")),
        &["denied not-available", "also not-in-audience", "changes agree-with-the-owner"],
    ),
    (
        "the record names no owner",
        |world| world.record.owner = None,
        &["denied not-available", "also not-in-audience", "changes agree-with-the-owner"],
    ),
    (
        "the record's steward grants on behalf of its owner",
        |world| {
            world.terms().parties[0] = Party::steward("cell", "nmaa");
            world.record.steward = Some(organisation("cell"));
        },
        &["granted granted-by-agreement"],
    ),
    (
        "a steward grants on behalf of the owner, and is not the steward of the record",
        |world| world.terms().parties[0] = Party::steward("cell", "nmaa"),
        &["denied not-available", "also not-in-audience", "changes agree-with-the-owner"],
    ),
    (
        "a steward grants on behalf of somebody else",
        |world| {
            world.terms().parties[0] = Party::steward("cell", "somebody-else");
            world.record.steward = Some(organisation("cell"));
        },
        &["denied not-available", "also not-in-audience", "changes agree-with-the-owner"],
    ),
    (
        "an intermediary grants nothing",
        |world| world.terms().parties[0] = Party::organisation("nmaa", PartyRole::Intermediary),
        &["denied not-available", "also not-in-audience", "changes agree-with-the-owner"],
    ),
    (
        "the agreement is about other records",
        |world| world.terms().covers.clusters = texts(&["HEA"]),
        &["denied not-available", "also not-in-audience", "changes agree-with-the-owner"],
    ),
    (
        "under the Chatham House Rule a record is covered by its id alone",
        |world| world.record.terms.attribution_hidden = true,
        &["denied not-available", "also not-in-audience", "changes agree-with-the-owner"],
    ),
    (
        "under the Chatham House Rule, by its id",
        |world| {
            world.record.terms.attribution_hidden = true;
            world.terms().covers.records = vec![world.record.id];
        },
        &["granted granted-by-agreement"],
    ),
    (
        "the agreement is a draft",
        |world| world.agreements[0].status = AgreementStatus::Draft,
        &["denied not-available", "also not-in-audience", "changes agree-with-the-owner"],
    ),
    // When it counts.
    (
        "before its first instant",
        |world| world.at = time("2025-12-31T23:59:59Z"),
        &[
            "denied agreement-not-yet-valid health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner wait",
        ],
    ),
    ("at its first instant", |world| world.at = time("2026-01-01T00:00:00Z"), &["granted granted-by-agreement"]),
    (
        "at the instant of its end",
        |world| world.at = time("2027-01-01T00:00:00Z"),
        &[
            "denied agreement-expired health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner renew-agreement",
        ],
    ),
    (
        "expired, and the owner can be asked again",
        |world| {
            world.at = time("2027-01-01T00:00:00Z");
            world.record.terms.access_method = AccessMethod::OnRequest;
        },
        &[
            "denied agreement-expired health",
            "also not-in-audience owner-decides",
            "changes ask-the-owner agree-with-the-owner renew-agreement",
        ],
    ),
    (
        "suspended",
        |world| world.agreements[0].status = AgreementStatus::Suspended,
        &[
            "denied agreement-suspended health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner resume-agreement",
        ],
    ),
    (
        "ended",
        |world| world.agreements[0].status = AgreementStatus::Ended,
        &[
            "denied agreement-ended health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner renew-agreement",
        ],
    ),
    (
        "its framework is not known in this version",
        |world| world.terms().framework = Some(reference()),
        &[
            "denied framework-not-in-force health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner bring-framework-into-force",
        ],
    ),
    (
        "its framework was replaced",
        |world| {
            world.terms().framework = Some(reference());
            world.frameworks = vec![framework(FrameworkStage::Superseded)];
        },
        &[
            "denied framework-not-in-force health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner bring-framework-into-force",
        ],
    ),
    (
        "its framework is adopted, and not effective yet",
        |world| {
            world.terms().framework = Some(reference());
            world.frameworks = vec![framework(FrameworkStage::Adopted)];
            world.at = time("2026-02-28T23:59:59Z");
        },
        &[
            "denied framework-not-in-force health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner bring-framework-into-force",
        ],
    ),
    (
        "its framework is adopted and effective",
        |world| {
            world.terms().framework = Some(reference());
            world.frameworks = vec![framework(FrameworkStage::Adopted)];
        },
        &["granted granted-by-agreement"],
    ),
    (
        "its framework is tried out",
        |world| {
            world.terms().framework = Some(reference());
            world.frameworks = vec![framework(FrameworkStage::Pilot)];
        },
        &["granted granted-by-agreement", "also framework-in-pilot"],
    ),
    (
        "it waits for a crisis, and none is declared",
        |world| world.terms().trigger = when_yemen_is_in_crisis(),
        &[
            "denied no-active-crisis health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner declare-crisis",
        ],
    ),
    (
        "it waits for a crisis, and one is active",
        |world| {
            world.terms().trigger = when_yemen_is_in_crisis();
            world.crises = vec![crisis()];
        },
        &["granted granted-by-agreement"],
    ),
    (
        "the crisis ended by itself",
        |world| {
            world.terms().trigger = when_yemen_is_in_crisis();
            world.crises = vec![crisis()];
            world.at = time("2026-08-20T00:00:00Z");
        },
        &[
            "denied no-active-crisis health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner declare-crisis",
        ],
    ),
    (
        "the crisis was lifted",
        |world| {
            world.terms().trigger = when_yemen_is_in_crisis();
            world.crises = vec![crisis()];
            world.crises[0].lifted = Some(world.at);
        },
        &[
            "denied no-active-crisis health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner declare-crisis",
        ],
    ),
    (
        "the record is also about a country that the crisis does not strike",
        |world| {
            world.terms().trigger = when_yemen_is_in_crisis();
            world.crises = vec![crisis()];
            world.record.countries = texts(&["OMN", "YEM"]);
        },
        &[
            "denied no-active-crisis health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner declare-crisis",
        ],
    ),
    (
        "the question names another crisis",
        |world| {
            world.terms().trigger = when_yemen_is_in_crisis();
            world.crises = vec![crisis()];
            world.question.glide = "FL-2026-000001-YEM".parse().ok();
        },
        &[
            "denied no-active-crisis health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner declare-crisis",
        ],
    ),
    // What people agreed to.
    (
        "people contest the use",
        |world| world.record.social_licence = social_licence(SocialLicenceStatus::Contested),
        &[
            "denied social-licence-contested health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner renew-social-licence",
        ],
    ),
    (
        "people agreed until yesterday",
        |world| {
            let mut licence = social_licence(SocialLicenceStatus::Granted);
            if let Some(licence) = &mut licence {
                licence.expires = PartialDate::from_day(2026, 5, 31);
            }
            world.record.social_licence = licence;
        },
        &[
            "denied social-licence-expired health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner renew-social-licence",
        ],
    ),
    (
        "people agreed until the end of today, under conditions",
        |world| {
            let mut licence = social_licence(SocialLicenceStatus::Conditional);
            if let Some(licence) = &mut licence {
                licence.expires = PartialDate::from_day(2026, 6, 1);
                licence.conditions = texts(&["no names of villages"]);
            }
            world.record.social_licence = licence;
        },
        &["granted-with-conditions granted-by-agreement", "binds social-licence(no names of villages)"],
    ),
    // Who receives.
    (
        "a role that the asker does not have",
        |world| world.question.role = Some(PartyRole::Intermediary),
        &[
            "denied role-not-held(intermediary) health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner act-in-role(user)",
        ],
    ),
    (
        "a provider of other records receives nothing",
        |world| {
            world.terms().parties.push(Party::organisation("hospital", PartyRole::Provider));
            world.viewer = member("hospital", &[]);
        },
        &[
            "denied role-does-not-receive health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner act-in-role(user)",
        ],
    ),
    (
        "an intermediary receives nothing for itself",
        |world| {
            world.terms().parties.push(Party::organisation("broker", PartyRole::Intermediary));
            world.viewer = member("broker", &[]);
        },
        &[
            "denied intermediary-needs-recipient health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner name-a-user",
        ],
    ),
    (
        "an intermediary passes on to somebody who is no user of the agreement",
        |world| {
            world.terms().parties.push(Party::organisation("broker", PartyRole::Intermediary));
            world.viewer = member("broker", &[]);
            world.question.recipient = Some("stranger".to_owned());
        },
        &[
            "denied recipient-is-no-user(stranger) health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner name-a-user",
        ],
    ),
    (
        "an intermediary passes on to a user",
        |world| {
            world.terms().parties.push(Party::organisation("broker", PartyRole::Intermediary));
            world.terms().parties.push(Party::organisation("hospital", PartyRole::User));
            world.viewer = member("broker", &[]);
            world.question.recipient = Some("hospital".to_owned());
        },
        &["granted-with-conditions granted-by-agreement", "binds pass-on-only(hospital)"],
    ),
    (
        "a user passes nothing on, not even to another user",
        |world| {
            world.terms().parties.push(Party::organisation("hospital", PartyRole::User));
            world.question.recipient = Some("hospital".to_owned());
        },
        &[
            "denied user-passes-nothing-on health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner receive-for-itself",
        ],
    ),
    (
        "the owner asks whether it may give the data to a user",
        |world| {
            world.terms().parties.push(Party::organisation("hospital", PartyRole::User));
            world.viewer = member("nmaa", &[]);
            world.question.recipient = Some("hospital".to_owned());
        },
        &["granted granted-by-agreement"],
    ),
    // For what.
    (
        "no purpose is stated",
        |world| world.question.purposes.clear(),
        &[
            "denied purpose-not-stated health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner state-purpose(public-health)",
        ],
    ),
    (
        "a purpose is not covered, beside one that is",
        |world| world.question.purposes = texts(&["public-health", "accountability"]),
        &[
            "denied purpose-outside-agreement(accountability) health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner keep-to-purposes(public-health)",
        ],
    ),
    (
        "a purpose lies below one that is covered",
        |world| world.question.purposes = texts(&["disease-surveillance"]),
        &["granted granted-by-agreement"],
    ),
    (
        "a safeguard is not declared",
        |world| {
            world.terms().safeguards = texts(&["encryption-at-rest", "responsible-person"]);
            world.question.safeguards = texts(&["responsible-person", "access-log"]);
        },
        &[
            "denied safeguard-not-declared(encryption-at-rest) health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner declare-safeguards(encryption-at-rest)",
        ],
    ),
    (
        "every safeguard is declared",
        |world| {
            world.terms().safeguards = texts(&["encryption-at-rest"]);
            world.question.safeguards = texts(&["encryption-at-rest"]);
        },
        &["granted granted-by-agreement"],
    ),
    (
        "the data is wanted after the agreement ends",
        |world| world.question.period = Some(period("2027-01-01T00:00:00Z", None)),
        &[
            "denied period-outside-agreement health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner keep-to-period(2027-01-01T00:00:00Z)",
        ],
    ),
    // Where to.
    (
        "the data would be stored outside the jurisdictions of the agreement",
        |world| {
            world.terms().jurisdictions = texts(&["YEM", "CHE"]);
            world.question.storage = texts(&["USA"]);
        },
        &[
            "denied storage-outside-jurisdictions(USA) health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner store-within(YEM CHE)",
        ],
    ),
    (
        "where the data would be stored is not stated: what does not leave is offered",
        |world| world.terms().jurisdictions = texts(&["YEM"]),
        &[
            "alternative storage-not-stated health",
            "also not-in-audience not-available",
            "offers enclave federated-query",
            "changes agree-with-the-owner state-storage(YEM)",
        ],
    ),
    (
        "the data would be stored where the agreement allows it",
        |world| {
            world.terms().jurisdictions = texts(&["YEM"]);
            world.question.storage = texts(&["YEM"]);
        },
        &["granted granted-by-agreement"],
    ),
    (
        "the data may not leave: aggregates are offered",
        |world| {
            world.terms().transfer = Transfer::None;
            world.terms().access.aggregate = Some(DISTRICTS);
        },
        &[
            "alternative no-transfer health",
            "also not-in-audience not-available",
            "offers enclave federated-query aggregate",
            "changes agree-with-the-owner choose-form(enclave federated-query aggregate)",
        ],
    ),
    (
        "the record may not leave, whatever the agreement says",
        |world| world.record.terms.transfer = Some(Transfer::None),
        &[
            "alternative no-transfer health",
            "also not-in-audience not-available",
            "offers enclave federated-query",
            "changes agree-with-the-owner choose-form(enclave federated-query)",
        ],
    ),
    (
        "the data may not leave, and aggregates are asked for",
        |world| {
            world.terms().transfer = Transfer::None;
            world.terms().access.aggregate = Some(DISTRICTS);
            world.question.access = AccessForm::Aggregate;
        },
        &["granted-with-conditions granted-by-agreement", "binds finest-places(2) small-cells(10) stays-in-place"],
    ),
    (
        "aggregates are stored within the jurisdictions",
        |world| {
            world.terms().jurisdictions = texts(&["YEM"]);
            world.terms().access.aggregate = Some(DISTRICTS);
            world.question.access = AccessForm::Aggregate;
            world.question.admin_level = Some(1);
        },
        &["granted-with-conditions granted-by-agreement", "binds small-cells(10) store-within(YEM)"],
    ),
    (
        "the record and the agreement name no jurisdiction in common",
        |world| {
            world.record.terms.transfer = Some(Transfer::RegionBound);
            world.record.terms.jurisdictions = texts(&["YEM"]);
            world.terms().jurisdictions = texts(&["CHE"]);
            world.question.access = AccessForm::Enclave;
        },
        &[
            "denied storage-outside-jurisdictions health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner store-within",
        ],
    ),
    // In which form.
    (
        "the agreement grants less",
        |world| {
            world.terms().access.at_most = AccessForm::Aggregate;
            world.terms().access.aggregate = Some(DISTRICTS);
        },
        &[
            "alternative access-beyond-agreement health",
            "also not-in-audience not-available",
            "offers aggregate",
            "changes agree-with-the-owner choose-form(aggregate)",
        ],
    ),
    (
        "the agreement grants aggregates and does not say how coarse",
        |world| {
            world.terms().access.at_most = AccessForm::Aggregate;
            world.question.access = AccessForm::Aggregate;
        },
        &[
            "denied aggregate-unbounded health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner bound-aggregates",
        ],
    ),
    (
        "finer places than the agreement grants",
        |world| {
            world.terms().access.aggregate = Some(DISTRICTS);
            world.question.access = AccessForm::Aggregate;
            world.question.admin_level = Some(3);
        },
        &[
            "alternative aggregate-too-fine(3) health",
            "also not-in-audience not-available",
            "offers aggregate download enclave federated-query private-aggregate",
            "changes agree-with-the-owner coarser-places(2)",
        ],
    ),
    (
        "a larger epsilon than the agreement grants",
        |world| {
            world.terms().access.at_most = AccessForm::PrivateAggregate;
            world.terms().access.epsilon = Some(0.5);
            world.question.access = AccessForm::PrivateAggregate;
            world.question.epsilon = Some(1.0);
        },
        &[
            "alternative epsilon-too-large(1) health",
            "also not-in-audience not-available",
            "offers private-aggregate",
            "changes agree-with-the-owner smaller-epsilon(0.5)",
        ],
    ),
    (
        "the epsilon is left to the agreement",
        |world| {
            world.terms().access.at_most = AccessForm::PrivateAggregate;
            world.terms().access.epsilon = Some(0.5);
            world.question.access = AccessForm::PrivateAggregate;
        },
        &["granted-with-conditions granted-by-agreement", "binds epsilon(0.5)"],
    ),
    (
        "severe data is not downloaded under an agreement that does not name it",
        |world| world.record.terms.sensitivity = Sensitivity::Severe,
        &[
            "alternative severe-not-downloaded health",
            "also not-in-audience not-available",
            "offers enclave federated-query",
            "changes agree-with-the-owner choose-form(enclave federated-query)",
        ],
    ),
    (
        "severe data is downloaded under an agreement of its owner that names it",
        |world| {
            world.record.terms.sensitivity = Sensitivity::Severe;
            world.terms().covers.most_sensitive = Some(Sensitivity::Severe);
        },
        &["granted granted-by-agreement"],
    ),
    (
        "a steward cannot name severe data in place of the owner",
        |world| {
            world.record.terms.sensitivity = Sensitivity::Severe;
            world.terms().covers.most_sensitive = Some(Sensitivity::Severe);
            world.terms().parties[0] = Party::steward("cell", "nmaa");
            world.record.steward = Some(organisation("cell"));
        },
        &[
            "alternative severe-not-downloaded health",
            "also not-in-audience not-available",
            "offers enclave federated-query",
            "changes agree-with-the-owner choose-form(enclave federated-query)",
        ],
    ),
    // Which fields.
    (
        "a field of victims that the agreement names is not granted",
        |world| {
            world.record.fields.push(victim_name());
            world.terms().fields.names = texts(&["status", "vi_name"]);
            world.question.fields = texts(&["vi_name"]);
        },
        &[
            "denied severe-field(vi_name) health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner leave-fields-out(vi_name)",
        ],
    ),
    (
        "a field of victims is left out of the whole record",
        |world| world.record.fields.push(victim_name()),
        &["granted-with-conditions granted-by-agreement of status outline", "binds fields-left-out"],
    ),
    (
        "a field of victims that the asker cannot know of is told like one that is not there",
        |world| {
            world.record.fields.push(victim_name());
            world.question.fields = texts(&["status", "vi_name"]);
        },
        &[
            "granted-with-conditions granted-by-agreement of status",
            "also field-not-covered(vi_name)",
            "binds fields-left-out",
            "changes leave-fields-out(vi_name)",
        ],
    ),
    (
        "a field that is not there",
        |world| world.question.fields = texts(&["status", "vi_name"]),
        &[
            "granted-with-conditions granted-by-agreement of status",
            "also field-not-covered(vi_name)",
            "binds fields-left-out",
            "changes leave-fields-out(vi_name)",
        ],
    ),
    (
        "an agreement that names fields covers only those",
        |world| world.terms().fields.names = texts(&["status"]),
        &["granted-with-conditions granted-by-agreement of status", "binds fields-left-out"],
    ),
    (
        "an agreement covers fields up to a level",
        |world| world.terms().fields.at_most = Some(Sensitivity::Moderate),
        &["granted-with-conditions granted-by-agreement of status", "binds fields-left-out"],
    ),
    (
        "a closed field is left out where it is not named",
        |world| world.record.fields[1].sharing = Some(Sharing::Closed),
        &["granted-with-conditions granted-by-agreement of status", "binds fields-left-out"],
    ),
    (
        "of sensitive data whose fields nobody wrote down those about victims are left out",
        |world| world.record.fields.clear(),
        &["granted-with-conditions granted-by-agreement", "binds fields-left-out"],
    ),
    (
        "what the agreement obliges to binds",
        |world| world.terms().obligations = vec![Obligation::of_days(ObligationKind::Retention, 90)],
        &["granted-with-conditions granted-by-agreement", "binds retention"],
    ),
];

/// Cases that differ from one in which the terms of the record share it with everyone.
const BY_TERMS: &[Row] = &[
    ("as it is", |_| {}, &["granted shared-with-everyone"]),
    (
        "the owner asks for its own data, contested and closed",
        |world| {
            world.viewer = member("nmaa", &[]);
            world.record.terms.sharing = Sharing::Closed;
            world.record.terms.access_method = AccessMethod::None;
            world.record.social_licence = social_licence(SocialLicenceStatus::Contested);
            world.refusals = vec![refusal()];
        },
        &["granted asker-is-owner"],
    ),
    (
        "public data that people contest stays public",
        |world| world.record.social_licence = social_licence(SocialLicenceStatus::Contested),
        &["granted shared-with-everyone"],
    ),
    (
        "public data that is not to be shared",
        |world| world.refusals = vec![refusal()],
        &["denied not-to-be-shared", "changes lift-the-refusal"],
    ),
    (
        "the audience of a restricted record",
        |world| {
            world.record.terms.sharing = Sharing::Restricted;
            world.record.terms.audience_groups = texts(&["cluster:HEA"]);
            world.viewer = member("clinic", &["cluster:HEA"]);
        },
        &["granted shared-with-audience"],
    ),
    (
        "the audience asks for somebody of whom no more than the name is known",
        |world| {
            world.record.terms.sharing = Sharing::Restricted;
            world.record.terms.audience_groups = texts(&["cluster:HEA"]);
            world.viewer = member("clinic", &["cluster:HEA"]);
            world.question.recipient = Some("hospital".to_owned());
        },
        &["ask recipient-not-in-audience", "also owner-decides", "changes ask-the-owner agree-with-the-owner"],
    ),
    (
        "the audience asks for another organisation of the audience",
        |world| {
            world.record.terms.sharing = Sharing::Restricted;
            world.record.terms.audience_organisations = texts(&["clinic", "hospital"]);
            world.viewer = member("clinic", &[]);
            world.question.recipient = Some("hospital".to_owned());
        },
        &["granted shared-with-audience"],
    ),
    (
        "on request",
        |world| world.record.terms.access_method = AccessMethod::OnRequest,
        &["ask owner-decides", "changes ask-the-owner"],
    ),
    (
        "under a licence",
        |world| world.record.terms.access_method = AccessMethod::Licensed,
        &["ask licence-needed", "changes ask-the-owner"],
    ),
    (
        "not available",
        |world| world.record.terms.access_method = AccessMethod::None,
        &["denied not-available", "changes agree-with-the-owner"],
    ),
    (
        "aggregates only",
        |world| world.record.terms.access_method = AccessMethod::AggregateOnly,
        &[
            "alternative other-form-only",
            "offers aggregate private-aggregate",
            "changes choose-form(aggregate private-aggregate)",
        ],
    ),
    (
        "aggregates only, and aggregates are asked for",
        |world| {
            world.record.terms.access_method = AccessMethod::AggregateOnly;
            world.question.access = AccessForm::Aggregate;
        },
        &["granted shared-with-everyone"],
    ),
    (
        "public data that may not leave",
        |world| world.record.terms.transfer = Some(Transfer::None),
        &[
            "alternative no-transfer",
            "offers enclave federated-query aggregate private-aggregate",
            "changes choose-form(enclave federated-query aggregate private-aggregate)",
        ],
    ),
    (
        "public data of a region, and where it would be stored is not stated",
        |world| {
            world.record.terms.transfer = Some(Transfer::RegionBound);
            world.record.terms.jurisdictions = texts(&["YEM"]);
        },
        &[
            "alternative storage-not-stated",
            "offers enclave federated-query aggregate private-aggregate",
            "changes state-storage(YEM)",
        ],
    ),
    (
        "public data of a region, stored in it",
        |world| {
            world.record.terms.transfer = Some(Transfer::RegionBound);
            world.record.terms.jurisdictions = texts(&["YEM"]);
            world.question.storage = texts(&["YEM"]);
        },
        &["granted shared-with-everyone"],
    ),
    (
        "a query that takes the data away is no way around",
        |world| {
            world.record.terms.access_method = AccessMethod::FederatedQuery;
            world.record.terms.transfer = Some(Transfer::None);
            world.question.access = AccessForm::FederatedQuery;
            world.question.transfer = true;
        },
        &["ask no-transfer", "also owner-decides", "changes ask-the-owner choose-form"],
    ),
    (
        "severe data is not downloaded by a whole community",
        |world| {
            world.record.terms.sensitivity = Sensitivity::Severe;
            world.record.terms.sharing = Sharing::Community;
            world.record.terms.listing = Listing::Stub;
            world.viewer = member("clinic", &[]);
        },
        &[
            "alternative severe-not-downloaded",
            "offers enclave federated-query aggregate private-aggregate",
            "changes choose-form(enclave federated-query aggregate private-aggregate)",
        ],
    ),
    (
        "severe data is downloaded by its named audience, without the fields of victims",
        |world| {
            world.record.terms.sensitivity = Sensitivity::Severe;
            world.record.terms.sharing = Sharing::Restricted;
            world.record.terms.listing = Listing::Stub;
            world.record.terms.audience_organisations = texts(&["clinic"]);
            world.record.fields.push(victim_name());
            world.viewer = member("clinic", &[]);
        },
        &["granted-with-conditions shared-with-audience of status", "binds fields-left-out"],
    ),
    (
        "a restricted field of a public record is left out",
        |world| world.record.fields.push(Field { sharing: Some(Sharing::Restricted), ..victim_name() }),
        &["granted-with-conditions shared-with-everyone of status", "binds fields-left-out"],
    ),
    (
        "nothing of a public record but restricted fields",
        |world| world.record.fields[0].sharing = Some(Sharing::Restricted),
        &["ask field-not-covered", "also owner-decides", "changes ask-the-owner leave-fields-out"],
    ),
    (
        "an agreement grants as well: the terms stand first",
        |world| {
            world.agreements = granted().agreements;
            world.viewer = member("clinic", &["cluster:HEA"]);
        },
        &["granted shared-with-everyone"],
    ),
];

/// Counts by district, none below ten.
const DISTRICTS: AggregateLimits = AggregateLimits { finest_admin_level: 2, minimum_cell_size: 10 };

fn victim_name() -> Field {
    Field {
        name: "vi_name".to_owned(),
        sensitivity: Some(Sensitivity::Severe),
        sharing: Some(Sharing::Closed),
        ..Field::default()
    }
}

/// A decision as the table writes it.
fn written(decision: &Decision) -> Vec<String> {
    let with = |code: &str, values: &[String]| {
        if values.is_empty() { code.to_owned() } else { format!("{code}({})", values.join(" ")) }
    };
    let decided = decision.reasons.iter().find(|reason| {
        reason.rule == decision.rule && (decision.outcome.is_grant() || reason.agreement == decision.agreement)
    });
    let mut first = format!("{} ", decision.outcome.code());
    first.push_str(&with(decision.rule.code(), decided.map_or(&[], |reason| &reason.values)));
    if let (false, Some(agreement)) = (decision.outcome.is_grant(), &decision.agreement) {
        assert_eq!(agreement.version, 3);
        first.push_str(&format!(" {}", agreement.id));
    }
    if let Some(fields) = &decision.fields
        && decision.conditions.iter().any(|condition| condition.code == ConditionCode::FieldsLeftOut)
    {
        first.push_str(&format!(" of {}", fields.join(" ")));
    }
    let others: Vec<String> = decision
        .reasons
        .iter()
        .filter(|reason| reason.rule != decision.rule)
        .map(|reason| with(reason.rule.code(), &reason.values))
        .collect();
    let conditions = decision.conditions.iter().map(|condition| with(condition.code.code(), &condition.values));
    let obligations = decision.obligations.iter().map(|obligation| obligation.kind.code().to_owned());
    let binding: Vec<String> = conditions.chain(obligations).collect();
    let offered: Vec<String> = decision.alternatives.iter().map(|one| one.access.code().to_owned()).collect();
    let changes: Vec<String> = decision.changes.iter().map(|one| with(one.code.code(), &one.values)).collect();
    let parts = [("also", others), ("binds", binding), ("offers", offered), ("changes", changes)];
    let parts = parts.into_iter().filter(|(_, entries)| !entries.is_empty());
    std::iter::once(first).chain(parts.map(|(name, entries)| format!("{name} {}", entries.join(" ")))).collect()
}

/// Every case of the tables with its decision.
fn cases() -> impl Iterator<Item = (&'static str, Decision, &'static [&'static str])> {
    let of = |rows: &'static [Row], base: fn() -> World| {
        rows.iter().map(move |(what, change, expected)| {
            let decision = base().with(change).decide();
            (*what, decision.unwrap_or_else(|| panic!("{what}: the record is not known to the asker")), *expected)
        })
    };
    of(BY_AGREEMENT, granted).chain(of(BY_TERMS, open))
}

#[test]
fn each_case_is_decided_as_the_table_says() {
    let wrong: Vec<String> = cases()
        .filter(|(_, decision, expected)| written(decision) != *expected)
        .map(|(what, decision, expected)| {
            format!("{what}\n  is       {:?}\n  expected {expected:?}", written(&decision))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_of_rules_remedies_conditions_and_outcomes_occurs_in_the_table() {
    let mut rules = BTreeSet::new();
    let mut remedies = BTreeSet::new();
    let mut conditions = BTreeSet::new();
    let mut outcomes = BTreeSet::new();
    for (_, decision, _) in cases() {
        rules.extend(decision.reasons.iter().map(|reason| reason.rule));
        remedies.extend(decision.changes.iter().map(|change| change.code));
        conditions.extend(decision.conditions.iter().map(|condition| condition.code));
        outcomes.insert(decision.outcome);
    }
    assert_eq!(rules, Rule::ALL.iter().copied().collect());
    assert_eq!(remedies, Remedy::ALL.iter().copied().collect());
    assert_eq!(conditions, ConditionCode::ALL.iter().copied().collect());
    assert_eq!(outcomes, Outcome::ALL.iter().copied().collect());
}

#[test]
fn a_decision_is_written_as_json_with_stable_codes_and_read_back() {
    let world = granted().with(|world| {
        world.terms().trigger = when_yemen_is_in_crisis();
        world.crises = vec![crisis()];
        world.terms().access.at_most = AccessForm::Aggregate;
        world.terms().access.aggregate = Some(DISTRICTS);
        world.question.access = AccessForm::Aggregate;
    });
    let decision = world.decide();
    let json = serde_json::json!({
        "outcome": "granted-with-conditions",
        "rule": "granted-by-agreement",
        "agreement": {"id": "health", "version": 3},
        "crisis": "EQ-2026-000053-YEM",
        "access": "aggregate",
        "purposes": ["public-health"],
        "reasons": [{
            "rule": "granted-by-agreement",
            "message": "An agreement grants it.",
            "agreement": {"id": "health", "version": 3},
        }],
        "conditions": [
            {
                "code": "finest-places",
                "message": "Counts are told by this administrative level or a coarser one.",
                "values": ["2"],
            },
            {"code": "small-cells", "message": "Counts below this number are suppressed.", "values": ["10"]},
        ],
        "until": "2026-08-20T00:00:00Z",
    });
    assert_eq!(
        decision.as_ref().map(|decision| serde_json::to_value(decision).unwrap_or_default()),
        Some(json.clone())
    );
    assert_eq!(serde_json::from_value::<Decision>(json).ok(), decision);
}

#[test]
fn a_grant_ends_with_the_first_of_all_that_ends_it() {
    let until = |change: fn(&mut World)| granted().with(change).decide().and_then(|decision| decision.until);
    assert_eq!(until(|_| {}), Some(time("2027-01-01T00:00:00Z")));
    assert_eq!(until(|world| world.terms().validity.until = None), None);
    let in_crisis: fn(&mut World) = |world| {
        world.terms().trigger = when_yemen_is_in_crisis();
        world.crises = vec![crisis()];
    };
    assert_eq!(until(in_crisis), Some(time("2026-08-20T00:00:00Z")));
    assert_eq!(
        until(|world| world.question.period = Some(period("2026-06-01T00:00:00Z", Some("2026-07-01T00:00:00Z")))),
        Some(time("2026-07-01T00:00:00Z"))
    );
    let licence: fn(&mut World) = |world| {
        let mut licence = social_licence(SocialLicenceStatus::Granted);
        if let Some(licence) = &mut licence {
            licence.expires = PartialDate::from_month(2026, 6);
        }
        world.record.social_licence = licence;
    };
    assert_eq!(until(licence), Some(time("2026-07-01T00:00:00Z")));
    let refused: fn(&mut World) = |world| {
        world.refusals = vec![refusal()];
        world.refusals[0].statement.period = period("2026-06-02T00:00:00Z", None);
    };
    assert_eq!(until(refused), Some(time("2026-06-02T00:00:00Z")));
}

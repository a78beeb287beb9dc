//! What the terms of the record share.

use cairn_model::agreement::AccessForm;
use cairn_model::{AccessMethod, Field, Listing, Sensitivity, Sharing, SocialLicenceStatus, Transfer};

use super::{Row, victim_name};
use crate::samples::{granted, granted_by_hand, member, refusal, social_licence, texts};

pub(super) const CASES: &[Row] = &[
    ("as it is", |_| {}, &["granted shared-with-everyone"]),
    (
        "the owner asks for its own data, contested and closed",
        |world| {
            world.viewer = member("nmaa", &[]);
            world.record.terms.sharing = Sharing::Closed;
            world.record.terms.access_method = AccessMethod::None;
            world.record.social_licence = Some(social_licence(SocialLicenceStatus::Contested));
            world.refusals = vec![refusal()];
        },
        &["granted asker-is-owner"],
    ),
    (
        "public data that people contest stays public",
        |world| world.record.social_licence = Some(social_licence(SocialLicenceStatus::Contested)),
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
    (
        "the owner granted it by hand, on a condition",
        |world| {
            world.viewer = member("clinic", &[]);
            world.record.terms.sharing = Sharing::Organisation;
            world.grants = vec![granted_by_hand(&world.record, "clinic", &world.question, None)];
            world.grants[0].conditions = texts(&["Delete it afterwards."]);
        },
        &["granted-with-conditions granted-by-owner", "binds owner-condition(Delete it afterwards.)"],
    ),
    (
        "a serious concern about public data waits to be looked at",
        |world| world.suspended = vec![world.record.id],
        &["denied concern-raised", "changes await-the-outcome"],
    ),
    (
        "its owner has it meanwhile",
        |world| {
            world.viewer = member("nmaa", &[]);
            world.suspended = vec![world.record.id];
        },
        &["granted asker-is-owner"],
    ),
];

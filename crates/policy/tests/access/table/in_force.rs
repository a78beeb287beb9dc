//! When an agreement counts: its validity, its framework, its crisis, and what people agreed to.

use cairn_model::agreement::{AgreementStatus, FrameworkStage};
use cairn_model::{AccessMethod, PartialDate, SocialLicence, SocialLicenceStatus};

use super::Row;
use crate::samples::{crisis, framework, reference, social_licence, texts, time, when_yemen_is_in_crisis};

pub(super) const CASES: &[Row] = &[
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
    (
        "people contest the use",
        |world| world.record.social_licence = Some(social_licence(SocialLicenceStatus::Contested)),
        &[
            "denied social-licence-contested health",
            "also not-in-audience not-available",
            "changes agree-with-the-owner renew-social-licence",
        ],
    ),
    (
        "people agreed until yesterday",
        |world| {
            world.record.social_licence = Some(SocialLicence {
                expires: PartialDate::from_day(2026, 5, 31),
                ..social_licence(SocialLicenceStatus::Granted)
            });
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
            world.record.social_licence = Some(SocialLicence {
                expires: PartialDate::from_day(2026, 6, 1),
                conditions: texts(&["no names of villages"]),
                ..social_licence(SocialLicenceStatus::Conditional)
            });
        },
        &["granted-with-conditions granted-by-agreement", "binds social-licence(no names of villages)"],
    ),
];

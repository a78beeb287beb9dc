//! What denies, whatever an agreement grants.

use cairn_model::agreement::{Agreement, AgreementStatus};
use cairn_model::{QuarantineReason, SocialLicenceStatus, Transfer};
use cairn_policy::Viewer;

use super::Row;
use crate::samples::{member, refusal, social_licence, texts, time};

pub(super) const CASES: &[Row] = &[
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
        |world| world.record.social_licence = Some(social_licence(SocialLicenceStatus::Withdrawn)),
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
            world.record.social_licence = Some(social_licence(SocialLicenceStatus::Withdrawn));
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
            let mut other = Agreement { id: "research".to_owned(), ..world.agreements[0].clone() };
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
            let mut other = Agreement { id: "research".to_owned(), ..world.agreements[0].clone() };
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
            world.record.social_licence = Some(social_licence(SocialLicenceStatus::Withdrawn));
            world.viewer = member("stranger", &[]);
        },
        &["denied held-back", "changes ask-the-owner"],
    ),
];

//! Who receives under an agreement, and for what.

use cairn_model::agreement::{Party, PartyRole};

use super::Row;
use crate::samples::{member, period, texts};

pub(super) const CASES: &[Row] = &[
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
];

//! Which fields an agreement gives, and what it obliges to.

use cairn_model::agreement::{Obligation, ObligationKind};
use cairn_model::{Sensitivity, Sharing};

use super::{Row, victim_name};
use crate::samples::texts;

pub(super) const CASES: &[Row] = &[
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

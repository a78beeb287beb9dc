//! Where the data may go under an agreement.

use cairn_model::Transfer;
use cairn_model::agreement::AccessForm;

use super::{DISTRICTS, Row};
use crate::samples::texts;

pub(super) const CASES: &[Row] = &[
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
];

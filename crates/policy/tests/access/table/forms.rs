//! In which form an agreement gives the data.

use cairn_model::Sensitivity;
use cairn_model::agreement::{AccessForm, Party};

use super::{DISTRICTS, Row};
use crate::samples::organisation;

pub(super) const CASES: &[Row] = &[
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
];

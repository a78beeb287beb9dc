//! Which records an agreement covers, and for whom.

use cairn_model::AccessMethod;
use cairn_model::agreement::{AgreementStatus, Party, PartyRole};

use super::Row;
use crate::samples::{member, organisation, texts};

pub(super) const CASES: &[Row] = &[
    ("as it is", |_| {}, &["granted granted-by-agreement"]),
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
];

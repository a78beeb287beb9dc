//! Random records, askers, questions and agreements.

use cairn_model::agreement::{
    AccessForm, AccessGrant, AccessQuestion, AggregateLimits, Agreement, AgreementStatus, FrameworkStage, Party,
    PartyRole, Period, Trigger,
};
use cairn_model::{
    AccessMethod, Dataset, Field, Listing, PartialDate, Sensitivity, Sharing, SocialLicenceStatus, Transfer,
};
use cairn_policy::Viewer;
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::samples::{
    World, agreement, crisis, framework, granted, granted_by_hand, member, record, reference, refusal, social_licence,
    texts, time, when_yemen_is_in_crisis,
};

const PURPOSES: &[&str] = &["public-health", "disease-surveillance", "mine-action", "accountability"];
const COUNTRIES: &[&str] = &["YEM", "CHE", "USA"];
pub(crate) const SAFEGUARDS: &[&str] = &["encryption-at-rest", "access-log"];
const TIMES: &[&str] = &[
    "2025-12-31T00:00:00Z",
    "2026-01-01T00:00:00Z",
    "2026-05-20T00:00:00Z",
    "2026-06-01T12:00:00Z",
    "2026-08-20T00:00:00Z",
    "2027-01-01T00:00:00Z",
];

fn some_of(all: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    subsequence(all, 0..=all.len()).prop_map(|some| texts(&some))
}

fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    select(all)
}

fn instant() -> impl Strategy<Value = Timestamp> {
    one_of(TIMES).prop_map(time)
}

fn periods() -> impl Strategy<Value = Period> {
    (instant(), option::of(instant())).prop_map(|(from, until)| Period { from, until })
}

fn viewers() -> impl Strategy<Value = Viewer> {
    select(vec![
        Viewer::anonymous(),
        Viewer::operator(),
        member("nmaa", &[]),
        member("clinic", &["cluster:HEA"]),
        member("broker", &[]),
        member("hospital", &["cluster:HEA"]),
        member("stranger", &[]),
    ])
}

pub(crate) fn records() -> impl Strategy<Value = Dataset> {
    let levels = (
        one_of(Sensitivity::ALL),
        one_of(Sharing::ALL),
        one_of(AccessMethod::ALL),
        one_of(&[Listing::Full, Listing::Stub, Listing::Stub, Listing::Hidden]),
        option::of(one_of(Transfer::ALL)),
    );
    let others = (
        some_of(&["YEM", "CHE"]),
        option::of(one_of(SocialLicenceStatus::ALL)),
        option::of(select(vec![PartialDate::from_day(2026, 5, 31), PartialDate::from_month(2026, 6)])),
        option::of((option::of(one_of(Sharing::ALL)), option::of(one_of(Sensitivity::ALL)))),
        prop::bool::weighted(0.1),
        some_of(&["YEM", "OMN"]),
    );
    (levels, others).prop_map(|(levels, others)| {
        let mut record = record();
        let terms = &mut record.terms;
        (terms.sensitivity, terms.sharing, terms.access_method, terms.listing, terms.transfer) = levels;
        terms.audience_groups = texts(&["cluster:HEA"]);
        let (jurisdictions, licence, expires, field, attribution_hidden, countries) = others;
        terms.jurisdictions = jurisdictions;
        terms.attribution_hidden = attribution_hidden;
        record.countries = countries;
        record.social_licence = licence.map(social_licence);
        if let (Some(licence), Some(expires)) = (&mut record.social_licence, expires) {
            licence.expires = expires;
        }
        if let Some((sharing, sensitivity)) = field {
            record.fields.push(Field { name: "vi_name".to_owned(), sharing, sensitivity, ..Field::default() });
        }
        record
    })
}

fn parties() -> impl Strategy<Value = Vec<Party>> {
    let all = vec![
        Party::organisation("nmaa", PartyRole::Provider),
        Party::organisation("other", PartyRole::Provider),
        Party::steward("cell", "nmaa"),
        Party::group("cluster:HEA", PartyRole::User),
        Party::group("cluster:HEA", PartyRole::Intermediary),
        Party::organisation("broker", PartyRole::Intermediary),
        Party::organisation("hospital", PartyRole::User),
        Party::organisation("broker", PartyRole::User),
    ];
    (prop::bool::weighted(0.8), subsequence(all, 1..=5)).prop_map(|(is_by_owner, mut parties)| {
        if is_by_owner {
            parties.push(Party::organisation("nmaa", PartyRole::Provider));
        }
        parties
    })
}

pub(crate) fn agreements() -> impl Strategy<Value = Vec<Agreement>> {
    let access = (
        one_of(AccessForm::ALL),
        option::of(
            (0_u8..=3).prop_map(|finest_admin_level| AggregateLimits { finest_admin_level, minimum_cell_size: 5 }),
        ),
        option::of(select(vec![0.5, 1.0])),
    );
    let limits = (
        some_of(&["public-health", "mine-action"]),
        subsequence(vec!["accountability", "disease-surveillance"], 0..=1),
        access,
        one_of(&[Transfer::Allowed, Transfer::Allowed, Transfer::RegionBound, Transfer::None]),
        subsequence(COUNTRIES, 0..=2),
        subsequence(SAFEGUARDS, 0..=1),
    );
    let hinges = (
        one_of(&[
            AgreementStatus::Active,
            AgreementStatus::Active,
            AgreementStatus::Active,
            AgreementStatus::Suspended,
        ]),
        periods(),
        select(vec![Trigger::always(), when_yemen_is_in_crisis()]),
        prop::bool::weighted(0.2),
        option::of(one_of(&[Sensitivity::High, Sensitivity::Severe])),
    );
    vec((parties(), limits, hinges), 0..4).prop_map(|all| {
        let one = |(number, (parties, limits, hinges)): (usize, _)| {
            let mut one = Agreement { id: format!("agreement-{number}"), ..agreement() };
            let (purposes, prohibited, access, transfer, jurisdictions, safeguards): (
                _,
                Vec<&str>,
                _,
                _,
                Vec<&str>,
                Vec<&str>,
            ) = limits;
            one.terms.parties = parties;
            one.terms.purposes = purposes;
            one.terms.prohibited_purposes = texts(&prohibited);
            let (at_most, aggregate, epsilon) = access;
            one.terms.access = AccessGrant { at_most, aggregate, epsilon };
            one.terms.transfer = transfer;
            one.terms.jurisdictions = texts(&jurisdictions);
            one.terms.safeguards = texts(&safeguards);
            let (status, validity, trigger, has_framework, most_sensitive): (_, _, _, bool, _) = hinges;
            one.status = status;
            one.terms.validity = validity;
            one.terms.trigger = trigger;
            one.terms.framework = has_framework.then(reference);
            one.terms.covers.most_sensitive = most_sensitive;
            one
        };
        all.into_iter().enumerate().map(one).collect()
    })
}

fn questions() -> impl Strategy<Value = AccessQuestion> {
    let stated = (
        one_of(AccessForm::ALL),
        some_of(PURPOSES),
        some_of(&["status", "outline", "vi_name", "nothing"]),
        option::of(0_u8..=4),
        option::of(select(vec![0.5, 1.0, 2.0])),
        some_of(COUNTRIES),
    );
    let others = (
        prop::bool::weighted(0.2),
        some_of(SAFEGUARDS),
        option::weighted(0.2, periods()),
        option::weighted(0.3, select(vec!["hospital", "nmaa", "stranger"])),
        option::weighted(0.2, one_of(PartyRole::ALL)),
    );
    (stated, others).prop_map(|(stated, others)| {
        let (access, purposes, fields, admin_level, epsilon, storage) = stated;
        let (transfer, safeguards, period, recipient, role) = others;
        AccessQuestion {
            access,
            purposes,
            fields,
            admin_level,
            epsilon,
            storage,
            transfer,
            safeguards,
            period,
            recipient: recipient.map(str::to_owned),
            role,
            glide: None,
        }
    })
}

pub(crate) fn worlds() -> impl Strategy<Value = World> {
    let grounds = (
        agreements(),
        option::of(one_of(FrameworkStage::ALL)),
        (any::<bool>(), option::of(instant())),
        option::weighted(0.2, periods()),
        option::weighted(0.2, option::of(instant())),
        prop::bool::weighted(0.1),
    );
    (records(), viewers(), questions(), grounds, instant()).prop_map(|(record, viewer, question, grounds, at)| {
        let (agreements, stage, (is_crisis, lifted), refused, granted, is_suspended) = grounds;
        let mut crises = Vec::new();
        if is_crisis {
            crises.push(crisis());
            crises[0].lifted = lifted;
        }
        let mut refusals = Vec::new();
        if let Some(period) = refused {
            refusals.push(refusal());
            refusals[0].statement.period = period;
        }
        let frameworks = stage.map(framework).into_iter().collect();
        let suspended = if is_suspended { vec![record.id] } else { Vec::new() };
        let asker = viewer.organisation().unwrap_or_default().to_owned();
        let grants = granted.map(|until| granted_by_hand(&record, &asker, &question, until)).into_iter().collect();
        World { record, viewer, question, agreements, frameworks, crises, refusals, grants, suspended, at }
    })
}

/// A world in which an agreement mostly grants: so that what takes a grant away is seen to do so.
fn friendly_worlds() -> impl Strategy<Value = World> {
    (
        worlds(),
        option::of(select(vec![when_yemen_is_in_crisis(), Trigger::always()])),
        option::weighted(0.3, one_of(PURPOSES)),
    )
        .prop_map(|(world, trigger, purpose)| {
            let base = granted();
            World {
                record: Dataset { social_licence: world.record.social_licence.clone(), ..base.record },
                question: AccessQuestion { access: world.question.access, ..base.question },
                viewer: base.viewer,
                agreements: base.agreements.into_iter().chain(world.agreements.clone()).collect(),
                crises: vec![crisis()],
                at: base.at,
                ..world
            }
            .with(|world| {
                if let Some(purpose) = purpose {
                    world.question.purposes = texts(&[purpose]);
                }
                if let Some(trigger) = trigger {
                    world.terms().trigger = trigger;
                }
            })
        })
}

pub(crate) fn any_world() -> impl Strategy<Value = World> {
    prop_oneof![worlds(), friendly_worlds()]
}

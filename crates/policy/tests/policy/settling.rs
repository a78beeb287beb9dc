//! From what a source states to terms that hold.

use cairn_model::{AccessMethod, Classification, Field, Listing, Sensitivity, Sharing, StatedTerms, Terms, Transfer};
use cairn_policy::{Openness, SourceTerms, broken_rules, settle, settle_fields};
use proptest::prelude::*;
use proptest::sample::select;

use crate::samples::open;

fn openly() -> StatedTerms {
    StatedTerms { listed_openly: true, ..StatedTerms::default() }
}

/// The configuration of a source that opens whatever it may.
fn generous() -> SourceTerms {
    SourceTerms {
        sensitivity: Some(Sensitivity::Low),
        sharing: Some(Sharing::Public),
        access_method: Some(AccessMethod::Download),
        listing: Some(Listing::Full),
        ..SourceTerms::default()
    }
}

fn axes(
    stated: &StatedTerms,
    source: &SourceTerms,
    openness: Openness,
) -> (Sensitivity, Sharing, AccessMethod, Listing) {
    let terms = settle(stated, source, openness).terms;
    (terms.sensitivity, terms.sharing, terms.access_method, terms.listing)
}

#[test]
fn a_configuration_may_list_less_than_a_portal_shows() {
    for listing in [Listing::Stub, Listing::Hidden] {
        let source = SourceTerms { listing: Some(listing), ..generous() };
        assert_eq!(axes(&openly(), &source, Openness::Portal).3, listing);
    }
    assert_eq!(axes(&openly(), &generous(), Openness::Portal).3, Listing::Full);
    assert_eq!(axes(&openly(), &SourceTerms::default(), Openness::Portal).3, Listing::Full);
}

#[test]
fn silence_is_closed_but_for_what_a_portal_shows_to_everyone() {
    let nothing = StatedTerms::default();
    let closed = |sensitivity| (sensitivity, Sharing::Closed, AccessMethod::None, Listing::Hidden);
    let none = SourceTerms::default();
    assert_eq!(axes(&nothing, &none, Openness::Inventory), closed(Sensitivity::Unknown));
    assert_eq!(axes(&nothing, &none, Openness::Imsma), closed(Sensitivity::High));
    let open = (Sensitivity::Unknown, Sharing::Public, AccessMethod::Download, Listing::Full);
    assert_eq!(axes(&openly(), &none, Openness::Portal), open);
}

#[test]
fn access_flags_of_a_portal_never_hide_what_it_shows() {
    for sharing in Sharing::ALL {
        for sensitivity in [None, Some(Sensitivity::High), Some(Sensitivity::Unknown)] {
            let stated = StatedTerms { sharing: Some(*sharing), sensitivity, ..openly() };
            let settled = settle(&stated, &SourceTerms::default(), Openness::Portal);
            assert_eq!((settled.terms.listing, settled.quarantine), (Listing::Full, Vec::new()), "{sharing}");
        }
    }
}

#[test]
fn a_default_does_not_open_what_is_stated_to_be_sensitive() {
    let stated = [
        StatedTerms { sensitivity: Some(Sensitivity::High), ..StatedTerms::default() },
        StatedTerms { sensitivity: Some(Sensitivity::Severe), ..StatedTerms::default() },
        StatedTerms { sensitivity: Some(Sensitivity::Unknown), ..StatedTerms::default() },
        StatedTerms { classification: Some(Classification::Confidential), ..StatedTerms::default() },
        StatedTerms { classification: Some(Classification::StrictlyConfidential), ..StatedTerms::default() },
    ];
    for stated in stated {
        for openness in [Openness::Portal, Openness::Inventory, Openness::Imsma] {
            let terms = settle(&stated, &generous(), openness).terms;
            assert_eq!(
                (terms.sharing, terms.access_method, terms.listing),
                (Sharing::Organisation, AccessMethod::OnRequest, Listing::Hidden),
                "{stated:?} {openness:?}"
            );
        }
    }
}

#[test]
fn a_stub_of_a_high_record_needs_somebody_who_agreed() {
    let listing = |stated: Option<Listing>, agreed: bool| {
        let stated = StatedTerms {
            sensitivity: Some(Sensitivity::High),
            sharing: Some(Sharing::Restricted),
            listing: stated,
            audience_groups: vec!["taskforce".to_owned()],
            ..StatedTerms::default()
        };
        let source = SourceTerms { listing: Some(Listing::Stub), listing_agreed: agreed, ..SourceTerms::default() };
        settle(&stated, &source, Openness::Inventory).terms.listing
    };
    assert_eq!(listing(None, false), Listing::Hidden);
    assert_eq!(listing(None, true), Listing::Stub);
    assert_eq!(listing(Some(Listing::Stub), false), Listing::Stub);
}

#[test]
fn a_stub_of_a_record_that_is_stated_severe_needs_the_word_of_its_owner_and_no_default() {
    let listed = |stated: Option<Listing>, default: Listing| {
        let stated = StatedTerms {
            sensitivity: Some(Sensitivity::Severe),
            sharing: Some(Sharing::Closed),
            listing: stated,
            ..StatedTerms::default()
        };
        let source = SourceTerms { listing: Some(default), listing_agreed: true, ..SourceTerms::default() };
        let settled = settle(&stated, &source, Openness::Inventory);
        assert_eq!(settled.quarantine, []);
        let codes: Vec<String> = settled.problems.into_iter().map(|problem| problem.code).collect();
        (settled.terms.listing, settled.terms.listing_agreed, codes)
    };
    let not_listed = (Listing::Hidden, false, vec!["default-does-not-list".to_owned()]);
    assert_eq!(listed(None, Listing::Stub), not_listed);
    assert_eq!(listed(None, Listing::Full), not_listed);
    assert_eq!(listed(None, Listing::Hidden), (Listing::Hidden, false, Vec::new()));
    assert_eq!(listed(Some(Listing::Stub), Listing::Hidden), (Listing::Stub, true, Vec::new()));
}

#[test]
fn what_only_closes_holds_where_the_default_of_the_source_is_no_closer() {
    let stated = StatedTerms {
        sharing: Some(Sharing::Restricted),
        sharing_only_closes: true,
        access_method: Some(AccessMethod::OnRequest),
        access_only_closes: true,
        sensitivity: Some(Sensitivity::Unknown),
        ..openly()
    };
    let settled = |sharing, access_method, sensitivity| {
        let source = SourceTerms { sharing, access_method, sensitivity, ..SourceTerms::default() };
        let terms = settle(&stated, &source, Openness::Portal).terms;
        (terms.sharing, terms.access_method, terms.sensitivity)
    };
    let as_stated = (Sharing::Restricted, AccessMethod::OnRequest, Sensitivity::Unknown);
    assert_eq!(settled(None, None, None), as_stated);
    let open = settled(Some(Sharing::Public), Some(AccessMethod::Download), Some(Sensitivity::Low));
    assert_eq!(open, as_stated);
    let close = settled(Some(Sharing::Closed), Some(AccessMethod::Enclave), Some(Sensitivity::Severe));
    assert_eq!(close, (Sharing::Closed, AccessMethod::Enclave, Sensitivity::Severe));
    // No closer than what is handled in the same way.
    assert_eq!(settled(None, None, Some(Sensitivity::High)).2, Sensitivity::Unknown);
    // What an inventory states of access is no silence, which would close all of it.
    let terms = settle(&stated, &SourceTerms::default(), Openness::Inventory).terms;
    assert_eq!((terms.sharing, terms.access_method), (Sharing::Restricted, AccessMethod::OnRequest));
}

#[test]
fn a_sensitive_field_that_says_to_be_open_is_closed_and_reported() {
    let field =
        |name: &str, sensitivity, sharing| Field { name: name.to_owned(), sensitivity, sharing, ..Field::default() };
    let mut fields = [
        field("severe", Some(Sensitivity::Severe), Some(Sharing::Public)),
        field("high", Some(Sensitivity::High), Some(Sharing::Public)),
        field("high and close", Some(Sensitivity::High), Some(Sharing::Organisation)),
        field("moderate", Some(Sensitivity::Moderate), Some(Sharing::Public)),
        field("unstated", Some(Sensitivity::Severe), None),
    ];
    let problems = settle_fields(&mut fields);
    let levels = fields.map(|field| field.sharing);
    assert_eq!(
        levels,
        [Some(Sharing::Closed), Some(Sharing::Restricted), Some(Sharing::Organisation), Some(Sharing::Public), None]
    );
    let told: Vec<(&str, &str)> =
        problems.iter().map(|problem| (problem.code.as_str(), problem.field.as_str())).collect();
    let code = "sensitive-field-is-not-opened";
    assert_eq!(told, [(code, "fields[0].sharing"), (code, "fields[1].sharing")]);
}

#[test]
fn contradictions_are_named_by_the_rule_that_they_break() {
    let open = open();
    let broken = |terms: Terms| broken_rules(&terms).into_iter().map(|reason| reason.rule).collect::<Vec<_>>();
    assert_eq!(broken(open.clone()), Vec::<String>::new());
    assert_eq!(broken(Terms::closed()), Vec::<String>::new());
    assert_eq!(
        broken(Terms { sensitivity: Sensitivity::Severe, ..open.clone() }),
        ["severe-is-never-public", "severe-is-never-listed-in-full"]
    );
    assert_eq!(
        broken(Terms { classification: Some(Classification::Confidential), ..open.clone() }),
        ["classified-is-never-public"]
    );
    let strictly = Some(Classification::StrictlyConfidential);
    assert_eq!(
        broken(Terms { classification: strictly, sharing: Sharing::Community, listing: Listing::Stub, ..open.clone() }),
        ["strictly-confidential-is-for-named-recipients"]
    );
    assert_eq!(
        broken(Terms { classification: strictly, sharing: Sharing::Closed, ..open.clone() }),
        ["strictly-confidential-is-never-listed-in-full"]
    );
    assert_eq!(broken(Terms { transfer: Some(Transfer::None), ..open }), ["no-transfer-no-download"]);
}

fn maybe<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = Option<T>> {
    prop::option::of(select(all))
}

proptest! {
    /// Whatever is stated, and however generous the source: nothing that breaks a rule gets out of quarantine, and an
    /// unstated axis is never more open than the source's own default.
    #[test]
    fn settled_terms_keep_the_rules_or_are_held_back(
        sensitivity in maybe(Sensitivity::ALL),
        sharing in maybe(Sharing::ALL),
        sharing_only_closes in any::<bool>(),
        listing in maybe(Listing::ALL),
        classification in maybe(Classification::ALL),
        transfer in maybe(Transfer::ALL),
        listed_openly in any::<bool>(),
        default_sharing in maybe(Sharing::ALL),
        default_listing in maybe(Listing::ALL),
        openness in select(&[Openness::Portal, Openness::Inventory, Openness::Imsma][..]),
    ) {
        let stated = StatedTerms {
            sensitivity, sharing, sharing_only_closes, listing, classification, transfer, listed_openly,
            ..StatedTerms::default()
        };
        let source = SourceTerms { sharing: default_sharing, listing: default_listing, ..SourceTerms::default() };
        let settled = settle(&stated, &source, openness);
        prop_assert_eq!(&settled.quarantine, &broken_rules(&settled.terms));
        match sharing {
            Some(floor) if sharing_only_closes => {
                prop_assert_eq!(Some(settled.terms.sharing), default_sharing.max(Some(floor)));
            }
            Some(stated) => prop_assert_eq!(settled.terms.sharing, stated),
            None => if let Some(default) = default_sharing { prop_assert!(settled.terms.sharing >= default) },
        }
        let shown = if listed_openly { default_listing.unwrap_or(Listing::Full) } else { listing.or(default_listing).unwrap_or(Listing::Full) };
        prop_assert!(settled.terms.listing >= shown);
        if openness != Openness::Portal && !listed_openly && sharing.is_none() && default_sharing.is_none() {
            prop_assert_eq!(settled.terms.sharing, Sharing::Closed);
        }
    }
}

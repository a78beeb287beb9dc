//! A source can tighten a record's terms by itself; every loosening is held until somebody confirms it by list.

use cairn_model::agreement::AggregateLimits;
use cairn_model::{
    AccessMethod, AggregateBounds, Dataset, DatasetId, Field, Listing, LocalizedText, Organisation, Sensitivity,
    Sharing, SocialLicence, SocialLicenceStatus, Terms, Transfer,
};
use cairn_policy::{Loosening, RenditionLevel, Role, Viewer, best_rendition, tighten, tighten_unknown};
use proptest::prelude::*;

use crate::samples::open;

fn organisation(id: &str) -> Organisation {
    Organisation { id: id.to_owned(), name: id.to_uppercase(), kind: None }
}

fn record(terms: Terms, owner: &str, fields: Vec<Field>) -> Dataset {
    Dataset {
        source: "source".to_owned(),
        source_record_id: "1".to_owned(),
        title: LocalizedText::new("en", "Clinics"),
        owner: Some(organisation(owner)),
        fields,
        terms,
        ..Dataset::empty(DatasetId::new("source", "1"))
    }
}

fn restricted_to(groups: &[&str], organisations: &[&str]) -> Terms {
    Terms {
        sensitivity: Sensitivity::Moderate,
        sharing: Sharing::Restricted,
        access_method: AccessMethod::OnRequest,
        audience_groups: groups.iter().map(|&group| group.to_owned()).collect(),
        audience_organisations: organisations.iter().map(|&id| id.to_owned()).collect(),
        ..Terms::closed()
    }
}

fn held(previous: &Dataset, proposed: Dataset) -> Vec<(String, String)> {
    tighten(previous, proposed, &[]).1.into_iter().map(|one| (one.axis, one.to)).collect()
}

#[test]
fn a_wider_audience_at_the_same_level_waits() {
    let before = record(restricted_to(&["cluster:PRO"], &[]), "a", Vec::new());
    let after = record(restricted_to(&["cluster:PRO", "cluster:HEA"], &["b"]), "a", Vec::new());
    let (result, list) = tighten(&before, after, &[]);
    assert_eq!(result.terms, before.terms);
    let list: Vec<_> = list.into_iter().map(|one| (one.axis, one.to)).collect();
    assert_eq!(list, [("audience".to_owned(), "cluster:HEA".to_owned()), ("audience".to_owned(), "b".to_owned())]);
}

/// Found by the property below: the record is for everyone, and one of its fields is not.
#[test]
fn a_wider_audience_of_a_restricted_field_waits() {
    let field = |sharing| Field { name: "phone".to_owned(), sharing, ..Field::default() };
    let open = |organisations: &[&str]| Terms {
        sharing: Sharing::Public,
        listing: Listing::Full,
        access_method: AccessMethod::OnRequest,
        ..restricted_to(&[], organisations)
    };
    let before = record(open(&[]), "a", vec![field(Some(Sharing::Restricted))]);
    let expected = |also: &[&str]| {
        let mut list = vec![("audience".to_owned(), "b".to_owned())];
        list.splice(0..0, also.iter().map(|to| ("field phone".to_owned(), (*to).to_owned())));
        list
    };
    assert_eq!(held(&before, record(open(&["b"]), "a", vec![field(Some(Sharing::Restricted))])), expected(&[]));
    assert_eq!(held(&before, record(open(&["b"]), "a", vec![field(None)])), expected(&["shared as the record"]));
}

#[test]
fn a_record_that_is_not_for_everyone_does_not_change_hands_by_itself() {
    let closed = || Terms { sharing: Sharing::Organisation, ..Terms::closed() };
    let before = record(closed(), "a", Vec::new());
    assert_eq!(held(&before, record(closed(), "b", Vec::new())), [("owner".to_owned(), "b".to_owned())]);
    let open = || Terms { sharing: Sharing::Public, listing: Listing::Full, ..Terms::closed() };
    assert_eq!(held(&record(open(), "a", Vec::new()), record(open(), "b", Vec::new())), []);
}

#[test]
fn a_record_of_which_nobody_knows_what_held_is_shown_to_its_source_alone_until_all_is_confirmed() {
    let field = Field { name: "phone".to_owned(), ..Field::default() };
    let proposed = record(open(), "a", vec![field]);
    let (result, list) = tighten_unknown(proposed.clone(), Some(&organisation("source")));
    assert_eq!((result.terms.sharing, result.terms.listing), (Sharing::Closed, Listing::Hidden));
    assert_eq!(result.fields[0].sharing, Some(Sharing::Closed));
    assert_eq!(result.owner, Some(organisation("source")));
    for viewer in [Viewer::anonymous(), Viewer::member("a", &[], Role::Reader)] {
        assert!(best_rendition(&result, &viewer).is_none());
    }
    let (confirmed, rest) = tighten(&result, proposed.clone(), &list);
    assert_eq!((confirmed.terms, confirmed.owner, rest), (proposed.terms, proposed.owner, Vec::new()));
}

#[test]
fn a_field_keeps_its_level_and_access_its_method() {
    let field = |sharing| Field { name: "phone".to_owned(), sharing, ..Field::default() };
    let before = record(restricted_to(&[], &["c"]), "a", vec![field(Some(Sharing::Closed))]);
    let terms = Terms { access_method: AccessMethod::Download, ..restricted_to(&[], &["c"]) };
    let after = record(terms, "a", vec![field(None)]);
    let expected = [
        ("access_method".to_owned(), "download".to_owned()),
        ("field phone".to_owned(), "shared as the record".to_owned()),
    ];
    assert_eq!(held(&before, after), expected);
}

#[test]
fn a_field_that_said_nothing_becomes_no_less_sensitive_than_the_record_by_itself() {
    let field = |sensitivity| Field { name: "gps".to_owned(), sensitivity, ..Field::default() };
    let terms = Terms { sensitivity: Sensitivity::High, ..restricted_to(&[], &["c"]) };
    let with = |sensitivity| record(terms.clone(), "a", vec![field(sensitivity)]);
    let waits = |to: &str| vec![("field gps".to_owned(), to.to_owned())];
    for (before, after, list) in [
        (None, Some(Sensitivity::Low), waits("low")),
        (None, Some(Sensitivity::Severe), Vec::new()),
        (Some(Sensitivity::Severe), Some(Sensitivity::High), waits("high")),
        (Some(Sensitivity::Severe), None, waits("as sensitive as the record")),
    ] {
        assert_eq!(held(&with(before), with(after)), list, "{before:?} {after:?}");
    }
}

#[test]
fn confirming_how_a_field_is_shared_confirms_nothing_of_how_sensitive_it_is() {
    let field = |sharing, sensitivity| Field { name: "gps".to_owned(), sharing, sensitivity, ..Field::default() };
    let with = |sharing, sensitivity| record(restricted_to(&[], &["c"]), "a", vec![field(sharing, sensitivity)]);
    let before = with(Some(Sharing::Closed), Some(Sensitivity::Severe));
    let (_, listed) = tighten(&before, with(None, Some(Sensitivity::Severe)), &[]);
    let (result, rest) = tighten(&before, with(None, None), &listed);
    assert_eq!((result.fields[0].sharing, result.fields[0].sensitivity), (None, Some(Sensitivity::Severe)));
    assert_eq!(rest.len(), 1);
}

#[test]
fn a_record_that_all_may_know_of_and_not_have_changes_hands_only_when_that_is_confirmed() {
    let shared = |sharing, owner| {
        record(Terms { sharing, listing: Listing::Full, ..restricted_to(&[], &[]) }, owner, Vec::new())
    };
    let kept_by = |mut dataset: Dataset| {
        dataset.custodian = Some(organisation("friend"));
        dataset
    };
    for sharing in [Sharing::Community, Sharing::Organisation, Sharing::Closed] {
        let before = shared(sharing, "a");
        assert_eq!(held(&before, shared(sharing, "b")), [("owner".to_owned(), "b".to_owned())]);
        assert_eq!(held(&before, kept_by(shared(sharing, "a"))), [("custodian".to_owned(), "friend".to_owned())]);
    }
    assert_eq!(held(&shared(Sharing::Public, "a"), shared(Sharing::Public, "b")), []);
}

#[test]
fn data_bound_to_jurisdictions_is_kept_in_no_other_until_that_is_confirmed() {
    let bound_to = |jurisdictions: &[&str]| {
        let jurisdictions = jurisdictions.iter().map(|&code| code.to_owned()).collect();
        let terms =
            Terms { transfer: Some(Transfer::RegionBound), jurisdictions, ..restricted_to(&["cluster:PRO"], &[]) };
        record(terms, "a", Vec::new())
    };
    let waits = |to: &str| vec![("jurisdictions".to_owned(), to.to_owned())];
    for (before, after, held_to, list) in [
        (vec!["CHE", "FRA"], vec!["CHE"], vec!["CHE"], Vec::new()),
        (vec!["CHE"], vec!["CHE", "USA"], vec!["CHE"], waits("USA")),
        (vec!["CHE"], vec!["USA"], vec!["CHE"], waits("USA")),
        (vec!["CHE"], vec![], vec!["CHE"], waits("none")),
        // Bound to none, it leaves for nowhere.
        (vec![], vec!["CHE"], vec![], waits("CHE")),
    ] {
        let (before, after) = (bound_to(&before), bound_to(&after));
        assert_eq!(held(&before, after.clone()), list);
        let (result, asked) = tighten(&before, after.clone(), &[]);
        assert_eq!(result.terms.jurisdictions, held_to);
        assert_eq!(tighten(&before, after.clone(), &asked), (after, Vec::new()));
    }
    // What may go further than its jurisdictions waits, and stays in them.
    let mut freed = bound_to(&[]);
    freed.terms.transfer = None;
    let (result, list) = tighten(&bound_to(&["CHE"]), freed, &[]);
    assert_eq!((list[0].axis.as_str(), result.terms.jurisdictions), ("transfer", vec!["CHE".to_owned()]));
}

#[test]
fn an_agreement_that_people_took_back_stays_so_until_it_is_confirmed_that_they_gave_it_again() {
    let with = |status: Option<SocialLicenceStatus>| Dataset {
        social_licence: status.map(SocialLicence::new),
        ..record(restricted_to(&[], &[]), "a", Vec::new())
    };
    let withdrawn = with(Some(SocialLicenceStatus::Withdrawn));
    for after in [None, Some(SocialLicenceStatus::Granted)] {
        let (result, list) = tighten(&withdrawn, with(after), &[]);
        assert_eq!(result.social_licence, withdrawn.social_licence);
        assert_eq!(list.len(), 1);
        assert_eq!(tighten(&withdrawn, with(after), &list), (with(after), Vec::new()));
    }
    assert_eq!(held(&with(Some(SocialLicenceStatus::Granted)), withdrawn.clone()), []);
}

#[test]
fn of_fields_with_one_name_none_opens_by_itself() {
    let with = |levels: &[Option<Sharing>]| {
        let fields = levels.iter().map(|&sharing| Field { name: "name".to_owned(), sharing, ..Field::default() });
        record(restricted_to(&[], &[]), "a", fields.collect())
    };
    let (open, closed) = (Some(Sharing::Community), Some(Sharing::Closed));
    for (before, after, expected) in [
        (vec![closed, closed], vec![closed, open], vec![closed, closed]),
        (vec![open, closed], vec![closed, open], vec![closed, closed]),
        (vec![open, closed], vec![open], vec![closed]),
        (vec![closed], vec![open, open], vec![closed, closed]),
    ] {
        let (result, list) = tighten(&with(&before), with(&after), &[]);
        assert_eq!(result, with(&expected), "{before:?} {after:?}");
        assert!(!list.is_empty());
    }
    assert_eq!(held(&with(&[open, closed]), with(&[open, closed])), []);
}

#[test]
fn bounds_of_aggregates_become_coarser_and_no_finer() {
    let bounded = |level: u8, cells: u32, epsilon: f64| {
        let limits = Some(AggregateLimits { finest_admin_level: level, minimum_cell_size: cells });
        Some(AggregateBounds { limits, epsilon: Some(epsilon) })
    };
    let with = |aggregates| Dataset { aggregates, ..record(Terms::closed(), "a", vec![]) };
    let before = with(bounded(2, 10, 0.5));
    for coarser in [bounded(2, 10, 0.5), bounded(1, 20, 0.1)] {
        assert_eq!(held(&before, with(coarser)), [], "{coarser:?}");
    }
    let told = |to: &str| vec![("aggregates".to_owned(), to.to_owned())];
    for (finer, to) in [
        (bounded(3, 10, 0.5), "admin level 3, counts of 10 or more, epsilon 0.5"),
        (bounded(2, 9, 0.5), "admin level 2, counts of 9 or more, epsilon 0.5"),
        (bounded(2, 10, 1.0), "admin level 2, counts of 10 or more, epsilon 1"),
        (None, "none"),
    ] {
        assert_eq!(held(&before, with(finer)), told(to), "{finer:?}");
    }
    assert_eq!(held(&with(None), before), [], "what was not bounded may be");
}

#[test]
fn a_grant_lets_pass_what_it_names_and_nothing_else() {
    let before = record(Terms { sharing: Sharing::Closed, ..Terms::closed() }, "a", Vec::new());
    let asked = |sharing| record(Terms { sharing, ..Terms::closed() }, "a", Vec::new());
    let grant = [Loosening { axis: "sharing".to_owned(), from: String::new(), to: "community".to_owned() }];
    assert_eq!(tighten(&before, asked(Sharing::Community), &grant).0.terms.sharing, Sharing::Community);
    // The source asks for more than was confirmed: nothing passes.
    assert_eq!(tighten(&before, asked(Sharing::Public), &grant).0.terms.sharing, Sharing::Closed);
}

#[test]
fn what_opens_to_an_audience_is_confirmed_with_each_of_it() {
    let with = |sharing, members: &[&str]| {
        let audience_organisations = members.iter().map(|&id| id.to_owned()).collect();
        record(
            Terms { sharing, audience_organisations, ..Terms::closed() },
            "a",
            vec![Field { name: "x".to_owned(), ..Field::default() }],
        )
    };
    let to = |axis: &str, to: &str| Loosening { axis: axis.to_owned(), from: String::new(), to: to.to_owned() };
    let open = with(Sharing::Restricted, &["b", "c"]);
    for sharing in [Sharing::Organisation, Sharing::Closed] {
        let before = with(sharing, &[]);
        let (held, listed) = tighten(&before, open.clone(), &[]);
        assert_eq!((held.terms.sharing, held.terms.audience_organisations), (sharing, Vec::new()));
        let listed: Vec<(&str, &str)> = listed.iter().map(|one| (one.axis.as_str(), one.to.as_str())).collect();
        assert_eq!(listed[..3], [("sharing", "restricted"), ("audience", "b"), ("audience", "c")]);
        // Somebody confirms that, and the source names others meanwhile.
        let confirmed = [to("sharing", "restricted"), to("audience", "b")];
        let (after, listed) = tighten(&before, open.clone(), &confirmed);
        assert_eq!(
            (after.terms.sharing, after.terms.audience_organisations),
            (Sharing::Restricted, vec!["b".to_owned()])
        );
        assert_eq!(listed.iter().filter(|one| one.axis == "audience").map(|one| &*one.to).collect::<Vec<_>>(), ["c"]);
    }
    // What was more open is only closed by it, and a field that was closed is for nobody whom no one saw.
    let (after, listed) = tighten(&with(Sharing::Community, &[]), open.clone(), &[]);
    assert_eq!((after.terms.audience_organisations, listed), (open.terms.audience_organisations.clone(), Vec::new()));
    let mut before = with(Sharing::Community, &[]);
    before.fields[0].sharing = Some(Sharing::Closed);
    let mut asked = with(Sharing::Community, &["b"]);
    asked.fields[0].sharing = Some(Sharing::Restricted);
    let (after, _) = tighten(&before, asked, &[to("field x", "restricted")]);
    assert_eq!(after.terms.audience_organisations, Vec::<String>::new());
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let names = prop::collection::vec(prop::sample::select(vec!["a", "b", "c"]), 0..3);
    (
        prop::sample::select(Sensitivity::ALL.to_vec()),
        prop::sample::select(Sharing::ALL.to_vec()),
        prop::sample::select(Listing::ALL.to_vec()),
        any::<bool>(),
        any::<bool>(),
        names,
    )
        .prop_map(|(sensitivity, sharing, listing, listing_agreed, attribution_hidden, names)| Terms {
            sensitivity,
            sharing,
            listing,
            listing_agreed,
            attribution_hidden,
            audience_organisations: names.iter().map(|&name| name.to_owned()).collect(),
            ..Terms::closed()
        })
}

fn any_record() -> impl Strategy<Value = Dataset> {
    let level = prop::option::of(prop::sample::select(Sharing::ALL.to_vec()));
    let fields = prop::collection::btree_map(prop::sample::select(vec!["x", "y"]), level, 0..3);
    (any_terms(), prop::sample::select(vec!["a", "b", "c"]), fields).prop_map(|(terms, owner, fields)| {
        let fields = fields
            .into_iter()
            .map(|(name, sharing)| Field { name: name.to_owned(), sharing, ..Field::default() })
            .collect();
        record(terms, owner, fields)
    })
}

/// How much of a record a viewer sees (0 nothing, 1 a stub, 2 the record), which of its fields, and whether its owner.
fn sees(dataset: &Dataset, viewer: &Viewer) -> (u8, Vec<String>, bool) {
    match best_rendition(dataset, viewer) {
        None => (0, Vec::new(), false),
        Some(one) => {
            let depth = if one.level == RenditionLevel::Stub { 1 } else { 2 };
            let names = one.dataset.fields.iter().map(|field| field.name.clone()).collect();
            (depth, names, one.dataset.owner.is_some())
        }
    }
}

proptest! {
    #[test]
    fn nobody_sees_more_after_a_run_that_nobody_confirmed(before in any_record(), asked in any_record()) {
        let (after, _) = tighten(&before, asked, &[]);
        let member = |id: &str| Viewer::member(id, &[], Role::Reader);
        for viewer in [Viewer::anonymous(), member("a"), member("b"), member("c"), member("d")] {
            let (depth_before, fields_before, named_before) = sees(&before, &viewer);
            let (depth_after, fields_after, named_after) = sees(&after, &viewer);
            prop_assert!(depth_after <= depth_before, "{viewer:?}: {depth_before} to {depth_after}");
            prop_assert!(!named_after || named_before, "{viewer:?} learns who the source is");
            for name in fields_after.iter().filter(|name| before.fields.iter().any(|one| one.name == **name)) {
                prop_assert!(fields_before.contains(name), "{viewer:?} sees the field {name}");
            }
        }
    }
}

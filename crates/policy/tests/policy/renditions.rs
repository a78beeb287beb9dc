//! Who sees what of a record.

use cairn_model::{Contact, Dataset, Field, Listing, QuarantineReason, Sensitivity, Sharing};
use cairn_policy::{
    Label, Rendition, RenditionLevel, Viewer, best_rendition, contacts_for, is_seen_by_all, labels_that_see,
    labels_told_of_place, rendition_count, renditions,
};
use proptest::prelude::*;

use crate::samples::{CANARY, any_dataset, any_viewer, field, member, whole, with_terms};

/// Everything that a rendition says, as text.
fn said(rendition: &Rendition) -> String {
    serde_json::to_string(&rendition.dataset).unwrap()
}

fn stub_of(dataset: &Dataset) -> Option<Rendition> {
    renditions(dataset).into_iter().find(|rendition| rendition.level == RenditionLevel::Stub)
}

fn every_combination() -> Vec<Dataset> {
    let mut combinations = Vec::new();
    for sensitivity in Sensitivity::ALL {
        for sharing in Sharing::ALL {
            for listing in Listing::ALL {
                for agreed in [false, true] {
                    combinations.push(with_terms(*sensitivity, *sharing, *listing, agreed));
                }
            }
        }
    }
    combinations
}

/// The whole table: sensitivity, listing, whether listing it was agreed to, and who may see the stub of a record that is
/// shared with its organisation only.
#[test]
fn a_stub_is_for_those_whom_sensitivity_listing_and_agreement_allow() {
    use Listing::{Full, Hidden, Stub};
    use Sensitivity::{High, Low, Moderate, Severe, Unknown};
    let public = Some(Label::public());
    let community = Some(Label::community());
    let table = [
        (Low, Full, false, None),
        (Low, Full, true, None),
        (Low, Stub, false, public.clone()),
        (Low, Stub, true, public.clone()),
        (Low, Hidden, false, None),
        (Low, Hidden, true, None),
        (Moderate, Full, false, None),
        (Moderate, Full, true, None),
        (Moderate, Stub, false, public.clone()),
        (Moderate, Stub, true, public.clone()),
        (Moderate, Hidden, false, None),
        (Moderate, Hidden, true, None),
        (High, Full, false, None),
        (High, Full, true, None),
        (High, Stub, false, None),
        (High, Stub, true, public.clone()),
        (High, Hidden, false, None),
        (High, Hidden, true, None),
        (Unknown, Full, false, None),
        (Unknown, Full, true, None),
        (Unknown, Stub, false, None),
        (Unknown, Stub, true, public),
        (Unknown, Hidden, false, None),
        (Unknown, Hidden, true, None),
        (Severe, Full, false, None),
        (Severe, Full, true, None),
        (Severe, Stub, false, None),
        (Severe, Stub, true, community),
        (Severe, Hidden, false, None),
        (Severe, Hidden, true, None),
    ];
    assert_eq!(table.len(), Sensitivity::ALL.len() * Listing::ALL.len() * 2);
    for (sensitivity, listing, agreed, expected) in table {
        let stub = stub_of(&with_terms(sensitivity, Sharing::Organisation, listing, agreed));
        let seen_by = stub.map(|stub| stub.visible_to.into_iter().collect::<Vec<_>>());
        let expected = expected.map(|label| vec![label]);
        assert_eq!(seen_by, expected, "{sensitivity} {listing} agreed {agreed}");
    }
}

#[test]
fn severe_is_in_no_public_rendition_whatever_else_is_said() {
    for dataset in every_combination() {
        if dataset.terms.sensitivity == Sensitivity::Severe {
            assert_eq!(best_rendition(&dataset, &Viewer::anonymous()), None, "{:?}", dataset.terms);
        }
    }
}

#[test]
fn a_hidden_record_is_seen_by_its_audience_alone() {
    let audience = ["owner", "custodian", "partner", "in the group"];
    let table = [
        (Sharing::Public, vec!["anonymous", "stranger", "owner", "custodian", "partner", "in the group"]),
        (Sharing::Community, vec!["stranger", "owner", "custodian", "partner", "in the group"]),
        (Sharing::Restricted, audience.to_vec()),
        (Sharing::Organisation, vec!["owner", "custodian"]),
        (Sharing::Closed, vec!["owner", "custodian"]),
    ];
    for (sharing, expected) in table {
        let mut dataset = with_terms(Sensitivity::Low, sharing, Listing::Hidden, false);
        dataset.terms.audience_groups = vec!["taskforce".to_owned()];
        dataset.terms.audience_organisations = vec!["partner".to_owned()];
        let viewers = [
            ("anonymous", Viewer::anonymous()),
            ("stranger", member("stranger", &[])),
            ("owner", member("owner", &[])),
            ("custodian", member("custodian", &[])),
            ("partner", member("partner", &[])),
            ("in the group", member("other", &["taskforce"])),
        ];
        let seeing: Vec<&str> = viewers
            .iter()
            .filter(|(_, viewer)| best_rendition(&dataset, viewer).is_some())
            .map(|(name, _)| *name)
            .collect();
        assert_eq!(seeing, expected, "{sharing}");
    }
}

#[test]
fn the_operator_sees_every_record_in_full() {
    for dataset in every_combination() {
        let rendition = best_rendition(&dataset, &Viewer::operator()).unwrap();
        assert_eq!(rendition.level, RenditionLevel::Full, "{:?}", dataset.terms);
        assert_eq!(rendition.dataset.fields, dataset.fields);
    }
}

#[test]
fn a_stub_says_what_the_design_lists_and_nothing_else() {
    let mut dataset = with_terms(Sensitivity::Moderate, Sharing::Organisation, Listing::Stub, true);
    let stub = stub_of(&dataset).unwrap();
    let shown = serde_json::to_value(&stub.dataset).unwrap();
    assert_eq!(
        shown,
        serde_json::json!({
            "id": dataset.id,
            "source": "",
            "source_record_id": "",
            "title": {"en": "Microdata: Mine Action, Yemen"},
            "description": {},
            "kind": "microdata",
            "owner": {"id": "owner", "name": "canary owner"},
            "clusters": ["PRO-MIN"],
            "countries": ["YEM"],
            "coverage": {"start": "2020", "end": "2021"},
            "terms": {
                "sensitivity": "moderate", "sharing": "organisation", "access_method": "on-request", "listing": "stub",
                "listing_agreed": false, "attribution_hidden": false,
            },
            "provenance": {"mapping_version": 0, "quality": stub.dataset.provenance.quality},
        })
    );
    dataset.terms.listing_title = Some("Approved".to_owned());
    let titled = stub_of(&dataset).unwrap().dataset;
    assert_eq!(titled.title.best("en"), Some("Approved"));
    assert_eq!(Dataset { title: stub.dataset.title.clone(), ..titled }, stub.dataset);
}

#[test]
fn a_partial_rendition_holds_no_restricted_field_and_no_problem() {
    let mut dataset = with_terms(Sensitivity::Low, Sharing::Community, Listing::Full, false);
    dataset.fields = vec![
        field("open", None),
        field("community", Some(Sharing::Community)),
        field("restricted", Some(Sharing::Restricted)),
        field("closed", Some(Sharing::Closed)),
    ];
    dataset.terms.audience_groups = vec!["taskforce".to_owned()];
    let seen = |viewer: &Viewer| {
        let rendition = best_rendition(&dataset, viewer).unwrap();
        let problems = rendition.dataset.provenance.problems.len();
        let names = rendition.dataset.fields.into_iter().map(|field| field.name.rsplit_once(' ').unwrap().1.to_owned());
        (rendition.level, names.collect::<Vec<_>>().join(" "), problems)
    };
    assert_eq!(seen(&Viewer::anonymous()), (RenditionLevel::Partial, "open".to_owned(), 0));
    assert_eq!(seen(&member("stranger", &[])), (RenditionLevel::Partial, "open community".to_owned(), 0));
    assert_eq!(
        seen(&member("stranger", &["taskforce"])),
        (RenditionLevel::Partial, "open community restricted".to_owned(), 0)
    );
    let all = "open community restricted closed".to_owned();
    assert_eq!(
        seen(&member("owner", &[])),
        (RenditionLevel::Full, all, 1),
        "the problem about a field, none about contacts"
    );
}

#[test]
fn an_impact_note_is_in_the_full_rendition_alone() {
    for mut dataset in every_combination() {
        for attribution_hidden in [false, true] {
            dataset.terms.attribution_hidden = attribution_hidden;
            for rendition in renditions(&dataset) {
                let is_full = rendition.level == RenditionLevel::Full;
                assert_eq!(rendition.dataset.impact.is_some(), is_full, "{:?}", dataset.terms);
                let is_stub = rendition.level == RenditionLevel::Stub;
                assert_eq!(rendition.dataset.group_privacy.is_none(), is_stub, "{:?}", dataset.terms);
                let upkeep = &rendition.dataset.upkeep;
                assert_eq!(upkeep.is_none(), is_stub, "{:?}", dataset.terms);
                assert_eq!(rendition.dataset.aggregates.is_none(), is_stub, "{:?}", dataset.terms);
                let is_named = upkeep.as_ref().is_some_and(|upkeep| upkeep.successor.is_some());
                assert_eq!(is_named, !is_stub && (is_full || !attribution_hidden), "{:?}", dataset.terms);
            }
        }
    }
}

#[test]
fn a_field_that_is_stated_sensitive_is_never_opened_by_its_own_level() {
    let mut dataset = with_terms(Sensitivity::Low, Sharing::Public, Listing::Full, false);
    dataset.terms.audience_groups = vec!["taskforce".to_owned()];
    let mut levels = |sensitivity: Sensitivity| {
        Sharing::ALL
            .iter()
            .map(|own| {
                dataset.fields = vec![Field { sensitivity: Some(sensitivity), ..field("x", Some(*own)) }];
                [Viewer::anonymous(), member("other", &[]), member("other", &["taskforce"]), member("owner", &[])]
                    .iter()
                    .position(|viewer| !best_rendition(&dataset, viewer).unwrap().dataset.fields.is_empty())
            })
            .collect::<Vec<_>>()
    };
    // Places in the row of viewers: anyone, the community, the audience, the owner.
    for sensitivity in [Sensitivity::Low, Sensitivity::Moderate] {
        assert_eq!(levels(sensitivity), [Some(0), Some(1), Some(2), Some(3), Some(3)], "{sensitivity}");
    }
    for sensitivity in [Sensitivity::High, Sensitivity::Unknown] {
        assert_eq!(levels(sensitivity), [Some(2), Some(2), Some(2), Some(3), Some(3)], "{sensitivity}");
    }
    assert_eq!(levels(Sensitivity::Severe), [Some(3); 5]);
}

#[test]
fn row_43_under_the_chatham_house_rule_nobody_but_the_owner_learns_where_it_comes_from() {
    for sharing in Sharing::ALL {
        for listing in Listing::ALL {
            let mut dataset = with_terms(Sensitivity::Low, *sharing, *listing, true);
            dataset.terms.attribution_hidden = true;
            dataset.terms.audience_organisations = vec!["partner".to_owned()];
            dataset.terms.audience_groups = vec!["taskforce".to_owned()];
            for viewer in [Viewer::anonymous(), member("stranger", &["taskforce"]), member("partner", &[])] {
                let Some(rendition) = best_rendition(&dataset, &viewer) else { continue };
                let text = said(&rendition);
                for part in [
                    "source",
                    "record id",
                    "doi",
                    "publisher",
                    "owner",
                    "custodian",
                    "steward",
                    "landing page",
                    "url",
                    "partner",
                    "licence",
                    "agreement",
                    "marking",
                    "reason",
                    "legal basis",
                    "evidence",
                    "problem",
                ] {
                    let hidden = format!("{CANARY} {part}");
                    assert!(!text.contains(&hidden), "{sharing} {listing} {viewer:?}: {part} in {text}");
                }
                let terms = &rendition.dataset.terms;
                assert_eq!((&terms.audience_groups, &terms.audience_organisations), (&Vec::new(), &Vec::new()));
                assert!(rendition.dataset.distributions.is_empty());
                assert_ne!(rendition.level, RenditionLevel::Full);
                assert_eq!(contacts_for(&dataset, &viewer), Vec::new());
            }
            let own = best_rendition(&dataset, &member("owner", &[])).unwrap();
            assert_eq!((&own.dataset.source, &own.dataset.terms), (&dataset.source, &dataset.terms));
            assert_eq!(contacts_for(&dataset, &member("owner", &[])), dataset.contacts);
        }
    }
}

#[test]
fn what_is_in_quarantine_is_seen_by_its_organisation_and_by_nobody_else() {
    for mut dataset in every_combination() {
        dataset.quarantine = vec![QuarantineReason { rule: "rule".to_owned(), message: "message".to_owned() }];
        dataset.terms.audience_organisations = vec!["partner".to_owned()];
        let seen = renditions(&dataset);
        assert_eq!(seen.len(), 1, "{:?}", dataset.terms);
        let labels: Vec<Label> = seen[0].visible_to.iter().cloned().collect();
        let owners = ["custodian", "owner"].map(Label::organisation);
        assert_eq!(labels, [vec![Label::operator()], owners.to_vec()].concat());
    }
}

#[test]
fn contacts_are_for_those_who_are_signed_in_unless_the_source_shows_them() {
    let mut dataset = with_terms(Sensitivity::Low, Sharing::Organisation, Listing::Full, false);
    let desk = Contact { name: Some("Desk".to_owned()), published_openly: true, ..Contact::default() };
    dataset.contacts.push(desk.clone());
    assert_eq!(contacts_for(&dataset, &Viewer::anonymous()), [desk]);
    assert_eq!(contacts_for(&dataset, &member("stranger", &[])), dataset.contacts);
    dataset.terms.listing = Listing::Hidden;
    assert_eq!(contacts_for(&dataset, &member("stranger", &[])), []);
    assert_eq!(contacts_for(&dataset, &Viewer::anonymous()), []);
}

proptest! {
    #[test]
    fn the_labels_that_see_a_record_are_those_of_the_viewers_who_get_a_rendition(dataset in any_dataset(), viewer in any_viewer()) {
        let labels = labels_that_see(&dataset);
        let sees = viewer.labels().any(|label| labels.contains(label));
        prop_assert_eq!(sees, best_rendition(&dataset, &viewer).is_some());
    }

    #[test]
    fn a_viewer_sees_one_rendition_at_most(dataset in any_dataset(), viewer in any_viewer()) {
        let seen = renditions(&dataset).iter().filter(|rendition| rendition.is_for(&viewer)).count();
        prop_assert!(seen <= 1, "{seen}");
    }

    #[test]
    fn the_rendition_that_a_viewer_gets_is_theirs_among_all_that_there_are(dataset in any_dataset(), viewer in any_viewer()) {
        let theirs = renditions(&dataset).into_iter().find(|rendition| rendition.is_for(&viewer));
        prop_assert_eq!(best_rendition(&dataset, &viewer), theirs);
    }

    #[test]
    fn renditions_are_counted_as_they_are_made(dataset in any_dataset()) {
        prop_assert_eq!(rendition_count(&dataset), renditions(&dataset).len());
    }

    #[test]
    fn no_rendition_holds_contacts_or_links_to_other_records(dataset in any_dataset()) {
        for rendition in renditions(&dataset) {
            let text = said(&rendition);
            prop_assert!(!text.contains("canary person") && !text.contains("canary@") && !text.contains("canary phone"));
            prop_assert!(!text.contains("contact problem"), "a problem tells that there is a contact");
            prop_assert!(rendition.dataset.provenance.duplicates_of.is_empty());
        }
    }

    #[test]
    fn who_holds_more_labels_sees_no_less(dataset in any_dataset()) {
        let depth = |viewer: &Viewer| match best_rendition(&dataset, viewer) {
            None => (0, 0),
            Some(one) if one.level == RenditionLevel::Stub => (1, 0),
            Some(one) => (2, one.dataset.fields.len()),
        };
        let anonymous = depth(&Viewer::anonymous());
        for organisation in ["a", "b", "c", "stranger"] {
            let alone = depth(&member(organisation, &[]));
            prop_assert!(alone >= anonymous);
            prop_assert!(depth(&member(organisation, &["x"])) >= alone);
            prop_assert!(depth(&member(organisation, &["x", "y"])) >= alone);
        }
    }

    #[test]
    fn no_rendition_shows_a_field_to_those_who_may_not_have_it(dataset in any_dataset(), viewer in any_viewer()) {
        let Some(rendition) = best_rendition(&dataset, &viewer) else { return Ok(()) };
        for shown in &rendition.dataset.fields {
            let may = match shown.sharing {
                None | Some(Sharing::Public) => true,
                Some(Sharing::Community) => !viewer.is_anonymous(),
                Some(Sharing::Restricted | Sharing::Organisation | Sharing::Closed) => {
                    let owners = [&dataset.owner, &dataset.custodian];
                    let mut ids = owners.into_iter().flatten().map(|one| Label::organisation(&one.id));
                    let named = dataset.terms.audience_organisations.iter().map(|id| Label::organisation(id));
                    let groups = dataset.terms.audience_groups.iter().map(|id| Label::group(id));
                    let is_restricted = shown.sharing == Some(Sharing::Restricted);
                    viewer.holds(&Label::operator())
                        || ids.any(|label| viewer.holds(&label))
                        || (is_restricted && named.chain(groups).any(|label| viewer.holds(&label)))
                }
            };
            prop_assert!(may, "{viewer:?} sees {shown:?}");
        }
    }

    #[test]
    fn a_stub_tells_nothing_but_its_few_parts(dataset in any_dataset()) {
        for rendition in renditions(&dataset).into_iter().filter(|one| one.level == RenditionLevel::Stub) {
            let text = said(&rendition).replace("canary a", "").replace("canary b", "");
            prop_assert!(!text.contains(CANARY), "{}", text);
        }
    }
}

/// A record listed to everyone but for its sensitive fields.
fn listed(title: &str, secret: &str) -> Dataset {
    let mut dataset = with_terms(Sensitivity::Moderate, Sharing::Public, Listing::Full, false);
    dataset.title = cairn_model::LocalizedText::new("en", title);
    dataset.fields = vec![field("plain", None), field(secret, Some(Sharing::Closed))];
    dataset
}

#[test]
fn a_change_is_seen_by_all_where_each_audience_stays_and_sees_something_else() {
    let before = listed("Wells", "secret");
    assert!(!is_seen_by_all(&before, &before));
    assert!(is_seen_by_all(&before, &listed("Wells and springs", "secret")));
    // Only who sees everything sees this one.
    assert!(!is_seen_by_all(&before, &listed("Wells", "other secret")));
    // Who sees it is another.
    let mut tightened = listed("Wells and springs", "secret");
    tightened.terms.listing = Listing::Hidden;
    tightened.terms.sharing = Sharing::Organisation;
    assert!(!is_seen_by_all(&before, &tightened));
}

#[test]
fn who_is_told_the_place_of_a_record_sees_it_and_under_the_chatham_house_rule_all_of_it() {
    for hidden in [false, true] {
        let mut dataset = listed("Wells", "secret");
        dataset.terms.attribution_hidden = hidden;
        let told = labels_told_of_place(&dataset);
        for viewer in [Viewer::anonymous(), Viewer::operator()] {
            let is_told = viewer.labels().any(|label| told.contains(label));
            let level = best_rendition(&dataset, &viewer).unwrap().level;
            assert_eq!(is_told, !hidden || level == RenditionLevel::Full, "{hidden} {level:?}");
        }
    }
}

#[test]
fn the_sample_leaves_nothing_empty() {
    let text = serde_json::to_value(whole()).unwrap();
    let empty: Vec<&String> = text
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, value)| name.as_str() != "quarantine" && (value.is_null() || *value == &serde_json::json!([])))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(empty, Vec::<&String>::new());
}

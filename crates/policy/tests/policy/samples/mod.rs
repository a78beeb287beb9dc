//! Records of which every part says something, and strategies for random ones.

use std::collections::BTreeMap;

use cairn_model::{
    AccessMethod, AggregateBounds, BoundingBox, Classification, Contact, CostModel, Dataset, DatasetId, DateStamp,
    Distribution, Engagement, EngagementMethod, Field, GeographicPrecision, Identifier, ImpactNote, Interval, Kind,
    Licence, Listing, LocalizedText, Organisation, PartialDate, Partnership, Place, Problem, Provenance, Quality,
    QuarantineReason, Sensitivity, Sharing, SocialLicence, SocialLicenceStatus, Terms, Transfer, UpdateFrequency,
    Upkeep,
};
use cairn_policy::{Role, Viewer};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// What stands in every text that is not for everyone to see.
pub(crate) const CANARY: &str = "canary";

fn text(name: &str) -> String {
    format!("{CANARY} {name}")
}

fn date(text: &str) -> PartialDate {
    PartialDate::try_from(text.to_owned()).unwrap()
}

fn upkeep() -> Upkeep {
    Upkeep { cost: Some(CostModel::CostRecovery), successor: Some(text("successor")), kept_until: Some(date("2040")) }
}

fn social_licence() -> SocialLicence {
    SocialLicence {
        status: SocialLicenceStatus::Contested,
        engagement_method: Some(text("engagement")),
        evidence: Some(text("evidence")),
        conditions: vec![text("condition")],
        expires: Some(date("2031")),
        engagements: vec![Engagement {
            method: EngagementMethod::CommunityMeeting,
            date: Some(date("2030")),
            place: Some(text("engagement place")),
            participants: Some(12),
            outcome: Some(text("engagement outcome")),
            conditions: vec![text("engagement condition")],
        }],
    }
}

/// A record without a single empty part, hidden from everyone but its owner.
pub(crate) fn whole() -> Dataset {
    let stamp = || Some(DateStamp { date: date("2024-05-01"), instant: None, raw: Some(text("date")) });
    Dataset {
        id: DatasetId::new("source", "1"),
        source: text("source"),
        source_record_id: text("record id"),
        identifiers: vec![Identifier { scheme: "doi".to_owned(), value: text("doi") }],
        title: LocalizedText::new("en", text("title")),
        description: LocalizedText::new("en", text("description")),
        keywords: BTreeMap::from([("en".to_owned(), vec![text("keyword")])]),
        languages: vec![text("language")],
        kind: Kind::Microdata,
        publisher: Some(organisation("publisher")),
        owner: Some(organisation("owner")),
        custodian: Some(organisation("custodian")),
        steward: Some(organisation("steward")),
        contacts: vec![Contact {
            name: Some(text("person")),
            email: Some("canary@example.org".to_owned()),
            phone: Some(text("phone")),
            role: Some(text("role")),
            published_openly: false,
        }],
        clusters: vec!["PRO-MIN".to_owned()],
        topics: vec![text("topic")],
        methodology: Some(text("methodology")),
        caveats: Some(text("caveats")),
        questions: vec![text("question")],
        fields: vec![field("plain", None), field("secret", Some(Sharing::Closed))],
        population_groups: vec![text("group")],
        disaggregated_by_sex: Some(true),
        disaggregated_by_age: Some(true),
        countries: vec!["YEM".to_owned()],
        places: vec![Place {
            pcode: Some(text("pcode")),
            name: text("place"),
            admin_level: 2,
            country: Some("YEM".to_owned()),
        }],
        bbox: Some(BoundingBox { west: 1.0, south: 2.0, east: 3.0, north: 4.0 }),
        geographic_precision: Some(*GeographicPrecision::ALL.first().unwrap()),
        coverage: Some(Interval { start: Some(date("2020-03-05")), end: Some(date("2021-07")) }),
        issued: stamp(),
        modified: stamp(),
        update_frequency: Some(UpdateFrequency(text("frequency"))),
        distributions: vec![Distribution { url: Some(text("url")), ..Distribution::default() }],
        landing_page: Some(text("landing page")),
        licence: Some(Licence {
            code: "other".to_owned(),
            text: Some(text("licence")),
            url: Some(text("licence url")),
        }),
        terms: Terms {
            sensitivity: Sensitivity::Moderate,
            sharing: Sharing::Organisation,
            access_method: AccessMethod::OnRequest,
            listing: Listing::Hidden,
            listing_title: None,
            listing_agreed: true,
            audience_groups: vec![text("audience group")],
            audience_organisations: vec![text("audience organisation")],
            classification: Some(Classification::Confidential),
            classification_text: Some(text("marking")),
            reasons: vec![text("reason")],
            legal_basis: Some(text("legal basis")),
            jurisdictions: vec![text("jurisdiction")],
            transfer: Some(Transfer::RegionBound),
            attribution_hidden: false,
            review_by: Some(date("2030")),
            agreements: vec![text("agreement")],
        },
        quarantine: Vec::new(),
        social_licence: Some(social_licence()),
        partnerships: vec![Partnership {
            partner: text("partner"),
            services: vec![text("service")],
            data_categories: vec![text("data category")],
            ..Partnership::default()
        }],
        group_privacy: Some(true),
        upkeep: Some(upkeep()),
        aggregates: Some(AggregateBounds { epsilon: Some(0.5), ..AggregateBounds::default() }),
        impact: Some(ImpactNote {
            summary: text("harm"),
            affected_groups: vec![text("affected group")],
            mitigations: vec![text("mitigation")],
            assessed_on: Some(date("2026-01-02")),
            review_by: Some(date("2027-01-02")),
        }),
        provenance: Provenance {
            mapping_version: 1,
            problems: vec![
                Problem::warning("unknown-country", "secret", text("problem")),
                Problem::warning("not-a-mail-address", "maintainer_email", text("contact problem")),
                Problem::warning("too-long", "contacts[0].name", text("contact problem")),
            ],
            quality: Quality::default(),
            duplicates_of: vec![DatasetId::new("source", "2")],
        },
    }
}

/// Terms under which everyone has everything.
pub(crate) fn open() -> Terms {
    Terms {
        sensitivity: Sensitivity::Low,
        sharing: Sharing::Public,
        access_method: AccessMethod::Download,
        listing: Listing::Full,
        ..Terms::closed()
    }
}

/// The same with other sensitivity, sharing and listing.
pub(crate) fn with_terms(
    sensitivity: Sensitivity,
    sharing: Sharing,
    listing: Listing,
    listing_agreed: bool,
) -> Dataset {
    let mut dataset = whole();
    dataset.terms = Terms { sensitivity, sharing, listing, listing_agreed, ..dataset.terms };
    dataset
}

/// An organisation whose name is one that not everyone may see.
pub(crate) fn organisation(id: &str) -> Organisation {
    Organisation { id: id.to_owned(), name: format!("{CANARY} {id}"), kind: None }
}

pub(crate) fn field(name: &str, sharing: Option<Sharing>) -> Field {
    Field { name: format!("{CANARY} field {name}"), sharing, ..Field::default() }
}

pub(crate) fn member(organisation: &str, groups: &[&str]) -> Viewer {
    let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
    Viewer::member(organisation, &groups, Role::Reader)
}

pub(crate) fn any_dataset() -> impl Strategy<Value = Dataset> {
    let axes = (select(Sensitivity::ALL), select(Sharing::ALL), select(Listing::ALL));
    let flags = any::<[bool; 3]>();
    let owners = (prop::option::of(select(&["a", "b"][..])), prop::option::of(select(&["a", "c"][..])));
    let audience = (
        subsequence(vec!["x", "y"], 0..=2).prop_map(strings),
        subsequence(vec!["a", "c", "d"], 0..=2).prop_map(strings),
    );
    let fields = prop::collection::vec(prop::option::of(select(Sharing::ALL)), 0..4);
    (axes, flags, owners, audience, fields).prop_map(
        |(axes, flags, (owner, custodian), (groups, organisations), fields)| {
            let (sensitivity, sharing, listing) = axes;
            let [agreed, chatham_house, quarantined] = flags;
            let mut dataset = with_terms(sensitivity, sharing, listing, agreed);
            dataset.owner = owner.map(organisation);
            dataset.custodian = custodian.map(organisation);
            dataset.terms.audience_groups = groups;
            dataset.terms.audience_organisations = organisations;
            dataset.terms.attribution_hidden = chatham_house;
            dataset.fields =
                fields.into_iter().enumerate().map(|(place, sharing)| field(&place.to_string(), sharing)).collect();
            if quarantined {
                dataset.quarantine = vec![QuarantineReason { rule: "rule".to_owned(), message: "message".to_owned() }];
            }
            dataset
        },
    )
}

pub(crate) fn any_viewer() -> impl Strategy<Value = Viewer> {
    let members = (select(&["a", "b", "c", "d", "stranger"][..]), subsequence(vec!["x", "y"], 0..=2))
        .prop_map(|(organisation, groups)| member(organisation, &groups));
    prop_oneof![1 => Just(Viewer::anonymous()), 4 => members, 1 => Just(Viewer::operator())]
}

fn strings(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

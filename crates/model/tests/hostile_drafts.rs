//! Hostile drafts: whatever stands in any field, the record is kept, clean, and the same each time.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use cairn_model::date::DateOrder;
use cairn_model::{
    AggregateBounds, Contact, Dataset, DatasetId, Draft, DraftDistribution, DraftOrganisation, DraftPlace, Engagement,
    EngagementMethod, Field, Identifier, ImpactNote, LocalizedText, Normalised, Partnership, SocialLicence,
    SocialLicenceStatus, StatedText, Terms, Upkeep, Vocabularies, normalise,
};
use proptest::prelude::*;

fn read(draft: Draft) -> Normalised {
    normalise("test", draft, Vocabularies::bundled(), "2026-11-22T12:00:00Z".parse().unwrap())
}

#[test]
fn secret_values_stand_in_no_problem() {
    let secret = "Invented Person 12";
    let dataset = read(Draft { values_are_secret: true, ..drafted(&[secret]) }).dataset;
    assert!(dataset.provenance.problems.len() > 20, "{:?}", dataset.provenance.problems);
    let json = serde_json::to_string(&dataset.provenance.problems).unwrap();
    assert!(!json.contains("Invented") && !json.contains("\"value\""), "{json}");
}

fn social_licence(text: &mut impl FnMut() -> String) -> SocialLicence {
    let engagement = Engagement {
        method: EngagementMethod::Survey,
        date: None,
        place: Some(text()),
        participants: Some(3),
        outcome: Some(text()),
        conditions: vec![text()],
    };
    SocialLicence {
        engagement_method: Some(text()),
        evidence: Some(text()),
        conditions: vec![text()],
        engagements: vec![engagement],
        ..SocialLicence::new(SocialLicenceStatus::Sought)
    }
}

fn impact(text: &mut impl FnMut() -> String) -> ImpactNote {
    ImpactNote { summary: text(), affected_groups: vec![text()], mitigations: vec![text()], ..ImpactNote::default() }
}

/// A draft that has one of `texts` in every place that can hold text.
fn drafted(texts: &[&str]) -> Draft {
    let mut next = texts.iter().cycle().map(|text| (*text).to_owned());
    let mut text = || next.next().unwrap();
    let mut localized = |tag: String| LocalizedText::new(tag, text());
    let (title, description) = (localized("en".to_owned()), localized("EN_us!".to_owned()));
    let mut organisation = || Some(DraftOrganisation { id: Some(text()), name: text(), kind: Some(text()) });
    let (publisher, owner, custodian, steward) = (organisation(), organisation(), organisation(), organisation());
    Draft {
        source_record_id: text(),
        identifiers: vec![Identifier { scheme: text(), value: text() }],
        title,
        description,
        keywords: BTreeMap::from([(text(), vec![text(), text()])]),
        languages: vec![text()],
        kind: Some(text()),
        publisher,
        owner,
        custodian,
        steward,
        contacts: vec![Contact {
            name: Some(text()),
            email: Some(text()),
            phone: Some(text()),
            role: Some(text()),
            published_openly: false,
        }],
        clusters: vec![text()],
        topics: vec![text()],
        methodology: Some(text()),
        caveats: Some(text()),
        questions: vec![text()],
        fields: vec![Field {
            name: text(),
            description: Some(text()),
            data_type: Some(text()),
            shareable_form: Some(text()),
            ..Field::default()
        }],
        population_groups: vec![text()],
        disaggregation: Some(text()),
        countries: vec![text(), text()],
        places: vec![DraftPlace { text: text(), country: Some(text()), admin_level: Some(2) }],
        extents: vec![text(), text()],
        geographic_precision: Some(text()),
        coverage: Some(text()),
        coverage_start: Some(text()),
        coverage_end: Some(text()),
        issued: Some(text()),
        modified: Some(text()),
        date_order: Some(DateOrder::DayFirst),
        date_order_is_assumed: true,
        update_frequency: Some(text()),
        distributions: vec![DraftDistribution {
            id: Some(text()),
            title: Some(text()),
            description: Some(text()),
            url: Some(text()),
            format: Some(text()),
            media_type: Some(text()),
            size: Some(text()),
            modified: Some(text()),
        }],
        landing_page: Some(text()),
        licence_id: Some(text()),
        licence_title: Some(text()),
        licence_text: Some(text()),
        licence_url: Some(text()),
        terms: StatedText {
            sensitivity: Some(text()),
            sharing: Some(text()),
            sharing_at_least: None,
            access_method: Some(text()),
            access_at_least: None,
            listing: Some(text()),
            listed_openly: false,
            listing_title: Some(text()),
            audience: vec![text()],
            classification: Some(text()),
            reasons: vec![text()],
            unread_access: vec![text()],
            legal_basis: Some(text()),
            jurisdictions: vec![text()],
            transfer: Some(text()),
            review_by: Some(text()),
        },
        social_licence: Some(social_licence(&mut text)),
        partnerships: vec![Partnership {
            partner: text(),
            services: vec![text()],
            data_categories: vec![text()],
            ..Partnership::default()
        }],
        group_privacy: Some(true),
        impact: Some(impact(&mut text)),
        upkeep: Some(Upkeep { successor: Some(text()), ..Upkeep::default() }),
        aggregates: Some(AggregateBounds { epsilon: Some(0.5), ..AggregateBounds::default() }),
        values_are_secret: false,
        sheet: None,
        row: Some(2),
        headers: BTreeMap::from([("title".to_owned(), text())]),
    }
}

/// Whether a control character other than a line break stands anywhere in the record.
fn has_control_characters(dataset: &Dataset) -> bool {
    let mut copy = dataset.clone();
    copy.provenance.problems.clear();
    let json = serde_json::to_string(&copy).unwrap();
    // JSON writes control characters below 0x20 as escapes; those above stand as they are.
    let escapes = json.replace("\\\\", "").replace("\\n", "").replace("\\\"", "");
    escapes.contains('\\') || escapes.contains(char::is_control)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_in_any_field_makes_normalisation_panic_or_lose_the_record(
        texts in prop::collection::vec(
            prop_oneof![
                any::<String>(),
                "\\PC{0,30}",
                "(Yemen|World|Syria and |, |;|TLP:|EX:CHR|20|-| TO |[0-9]{2}|mars|\\{\"type\"|:|POINT\\(|http://|\0|\u{7}|é|ال){0,8}",
            ],
            1..12,
        ),
    ) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let id = DatasetId::new("test", &drafted(&texts).source_record_id);
        let read_once = read(drafted(&texts));
        prop_assert_eq!(read_once.dataset.id, id);
        prop_assert!(!read_once.dataset.title.is_empty());
        prop_assert!(!has_control_characters(&read_once.dataset));
        prop_assert_eq!(&read_once.dataset.terms, &Terms::closed());
        prop_assert_eq!(&read_once, &read(drafted(&texts)));
        let json = serde_json::to_string(&read_once.dataset).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Dataset>(&json).unwrap(), &read_once.dataset);
    }
}

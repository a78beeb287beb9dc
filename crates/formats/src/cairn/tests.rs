#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::{PartialDate, StatedText};
use serde_json::json;

use super::*;

fn read(value: &serde_json::Value) -> Reading {
    read_dataset(value.to_string().as_bytes()).unwrap()
}

fn terms(terms: &serde_json::Value) -> StatedText {
    read(&json!({"id": "1", "rendition": "full", "titles": {"en": "T"}, "terms": terms})).draft.terms
}

#[test]
fn a_full_record_is_read_without_loss() {
    let text = r#"{
        "id": "0f5e", "rendition": "full", "source": "hdx", "source_record_id": "abc", "identifiers": [{"scheme": "doi", "value": "10.1234/w"}],
        "title": "Wells", "titles": {"en": "Wells", "fr": "Puits"}, "description": "D", "descriptions": {"en": "D"}, "keywords": ["water"], "languages": ["en"],
        "kind": "dataset", "publisher": {"id": "office", "name": "Office", "kind": "government"}, "owner": null, "custodian": null, "steward": null,
        "clusters": ["WSH"], "topics": ["Health"], "methodology": "M", "caveats": "C", "questions": ["Q"],
        "fields": [{"name": "depth", "description": null, "data_type": "number", "sharing": "restricted", "sensitivity": "high", "shareable_form": "counts"}],
        "population_groups": ["IDP"], "disaggregated_by_sex": true, "disaggregated_by_age": false, "countries": ["TCD"],
        "places": [{"pcode": "TD07", "name": "Lac", "admin_level": 1, "country": "TCD"}], "bbox": [1.0, 2.0, 3.0, 4.0], "geographic_precision": "adm2",
        "coverage": {"start": "2020", "end": null}, "issued": "2020-01-01", "modified": "2021-01-01", "update_frequency": "annual", "freshness": "due",
        "distributions": [{"id": "r", "title": "w", "description": null, "url": "https://example.org/w.csv", "format": "CSV", "media_type": "text/csv", "size": 7, "modified": null}],
        "landing_page": "https://example.org/w", "licence": {"code": "CC-BY-4.0", "text": null, "url": null},
        "terms": {"sensitivity": "moderate", "sharing": "community", "tlp": "GREEN", "access_method": "on-request", "listing": "full", "audience_groups": ["cluster:WSH"],
            "audience_organisations": ["office"], "classification": "confidential", "classification_text": "Confidentiel", "reasons": ["R"], "legal_basis": "L",
            "jurisdictions": ["TCD"], "transfer": "region-bound", "attribution_hidden": false, "review_by": "2030-01-01", "agreements": ["a1"]},
        "social_licence": {"status": "granted", "engagement_method": "meetings", "evidence": null, "conditions": ["c"], "expires": "2030-01"},
        "partnerships": [{"partner": "P", "partner_kind": null, "role": "source", "onward_use": null, "commercial_interest": null, "exit_terms": null}],
        "provenance": {"mapping_version": 3, "quality": 0.5, "problems": []}
    }"#;
    let reading = read_dataset(text.as_bytes()).unwrap();
    let some = |text: &str| Some(text.to_owned());
    let expected = Draft {
        source_record_id: "0f5e".to_owned(),
        identifiers: vec![
            Identifier { scheme: "doi".to_owned(), value: "10.1234/w".to_owned() },
            Identifier { scheme: "other".to_owned(), value: "hdx/abc".to_owned() },
            Identifier { scheme: "cairn".to_owned(), value: "0f5e".to_owned() },
        ],
        title: LocalizedText([("en".to_owned(), "Wells".to_owned()), ("fr".to_owned(), "Puits".to_owned())].into()),
        description: LocalizedText::new("en", "D"),
        keywords: [("und".to_owned(), vec!["water".to_owned()])].into(),
        languages: vec!["en".to_owned()],
        kind: some("dataset"),
        publisher: Some(DraftOrganisation { id: some("office"), name: "Office".to_owned(), kind: some("government") }),
        clusters: vec!["WSH".to_owned()],
        topics: vec!["Health".to_owned()],
        methodology: some("M"),
        caveats: some("C"),
        questions: vec!["Q".to_owned()],
        fields: vec![Field {
            name: "depth".to_owned(),
            description: None,
            data_type: some("number"),
            sharing: Some(Sharing::Restricted),
            sensitivity: Some(Sensitivity::High),
            shareable_form: some("counts"),
        }],
        population_groups: vec!["IDP".to_owned()],
        disaggregation: some("by sex, not by age"),
        countries: vec!["TCD".to_owned()],
        places: vec![DraftPlace { text: "TD07".to_owned(), country: some("TCD"), admin_level: Some(1) }],
        extents: vec!["1.0,2.0,3.0,4.0".to_owned()],
        geographic_precision: some("adm2"),
        coverage_start: some("2020"),
        issued: some("2020-01-01"),
        modified: some("2021-01-01"),
        update_frequency: some("annual"),
        distributions: vec![DraftDistribution {
            id: some("r"),
            title: some("w"),
            url: some("https://example.org/w.csv"),
            format: some("CSV"),
            media_type: some("text/csv"),
            size: some("7"),
            ..DraftDistribution::default()
        }],
        landing_page: some("https://example.org/w"),
        licence_id: some("CC-BY-4.0"),
        terms: StatedText {
            sensitivity: some("moderate"),
            sharing: some("community"),
            access_method: some("on-request"),
            listing: some("full"),
            listed_openly: true,
            audience: vec!["group:cluster:WSH".to_owned(), "organisation:office".to_owned()],
            classification: some("confidential"),
            reasons: vec![
                "R".to_owned(),
                "Marked as: Confidentiel".to_owned(),
                "Under agreement a1 of the other catalogue".to_owned(),
            ],
            legal_basis: some("L"),
            jurisdictions: vec!["TCD".to_owned()],
            transfer: some("region-bound"),
            review_by: some("2030-01-01"),
            ..StatedText::default()
        },
        social_licence: Some(SocialLicence {
            engagement_method: some("meetings"),
            conditions: vec!["c".to_owned()],
            expires: PartialDate::from_month(2030, 1),
            ..SocialLicence::new(SocialLicenceStatus::Granted)
        }),
        partnerships: vec![Partnership { partner: "P".to_owned(), role: some("source"), ..Partnership::default() }],
        ..Draft::default()
    };
    assert_eq!(reading, Reading { draft: expected, problems: Vec::new(), deleted: false });
}

#[test]
fn a_stub_stays_a_stub() {
    let reading = read(
        &json!({"id": "1", "rendition": "stub", "title": "Microdata: Chad", "titles": {"en": "Microdata: Chad"},
        "terms": {"sensitivity": "high", "sharing": "restricted", "access_method": "none", "listing": "stub", "attribution_hidden": false}}),
    );
    let terms = reading.draft.terms;
    assert_eq!(
        (terms.listing.as_deref(), terms.listing_title.as_deref(), terms.listed_openly),
        (Some("stub"), Some("Microdata: Chad"), false)
    );
    assert_eq!(reading.problems[0].code, "shown-in-part");
    let full = json!({"id": "1", "rendition": "stub", "title": "T", "terms": {"listing": "full"}});
    assert!(!read(&full).draft.terms.listed_openly);
}

#[test]
fn nothing_that_closes_a_record_is_lost() {
    assert_eq!(
        terms(&json!({"sharing": "restricted", "attribution_hidden": true})).sharing.as_deref(),
        Some("restricted TLP:EX:CHR")
    );
    assert!(!terms(&json!({"listing": "hidden"})).listed_openly);
    assert_eq!(terms(&json!({"classification_text": "TLP:RED"})).classification.as_deref(), Some("TLP:RED"));
    let without = read(&json!({"id": "1", "rendition": "full", "title": "T"}));
    assert_eq!(
        (without.draft.terms.sharing_at_least, without.problems[0].code.as_str()),
        (Some(Sharing::Organisation), "no-terms")
    );
    let quarantined = read(
        &json!({"id": "1", "rendition": "full", "title": "T", "terms": {"listing": "full"}, "quarantine": [{"rule": "r", "message": "m"}]}),
    );
    assert!(!quarantined.draft.terms.listed_openly && quarantined.draft.terms.sharing_at_least.is_some());
    let field = read(
        &json!({"id": "1", "rendition": "full", "title": "T", "terms": {}, "fields": [{"name": "f", "sharing": "new", "sensitivity": "new"}]}),
    );
    let field = &field.draft.fields[0];
    assert_eq!((field.sharing, field.sensitivity), (Some(Sharing::Closed), Some(Sensitivity::Severe)));
}

#[test]
fn changes_are_records_and_tombstones() {
    let page = br#"{"changes": [{"id": "a", "deleted": false, "dataset": {"id": "a", "title": "T"}}, {"id": "b", "deleted": true}, {"at": 3}],
        "next": "c-3", "complete": false}"#;
    let page = list_changes(page).unwrap();
    let record =
        |id: &str, bytes: &[u8], deleted| ListedRecord { id: Some(id.to_owned()), bytes: bytes.to_vec(), deleted };
    assert_eq!(page.listing.records, [record("a", br#"{"id": "a", "title": "T"}"#, false), record("b", b"", true)]);
    assert_eq!((page.listing.next.as_deref(), page.listing.problems[0].code.as_str()), (Some("c-3"), "no-identity"));
}

#[test]
fn a_feed_that_goes_on_nowhere_is_not_complete() {
    let codes = |page: &str| {
        list_changes(page.as_bytes())
            .unwrap()
            .listing
            .problems
            .into_iter()
            .map(|problem| problem.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(r#"{"changes": [], "next": null, "complete": true}"#), Vec::<String>::new());
    assert_eq!(codes(r#"{"changes": [], "next": null, "complete": false}"#), ["incomplete"]);
    let error = list_changes(br#"{"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": "no"}"#)
        .unwrap_err();
    assert_eq!(error.code, "error-answer");
}

#[test]
fn what_the_other_cairn_has_from_a_cairn_is_passed_over() {
    let page = json!({"changes": [
        {"id": "a", "deleted": false, "dataset": {"id": "a", "title": "Own", "identifiers": [{"scheme": "doi", "value": "10.1234/w"}]}},
        {"id": "b", "deleted": false, "dataset": {"id": "b", "title": "Copy", "identifiers": [{"scheme": "cairn", "value": "x"}]}},
    ], "next": "c", "complete": true});
    let page = list_changes(page.to_string().as_bytes()).unwrap();
    let ids: Vec<Option<&str>> = page.listing.records.iter().map(|record| record.id.as_deref()).collect();
    assert_eq!((ids, page.passed_over, page.complete), (vec![Some("a")], 1, true));
}

#[test]
fn when_and_how_people_were_asked_is_read() {
    let asked = json!({
        "method": "focus-group", "date": "2029-05", "place": "Upper valley", "participants": 14, "outcome": "agreed", "conditions": ["no names"],
    });
    let licence = json!({"status": "granted", "engagements": [asked, {"method": "seance"}]});
    let record = json!({"id": "1", "rendition": "full", "titles": {"en": "T"}, "social_licence": licence});
    let engagements = read(&record).draft.social_licence.unwrap().engagements;
    let focus_group = Engagement {
        method: EngagementMethod::FocusGroup,
        date: PartialDate::from_month(2029, 5),
        place: Some("Upper valley".to_owned()),
        participants: Some(14),
        outcome: Some("agreed".to_owned()),
        conditions: vec!["no names".to_owned()],
    };
    assert_eq!(engagements[0], focus_group);
    assert_eq!(engagements[1].method, EngagementMethod::Other);
}

#[test]
fn what_harm_it_could_do_is_read() {
    let note = json!({
        "summary": "Raids", "affected_groups": ["Villagers"], "mitigations": ["Counts alone"], "assessed_on": "2026-05", "review_by": null,
    });
    let record = json!({"id": "1", "rendition": "full", "titles": {"en": "T"}, "group_privacy": true, "impact": note});
    let draft = read(&record).draft;
    let expected = ImpactNote {
        summary: "Raids".to_owned(),
        affected_groups: vec!["Villagers".to_owned()],
        mitigations: vec!["Counts alone".to_owned()],
        assessed_on: PartialDate::from_month(2026, 5),
        review_by: None,
    };
    assert_eq!((draft.group_privacy, draft.impact), (Some(true), Some(expected)));
}

#[test]
fn what_data_costs_and_how_coarse_its_aggregates_are_is_taken_over() {
    let upkeep = json!({"cost": "licensed-aggregate", "successor": "Invented Ministry", "kept_until": "2030-05"});
    let aggregates = json!({"limits": {"finest_admin_level": 2, "minimum_cell_size": 11}, "epsilon": 0.5});
    let record = json!({
        "id": "1", "rendition": "full", "titles": {"en": "T"}, "upkeep": upkeep, "aggregates": aggregates,
    });
    let draft = read(&record).draft;
    assert_eq!(serde_json::to_value(draft.upkeep).unwrap(), upkeep);
    assert_eq!(serde_json::to_value(draft.aggregates).unwrap(), aggregates);
}

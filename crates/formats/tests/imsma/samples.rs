//! The bundled samples, as the first run reads them.

use super::*;

#[test]
fn the_maxml_sample_gives_a_record_for_each_item_type() {
    let reading = read("yemen-maxml.xml", &sample("yemen-maxml.xml"));
    let counts: Vec<(&str, &str)> = reading
        .drafts
        .iter()
        .map(|draft| (draft.source_record_id.as_str(), description(draft, "en").split(". ").next().unwrap()))
        .collect();
    assert_eq!(
        counts,
        [
            ("hazards", "An IMSMA export holds about 25 records of this type"),
            ("land-release", "An IMSMA export holds about 15 records of this type"),
            ("accidents", "An IMSMA export holds about 10 records of this type"),
            ("victims", "An IMSMA export holds about 20 records of this type"),
            ("victim-assistance", "An IMSMA export holds about 5 records of this type"),
            ("risk-education", "An IMSMA export holds about 10 records of this type"),
            ("quality-management", "An IMSMA export holds about 5 records of this type"),
            ("locations", "An IMSMA export holds about 5 records of this type"),
        ]
    );
    assert!(reading.complete);
    let hazards = draft(&reading, "hazards");
    let titles: Vec<&str> = hazards.title.texts().collect();
    assert_eq!(
        titles,
        [
            "المناطق الخطرة في نظام IMSMA — اليمن",
            "Hazards recorded in IMSMA — Yemen",
            "Zonas peligrosas en IMSMA — Yemen",
            "Zones dangereuses dans IMSMA — Yémen",
        ]
    );
    assert_eq!(hazards.owner.as_ref().unwrap().name, OWNER);
    assert_eq!(hazards.custodian, None);
    assert_eq!(hazards.clusters, ["PRO-MIN"]);
    assert_eq!(hazards.countries, ["YEM"]);
    assert!(hazards.values_are_secret && hazards.contacts.is_empty() && hazards.distributions.is_empty());
    assert!(hazards.fields.iter().any(|field| field.name == "Grazing season"));
    assert!(description(hazards, "en").contains("Example Demining Trust, Example Survey Team, others"));
    assert!(description(hazards, "fr").contains("ouvert, fermé"));
}

#[test]
fn the_survey_sample_is_split_into_its_forms() {
    let settings = ImsmaSettings { country: "Syria".to_owned(), ..settings() };
    let bytes = sample("syria-survey123.csv");
    let reading = read_export(bytes.as_slice(), "syria-survey123.csv", OWNER, &settings, Vocabularies::bundled());
    assert_eq!(ids(&reading), ["hazards", "risk-education"]);
    assert_eq!(codes(&reading.problems), ["organisation-not-listed"]);
    assert!(reading.complete);
    let education = draft(&reading, "risk-education");
    assert_eq!(education.countries, ["SYR"]);
    assert!(pcodes(education).contains(&"SY02"));
    assert!(description(education, "en").contains("5 of 5 elements present"));
    assert_eq!(education.disaggregation.as_deref(), Some("sex and age"));
    let named: BTreeSet<&str> = education.fields.iter().map(|field| field.name.as_str()).collect();
    assert!(named.contains("re_method") && !named.contains("status_ha"));
}

#[test]
fn records_of_the_samples_normalise_without_a_problem() {
    let reading = read("yemen-maxml.xml", &sample("yemen-maxml.xml"));
    for draft in &reading.drafts {
        let now = "2026-11-22T00:00:00Z".parse().unwrap();
        let normalised = normalise("imsma", draft.clone(), Vocabularies::bundled(), now);
        assert_eq!(normalised.dataset.provenance.problems, [], "{}", draft.source_record_id);
        assert_eq!(normalised.dataset.places.len(), draft.places.len());
        assert!(normalised.dataset.bbox.is_some() && normalised.dataset.owner.is_some());
    }
}

//! What all vocabularies hold together, and the words of the small ones.

use proptest::prelude::{ProptestConfig, any, proptest};

use super::Vocabularies;
use crate::agreement::{AccessForm, ObligationKind, PartyRole};
use crate::registry::{ExchangeChannel, PracticeKind};
use crate::{AccessMethod, Classification, GeographicPrecision, Kind, Listing, Sensitivity, Transfer};

#[test]
fn every_label_and_alias_of_every_vocabulary_finds_its_own_code() {
    let vocabularies = Vocabularies::bundled();
    for name in vocabularies.names() {
        for term in vocabularies.terms(name).unwrap_or_default() {
            for text in vocabularies.names_of(name, &term.code) {
                let found = match name {
                    "country" => vocabularies.country(text).map(|country| country.alpha3.as_str()),
                    "cluster" => vocabularies.cluster(text),
                    _ => vocabularies.code_in(name, text),
                };
                assert_eq!(found, Some(term.code.as_str()), "{name}: {text}");
            }
        }
    }
}

#[test]
fn every_code_that_the_program_knows_has_a_term() {
    let vocabularies = Vocabularies::bundled();
    let codes = |name: &str| -> Vec<String> {
        vocabularies.terms(name).unwrap_or_default().into_iter().map(|term| term.code).collect()
    };
    let of = |codes: &[&str]| -> Vec<String> { codes.iter().map(|code| (*code).to_owned()).collect() };
    assert_eq!(codes("kind"), of(&Kind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>()));
    assert_eq!(codes("sensitivity"), of(&Sensitivity::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("sharing"), of(&crate::Sharing::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("access"), of(&AccessMethod::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("listing"), of(&Listing::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("classification"), of(&Classification::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("transfer"), of(&Transfer::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("precision"), of(&GeographicPrecision::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("freshness"), of(&crate::Freshness::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("rendition"), of(&["full", "partial", "stub"]));
    assert_eq!(codes("access-form"), of(&AccessForm::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("party-role"), of(&PartyRole::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("channel"), of(&ExchangeChannel::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("practice-kind"), of(&PracticeKind::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("cost"), of(&crate::CostModel::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
    assert_eq!(codes("obligation"), of(&ObligationKind::ALL.iter().map(|value| value.code()).collect::<Vec<_>>()));
}

#[test]
fn sensitivities_are_read_in_four_languages() {
    let cases = [
        ("LOW/NON_SENSITIVE", Sensitivity::Low),
        ("Non-sensitive", Sensitivity::Low),
        ("modérée", Sensitivity::Moderate),
        ("Media", Sensitivity::Moderate),
        ("élevée", Sensitivity::High),
        ("HIGH_SENSITIVE", Sensitivity::High),
        ("Confidentiel", Sensitivity::High),
        ("سري", Sensitivity::High),
        ("restreint", Sensitivity::High),
        ("عالية", Sensitivity::High),
        ("SEVERE", Sensitivity::Severe),
        ("سري للغاية", Sensitivity::Severe),
        ("Uncertain Sensitivity", Sensitivity::Unknown),
    ];
    for (text, expected) in cases {
        assert_eq!(Vocabularies::bundled().sensitivity(text), Some(expected), "{text}");
    }
    assert_eq!(Vocabularies::bundled().sensitivity("purple"), None);
}

#[test]
fn a_code_of_a_country_that_is_a_word_besides_is_none_in_small_letters() {
    let vocabularies = Vocabularies::bundled();
    for code in ["irq", "ukr", "sdn"] {
        assert!(vocabularies.is_country_code(code), "{code}");
    }
    for word in ["and", "are", "can", "vat", "iraq", "368", "xyz", ""] {
        assert!(!vocabularies.is_country_code(word), "{word}");
    }
}

#[test]
fn access_methods_are_read_from_words_and_from_the_codes_of_microdata_libraries() {
    let cases = [
        ("open", AccessMethod::Download),
        ("direct", AccessMethod::Download),
        ("public_use", AccessMethod::Download),
        ("http://publications.europa.eu/resource/authority/access-right/RESTRICTED", AccessMethod::OnRequest),
        ("sur demande", AccessMethod::OnRequest),
        ("Bajo petición", AccessMethod::OnRequest),
        ("عند الطلب", AccessMethod::OnRequest),
        ("By request", AccessMethod::OnRequest),
        ("licensed", AccessMethod::Licensed),
        ("licensed_use", AccessMethod::Licensed),
        ("data_enclave", AccessMethod::Enclave),
        ("enclave", AccessMethod::Enclave),
        ("Federated learning", AccessMethod::FederatedQuery),
        ("Données agrégées", AccessMethod::AggregateOnly),
        ("data_na", AccessMethod::None),
        ("not_available", AccessMethod::None),
    ];
    for (text, expected) in cases {
        assert_eq!(Vocabularies::bundled().access_method(text), Some(expected), "{text}");
    }
}

#[test]
fn classifications_are_read_in_words_and_from_iso_19115() {
    let cases = [
        ("unclassified", Classification::Unclassified),
        ("restricted", Classification::Confidential),
        ("SBU", Classification::Confidential),
        ("sensitiveButUnclassified", Classification::Confidential),
        ("forOfficialUseOnly", Classification::Confidential),
        ("Confidentiel", Classification::Confidential),
        ("سري", Classification::Confidential),
        ("topSecret", Classification::StrictlyConfidential),
        ("strictement confidentiel", Classification::StrictlyConfidential),
        ("STRICTLY CONFIDENTIAL", Classification::StrictlyConfidential),
    ];
    for (text, expected) in cases {
        assert_eq!(Vocabularies::bundled().classification(text), Some(expected), "{text}");
    }
}

#[test]
fn purposes_are_read_in_four_languages_and_lie_within_broader_ones() {
    let vocabularies = Vocabularies::bundled();
    let cases = [
        ("Mine risk education", "mine-risk-education"),
        ("Déminage", "clearance-planning"),
        ("Alerta temprana", "early-warning"),
        ("الصحة العامة", "public-health"),
    ];
    for (text, expected) in cases {
        assert_eq!(vocabularies.purpose(text), Some(expected), "{text}");
    }
    for term in vocabularies.terms("purpose").unwrap_or_default() {
        assert!(vocabularies.is_within("purpose", &term.code, &term.code), "{}", term.code);
        if let Some(broader) = &term.broader {
            assert!(vocabularies.has_code("purpose", broader), "{} lies within {broader}", term.code);
            assert!(vocabularies.is_within("purpose", &term.code, broader), "{}", term.code);
            assert!(!vocabularies.is_within("purpose", broader, &term.code), "{}", term.code);
        }
    }
}

#[test]
fn terms_that_lie_within_each_other_end_the_search() {
    let table = "code,broader\nrelief,aid\naid,relief\n".to_owned();
    let (vocabularies, _) = Vocabularies::with_tables(&[("purposes".to_owned(), table)].into());
    assert!(vocabularies.is_within("purpose", "aid", "relief"));
    assert!(!vocabularies.is_within("purpose", "aid", "public-health"));
}

#[test]
fn a_code_is_one_to_the_letter() {
    let vocabularies = Vocabularies::bundled();
    assert!(vocabularies.has_code("country", "YEM") && vocabularies.has_code("cluster", "PRO-MIN"));
    for (vocabulary, text) in
        [("country", "YE"), ("country", "Yemen"), ("cluster", "pro-min"), ("cluster", "Health"), ("soup", "YEM")]
    {
        assert!(!vocabularies.has_code(vocabulary, text), "{vocabulary} {text}");
    }
}

#[test]
fn the_other_small_vocabularies_are_read() {
    let vocabularies = Vocabularies::bundled();
    assert_eq!(vocabularies.listing("existence only"), Some(Listing::Stub));
    assert_eq!(vocabularies.listing("masqué"), Some(Listing::Hidden));
    assert_eq!(vocabularies.transfer("dans le pays"), Some(Transfer::RegionBound));
    assert_eq!(vocabularies.transfer("prohibido"), Some(Transfer::None));
    assert_eq!(vocabularies.geographic_precision("Admin level 2"), Some(GeographicPrecision::Adm2));
    assert_eq!(vocabularies.geographic_precision("9"), Some(GeographicPrecision::Adm0));
    assert_eq!(vocabularies.geographic_precision("Coordonnées GPS"), Some(GeographicPrecision::Exact));
    assert_eq!(vocabularies.kind("Feature Layer"), Some(Kind::Map));
    assert_eq!(vocabularies.kind("survey"), Some(Kind::Microdata));
    assert_eq!(vocabularies.kind("Base de données"), Some(Kind::InformationSystem));
    assert_eq!(vocabularies.population_group("PDI"), Some("IDP"));
    assert_eq!(vocabularies.population_group("internally displaced persons-idp"), Some("IDP"));
    assert_eq!(vocabularies.population_group("النازحون"), Some("IDP"));
    assert_eq!(vocabularies.organisation_type("437"), Some("international_ngo"));
    assert_eq!(vocabularies.organisation_type("80"), Some("academic_research"));
    assert_eq!(vocabularies.organisation_type("ONG nationale"), Some("national_ngo"));
    assert_eq!(vocabularies.organisation_type("UN Agencies"), Some("united_nations"));
    // ReliefWeb does not say whether one is national, and neither does a bare abbreviation.
    let of_reliefweb = [
        ("Academic and Research Institution", "academic_research"),
        ("Government", "government"),
        ("International Organization", "international_org"),
        ("Media", "media"),
        ("Non-governmental Organization", "ngo"),
        ("Other", "other"),
        ("Red Cross/Red Crescent Movement", "red_cross_red_crescent"),
    ];
    for (name, code) in of_reliefweb {
        assert_eq!(vocabularies.organisation_type(name), Some(code), "{name}");
    }
    assert_eq!(vocabularies.organisation_type("ONG"), Some("ngo"));
}

#[test]
fn labels_fall_back_to_english_and_then_to_the_code() {
    let vocabularies = Vocabularies::bundled();
    assert_eq!(vocabularies.label("cluster", "PRO-MIN", "en"), "Mine Action");
    assert_eq!(vocabularies.label("cluster", "PRO-MIN", "fr-CA"), "Action contre les mines");
    assert_eq!(vocabularies.label("cluster", "PRO-MIN", "AR"), "الأعمال المتعلقة بالألغام");
    assert_eq!(vocabularies.label("cluster", "PRO-MIN", "ru"), "Mine Action");
    assert_eq!(vocabularies.label("country", "YEM", "zh"), "也门");
    assert_eq!(vocabularies.label("country", "YEM", "de"), "Yemen");
    assert_eq!(vocabularies.label("cluster", "NONE", "en"), "NONE");
    assert_eq!(vocabularies.label("recipes", "soup", "en"), "soup");
}

#[test]
fn an_empty_set_of_vocabularies_knows_nothing_and_does_not_fail() {
    let vocabularies = Vocabularies::default();
    look_everything_up(&vocabularies, "Health");
    assert_eq!(vocabularies.cluster("Health"), None);
    assert_eq!(vocabularies.terms("cluster"), None);
    assert_eq!(vocabularies.label("cluster", "HEA", "en"), "HEA");
}

fn look_everything_up(vocabularies: &Vocabularies, text: &str) {
    let _ = vocabularies.country(text);
    let _ = vocabularies.cluster(text);
    let _ = vocabularies.broader_cluster(text);
    let _ = vocabularies.organisation_type(text);
    let _ = vocabularies.licence(text);
    let _ = vocabularies.licence_url(text);
    let _ = vocabularies.format(text);
    let _ = vocabularies.language(text);
    let _ = vocabularies.frequency(text);
    let _ = vocabularies.population_group(text);
    let _ = vocabularies.kind(text);
    let _ = vocabularies.sensitivity(text);
    let _ = vocabularies.sharing(text);
    let _ = vocabularies.access_method(text);
    let _ = vocabularies.listing(text);
    let _ = vocabularies.classification(text);
    let _ = vocabularies.transfer(text);
    let _ = vocabularies.geographic_precision(text);
    let _ = vocabularies.place(text, None, None);
    let _ = vocabularies.place(text, Some(text), Some(1));
    let _ = vocabularies.purpose(text);
    for name in vocabularies.names() {
        let _ = vocabularies.has_code(name, text);
        let _ = vocabularies.is_within(name, text, text);
        let _ = vocabularies.label(name, text, text);
        let _ = vocabularies.names_of(name, text);
    }
}

proptest! {
    #[test]
    fn looking_up_never_panics_on_any_text(text in any::<String>()) {
        look_everything_up(Vocabularies::bundled(), &text);
    }

    #[test]
    fn looking_up_never_panics_on_text_that_looks_like_a_code(
        text in "(https?://|R/|R5/|P|PT|TLP:|\\.)?[A-Z0-9é.,:;/#=()+ _-]{0,12}",
    ) {
        look_everything_up(Vocabularies::bundled(), &text);
    }

}

proptest! {
    // Each case copies the bundled vocabularies.
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn tables_never_panic_on_any_text(text in any::<String>(), header in "(code,en,fr|alpha3,en|pcode,name,level,country)?") {
        let table = format!("{header}\n{text}");
        let stems = ["clusters", "countries", "places", "licences", "formats", "frequencies", "kinds", "other"];
        let tables = stems.iter().map(|stem| ((*stem).to_owned(), table.clone())).collect();
        let _ = Vocabularies::with_tables(&tables);
    }
}

#[test]
fn what_is_doubted_is_no_value() {
    let vocabularies = Vocabularies::bundled();
    for text in [
        "public?",
        "Public ?",
        "عام؟",
        "TLP:CLEAR ?",
        "☐ Public",
        "public ✗",
        "!public",
        "[ ] Public",
        "() public",
        "Public [  ]",
        "○ public",
    ] {
        assert_eq!(vocabularies.sharing(text), None, "{text}");
    }
    assert_eq!(vocabularies.sensitivity("low?"), None);
    assert_eq!(vocabularies.access_method("download?"), None);
    assert!(vocabularies.sharing("public").is_some() && vocabularies.sensitivity("low").is_some());
    assert!(vocabularies.sharing("(public)").is_some());
}

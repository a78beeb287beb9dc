//! Statements of access: data that its source restricts is restricted, whatever the format and the language; data that is
//! open stays so.

use cairn_formats::inventory::{InventoryMapping, read_row, read_table};
use cairn_formats::xml_record::read_xml_record;
use cairn_formats::{Reading, ckan, dcat, geonode, ogc_records, schema_org};
use cairn_model::{Sensitivity, Sharing, StatedTerms, Vocabularies, normalise};
use serde_json::{Value, json};

/// Code, row and column of a problem.
type Told = (String, Option<u64>, Option<String>);

/// The terms that a reading states, and its problems.
fn stated(reading: Reading) -> (StatedTerms, Vec<Told>) {
    let mut problems = reading.problems;
    let read = normalise("s", reading.draft, Vocabularies::bundled(), "2026-10-01T00:00:00Z".parse().unwrap());
    problems.extend(read.dataset.provenance.problems);
    let told = problems.into_iter().map(|problem| (problem.code, problem.position.row, problem.position.column));
    (read.stated, told.collect())
}

fn sharing(reading: Reading) -> Option<Sharing> {
    stated(reading).0.sharing
}

fn row(header: &str, cells: &str) -> Reading {
    let table = read_table(
        format!("Title,Organisation,{header}\nT,Office,{cells}\n").as_bytes(),
        "i.csv",
        &InventoryMapping::default(),
    );
    read_row(&table.rows[0], &InventoryMapping::default()).unwrap()
}

fn package(fields: &Value) -> Reading {
    let mut package = json!({"id": "p", "name": "p", "title": "T", "resources": []});
    package.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    ckan::read_package(package.to_string().as_bytes(), None).unwrap()
}

fn turtle(statements: &str) -> Reading {
    let text = format!(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . \
         @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . \
         <http://x.example/d> a dcat:Dataset ; dct:title \"T\" ; {statements} ."
    );
    let listing = dcat::list_datasets(text.as_bytes(), None).unwrap();
    dcat::read_dataset(&listing.records[0].bytes).unwrap()
}

const CLOSED: &[&str] = &[
    "TLP:RED",
    "TLP:AMBER",
    "Internal use only",
    "Metadata only",
    "No access",
    "Data not available",
    "Do not publish",
    "Controlled access",
    "Distribution restricted to UN agencies",
    "Permission required",
    "info:eurepo/semantics/closedAccess",
    "info:eu-repo/semantic/restrictedAccess",
    "Accès fermé",
    "Accès sous embargo",
    "Accès interdit",
    "Accès soumis à autorisation",
    "Données non diffusables",
    "Données à usage interne uniquement",
    "Acceso cerrado",
    "Acceso embargado",
    "Solo para uso oficial",
    "Prohibida su difusión",
    "Información reservada",
    "Acesso restrito",
    "Acesso fechado",
    "وصول مغلق",
    "يمنع النشر",
    "For official use only",
    "Not for public release",
    "not public",
    "Access restricted",
    "Available on request",
    "Confidentiel",
    "Restreint",
    "Accès sur demande",
    "Restringido",
    "PRIVADO",
    "Under embargo until 2030",
    "مقيد",
    "سري",
    "http://vocabularies.coar-repositories.org/access_rights/c_16ec/",
    "http://purl.org/eprint/accessRights/RestrictedAccess",
    "info:eu-repo/semantics/restrictedAccess",
];

const OPEN: &[&str] = &[
    "None",
    "No restrictions",
    "Unrestricted",
    "Access: open",
    "not restricted",
    "Public domain",
    "There are no restrictions on access",
    "This data is intended for public access and use",
    "Users must cite the source.",
    "Aucune restriction",
    "Sin restricciones",
    "بدون قيود",
];

/// The same statement in the field of each format that is there to tell access.
fn in_every_format(words: &str) -> Vec<(&'static str, Reading)> {
    let xml = |record: String| read_xml_record(record.as_bytes()).unwrap();
    let page = json!({"@context": "https://schema.org/", "@type": "Dataset", "@id": "urn:d", "name": "T", "conditionsOfAccess": words});
    vec![
        ("dct:accessRights", turtle(&format!("dct:accessRights [ a dct:RightsStatement ; rdfs:label \"{words}\" ]"))),
        ("ckan", package(&json!({"access_rights": words}))),
        ("schema.org", schema_org::read_dataset(page.to_string().as_bytes()).unwrap()),
        (
            "ddi",
            xml(format!(
                "<codeBook><stdyDscr><citation><titlStmt><titl>T</titl><IDNo>d</IDNo></titlStmt></citation><dataAccs><setAvail>\
                 <avlStatus>{words}</avlStatus></setAvail></dataAccs></stdyDscr></codeBook>"
            )),
        ),
        (
            "dc:rights",
            xml(format!(
                "<csw:Record xmlns:csw='http://www.opengis.net/cat/csw/2.0.2' xmlns:dc='http://purl.org/dc/elements/1.1/'>\
                 <dc:identifier>r</dc:identifier><dc:title>T</dc:title><dc:rights>{words}</dc:rights></csw:Record>"
            )),
        ),
        (
            "fgdc",
            xml(format!(
                "<metadata><idinfo><citation><citeinfo><title>T</title></citeinfo></citation><accconst>{words}</accconst></idinfo>\
                 </metadata>"
            )),
        ),
    ]
}

#[test]
fn words_that_restrict_close_in_every_format_and_language() {
    for words in CLOSED {
        for (format, reading) in in_every_format(words) {
            assert!(sharing(reading) > Some(Sharing::Community), "{format}: {words}");
        }
    }
}

#[test]
fn words_of_open_data_close_nothing_in_any_format() {
    for words in OPEN {
        for (format, reading) in in_every_format(words) {
            let (terms, problems) = stated(reading);
            assert!(terms.sharing.is_none_or(|level| level == Sharing::Public), "{format}: {words}");
            let told = problems.iter().any(|(code, ..)| code == "unread-access");
            assert!(!told || words.starts_with("Users"), "{format}: {words}");
        }
    }
}

#[test]
fn words_about_access_that_nobody_can_tell_are_told() {
    let (terms, problems) = stated(turtle("dct:accessRights \"eu_rights_17\""));
    assert_eq!((terms.sharing, terms.reasons), (None, vec!["eu_rights_17".to_owned()]));
    assert!(problems.iter().any(|(code, ..)| code == "unread-access"), "{problems:?}");
}

#[test]
fn rights_of_rdf_that_say_who_has_no_access_close() {
    for rights in [
        "dct:rights <http://purl.org/coar/access_right/c_16ec>",
        "dct:rights <info:eu-repo/semantics/restrictedAccess>",
        "dct:rights <http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/INSPIRE_Directive_Article13_1b>",
        "dct:rights \"Restricted access\"",
        "dcat:distribution [ a dcat:Distribution ; dct:rights \"Confidential - ask owner\" ]",
    ] {
        assert_eq!(sharing(turtle(rights)), Some(Sharing::Restricted), "{rights}");
    }
    assert_eq!(sharing(turtle("dct:rights \"Restrictions: none. Name us.\"")), None);
}

#[test]
fn constraints_of_a_package_close_where_they_speak_of_access() {
    for words in [
        "[\"Access Constraints: Restricted to employees of the service\", \"Use Constraints: None\"]",
        "[\"Use Constraints: Cite us\", \"Access Constraints: internal staff of the centre only | Use Constraints: not applicable\"]",
        "Access Constraints: Access is restricted to personnel authorized by the order",
        "[\"restricted\"]",
    ] {
        let (terms, _) = stated(package(&json!({"extras": [{"key": "access_constraints", "value": words}]})));
        assert!(terms.sharing >= Some(Sharing::Restricted) && terms.reasons.len() == 1, "{words}: {terms:?}");
    }
    for words in [
        "Access Constraints: None. Use Constraints: Restricted to those who cite us",
        "[\"Use Constraints: Restricted to research\"]",
        "Access Constraints: There are no legal restrictions on access to the data.",
    ] {
        let reading = package(&json!({"extras": [{"key": "access_constraints", "value": words}]}));
        assert_eq!(sharing(reading), None, "{words}");
    }
    for key in ["use-limitation", "use_limitations"] {
        let limited = |words: &str| sharing(package(&json!({"extras": [{"key": key, "value": words}]})));
        assert_eq!(limited("[\"Not for public release\"]"), Some(Sharing::Organisation), "{key}");
        assert_eq!(limited("[\"Not to be used for navigation. Cite us.\"]"), None, "{key}");
    }
    let reading = package(&json!({"accessLevel": "public", "rights": "Restricted: ask the office"}));
    assert_eq!(sharing(reading), Some(Sharing::Restricted));
}

#[test]
fn a_package_is_as_closed_as_the_closest_of_its_files() {
    let with_file = |flag: Value| {
        let mut file = json!({"id": "f", "url": "https://x.example/f.csv"});
        file.as_object_mut().unwrap().extend(flag.as_object().unwrap().clone());
        sharing(package(
            &json!({"accessLevel": "public", "resources": [{"id": "g", "url": "https://x.example/g.csv"}, file]}),
        ))
    };
    let public = Some(Sharing::Public);
    for (flag, level) in [
        (json!({"restricted": {"level": "only_allowed_users"}}), Some(Sharing::Restricted)),
        (
            json!({"restricted": "{\"level\": \"only_allowed_users\", \"allowed_users\": \"a\"}"}),
            Some(Sharing::Restricted),
        ),
        (json!({"restricted": "{\"level\": \"same_organization\"}"}), Some(Sharing::Organisation)),
        (json!({"restricted_level": "registered"}), Some(Sharing::Community)),
        (json!({"private": true}), Some(Sharing::Organisation)),
        (json!({"visibility": "restricted"}), Some(Sharing::Restricted)),
        (json!({"restricted": "{\"level\": \"public\"}"}), public),
        (json!({"restricted": {}}), public),
        (json!({"private": false, "visibility": "public"}), public),
    ] {
        assert_eq!(with_file(flag.clone()), level, "{flag}");
    }
}

#[test]
fn what_stands_beside_codes_of_other_restrictions_closes() {
    let resource = json!({"resource": {"uuid": "u", "title": "T", "restriction_code_type": {"identifier": "otherRestrictions"},
        "constraints_other": "Confidential: only for cluster members"}});
    let reading = geonode::read_resource(resource.to_string().as_bytes()).unwrap();
    assert_eq!(sharing(reading), Some(Sharing::Restricted));
    let record = json!({"id": "r", "type": "Feature", "properties": {"title": "T", "rights": "Restricted to members"}});
    let reading = ogc_records::read_record(record.to_string().as_bytes()).unwrap();
    assert_eq!(sharing(reading), Some(Sharing::Restricted));
}

#[test]
fn the_closest_of_several_columns_holds_and_the_others_are_told() {
    let cases = [
        ("Sharing level,TLP", "Public,TLP:RED", Sharing::Closed, true),
        ("Sharing level,TLP", "Public,AMBER+STRICT", Sharing::Organisation, true),
        ("Sharing level,TLP", "Internal use only,RED", Sharing::Closed, true),
        ("Sharing level,TLP", "TLP:RED,Public", Sharing::Closed, true),
        ("Sharing level,Is public", "Public,no", Sharing::Organisation, true),
        ("Sharing level,Is public", "Restricted,no", Sharing::Restricted, false),
        ("Sharing level,TLP", "Public,TLP:CLEAR", Sharing::Public, false),
    ];
    for (header, cells, level, contradicts) in cases {
        let (terms, problems) = stated(row(header, cells));
        assert_eq!(terms.sharing, Some(level), "{header}: {cells}");
        let told: Vec<_> = problems.iter().filter(|(code, ..)| code == "contradicting-terms").collect();
        assert_eq!(told.len(), usize::from(contradicts), "{header}: {cells}: {problems:?}");
        assert!(told.iter().all(|(_, row, column)| *row == Some(2) && column.is_some()));
    }
    let (terms, problems) = stated(row("Sensitivity,Data sensitivity", "Low,Severe"));
    assert_eq!((terms.sensitivity, problems.len()), (Some(Sensitivity::Severe), 1));
    let (terms, _) = stated(row("Sharing level,TLP", "Restricted,TLP:EX:CHR"));
    assert_eq!((terms.sharing, terms.attribution_hidden), (Some(Sharing::Restricted), true));
}

#[test]
fn whatever_a_row_states_of_access_closes() {
    for (header, cell) in [
        ("Access", "Restricted"),
        ("Who can access", "Protection cluster members"),
        ("Restrictions", "Internal use only"),
        ("Access restrictions", "Yes - data of victims"),
        ("Confidential", "Yes"),
        ("Restricted", "x"),
        ("Confidentiel", "Oui"),
        ("سري", "نعم"),
        ("Contains personal data", "Yes"),
        ("Can be shared", "No"),
        ("Publish", "No"),
    ] {
        assert!(sharing(row(header, cell)) >= Some(Sharing::Restricted), "{header}: {cell}");
    }
    for (header, cell) in [("Sensitive", "Yes"), ("Données sensibles", "Oui"), ("Datos sensibles", "Sí")] {
        assert_eq!(stated(row(header, cell)).0.sensitivity, Some(Sensitivity::High), "{header}");
    }
    for (header, cell) in [
        ("Access", "Open"),
        ("Access", "On request"),
        ("Confidential", "No"),
        ("Can be shared", "Yes"),
        ("Publish", "Yes"),
        ("Restrictions", "No restrictions"),
        ("Restrictions", "Cite the source"),
        ("Target audience", "Planners"),
    ] {
        assert_eq!(sharing(row(header, cell)), None, "{header}: {cell}");
    }
}

#[test]
fn a_cell_that_is_neither_yes_nor_no_closes_and_is_told() {
    for (header, cell, level) in [
        ("Can be shared", "only after clearance by the ministry", Sharing::Restricted),
        ("Is public", "once the ministry has cleared it; open to partners then", Sharing::Restricted),
        ("Is public", "Internal use only", Sharing::Organisation),
        ("Can be shared", "no restrictions", Sharing::Public),
        ("Is public", "Open", Sharing::Public),
        ("Is public", "Unrestricted", Sharing::Public),
    ] {
        let (terms, problems) = stated(row(&format!("Sharing level,{header}"), &format!("Public,{cell}")));
        assert_eq!(terms.sharing, Some(level), "{header}: {cell}");
        assert!(problems.iter().any(|(code, ..)| code == "not-yes-or-no"), "{header}: {cell}: {problems:?}");
    }
    // Where nothing else is stated, a source's own terms may be closer still.
    let terms = stated(row("Is public", "only after clearance")).0;
    assert_eq!((terms.sharing, terms.sharing_only_closes), (Some(Sharing::Restricted), true));
}

#[test]
fn limitations_of_iso_close_where_they_begin_with_a_restriction_of_access() {
    let limited = |words: &str| {
        let record = format!(
            "<gmd:MD_Metadata xmlns:gmd='http://www.isotc211.org/2005/gmd' xmlns:gco='http://www.isotc211.org/2005/gco'>\
             <gmd:fileIdentifier><gco:CharacterString>d</gco:CharacterString></gmd:fileIdentifier><gmd:identificationInfo>\
             <gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>T</gco:CharacterString>\
             </gmd:title></gmd:CI_Citation></gmd:citation><gmd:resourceConstraints><gmd:MD_Constraints><gmd:useLimitation>\
             <gco:CharacterString>{words}</gco:CharacterString></gmd:useLimitation></gmd:MD_Constraints></gmd:resourceConstraints>\
             </gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
        );
        sharing(read_xml_record(record.as_bytes()).unwrap())
    };
    for words in [
        "Restricted: access for members of the cluster alone",
        "Not for public release",
        "Usage interne uniquement",
        "Internal use only. No commercial use.",
        "Available on request, not for commercial purposes",
        "L124-4-I-1 du code de l'environnement (Directive 2007/2/CE (INSPIRE), Article 13.1.a)",
    ] {
        assert!(limited(words) >= Some(Sharing::Restricted), "{words}");
    }
    for words in [
        "Not to be used for navigation",
        "Restricted to non-commercial use",
        "Restricted: non-commercial purposes. Cite us.",
        "Aucune restriction",
        "Cite us",
    ] {
        assert_eq!(limited(words), None, "{words}");
    }
}

#[test]
fn markings_of_governments_close_a_package_and_their_lowest_levels_do_not() {
    let table = [
        (json!({"protective_marking": "secret"}), true),
        (json!({"protective_marking": "official_sensitive"}), true),
        (json!({"protective_marking": "official"}), false),
        (json!({"security_class": "HIGH-CONFIDENTIAL"}), true),
        (json!({"security_class": "LOW-PUBLIC"}), false),
        (json!({"view_audience": "Named users", "download_audience": "Public"}), true),
        (json!({"view_audience": "Public"}), false),
        (json!({"access": "no"}), true),
        (json!({"access": "yes"}), false),
        (json!({"access_restrictions": ["confidential"]}), true),
        (json!({"is_restricted": true}), true),
        (json!({"is_restricted": false}), false),
        (json!({"extras": [{"key": "Information Classification", "value": "Restricted"}]}), true),
        (json!({"confidentiality": "Not confidential"}), false),
    ];
    for (fields, is_closed) in table {
        let closed = sharing(package(&fields)).is_some_and(|level| level > Sharing::Public);
        assert_eq!(closed, is_closed, "{fields}");
    }
}

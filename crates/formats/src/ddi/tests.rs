//! What the reader makes of codebooks and of DDI Lifecycle, and of every way in which they speak of access.

use cairn_model::{AccessMethod, Draft, Sharing, StatedText};

use crate::Reading;
use crate::xml_record::read_xml_record;

fn read(document: &str) -> Reading {
    read_xml_record(document.as_bytes()).unwrap_or_else(|problem| panic!("{problem:?}"))
}

/// A codebook with elements of its study, in a namespace or in none.
fn codebook(namespace: &str, study: &str) -> Draft {
    let titles = "<titlStmt><titl xml:lang='en'>Household survey</titl><parTitl xml:lang='fr'>Enquête</parTitl><IDNo>XX_2020_HS_v01\
        </IDNo></titlStmt>";
    read(&format!("<codeBook {namespace}><stdyDscr><citation>{titles}</citation>{study}</stdyDscr></codeBook>")).draft
}

#[test]
fn a_codebook_is_read_in_every_namespace_and_in_none() {
    for namespace in ["xmlns='ddi:codebook:2_5'", "xmlns='http://www.icpsr.umich.edu/DDI'", ""] {
        let draft = codebook(namespace, "");
        assert_eq!((draft.title.best("fr"), draft.source_record_id.as_str()), (Some("Enquête"), "XX_2020_HS_v01"));
        assert_eq!((draft.identifiers[0].scheme.as_str(), draft.kind.as_deref()), ("idno", Some("microdata")));
    }
}

#[test]
fn the_study_is_described_by_who_what_where_when_and_how() {
    let document = "<codeBook xmlns='ddi:codebook:2_5'><stdyDscr><citation><titlStmt><titl>Survey</titl><IDNo>1</IDNo></titlStmt>\
        <prodStmt><producer>Statistics Office</producer><fundAg>Fund</fundAg></prodStmt><distStmt><distrbtr>Archive</distrbtr><contact \
        email='desk@archive.example'>Data desk</contact><distDate date='2021-01-02'>2 January</distDate></distStmt><holdings \
        URI='https://archive.example/1'/></citation><stdyInfo><subject><keyword>wells</keyword><topcClas>Water</topcClas></subject>\
        <abstract>All.</abstract><sumDscr><timePrd event='start' date='2019'/><timePrd event='end' date='2020'/><nation \
        abbr='YEM'>Yemen</nation><geogCover>National</geogCover><geoBndBox><westBL>42</westBL><eastBL>53</eastBL><southBL>12</southBL>\
        <northBL>19</northBL></geoBndBox><universe>Refugees, and their hosts<concept>x</concept></universe></sumDscr></stdyInfo>\
        <method><dataColl><sampProc>Random</sampProc></dataColl></method><dataAccs><setAvail><accsPlac>Vault</accsPlac></setAvail>\
        </dataAccs></stdyDscr><fileDscr><fileTxt><fileName>hh.sav</fileName><fileType>SPSS</fileType></fileTxt></fileDscr><dataDscr>\
        <var name='V1'><labl>Sex of head</labl><varFormat type='numeric'/></var></dataDscr></codeBook>";
    let draft = read(document).draft;
    let name =
        |organisation: Option<cairn_model::DraftOrganisation>| organisation.map(|organisation| organisation.name);
    assert_eq!((name(draft.publisher), name(draft.custodian)), (Some("Archive".to_owned()), Some("Vault".to_owned())));
    let partners: Vec<&str> = draft.partnerships.iter().map(|partnership| partnership.partner.as_str()).collect();
    assert_eq!(partners, ["Statistics Office", "Fund"]);
    assert_eq!(draft.contacts[0].email.as_deref(), Some("desk@archive.example"));
    assert_eq!(
        (draft.issued.as_deref(), draft.landing_page.as_deref()),
        (Some("2021-01-02"), Some("https://archive.example/1"))
    );
    assert_eq!((draft.coverage_start.as_deref(), draft.coverage_end.as_deref()), (Some("2019"), Some("2020")));
    assert_eq!((draft.countries, draft.extents), (vec!["YEM".to_owned()], vec!["42,12,53,19".to_owned()]));
    assert_eq!((draft.population_groups, draft.topics), (vec!["Refugees".to_owned()], vec!["Water".to_owned()]));
    let method = "Geographic coverage: National\n\nUniverse: Refugees, and their hosts\n\nSampling: Random";
    assert_eq!(draft.methodology.as_deref(), Some(method));
    assert_eq!((draft.fields[0].name.as_str(), draft.fields[0].description.as_deref()), ("V1", Some("Sex of head")));
    assert_eq!(
        (draft.distributions[0].title.as_deref(), draft.distributions[0].format.as_deref()),
        (Some("hh.sav"), Some("SPSS"))
    );
}

/// The terms of a study with elements of its access.
fn terms(access: &str) -> StatedText {
    codebook("xmlns='ddi:codebook:2_5'", &format!("<dataAccs>{access}</dataAccs>")).terms
}

#[test]
fn every_way_to_speak_of_access_closes_what_it_closes() {
    use AccessMethod::{Enclave, Licensed, OnRequest};
    let cases = [
        ("<useStmt><restrctn>Ask the office.</restrctn></useStmt>", Some(Sharing::Restricted), Some(OnRequest)),
        ("<useStmt><restrctn>None</restrctn></useStmt>", None, None),
        (
            "<useStmt><restrctn>Restricted: ask the office.</restrctn></useStmt>",
            Some(Sharing::Restricted),
            Some(OnRequest),
        ),
        ("<useStmt><specPerm required='yes'/></useStmt>", Some(Sharing::Restricted), Some(OnRequest)),
        ("<useStmt><specPerm required='no'>Nothing to sign</specPerm></useStmt>", None, None),
        ("<useStmt><specPerm>Safeguarded</specPerm></useStmt>", Some(Sharing::Restricted), Some(Licensed)),
        ("<useStmt><specPerm>Controlled</specPerm></useStmt>", Some(Sharing::Restricted), Some(Enclave)),
        (
            "<useStmt><confDec required='yes'>Sign the form</confDec></useStmt>",
            Some(Sharing::Restricted),
            Some(Licensed),
        ),
        ("<useStmt><confDec>Answers are protected by law</confDec></useStmt>", None, None),
        ("<setAvail><avlStatus>Licensed data files</avlStatus></setAvail>", Some(Sharing::Restricted), Some(Licensed)),
        (
            "<setAvail><avlStatus>Data accessible only in data enclave</avlStatus></setAvail>",
            Some(Sharing::Restricted),
            Some(Enclave),
        ),
        (
            "<setAvail><avlStatus>Data not available</avlStatus></setAvail>",
            Some(Sharing::Organisation),
            Some(AccessMethod::None),
        ),
        ("<setAvail><avlStatus>Public use files</avlStatus></setAvail>", None, None),
        ("<setAvail><avlStatus>None</avlStatus></setAvail>", None, None),
        ("<notes type='DVN:TOA'>Ask the depositor</notes>", Some(Sharing::Restricted), Some(OnRequest)),
    ];
    for (access, sharing, method) in cases {
        let terms = terms(access);
        assert_eq!((terms.sharing_at_least, terms.access_at_least), (sharing, method), "{access}");
        assert!(terms.listed_openly);
    }
    assert_eq!(terms("<useStmt><restrctn>Ask the office.</restrctn></useStmt>").reasons, ["Ask the office."]);
    assert_eq!(
        terms("<setAvail><avlStatus>Public use files</avlStatus></setAvail>").access_method.as_deref(),
        Some("Public use files")
    );
    assert_eq!(terms("<useStmt><conditions>open access</conditions></useStmt>").sharing.as_deref(), Some("public"));
}

#[test]
fn two_letters_in_the_words_of_a_field_are_no_country() {
    let read = |cover: &str| {
        let summary =
            format!("<sumDscr><nation abbr='USA'>United States</nation><geogCover>{cover}</geogCover></sumDscr>");
        codebook("", &format!("<stdyInfo>{summary}</stdyInfo>"))
    };
    let state = read("MA");
    assert_eq!(state.countries, ["USA"], "a state, and not Morocco");
    assert!(state.methodology.is_some_and(|text| text.contains("MA")), "what it says is kept");
    assert_eq!(read("Morocco").countries, ["USA", "Morocco"]);
}

#[test]
fn conditions_are_the_licence_and_disclaimers_are_caveats() {
    let study = "<dataAccs><useStmt><conditions>CC BY 4.0</conditions><citReq>Cite us.</citReq><disclaimer>No warranty.</disclaimer></useStmt></dataAccs>";
    let draft = codebook("xmlns='ddi:codebook:2_5'", study);
    assert_eq!(
        (draft.licence_text.as_deref(), draft.caveats.as_deref()),
        (Some("CC BY 4.0\n\nCite us."), Some("No warranty."))
    );
}

#[test]
fn variables_past_the_limit_are_counted() {
    let variables: Vec<String> = (0..5_003).map(|number| format!("<var name='v{number}'/>")).collect();
    let variables = variables.concat();
    let reading = read(&format!(
        "<codeBook><stdyDscr><citation><titlStmt><titl>Survey</titl></titlStmt></citation></stdyDscr><dataDscr>{variables}</dataDscr></codeBook>"
    ));
    let messages: Vec<&str> = reading.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(reading.draft.fields.len(), 5_000);
    assert_eq!(messages[0], "3 variables more than 5000 were left out");
    assert_eq!(reading.problems[1].code, "no-id");
}

#[test]
fn a_study_of_ddi_lifecycle_is_read_from_an_instance_and_from_fragments() {
    let study = "<s:StudyUnit xmlns:s='ddi:studyunit:3_3' xmlns:r='ddi:reusable:3_3'><r:URN>urn:ddi:a:1:1</r:URN><r:UserID \
        typeOfUserID='StudyNumber'>S1</r:UserID><r:Citation><r:Title><r:String xml:lang='en'>Survey</r:String></r:Title><r:Publisher>\
        <r:PublisherReference><r:ID>o1</r:ID></r:PublisherReference></r:Publisher><r:PublicationDate><r:SimpleDate>2020</r:SimpleDate>\
        </r:PublicationDate><r:InternationalIdentifier><r:IdentifierContent>doi:10.1234/s1</r:IdentifierContent>\
        </r:InternationalIdentifier></r:Citation><r:Abstract><r:Content xml:lang='en'>All.</r:Content></r:Abstract><r:Coverage>\
        <r:SpatialCoverage><r:CountryCode>YE</r:CountryCode></r:SpatialCoverage><r:TemporalCoverage><r:ReferenceDate><r:StartDate>2018\
        </r:StartDate><r:EndDate>2019</r:EndDate></r:ReferenceDate></r:TemporalCoverage></r:Coverage></s:StudyUnit>";
    let organisation = "<a:Organization xmlns:a='ddi:archive:3_3' xmlns:r='ddi:reusable:3_3'><r:ID>o1</r:ID>\
        <a:OrganizationIdentification><a:OrganizationName><r:String>Archive</r:String></a:OrganizationName></a:OrganizationIdentification>\
        <a:Access><r:Restrictions><r:Content>Ask.</r:Content></r:Restrictions></a:Access></a:Organization>";
    for (name, before, after) in [("DDIInstance", "", ""), ("FragmentInstance", "<i:Fragment>", "</i:Fragment>")] {
        let document = format!(
            "<i:{name} xmlns:i='ddi:instance:3_3'>{before}{organisation}{after}{before}{study}{after}</i:{name}>"
        );
        let draft = read(&document).draft;
        assert_eq!((draft.source_record_id.as_str(), draft.title.best("en")), ("S1", Some("Survey")), "{name}");
        assert_eq!(draft.publisher.map(|publisher| publisher.name).as_deref(), Some("Archive"));
        assert_eq!((draft.countries, draft.identifiers[0].scheme.as_str()), (vec!["YE".to_owned()], "doi"));
        assert_eq!((draft.coverage_start.as_deref(), draft.coverage_end.as_deref()), (Some("2018"), Some("2019")));
        assert_eq!(
            (draft.terms.sharing_at_least, draft.terms.access_at_least, draft.terms.reasons),
            (Some(Sharing::Restricted), Some(AccessMethod::OnRequest), vec!["Ask.".to_owned()])
        );
    }
}

#[test]
fn what_identifies_nothing_is_refused() {
    let code = |document: &str| read_xml_record(document.as_bytes()).map_err(|problem| problem.code).err();
    assert_eq!(code("<codeBook/>").as_deref(), Some("no-identity"));
    assert_eq!(code("<DDIInstance xmlns='ddi:instance:3_2'/>").as_deref(), Some("no-identity"));
}

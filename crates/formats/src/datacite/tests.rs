//! What the reader makes of both kernels.

use cairn_model::{AccessMethod, Draft, Sharing};

use crate::xml_record::read_xml_record;

fn read(kernel: u8, elements: &str) -> Draft {
    let record = format!("<resource xmlns='http://datacite.org/schema/kernel-{kernel}'>{elements}</resource>");
    read_xml_record(record.as_bytes()).unwrap_or_else(|problem| panic!("{problem:?}")).draft
}

const DOI: &str = "<identifier identifierType='DOI'>10.1234/wells</identifier>";

#[test]
fn a_record_is_known_by_its_doi() {
    let draft = read(
        4,
        &format!("{DOI}<titles><title xml:lang='en'>Wells</title><title titleType='Subtitle'>All</title></titles>"),
    );
    assert_eq!((draft.source_record_id.as_str(), draft.identifiers[0].scheme.as_str()), ("10.1234/wells", "doi"));
    assert_eq!(draft.landing_page.as_deref(), Some("https://doi.org/10.1234/wells"));
    assert_eq!((draft.title.best("en"), &draft.keywords["und"]), (Some("Wells"), &vec!["All".to_owned()]));
}

#[test]
fn parties_dates_and_descriptions_are_told_by_their_types() {
    let draft = read(
        4,
        &format!(
            "{DOI}<publisher>Archive</publisher><publicationYear>2020</publicationYear><resourceType \
             resourceTypeGeneral='Dataset'>survey</resourceType><contributors><contributor contributorType='RightsHolder'>\
             <contributorName nameType='Organizational'>Ministry</contributorName></contributor><contributor \
             contributorType='HostingInstitution'><contributorName>Archive</contributorName></contributor><contributor \
             contributorType='ContactPerson'><contributorName>Muster, Ana</contributorName></contributor></contributors>\
             <fundingReferences><fundingReference><funderName>Fund</funderName></fundingReference></fundingReferences><dates>\
             <date dateType='Updated'>2021</date><date dateType='Collected'>2018/2019</date></dates><descriptions>\
             <description descriptionType='Abstract'>All.</description><description descriptionType='Methods'>Asked.\
             </description></descriptions><formats><format>text/csv</format></formats><sizes><size>12 KB</size></sizes>"
        ),
    );
    let name =
        |organisation: Option<cairn_model::DraftOrganisation>| organisation.map(|organisation| organisation.name);
    assert_eq!(
        (name(draft.publisher), name(draft.custodian)),
        (Some("Archive".to_owned()), Some("Archive".to_owned()))
    );
    assert_eq!(name(draft.owner).as_deref(), Some("Ministry"));
    assert_eq!((draft.contacts.len(), draft.partnerships[0].partner.as_str()), (1, "Fund"));
    assert_eq!((draft.issued.as_deref(), draft.modified.as_deref()), (Some("2020"), Some("2021")));
    assert_eq!((draft.coverage.as_deref(), draft.methodology.as_deref()), (Some("2018/2019"), Some("Asked.")));
    assert_eq!((draft.kind.as_deref(), draft.description.best("und")), (Some("Dataset"), Some("All.")));
    assert_eq!((draft.distributions.len(), draft.distributions[0].size.as_deref()), (1, Some("12 KB")));
}

#[test]
fn places_are_read_as_either_kernel_writes_them() {
    let located = |kernel: u8, location: &str| {
        read(kernel, &format!("{DOI}<geoLocations><geoLocation>{location}</geoLocation></geoLocations>")).extents
    };
    let of_4 = "<geoLocationBox><westBoundLongitude>42</westBoundLongitude><eastBoundLongitude>53</eastBoundLongitude>\
        <southBoundLatitude>12</southBoundLatitude><northBoundLatitude>19</northBoundLatitude></geoLocationBox><geoLocationPoint>\
        <pointLongitude>45</pointLongitude><pointLatitude>15</pointLatitude></geoLocationPoint>";
    assert_eq!(located(4, of_4), ["42,12,53,19", "POINT(45 15)"]);
    let of_3 = "<geoLocationPoint>15 45</geoLocationPoint><geoLocationBox>12 42 19 53</geoLocationBox>";
    assert_eq!(located(3, of_3), ["42,12,53,19", "POINT(45 15)"]);
}

#[test]
fn rights_are_terms_and_licence() {
    let draft = read(
        4,
        &format!(
            "{DOI}<rightsList><rights rightsURI='info:eu-repo/semantics/embargoedAccess'>Embargoed</rights><rights \
             rightsURI='https://creativecommons.org/licenses/by/4.0/legalcode' rightsIdentifier='cc-by-4.0'>CC BY 4.0</rights></rightsList>"
        ),
    );
    assert_eq!(
        (draft.terms.sharing_at_least, draft.terms.access_at_least),
        (Some(Sharing::Restricted), Some(AccessMethod::OnRequest))
    );
    assert_eq!(draft.licence_id.as_deref(), Some("cc-by-4.0"));
    assert_eq!(draft.licence_url.as_deref(), Some("https://creativecommons.org/licenses/by/4.0/legalcode"));
}

#[test]
fn the_end_of_an_embargo_is_when_the_terms_must_be_looked_at_again() {
    let review = |rights: &str| {
        let dates = "<dates><date dateType='Available'>2030-05-01</date><date dateType='Issued'>2020</date></dates>";
        let terms = read(4, &format!("{DOI}<rightsList>{rights}</rightsList>{dates}")).terms;
        (terms.sharing_at_least, terms.review_by)
    };
    let closed = (Some(Sharing::Restricted), Some("2030-05-01".to_owned()));
    assert_eq!(review("<rights rightsURI='info:eu-repo/semantics/embargoedAccess'/>"), closed);
    assert_eq!(review("<rights rightsURI='http://purl.org/coar/access_right/c_f1cf'>Later</rights>"), closed);
    assert_eq!(review("<rights>Restricted</rights>"), (Some(Sharing::Restricted), None));
    assert_eq!(review("<rights rightsURI='info:eu-repo/semantics/openAccess'/>"), (None, None));
}

#[test]
fn the_end_of_an_embargo_is_no_day_of_publication() {
    let issued = |more: &str| read(4, &format!("{DOI}{more}")).issued;
    let year = "<publicationYear>2020</publicationYear>";
    let embargo = "<rightsList><rights rightsURI='info:eu-repo/semantics/embargoedAccess'/></rightsList>";
    let dates = |dates: &[(&str, &str)]| {
        let date = |(kind, day): &(&str, &str)| format!("<date dateType='{kind}'>{day}</date>");
        format!("<dates>{}</dates>", dates.iter().map(date).collect::<String>())
    };
    let late = dates(&[("Available", "2030-05-01")]);
    assert_eq!(issued(&format!("{year}{embargo}{late}")).as_deref(), Some("2020"));
    assert_eq!(
        issued(&format!("{year}{late}")).as_deref(),
        Some("2020"),
        "it is another year than that of publication"
    );
    assert_eq!(issued(&format!("{embargo}{late}")), None);
    let day = dates(&[("Available", "2020-05-01")]);
    assert_eq!(issued(&format!("{year}{day}")).as_deref(), Some("2020-05-01"));
    let both = dates(&[("Available", "2030-05-01"), ("Issued", "2020-03-02")]);
    assert_eq!(issued(&format!("{year}{both}")).as_deref(), Some("2020-03-02"));
}

#[test]
fn the_envelope_of_repositories_is_opened_and_nothing_in_it_is_refused() {
    let envelope = |resource: &str| {
        format!(
            "<oai_datacite xmlns='http://schema.datacite.org/oai/oai-1.1/'><payload>{resource}</payload></oai_datacite>"
        )
    };
    let resource = format!("<resource xmlns='http://datacite.org/schema/kernel-4'>{DOI}</resource>");
    let id = read_xml_record(envelope(&resource).as_bytes()).map(|reading| reading.draft.source_record_id);
    assert_eq!(id, Ok("10.1234/wells".to_owned()));
    let code = |document: &str| read_xml_record(document.as_bytes()).map_err(|problem| problem.code);
    assert_eq!(code(&envelope("")).err().as_deref(), Some("unknown-format"));
    assert_eq!(code("<resource xmlns='http://datacite.org/schema/kernel-4'/>").err().as_deref(), Some("no-identity"));
}

#[test]
fn all_periods_of_one_type_count_and_two_days_are_start_and_end() {
    let covered = |dates: &[(&str, &str)]| {
        let dates: Vec<_> = dates.iter().map(|(kind, date)| format!("<date dateType='{kind}'>{date}</date>")).collect();
        let dates = dates.concat();
        let draft = read(4, &format!("{DOI}<dates>{dates}</dates>"));
        (draft.coverage_start, draft.coverage_end)
    };
    let both = |start: &str, end: &str| (Some(start.to_owned()), Some(end.to_owned()));
    assert_eq!(covered(&[("Collected", "2018/2019"), ("Collected", "2015/2016")]), both("2015", "2019"));
    assert_eq!(covered(&[("Collected", "2018-03-01"), ("Collected", "2019-04-30")]), both("2018-03-01", "2019-04-30"));
    assert_eq!(
        covered(&[("Coverage", "2010/2011"), ("Coverage", "2012/2013"), ("Valid", "2030")]),
        both("2010", "2013")
    );
    assert_eq!(covered(&[("Collected", "2018/2019")]), (None, None), "a single one stays as it is written");
}

#[test]
fn organisations_that_made_the_data_take_part_and_no_person_does() {
    let creators = |creators: &str| {
        let draft = read(4, &format!("{DOI}<publisher>Zenodo</publisher><creators>{creators}</creators>"));
        let taking = draft.partnerships.into_iter().map(|one| (one.partner, one.role.unwrap_or_default()));
        taking.collect::<Vec<_>>()
    };
    let creator = |name: &str| vec![(name.to_owned(), "creator".to_owned())];
    let named = |kind: &str, name: &str| format!("<creator><creatorName{kind}>{name}</creatorName></creator>");
    let organisational = " nameType='Organizational'";
    assert_eq!(creators(&named(organisational, "Invented Wells")), creator("Invented Wells"));
    assert_eq!(creators(&named("", "International Organization for Migration")).len(), 1);
    assert_eq!(creators(&named("", "IOM")), creator("IOM"));
    for person in [
        named(" nameType='Personal'", "Jane Doe"),
        named("", "Jane Doe"),
        named(organisational, "Doe, Jane"),
        "<creator><creatorName nameType='Organizational'>Jane Doe</creatorName><givenName>Jane</givenName></creator>"
            .to_owned(),
    ] {
        assert_eq!(creators(&person), [], "{person}");
    }
    assert_eq!(creators(&named(organisational, "Zenodo")), [], "the publisher is told already");
    let producer = read(
        4,
        &format!(
            "{DOI}<contributors><contributor contributorType='Producer'><contributorName nameType='Personal'>Jane Doe\
             </contributorName></contributor></contributors>"
        ),
    );
    assert_eq!(producer.partnerships, []);
}

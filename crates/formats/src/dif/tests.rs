//! What the reader makes of records of both versions, and of their constraints.

use cairn_model::{AccessMethod, Draft, Sharing};

use crate::xml_record::read_xml_record;

/// A record with elements behind its identification.
fn read(elements: &str) -> Draft {
    let record = format!(
        "<DIF xmlns='http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/'><Entry_ID>WELLS</Entry_ID><Entry_Title>Wells</Entry_Title>{elements}</DIF>"
    );
    read_xml_record(record.as_bytes()).unwrap_or_else(|problem| panic!("{problem:?}")).draft
}

#[test]
fn a_record_of_version_9_is_read() {
    let draft = read(
        "<Data_Set_Citation><Dataset_Creator>Field Team</Dataset_Creator><Dataset_Release_Date>2020-01-02</Dataset_Release_Date>\
         <Dataset_Publisher>Survey Office</Dataset_Publisher><Dataset_DOI>10.1234/wells</Dataset_DOI></Data_Set_Citation>\
         <Personnel><Role>INVESTIGATOR</Role><First_Name>Nadia</First_Name><Last_Name>Example</Last_Name><Email>desk@a.example</Email></Personnel>\
         <Parameters><Category>EARTH SCIENCE</Category><Topic>Hydrosphere</Topic><Term>Ground water</Term></Parameters>\
         <ISO_Topic_Category>inlandWaters</ISO_Topic_Category><Keyword>wells</Keyword><Keyword>WELLS</Keyword>\
         <Temporal_Coverage><Start_Date>2001-01-01</Start_Date><Stop_Date>2003-12-31</Stop_Date></Temporal_Coverage>\
         <Temporal_Coverage><Start_Date>Not provided</Start_Date><Stop_Date>2005-12-31</Stop_Date></Temporal_Coverage>\
         <Spatial_Coverage><Southernmost_Latitude>12</Southernmost_Latitude><Northernmost_Latitude>19</Northernmost_Latitude>\
         <Westernmost_Longitude>42</Westernmost_Longitude><Easternmost_Longitude>53</Easternmost_Longitude></Spatial_Coverage>\
         <Location><Location_Category>CONTINENT</Location_Category><Location_Type>ASIA</Location_Type><Location_Subregion2>Yemen</Location_Subregion2></Location>\
         <Quality>Surveyed twice.</Quality><Data_Set_Language>English</Data_Set_Language>\
         <Data_Center><Data_Center_Name><Short_Name>AR</Short_Name><Long_Name>Example Archive</Long_Name></Data_Center_Name></Data_Center>\
         <Distribution><Distribution_Size>2 MB</Distribution_Size><Distribution_Format>CSV</Distribution_Format></Distribution>\
         <Summary>Where wells are.</Summary><Related_URL><URL_Content_Type><Type>GET DATA</Type></URL_Content_Type>\
         <URL>https://a.example/wells.csv</URL><Description>All of them</Description></Related_URL>\
         <Related_URL><URL_Content_Type><Type>DATA SET LANDING PAGE</Type></URL_Content_Type><URL>https://a.example/wells</URL></Related_URL>\
         <Last_DIF_Revision_Date>2021-01-01</Last_DIF_Revision_Date>",
    );
    assert_eq!((draft.source_record_id.as_str(), draft.title.best("en")), ("WELLS", Some("Wells")));
    assert_eq!(
        (draft.description.best("en"), draft.methodology.as_deref()),
        (Some("Where wells are."), Some("Surveyed twice."))
    );
    assert_eq!(draft.keywords["und"], ["Hydrosphere", "Ground water", "wells"]);
    assert_eq!((draft.topics, draft.countries), (vec!["inlandWaters".to_owned()], vec!["Yemen".to_owned()]));
    assert_eq!((draft.extents, draft.languages), (vec!["42,12,53,19".to_owned()], vec!["English".to_owned()]));
    assert_eq!(
        (draft.coverage_start.as_deref(), draft.coverage_end.as_deref()),
        (Some("2001-01-01"), Some("2005-12-31"))
    );
    assert_eq!((draft.issued.as_deref(), draft.modified.as_deref()), (Some("2020-01-02"), Some("2021-01-01")));
    assert_eq!(draft.publisher.map(|publisher| publisher.name).as_deref(), Some("Survey Office"));
    assert_eq!(draft.custodian.map(|custodian| custodian.name).as_deref(), Some("Example Archive"));
    assert_eq!(draft.partnerships[0].partner, "Field Team");
    let contact = &draft.contacts[0];
    assert_eq!((contact.name.as_deref(), contact.email.as_deref()), (Some("Nadia Example"), Some("desk@a.example")));
    assert_eq!((contact.role.as_deref(), contact.published_openly), (Some("INVESTIGATOR"), true));
    assert_eq!(
        (draft.identifiers[0].value.as_str(), draft.landing_page.as_deref()),
        ("10.1234/wells", Some("https://a.example/wells"))
    );
    let file = &draft.distributions[0];
    assert_eq!(
        (file.url.as_deref(), file.format.as_deref(), file.size.as_deref()),
        (Some("https://a.example/wells.csv"), Some("CSV"), Some("2 MB"))
    );
}

#[test]
fn a_record_of_version_10_is_read_where_it_writes_otherwise() {
    let record = "<DIF><Entry_ID><Short_Name>WELLS</Short_Name><Version>3</Version></Entry_ID><Entry_Title>Wells</Entry_Title>\
        <Dataset_Citation><Persistent_Identifier><Type>DOI</Type><Identifier>10.1234/wells</Identifier></Persistent_Identifier></Dataset_Citation>\
        <Personnel><Role>TECHNICAL CONTACT</Role><Contact_Group><Name>Data Desk</Name><Phone><Number>+1 2</Number></Phone></Contact_Group></Personnel>\
        <Science_Keywords><Topic>Hydrosphere</Topic></Science_Keywords><Ancillary_Keyword>wells</Ancillary_Keyword>\
        <Temporal_Coverage><Range_DateTime><Beginning_Date_Time>2001-01-01</Beginning_Date_Time></Range_DateTime></Temporal_Coverage>\
        <Spatial_Coverage><Geometry><Bounding_Rectangle><Southernmost_Latitude>12</Southernmost_Latitude><Northernmost_Latitude>19</Northernmost_Latitude>\
        <Westernmost_Longitude>42</Westernmost_Longitude><Easternmost_Longitude>53</Easternmost_Longitude></Bounding_Rectangle></Geometry></Spatial_Coverage>\
        <Organization><Organization_Type>ARCHIVER</Organization_Type><Organization_Name><Short_Name>AR</Short_Name></Organization_Name></Organization>\
        <Use_Constraints><License_URL><URL>https://creativecommons.org/licenses/by/4.0/</URL></License_URL></Use_Constraints>\
        <Summary><Abstract>Where wells are.</Abstract><Purpose>To plan.</Purpose></Summary>\
        <Metadata_Dates><Metadata_Last_Revision>2021-01-01</Metadata_Last_Revision></Metadata_Dates></DIF>";
    let draft = read_xml_record(record.as_bytes()).unwrap_or_else(|problem| panic!("{problem:?}")).draft;
    assert_eq!(
        (draft.source_record_id.as_str(), draft.description.best("en")),
        ("WELLS_3", Some("Where wells are.\n\nTo plan."))
    );
    assert_eq!(
        (draft.keywords["und"].len(), draft.identifiers.len(), draft.extents),
        (2, 1, vec!["42,12,53,19".to_owned()])
    );
    assert_eq!(
        (draft.coverage_start.as_deref(), draft.coverage_end, draft.modified.as_deref()),
        (Some("2001-01-01"), None, Some("2021-01-01"))
    );
    assert_eq!(draft.publisher.map(|publisher| publisher.name).as_deref(), Some("AR"));
    assert_eq!(
        (draft.contacts[0].name.as_deref(), draft.contacts[0].phone.as_deref()),
        (Some("Data Desk"), Some("+1 2"))
    );
    assert_eq!(draft.licence_url.as_deref(), Some("https://creativecommons.org/licenses/by/4.0/"));
}

#[test]
fn constraints_in_words_close_wherever_they_stand() {
    let restricted = (Some(Sharing::Restricted), Some(AccessMethod::OnRequest));
    let closed = |access: &str| {
        let terms = read(&format!("<Access_Constraints>{access}</Access_Constraints>")).terms;
        (terms.sharing_at_least, terms.access_at_least)
    };
    assert_eq!(closed("Restricted to members of the network"), restricted);
    assert_eq!(closed("<Value>7</Value><Description>Restricted to members</Description>"), restricted);
    assert_eq!(closed("<Other>Confidential: ask the desk</Other>"), restricted);
    assert_eq!(closed("For official use only"), (Some(Sharing::Organisation), Some(AccessMethod::OnRequest)));
    assert_eq!(closed("Cite the office."), (None, None));
    assert_eq!(closed(""), (None, None));
    let usage = read("<Use_Constraints>Restricted: no resale</Use_Constraints>").terms;
    assert_eq!((usage.sharing_at_least, usage.access_at_least), restricted);
    let terms = |access: &str| read(&format!("<Access_Constraints>{access}</Access_Constraints>")).terms;
    assert_eq!(terms("None").sharing.as_deref(), Some("public"));
    let both =
        read("<Access_Constraints>None</Access_Constraints><Access_Constraints>Restricted</Access_Constraints>").terms;
    assert_eq!((both.sharing_at_least, both.access_at_least), restricted, "the closer of two counts");
}

#[test]
fn a_private_record_is_not_listed_openly() {
    let openly = |private: &str| read(&format!("<Private>{private}</Private>")).terms.listed_openly;
    assert_eq!(["False", "True", "true", "perhaps"].map(openly), [true, false, false, false]);
    let contact =
        "<Private>True</Private><Personnel><Role>INVESTIGATOR</Role><Last_Name>Example</Last_Name></Personnel>";
    assert!(!read(contact).contacts[0].published_openly);
}

#[test]
fn a_record_without_an_id_has_one_of_its_words_and_one_without_a_title_none() {
    let read = |record: &str| read_xml_record(record.as_bytes());
    let unnamed =
        read("<DIF><Entry_ID/><Entry_Title>Wells</Entry_Title></DIF>").unwrap_or_else(|problem| panic!("{problem:?}"));
    assert_eq!((unnamed.draft.source_record_id.len(), unnamed.problems[0].code.as_str()), (32, "no-id"));
    assert_eq!(
        read("<DIF><Summary>Wells</Summary></DIF>").map_err(|problem| problem.code),
        Err("no-identity".to_owned())
    );
    let box_without_an_edge = read(
        "<DIF><Entry_ID>1</Entry_ID><Spatial_Coverage><Southernmost_Latitude>1</Southernmost_Latitude></Spatial_Coverage></DIF>",
    );
    let problems = box_without_an_edge.unwrap_or_else(|problem| panic!("{problem:?}")).problems;
    assert_eq!(problems[0].code, "incomplete-box");
}

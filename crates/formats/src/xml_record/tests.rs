//! Formats are told by the root element, and files of any of them are taken.

use super::*;

#[test]
fn formats_are_told_by_the_root_element_and_not_by_its_prefix() {
    let cases = [
        ("<x:MD_Metadata xmlns:x='http://www.isotc211.org/2005/gmd'/>", XmlRecordFormat::Iso19115),
        ("<MI_Metadata xmlns='http://www.isotc211.org/2005/gmi'/>", XmlRecordFormat::Iso19115),
        ("<MD_Metadata xmlns='http://standards.iso.org/iso/19115/-3/mdb/1.0'/>", XmlRecordFormat::Iso19115),
        (
            "<p:P xmlns:p='urn:p' xmlns:gco='http://www.isotc211.org/2005/gco' gco:isoType='gmd:MD_Metadata'/>",
            XmlRecordFormat::Iso19115,
        ),
        ("<codeBook/>", XmlRecordFormat::DdiCodebook),
        ("<DDIInstance xmlns='ddi:instance:3_1'/>", XmlRecordFormat::DdiLifecycle),
        ("<resource xmlns='http://datacite.org/schema/kernel-3'/>", XmlRecordFormat::DataCite),
        ("<metadata><idinfo/></metadata>", XmlRecordFormat::Fgdc),
        ("<DIF xmlns='http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/'/>", XmlRecordFormat::Dif),
        ("<DIF/>", XmlRecordFormat::Dif),
        ("<BriefRecord xmlns='http://www.opengis.net/cat/csw/3.0'/>", XmlRecordFormat::DublinCore),
        ("<dc xmlns='http://www.openarchives.org/OAI/2.0/oai_dc/'/>", XmlRecordFormat::DublinCore),
        ("<record xmlns='http://www.openarchives.org/OAI/2.0/'/>", XmlRecordFormat::OaiRecord),
    ];
    for (document, format) in cases {
        assert_eq!(recognise(document.as_bytes()), Ok(format), "{document}");
    }
    let unknown = ["<html/>", "<MD_Metadata xmlns='urn:x'/>", "<metadata/>", "<GetRecordsResponse/>"];
    for document in unknown {
        assert_eq!(recognise(document.as_bytes()).map_err(|problem| problem.code), Err("unknown-format".to_owned()));
    }
}

#[test]
fn a_file_is_a_record_or_a_page_that_somebody_kept() {
    let record = "<metadata><idinfo><datsetid>1</datsetid><citation><citeinfo><title>T</title></citeinfo></citation></idinfo></metadata>";
    let listed = |document: &str| {
        list_xml_records(document.as_bytes())
            .map(|listing| listing.records.into_iter().map(|record| record.id.unwrap_or_default()).collect::<Vec<_>>())
            .map_err(|problem| problem.code)
    };
    assert_eq!(listed(record), Ok(vec!["1".to_owned()]));
    let csw = format!(
        "<GetRecordByIdResponse xmlns='http://www.opengis.net/cat/csw/2.0.2'><x:x xmlns:x='urn:x'/>{}</GetRecordByIdResponse>",
        record.replace("<metadata>", "<metadata xmlns=''>")
    );
    assert_eq!(listed(&csw), Ok(vec![String::new(), "1".to_owned()]));
    let oai = |content: &str| format!("<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'>{content}</OAI-PMH>");
    let header =
        "<ListRecords><record><header status='deleted'><identifier>2</identifier></header></record></ListRecords>";
    assert_eq!(listed(&oai(header)), Ok(vec!["2".to_owned()]));
    assert_eq!(listed(&oai("<error code='badVerb'/>")), Err("error-answer".to_owned()));
    assert_eq!(listed("<ExceptionReport/>"), Err("error-answer".to_owned()));
    assert_eq!(listed("<html/>"), Err("not-a-csw-answer".to_owned()));
}

#[test]
fn a_record_is_listed_by_the_id_that_it_is_kept_under() {
    for doi in ["https://doi.org/10.5072/x", "doi:10.5072/x", "10.5072/x", "https://office.example/x", "x 1"] {
        for document in [
            format!("<resource xmlns='http://datacite.org/schema/kernel-4'><identifier>{doi}</identifier></resource>"),
            format!(
                "<o:oai_datacite xmlns:o='urn:o'><resource xmlns='http://datacite.org/schema/kernel-4'>\
                 <identifier> {doi} </identifier></resource></o:oai_datacite>"
            ),
            format!(
                "<codeBook><stdyDscr><citation><titlStmt><titl>T</titl><IDNo>{doi}</IDNo></titlStmt></citation></stdyDscr></codeBook>"
            ),
            format!("<metadata><idinfo><datsetid>{doi}</datsetid></idinfo></metadata>"),
            format!("<DIF><Entry_ID>{doi}</Entry_ID></DIF>"),
            format!(
                "<dc xmlns='http://www.openarchives.org/OAI/2.0/oai_dc/' xmlns:d='http://purl.org/dc/elements/1.1/'>\
                 <d:title>T</d:title><d:identifier>{doi}</d:identifier></dc>"
            ),
            format!(
                "<gmd:MD_Metadata xmlns:gmd='http://www.isotc211.org/2005/gmd' xmlns:gco='http://www.isotc211.org/2005/gco'>\
                 <gmd:fileIdentifier><gco:CharacterString>{doi}</gco:CharacterString></gmd:fileIdentifier></gmd:MD_Metadata>"
            ),
        ] {
            let listed = list_xml_records(document.as_bytes()).map(|listing| listing.records[0].id.clone());
            let kept = read_xml_record(document.as_bytes()).map(|reading| Some(reading.draft.source_record_id));
            assert!(listed.is_ok() && listed == kept, "{document}: {listed:?}, {kept:?}");
        }
    }
}

#[test]
fn a_record_is_read_in_any_encoding() {
    let document = "<?xml version='1.0' encoding='ENCODING'?><dc xmlns='http://www.openarchives.org/OAI/2.0/oai_dc/' xmlns:d='http://purl.org/dc/elements/1.1/'><d:title>آبار</d:title><d:identifier>1</d:identifier></dc>";
    let title = |bytes: &[u8]| {
        let reading = read_xml_record(bytes).unwrap_or_else(|problem| panic!("{problem:?}"));
        reading.draft.title.best("und").map(str::to_owned)
    };
    let expected = Some("آبار".to_owned());
    let windows = document.replace("ENCODING", "windows-1256");
    assert_eq!(title(&encoding_rs::WINDOWS_1256.encode(&windows).0), expected);
    let utf_16: Vec<u8> = document.replace("ENCODING", "utf-16").encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(title(&utf_16), expected);
    assert_eq!(title(&[b"\xfe\xff", utf_16.as_slice()].concat()), expected);
    assert_eq!(title(document.replace("ENCODING", "utf-8").as_bytes()), expected);
}

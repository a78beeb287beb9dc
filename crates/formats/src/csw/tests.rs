//! Pages, exceptions, capabilities and requests.

use super::*;
use crate::xml_record::read_xml_record;

const RECORDS: &str = "<csw:Record><dc:identifier>a</dc:identifier><dc:title>A</dc:title></csw:Record>\
    <gmd:MD_Metadata><gmd:fileIdentifier><gco:CharacterString>b</gco:CharacterString></gmd:fileIdentifier></gmd:MD_Metadata>";

/// An answer to `GetRecords`, with attributes and content of its results.
fn answer(attributes: &str, content: &str) -> String {
    format!(
        "<csw:GetRecordsResponse xmlns:csw='http://www.opengis.net/cat/csw/2.0.2' xmlns:dc='http://purl.org/dc/elements/1.1/' \
         xmlns:gmd='http://www.isotc211.org/2005/gmd' xmlns:gco='http://www.isotc211.org/2005/gco' xmlns:unused='urn:x'>\
         <csw:SearchStatus timestamp='2024-01-01T00:00:00Z'/><csw:SearchResults {attributes}>{content}</csw:SearchResults>\
         </csw:GetRecordsResponse>"
    )
}

fn list(document: &str) -> CswPage {
    list_records(document.as_bytes()).unwrap_or_else(|error| panic!("{error:?}"))
}

fn codes(page: &CswPage) -> Vec<&str> {
    page.listing.problems.iter().map(|problem| problem.code.as_str()).collect()
}

#[test]
fn records_of_any_schema_are_cut_out_with_the_namespaces_that_they_need() {
    let page = list(&answer("numberOfRecordsMatched='12' numberOfRecordsReturned='2' nextRecord='3'", RECORDS));
    let ids: Vec<Option<&str>> = page.listing.records.iter().map(|record| record.id.as_deref()).collect();
    assert_eq!(ids, [Some("a"), Some("b")]);
    assert_eq!((page.listing.count, page.returned, page.listing.next.as_deref()), (Some(12), Some(2), Some("3")));
    assert_eq!(
        String::from_utf8_lossy(&page.listing.records[0].bytes),
        "<csw:Record xmlns:csw=\"http://www.opengis.net/cat/csw/2.0.2\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
         <dc:identifier>a</dc:identifier><dc:title>A</dc:title></csw:Record>"
    );
    for (record, id) in page.listing.records.iter().zip(["a", "b"]) {
        assert_eq!(read_xml_record(&record.bytes).map(|reading| reading.draft.source_record_id), Ok(id.to_owned()));
    }
}

#[test]
fn the_last_page_is_told_by_zero_and_by_a_position_beyond_what_matched() {
    let next = |attributes: &str| {
        let page = list(&answer(attributes, RECORDS));
        (page.listing.next, page.next_record)
    };
    let written = |next: &str| (None, Some(next.to_owned()));
    assert_eq!(next("numberOfRecordsMatched='2' nextRecord='0'"), written("0"));
    assert_eq!(next("numberOfRecordsMatched='2' nextRecord='3'"), written("3"));
    assert_eq!(next("numberOfRecordsMatched='2'"), (None, None));
    assert_eq!(next("numberOfRecordsMatched='9' nextRecord='1'"), (Some("1".to_owned()), Some("1".to_owned())));
}

#[test]
fn what_the_answer_says_of_itself_and_is_not_so_is_reported() {
    let page = list(&answer("numberOfRecordsMatched='many' numberOfRecordsReturned='9' nextRecord='next'", RECORDS));
    assert_eq!((page.listing.count, codes(&page)), (None, vec!["unreadable-position", "count-mismatch"]));
    let federated = list(&answer("", &format!("{RECORDS}<csw:FederatedSearchResult/>")));
    assert_eq!((federated.listing.records.len(), codes(&federated)), (2, vec!["federated-result"]));
}

#[test]
fn a_record_by_its_id_is_a_page_of_one_in_its_envelope_or_alone() {
    let record = "<r:Record xmlns:r='http://www.opengis.net/cat/csw/3.0' xmlns:dc='http://purl.org/dc/elements/1.1/'>\
        <dc:identifier>a</dc:identifier></r:Record>";
    let envelope = format!(
        "<csw:GetRecordByIdResponse xmlns:csw='http://www.opengis.net/cat/csw/2.0.2'>{record}</csw:GetRecordByIdResponse>"
    );
    for document in [record, envelope.as_str()] {
        let page = list(document);
        assert_eq!(page.listing.records.len(), 1);
        assert_eq!(String::from_utf8_lossy(&page.listing.records[0].bytes), record);
    }
}

#[test]
fn exceptions_are_told_with_code_and_locator() {
    let report = "<ows:ExceptionReport xmlns:ows='http://www.opengis.net/ows'><ows:Exception exceptionCode='InvalidParameterValue' \
        locator='outputSchema'><ows:ExceptionText>no such schema</ows:ExceptionText></ows:Exception></ows:ExceptionReport>";
    let exception = OwsException {
        code: "InvalidParameterValue".to_owned(),
        locator: Some("outputSchema".to_owned()),
        text: Some("no such schema".to_owned()),
    };
    assert_eq!(exception.to_string(), "InvalidParameterValue at outputSchema");
    assert_eq!(list_records(report.as_bytes()), Err(CswError::Exception(exception.clone())));
    assert_eq!(read_capabilities(report.as_bytes()), Err(CswError::Exception(exception)));
    let older =
        "<ServiceExceptionReport><ServiceException code='Busy'>later</ServiceException></ServiceExceptionReport>";
    assert!(matches!(list_records(older.as_bytes()), Err(CswError::Exception(exception)) if exception.code == "Busy"));
}

#[test]
fn pages_of_another_sort_are_errors() {
    let code = |document: &str| match list_records(document.as_bytes()) {
        Err(CswError::Unreadable(problem)) => problem.code,
        other => format!("{other:?}"),
    };
    assert_eq!(code("<html><body>Log in</body></html>"), "not-a-csw-answer");
    assert_eq!(code("Service unavailable"), "broken-xml");
    assert_eq!(code("<csw:GetRecordsResponse xmlns:csw='http://www.opengis.net/cat/csw/2.0.2'/>"), "no-search-results");
    assert_eq!(code(&answer("", "<dc:broken>")), "broken-xml");
}

#[test]
fn capabilities_say_where_and_how_to_ask() {
    let document = "<csw:Capabilities xmlns:csw='http://www.opengis.net/cat/csw/2.0.2' xmlns:ows='http://www.opengis.net/ows' \
        xmlns:xlink='http://www.w3.org/1999/xlink' version='2.0.2'><ows:ServiceIdentification><ows:Title>Catalogue</ows:Title>\
        </ows:ServiceIdentification><ows:OperationsMetadata><ows:Operation name='DescribeRecord'><ows:DCP><ows:HTTP><ows:Get \
        xlink:href='https://a.example/describe'/></ows:HTTP></ows:DCP></ows:Operation><ows:Operation name='GetRecords'><ows:DCP>\
        <ows:HTTP><ows:Get xlink:href='https://a.example/csw'/><ows:Post xlink:href='https://a.example/soap'><ows:Constraint \
        name='PostEncoding'><ows:Value>SOAP</ows:Value></ows:Constraint></ows:Post><ows:Post xlink:href='https://a.example/post'/>\
        </ows:HTTP></ows:DCP><ows:Parameter name='outputSchema'><ows:Value>http://www.isotc211.org/2005/gmd</ows:Value>\
        </ows:Parameter><ows:Parameter name='typeNames'><ows:AllowedValues><ows:Value>gmd:MD_Metadata</ows:Value>\
        </ows:AllowedValues></ows:Parameter><ows:Parameter name='CONSTRAINTLANGUAGE'><ows:Value>FILTER</ows:Value></ows:Parameter>\
        <ows:Constraint name='SupportedISOQueryables'><ows:Value>apiso:Modified</ows:Value></ows:Constraint></ows:Operation>\
        <ows:Constraint name='MaxRecordDefault'><ows:Value>100</ows:Value></ows:Constraint></ows:OperationsMetadata></csw:Capabilities>";
    let one = |text: &str| vec![text.to_owned()];
    let expected = Capabilities {
        version: Some("2.0.2".to_owned()),
        title: Some("Catalogue".to_owned()),
        get_records_get: one("https://a.example/csw"),
        get_records_post: one("https://a.example/post"),
        output_schemas: one("http://www.isotc211.org/2005/gmd"),
        type_names: one("gmd:MD_Metadata"),
        constraint_languages: one("FILTER"),
        element_sets: Vec::new(),
        queryables: one("apiso:Modified"),
        page_limit: Some(100),
    };
    assert_eq!(read_capabilities(document.as_bytes()), Ok(expected));
    let other = read_capabilities(answer("", "").as_bytes());
    assert!(matches!(other, Err(CswError::Unreadable(problem)) if problem.code == "not-csw-capabilities"));
}

#[test]
fn a_request_has_the_parameters_of_its_version() {
    let filter = modified_since(CswVersion::V2_0_2, "apiso:Modified", "2024-01-01");
    let mut request = GetRecords {
        version: CswVersion::V2_0_2,
        output_schema: "http://www.isotc211.org/2005/gmd",
        type_names: "gmd:MD_Metadata",
        start_position: 101,
        max_records: 50,
        constraint: Some(&filter),
    };
    let written = |request: &GetRecords<'_>| {
        request.query().into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
    };
    let expected = "service=CSW&version=2.0.2&request=GetRecords&typeNames=gmd:MD_Metadata&\
        outputSchema=http://www.isotc211.org/2005/gmd&elementSetName=full&startPosition=101&maxRecords=50&resultType=results&\
        namespace=xmlns(gmd=http://www.isotc211.org/2005/gmd)&constraintLanguage=FILTER&constraint_language_version=1.1.0&\
        constraint=<ogc:Filter xmlns:ogc=\"http://www.opengis.net/ogc\" xmlns:apiso=\"http://www.opengis.net/cat/csw/apiso/1.0\">\
        <ogc:PropertyIsGreaterThanOrEqualTo><ogc:PropertyName>apiso:Modified</ogc:PropertyName><ogc:Literal>2024-01-01</ogc:Literal>\
        </ogc:PropertyIsGreaterThanOrEqualTo></ogc:Filter>";
    assert_eq!(written(&request), expected);
    request = GetRecords { version: CswVersion::V3_0, type_names: "Record", constraint: None, ..request };
    assert!(!written(&request).contains("resultType") && written(&request).contains("version=3.0.0"));
}

#[test]
fn the_body_of_a_request_is_xml_whatever_is_in_it() {
    let filter = modified_since(CswVersion::V3_0, "dct:modified", "<2024 & later>");
    let request = GetRecords {
        version: CswVersion::V3_0,
        output_schema: "http://a.example/?a=1&b=\"2\"",
        type_names: "csw:Record",
        start_position: 1,
        max_records: 10,
        constraint: Some(&filter),
    };
    let body = request.body();
    let document = crate::xml::parse(&body).unwrap_or_else(|problem| panic!("{problem:?}"));
    assert_eq!(document.root.attribute("outputSchema"), Some("http://a.example/?a=1&b=\"2\""));
    let literal =
        document.root.descendants_of(Vocabulary::Filter, "Literal").first().and_then(|literal| literal.text());
    assert_eq!(literal.as_deref(), Some("<2024 & later>"));
}

#[test]
fn a_record_says_when_it_changed_in_each_schema() {
    let iso = "<MD_Metadata xmlns='http://www.isotc211.org/2005/gmd'><dateStamp><x:DateTime xmlns:x='http://www.isotc211.org/2005/gco'>2026-05-01T10:00:00</x:DateTime></dateStamp></MD_Metadata>";
    let newer = "<MD_Metadata xmlns='http://standards.iso.org/iso/19115/-3/mdb/2.0'><dateInfo><CI_Date><date><Date>2026-05-02</Date></date></CI_Date></dateInfo><dateInfo><CI_Date><date><Date>2026-05-01</Date></date></CI_Date></dateInfo></MD_Metadata>";
    let dublin_core = "<Record xmlns='http://www.opengis.net/cat/csw/2.0.2'><modified xmlns='http://purl.org/dc/terms/'>2026-05-03</modified></Record>";
    let dates: Vec<Option<String>> =
        [iso, newer, dublin_core, "<Record/>", "<"].iter().map(|record| record_date(record.as_bytes())).collect();
    let expected = [Some("2026-05-01T10:00:00"), Some("2026-05-02"), Some("2026-05-03"), None, None];
    assert_eq!(dates.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
}

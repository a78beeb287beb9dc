//! Answers of every sort, errors as servers mean them, requests.

use jiff::Timestamp;

use super::*;
use crate::xml_record::{XmlRecordFormat, read_xml_record};

/// An answer with the content of its root.
fn answer_of(content: &str) -> String {
    format!(
        "<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><responseDate>2024-01-02T03:04:05Z</responseDate>\
         <request verb='x'>https://a.example/oai</request>{content}</OAI-PMH>"
    )
}

const RECORD: &str = "<record><header><identifier>oai:a:1</identifier><datestamp>2024-01-01</datestamp><setSpec>s</setSpec>\
    </header><metadata><d:dc xmlns:d='http://www.openarchives.org/OAI/2.0/oai_dc/' xmlns:dc='http://purl.org/dc/elements/1.1/'>\
    <dc:title>Wells</dc:title><dc:identifier>https://a.example/1</dc:identifier></d:dc></metadata></record>";
const DELETED: &str = "<record><header status='deleted'><identifier>oai:a:2</identifier></header></record>";

fn list(content: &str) -> OaiPage {
    list_records(answer_of(content).as_bytes()).unwrap_or_else(|error| panic!("{error:?}"))
}

fn ids(page: &OaiPage) -> Vec<(&str, bool)> {
    page.listing.records.iter().map(|record| (record.id.as_deref().unwrap_or_default(), record.deleted)).collect()
}

#[test]
fn records_are_cut_with_their_headers_and_deleted_ones_are_told() {
    let token =
        "<resumptionToken completeListSize='5' cursor='0' expirationDate='2024-01-03'> t&amp;1 </resumptionToken>";
    let page = list(&format!("<ListRecords>{RECORD}{DELETED}{token}</ListRecords>"));
    assert_eq!(ids(&page), [("oai:a:1", false), ("oai:a:2", true)]);
    assert_eq!((page.listing.next.as_deref(), page.listing.count), (Some("t&1"), Some(5)));
    assert_eq!(page.response_date.as_deref(), Some("2024-01-02T03:04:05Z"));
    let header = Header {
        identifier: "oai:a:1".to_owned(),
        datestamp: Some("2024-01-01".to_owned()),
        sets: vec!["s".to_owned()],
        deleted: false,
    };
    assert_eq!(page.headers[0], header);
    let token = ResumptionToken { text: Some("t&1".to_owned()), complete_list_size: Some(5), cursor: Some(0) };
    assert_eq!(page.token, Some(token));
}

#[test]
fn a_record_is_read_under_the_identifier_of_its_header() {
    let page = list(&format!("<GetRecord>{RECORD}</GetRecord>"));
    let reading = read_xml_record(&page.listing.records[0].bytes).unwrap_or_else(|problem| panic!("{problem:?}"));
    assert_eq!((reading.draft.source_record_id.as_str(), reading.draft.title.best("en")), ("oai:a:1", Some("Wells")));
    assert_eq!(reading.draft.identifiers[0].value, "https://a.example/1");
    assert_eq!(reading.draft.modified, None, "the datestamp is no date of the data");
    let namespaced = format!("<record xmlns='http://www.openarchives.org/OAI/2.0/'>{}", &DELETED["<record>".len()..]);
    let deleted =
        read_xml_record(namespaced.as_bytes()).map(|reading| (reading.draft.source_record_id, reading.deleted));
    assert_eq!(deleted, Ok(("oai:a:2".to_owned(), true)));
}

#[test]
fn the_list_ends_at_a_token_without_text_and_without_a_token() {
    assert_eq!(list(&format!("<ListRecords>{RECORD}<resumptionToken/></ListRecords>")).listing.next, None);
    let without = list(&format!("<ListRecords>{RECORD}</ListRecords>"));
    assert_eq!((without.listing.next, without.token), (None, None));
}

#[test]
fn identifiers_are_listed_as_headers() {
    let content = "<ListIdentifiers><header><identifier>1</identifier></header><header status='deleted'><identifier>2</identifier>\
        </header><header><datestamp/></header></ListIdentifiers>";
    let page = list(content);
    let headers: Vec<&str> = page.headers.iter().map(|header| header.identifier.as_str()).collect();
    assert_eq!((headers, ids(&page)), (vec!["1", "2"], vec![("2", true)]));
    assert_eq!(page.listing.problems[0].code, "no-header");
    assert_eq!(page.listing.problems[0].position.record, Some(2));
}

#[test]
fn an_answer_with_nothing_in_it_is_a_page_without_records() {
    for content in ["<ListRecords/>", "<GetRecord></GetRecord>", ""] {
        let page = list(content);
        assert_eq!((ids(&page), &page.listing.next), (Vec::new(), &None), "{content}");
    }
    assert_eq!(list("").listing.problems[0].code, "empty-answer");
}

#[test]
fn errors_are_told_by_their_code_and_by_what_servers_mean() {
    let refused = |errors: &str| match list_records(answer_of(errors).as_bytes()) {
        Err(error) => error,
        Ok(page) => panic!("{page:?}"),
    };
    let codes = [
        ("badArgument", OaiErrorCode::BadArgument),
        ("badResumptionToken", OaiErrorCode::BadResumptionToken),
        ("badVerb", OaiErrorCode::BadVerb),
        ("cannotDisseminateFormat", OaiErrorCode::CannotDisseminateFormat),
        ("idDoesNotExist", OaiErrorCode::IdDoesNotExist),
        ("noRecordsMatch", OaiErrorCode::NoRecordsMatch),
        ("noMetadataFormats", OaiErrorCode::NoMetadataFormats),
        ("noSetHierarchy", OaiErrorCode::NoSetHierarchy),
        ("outOfOrder", OaiErrorCode::Other("outOfOrder".to_owned())),
    ];
    for (code, expected) in codes {
        let error = refused(&format!("<error code='{code}'>words</error>"));
        let message = Some("words".to_owned());
        assert_eq!(error, OaiError::Refused(vec![OaiRefusal { code: expected.clone(), message }]));
        assert_eq!(error.to_string(), format!("the repository answered with {code}"));
        assert_eq!((error.means_nothing_found(), error.has_code(&expected)), (code == "noRecordsMatch", true));
    }
    let asks = refused("<error code='badArgument'>Missing metadataPrefix parameter</error>");
    assert!(!asks.means_nothing_found());
    let two = refused("<error code='noRecordsMatch'/><error code='badArgument'/>");
    assert!(!two.means_nothing_found());
}

#[test]
fn pages_of_another_sort_are_errors() {
    let code = |document: &str| match list_records(document.as_bytes()) {
        Err(OaiError::Unreadable(problem)) => problem.code,
        other => format!("{other:?}"),
    };
    assert_eq!(code("<html/>"), "not-an-oai-pmh-answer");
    assert_eq!(code("broken xml"), "broken-xml");
    assert_eq!(code(&answer_of("<Identify/>")), "not-a-list-of-records");
}

#[test]
fn a_repository_says_what_it_keeps_and_how_fine_its_dates_are() {
    let document = answer_of(
        "<Identify><repositoryName>A</repositoryName><baseURL>https://a.example/oai</baseURL>\
         <earliestDatestamp>2001-01-01</earliestDatestamp><deletedRecord>persistent</deletedRecord>\
         <granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>",
    );
    let expected = Repository {
        name: Some("A".to_owned()),
        base_url: Some("https://a.example/oai".to_owned()),
        earliest_datestamp: Some("2001-01-01".to_owned()),
        deleted_records: DeletedRecords::Persistent,
        granularity: Granularity::Second,
    };
    assert_eq!(read_repository(document.as_bytes()), Ok(expected));
    assert_eq!(read_repository(answer_of("<Identify/>").as_bytes()), Ok(Repository::default()));
}

#[test]
fn the_format_that_says_most_is_taken() {
    let format = |prefix: &str, namespace: &str| {
        format!(
            "<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>s</schema>\
             <metadataNamespace>{namespace}</metadataNamespace></metadataFormat>"
        )
    };
    let document = answer_of(&format!(
        "<ListMetadataFormats>{}{}{}</ListMetadataFormats>",
        format("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/"),
        format("marc", "http://www.loc.gov/MARC21/slim"),
        format("iso", "http://www.isotc211.org/2005/gmd")
    ));
    let formats = read_metadata_formats(document.as_bytes()).unwrap_or_else(|error| panic!("{error:?}"));
    let found: Vec<Option<XmlRecordFormat>> = formats.iter().map(|format| format.format).collect();
    assert_eq!(found, [Some(XmlRecordFormat::DublinCore), None, Some(XmlRecordFormat::Iso19115)]);
    assert_eq!(best_format(&formats).map(|format| format.prefix.as_str()), Some("iso"));
}

#[test]
fn requests_have_the_parameters_that_the_protocol_allows() {
    let written = |request: &OaiRequest<'_>| {
        request.parameters().into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
    };
    let from = "2024-05-06T07:08:09.5Z".parse::<Timestamp>().ok();
    let selection = Selection { metadata_prefix: "oai_dc", from, set: Some("s"), granularity: Granularity::Second };
    assert_eq!(
        written(&OaiRequest::ListRecords(selection.clone())),
        "verb=ListRecords&metadataPrefix=oai_dc&from=2024-05-06T07:08:09Z&set=s"
    );
    let days = Selection { granularity: Granularity::Day, set: None, ..selection };
    assert_eq!(
        written(&OaiRequest::ListIdentifiers(days)),
        "verb=ListIdentifiers&metadataPrefix=oai_dc&from=2024-05-06"
    );
    let resume = |metadata_prefix| written(&OaiRequest::ResumeRecords { token: "t", metadata_prefix });
    assert_eq!(resume(None), "verb=ListRecords&resumptionToken=t");
    assert_eq!(resume(Some("oai_dc")), "verb=ListRecords&resumptionToken=t&metadataPrefix=oai_dc");
    let one = OaiRequest::GetRecord { identifier: "i", metadata_prefix: "p" };
    assert_eq!(written(&one), "verb=GetRecord&identifier=i&metadataPrefix=p");
    assert_eq!(written(&OaiRequest::Identify), "verb=Identify");
}

//! Real metadata in XML, and real listings of folders, kept outside the project: `CAIRN_TEST_CORPUS` names the folder that
//! holds `records/`.
//!
//! What a payload holds is counted by a simple look at its text, apart from the readers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use cairn_formats::Reading;
use cairn_formats::csw::{CswError, list_records, read_capabilities};
use cairn_formats::oai_pmh::{self, OaiError, OaiErrorCode};
use cairn_formats::waf::list_folder;
use cairn_formats::xml_record::{list_xml_records, read_xml_record};
use cairn_model::{Draft, Vocabularies, normalise};

use crate::real_payloads::corpus;

/// File to records and deleted records, for the files of a kind whose records were counted.
fn expected(folder: &Path, kind: &str) -> BTreeMap<String, (usize, usize)> {
    let table = fs::read_to_string(folder.join("records/EXPECTED.tsv")).unwrap();
    let mut expected = BTreeMap::new();
    for line in table.lines().filter(|line| line.starts_with(kind)) {
        let mut cells = line.split('\t');
        if let (Some(file), Some(Ok(records)), Some(Ok(deleted))) =
            (cells.next(), cells.next().map(str::parse), cells.next().map(str::parse))
        {
            expected.insert(file.to_owned(), (records, deleted));
        }
    }
    assert!(!expected.is_empty());
    expected
}

/// The files of a kind, by name.
fn files(folder: &Path, kind: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder.join("records").join(kind))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

fn read_all(file: &str, bytes: &[u8]) -> Vec<Reading> {
    let listing = list_xml_records(bytes).unwrap_or_else(|problem| panic!("{file}: {problem:?}"));
    let live = listing.records.iter().filter(|record| !record.deleted);
    live.map(|record| {
        let reading = read_xml_record(&record.bytes).unwrap_or_else(|problem| panic!("{file}: {problem:?}"));
        if let Some(id) = &record.id {
            let stated = &reading.draft.source_record_id;
            assert!(id == stated || id.ends_with(stated.as_str()), "{file}: {id} is read as {stated}");
        }
        reading
    })
    .collect()
}

/// How often a text stands in a payload.
fn count(text: &str, mark: &str) -> usize {
    text.matches(mark).count()
}

/// What a record must have if its payload has the mark.
fn kept(file: &str, payload: &str, marks: &[&str], what: &str, has_it: bool) {
    if marks.iter().any(|mark| payload.contains(mark)) {
        assert!(has_it, "{file}: the payload has {marks:?}, and the draft no {what}");
    }
}

/// Templates, whose elements are there and empty.
const TEMPLATES: &[&str] = &["iso19115-3.2018__service.xml", "iso19115-3.2018__geodata-multilingual.xml"];

#[test]
fn every_record_of_iso_19115_keeps_what_its_payload_has() {
    let Some(folder) = corpus() else { return };
    for kind in ["iso19139", "iso19115-3"] {
        let expected = expected(&folder, &format!("{kind}/"));
        for (file, bytes) in files(&folder, kind) {
            let readings = read_all(&file, &bytes);
            // The counting looked for `MD_Metadata` by name, and a profile specialises it under another.
            let count_is = if file == "owslib__iso_che.xml" { 1 } else { expected[&format!("{kind}/{file}")].0 };
            assert_eq!(readings.len(), count_is, "{file}");
            let payload = String::from_utf8_lossy(&bytes).into_owned();
            iso_record(&file, &payload, &readings[0].draft);
        }
    }
}

fn iso_record(file: &str, payload: &str, draft: &Draft) {
    assert!(!draft.title.is_empty() && !draft.source_record_id.is_empty(), "{file}");
    let is_template = TEMPLATES.contains(&file);
    let is_blank = file == "pycsw__auscope-iso19139-geoprovinces.xml" && payload.contains("<gco:CharacterString/>");
    kept(file, payload, &["abstract>"], "description", !draft.description.is_empty() || is_template || is_blank);
    kept(file, payload, &["westBoundLongitude>"], "extent", !draft.extents.is_empty() || is_template);
    kept(file, payload, &["dateStamp>", "dateInfo>"], "modified", draft.modified.is_some());
    let organisations = ["organisationName>\n", "organisationName><", "CI_Organisation>"];
    kept(file, payload, &organisations, "publisher", draft.publisher.is_some() || is_template);
    kept(
        file,
        payload,
        &["useLimitation>", "otherConstraints>"],
        "words of constraints",
        has_constraints(draft) || is_template,
    );
    kept(
        file,
        payload,
        &["beginPosition>"],
        "coverage",
        draft.coverage_start.is_some() || draft.coverage_end.is_some() || is_template,
    );
    kept(file, payload, &["\"restricted\"", "'restricted'"], "restriction", draft.terms.sharing_at_least.is_some());
    let license = payload.contains("accessConstraints")
        && payload.contains("RestrictionCode")
        && payload.contains("=\"license\"");
    let licence_words =
        draft.licence_text.is_some() || draft.licence_url.is_some() || draft.terms.access_at_least.is_some();
    assert!(!license || licence_words || is_template, "{file}: {:?}", draft.terms);
    // Those who answer for a thesaurus or for other data are none of this record.
    let own = without(&without(payload, "aggregationInfo>"), "thesaurusName>");
    for mail in mails(&own) {
        let known = draft.contacts.iter().any(|contact| contact.email.as_deref() == Some(mail));
        assert!(known, "{file}: the contact {mail} is lost");
    }
    for address in addresses(payload, "CI_OnlineResource>") {
        let known = draft.distributions.iter().any(|link| link.url.as_deref() == Some(address.as_str()));
        let is_of_party = payload.contains("onlineResource>");
        assert!(known || is_of_party || draft.landing_page.as_deref() == Some(&address), "{file}: {address} is lost");
    }
}

fn has_constraints(draft: &Draft) -> bool {
    draft.licence_text.is_some()
        || draft.licence_url.is_some()
        || draft.caveats.is_some()
        || draft.terms.sharing.is_some()
        || !draft.terms.reasons.is_empty()
        // "None" and "no conditions apply" are no words worth keeping.
        || draft.terms.access_at_least.is_some()
}

/// A payload without what stands between two tags that end in a mark.
fn without(payload: &str, mark: &str) -> String {
    payload.split(mark).step_by(2).collect()
}

/// Mail addresses that stand as the text of an element.
fn mails(payload: &str) -> Vec<&str> {
    let after = payload.split("electronicMailAddress>").skip(1).step_by(2);
    let texts = after.filter_map(|part| part.split('>').nth(1)?.split('<').next().map(str::trim));
    texts.filter(|text| text.contains('@') && !text.contains(' ')).collect()
}

/// Addresses in `linkage` behind a mark.
fn addresses(payload: &str, mark: &str) -> Vec<String> {
    let parts = payload.split(mark).skip(1).step_by(2);
    let linkage = parts.filter_map(|part| part.split("linkage>").nth(1)?.split('>').nth(1)?.split('<').next());
    linkage.map(|text| text.trim().replace("&amp;", "&")).filter(|text| text.starts_with("http")).collect()
}

/// Records of these schemas are listed, and no reader takes them.
const NOT_READ: &[&str] = &["pycsw__post_GetRecords-filter-bbox~3.xml"];

#[test]
fn every_answer_of_a_catalogue_holds_as_many_records_as_were_counted() {
    let Some(folder) = corpus() else { return };
    let expected = expected(&folder, "csw/");
    for (file, bytes) in files(&folder, "csw") {
        let (records, _) = expected[&format!("csw/{file}")];
        let payload = String::from_utf8_lossy(&bytes).into_owned();
        let page = match list_records(&bytes) {
            Ok(page) => page,
            Err(CswError::Exception(exception)) => {
                assert!(payload.contains("ExceptionReport") && exception.locator.is_some(), "{file}");
                continue;
            }
            Err(CswError::Unreadable(problem)) => {
                assert_eq!((records, problem.code.as_str()), (0, "not-a-csw-answer"), "{file}");
                continue;
            }
        };
        assert_eq!(page.listing.records.len(), records, "{file}");
        assert!(page.listing.problems.is_empty(), "{file}: {:?}", page.listing.problems);
        for record in &page.listing.records {
            match read_xml_record(&record.bytes) {
                Ok(reading) => {
                    // The one record without title stands in the payload as `<dc:title></dc:title>`.
                    let titled = !reading.draft.title.is_empty() || payload.contains("<dc:title></dc:title>");
                    assert!(titled && reading.draft.source_record_id == record.id.clone().unwrap(), "{file}");
                }
                Err(problem) => {
                    assert!(
                        NOT_READ.contains(&file.as_str()) && problem.code == "unknown-format",
                        "{file}: {problem:?}"
                    );
                }
            }
        }
        if payload.contains("nextRecord=\"0\"") {
            assert_eq!((page.listing.next.as_deref(), page.next_record.as_deref()), (None, Some("0")), "{file}");
        } else if payload.contains("nextRecord=") {
            assert_eq!(page.listing.next, page.next_record, "{file}");
        }
        assert_eq!(page.listing.count.is_some(), payload.contains("numberOfRecordsMatched"), "{file}");
    }
}

#[test]
fn dublin_core_of_catalogues_keeps_boxes_and_links() {
    let Some(folder) = corpus() else { return };
    for (file, bytes) in files(&folder, "csw") {
        let payload = String::from_utf8_lossy(&bytes).into_owned();
        if !payload.contains("recordSchema=\"http://www.opengis.net/cat/csw/2.0.2\"") {
            continue;
        }
        let readings = read_all(&file, &bytes);
        let boxes = readings.iter().filter(|reading| !reading.draft.extents.is_empty()).count();
        let links: usize = readings.iter().map(|reading| reading.draft.distributions.len()).sum();
        assert_eq!(boxes, count(&payload, "<ows:BoundingBox"), "{file}");
        assert!(links >= count(&payload, "<dc:URI"), "{file}: {links}");
    }
}

#[test]
fn capabilities_of_catalogues_say_how_to_ask() {
    let Some(folder) = corpus() else { return };
    for file in ["ckanext-geodatagov__sample3.xml", "ckanext-geodatagov__sample4.xml"] {
        let bytes = fs::read(folder.join("records/csw").join(file)).unwrap();
        let capabilities = read_capabilities(&bytes).unwrap_or_else(|error| panic!("{file}: {error:?}"));
        assert_eq!(capabilities.version.as_deref(), Some("2.0.2"), "{file}");
        let addresses = capabilities.get_records_get.len() + capabilities.get_records_post.len();
        assert!(addresses > 0 && !capabilities.output_schemas.is_empty(), "{file}: {capabilities:?}");
    }
}

/// Records that their reader refuses, with the reason.
const REFUSED_RECORDS: &[(&str, &str)] =
    &[("cessda.cdc.osmh-indexer.cmm__synthetic_list_records_response.xml", "unknown-format")];

#[test]
fn every_answer_of_a_repository_holds_as_many_records_as_were_counted() {
    let Some(folder) = corpus() else { return };
    let expected = expected(&folder, "oai-pmh/");
    for (file, bytes) in files(&folder, "oai-pmh") {
        let Some((records, deleted)) = expected.get(&format!("oai-pmh/{file}")).copied() else {
            // What the independent parser could not read is no XML, but for a blank line before the declaration.
            let has_blank_line = file == "metis-framework__oaiListIdentifiersIncorrectMetadataPrefix.xml";
            let code = if has_blank_line { "error-answer" } else { "broken-xml" };
            assert_eq!(list_xml_records(&bytes).map_err(|problem| problem.code), Err(code.to_owned()), "{file}");
            continue;
        };
        let payload = String::from_utf8_lossy(&bytes).into_owned();
        let errors = count(&payload, "error code=");
        let listing = match list_xml_records(&bytes) {
            Ok(listing) => listing,
            Err(problem) => {
                let code = if payload.contains("Identify>") { "not-a-list-of-records" } else { "error-answer" };
                assert_eq!((problem.code.as_str(), records + deleted), (code, 0), "{file}");
                assert_eq!(errors > 0, code == "error-answer", "{file}");
                continue;
            }
        };
        assert_eq!(errors, 0, "{file}");
        let dead = listing.records.iter().filter(|record| record.deleted).count();
        // A container of Dublin Core that stands alone is one record, though none of the protocol.
        let alone = usize::from(file == "metis-framework__expectedOaiRecord.xml");
        assert_eq!((listing.records.len() - dead, dead), (records + alone, deleted), "{file}");
        let (mut titles, mut refused) = (0, 0);
        for record in listing.records.iter().filter(|record| !record.deleted) {
            match read_xml_record(&record.bytes) {
                Ok(reading) => {
                    titles += usize::from(!reading.draft.title.is_empty());
                    assert_eq!(Some(&reading.draft.source_record_id), record.id.as_ref(), "{file}");
                }
                Err(problem) => {
                    assert!(REFUSED_RECORDS.contains(&(file.as_str(), &problem.code)), "{file}: {problem:?}");
                    refused += 1;
                }
            }
        }
        // Two records of Dublin Core have no title.
        let untitled = if file == "pycsw__get_ListRecords_oai_dc.xml" { 2 } else { 0 };
        assert_eq!(titles + refused, records + alone - untitled, "{file}");
    }
}

#[test]
fn headers_tokens_and_errors_of_repositories_are_told() {
    let Some(folder) = corpus() else { return };
    for (file, bytes) in files(&folder, "oai-pmh") {
        let payload = String::from_utf8_lossy(&bytes).into_owned();
        match oai_pmh::list_records(&bytes) {
            Ok(page) => {
                let headers = count(&payload, "</header>") + count(&payload, "</oai:header>");
                assert_eq!(page.headers.len(), headers, "{file}");
                let has_token = payload.contains("<resumptionToken") || payload.contains("<oai:resumptionToken");
                assert_eq!(page.token.is_some(), has_token, "{file}");
            }
            Err(OaiError::Refused(errors)) => {
                let stated = |error: &oai_pmh::OaiRefusal| payload.contains(error.code.as_str());
                assert!(errors.iter().all(stated), "{file}: {errors:?}");
                let unknown = matches!(errors[0].code, OaiErrorCode::Other(_));
                assert_eq!(unknown, file.contains("undefinedError"), "{file}");
            }
            Err(OaiError::Unreadable(problem)) => {
                let codes = ["broken-xml", "not-an-oai-pmh-answer", "not-a-list-of-records"];
                assert!(codes.contains(&problem.code.as_str()), "{file}: {problem:?}");
            }
        }
    }
    let identify = fs::read(folder.join("records/oai-pmh/pycsw__get_Identify.xml")).unwrap();
    let repository = oai_pmh::read_repository(&identify).unwrap();
    assert_eq!(repository.granularity, oai_pmh::Granularity::Second);
    assert_eq!(repository.deleted_records, oai_pmh::DeletedRecords::No);
}

#[test]
fn every_study_keeps_what_its_codebook_has() {
    let Some(folder) = corpus() else { return };
    for (file, bytes) in files(&folder, "ddi-nada") {
        if Path::new(&file).extension().is_some_and(|ending| ending == "json") {
            // What an indexer made of a study is no DDI.
            assert_eq!(
                list_xml_records(&bytes).map_err(|problem| problem.code),
                Err("broken-xml".to_owned()),
                "{file}"
            );
            continue;
        }
        let payload = String::from_utf8_lossy(&bytes).into_owned();
        let readings = read_all(&file, &bytes);
        assert_eq!(readings.len(), 1, "{file}");
        let draft = &readings[0].draft;
        assert!(!draft.title.is_empty() && !draft.source_record_id.is_empty(), "{file}");
        let has_publisher = draft.publisher.is_some() || file.starts_with("dataverse__dataset-spruce1");
        kept(&file, &payload, &["<distrbtr>", "<distrbtr ", "<producer "], "publisher", has_publisher);
        kept(&file, &payload, &["<abstract", "Abstract>"], "description", !draft.description.is_empty());
        kept(&file, &payload, &["<timePrd", "<collDate", "ReferenceDate>"], "coverage", draft.coverage_start.is_some());
        kept(&file, &payload, &["<nation>"], "country", !draft.countries.is_empty());
        kept(&file, &payload, &["<restrctn>", "<specPerm>"], "restriction", draft.terms.access_at_least.is_some());
        kept(&file, &payload, &["<conditions>"], "conditions", draft.licence_text.is_some());
        kept(&file, &payload, &["<westBL>"], "extent", !draft.extents.is_empty());
        kept(
            &file,
            &payload,
            &["agency=\"DOI\"", "agency=\"datacite\"", "ManagingAgency>DOI"],
            "DOI",
            draft.identifiers.iter().any(|identifier| identifier.scheme == "doi"),
        );
    }
}

#[test]
fn every_record_of_datacite_and_fgdc_keeps_what_its_payload_has() {
    let Some(folder) = corpus() else { return };
    for (file, bytes) in files(&folder, "datacite") {
        let payload = String::from_utf8_lossy(&bytes).into_owned();
        let draft = &read_all(&file, &bytes)[0].draft;
        assert!(!draft.title.is_empty() && draft.source_record_id.starts_with("10."), "{file}");
        assert!(draft.publisher.is_some() && draft.issued.is_some(), "{file}");
        kept(&file, &payload, &["<geoLocationBox>", "<geoLocationPolygon>"], "extent", !draft.extents.is_empty());
        kept(&file, &payload, &["rightsURI"], "licence", draft.licence_url.is_some());
    }
    for (file, bytes) in files(&folder, "fgdc") {
        let payload = String::from_utf8_lossy(&bytes).into_owned();
        let reading = &read_all(&file, &bytes)[0];
        let draft = &reading.draft;
        let codes: Vec<&str> = reading.problems.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(codes, ["doctype-ignored", "no-id"], "{file}");
        assert!(!draft.title.is_empty() && draft.publisher.is_some() && draft.modified.is_some(), "{file}");
        assert_eq!(draft.extents.len(), count(&payload, "<bounding>"), "{file}");
        assert_eq!(draft.fields.len(), count(&payload, "<attrlabl"), "{file}");
        let restricted = payload.contains("<accconst>Restricted");
        assert_eq!(draft.terms.sharing_at_least.is_some(), restricted, "{file}");
    }
}

#[test]
fn hostile_xml_is_answered_and_no_entity_is_replaced() {
    let Some(folder) = corpus() else { return };
    for (file, bytes) in files(&folder, "nasty-xml") {
        let listed = list_xml_records(&bytes).map_err(|problem| problem.code);
        assert_eq!(listed, Err("not-a-csw-answer".to_owned()), "{file}");
    }
}

/// File to files and folders that a person sees in it.
const FOLDERS: &[(&str, usize)] = &[
    ("ckanext-spatial__apache-subfolder.html", 1),
    ("ckanext-spatial__iis-subfolder.html", 1),
    ("ckanext-spatial__nginx-subfolder.html", 1),
    ("datagov-harvester__apache-noaa-waf.html", 2),
    ("datagov-harvester__bts-waf.html", 2),
    ("datagov-harvester__ms-iis-waf.html", 2),
    ("datagov-harvester__nginx-dggs-waf.html", 6),
];

#[test]
fn every_listing_of_a_folder_gives_its_files_with_their_dates() {
    let Some(folder) = corpus() else { return };
    let files = files(&folder, "waf-html");
    assert_eq!(files.len(), FOLDERS.len());
    for ((file, bytes), (name, count)) in files.iter().zip(FOLDERS) {
        assert_eq!(file, name);
        let listing = list_folder(bytes, None).unwrap();
        assert_eq!((listing.files.len(), listing.folders.len()), (*count, 0), "{file}");
        for entry in &listing.files {
            assert!(entry.modified.is_some() && entry.size.is_some(), "{file}: {entry:?}");
        }
    }
}

#[test]
fn what_is_read_becomes_a_record_in_which_dates_and_boxes_are_kept() {
    let Some(folder) = corpus() else { return };
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let (mut records, mut boxes, mut stated_boxes, mut dates, mut stated_dates) = (0, 0, 0, 0, 0);
    for kind in ["iso19139", "iso19115-3", "csw", "oai-pmh", "ddi-nada", "datacite", "fgdc"] {
        for (_, bytes) in files(&folder, kind) {
            let Ok(listing) = list_xml_records(&bytes) else { continue };
            for record in listing.records.iter().filter(|record| !record.deleted) {
                let Ok(reading) = read_xml_record(&record.bytes) else { continue };
                stated_boxes += usize::from(!reading.draft.extents.is_empty());
                stated_dates += usize::from(reading.draft.modified.is_some());
                let dataset = normalise("source", reading.draft, Vocabularies::bundled(), now).dataset;
                boxes += usize::from(dataset.bbox.is_some());
                dates += usize::from(dataset.modified.is_some());
                records += 1;
            }
        }
    }
    assert_eq!(records, 90);
    assert_eq!((boxes, dates), (stated_boxes, stated_dates));
}

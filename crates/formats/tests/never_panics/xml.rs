//! Documents of XML and HTML.

use std::time::Instant;

use cairn_formats::csw::list_records;
use cairn_formats::oai_pmh;
use cairn_formats::waf::list_folder;
use cairn_formats::xml_record::read_xml_record;
use proptest::prelude::*;

use super::readers::read_as;

fn read_all(bytes: &[u8]) {
    read_as(&["csw", "oai_pmh", "sitemap", "waf", "web_page", "xml_record"], bytes);
}

const ROOTS: &[&str] = &[
    "<gmd:MD_Metadata xmlns:gmd='http://www.isotc211.org/2005/gmd' xmlns:gco='http://www.isotc211.org/2005/gco' xmlns:gml='http://www.opengis.net/gml'>",
    "<mdb:MD_Metadata xmlns:mdb='http://standards.iso.org/iso/19115/-3/mdb/2.0' xmlns:gco='http://standards.iso.org/iso/19115/-3/gco/1.0'>",
    "<csw:GetRecordsResponse xmlns:csw='http://www.opengis.net/cat/csw/2.0.2' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:ows='http://www.opengis.net/ows'><csw:SearchResults nextRecord='99999999999999999999'>",
    "<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><ListRecords>",
    "<codeBook>",
    "<resource xmlns='http://datacite.org/schema/kernel-4'>",
    "<metadata><idinfo>",
    "<DIF xmlns='http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/'>",
    "<i:DDIInstance xmlns:i='ddi:instance:3_3' xmlns:r='ddi:reusable:3_3'>",
    "<urlset>",
    "<h1>Index of /</h1><pre>",
    "<?xml version='1.0' encoding='utf-16'?>",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>",
];

const PIECES: &[&str] = &[
    "<gmd:identificationInfo><gmd:MD_DataIdentification>",
    "<gmd:citation><gmd:CI_Citation>",
    "<gmd:title><gco:CharacterString>",
    "</gco:CharacterString></gmd:title>",
    "</gmd:CI_Citation></gmd:citation>",
    "</gmd:MD_DataIdentification></gmd:identificationInfo>",
    "<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:otherConstraints gco:isoType='gmd:x'>",
    "<gmd:fileIdentifier>1</gmd:fileIdentifier>",
    "<gmd:code codeListValue='RI_606'/>",
    "<gml:Polygon srsDimension='0'><gml:posList>1 2 3</gml:posList></gml:Polygon>",
    "<csw:Record><dc:identifier>1</dc:identifier><dc:date>Created: 1</dc:date>",
    "<ows:BoundingBox><ows:LowerCorner>1e999 -</ows:LowerCorner></ows:BoundingBox></csw:Record>",
    "<record><header status='deleted'><identifier>1</identifier></header></record>",
    "<record><header><identifier>1</identifier></header><metadata>",
    "</metadata></record>",
    "<resumptionToken completeListSize='-1'/>",
    "<stdyDscr><citation><titlStmt><titl>é</titl></titlStmt></citation></stdyDscr>",
    "<dataDscr><var name='v'/></dataDscr>",
    "<Entry_ID><Short_Name>1</Short_Name></Entry_ID><Spatial_Coverage><Westernmost_Longitude>1e999</Westernmost_Longitude>",
    "<Personnel><Contact_Person><Email>@</Email></Contact_Person></Personnel><Related_URL><URL>doi:10.1/x</URL></Related_URL>",
    "<geoLocations><geoLocation><geoLocationBox>1 2 3</geoLocationBox></geoLocation></geoLocations>",
    "<identifier>10.1/a</identifier>",
    "<citation><citeinfo><title>a</title></citeinfo></citation>",
    "<r:UserID>1</r:UserID>",
    "<url><loc>https://a.example</loc></url>",
    "<a href='a.xml'>a</a> 2024-01-01 00:00 1K\n",
    "<script type=\"application/ld+json\">{",
    "</script>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&amp;",
    "&x;",
    "&#xD800;",
    "&",
    "<",
    ">",
    "xmlns:p='u'",
    "<p:x/>",
    "\u{0}",
    "é",
    "آ",
    "</",
    "'",
    "\"",
];

fn nearly_xml() -> impl Strategy<Value = String> {
    (prop::sample::select(ROOTS), prop::collection::vec(prop::sample::select(PIECES), 0..40), any::<bool>()).prop_map(
        |(root, pieces, closed)| {
            let end = match root.split([' ', '>']).next().map(|name| name.trim_start_matches('<')) {
                Some(name) if closed && !name.starts_with(['?', '!']) => format!("</{name}>"),
                _ => String::new(),
            };
            [root, &pieces.concat(), &end].concat()
        },
    )
}

/// A record that every reader of ISO 19115 can read, to be damaged.
const RECORD: &str = "<gmd:MD_Metadata xmlns:gmd='http://www.isotc211.org/2005/gmd' xmlns:gco='http://www.isotc211.org/2005/gco'>\
    <gmd:fileIdentifier><gco:CharacterString>1</gco:CharacterString></gmd:fileIdentifier><gmd:identificationInfo>\
    <gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>Wells &amp; pumps</gco:CharacterString>\
    </gmd:title></gmd:CI_Citation></gmd:citation></gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>";

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_text_that_is_nearly_xml(text in nearly_xml()) {
        read_all(text.as_bytes());
    }

    #[test]
    fn on_a_record_with_bytes_changed(changes in prop::collection::vec((0..RECORD.len(), any::<u8>()), 1..8)) {
        let mut bytes = RECORD.as_bytes().to_vec();
        for (place, byte) in changes {
            bytes[place] = byte;
        }
        read_all(&bytes);
    }

    #[test]
    fn on_a_record_that_is_cut_off(end in 0..RECORD.len()) {
        read_all(&RECORD.as_bytes()[..end]);
    }

    /// A record means the same cut out of a page and by itself, whatever is declared around it.
    #[test]
    fn a_record_reads_the_same_cut_out_of_a_page(before in 0..3_usize, prefix in "[a-z]{1,6}", title in "[a-zA-Z é&<]{1,30}") {
        let escaped = title.replace('&', "&amp;").replace('<', "&lt;");
        let record = RECORD.replace("Wells &amp; pumps", &escaped);
        let page = format!(
            "<c:GetRecordsResponse xmlns:c='http://www.opengis.net/cat/csw/2.0.2' xmlns:{prefix}z='urn:z'><c:SearchResults>{}</c:SearchResults></c:GetRecordsResponse>",
            record.repeat(before + 1)
        );
        let listing = list_records(page.as_bytes()).map(|page| page.listing).unwrap_or_default();
        prop_assert_eq!(listing.records.len(), before + 1);
        let alone = read_xml_record(record.as_bytes());
        for listed in listing.records {
            prop_assert_eq!(&listed.bytes, record.as_bytes());
            prop_assert_eq!(&read_xml_record(&listed.bytes), &alone);
        }
    }
}

/// Reads a document of a size and one four times as large: the time must not grow with the square.
fn grows_no_faster_than_its_size(document: impl Fn(usize) -> String) {
    let time = |size: usize| {
        let document = document(size);
        // The shortest of several: others use the machine too.
        let once = || {
            let start = Instant::now();
            let _ = read_xml_record(document.as_bytes());
            let _ = oai_pmh::list_records(document.as_bytes());
            let _ = list_folder(document.as_bytes(), None);
            start.elapsed().as_secs_f64()
        };
        (0..3).map(|_| once()).fold(f64::INFINITY, f64::min)
    };
    // Four times the document takes sixteen times as long where the time grows with the square, each time that it is
    // measured; other programs of the machine spoil single measurements.
    let ratios: Vec<f64> = (0..5).map(|_| time(6_000) / time(1_500).max(0.01)).collect();
    assert!(ratios.iter().any(|ratio| *ratio < 12.0), "{ratios:?}");
}

#[test]
fn time_grows_no_faster_than_the_document() {
    let iso =
        "<gmd:MD_Metadata xmlns:gmd='http://www.isotc211.org/2005/gmd' xmlns:gco='http://www.isotc211.org/2005/gco'>";
    grows_no_faster_than_its_size(|size| format!("{iso}{}</gmd:MD_Metadata>", "<gmd:contact/>".repeat(size)));
    grows_no_faster_than_its_size(|size| {
        format!("<codeBook>{}</codeBook>", "<dataDscr><var name='v'/></dataDscr>".repeat(size))
    });
    grows_no_faster_than_its_size(|size| format!("<a>{}</a>", "&x;".repeat(size)));
    grows_no_faster_than_its_size(|size| "<a href='a'>a</a>".repeat(size));
    let records = "<record><header><identifier>1</identifier></header></record>";
    grows_no_faster_than_its_size(|size| {
        format!(
            "<OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'><ListRecords>{}</ListRecords></OAI-PMH>",
            records.repeat(size)
        )
    });
    let numbered = |before: &str, after: &str, size: usize| {
        (0..size).map(|number| format!("{before}{number}{after}")).collect::<Vec<_>>().concat()
    };
    grows_no_faster_than_its_size(|size| {
        let keywords = numbered("<gmd:keyword><gco:CharacterString>k", "</gco:CharacterString></gmd:keyword>", size);
        let limits =
            numbered("<gmd:useLimitation><gco:CharacterString>l", "</gco:CharacterString></gmd:useLimitation>", size);
        format!(
            "{iso}<gmd:fileIdentifier>1</gmd:fileIdentifier><gmd:identificationInfo><gmd:MD_DataIdentification><gmd:descriptiveKeywords><gmd:MD_Keywords>{keywords}<gmd:type>place</gmd:type></gmd:MD_Keywords></gmd:descriptiveKeywords><gmd:resourceConstraints><gmd:MD_Constraints>{limits}</gmd:MD_Constraints></gmd:resourceConstraints></gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
        )
    });
    grows_no_faster_than_its_size(|size| {
        let links = numbered(
            "<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>https://a.example/",
            "</gmd:URL></gmd:linkage></gmd:CI_OnlineResource></gmd:onLine>",
            size,
        );
        format!(
            "{iso}<gmd:fileIdentifier>1</gmd:fileIdentifier><gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions><gmd:MD_DigitalTransferOptions>{links}</gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo></gmd:MD_Metadata>"
        )
    });
    grows_no_faster_than_its_size(|size| {
        let universes = numbered("<universe>u", "</universe><nation>Yemen</nation>", size);
        format!("<codeBook ID='1'><stdyDscr><stdyInfo><sumDscr>{universes}</sumDscr></stdyInfo></stdyDscr></codeBook>")
    });
    grows_no_faster_than_its_size(|size| {
        let elements =
            numbered("<d:subject>s", "</d:subject><d:rights>r</d:rights><d:identifier>i</d:identifier>", size);
        format!(
            "<dc xmlns='http://www.openarchives.org/OAI/2.0/oai_dc/' xmlns:d='http://purl.org/dc/elements/1.1/'>{elements}</dc>"
        )
    });
    grows_no_faster_than_its_size(|size| {
        let links = numbered(
            "<digform><digtopt><onlinopt><computer><networka><networkr>https://a.example/",
            "</networkr></networka></computer></onlinopt></digtopt></digform>",
            size,
        );
        format!(
            "<metadata><idinfo><datsetid>1</datsetid></idinfo><distinfo><stdorder>{links}</stdorder></distinfo></metadata>"
        )
    });
}

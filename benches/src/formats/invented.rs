//! Invented payloads for formats of which no real ones are at hand: as long and as full as records of theirs usually are.

use anyhow::Context;
use serde_json::{Value, json};

use crate::cairn::workspace;

/// Records of a page.
const RECORDS: usize = 200;

/// Times that the reports of the sample of a maXML export are repeated.
const EXPORT_TIMES: usize = 50;

/// A description of the usual length.
const DESCRIPTION: &str = "Positions, depths and yields of wells and boreholes that were surveyed in two rounds, with what \
    they are used for, who keeps them and when the water was tested last. Each round was made by four teams of the office and \
    of its partners, by the same form; places that could not be reached are listed apart. Figures are of the day of the visit. \
    The second round corrects what the first had counted twice, and adds the camps that were opened since.";

/// The sample of a maXML export, its field reports again and again.
pub(super) fn maxml() -> anyhow::Result<Vec<Vec<u8>>> {
    let file = workspace().join("config/samples/imsma/yemen-maxml.xml");
    let sample = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let reports = sample.find("<FieldReport>").zip(sample.rfind("</FieldReport>"));
    let (begin, end) = reports.context("the sample holds no field reports")?;
    let end = end + "</FieldReport>".len();
    let repeated = sample[begin..end].repeat(EXPORT_TIMES);
    Ok(vec![[&sample[..begin], &repeated, &sample[end..]].concat().into_bytes()])
}

/// Records of version 9 and of version 10 in turn, each a file.
pub(super) fn dif() -> Vec<Vec<u8>> {
    let version_9 = |number: usize| {
        format!(
            "<DIF xmlns='http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/'><Entry_ID>WELLS-{number}</Entry_ID>\
             <Entry_Title>Wells of district {number}</Entry_Title><Data_Set_Citation>\
             <Dataset_Creator>Field Team</Dataset_Creator>\
             <Dataset_Release_Date>2020-01-02</Dataset_Release_Date>\
             <Dataset_Publisher>Survey Office</Dataset_Publisher>\
             <Dataset_DOI>10.1234/wells.{number}</Dataset_DOI></Data_Set_Citation><Personnel>\
             <Role>TECHNICAL CONTACT</Role>\
             <Last_Name>Data Desk</Last_Name><Email>desk@office.example</Email></Personnel><Parameters>\
             <Category>EARTH SCIENCE</Category>\
             <Topic>Hydrosphere</Topic><Term>Ground water</Term></Parameters>\
             <ISO_Topic_Category>inlandWaters</ISO_Topic_Category>\
             <Keyword>wells</Keyword><Temporal_Coverage><Start_Date>2001-01-01</Start_Date>\
             <Stop_Date>2003-12-31</Stop_Date></Temporal_Coverage>\
             <Spatial_Coverage><Southernmost_Latitude>12</Southernmost_Latitude>\
             <Northernmost_Latitude>19</Northernmost_Latitude>\
             <Westernmost_Longitude>42</Westernmost_Longitude><Easternmost_Longitude>53</Easternmost_Longitude>\
             </Spatial_Coverage>\
             <Location><Location_Category>CONTINENT</Location_Category>\
             <Location_Subregion2>Yemen</Location_Subregion2></Location>\
             <Access_Constraints>None</Access_Constraints><Use_Constraints>Cite the office.</Use_Constraints>\
             <Distribution><Distribution_Size>2 MB</Distribution_Size><Distribution_Format>CSV</Distribution_Format>\
             </Distribution>\
             <Summary>{DESCRIPTION}</Summary><Related_URL><URL_Content_Type><Type>GET DATA</Type></URL_Content_Type>\
             <URL>https://office.example/wells-{number}.csv</URL></Related_URL>\
             <Last_DIF_Revision_Date>2021-01-01</Last_DIF_Revision_Date></DIF>"
        )
    };
    let version_10 = |number: usize| {
        format!(
            "<DIF xmlns='http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/'><Entry_ID>\
             <Short_Name>CAMPS-{number}</Short_Name><Version>3</Version>\
             </Entry_ID><Entry_Title>Camps of district {number}</Entry_Title><Dataset_Citation>\
             <Dataset_Release_Date>2020-01-02</Dataset_Release_Date>\
             <Persistent_Identifier><Type>DOI</Type><Identifier>10.1234/camps.{number}</Identifier>\
             </Persistent_Identifier></Dataset_Citation>\
             <Science_Keywords><Category>EARTH SCIENCE</Category><Topic>Human dimensions</Topic></Science_Keywords>\
             <Ancillary_Keyword>camps</Ancillary_Keyword><Temporal_Coverage><Range_DateTime>\
             <Beginning_Date_Time>2001-01-01</Beginning_Date_Time>\
             <Ending_Date_Time>2003-12-31</Ending_Date_Time></Range_DateTime></Temporal_Coverage><Spatial_Coverage>\
             <Geometry><Bounding_Rectangle>\
             <Southernmost_Latitude>12</Southernmost_Latitude><Northernmost_Latitude>19</Northernmost_Latitude>\
             <Westernmost_Longitude>42</Westernmost_Longitude><Easternmost_Longitude>53</Easternmost_Longitude>\
             </Bounding_Rectangle></Geometry></Spatial_Coverage>\
             <Organization><Organization_Type>ARCHIVER</Organization_Type><Organization_Name>\
             <Short_Name>AR</Short_Name>\
             <Long_Name>Example Archive</Long_Name></Organization_Name><Personnel><Role>DATA CENTER CONTACT</Role>\
             <Contact_Group>\
             <Name>Data Desk</Name><Email>desk@archive.example</Email></Contact_Group></Personnel></Organization>\
             <Use_Constraints><License_URL><URL>https://creativecommons.org/licenses/by/4.0/</URL></License_URL>\
             </Use_Constraints>\
             <Summary><Abstract>{DESCRIPTION}</Abstract><Purpose>To plan visits.</Purpose></Summary>\
             <Related_URL><URL_Content_Type><Type>GET DATA</Type></URL_Content_Type>\
             <URL>https://archive.example/camps-{number}.csv</URL></Related_URL>\
             <Metadata_Dates><Metadata_Last_Revision>2021-01-01</Metadata_Last_Revision></Metadata_Dates></DIF>"
        )
    };
    (0..RECORDS)
        .map(|number| if number % 2 == 0 { version_9(number) } else { version_10(number) }.into_bytes())
        .collect()
}

/// A page of reports.
pub(super) fn reliefweb() -> Vec<Vec<u8>> {
    page("data", |number| {
        json!({
            "id": number,
            "type": "reports",
            "href": format!("https://api.site.example/v2/reports/{number}"),
            "fields": {
                "title": format!("Water needs of district {number}"),
                "body": DESCRIPTION.repeat(4),
                "status": "published",
                "url_alias": format!("https://site.example/report/{number}"),
                "format": [{"id": 5, "name": "Assessment"}],
                "source": [{"id": 1, "name": "Survey Office", "shortname": "SO", "type": {"id": 274, "name": "NGO"}}],
                "country": [{"id": 255, "iso3": "yem", "name": "Yemen"}],
                "primary_country": {"id": 255, "iso3": "yem", "name": "Yemen"},
                "theme": [{"id": 4603, "name": "Water Sanitation Hygiene"}],
                "language": [{"id": 267, "code": "en", "name": "English"}],
                "disaster": [{"id": 9, "name": "Flood", "glide": "FL-2024-000001-YEM"}],
                "date": {"original": "2024-01-01", "changed": "2024-01-03", "created": "2024-01-02"},
                "file": [{
                    "id": number,
                    "url": format!("https://site.example/{number}.pdf"),
                    "filename": "needs.pdf",
                    "mimetype": "application/pdf",
                    "filesize": "90000",
                }],
            },
        })
    })
}

/// Rows of metadata: data sets, two files of each, and their availability in districts.
pub(super) fn hapi() -> Vec<Vec<u8>> {
    let dataset = |number: usize| {
        json!({
            "dataset_hdx_id": format!("d-{number}"),
            "dataset_hdx_stub": format!("wells-{number}"),
            "dataset_hdx_title": format!("Wells of district {number}"),
            "hdx_provider_stub": "office",
            "hdx_provider_name": "Survey Office",
            "hdx_link": format!("https://hdx.example/dataset/wells-{number}"),
        })
    };
    let resource = |number: usize| {
        json!({
            "dataset_hdx_id": format!("d-{}", number / 2),
            "resource_hdx_id": format!("r-{number}"),
            "name": format!("wells-{number}.csv"),
            "format": "csv",
            "update_date": "2024-02-01T00:00:00",
            "download_url": format!("https://hdx.example/{number}.csv"),
            "hdx_link": format!("https://hdx.example/resource/{number}"),
            "hapi_updated_date": "2024-02-02T00:00:00",
        })
    };
    let availability = |number: usize| {
        json!({
            "category": "affected-people",
            "subcategory": format!("subcategory-{}", number % 20),
            "location_name": "Yemen",
            "location_code": "YEM",
            "admin1_code": format!("YE{:02}", number % 22),
            "hapi_updated_date": "2024-01-01T00:00:00",
        })
    };
    let files = (0..2 * RECORDS).map(resource);
    let rows: Vec<Value> = (0..RECORDS).map(dataset).chain(files).chain((0..RECORDS).map(availability)).collect();
    vec![json!({ "data": rows }).to_string().into_bytes()]
}

/// The items of a metastore.
pub(super) fn dkan() -> Vec<Vec<u8>> {
    let item = |number: usize| {
        json!({
            "@type": "dcat:Dataset",
            "identifier": format!("wells-{number}"),
            "title": format!("Wells of district {number}"),
            "description": DESCRIPTION,
            "keyword": ["water", "wells"],
            "theme": ["Health"],
            "issued": "2020-01-01",
            "modified": "2024-01-01",
            "accrualPeriodicity": "R/P1Y",
            "temporal": "2020-01-01/2021-01-01",
            "spatial": "42,12,53,19",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "accessLevel": "public",
            "publisher": {"@type": "org:Organization", "name": "Survey Office"},
            "landingPage": format!("https://portal.example/dataset/wells-{number}"),
            "contactPoint": {"fn": "Data Desk", "hasEmail": "mailto:desk@office.example"},
            "distribution": [{
                "@type": "dcat:Distribution",
                "title": "CSV",
                "downloadURL": format!("https://portal.example/wells-{number}.csv"),
                "mediaType": "text/csv",
            }],
        })
    };
    vec![Value::from((0..RECORDS).map(item).collect::<Vec<Value>>()).to_string().into_bytes()]
}

/// A page of resources.
pub(super) fn geonode() -> Vec<Vec<u8>> {
    page("resources", |number| {
        json!({
            "pk": number.to_string(),
            "uuid": format!("00000000-0000-4000-8000-{number:012}"),
            "title": format!("Wells of district {number}"),
            "raw_abstract": DESCRIPTION,
            "abstract": DESCRIPTION,
            "resource_type": "dataset",
            "subtype": "vector",
            "alternate": format!("geonode:wells_{number}"),
            "date": "2020-01-01T00:00:00Z",
            "last_updated": "2024-01-01T00:00:00Z",
            "language": "eng",
            "category": {"identifier": "inlandWaters", "gn_description": "Inland waters"},
            "keywords": [{"name": "wells", "slug": "wells"}],
            "regions": [{"name": "Yemen", "code": "YEM"}],
            "attribution": "Survey Office",
            "maintenance_frequency": "annually",
            "license": {"identifier": "odbl", "url": "https://opendatacommons.org/licenses/odbl/"},
            "extent": {"coords": [42.0, 12.0, 53.0, 19.0], "srid": "EPSG:4326"},
            "is_published": true,
            "is_approved": true,
            "detail_url": format!("https://node.example/catalogue/#/dataset/{number}"),
            "perms": ["view_resourcebase", "download_resourcebase"],
            "poc": [{"pk": 1, "username": "desk", "email": "desk@office.example"}],
            "links": [{
                "name": "CSV",
                "url": format!("https://node.example/{number}.csv"),
                "mime": "csv",
                "extension": "csv",
                "link_type": "data",
            }],
            "attribute_set": [
                {"attribute": "depth", "attribute_type": "xsd:double", "description": "metres"},
                {"attribute": "name", "attribute_type": "xsd:string"},
            ],
        })
    })
}

fn page(list: &str, record: impl Fn(usize) -> Value) -> Vec<Vec<u8>> {
    vec![json!({ list: (0..RECORDS).map(record).collect::<Vec<Value>>() }).to_string().into_bytes()]
}

//! Catalogue services of OGC, CSW 2.0.2 and 3.0: `GetRecords`, read by position.
//!
//! Records are asked for in ISO 19139, in the order of their identifiers; a catalogue that refuses is asked without the
//! order, then in ISO 19115-3, then in Dublin Core. One that refuses a page and gives a single record in the same way does not
//! refuse the way: a record of the page cannot be had. Later runs ask for the records whose own date is not older than what was
//! seen; a catalogue that refuses that, or gives others, is read as a whole.

use bytes::Bytes;
use cairn_fetch::Url;
use cairn_formats::csw::{CswError, CswVersion, GetRecords, list_records, modified_since, record_date};
use serde::Deserialize;

use crate::config::Location;
use crate::kinds::ConnectContext;
use crate::plain_address::without_parameters;
use crate::server::NotAPage;
use crate::windows::{self, Asked, Listed, Moment, Window, WindowPage, WindowProtocol};
use crate::{Connector, HarvestError, Payload, RawFormat, SourceConfig};

/// What `[csw]` of a source says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CswSettings {
    /// Version of the protocol, `2.0.2` or `3.0`.
    pub version: Option<String>,
    /// Schema of the records; found out when nothing is said.
    pub output_schema: Option<String>,
    /// Types of the records that belong to the schema.
    pub type_names: Option<String>,
}

/// Opens a catalogue.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let refuse = |reason: &str| HarvestError::Configuration { source_id: config.id.clone(), reason: reason.to_owned() };
    let Location::Web(base) = config.location()? else {
        return Err(refuse("`url` is not the address of a catalogue service"));
    };
    let version = match config.csw.version.as_deref() {
        None | Some("2.0.2") => CswVersion::V2_0_2,
        Some("3.0" | "3.0.0") => CswVersion::V3_0,
        Some(_) => return Err(refuse("`version` in [csw] is 2.0.2 or 3.0")),
    };
    let ways = match (&config.csw.output_schema, &config.csw.type_names) {
        (Some(schema), Some(types)) => ways_of(&[(schema, types)]),
        (None, None) => ways_of(&schemas_of(version)),
        _ => return Err(refuse("[csw] needs `output_schema` and `type_names` together")),
    };
    let home = without_parameters(base, OPERATION);
    windows::connect(config, context, &home.clone(), Records { home, version, ways, way: 0, since: None })
}

/// Schemas that are asked for in turn, with the types that catalogues have in them.
const fn schemas_of(version: CswVersion) -> [(&'static str, &'static str); 3] {
    let own = match version {
        CswVersion::V2_0_2 => "http://www.opengis.net/cat/csw/2.0.2",
        CswVersion::V3_0 => "http://www.opengis.net/cat/csw/3.0",
    };
    [
        ("http://www.isotc211.org/2005/gmd", "gmd:MD_Metadata"),
        ("http://standards.iso.org/iso/19115/-3/mdb/2.0", "mdb:MD_Metadata"),
        (own, "csw:Record"),
    ]
}

/// A way to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Way {
    output_schema: String,
    type_names: String,
    sorted: bool,
}

fn ways_of(schemas: &[(&str, &str)]) -> Vec<Way> {
    let way = |(schema, types): &(&str, &str), sorted| Way {
        output_schema: (*schema).to_owned(),
        type_names: (*types).to_owned(),
        sorted,
    };
    schemas.iter().flat_map(|pair| [way(pair, true), way(pair, false)]).collect()
}

/// Parameters of a request that somebody pasted with the address.
const OPERATION: &[&str] =
    &["service", "request", "version", "typenames", "outputschema", "elementsetname", "resulttype"];

/// `GetRecords` of a catalogue.
#[derive(Clone)]
struct Records {
    home: Url,
    version: CswVersion,
    ways: Vec<Way>,
    way: usize,
    since: Option<Moment>,
}

impl WindowProtocol for Records {
    const ACCEPT: &'static str = "application/xml, text/xml";

    // GeoNetwork, for one that it cannot convert into the schema.
    const REFUSES_FOR_A_RECORD: bool = true;

    fn usual_cap(&self) -> u64 {
        100
    }

    fn address(&self, window: Window, asked: Asked) -> Url {
        let mut url = self.home.clone();
        let way = &self.ways[self.way];
        let modified = if way.type_names == "csw:Record" { "dct:modified" } else { "apiso:Modified" };
        let constraint = self.since.map(|since| modified_since(self.version, modified, &since.to_text()));
        let request = GetRecords {
            version: self.version,
            output_schema: &way.output_schema,
            type_names: &way.type_names,
            start_position: window.start + 1,
            max_records: window.rows,
            constraint: constraint.as_deref(),
        };
        {
            let mut pairs = url.query_pairs_mut();
            for (name, value) in request.query() {
                let is_brief = name == "elementSetName" && asked == Asked::Ids;
                pairs.append_pair(name, if is_brief { "brief" } else { &value });
            }
            if way.sorted {
                let property = if way.type_names == "csw:Record" { "dc:identifier" } else { "apiso:Identifier" };
                pairs.append_pair("sortBy", &format!("{property}:A"));
            }
        }
        url
    }

    fn read(&self, body: &Bytes) -> Result<WindowPage, NotAPage> {
        let page = list_records(body).map_err(|error| refusal(body, &error))?;
        let Some(count) = page.listing.count else {
            return Err(NotAPage::Other("its answer does not say how many records match".to_owned()));
        };
        let records = page.listing.records.into_iter().map(|record| Listed {
            id: record.id,
            payload: Payload::Raw { format: RawFormat::XmlRecord, bytes: Bytes::from(record.bytes) },
            problem: None,
        });
        Ok(WindowPage { count, records: records.collect(), problems: page.listing.problems, ..WindowPage::default() })
    }

    fn explain(&self, body: &[u8]) -> String {
        match list_records(body) {
            Err(error @ CswError::Exception(_)) => refusal(body, &error).reason(),
            _ => String::new(),
        }
    }

    fn ask_since(&mut self, since: Option<Moment>) -> bool {
        self.since = since;
        true
    }

    fn changed(&self, record: &Bytes) -> Option<Moment> {
        Moment::parse(&record_date(record)?)
    }

    fn ask_otherwise(&mut self) -> bool {
        let has_more = self.way + 1 < self.ways.len();
        self.way += usize::from(has_more);
        has_more
    }

    fn way(&self) -> String {
        self.way.to_string()
    }

    fn take_way(&mut self, way: &str) {
        self.way = way.parse().ok().filter(|way| *way < self.ways.len()).unwrap_or_default();
    }
}

/// What an answer without records says.
fn refusal(body: &[u8], error: &CswError) -> NotAPage {
    match error {
        CswError::Exception(exception) => {
            let told = exception.text.as_deref().map_or(String::new(), |text| format!(": {text}"));
            NotAPage::Refused(format!("it answers with the exception {exception}{told}"))
        }
        CswError::Unreadable(problem) => NotAPage::of_xml(body, problem),
    }
}

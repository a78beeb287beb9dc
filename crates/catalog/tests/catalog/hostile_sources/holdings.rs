//! What a well-behaved server of each protocol holds and answers. A misbehaving one begins from here.

use std::fmt::Write as _;

use crate::hostile_sources::server::{Ask, Reply};

/// A protocol, and what its answers look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Ckan,
    Csw,
    OaiPmh,
    /// Turtle, in pages linked by Hydra.
    Dcat,
    /// `data.json` of DCAT-US.
    DataJson,
    OgcRecords,
    Stac,
    /// A folder of ISO 19139.
    Waf,
    Arcgis,
    /// A table in CSV.
    Inventory,
    /// A data package, which is one record.
    DataPackage,
}

pub use Kind::{Arcgis, Ckan, Csw, DataJson, DataPackage, Dcat, Inventory, OaiPmh, OgcRecords, Stac, Waf};

/// Each of them that lists many records.
pub const EVERY_KIND: &[Kind] = &[Ckan, Csw, OaiPmh, Dcat, DataJson, OgcRecords, Stac, Waf, Arcgis, Inventory];

/// Records of a page.
pub const PAGE: usize = 10;

/// Records of a healthy source.
pub const RECORDS: usize = 30;

/// Records of one from which so many may go that the guard has something to say.
pub const MANY: usize = 60;

impl Kind {
    /// The kind of source, with the answers where one kind has several.
    pub fn name(self) -> &'static str {
        match self {
            Ckan => "ckan",
            Csw => "csw",
            OaiPmh => "oai-pmh",
            Dcat => "dcat (Turtle)",
            DataJson => "dcat (data.json)",
            OgcRecords => "ogc-records",
            Stac => "stac",
            Waf => "waf",
            Arcgis => "arcgis",
            Inventory => "inventory",
            DataPackage => "datapackage",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Ckan | Arcgis => "",
            Csw => "/csw",
            OaiPmh => "/oai",
            Dcat => "/catalog.ttl",
            DataJson => "/data.json",
            OgcRecords => "/collections/wells/items",
            Stac => "/catalog.json",
            Waf => "/meta/",
            Inventory => "/holdings.csv",
            DataPackage => "/datapackage.json",
        }
    }

    /// The configuration of such a server, as the source `source`.
    pub fn source(self, port: u16, limits: &str) -> String {
        let kind = self.name().split(' ').next().unwrap_or_default();
        let path = self.path();
        format!(
            "id = \"source\"\nkind = \"{kind}\"\nurl = \"http://127.0.0.1:{port}{path}\"\nallow_private = true\n\
             organisation = \"Relief\"\n[limits]\nrequests_per_second = 0\npage_size = {PAGE}\n{limits}\n"
        )
    }

    /// The id of the record `name` at its source.
    pub fn id(self, name: &str) -> String {
        if self == Dcat { format!("http://data.example/{name}") } else { name.to_owned() }
    }

    /// A record in the words of the protocol.
    pub fn record(self, name: &str, title: &str) -> String {
        let text = format!("Depth and yield of the wells of {name}.");
        match self {
            Ckan => format!(
                r#"{{"id":"{name}","name":"{name}","title":"{title}","notes":"{text}","private":false,"organization":{{"name":"relief","title":"Relief"}}}}"#
            ),
            Csw => format!(
                "<csw:Record><dc:identifier>{name}</dc:identifier><dc:title>{title}</dc:title><dct:abstract>{text}</dct:abstract></csw:Record>"
            ),
            OaiPmh => format!(
                "<record><header><identifier>{name}</identifier><datestamp>2089-12-01T00:00:00Z</datestamp></header><metadata>\
                 <oai_dc:dc xmlns:oai_dc=\"http://www.openarchives.org/OAI/2.0/oai_dc/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
                 <dc:title>{title}</dc:title><dc:description>{text}</dc:description></oai_dc:dc></metadata></record>"
            ),
            Dcat => format!(
                "<http://data.example/{name}> a dcat:Dataset ; dct:title \"{title}\"@en ; dct:description \"{text}\"@en .\n"
            ),
            DataJson => {
                format!(r#"{{"identifier":"{name}","title":"{title}","description":"{text}","accessLevel":"public"}}"#)
            }
            OgcRecords => format!(
                r#"{{"type":"Feature","id":"{name}","properties":{{"title":"{title}","description":"{text}"}},"geometry":null}}"#
            ),
            Stac => format!(
                r#"{{"type":"Collection","stac_version":"1.0.0","id":"{name}","title":"{title}","description":"{text}","license":"CC-BY-4.0","extent":{{"spatial":{{"bbox":[[0,0,1,1]]}},"temporal":{{"interval":[[null,null]]}}}},"links":[]}}"#
            ),
            Waf => format!(
                "<gmd:MD_Metadata xmlns:gmd=\"http://www.isotc211.org/2005/gmd\" xmlns:gco=\"http://www.isotc211.org/2005/gco\">\
                 <gmd:fileIdentifier><gco:CharacterString>{name}</gco:CharacterString></gmd:fileIdentifier>\
                 <gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>\
                 <gmd:title><gco:CharacterString>{title}</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation>\
                 <gmd:abstract><gco:CharacterString>{text}</gco:CharacterString></gmd:abstract>\
                 </gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
            ),
            Arcgis => format!(
                r#"{{"id":"{name}","title":"{title}","type":"Feature Service","access":"public","description":"{text}"}}"#
            ),
            Inventory => format!("{name},{title},{text},public,full\n"),
            DataPackage => format!(
                r#"{{"id":"{name}","name":"{name}","title":"{title}","description":"{text}","resources":[{{"name":"wells","path":"wells.csv"}}]}}"#
            ),
        }
    }
}

/// What a server holds.
#[derive(Debug, Clone)]
pub struct Holdings {
    pub kind: Kind,
    /// Each in the words of the protocol, in the order of the listing.
    pub records: Vec<String>,
    /// What it says that it has, if that is not the number of its records.
    pub count: Option<&'static str>,
}

/// The title of a record.
pub fn title(name: &str) -> String {
    format!("Wells {name}")
}

/// The name of the record that stands at a place, from 1.
pub fn name(place: usize) -> String {
    format!("r{place:02}")
}

impl Holdings {
    pub fn healthy(kind: Kind, records: usize) -> Self {
        let names = (1..=records).map(name);
        Self { kind, records: names.map(|name| kind.record(&name, &title(&name))).collect(), count: None }
    }

    /// The same with other records.
    pub fn with(&self, change: impl FnOnce(&mut Vec<String>)) -> Self {
        let mut holdings = self.clone();
        change(&mut holdings.records);
        holdings
    }

    /// The same with one more record in the end.
    pub fn and(&self, record: String) -> Self {
        self.with(|records| records.push(record))
    }

    /// The same that says it has so many.
    pub fn counting(&self, count: &'static str) -> Self {
        Self { count: Some(count), ..self.clone() }
    }

    fn told(&self) -> String {
        self.count.map_or_else(|| self.records.len().to_string(), str::to_owned)
    }

    /// Records from an offset, and where the next page begins.
    fn window(&self, start: usize, rows: usize) -> (&[String], Option<usize>) {
        let start = start.min(self.records.len());
        let end = (start + rows).min(self.records.len());
        (&self.records[start..end], (end < self.records.len()).then_some(end))
    }

    /// The body of a good answer; `None` for an address that leads nowhere.
    pub fn body(&self, ask: &Ask) -> Option<String> {
        let count = self.told();
        match self.kind {
            Ckan => {
                let (page, _) = self.window(ask.number_of("start", 0), ask.number_of("rows", 10));
                Some(format!(r#"{{"success":true,"result":{{"count":{count},"results":[{}]}}}}"#, page.join(",")))
            }
            Csw => {
                let (page, next) =
                    self.window(ask.number_of("startPosition", 1) - 1, ask.number_of("maxRecords", PAGE));
                let next = next.map_or(0, |next| next + 1);
                Some(format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<csw:GetRecordsResponse xmlns:csw=\"http://www.opengis.net/cat/csw/2.0.2\" \
                     xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dct=\"http://purl.org/dc/terms/\"><csw:SearchResults \
                     numberOfRecordsMatched=\"{count}\" numberOfRecordsReturned=\"{}\" nextRecord=\"{next}\">{}\
                     </csw:SearchResults></csw:GetRecordsResponse>",
                    page.len(),
                    page.concat()
                ))
            }
            OaiPmh => Some(self.oai(ask)),
            Dcat => {
                let (page, next) = self.window((ask.number_of("page", 1) - 1) * PAGE, PAGE);
                let next = next.map(|next| format!("hydra:next <catalog.ttl?page={}> ;", next / PAGE + 1));
                Some(format!(
                    "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n\
                     @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n\
                     <> a hydra:PartialCollectionView ; {} hydra:first <catalog.ttl> .\n\
                     <http://data.example/all> a dcat:Catalog, hydra:Collection ; dct:title \"All\" ; hydra:totalItems {count} .\n{}",
                    next.unwrap_or_default(),
                    page.concat()
                ))
            }
            DataJson => Some(format!(
                r#"{{"conformsTo":"https://project-open-data.cio.gov/v1.1/schema","dataset":[{}]}}"#,
                self.records.join(",")
            )),
            OgcRecords => {
                let (page, next) = self.window(ask.number_of("offset", 0), PAGE);
                let next = next.map(|next| format!(r#"{{"rel":"next","href":"items?offset={next}&limit={PAGE}"}}"#));
                Some(format!(
                    r#"{{"type":"FeatureCollection","numberMatched":{count},"features":[{}],"links":[{}]}}"#,
                    page.join(","),
                    next.unwrap_or_default()
                ))
            }
            Stac => self.one_by_one(ask, "/c/", ".json").or_else(|| {
                let links =
                    (1..=self.records.len()).map(|place| format!(r#"{{"rel":"child","href":"./c/{place}.json"}}"#));
                let links: Vec<String> = links.collect();
                Some(format!(
                    r#"{{"type":"Catalog","stac_version":"1.0.0","id":"root","description":"All","links":[{}]}}"#,
                    links.join(",")
                ))
            }),
            Waf => self.one_by_one(ask, "/meta/", ".xml").or_else(|| Some(self.folder())),
            Arcgis => {
                let start = ask.number_of("start", 1);
                let (page, next) = self.window(start - 1, ask.number_of("num", 10));
                let next = next.map_or(-1, |next| i64::try_from(next).unwrap() + 1);
                Some(format!(
                    r#"{{"query":"","total":{count},"start":{start},"num":{},"nextStart":{next},"results":[{}]}}"#,
                    page.len(),
                    page.join(",")
                ))
            }
            Inventory => {
                Some(format!("Dataset ID,Dataset title,Description,Sharing level,Listing\n{}", self.records.concat()))
            }
            DataPackage => Some(self.records.concat()),
        }
    }

    /// The record of an address that names its place.
    fn one_by_one(&self, ask: &Ask, before: &str, after: &str) -> Option<String> {
        let place: usize = ask.path.strip_prefix(before)?.strip_suffix(after)?.parse().ok()?;
        self.records.get(place - 1).cloned()
    }

    /// A folder that lists its files.
    fn folder(&self) -> String {
        let mut rows = String::new();
        for place in 1..=self.records.len() {
            let _ = writeln!(rows, "<a href=\"{place}.xml\">{place}.xml</a>  2026-01-02 03:04  1K");
        }
        format!(
            "<html><head><title>Index of /meta</title></head><body><h1>Index of /meta</h1><pre>\
             <a href=\"../\">Parent Directory</a>\n{rows}</pre></body></html>"
        )
    }

    fn oai(&self, ask: &Ask) -> String {
        let verb = ask.query.get("verb").map_or("", String::as_str);
        let inside = match verb {
            "Identify" => {
                "<Identify><repositoryName>Wells</repositoryName><granularity>YYYY-MM-DDThh:mm:ssZ</granularity>\
                 <deletedRecord>persistent</deletedRecord></Identify>"
                    .to_owned()
            }
            "ListMetadataFormats" => {
                "<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix><schema>s</schema>\
                 <metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace></metadataFormat>\
                 </ListMetadataFormats>"
                    .to_owned()
            }
            _ => {
                let token = ask.query.get("resumptionToken").and_then(|token| token.strip_prefix("from-"));
                let (page, next) = self.window(token.and_then(|start| start.parse().ok()).unwrap_or(0), PAGE);
                let next = next.map(|next| format!("from-{next}")).unwrap_or_default();
                self.list_records(&page.concat(), &next)
            }
        };
        oai_answer(&inside)
    }

    /// `ListRecords` with a token, which is empty at the end.
    pub fn list_records(&self, records: &str, token: &str) -> String {
        if records.is_empty() {
            return "<error code=\"noRecordsMatch\"/>".to_owned();
        }
        let count = self.told();
        format!(
            "<ListRecords>{records}<resumptionToken completeListSize=\"{count}\">{token}</resumptionToken></ListRecords>"
        )
    }

    /// A good answer.
    pub fn answer(&self, ask: &Ask) -> Reply {
        self.body(ask).map_or_else(|| Reply::status("404 Not Found"), Reply::ok)
    }
}

/// An answer of OAI-PMH.
pub fn oai_answer(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\">\
         <responseDate>2089-12-31T00:00:00Z</responseDate><request>x</request>{inside}</OAI-PMH>"
    )
}

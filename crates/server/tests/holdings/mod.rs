//! Invented holdings as their sources write them: a CKAN dump and an inventory; and the same with what a viewer may not
//! see replaced by other words.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part")]

use std::fmt::Write as _;

use cairn_model::DatasetId;
use cairn_model::party::organisation_id;
use cairn_policy::RenditionLevel;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::json;

use crate::house::Asker;

pub const PORTAL: &str = r#"
id = "portal"
kind = "ckan"
url = "file:dump.json"
title = "Open Portal"
organisation = "Portal Keepers"
"#;
pub const DESK: &str = r#"
id = "desk"
kind = "inventory"
url = "file:holdings.csv"
title = "Desk inventory"
organisation = "Desk Keepers"
[terms]
sharing = "restricted"
listing = "stub"
"#;

/// Words of titles, descriptions and fields, visible and hidden ones alike. None of them names a cluster or a country.
pub const WORDS: [&str; 10] =
    ["water", "hazard", "cholera", "convoy", "école", "霍乱", "covid-19", "convoys", "survey", "rations"];
pub const TAGS: [&str; 4] = ["Hazards", "hazard areas", "rations", "water points"];
pub const ORGANISATIONS: [&str; 4] = ["Example Relief", "Médecins du Sable", "Horizon Fund", "Ministry of Examples"];
/// A word that stands only where something was replaced.
pub const MASK: &str = "veiled";

/// What one source says of one holding.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// Unique over both sources.
    pub key: u8,
    pub title: String,
    pub description: String,
    pub tags: Vec<String>,
    pub countries: Vec<String>,
    pub clusters: Vec<String>,
    pub modified: Option<String>,
    pub coverage: Option<(String, String)>,
    pub bbox: Option<String>,
    pub owner: String,
    pub publisher: String,
    pub custodian: Option<String>,
    pub contact: Option<String>,
    pub fields: Vec<String>,
    pub link: Option<String>,
    pub landing_page: Option<String>,
    pub reason: Option<String>,
    pub terms: StatedTerms,
    /// Listed as deleted by the portal, not listed by the inventory.
    pub withdrawn: bool,
    /// Listed by the portal under its other id.
    pub renamed: bool,
}

/// What it says of the terms.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedTerms {
    pub sensitivity: Option<&'static str>,
    pub sharing: Option<&'static str>,
    pub access: Option<&'static str>,
    pub listing: Option<&'static str>,
    pub listing_title: Option<String>,
    pub audience: Vec<String>,
    pub classification: Option<&'static str>,
    pub chatham_house: bool,
    pub private: bool,
}

impl Holding {
    /// Every third one stands in the inventory.
    pub fn is_of_inventory(&self) -> bool {
        self.key.is_multiple_of(3)
    }

    pub fn source(&self) -> &'static str {
        if self.is_of_inventory() { "desk" } else { "portal" }
    }

    fn source_record_id(&self) -> String {
        let prefix = match (self.is_of_inventory(), self.renamed) {
            (true, _) => "h",
            (false, false) => "p",
            (false, true) => "other",
        };
        format!("{prefix}-{}", self.key)
    }

    pub fn id(&self) -> DatasetId {
        DatasetId::new(self.source(), &self.source_record_id())
    }

    /// The same holding for somebody who sees this much of it: whatever else it says is replaced, or left out.
    pub fn as_seen_by(&self, asker: &Asker, level: RenditionLevel) -> Self {
        let mut seen = self.clone();
        let key = self.key;
        // Nobody but who is signed in sees who is asked, unless an open portal shows it; under the rule nobody does.
        let contacts_are_hidden = (asker.0.is_none() && (self.is_of_inventory() || self.terms.private))
            || (self.terms.chatham_house && level != RenditionLevel::Full);
        if contacts_are_hidden {
            seen.contact = self.contact.as_ref().map(|_| format!("{MASK}{key}@example.org"));
        }
        let own = asker.0.as_ref().map(|(organisation, ..)| organisation_id(organisation));
        match level {
            RenditionLevel::Full => {}
            RenditionLevel::Partial => {
                // Sources like these cannot give a field terms of its own, so it is the Chatham House Rule.
                seen.hide_who(own.as_ref());
            }
            RenditionLevel::Stub => {
                seen.title = format!("{MASK} title {key}");
                seen.description = format!("{MASK} description");
                seen.tags = vec![format!("{MASK} tag")];
                seen.modified = self.modified.as_ref().map(|_| "2011-11-11".to_owned());
                seen.coverage = self
                    .coverage
                    .as_ref()
                    .map(|(start, end)| (format!("{}-02-03", &start[..4]), format!("{}-04", &end[..4])));
                seen.bbox = Some("1,2,3,4".to_owned());
                seen.publisher = if self.is_of_inventory() { MASK.to_owned() } else { self.publisher.clone() };
                seen.custodian = Some(format!("{MASK} custodian"));
                seen.fields = vec![format!("{MASK}_field")];
                seen.link = Some(format!("https://{MASK}.example/{key}"));
                seen.landing_page = Some(format!("https://{MASK}.example/about/{key}"));
                seen.reason = Some(format!("{MASK} reason"));
                // Where no level is stated, a cluster that is all of the audience states one, which everyone is told.
                if self.terms.sharing.is_some() || self.terms.audience != ["Protection"] {
                    seen.terms.audience = vec![format!("group:{MASK}")];
                }
                if self.terms.chatham_house {
                    seen.hide_who(own.as_ref());
                }
            }
        }
        seen
    }

    fn hide_who(&mut self, own: Option<&String>) {
        let key = self.key;
        self.owner = format!("{MASK} owner {key}");
        self.publisher = format!("{MASK} publisher {key}");
        self.custodian = Some(format!("{MASK} custodian {key}"));
        self.link = self.link.as_ref().map(|_| format!("https://{MASK}.example/{key}"));
        self.landing_page = Some(format!("https://{MASK}.example/about/{key}"));
        // Groups are no names. Where the viewer's own organisation is named it stays: it is why they see this much.
        let is_group = |entry: &str| entry.starts_with("group:") || entry == "Protection";
        self.terms.audience.retain(|entry| is_group(entry) || Some(entry) == own);
    }

    fn stated_sharing(&self) -> Option<String> {
        match (self.terms.sharing, self.terms.chatham_house) {
            (sharing, false) => sharing.map(str::to_owned),
            (Some(sharing), true) => Some(format!("{sharing}, TLP:EX:CHR")),
            (None, true) => Some("TLP:EX:CHR".to_owned()),
        }
    }

    /// The portal names the rule beside the classification, because `private` takes the place of its sharing level.
    fn stated_classification(&self) -> Option<String> {
        match (self.terms.classification, self.terms.chatham_house) {
            (class, false) => class.map(str::to_owned),
            (Some(class), true) => Some(format!("{class}, TLP:EX:CHR")),
            (None, true) => Some("TLP:EX:CHR".to_owned()),
        }
    }

    fn as_package(&self) -> serde_json::Value {
        let slug = organisation_id(&self.owner);
        let tags: Vec<_> = self.tags.iter().map(|tag| json!({"name": tag})).collect();
        let (start, end) = self.coverage.clone().unzip();
        let resources: Vec<_> =
            self.link.iter().map(|url| json!({"id": "r", "name": "File", "url": url, "format": "CSV"})).collect();
        json!({
            "id": self.source_record_id(),
            "name": if self.terms.chatham_house { format!("{slug}-{}", self.key) } else { format!("slug-{}", self.key) },
            "state": if self.withdrawn { "deleted" } else { "active" },
            "private": self.terms.private,
            "title": self.title,
            "notes": self.description,
            "tags": tags,
            "organization": {"name": slug, "title": self.owner},
            "custodian": self.custodian,
            "maintainer": self.contact.as_ref().map(|_| "Desk"),
            "maintainer_email": self.contact,
            "sectors": self.clusters.join(";"),
            "countries": self.countries.join(";"),
            "spatial": self.bbox,
            "temporal_start": start,
            "temporal_end": end,
            "last_modified": self.modified,
            "field_names": self.fields.join(";"),
            "resources": resources,
            "url": self.landing_page,
            "rights": self.reason,
            "sensitivity": self.terms.sensitivity,
            "sharing": self.terms.sharing,
            "access_method": self.terms.access,
            "listing": self.terms.listing,
            "classification": self.stated_classification(),
        })
    }

    fn as_row(&self) -> String {
        let (start, end) = self.coverage.clone().unzip();
        let cells = [
            self.source_record_id(),
            self.title.clone(),
            self.description.clone(),
            self.publisher.clone(),
            self.owner.clone(),
            self.custodian.clone().unwrap_or_default(),
            self.contact.clone().unwrap_or_default(),
            self.countries.join(";"),
            self.clusters.join(";"),
            self.tags.join(";"),
            self.fields.join(";"),
            start.unwrap_or_default(),
            end.unwrap_or_default(),
            self.modified.clone().unwrap_or_default(),
            self.bbox.clone().unwrap_or_default(),
            self.link.clone().unwrap_or_default(),
            self.landing_page.clone().unwrap_or_default(),
            self.terms.sensitivity.unwrap_or_default().to_owned(),
            self.stated_sharing().unwrap_or_default(),
            self.terms.access.unwrap_or_default().to_owned(),
            self.terms.classification.unwrap_or_default().to_owned(),
            self.terms.listing.unwrap_or_default().to_owned(),
            self.terms.listing_title.clone().unwrap_or_default(),
            self.terms.audience.join(";"),
            self.reason.clone().unwrap_or_default(),
        ];
        let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        quoted.join(",")
    }
}

/// The dump of the portal.
pub fn dump<'a>(holdings: impl Iterator<Item = &'a Holding>) -> String {
    let packages: Vec<_> = holdings.filter(|holding| !holding.is_of_inventory()).map(Holding::as_package).collect();
    serde_json::Value::Array(packages).to_string()
}

/// The inventory of the desk.
pub fn inventory<'a>(holdings: impl Iterator<Item = &'a Holding>) -> String {
    let mut text = "Dataset ID,Dataset title,Description,Organisation,Data owner,Custodian,Contact email,Country,Cluster,\
                    Keywords,Fields,Start date,End date,Last modified,Bounding box,Download URL,Landing page,Sensitivity,\
                    Sharing level,Access method,Classification,Listing,Listing title,Audience,Reason for restriction\n"
        .to_owned();
    for holding in holdings.filter(|holding| holding.is_of_inventory() && !holding.withdrawn) {
        let _ = writeln!(text, "{}", holding.as_row());
    }
    text
}

fn words(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(select(&WORDS[..]), 1..most).prop_map(|words| words.join(" "))
}

fn some_of(values: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<String>> {
    subsequence(values, 0..=most).prop_map(|chosen| chosen.into_iter().map(str::to_owned).collect())
}

fn maybe(values: &'static [&'static str]) -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(select(values))
}

fn stated_terms() -> impl Strategy<Value = StatedTerms> {
    (
        maybe(&["low", "low", "moderate", "high", "severe"]),
        maybe(&["public", "community", "restricted", "organisation", "closed"]),
        maybe(&["download", "on-request", "none"]),
        maybe(&["full", "stub", "stub", "hidden"]),
        prop::option::of(select(&["Approved title", "Approved water holding"][..])),
        some_of(&["Protection", "group:taskforce", "example-relief", "horizon-fund"], 2),
        prop::option::weighted(0.2, select(&["unclassified", "confidential", "strictly confidential"][..])),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.4),
    )
        .prop_map(
            |(
                sensitivity,
                sharing,
                access,
                listing,
                listing_title,
                audience,
                classification,
                chatham_house,
                private,
            )| {
                StatedTerms {
                    sensitivity,
                    sharing,
                    access,
                    listing,
                    listing_title: listing_title.map(str::to_owned),
                    audience,
                    classification,
                    chatham_house,
                    private,
                }
            },
        )
}

/// A holding with any terms.
pub fn holding() -> impl Strategy<Value = Holding> {
    let texts = (words(4), words(12), some_of(&TAGS, 2), prop::collection::vec(words(2), 0..3));
    let places = (
        some_of(&["YEM", "IRQ", "SYR"], 2),
        some_of(&["PRO", "PRO-MIN", "HEA"], 2),
        maybe(&["40,10,50,20", "-5,-5,5,5"]),
        maybe(&["2024-05-01", "2019-01-31", "2024-06"]),
        prop::option::of(select(&[("2020-03-05", "2021-05-06"), ("2018-01", "2024-12-31")][..])),
    );
    let who = (
        select(&ORGANISATIONS[..]),
        select(&ORGANISATIONS[..]),
        prop::option::weighted(0.2, select(&ORGANISATIONS[..])),
        maybe(&["desk@example.org", "convoy@example.org", "no address"]),
        any::<[bool; 3]>(),
    );
    (0..48_u8, texts, places, who, stated_terms()).prop_map(|(key, texts, places, who, terms)| {
        let (title, description, tags, fields) = texts;
        let (countries, clusters, bbox, modified, coverage) = places;
        let (owner, publisher, custodian, contact, [link, landing_page, reason]) = who;
        Holding {
            key,
            title,
            description,
            tags,
            countries,
            clusters,
            modified: modified.map(str::to_owned),
            coverage: coverage.map(|(start, end)| (start.to_owned(), end.to_owned())),
            bbox: bbox.map(str::to_owned),
            owner: owner.to_owned(),
            publisher: publisher.to_owned(),
            custodian: custodian.map(str::to_owned),
            contact: contact.map(str::to_owned),
            fields,
            // A few share a file, so that some are duplicates where their titles are alike.
            link: link.then(|| format!("https://files.example/{}.csv", key % 4)),
            landing_page: landing_page.then(|| format!("https://portal.example/about/{key}")),
            reason: reason.then(|| "Names of convoys".to_owned()),
            terms,
            withdrawn: false,
            renamed: false,
        }
    })
}

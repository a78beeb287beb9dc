//! Readers from bytes to drafts of records, and writers of what others read, one module per format.
//!
//! Pure: no network, no files. A reader gives what it could read and the problems it met; it never refuses a whole
//! payload for one bad value.

pub mod aardvark;
mod access;
mod addresses;
pub mod arcgis;
mod boxes;
pub mod cairn;
pub mod ckan;
mod contacts;
pub mod csw;
mod datacite;
pub mod datapackage;
pub mod dataverse;
pub mod dcat;
pub mod dcat_us;
mod ddi;
pub mod decode;
mod dif;
pub mod dkan;
pub mod dtm;
mod dublin_core;
mod eu_theme;
mod extents;
mod fgdc;
pub mod geonode;
mod gml;
pub mod hapi;
mod html;
mod identifiers;
mod identity;
pub mod imsma;
pub mod inventory;
mod iso19139;
mod json_document;
mod json_groups;
mod json_object;
mod json_page;
pub mod json_stream;
mod json_text;
mod json_value;
mod languages;
pub mod listing;
pub mod nada;
mod notes;
pub mod oai_pmh;
pub mod odrl;
pub mod ogc_records;
mod once;
pub mod opendatasoft;
mod organisations;
mod periods;
mod places;
mod protocols;
mod rdf;
pub mod reliefweb;
mod rights;
pub mod schema_org;
pub mod sitemap;
pub mod socrata;
pub mod stac;
pub mod table;
pub mod waf;
pub mod web_page;
pub mod worldbank;
mod xml;
pub mod xml_record;

pub use access::close_by_licence;
pub use addresses::resolve_addresses;

/// A record as read: a draft and what could not be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The draft.
    pub draft: cairn_model::Draft,
    /// Problems of this record.
    pub problems: Vec<cairn_model::Problem>,
    /// Whether the source says that this record is deleted (`state: deleted`, OAI-PMH `status="deleted"`).
    pub deleted: bool,
}

/// An id for a record whose source gives it none: the same for the same words, whatever stands before or after it.
///
/// Words are compared without case and without the blanks around and between them.
pub(crate) fn stable_id(words: &[&str]) -> String {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    for word in words {
        for part in word.split_whitespace() {
            hasher.update(part.to_lowercase());
            hasher.update([b' ']);
        }
        hasher.update([0]);
    }
    hex::encode(&hasher.finalize()[..16])
}

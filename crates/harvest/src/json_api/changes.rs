//! How interfaces are asked for what changed, each in its own words.

use bytes::Bytes;
use cairn_fetch::Url;
use serde::Deserialize;

use super::with_parameter;
use crate::windows::Moment;

/// The question of what changed.
#[derive(Clone, Copy)]
pub(crate) struct AskChanges {
    /// Puts it into the address of the listing; `None` when it cannot be joined with what the address asks for already.
    pub(super) narrow: fn(&Url, Moment) -> Option<Url>,
    /// When a record changed, as the question means it.
    pub(super) changed: fn(&Bytes) -> Option<Moment>,
}

/// `ReliefWeb`: a filter on `date.changed`.
pub(super) const RELIEFWEB_CHANGES: AskChanges = AskChanges {
    narrow: |listing, since| {
        // An address has one filter, which the configuration may have taken.
        if listing.query_pairs().any(|(name, _)| name.starts_with("filter")) {
            return None;
        }
        let since = Moment { by_day: false, ..since }.to_text().replace('Z', "+00:00");
        let mut url = listing.clone();
        url.query_pairs_mut().append_pair("filter[field]", "date.changed").append_pair("filter[value][from]", &since);
        Some(url)
    },
    changed: |item| {
        #[derive(Deserialize)]
        struct Item {
            fields: Fields,
        }
        #[derive(Deserialize)]
        struct Fields {
            date: Dates,
        }
        #[derive(Deserialize)]
        struct Dates {
            changed: String,
        }
        Moment::parse(&serde_json::from_slice::<Item>(item).ok()?.fields.date.changed)
    },
};

/// The latest time of which the search of an `ArcGIS` portal knows: 13 digits of milliseconds, all of them 9.
const ARCGIS_END: i64 = 9_999_999_999_999;

/// `ArcGIS` portals: a range of milliseconds, written with 19 digits because they are compared as text.
pub(super) const ARCGIS_CHANGES: AskChanges = AskChanges {
    narrow: |listing, since| {
        let (_, query) = listing.query_pairs().find(|(name, _)| name == "q")?;
        let since = since.at.as_millisecond();
        Some(with_parameter(listing, "q", &format!("({query}) AND modified:[{since:019} TO {ARCGIS_END:019}]")))
    },
    changed: |item| {
        #[derive(Deserialize)]
        struct Item {
            modified: i64,
        }
        Moment::of_milliseconds(serde_json::from_slice::<Item>(item).ok()?.modified)
    },
};

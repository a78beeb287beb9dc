//! CKAN portals over the Action API v3 (`package_search`), plain and in the HDX dialect.

pub(crate) mod page;

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_fetch::Url;
use serde::Deserialize;

use self::page::{message, read_page};
use crate::config::Location;
use crate::kinds::ConnectContext;
use crate::server::NotAPage;
use crate::windows::{self, Asked, Moment, Window, WindowPage, WindowProtocol};
use crate::{Connector, HarvestError, SourceConfig};

/// Parameters that the connector says itself, so that a listing is read as a whole and in its order.
const OWN_PARAMETERS: [&str; 5] = ["rows", "start", "sort", "fl", "include_private"];

/// What cannot be used in the `[parameters]` of a portal.
pub(crate) fn find_mistake(parameters: &BTreeMap<String, String>) -> Option<String> {
    let own = OWN_PARAMETERS.into_iter().find(|own| parameters.contains_key(*own))?;
    Some(format!("`{own}` in [parameters] is said by each request itself; choose records by `q` and `fq`"))
}

/// Opens a portal.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let (Location::Web(mut action), Some(root)) = (config.location()?, config.portal_root()) else {
        let reason = "`url` is not the address of a portal".to_owned();
        return Err(HarvestError::Configuration { source_id: config.id.clone(), reason });
    };
    // The root lost the credentials on its way; they are put where they were.
    let root_path = Url::parse(&root).map(|root| root.path().trim_end_matches('/').to_owned()).unwrap_or_default();
    action.set_path(&format!("{root_path}/api/3/action/package_search"));
    action.set_fragment(None);
    action.set_query(None);
    config.add_parameters(&mut action);
    windows::connect(config, context, &action.clone(), PackageSearch { action, order: Order::Id, newest_first: false })
}

/// The order of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// By id, which never changes.
    Id,
    /// By time of creation, for portals that do not sort by id.
    Created,
}

impl Order {
    fn parameter(self) -> &'static str {
        match self {
            Self::Id => "id asc",
            Self::Created => "metadata_created asc",
        }
    }
}

/// `package_search` of a portal.
#[derive(Clone)]
struct PackageSearch {
    action: Url,
    order: Order,
    /// Whether packages are asked for by the time of their last change first.
    newest_first: bool,
}

impl WindowProtocol for PackageSearch {
    const ACCEPT: &'static str = "application/json";

    const GIVES_NEWEST_FIRST: bool = true;

    fn usual_cap(&self) -> u64 {
        1000
    }

    fn address(&self, window: Window, asked: Asked) -> Url {
        let mut url = self.action.clone();
        let order = self.order.parameter();
        let sort = if self.newest_first { format!("metadata_modified desc, {order}") } else { order.to_owned() };
        url.query_pairs_mut()
            .append_pair("rows", &window.rows.to_string())
            .append_pair("start", &window.start.to_string())
            .append_pair("sort", &sort)
            .append_pair("include_private", "false");
        if asked == Asked::Ids {
            url.query_pairs_mut().append_pair("fl", "id");
        }
        url
    }

    fn read(&self, body: &Bytes) -> Result<WindowPage, NotAPage> {
        read_page(body)
    }

    /// The words of an error answer of the Action API.
    fn explain(&self, body: &[u8]) -> String {
        #[derive(Deserialize)]
        struct Answer<'a> {
            #[serde(borrow)]
            error: &'a serde_json::value::RawValue,
        }
        serde_json::from_slice::<Answer<'_>>(body).map(|answer| message(answer.error.get())).unwrap_or_default()
    }

    fn ask_newest_first(&mut self, newest_first: bool) {
        self.newest_first = newest_first;
    }

    /// `metadata_modified` moves with every edit of a package, and with nothing that is done to others.
    fn changed(&self, package: &Bytes) -> Option<Moment> {
        #[derive(Deserialize)]
        struct Dated {
            metadata_modified: Option<String>,
        }
        Moment::parse(&serde_json::from_slice::<Dated>(package).ok()?.metadata_modified?)
    }

    fn ask_otherwise(&mut self) -> bool {
        let is_first = self.order == Order::Id;
        self.order = Order::Created;
        is_first
    }

    fn way(&self) -> String {
        self.order.parameter().to_owned()
    }

    fn take_way(&mut self, way: &str) {
        self.order = if way == Order::Created.parameter() { Order::Created } else { Order::Id };
    }
}

//! OGC API – Records (OGC 20-004r1), and interfaces that answer in its shape: pages of records linked by `next`.
//!
//! The address may be that of the landing page, of `/collections`, of one collection or of its items. Without a collection,
//! every collection whose items are records is read. Where there is none, the collections hold data, and each of them is a
//! record (§9, a local resources catalogue): so an OGC API of features, maps or coverages is a catalogue, too.

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::{Fetched, SafeUrl, Url, Validators};
use cairn_formats::ogc_records::{
    RecordCollection, RecordCollections, list_collections, list_records, read_landing_page,
};

use crate::chain::{self, ChainPage, ChainProtocol, ChainedRecord, OfList, UNREADABLE_NEXT};
use crate::connector::lost;
use crate::json_api::{listing_address, not_a_page, payload, with_parameter};
use crate::kinds::ConnectContext;
use crate::server::{NotAPage, Server, Setback, came_from, read_answer};
use crate::{Connector, HarvestError, RawFormat, SourceConfig};

/// Records of a page that are asked for.
const LIMIT: &str = "100";

/// Pages of `/collections` that are looked through for such as hold records.
const MOST_PAGES_OF_COLLECTIONS: usize = 100;

/// Opens an API.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let home = listing_address(config, "", &[])?;
    let limit = config.limits.page_size.map_or(LIMIT.to_owned(), |size| size.to_string());
    chain::connect(config, context, Records { home, limit, starts: Starts::default() })
}

#[derive(Clone)]
struct Records {
    home: Url,
    limit: String,
    starts: Starts,
}

/// Where the lists of records begin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Starts {
    /// Items of each collection that is read, or the collections themselves.
    lists: Vec<Url>,
    /// Why it is not known whether these are all.
    lack: Option<String>,
}

impl Records {
    fn items(&self, items: &Url) -> Url {
        let has_limit = items.query_pairs().any(|(name, _)| name == "limit");
        if has_limit { items.clone() } else { with_parameter(items, "limit", &self.limit) }
    }

    /// Asks for a document; answers where it came from, too.
    async fn ask<T: Send + 'static>(
        server: &Server,
        url: Url,
        read: impl FnOnce(&[u8]) -> Result<T, cairn_model::Problem> + Send + 'static,
    ) -> Result<(T, Url), Setback> {
        let answer = server.get(url.clone(), Self::ACCEPT, Validators::default(), None).await;
        match answer.map_err(|error| Setback::of_fetch(error, |_| String::new()))? {
            Fetched::Fresh(answer) => {
                let from = came_from(&answer, &url);
                let read = move |body: &Bytes| read(body).map_err(|problem| not_a_page(body, &problem));
                Ok((read_answer(answer, read).await?, from))
            }
            Fetched::NotModified => Err(Setback::Fatal(HarvestError::NotACatalogue {
                what: SafeUrl::new(&url).to_string(),
                reason: "it answers 304 to a question without conditions".to_owned(),
            })),
        }
    }

    /// The address of the collections of an API, whether its landing page or they themselves were named.
    async fn address_of_collections(&self, server: &Server) -> Result<Url, Setback> {
        if self.home.path().trim_end_matches('/').ends_with("/collections") {
            return Ok(self.home.clone());
        }
        let (landing, from) = Self::ask(server, self.home.clone(), read_landing_page).await?;
        let named = landing.collections.and_then(|link| from.join(&link).ok()).map(|url| server.at_home(url));
        Ok(named.unwrap_or_else(|| below(&self.home, "collections")))
    }

    /// The collections behind an address, of all its pages, and why these may not be all.
    async fn collections(server: &Server, address: &Url) -> Result<(Vec<RecordCollection>, Option<String>), Setback> {
        let (mut found, mut asked, mut page) = (Vec::new(), Vec::new(), address.clone());
        loop {
            let (RecordCollections { collections, next }, from) =
                Self::ask(server, page.clone(), list_collections).await?;
            let items = |link: &str| from.join(link).ok().map(|url| server.at_home(url).to_string());
            found.extend(collections.into_iter().map(|collection| RecordCollection {
                items: collection.items.as_deref().and_then(items),
                ..collection
            }));
            asked.push(page);
            let Some(next) = next else { return Ok((found, None)) };
            page = match from.join(&next).map(|url| server.at_home(url)) {
                Ok(next) if asked.contains(&next) => {
                    return Ok((found, Some("a page of its collections leads back to one before".to_owned())));
                }
                Ok(_) if asked.len() >= MOST_PAGES_OF_COLLECTIONS => {
                    let lack = format!("it has more than {MOST_PAGES_OF_COLLECTIONS} pages of collections");
                    return Ok((found, Some(lack)));
                }
                Ok(next) => next,
                Err(_) => return Ok((found, Some(UNREADABLE_NEXT.to_owned()))),
            };
        }
    }
}

#[async_trait]
impl ChainProtocol for Records {
    const ACCEPT: &'static str = "application/geo+json, application/json";

    const LEADS_BY_HEADER: bool = true;

    async fn prepare(&mut self, server: &Server) -> Result<(), Setback> {
        let path = self.home.path().trim_end_matches('/').to_owned();
        let parent = path.rsplit('/').nth(1);
        if path.ends_with("/items") {
            self.starts = Starts { lists: vec![self.items(&self.home)], lack: None };
            return Ok(());
        }
        if parent == Some("collections") {
            self.starts = Starts { lists: vec![self.items(&below(&self.home, "items"))], lack: None };
            return Ok(());
        }
        let address = self.address_of_collections(server).await?;
        let (collections, lack) = Self::collections(server, &address).await?;
        self.starts = Starts { lists: Vec::new(), lack };
        for collection in collections.iter().filter(|collection| collection.holds_records) {
            let named = collection.items.as_deref().and_then(|link| address.join(link).ok());
            let items = named.unwrap_or_else(|| below(&address, &format!("{}/items", collection.id)));
            self.starts.lists.push(self.items(&items));
        }
        if collections.is_empty() {
            let reason = "it has no collections".to_owned();
            return Err(Setback::Fatal(HarvestError::NotACatalogue {
                what: SafeUrl::new(&self.home).to_string(),
                reason,
            }));
        }
        if self.starts.lists.is_empty() {
            // They are read once more, as records: whether all of them come is seen then.
            self.starts = Starts { lists: vec![address], lack: None };
        }
        Ok(())
    }

    fn first(&self) -> Url {
        self.starts.lists.first().unwrap_or(&self.home).clone()
    }

    fn read(&self, asked: &Url, from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        let listing = list_records(body).map_err(|problem| not_a_page(body, &problem))?;
        let is_first = *asked == self.first();
        let leads_to = if is_first { self.starts.lists.iter().skip(1).cloned().collect() } else { Vec::new() };
        let cut_short = listing.cut_short().map(str::to_owned);
        // Each collection counts its own.
        let has_several = self.starts.lists.len() > 1;
        let entries = listing.records.len() as u64 + lost(&listing.problems);
        let of_list = OfList { counted: listing.count, entries };
        let records = listing.records.into_iter().map(|record| {
            let (id, payload) = payload(RawFormat::OgcRecord, record);
            ChainedRecord { id, payload }
        });
        Ok(ChainPage {
            cut_short,
            lack: self.starts.lack.clone(),
            records: records.collect(),
            problems: listing.problems,
            count: listing.count.filter(|_| !has_several),
            of_list: has_several.then_some(of_list),
            leads_to,
            ..ChainPage::default()
        }
        .leading_to(from, listing.next.as_deref()))
    }

    fn leads_to_more(&self, _url: &Url, _error: &HarvestError) -> bool {
        true
    }

    fn has_lists_that_overlap(&self) -> bool {
        self.starts.lists.len() > 1
    }

    fn way(&self) -> String {
        let lists: Vec<&str> = self.starts.lists.iter().map(Url::as_str).collect();
        serde_json::to_string(&(lists, &self.starts.lack)).unwrap_or_default()
    }

    fn take_way(&mut self, way: &str) {
        let (lists, lack): (Vec<String>, _) = serde_json::from_str(way).unwrap_or_default();
        self.starts = Starts { lists: lists.iter().filter_map(|list| Url::parse(list).ok()).collect(), lack };
    }
}

/// An address below another, with its parameters.
fn below(url: &Url, path: &str) -> Url {
    let mut below = url.clone();
    below.set_path(&format!("{}/{path}", url.path().trim_end_matches('/')));
    below
}

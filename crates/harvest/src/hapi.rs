//! HDX Humanitarian API: rows of its metadata, put together into one record a data set of HDX and one a category of data.
//!
//! Three listings hold these rows. Each is paged by offset and counts nothing, so that its end is an empty page: one that is
//! merely shorter than it was asked to be may have been cut by the server. What rows have in common is known only when all
//! are there, so that nothing is given before the last page was read, and a listing that breaks off gives nothing.

use std::collections::{HashSet, VecDeque};

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::{Fetched, SafeUrl, Url, Validators};
use cairn_formats::hapi::{count_rows, list_datasets};
use cairn_formats::listing::Listing;
use sha2::{Digest, Sha256};

use crate::config::{Limits, Location};
use crate::document::{pages_of, proof};
use crate::json_api::{ACCEPT, not_a_page, with_parameter};
use crate::kinds::ConnectContext;
use crate::server::{Server, Setback, read_answer};
use crate::{Connector, EndProof, HarvestError, Page, RawFormat, SourceConfig};

/// The listings, below the root of the interface.
const LISTINGS: &[&str] = &["metadata/dataset", "metadata/resource", "metadata/data-availability"];

/// The interface, where the address of the source names no version of it.
const VERSION: &str = "/api/v2";

/// Rows of a page; the interface gives no more.
const ROWS: u32 = 10_000;

/// Bytes of all pages together, which are read at once.
const MOST_BYTES: u64 = 128 << 20;

/// Opens the interface.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let refuse = |reason: &str| HarvestError::Configuration { source_id: config.id.clone(), reason: reason.to_owned() };
    let Location::Web(url) = config.location()? else {
        return Err(refuse("`url` is not the address of the interface"));
    };
    let given = |name: &str| config.parameters.contains_key(name) || url.query_pairs().any(|(own, _)| own == name);
    if !given("app_identifier") {
        return Err(refuse(
            "`app_identifier` is missing in [parameters]: the interface wants the name of your application and a mail address, \
             as `application:mail` in base64",
        ));
    }
    let mut root = root_of(&url);
    config.add_parameters(&mut root);
    Ok(Box::new(HapiConnector {
        server: Server::new(config, context, &root)?,
        root,
        limits: config.limits.clone(),
        pages: None,
        end: EndProof::Missing("the listings were not read".to_owned()),
    }))
}

/// The root of the interface, with its version, in whatever address of it was pasted.
fn root_of(url: &Url) -> Url {
    let path = url.path();
    let version = path.find("/api/v").map(|start| start + path[start + 1..].find("/v").map_or(0, |at| at + 1));
    let root = match version {
        Some(start) => path[..path[start + 1..].find('/').map_or(path.len(), |end| start + 1 + end)].to_owned(),
        None => format!("{}{VERSION}", path.trim_end_matches('/')),
    };
    let mut url = url.clone();
    url.set_path(&root);
    url.set_fragment(None);
    url
}

struct HapiConnector {
    server: Server,
    /// With what every request says.
    root: Url,
    limits: Limits,
    /// What is left of the records; none before the listings were read.
    pages: Option<VecDeque<Page>>,
    end: EndProof,
}

#[async_trait]
impl Connector for HapiConnector {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        let mut pages = match self.pages.take() {
            Some(pages) => pages,
            None => self.load().await?,
        };
        let page = pages.pop_front();
        self.pages = Some(pages);
        Ok(page)
    }

    fn end_proof(&self) -> EndProof {
        self.end.clone()
    }

    fn requests(&self) -> u64 {
        self.server.requests()
    }
}

impl HapiConnector {
    async fn load(&mut self) -> Result<VecDeque<Page>, HarvestError> {
        let mut answers = Vec::new();
        for listing in LISTINGS {
            self.read(listing, &mut answers).await?;
        }
        let what = SafeUrl::new(&self.root).to_string();
        let put_together = tokio::task::spawn_blocking(move || list_datasets(&answers)).await;
        let listing = put_together.map_err(|_| HarvestError::task(&what))?;
        let listing: Listing =
            listing.map_err(|problem| HarvestError::NotACatalogue { what, reason: problem.message })?;
        self.end = proof(&listing, self.limits.max_records);
        Ok(pages_of(listing, RawFormat::Hapi, self.limits.max_records))
    }

    /// Reads the pages of a listing to the empty one.
    async fn read(&self, listing: &str, answers: &mut Vec<Bytes>) -> Result<(), HarvestError> {
        let mut url = self.root.clone();
        url.set_path(&format!("{}/{listing}", self.root.path()));
        let what = SafeUrl::new(&url).to_string();
        let mut url = with_parameter(&url, "output_format", "json");
        url = with_parameter(&url, "limit", &self.limits.page_size.unwrap_or(ROWS).to_string());
        let mut offset = 0;
        let mut met = HashSet::new();
        loop {
            if answers.len() as u64 >= self.limits.max_pages {
                let reason = format!("the limit of {} pages was reached", self.limits.max_pages);
                return Err(HarvestError::TooLarge { what, reason });
            }
            let (body, rows) = self.ask(with_parameter(&url, "offset", &offset.to_string())).await?;
            if rows == 0 {
                return Ok(());
            }
            if !met.insert(Sha256::digest(&body)) {
                let reason = "paging_loop: a page came twice".to_owned();
                return Err(HarvestError::NotACatalogue { what, reason });
            }
            offset += rows;
            answers.push(body);
            if answers.iter().map(|body| body.len() as u64).sum::<u64>() > MOST_BYTES {
                let reason = format!("its pages have more than {MOST_BYTES} bytes together");
                return Err(HarvestError::TooLarge { what, reason });
            }
        }
    }

    /// Asks for a page; answers it with the number of its rows.
    async fn ask(&self, url: Url) -> Result<(Bytes, usize), HarvestError> {
        let what = SafeUrl::new(&url).to_string();
        let answer = match self.server.get(url, ACCEPT, Validators::default(), None).await {
            Ok(Fetched::Fresh(answer)) => answer,
            Ok(Fetched::NotModified) => {
                let reason = "it answers 304 to a question without conditions".to_owned();
                return Err(HarvestError::NotACatalogue { what, reason });
            }
            Err(cairn_fetch::FetchError::Status { status: 403, body, .. }) if asks_for_identifier(&body) => {
                let reason = "not_allowed: it does not accept the `app_identifier` of [parameters]".to_owned();
                return Err(HarvestError::Refused { url: what, reason });
            }
            Err(error) => return Err(error.into()),
        };
        let body = answer.body.clone();
        let rows = read_answer(answer, |body| count_rows(body).map_err(|problem| not_a_page(body, &problem))).await;
        Ok((body, rows.map_err(Setback::into_error)?))
    }
}

/// Whether an answer of the interface asks who we are.
pub(crate) fn asks_for_identifier(body: &[u8]) -> bool {
    count_rows(body).is_err_and(|problem| problem.code == "app-identifier-required")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_root_of_the_interface_is_found_in_whatever_address_was_pasted() {
        let root = |url: &str| root_of(&Url::parse(url).unwrap()).to_string();
        assert_eq!(root("https://hapi.example"), "https://hapi.example/api/v2");
        assert_eq!(root("https://hapi.example/"), "https://hapi.example/api/v2");
        for url in [
            "https://hapi.example/api/v1",
            "https://hapi.example/api/v1/metadata/dataset",
            "https://hapi.example/api/v1/",
        ] {
            assert_eq!(root(url), "https://hapi.example/api/v1", "{url}");
        }
        assert_eq!(root("https://hapi.example/mirror/api/v2/docs"), "https://hapi.example/mirror/api/v2");
    }
}

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::sync::Arc;

use cairn_fetch::{Fetcher, FetcherSettings};
use cairn_model::Vocabularies;

use super::*;
use crate::server::NotAPage;
use crate::{IdKeeper, KeptIds};

/// A listing that is never asked.
#[derive(Clone)]
struct Folders;

impl ChainProtocol for Folders {
    const ACCEPT: &'static str = "*/*";

    fn first(&self) -> Url {
        Url::parse("https://folder.example/").unwrap()
    }

    fn read(&self, _asked: &Url, from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        Ok(ChainPage::default().leading_to(from, std::str::from_utf8(body).ok()))
    }
}

/// Keeps no ids: none are met.
struct NoIds;

#[async_trait]
impl IdKeeper for NoIds {
    async fn open(&self) -> Result<Box<dyn KeptIds>, HarvestError> {
        unreachable!()
    }
}

/// A walk that has not begun, of at most 100 pages, the first of which may be here.
fn walk(first_page: Option<FirstPage>) -> ChainConnector<Folders> {
    let text = "id = \"here\"\nkind = \"waf\"\nurl = \"https://folder.example/\"\n[limits]\nmax_pages = 100\n";
    let config = SourceConfig::from_toml(text, Path::new(".")).unwrap();
    let context = ConnectContext {
        fetcher: Fetcher::new(FetcherSettings::default()).unwrap(),
        vocabularies: Vocabularies::bundled().clone(),
        previous_state: None,
        changes_only: false,
        resume: None,
        full: false,
        ids: Arc::new(NoIds),
    };
    open(&config, &context, Folders, first_page).unwrap()
}

#[tokio::test]
async fn a_first_page_that_is_here_already_leads_on_as_the_source_is_asked() {
    let body = Bytes::from("http://folder.example/?page=2");
    let mut connector = walk(Some(FirstPage { body, from: Folders.first(), links: Vec::new() }));
    let page = connector.ask_once(&Folders.first()).await.ok().flatten().unwrap();
    assert_eq!(
        page.next.unwrap().as_str(),
        "https://folder.example/?page=2",
        "with the credential, which goes by https"
    );
}

#[tokio::test]
async fn no_more_pages_are_remembered_than_may_be_visited_and_the_end_is_not_proven() {
    let mut connector = walk(None);
    let folders =
        |page: usize| (0..1000).map(move |n| Url::parse(&format!("https://folder.example/{page}/{n}/")).unwrap());
    for page in 0..10 {
        connector.pages += 1;
        let versions = folders(page).map(|url| (url, "1".to_owned())).collect();
        connector.visit(folders(page).collect(), versions, Timestamp::now(), &mut Page::default()).await.unwrap();
    }
    assert_eq!((connector.to_visit.len(), connector.versions.len()), (99, 99));
    connector.walk.pages = connector.to_visit.iter().map(page_key).collect();
    assert!(connector.next_address().is_none());
    connector.end_walk();
    assert_eq!(connector.end, Some(EndProof::Missing("the limit of 100 pages was reached".to_owned())));
}

#[test]
fn all_that_a_page_leads_to_is_asked_for_as_the_source_is() {
    let url = |scheme: &str, path: &str| Url::parse(&format!("{scheme}://maps.example/{path}")).unwrap();
    let mut page = ChainPage {
        next: Some(url("http", "next")),
        leads_to: vec![url("http", "child"), url("https", "other")],
        versions: HashMap::from([(url("http", "child"), "1".to_owned())]),
        ..ChainPage::default()
    };
    page.lead_to_home(|link| crate::plain_address::as_secure_as(&url("https", ""), link));
    assert_eq!(page.next, Some(url("https", "next")));
    assert_eq!(page.leads_to, [url("https", "child"), url("https", "other")]);
    assert_eq!(page.versions, HashMap::from([(url("https", "child"), "1".to_owned())]));
}

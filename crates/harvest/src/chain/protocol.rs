//! What a protocol says whose pages lead from one to the next, and what it reads from a page.

use std::collections::HashMap;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::Url;
use cairn_model::Problem;
use jiff::Timestamp;

use crate::server::{NotAPage, Server, Setback, may_lead_on};
use crate::{HarvestError, Payload};

/// A protocol whose pages lead from one to the next.
#[async_trait]
pub(crate) trait ChainProtocol: Clone + Send + Sync + 'static {
    /// `Accept` of its requests.
    const ACCEPT: &'static str;

    /// Whether the protocol lets a source estimate how many records it has, and revise that on the way.
    const COUNT_IS_ESTIMATE: bool = false;

    /// Whether a page that names no next one may do so in the header of its answer (LDP Paging 1.0, RFC 8288).
    const LEADS_BY_HEADER: bool = false;

    /// Asks what has to be known before the first page.
    async fn prepare(&mut self, _server: &Server) -> Result<(), Setback> {
        Ok(())
    }

    /// The address of the first page.
    fn first(&self) -> Url;

    /// Takes note of where the first page came from, after redirects.
    fn came_from(&mut self, _first: &Url) {}

    /// Reads the page that was asked for at an address. It came from another where the server sent us there: its links are
    /// relative to that one. Blocking, pure.
    fn read(&self, asked: &Url, from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage>;

    /// The server's own words in the body of an answer with a status of refusal.
    fn explain(&self, _body: &[u8]) -> String {
        String::new()
    }

    /// The page that the beginning of a body is, though it came with a status of refusal.
    fn read_refusal(&self, _asked: &Url, _body: &Bytes) -> Option<ChainPage> {
        None
    }

    /// What the run asks for, for the checkpoint: a listing that is taken up is the same listing.
    fn way(&self) -> String {
        String::new()
    }

    /// Asks for what a checkpoint says.
    fn take_way(&mut self, _way: &str) {}

    /// Whether only what changed since the last complete run is asked for.
    fn lists_changes(&self) -> bool {
        false
    }

    /// What the next run is to know of this one, which read the listing to its end.
    fn state(&self) -> Option<String> {
        None
    }

    /// Whether it is known that a page which cannot be had, and which was one of many, leads to more than itself: a list, a
    /// folder, a catalogue. Then nobody knows how much is lacking.
    fn leads_to_more(&self, _url: &Url, _error: &HarvestError) -> bool {
        false
    }

    /// Whether a version that a page told when the source answered tells what is read now from what is written later.
    fn is_settled(&self, _version: &str, _answered: Timestamp) -> bool {
        true
    }

    /// Whether it goes through several lists, of which more than one may hold a record.
    fn has_lists_that_overlap(&self) -> bool {
        false
    }

    /// Takes note of a page that was read, in the order of the chain. `repeats` where it holds a record that was met before:
    /// what it says of that one is not given.
    fn note(&mut self, _page: &ChainPage, _repeats: bool) {}

    /// Takes another way to ask for the page that was just refused with these words; answers its address if there is one.
    fn ask_otherwise(&mut self, _refused: &Url, _told: &str) -> Option<Url> {
        None
    }
}

/// A page.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ChainPage {
    /// Records, in the order of the page.
    pub(crate) records: Vec<ChainedRecord>,
    /// Problems that belong to none of them; one of severity error stands for a record or a whole page that is lost.
    pub(crate) problems: Vec<Problem>,
    /// Records that the source says it has in all its pages.
    pub(crate) count: Option<u64>,
    /// What it is of its list, where a walk goes through several lists, or through one that only leads to its records.
    pub(crate) of_list: Option<OfList>,
    /// The next page; none at the end.
    pub(crate) next: Option<Url>,
    /// Why it is no whole page, in words that follow a colon, if it is none: what else belongs to the listing is not known.
    pub(crate) cut_short: Option<String>,
    /// Whether it is empty where more was due, so that it is the end only of a listing that counts its records.
    pub(crate) ends_in_doubt: bool,
    /// Why the walk cannot prove its end, though this page is whole and what it leads to is read.
    pub(crate) lack: Option<String>,
    /// Whether its records may lack what a fault of the page took from them: they are listed, and not given.
    pub(crate) in_doubt: bool,
    /// Pages to visit after that, each for itself.
    pub(crate) leads_to: Vec<Url>,
    /// Versions of these, where the page tells them: one whose version was read before need not be read again.
    pub(crate) versions: HashMap<Url, String>,
    /// Records of the page that are none of this source's.
    pub(crate) passed_over: u64,
    /// Where the next run takes the listing up, in a listing that goes on for ever.
    pub(crate) bookmark: Option<String>,
    /// When the source answered, by its own clock.
    pub(crate) answered: Option<Timestamp>,
    /// When the record of the page that changed last did so, by the source's clock.
    pub(crate) newest: Option<Timestamp>,
}

/// Longest field `Link` that is read: each of its relations is given all its attributes.
const LONGEST_LINK_FIELD: usize = 4096;

/// Why a list is not known to its end.
pub(crate) const UNREADABLE_NEXT: &str = "the address of the next page cannot be read";

impl ChainPage {
    /// The page, which came from an address, with the next one that it names by a link. A link that is no address leads nowhere,
    /// and is no end.
    pub(crate) fn leading_to(mut self, from: &Url, link: Option<&str>) -> Self {
        match link.map(|link| from.join(link)).transpose() {
            Ok(next) => self.next = next,
            Err(_) => self.lack = self.lack.or_else(|| Some(UNREADABLE_NEXT.to_owned())),
        }
        self
    }

    /// The page, which came from an address, with the next one that the header of its answer names where it names none itself.
    /// A header that cannot be read may name one.
    pub(super) fn leading_by_header<P: ChainProtocol>(mut self, from: &Url, links: &[String]) -> Self {
        if !P::LEADS_BY_HEADER || self.next.is_some() {
            return self;
        }
        for field in links.iter().filter(|field| may_lead_on(field)) {
            let read = Some(field).filter(|field| field.len() <= LONGEST_LINK_FIELD);
            match read.and_then(|field| http_link::parse_link_header(field, from).ok()) {
                Some(links) => {
                    let next = links.into_iter().find(|link| link.rel == "next" && link.context == *from);
                    self.next = self.next.or(next.map(|link| link.target));
                }
                None => self.lack = self.lack.or_else(|| Some(UNREADABLE_NEXT.to_owned())),
            }
        }
        self
    }

    /// Makes of each address that it leads to the one that is asked for.
    pub(super) fn lead_to_home(&mut self, at_home: impl Fn(Url) -> Url) {
        self.next = self.next.take().map(&at_home);
        self.leads_to = std::mem::take(&mut self.leads_to).into_iter().map(&at_home).collect();
        self.versions =
            std::mem::take(&mut self.versions).into_iter().map(|(url, version)| (at_home(url), version)).collect();
    }
}

/// A part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OfList {
    /// Entries that the source says the whole list has.
    pub(crate) counted: Option<u64>,
    /// Entries of this part.
    pub(crate) entries: u64,
}

/// A record of a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ChainedRecord {
    /// Id at the source, where the listing tells it.
    pub(crate) id: Option<String>,
    /// What came of it.
    pub(crate) payload: Payload,
}

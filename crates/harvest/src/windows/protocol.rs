//! What a protocol says whose listing is read by offset and number, and what it reads from a page.

use bytes::Bytes;
use cairn_fetch::Url;
use cairn_model::Problem;

use super::{Moment, Window};
use crate::Payload;
use crate::server::NotAPage;

/// What of the records is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// All of them.
    Records,
    /// Their ids alone. A protocol or server that cannot gives them whole, which costs time and nothing else.
    Ids,
}

/// A protocol whose listing is read by offset and number.
pub(crate) trait WindowProtocol: Clone + Send + Sync + 'static {
    /// `Accept` of its requests.
    const ACCEPT: &'static str;

    /// Whether what changed is asked for by [`WindowProtocol::ask_newest_first`], not by [`WindowProtocol::ask_since`].
    const GIVES_NEWEST_FIRST: bool = false;

    /// Whether its servers refuse a page for one record in it, in words that tell nothing of that.
    const REFUSES_FOR_A_RECORD: bool = false;

    /// Records that its servers give at most, unless their operators say otherwise.
    fn usual_cap(&self) -> u64;

    /// The address of a window.
    fn address(&self, window: Window, asked: Asked) -> Url;

    /// Reads an answer. Blocking, pure.
    fn read(&self, body: &Bytes) -> Result<WindowPage, NotAPage>;

    /// The server's own words in the body of an answer with a status of refusal.
    fn explain(&self, _body: &[u8]) -> String {
        String::new()
    }

    /// Takes another way to ask, after the server refused the very first question; answers whether there is one.
    fn ask_otherwise(&mut self) -> bool {
        false
    }

    /// Asks for what changed at this time or later, or for everything, from here on; answers whether it can.
    fn ask_since(&mut self, _since: Option<Moment>) -> bool {
        false
    }

    /// Asks for the records that changed last before all others, or in the fixed order again, from here on.
    fn ask_newest_first(&mut self, _newest_first: bool) {}

    /// When a record changed, by what the question of what changed is about. Blocking, pure.
    fn changed(&self, _record: &Bytes) -> Option<Moment> {
        None
    }

    /// The way in which it asks, for the checkpoint.
    fn way(&self) -> String {
        String::new()
    }

    /// Asks as a checkpoint says.
    fn take_way(&mut self, _way: &str) {}
}

/// A page.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct WindowPage {
    /// Records that the server says it has in all its pages.
    pub(crate) count: u64,
    /// The records of this page.
    pub(crate) records: Vec<Listed>,
    /// Problems that belong to none of them; one of severity error stands for a record that is lost.
    pub(crate) problems: Vec<Problem>,
    /// Why nobody knows whether these pages hold all its records, whatever they add up to.
    pub(crate) lack: Option<String>,
    /// When each of the records changed, by [`WindowProtocol::changed`].
    pub(crate) changed: Vec<Option<Moment>>,
}

/// A record of a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Listed {
    /// Id at the source, where the listing tells it.
    pub(crate) id: Option<String>,
    /// What came of it.
    pub(crate) payload: Payload,
    /// What was wrong with its bytes.
    pub(crate) problem: Option<Problem>,
}

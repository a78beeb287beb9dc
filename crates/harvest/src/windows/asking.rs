//! Asking a server for windows: addresses, the way to ask that it accepts, and what its troubles mean for the walk.

use cairn_fetch::{Fetched, Validators};
use serde::{Deserialize, Serialize};

use super::walk::Window;
use super::{Asked, WindowPage, WindowProtocol};
use crate::HarvestError;
use crate::server::{Server, Setback, read_answer};

/// Tries of a window that was narrowed: the larger ones around it failed many times already.
const NARROWED_TRIES: u32 = 2;

/// Why a window cannot be had.
pub(super) enum Trouble {
    /// A smaller window may be had.
    Window(HarvestError),
    /// No other window is better.
    Fatal(HarvestError),
}

/// What is remembered of a listing that fits into one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OnePage {
    query: String,
    #[serde(flatten)]
    validators: Validators,
}

/// A server that is asked for windows of its listing.
pub(super) struct Asking<P> {
    server: Server,
    protocol: P,
    /// Whether a page was read, so that it is known to speak the protocol and to accept the way in which it is asked.
    known: bool,
    previous: Option<OnePage>,
    latest: Option<OnePage>,
}

impl<P: WindowProtocol> Asking<P> {
    /// `previous` is what [`Asking::state`] gave after the last complete run.
    pub(super) fn new(server: Server, protocol: P, previous: Option<&str>) -> Self {
        let previous = previous.and_then(|text| serde_json::from_str(text).ok());
        Self { server, protocol, known: false, previous, latest: None }
    }

    pub(super) fn name(&self) -> &str {
        self.server.name()
    }

    pub(super) fn requests(&self) -> u64 {
        self.server.requests()
    }

    pub(super) fn way(&self) -> String {
        self.protocol.way()
    }

    pub(super) fn take_way(&mut self, way: &str) {
        self.protocol.take_way(way);
    }

    /// What to compare the next run with, when the last page was the whole listing.
    pub(super) fn state(&self) -> Option<String> {
        self.latest.as_ref().and_then(|page| serde_json::to_string(page).ok())
    }

    /// Asks for a window; `None` when the server says that it has not changed.
    pub(super) async fn ask(&mut self, window: Window, asked: Asked) -> Result<Option<WindowPage>, Trouble> {
        loop {
            match self.ask_this_way(window, asked).await {
                // A server that does not accept how it is asked says so at the first page.
                Err(Setback::Request(_)) if !self.known && self.protocol.ask_otherwise() => {}
                Err(Setback::Request(error)) if self.known => return Err(Trouble::Window(error)),
                Err(Setback::Request(error) | Setback::Fatal(error) | Setback::Later(error)) => {
                    return Err(Trouble::Fatal(error));
                }
                Err(Setback::Window(error)) => return Err(Trouble::Window(error)),
                Ok(page) => {
                    self.known = true;
                    return Ok(page);
                }
            }
        }
    }

    async fn ask_this_way(&mut self, window: Window, asked: Asked) -> Result<Option<WindowPage>, Setback> {
        let url = self.protocol.address(window, asked);
        let query = url.query().unwrap_or_default().to_owned();
        let is_first = window.start == 0 && asked == Asked::Records && !window.narrowed;
        let validators = match &self.previous {
            Some(previous) if is_first && previous.query == query => previous.validators.clone(),
            _ => Validators::default(),
        };
        let tries = window.narrowed.then_some(NARROWED_TRIES);
        let answer = match self.server.get(url, P::ACCEPT, validators, tries).await {
            Ok(Fetched::Fresh(answer)) => answer,
            Ok(Fetched::NotModified) => {
                self.latest.clone_from(&self.previous);
                return Ok(None);
            }
            Err(error) => return Err(Setback::of_fetch(error, |body| self.protocol.explain(body))),
        };
        let validators = answer.validators.clone();
        let protocol = self.protocol.clone();
        let page = read_answer(answer, move |body| protocol.read(body)).await?;
        if is_first {
            self.latest = (!validators.is_empty()).then_some(OnePage { query, validators });
        }
        Ok(Some(page))
    }
}

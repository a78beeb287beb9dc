//! `cairn serve`: serves what the data folder holds, and follows what other commands write.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use cairn_catalog::{CancellationToken, Catalog, CatalogError, Follower, KeptHoldings, Notifier, WriterLock};
use cairn_server::json::search_from_query;
use cairn_server::{Readiness, ServerSettings};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tracing::warn;

use crate::arguments::{Global, Listen};
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open};
use crate::output;
use crate::signals::stop_on_signals;

/// Another command that writes the index is waited for this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often is looked whether what is made of records follows them.
const FOLLOWED_UP_EVERY: Duration = Duration::from_mins(5);

pub(crate) async fn run(global: &Global, listen: &Listen) -> Result<Exit, Failure> {
    let (config, catalog) = open(global, DataFolder::Existing).await?;
    let stop = stop_on_signals();
    let serving = Serving::start(&config, &catalog, listen, "serve", Readiness::ready(), stop.clone()).await?;
    stop.cancelled().await;
    serving.end().await
}

/// A server, the follower of the index, who keeps holdings true, and who notifies people, while they run.
pub(crate) struct Serving {
    server: JoinHandle<Result<(), cairn_server::ServerError>>,
    follower: JoinHandle<()>,
    keeper: JoinHandle<()>,
    notifier: JoinHandle<()>,
}

impl Serving {
    /// Binds, takes the index writer, says where it listens, and serves.
    pub(crate) async fn start(
        config: &Config,
        catalog: &Catalog,
        listen: &Listen,
        command: &str,
        readiness: Readiness,
        stop: CancellationToken,
    ) -> Result<Self, Failure> {
        let wanted = config.listen_address(listen.listen)?;
        let metrics = config.metrics_address()?;
        let listener = bind(wanted).await?;
        let metrics = match metrics {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let follower = take_writer(catalog, command, &stop).await?;
        let address = listener.local_addr()?;
        output::line(&format!("listening on http://{address}"))?;
        if let Some(warning) = config.public_url_warning(address) {
            warn!("{warning}");
        }
        let settings = ServerSettings {
            public_url: config.public_url_of(address),
            trusted_proxies: config.server.trusted_proxies.clone(),
            requests_per_minute: config.server.requests_per_minute,
        };
        let notifier = Notifier::new(catalog.clone(), &settings.public_url, search_from_query)?;
        let follower = tokio::spawn(follower.follow(stop.clone()));
        let keeper = tokio::spawn(keep_holdings(catalog.clone(), stop.clone()));
        let until = stop.clone();
        let notifier = tokio::spawn(async move { notifier.run(until).await });
        let catalog = catalog.clone();
        let server = tokio::spawn(async move {
            let served = cairn_server::serve(listener, metrics, catalog, settings, readiness, stop.clone()).await;
            // Whatever ended the server ends the program with it.
            stop.cancel();
            served
        });
        Ok(Self { server, follower, keeper, notifier })
    }

    /// Waits until requests at hand are answered and the index is committed.
    pub(crate) async fn end(self) -> Result<Exit, Failure> {
        let served = self.server.await.map_err(anyhow::Error::from)?;
        self.follower.await.map_err(anyhow::Error::from)?;
        self.keeper.await.map_err(anyhow::Error::from)?;
        self.notifier.await.map_err(anyhow::Error::from)?;
        served?;
        Ok(Exit::Done)
    }
}

/// After a start, for vocabularies may be others; and then every few minutes what is made of records, for a process may have
/// ended between a record and what is made of it, or in the middle of a run.
async fn keep_holdings(catalog: Catalog, stop: CancellationToken) {
    follow_up(&catalog, true, &stop).await;
    while stop.run_until_cancelled(tokio::time::sleep(FOLLOWED_UP_EVERY)).await.is_some() {
        follow_up(&catalog, false, &stop).await;
    }
}

async fn follow_up(catalog: &Catalog, every: bool, stop: &CancellationToken) {
    if let Err(failure) = catalog.close_abandoned_runs().await {
        warn!(%failure, "runs that were killed still look as if they went on");
    }
    let which = if every { KeptHoldings::All } else { KeptHoldings::Derived };
    if let Err(failure) = catalog.keep_holdings(which, Timestamp::now(), stop).await {
        warn!(%failure, "registered holdings do not follow what changed yet");
    }
    if let Err(failure) = catalog.hand_over_requests(every, Timestamp::now(), stop).await {
        warn!(%failure, "requests are not with those to whom the records belong now yet");
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let hint = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                ": another program listens there; stop it, or choose another address with --listen (port 0 picks one)"
            }
            std::io::ErrorKind::PermissionDenied => ": ports below 1024 need special rights",
            _ => "",
        };
        Failure { exit: Exit::Failed, error: anyhow::anyhow!("cannot listen on {address}: {error}{hint}") }
    })
}

/// Takes the index writer. Another server is refused at once; a harvest is asked to leave the index to this process, and any
/// other command, which is short, is waited for.
async fn take_writer(catalog: &Catalog, command: &str, stop: &CancellationToken) -> Result<Follower, Failure> {
    let data = catalog.data_folder();
    let begun = Instant::now();
    let mut asked = false;
    let taken = loop {
        match catalog.take_index_writer(command, Timestamp::now()).await {
            Err(error @ CatalogError::Held { .. }) => {
                let is_server =
                    WriterLock::holder(data).is_some_and(|holder| matches!(holder.command.as_str(), "up" | "serve"));
                if stop.is_cancelled() {
                    let error = anyhow::anyhow!("stopped while it waited: {error}");
                    break Err(Failure { exit: Exit::Stopped, error });
                }
                if is_server || begun.elapsed() > PATIENCE {
                    break Err(error.into());
                }
                WriterLock::ask_for(data)?;
                asked = true;
                stop.run_until_cancelled(tokio::time::sleep(Duration::from_millis(200))).await;
            }
            taken => break taken.map_err(Failure::from),
        }
    };
    if asked {
        WriterLock::ask_no_more(data);
    }
    taken
}

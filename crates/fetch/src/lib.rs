//! The one guarded HTTP client: addresses, limits, retries, politeness and conditional requests.
//!
//! Every request of the catalogue to the outside goes through [`Fetcher`]. It connects only to addresses that it has
//! checked, follows redirects itself, and stops at every limit by itself, so that no caller can forget one.

mod address;
mod allowance;
mod body;
mod error;
mod failure;
mod fetcher;
mod guard;
mod intake;
mod lane;
mod policy;
mod redirect;
mod request;
mod retry;
mod safe_url;
mod tls;

pub use address::{AddressClass, classify};
pub use allowance::{Allowance, NotAllowed};
pub use error::{Block, FetchError, Limit, Stage};
pub use fetcher::{Fetcher, Fetching, PRODUCT_TOKEN};
pub use guard::check_url;
pub use policy::{FetchPolicy, FetcherSettings, RetryRule, Timeouts};
pub use request::{Answer, CredentialField, Fetched, JsonPost, Request, Secret, Validators};
pub use safe_url::{SafeUrl, without_credentials, without_secrets};
pub use tls::CaBundleError;
pub use url::Url;

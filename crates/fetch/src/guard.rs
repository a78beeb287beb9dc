//! The address guard: an address is checked as it stands, and again when its name is resolved.
//!
//! reqwest does not ask its resolver about hosts that are addresses already, so [`check_url`] looks at those; it is
//! asked before every hop. For names, [`GuardedResolver`] hands out checked addresses only, and the connection goes to
//! one of just these: a name that resolves differently a moment later gains nothing.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::address::is_never_reached;
use crate::{AddressClass, Block, FetchError, FetchPolicy, SafeUrl, classify};

/// Checks scheme, port and host of an address, all that can be said before its name is resolved.
///
/// [`Url`] has read the host as browsers do (WHATWG), so `127.1`, `0x7f000001`, `2130706433` and `0177.0.0.1` are
/// addresses here already.
///
/// # Errors
/// [`FetchError::Blocked`].
pub fn check_url(url: &Url, policy: &FetchPolicy) -> Result<(), FetchError> {
    match find_block(url, policy.allow_private) {
        None => Ok(()),
        Some(block) => Err(FetchError::Blocked { url: SafeUrl::new(url), block }),
    }
}

fn find_block(url: &Url, allow_private: bool) -> Option<Block> {
    if !matches!(url.scheme(), "http" | "https") {
        return Some(Block::Scheme(url.scheme().to_owned()));
    }
    if let Some(port) = url.port()
        && !allow_private
        && !matches!(port, 80 | 443)
    {
        return Some(Block::Port(port));
    }
    let address = match url.host()? {
        Host::Domain("") => return Some(Block::Host),
        Host::Domain(_) => return None,
        Host::Ipv4(address) => IpAddr::V4(address),
        Host::Ipv6(address) => IpAddr::V6(address),
    };
    refused(address, allow_private).map(Block::Address)
}

/// Why an address is not connected to. What is private may be allowed, and metadata services never are.
fn refused(address: IpAddr, allow_private: bool) -> Option<AddressClass> {
    classify(address).filter(|_| !allow_private || is_never_reached(address))
}

/// A name whose addresses are all outside the public internet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BlockedName(pub(crate) AddressClass);

impl fmt::Display for BlockedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the name leads to {}", self.0)
    }
}

impl std::error::Error for BlockedName {}

type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Resolves names to addresses that the policy allows.
#[derive(Clone)]
pub(crate) struct GuardedResolver {
    allow_private: bool,
    look_up: Arc<dyn Fn(String) -> Found + Send + Sync>,
}

impl GuardedResolver {
    /// With the system's resolver.
    pub(crate) fn new(allow_private: bool) -> Self {
        Self::with_look_up(allow_private, |name| {
            Box::pin(async move {
                let found = tokio::net::lookup_host((name, 0)).await?;
                Ok(found.map(|address| address.ip()).collect())
            })
        })
    }

    pub(crate) fn with_look_up(allow_private: bool, look_up: impl Fn(String) -> Found + Send + Sync + 'static) -> Self {
        Self { allow_private, look_up: Arc::new(look_up) }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.look_up)(name.as_str().to_owned());
        let allow_private = self.allow_private;
        Box::pin(async move {
            let mut allowed = Vec::new();
            let mut blocked = None;
            for address in found.await? {
                match refused(address, allow_private) {
                    None => allowed.push(SocketAddr::new(address, 0)),
                    Some(class) => blocked = Some(class),
                }
            }
            match blocked {
                Some(class) if allowed.is_empty() => Err(Box::from(BlockedName(class))),
                _ => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn code(url: &str, allow_private: bool) -> Option<&'static str> {
        find_block(&Url::parse(url).unwrap(), allow_private).map(|block| block.code())
    }

    #[test]
    fn no_spelling_of_an_address_that_is_not_public_gets_through() {
        // A01 to A04.
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "0x7f000001",
            "0x7f.0.0.1",
            "2130706433",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.1.",
            "１２７.0.0.1",
            "%31%32%37.0.0.1",
            "127。0。0。1",
            "0",
            "0.0.0.0",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.0.1",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:127.0.0.1]",
            "[::7f00:1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::7f00:1]",
            "[2002:7f00:1::]",
            "[2001:0:7f00:1::]",
            "[fd00::1]",
            "[fc00::1]",
            "[ff02::1]",
            "[2001:db8::1]",
        ] {
            assert_eq!(code(&format!("http://{host}/"), false), Some("blocked_address"), "{host}");
            assert_eq!(code(&format!("https://user:pw@{host}/"), false), Some("blocked_address"), "{host}");
            assert_eq!(code(&format!("http://{host}:8080/"), true), None, "{host} for a source that may");
        }
    }

    #[test]
    fn the_local_link_and_metadata_services_are_reached_by_no_source() {
        for host in [
            "169.254.169.254",
            "169.254.1.1",
            "0xa9fea9fe",
            "[fe80::1]",
            "[febf::1]",
            "[fd00:ec2::254]",
            "[::ffff:169.254.169.254]",
            "[::a9fe:a9fe]",
            "[64:ff9b::a9fe:a9fe]",
            "[64:ff9b:1::a9fe:a9fe]",
            "[2002:a9fe:a9fe::]",
        ] {
            for allow_private in [false, true] {
                assert_eq!(code(&format!("http://{host}/"), allow_private), Some("blocked_address"), "{host}");
            }
        }
    }

    #[test]
    fn only_the_ports_of_the_web_and_only_the_schemes_of_the_web_are_fetched() {
        // A10 and the second half of A06.
        for port in [22, 25, 6379, 8080] {
            assert_eq!(code(&format!("http://data.example:{port}/"), false), Some("port"));
            assert_eq!(code(&format!("http://data.example:{port}/"), true), None);
        }
        for port in [80, 443] {
            assert_eq!(code(&format!("http://data.example:{port}/"), false), None);
        }
        for url in ["file:///etc/passwd", "gopher://data.example/", "ftp://data.example/", "data:,x", "javascript:1"] {
            assert_eq!(code(url, true), Some("scheme"), "{url}");
        }
    }

    async fn resolve(resolver: &GuardedResolver) -> Result<Vec<String>, String> {
        match resolver.resolve("portal.example".parse().unwrap()).await {
            Ok(addresses) => Ok(addresses.map(|address| address.ip().to_string()).collect()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn names(allow_private: bool, answers: &[&[&str]]) -> GuardedResolver {
        let answers: Vec<Vec<IpAddr>> =
            answers.iter().map(|answer| answer.iter().map(|address| address.parse().unwrap()).collect()).collect();
        let answers = Mutex::new(answers.into_iter());
        GuardedResolver::with_look_up(allow_private, move |_| {
            let answer = answers.lock().unwrap().next().unwrap();
            Box::pin(async move { Ok(answer) })
        })
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_loopback_the_second_time_is_refused_the_second_time() {
        // A05: the address that is checked is the address that is connected to.
        let rebinding = names(false, &[&["93.184.215.14"], &["127.0.0.1"]]);
        assert_eq!(resolve(&rebinding).await, Ok(vec!["93.184.215.14".to_owned()]));
        assert_eq!(resolve(&rebinding).await, Err("the name leads to a loopback address".to_owned()));
    }

    #[tokio::test]
    async fn only_the_public_ones_of_several_addresses_are_connected_to() {
        let mixed = names(false, &[&["10.0.0.1", "93.184.215.14", "::1"]]);
        assert_eq!(resolve(&mixed).await, Ok(vec!["93.184.215.14".to_owned()]));
        let allowed = names(true, &[&["10.0.0.1", "93.184.215.14"]]);
        assert_eq!(resolve(&allowed).await, Ok(vec!["10.0.0.1".to_owned(), "93.184.215.14".to_owned()]));
        let metadata = names(true, &[&["169.254.169.254", "fd00:ec2::254"]]);
        assert_eq!(resolve(&metadata).await, Err("the name leads to an address of a private network".to_owned()));
    }
}

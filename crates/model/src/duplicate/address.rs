//! Addresses in one spelling, so that the same file is known by it on every portal.

use url::Url;

/// Longer addresses carry data of their own more often than they lead to a file.
const LONGEST: usize = 2_000;
/// Parameters that say who follows a link and not where it leads.
const TRACKING: [&str; 9] =
    ["fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "jsessionid", "phpsessid", "ref_src"];

/// An address without scheme, user, `www.`, default port, fragment, tracking parameters and final slash, its parameters
/// sorted. `None` for what is not on the web, and for the front page of a site, which tells nothing of a dataset.
pub(super) fn normalised(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let url = Url::parse(text).ok()?;
    if !matches!(url.scheme(), "http" | "https" | "ftp") {
        return None;
    }
    let host = url.host_str()?.trim_end_matches('.');
    let path = url.path().trim_end_matches('/');
    let mut parameters: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(name, _)| !is_tracking(name))
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    if path.is_empty() && parameters.is_empty() {
        return None;
    }
    parameters.sort();
    let mut address = host.strip_prefix("www.").unwrap_or(host).to_owned();
    if let Some(port) = url.port() {
        address.push(':');
        address.push_str(&port.to_string());
    }
    address.push_str(path);
    for (at, (name, value)) in parameters.iter().enumerate() {
        address.push(if at == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        address.push_str(value);
    }
    Some(address)
}

fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_") || TRACKING.contains(&name.as_str())
}

/// The DOI in an identifier or in an address of a resolver, in lower case: DOIs differ in case alone for nobody
/// (DOI Handbook §2.4).
pub(super) fn doi(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let rest = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(&text)
        .trim();
    let (prefix, suffix) = rest.split_once('/')?;
    let registrant = prefix.strip_prefix("10.")?;
    let is_registrant = registrant.len() >= 4 && registrant.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (is_registrant && !suffix.is_empty() && !rest.contains(char::is_whitespace)).then(|| rest.to_owned())
}

//! Identifiers as sources write them: DOIs in their many spellings, addresses, other names.

use cairn_model::Identifier;

/// An identifier with the scheme that its form shows: `doi`, `uri` or `other`.
pub(crate) fn identifier_of(text: &str) -> Identifier {
    let (scheme, value) = match doi(text) {
        Some(doi) => ("doi", doi),
        None if text.starts_with("http://") || text.starts_with("https://") => ("uri", text),
        None => ("other", text),
    };
    Identifier { scheme: scheme.to_owned(), value: value.to_owned() }
}

/// Adds an identifier that is not there yet.
pub(crate) fn add_identifier(identifiers: &mut Vec<Identifier>, identifier: Identifier) {
    if !identifier.value.is_empty() && !identifiers.contains(&identifier) {
        identifiers.push(identifier);
    }
}

/// The DOI in an identifier that is one, as a bare name (`10.…/…`), a `doi:` name or an address.
pub(crate) fn doi(text: &str) -> Option<&str> {
    let prefixes = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:", "DOI:"];
    let name = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text).trim();
    let (registrant, suffix) = name.strip_prefix("10.")?.split_once('/')?;
    let digits = registrant.split('.').next().unwrap_or_default();
    let plausible = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) && !suffix.is_empty();
    (plausible && !name.contains(char::is_whitespace)).then_some(name)
}

//! Identifiers and the schemes that they are of.

use cairn_model::Identifier;

use crate::once::push_new;

/// An identifier with the scheme that its form tells: a DOI, an address, or any other.
pub(crate) fn identifier(value: &str) -> Identifier {
    let value = value.trim();
    let (scheme, value) = match doi(value) {
        Some(doi) => ("doi", doi),
        None if value.starts_with("http://") || value.starts_with("https://") => ("uri", value),
        None => ("other", value),
    };
    Identifier { scheme: scheme.to_owned(), value: value.to_owned() }
}

/// Adds an identifier that is not known yet.
pub(crate) fn add_identifier(identifiers: &mut Vec<Identifier>, identifier: Identifier) {
    if !identifier.value.is_empty() {
        push_new(identifiers, identifier);
    }
}

/// The DOI in an identifier that is one, as a bare name (`10.…/…`), a `doi:` name or an address.
fn doi(text: &str) -> Option<&str> {
    let prefixes = ["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:", "DOI:"];
    let name = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text).trim();
    let (registrant, suffix) = name.strip_prefix("10.")?.split_once('/')?;
    let digits = registrant.split('.').next().unwrap_or_default();
    let plausible = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) && !suffix.is_empty();
    (plausible && !name.contains(char::is_whitespace)).then_some(name)
}

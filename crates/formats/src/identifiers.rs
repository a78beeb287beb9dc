//! Identifiers of records: DOI, address or other, each once.

use cairn_model::Identifier;

/// Adds an identifier under a scheme, once.
pub(crate) fn add(identifiers: &mut Vec<Identifier>, scheme: &str, value: &str) {
    let identifier = Identifier { scheme: scheme.to_owned(), value: value.to_owned() };
    if !value.trim().is_empty() && !identifiers.contains(&identifier) {
        identifiers.push(identifier);
    }
}

/// Adds an identifier whose scheme follows from its form: a DOI, an address or another.
pub(crate) fn add_by_form(identifiers: &mut Vec<Identifier>, value: &str) {
    match doi(value) {
        Some(doi) => add(identifiers, "doi", doi),
        None if is_web_address(value) => add(identifiers, "uri", value),
        None => add(identifiers, "other", value),
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

/// Whether a text is an address of the web.
pub(crate) fn is_web_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

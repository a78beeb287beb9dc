//! Identifiers of records: DOIs in their many spellings, addresses, other names; each once.

use cairn_model::Identifier;

use crate::once::push_new;

/// Adds an identifier under a scheme.
pub(crate) fn add(identifiers: &mut Vec<Identifier>, scheme: &str, value: &str) {
    add_identifier(identifiers, Identifier { scheme: scheme.to_owned(), value: value.to_owned() });
}

/// Adds an identifier whose scheme follows from its form.
pub(crate) fn add_by_form(identifiers: &mut Vec<Identifier>, value: &str) {
    add_identifier(identifiers, of_form(value));
}

/// Adds an identifier that says something and is not there yet.
pub(crate) fn add_identifier(identifiers: &mut Vec<Identifier>, identifier: Identifier) {
    if !identifier.value.trim().is_empty() {
        push_new(identifiers, identifier);
    }
}

/// An identifier with the scheme that its form shows: `doi`, `uri` or `other`.
pub(crate) fn of_form(value: &str) -> Identifier {
    let value = value.trim();
    let (scheme, value) = match doi(value) {
        Some(doi) => ("doi", doi),
        None if is_web_address(value) => ("uri", value),
        None => ("other", value),
    };
    Identifier { scheme: scheme.to_owned(), value: value.to_owned() }
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

/// Whether a text may be an address, if only a part of one: a number or a word is none.
pub(crate) fn may_be_address(text: &str) -> bool {
    text.contains(['/', '.', ':']) && text.parse::<f64>().is_err()
}

/// Whether a text is an address of the web.
pub(crate) fn is_web_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

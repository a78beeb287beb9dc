//! Addresses that a record writes relative to the place where it stands.

use cairn_model::Draft;
use url::Url;

/// Resolves the addresses of files, page and licence against the address that a record has at its source; what is no address of
/// the web there, and what is no relative reference, stays as it is written.
pub fn resolve_addresses(draft: &mut Draft, base: &str) {
    let Some(base) = Url::parse(base).ok().filter(|base| matches!(base.scheme(), "http" | "https")) else { return };
    let of_files = draft.distributions.iter_mut().map(|file| &mut file.url);
    for place in of_files.chain([&mut draft.landing_page, &mut draft.licence_url]) {
        if let Some(address) = place.as_deref().filter(|address| is_relative(address)) {
            *place = base.join(address).ok().map(String::from).or_else(|| place.take());
        }
    }
}

/// Whether a text is a reference to what stands beside it: no address of its own, no words and no template.
pub(crate) fn is_relative(address: &str) -> bool {
    let is_reference = !address.is_empty() && !address.contains(|letter: char| letter.is_whitespace() || letter == '{');
    is_reference && Url::parse(address) == Err(url::ParseError::RelativeUrlWithoutBase)
}

#[cfg(test)]
mod tests {
    use cairn_model::DraftDistribution;

    use super::*;

    #[test]
    fn relative_references_become_addresses_and_all_else_stays() {
        let resolved = |address: &str, base: &str| {
            let file = DraftDistribution { url: Some(address.to_owned()), ..DraftDistribution::default() };
            let mut draft =
                Draft { landing_page: Some(address.to_owned()), distributions: vec![file], ..Draft::default() };
            resolve_addresses(&mut draft, base);
            assert_eq!(draft.landing_page, draft.distributions[0].url);
            draft.landing_page.unwrap_or_default()
        };
        let base = "https://data.example/wells/datapackage.json?version=2";
        for (address, expected) in [
            ("wells.csv", "https://data.example/wells/wells.csv"),
            ("./a/b.csv", "https://data.example/wells/a/b.csv"),
            ("../b.csv", "https://data.example/b.csv"),
            ("/b.csv", "https://data.example/b.csv"),
            ("//files.example/b.csv", "https://files.example/b.csv"),
            ("https://other.example/b.csv", "https://other.example/b.csv"),
            ("s3://bucket/b.csv", "s3://bucket/b.csv"),
            ("ask the desk", "ask the desk"),
            ("tiles/{z}/{x}.png", "tiles/{z}/{x}.png"),
        ] {
            assert_eq!(resolved(address, base), expected);
        }
        assert_eq!(resolved("wells.csv", "file:/data/datapackage.json"), "wells.csv");
        assert_eq!(resolved("wells.csv", ""), "wells.csv");
    }
}

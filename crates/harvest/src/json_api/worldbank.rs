//! Which interface of the World Bank an address names: the Data Catalog, or one of two listings of the Indicators API.

use cairn_fetch::Url;

use super::chained::ChainDialect;
use super::{WORLDBANK, WORLDBANK_INDICATORS, WORLDBANK_SOURCES};

/// Why an address is refused.
const NONE_OF_THEM: &str = "`url` names none of the World Bank's listings that are read: write \
    https://datacatalogapi.worldbank.org for data sets, https://api.worldbank.org/v2/indicator for indicators, or \
    https://api.worldbank.org/v2/sources for the databases that these come from";

/// Hosts of the World Bank that have no listing below their root: the site of the catalogue, its open API, which answers for one
/// data set at a time, and the Indicators API without its version.
const WITHOUT_LISTING: &[&str] =
    &["datacatalog.worldbank.org", "data.worldbank.org", "ddh-openapi.worldbank.org", "api.worldbank.org"];

/// The interface that an address names.
///
/// # Errors
/// Why it names none.
pub(crate) fn interface_of(url: &Url) -> Result<&'static ChainDialect, &'static str> {
    let parts: Vec<&str> =
        url.path_segments().map(|parts| parts.filter(|part| !part.is_empty()).collect()).unwrap_or_default();
    if let Some(version) = parts.iter().position(|part| *part == "v2") {
        return match &parts[version + 1..] {
            [] => Ok(&WORLDBANK_INDICATORS),
            // Of a source, a topic or a language; below a country stand values.
            [between @ .., "indicator"] if !between.contains(&"country") => Ok(&WORLDBANK_INDICATORS),
            [.., "source" | "sources"] => Ok(&WORLDBANK_SOURCES),
            _ => Err(NONE_OF_THEM),
        };
    }
    if url.host_str().is_some_and(|host| WITHOUT_LISTING.contains(&host)) {
        return Err(NONE_OF_THEM);
    }
    match parts[..] {
        // `DatasetView`, `ResourceDownload` and others are of one data set.
        [.., "ddhxext", operation] if operation != "DatasetList" => Err(NONE_OF_THEM),
        _ => Ok(&WORLDBANK),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::path::Path;

    use crate::SourceConfig;

    /// The address of the first page, or why there is none.
    fn first_page(url: &str) -> Result<String, String> {
        let text = format!("id = \"bank\"\nkind = \"worldbank\"\nurl = \"{url}\"\n");
        let source = SourceConfig::from_toml(&text, Path::new(".")).map_err(|error| error.to_string())?;
        let dialect = super::interface_of(&url.parse().unwrap()).unwrap();
        Ok(dialect.home(&source).unwrap().to_string())
    }

    #[test]
    fn every_address_of_a_listing_leads_to_it() {
        const DATASETS: &str = "https://datacatalogapi.worldbank.org/ddhxext/DatasetList?%24top=100";
        const INDICATORS: &str = "https://api.worldbank.org/v2/indicator?per_page=1000&format=json";
        let table = [
            ("https://datacatalogapi.worldbank.org", DATASETS),
            ("https://datacatalogapi.worldbank.org/ddhxext/", DATASETS),
            ("https://datacatalogapi.worldbank.org/ddhxext/DatasetList", DATASETS),
            ("https://api.worldbank.org/v2", INDICATORS),
            ("https://api.worldbank.org/v2/", INDICATORS),
            ("https://api.worldbank.org/v2/indicator", INDICATORS),
            (
                "https://api.worldbank.org/v2/fr/source/2/indicator",
                "https://api.worldbank.org/v2/fr/source/2/indicator?per_page=1000&format=json",
            ),
            ("https://api.worldbank.org/v2/sources", "https://api.worldbank.org/v2/sources?per_page=1000&format=json"),
            ("https://api.worldbank.org/v2/source", "https://api.worldbank.org/v2/source?per_page=1000&format=json"),
            ("https://mirror.example/bank", "https://mirror.example/bank/ddhxext/DatasetList?%24top=100"),
        ];
        for (url, expected) in table {
            assert_eq!(first_page(url).as_deref(), Ok(expected), "{url}");
        }
    }

    #[test]
    fn an_address_of_anything_else_is_refused_in_the_configuration() {
        for url in [
            "https://api.worldbank.org",
            "https://api.worldbank.org/v1/indicators",
            "https://api.worldbank.org/v2/country/all/indicator",
            "https://api.worldbank.org/v2/country/all/indicator/SP.POP.TOTL",
            "https://api.worldbank.org/v2/indicator/SP.POP.TOTL",
            "https://ddh-openapi.worldbank.org/datasets",
            "https://ddh-openapi.worldbank.org",
            "https://datacatalog.worldbank.org/search",
            "https://datacatalogapi.worldbank.org/ddhxext/DatasetView?dataset_unique_id=0037743",
        ] {
            let refused = first_page(url).unwrap_err();
            assert!(refused.contains("write https://datacatalogapi.worldbank.org for data sets"), "{url}: {refused}");
        }
    }
}

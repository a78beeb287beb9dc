//! Datasets of a web page: all of its blocks of JSON-LD together, and what the page itself adds to them.

use cairn_model::Problem;

use super::names::Names;
use super::{identifiers, list_datasets, own_address, record_id, stated_id, text, walk};
use crate::addresses::is_relative;
use crate::json_value::{Fields, Value};

/// Bytes of one block; it takes many times as much while it is read.
const MOST_BYTES: usize = 4 << 20;

/// What the blocks of a page describe.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PageListing {
    /// Datasets, in the order of the page.
    pub datasets: Vec<PageDataset>,
    /// Problems of single blocks.
    pub problems: Vec<Problem>,
    /// Whether a block that speaks of datasets could not be read, so that nobody knows which ones it describes.
    pub is_broken: bool,
}

/// A dataset of a page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PageDataset {
    /// Id at the source.
    pub id: String,
    /// What else it goes by: its identifiers and its address. Another page may know it by one of these alone.
    pub other_names: Vec<String>,
    /// The address of the page that it says is its own.
    pub home: Option<String>,
    /// The dataset by itself, as [`super::read_dataset`] takes it.
    pub bytes: Vec<u8>,
}

/// Lists the datasets of a page. `page` is the page's own address, `resolve` makes an address of a reference in it.
///
/// A block of JSON-LD about something else is passed over, whatever is wrong with it. The only dataset of a page that says
/// no address has that of the page; relative addresses are resolved.
pub fn list_page(blocks: &[String], page: &str, resolve: impl Fn(&str) -> Option<String>) -> PageListing {
    let mut listing = PageListing::default();
    let mut found: Vec<Vec<u8>> = Vec::new();
    let speaks_of_datasets =
        |block: &&String| ["Dataset", "DataSet", "DataFeed"].iter().any(|name| block.contains(name));
    for block in blocks.iter().filter(speaks_of_datasets) {
        if block.len() > MOST_BYTES {
            let message = format!("a block of JSON-LD has more than {MOST_BYTES} bytes: it was left out");
            listing.problems.push(Problem::error("too-large", "", message));
            listing.is_broken = true;
            continue;
        }
        match list_datasets(block.as_bytes()) {
            Ok(block) => {
                listing.problems.extend(block.problems);
                found.extend(block.records.into_iter().map(|record| record.bytes));
            }
            Err(problem) if problem.code == "not-a-dataset" => {}
            Err(problem) => {
                listing.problems.push(problem);
                listing.is_broken = true;
            }
        }
    }
    let is_only = found.len() == 1;
    for bytes in found {
        let dataset = place(&bytes, is_only.then_some(page), &resolve);
        if !listing.datasets.iter().any(|known| known.id == dataset.id) {
            listing.datasets.push(dataset);
        }
    }
    listing
}

/// Gives a dataset its address, and finds the names that it goes by.
fn place(bytes: &[u8], page: Option<&str>, resolve: impl Fn(&str) -> Option<String>) -> PageDataset {
    let unnamed = || PageDataset { bytes: bytes.to_vec(), ..PageDataset::default() };
    let Ok(mut document) = serde_json::from_slice::<Value<'_>>(bytes) else { return unnamed() };
    let names = Names::of(&document);
    let Value::Object(plain) = walk::plain(&document, &names) else { return unnamed() };
    let stated = plain.list("url").first().and_then(text::address_of);
    let home = match &stated {
        Some(url) => resolve(url),
        None => page.map(str::to_owned),
    };
    let is_as_stated = home.is_none() || home == stated;
    if let Some(home) = home.as_ref().filter(|_| !is_as_stated) {
        set_url(&mut document, &names, home);
    }
    let resolves_files = resolve_files(&mut document, &names, &resolve);
    let (plain, bytes) = if is_as_stated && !resolves_files {
        (plain, bytes.to_vec())
    } else {
        let bytes = document.to_json().unwrap_or_default().into_bytes();
        match walk::plain(&document, &names) {
            Value::Object(plain) => (plain, bytes),
            _ => (plain, bytes),
        }
    };
    let home = home.or_else(|| own_address(&plain));
    PageDataset { id: record_id(&plain), other_names: other_names(&plain), home, bytes }
}

fn set_url(document: &mut Value<'_>, names: &Names, url: &str) {
    let Value::Object(fields) = document else { return };
    fields.0.retain(|(key, _)| names.plain(key) != "url");
    fields.0.push(("url".into(), Value::Text(url.to_owned().into())));
}

/// Makes addresses of the relative ones that a dataset has for its files; answers whether there was any.
fn resolve_files(document: &mut Value<'_>, names: &Names, resolve: &impl Fn(&str) -> Option<String>) -> bool {
    let Value::Object(fields) = document else { return false };
    let mut any = false;
    for (_, value) in fields.0.iter_mut().filter(|(key, _)| names.plain(key) == "distribution") {
        let files = match value {
            Value::List(files) => files.as_mut_slice(),
            file => std::slice::from_mut(file),
        };
        for file in files {
            let Value::Object(parts) = file else { continue };
            // A file inside another one has its place there.
            if parts.0.iter().any(|(key, _)| names.plain(key) == "containedIn") {
                continue;
            }
            for (key, address) in &mut parts.0 {
                let Value::Text(text) = &*address else { continue };
                let is_address = matches!(&*names.plain(key), "contentUrl" | "url" | "downloadUrl");
                if is_address
                    && is_relative(text)
                    && let Some(resolved) = resolve(text)
                {
                    *address = Value::Text(resolved.into());
                    any = true;
                }
            }
        }
    }
    any
}

fn other_names(fields: &Fields<'_>) -> Vec<String> {
    let id = stated_id(fields);
    let stated = fields.list("identifier").iter().filter_map(text::identifier_in);
    let known = identifiers(fields).into_iter().map(|identifier| identifier.value);
    let url = fields.list("url").first().and_then(text::address_of);
    let mut other_names: Vec<String> = stated.chain(known).chain(url).collect();
    other_names.sort();
    other_names.dedup();
    other_names.retain(|name| Some(name) != id.as_ref());
    other_names
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://a.example/dataset/wells";

    /// As a page of the site resolves a reference; one with a blank in it is none.
    fn resolve(reference: &str) -> Option<String> {
        let is_whole = reference.starts_with("https://");
        let address = if is_whole { reference.to_owned() } else { format!("https://a.example{reference}") };
        (!reference.contains(' ')).then_some(address)
    }

    fn listed(blocks: &[&str]) -> PageListing {
        let blocks: Vec<String> = blocks.iter().map(|block| (*block).to_owned()).collect();
        list_page(&blocks, PAGE, resolve)
    }

    #[test]
    fn the_only_dataset_of_a_page_has_its_address_and_a_relative_one_is_resolved() {
        let listing = listed(&[r#"{"@context": "https://schema.org", "@type": "Dataset", "name": "Wells"}"#]);
        assert_eq!((listing.datasets.len(), listing.datasets[0].id.as_str()), (1, PAGE));
        let reading = super::super::read_dataset(&listing.datasets[0].bytes).map(|reading| reading.draft);
        let reading = reading.map(|draft| (draft.source_record_id, draft.landing_page));
        assert_eq!(reading, Ok((PAGE.to_owned(), Some(PAGE.to_owned()))), "read again it is the same record");

        let relative =
            listed(&[r#"{"@type": "schema:Dataset", "schema:name": "Wells", "schema:url": "/dataset/other"}"#]);
        assert_eq!(relative.datasets[0].id, "https://a.example/dataset/other");
        assert_eq!(relative.datasets[0].home.as_deref(), Some("https://a.example/dataset/other"));
        assert!(!String::from_utf8_lossy(&relative.datasets[0].bytes).contains("schema:url"));
    }

    #[test]
    fn a_dataset_that_says_its_address_is_kept_as_it_is_written() {
        let block = format!(r#"{{ "@type": "Dataset", "name": "Wells", "url": "{PAGE}", "identifier": "10.1234/w" }}"#);
        let listing = listed(&[&block]);
        assert_eq!(listing.datasets[0].bytes, block.as_bytes());
        assert_eq!(
            (listing.datasets[0].id.as_str(), &listing.datasets[0].other_names),
            ("10.1234/w", &vec![PAGE.to_owned()])
        );
    }

    #[test]
    fn relative_addresses_of_files_are_those_of_the_page() {
        let block = format!(
            r#"{{"@context": {{"s": "https://schema.org/"}}, "@type": "s:Dataset", "s:name": "Wells", "s:url": "{PAGE}",
                "s:distribution": [{{"s:contentUrl": "/files/wells.csv"}}, {{"s:contentUrl": "https://b.example/w.csv"}},
                    {{"s:contentUrl": "inside.csv", "s:containedIn": "wells.zip"}}]}}"#
        );
        let listing = listed(&[&block]);
        let draft = super::super::read_dataset(&listing.datasets[0].bytes).map(|reading| reading.draft);
        let files = draft.map(|draft| draft.distributions.into_iter().filter_map(|file| file.url).collect::<Vec<_>>());
        let expected = ["https://a.example/files/wells.csv", "https://b.example/w.csv", "inside.csv"];
        assert_eq!(files, Ok(expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn several_datasets_of_a_page_do_not_take_its_address() {
        let listing = listed(&[
            r#"{"@type": "Dataset", "name": "Wells"}"#,
            r#"{"@type": "DataCatalog", "dataset": [{"@type": "Dataset", "name": "Roads", "@id": "https://a.example/r"}]}"#,
            r#"{"@type": "Dataset", "name": "Roads", "@id": "https://a.example/r"}"#,
        ]);
        let ids: Vec<&str> = listing.datasets.iter().map(|dataset| dataset.id.as_str()).collect();
        assert_eq!((ids.len(), ids[1]), (2, "https://a.example/r"));
        assert_ne!(ids[0], PAGE);
    }

    #[test]
    fn only_a_broken_block_that_speaks_of_datasets_matters() {
        let dataset = r#"{"@type": "Dataset", "name": "Wells"}"#;
        let other = listed(&[r#"{"@type": "BreadcrumbList", broken"#, r#"{"@type": "WebSite"}"#, dataset]);
        assert_eq!((other.datasets.len(), other.is_broken, other.problems.len()), (1, false, 0));
        let broken = listed(&[r#"{"@type": "Dataset", "name": "Roads"#, dataset]);
        assert_eq!((broken.datasets.len(), broken.is_broken), (1, true));
        assert_eq!(broken.problems[0].code, "broken-json");
        let deep = format!(r#"{{"@type": "Dataset", "name": {}"#, "[".repeat(100_000));
        assert!(listed(&[&deep, dataset]).is_broken);
        let huge = format!(r#"{{"@type": "Dataset", "name": "{}"}}"#, "x".repeat(MOST_BYTES));
        let listing = listed(&[&huge, dataset]);
        assert_eq!((listing.datasets.len(), listing.problems[0].code.as_str()), (1, "too-large"));
    }
}

//! The way to the next page and the number of all records: Hydra, and what LDP, OSLC and XHTML call it.

use oxrdf::Term;

use crate::rdf::graph::{Graph, Node, plain_text};

/// Terms that lead to the next page.
const NEXT: &[&str] = &["hydra:next", "hydra:nextPage", "ldp:nextPage", "oslc:nextPage", "xhv:next"];

/// Terms that only a page of several has.
const PAGES: &[&str] = &[
    "hydra:next",
    "hydra:nextPage",
    "hydra:previous",
    "hydra:previousPage",
    "hydra:first",
    "hydra:firstPage",
    "hydra:last",
    "hydra:lastPage",
    "hydra:view",
    "ldp:nextPage",
    "oslc:nextPage",
    "xhv:next",
];

/// What a document says of its pages.
#[derive(Debug, Default)]
pub(super) struct Paging {
    /// Address of the next page, as it is written.
    pub(super) next: Option<String>,
    /// Number of records in all pages.
    pub(super) count: Option<u64>,
    /// Whether the document is a page of several, or could be.
    pub(super) is_paged: bool,
}

/// Looks for pages. Where several nodes have a next page, that of the document (`address`) counts, else that of a view.
pub(super) fn paging_of(graph: &Graph, address: Option<&str>) -> Paging {
    let mut paging = Paging::default();
    let mut ways: Vec<(u8, String)> = Vec::new();
    for node in graph.nodes() {
        paging.is_paged |= node.statements().any(|(_, name, _)| PAGES.contains(&name));
        let total = node.text(&["hydra:totalItems", "oslc:totalCount"]);
        paging.count = paging.count.max(total.and_then(|text| text.parse().ok()));
        for term in node.all_terms(NEXT) {
            if let Some(next) = next_of(node, term) {
                let is_own = node.address().is_some() && node.address() == address;
                let is_view =
                    node.is_a(&["hydra:PartialCollectionView", "hydra:PagedCollection", "hydra:PartialCollection"]);
                ways.push((if is_own { 0 } else { 2 - u8::from(is_view) }, next));
            }
        }
    }
    paging.next = ways.into_iter().min().map(|(_, next)| next).filter(|next| Some(next.as_str()) != address);
    paging
}

/// The address that a term leads to; none where that is the end of a list or the page itself.
fn next_of(page: Node<'_>, term: &Term) -> Option<String> {
    let text = plain_text(term)?;
    let is_end = text == "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil" || Some(text.as_str()) == page.address();
    (!is_end).then_some(text)
}

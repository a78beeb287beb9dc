//! Records cut out of a document that lists them: a page of an answer, a feed, a file.
//!
//! A reader of listings cuts and judges nothing: every record keeps its bytes, so that it can be kept and read again.

use cairn_model::Problem;

/// Problems of a document that are listed one by one: so many of its records, rows or lines may be none.
pub(crate) const MOST_PROBLEMS: usize = 20_000;

/// What a document lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// Records, in the order of the document.
    pub records: Vec<ListedRecord>,
    /// What could not be cut out; one of severity error stands for a record that is lost.
    pub problems: Vec<Problem>,
    /// How many records the source says it has in all its pages.
    pub count: Option<u64>,
    /// What leads to the next page, as the document writes it: an address, a token or a position. None at the end.
    pub next: Option<String>,
    /// Whether statements of the document were lost that may have been about any of its records. A record that then seems
    /// whole may lack what closes it, so that its bytes say nothing but which record it is.
    pub in_doubt: bool,
}

/// One record of a listing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListedRecord {
    /// Id at the source, where the listing tells it.
    pub id: Option<String>,
    /// The record by itself, as its reader takes it.
    pub bytes: Vec<u8>,
    /// Whether the source says that it is deleted; its bytes may then be empty.
    pub deleted: bool,
}

/// Codes of problems after which the listing goes on where nobody knows.
const CUT_SHORT: &[&str] = &["broken-json", "too-many", "next-by-post", "incomplete", "not-described", "too-large"];

impl Listing {
    /// Whether the document broke off, or the listing goes on where nobody knows: it is then no whole listing.
    pub fn is_cut_short(&self) -> bool {
        self.cut_short().is_some()
    }

    /// Why it is no whole listing, in words that follow a colon; none where it is one as far as the document tells.
    pub fn cut_short(&self) -> Option<&str> {
        if self.in_doubt {
            return Some("a part of it cannot be read, so that none of its records is sure to be whole");
        }
        let problem = self.problems.iter().find(|problem| CUT_SHORT.contains(&problem.code.as_str()))?;
        Some(if problem.code == "broken-json" { "it broke off" } else { &problem.message })
    }
}

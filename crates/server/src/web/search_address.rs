//! Addresses of searches: the one of a page, and those that its links lead to.

use cairn_catalog::SearchRequest;

use super::search::PAGE_SIZE;
use crate::parameters::{export_parameter_names, search_parameter_names};

/// The number of the first holding of a page behind a cursor, which tells no number itself.
const FROM: &str = "from";
/// Words that the values of the list have that is shown whole.
pub(super) const WITHIN: &str = "within";
/// What a page is asked to show, and the API knows nothing of.
const OF_PAGE: [&str; 4] = ["show", WITHIN, FROM, super::search_years::PARAMETER];
/// What says which part of the results is shown.
const OF_PLACE: [&str; 3] = ["offset", "cursor", FROM];

/// The address of a search, to make others from.
pub(super) struct Address(Vec<(String, String)>);

impl Address {
    pub(super) fn parse(query: Option<&str>) -> Self {
        let known = search_parameter_names();
        let is_known = |name: &str| known.contains(&name) || OF_PAGE.contains(&name);
        let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        // What a page does not know, a mail program or a tracker added: it is no filter.
        Self(
            pairs
                .filter(|(name, value)| !value.trim().is_empty() && is_known(name.as_ref()))
                .filter(|(name, _)| !matches!(name.as_ref(), "facets" | "histogram" | "grid" | "limit"))
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The filters that are set: everything but text, order and place.
    pub(super) fn filters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(|(name, _)| {
                let name = name.as_str();
                !matches!(name, "q" | "match" | "sort" | "offset" | "cursor" | "fold" | "explain" | "lang")
                    && !OF_PAGE.contains(&name)
            })
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What the search form keeps when another text is searched.
    pub(super) fn kept_by_form(&self) -> Vec<(String, String)> {
        self.0
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "q" | "match" | "sort" | "lang" | "show" | WITHIN))
            .filter(|(name, _)| is_kept(name))
            .cloned()
            .collect()
    }

    /// What the form keeps that looks for words in a list.
    pub(super) fn kept_by_list(&self) -> Vec<(String, String)> {
        self.0.iter().filter(|(name, _)| name != WITHIN && is_kept(name)).cloned().collect()
    }

    /// Needs of the same countries and clusters.
    pub(super) fn needs(&self) -> String {
        format!("/needs?{}", encode(self.0.iter().filter(|(name, _)| matches!(name.as_str(), "country" | "cluster"))))
    }

    /// The search itself, as the API takes it.
    pub(super) fn asked(&self) -> String {
        encode(self.0.iter().filter(|(name, _)| !OF_PAGE.contains(&name.as_str())))
    }

    /// Without a parameter.
    pub(super) fn without(&self, dropped: &str) -> String {
        format!("/search?{}", encode(self.0.iter().filter(|(name, _)| name != dropped)))
    }

    pub(super) fn only(&self, kept: &str) -> String {
        format!("/search?{}", encode(self.0.iter().filter(|(name, _)| name == kept || name == "lang")))
    }

    /// With one parameter set to one value.
    pub(super) fn with(&self, name: &str, value: &str) -> String {
        let mut pairs = self.0.clone();
        pairs.retain(|(one, _)| one != name && !["cursor", FROM, WITHIN].contains(&one.as_str()));
        pairs.push((name.to_owned(), value.to_owned()));
        format!("/search?{}", encode(pairs.iter()))
    }

    /// With these values of a parameter and no others, from the first page.
    pub(super) fn with_values<'a>(&self, name: &str, values: impl Iterator<Item = &'a String>) -> String {
        let mut pairs = self.pairs_of_first_page();
        pairs.retain(|(one, _)| one != name);
        pairs.extend(values.map(|value| (name.to_owned(), value.clone())));
        format!("/search?{}", encode(pairs.iter()))
    }

    /// With these bounds in place of those that are set, from the first page.
    pub(super) fn within(&self, bounds: [(&str, Option<String>); 2]) -> String {
        let mut pairs = self.pairs_of_first_page();
        pairs.retain(|(one, _)| bounds.iter().all(|(name, _)| one != name));
        pairs.extend(bounds.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        format!("/search?{}", encode(pairs.iter()))
    }

    /// The same search narrowed to a series, from the first page; with some of the words where that is where it was met.
    pub(super) fn of_series(&self, key: &str, matching: Option<&str>) -> String {
        let mut pairs = self.pairs_of_first_page();
        pairs.retain(|(one, _)| !matches!(one.as_str(), "series" | "fold") && (matching.is_none() || one != "match"));
        pairs.push(("series".to_owned(), key.to_owned()));
        pairs.extend(matching.map(|matching| ("match".to_owned(), matching.to_owned())));
        format!("/search?{}", encode(pairs.iter()))
    }

    /// Without one filter value, from the first page.
    pub(super) fn without_value(&self, name: &str, value: &str) -> String {
        let mut pairs = self.pairs_of_first_page();
        pairs.retain(|(one, other)| !(one == name && other == value));
        format!("/search?{}", encode(pairs.iter()))
    }

    /// All that it finds, as an export takes it.
    pub(super) fn exported(&self) -> String {
        let taken = export_parameter_names();
        encode(self.pairs_of_first_page().iter().filter(|(name, _)| taken.contains(&name.as_str())))
    }

    fn pairs_of_first_page(&self) -> Vec<(String, String)> {
        self.0.iter().filter(|(name, _)| is_kept(name) && !["show", WITHIN].contains(&name.as_str())).cloned().collect()
    }

    /// The number of the first holding of a page.
    pub(super) fn first(&self, request: &SearchRequest) -> usize {
        let told = || self.value(FROM)?.trim().parse().ok().filter(|first| *first > 0);
        if request.cursor.is_some() { told().unwrap_or(1) } else { request.offset + 1 }
    }

    /// The page before, if it has a number; of a page behind a cursor, the first one.
    pub(super) fn page_before(&self, request: &SearchRequest) -> Option<String> {
        if request.cursor.is_some() {
            return Some(format!("/search?{}", encode(self.pairs_of_first_page().iter())));
        }
        let before = request.offset.saturating_sub(PAGE_SIZE);
        (request.offset > 0).then(|| self.with("offset", &before.to_string()))
    }

    /// The page behind, by its number as far as holdings can be passed over, and then by the `cursor` that the search gave.
    pub(super) fn page_behind(&self, request: &SearchRequest, cursor: Option<&str>) -> Option<String> {
        let cursor = cursor?;
        let offset = request.offset + PAGE_SIZE;
        if request.cursor.is_none() && offset <= SearchRequest::MAX_OFFSET {
            return Some(self.with("offset", &offset.to_string()));
        }
        let mut pairs = self.pairs_of_first_page();
        pairs.push((FROM.to_owned(), (self.first(request).saturating_add(PAGE_SIZE)).to_string()));
        pairs.push(("cursor".to_owned(), cursor.to_owned()));
        Some(format!("/search?{}", encode(pairs.iter())))
    }
}

/// Whether a parameter says more than which part of the results is shown.
fn is_kept(name: &str) -> bool {
    !OF_PLACE.contains(&name)
}

fn encode<'a>(pairs: impl Iterator<Item = &'a (String, String)>) -> String {
    let mut serializer = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        serializer.append_pair(name, value);
    }
    serializer.finish()
}

#[cfg(test)]
mod tests {
    use cairn_catalog::SearchRequest;

    use super::Address;

    fn at(offset: usize, cursor: Option<&str>) -> SearchRequest {
        SearchRequest { offset, cursor: cursor.map(str::to_owned), ..SearchRequest::default() }
    }

    #[test]
    fn pages_have_numbers_as_far_as_holdings_can_be_passed_over_and_cursors_from_there() {
        let page = Address::parse(Some("q=water&offset=9980"));
        assert_eq!(page.page_behind(&at(9_980, None), Some("c0")).as_deref(), Some("/search?q=water&offset=10000"));
        let last = Address::parse(Some("q=water&offset=10000"));
        assert_eq!(last.page_behind(&at(10_000, None), None), None, "no more is promised than there is");
        let behind = last.page_behind(&at(10_000, None), Some("c1"));
        assert_eq!(behind.as_deref(), Some("/search?q=water&from=10021&cursor=c1"));

        let page = Address::parse(Some("q=water&from=10021&cursor=c1"));
        let request = at(0, Some("c1"));
        assert_eq!(page.first(&request), 10_021);
        assert_eq!(page.page_behind(&request, Some("c2")).as_deref(), Some("/search?q=water&from=10041&cursor=c2"));
        assert_eq!(page.page_before(&request).as_deref(), Some("/search?q=water"));
        assert_eq!(page.filters().count(), 0, "a place is no filter");
        assert_eq!(page.asked(), "q=water&cursor=c1");
        assert_eq!(page.exported(), "q=water");
        assert_eq!(page.with("q", "wells"), "/search?q=wells");
    }
}

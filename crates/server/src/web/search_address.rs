//! Addresses of searches: the one of a page, and those that its links lead to.

use crate::parameters::{export_parameter_names, search_parameter_names};

/// What a page is asked to show, and the API knows nothing of.
const OF_PAGE: [&str; 2] = ["show", super::search_years::PARAMETER];

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
            .filter(|(name, _)| !matches!(name.as_str(), "q" | "match" | "sort" | "offset" | "cursor" | "show"))
            .cloned()
            .collect()
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
        pairs.retain(|(one, _)| one != name && one != "cursor");
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
        let stays = |name: &str| !matches!(name, "offset" | "cursor" | "show");
        self.0.iter().filter(|(name, _)| stays(name)).cloned().collect()
    }
}

fn encode<'a>(pairs: impl Iterator<Item = &'a (String, String)>) -> String {
    let mut serializer = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        serializer.append_pair(name, value);
    }
    serializer.finish()
}

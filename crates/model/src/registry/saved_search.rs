//! Saved searches: what somebody looks for again and again, by a name of their own.

use serde::{Deserialize, Serialize};

use crate::check::Check;
use crate::{Problem, Vocabularies};

/// What is said of a saved search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedSearchStatement {
    /// Its name, one line.
    pub name: String,
    /// What is looked for: parameters of `GET /api/v1/search` as its address has them (`q=wells&country=YEM`), without those
    /// that say which part of the results (`limit`, `offset`, `cursor`, `facets`).
    pub query: String,
}

impl SavedSearchStatement {
    /// What must be mended before it can be kept. Whether its query can be read is told by who reads searches.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.id("name", &self.name);
        check.text("query", &self.query);
        check.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_search_has_a_name_of_one_line_and_says_what_is_looked_for() {
        let rules = |name: &str, query: &str| {
            let statement = SavedSearchStatement { name: name.to_owned(), query: query.to_owned() };
            let problems = statement.validate(Vocabularies::bundled());
            problems.into_iter().map(|problem| (problem.field, problem.code)).collect::<Vec<_>>()
        };
        let told = |field: &str, code: &str| vec![(field.to_owned(), code.to_owned())];
        assert_eq!(rules("Wells", "q=wells"), []);
        assert_eq!(rules(" ", "q=wells"), told("name", "not-an-id"));
        assert_eq!(rules("two\nlines", "q=wells"), told("name", "not-an-id"));
        assert_eq!(rules("Wells", ""), told("query", "not-a-text"));
        assert_eq!(rules("Wells", &"q".repeat(5001)), told("query", "not-a-text"));
    }
}

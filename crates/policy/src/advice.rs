//! What is allowed and still looks like a mistake, or an oversight, in a record that somebody is writing.

use cairn_model::{AccessMethod, Dataset, Listing, Problem, Sensitivity, Sharing, Terms};

/// What somebody who writes a record should look at once more, by the path of the part. None of it keeps a record from being
/// published.
pub fn advice(dataset: &Dataset) -> Vec<Problem> {
    let mut found = of_terms(&dataset.terms);
    let says_nothing = dataset.disaggregated_by_sex.is_none() || dataset.disaggregated_by_age.is_none();
    if !dataset.population_groups.is_empty() && says_nothing {
        found.push(Problem::warning(
            "disaggregation-not-stated",
            "disaggregated_by_sex",
            "the data is about people, and nobody learns whether women, men, girls and boys can be told apart in it: say whether it \
             is disaggregated by sex and by age",
        ));
    }
    found
}

/// Axes of terms that do not fit each other.
fn of_terms(terms: &Terms) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut advise = |code: &str, field: &str, message: &str| found.push(Problem::warning(code, field, message));
    let sensitivity = terms.sensitivity.handled_as();
    if sensitivity >= Sensitivity::Moderate && terms.sharing == Sharing::Public {
        advise(
            "sensitive-and-public",
            "terms.sharing",
            "anyone may have the data, though its disclosure could do harm: choose a closer audience, or a lower level if it cannot",
        );
    }
    if sensitivity >= Sensitivity::High && terms.sharing == Sharing::Community {
        advise(
            "high-and-community",
            "terms.sharing",
            "every registered organisation may have data that could do serious harm: name those who need it instead",
        );
    }
    if terms.sensitivity == Sensitivity::Low && terms.sharing >= Sharing::Organisation {
        advise(
            "low-and-closed",
            "terms.sharing",
            "data that harms nobody stays inside your organisation: share it further, or say in the reasons why not",
        );
    }
    if sensitivity >= Sensitivity::High && terms.access_method == AccessMethod::Download {
        advise(
            "high-and-download",
            "terms.access_method",
            "a copy cannot be taken back: let people ask first, or come to the data",
        );
    }
    if terms.sensitivity <= Sensitivity::Moderate && terms.listing == Listing::Hidden {
        advise(
            "hidden-though-harmless",
            "terms.listing",
            "nobody outside its audience learns that the data exists, and so nobody can ask you for it",
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use {AccessMethod as A, Listing as L, Sensitivity as S, Sharing as H};

    use super::*;

    #[test]
    fn terms_that_do_not_fit_each_other_are_pointed_out_and_others_are_not() {
        let advised = |sensitivity, sharing, access_method, listing| {
            let terms = Terms { sensitivity, sharing, access_method, listing, ..Terms::closed() };
            of_terms(&terms).into_iter().map(|one| one.code).collect::<Vec<_>>()
        };
        let none: [&str; 0] = [];
        assert_eq!(advised(S::Low, H::Public, A::Download, L::Full), none);
        assert_eq!(advised(S::Moderate, H::Community, A::OnRequest, L::Stub), none);
        assert_eq!(advised(S::High, H::Organisation, A::OnRequest, L::Hidden), none);
        assert_eq!(advised(S::Moderate, H::Public, A::Download, L::Full), ["sensitive-and-public"]);
        assert_eq!(
            advised(S::Unknown, H::Community, A::Download, L::Stub),
            ["high-and-community", "high-and-download"],
            "what nobody has said is handled as high"
        );
        assert_eq!(advised(S::Low, H::Closed, A::None, L::Hidden), ["low-and-closed", "hidden-though-harmless"]);
    }

    #[test]
    fn who_writes_of_people_is_asked_whether_they_can_be_told_apart() {
        let mut dataset = Dataset::empty(cairn_model::DatasetId::new("desk", "people"));
        let advised = |dataset: &Dataset| advice(dataset).iter().any(|one| one.code == "disaggregation-not-stated");
        assert!(!advised(&dataset), "it is about nobody");
        dataset.population_groups = vec!["IDP".to_owned()];
        assert!(advised(&dataset));
        dataset.disaggregated_by_sex = Some(false);
        assert!(advised(&dataset));
        dataset.disaggregated_by_age = Some(true);
        assert!(!advised(&dataset));
    }
}

//! What is allowed and still looks like a mistake in the terms of a record that somebody is writing.

use cairn_model::{AccessMethod, Listing, Problem, Sensitivity, Sharing, Terms};

/// Axes of terms that do not fit each other, by the path of the part to look at. None of them keeps a record from being published.
pub fn advice(terms: &Terms) -> Vec<Problem> {
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
            advice(&terms).into_iter().map(|one| one.code).collect::<Vec<_>>()
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
}

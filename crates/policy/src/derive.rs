//! Derived records: what is made of a record inherits its restrictions, but for what the owner of the record released.

use cairn_model::registry::ReleaseStatement;
use cairn_model::{Dataset, SocialLicenceStatus};

use crate::{Loosening, tighten};

/// On which axes the terms of a derived record are less restricted than those of a record that it is made of, as whoever
/// registers it sees that one: `released` is what its owner allows.
///
/// Who owns it and what a stub of it is called are its own. Where the people whom the source is about took back their
/// agreement, nothing is made of it.
pub fn less_restricted(source: &Dataset, derived: &Dataset, released: Option<&ReleaseStatement>) -> Vec<Loosening> {
    let mut floor = source.clone();
    if let Some(released) = released {
        let terms = &mut floor.terms;
        terms.sensitivity = released.sensitivity.unwrap_or(terms.sensitivity);
        terms.sharing = released.sharing.unwrap_or(terms.sharing);
        terms.access_method = released.access_method.unwrap_or(terms.access_method);
        terms.listing = released.listing.unwrap_or(terms.listing);
        terms.classification = released.classification.or(terms.classification);
        terms.transfer = released.transfer.or(terms.transfer);
    }
    let (_, mut loosened) = tighten(&floor, derived.clone(), &[]);
    loosened.retain(|one| is_inherited(&one.axis));
    let status = |record: &Dataset| record.social_licence.as_ref().map(|licence| licence.status);
    if status(source) == Some(SocialLicenceStatus::Withdrawn) && status(derived) != Some(SocialLicenceStatus::Withdrawn)
    {
        let to = status(derived).map_or("none", SocialLicenceStatus::code).to_owned();
        let from = SocialLicenceStatus::Withdrawn.code().to_owned();
        loosened.push(Loosening { axis: "social_licence".to_owned(), from, to });
    }
    loosened
}

fn is_inherited(axis: &str) -> bool {
    !matches!(axis, "owner" | "custodian" | "listing_title" | "listing_agreed")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use cairn_model::{DatasetId, Listing, Sensitivity, Sharing, SocialLicence};
    use serde_json::json;

    use super::*;

    fn record(name: &str, sensitivity: Sensitivity, sharing: Sharing) -> Dataset {
        let mut dataset = Dataset::empty(DatasetId::new("desk", name));
        dataset.terms.sensitivity = sensitivity;
        dataset.terms.sharing = sharing;
        dataset.terms.listing = Listing::Stub;
        dataset
    }

    fn axes(loosened: &[Loosening]) -> Vec<&str> {
        loosened.iter().map(|one| one.axis.as_str()).collect()
    }

    #[test]
    fn row_45_what_is_derived_is_no_less_restricted_than_its_source_without_a_release() {
        let source = record("cases", Sensitivity::High, Sharing::Restricted);
        for (sensitivity, sharing, expected) in [
            (Sensitivity::High, Sharing::Restricted, vec![]),
            (Sensitivity::Severe, Sharing::Closed, vec![]),
            (Sensitivity::Unknown, Sharing::Organisation, vec![]),
            (Sensitivity::Moderate, Sharing::Restricted, vec!["sensitivity"]),
            (Sensitivity::Low, Sharing::Public, vec!["sensitivity", "sharing"]),
        ] {
            let derived = record("counts", sensitivity, sharing);
            assert_eq!(axes(&less_restricted(&source, &derived, None)), expected, "{sensitivity} {sharing}");
        }
    }

    #[test]
    fn a_release_lets_pass_what_it_names_and_what_is_closer_and_nothing_else() {
        let source = record("cases", Sensitivity::High, Sharing::Restricted);
        let released: ReleaseStatement =
            serde_json::from_value(json!({"reason": "Counts of twenty and more.", "sharing": "community"})).unwrap();
        for (sharing, expected) in
            [(Sharing::Public, vec!["sharing"]), (Sharing::Community, vec![]), (Sharing::Organisation, vec![])]
        {
            let derived = record("counts", Sensitivity::High, sharing);
            assert_eq!(axes(&less_restricted(&source, &derived, Some(&released))), expected, "{sharing}");
        }
        let derived = record("counts", Sensitivity::Low, Sharing::Community);
        assert_eq!(axes(&less_restricted(&source, &derived, Some(&released))), ["sensitivity"]);
    }

    #[test]
    fn nothing_is_made_of_what_people_took_their_agreement_to_back() {
        let mut source = record("cases", Sensitivity::Low, Sharing::Public);
        source.social_licence = Some(SocialLicence::new(SocialLicenceStatus::Withdrawn));
        let derived = record("counts", Sensitivity::Severe, Sharing::Closed);
        assert_eq!(axes(&less_restricted(&source, &derived, None)), ["social_licence"]);
    }
}

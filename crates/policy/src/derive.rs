//! Derived records: what is made of a record inherits its restrictions, but for what the owner of the record released.

use cairn_model::Dataset;
use cairn_model::registry::ReleaseStatement;

use crate::{Loosening, tighten};

/// A derived record with the restrictions of a record that it is made of: on every axis the closer of the two, down to what the
/// owner of that record `released`; and on which axes it was less restricted before.
///
/// Who owns it and what a stub of it is called are its own. Where the people whom the source is about took back their
/// agreement, it counts as taken back for what is made of it.
pub fn inherit(source: &Dataset, derived: Dataset, released: Option<&ReleaseStatement>) -> (Dataset, Vec<Loosening>) {
    let mut floor = source.clone();
    floor.terms.listing_title.clone_from(&derived.terms.listing_title);
    floor.terms.listing_agreed = derived.terms.listing_agreed;
    if let Some(released) = released {
        let terms = &mut floor.terms;
        terms.sensitivity = released.sensitivity.unwrap_or(terms.sensitivity);
        terms.sharing = released.sharing.unwrap_or(terms.sharing);
        terms.access_method = released.access_method.unwrap_or(terms.access_method);
        terms.listing = released.listing.unwrap_or(terms.listing);
        terms.classification = released.classification.or(terms.classification);
        terms.transfer = released.transfer.or(terms.transfer);
    }
    let (_, held) = tighten(&floor, derived.clone(), &[]);
    let (loosened, its_own): (Vec<_>, Vec<_>) = held.into_iter().partition(|one| is_inherited(&one.axis));
    (tighten(&floor, derived, &its_own).0, loosened)
}

/// On which axes the terms of a derived record are less restricted than those of a record that it is made of, as whoever
/// registers it sees that one: `released` is what its owner allows.
pub fn less_restricted(source: &Dataset, derived: &Dataset, released: Option<&ReleaseStatement>) -> Vec<Loosening> {
    inherit(source, derived.clone(), released).1
}

fn is_inherited(axis: &str) -> bool {
    !matches!(axis, "owner" | "custodian")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use cairn_model::{DatasetId, Listing, Organisation, Sensitivity, Sharing, SocialLicence, SocialLicenceStatus};
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
    #[test]
    fn what_inherits_is_as_closed_as_its_source_and_keeps_what_is_its_own() {
        let owner = |id: &str| Some(Organisation { id: id.to_owned(), name: id.to_owned(), kind: None });
        let mut source = record("cases", Sensitivity::High, Sharing::Closed);
        (source.owner, source.terms.listing) = (owner("authority"), Listing::Hidden);
        source.social_licence = Some(SocialLicence::new(SocialLicenceStatus::Withdrawn));
        let mut derived = record("counts", Sensitivity::Severe, Sharing::Community);
        (derived.owner, derived.terms.listing_title) = (owner("clinic"), Some("Counts".to_owned()));
        let (closed, loosened) = inherit(&source, derived.clone(), None);
        assert_eq!(axes(&loosened), ["sharing", "listing", "social_licence"]);
        assert_eq!((closed.terms.sharing, closed.terms.listing), (Sharing::Closed, Listing::Hidden));
        assert_eq!((closed.terms.sensitivity, closed.owner), (Sensitivity::Severe, owner("clinic")));
        assert_eq!(closed.terms.listing_title, derived.terms.listing_title);
        assert_eq!(closed.social_licence.unwrap().status, SocialLicenceStatus::Withdrawn);
    }
}

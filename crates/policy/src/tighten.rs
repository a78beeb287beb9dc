//! A source can tighten a record's terms; loosening them is a person's act.

use cairn_model::{Listing, Sensitivity, Sharing, Terms};

/// One loosening that a source asked for and that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loosening {
    /// `sensitivity`, `sharing` or `listing`.
    pub axis: &'static str,
    /// What holds.
    pub from: &'static str,
    /// What the source asks for.
    pub to: &'static str,
}

/// The terms that hold when a source that had `previous` now asks for `proposed`: on every axis the closer of the two.
/// What was not granted is listed.
pub fn tighten(previous: &Terms, mut proposed: Terms) -> (Terms, Vec<Loosening>) {
    let mut held = Vec::new();
    if rank(proposed.sensitivity) < rank(previous.sensitivity) {
        held.push(Loosening {
            axis: "sensitivity",
            from: previous.sensitivity.code(),
            to: proposed.sensitivity.code(),
        });
        proposed.sensitivity = previous.sensitivity;
    }
    if proposed.sharing < previous.sharing {
        held.push(Loosening { axis: "sharing", from: previous.sharing.code(), to: proposed.sharing.code() });
        proposed.sharing = previous.sharing;
        proposed.audience_groups.clone_from(&previous.audience_groups);
        proposed.audience_organisations.clone_from(&previous.audience_organisations);
    }
    if proposed.listing < previous.listing {
        held.push(Loosening { axis: "listing", from: previous.listing.code(), to: proposed.listing.code() });
        proposed.listing = previous.listing;
        proposed.listing_title.clone_from(&previous.listing_title);
        proposed.listing_agreed = previous.listing_agreed;
    }
    if previous.attribution_hidden && !proposed.attribution_hidden {
        held.push(Loosening { axis: "attribution", from: "hidden", to: "shown" });
        proposed.attribution_hidden = true;
    }
    (proposed, held)
}

/// How close a sensitivity is; unknown is handled as high.
fn rank(sensitivity: Sensitivity) -> u8 {
    match sensitivity.handled_as() {
        Sensitivity::Low => 0,
        Sensitivity::Moderate => 1,
        Sensitivity::High | Sensitivity::Unknown => 2,
        Sensitivity::Severe => 3,
    }
}

/// Listing and sharing are ordered from open to close by their declaration.
const _: () = {
    assert!((Listing::Full as u8) < (Listing::Hidden as u8));
    assert!((Sharing::Public as u8) < (Sharing::Closed as u8));
};

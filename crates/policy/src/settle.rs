//! From what a source states to settled terms: defaults, consistency rules, quarantine.

use cairn_model::QuarantineReason;
use cairn_model::{
    AccessMethod, Classification, Field, Listing, Problem, Sensitivity, Sharing, StatedTerms, Terms, Transfer,
};
use serde::{Deserialize, Serialize};

use crate::rendition::closest_by_sensitivity;

/// What silence means at a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Openness {
    /// An open portal: what it shows, its owner decided to show.
    Portal,
    /// An organisation's inventory or a registered record: what nobody states is closed.
    Inventory,
    /// An IMSMA export: closed, and at least high.
    Imsma,
}

/// The `[terms]` of a source's configuration: what a record that says nothing gets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceTerms {
    /// Sensitivity.
    pub sensitivity: Option<Sensitivity>,
    /// Sharing level.
    pub sharing: Option<Sharing>,
    /// Access method.
    pub access_method: Option<AccessMethod>,
    /// Listing.
    pub listing: Option<Listing>,
    /// The owner agrees that records of high or unknown sensitivity are listed as this configuration says. It never
    /// lists a record that itself states to be severe.
    pub listing_agreed: bool,
    /// Groups of the audience.
    pub audience_groups: Vec<String>,
    /// Organisations of the audience.
    pub audience_organisations: Vec<String>,
}

/// Settled terms, what was corrected on the way, and what cannot be settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The terms that hold.
    pub terms: Terms,
    /// What was tightened or is worth a look.
    pub problems: Vec<Problem>,
    /// Rules that the statement breaks: the record is seen by its organisation only until they are mended.
    pub quarantine: Vec<QuarantineReason>,
}

/// Settles the terms of a record.
pub fn settle(stated: &StatedTerms, source: &SourceTerms, openness: Openness) -> Settlement {
    let mut problems = Vec::new();
    // Who cannot say how sensitive data is does not say that it is less than the source has it.
    let only_closes = stated.sensitivity == Some(Sensitivity::Unknown);
    let sensitivity = stated_or_default(stated.sensitivity, only_closes, source.sensitivity, Sensitivity::handled_as)
        .unwrap_or(match openness {
            Openness::Portal | Openness::Inventory => Sensitivity::Unknown,
            Openness::Imsma => Sensitivity::High,
        });
    let silence = match openness {
        Openness::Portal => (Sharing::Public, AccessMethod::Download, Listing::Full),
        Openness::Inventory | Openness::Imsma => (Sharing::Closed, AccessMethod::None, Listing::Hidden),
    };
    let listed_openly = stated.listed_openly;

    let mut sharing = stated_or_default(stated.sharing, stated.sharing_only_closes, source.sharing, |level| level)
        .unwrap_or(silence.0);
    let does_not_open = stated.sharing.is_none() && sharing < Sharing::Organisation && is_stated_sensitive(stated);
    if does_not_open {
        problems.push(Problem::warning(
            "default-does-not-open",
            "sharing",
            "the record is stated to be sensitive and says nothing of sharing: shared with its organisation only",
        ));
        sharing = Sharing::Organisation;
    }
    let mut access_method =
        stated_or_default(stated.access_method, stated.access_only_closes, source.access_method, |method| method)
            .unwrap_or(silence.1);
    if does_not_open && stated.access_method.is_none() {
        access_method = access_method.max(AccessMethod::OnRequest);
    }

    // The agreement of a configuration is a default: the stub of a record that is stated severe needs its owner's own word.
    let source_agrees = source.listing_agreed && stated.sensitivity != Some(Sensitivity::Severe);
    let listing_agreed = stated.listing.is_some() || listed_openly || source_agrees;
    let mut listing = if listed_openly {
        // That the portal shows the record is its owner's decision; no flag takes it back. Who configures the source may show less: the
        // portal may be one that not everyone reaches.
        source.listing.unwrap_or(Listing::Full)
    } else {
        stated.listing.or(source.listing).unwrap_or(silence.2)
    };
    let by_default = !listed_openly && stated.listing.is_none() && !source_agrees;
    if by_default && listing != Listing::Hidden && is_stated_sensitive(stated) {
        problems.push(Problem::warning(
            "default-does-not-list",
            "listing",
            "the record is stated to be sensitive and says nothing of its listing: hidden",
        ));
        listing = Listing::Hidden;
    }
    if by_default && listing == Listing::Full && stated.sharing.is_some_and(|level| level >= Sharing::Organisation) {
        problems.push(Problem::warning(
            "default-does-not-list-in-full",
            "listing",
            "the record is stated to stay with its organisation and says nothing of its listing: a stub at most",
        ));
        listing = Listing::Stub;
    }
    let is_high = sensitivity.handled_as() >= Sensitivity::High;
    if !listing_agreed && listing != Listing::Hidden && is_high && sharing != Sharing::Public {
        problems.push(Problem::warning(
            "high-needs-agreement-to-list",
            "listing",
            "a record of high or unknown sensitivity is listed only where its owner agrees: hidden",
        ));
        listing = Listing::Hidden;
    }

    let terms = Terms {
        sensitivity,
        sharing,
        access_method,
        listing,
        listing_title: stated.listing_title.clone(),
        listing_agreed,
        audience_groups: or_default(&stated.audience_groups, &source.audience_groups),
        audience_organisations: or_default(&stated.audience_organisations, &source.audience_organisations),
        classification: stated.classification,
        classification_text: stated.classification_text.clone(),
        reasons: stated.reasons.clone(),
        legal_basis: stated.legal_basis.clone(),
        jurisdictions: stated.jurisdictions.clone(),
        transfer: stated.transfer,
        attribution_hidden: stated.attribution_hidden,
        review_by: stated.review_by,
        agreements: Vec::new(),
    };
    if terms.sharing == Sharing::Restricted
        && terms.audience_groups.is_empty()
        && terms.audience_organisations.is_empty()
        && !listed_openly
    {
        problems.push(Problem::warning(
            "restricted-without-audience",
            "audience",
            "restricted, but no group or organisation is named: shared with its organisation only",
        ));
    }
    let quarantine = broken_rules(&terms);
    Settlement { terms, problems, quarantine }
}

/// What is stated, else the default of the source. What only closes holds where that default is no closer by `scale`; of
/// two that are as close, the stated one.
fn stated_or_default<T: Copy + Ord>(
    stated: Option<T>,
    only_closes: bool,
    default: Option<T>,
    scale: impl Fn(T) -> T,
) -> Option<T> {
    match (stated, default) {
        (Some(stated), Some(default)) if only_closes && scale(default) > scale(stated) => Some(default),
        (stated, default) => stated.or(default),
    }
}

/// Settles the fields of a record: one that is stated high, severe or unreadable is never opened by its own sharing level.
/// The closer of the two holds, and each such field is reported.
pub fn settle_fields(fields: &mut [Field]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (place, field) in fields.iter_mut().enumerate() {
        let closest = closest_by_sensitivity(field.sensitivity);
        let (Some(own), Some(closest)) = (field.sharing, closest) else { continue };
        if own < closest {
            let sensitivity = field.sensitivity.map_or("", Sensitivity::code);
            let message = format!(
                "a field of {sensitivity} sensitivity is stated to be shared as `{}`: the closer `{}` holds",
                own.code(),
                closest.code()
            );
            problems.push(Problem::warning(
                "sensitive-field-is-not-opened",
                format!("fields[{place}].sharing"),
                message,
            ));
            field.sharing = Some(closest);
        }
    }
    problems
}

/// Whether the source itself states that a record is high, severe or classified: no default may open it. An unreadable
/// statement counts as one (`normalise` reads it as the close value).
fn is_stated_sensitive(stated: &StatedTerms) -> bool {
    stated.sensitivity.is_some_and(|level| level.handled_as() >= Sensitivity::High)
        || stated.classification.is_some_and(|class| class >= Classification::Confidential)
}

fn or_default(stated: &[String], default: &[String]) -> Vec<String> {
    if stated.is_empty() { default.to_vec() } else { stated.to_vec() }
}

/// The consistency rules that terms break: contradictions that a person must mend.
pub fn broken_rules(terms: &Terms) -> Vec<QuarantineReason> {
    let mut broken = Vec::new();
    let mut require = |holds: bool, rule: &str, message: &str| {
        if !holds {
            broken.push(QuarantineReason { rule: rule.to_owned(), message: message.to_owned() });
        }
    };
    let severe = terms.sensitivity == Sensitivity::Severe;
    require(
        !(severe && terms.sharing == Sharing::Public),
        "severe-is-never-public",
        "Severe sensitivity and public sharing contradict each other: lower one of them.",
    );
    require(
        !(severe && terms.listing == Listing::Full),
        "severe-is-never-listed-in-full",
        "A record of severe sensitivity may be listed as a stub at most.",
    );
    let class = terms.classification.unwrap_or(Classification::Unclassified);
    require(
        !(class >= Classification::Confidential && terms.sharing == Sharing::Public),
        "classified-is-never-public",
        "Classified as confidential or closer, and shared with everyone: correct one of them.",
    );
    require(
        !(class >= Classification::StrictlyConfidential && terms.sharing == Sharing::Community),
        "strictly-confidential-is-for-named-recipients",
        "Strictly confidential data is shared with named groups or organisations at most.",
    );
    require(
        !(class >= Classification::StrictlyConfidential && terms.listing == Listing::Full),
        "strictly-confidential-is-never-listed-in-full",
        "A record of strictly confidential data may be listed as a stub at most.",
    );
    require(
        !(terms.transfer == Some(Transfer::None) && terms.access_method == AccessMethod::Download),
        "no-transfer-no-download",
        "The data may not be moved, yet it is offered for download: choose an enclave, a federated query or aggregates.",
    );
    broken
}

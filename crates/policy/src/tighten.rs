//! A source can tighten a record's terms; loosening them is a person's act, confirmed by list.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use cairn_model::{
    AccessMethod, AggregateBounds, Classification, Dataset, Field, Listing, Organisation, Sensitivity, Sharing,
    SocialLicence, SocialLicenceStatus, Terms, Transfer,
};

use crate::rendition::{field_level, record_level};

/// One loosening that a source asks for and that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Loosening {
    /// What would be loosened: `sensitivity`, `sharing`, `audience`, `owner`, `field NAME` ...
    pub axis: String,
    /// What holds.
    pub from: String,
    /// What the source asks for.
    pub to: String,
}

/// The record that holds when a source that gave `previous` now gives `proposed`: on every axis the closer of the two, but
/// for what a person `granted` (the same axis to the same value). What was not granted is listed.
///
/// Without a grant, nobody sees a fuller rendition of the result than of `previous`.
pub fn tighten(previous: &Dataset, proposed: Dataset, granted: &[Loosening]) -> (Dataset, Vec<Loosening>) {
    let mut scale = Scale { granted, held: Vec::new() };
    let former = former_fields(previous, &proposed);
    let asked = opens_to_audience(previous, &proposed, &former).then(|| proposed.terms.clone());
    let mut result = proposed;
    scale.hold_levels(previous, &mut result);
    scale.hold_listing(previous, &mut result);
    scale.hold_social_licence(previous, &mut result);
    scale.hold_aggregates(previous, &mut result);
    scale.hold_fields(&former, &mut result);
    // After the fields: what they are held to decides whether the audience matters.
    scale.hold_audience(previous, asked.as_ref(), &mut result);
    scale.hold_owners(previous, &mut result);
    (result, scale.held)
}

/// The record that holds when nobody knows any more what held before: as close as a record can be on every axis, until a
/// person confirms what the source gives. It belongs to the organisation of its source.
pub fn tighten_unknown(proposed: Dataset, organisation: Option<&Organisation>) -> (Dataset, Vec<Loosening>) {
    let mut closest = proposed.clone();
    closest.terms = Terms {
        sensitivity: Sensitivity::Severe,
        sharing: Sharing::Closed,
        access_method: AccessMethod::None,
        listing: Listing::Hidden,
        classification: Some(Classification::StrictlyConfidential),
        transfer: Some(Transfer::None),
        attribution_hidden: true,
        ..Terms::closed()
    };
    for field in &mut closest.fields {
        field.sharing = Some(Sharing::Closed);
        field.sensitivity = Some(Sensitivity::Severe);
    }
    closest.owner = organisation.cloned();
    closest.custodian = organisation.cloned();
    tighten(&closest, proposed, &[])
}

/// Whether aggregates tell no more by some bounds than by those before.
fn are_within(after: AggregateBounds, before: AggregateBounds) -> bool {
    let are_coarse = before.limits.is_none_or(|before| {
        after.limits.is_some_and(|after| {
            after.finest_admin_level <= before.finest_admin_level && after.minimum_cell_size >= before.minimum_cell_size
        })
    });
    let is_noisy = before.epsilon.is_none_or(|before| after.epsilon.is_some_and(|after| after <= before));
    are_coarse && is_noisy
}

fn in_words(bounds: AggregateBounds) -> String {
    let limits = bounds.limits.map(|limits| {
        format!("admin level {}, counts of {} or more", limits.finest_admin_level, limits.minimum_cell_size)
    });
    let epsilon = bounds.epsilon.map(|epsilon| format!("epsilon {epsilon}"));
    let parts: Vec<String> = limits.into_iter().chain(epsilon).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// Weighs one statement against the other and keeps the list.
struct Scale<'a> {
    granted: &'a [Loosening],
    held: Vec<Loosening>,
}

impl Scale<'_> {
    /// Whether a loosening must wait; it is listed then.
    fn holds(&mut self, axis: &str, from: &str, to: &str) -> bool {
        if self.granted.iter().any(|one| one.axis == axis && one.to == to) {
            return false;
        }
        self.held.push(Loosening { axis: axis.to_owned(), from: from.to_owned(), to: to.to_owned() });
        true
    }

    fn hold_levels(&mut self, previous: &Dataset, result: &mut Dataset) {
        let (before, after) = (&previous.terms, &mut result.terms);
        if rank(after.sensitivity) < rank(before.sensitivity)
            && self.holds("sensitivity", before.sensitivity.code(), after.sensitivity.code())
        {
            after.sensitivity = before.sensitivity;
        }
        if after.sharing < before.sharing && self.holds("sharing", before.sharing.code(), after.sharing.code()) {
            after.sharing = before.sharing;
            after.audience_groups.clone_from(&before.audience_groups);
            after.audience_organisations.clone_from(&before.audience_organisations);
        }
        if after.access_method < before.access_method
            && self.holds("access_method", before.access_method.code(), after.access_method.code())
        {
            after.access_method = before.access_method;
        }
        let class =
            |class: Option<cairn_model::Classification>| class.map_or("none", cairn_model::Classification::code);
        if after.classification < before.classification
            && self.holds("classification", class(before.classification), class(after.classification))
        {
            after.classification = before.classification;
        }
        let transfer = |transfer: Option<cairn_model::Transfer>| transfer.map_or("none", cairn_model::Transfer::code);
        if after.transfer < before.transfer
            && self.holds("transfer", transfer(before.transfer), transfer(after.transfer))
        {
            after.transfer = before.transfer;
            after.jurisdictions.clone_from(&before.jurisdictions);
        }
        self.hold_jurisdictions(before, after);
        if before.attribution_hidden && !after.attribution_hidden && self.holds("attribution", "hidden", "shown") {
            after.attribution_hidden = true;
        }
    }

    /// What is bound to jurisdictions may lose some of them, and gains none by itself; bound to none, it leaves for nowhere.
    fn hold_jurisdictions(&mut self, before: &Terms, after: &mut Terms) {
        let bound = Some(Transfer::RegionBound);
        if before.transfer != bound || after.transfer != bound {
            return;
        }
        if after.jurisdictions.is_empty() {
            if !before.jurisdictions.is_empty() && self.holds("jurisdictions", &before.jurisdictions.join(", "), "none")
            {
                after.jurisdictions.clone_from(&before.jurisdictions);
            }
            return;
        }
        let mut is_held =
            |id: &String| !before.jurisdictions.contains(id) && self.holds("jurisdictions", "not in them", id);
        let held: BTreeSet<String> = after.jurisdictions.iter().filter(|id| is_held(id)).cloned().collect();
        after.jurisdictions.retain(|id| !held.contains(id));
        if after.jurisdictions.is_empty() {
            // What was said of none of them before is not to be lost with those that wait.
            after.jurisdictions.clone_from(&before.jurisdictions);
        }
    }

    /// That people took back their agreement holds until somebody confirms that they gave it again.
    fn hold_social_licence(&mut self, previous: &Dataset, result: &mut Dataset) {
        let status = |record: &Dataset| record.social_licence.as_ref().map(|licence| licence.status);
        let (withdrawn, after) = (SocialLicenceStatus::Withdrawn, status(result));
        if status(previous) != Some(withdrawn) || after == Some(withdrawn) {
            return;
        }
        let to = after.map_or("none", SocialLicenceStatus::code);
        if self.holds("social_licence", withdrawn.code(), to) {
            result.social_licence.get_or_insert_with(|| SocialLicence::new(withdrawn)).status = withdrawn;
        }
    }

    /// Aggregates that are bounded may become coarser, and no finer.
    fn hold_aggregates(&mut self, previous: &Dataset, result: &mut Dataset) {
        let Some(before) = previous.aggregates else { return };
        let after = result.aggregates.unwrap_or_default();
        if !are_within(after, before) && self.holds("aggregates", &in_words(before), &in_words(after)) {
            result.aggregates = Some(before);
        }
    }

    /// A record that is restricted, or has a field that is, may lose members of its audience, and gains none by itself. What is
    /// `asked` is the audience to which something closer would open: each of it is confirmed by its id, whoever the source names
    /// by then.
    fn hold_audience(&mut self, previous: &Dataset, asked: Option<&Terms>, result: &mut Dataset) {
        let before = &previous.terms;
        let was_owner = |id: &String| owners(previous).any(|owner| owner.id == *id);
        let (known, asked) = if has_restricted_part(previous) && has_restricted_part(result) {
            (Some(before), result.terms.clone())
        } else if let Some(asked) = asked.filter(|_| !has_restricted_part(previous)) {
            (None, asked.clone())
        } else {
            return;
        };
        let is_new_group = |id: &String| known.is_none_or(|known| !known.audience_groups.contains(id));
        let is_new =
            |id: &String| known.is_none_or(|known| !known.audience_organisations.contains(id)) && !was_owner(id);
        let groups = asked.audience_groups.iter().filter(|id| is_new_group(id));
        let groups: BTreeSet<&String> = groups.filter(|id| self.holds("audience", "not in it", id)).collect();
        let organisations = asked.audience_organisations.iter().filter(|id| is_new(id));
        let organisations: BTreeSet<&String> =
            organisations.filter(|id| self.holds("audience", "not in it", id)).collect();
        result.terms.audience_groups.retain(|id| !groups.contains(id));
        result.terms.audience_organisations.retain(|id| !organisations.contains(id));
    }

    fn hold_listing(&mut self, previous: &Dataset, result: &mut Dataset) {
        let (before, after) = (&previous.terms, &mut result.terms);
        if after.listing < before.listing && self.holds("listing", before.listing.code(), after.listing.code()) {
            after.listing = before.listing;
            after.listing_title.clone_from(&before.listing_title);
            after.listing_agreed = before.listing_agreed;
        }
        if before.listing != Listing::Stub || after.listing != Listing::Stub {
            return;
        }
        if after.listing_agreed && !before.listing_agreed && self.holds("listing_agreed", "no", "yes") {
            after.listing_agreed = false;
        }
        if let Some(title) = after.listing_title.clone()
            && before.listing_title.as_ref() != Some(&title)
            && self.holds("listing_title", before.listing_title.as_deref().unwrap_or("none"), &title)
        {
            after.listing_title.clone_from(&before.listing_title);
        }
    }

    /// A field keeps its own level for as long as it keeps its name.
    fn hold_fields(&mut self, former: &[Option<Cow<'_, Field>>], result: &mut Dataset) {
        let whole_record = result.terms.sensitivity;
        for (before, after) in former.iter().zip(&mut result.fields) {
            if let Some(before) = before {
                self.hold_field(before, after, whole_record);
            }
        }
    }

    /// A field that says nothing of its own is as sensitive as the record, `whole_record` as that is held.
    fn hold_field(&mut self, before: &Field, after: &mut Field, whole_record: Sensitivity) {
        let axis = format!("field {}", before.name);
        let level = |sharing: Option<Sharing>| sharing.map_or("shared as the record", Sharing::code);
        if before.sharing > after.sharing && self.holds(&axis, level(before.sharing), level(after.sharing)) {
            after.sharing = before.sharing;
        }
        let degree = |one: Option<Sensitivity>| one.map_or("as sensitive as the record", Sensitivity::code);
        let is_less = match (before.sensitivity, after.sensitivity) {
            (Some(_), None) => true,
            (None, None) => false,
            (before, Some(after)) => rank(after) < rank(before.unwrap_or(whole_record)),
        };
        if is_less && self.holds(&axis, degree(before.sensitivity), degree(after.sensitivity)) {
            after.sensitivity = before.sensitivity;
        }
    }

    /// Owner and custodian see everything, so a record of which somebody does not may not change hands by itself.
    fn hold_owners(&mut self, previous: &Dataset, result: &mut Dataset) {
        let open_to_all = result.terms.sharing == Sharing::Public
            && record_level(&result.terms) == Sharing::Public
            && result.quarantine.is_empty()
            && !result.terms.attribution_hidden
            && result.fields.iter().all(|field| field_level(field, Sharing::Public) == Sharing::Public);
        if open_to_all {
            return;
        }
        let known: BTreeSet<&str> = owners(previous).map(|one| one.id.as_str()).collect();
        let is_new = |one: &Option<Organisation>| one.as_ref().is_some_and(|one| !known.contains(one.id.as_str()));
        let id = |one: &Option<Organisation>| one.as_ref().map_or_else(|| "nobody".to_owned(), |one| one.id.clone());
        if is_new(&result.owner) && self.holds("owner", &id(&previous.owner), &id(&result.owner)) {
            result.owner.clone_from(&previous.owner);
        }
        if is_new(&result.custodian) && self.holds("custodian", &id(&previous.custodian), &id(&result.custodian)) {
            result.custodian.clone_from(&previous.custodian);
        }
    }
}

/// Whether anything of a record is for its named audience.
fn has_restricted_part(dataset: &Dataset) -> bool {
    let whole_record = record_level(&dataset.terms);
    dataset.terms.sharing == Sharing::Restricted
        || dataset.fields.iter().any(|field| field_level(field, whole_record) == Sharing::Restricted)
}

/// Whether something that was closer would be for the named audience: the data, or a field that keeps its name.
fn opens_to_audience(previous: &Dataset, proposed: &Dataset, former: &[Option<Cow<'_, Field>>]) -> bool {
    let [before, after] = [previous, proposed].map(|dataset| record_level(&dataset.terms));
    let opens = |before: Sharing, after: Sharing| before > Sharing::Restricted && after == Sharing::Restricted;
    opens(previous.terms.sharing, proposed.terms.sharing)
        || former.iter().zip(&proposed.fields).any(|(former, field)| {
            former.as_ref().is_some_and(|former| opens(field_level(former, before), field_level(field, after)))
        })
}

/// What each field of a proposed record was before: the one with its name. Of several with one name each is what stood in its
/// place; where there are more or fewer of them now, nobody knows which is which, and each was as close as the closest.
fn former_fields<'p>(previous: &'p Dataset, proposed: &Dataset) -> Vec<Option<Cow<'p, Field>>> {
    let mut by_name: HashMap<&str, (Vec<&'p Field>, usize)> = HashMap::new();
    for field in &previous.fields {
        by_name.entry(&field.name).or_default().0.push(field);
    }
    for field in &proposed.fields {
        if let Some((_, now)) = by_name.get_mut(field.name.as_str()) {
            *now += 1;
        }
    }
    let mut met: HashMap<&str, usize> = HashMap::new();
    let former = |field: &Field| {
        let (former, now) = by_name.get(field.name.as_str())?;
        let place = met.entry(former[0].name.as_str()).or_default();
        *place += 1;
        if former.len() == *now {
            return Some(Cow::Borrowed(former[*place - 1]));
        }
        let mut closest = former[0].clone();
        closest.sharing = former.iter().map(|one| one.sharing).max().flatten();
        closest.sensitivity = former.iter().map(|one| one.sensitivity).max_by_key(|one| one.map(rank)).flatten();
        Some(Cow::Owned(closest))
    };
    proposed.fields.iter().map(former).collect()
}

fn owners(dataset: &Dataset) -> impl Iterator<Item = &Organisation> {
    [&dataset.owner, &dataset.custodian].into_iter().flatten()
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

/// Listing, sharing and access are ordered from open to close by their declaration.
const _: () = {
    assert!((Listing::Full as u8) < (Listing::Hidden as u8));
    assert!((Sharing::Public as u8) < (Sharing::Closed as u8));
    assert!((cairn_model::AccessMethod::Download as u8) < (cairn_model::AccessMethod::None as u8));
};

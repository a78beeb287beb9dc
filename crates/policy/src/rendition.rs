//! Renditions: the few versions of a record that different audiences see.
//!
//! Each rendition is a document of its own in the index, with the labels that may see it and the labels that see a
//! fuller one instead. What an audience may not see is in no rendition that it can reach, so it cannot be found,
//! counted, suggested or scored.

use std::collections::BTreeSet;

use cairn_model::{
    Contact, Dataset, Field, Interval, Listing, LocalizedText, PartialDate, Problem, Quality, Sensitivity, Sharing,
    SocialLicence, Terms, Upkeep, Vocabularies,
};
use serde::{Deserialize, Serialize};

use crate::{Label, Viewer};

/// Version of what renditions show and to whom. Raise it with every change of this module, and of what it asks, that makes
/// other renditions of the same record: an index of another version is not read and is made anew, and so is what the store
/// keeps of [`labels_that_see`], so that nothing stays findable that the rules no longer show.
pub const VERSION: u32 = 2;

/// How much of a record a rendition shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RenditionLevel {
    /// All of it.
    Full,
    /// Without its restricted fields.
    Partial,
    /// That it exists, and whom to ask.
    Stub,
}

impl RenditionLevel {
    /// The code in JSON and in the index.
    pub fn code(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial => "partial",
            Self::Stub => "stub",
        }
    }
}

/// One version of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendition {
    /// How much it shows.
    pub level: RenditionLevel,
    /// What it shows: what is hidden is empty. Contacts are never in it ([`contacts_for`]).
    pub dataset: Dataset,
    /// Labels that may see it.
    pub visible_to: BTreeSet<Label>,
    /// Labels that see a fuller rendition instead.
    pub superseded_by: BTreeSet<Label>,
}

impl Rendition {
    /// Whether anyone may see it, so that it belongs to the public tier.
    pub fn is_public(&self) -> bool {
        self.visible_to.contains(&Label::public())
    }

    /// Whether duplicates of the record are looked for by this rendition: by what anyone may see, and by nothing else, so
    /// that no link tells of what is hidden. A stub says too little to be compared, and under the Chatham House Rule a link
    /// could name where the data comes from.
    pub fn is_compared(&self) -> bool {
        let is_stub = match self.level {
            RenditionLevel::Full | RenditionLevel::Partial => false,
            RenditionLevel::Stub => true,
        };
        self.is_public() && !is_stub && !self.dataset.terms.attribution_hidden
    }

    /// Whether who sees it may be told which other records it goes with. A stub says no more than it shows; under the Chatham
    /// House Rule (`attribution_hidden` of the record) only who sees all of it may know.
    pub fn tells_what_it_is(&self, attribution_hidden: bool) -> bool {
        match self.level {
            RenditionLevel::Full => true,
            RenditionLevel::Partial => !attribution_hidden,
            RenditionLevel::Stub => false,
        }
    }

    /// Whether this is the rendition that `viewer` sees.
    pub fn is_for(&self, viewer: &Viewer) -> bool {
        is_for(viewer, &self.visible_to, &self.superseded_by)
    }
}

/// Whether `viewer` is of an audience, and of none that sees more.
fn is_for(viewer: &Viewer, visible_to: &BTreeSet<Label>, superseded_by: &BTreeSet<Label>) -> bool {
    viewer.labels().any(|label| visible_to.contains(label))
        && !viewer.labels().any(|label| superseded_by.contains(label))
}

/// The rendition of a record that a viewer sees, if they may know of it at all. No other is made for it.
pub fn best_rendition(dataset: &Dataset, viewer: &Viewer) -> Option<Rendition> {
    best_version(dataset, viewer).map(|version| materialise(dataset.clone(), version))
}

fn best_version(dataset: &Dataset, viewer: &Viewer) -> Option<Version> {
    versions(dataset).into_iter().find(|version| is_for(viewer, &version.visible_to, &version.superseded_by))
}

/// The contacts that a viewer who knows of the record may see: all for those who are signed in, for others what the
/// source published openly, and nobody's but to the owner under the Chatham House Rule.
pub fn contacts_for(dataset: &Dataset, viewer: &Viewer) -> Vec<Contact> {
    let Some(version) = best_version(dataset, viewer) else { return Vec::new() };
    if dataset.terms.attribution_hidden && materialise(dataset.clone(), version).level != RenditionLevel::Full {
        return Vec::new();
    }
    let open_only = viewer.is_anonymous();
    dataset.contacts.iter().filter(|contact| contact.published_openly || !open_only).cloned().collect()
}

/// The versions of a record that different audiences see, fullest first. A record that nobody but its owner may know
/// of has one; a record without an owner is then seen by the operator alone.
pub fn renditions(dataset: &Dataset) -> Vec<Rendition> {
    into_renditions(dataset.clone())
}

/// As [`renditions`], of a record that is not needed any more.
pub fn into_renditions(dataset: Dataset) -> Vec<Rendition> {
    let mut versions = versions(&dataset);
    let Some(last) = versions.pop() else { return Vec::new() };
    let mut renditions = Vec::with_capacity(versions.len() + 1);
    for version in versions {
        renditions.push(materialise(dataset.clone(), version));
    }
    renditions.push(materialise(dataset, last));
    renditions
}

/// How many renditions a record has, without making them.
pub fn rendition_count(dataset: &Dataset) -> usize {
    versions(dataset).len()
}

/// The labels that see any rendition of a record, without making one: a viewer who holds none of them cannot tell the
/// record from an absent one.
pub fn labels_that_see(dataset: &Dataset) -> BTreeSet<Label> {
    versions(dataset).into_iter().flat_map(|version| version.visible_to).collect()
}

/// The labels that may be told where a record stands among others, by one who sees them change. All records of a run change
/// together, so that its neighbours tell where it came from: under the Chatham House Rule only who sees all of it may know
/// that.
pub fn labels_told_of_place(dataset: &Dataset) -> BTreeSet<Label> {
    if !dataset.terms.attribution_hidden {
        return labels_that_see(dataset);
    }
    // The fullest version is the closest one, and the only one with an attribution.
    versions(dataset).into_iter().next().map(|fullest| fullest.visible_to).unwrap_or_default()
}

/// Whether two versions of what somebody sees differ in more than where they come from.
pub fn looks_different(mut before: Dataset, after: &Dataset) -> bool {
    before.provenance = after.provenance.clone();
    before != *after
}

/// Whether everyone who may know of a record sees that it changed: it has the same audiences as before, and each of them
/// sees something else.
pub fn is_seen_by_all(before: &Dataset, after: &Dataset) -> bool {
    let (before, after) = (renditions(before), renditions(after));
    before.len() == after.len()
        && before.into_iter().zip(&after).all(|(before, after)| {
            before.visible_to == after.visible_to
                && before.superseded_by == after.superseded_by
                && looks_different(before.dataset, &after.dataset)
        })
}

/// A rendition before it is made: what it shows, and to whom.
struct Version {
    shows: Shows,
    visible_to: BTreeSet<Label>,
    superseded_by: BTreeSet<Label>,
}

/// What a version shows.
#[derive(Clone, Copy)]
enum Shows {
    /// Everything, fields up to a sharing level.
    FieldsUpTo(Sharing),
    /// That the record exists.
    Existence,
}

/// The audiences of a record, closest first, each without those who already see a fuller version.
fn versions(dataset: &Dataset) -> Vec<Version> {
    let mut wanted: Vec<(Shows, BTreeSet<Label>)> = Vec::new();
    if dataset.quarantine.is_empty() {
        for level in levels(dataset).into_iter().rev() {
            wanted.push((Shows::FieldsUpTo(level), audience(dataset, level)));
        }
        if let Some(labels) = stub_audience(&dataset.terms) {
            wanted.push((Shows::Existence, labels));
        }
    } else {
        wanted.push((Shows::FieldsUpTo(Sharing::Closed), audience(dataset, Sharing::Closed)));
    }

    let mut sees_fuller: BTreeSet<Label> = BTreeSet::new();
    let mut versions = Vec::new();
    for (shows, audience) in wanted {
        let mut visible_to: BTreeSet<Label> = audience.difference(&sees_fuller).cloned().collect();
        if visible_to.contains(&Label::public()) {
            // Every viewer holds the public label, so the others say nothing more.
            visible_to = BTreeSet::from([Label::public()]);
        }
        if visible_to.is_empty() {
            continue;
        }
        versions.push(Version { shows, visible_to, superseded_by: sees_fuller.clone() });
        sees_fuller.extend(audience);
    }
    versions
}

/// The sharing levels at which a record looks different, open to close.
fn levels(dataset: &Dataset) -> BTreeSet<Sharing> {
    let whole_record = record_level(&dataset.terms);
    let mut levels: BTreeSet<Sharing> = dataset.fields.iter().map(|field| field_level(field, whole_record)).collect();
    levels.retain(|level| *level > whole_record);
    levels.insert(whole_record);
    if dataset.terms.attribution_hidden {
        levels.insert(Sharing::Organisation.max(whole_record));
    }
    levels
}

fn materialise(dataset: Dataset, version: Version) -> Rendition {
    let (level, shown) = match version.shows {
        Shows::FieldsUpTo(level) => with_fields_up_to(dataset, level),
        Shows::Existence => (RenditionLevel::Stub, stub(&dataset)),
    };
    Rendition { level, dataset: finished(shown), visible_to: version.visible_to, superseded_by: version.superseded_by }
}

/// The record as the audience of `level` sees it.
fn with_fields_up_to(mut shown: Dataset, level: Sharing) -> (RenditionLevel, Dataset) {
    let whole_record = record_level(&shown.terms);
    let fields = shown.fields.len();
    shown.fields.retain(|field| field_level(field, whole_record) <= level.max(whole_record));
    let mut complete = shown.fields.len() == fields;
    if shown.terms.attribution_hidden && level < Sharing::Organisation {
        shown = without_attribution(shown);
        complete = false;
    }
    if complete {
        return (RenditionLevel::Full, shown);
    }
    // A problem names fields and quotes values that this audience may not see, and an impact note may tell of them.
    shown.provenance.problems.clear();
    shown.impact = None;
    (RenditionLevel::Partial, shown)
}

/// Who sees a field of a record: its own level, else that of the record; a sensitive field is for closer audiences,
/// whatever either says.
pub(crate) fn field_level(field: &Field, whole_record: Sharing) -> Sharing {
    let level = field.sharing.unwrap_or(whole_record);
    closest_by_sensitivity(field.sensitivity).map_or(level, |closest| level.max(closest))
}

/// The level that a field's sensitivity asks for, if it asks for one.
pub(crate) fn closest_by_sensitivity(sensitivity: Option<Sensitivity>) -> Option<Sharing> {
    match sensitivity?.handled_as() {
        Sensitivity::Low | Sensitivity::Moderate => None,
        Sensitivity::High | Sensitivity::Unknown => Some(Sharing::Restricted),
        Sensitivity::Severe => Some(Sharing::Closed),
    }
}

/// Who sees the metadata record as a whole: everyone where the owner lists it in full, else the audience of the data.
pub(crate) fn record_level(terms: &Terms) -> Sharing {
    let level = match terms.listing {
        Listing::Full => Sharing::Public,
        Listing::Stub | Listing::Hidden => terms.sharing,
    };
    match terms.sensitivity {
        Sensitivity::Low | Sensitivity::Moderate | Sensitivity::High | Sensitivity::Unknown => level,
        // Severe is never public, whatever the listing says.
        Sensitivity::Severe => level.max(Sharing::Community),
    }
}

/// The labels of those with whom `level` shares.
pub(crate) fn audience(dataset: &Dataset, level: Sharing) -> BTreeSet<Label> {
    let owners = [&dataset.owner, &dataset.custodian]
        .into_iter()
        .flatten()
        .map(|organisation| Label::organisation(&organisation.id));
    let mut labels = BTreeSet::from([Label::operator()]);
    match level {
        Sharing::Public => {
            labels.insert(Label::public());
        }
        Sharing::Community => {
            labels.insert(Label::community());
        }
        Sharing::Restricted => {
            labels.extend(owners);
            labels.extend(dataset.terms.audience_groups.iter().map(|group| Label::group(group)));
            labels.extend(dataset.terms.audience_organisations.iter().map(|id| Label::organisation(id)));
        }
        Sharing::Organisation | Sharing::Closed => labels.extend(owners),
    }
    labels
}

/// Who sees the stub, if anyone: the one place where sensitivity and listing meet.
fn stub_audience(terms: &Terms) -> Option<BTreeSet<Label>> {
    match terms.listing {
        Listing::Full | Listing::Hidden => None,
        Listing::Stub => match terms.sensitivity {
            Sensitivity::Low | Sensitivity::Moderate => Some(BTreeSet::from([Label::public()])),
            Sensitivity::High | Sensitivity::Unknown => terms.listing_agreed.then(|| BTreeSet::from([Label::public()])),
            Sensitivity::Severe => terms.listing_agreed.then(|| BTreeSet::from([Label::community()])),
        },
    }
}

/// Owner, kind, clusters, countries, years and level, and nothing else.
fn stub(dataset: &Dataset) -> Dataset {
    let terms = Terms {
        sensitivity: dataset.terms.sensitivity,
        sharing: dataset.terms.sharing,
        access_method: dataset.terms.access_method,
        listing: dataset.terms.listing,
        attribution_hidden: dataset.terms.attribution_hidden,
        ..Terms::closed()
    };
    let shown = Dataset {
        title: stub_title(dataset),
        kind: dataset.kind,
        owner: dataset.owner.clone(),
        clusters: dataset.clusters.clone(),
        countries: dataset.countries.clone(),
        coverage: dataset.coverage.as_ref().map(years_only),
        terms,
        ..Dataset::empty(dataset.id)
    };
    if dataset.terms.attribution_hidden { without_attribution(shown) } else { shown }
}

/// The title approved for listing, else kind, clusters and countries in words.
fn stub_title(dataset: &Dataset) -> LocalizedText {
    if let Some(title) = &dataset.terms.listing_title {
        return LocalizedText::undetermined(title);
    }
    let vocabularies = Vocabularies::bundled();
    let clusters = dataset.clusters.iter().map(|code| vocabularies.label("cluster", code, "en"));
    let countries = dataset.countries.iter().map(|code| vocabularies.label("country", code, "en"));
    let what: Vec<String> = clusters.chain(countries).collect();
    let kind = vocabularies.label("kind", dataset.kind.code(), "en");
    let title = if what.is_empty() { kind } else { format!("{kind}: {}", what.join(", ")) };
    LocalizedText::new("en", title)
}

fn years_only(interval: &Interval) -> Interval {
    let year = |date: PartialDate| PartialDate { year: date.year, month: None, day: None };
    Interval { start: interval.start.map(year), end: interval.end.map(year) }
}

/// Chatham House Rule: nothing that names where the data comes from, or who was in the room. The groups and organisations
/// of the audience do, and so may the marking, the reasons and the legal basis, which are the source's own words, and
/// evidence, which is an address more often than not.
fn without_attribution(mut dataset: Dataset) -> Dataset {
    dataset.source.clear();
    dataset.source_record_id.clear();
    dataset.identifiers.clear();
    dataset.publisher = None;
    dataset.owner = None;
    dataset.custodian = None;
    dataset.steward = None;
    dataset.landing_page = None;
    dataset.distributions.clear();
    dataset.partnerships.clear();
    dataset.upkeep = dataset.upkeep.map(|upkeep| Upkeep { successor: None, ..upkeep });
    dataset.social_licence =
        dataset.social_licence.map(|licence| SocialLicence { evidence: None, engagements: Vec::new(), ..licence });
    dataset.licence = dataset.licence.map(|licence| cairn_model::Licence { text: None, url: None, ..licence });
    dataset.terms.audience_groups.clear();
    dataset.terms.audience_organisations.clear();
    dataset.terms.classification_text = None;
    dataset.terms.reasons.clear();
    dataset.terms.legal_basis = None;
    dataset.terms.agreements.clear();
    dataset.provenance.problems.clear();
    dataset
}

/// Whether a problem tells that there is a contact: readers name its place in the words of the source.
fn is_about_contacts(problem: &Problem) -> bool {
    problem.code == "not-a-mail-address" || problem.field.starts_with("contacts")
}

/// What holds for every rendition: no contacts and no word of them, no links to records that the audience may not know, its own quality.
fn finished(mut dataset: Dataset) -> Dataset {
    dataset.contacts.clear();
    dataset.provenance.problems.retain(|problem| !is_about_contacts(problem));
    dataset.provenance.duplicates_of.clear();
    dataset.provenance.quality = Quality::of(&dataset);
    dataset
}

//! What is proposed for the terms of a record, and why: compared with what stands, and applied by nobody but a person.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Dataset, Field, Sensitivity, Sharing};
use serde::Serialize;

use super::phrases::Words;
use super::{FieldClass, Profiles, class_of_field};
use crate::rendition::{field_level, record_level};

/// Most letters of a text that are looked at for the words of rules.
const READ_OF_A_TEXT: usize = 20_000;

/// What is proposed for a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proposal {
    /// How sensitive it is by the rules that hold, if any does.
    pub sensitivity: Option<Sensitivity>,
    /// With whom it may be shared by them.
    pub sharing: Option<Sharing>,
    /// Fields whose names tell what they are, in the order of the record.
    pub fields: Vec<FieldProposal>,
    /// The rules that hold, the most sensitive first.
    pub reasons: Vec<ProposalReason>,
    /// Whether any part of it would let somebody see or have more than what stands.
    pub opens: bool,
    /// Whether any part of it would let somebody see or have less.
    pub closes: bool,
}

/// What is proposed for a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProposal {
    /// Its name in the record.
    pub name: String,
    /// What its name says it tells.
    pub class: FieldClass,
    /// How sensitive it is.
    pub sensitivity: Sensitivity,
    /// With whom it may be shared; `None` for as the record.
    pub sharing: Option<Sharing>,
    /// The form in which it can be shared.
    pub shareable_form: &'static str,
    /// Why, in a sentence.
    pub because: &'static str,
    /// Whether more could see the field than by what stands.
    pub opens: bool,
    /// Whether fewer could.
    pub closes: bool,
}

/// A rule that holds for a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposalReason {
    /// Id of the rule.
    pub rule: String,
    /// Id of the profile; `None` for a rule that holds in all of them.
    pub profile: Option<String>,
    /// Version of the profile.
    pub version: Option<String>,
    /// What the rule proposes.
    pub sensitivity: Sensitivity,
    /// What it proposes of sharing.
    pub sharing: Sharing,
    /// Why, in a sentence.
    pub because: String,
}

/// What the profiles that hold on a day (days since 1970-01-01), and the names of its fields, propose for a record. Of several
/// rules that hold, the highest sensitivity and the closest sharing are proposed.
pub fn propose(dataset: &Dataset, profiles: &Profiles, today: i64) -> Proposal {
    let classes: Vec<Option<FieldClass>> = dataset.fields.iter().map(|field| class_of_field(&field.name)).collect();
    let present: BTreeSet<FieldClass> = classes.iter().flatten().copied().collect();
    let texts = texts_of(dataset);
    let mut reasons: Vec<ProposalReason> = profiles
        .rules_for(dataset, today)
        .into_iter()
        .filter(|(_, rule)| rule.holds(dataset, &texts, &present))
        .map(|(profile, rule)| ProposalReason {
            rule: rule.id.clone(),
            profile: Some(profile.id.clone()),
            version: Some(profile.version.clone()),
            sensitivity: rule.sensitivity,
            sharing: rule.sharing,
            because: rule.because.clone(),
        })
        .collect();
    reasons.extend(group_privacy(dataset, &present));
    reasons.sort_by_key(|reason| (std::cmp::Reverse((reason.sensitivity, reason.sharing)), reason.rule.clone()));

    let fields: Vec<FieldProposal> = dataset
        .fields
        .iter()
        .zip(classes)
        .filter_map(|(field, class)| Some(propose_field(field, class?, record_level(&dataset.terms))))
        .collect();
    let sensitivity = reasons.iter().map(|reason| reason.sensitivity).max();
    let sharing = reasons.iter().map(|reason| reason.sharing).max();
    let (stands, shared) = (dataset.terms.sensitivity.handled_as(), dataset.terms.sharing);
    Proposal {
        opens: sensitivity.is_some_and(|level| level < stands)
            || sharing.is_some_and(|level| level < shared)
            || fields.iter().any(|field| field.opens),
        closes: sensitivity.is_some_and(|level| level > stands)
            || sharing.is_some_and(|level| level > shared)
            || fields.iter().any(|field| field.closes),
        sensitivity,
        sharing,
        fields,
        reasons,
    }
}

/// What holds in every profile: data that tells of groups whom it could harm is moderate at least.
fn group_privacy(dataset: &Dataset, present: &BTreeSet<FieldClass>) -> Option<ProposalReason> {
    let because = if dataset.group_privacy == Some(true) {
        "The record is marked as one that tells of groups or communities whom it could harm."
    } else if present.iter().any(|class| class.tells_of_groups()) {
        "A field tells of a group or community, which can be harmed as such."
    } else {
        return None;
    };
    Some(ProposalReason {
        rule: "group-privacy".to_owned(),
        profile: None,
        version: None,
        sensitivity: Sensitivity::Moderate,
        sharing: Sharing::Community,
        because: because.to_owned(),
    })
}

fn propose_field(field: &Field, class: FieldClass, whole_record: Sharing) -> FieldProposal {
    let proposed = Field { sensitivity: Some(class.sensitivity()), sharing: class.sharing(), ..Field::default() };
    let (stands, would) = (field_level(field, whole_record), field_level(&proposed, whole_record));
    let level = |field: &Field| field.sensitivity.map(Sensitivity::handled_as);
    FieldProposal {
        name: field.name.clone(),
        class,
        sensitivity: class.sensitivity(),
        sharing: class.sharing(),
        shareable_form: class.shareable_form(),
        because: class.because(),
        opens: would < stands || level(field).is_some_and(|stated| class.sensitivity() < stated),
        closes: would > stands,
    }
}

/// What is said of a record: titles, descriptions, keywords and topics.
fn texts_of(dataset: &Dataset) -> Vec<Words> {
    let keywords: &BTreeMap<String, Vec<String>> = &dataset.keywords;
    let head = |text: &str| Words::of(&text[..text.floor_char_boundary(READ_OF_A_TEXT)]);
    dataset
        .title
        .texts()
        .chain(dataset.description.texts())
        .map(head)
        .chain(keywords.values().flatten().chain(&dataset.topics).map(|text| head(text)))
        .collect()
}

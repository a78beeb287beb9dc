//! The terms of an agreement in words.

use cairn_catalog::{Catalog, CatalogError};
use cairn_model::LocalizedText;
use cairn_model::agreement::{
    AccessGrant, AggregateLimits, AgreementTerms, FieldScope, FrameworkReference, FrameworkStage, Obligation, Party,
    Period, Selector, Trigger, TriggerKind,
};
use cairn_policy::Viewer;
use jiff::Timestamp;

use crate::web::dataset::instant_in_words;
use crate::web::frameworks::stage_in_words;
use crate::web::names::{LANGUAGE, NamedRecord, named_record, organisation_name, words};
use crate::web::page::PageError;

/// Records that a page names; the API has all.
const MOST_RECORDS: usize = 50;

/// Terms in words.
pub(super) struct ShownTerms {
    pub(super) parties: Vec<ShownParty>,
    /// The records that it names.
    pub(super) records: Vec<NamedRecord>,
    pub(super) more_records: usize,
    /// What else says which data it covers.
    pub(super) covers: Vec<(&'static str, String)>,
    /// For what, in which form, and when.
    pub(super) rows: Vec<(&'static str, String)>,
    pub(super) obligations: Vec<String>,
    pub(super) safeguards: Vec<String>,
    pub(super) framework: Option<ShownFramework>,
}

pub(super) struct ShownParty {
    pub(super) name: String,
    /// Where it is shown, for a group that the viewer may know of.
    pub(super) address: Option<String>,
    pub(super) role: String,
    pub(super) on_behalf_of: Option<String>,
}

/// The version of a framework under which an agreement is made.
pub(super) struct ShownFramework {
    pub(super) address: String,
    pub(super) title: String,
    pub(super) version: u32,
    /// Where it stands.
    pub(super) state: Option<String>,
    pub(super) commitments: Vec<String>,
    /// How many comments were made on this version, for who may read them.
    pub(super) comments: usize,
}

/// Terms as a viewer reads them who may know of the agreement, but not of everything that it names.
pub(super) async fn shown(
    catalog: &Catalog,
    viewer: &Viewer,
    terms: &AgreementTerms,
    now: Timestamp,
) -> Result<ShownTerms, PageError> {
    let mut parties = Vec::with_capacity(terms.parties.len());
    for party in &terms.parties {
        let (name, address) = party_name(catalog, viewer, party).await;
        let on_behalf_of = match &party.on_behalf_of {
            Some(owner) => Some(organisation_name(catalog, viewer, owner).await),
            None => None,
        };
        let role = catalog.vocabularies().label("party-role", party.role.code(), LANGUAGE);
        parties.push(ShownParty { name, address, role, on_behalf_of });
    }
    let mut records = Vec::new();
    for record in terms.covers.records.iter().take(MOST_RECORDS) {
        records.push(named_record(catalog, viewer, *record).await?);
    }
    let mut covers = covers(catalog, viewer, &terms.covers).await;
    covers.extend(fields(catalog, &terms.fields));
    let label = |code: &String| catalog.vocabularies().label("safeguard", code, LANGUAGE);
    Ok(ShownTerms {
        parties,
        records,
        more_records: terms.covers.records.len().saturating_sub(MOST_RECORDS),
        covers,
        rows: rows(catalog, terms),
        obligations: terms.obligations.iter().map(|one| obligation(catalog, one)).collect(),
        safeguards: terms.safeguards.iter().map(label).collect(),
        framework: framework(catalog, viewer, terms.framework.as_ref(), now).await?,
    })
}

/// The name of a party, and where it is shown.
pub(super) async fn party_name(catalog: &Catalog, viewer: &Viewer, party: &Party) -> (String, Option<String>) {
    if let Some(organisation) = &party.organisation {
        return (organisation_name(catalog, viewer, organisation).await, None);
    }
    let id = party.group.as_deref().unwrap_or_default();
    match catalog.group(viewer, id).await {
        Ok(group) => {
            let name = group.body.profile.name.best(LANGUAGE).unwrap_or(id).to_owned();
            (name, Some(format!("/group/{id}")))
        }
        // Its id stands in the terms, which the viewer reads.
        Err(_) => (id.to_owned(), None),
    }
}

async fn covers(catalog: &Catalog, viewer: &Viewer, selector: &Selector) -> Vec<(&'static str, String)> {
    let mut owners = Vec::new();
    for owner in &selector.owners {
        owners.push(organisation_name(catalog, viewer, owner).await);
    }
    let kinds: Vec<String> = selector.kinds.iter().map(|kind| kind.code().to_owned()).collect();
    let most = selector.most_sensitive.map(|most| catalog.vocabularies().label("sensitivity", most.code(), LANGUAGE));
    stated([
        ("Owned by", owners.join(", ")),
        ("Of the sources", selector.sources.join(", ")),
        ("Clusters", words(catalog, "cluster", &selector.clusters)),
        ("Countries", words(catalog, "country", &selector.countries)),
        ("Kinds of holding", words(catalog, "kind", &kinds)),
        ("Topics", selector.topics.join(", ")),
        ("At most so sensitive", most.unwrap_or_default()),
    ])
}

fn fields(catalog: &Catalog, scope: &FieldScope) -> Vec<(&'static str, String)> {
    if scope.is_whole() {
        return vec![("Fields", "All, but what is severe or closed".to_owned())];
    }
    let most = scope.at_most.map(|most| catalog.vocabularies().label("sensitivity", most.code(), LANGUAGE));
    stated([("Fields", scope.names.join(", ")), ("Fields that are at most so sensitive", most.unwrap_or_default())])
}

fn rows(catalog: &Catalog, terms: &AgreementTerms) -> Vec<(&'static str, String)> {
    let label = |vocabulary: &str, code: &str| catalog.vocabularies().label(vocabulary, code, LANGUAGE);
    let jurisdictions = match words(catalog, "country", &terms.jurisdictions) {
        places if places.is_empty() => "Anywhere".to_owned(),
        places => places,
    };
    stated([
        ("For", words(catalog, "purpose", &terms.purposes)),
        ("Never for", words(catalog, "purpose", &terms.prohibited_purposes)),
        ("In which form at most", label("access-form", terms.access.at_most.code())),
        ("Limits of what is counted", limits(&terms.access)),
        ("May be moved", label("transfer", terms.transfer.code())),
        ("May be kept in", jurisdictions),
        ("Valid", period(terms.validity)),
        ("Opens", trigger(catalog, &terms.trigger)),
    ])
}

/// The rows in which something stands.
fn stated<const N: usize>(rows: [(&'static str, String); N]) -> Vec<(&'static str, String)> {
    rows.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

fn limits(grant: &AccessGrant) -> String {
    let limits = grant.aggregate.map(|AggregateLimits { finest_admin_level, minimum_cell_size }| {
        format!("by administrative level {finest_admin_level} at the finest, no count below {minimum_cell_size}")
    });
    let noise = grant.epsilon.map(|epsilon| format!("differentially private with epsilon {epsilon} at most"));
    limits.into_iter().chain(noise).collect::<Vec<_>>().join("; ")
}

fn period(period: Period) -> String {
    let from = instant_in_words(period.from);
    match period.until {
        Some(until) => format!("from {from} until {}", instant_in_words(until)),
        None => format!("from {from}, without an end"),
    }
}

fn trigger(catalog: &Catalog, trigger: &Trigger) -> String {
    if trigger.when == TriggerKind::Always {
        return "At once: it waits for no crisis".to_owned();
    }
    let glides: Vec<&str> = trigger.glides.iter().map(cairn_model::agreement::Glide::as_str).collect();
    let countries = words(catalog, "country", &trigger.countries);
    let named = [glides.join(", "), countries].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
    format!("While a crisis is active: {}", named.join("; "))
}

fn obligation(catalog: &Catalog, obligation: &Obligation) -> String {
    let label = catalog.vocabularies().label("obligation", obligation.kind.code(), LANGUAGE);
    let days = obligation.days.map(|days| if days == 1 { "1 day".to_owned() } else { format!("{days} days") });
    let by = obligation.by.map(instant_in_words);
    let further = days.into_iter().chain(by).chain(obligation.text.clone()).collect::<Vec<_>>();
    if further.is_empty() { label } else { format!("{label}: {}", further.join("; ")) }
}

async fn framework(
    catalog: &Catalog,
    viewer: &Viewer,
    named: Option<&FrameworkReference>,
    now: Timestamp,
) -> Result<Option<ShownFramework>, PageError> {
    let Some(named) = named else { return Ok(None) };
    let known = match catalog.framework(viewer, &named.id).await {
        Ok(known) => Some(known.body),
        Err(CatalogError::NotFound(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let comments = known.iter().flat_map(|known| &known.comments).filter(|one| one.version == named.version).count();
    let version = known.iter().flat_map(|known| &known.versions).find(|one| one.version == named.version);
    let in_english = |text: &LocalizedText| text.best(LANGUAGE).unwrap_or_default().to_owned();
    Ok(Some(ShownFramework {
        address: format!("/framework/{}", named.id),
        title: version.map_or_else(|| named.id.clone(), |one| in_english(&one.content.title)),
        version: named.version,
        state: version.map(|one| {
            let stage = stage_in_words(one.stage);
            let is_published = one.stage != FrameworkStage::Draft && one.stage != FrameworkStage::Superseded;
            match one.content.effective_from {
                None if is_published => format!("{stage}; nobody has said from when it counts"),
                Some(from) if is_published && from > now => format!("{stage}; counts from {}", instant_in_words(from)),
                _ => stage.to_owned(),
            }
        }),
        commitments: version
            .into_iter()
            .flat_map(|one| &one.content.commitments)
            .map(|one| in_english(&one.title))
            .collect(),
        comments,
    }))
}

//! `/dataset/{id}`: a record with its terms in words.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Html;
use cairn_catalog::{Catalog, Duplicate, LONG_UNREACHABLE};
use cairn_model::agreement::AggregateLimits;
use cairn_model::{
    AccessMethod, AggregateBounds, Dataset, ImpactNote, Interval, Listing, PartialDate, Sensitivity, Sharing,
    SocialLicence, SocialLicenceStatus, Terms,
};
use cairn_policy::RenditionLevel;
use cairn_policy::access::leaves_to_ask;
use jiff::Timestamp;

use super::audiences::audiences;
use super::bounds::{MOST_NAMES, names, shortened};
use super::contacts::{Contacts, contacts};
use super::goes_with::{GoesWith, goes_with};
use super::page::{ExternalLink, PageError, render, safe_link};
use super::plain_text::paragraphs;
use super::related::{RelatedRow, related};
use super::search::{Badge, badge};
use super::texts::{Text, texts};
use super::visitor::{Header, Visitor};
use crate::addresses::without_user_information;
use crate::api::dataset_body::{freshness, holder};
use crate::api::datasets::record_id;
use crate::error::ApiError;
use crate::extract::{Client, PathOf};
use crate::parameters::Parameters;
use crate::state::AppState;

/// Rows of a table that a page shows; the API has all.
const MOST_ROWS: usize = 200;

#[derive(Template)]
#[template(path = "dataset.html")]
struct DatasetPage {
    language: &'static str,
    header: Header,
    id: String,
    /// Title and description in the language that was asked for, or the nearest.
    text: Text,
    /// The same in other languages.
    other_texts: Vec<Text>,
    stub: bool,
    partial: bool,
    owner: Option<String>,
    publisher: Option<String>,
    custodian: Option<String>,
    kind: String,
    sharing: Badge,
    sensitivity: Badge,
    access: Badge,
    who: &'static str,
    how: &'static str,
    care: &'static str,
    listing: &'static str,
    tlp: &'static str,
    terms: Vec<(&'static str, String)>,
    facts: Vec<(&'static str, String)>,
    /// What is said of the harm that the data could do, where that is shown.
    impact: Option<Impact>,
    /// Who sees how much of it, told to the people of its owner alone.
    audiences: Vec<(String, &'static str)>,
    /// Whether its source is not reached for so long that it is said at the top.
    long_unreachable: bool,
    keywords: Vec<String>,
    more_keywords: usize,
    fields: Vec<FieldRow>,
    more_fields: usize,
    files: Vec<FileRow>,
    more_files: usize,
    contacts: Contacts,
    /// Where access is asked for, if there is something to ask its owner for, who is another than the viewer's organisation.
    asked_at: Option<String>,
    landing_page: Option<ExternalLink>,
    quarantine: Vec<String>,
    missing: Vec<String>,
    quality: u32,
    /// Dimensions of it, with their percents.
    dimensions: Vec<(String, u32)>,
    link: String,
    goes_with: GoesWith,
    /// Records that surely are the same data.
    also_at: Vec<OtherRecord>,
    /// Records that may be.
    looks_like: Vec<OtherRecord>,
    related: Vec<RelatedRow>,
}

/// An impact note in words.
struct Impact {
    group_privacy: bool,
    summary: Vec<String>,
    affected_groups: Vec<String>,
    mitigations: Vec<String>,
    dates: Vec<(&'static str, String)>,
}

struct OtherRecord {
    address: String,
    title: String,
    source: String,
}

struct FieldRow {
    name: String,
    description: String,
    sensitivity: String,
    shareable_form: String,
}

struct FileRow {
    title: String,
    format: String,
    link: Option<ExternalLink>,
    text: Option<String>,
    modified: Option<String>,
}

/// Shows a record, as far as the viewer may see it.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    Client(client): Client,
    id: Result<PathOf<String>, ApiError>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, PageError> {
    const LANGUAGE: &str = "en";
    let asked = Parameters::parse(query.as_deref());
    // An address that somebody mistyped leads to the record all the same.
    let of_texts = asked.language().unwrap_or(LANGUAGE);
    let Visitor { viewer, header } = visitor?;
    let PathOf(id) = id?;
    let id = record_id(&id)?;
    let view = state.catalog.dataset(&viewer, id).await?;
    let contacts = contacts(&state, &viewer, client, id, &asked).await?;
    let vocabularies = state.catalog.vocabularies();
    let dataset = view.dataset;
    let level = |vocabulary: &str, code: &str| badge(vocabulary, code, LANGUAGE, vocabularies);
    let terms = &dataset.terms;
    let source = state.catalog.source_title(&dataset.source);
    let now = Timestamp::now();
    let unreachable_since = view.source_unreachable_since;
    let mut facts = facts(&dataset, source, vocabularies, LANGUAGE);
    if let Some(since) = unreachable_since {
        facts.push(("State of the source", format!("source unreachable since {}", day_in_words(since))));
    }
    if let Some(code) = freshness(&dataset, vocabularies, now) {
        facts.push(("Up to date?", vocabularies.label("freshness", code, LANGUAGE)));
    }
    let owner = holder(&dataset).map(|one| one.name().to_owned());
    let is_own = |own: &str| dataset.owner.as_ref().or(dataset.publisher.as_ref()).is_some_and(|one| one.id == own);
    let can_be_asked = leaves_to_ask(terms.sharing, terms.access_method) && !viewer.organisation().is_some_and(is_own);
    let landing_page = dataset.landing_page.as_deref().and_then(safe_link);
    let has_links = landing_page.is_some()
        || dataset.distributions.iter().any(|one| one.url.as_deref().and_then(safe_link).is_some());
    // A record can be read while the index cannot.
    let duplicates = state.catalog.duplicates(&viewer, id).await.unwrap_or_default();
    let related = related(&state.catalog, &viewer, id, &duplicates, LANGUAGE).await;
    let (sure, unsure): (Vec<Duplicate>, Vec<Duplicate>) = duplicates.into_iter().partition(Duplicate::is_sure);
    let others = |duplicates: &[Duplicate]| {
        duplicates.iter().take(MOST_ROWS).map(|one| other_record(one, LANGUAGE, &state.catalog)).collect()
    };
    let (text, other_texts) = texts(&dataset, of_texts, vocabularies);
    let keywords = || dataset.keywords.values().flatten();
    render(&DatasetPage {
        language: LANGUAGE,
        header,
        goes_with: goes_with(&state.catalog, &viewer, id).await?,
        also_at: others(&sure),
        looks_like: others(&unsure),
        related,
        link: format!("{}/dataset/{}", state.public_url, dataset.id),
        id: dataset.id.to_string(),
        text,
        other_texts,
        stub: view.level == RenditionLevel::Stub,
        partial: view.level == RenditionLevel::Partial,
        owner: owner.clone(),
        publisher: dataset.publisher.as_ref().map(|one| one.name.clone()),
        custodian: dataset.custodian.as_ref().map(|one| one.name.clone()).filter(|name| Some(name) != owner.as_ref()),
        kind: vocabularies.label("kind", dataset.kind.code(), LANGUAGE),
        sharing: level("sharing", terms.sharing.code()),
        sensitivity: level("sensitivity", terms.sensitivity.code()),
        access: level("access", terms.access_method.code()),
        who: who_may_have_it(terms.sharing),
        how: how_to_get_it(terms.access_method, has_links),
        care: what_care_it_needs(terms.sensitivity),
        listing: what_outsiders_see(terms.listing),
        tlp: terms.tlp().code(),
        terms: further_terms(terms, dataset.social_licence.as_ref(), vocabularies, LANGUAGE),
        facts,
        impact: impact(&dataset),
        audiences: audiences(&state.catalog, &viewer, id).await?,
        long_unreachable: unreachable_since.is_some_and(|since| now.duration_since(since) > LONG_UNREACHABLE),
        keywords: keywords().take(MOST_NAMES).map(|one| shortened(one)).collect(),
        more_keywords: keywords().count().saturating_sub(MOST_NAMES),
        fields: dataset.fields.iter().take(MOST_ROWS).map(|field| field_row(field, vocabularies)).collect(),
        more_fields: dataset.fields.len().saturating_sub(MOST_ROWS),
        more_files: dataset.distributions.len().saturating_sub(MOST_ROWS),
        files: dataset.distributions.iter().take(MOST_ROWS).map(file).collect(),
        contacts,
        asked_at: can_be_asked.then(|| format!("/dataset/{id}/request")),
        landing_page,
        quarantine: dataset.quarantine.iter().map(|one| one.message.clone()).collect(),
        missing: dataset.provenance.quality.missing.iter().map(|one| one.replace(['_', '-'], " ")).collect(),
        quality: percent(dataset.provenance.quality.score),
        dimensions: dataset
            .provenance
            .quality
            .dimensions()
            .into_iter()
            .map(|(dimension, share)| (dimension.code().replace('-', " "), percent(share)))
            .collect(),
    })
}

/// The impact note and the flag beside it, as far as the rendition holds them.
fn impact(dataset: &Dataset) -> Option<Impact> {
    let group_privacy = dataset.group_privacy == Some(true);
    let note = match (&dataset.impact, group_privacy) {
        (Some(note), _) => note.clone(),
        (None, true) => ImpactNote::default(),
        (None, false) => return None,
    };
    let dates = [("Found out", note.assessed_on), ("Asked again by", note.review_by)];
    Some(Impact {
        group_privacy,
        summary: paragraphs(&note.summary),
        affected_groups: note.affected_groups,
        mitigations: note.mitigations,
        dates: dates.into_iter().filter_map(|(name, date)| Some((name, words(date?)))).collect(),
    })
}

fn other_record(duplicate: &Duplicate, language: &str, catalog: &Catalog) -> OtherRecord {
    OtherRecord {
        address: format!("/dataset/{}", duplicate.id),
        title: duplicate.title.best(language).unwrap_or_default().to_owned(),
        source: catalog.source_title(&duplicate.source),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a score lies between 0 and 1")]
pub(super) fn percent(score: f64) -> u32 {
    (score.clamp(0.0, 1.0) * 100.0).round() as u32
}

pub(super) fn who_may_have_it(sharing: Sharing) -> &'static str {
    match sharing {
        Sharing::Public => "Anyone may have the data.",
        Sharing::Community => "Any registered organisation may have the data; it is not for publication.",
        Sharing::Restricted => "Only the groups and organisations that the owner names may have the data.",
        Sharing::Organisation => "The data stays inside the owner's organisation.",
        Sharing::Closed => "The data is for single people whom the owner names.",
    }
}

fn how_to_get_it(access: AccessMethod, has_links: bool) -> &'static str {
    match access {
        AccessMethod::Download if has_links => "Follow the links below.",
        AccessMethod::Download => "No link is given: ask the owner.",
        AccessMethod::OnRequest => "Ask the owner, and say what you need it for.",
        AccessMethod::Licensed => "Sign a licence or data sharing agreement with the owner.",
        AccessMethod::Enclave => "The data is worked with on the owner's premises or machine only.",
        AccessMethod::FederatedQuery => "Send your question; the owner runs it where the data is.",
        AccessMethod::AggregateOnly => "Only totals are given out, never single records.",
        AccessMethod::None => "The data is not given out.",
    }
}

pub(super) fn what_care_it_needs(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::Low => "Its disclosure is unlikely to harm anyone.",
        Sensitivity::Moderate => "Its disclosure could cause minor harm or disadvantage.",
        Sensitivity::High => "Its disclosure could cause serious harm to people or to the response.",
        Sensitivity::Severe => "Its disclosure could put lives at risk.",
        Sensitivity::Unknown => "Nobody has said how sensitive it is: treat it as high.",
    }
}

pub(super) fn what_outsiders_see(listing: Listing) -> &'static str {
    match listing {
        Listing::Full => "Everyone can see this description.",
        Listing::Stub => "Others see only that the holding exists, and whom to ask.",
        Listing::Hidden => "Others do not see that it exists.",
    }
}

fn what_people_say(status: SocialLicenceStatus) -> &'static str {
    match status {
        SocialLicenceStatus::None => "Nobody asked them.",
        SocialLicenceStatus::Sought => "They are being asked whether they agree to its use.",
        SocialLicenceStatus::Granted => "They agree to its use.",
        SocialLicenceStatus::Conditional => "They agree to its use on conditions.",
        SocialLicenceStatus::Contested => "Whether they agree to its use is disputed.",
        SocialLicenceStatus::Withdrawn => "They do not agree to its use any more: nobody may have it.",
    }
}

fn further_terms(
    terms: &Terms,
    social_licence: Option<&SocialLicence>,
    vocabularies: &cairn_model::Vocabularies,
    language: &str,
) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    let mut row = |name: &'static str, text: String| {
        if !text.is_empty() {
            rows.push((name, text));
        }
    };
    let audience: Vec<String> = terms
        .audience_groups
        .iter()
        .map(|group| match group.strip_prefix("cluster:") {
            Some(code) => vocabularies.label("cluster", code, language),
            None => group.clone(),
        })
        .chain(terms.audience_organisations.iter().cloned())
        .collect();
    row("Named audience", audience.join(", "));
    row("Why it is not open", terms.reasons.join("; "));
    let class = terms.classification.map(|one| vocabularies.label("classification", one.code(), language));
    row("Classification", class.unwrap_or_default());
    row("Marked by its source as", terms.classification_text.clone().unwrap_or_default());
    row("Legal basis", terms.legal_basis.clone().unwrap_or_default());
    row("Jurisdictions", terms.jurisdictions.join(", "));
    let transfer = terms.transfer.map(|one| vocabularies.label("transfer", one.code(), language));
    row("Transfer", transfer.unwrap_or_default());
    row("Terms to be reviewed by", terms.review_by.map(words).unwrap_or_default());
    if let Some(licence) = social_licence {
        row("The people it is about", what_people_say(licence.status).to_owned());
        row("On their conditions", licence.conditions.join("; "));
        row("They are asked again by", licence.expires.map(words).unwrap_or_default());
    }
    if terms.attribution_hidden {
        row("Attribution", "Chatham House Rule: the source is not named to others.".to_owned());
    }
    rows
}

fn facts(
    dataset: &Dataset,
    source: String,
    vocabularies: &cairn_model::Vocabularies,
    language: &str,
) -> Vec<(&'static str, String)> {
    let labels = |vocabulary: &str, codes: &[String]| {
        let labels: Vec<String> = codes.iter().map(|code| vocabularies.label(vocabulary, code, language)).collect();
        labels.join(", ")
    };
    let frequency = dataset.update_frequency.as_ref();
    let upkeep = dataset.upkeep.as_ref();
    let cost = upkeep.and_then(|one| one.cost).map(|cost| vocabularies.label("cost", cost.code(), language));
    let rows = [
        ("Countries", labels("country", &dataset.countries)),
        ("Places", names(dataset.places.iter().map(|place| place.name.as_str()))),
        (
            "Finest place",
            dataset
                .geographic_precision
                .map(|one| vocabularies.label("precision", one.code(), language))
                .unwrap_or_default(),
        ),
        ("Clusters", labels("cluster", &dataset.clusters)),
        ("Topics", names(dataset.topics.iter().map(String::as_str))),
        ("Period", dataset.coverage.as_ref().map(period).unwrap_or_default()),
        ("First published", dataset.issued.as_ref().map(|one| words(one.date)).unwrap_or_default()),
        ("Data last changed", dataset.modified.as_ref().map(|one| words(one.date)).unwrap_or_default()),
        ("Updated", frequency.map(|one| vocabularies.label("frequency", &one.0, language)).unwrap_or_default()),
        ("People", labels("population-group", &dataset.population_groups)),
        ("By sex", yes_or_no(dataset.disaggregated_by_sex)),
        ("By age", yes_or_no(dataset.disaggregated_by_age)),
        ("Languages", labels("language", &dataset.languages)),
        ("Method", dataset.methodology.clone().unwrap_or_default()),
        ("Beware", dataset.caveats.clone().unwrap_or_default()),
        ("Licence", dataset.licence.as_ref().map(|one| licence(one, vocabularies, language)).unwrap_or_default()),
        ("What it costs", cost.unwrap_or_default()),
        ("Afterwards kept by", upkeep.and_then(|one| one.successor.clone()).unwrap_or_default()),
        ("Kept until", upkeep.and_then(|one| one.kept_until).map(words).unwrap_or_default()),
        ("Aggregates", dataset.aggregates.as_ref().map(bounds).unwrap_or_default()),
        ("Source", source),
    ];
    rows.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, shortened(&text))).collect()
}

/// How coarse aggregates are, in words.
fn bounds(bounds: &AggregateBounds) -> String {
    let limits = bounds.limits.map(|limits| {
        let AggregateLimits { finest_admin_level, minimum_cell_size } = limits;
        format!("by administrative level {finest_admin_level} at the finest, no count below {minimum_cell_size}")
    });
    let noise = bounds.epsilon.map(|epsilon| format!("differentially private with epsilon {epsilon} at most"));
    limits.into_iter().chain(noise).collect::<Vec<_>>().join("; ")
}

/// A licence of the vocabulary by its name, any other in its own words.
fn licence(licence: &cairn_model::Licence, vocabularies: &cairn_model::Vocabularies, language: &str) -> String {
    match &licence.text {
        Some(text) if licence.code == "other" && !text.trim().is_empty() => text.clone(),
        _ => vocabularies.label("licence", &licence.code, language),
    }
}

fn yes_or_no(answer: Option<bool>) -> String {
    match answer {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => String::new(),
    }
}

fn field_row(field: &cairn_model::Field, vocabularies: &cairn_model::Vocabularies) -> FieldRow {
    let label = |code: &str| vocabularies.label("sensitivity", code, "en");
    FieldRow {
        name: field.name.clone(),
        description: shortened(field.description.as_deref().unwrap_or_default()),
        sensitivity: field.sensitivity.map(|one| label(one.code())).unwrap_or_default(),
        shareable_form: field.shareable_form.clone().unwrap_or_default(),
    }
}

fn file(distribution: &cairn_model::Distribution) -> FileRow {
    let link = distribution.url.as_deref().and_then(safe_link);
    FileRow {
        title: distribution.title.clone().or_else(|| distribution.format.clone()).unwrap_or_else(|| "File".to_owned()),
        // A file without a title goes by its format, which is said once.
        format: distribution.title.as_ref().and(distribution.format.clone()).unwrap_or_default(),
        text: if link.is_none() { distribution.url.as_deref().map(without_user_information) } else { None },
        link,
        modified: distribution.modified.as_ref().map(|stamp| words(stamp.date)),
    }
}

/// An interval in words that cannot be misread.
pub(crate) fn period(interval: &Interval) -> String {
    match (interval.start, interval.end) {
        (Some(start), Some(end)) if start == end => words(start),
        (Some(start), Some(end)) => format!("{} to {}", words(start), words(end)),
        (Some(start), None) => format!("since {}", words(start)),
        (None, Some(end)) => format!("until {}", words(end)),
        (None, None) => String::new(),
    }
}

/// An ISO 8601 date in words.
pub(crate) fn date_in_words(text: &str) -> String {
    PartialDate::try_from(text.to_owned()).map_or_else(|_| text.to_owned(), words)
}

/// An instant to the minute, with its time zone: 12 Mar 2026, 14:05 UTC.
pub(super) fn instant_in_words(at: Timestamp) -> String {
    format!("{}, {} UTC", day_in_words(at), at.strftime("%H:%M"))
}

/// The day of an instant, in UTC, in words.
fn day_in_words(at: Timestamp) -> String {
    date_in_words(&at.strftime("%Y-%m-%d").to_string())
}

/// A date in words that cannot be misread: 12 Mar 2026.
fn words(date: PartialDate) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = date.month.and_then(|month| MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?));
    match (date.day, month) {
        (Some(day), Some(month)) => format!("{day} {month} {}", date.year),
        (None, Some(month)) => format!("{month} {}", date.year),
        _ => date.year.to_string(),
    }
}

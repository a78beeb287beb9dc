//! Records of another Cairn: the JSON of `GET /api/v1/datasets/{id}`, and the change feed that carries it.
//!
//! `GET /api/v1/changes?since=` answers as the viewer of the token may see:
//!
//! ```json
//! {"changes": [{"id": "…", "deleted": false, "dataset": {"id": "…", "rendition": "full", "title": "…"}}],
//!  "next": "where what follows begins, now or later", "complete": true}
//! ```
//!
//! `dataset` is the same JSON as that of the single call, and absent where `deleted` is true: a tombstone. `complete`
//! says whether the feed has been read to its end.
//!
//! A record that came from another Cairn carries its id there under the scheme `cairn`. What the other Cairn has from a
//! Cairn itself is passed over: it is had from where it comes from, and two that follow each other do not hand the same
//! record to and fro, each time as a new one.

mod terms;

use std::cell::Cell;

use cairn_model::agreement::AggregateLimits;
use cairn_model::{
    AggregateBounds, CostModel, Draft, DraftDistribution, DraftOrganisation, DraftPlace, Engagement, EngagementMethod,
    Field, Identifier, ImpactNote, LocalizedText, Partnership, Position, Problem, Sensitivity, Sharing, SocialLicence,
    SocialLicenceStatus, Upkeep,
};
use serde_json::value::RawValue;

use crate::Reading;
use crate::identifiers::add;
use crate::json_object::{Object, TextRow, fill_texts, read_record};
use crate::json_page::{Page, look_into};
use crate::json_value::Value;
use crate::listing::{ListedRecord, Listing};

/// The scheme of the ids of another Cairn.
const SCHEME: &str = "cairn";

/// Cuts a page of the change feed into records and tombstones, in the order of the changes.
///
/// `Listing::next` is where what follows begins, at the end of the feed too. A page that is not complete and names no next
/// one has an error: what follows is not known.
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or holds no changes.
pub fn list_changes(bytes: &[u8]) -> Result<ChangePage, Problem> {
    let mut page = Page::cut(bytes, &[&["changes"]])?.with_list("a page of changes")?;
    let next = page.envelope.text("next").map(std::borrow::Cow::into_owned);
    let complete = page.envelope.get("complete").and_then(Value::truth).unwrap_or(next.is_none());
    let mut listing = Listing { next, ..Listing::default() };
    let mut passed_over = 0;
    for (index, (_, change)) in std::mem::take(&mut page.records).into_iter().enumerate() {
        match one_change(&change) {
            Some(Change::Own(record)) => {
                listing.records.push(record);
                continue;
            }
            Some(Change::OfAnother) => {
                passed_over += 1;
                continue;
            }
            None => {}
        }
        let position = Position { record: Some(index as u64), ..Position::default() };
        let message = "the change has neither an id nor a record";
        page.problems.push(Problem::error("no-identity", "id", message).at(position));
    }
    listing.problems = page.problems;
    if !complete && listing.next.is_none() {
        let message = "the feed says that it goes on, and not where";
        listing.problems.push(Problem::error("incomplete", "next", message));
    }
    Ok(ChangePage { listing, complete, passed_over })
}

/// A page of the feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChangePage {
    /// Records and tombstones, in the order of the changes.
    pub listing: Listing,
    /// Whether the feed is read to its end.
    pub complete: bool,
    /// Records of the page that the other Cairn has from a Cairn itself.
    pub passed_over: u64,
}

/// What a change is about.
enum Change {
    /// A record of the other Cairn, or a tombstone.
    Own(ListedRecord),
    /// A record that it has from a Cairn itself.
    OfAnother,
}

/// The record inside a change, as it stands.
#[derive(serde::Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    dataset: Option<&'a RawValue>,
}

/// The record of a change with its own bytes, or a tombstone.
fn one_change(bytes: &[u8]) -> Option<Change> {
    let fields = look_into(bytes, |key| matches!(key, "id" | "deleted"))?;
    let id = fields.text("id").map(std::borrow::Cow::into_owned);
    if fields.get("deleted").and_then(Value::truth) == Some(true) {
        return Some(Change::Own(ListedRecord { id: Some(id?), bytes: Vec::new(), deleted: true }));
    }
    let change: Envelope<'_> = serde_json::from_slice(bytes).ok()?;
    let record = change.dataset?.get().as_bytes().to_vec();
    let head = look_into(&record, |key| matches!(key, "id" | "identifiers" | "scheme"))?;
    let is_mark = |value: &Value<'_>| {
        value.object().and_then(|identifier| identifier.text("scheme")).is_some_and(|scheme| scheme == SCHEME)
    };
    if head.list("identifiers").iter().any(is_mark) {
        return Some(Change::OfAnother);
    }
    let own = head.text("id").map(std::borrow::Cow::into_owned);
    Some(Change::Own(ListedRecord { id: id.or(own), bytes: record, deleted: false }))
}

const TEXTS: &[TextRow] = &[
    (&["kind"], |draft| &mut draft.kind),
    (&["methodology"], |draft| &mut draft.methodology),
    (&["caveats"], |draft| &mut draft.caveats),
    (&["geographic_precision"], |draft| &mut draft.geographic_precision),
    (&["issued"], |draft| &mut draft.issued),
    (&["modified"], |draft| &mut draft.modified),
    (&["update_frequency"], |draft| &mut draft.update_frequency),
    (&["landing_page"], |draft| &mut draft.landing_page),
];

/// Reads one record. What another Cairn shows only in part has a problem, and what it holds back from everyone but the
/// record's organisation stays closed here.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object, an error answer, or hold neither id nor title.
pub fn read_dataset(bytes: &[u8]) -> Result<Reading, Problem> {
    let deleted = Cell::new(false);
    let reading = read_record(bytes, "a record of another Cairn", |record| {
        record.refuse_error(&["id", "titles"])?;
        deleted.set(record.truth("deleted") == Some(true));
        let mut draft = Draft {
            title: by_language(record, "titles", "title"),
            description: by_language(record, "descriptions", "description"),
            languages: record.texts("languages", &[]),
            publisher: party(record, "publisher"),
            owner: party(record, "owner"),
            custodian: party(record, "custodian"),
            steward: party(record, "steward"),
            clusters: record.texts("clusters", &[]),
            topics: record.texts("topics", &[]),
            questions: record.texts("questions", &[]),
            population_groups: record.texts("population_groups", &[]),
            countries: record.texts("countries", &[]),
            disaggregation: disaggregation(record),
            ..Draft::default()
        };
        fill_texts(record, TEXTS, &mut draft);
        let words = record.texts("keywords", &[]);
        if !words.is_empty() {
            draft.keywords.insert(cairn_model::text::UNDETERMINED.to_owned(), words);
        }
        draft.fields = record.objects("fields").iter().filter_map(field).collect();
        place_and_time(record, &mut draft);
        draft.distributions = record.objects("distributions").iter().map(distribution).collect();
        licence(record, &mut draft);
        terms::fill(record, &mut draft);
        draft.social_licence = record.object("social_licence").and_then(|licence| social_licence(&licence));
        draft.partnerships = record.objects("partnerships").iter().filter_map(partnership).collect();
        draft.group_privacy = record.truth("group_privacy");
        draft.impact = record.object("impact").map(|note| impact(&note));
        draft.upkeep = record.object("upkeep").map(|stated| upkeep(&stated));
        draft.aggregates = record.object("aggregates").map(|stated| aggregates(&stated));
        identifiers(record, &mut draft);
        let id = record.text("id");
        if let Some(id) = &id {
            add(&mut draft.identifiers, SCHEME, id);
        }
        record.identify(id, "id", &mut draft)?;
        Ok(draft)
    })?;
    Ok(Reading { deleted: deleted.get(), ..reading })
}

/// The texts of every language, or the one text where there are none.
fn by_language(record: &Object<'_, '_>, all: &str, one: &str) -> LocalizedText {
    let texts = record.localized(all);
    if texts.is_empty() { record.localized(one) } else { texts }
}

/// The identifiers of the record, and what it is called at the source of the other Cairn.
fn identifiers(record: &Object<'_, '_>, draft: &mut Draft) {
    for identifier in record.objects("identifiers") {
        if let (Some(scheme), Some(value)) = (identifier.text("scheme"), identifier.text("value")) {
            draft.identifiers.push(Identifier { scheme, value });
        }
    }
    if let (Some(source), Some(id)) = (record.text("source"), record.text("source_record_id")) {
        add(&mut draft.identifiers, "other", &format!("{source}/{id}"));
    }
}

fn party(record: &Object<'_, '_>, key: &str) -> Option<DraftOrganisation> {
    let party = record.object(key)?;
    let id = party.text("id");
    let name = party.text("name").or_else(|| id.clone())?;
    Some(DraftOrganisation { id, name, kind: party.text("kind") })
}

/// `by sex, not by age`, from the two truth values.
fn disaggregation(record: &Object<'_, '_>) -> Option<String> {
    let clause = |key: &str, what: &str| {
        let is_so = record.truth(key)?;
        Some(if is_so { format!("by {what}") } else { format!("not by {what}") })
    };
    let clauses = [clause("disaggregated_by_sex", "sex"), clause("disaggregated_by_age", "age")];
    let clauses: Vec<String> = clauses.into_iter().flatten().collect();
    (!clauses.is_empty()).then(|| clauses.join(", "))
}

/// A field with terms of its own; a level that is not known counts as the closest.
fn field(field: &Object<'_, '_>) -> Option<Field> {
    let sharing = field.text("sharing").map(|code| {
        Sharing::from_code(&code).unwrap_or_else(|| {
            field.warn("unknown-sharing", "sharing", "no known sharing level: taken as closed");
            Sharing::Closed
        })
    });
    let sensitivity = field.text("sensitivity").map(|code| {
        Sensitivity::from_code(&code).unwrap_or_else(|| {
            field.warn("unknown-sensitivity", "sensitivity", "no known sensitivity: taken as severe");
            Sensitivity::Severe
        })
    });
    Some(Field {
        name: field.text("name")?,
        description: field.text("description"),
        data_type: field.text("data_type"),
        sharing,
        sensitivity,
        shareable_form: field.text("shareable_form"),
    })
}

fn place_and_time(record: &Object<'_, '_>, draft: &mut Draft) {
    for place in record.objects("places") {
        if let Some(text) = place.first_text(&["pcode", "name"]) {
            let admin_level = place.text("admin_level").and_then(|level| level.parse().ok());
            draft.places.push(DraftPlace { text, country: place.text("country"), admin_level });
        }
    }
    let edges = record.texts("bbox", &[]);
    if !edges.is_empty() {
        draft.extents.push(edges.join(","));
    }
    if let Some(coverage) = record.object("coverage") {
        draft.coverage_start = coverage.text("start");
        draft.coverage_end = coverage.text("end");
    }
}

fn distribution(file: &Object<'_, '_>) -> DraftDistribution {
    DraftDistribution {
        id: file.text("id"),
        title: file.text("title"),
        description: file.text("description"),
        url: file.text("url"),
        format: file.text("format"),
        media_type: file.text("media_type"),
        size: file.text("size"),
        modified: file.text("modified"),
    }
}

fn licence(record: &Object<'_, '_>, draft: &mut Draft) {
    if let Some(licence) = record.object("licence") {
        draft.licence_id = licence.text("code");
        draft.licence_text = licence.text("text");
        draft.licence_url = licence.text("url");
    }
}

/// Where the social licence stands; one that cannot be read is contested, which opens nothing.
fn social_licence(licence: &Object<'_, '_>) -> Option<SocialLicence> {
    let status = licence.text("status")?;
    let status = SocialLicenceStatus::from_code(&status).unwrap_or_else(|| {
        licence.warn("unknown-social-licence", "status", "no known status: taken as contested");
        SocialLicenceStatus::Contested
    });
    let expires = licence.text("expires");
    let day = expires.as_deref().and_then(|day| cairn_model::date::read_date(day).ok()).map(|read| read.first);
    if expires.is_some() && day.is_none() {
        licence.warn("unreadable-date", "expires", "no date could be read from it");
    }
    Some(SocialLicence {
        status,
        engagement_method: licence.text("engagement_method"),
        evidence: licence.text("evidence"),
        conditions: licence.texts("conditions", &[]),
        expires: day,
        engagements: licence.objects("engagements").iter().map(engagement).collect(),
    })
}

fn impact(note: &Object<'_, '_>) -> ImpactNote {
    let day = |key: &str| {
        let text = note.text(key)?;
        cairn_model::date::read_date(&text).ok().map(|read| read.first)
    };
    ImpactNote {
        summary: note.text("summary").unwrap_or_default(),
        affected_groups: note.texts("affected_groups", &[]),
        mitigations: note.texts("mitigations", &[]),
        assessed_on: day("assessed_on"),
        review_by: day("review_by"),
    }
}

fn upkeep(stated: &Object<'_, '_>) -> Upkeep {
    Upkeep {
        cost: stated.text("cost").as_deref().and_then(CostModel::from_code),
        successor: stated.text("successor"),
        kept_until: stated
            .text("kept_until")
            .and_then(|text| cairn_model::date::read_date(&text).ok())
            .map(|read| read.first),
    }
}

fn aggregates(stated: &Object<'_, '_>) -> AggregateBounds {
    let number = |of: &Object<'_, '_>, name: &str| of.text(name).and_then(|text| text.parse().ok());
    let limits = stated.object("limits").and_then(|limits| {
        Some(AggregateLimits {
            finest_admin_level: limits.text("finest_admin_level")?.parse().ok()?,
            minimum_cell_size: limits.text("minimum_cell_size")?.parse().ok()?,
        })
    });
    AggregateBounds { limits, epsilon: number(stated, "epsilon") }
}

fn engagement(engagement: &Object<'_, '_>) -> Engagement {
    let method = engagement.text("method").as_deref().and_then(EngagementMethod::from_code);
    let date = engagement.text("date");
    Engagement {
        method: method.unwrap_or(EngagementMethod::Other),
        date: date.as_deref().and_then(|day| cairn_model::date::read_date(day).ok()).map(|read| read.first),
        place: engagement.text("place"),
        participants: engagement.text("participants").and_then(|count| count.parse().ok()),
        outcome: engagement.text("outcome"),
        conditions: engagement.texts("conditions", &[]),
    }
}

fn partnership(partnership: &Object<'_, '_>) -> Option<Partnership> {
    Some(Partnership {
        partner: partnership.text("partner")?,
        partner_kind: partnership.text("partner_kind"),
        role: partnership.text("role"),
        services: partnership.texts("services", &[]),
        data_categories: partnership.texts("data_categories", &[]),
        onward_use: partnership.text("onward_use"),
        commercial_interest: partnership.text("commercial_interest"),
        exit_terms: partnership.text("exit_terms"),
    })
}

#[cfg(test)]
mod tests;

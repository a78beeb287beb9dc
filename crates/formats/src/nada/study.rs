//! The metadata of a study, in the IHSN survey schema, which follows DDI Codebook 2.5.

use cairn_model::{Contact, Draft, DraftDistribution, DraftPlace, Field};

use super::{named, partner};
use crate::boxes::{Box4, add_boxes};
use crate::contacts::{add_contact, mail};
use crate::identifiers::{add, add_by_form};
use crate::json_object::{Object, TextRow, fill_texts};
use crate::json_value::texts_of;
use crate::periods::Periods;

/// Fills in what `study_desc` and the files around it say, where there is one.
pub(super) fn fill(whole: &Object<'_, '_>, draft: &mut Draft) {
    files(whole, draft);
    let Some(study) = whole.object("study_desc") else { return };
    if let Some(titles) = study.object("title_statement") {
        if draft.title.is_empty() {
            draft.title = titles.localized("title");
        }
        if let Some(idno) = titles.text("idno") {
            add(&mut draft.identifiers, "idno", &idno);
        }
        for identifier in titles.objects("identifiers") {
            if let Some(value) = identifier.text("identifier") {
                add_by_form(&mut draft.identifiers, &value);
            }
        }
    }
    who(&study, draft);
    if let Some(info) = study.object("study_info") {
        what(&info, draft);
        place_and_time(&info, draft);
    }
    if let Some(version) = study.object("version_statement") {
        draft.issued = draft.issued.take().or_else(|| version.text("version_date"));
    }
    if let Some(collection) = study.object("method").and_then(|method| method.object("data_collection")) {
        draft.methodology = draft.methodology.take().or_else(|| method(&collection));
    }
    if let Some(access) = study.object("data_access") {
        conditions(&access, draft);
    }
}

fn who(study: &Object<'_, '_>, draft: &mut Draft) {
    let author = study.names("authoring_entity", &["name"]).into_iter().next();
    if draft.publisher.is_none() {
        draft.publisher = author.map(named);
    }
    if let Some(production) = study.object("production_statement") {
        for (key, role) in [("producers", "producer"), ("funding_agencies", "funder")] {
            for name in production.names(key, &["name"]) {
                partner(draft, name, role.to_owned());
            }
        }
    }
    let Some(distribution) = study.object("distribution_statement") else { return };
    if let Some(name) = distribution.names("distributors", &["name"]).into_iter().next() {
        draft.custodian = draft.custodian.take().or_else(|| Some(named(name)));
    }
    contacts(&distribution, "contact", draft);
    for depositor in distribution.names("depositor", &["name"]) {
        draft.owner.get_or_insert_with(|| named(depositor));
    }
}

fn contacts(holder: &Object<'_, '_>, key: &str, draft: &mut Draft) {
    for party in holder.objects(key) {
        let contact = Contact {
            name: party.first_text(&["name", "affiliation"]),
            email: party.text("email").as_deref().and_then(mail),
            phone: party.text("phone"),
            role: Some("pointOfContact".to_owned()),
            published_openly: draft.terms.listed_openly,
        };
        add_contact(&mut draft.contacts, contact);
    }
}

fn what(info: &Object<'_, '_>, draft: &mut Draft) {
    if draft.description.is_empty() {
        draft.description = info.localized("abstract");
    }
    let words = info.names("keywords", &["keyword", "name"]);
    draft.keywords.entry(cairn_model::text::UNDETERMINED.to_owned()).or_default().extend(words);
    draft.keywords.retain(|_, words| !words.is_empty());
    draft.topics.extend(info.names("topics", &["topic", "name"]));
    draft.population_groups.extend(info.text("universe").filter(|text| text.len() <= 60));
    if draft.kind.is_none() {
        draft.kind = Some("study".to_owned());
    }
    draft.geographic_precision = draft.geographic_precision.take().or_else(|| info.text("geog_unit"));
    draft.caveats = draft.caveats.take().or_else(|| {
        let quality = info.object("quality_statement")?;
        quality.first_text(&["compliance_description", "other_quality_statement"])
    });
}

fn place_and_time(info: &Object<'_, '_>, draft: &mut Draft) {
    if draft.countries.is_empty() {
        draft.countries = info.names("nation", &["abbreviation", "name"]);
    }
    for coverage in info.texts("geog_coverage", &[]) {
        // "National coverage" names no place.
        if !coverage.to_lowercase().contains("national") {
            draft.places.push(DraftPlace { text: coverage, ..DraftPlace::default() });
        }
    }
    let mut boxes: Vec<Box4> = Vec::new();
    for area in info.objects("bbox").iter().chain(&info.objects("bounding_box")) {
        if let [Some(west), Some(south), Some(east), Some(north)] =
            ["west", "south", "east", "north"].map(|edge| area.text(edge))
        {
            boxes.push([west, south, east, north]);
        }
    }
    add_boxes(&boxes, &mut draft.extents);
    for list in ["coll_dates", "time_periods"] {
        let mut rounds = Periods::default();
        for round in info.objects(list) {
            rounds.add(round.text("start"), round.text("end"));
        }
        let (start, end) = rounds.into_ends();
        // An end that the row and the rounds leave open is not that of another list.
        let is_stated = start.is_some() || end.is_some();
        draft.coverage_start = draft.coverage_start.take().or(start);
        draft.coverage_end = draft.coverage_end.take().or(end);
        if is_stated {
            break;
        }
    }
}

fn method(collection: &Object<'_, '_>) -> Option<String> {
    let keys = ["sampling_procedure", "coll_mode", "research_instrument", "weight"];
    let parts: Vec<String> = keys
        .iter()
        .filter_map(|key| collection.value(key))
        .map(|value| texts_of(value, &[]).join(", "))
        .filter(|text| !text.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

const USE: &[TextRow] = &[
    (&["conditions", "restrictions"], |draft| &mut draft.licence_text),
    (&["disclaimer"], |draft| &mut draft.caveats),
];

/// What users must sign, and where the data is.
fn conditions(access: &Object<'_, '_>, draft: &mut Draft) {
    if let Some(conditions) = access.object("dataset_use") {
        fill_texts(&conditions, USE, draft);
        draft.terms.reasons.extend(conditions.text("restrictions"));
        draft.terms.reasons.extend(conditions.names("conf_dec", &["txt"]));
        contacts(&conditions, "contact", draft);
    }
    if let Some(availability) = access.object("dataset_availability") {
        draft.terms.reasons.extend(availability.text("status"));
    }
}

/// Data files of the study are named, not linked; resources are both.
fn files(whole: &Object<'_, '_>, draft: &mut Draft) {
    for resource in whole.objects("resources") {
        draft.distributions.push(DraftDistribution {
            id: resource.first_text(&["resource_id", "id"]),
            title: resource.text("title"),
            description: resource.text("description"),
            url: resource.first_text(&["url", "link"]),
            format: resource.first_text(&["format", "dcformat"]),
            modified: resource.text("changed"),
            ..DraftDistribution::default()
        });
    }
}

/// Variables, where the answer has them: name, label and type.
pub(super) fn variables(answer: &Object<'_, '_>, draft: &mut Draft) {
    let holders = [Some(answer.clone()), answer.object("dataset")];
    let variables = holders.iter().flatten().flat_map(|holder| holder.objects("variables"));
    draft.fields.extend(variables.filter_map(|one| variable(&one)));
}

/// One variable; none without a name.
pub(super) fn variable(variable: &Object<'_, '_>) -> Option<Field> {
    let data_type = variable.object("var_format").and_then(|format| format.text("type"));
    Some(Field {
        name: variable.text("name")?,
        description: variable.first_text(&["labl", "label", "var_txt"]),
        data_type: data_type.or_else(|| variable.text("var_intrvl")),
        ..Field::default()
    })
}

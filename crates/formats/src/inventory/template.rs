//! The table in which holdings are registered: its columns, a holding as a row of it, and what a cell changes.
//!
//! A cell changes what is said of a holding only where it differs from what the table says of it: so a table that comes back as
//! it went out changes nothing, and an empty cell blanks nothing. What is to be blanked is said so, by [`BLANK`].

use cairn_model::registry::{HoldingContact, HoldingFile, HoldingStatement, Period};
use cairn_model::text::UNDETERMINED;
use cairn_model::{ImpactNote, LocalizedText, Upkeep};

use super::columns::{Column, resolve};
use super::confidentiality::column_in;
use super::row::is_nothing;
use super::{InventoryMapping, InventoryRow};
use crate::table::FORMULA_STARTS;

/// The header of the column with the ids of records.
const ID: &str = "id";
/// What joins several values of a cell.
const JOIN: &str = "; ";

/// What a cell says where nothing is to be said any more.
const BLANK: &str = "-";

/// Takes over what was read from a column.
type Take = fn(&mut HoldingStatement, HoldingStatement);

/// A column of the table.
struct TableColumn {
    /// Its header, as [`super::read_table`] knows it.
    header: &'static str,
    column: Column,
    /// What is to be written in it.
    hint: &'static str,
    /// What stands in it of a holding.
    cell: fn(&HoldingStatement) -> String,
    /// Takes over what was read from it.
    take: Take,
}

/// The columns, those that must be filled in first.
#[rustfmt::skip]
const COLUMNS: &[TableColumn] = &[
    TableColumn { header: "title", column: Column::Title, hint: "required",
        cell: |said| best(&said.title).1.to_owned(),
        take: |said, read| put_best(&mut said.title, read.title) },
    TableColumn { header: "country", column: Column::Country, hint: "required; ISO codes or names, separated by ;",
        cell: countries,
        take: |said, read| (said.countries, said.worldwide) = (read.countries, read.worldwide) },
    TableColumn { header: "cluster", column: Column::Cluster, hint: "required; codes or names, separated by ;",
        cell: |said| said.clusters.join(JOIN),
        take: |said, read| said.clusters = read.clusters },
    TableColumn { header: "sensitivity", column: Column::Sensitivity, hint: "required; low, moderate, high or severe",
        cell: |said| code(said.terms.sensitivity),
        take: |said, read| said.terms.sensitivity = read.terms.sensitivity },
    TableColumn { header: "sharing", column: Column::Sharing, hint: "required; public, community, restricted, organisation or closed",
        cell: sharing,
        take: |said, read| (said.terms.sharing, said.terms.attribution_hidden) = (read.terms.sharing, read.terms.attribution_hidden) },
    TableColumn { header: "access method", column: Column::AccessMethod, hint: "required; download, on-request, licensed, enclave, federated-query, aggregate-only or none",
        cell: |said| code(said.terms.access_method),
        take: |said, read| said.terms.access_method = read.terms.access_method },
    TableColumn { header: "listing", column: Column::Listing, hint: "what others see of the record: full, stub or hidden",
        cell: |said| code(said.terms.listing),
        take: |said, read| said.terms.listing = read.terms.listing },
    TableColumn { header: "listing title", column: Column::ListingTitle, hint: "title approved for a stub",
        cell: |said| text(said.terms.listing_title.as_ref()),
        take: |said, read| said.terms.listing_title = read.terms.listing_title },
    TableColumn { header: "description", column: Column::Description, hint: "",
        cell: |said| best(&said.description).1.to_owned(),
        take: |said, read| put_best(&mut said.description, read.description) },
    TableColumn { header: "kind", column: Column::Kind, hint: "dataset, microdata, map, service, assessment, information-system, document or other",
        cell: |said| code(said.kind),
        take: |said, read| said.kind = read.kind },
    TableColumn { header: "keywords", column: Column::Keywords, hint: "separated by ;",
        cell: |said| best_words(said).1.join(JOIN),
        take: put_best_words },
    TableColumn { header: "topic", column: Column::Topic, hint: "separated by ;",
        cell: |said| said.topics.join(JOIN),
        take: |said, read| said.topics = read.topics },
    TableColumn { header: "places", column: Column::Place, hint: "P-codes, separated by ;",
        cell: |said| said.places.join(JOIN),
        take: |said, read| said.places = read.places },
    TableColumn { header: "geographic precision", column: Column::Precision, hint: "exact, near-exact, adm4, adm3, adm2, adm1 or adm0",
        cell: |said| code(said.geographic_precision),
        take: |said, read| said.geographic_precision = read.geographic_precision },
    TableColumn { header: "coverage start", column: Column::CoverageStart, hint: "2020, 2020-05 or 2020-05-31",
        cell: |said| text(period(said).start),
        take: |said, read| said.coverage.get_or_insert_default().start = period(&read).start },
    TableColumn { header: "coverage end", column: Column::CoverageEnd, hint: "",
        cell: |said| text(period(said).end),
        take: |said, read| said.coverage.get_or_insert_default().end = period(&read).end },
    TableColumn { header: "modified", column: Column::Modified, hint: "last change of the data",
        cell: |said| text(said.modified),
        take: |said, read| said.modified = read.modified },
    TableColumn { header: "update frequency", column: Column::Frequency, hint: "daily, weekly, yearly, as-needed, never ...",
        cell: |said| text(said.update_frequency.as_ref()),
        take: |said, read| said.update_frequency = read.update_frequency },
    TableColumn { header: "language", column: Column::Language, hint: "of the data, separated by ;",
        cell: |said| said.languages.join(JOIN),
        take: |said, read| said.languages = read.languages },
    TableColumn { header: "fields", column: Column::Fields, hint: "names of the data's own fields, separated by ;",
        cell: fields,
        take: put_fields },
    TableColumn { header: "population groups", column: Column::PopulationGroups, hint: "IDP, REF, RET ..., separated by ;",
        cell: |said| said.population_groups.join(JOIN),
        take: |said, read| said.population_groups = read.population_groups },
    TableColumn { header: "disaggregated by sex", column: Column::BySex, hint: "yes or no",
        cell: |said| truth(said.disaggregated_by_sex),
        take: |said, read| said.disaggregated_by_sex = read.disaggregated_by_sex },
    TableColumn { header: "disaggregated by age", column: Column::ByAge, hint: "yes or no",
        cell: |said| truth(said.disaggregated_by_age),
        take: |said, read| said.disaggregated_by_age = read.disaggregated_by_age },
    TableColumn { header: "methodology", column: Column::Methodology, hint: "",
        cell: |said| text(said.methodology.as_ref()),
        take: |said, read| said.methodology = read.methodology },
    TableColumn { header: "caveats", column: Column::Caveats, hint: "",
        cell: |said| text(said.caveats.as_ref()),
        take: |said, read| said.caveats = read.caveats },
    TableColumn { header: "questions", column: Column::Questions, hint: "that the data can answer, separated by ;",
        cell: |said| said.questions.join(JOIN),
        take: |said, read| said.questions = read.questions },
    TableColumn { header: "url", column: Column::Link, hint: "where the data is",
        cell: |said| each(said.distributions.iter().map(|file| &file.url)),
        take: |said, read| put_files(said, read, |file, read| file.url = read.url) },
    TableColumn { header: "format", column: Column::Format, hint: "CSV, XLSX, SHP ...",
        cell: |said| each(said.distributions.iter().map(|file| &file.format)),
        take: |said, read| put_files(said, read, |file, read| file.format = read.format) },
    TableColumn { header: "landing page", column: Column::LandingPage, hint: "page about the data",
        cell: |said| text(said.landing_page.as_ref()),
        take: |said, read| said.landing_page = read.landing_page },
    TableColumn { header: "licence", column: Column::Licence, hint: "CC-BY-4.0 ...",
        cell: licence,
        take: |said, read| said.licence = read.licence },
    TableColumn { header: "audience", column: Column::Audience, hint: "of restricted: cluster codes, group:ID or organisation:ID, separated by ;",
        cell: audience,
        take: put_audience },
    TableColumn { header: "classification", column: Column::Classification, hint: "unclassified, confidential or strictly-confidential",
        cell: |said| code(said.terms.classification),
        take: |said, read| said.terms.classification = read.terms.classification },
    TableColumn { header: "reasons", column: Column::Reasons, hint: "why it is not open, separated by ;",
        cell: |said| said.terms.reasons.join(JOIN),
        take: |said, read| said.terms.reasons = read.terms.reasons },
    TableColumn { header: "legal basis", column: Column::LegalBasis, hint: "",
        cell: |said| text(said.terms.legal_basis.as_ref()),
        take: |said, read| said.terms.legal_basis = read.terms.legal_basis },
    TableColumn { header: "jurisdiction", column: Column::Jurisdiction, hint: "ISO codes, separated by ;",
        cell: |said| said.terms.jurisdictions.join(JOIN),
        take: |said, read| said.terms.jurisdictions = read.terms.jurisdictions },
    TableColumn { header: "transfer", column: Column::Transfer, hint: "allowed, region-bound or none",
        cell: |said| code(said.terms.transfer),
        take: |said, read| said.terms.transfer = read.terms.transfer },
    TableColumn { header: "review by", column: Column::ReviewBy, hint: "when the terms must be looked at again",
        cell: |said| text(said.terms.review_by),
        take: |said, read| said.terms.review_by = read.terms.review_by },
    TableColumn { header: "impact summary", column: Column::ImpactSummary, hint: "of high and severe: what harm the data could do",
        cell: |said| impact(said).summary,
        take: |said, read| said.impact.get_or_insert_default().summary = impact(&read).summary },
    TableColumn { header: "groups at risk", column: Column::AffectedGroups, hint: "of high and severe: whom it could harm, separated by ;",
        cell: |said| impact(said).affected_groups.join(JOIN),
        take: |said, read| said.impact.get_or_insert_default().affected_groups = impact(&read).affected_groups },
    TableColumn { header: "mitigations", column: Column::Mitigations, hint: "of high and severe: what is done against it, separated by ;",
        cell: |said| impact(said).mitigations.join(JOIN),
        take: |said, read| said.impact.get_or_insert_default().mitigations = impact(&read).mitigations },
    TableColumn { header: "contact name", column: Column::ContactName, hint: "a desk rather than a person",
        cell: |said| each(contact(said).map(|one| &one.name)),
        take: |said, read| put_contact(said, read, |one, read| one.name = read.name) },
    TableColumn { header: "contact email", column: Column::ContactMail, hint: "",
        cell: |said| each(contact(said).map(|one| &one.email)),
        take: |said, read| put_contact(said, read, |one, read| one.email = read.email) },
    TableColumn { header: "contact phone", column: Column::ContactPhone, hint: "",
        cell: |said| each(contact(said).map(|one| &one.phone)),
        take: |said, read| put_contact(said, read, |one, read| one.phone = read.phone) },
    TableColumn { header: "steward", column: Column::Steward, hint: "organisation that looks after the data",
        cell: |said| text(said.steward.as_ref()),
        take: |said, read| said.steward = read.steward },
    TableColumn { header: "successor", column: Column::Successor, hint: "organisation that takes over from the steward",
        cell: |said| text(upkeep(said).successor),
        take: |said, read| said.upkeep.get_or_insert_default().successor = upkeep(&read).successor },
    TableColumn { header: "kept until", column: Column::KeptUntil, hint: "2030, 2030-05 or 2030-05-31",
        cell: |said| text(upkeep(said).kept_until),
        take: |said, read| said.upkeep.get_or_insert_default().kept_until = upkeep(&read).kept_until },
    TableColumn { header: "cost", column: Column::Cost, hint: "free, pro-bono, cost-recovery or licensed-aggregate",
        cell: |said| code(upkeep(said).cost),
        take: |said, read| said.upkeep.get_or_insert_default().cost = upkeep(&read).cost },
    TableColumn { header: "custodian", column: Column::Custodian, hint: "organisation that keeps the data, if another",
        cell: |said| text(said.custodian.as_ref()),
        take: |said, read| said.custodian = read.custodian },
];

/// Columns that people have and the table does not: each says in one cell what the table says in several.
const OTHERS: &[(Column, Take)] = &[
    (Column::Coverage, |said, read| said.coverage = read.coverage),
    (Column::Extent, |said, read| said.bbox = read.bbox),
    (Column::Disaggregation, |said, read| {
        said.disaggregated_by_sex = read.disaggregated_by_sex;
        said.disaggregated_by_age = read.disaggregated_by_age;
    }),
    (Column::Contact, |said, read| said.contacts = read.contacts),
    (Column::IsPublic, |said, read| said.terms.sharing = read.terms.sharing),
    (Column::SocialLicence, |said, read| {
        if let Some(read) = read.social_licence {
            match &mut said.social_licence {
                Some(said) => said.status = read.status,
                none => *none = Some(read),
            }
        }
    }),
];

/// The headers of the table, that of the ids first.
pub fn table_headers() -> Vec<&'static str> {
    std::iter::once(ID).chain(COLUMNS.iter().map(|column| column.header)).collect()
}

/// What is to be written below each header.
pub fn table_hints() -> Vec<&'static str> {
    let id = "leave empty for what is new; in other columns an empty cell changes nothing, and - blanks";
    std::iter::once(id).chain(COLUMNS.iter().map(|column| column.hint)).collect()
}

/// A holding as a row of the table.
pub fn table_row(id: &str, said: &HoldingStatement) -> Vec<String> {
    std::iter::once(id.to_owned()).chain(COLUMNS.iter().map(|column| (column.cell)(said))).collect()
}

/// The id that a row states, of a record or an organisation's own.
pub fn stated_id<'r>(row: &'r InventoryRow, mapping: &InventoryMapping) -> Option<&'r str> {
    let mut cells = row.cells.iter();
    let is_id = |label: &str| resolve(label, mapping).is_some_and(|(column, _)| column == Column::Identifier);
    cells.find(|(label, cell)| is_id(label) && !cell.trim().is_empty()).map(|(_, cell)| cell.trim())
}

/// What the title column of a row says.
pub fn stated_title<'r>(row: &'r InventoryRow, mapping: &InventoryMapping) -> Option<&'r str> {
    let titles = row.cells.iter().filter_map(|(label, cell)| {
        let (column, rank) = resolve(label, mapping)?;
        (column == Column::Title).then(|| (rank, without_guard(cell).trim()))
    });
    titles.min_by_key(|(rank, _)| *rank).map(|(_, title)| title)
}

/// What a row says otherwise than the table does.
pub struct ChangedRow {
    row: InventoryRow,
    takes: Vec<Take>,
    blanks: Vec<&'static TableColumn>,
}

impl ChangedRow {
    /// What a row says otherwise of a holding; `None` when it says the same.
    pub fn of(row: &InventoryRow, mapping: &InventoryMapping, said: &HoldingStatement) -> Option<Self> {
        let (mut takes, mut blanks, mut cells) = (Vec::new(), Vec::new(), Vec::new());
        for (label, cell) in &row.cells {
            let Some((column, _)) = column_in(row, label, mapping) else { continue };
            let known = COLUMNS.iter().find(|one| one.column == column);
            let shown = known.map_or_else(String::new, |known| (known.cell)(said));
            let take = if is_same(cell, &shown) {
                None
            } else if is_nothing(column, without_guard(cell)) {
                let is_blanked = without_guard(cell).trim() == BLANK && !shown.is_empty();
                blanks.extend(known.filter(|_| is_blanked));
                None
            } else {
                let other = || OTHERS.iter().find(|(other, _)| *other == column).map(|(_, take)| *take);
                known.map(|known| known.take).or_else(other)
            };
            // The title is what a row is read by, whether or not it changed.
            if take.is_some() || column == Column::Title {
                cells.push((label.clone(), without_guard(cell).to_owned()));
            }
            takes.extend(take);
        }
        if !cells.iter().any(|(label, _)| matches!(resolve(label, mapping), Some((Column::Title, _)))) {
            // Its cell is empty, and blanks nothing.
            let label = mapping.columns.get("title").map_or("title", String::as_str);
            cells.push((label.to_owned(), best(&said.title).1.to_owned()));
        }
        let row = InventoryRow { cells, ..row.clone() };
        (!takes.is_empty() || !blanks.is_empty()).then_some(Self { row, takes, blanks })
    }

    /// The cells that say so, to be read.
    pub fn row(&self) -> &InventoryRow {
        &self.row
    }

    /// Takes over what they were read as, and blanks what is to be blanked.
    pub fn apply(&self, said: &mut HoldingStatement, read: &HoldingStatement) {
        for take in &self.takes {
            take(said, read.clone());
        }
        for column in &self.blanks {
            blank(said, column);
        }
        said.coverage.take_if(|coverage| *coverage == Period::default());
        said.impact.take_if(|impact| *impact == ImpactNote::default());
        said.upkeep.take_if(|upkeep| *upkeep == Upkeep::default());
    }
}

/// Says nothing any more in a column: of a text that stands in several languages, in the one that the table shows.
fn blank(said: &mut HoldingStatement, column: &TableColumn) {
    match column.column {
        Column::Description => {
            let language = best(&said.description).0.to_owned();
            said.description.0.remove(&language);
        }
        Column::Keywords => {
            let language = best_words(said).0.to_owned();
            said.keywords.remove(&language);
        }
        Column::Link => blank_files(said, |file| file.url = None),
        Column::Format => blank_files(said, |file| file.format = None),
        Column::ContactName => blank_contact(said, |contact| contact.name = None),
        Column::ContactMail => blank_contact(said, |contact| contact.email = None),
        Column::ContactPhone => blank_contact(said, |contact| contact.phone = None),
        _ => (column.take)(said, HoldingStatement::default()),
    }
}

fn blank_files(said: &mut HoldingStatement, blank: fn(&mut HoldingFile)) {
    said.distributions.iter_mut().for_each(blank);
    said.distributions.retain(|file| *file != HoldingFile::default());
}

/// A contact of whom neither name nor address is left is none.
fn blank_contact(said: &mut HoldingStatement, blank: fn(&mut HoldingContact)) {
    said.contacts.iter_mut().take(1).for_each(blank);
    said.contacts.retain(|one| one.name.is_some() || one.email.is_some() || one.phone.is_some());
}

/// A row as it was written before it was guarded against being taken for formulas.
pub fn unguarded(row: &InventoryRow) -> InventoryRow {
    let cells = row.cells.iter().map(|(label, cell)| (label.clone(), without_guard(cell).to_owned())).collect();
    InventoryRow { cells, ..row.clone() }
}

fn is_same(cell: &str, shown: &str) -> bool {
    let lines = |text: &str| text.trim().replace("\r\n", "\n");
    lines(without_guard(cell)) == lines(shown)
}

/// The apostrophe in front of a cell that a spreadsheet would take for a formula is none of its words.
fn without_guard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA_STARTS) => rest,
        _ => cell,
    }
}

fn code<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn text<T: ToString>(value: Option<T>) -> String {
    code(value)
}

fn truth(value: Option<bool>) -> String {
    value.map_or("", |value| if value { "yes" } else { "no" }).to_owned()
}

fn each<'a>(values: impl Iterator<Item = &'a Option<String>>) -> String {
    values.flatten().map(String::as_str).collect::<Vec<&str>>().join(JOIN)
}

fn period(said: &HoldingStatement) -> Period {
    said.coverage.clone().unwrap_or_default()
}

fn upkeep(said: &HoldingStatement) -> Upkeep {
    said.upkeep.clone().unwrap_or_default()
}

fn impact(said: &HoldingStatement) -> ImpactNote {
    said.impact.clone().unwrap_or_default()
}

/// The language of the text that the table shows, and the text.
fn best(texts: &LocalizedText) -> (&str, &str) {
    let of = |language: &'static str| texts.0.get_key_value(language);
    let found = of("en").or_else(|| of(UNDETERMINED)).or_else(|| texts.0.iter().next());
    found.map_or((UNDETERMINED, ""), |(language, text)| (language.as_str(), text.as_str()))
}

fn put_best(said: &mut LocalizedText, read: LocalizedText) {
    let language = best(said).0.to_owned();
    if let Some(text) = read.0.into_values().next() {
        said.0.insert(language, text);
    }
}

fn best_words(said: &HoldingStatement) -> (&str, &[String]) {
    let of = |language: &'static str| said.keywords.get_key_value(language);
    let found = of("en").or_else(|| of(UNDETERMINED)).or_else(|| said.keywords.iter().next());
    found.map_or((UNDETERMINED, &[]), |(language, words)| (language.as_str(), words.as_slice()))
}

fn put_best_words(said: &mut HoldingStatement, read: HoldingStatement) {
    let language = best_words(said).0.to_owned();
    if let Some(words) = read.keywords.into_values().next() {
        said.keywords.insert(language, words);
    }
}

fn countries(said: &HoldingStatement) -> String {
    if said.worldwide { "world".to_owned() } else { said.countries.join(JOIN) }
}

fn sharing(said: &HoldingStatement) -> String {
    let level = code(said.terms.sharing);
    if said.terms.attribution_hidden { format!("{level} TLP:EX:CHR").trim().to_owned() } else { level }
}

fn licence(said: &HoldingStatement) -> String {
    let licence = said.licence.clone().unwrap_or_default();
    licence.code.or(licence.text).or(licence.url).unwrap_or_default()
}

fn audience(said: &HoldingStatement) -> String {
    let groups = said.terms.audience_groups.iter().map(|id| format!("group:{id}"));
    let organisations = said.terms.audience_organisations.iter().map(|id| format!("organisation:{id}"));
    groups.chain(organisations).collect::<Vec<String>>().join(JOIN)
}

fn put_audience(said: &mut HoldingStatement, read: HoldingStatement) {
    said.terms.audience_groups = read.terms.audience_groups;
    said.terms.audience_organisations = read.terms.audience_organisations;
}

/// Names of fields, each with its level in brackets where it has one.
fn fields(said: &HoldingStatement) -> String {
    let name = |field: &cairn_model::registry::HoldingField| match field.sharing {
        Some(level) => format!("{} ({level})", field.name),
        None => field.name.clone(),
    };
    said.fields.iter().map(name).collect::<Vec<String>>().join(JOIN)
}

/// A field keeps what the table does not say of it for as long as it keeps its name.
fn put_fields(said: &mut HoldingStatement, read: HoldingStatement) {
    let before = std::mem::take(&mut said.fields);
    said.fields = read.fields;
    for field in &mut said.fields {
        if let Some(known) = before.iter().find(|known| known.name == field.name) {
            let sensitivity = field.sensitivity.or(known.sensitivity);
            *field = cairn_model::registry::HoldingField { sharing: field.sharing, sensitivity, ..known.clone() };
        }
    }
}

/// Takes one part of each file; what else is said of them stays where they are as many.
fn put_files(said: &mut HoldingStatement, read: HoldingStatement, put: fn(&mut HoldingFile, HoldingFile)) {
    said.distributions.resize_with(read.distributions.len(), HoldingFile::default);
    for (file, read) in said.distributions.iter_mut().zip(read.distributions) {
        put(file, read);
    }
}

/// The contact that the table shows.
fn contact(said: &HoldingStatement) -> impl Iterator<Item = &HoldingContact> {
    said.contacts.iter().take(1)
}

fn put_contact(said: &mut HoldingStatement, read: HoldingStatement, put: fn(&mut HoldingContact, HoldingContact)) {
    let Some(read) = read.contacts.into_iter().next() else { return };
    match said.contacts.first_mut() {
        Some(said) => put(said, read),
        None => said.contacts.push(read),
    }
}

//! One row of an inventory as a draft.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use cairn_model::date::{DateFault, OrderHint, read_date_ordered};
use cairn_model::{
    CostModel, Draft, DraftDistribution, DraftPlace, Field, Identifier, ImpactNote, PartialDate, Partnership, Position,
    Problem, SocialLicence, SocialLicenceStatus, Upkeep, Vocabularies, text::UNDETERMINED,
};

use super::columns::{Column, split_label};
use super::confidentiality::column_in;
use super::headers::fields_of;
use super::languages::localized;
use super::misplaced::{mark_in, marks};
use super::unread::{Hint, hint_of, is_level};
use super::{InventoryMapping, InventoryRow, Resolver, field, ids};
use crate::Reading;

mod answers;
mod coverage;
mod parties;
mod sources;
mod terms;

use answers::is_formula_error;
pub(crate) use answers::says_nothing;
pub(super) use answers::{is_cross, is_nothing, is_tick, truth_of};

/// Reads a row (see [`super::read_row`]).
pub(super) fn read(row: &InventoryRow, mapping: &InventoryMapping) -> Result<Reading, Problem> {
    let mut cells = Cells::sort(row, mapping);
    if cells.one(Column::Title).is_none() {
        let message = "the row has no title and was left out";
        let position = Position { column: cells.title_header, ..row.position() };
        return Err(Problem::error("no-title", "title", message).at(position));
    }
    let id = if row.record_id.is_empty() { ids::made(row, &mut Resolver::new(mapping)) } else { row.record_id.clone() };
    let mut draft = Draft {
        source_record_id: id,
        title: localized(&cells.sorted, Column::Title),
        description: localized(&cells.sorted, Column::Description),
        kind: cells.one(Column::Kind),
        methodology: cells.one(Column::Methodology),
        caveats: cells.one(Column::Caveats),
        disaggregation: cells.disaggregation(),
        geographic_precision: cells.one(Column::Precision),
        issued: cells.one(Column::Issued),
        modified: cells.one(Column::Modified),
        date_order: mapping.date_order.or(row.date_order),
        date_order_is_assumed: mapping.date_order.is_none() && row.date_order_is_assumed,
        update_frequency: cells.one(Column::Frequency),
        landing_page: cells.one(Column::LandingPage),
        languages: cells.many(Column::Language, Comma::Separates),
        clusters: cells.many(Column::Cluster, Comma::UnlessKnown(is_cluster)),
        topics: cells.many(Column::Topic, Comma::Belongs),
        questions: cells.many(Column::Questions, Comma::Belongs),
        population_groups: cells.many(Column::PopulationGroups, Comma::Separates),
        countries: countries(&mut cells),
        extents: cells.one(Column::Extent).into_iter().collect(),
        ..Draft::default()
    };
    draft.identifiers = cells
        .one(Column::Identifier)
        .map(|value| Identifier { scheme: "other".to_owned(), value })
        .into_iter()
        .collect();
    let keywords = cells.many(Column::Keywords, Comma::Separates);
    if !keywords.is_empty() {
        draft.keywords = BTreeMap::from([(UNDETERMINED.to_owned(), keywords)]);
    }
    draft.fields = cells.fields();
    for text in cells.many(Column::Place, Comma::Separates) {
        draft.places.push(DraftPlace { text, ..DraftPlace::default() });
    }
    parties::fill(&mut cells, &mut draft);
    coverage::fill(&mut cells, &mut draft);
    fill_distributions(&mut cells, &mut draft);
    fill_licence(&mut cells, &mut draft);
    draft.terms = terms::read(&mut cells);
    fill_engagement(&mut cells, &mut draft);
    draft.impact = impact(&mut cells);
    draft.upkeep = upkeep(&mut cells, draft.order_hint());
    (draft.sheet, draft.row) = (row.sheet.clone(), Some(row.row));
    draft.headers = cells.headers;
    Ok(Reading { draft, problems: cells.problems, deleted: false })
}

/// Whether a comma separates the values of a cell.
#[derive(Clone, Copy)]
enum Comma {
    /// A comma may be part of a value.
    Belongs,
    /// A comma separates.
    Separates,
    /// A comma separates, unless the whole is a value that is known ("Water, Sanitation and Hygiene").
    UnlessKnown(fn(&str) -> bool),
}

/// The countries that a row names. Countries have numbers, too, but with three digits, and those that stand in lists are of something else:
/// a choice in a form, or a row of another list.
fn countries(cells: &mut Cells<'_>) -> Vec<String> {
    let is_of_list = |value: &String| value.len() <= 2 && value.bytes().all(|byte| byte.is_ascii_digit());
    let named = cells.many(Column::Country, Comma::UnlessKnown(is_country));
    let named = named.into_iter().flat_map(|name| match of_region(&name) {
        Some((region, first)) => vec![region.to_owned(), first.to_owned()],
        None if name.contains('(') => vec![name],
        None => vec![name.trim_end_matches(')').to_owned()],
    });
    let (numbers, countries): (Vec<String>, Vec<String>) = named.partition(is_of_list);
    let header = cells.headers.get("countries").cloned().unwrap_or_default();
    for number in numbers {
        let message = "a number of one or two digits says which of a list is meant, and that is not known here";
        cells.report("unknown-country", &header, message, Some(&number));
    }
    countries
}

/// A region and the first of the countries in brackets behind it: what of `Sahel (Mali, Niger)` stands before the comma.
fn of_region(name: &str) -> Option<(&str, &str)> {
    let (region, first) = name.split_once('(').filter(|_| !is_country(name))?;
    let (region, first) = (region.trim(), first.trim_end_matches(')').trim());
    (!region.is_empty() && !is_country(region) && is_country(first)).then_some((region, first))
}

fn is_country(text: &str) -> bool {
    Vocabularies::bundled().country(text).is_some()
}

fn is_cluster(text: &str) -> bool {
    Vocabularies::bundled().cluster(text).is_some()
}

fn is_format(text: &str) -> bool {
    Vocabularies::bundled().format(text).is_some()
}

/// The cells of a row by what they hold.
struct Cells<'r> {
    row: &'r InventoryRow,
    /// Column, how sure it is, header, cell; the surest first.
    sorted: Vec<(Column, usize, &'r str, &'r str)>,
    separators: Vec<char>,
    /// Whether `separators` are our own and not the mapping's.
    default_separators: bool,
    title_header: Option<String>,
    /// Headers that are levels and under which the row has a yes, as in a matrix of them.
    ticked: Vec<&'r str>,
    /// Headers that seem to state terms and are not known, with their cells.
    unread: Vec<(Hint, &'r str, &'r str)>,
    /// Levels that stand in columns of something else, with the headers.
    misplaced: Vec<(&'r str, &'r str)>,
    /// See [`Draft::headers`].
    headers: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

impl<'r> Cells<'r> {
    fn sort(row: &'r InventoryRow, mapping: &InventoryMapping) -> Self {
        let mut sorted = Vec::with_capacity(row.cells.len());
        let mut failed = Vec::new();
        let (mut ticked, mut unread, mut misplaced) = (Vec::new(), Vec::new(), Vec::new());
        for (label, cell) in &row.cells {
            let column = column_in(row, label, mapping);
            if truth_of(cell) == Some(true)
                && column.is_none_or(|(column, rank)| rank > 0 && !column.is_of_terms())
                && is_level(label)
            {
                ticked.push(split_label(label).0);
                continue;
            }
            let Some((column, rank)) = column else {
                let hint = hint_of(label).or_else(|| marks(cell.trim()).then_some(Hint::Limits));
                unread.extend(hint.map(|hint| (hint, label.as_str(), cell.trim())));
                continue;
            };
            let (column, rank) = sources::meant(column, rank, label, cell);
            misplaced.extend(mark_in(column, cell).map(|mark| (label.as_str(), mark)));
            if is_formula_error(cell) && !column.is_of_terms() {
                failed.push((label.as_str(), cell.as_str()));
            } else if !is_nothing(column, cell) {
                sorted.push((column, rank, label.as_str(), cell.as_str()));
            }
        }
        sorted.sort_by_key(|(column, rank, ..)| (*column, *rank));
        let default_separators = mapping.separators.is_empty();
        let separators =
            if default_separators { vec![';', '|', '\n', '؛'] } else { mapping.separators.chars().collect() };
        let title_header = mapping.columns.get("title").cloned();
        let headers = headers_of(&sorted);
        let mut cells = Self {
            row,
            sorted,
            separators,
            default_separators,
            title_header,
            ticked,
            unread,
            misplaced,
            headers,
            problems: Vec::new(),
        };
        for (label, cell) in failed {
            cells.report(
                "formula-error",
                label,
                "the formula of the cell failed: what was due is not known",
                Some(cell),
            );
        }
        cells
    }

    /// The cell of the surest column.
    fn one(&self, wanted: Column) -> Option<String> {
        let found = self.sorted.iter().find(|(column, ..)| *column == wanted);
        found.map(|(.., cell)| (*cell).trim().to_owned())
    }

    /// The values of all columns, without repetition.
    fn many(&mut self, wanted: Column, comma: Comma) -> Vec<String> {
        let mut values: Vec<String> = Vec::new();
        let list = fields_of(wanted).first().copied().unwrap_or_default();
        for (_, _, label, cell) in self.sorted.iter().filter(|(column, ..)| *column == wanted) {
            for value in self.split(cell, comma) {
                if value.is_empty() || values.iter().any(|known| known == value) {
                    continue;
                }
                // Values of a second column name it one by one.
                if self.headers.get(list).is_some_and(|header| header != label) {
                    self.headers.insert(format!("{list}[{}]", values.len()), (*label).to_owned());
                }
                values.push(value.to_owned());
            }
        }
        values
    }

    /// The data's own fields, each once, with the closer of the levels that stand with its name.
    fn fields(&mut self) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        let columns: Vec<_> = self.sorted.iter().filter(|(column, ..)| *column == Column::Fields).copied().collect();
        for (_, _, label, cell) in columns {
            let mut entries = field::entries(cell, |letter| self.separators.contains(&letter));
            if entries.len() == 1 && self.default_separators {
                entries = field::entries(cell, |letter| matches!(letter, ',' | '،'));
            }
            for entry in entries.into_iter().filter(|entry| !entry.is_empty()) {
                let (field, unread) = field::read(entry);
                if let Some(words) = unread {
                    let message = "the level of the field cannot be read: the field is closed";
                    self.report("unknown-field-level", label, message, Some(words));
                }
                match known.entry(field.name.to_lowercase()) {
                    Entry::Occupied(twin) => {
                        let twin = &mut fields[*twin.get()];
                        twin.sharing = twin.sharing.max(field.sharing);
                        twin.sensitivity = field::closer(twin.sensitivity, field.sensitivity);
                    }
                    Entry::Vacant(place) => {
                        place.insert(fields.len());
                        fields.push(field);
                    }
                }
            }
        }
        fields
    }

    fn split<'c>(&self, cell: &'c str, comma: Comma) -> Vec<&'c str> {
        let parts: Vec<&str> = cell.split(self.separators.as_slice()).map(str::trim).collect();
        if parts.len() > 1 || !self.default_separators {
            return parts;
        }
        let at_commas = || cell.split([',', '،']).map(str::trim).collect::<Vec<&str>>();
        match comma {
            Comma::Belongs => parts,
            Comma::Separates => at_commas(),
            Comma::UnlessKnown(is_known) => {
                if is_known(cell.trim()) {
                    parts
                } else {
                    at_commas().into_iter().flat_map(|value| at_slashes(value, is_known)).collect()
                }
            }
        }
    }

    /// Yes or no in four languages; anything else is reported.
    fn truth(&mut self, wanted: Column) -> Option<bool> {
        let (.., label, cell) = *self.sorted.iter().find(|(column, ..)| *column == wanted)?;
        let truth = truth_of(cell);
        if truth.is_none() {
            self.report("not-yes-or-no", label, "yes or no was due", Some(cell));
        }
        truth
    }

    fn report(&mut self, code: &str, header: &str, message: &str, value: Option<&str>) {
        let position = Position { column: Some(header.to_owned()), ..self.row.position() };
        let problem = Problem::warning(code, header, message).at(position);
        self.problems.push(match value {
            Some(value) => problem.with_value(value),
            None => problem,
        });
    }

    /// Disaggregation in words, from one column or from two that say yes or no.
    fn disaggregation(&mut self) -> Option<String> {
        let stated = self.one(Column::Disaggregation);
        let by = (self.truth(Column::BySex), self.truth(Column::ByAge));
        // That it is not is a statement, too.
        let words = match by {
            (Some(true), Some(true)) => "sex and age",
            (Some(true), Some(false)) => "sex, not age",
            (Some(false), Some(true)) => "age, not sex",
            (Some(false), Some(false)) => "no",
            (Some(true), None) => "sex",
            (None, Some(true)) => "age",
            (Some(false), None) => "not sex",
            (None, Some(false)) => "not age",
            (None, None) => return stated,
        };
        stated.or_else(|| Some(words.to_owned()))
    }
}

/// The header of every field that a column fills: the surest column's, and one that fills the field alone before one that
/// fills it beside another.
fn headers_of(sorted: &[(Column, usize, &str, &str)]) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    let own = sorted.iter().filter_map(|(column, _, label, _)| Some((fields_of(*column).first()?, label)));
    let beside = sorted
        .iter()
        .flat_map(|(column, _, label, _)| fields_of(*column).iter().skip(1).map(move |field| (field, label)));
    for (field, label) in own.chain(beside) {
        headers.entry((*field).to_owned()).or_insert_with(|| (*label).to_owned());
    }
    headers
}

/// A value that is none that is known, and several of these with slashes or signs of addition between them (`Syria/Lebanon`,
/// `Excel + Shapefile`).
fn at_slashes(value: &str, is_known: fn(&str) -> bool) -> Vec<&str> {
    let parts: Vec<&str> = value.split(['/', '+', '&']).map(str::trim).collect();
    let are_several = parts.len() > 1 && !is_known(value) && parts.iter().all(|part| is_known(part));
    if are_several { parts } else { vec![value] }
}

fn fill_distributions(cells: &mut Cells<'_>, draft: &mut Draft) {
    let stated = cells.many(Column::Link, Comma::Belongs);
    let (stated, words): (Vec<String>, Vec<String>) = stated.into_iter().partition(|text| may_be_address(text));
    let label = cells.headers.get("distributions.url").cloned().unwrap_or_default();
    for text in words {
        cells.report(
            "no-address",
            &label,
            "the cell shows words, and the address behind them is not known",
            Some(&text),
        );
    }
    let links: Vec<String> = stated.iter().flat_map(|link| links_in(link)).collect();
    let formats = cells.many(Column::Format, Comma::UnlessKnown(is_format));
    let size = cells.one(Column::Size).filter(|_| links.len() + formats.len() == 1 || links.len() == 1);
    if links.is_empty() {
        for format in formats {
            draft.distributions.push(DraftDistribution {
                format: Some(format),
                size: size.clone(),
                ..DraftDistribution::default()
            });
        }
        return;
    }
    let one_format = (formats.len() == 1).then(|| formats[0].clone());
    for (index, link) in links.iter().enumerate() {
        // As many formats as links: each has its own. One format: all have it. Else nobody knows which is which.
        let own = (formats.len() == links.len()).then(|| formats[index].clone());
        draft.distributions.push(DraftDistribution {
            url: Some(link.clone()),
            format: own.or_else(|| one_format.clone()),
            size: size.clone(),
            ..DraftDistribution::default()
        });
    }
    if links.len() == 1 && formats.len() > 1 {
        for format in formats {
            draft.distributions.push(DraftDistribution { format: Some(format), ..DraftDistribution::default() });
        }
    }
}

/// Whether a text may be an address or a path, and is not just what people click on (`link`, `Download here`).
fn may_be_address(text: &str) -> bool {
    text.contains(['.', '/', '\\', ':'])
}

/// The addresses in a cell that holds several without a separator that tells, each from where it begins.
fn links_in(cell: &str) -> Vec<String> {
    let begins = |at: usize| {
        let is_scheme = ["http://", "https://", "ftp://"].iter().any(|scheme| cell[at..].starts_with(scheme));
        is_scheme && (at == 0 || cell[..at].ends_with([' ', ',', '\t']))
    };
    let mut starts: Vec<usize> = cell.char_indices().map(|(at, _)| at).filter(|at| begins(*at)).collect();
    if starts.first() != Some(&0) {
        return vec![cell.to_owned()];
    }
    starts.push(cell.len());
    starts.windows(2).map(|pair| cell[pair[0]..pair[1]].trim_end_matches([' ', ',', '\t']).to_owned()).collect()
}

fn fill_licence(cells: &mut Cells<'_>, draft: &mut Draft) {
    let Some(licence) = cells.one(Column::Licence) else { return };
    if licence.starts_with("http://") || licence.starts_with("https://") {
        draft.licence_url = Some(licence);
    } else if licence.chars().count() > 120 {
        draft.licence_text = Some(licence);
    } else {
        draft.licence_title = Some(licence);
    }
}

fn impact(cells: &mut Cells<'_>) -> Option<ImpactNote> {
    let note = ImpactNote {
        summary: cells.one(Column::ImpactSummary).unwrap_or_default(),
        affected_groups: cells.many(Column::AffectedGroups, Comma::Belongs),
        mitigations: cells.many(Column::Mitigations, Comma::Belongs),
        ..ImpactNote::default()
    };
    (note != ImpactNote::default()).then_some(note)
}

fn upkeep(cells: &mut Cells<'_>, dates: OrderHint) -> Option<Upkeep> {
    let upkeep =
        Upkeep { cost: cost(cells), successor: cells.one(Column::Successor), kept_until: kept_until(cells, dates) };
    (upkeep != Upkeep::default()).then_some(upkeep)
}

fn cost(cells: &mut Cells<'_>) -> Option<CostModel> {
    let (.., label, cell) = *cells.sorted.iter().find(|(column, ..)| *column == Column::Cost)?;
    let cost = Vocabularies::bundled().cost(cell);
    if cost.is_none() {
        let message = "it is free, pro-bono, cost-recovery or licensed-aggregate";
        cells.report("unknown-cost", label, message, Some(cell));
    }
    cost
}

fn kept_until(cells: &mut Cells<'_>, dates: OrderHint) -> Option<PartialDate> {
    let (.., label, cell) = *cells.sorted.iter().find(|(column, ..)| *column == Column::KeptUntil)?;
    match read_date_ordered(cell, dates) {
        Ok(read) => {
            if let Some(note) = read.note {
                cells.report(note.code(), label, note.message(), Some(cell));
            }
            Some(read.last)
        }
        Err(DateFault::Absent) => None,
        Err(fault) => {
            cells.report(fault.code(), label, &fault.to_string(), Some(cell));
            None
        }
    }
}

fn fill_engagement(cells: &mut Cells<'_>, draft: &mut Draft) {
    if let Some(text) = cells.one(Column::SocialLicence) {
        match SocialLicenceStatus::from_code(&text.trim().to_lowercase()) {
            Some(status) => {
                draft.social_licence = Some(SocialLicence::new(status));
            }
            None => cells.report(
                "unknown-social-licence",
                "social_licence",
                "the state of the social licence is not known",
                Some(&text),
            ),
        }
    }
    for partner in cells.many(Column::Partners, Comma::Separates) {
        draft.partnerships.push(Partnership { partner, ..Partnership::default() });
    }
}

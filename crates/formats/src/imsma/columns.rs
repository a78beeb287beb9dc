//! What the columns of a table mean: which item types its rows are, and which column holds what of each.

use std::collections::BTreeSet;

use crate::inventory::is_of_totals;
use crate::table::TableRow;

use super::dictionary::{KnownField, Role, canonical, known_field, tells_of_survivors};
use super::item_type::ItemTypeId;
use super::month::{DayOrder, OrderSigns};

/// Fields that a table must share with the dictionary of a type to be taken for one of it, if no column marks it.
const OWN_FIELDS: usize = 3;

/// Rows among which the header of a table is looked for.
const HEAD_ROWS: usize = 30;

/// The item types of which one is told inside the other.
const ACCIDENTS: &str = "accidents";
const VICTIMS: &str = "victims";

/// Keys of the accident and of the victims in the form of Survey123, canonical.
const SURVEY_ACCIDENT: [&str; 3] = ["idvasy", "accode", "acdate"];
const SURVEY_VICTIM: [&str; 3] = ["vaid", "vinumber", "viname"];

/// The columns of a table.
pub(super) struct Columns {
    /// Names as the table has them, and canonical.
    pub(super) names: Vec<(String, String)>,
    /// What they mean for each type of the table; the first is the type of a row that marks no other.
    plans: Vec<Plan>,
    /// The column of `imsma_id`.
    imsma_id: Option<usize>,
    /// Where rows are accidents with one victim each (exports of the accident form with its repeats, and tables of accidents
    /// joined with their victims): the columns that a victim fills.
    victims_of_accidents: Option<Vec<usize>>,
    /// How each column writes its days.
    orders: Vec<DayOrder>,
}

/// The meaning of the columns for one item type.
struct Plan {
    item: ItemTypeId,
    meanings: Vec<Option<&'static KnownField>>,
    markers: Vec<usize>,
    /// Columns that the dictionary lists for this type by name.
    own_fields: usize,
}

impl Columns {
    /// The columns of the first table of an export, with the place of its header among `rows`: that of the first row that is
    /// a header, else the likeliest.
    pub(super) fn find(rows: &[TableRow]) -> Option<(usize, Self)> {
        let head = &rows[..rows.len().min(HEAD_ROWS)];
        let likeliest = || {
            let known = head.iter().enumerate().filter(|(_, row)| Self::of_header(&row.cells).are_known());
            known.rev().max_by_key(|(_, row)| known_names(&row.cells)).map(|(place, _)| place)
        };
        let place = head.iter().position(|row| is_header(&row.cells)).or_else(likeliest)?;
        Some((place, Self::of_table(&head[place].cells, &rows[place + 1..])))
    }

    /// The columns of a table with this header, whose rows are the first of `rows`.
    pub(super) fn of_table(header: &[String], rows: &[TableRow]) -> Self {
        let mut columns = Self::of_header(header);
        let end = rows.iter().position(|row| is_header(&row.cells)).unwrap_or(rows.len());
        columns.orders = columns.day_orders(&rows[..end]);
        columns
    }

    /// Whether it is known of which item types the rows are.
    pub(super) fn are_known(&self) -> bool {
        !self.plans.is_empty() || self.imsma_id.is_some()
    }

    /// Whether these are the names of the columns.
    pub(super) fn are_named(&self, header: &[String]) -> bool {
        self.names.iter().map(|(_, name)| name.as_str()).eq(header.iter().map(|cell| canonical(cell)))
    }

    fn of_header(cells: &[String]) -> Self {
        let names: Vec<(String, String)> = cells.iter().map(|cell| (cell.clone(), canonical(cell))).collect();
        let imsma_id = names.iter().position(|(_, name)| name == "imsmaid");
        let mut plans = Vec::new();
        for item in ItemTypeId::all() {
            let plan = Plan::of(item, &names);
            if !plan.markers.is_empty() || plan.own_fields >= OWN_FIELDS {
                plans.push(plan);
            }
        }
        // The type with the most columns of its own is that of the table: a table of victims refers to accidents too.
        plans.sort_by_key(|plan| {
            let first_marker = plan.markers.first().copied().unwrap_or(usize::MAX);
            (plan.markers.is_empty(), std::cmp::Reverse(plan.own_fields), first_marker)
        });
        // Without a marker a type is a guess, which is good for one type alone.
        let types = plans.iter().filter(|plan| !plan.markers.is_empty()).count().max(1);
        plans.truncate(types);
        let victims_of_accidents = victims_of_accidents(&plans, &names);
        let orders = vec![DayOrder::default(); names.len()];
        let mut columns = Self { names, plans, imsma_id, victims_of_accidents, orders };
        if columns.holds_victims_of_accidents() {
            [ACCIDENTS, VICTIMS]
                .iter()
                .filter_map(|code| ItemTypeId::of_code(code))
                .for_each(|item| columns.plan_for(item));
        }
        columns
    }

    /// The item types of a layer with these fields: that of which it has most, and accidents and victims where both are joined.
    pub(super) fn types_of_layer(fields: &[String]) -> Vec<ItemTypeId> {
        let columns = Self::of_header(fields);
        let is_joined = |item: &ItemTypeId| matches!(item.get().code.as_str(), ACCIDENTS | VICTIMS);
        let types = columns.plans.iter().map(|plan| plan.item);
        if columns.holds_victims_of_accidents() { types.filter(is_joined).collect() } else { types.take(1).collect() }
    }

    /// Whether rows are accidents with one victim each.
    pub(super) fn holds_victims_of_accidents(&self) -> bool {
        self.victims_of_accidents.is_some()
    }

    /// Whether a record of a type may stand in several rows: one for each of its victims, or for each point of its outline.
    pub(super) fn rows_repeat(&self, item: ItemTypeId) -> bool {
        let has_points = || self.meanings(item).iter().flatten().any(|field| field.class.is_coordinates());
        self.holds_victims_of_accidents() || has_points()
    }

    /// The item types of a row; none when it cannot be told.
    pub(super) fn types_of(&mut self, cells: &[String]) -> Vec<ItemTypeId> {
        let id = self.imsma_id.and_then(|column| cells.get(column));
        if let Some(item) = id.and_then(|id| ItemTypeId::of_imsma_id(id)) {
            self.plan_for(item);
            return vec![item];
        }
        if id.is_some_and(|id| is_core_id(id)) {
            return Vec::new();
        }
        let marked =
            |plan: &&Plan| plan.markers.iter().any(|column| cells.get(*column).is_some_and(|cell| !cell.is_empty()));
        if let Some(columns_of_victims) = &self.victims_of_accidents {
            let is_filled = |column: &usize| cells.get(*column).is_some_and(|cell| !cell.is_empty());
            let is_there = |plan: &&Plan| match plan.item.get().code.as_str() {
                ACCIDENTS => marked(plan),
                VICTIMS => columns_of_victims.iter().any(is_filled),
                _ => false,
            };
            let mut types: Vec<ItemTypeId> = self.plans.iter().filter(is_there).map(|plan| plan.item).collect();
            types.sort_unstable();
            if !types.is_empty() {
                return types;
            }
        }
        let Some(first) = self.plans.first() else {
            return Vec::new();
        };
        if first.markers.is_empty() || marked(&first) {
            return vec![first.item];
        }
        let other = self.plans.iter().find(marked).unwrap_or(first);
        vec![other.item]
    }

    /// Whether a row has a key of a record. A cell that names the row as one of totals is none.
    pub(super) fn holds_key(&self, cells: &[String]) -> bool {
        let is_key = |role: Role| role.is_key() || role == Role::ImsmaId;
        self.plans.iter().flat_map(|plan| plan.meanings.iter().zip(cells)).any(|(meaning, cell)| {
            meaning.is_some_and(|field| is_key(field.role)) && !cell.is_empty() && !is_of_totals(cell)
        })
    }

    /// The meaning of each column for rows of a type.
    pub(super) fn meanings(&self, item: ItemTypeId) -> &[Option<&'static KnownField>] {
        self.plans.iter().find(|plan| plan.item == item).map_or(&[], |plan| &plan.meanings)
    }

    /// How a column writes its days.
    pub(super) fn order(&self, column: usize) -> DayOrder {
        self.orders.get(column).copied().unwrap_or_default()
    }

    /// Rows may be of a type that no column marks: `imsma_id` says so.
    fn plan_for(&mut self, item: ItemTypeId) {
        if self.plans.iter().all(|plan| plan.item != item) {
            let plan = Plan::of(item, &self.names);
            self.plans.push(plan);
        }
    }

    fn day_orders(&self, rows: &[TableRow]) -> Vec<DayOrder> {
        let mut orders = Vec::with_capacity(self.names.len());
        for (column, (name, _)) in self.names.iter().enumerate() {
            let holds_days = known_field(name, None).is_some_and(is_day)
                || self.plans.iter().any(|plan| plan.meanings[column].is_some_and(is_day));
            let mut signs = OrderSigns::default();
            if holds_days {
                rows.iter().filter_map(|row| row.cells.get(column)).for_each(|cell| signs.note(cell));
            }
            orders.push(signs.order());
        }
        orders
    }
}

impl Plan {
    fn of(item: ItemTypeId, names: &[(String, String)]) -> Self {
        let mut plan = Self { item, meanings: Vec::with_capacity(names.len()), markers: Vec::new(), own_fields: 0 };
        for (column, (name, canonical)) in names.iter().enumerate() {
            let meaning = known_field(name, Some(item));
            plan.own_fields += usize::from(meaning.is_some_and(|field| field.belongs_to(item)));
            plan.meanings.push(meaning);
            if item.is_marker(canonical) {
                plan.markers.push(column);
            }
        }
        plan
    }
}

/// Whether a row is the header of a table, wherever it stands. The keys of IMSMA are no values of anything. Any other name may
/// be one (`RE activity`), so that more of them are asked for: most cells of the row, or a few where an export alone has one.
pub(super) fn is_header(cells: &[String]) -> bool {
    let known = known_names(cells);
    if known == 0 {
        return false;
    }
    if cells.iter().any(|cell| is_key(cell)) {
        return true;
    }
    let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
    let is_marked = cells.iter().any(|cell| is_mark_of_export(cell));
    let has_number = cells.iter().any(|cell| cell.starts_with(|letter: char| letter.is_ascii_digit()));
    let enough = if is_marked && !has_number { 2 } else { OWN_FIELDS };
    known >= enough && (is_marked || known * 2 > filled)
}

/// How many different names some dictionary knows are in a row: a header has more of them than a row of values. None begins
/// with a digit, or with the mark of an HXL tag (`#country`).
fn known_names(cells: &[String]) -> usize {
    let names: BTreeSet<String> = cells
        .iter()
        .filter(|cell| cell.starts_with(char::is_alphabetic) && known_field(cell, None).is_some())
        .map(|cell| canonical(cell))
        .collect();
    names.len()
}

/// Whether a name is the key of an item type in a database of IMSMA, also as a shapefile cuts it.
fn is_key(cell: &str) -> bool {
    let name = canonical(cell);
    is_mark_of_export(cell)
        && (name.ends_with("guid") || name.ends_with("localid") || ItemTypeId::all().any(|item| item.is_cut_key(cell)))
}

/// The row that shows a table with this header row to be an export of IMSMA: at or above the header, where an export has the
/// names of its database, any that has a column of exports alone. Below it a word may be a value, so a row must have more
/// columns of IMSMA beside that one.
pub(crate) fn row_of_export(rows: &[TableRow], header: usize) -> Option<&TableRow> {
    rows.iter().enumerate().take((header + 1).max(HEAD_ROWS)).map(|(place, row)| (place > header, row)).find_map(
        |(is_below, row)| {
            let is_of_export = row.cells.iter().any(|cell| is_mark_of_export(cell));
            let known = || row.cells.iter().filter(|cell| known_field(cell, None).is_some()).count();
            (is_of_export && (!is_below || known() >= OWN_FIELDS)).then_some(row)
        },
    )
}

/// Whether only exports of IMSMA have a column of this name: the key of an item type, also as a shapefile cuts it, or what
/// every table of IMSMA Core has.
fn is_mark_of_export(cell: &str) -> bool {
    let name = canonical(cell);
    let is_key = |item: ItemTypeId| item.is_marker(&name) || item.is_cut_key(cell);
    matches!(name.as_str(), "imsmaid" | "imsmalinks") || ItemTypeId::all().any(is_key)
}

/// The columns that victims fill in a table of accidents; nothing where the table is another or has no victims in it.
///
/// A table that victims key is theirs, however much it tells of their accidents. In one that is keyed by accidents, their
/// columns are known by their keys, or by what [`tells_of_survivors`].
fn victims_of_accidents(plans: &[Plan], names: &[(String, String)]) -> Option<Vec<usize>> {
    let accidents = plans.iter().find(|plan| plan.item.get().code == ACCIDENTS && !plan.markers.is_empty())?;
    let victims = ItemTypeId::of_code(VICTIMS)?;
    let plan = Plan::of(victims, names);
    let own = |condition: bool| {
        let of_person = move |column: &usize| {
            let meaning = known_field(&names[*column].0, Some(accidents.item));
            meaning.is_some_and(|field| {
                let class = if condition { field.class.is_condition() } else { field.class.is_identity() };
                class && field.belongs_to(victims)
            })
        };
        (0..names.len()).filter(of_person).collect::<Vec<usize>>()
    };
    let (conditions, identities) = (own(true), own(false));
    let tell_of_victims = || {
        tells_of_survivors(
            conditions
                .iter()
                .chain(&identities)
                .filter_map(|column| known_field(&names[*column].0, Some(accidents.item))),
        )
    };
    let is_survey = |column: &usize| SURVEY_VICTIM.contains(&names[*column].1.as_str());
    let is_keyed_by_victim = plans.first().is_some_and(|first| first.item == victims);
    let has_victims = if is_keyed_by_victim {
        // The form of accidents asks for victims inside: its table has the keys of both.
        plan.markers.iter().any(is_survey) && names.iter().any(|(_, name)| SURVEY_ACCIDENT.contains(&name.as_str()))
    } else {
        !plan.markers.is_empty() || tell_of_victims()
    };
    has_victims.then(|| {
        let columns: BTreeSet<usize> = plan.markers.into_iter().chain(conditions).chain(identities).collect();
        columns.into_iter().collect()
    })
}

/// Whether an id is made as IMSMA Core makes them: the sort of the feature, an underscore and a number. Programmes that
/// kept their own ids have others there, and those tell nothing.
fn is_core_id(id: &str) -> bool {
    let parts = id.rsplit_once('_');
    parts.is_some_and(|(sort, number)| {
        !sort.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_day(field: &KnownField) -> bool {
    matches!(field.role, Role::Date | Role::ReportDate)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn row(number: u64, cells: &str) -> TableRow {
        TableRow { number, byte: 0, cells: cells.split(',').map(str::to_owned).collect() }
    }

    /// The types of the last row of a table, and the row of its header.
    fn types(rows: &[&str]) -> (usize, Vec<&'static str>) {
        let rows: Vec<TableRow> = (1..).zip(rows).map(|(number, cells)| row(number, cells)).collect();
        let (header, mut columns) = Columns::find(&rows).unwrap();
        let types = columns.types_of(&rows.last().unwrap().cells);
        (header, types.into_iter().map(|item| item.get().code.as_str()).collect())
    }

    #[test]
    fn a_table_of_ng_is_known_by_its_own_key_and_not_by_those_it_refers_to() {
        assert_eq!(types(&["victim_guid,accident_guid,name,genderenum_guid", "v1,a1,x,m"]), (0, vec!["victims"]));
        assert_eq!(types(&["qa_guid,hazreducref_guid,visit_date", "q1,h1,2020"]), (0, vec!["quality-management"]));
        assert_eq!(types(&["hazreduc_g,Province,Stauts", "1,2,3"]), (0, vec!["land-release"]));
    }

    #[test]
    fn titles_above_the_header_are_passed_over() {
        assert_eq!(types(&["Exported from IMSMA,,", "hazard_localid,status,province", "1,2,3"]), (1, vec!["hazards"]));
    }

    #[test]
    fn rows_of_a_mixed_table_are_told_by_imsma_id_or_by_the_key_that_they_fill() {
        assert_eq!(types(&["imsma_id,status", "accident_34,open"]), (0, vec!["accidents"]));
        let columns = "id_ha_sy,status_ha,Form ID,re_category,re_method";
        assert_eq!(types(&[columns, "X-HA-1,open,,,"]), (0, vec!["hazards"]));
        assert_eq!(types(&[columns, ",,F1,session,direct"]), (0, vec!["risk-education"]));
    }

    #[test]
    fn a_joined_accident_form_gives_accidents_and_victims() {
        let columns = "id_va_sy,ac_date,va_id,vi_name,vi_gender";
        assert_eq!(types(&[columns, "A1,2020-01-01,V1,x,m"]), (0, vec!["accidents", "victims"]));
        assert_eq!(types(&[columns, "A1,2020-01-01,,,"]), (0, vec!["accidents"]));
    }

    #[test]
    fn a_table_that_is_none_of_imsma_has_no_columns() {
        assert!(Columns::find(&[row(1, "title,publisher"), row(2, "Wells,WFP")]).is_none());
    }
}

//! maXML: `MineActionFieldReport` › `FieldReport` › `FieldReportInfo` and one item, and the auxiliary artifacts.
//!
//! IMSMA's exports differ from the published schema, so that nothing is validated: elements are known by their local
//! names, in any case, at any place where they make sense. A report may repeat; each counts as a record of its item, and
//! each victim inside an accident as a victim, but for those whose key was met before. Auxiliary data (country structure, organisations ...) has its artifact as
//! the document's element, or as a child of it.

use std::io::Read;

use cairn_model::{Position, Problem};

use super::dictionary::{KnownField, Role, canonical, known_field};
use super::item_type::ItemTypeId;
use super::keys::Keys;
use super::month::{DayOrder, DayReading};
use super::problem_log::ProblemLog;
use super::recognise::{Recogniser, RecordValues};
use super::tally::{FieldsSeen, Tallies};
use super::xml::{Piece, XmlPieces};

/// Longer texts of an element are no value that could be kept.
const LONGEST_TEXT: usize = 512;

/// Items of one report that wait for its end, to have what it says of them all. No report has as many; those beyond
/// are counted by what they say themselves.
const WAITING: usize = 10_000;

/// Names under which an element's own value may stand one level deeper.
const INNER_VALUES: [&str; 7] = ["name", "value", "code", "label", "enumvalue", "text", "basevalue"];

/// Names of elements that hold a field which a national programme added.
const CUSTOM_FIELDS: [&str; 5] = ["customdefinedfield", "customdefinedfieldvalue", "cdf", "cdfvalue", "customfield"];

/// Names under which such an element says what the field is called.
const CUSTOM_NAMES: [&str; 6] = ["name", "label", "fieldname", "cdfname", "cdflabel", "fieldlabel"];

/// Reads an export; false when it was not read to its proper end or is no maXML.
pub(super) fn read(
    reader: impl Read,
    recogniser: &Recogniser<'_>,
    tallies: &mut Tallies,
    log: &mut ProblemLog,
) -> bool {
    let mut pieces = XmlPieces::new(reader);
    let mut walk = Walk {
        recogniser,
        tallies,
        log,
        stack: Vec::new(),
        items: Vec::new(),
        report: None,
        reports: 0,
        known: false,
        items_may_lie_bare: false,
        byte: 0,
    };
    loop {
        let piece = pieces.next_piece();
        walk.byte = pieces.byte();
        match piece {
            Ok(Piece::Start { name, attributes }) => walk.start(&name, &attributes),
            Ok(Piece::Text(text)) => walk.text(&text),
            Ok(Piece::End) => walk.end(),
            Ok(Piece::Eof) if walk.known => return true,
            Ok(Piece::Eof) => {
                let message = "the document holds no field report and no artifact of maXML";
                log.add(Problem::error("not-an-export", "", message));
                return false;
            }
            Err(fault) => {
                let position = Position { byte: Some(fault.byte), ..Position::default() };
                log.add(Problem::error(fault.code, "", fault.message).at(position));
                return false;
            }
        }
    }
}

/// What an open element is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Around the reports.
    Wrapper,
    /// Around the records of an auxiliary artifact.
    Artifact(ItemTypeId),
    /// `FieldReport`.
    Report,
    /// `FieldReportInfo`.
    Info,
    /// An item: the last of `Walk::items`.
    Item,
    /// A field of an item or of `FieldReportInfo`, or a container of such.
    Field,
    /// A field that a national programme added, and what is inside.
    Custom,
    /// What is inside a custom field.
    CustomPart,
    /// Nothing that counts, with all that is inside.
    Ignored,
}

/// An open element.
struct Element {
    place: Place,
    name: String,
    text: String,
    has_children: bool,
}

/// An item that is read.
struct OpenItem {
    item: ItemTypeId,
    keys: Keys,
    values: RecordValues,
    fields: FieldsSeen,
    /// Victims of an accident, complete but for what they have from it.
    inner: Vec<OpenItem>,
}

/// A field report that is read: what its `FieldReportInfo` says, and its items.
#[derive(Default)]
struct OpenReport {
    values: RecordValues,
    fields: FieldsSeen,
    items: Vec<OpenItem>,
}

struct Walk<'w, 'v> {
    recogniser: &'w Recogniser<'v>,
    tallies: &'w mut Tallies,
    log: &'w mut ProblemLog,
    stack: Vec<Element>,
    items: Vec<OpenItem>,
    report: Option<OpenReport>,
    reports: u64,
    /// Whether anything of maXML was met.
    known: bool,
    /// Whether the document's element is one of maXML, so that items count outside of reports too.
    items_may_lie_bare: bool,
    byte: u64,
}

impl Walk<'_, '_> {
    fn start(&mut self, name: &str, attributes: &[(String, String)]) {
        let name = canonical(name);
        let place = self.place_of(&name);
        if let Some(parent) = self.stack.last_mut() {
            parent.has_children = true;
        }
        match place {
            Place::Report => {
                self.known = true;
                self.report = Some(OpenReport::default());
            }
            Place::Item => self.open_item(&name),
            Place::Artifact(_) => self.known = true,
            _ => {}
        }
        let element = Element { place, name, text: String::new(), has_children: false };
        self.stack.push(element);
        for (name, value) in attributes {
            self.attribute(place, name, value);
        }
    }

    /// What an element of this name is inside the element that is open.
    fn place_of(&mut self, name: &str) -> Place {
        let item = ItemTypeId::of_element(name);
        match self.stack.last().map(|parent| parent.place) {
            None => match item {
                _ if name == "fieldreport" => Place::Report,
                Some(item) => Place::Artifact(item),
                None => {
                    self.known |= name == "mineactionfieldreport";
                    self.items_may_lie_bare = name.starts_with("mineaction") || name.contains("maxml");
                    Place::Wrapper
                }
            },
            Some(Place::Wrapper) => match item {
                _ if name == "fieldreport" => Place::Report,
                _ if name == "documentheader" => Place::Ignored,
                Some(_) if self.items_may_lie_bare => Place::Item,
                _ => Place::Wrapper,
            },
            Some(Place::Artifact(_)) if name == "documentheader" => Place::Ignored,
            Some(Place::Artifact(_)) => Place::Item,
            Some(Place::Report) if name == "fieldreportinfo" => Place::Info,
            Some(Place::Report) if item.is_some() => Place::Item,
            Some(Place::Report) => {
                if let Some(report) = &mut self.report {
                    report.fields.note(name, None, &self.recogniser.custom_fields, &self.tallies.hashes);
                }
                Place::Ignored
            }
            Some(Place::Info | Place::Item | Place::Field) => {
                if self.is_inner_victim(name) {
                    Place::Item
                } else if CUSTOM_FIELDS.contains(&name) {
                    Place::Custom
                } else {
                    Place::Field
                }
            }
            Some(Place::Custom | Place::CustomPart) => Place::CustomPart,
            Some(Place::Ignored) => Place::Ignored,
        }
    }

    fn is_inner_victim(&self, name: &str) -> bool {
        let inside_accident = self.items.last().is_some_and(|open| open.item.get().code == "accidents");
        inside_accident && name == "victim"
    }

    fn open_item(&mut self, name: &str) {
        let of_artifact = match self.stack.last().map(|parent| parent.place) {
            Some(Place::Artifact(item)) => Some(item),
            _ => None,
        };
        // `place_of` calls an element an item only where one of the two is there.
        let Some(item) = of_artifact.or_else(|| ItemTypeId::of_element(name)) else {
            return;
        };
        self.known = true;
        self.items.push(OpenItem {
            item,
            keys: Keys::default(),
            values: RecordValues::default(),
            fields: FieldsSeen::default(),
            inner: Vec::new(),
        });
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.stack.last_mut() {
            // A text that grows too long is emptied for good: nothing that is kept begins like it.
            if element.text.len() + text.len() <= LONGEST_TEXT {
                element.text.push_str(text);
            } else {
                element.text = " ".repeat(LONGEST_TEXT);
            }
        }
    }

    fn attribute(&mut self, place: Place, name: &str, value: &str) {
        match place {
            Place::Item | Place::Info => {
                self.note_field(name, value);
            }
            Place::Custom if CUSTOM_NAMES.contains(&canonical(name).as_str()) => {
                self.note_custom(value);
            }
            _ => {}
        }
    }

    fn end(&mut self) {
        let Some(element) = self.stack.pop() else {
            return;
        };
        match element.place {
            Place::Report => self.close_report(),
            Place::Item => self.close_item(),
            Place::Field => self.close_field(&element),
            Place::CustomPart if !element.has_children && CUSTOM_NAMES.contains(&element.name.as_str()) => {
                self.note_custom(&element.text);
            }
            _ => {}
        }
    }

    fn close_field(&mut self, element: &Element) {
        let parent = self.stack.last().filter(|parent| parent.place == Place::Field);
        let item = self.items.last().map(|open| open.item);
        if let Some(parent) = parent
            && !element.has_children
            && INNER_VALUES.contains(&element.name.as_str())
            && let Some(field) = known_field(&parent.name, item)
        {
            self.take_value(field, &element.text);
        } else if element.has_children {
            // A container is a field only where a dictionary has it.
            if known_field(&element.name, item).is_some() {
                self.note_field(&element.name, "");
            }
        } else {
            self.note_field(&element.name, &element.text);
        }
    }

    /// Notes a field of the item that is open, or of the report's information, and takes its value.
    fn note_field(&mut self, name: &str, value: &str) {
        let hashes = &self.tallies.hashes;
        let field = if let Some(open) = self.items.last_mut() {
            open.fields.note(name, Some(open.item), &self.recogniser.custom_fields, hashes)
        } else if let Some(report) = &mut self.report {
            report.fields.note(name, None, &self.recogniser.custom_fields, hashes)
        } else {
            None
        };
        if let Some(field) = field {
            self.take_value(field, value);
        }
    }

    fn note_custom(&mut self, name: &str) {
        let hashes = &self.tallies.hashes;
        if let Some(open) = self.items.last_mut() {
            open.fields.note_custom(name, &self.recogniser.custom_fields, hashes);
        } else if let Some(report) = &mut self.report {
            report.fields.note_custom(name, &self.recogniser.custom_fields, hashes);
        }
    }

    fn take_value(&mut self, field: &'static KnownField, value: &str) {
        let values = match (self.items.last_mut(), &mut self.report) {
            (Some(open), _) => &mut open.values,
            (None, Some(report)) => &mut report.values,
            (None, None) => return,
        };
        match field.role {
            Role::Date | Role::ReportDate => match self.recogniser.day(value, DayOrder::DayFirst) {
                DayReading::Empty => {}
                DayReading::In(month) => values.take_month(field.role, month),
                DayReading::Implausible => self.report_day(field, "implausible-date"),
                DayReading::Unreadable => self.report_day(field, "unreadable-date"),
            },
            Role::RecordId | Role::PersonId | Role::LocalId => {
                if let Some(open) = self.items.last_mut() {
                    open.keys.take(field.role, value, &self.tallies.hashes);
                }
            }
            role => values.take(role, value),
        }
    }

    fn report_day(&mut self, field: &KnownField, code: &str) {
        let position = Position { record: Some(self.reports), byte: Some(self.byte), ..Position::default() };
        self.log.add(day_problem(code, &field.name).at(position));
    }

    fn close_item(&mut self) {
        let Some(mut closed) = self.items.pop() else {
            return;
        };
        for inner in &mut closed.inner {
            inner.values.inherit(&closed.values);
        }
        match (self.items.last_mut(), &mut self.report) {
            (Some(outer), _) if outer.inner.len() < WAITING => outer.inner.push(closed),
            (None, Some(report)) if report.items.len() < WAITING => report.items.push(closed),
            _ => self.count(closed, &OpenReport::default()),
        }
    }

    fn close_report(&mut self) {
        let Some(mut report) = self.report.take() else {
            return;
        };
        let items = std::mem::take(&mut report.items);
        if items.is_empty() {
            let position = Position { record: Some(self.reports), byte: Some(self.byte), ..Position::default() };
            let message = "a field report holds no item that is known";
            self.log.add(Problem::warning("no-known-item", "", message).at(position));
        }
        for item in items {
            self.count(item, &report);
        }
        self.reports += 1;
    }

    /// Counts an item and the victims in it, with what the report says of them all.
    fn count(&mut self, mut open: OpenItem, report: &OpenReport) {
        for inner in std::mem::take(&mut open.inner) {
            self.count(inner, report);
        }
        open.values.inherit(&report.values);
        open.fields.merge(&report.fields);
        let record = self.recogniser.recognise(&open.values, open.item.get().persons);
        if record.other_organisations {
            self.log.add_once("organisation-not-listed", "", ORGANISATION_NOT_LISTED);
        }
        if record.other_statuses {
            self.log.add_once("status-not-listed", "", STATUS_NOT_LISTED);
        }
        self.tallies.add(open.item, open.keys.of(open.item, false), record);
        self.tallies.add_fields(open.item, &open.fields);
    }
}

/// Why an organisation is not named.
pub(super) const ORGANISATION_NOT_LISTED: &str =
    "the export names organisations that no list holds; list those that may be named under `organisations`";

/// Why a status is not named.
pub(super) const STATUS_NOT_LISTED: &str =
    "the export holds status values that no list holds; list those that may be named under `statuses`";

/// A problem with a day.
pub(super) fn day_problem(code: &str, field: &str) -> Problem {
    let message = match code {
        "implausible-date" => "a date lies before 1900 or in the future; it was left out",
        _ => "a date cannot be read; it was left out",
    };
    Problem::warning(code, field, message)
}

//! maXML: `MineActionFieldReport` › `FieldReport` › `FieldReportInfo` and one item, and the auxiliary artifacts.
//!
//! IMSMA's exports differ from the published schema, so that nothing is validated: elements are known by their local
//! names, in any case, at any place where they make sense. A report may repeat; each counts as a record of its item, and
//! each item inside another (the victims of an accident, the hazards of a location) as a record of its own, but for those
//! whose key was met before. What stands between a report or an item and the items in it is passed through. Auxiliary data
//! (country structure, organisations ...) has its artifact as the document's element, or as a child of it.

use std::io::Read;

use cairn_model::{Position, Problem};

use super::dictionary::{KnownField, Role, canonical, known_field};
use super::item_type::ItemTypeId;
use super::month::{DayOrder, DayReading, OrderSigns};
use super::problem_log::ProblemLog;
use super::recognise::Recogniser;
use super::report::{OpenItem, OpenReport, is_told_in_person, item_inside};
use super::tally::Tallies;
use super::xml::{Piece, XmlPieces};

/// Longer texts of an element are no value that could be kept.
const LONGEST_TEXT: usize = 512;

/// Items of one report that wait for its end, to have what it says of them all, and as many that stand inside of those. No
/// report has as many; those beyond are counted by what they say themselves.
const WAITING: usize = 10_000;

/// Names under which an element's own value may stand one level deeper, or in an attribute.
const INNER_VALUES: [&str; 7] = ["name", "value", "code", "label", "enumvalue", "text", "basevalue"];

/// Names of elements that hold a field which a national programme added.
const CUSTOM_FIELDS: [&str; 5] = ["customdefinedfield", "customdefinedfieldvalue", "cdf", "cdfvalue", "customfield"];

/// Names under which such an element says what the field is called.
const CUSTOM_NAMES: [&str; 6] = ["name", "label", "fieldname", "cdfname", "cdflabel", "fieldlabel"];

/// What names of elements say that are about persons, however they go on.
const PERSONS: [&str; 4] = ["victim", "casualt", "survivor", "person"];

/// Reads an export; false when it was not read to its proper end, has items that are not known, or is no maXML.
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
        waiting: 0,
        known: false,
        has_lost_items: false,
        day_signs: OrderSigns::default(),
        ambiguous_days: 0,
        items_may_lie_bare: false,
        byte: 0,
    };
    let complete = loop {
        let piece = pieces.next_piece();
        walk.byte = pieces.byte();
        match piece {
            Ok(Piece::Start { name, attributes }) => walk.start(&name, &attributes),
            Ok(Piece::Text(text)) => walk.text(&text),
            Ok(Piece::End) => walk.end(),
            Ok(Piece::Eof) if walk.known => break !walk.has_lost_items,
            Ok(Piece::Eof) => {
                let message = "the document holds no field report and no artifact of maXML";
                walk.log.add(Problem::error("not-an-export", "", message));
                break false;
            }
            Err(fault) => {
                let position = Position { byte: Some(fault.byte), ..Position::default() };
                walk.log.add(Problem::error(fault.code, "", fault.message).at(position));
                break false;
            }
        }
    };
    walk.tallies.day_order = walk.day_signs.order();
    if walk.tallies.day_order == DayOrder::Mixed && walk.ambiguous_days > 0 {
        walk.log.add(day_problem("ambiguous-date", ""));
    }
    complete
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
    /// Around items of a report, or a field about persons: what else stands in it is a field of nothing.
    Group,
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
    /// Attributes of a field under which its value may stand instead.
    attributes: Vec<String>,
    /// Whether elements stand in it or, for an item, attributes.
    has_parts: bool,
}

struct Walk<'w, 'v> {
    recogniser: &'w Recogniser<'v>,
    tallies: &'w mut Tallies,
    log: &'w mut ProblemLog,
    stack: Vec<Element>,
    items: Vec<OpenItem>,
    report: Option<OpenReport>,
    reports: u64,
    /// Items inside of others that wait for the end of the report.
    waiting: usize,
    /// Whether anything of maXML was met.
    known: bool,
    /// Whether a report held something else than items that are known.
    has_lost_items: bool,
    /// What days told of their order so far.
    day_signs: OrderSigns,
    /// Days that only the order of the others tells.
    ambiguous_days: u64,
    /// Whether the document's element is one of maXML, or a report was met, so that items count outside of reports too.
    items_may_lie_bare: bool,
    byte: u64,
}

impl Element {
    /// The values of a field: its text or, where it has none, its attributes.
    fn values(&self) -> Vec<&str> {
        if self.text.trim().is_empty() {
            self.attributes.iter().map(String::as_str).collect()
        } else {
            vec![&self.text]
        }
    }
}

impl Walk<'_, '_> {
    fn start(&mut self, name: &str, attributes: &[(String, String)]) {
        let name = canonical(name);
        let place = self.place_of(&name);
        if let Some(parent) = self.stack.last_mut() {
            parent.has_parts = true;
        }
        match place {
            Place::Report => {
                self.known = true;
                self.items_may_lie_bare = true;
                self.report = Some(OpenReport::default());
            }
            Place::Item => self.open_item(&name),
            Place::Artifact(_) => self.known = true,
            _ => {}
        }
        let has_parts = place == Place::Item && !attributes.is_empty();
        let element = Element { place, name, text: String::new(), attributes: Vec::new(), has_parts };
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
            Some(Place::Report | Place::Group) if name == "documentheader" => Place::Ignored,
            Some(Place::Group) if name == "fieldreportinfo" && self.items.is_empty() => Place::Info,
            Some(Place::Group) if item.is_some() && self.is_around_items_of_report() => Place::Item,
            Some(Place::Report) => {
                if let Some(report) = &mut self.report {
                    report.holds_unknown |= known_field(name, None).is_none();
                }
                Place::Group
            }
            Some(Place::Info | Place::Item | Place::Field | Place::Group)
                if item_inside(self.items.last().map(|open| open.item), name).is_some() =>
            {
                Place::Item
            }
            Some(Place::Group) => Place::Group,
            Some(Place::Info | Place::Item | Place::Field) => {
                if CUSTOM_FIELDS.contains(&name) {
                    Place::Custom
                } else if self.is_about_persons(name) {
                    Place::Group
                } else {
                    Place::Field
                }
            }
            Some(Place::Custom | Place::CustomPart) => Place::CustomPart,
            Some(Place::Ignored) => Place::Ignored,
        }
    }

    /// Whether the group that is open stands neither in an item nor in the information of the report.
    fn is_around_items_of_report(&self) -> bool {
        self.items.is_empty() && self.stack.iter().all(|element| element.place != Place::Info)
    }

    /// Whether an element is about persons: neither the home of a victim nor that of who told of a hazard is a place of the
    /// item. In an item of a person only a dictionary says so, as its own fields are called after it (`VictimID`).
    fn is_about_persons(&self, name: &str) -> bool {
        if INNER_VALUES.contains(&name) {
            return false;
        }
        let item = self.items.last().map(|open| open.item);
        let is_of_person = item.is_some_and(|item| item.get().persons);
        (!is_of_person && PERSONS.iter().any(|word| name.contains(word)))
            || known_field(name, item).is_some_and(|field| field.class.is_about_persons())
    }

    fn open_item(&mut self, name: &str) {
        let item = match self.stack.last().map(|parent| parent.place) {
            Some(Place::Artifact(item)) => item_inside(Some(item), name).or(Some(item)),
            _ => ItemTypeId::of_element(name),
        };
        // `place_of` calls an element an item only where there is one.
        if let Some(item) = item {
            self.known = true;
            self.items.push(OpenItem::new(item));
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(element) = self.stack.last_mut()
            && matches!(element.place, Place::Field | Place::CustomPart)
        {
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
            Place::Item | Place::Info => self.note_field(name, &[value]),
            Place::Field if INNER_VALUES.contains(&canonical(name).as_str()) => {
                if let Some(element) = self.stack.last_mut()
                    && value.len() <= LONGEST_TEXT
                    && element.attributes.len() < INNER_VALUES.len()
                {
                    element.attributes.push(value.to_owned());
                }
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
            Place::Item => self.close_item(&element),
            Place::Field => self.close_field(&element),
            Place::Group if !self.is_in_group() => self.close_field(&element),
            Place::CustomPart if !element.has_parts && CUSTOM_NAMES.contains(&element.name.as_str()) => {
                self.note_custom(&element.text);
            }
            _ => {}
        }
    }

    fn close_field(&mut self, element: &Element) {
        let parent = self.stack.last().filter(|parent| parent.place == Place::Field);
        let item = self.items.last().map(|open| open.item);
        if let Some(parent) = parent
            && !element.has_parts
            && INNER_VALUES.contains(&element.name.as_str())
            && let Some(field) = known_field(&parent.name, item)
        {
            for value in element.values() {
                self.take_value(field, value);
            }
        } else if element.has_parts {
            // A container is a field only where a dictionary has it.
            if known_field(&element.name, item).is_some() {
                self.note_field(&element.name, &[]);
            }
        } else {
            self.note_field(&element.name, &element.values());
        }
    }

    fn is_in_group(&self) -> bool {
        self.stack.last().is_some_and(|parent| parent.place == Place::Group)
    }

    /// Notes a field of the item that is open, or of the report's information, and takes its values.
    fn note_field(&mut self, name: &str, values: &[&str]) {
        let hashes = &self.tallies.hashes;
        let field = if let Some(open) = self.items.last_mut() {
            let field = open.fields.note(name, Some(open.item), &self.recogniser.custom_fields, hashes);
            open.tells_more_than_keys |= field.is_none_or(|field| !field.class.is_identifier());
            field
        } else if let Some(report) = &mut self.report {
            report.fields.note(name, None, &self.recogniser.custom_fields, hashes)
        } else {
            None
        };
        if let Some(field) = field {
            for value in values {
                self.take_value(field, value);
            }
        }
    }

    fn note_custom(&mut self, name: &str) {
        let hashes = &self.tallies.hashes;
        if let Some(open) = self.items.last_mut() {
            open.fields.note_custom(name, &self.recogniser.custom_fields, hashes);
            open.tells_more_than_keys = true;
        } else if let Some(report) = &mut self.report {
            report.fields.note_custom(name, &self.recogniser.custom_fields, hashes);
        }
    }

    fn take_value(&mut self, field: &'static KnownField, value: &str) {
        let is_of_other = self.is_in_other_item();
        let values = match (self.items.last_mut(), &mut self.report) {
            (Some(open), _) => &mut open.values,
            (None, Some(report)) => &mut report.values,
            (None, None) => return,
        };
        match field.role {
            role if is_of_other && !role.is_key() => {}
            Role::Date | Role::ReportDate => {
                self.day_signs.note(value);
                let readings = DayOrder::ALL.map(|order| self.recogniser.day(value, order));
                let months =
                    readings.map(|reading| if let DayReading::In(month) = reading { Some(month) } else { None });
                self.ambiguous_days += u64::from(readings.contains(&DayReading::Ambiguous));
                match readings[0] {
                    DayReading::Empty => {}
                    _ if months.iter().any(Option::is_some) => values.take_month(field.role, months),
                    DayReading::Implausible => self.report_day(field, "implausible-date"),
                    _ => self.report_day(field, "unreadable-date"),
                }
            }
            role if role.is_key() => {
                if let Some(open) = self.items.last_mut() {
                    open.keys.take(field, open.item, value, &self.tallies.hashes);
                }
            }
            Role::ImsmaId => {
                if let Some(open) = self.items.last_mut() {
                    open.keys.take_imsma_id(open.item, value, &self.tallies.hashes);
                }
            }
            role => values.take(role, value),
        }
    }

    /// Whether another item is told inside of a person's: the day on which someone was given something is not that on which
    /// they were hurt.
    fn is_in_other_item(&self) -> bool {
        let Some(person) = self.items.last().map(|open| open.item).filter(|item| item.get().persons) else {
            return false;
        };
        let inside = self.stack.iter().rev().take_while(|element| element.place != Place::Item);
        inside.into_iter().any(|element| is_told_in_person(person, &element.name))
    }

    fn report_day(&mut self, field: &KnownField, code: &str) {
        let position = Position { record: Some(self.reports), byte: Some(self.byte), ..Position::default() };
        self.log.add(day_problem(code, &field.name).at(position));
    }

    fn close_item(&mut self, element: &Element) {
        let Some(closed) = self.items.pop() else {
            return;
        };
        let around = self.stack.last().map(|parent| parent.place);
        let is_inside = matches!(around, Some(Place::Info | Place::Item | Place::Field | Place::Group));
        if is_inside && !element.has_parts {
            // `<Casualty>2</Casualty>` is a field.
            if !self.is_in_group() {
                self.close_field(element);
            }
            return;
        }
        match (self.items.last_mut(), &mut self.report) {
            (Some(_), _) if closed.is_reference() => {}
            (Some(outer), _) if self.waiting < WAITING => {
                self.waiting += 1;
                outer.inner.push(closed);
            }
            (None, Some(report)) if report.items.len() < WAITING => report.items.push(closed),
            (outer, _) => {
                if outer.is_none() {
                    self.waiting = 0;
                }
                self.count(closed, &OpenReport::default());
            }
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
            self.has_lost_items |= report.holds_unknown;
            let problem = if report.holds_unknown { Problem::error } else { Problem::warning };
            self.log.add(problem("no-known-item", "", message).at(position));
        }
        for item in items {
            self.count(item, &report);
        }
        self.reports += 1;
        self.waiting = 0;
    }

    /// Counts an item and those in it, with what the report says of them all.
    fn count(&mut self, mut open: OpenItem, report: &OpenReport) {
        let is_container = open.is_container();
        for mut inner in std::mem::take(&mut open.inner) {
            inner.inherit(&open);
            self.count(inner, report);
        }
        if is_container {
            return;
        }
        open.values.inherit(&report.values);
        open.fields.merge(&report.fields);
        let record = self.recogniser.recognise(&open.values, open.item.get().persons);
        record.tell_unlisted(self.log);
        let is_new = self.tallies.add(open.item, open.keys.of(open.item, false), record);
        // One person in five reports is one who has the fields.
        if is_new || !open.item.get().persons {
            self.tallies.add_fields(open.item, &open.fields, 1);
        }
    }
}

/// A problem with a day.
pub(super) fn day_problem(code: &str, field: &str) -> Problem {
    let message = match code {
        "implausible-date" => "a date lies before 1900 or in the future; it was left out",
        "ambiguous-date" => "a date can be read in two ways, and others are written in both; it was left out",
        _ => "a date cannot be read; it was left out",
    };
    Problem::warning(code, field, message)
}

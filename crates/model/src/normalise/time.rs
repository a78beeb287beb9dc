//! When: time covered, first publication, last change, update frequency.

use super::reading::{Path, Reading};
use super::text::Limit;
use crate::date::{
    DateFault, DateNote, read_date, read_date_ordered, read_interval_ends_ordered, read_interval_ordered,
};
use crate::{DateStamp, Interval, PartialDate, UpdateFrequency};

/// The stated words about the time covered.
pub(super) struct CoverageText {
    pub(super) whole: Option<String>,
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
}

/// The time covered: from start and end where the source has them apart, else from one text. It may end in the future.
pub(super) fn coverage(reading: &mut Reading<'_>, text: CoverageText) -> Option<Interval> {
    let start = text.start.unwrap_or_default();
    let end = text.end.unwrap_or_default();
    let (read, faults) = read_interval_ends_ordered(&start, &end, reading.date_order);
    for (field, text, fault) in [("coverage_start", &start, faults[0]), ("coverage_end", &end, faults[1])] {
        if let Some(fault) = fault {
            report_fault(reading, field, fault, text);
        }
    }
    if !read.notes.is_empty() {
        report_notes(reading, "coverage", &read.notes, &format!("{start} / {end}"));
    }
    if let Some(interval) = not_open(read.interval) {
        return Some(interval);
    }
    let whole = text.whole?;
    match read_interval_ordered(&whole, reading.date_order) {
        Ok(read) => {
            report_notes(reading, "coverage", &read.notes, &whole);
            not_open(read.interval)
        }
        Err(fault) => {
            report_fault(reading, "coverage", fault, &whole);
            None
        }
    }
}

/// An interval that is open on both sides says nothing.
fn not_open(interval: Interval) -> Option<Interval> {
    (interval.start.is_some() || interval.end.is_some()).then_some(interval)
}

fn report_notes(reading: &mut Reading<'_>, field: &str, notes: &[DateNote], text: &str) {
    for note in notes {
        reading.problem_with(note.code(), Path::Field(field), note.message(), text);
    }
}

fn report_fault(reading: &mut Reading<'_>, field: &str, fault: DateFault, text: &str) {
    if fault != DateFault::Absent {
        reading.problem_with(fault.code(), Path::Field(field), fault.to_string(), text);
    }
}

/// A date of the record's life.
pub(super) fn stamp(reading: &mut Reading<'_>, field: Path<'_>, text: Option<&str>) -> Option<DateStamp> {
    let text = text?;
    match DateStamp::read_ordered(text, reading.now, reading.date_order) {
        Ok((stamp, None)) => Some(stamp),
        Ok((stamp, Some(note))) => {
            reading.problem_with(note.code(), field, note.message(), text);
            Some(stamp)
        }
        Err(DateFault::Absent) => None,
        Err(fault) => {
            reading.problem_with(fault.code(), field, fault.to_string(), text);
            None
        }
    }
}

/// When the terms must be looked at again: a day to come, as a rule.
pub(super) fn review_by(reading: &mut Reading<'_>, text: Option<&str>) -> Option<PartialDate> {
    let text = text?;
    let field = Path::Field("review_by");
    let read = read_date_ordered(text, reading.date_order);
    match read.and_then(|read| if read.first.may_be_buddhist() { Err(DateFault::OtherCalendar) } else { Ok(read) }) {
        Ok(read) => {
            if let Some(note) = read.note {
                reading.problem_with(note.code(), field, note.message(), text);
            }
            Some(read.first)
        }
        Err(DateFault::Absent) => None,
        Err(fault) => {
            reading.problem_with(fault.code(), field, fault.to_string(), text);
            None
        }
    }
}

/// Last change and update frequency. DCAT-US allows a repetition (`R/P1D`) in place of the date: it says how often.
pub(super) fn modified_and_frequency(
    reading: &mut Reading<'_>,
    modified: Option<String>,
    frequency: Option<String>,
) -> (Option<DateStamp>, Option<UpdateFrequency>) {
    let stated = update_frequency(reading, "update_frequency", frequency);
    let Some(modified) = modified else { return (None, stated) };
    if read_date(&modified) == Err(DateFault::Repetition) {
        let frequency = stated.or_else(|| update_frequency(reading, "modified", Some(modified)));
        return (None, frequency);
    }
    (stamp(reading, Path::Field("modified"), Some(&modified)), stated)
}

fn update_frequency(reading: &mut Reading<'_>, field: &str, text: Option<String>) -> Option<UpdateFrequency> {
    let text = reading.optional(Path::Field(field), Limit::Line, text)?;
    if let Some(frequency) = reading.vocabularies.frequency(&text) {
        return Some(UpdateFrequency(frequency.code.clone()));
    }
    // Words such as "unknown" and "n/a" state nothing.
    if read_date(&text) != Err(DateFault::Absent) {
        reading.problem_with("unknown-frequency", Path::Field(field), "no known update frequency", &text);
    }
    None
}

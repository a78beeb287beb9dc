//! Dates and intervals as sources write them.

use serde::{Deserialize, Serialize};

/// A date of the Gregorian calendar, exact to the year, the month or the day; serialised as `2020`, `2020-05` or `2020-05-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PartialDate {
    /// Year, -9999 to 9999.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: Option<i8>,
    /// Day, 1 to 31.
    pub day: Option<i8>,
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        format!("{date:?}")
    }
}

impl TryFrom<String> for PartialDate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Err(text)
    }
}

/// A moment of a record's life, with the original words where they differ.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DateStamp {
    /// The date, clamped to the day of reading when the source's lies in the future.
    pub date: PartialDate,
    /// The instant, where the source gives a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instant: Option<jiff::Timestamp>,
    /// The source's words, where `date` and `instant` do not say the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

/// A time covered: both ends are inclusive, and an open end is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// First day.
    pub start: Option<PartialDate>,
    /// Last day.
    pub end: Option<PartialDate>,
}

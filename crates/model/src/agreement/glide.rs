//! GLIDE numbers: the identifiers of disasters (`EQ-2023-000053-TUR`; Asian Disaster Reduction Center, glidenumber.net).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Kinds of event.
const EVENTS: &[&str] = &[
    "AC", "AV", "CE", "CW", "DR", "EC", "EP", "EQ", "ER", "ET", "FA", "FF", "FL", "FR", "HT", "IN", "LS", "MS", "OT",
    "SL", "SS", "ST", "TC", "TO", "TS", "VO", "VW", "WF", "WV",
];

/// A GLIDE number: event, year, serial number and country, `EQ-2023-000053-TUR`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Glide(String);

impl Glide {
    /// The number as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country, as its three letters.
    pub fn country(&self) -> &str {
        self.0.rsplit('-').next().unwrap_or_default()
    }
}

impl FromStr for Glide {
    type Err = String;

    /// Reads the strict form alone, in capitals.
    ///
    /// ```
    /// use cairn_model::agreement::Glide;
    /// assert!("EQ-2023-000053-TUR".parse::<Glide>().is_ok());
    /// assert!("EQ-2023-53-TUR".parse::<Glide>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('-');
        let is_glide = match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(event), Some(year), Some(serial), Some(country), None) => {
                let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
                let is_country = country.len() == 3 && country.bytes().all(|byte| byte.is_ascii_uppercase());
                EVENTS.contains(&event) && digits(year, 4) && digits(serial, 6) && is_country
            }
            _ => false,
        };
        if is_glide {
            return Ok(Self(text.to_owned()));
        }
        Err(format!(
            "not a GLIDE number of the form EQ-2023-000053-TUR: an event ({}), a year, six digits and a country",
            EVENTS.join(", ")
        ))
    }
}

impl TryFrom<String> for Glide {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Glide> for String {
    fn from(glide: Glide) -> Self {
        glide.0
    }
}

impl fmt::Display for Glide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

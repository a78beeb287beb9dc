//! The variables of a study, cut out of its metadata, and a study as it is kept with them.
//!
//! Metadata hold the frequencies and statistics of each variable too, which are data: of a variable its name, its label and
//! its type are kept, and nothing else.

use cairn_model::{Draft, Field, Problem};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{read_study, study};
use crate::Reading;
use crate::json_document::{broken, without_mark};
use crate::json_object::read_record;
use crate::json_page::{error_message, look_into};

/// Variables that are kept of a study; a survey may have tens of thousands.
const MOST_VARIABLES: usize = 5_000;

/// Bytes that the texts of a study's variables have at most.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The variables of a study.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudyVariables {
    /// The first ones, as far as they can be kept.
    pub listed: Vec<StudyVariable>,
    /// How many came after these and are not kept.
    #[serde(default)]
    pub left_out: u64,
    /// How many could not be read.
    #[serde(default)]
    pub unreadable: u64,
}

/// A variable of a study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudyVariable {
    /// Its name in the data file.
    pub name: String,
    /// What it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its type, as stated.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
}

impl StudyVariable {
    fn bytes(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        self.name.len() + length(&self.label) + length(&self.data_type)
    }
}

impl From<StudyVariable> for Field {
    fn from(variable: StudyVariable) -> Self {
        Self { name: variable.name, description: variable.label, data_type: variable.data_type, ..Self::default() }
    }
}

/// The metadata of a study, of which its variables are looked at.
#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow, default)]
    variables: Option<&'a RawValue>,
    #[serde(borrow, default)]
    dataset: Option<&'a RawValue>,
}

/// Cuts the variables out of a study's metadata (`/api/catalog/json/{idno}`); `None` where it lists none.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object, an error answer, or hold something else in the place
/// of the list.
#[allow(clippy::result_large_err, reason = "a problem is stored as it is, and single studies fail seldom")]
pub fn read_variables(bytes: &[u8]) -> Result<Option<StudyVariables>, Problem> {
    let bytes = without_mark(bytes);
    let whole = "the metadata of a study";
    let metadata: Metadata<'_> =
        serde_json::from_slice(bytes).map_err(|error| broken(bytes, &error, "the answer", whole))?;
    let inside = || serde_json::from_str::<Metadata<'_>>(metadata.dataset?.get()).ok()?.variables;
    let Some(list) = metadata.variables.or_else(inside) else {
        let told = look_into(bytes, |key| matches!(key, "status" | "message" | "error" | "errors"));
        return match told.as_ref().and_then(error_message) {
            Some(message) => {
                Err(Problem::error("error-answer", "", "the library answers with an error").with_value(&message))
            }
            None => Ok(None),
        };
    };
    let list: Vec<&RawValue> = serde_json::from_str(list.get())
        .map_err(|_| Problem::error("unexpected-type", "variables", "the variables of a study are no list"))?;
    let (mut kept, mut size) = (StudyVariables::default(), 0);
    for (place, variable) in list.iter().enumerate() {
        let Some(variable) = read_variable(variable.get().as_bytes()) else {
            kept.unreadable += 1;
            continue;
        };
        size += variable.bytes();
        if kept.listed.len() >= MOST_VARIABLES || size > MOST_BYTES {
            kept.left_out = (list.len() - place) as u64;
            break;
        }
        kept.listed.push(variable);
    }
    Ok(Some(kept))
}

fn read_variable(bytes: &[u8]) -> Option<StudyVariable> {
    let read = read_record(bytes, "a variable", |variable| {
        Ok(Draft { fields: study::variable(variable).into_iter().collect(), ..Draft::default() })
    });
    let Field { name, description, data_type, .. } = read.ok()?.draft.fields.pop()?;
    Some(StudyVariable { name, label: description, data_type })
}

/// A study as it is kept with its variables.
#[derive(Debug, Serialize, Deserialize)]
pub struct StudyWithVariables {
    /// The row of the search, as it came.
    study: Box<RawValue>,
    /// Its variables; `None` where they were never had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    variables: Option<StudyVariables>,
    /// Why they could not be had when the row came: what is here of them, if anything, is of an earlier answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lacking: Option<String>,
}

impl StudyWithVariables {
    /// A study with what came of its variables: they, or why they could not be had. `None` where its row is no JSON.
    pub fn new(row: &[u8], variables: Result<StudyVariables, String>) -> Option<Self> {
        let study = serde_json::from_slice(row).ok()?;
        Some(match variables {
            Ok(variables) => Self { study, variables: Some(variables), lacking: None },
            Err(reason) => Self { study, variables: None, lacking: Some(reason) },
        })
    }

    /// A study as it is kept; `None` where the bytes are something else.
    pub fn from_kept(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// The bytes that are kept.
    pub fn to_kept(&self) -> Vec<u8> {
        // It is made of texts and numbers: writing it to memory cannot fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Whether its variables could not be had and it holds none of an earlier answer.
    pub fn lacks_variables(&self) -> bool {
        self.lacking.is_some() && self.variables.is_none()
    }

    /// Takes over the variables that were kept of the study before.
    #[must_use]
    pub fn with_those_of(self, kept: Self) -> Self {
        Self { variables: self.variables.or(kept.variables), ..self }
    }
}

/// Reads a study as it is kept with its variables.
///
/// # Errors
/// Those of [`read_study`] for the row.
#[allow(clippy::result_large_err, reason = "a problem is stored as it is, and single studies fail seldom")]
pub fn read_study_with_variables(bytes: &[u8]) -> Result<Reading, Problem> {
    let kept = StudyWithVariables::from_kept(bytes)
        .ok_or_else(|| Problem::error("unreadable-payload", "", "the kept study cannot be read"))?;
    let mut reading = read_study(kept.study.get().as_bytes())?;
    let mut warn = |code, message| reading.problems.push(Problem::warning(code, "variables", message));
    let has_earlier = kept.variables.is_some();
    if let Some(StudyVariables { listed, left_out, unreadable }) = kept.variables {
        if left_out > 0 {
            warn("too-many", format!("the first {} variables are kept; left out: {left_out}", listed.len()));
        }
        if unreadable > 0 {
            warn("unreadable-variable", format!("variables without a name, or that cannot be read: {unreadable}"));
        }
        reading.draft.fields = listed.into_iter().map(Field::from).collect();
    }
    if let Some(reason) = kept.lacking {
        let stand = if has_earlier { "those of an earlier run stand" } else { "none are known from an earlier run" };
        warn("variables-lacking", format!("the variables of the study could not be had, and {stand}: {reason}"));
    }
    Ok(reading)
}

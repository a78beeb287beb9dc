//! Exception reports: why a catalogue refuses (OGC 06-121r9 §8).

use cairn_model::Problem;

use crate::xml::Element;

/// Longest text of an exception that is kept, in characters.
const LONGEST: usize = 500;

/// Why an answer gives no records.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CswError {
    /// The catalogue answered that it refuses or fails.
    #[error("the catalogue answered with the exception {0}")]
    Exception(OwsException),
    /// The payload is no XML, or no answer of a catalogue.
    #[error("{}", .0.message)]
    Unreadable(Problem),
}

/// An exception of an OGC web service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwsException {
    /// `InvalidParameterValue`, `MissingParameterValue`, `OperationNotSupported`, `NoApplicableCode` ...
    pub code: String,
    /// The parameter or place that it is about.
    pub locator: Option<String>,
    /// The words of the service, cut to 500 characters.
    pub text: Option<String>,
}

impl std::fmt::Display for OwsException {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.code)?;
        if let Some(locator) = &self.locator {
            write!(formatter, " at {locator}")?;
        }
        Ok(())
    }
}

/// The first exception of a report, of OWS or of the older OGC services, as an error.
pub(super) fn refuse(root: &Element<'_>) -> Result<(), CswError> {
    let (report, name) = match root.name() {
        "ExceptionReport" => (root, "Exception"),
        "ServiceExceptionReport" => (root, "ServiceException"),
        _ => return Ok(()),
    };
    let Some(stated) = report.elements().find(|element| element.name() == name) else {
        return Err(CswError::Exception(OwsException {
            code: "NoApplicableCode".to_owned(),
            ..OwsException::default()
        }));
    };
    let code = stated.attribute("exceptionCode").or_else(|| stated.attribute("code")).unwrap_or("NoApplicableCode");
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    Err(CswError::Exception(OwsException {
        code: cut(code),
        locator: stated.attribute("locator").map(cut),
        text: stated.text().map(|text| cut(&text)),
    }))
}

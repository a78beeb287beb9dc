//! Requests, as the parameters of a GET or of a form.

use jiff::Timestamp;

use super::Granularity;

/// Which records a list is to have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection<'r> {
    /// Prefix of the format.
    pub metadata_prefix: &'r str,
    /// Only records that changed at this time or later.
    pub from: Option<Timestamp>,
    /// Only records of this set.
    pub set: Option<&'r str>,
    /// How fine the repository's datestamps are.
    pub granularity: Granularity,
}

/// A request (OAI-PMH 2.0 §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OaiRequest<'r> {
    /// What the repository is.
    Identify,
    /// The formats that it gives.
    ListMetadataFormats,
    /// The first page of records.
    ListRecords(Selection<'r>),
    /// The first page of headers.
    ListIdentifiers(Selection<'r>),
    /// A further page of records.
    ResumeRecords {
        /// The token.
        token: &'r str,
        /// Only for servers that ask for it against the protocol, as pycsw does.
        metadata_prefix: Option<&'r str>,
    },
    /// A further page of headers.
    ResumeIdentifiers {
        /// The token.
        token: &'r str,
        /// As for records.
        metadata_prefix: Option<&'r str>,
    },
    /// One record.
    GetRecord {
        /// Identifier of the item.
        identifier: &'r str,
        /// Prefix of the format.
        metadata_prefix: &'r str,
    },
}

impl OaiRequest<'_> {
    /// The parameters, not encoded yet.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let verb = match self {
            Self::Identify => "Identify",
            Self::ListMetadataFormats => "ListMetadataFormats",
            Self::ListRecords(_) | Self::ResumeRecords { .. } => "ListRecords",
            Self::ListIdentifiers(_) | Self::ResumeIdentifiers { .. } => "ListIdentifiers",
            Self::GetRecord { .. } => "GetRecord",
        };
        let mut parameters = vec![("verb", verb.to_owned())];
        match self {
            Self::Identify | Self::ListMetadataFormats => {}
            Self::ListRecords(selection) | Self::ListIdentifiers(selection) => {
                parameters.push(("metadataPrefix", selection.metadata_prefix.to_owned()));
                parameters.extend(selection.from.map(|from| ("from", datestamp(from, selection.granularity))));
                parameters.extend(selection.set.map(|set| ("set", set.to_owned())));
            }
            Self::ResumeRecords { token, metadata_prefix } | Self::ResumeIdentifiers { token, metadata_prefix } => {
                parameters.push(("resumptionToken", (*token).to_owned()));
                parameters.extend(metadata_prefix.map(|prefix| ("metadataPrefix", prefix.to_owned())));
            }
            Self::GetRecord { identifier, metadata_prefix } => {
                parameters.push(("identifier", (*identifier).to_owned()));
                parameters.push(("metadataPrefix", (*metadata_prefix).to_owned()));
            }
        }
        parameters
    }
}

/// A time as a repository takes it (§3.3). In days it is the day that the time is in, so that nothing is missed.
fn datestamp(time: Timestamp, granularity: Granularity) -> String {
    let format = match granularity {
        Granularity::Day => "%Y-%m-%d",
        Granularity::Second => "%Y-%m-%dT%H:%M:%SZ",
    };
    time.strftime(format).to_string()
}

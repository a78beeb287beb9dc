//! Identifiers of records: the same after any rebuild.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Namespace of all Cairn record ids (RFC 9562 §5.5).
const NAMESPACE: Uuid = Uuid::from_u128(0x6f1d_3c52_8f0a_5d43_9b1e_77c2_0a4e_91b6);

/// The id of a record: `UUIDv5` of its source and of its id there.
///
/// ```
/// use cairn_model::DatasetId;
/// let id = DatasetId::new("hdx", "90deb235");
/// assert_eq!(id, DatasetId::new("hdx", "90deb235"));
/// assert_ne!(id, DatasetId::new("hd", "x90deb235"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetId(Uuid);

impl DatasetId {
    /// The id of record `source_record_id` of `source`.
    pub fn new(source: &str, source_record_id: &str) -> Self {
        // A NUL cannot stand in a source id, so no two pairs share a name.
        let name = format!("{source}\0{source_record_id}");
        Self(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
    }

    /// The sixteen bytes, as the store keeps them.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// An id from its sixteen bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }
}

impl fmt::Display for DatasetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl FromStr for DatasetId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

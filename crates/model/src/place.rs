//! Administrative places.

use serde::{Deserialize, Serialize};

use crate::terms::coded;

/// An administrative place of level 1 or below.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// P-code (OCHA common operational datasets), where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pcode: Option<String>,
    /// Name.
    pub name: String,
    /// Administrative level, 1 to 4.
    pub admin_level: u8,
    /// Country, ISO 3166-1 alpha-3, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

coded! {
    /// The finest place that the data names.
    GeographicPrecision {
        /// Exact coordinates.
        Exact = "exact",
        /// Blurred coordinates.
        NearExact = "near-exact",
        /// Administrative level 4.
        Adm4 = "adm4",
        /// Administrative level 3.
        Adm3 = "adm3",
        /// Administrative level 2.
        Adm2 = "adm2",
        /// Administrative level 1.
        Adm1 = "adm1",
        /// Country.
        Adm0 = "adm0",
    }
}

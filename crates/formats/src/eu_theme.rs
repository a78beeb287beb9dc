//! Names for the codes of the EU's table of data themes.

/// Codes of the table of data themes (`…/resource/authority/data-theme/`) and what they stand for.
const THEMES: [(&str, &str); 14] = [
    ("AGRI", "Agriculture, fisheries, forestry and food"),
    ("ECON", "Economy and finance"),
    ("EDUC", "Education, culture and sport"),
    ("ENER", "Energy"),
    ("ENVI", "Environment"),
    ("GOVE", "Government and public sector"),
    ("HEAL", "Health"),
    ("INTR", "International issues"),
    ("JUST", "Justice, legal system and public safety"),
    ("OP_DATPRO", "Provisional data"),
    ("REGI", "Regions and cities"),
    ("SOCI", "Population and society"),
    ("TECH", "Science and technology"),
    ("TRAN", "Transport"),
];

/// What an address of the table stands for.
pub(crate) fn name_of(address: &str) -> Option<&'static str> {
    let (_, code) = address.split_once("/authority/data-theme/")?;
    let code = code.trim_end_matches('/');
    THEMES.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

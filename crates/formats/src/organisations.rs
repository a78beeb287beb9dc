//! Which names are those of organisations and of no person.

use cairn_model::Vocabularies;
use cairn_model::vocabulary::fold;

/// Words that stand in the names of organisations and in none of a person, folded.
const OFFICES: &[&str] = &[
    "administration",
    "agence",
    "agencia",
    "agency",
    "association",
    "asociacion",
    "authority",
    "bureau",
    "centre",
    "center",
    "centro",
    "cluster",
    "comite",
    "commission",
    "committee",
    "council",
    "department",
    "departement",
    "departamento",
    "directorate",
    "foundation",
    "fondation",
    "fundacion",
    "fund",
    "government",
    "initiative",
    "institut",
    "institute",
    "instituto",
    "institution",
    "ministere",
    "ministerio",
    "ministry",
    "mission",
    "nations",
    "network",
    "ngo",
    "office",
    "organisation",
    "organization",
    "organizacion",
    "programme",
    "program",
    "society",
    "survey",
    "universidad",
    "universite",
    "university",
    "وزارة",
    "منظمة",
    "مركز",
    "جامعة",
    "هيية",
];

/// Whether the vocabulary of organisations has this name.
pub(crate) fn is_known(name: &str) -> bool {
    Vocabularies::bundled().organisation(name).is_some()
}

/// Whether a name is that of an organisation by a word in it, or is known. A list or a remark beside a name may hold the name
/// of a person.
pub(crate) fn is_certain(name: &str) -> bool {
    let is_one_name = || !name.contains([',', ';', '(', '/', '|', '@']) && !name.contains(" - ");
    is_known(name) || is_one_name() && has_word_of_office(name)
}

/// Whether a word stands in a name that no person has in theirs.
pub(crate) fn has_word_of_office(name: &str) -> bool {
    fold(name).split(' ').any(|word| OFFICES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_an_organisation_where_it_is_known_or_says_so() {
        for name in ["WFP", "Oxfam", "International Organization for Migration", "Ministère de la Santé", "وزارة الصحة"]
        {
            assert!(is_certain(name), "{name}");
        }
        for name in ["Jane Doe", "Doe, Jane", "Jane Doe (Sample Office)", "Jane Doe - Sample Office", "سعاد أحمد", ""]
        {
            assert!(!is_certain(name), "{name}");
        }
    }

    #[test]
    fn every_word_is_folded() {
        for word in OFFICES {
            assert_eq!(fold(word), *word);
        }
    }
}

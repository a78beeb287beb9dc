//! Columns called source: some name in them who made the data, others how it came about.

use cairn_model::vocabulary::fold;

use super::super::aliases::key_of;
use super::super::columns::{Column, split_label};
use crate::organisations::{has_word_of_office, is_known};

/// Keys of such headers.
const SOURCES: &[&str] = &["source", "datasource", "fuente", "المصدر", "مصدرالبيانات"];

/// Words for ways of collecting data, folded.
#[rustfmt::skip]
const WAYS: &[&str] = &[
    "survey", "surveys", "interview", "interviews", "questionnaire", "questionnaires", "kobo", "kobotoolbox", "odk", "assessment", "assessments", "registration", "remote sensing", "satellite",
    "census", "focus group", "focus groups", "focus group discussion", "focus group discussions", "fgd", "kii", "observation", "observations", "desk review", "literature review", "secondary data", "primary data",
    "data collection", "field visit", "field visits", "field data", "key informant", "key informants", "sampling", "enumeration", "imagery", "administrative records", "administrative data",
    "enquete", "enquetes", "entretien", "entretiens", "evaluation", "evaluations", "enregistrement", "teledetection", "recensement", "sondage", "groupe de discussion", "groupes de discussion", "informateurs cles",
    "donnees secondaires", "donnees primaires", "collecte de donnees", "visite de terrain", "visites de terrain", "images satellitaires",
    "encuesta", "encuestas", "entrevista", "entrevistas", "cuestionario", "cuestionarios", "evaluacion", "evaluaciones", "registro", "teledeteccion", "censo", "observacion", "grupo focal", "grupos focales",
    "informantes clave", "datos secundarios", "datos primarios", "recoleccion de datos", "visitas de campo", "imagenes satelitales",
    "مسح", "مسوح", "مسوحات", "مقابلة", "مقابلات", "استبيان", "استبيانات", "تقييم", "تقييمات", "تسجيل", "الاستشعار عن بعد", "استشعار عن بعد", "تعداد", "مجموعات نقاش", "بيانات ثانوية", "جمع البيانات",
];

/// More than any column has names.
const BEHIND_ALL: usize = 1_000;

/// What a cell of a column of organisations holds. One that is only called source gives way to each other, and what names a way of
/// collecting is how the data came about.
pub(super) fn meant(column: Column, rank: usize, label: &str, cell: &str) -> (Column, usize) {
    // What a mapping names is what it says.
    let is_source =
        column == Column::Organisation && rank > 0 && SOURCES.contains(&key_of(split_label(label).0).as_str());
    match is_source {
        false => (column, rank),
        true if is_way(cell) => (Column::Methodology, rank + BEHIND_ALL),
        true => (column, rank + BEHIND_ALL),
    }
}

/// Whether a cell names ways of collecting and nothing else. Surveys are organisations, too, by what they survey.
fn is_way(cell: &str) -> bool {
    let is_one = |part: &str| {
        let folded = fold(part);
        let padded = format!(" {folded} ");
        let names_way = WAYS.iter().any(|way| padded.contains(&format!(" {way} ")));
        let is_of_office = folded.split(' ').any(|word| word != "survey" && has_word_of_office(word));
        names_way && !is_of_office && !folded.contains("geolog") && !is_known(part)
    };
    let mut parts = cell.split([',', ';', '/', '&', '+', '\n', '،', '؛']).filter(|part| !part.trim().is_empty());
    !is_known(cell) && parts.all(is_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_folded() {
        assert!(WAYS.iter().all(|word| fold(word) == *word));
        assert!(SOURCES.iter().all(|word| key_of(word) == *word));
    }

    #[test]
    fn ways_of_collecting_are_told_from_organisations() {
        for way in [
            "Key informant interviews",
            "Household survey",
            "KoboToolbox",
            "Remote sensing",
            "Survey, interviews",
            "Enquête ménages",
            "Entrevistas / encuestas",
            "مقابلات",
            "Registration",
        ] {
            assert!(is_way(way), "{way}");
        }
        for organisation in [
            "UNHCR",
            "US Geological Survey",
            "Census Bureau",
            "Survey Department",
            "Relief Desk",
            "Household survey, UNICEF",
        ] {
            assert!(!is_way(organisation), "{organisation}");
        }
    }
}

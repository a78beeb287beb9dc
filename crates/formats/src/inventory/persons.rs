//! Lists of persons, which are no inventories: whoever stands in a row would become a record, under their name.

use cairn_model::vocabulary::fold;

use super::aliases::{column_of, key_of};
use super::columns::Column;
use super::row::truth_of;
use crate::table::TableRow;

/// Rows below the headers that are looked at.
pub(super) const LOOKED_AT: usize = 20;

/// Keys of headers over names, of whatever it is.
const NAMES: &[&str] = &[
    "name",
    "fullname",
    "enname",
    "nom",
    "nomcomplet",
    "nometprenom",
    "nomprenom",
    "nombre",
    "nombrecompleto",
    "nombreyapellido",
    "الاسم",
    "الاسمالكامل",
    "اسمالضحيه",
    "اسمالمستفيد",
];

/// Keys of headers over what persons have.
const OF_PERSONS: &[&str] = &[
    "age",
    "sex",
    "gender",
    "dob",
    "dateofbirth",
    "birthdate",
    "fathername",
    "fathersname",
    "mothername",
    "maritalstatus",
    "nationalid",
    "victimid",
    "casualtyid",
    "patientid",
    "beneficiaryid",
    "causeofdeath",
    "sexe",
    "datedenaissance",
    "nomdupere",
    "edad",
    "sexo",
    "genero",
    "fechadenacimiento",
    "nombredelpadre",
    "العمر",
    "الجنس",
    "تاريخالميلاد",
    "اسمالاب",
    "رقمالضحيه",
    "رقمالمستفيد",
    "رقمالهويه",
];

/// Parts of keys of headers over what happened to persons.
const OF_THE_HURT: &[&str] = &["injur", "wound", "blessure", "lesion", "herida", "اصابه"];

/// The sex of a person, folded.
const SEXES: &[&str] = &[
    "m",
    "f",
    "h",
    "male",
    "female",
    "man",
    "woman",
    "boy",
    "girl",
    "homme",
    "femme",
    "garcon",
    "fille",
    "masculin",
    "feminin",
    "hombre",
    "mujer",
    "nino",
    "nina",
    "masculino",
    "femenino",
    "ذكر",
    "انثي",
];

/// Whether a table has a name and two things that persons have in a row, or one, something else beside it, and nothing that is
/// said of data. A list of data says under the same headers whether it has them, or for whom.
pub(super) fn lists_persons(rows: &[TableRow], header: usize) -> bool {
    let headers = &rows[header].cells;
    let keys: Vec<String> = headers.iter().map(|cell| key_of(cell)).collect();
    let is_named = keys.iter().any(|key| NAMES.contains(&key.as_str()));
    let is_of_person = |key: &str| OF_PERSONS.contains(&key) || OF_THE_HURT.iter().any(|word| key.contains(word));
    let places: Vec<usize> = (0..keys.len()).filter(|place| is_of_person(&keys[*place])).collect();
    let is_other = |place: usize| {
        let is_name_or_id = matches!(column_of(&headers[place]), Some((Column::Title | Column::Identifier, _)));
        !keys[place].is_empty() && !is_name_or_id && !places.contains(&place)
    };
    let tells_more = (0..keys.len()).any(is_other);
    let enough = if tells_more && !headers.iter().any(|header| is_of_data(header)) { 1 } else { 2 };
    if !is_named || places.len() < enough {
        return false;
    }
    let is_told = |row: &TableRow| {
        let cells = places.iter().filter_map(|place| row.cells.get(*place));
        let told: Vec<&String> = cells.filter(|cell| !cell.trim().is_empty() && truth_of(cell).is_none()).collect();
        told.len() >= enough && told.into_iter().any(|cell| is_of_one(cell))
    };
    rows.iter().skip(header + 1).filter(|row| !row.is_blank()).take(LOOKED_AT).any(is_told)
}

/// Whether a header is that of a column which lists of data have, and lists of persons have not.
fn is_of_data(header: &str) -> bool {
    column_of(header).is_some_and(|(column, _)| {
        column.is_of_terms()
            || matches!(
                column,
                Column::Fields
                    | Column::Format
                    | Column::Frequency
                    | Column::LandingPage
                    | Column::Licence
                    | Column::Link
                    | Column::Methodology
                    | Column::Size
            )
    })
}

/// Whether a cell says something of one person: a sex, an age, a date or a number.
fn is_of_one(cell: &str) -> bool {
    let cell = cell.trim();
    let digits = cell.chars().filter(|letter| letter.is_numeric()).count();
    let is_number = digits == cell.chars().count();
    SEXES.contains(&fold(cell).as_str()) || is_number || digits >= 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_folded() {
        for word in NAMES.iter().chain(OF_PERSONS).chain(OF_THE_HURT).chain(SEXES) {
            assert_eq!(key_of(word), *word);
        }
    }
}

//! Lists of persons, which are no inventories: whoever stands in a row would become a record, under their name.

use cairn_model::vocabulary::fold;

use super::aliases::key_of;
use super::row::truth_of;
use crate::table::TableRow;

/// Rows below the headers that are looked at.
const LOOKED_AT: usize = 20;

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
    "injury",
    "injurytype",
    "typeofinjury",
    "causeofdeath",
    "sexe",
    "datedenaissance",
    "nomdupere",
    "blessure",
    "edad",
    "sexo",
    "genero",
    "fechadenacimiento",
    "nombredelpadre",
    "lesion",
    "العمر",
    "الجنس",
    "تاريخالميلاد",
    "اسمالاب",
    "رقمالضحيه",
    "رقمالمستفيد",
    "رقمالهويه",
    "نوعالاصابه",
];

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

/// Whether a table has a name and two things that persons have in a row. A list of data says under the same headers whether
/// it has them, or for whom.
pub(super) fn lists_persons(rows: &[TableRow], header: usize) -> bool {
    let keys: Vec<String> = rows[header].cells.iter().map(|cell| key_of(cell)).collect();
    let is_named = keys.iter().any(|key| NAMES.contains(&key.as_str()));
    let places: Vec<usize> = (0..keys.len()).filter(|place| OF_PERSONS.contains(&keys[*place].as_str())).collect();
    if !is_named || places.len() < 2 {
        return false;
    }
    let is_told = |row: &TableRow| {
        let cells = places.iter().filter_map(|place| row.cells.get(*place));
        let told: Vec<&String> = cells.filter(|cell| !cell.trim().is_empty() && truth_of(cell).is_none()).collect();
        told.len() >= 2 && told.into_iter().any(|cell| is_of_one(cell))
    };
    rows.iter().skip(header + 1).filter(|row| !row.is_blank()).take(LOOKED_AT).any(is_told)
}

/// Whether a cell says something of one person: a sex, an age, a date or a number.
fn is_of_one(cell: &str) -> bool {
    let cell = cell.trim();
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let is_number = digits == cell.len();
    SEXES.contains(&fold(cell).as_str()) || is_number || digits >= 6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_folded() {
        for word in NAMES.iter().chain(OF_PERSONS).chain(SEXES) {
            assert_eq!(key_of(word), *word);
        }
    }
}

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
    "اسمالضحية",
    "اسمالمستفيد",
];

/// Keys of headers over another part of the name of a person.
const OTHER_NAMES: &[&str] = &[
    "firstname",
    "givenname",
    "middlename",
    "lastname",
    "familyname",
    "surname",
    "prenom",
    "prenoms",
    "nomdefamille",
    "apellido",
    "apellidos",
    "primerapellido",
    "segundoapellido",
    "sobrenome",
    "اللقب",
    "الكنية",
    "اسمالعايلة",
    "الاسمالاول",
    "прізвище",
    "фамилия",
];

/// Keys of headers over what persons do where they work.
const OFFICES: &[&str] = &[
    "position",
    "jobtitle",
    "role",
    "function",
    "designation",
    "poste",
    "fonction",
    "cargo",
    "puesto",
    "funcion",
    "المنصب",
    "الوظيفة",
    "المسميالوظيفي",
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
    "رقمالضحية",
    "رقمالمستفيد",
    "رقمالهوية",
];

/// Parts of keys of headers over what happened to persons.
const OF_THE_HURT: &[&str] = &[
    "injur", "wound", "blessure", "lesion", "herida", "اصاب", "disab", "handicap", "discapac", "اعاق", "prosthe",
    "prothes", "protesis", "amput",
];

/// Parts of keys of headers over what data is told apart by.
const OF_DISAGGREGATION: &[&str] = &["aggreg", "agreg", "ventil"];

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

/// Whether a table has a name in two parts, or one and two things that persons have in a row, or one, something else beside it,
/// and nothing that is said of data; or names, offices and addresses, and nothing else. A list of data says under the same headers
/// whether it has them, or for whom.
pub(super) fn lists_persons(rows: &[TableRow], header: usize) -> bool {
    let headers = &rows[header].cells;
    let keys: Vec<String> = headers.iter().map(|cell| key_of(cell)).collect();
    let is_one_of = |keys: &[&str], key: &str| keys.contains(&key);
    if !keys.iter().any(|key| is_one_of(NAMES, key)) {
        return false;
    }
    let says_nothing_of_data = !headers.iter().any(|header| is_of_data(header));
    let is_in_parts = |pair: &[String]| {
        is_one_of(NAMES, &pair[0]) && is_one_of(OTHER_NAMES, &pair[1])
            || is_one_of(OTHER_NAMES, &pair[0]) && is_one_of(NAMES, &pair[1])
    };
    let has_other_name = || keys.iter().any(|key| is_one_of(OTHER_NAMES, key));
    if keys.windows(2).any(is_in_parts) || says_nothing_of_data && has_other_name() || lists_staff(headers, &keys) {
        return true;
    }
    let is_of_person = |key: &str| is_one_of(OF_PERSONS, key) || is_of_the_hurt(key);
    let places: Vec<usize> = (0..keys.len()).filter(|place| is_of_person(&keys[*place])).collect();
    let is_other = |place: usize| {
        let is_name_or_id = matches!(column_of(&headers[place]), Some((Column::Title | Column::Identifier, _)));
        !keys[place].is_empty() && !is_name_or_id && !places.contains(&place)
    };
    let tells_more = (0..keys.len()).any(is_other);
    let enough = if tells_more && says_nothing_of_data { 1 } else { 2 };
    if places.len() < enough {
        return false;
    }
    let is_told = |row: &TableRow| {
        let cells = places.iter().filter_map(|place| Some((*place, row.cells.get(*place)?)));
        let told: Vec<(usize, &String)> =
            cells.filter(|(_, cell)| !cell.trim().is_empty() && truth_of(cell).is_none()).collect();
        told.len() >= enough && told.into_iter().any(|(place, cell)| is_of_the_hurt(&keys[place]) || is_of_one(cell))
    };
    rows.iter().skip(header + 1).filter(|row| !row.is_blank()).take(LOOKED_AT).any(is_told)
}

fn is_of_the_hurt(key: &str) -> bool {
    let has = |parts: &[&str]| parts.iter().any(|part| key.contains(part));
    has(OF_THE_HURT) && !has(OF_DISAGGREGATION)
}

/// Whether headers are those of a directory: names, offices and how to reach them. Lists of data say more.
fn lists_staff(headers: &[String], keys: &[String]) -> bool {
    let column = |header: &String| column_of(header).map(|(column, _)| column);
    let is_of_directory = |column: Column| {
        column.is_of_contact()
            || matches!(
                column,
                Column::Title
                    | Column::Identifier
                    | Column::Organisation
                    | Column::OrganisationType
                    | Column::Country
                    | Column::Place
                    | Column::Cluster
                    | Column::Language
                    | Column::Caveats
            )
    };
    let is_reached = |column: Column| matches!(column, Column::ContactMail | Column::ContactPhone);
    keys.iter().any(|key| OFFICES.contains(&key.as_str()))
        && headers.iter().filter_map(column).any(is_reached)
        && headers.iter().filter_map(column).all(is_of_directory)
}

/// Whether a header is that of a column which lists of data have, and lists of persons have not.
fn is_of_data(header: &str) -> bool {
    // Persons consent, too.
    let is_of_consent = key_of(header).contains("consent");
    column_of(header).filter(|_| !is_of_consent).is_some_and(|(column, _)| {
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
        for word in [NAMES, OTHER_NAMES, OFFICES, OF_PERSONS, OF_THE_HURT, SEXES].into_iter().flatten() {
            assert_eq!(key_of(word), *word);
        }
    }
}

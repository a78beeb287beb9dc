//! The class of a field by its name: words in four languages, HXL tags, and the names of IMSMA.

use std::sync::OnceLock;

use super::FieldClass;
use super::field_words::{HXL_ATTRIBUTES, HXL_TAGS, PHRASES};
use super::imsma_names;
use super::phrases::Words;

/// Most letters of a name; what is longer is no name of a field.
const LONGEST_NAME: usize = 200;

/// The class of a field by its name, in any case and with any separators; `None` where the name tells nothing. Of several
/// classes that a name suggests it is the most sensitive one.
///
/// ```
/// use cairn_policy::classify::{FieldClass, class_of_field};
/// assert_eq!(class_of_field("Beneficiary_Name"), Some(FieldClass::Identity));
/// assert_eq!(class_of_field("#geo+lat"), Some(FieldClass::Coordinates));
/// assert_eq!(class_of_field("filename"), None);
/// ```
pub fn class_of_field(name: &str) -> Option<FieldClass> {
    if name.chars().count() > LONGEST_NAME {
        return None;
    }
    if let Some(tag) = name.trim().strip_prefix('#') {
        return class_of_tag(tag);
    }
    imsma_names::class_of(name).or_else(|| class_of_words(&Words::of(&parted(name))))
}

/// A name with a space wherever a part of it begins: `FirstName`, `GPSPoint`, `vi_name`.
pub(crate) fn parted(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut text = String::with_capacity(name.len() + 8);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let begins = letter.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase())
                || (before.is_some_and(|before| before.is_uppercase())
                    && letters.get(at + 1).is_some_and(|after| after.is_lowercase())));
        if begins {
            text.push(' ');
        }
        text.push(*letter);
    }
    text
}

/// A phrase that makes a field one of a class, and the words beside which it does not.
struct Phrase {
    words: Words,
    not_beside: Vec<Words>,
    class: FieldClass,
}

fn phrases() -> &'static [Phrase] {
    static TABLE: OnceLock<Vec<Phrase>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Vec::new();
        for (class, not_beside, rows) in PHRASES {
            let not_beside: Vec<Words> = not_beside.iter().map(|word| Words::of(word)).collect();
            for phrase in rows.iter().flat_map(|row| row.split('|')) {
                table.push(Phrase { words: Words::of(phrase), not_beside: not_beside.clone(), class: *class });
            }
        }
        table
    })
}

fn class_of_words(name: &Words) -> Option<FieldClass> {
    let fits = |phrase: &&Phrase| name.hold(&phrase.words) && !phrase.not_beside.iter().any(|word| name.hold(word));
    // Classes are declared with the most sensitive first.
    phrases().iter().filter(fits).map(|phrase| phrase.class).min()
}

/// The class of an HXL tag with its attributes, as `contact+name`.
fn class_of_tag(tag: &str) -> Option<FieldClass> {
    let mut parts = tag.split('+').map(|part| part.trim().to_lowercase());
    let name = parts.next()?;
    let by_tag = HXL_TAGS.iter().find(|(tag, _)| *tag == name).map(|(_, class)| *class);
    let of_attribute = |attribute: String| match attribute.as_str() {
        // What counts people is no count any more where it names them.
        "name" if by_tag == Some(FieldClass::Audience) => Some(FieldClass::Identity),
        attribute => HXL_ATTRIBUTES.iter().find(|(known, _)| *known == attribute).map(|(_, class)| *class),
    };
    parts.filter_map(of_attribute).chain(by_tag).min()
}

#[cfg(test)]
mod tests {
    use super::FieldClass::{
        Attachment, Audience, Casualties, Community, Condition, Consent, Contact, Coordinates, Demographic,
        Descriptive, FinePlace, FreeText, Identity, Reporter,
    };
    use super::*;

    fn assert_classes(cases: &[(&str, Option<FieldClass>)]) {
        for (name, expected) in cases {
            assert_eq!(class_of_field(name), *expected, "{name}");
        }
    }

    #[test]
    fn names_of_persons_are_recognised_in_four_languages() {
        assert_classes(&[
            ("beneficiary_name", Some(Identity)),
            ("FirstName", Some(Identity)),
            ("Head of household - full name", Some(Identity)),
            ("DATE_OF_BIRTH", Some(Identity)),
            ("Passport No.", Some(Identity)),
            ("nom_et_prénom", Some(Identity)),
            ("Date de naissance", Some(Identity)),
            ("nombre_del_beneficiario", Some(Identity)),
            ("Apellidos", Some(Identity)),
            ("fecha nacimiento", Some(Identity)),
            ("اسم المستفيد", Some(Identity)),
            ("الاسم الكامل", Some(Identity)),
            ("تاريخ الميلاد", Some(Identity)),
            ("رقم الهوية", Some(Identity)),
        ]);
    }

    #[test]
    fn words_are_whole_words_and_names_of_organisations_places_and_files_are_not_personal() {
        assert_classes(&[
            ("filename", None),
            ("file_name", None),
            ("ranking", None),
            ("organisation_name", Some(Descriptive)),
            ("Nom de l'organisation", Some(Descriptive)),
            ("nombre de la organización", Some(Descriptive)),
            ("اسم المنظمة", Some(Descriptive)),
            ("district_name", Some(Descriptive)),
            ("site_name", Some(FinePlace)),
            ("name", None),
            ("nomenclature", None),
            ("pagename", None),
            ("imageryprovider", None),
            ("agent", None),
        ]);
    }

    #[test]
    fn hxl_tags_are_read_with_their_attributes() {
        assert_classes(&[
            ("#contact+name", Some(Contact)),
            ("#contact +email", Some(Contact)),
            ("#geo+lat", Some(Coordinates)),
            ("#GEO+Lon", Some(Coordinates)),
            ("#affected+f+children", Some(Audience)),
            ("#affected+killed", Some(Casualties)),
            ("#adm1+name", Some(Descriptive)),
            ("#org+name", Some(Descriptive)),
            ("#population+ethnicity", Some(Community)),
            ("#beneficiary+name", Some(Identity)),
            ("#person+name", Some(Identity)),
            ("#unheard", None),
        ]);
    }

    /// The table of fields of mine action: victim, condition, consent, position and device, reporter, description, audience,
    /// quality.
    #[test]
    fn fields_of_imsma_are_of_the_classes_of_its_dictionaries() {
        assert_classes(&[
            ("vi_name", Some(Identity)),
            ("vi_birth", Some(Identity)),
            ("key_phone", Some(Identity)),
            ("vi_marital", Some(Condition)),
            ("displacement_status", Some(Condition)),
            ("permission_to_share_with_ngos", Some(Consent)),
            ("PERMISSION_TO_SHARE_WITH_AUTHORITIES", Some(Consent)),
            ("community_coordinates", Some(Coordinates)),
            ("verified_by", Some(Reporter)),
            ("ReportingPerson", Some(Reporter)),
            ("male_5_12", Some(Audience)),
            ("total_audience", Some(Audience)),
            ("dangerousareatype_guid", Some(Descriptive)),
            ("AREACLEARE", None),
        ]);
    }

    #[test]
    fn what_tells_of_groups_is_not_what_tells_of_persons() {
        assert_classes(&[
            ("ethnic_group", Some(Community)),
            ("Religion du chef de ménage", Some(Community)),
            ("grupo étnico", Some(Community)),
            ("القبيلة", Some(Community)),
            ("sex", Some(Demographic)),
            ("âge", Some(Demographic)),
            ("HIV status", Some(Condition)),
            ("phone", Some(Contact)),
            ("hotline phone number", Some(Contact)),
            ("lat", Some(Coordinates)),
            ("GPSPoint", Some(Coordinates)),
            ("village", Some(FinePlace)),
            ("photo_url", Some(Attachment)),
            ("observaciones", Some(FreeText)),
        ]);
        let of_groups: Vec<_> = FieldClass::ALL.iter().filter(|class| class.tells_of_groups()).collect();
        assert_eq!(of_groups, [&Community]);
    }

    #[test]
    fn what_is_no_name_has_no_class() {
        assert_classes(&[("", None), ("#", None), ("   ", None), ("___", None), ("#+", None)]);
        assert_eq!(class_of_field(&"phone ".repeat(1000)), None);
    }
}

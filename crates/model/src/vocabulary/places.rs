//! The gazetteer: administrative places of level 1 and 2, by P-code and by name.

use std::collections::HashMap;
use std::iter;

use super::concepts::LONGEST_NAME;
use super::countries::{Countries, box_of};
use super::table::{Column, Row};
use super::{GazetteerPlace, fold};
use crate::Problem;

/// Our own columns, and the headers of OCHA's global list of P-codes.
pub(super) const COLUMNS: &[Column] = &[
    ("pcode", &["p-code", "p_code"]),
    ("name", &[]),
    ("level", &["admin level", "admin_level"]),
    ("country", &["location"]),
    ("parent", &["parent p-code", "parent_pcode"]),
    ("west", &[]),
    ("south", &[]),
    ("east", &[]),
    ("north", &[]),
    ("aliases", &[]),
    ("valid_from", &["valid from date"]),
];

/// Most bytes of a P-code.
const LONGEST_PCODE: usize = 24;

/// Words that say what kind of area is meant, not which.
const AREA_WORDS: &[&str] = &[
    "governorate",
    "governorates",
    "province",
    "region",
    "state",
    "district",
    "department",
    "departement",
    "departamento",
    "provincia",
    "estado",
    "municipio",
    "gouvernorat",
    "wilaya",
    "wilayat",
    "oblast",
    "raion",
    "zone",
    "woreda",
    "county",
    "territoire",
    "prefecture",
    "cercle",
    "muhafazat",
    "محافظة",
    "ولاية",
    "مديرية",
    "قضاء",
    "of",
    "de",
    "del",
    "du",
];

/// The places, and where to find them.
#[derive(Debug, Clone, Default)]
pub(super) struct Gazetteer {
    places: Vec<GazetteerPlace>,
    /// Other names of each place, as their tables write them.
    aliases: Vec<Vec<String>>,
    by_pcode: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Gazetteer {
    /// Adds the place of a row, or puts it in the place of the one with its P-code. Rows of other levels are passed over.
    pub(super) fn take(&mut self, row: Row<'_>, countries: &Countries, problems: &mut Vec<Problem>) {
        let admin_level = match row.get("level") {
            "1" => 1,
            "2" => 2,
            "0" | "3" | "4" | "5" => return,
            _ => {
                problems.push(row.problem("level", "vocabulary-number", "the level of a place is 1 or 2"));
                return;
            }
        };
        let (Some(pcode), Some(name)) = (row.stated("pcode"), row.stated("name")) else {
            problems.push(row.problem("pcode", "vocabulary-row", "a place needs a P-code and a name"));
            return;
        };
        let Some(country) = countries.find(row.get("country")) else {
            problems.push(row.problem("country", "vocabulary-country", "the country of the place is not known"));
            return;
        };
        let bbox = box_of(row).unwrap_or_else(|message| {
            problems.push(row.problem("west", "vocabulary-box", message));
            None
        });
        let place = GazetteerPlace {
            pcode: pcode.to_uppercase(),
            name: name.to_owned(),
            admin_level,
            country: country.alpha3.clone(),
            parent: row.stated("parent").filter(|_| admin_level > 1).map(str::to_uppercase),
            bbox,
        };
        let index = if let Some(index) = self.by_pcode.get(&place.pcode) {
            *index
        } else {
            self.by_pcode.insert(place.pcode.clone(), self.places.len());
            self.places.len()
        };
        if index == self.places.len() {
            self.places.push(place);
            self.aliases.push(Vec::new());
        } else {
            self.places[index] = place;
        }
        self.name(index, name);
        for alias in row.list("aliases") {
            self.name(index, alias);
            let aliases = &mut self.aliases[index];
            if !aliases.iter().any(|known| known == alias) {
                aliases.push(alias.to_owned());
            }
        }
    }

    /// The places, each with its other names, in the order of their tables.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&GazetteerPlace, &[String])> {
        self.places.iter().zip(self.aliases.iter().map(Vec::as_slice))
    }

    /// The name and the other names of a P-code, to the letter.
    pub(super) fn names_of(&self, pcode: &str) -> Vec<&str> {
        let Some(index) = self.by_pcode.get(pcode) else { return Vec::new() };
        std::iter::once(&self.places[*index].name).chain(&self.aliases[*index]).map(String::as_str).collect()
    }

    /// Whether a folded text is the name of a place.
    #[cfg(test)]
    pub(super) fn has_name(&self, folded: &str) -> bool {
        self.by_name.contains_key(folded)
    }

    fn name(&mut self, index: usize, name: &str) {
        let named = self.by_name.entry(fold(name)).or_default();
        if !named.contains(&index) {
            named.push(index);
        }
    }

    /// The places of a country at level 1, by P-code.
    pub(super) fn first_level(&self, country: &str) -> Vec<&GazetteerPlace> {
        let is_meant = |place: &&GazetteerPlace| place.admin_level == 1 && place.country == country;
        let mut places: Vec<&GazetteerPlace> = self.places.iter().filter(is_meant).collect();
        places.sort_by(|one, other| one.pcode.cmp(&other.pcode));
        places
    }

    /// The place of a P-code. Codes are written with the alpha-2 or the alpha-3 code of the country; both are read.
    pub(super) fn by_pcode(&self, text: &str, countries: &Countries) -> Option<&GazetteerPlace> {
        let text = text.trim();
        if text.len() > LONGEST_PCODE {
            return None;
        }
        let pcode = text.to_uppercase();
        if let Some(index) = self.by_pcode.get(&pcode) {
            return Some(&self.places[*index]);
        }
        let digits = pcode.find(|c: char| c.is_ascii_digit())?;
        let (letters, rest) = pcode.split_at(digits);
        let country = countries.find(letters)?;
        let other = match letters.len() {
            2 => &country.alpha3,
            3 => &country.alpha2,
            _ => return None,
        };
        self.by_pcode.get(&format!("{other}{rest}")).map(|index| &self.places[*index])
    }

    /// A P-code as it is written here, and the codes of the places above it, the nearest first; of a code that is not here
    /// those of its longest beginning that is.
    pub(super) fn codes_over(&self, text: &str, countries: &Countries) -> Vec<String> {
        let with_parent = |place: &GazetteerPlace| iter::once(place.pcode.clone()).chain(place.parent.clone());
        let stated = text.trim().to_uppercase();
        if let Some(place) = self.by_pcode(&stated, countries) {
            return with_parent(place).collect();
        }
        let mut beginnings =
            stated.char_indices().rev().filter(|(at, _)| *at < LONGEST_PCODE).map(|(at, _)| &stated[..at]);
        let known = beginnings.find_map(|beginning| self.by_pcode.get(beginning)).map(|index| &self.places[*index]);
        iter::once(stated.clone()).chain(known.into_iter().flat_map(with_parent)).collect()
    }

    /// The one place of a name, in a country and of a level where they are given. Of several it is the one that all others
    /// lie within (Kabul, the province, before Kabul, its district). In a country that is given, the one area of level 1
    /// outweighs areas of level 2 elsewhere in it (Nariño, the department, before the towns of that name); otherwise none.
    pub(super) fn by_name(
        &self,
        text: &str,
        country: Option<&str>,
        admin_level: Option<u8>,
    ) -> Option<&GazetteerPlace> {
        if text.len() > LONGEST_NAME {
            return None;
        }
        let folded = fold(text);
        if let Some(named) = self.by_name.get(&folded) {
            return self.only(named, country, admin_level);
        }
        let words: Vec<&str> = folded.split(' ').filter(|word| !AREA_WORDS.contains(word)).collect();
        self.only(self.by_name.get(&words.join(" "))?, country, admin_level)
    }

    fn only(&self, named: &[usize], country: Option<&str>, admin_level: Option<u8>) -> Option<&GazetteerPlace> {
        let places = named.iter().map(|index| &self.places[*index]);
        let mut candidates: Vec<&GazetteerPlace> = places
            .filter(|place| country.is_none_or(|country| place.country == country))
            .filter(|place| admin_level.is_none_or(|level| place.admin_level == level))
            .collect();
        candidates.sort_by_key(|place| place.admin_level);
        let (first, others) = candidates.split_first()?;
        let all_within = others.iter().all(|other| other.parent.as_deref() == Some(first.pcode.as_str()));
        let outweighs = country.is_some() && first.admin_level == 1 && others.iter().all(|other| other.admin_level > 1);
        (all_within || outweighs).then_some(*first)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::Vocabularies;

    fn pcode<'a>(text: &str, country: Option<&str>, admin_level: Option<u8>) -> Option<&'a str> {
        Vocabularies::bundled().place(text, country, admin_level).map(|place| place.pcode.as_str())
    }

    #[test]
    fn p_codes_are_read_with_either_country_code_and_any_case() {
        for text in ["YE15", "ye15", " YE15 ", "YEM15"] {
            assert_eq!(pcode(text, None, None), Some("YE15"), "{text}");
        }
        assert_eq!(pcode("YE15", Some("Yemen"), None), Some("YE15"));
        assert_eq!(pcode("YE15", Some("SYR"), None), None, "a contradiction names no place");
        assert_eq!(pcode("YE99", None, None), None);
        assert_eq!(pcode("15", None, None), None);
    }

    #[test]
    fn names_are_told_apart_by_country_and_level() {
        let cases = [
            ("Aleppo", None, Some("SY02")),
            ("Aleppo Governorate", Some("SYR"), Some("SY02")),
            ("Ta'iz", None, Some("YE15")),
            ("Taiz", Some("YEM"), Some("YE15")),
            ("Kabul", Some("AFG"), Some("AF01")),
            ("Sahel", Some("BFA"), Some("BF56")),
            ("Centre-Nord", Some("Burkina Faso"), Some("BF49")),
            ("Koulsé", Some("BFA"), Some("BF49")),
            ("Departamento del Vaupés", Some("COL"), Some("CO97")),
            ("Nariño", Some("COL"), Some("CO52")),
            ("Bolívar", Some("COL"), Some("CO13")),
            ("Oromia", Some("ETH"), Some("ET04")),
            ("Adamawa", Some("NGA"), Some("NG002")),
            ("Ouest", Some("HTI"), Some("HT01")),
            ("Nariño", None, None),
            ("Sucre", None, None),
            ("North", None, None),
            ("Nowhere", Some("YEM"), None),
            ("Taiz", Some("Atlantis"), None),
            ("", None, None),
        ];
        for (text, country, expected) in cases {
            assert_eq!(pcode(text, country, None), expected, "{text} {country:?}");
        }
        assert_eq!(pcode("Kabul", Some("AFG"), Some(2)), Some("AF0101"));
        assert_eq!(pcode("Departamento de Nariño", Some("COL"), Some(1)), Some("CO52"));
    }

    #[test]
    fn a_name_of_level_2_that_two_areas_bear_names_neither() {
        assert_eq!(pcode("Nariño", Some("COL"), Some(2)), None);
        assert_eq!(pcode("Villanueva", Some("COL"), None), None);
    }

    #[test]
    fn every_area_of_level_1_in_the_arabic_speaking_countries_has_a_name_in_arabic() {
        let cases = [
            (
                "SYR",
                "حلب SY02، إدلب SY07، دير الزور SY09، الحسكة SY08، الرقة SY11، درعا SY12، ريف دمشق SY03، دمشق SY01",
            ),
            (
                "YEM",
                "تعز YE15، لحج YE25، عدن YE24، محافظة مأرب YE26، صنعاء YE23، أمانة العاصمة YE13، إب YE11، الحديده YE18",
            ),
            ("IRQ", "نينوى IQG15، الأنبار IQG01، البصرة IQG02، دهوك IQG09، صلاح الدين IQG16"),
            ("LBN", "النبطية LB4، الجنوب LB6، عكار LB7، البقاع LB2، بعلبك-الهرمل LB8"),
            ("SDN", "الخرطوم SD01، ولاية الجزيرة SD15، غرب دارفور SD04، نهر النيل SD16، النيل الأبيض SD09"),
            ("PSE", "قطاع غزة PS02، الضفة الغربية PS01"),
        ];
        for (country, names) in cases {
            for case in names.split('،') {
                let (name, expected) = case.trim().rsplit_once(' ').unwrap_or_default();
                assert_eq!(pcode(name, Some(country), None), Some(expected), "{name}");
            }
            let gazetteer = &Vocabularies::bundled().gazetteer;
            let is_arabic = |name: &str| name.chars().all(|letter| letter == ' ' || ('ء'..='ي').contains(&letter));
            for (index, place) in gazetteer.places.iter().enumerate() {
                if place.country == country && place.admin_level == 1 {
                    let mut names = gazetteer.by_name.iter().filter(|(_, named)| named.contains(&index));
                    assert!(names.any(|(name, _)| is_arabic(name)), "{place:?}");
                }
            }
        }
    }

    #[test]
    fn the_sample_countries_have_places_of_both_levels_with_known_parents() {
        let vocabularies = Vocabularies::bundled();
        let countries = [
            "AFG", "BFA", "CAF", "COD", "COL", "ETH", "HTI", "IRQ", "LBN", "MLI", "NGA", "SDN", "SOM", "SSD", "SYR",
            "UKR", "YEM",
        ];
        for country in countries {
            let places = || vocabularies.gazetteer.places.iter().filter(|place| place.country == country);
            assert!(places().filter(|place| place.admin_level == 1).count() >= 8, "{country}");
            assert!(places().filter(|place| place.admin_level == 2).count() >= 26, "{country}");
            for place in places().filter(|place| place.admin_level == 2) {
                let parent = place.parent.as_deref().unwrap_or_default();
                let level = vocabularies.place(parent, Some(country), None).map(|place| place.admin_level);
                assert_eq!(level, Some(1), "{place:?}");
            }
        }
    }

    #[test]
    fn the_box_of_a_place_lies_in_the_box_of_its_country() {
        let vocabularies = Vocabularies::bundled();
        let mut boxes = 0;
        for place in &vocabularies.gazetteer.places {
            let country = vocabularies.country(&place.country).and_then(|country| country.bbox);
            let (Some(inner), Some(outer)) = (place.bbox, country) else { continue };
            boxes += 1;
            // Outlines of different scale differ by a few kilometres.
            let slack = 0.35;
            let within = inner.west >= outer.west - slack
                && inner.east <= outer.east + slack
                && inner.south >= outer.south - slack
                && inner.north <= outer.north + slack;
            assert!(within, "{place:?} {outer:?}");
        }
        assert!(boxes > 300);
    }

    #[test]
    fn an_operators_list_of_p_codes_in_the_columns_of_ocha_is_added() {
        let text = "Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date\n\
                    #country+code,#geo+admin_level,#adm+code,#adm+name,#adm+code+parent,#date+start\n\
                    YEM,0,YE,Yemen,,2019-01-01\n\
                    YEM,2,YE9901,Invented district,YE15,2019-01-01\n\
                    YEM,3,YE990101,Invented village,YE9901,2019-01-01\n";
        let (vocabularies, problems) =
            Vocabularies::with_tables(&BTreeMap::from([("places".to_owned(), text.to_owned())]));
        assert_eq!(problems, []);
        let place = vocabularies.place("invented district", Some("YEM"), Some(2)).cloned();
        assert_eq!(
            place,
            Some(super::GazetteerPlace {
                pcode: "YE9901".to_owned(),
                name: "Invented district".to_owned(),
                admin_level: 2,
                country: "YEM".to_owned(),
                parent: Some("YE15".to_owned()),
                bbox: None,
            })
        );
        assert_eq!(vocabularies.place("YE990101", None, None), None, "only levels 1 and 2 are kept");
        assert!(vocabularies.place("YE15", None, None).is_some());
    }
}

//! The sentences of a description in each language; `{}` stands for what is filled in.

use super::item_type::LANGUAGES;

/// The sentences of one language.
pub(super) struct Phrases {
    pub(super) title: &'static str,
    pub(super) title_with_country: &'static str,
    pub(super) about: &'static str,
    pub(super) few: &'static str,
    pub(super) not_counted: &'static str,
    pub(super) not_read: &'static str,
    pub(super) period: &'static str,
    pub(super) admin1: &'static str,
    pub(super) admin2: &'static str,
    pub(super) organisations: &'static str,
    pub(super) unnamed_organisations: &'static str,
    pub(super) statuses: &'static str,
    pub(super) unnamed_statuses: &'static str,
    pub(super) minimum_data: &'static str,
    pub(super) lacking: &'static str,
    pub(super) further_fields: &'static str,
    pub(super) few_further_fields: &'static str,
    pub(super) persons: &'static str,
    pub(super) others: &'static str,
    pub(super) comma: &'static str,
    pub(super) keywords: [&'static str; 2],
}

/// The sentences in the order of [`LANGUAGES`].
pub(super) const PHRASES: [Phrases; LANGUAGES.len()] = [
    Phrases {
        title: "{} recorded in IMSMA",
        title_with_country: "{} recorded in IMSMA — {}",
        about: "An IMSMA export holds about {} records of this type.",
        few: "An IMSMA export holds fewer than 5 records of this type.",
        not_counted: "An IMSMA export could be read only in part, so that the number of records is not stated.",
        not_read: "Layers of an ArcGIS server hold records of this type, which are not read, so that their number is not stated.",
        period: "Period: {} to {}.",
        admin1: "Admin 1 areas: {}.",
        admin2: "Admin 2 areas with 5 records or more: {}.",
        organisations: "Organisations: {}.",
        unnamed_organisations: "Organisations are recorded, but none that may be named.",
        statuses: "Statuses: {}.",
        unnamed_statuses: "Statuses are recorded, but none that may be named.",
        minimum_data: "Minimum data requirements of mine action: {} of {} elements present.",
        lacking: "The data dictionary lacks: {}.",
        further_fields: "Beside the fields listed there are about {} further fields.",
        few_further_fields: "Beside the fields listed there are fewer than 5 further fields.",
        persons: "Records are about persons: what fewer than 5 of them share is left out.",
        others: "others",
        comma: ", ",
        keywords: ["mine action", "explosive ordnance"],
    },
    Phrases {
        title: "{} dans IMSMA",
        title_with_country: "{} dans IMSMA — {}",
        about: "Un export IMSMA contient environ {} fiches de ce type.",
        few: "Un export IMSMA contient moins de 5 fiches de ce type.",
        not_counted: "Un export IMSMA n'a pu être lu qu'en partie ; le nombre de fiches n'est donc pas indiqué.",
        not_read: "Des couches d'un serveur ArcGIS contiennent des fiches de ce type ; elles ne sont pas lues et leur nombre n'est donc pas indiqué.",
        period: "Période : de {} à {}.",
        admin1: "Zones de niveau administratif 1 : {}.",
        admin2: "Zones de niveau administratif 2 comptant au moins 5 fiches : {}.",
        organisations: "Organisations : {}.",
        unnamed_organisations: "Des organisations sont enregistrées, mais aucune ne peut être nommée.",
        statuses: "Statuts : {}.",
        unnamed_statuses: "Des statuts sont enregistrés, mais aucun ne peut être nommé.",
        minimum_data: "Données minimales de la lutte antimines : {} éléments sur {} sont présents.",
        lacking: "Il manque au dictionnaire de données : {}.",
        further_fields: "Outre les champs indiqués, il y a environ {} autres champs.",
        few_further_fields: "Outre les champs indiqués, il y a moins de 5 autres champs.",
        persons: "Les fiches concernent des personnes : ce que moins de 5 d'entre elles ont en commun est omis.",
        others: "autres",
        comma: ", ",
        keywords: ["lutte antimines", "engins explosifs"],
    },
    Phrases {
        title: "{} en IMSMA",
        title_with_country: "{} en IMSMA — {}",
        about: "Una exportación de IMSMA contiene unos {} registros de este tipo.",
        few: "Una exportación de IMSMA contiene menos de 5 registros de este tipo.",
        not_counted: "Una exportación de IMSMA solo pudo leerse en parte, por lo que no se indica el número de registros.",
        not_read: "Hay capas de un servidor ArcGIS que contienen registros de este tipo; no se leen, por lo que no se indica su número.",
        period: "Período: de {} a {}.",
        admin1: "Áreas de nivel administrativo 1: {}.",
        admin2: "Áreas de nivel administrativo 2 con 5 registros o más: {}.",
        organisations: "Organizaciones: {}.",
        unnamed_organisations: "Constan organizaciones, pero ninguna que pueda nombrarse.",
        statuses: "Estados: {}.",
        unnamed_statuses: "Constan estados, pero ninguno que pueda nombrarse.",
        minimum_data: "Datos mínimos de la acción contra las minas: {} de {} elementos presentes.",
        lacking: "Faltan en el diccionario de datos: {}.",
        further_fields: "Además de los campos indicados hay unos {} campos más.",
        few_further_fields: "Además de los campos indicados hay menos de 5 campos más.",
        persons: "Los registros son de personas: se omite lo que comparten menos de 5 de ellas.",
        others: "otros",
        comma: ", ",
        keywords: ["acción contra las minas", "artefactos explosivos"],
    },
    Phrases {
        title: "{} في نظام IMSMA",
        title_with_country: "{} في نظام IMSMA — {}",
        about: "عدد السجلات من هذا النوع في ملف مُصدَّر من نظام IMSMA: نحو {}.",
        few: "عدد السجلات من هذا النوع في ملف مُصدَّر من نظام IMSMA: أقل من 5.",
        not_counted: "لم تتسنَّ قراءة الملف المُصدَّر من نظام IMSMA إلا جزئيًا، ولذلك لا يُذكر عدد السجلات.",
        not_read: "توجد في طبقات على خادم ArcGIS سجلات من هذا النوع، وهي لا تُقرأ، ولذلك لا يُذكر عددها.",
        period: "الفترة: من {} إلى {}.",
        admin1: "مناطق المستوى الإداري الأول: {}.",
        admin2: "مناطق المستوى الإداري الثاني التي فيها 5 سجلات أو أكثر: {}.",
        organisations: "المنظمات: {}.",
        unnamed_organisations: "المنظمات مسجلة، لكن لا تجوز تسمية أي منها.",
        statuses: "الحالات: {}.",
        unnamed_statuses: "الحالات مسجلة، لكن لا تجوز تسمية أي منها.",
        minimum_data: "العناصر الموجودة من الحد الأدنى لبيانات العمل المتعلق بالألغام: {} من {}.",
        lacking: "ينقص قاموس البيانات: {}.",
        further_fields: "عدد الحقول الأخرى إلى جانب الحقول المذكورة: نحو {}.",
        few_further_fields: "عدد الحقول الأخرى إلى جانب الحقول المذكورة: أقل من 5.",
        persons: "تتعلق السجلات بأشخاص: يُحذف ما يشترك فيه أقل من 5 منهم.",
        others: "أخرى",
        comma: "، ",
        keywords: ["العمل المتعلق بالألغام", "الذخائر المتفجرة"],
    },
];

/// Puts values in the places of `{}`, in their order.
pub(super) fn fill(phrase: &str, values: &[&str]) -> String {
    let mut filled = String::new();
    let mut values = values.iter();
    let mut pieces = phrase.split("{}").peekable();
    while let Some(piece) = pieces.next() {
        filled.push_str(piece);
        if pieces.peek().is_some() {
            filled.push_str(values.next().unwrap_or(&""));
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_has_the_same_places_in_every_language() {
        let places = |phrases: &Phrases| {
            [
                phrases.title,
                phrases.title_with_country,
                phrases.about,
                phrases.period,
                phrases.admin1,
                phrases.admin2,
                phrases.organisations,
                phrases.statuses,
                phrases.minimum_data,
                phrases.lacking,
                phrases.further_fields,
            ]
            .map(|phrase| phrase.matches("{}").count())
        };
        for phrases in &PHRASES {
            assert_eq!(places(phrases), [1, 2, 1, 2, 1, 1, 1, 1, 2, 1, 1]);
        }
    }

    #[test]
    fn values_are_never_taken_for_places() {
        assert_eq!(fill("{} of {}.", &["{}", "2"]), "{} of 2.");
    }
}

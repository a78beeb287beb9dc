//! What the vocabularies are called, in the languages of their labels.

/// Name of a vocabulary, and its titles in the order of `LANGUAGES`.
type Titles = (&'static str, [&'static str; 4]);

const TITLES: &[Titles] = &[
    ("access", ["Ways to get data", "Modes d’accès", "Formas de acceso", "طرق الحصول على البيانات"]),
    (
        "access-form",
        [
            "Forms of agreed access",
            "Formes d’accès convenues",
            "Formas de acceso acordadas",
            "أشكال الوصول المتفق عليها",
        ],
    ),
    ("channel", ["Channels of exchange", "Canaux d’échange", "Canales de intercambio", "قنوات التبادل"]),
    (
        "classification",
        [
            "Classification of information",
            "Classification de l’information",
            "Clasificación de la información",
            "تصنيف المعلومات",
        ],
    ),
    (
        "cluster",
        [
            "Clusters and areas of responsibility",
            "Clusters et domaines de responsabilité",
            "Clústeres y áreas de responsabilidad",
            "المجموعات القطاعية ومجالات المسؤولية",
        ],
    ),
    ("cost", ["What data costs", "Coût des données", "Coste de los datos", "تكلفة البيانات"]),
    ("country", ["Countries and territories", "Pays et territoires", "Países y territorios", "البلدان والأقاليم"]),
    ("format", ["File formats", "Formats de fichier", "Formatos de archivo", "صيغ الملفات"]),
    ("frequency", ["Update frequencies", "Fréquences de mise à jour", "Frecuencias de actualización", "وتيرة التحديث"]),
    ("freshness", ["Whether data is up to date", "Actualité des données", "Vigencia de los datos", "حداثة البيانات"]),
    ("hazard", ["Hazards", "Aléas", "Amenazas", "الأخطار"]),
    ("hxl", ["HXL tags", "Balises HXL", "Etiquetas HXL", "وسوم HXL"]),
    ("kind", ["Kinds of holdings", "Types de fonds de données", "Tipos de datos", "أنواع البيانات"]),
    ("language", ["Languages", "Langues", "Idiomas", "اللغات"]),
    ("licence", ["Licences", "Licences", "Licencias", "التراخيص"]),
    (
        "listing",
        [
            "What others see of a record",
            "Ce que les autres voient d’une fiche",
            "Lo que otros ven de un registro",
            "ما يراه الآخرون من السجل",
        ],
    ),
    (
        "obligation",
        ["Obligations of agreements", "Obligations des accords", "Obligaciones de los acuerdos", "التزامات الاتفاقات"],
    ),
    ("organisation", ["Organisations", "Organisations", "Organizaciones", "المنظمات"]),
    (
        "organisation-type",
        ["Types of organisations", "Types d’organisations", "Tipos de organizaciones", "أنواع المنظمات"],
    ),
    ("party-role", ["Roles of parties", "Rôles des parties", "Funciones de las partes", "أدوار الأطراف"]),
    ("population-group", ["Population groups", "Groupes de population", "Grupos de población", "الفئات السكانية"]),
    ("practice-kind", ["Kinds of practices", "Types de pratiques", "Tipos de prácticas", "أنواع الممارسات"]),
    ("precision", ["Geographic precision", "Précision géographique", "Precisión geográfica", "الدقة الجغرافية"]),
    ("purpose", ["Purposes of use", "Finalités d’utilisation", "Finalidades de uso", "أغراض الاستخدام"]),
    (
        "rendition",
        [
            "How much of a record is seen",
            "Part visible d’une fiche",
            "Parte visible de un registro",
            "مقدار ما يظهر من السجل",
        ],
    ),
    ("safeguard", ["Safeguards", "Mesures de protection", "Salvaguardias", "الضمانات"]),
    ("sensitivity", ["Sensitivity", "Sensibilité", "Sensibilidad", "الحساسية"]),
    (
        "sharing",
        [
            "Who may have data",
            "Qui peut avoir les données",
            "Quién puede tener los datos",
            "من يمكنه الحصول على البيانات",
        ],
    ),
    ("theme", ["Themes", "Thèmes", "Temas", "المواضيع"]),
    ("transfer", ["Transfer abroad", "Transfert à l’étranger", "Transferencia al extranjero", "النقل إلى الخارج"]),
];

/// What a vocabulary is called in a language.
pub(super) fn title(name: &str, language: &str) -> Option<&'static str> {
    let (_, titles) = TITLES.iter().find(|(one, _)| *one == name)?;
    let place = crate::parameters::LANGUAGES.iter().position(|one| *one == language)?;
    Some(titles[place])
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_model::Vocabularies;

    #[test]
    fn every_vocabulary_has_a_title_and_no_title_is_of_none() {
        let names = Vocabularies::bundled().names();
        let untitled: Vec<_> = names.iter().filter(|name| title(name, "ar").is_none()).collect();
        let unnamed: Vec<_> = TITLES.iter().filter(|(name, _)| !names.contains(name)).collect();
        assert!(untitled.is_empty() && unnamed.is_empty(), "{untitled:?} {unnamed:?}");
    }
}

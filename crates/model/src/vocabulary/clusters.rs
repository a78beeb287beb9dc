//! Clusters and areas of responsibility: how their names are compared.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::concepts::{Concepts, LONGEST_NAME, local_name};
use super::fold;

/// Phrases that say what kind of group is meant, not which, word by word.
const GROUP_PHRASES: &[&[&str]] = &[
    &["area", "of", "responsibility"],
    &["areas", "of", "responsibility"],
    &["domaine", "de", "responsabilite"],
    &["area", "de", "responsabilidad"],
    &["مجال", "المسوولية"],
    &["working", "group"],
    &["groupe", "de", "travail"],
    &["groupe", "sectoriel"],
    &["grupo", "de", "trabajo"],
    &["sub", "cluster"],
    &["sub", "sector"],
    &["sous", "cluster"],
    &["sous", "secteur"],
    &["sous", "groupe"],
    &["المجموعة", "القطاعية"],
    &["القطاع", "الفرعي"],
    &["قطاع", "فرعي"],
    &["subcluster"],
    &["subsector"],
    &["cluster"],
    &["clusters"],
    &["sector"],
    &["sectors"],
    &["secteur"],
    &["aor"],
    &["aors"],
    &["القطاع"],
    &["قطاع"],
    &["كتلة"],
    &["مجموعة"],
    &["كلستر"],
];

/// Words that join others.
const JOINING_WORDS: &[&str] =
    &["and", "et", "y", "e", "the", "of", "de", "du", "des", "del", "d", "la", "le", "les", "l", "en", "in"];

/// What a word of a name can be beside a part of the name itself.
#[derive(Default)]
struct Role {
    joins: bool,
    /// Phrases that begin with it.
    phrases: Vec<&'static [&'static str]>,
}

static ROLES: LazyLock<HashMap<&'static str, Role>> = LazyLock::new(|| {
    let mut roles: HashMap<&'static str, Role> = HashMap::new();
    for word in JOINING_WORDS {
        roles.entry(word).or_default().joins = true;
    }
    for phrase in GROUP_PHRASES {
        if let Some(first) = phrase.first() {
            roles.entry(first).or_default().phrases.push(phrase);
        }
    }
    roles
});

/// Most words that a name with its abbreviation or with the cluster above it has.
const MOST_WORDS: usize = 16;

/// The key of a cluster's name: folded, without the phrases that say that it is a cluster, and without words that join.
pub(super) fn cluster_key(name: &str) -> String {
    let folded = fold(name);
    let words: Vec<&str> = folded.split(' ').collect();
    let mut key = String::with_capacity(folded.len());
    let mut at = 0;
    while at < words.len() {
        let role = ROLES.get(words[at]);
        let phrase = role.and_then(|role| role.phrases.iter().find(|phrase| words[at..].starts_with(phrase)));
        if let Some(phrase) = phrase {
            at += phrase.len();
            continue;
        }
        if !role.is_some_and(|role| role.joins) {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(words[at]);
        }
        at += 1;
    }
    key
}

/// The code of a cluster, from its code or a name; also from a name with its abbreviation (`Health (HEA)`) and from a
/// cluster with one of its areas of responsibility (`Protection: Mine Action`). Nothing is looked for inside other words.
pub(super) fn find<'c>(clusters: &'c Concepts, text: &str) -> Option<&'c str> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST_NAME {
        return None;
    }
    if let Some(term) = clusters.by_any_code(text) {
        return Some(clusters.code_at(term));
    }
    let key = cluster_key(text);
    if let Some(term) = clusters.find_key(&key) {
        return Some(clusters.code_at(term));
    }
    if let Some(name) = local_name(text) {
        return clusters.find_code(name);
    }
    if key.split(' ').count() > MOST_WORDS {
        return None;
    }
    for (at, _) in key.match_indices(' ') {
        let (Some(first), Some(second)) = (clusters.find_key(&key[..at]), clusters.find_key(&key[at + 1..])) else {
            continue;
        };
        let (first, second) = (clusters.code_at(first), clusters.code_at(second));
        if first == second || clusters.broader(second) == Some(first) {
            return Some(second);
        }
        if clusters.broader(first) == Some(second) {
            return Some(first);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::Vocabularies;

    fn code(text: &str) -> Option<&str> {
        Vocabularies::bundled().cluster(text)
    }

    #[test]
    fn every_label_and_alias_of_every_cluster_finds_its_code_with_and_without_the_word_cluster() {
        let vocabularies = Vocabularies::bundled();
        let terms = vocabularies.terms("cluster").unwrap_or_default();
        assert_eq!(terms.len(), 19);
        for term in &terms {
            for name in vocabularies.names_of("cluster", &term.code) {
                for text in [name.to_owned(), name.to_uppercase(), format!("{name} Cluster"), format!("Cluster {name}")]
                {
                    assert_eq!(code(&text), Some(term.code.as_str()), "{text}");
                }
            }
        }
    }

    #[test]
    fn row_14_clusters_and_areas_of_responsibility_are_found_in_four_languages() {
        let cases = [
            ("SHL", ["Shelter/NFI", "Abris / AME", "Alojamiento de Emergencia", "قطاع المأوى والمواد غير الغذائية"]),
            ("CCM", ["CCCM", "Coordination et gestion des camps", "Gestión de campamentos", "تنسيق وإدارة المخيمات"]),
            (
                "FSC",
                ["FSL", "Sécurité Alimentaire", "Seguridad alimentaria y nutrición (SAN)", "الأمن الغذائي وسبل العيش"],
            ),
            ("WSH", ["WASH Cluster", "EHA", "Agua, saneamiento e higiene", "المياه والصرف الصحي والنظافة"]),
            ("LOG", ["Logistics Sector", "Logistique", "Logística", "اللوجستيات"]),
            ("PRO", ["General Protection", "Protection générale", "Protección", "الحماية"]),
            ("EDU", ["Education in Emergencies", "Éducation", "Educación en emergencias", "قطاع التعليم"]),
            ("NUT", ["Nutrition", "NUTRITION", "Nutrición", "التغذية"]),
            ("HEA", ["Health Cluster", "Santé", "Salud", "الصحة"]),
            ("ERY", ["Early Recovery & Livelihoods", "Relèvement précoce", "Recuperación temprana", "التعافي المبكر"]),
            ("TEL", ["ETC", "Télécommunications d’urgence", "Telecomunicaciones de emergencia", "اتصالات الطوارئ"]),
            ("PRO-MIN", ["Mine Action (AoR)", "Lutte anti-mines", "Acción contra minas", "الأعمال المتعلقة بالألغام"]),
            (
                "PRO-CPN",
                [
                    "Child Protection AoR",
                    "Sous-cluster Protection de l'enfance",
                    "Protección de la niñez",
                    "حماية الطفل",
                ],
            ),
            ("PRO-GBV", ["GBV Sub-Cluster", "VBG", "Violencia de género", "العنف القائم على النوع الاجتماعي"]),
            (
                "PRO-HLP",
                [
                    "Housing, Land & Property",
                    "Logement, terre et biens",
                    "Vivienda, tierra y propiedad",
                    "السكن والأرض والممتلكات",
                ],
            ),
        ];
        for (expected, texts) in cases {
            for text in texts {
                assert_eq!(code(text), Some(expected), "{text}");
            }
        }
    }

    #[test]
    fn a_name_may_stand_with_its_abbreviation_or_with_the_cluster_above_it() {
        let cases = [
            ("Health (HEA)", "HEA"),
            ("water sanitation and hygiene-wash", "WSH"),
            ("camp coordination and camp management-cccm", "CCM"),
            ("gender-based violence-gbv", "PRO-GBV"),
            ("Protection: Mine Action", "PRO-MIN"),
            ("Protection - Child Protection", "PRO-CPN"),
            ("Protection (HLP)", "PRO-HLP"),
            ("pro-min", "PRO-MIN"),
            ("Mine Action Area of Responsibility", "PRO-MIN"),
        ];
        for (text, expected) in cases {
            assert_eq!(code(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn nothing_is_found_inside_other_words() {
        let texts = [
            "",
            " ",
            "cluster",
            "Cluster system",
            "sector",
            "working group",
            "health facilities",
            "mental health",
            "education facilities-schools",
            "Shelter/CCCM",
            "food",
            "market prices",
            "mine production",
            "gold mines",
            "displacement",
            "water",
            "protection of infrastructure",
            "data protection",
            "and",
            "coordination",
            "Health, Education",
            "قطاع",
        ];
        for text in texts {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn areas_of_responsibility_belong_to_protection() {
        let vocabularies = Vocabularies::bundled();
        for area in ["PRO-MIN", "PRO-CPN", "PRO-GBV", "PRO-HLP"] {
            assert_eq!(vocabularies.broader_cluster(area), Some("PRO"));
        }
        assert_eq!(vocabularies.broader_cluster("HEA"), None);
        assert_eq!(vocabularies.broader_cluster("???"), None);
    }
}

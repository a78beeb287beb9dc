//! Clusters and areas of responsibility: how their names are compared.

use super::concepts::Concepts;
use super::fold;

/// Phrases that say what kind of group is meant, not which; longer ones stand before their parts.
const GROUP_WORDS: &[&str] = &[
    "area of responsibility",
    "areas of responsibility",
    "domaine de responsabilite",
    "area de responsabilidad",
    "مجال المسؤولية",
    "مجال المسوولية",
    "working group",
    "groupe de travail",
    "grupo de trabajo",
    "groupe sectoriel",
    "sub cluster",
    "sub sector",
    "sous cluster",
    "sous secteur",
    "sous groupe",
    "sub grupo",
    "المجموعة القطاعية",
    "القطاع الفرعي",
    "قطاع فرعي",
    "subcluster",
    "subsector",
    "cluster",
    "clusters",
    "sector",
    "sectors",
    "secteur",
    "aor",
    "aors",
    "ddr",
    "القطاع",
    "قطاع",
    "كتلة",
    "مجموعة",
    "كلستر",
];

/// Words that join others.
const JOINING_WORDS: &[&str] = &["and", "et", "y", "e", "the", "of", "de", "du", "des", "del", "d", "la", "le", "les", "l", "en", "in"];

/// The key of a cluster's name: folded, without the words that say that it is a cluster, and without words that join.
pub(super) fn cluster_key(name: &str) -> String {
    let mut key = format!(" {} ", fold(name));
    for phrase in GROUP_WORDS {
        let phrase = format!(" {phrase} ");
        while key.contains(&phrase) {
            key = key.replace(&phrase, " ");
        }
    }
    let words: Vec<&str> = key.split_whitespace().filter(|word| !JOINING_WORDS.contains(word)).collect();
    words.join(" ")
}

/// The code of a cluster, from its code or a name; also from a name with its abbreviation (`Health (HEA)`) and from a
/// cluster with one of its areas of responsibility (`Protection: Mine Action`). Nothing is looked for inside other words.
pub(super) fn find<'c>(clusters: &'c Concepts, text: &str) -> Option<&'c str> {
    if let Some(code) = clusters.find_code(text) {
        return Some(code);
    }
    let key = cluster_key(text);
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

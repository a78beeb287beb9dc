//! British and American spellings of English words, which rules for stems do not join.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Letters before `ize` from which on it is the ending: not those of size, prize and seize.
const BEFORE_IZE: usize = 4;
/// Letters of every beginning that is looked up first.
const KEY: usize = 4;

/// How words begin in one spelling, and in the other, which is the one of both that is kept.
const BEGINNINGS: &[(&str, &str)] = &[
    ("acknowledgem", "acknowledgm"),
    ("ageing", "aging"),
    ("aluminium", "aluminum"),
    ("anaemi", "anemi"),
    ("anaesth", "anesth"),
    ("archaeo", "archeo"),
    ("armour", "armor"),
    ("behaviour", "behavior"),
    ("caesarean", "cesarean"),
    ("cancell", "cancel"),
    ("channell", "channel"),
    ("colour", "color"),
    ("counsell", "counsel"),
    ("defence", "defense"),
    ("diarrhoea", "diarrhea"),
    ("encyclopaed", "encycloped"),
    ("endeavour", "endeavor"),
    ("enroll", "enrol"),
    ("faecal", "fecal"),
    ("faeces", "feces"),
    ("favour", "favor"),
    ("flavour", "flavor"),
    ("foetal", "fetal"),
    ("foetus", "fetus"),
    ("fuell", "fuel"),
    ("fulfill", "fulfil"),
    ("gynaeco", "gyneco"),
    ("haemo", "hemo"),
    ("harbour", "harbor"),
    ("honour", "honor"),
    ("humour", "humor"),
    ("installment", "instalment"),
    ("judgement", "judgment"),
    ("labell", "label"),
    ("labour", "labor"),
    ("leukaemi", "leukemi"),
    ("levell", "level"),
    ("licence", "license"),
    ("manoeuvre", "maneuver"),
    ("modell", "model"),
    ("mould", "mold"),
    ("neighbour", "neighbor"),
    ("odour", "odor"),
    ("oedema", "edema"),
    ("oesophag", "esophag"),
    ("offence", "offense"),
    ("orthopaed", "orthoped"),
    ("paediatr", "pediatr"),
    ("parlour", "parlor"),
    ("plough", "plow"),
    ("practis", "practic"),
    ("pretence", "pretense"),
    ("rigour", "rigor"),
    ("rumour", "rumor"),
    ("savour", "savor"),
    ("sceptic", "skeptic"),
    ("signall", "signal"),
    ("skillful", "skilful"),
    ("sulph", "sulf"),
    ("travell", "travel"),
    ("tumour", "tumor"),
    ("tunnell", "tunnel"),
    ("unfavour", "unfavor"),
    ("vapour", "vapor"),
    ("vigour", "vigor"),
];

/// Whole words, likewise.
const WORDS: &[(&str, &str)] = &[
    ("catalogue", "catalog"),
    ("catalogues", "catalogs"),
    ("centimetre", "centimeter"),
    ("centimetres", "centimeters"),
    ("centre", "center"),
    ("centred", "centered"),
    ("centres", "centers"),
    ("dialogue", "dialog"),
    ("dialogues", "dialogs"),
    ("fibre", "fiber"),
    ("fibres", "fibers"),
    ("grey", "gray"),
    ("kilometre", "kilometer"),
    ("kilometres", "kilometers"),
    ("litre", "liter"),
    ("litres", "liters"),
    ("millimetre", "millimeter"),
    ("millimetres", "millimeters"),
    ("programme", "program"),
    ("programmes", "programs"),
    ("theatre", "theater"),
    ("theatres", "theaters"),
];

/// Endings with `z` that are written with `s`, too, in the order in which they are tried.
const ENDINGS: &[&str] =
    &["izational", "izations", "ization", "izable", "izing", "izers", "izer", "ized", "izes", "ize"];

/// A folded word of English in the one spelling that stands for all of its spellings: *organisation* for *organization*,
/// *behavior* for *behaviour*. It is meant for comparing, not for reading.
///
/// ```
/// use cairn_model::vocabulary::one_spelling;
/// assert_eq!(one_spelling("organizations"), one_spelling("organisations"));
/// assert_ne!(one_spelling("prize"), one_spelling("prise"));
/// ```
pub fn one_spelling(word: &str) -> Cow<'_, str> {
    let known = word.get(..KEY).and_then(|begin| BY_BEGIN.get(begin));
    for (from, to, is_whole) in known.into_iter().flatten() {
        if let Some(rest) = word.strip_prefix(from).filter(|rest| !is_whole || rest.is_empty()) {
            return Cow::Owned(format!("{to}{rest}"));
        }
    }
    if !word.contains('z') {
        return Cow::Borrowed(word);
    }
    if let Some(at) = word.find("yz").filter(|at| *at >= KEY - 1) {
        return Cow::Owned(format!("{}ys{}", &word[..at], &word[at + 2..]));
    }
    for ending in ENDINGS {
        if let Some(begin) = word.strip_suffix(ending).filter(|begin| begin.len() >= BEFORE_IZE) {
            return Cow::Owned(format!("{begin}is{}", &ending[2..]));
        }
    }
    Cow::Borrowed(word)
}

/// The words of a beginning: as they begin, what stands for that, and whether nothing may follow.
type Known = Vec<(&'static str, &'static str, bool)>;

/// The words by their first letters.
static BY_BEGIN: LazyLock<HashMap<&str, Known>> = LazyLock::new(|| {
    let beginnings = BEGINNINGS.iter().map(|(from, to)| (*from, *to, false));
    let mut map: HashMap<&str, Known> = HashMap::new();
    for known in beginnings.chain(WORDS.iter().map(|(from, to)| (*from, *to, true))) {
        map.entry(&known.0[..KEY]).or_default().push(known);
    }
    map
});

#[cfg(test)]
mod tests {
    use super::one_spelling;

    #[test]
    fn both_spellings_of_a_word_are_one() {
        for (british, american) in [
            ("organisation", "organization"),
            ("organised", "organized"),
            ("organisational", "organizational"),
            ("immunisation", "immunization"),
            ("utilise", "utilize"),
            ("realising", "realizing"),
            ("fertilisers", "fertilizers"),
            ("analysed", "analyzed"),
            ("analyser", "analyzer"),
            ("behaviour", "behavior"),
            ("behavioural", "behavioral"),
            ("neighbourhoods", "neighborhoods"),
            ("labour", "labor"),
            ("harbours", "harbors"),
            ("defence", "defense"),
            ("licence", "license"),
            ("centre", "center"),
            ("centres", "centers"),
            ("kilometres", "kilometers"),
            ("programme", "program"),
            ("programmes", "programs"),
            ("modelling", "modeling"),
            ("enrolment", "enrollment"),
            ("paediatric", "pediatric"),
            ("diarrhoea", "diarrhea"),
            ("anaemia", "anemia"),
        ] {
            assert_eq!(one_spelling(british), one_spelling(american), "{british} {american}");
        }
    }

    #[test]
    fn words_of_one_spelling_stay_as_they_are() {
        for word in [
            "four",
            "hour",
            "our",
            "tour",
            "pour",
            "source",
            "course",
            "court",
            "journal",
            "labor",
            "size",
            "sizes",
            "prize",
            "prise",
            "rise",
            "wise",
            "seize",
            "maize",
            "citizen",
            "horizon",
            "bazaar",
            "zone",
            "fire",
            "acre",
            "metre",
            "meter",
            "central",
            "percentage",
            "mine",
            "fence",
            "license",
            "program",
            "programming",
            "grazing",
            "color",
        ] {
            assert_eq!(one_spelling(word), word);
        }
    }
}

//! What Arabic writes onto a word: *and*, *so*, *in*, *like*, *to*, and the article.

use std::borrow::Cow;

/// The article of Arabic.
pub const ARTICLE: &str = "ال";
/// Letters that follow an article at least.
const AFTER_ARTICLE: usize = 3;
/// Letters that follow *and* at least where no article stands between.
const AFTER_AND: usize = 4;
/// Letters that stay of a word without the ending of its plural.
const LEFT: usize = 4;

/// How words begin, folded, that begin with the letter of *and* themselves: *fuel*, *ministry*, *deaths*, *agency*.
const AND_BELONGS: &[&str] = &[
    "وباي",
    "وثاي",
    "وثيق",
    "وجبات",
    "وجود",
    "وجهات",
    "وحدات",
    "وحدة",
    "وديان",
    "ورشة",
    "ورقي",
    "وزار",
    "وزرا",
    "وزير",
    "وسايط",
    "وسايل",
    "وسيط",
    "وسيل",
    "وصاي",
    "وصفي",
    "وصول",
    "وضعي",
    "وطني",
    "وطنية",
    "وظاي",
    "وظيف",
    "وفاة",
    "وفيات",
    "وقاي",
    "وقود",
    "وقوع",
    "وكال",
    "وكيل",
    "ولادة",
    "ولادات",
    "ولاية",
    "ولايات",
    "ويب",
    "ورود",
    "وعود",
    "وفود",
    "وحيد",
    "وجاهي",
    "وزنه",
    "وسطي",
    "وسطاء",
    "وشيك",
    "وعرة",
    "وقفي",
    "وهمي",
    "ولوج",
    "ورثة",
    "وراثي",
    "وفقا",
    "وفرة",
    "وصلات",
    "وصلة",
    "وجيز",
];
/// Words, folded, whose first letters only look like *and the*: *parents*, *governor*.
const AND_THE_BELONGS: &[&str] = &[
    "والد",
    "والدة",
    "والدي",
    "والدين",
    "والدان",
    "والدات",
    "والدته",
    "والدتها",
    "والديه",
    "والديها",
    "والديهم",
    "والدهم",
    "والدها",
];
/// Beginnings, folded, that only look like *in the* and *like the*: *adults*, *calcium*, *California*.
const IN_THE_BELONGS: &[&str] = &["بالغ", "بالون", "كالسيوم", "كاليفورني", "كاليدوني", "كالوري"];

/// A folded word without *and*, *so*, *in*, *like* and *to* before it. What had an article has it then, and nothing else before
/// it. `written` is the word as it stands in the text, which tells an alef with a hamza from one of the article.
///
/// ```
/// use cairn_model::vocabulary::without_proclitics;
/// for word in ["والمدارس", "بالمدارس", "للمدارس", "وبالمدارس", "المدارس"] {
///     assert_eq!(without_proclitics(word, word), "المدارس");
/// }
/// assert_eq!(without_proclitics("وقود", "وقود"), "وقود");
/// ```
pub fn without_proclitics<'a>(folded: &'a str, written: &str) -> Cow<'a, str> {
    let word = without_and(folded, written);
    let after = |begin: &str| word.strip_prefix(begin).filter(|rest| has_letters(rest, AFTER_ARTICLE));
    if let Some(rest) = after("بال").or_else(|| after("كال")) {
        let belongs = IN_THE_BELONGS.iter().any(|begin| word.starts_with(begin));
        return if belongs { Cow::Borrowed(word) } else { Cow::Owned(format!("{ARTICLE}{rest}")) };
    }
    match after("لل") {
        // Before a word that begins with the letter itself, one of three is left out: refugees.
        Some(rest) if rest.starts_with("اجي") => Cow::Owned(format!("{ARTICLE}ل{rest}")),
        Some(rest) => Cow::Owned(format!("{ARTICLE}{rest}")),
        None => Cow::Borrowed(word),
    }
}

/// A folded word without *and* or *so* before it.
fn without_and<'a>(folded: &'a str, written: &str) -> &'a str {
    let has_article = |rest: &str| {
        [ARTICLE, "بال", "كال", "لل"]
            .iter()
            .any(|begin| rest.strip_prefix(begin).is_some_and(|after| has_letters(after, AFTER_ARTICLE)))
    };
    if let Some(rest) = folded.strip_prefix('ف') {
        return if has_article(rest) { rest } else { folded };
    }
    let Some(rest) = folded.strip_prefix('و') else { return folded };
    if has_article(rest) {
        return if AND_THE_BELONGS.contains(&folded) { folded } else { rest };
    }
    // No word begins with both.
    let has_hamza = ["وأ", "وإ", "وآ"].iter().any(|begin| written.starts_with(begin));
    if has_hamza && has_letters(rest, AFTER_ARTICLE) {
        return rest;
    }
    let may_be_and = !rest.starts_with('ا') && has_letters(rest, AFTER_AND);
    if may_be_and && !AND_BELONGS.iter().any(|begin| folded.starts_with(begin)) { rest } else { folded }
}

/// What the forms of a folded word have in common: it has no article, no ending of a plural, and no teh marbuta.
pub(super) fn common(word: &str) -> Cow<'_, str> {
    match without_proclitics(word, word) {
        Cow::Borrowed(word) => without_number(without_article(word, word).unwrap_or(word)),
        Cow::Owned(word) => Cow::Owned(without_number(without_article(&word, &word).unwrap_or(&word)).into_owned()),
    }
}

/// A folded word with a heh at its end where it has a teh marbuta (الحسكة): most who type leave its dots out.
///
/// ```
/// use cairn_model::vocabulary::without_teh_marbuta;
/// assert_eq!(without_teh_marbuta("الحسكة"), "الحسكه");
/// assert_eq!(without_teh_marbuta("حلب"), "حلب");
/// ```
pub fn without_teh_marbuta(word: &str) -> Cow<'_, str> {
    word.strip_suffix('ة').map_or(Cow::Borrowed(word), |begin| Cow::Owned(format!("{begin}ه")))
}

/// What follows the article of a word, if it has one. `written` is the word as it stands in the text: an alef with a hamza is of
/// the word (ألغام are mines), where a folded word would seem to have an article.
///
/// ```
/// use cairn_model::vocabulary::without_article;
/// assert_eq!(without_article("النازحون", "والنازحون"), Some("نازحون"));
/// assert_eq!(without_article("الغام", "ألغام"), None);
/// ```
pub fn without_article<'a>(word: &'a str, written: &str) -> Option<&'a str> {
    let is_of_the_word = written.trim_start_matches(['و', 'ف']).starts_with(['أ', 'إ', 'آ']);
    word.strip_prefix(ARTICLE).filter(|rest| !is_of_the_word && has_letters(rest, AFTER_ARTICLE))
}

fn without_number(word: &str) -> Cow<'_, str> {
    let without = |ending: &str| word.strip_suffix(ending).filter(|begin| has_letters(begin, LEFT));
    if let Some(begin) = without("ون").or_else(|| without("ين")) {
        return Cow::Borrowed(begin);
    }
    without("ات").map_or_else(|| without_teh_marbuta(word), |begin| Cow::Owned(format!("{begin}ه")))
}

fn has_letters(word: &str, count: usize) -> bool {
    word.chars().nth(count - 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::super::fold;
    use super::{AND_BELONGS, AND_THE_BELONGS, IN_THE_BELONGS, without_proclitics};

    fn without(word: &str) -> String {
        without_proclitics(&fold(word), word).into_owned()
    }

    #[test]
    fn what_is_written_onto_a_word_is_taken_off() {
        for (word, expected) in [
            ("والعائدين", "العايدين"),
            ("والمراحيض", "المراحيض"),
            ("فالمدارس", "المدارس"),
            ("بالنازحين", "النازحين"),
            ("وبالنازحين", "النازحين"),
            ("للنازحين", "النازحين"),
            ("وللنازحين", "النازحين"),
            ("للاجئين", "اللاجيين"),
            ("كالمياه", "المياه"),
            ("والصحة", "الصحة"),
            ("ومدارس", "مدارس"),
            ("وأطفال", "اطفال"),
            ("وإيواء", "ايواء"),
            ("ووفيات", "وفيات"),
        ] {
            assert_eq!(without(word), expected, "{word}");
        }
    }

    #[test]
    fn letters_of_the_word_itself_stay() {
        for word in [
            "وقود",
            "ولاية",
            "ولايات",
            "وزارة",
            "وفيات",
            "وباء",
            "وصول",
            "وحدة",
            "وحدات",
            "وكالات",
            "وثائق",
            "وطنية",
            "وسائل",
            "وظائف",
            "واقع",
            "واحدة",
            "والدين",
            "والدة",
            "ورق",
            "فيضانات",
            "فلسطين",
            "فقر",
            "بالغين",
            "بيانات",
            "بلدية",
            "كوليرا",
            "كاليفورنيا",
            "لاجئين",
            "لبنان",
            "الوقود",
            "الفيضانات",
        ] {
            assert_eq!(without(word), fold(word), "{word}");
        }
    }

    #[test]
    fn what_belongs_to_words_is_folded_as_words_are() {
        for word in AND_BELONGS.iter().chain(AND_THE_BELONGS).chain(IN_THE_BELONGS) {
            assert_eq!(fold(word), *word);
        }
    }
}

//! Query text: words, "phrases", -exclusions, prefix*, and a listed set of `field:value`.
//!
//! The grammar has no parentheses, no OR and no patterns; what is not in it is text. A query is read in one pass without
//! recursion, and knows nothing of the engine: CKAN `fq` and CQL2 build the same [`Query`], and a second engine takes it.
//!
//! | written | means |
//! |---|---|
//! | `mine action`, `mines/UXO`, `l'eau`, `women's` | these words, anywhere |
//! | `"mine action"` | the words next to each other; so does a word that falls apart, as `covid-19` |
//! | `displac*` | words that begin so (two letters at least) |
//! | `-flood`, `NOT flood`, `-"cash transfer"`, `-country:YEM` | not this |
//! | `country:YEM`, `organisation:"Relief, North"` | a value of a listed field ([`field_of`]); commas part values, but not in quotation marks |
//! | `title:baseline`, `title:"food security"` | words of the title |

use crate::tokens::{folded_words, is_invisible, visit_words, words};
use crate::{FacetField, SearchError, stopwords};

/// Characters that query text may have.
pub const MAX_CHARACTERS: usize = 512;
/// Words and values that it may hold.
pub const MAX_TERMS: usize = 32;
/// Letters that a prefix has at least.
pub const MIN_PREFIX: usize = 2;

/// A query, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What must hold, all of it, in the order in which it was written.
    pub nodes: Vec<QueryNode>,
}

/// One condition of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryNode {
    /// Whether records that meet the condition are left out instead of wanted.
    pub excluded: bool,
    /// The condition.
    pub term: QueryTerm,
}

/// What a condition looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryTerm {
    /// A word, or words next to each other in this order.
    Text {
        /// Where.
        scope: TextScope,
        /// As written; the engine takes it apart as it does the records.
        text: String,
        /// Whether it stood in quotation marks: then no search does without it.
        quoted: bool,
    },
    /// Words that begin with the last word of the text; words before it must be there too.
    Prefix {
        /// Where.
        scope: TextScope,
        /// As written, without the star.
        text: String,
    },
    /// A value of a field.
    Value {
        /// The field.
        field: QueryField,
        /// The value as written.
        value: String,
        /// Whether it stood in quotation marks: then it is one value, whatever commas it has.
        quoted: bool,
    },
}

impl QueryTerm {
    /// The text of words that stand for themselves: in no quotation marks, and anywhere in a record.
    pub(crate) fn loose_text(&self) -> Option<&str> {
        match self {
            Self::Text { scope: TextScope::All, text, quoted: false } => Some(text),
            _ => None,
        }
    }
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextScope {
    /// In everything that a record says.
    All,
    /// In its titles.
    Title,
}

/// Fields that can stand before a colon, besides `title`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryField {
    /// A field that can be counted too.
    Facet(FacetField),
    /// A place by P-code, and the places below it.
    Pcode,
}

/// The field that a name before a colon stands for, in any case; `None` for names that are not listed, which are text.
pub fn field_of(name: &str) -> Option<QueryField> {
    match name.to_ascii_lowercase().as_str() {
        "org" | "organization" => Some(QueryField::Facet(FacetField::Organisation)),
        "license" => Some(QueryField::Facet(FacetField::Licence)),
        "pcode" => Some(QueryField::Pcode),
        name => FacetField::from_name(name).map(QueryField::Facet),
    }
}

/// Reads query text.
///
/// Control characters count as spaces, characters that are not seen (direction marks, joiners) are dropped, operators that
/// stand alone are ignored, and a quotation that is not closed goes on to the end.
///
/// # Errors
/// [`SearchError::BadQuery`] for text beyond [`MAX_CHARACTERS`] or [`MAX_TERMS`].
pub fn parse(text: &str) -> Result<Query, SearchError> {
    // Four bytes a letter at most: what is longer is not even counted.
    if text.len() > MAX_CHARACTERS * 4 || text.chars().count() > MAX_CHARACTERS {
        return Err(SearchError::BadQuery(format!(
            "The search text is longer than {MAX_CHARACTERS} characters. Shorten it, or move values into filters."
        )));
    }
    let clean: String = text
        .chars()
        .filter(|letter| !is_invisible(*letter))
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    let mut reader = Reader { rest: &clean };
    let mut query = Query::default();
    let mut terms = 0;
    while let Some((excluded, read)) = reader.next_terms() {
        for term in read {
            let size = size_of(&term);
            if size == 0 {
                continue;
            }
            terms += size;
            if terms > MAX_TERMS {
                return Err(SearchError::BadQuery(format!(
                    "The search text holds more than {MAX_TERMS} words. Leave some out, or move values into filters."
                )));
            }
            query.nodes.push(QueryNode { excluded, term });
        }
    }
    Ok(query)
}

/// How many terms a condition counts for; 0 when it says nothing.
fn size_of(term: &QueryTerm) -> usize {
    match term {
        // The letters of an unspaced script are one word to whoever wrote them.
        QueryTerm::Text { text, .. } | QueryTerm::Prefix { text, .. } => {
            words(text).iter().filter(|word| !word.continues).count()
        }
        QueryTerm::Value { .. } => 1,
    }
}

/// Takes conditions off the front of the text.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// What stands next, and whether it is excluded.
    fn next_terms(&mut self) -> Option<(bool, Vec<QueryTerm>)> {
        self.rest = self.rest.trim_start();
        if self.rest.is_empty() {
            return None;
        }
        let negated = self.rest.strip_prefix("NOT").filter(|after| after.starts_with(char::is_whitespace));
        let negated = negated.map(str::trim_start).filter(|after| !after.is_empty());
        self.rest = negated.unwrap_or(self.rest);
        let operand = self.rest.trim_start_matches(['-', '+']);
        let operators = &self.rest[..self.rest.len() - operand.len()];
        self.rest = operand;
        // A dash before a space, or at the end, excludes nothing, nor does that of a coordinate.
        let stands_alone = operand.chars().next().is_none_or(char::is_whitespace);
        let has_dash = operators.contains('-') && !begins_with_decimal(operand);
        let excluded = (negated.is_some() || has_dash) && !stands_alone;
        Some((excluded, self.read_terms(excluded)))
    }

    fn read_terms(&mut self, excluded: bool) -> Vec<QueryTerm> {
        if let Some(quoted) = self.take_quotation() {
            return vec![QueryTerm::Text { scope: TextScope::All, text: quoted.to_owned(), quoted: true }];
        }
        let chunk = without_doi_prefix(self.take_chunk());
        if chunk.eq_ignore_ascii_case("doi:") && is_doi(self.rest.trim_start()) {
            self.rest = self.rest.trim_start();
            return self.read_terms(excluded);
        }
        let Some((name, value)) = chunk.split_once(':') else { return text_terms(TextScope::All, chunk, excluded) };
        let title = name.eq_ignore_ascii_case("title");
        let field = field_of(name);
        if !title && field.is_none() {
            return text_terms(TextScope::All, chunk, excluded);
        }
        let quoted = if value.is_empty() { self.take_quotation() } else { None };
        let value = quoted.unwrap_or(value);
        if words(value).is_empty() {
            return text_terms(TextScope::All, name, excluded);
        }
        match field {
            Some(field) => vec![QueryTerm::Value { field, value: value.to_owned(), quoted: quoted.is_some() }],
            None if quoted.is_some() => {
                vec![QueryTerm::Text { scope: TextScope::Title, text: value.to_owned(), quoted: true }]
            }
            None => text_terms(TextScope::Title, value, excluded),
        }
    }

    /// What stands between quotation marks, if the text begins with one.
    fn take_quotation(&mut self) -> Option<&'a str> {
        let inside = self.rest.strip_prefix(is_quotation_mark)?;
        let (quoted, after) = match inside.find(is_quotation_mark) {
            Some(end) => {
                let (quoted, closing) = inside.split_at(end);
                (quoted, closing.strip_prefix(is_quotation_mark).unwrap_or(closing))
            }
            None => (inside, ""),
        };
        self.rest = after;
        Some(quoted)
    }

    /// What stands before the next space or quotation mark.
    fn take_chunk(&mut self) -> &'a str {
        let end = self
            .rest
            .find(|letter: char| letter.is_whitespace() || is_quotation_mark(letter))
            .unwrap_or(self.rest.len());
        let (chunk, after) = self.rest.split_at(end);
        self.rest = after;
        chunk
    }
}

/// Whether a text begins with a number that has a point in it.
fn begins_with_decimal(text: &str) -> bool {
    let point = text.find(|letter: char| !letter.is_ascii_digit()).filter(|at| *at > 0);
    point.is_some_and(|at| {
        let behind = text[at..].strip_prefix(['.', ',']);
        behind.is_some_and(|behind| behind.starts_with(|letter: char| letter.is_ascii_digit()))
    })
}

pub(crate) fn is_quotation_mark(letter: char) -> bool {
    matches!(letter, '"' | '“' | '”' | '„' | '«' | '»' | '＂')
}

/// What belongs to the word after it where an apostrophe joins them, in French and its neighbours.
const ELIDED: [&str; 16] =
    ["l", "d", "qu", "n", "s", "c", "j", "m", "t", "un", "all", "dall", "dell", "nell", "sull", "coll"];

/// What stands before a DOI where its address is written, or what it is: records have the bare name.
const DOI_PREFIXES: [&str; 7] = [
    "https://doi.org/",
    "http://doi.org/",
    "https://dx.doi.org/",
    "http://dx.doi.org/",
    "doi.org/",
    "dx.doi.org/",
    "doi:",
];

/// The bare name of a DOI, however it is written; other text as it is.
fn without_doi_prefix(chunk: &str) -> &str {
    let after = |prefix: &&str| {
        let begin = chunk.get(..prefix.len()).filter(|begin| begin.eq_ignore_ascii_case(prefix))?;
        chunk.strip_prefix(begin).filter(|name| is_doi(name))
    };
    DOI_PREFIXES.iter().find_map(after).unwrap_or(chunk)
}

/// Whether a text begins as a DOI does: `10.5281/`.
fn is_doi(text: &str) -> bool {
    let registrant = text.strip_prefix("10.").and_then(|rest| rest.split_once('/')).map(|(registrant, _)| registrant);
    registrant.is_some_and(|digits| digits.starts_with(|letter: char| letter.is_ascii_digit()))
}

/// The words of what stands between two spaces. A piece that tells nothing is kept only where names of concepts are read, which
/// can hold it (`Côte d'Ivoire`).
fn text_terms(scope: TextScope, chunk: &str, excluded: bool) -> Vec<QueryTerm> {
    let pieces = pieces(chunk);
    let is_kept = |piece: &&str| {
        let stands_for_itself = scope == TextScope::All && !excluded;
        stands_for_itself || pieces.len() == 1 || !folded_words(piece).iter().all(|word| stopwords::says_nothing(word))
    };
    pieces.iter().copied().filter(is_kept).map(|piece| text_term(scope, piece)).collect()
}

/// The pieces that are words of their own: those of `mines/UXO`, `water,food`, `l'eau`, `women's`. What falls apart otherwise
/// is one piece: `covid-19`, `Sa'ada`, `M&E`, numbers, dates, addresses.
pub(crate) fn pieces(chunk: &str) -> Vec<&str> {
    if chunk.contains("://") || chunk.contains('@') || chunk.starts_with("www.") || is_doi(chunk) {
        return vec![chunk];
    }
    let mut pieces = Vec::new();
    let mut from = 0;
    for (at, mark) in chunk.char_indices() {
        let (before, after) = (&chunk[from..at], &chunk[at + mark.len_utf8()..]);
        if parts_words(mark, before, after, from > 0) {
            pieces.push(before);
            from = at + mark.len_utf8();
        }
    }
    pieces.push(&chunk[from..]);
    pieces
}

/// Whether a mark between two pieces of text stands between words; the first may have been cut off from what stood before it.
fn parts_words(mark: char, before: &str, after: &str, follows_a_cut: bool) -> bool {
    let left = before.chars().rev().take_while(|letter| letter.is_alphabetic()).count();
    let right = after.chars().take_while(|letter| letter.is_alphabetic()).count();
    let are_values = || {
        let is_part = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
        let has_letter = |piece: &str| piece.contains(char::is_alphabetic);
        let first_after = after.split(['/', ';', '|', '；', '／']).next().unwrap_or_default();
        let are_parts = is_part(before.chars().next_back()) && is_part(after.chars().next());
        let has_digit = |piece: &str| piece.contains(|letter: char| letter.is_ascii_digit());
        are_parts
            && (has_letter(before) || has_letter(first_after))
            && (has_digit(before) || has_digit(first_after))
            && [before, first_after].iter().all(|piece| piece.chars().nth(1).is_some())
    };
    match mark {
        // What has digits is two where a letter shows that it is no date: `3W/4W`, `COVID-19/cholera`.
        '/' | ';' | '|' | '；' | '／' if are_values() => true,
        ',' | ';' | ':' | '/' | '&' | '+' | '|' | '،' | '؛' | '、' | '，' | '；' | '：' | '／' => {
            // The letter of a possessive was cut off before.
            (left >= 2 || follows_a_cut && before.eq_ignore_ascii_case("s")) && right >= 2
        }
        '\'' | '’' | 'ʼ' | '＇' => {
            let is_elided = right >= 2 && ELIDED.iter().any(|word| before.eq_ignore_ascii_case(word));
            let is_possessive = left >= 2 && right == 1 && after.starts_with(['s', 'S']);
            is_elided || is_possessive
        }
        _ => false,
    }
}

/// A word, or a prefix if it ends in a star and is long enough for one.
fn text_term(scope: TextScope, chunk: &str) -> QueryTerm {
    let text = chunk.trim_end_matches('*');
    let mut last_word = (0, 0);
    visit_words(text, |word, span| last_word = (word.chars().count(), span.to));
    let (letters, end) = last_word;
    // The star continues a word only where it stands right behind it.
    let is_prefix = chunk.ends_with('*') && letters >= MIN_PREFIX && end == text.len();
    let text = text.to_owned();
    if is_prefix { QueryTerm::Prefix { scope, text } } else { QueryTerm::Text { scope, text, quoted: false } }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{MAX_CHARACTERS, MAX_TERMS, Query, QueryField, QueryTerm, TextScope, parse};
    use crate::FacetField;

    /// The query as a line: `-` excluded, `~` prefix, `title/`, `field=value`.
    fn shown(query: &Query) -> String {
        let nodes = query.nodes.iter().map(|node| {
            let term = match &node.term {
                QueryTerm::Text { scope: TextScope::All, text, .. } => format!("[{text}]"),
                QueryTerm::Text { scope: TextScope::Title, text, .. } => format!("title/[{text}]"),
                QueryTerm::Prefix { scope: TextScope::All, text } => format!("[{text}~"),
                QueryTerm::Prefix { scope: TextScope::Title, text } => format!("title/[{text}~"),
                QueryTerm::Value { field: QueryField::Facet(facet), value, .. } => format!("{}={value}", facet.name()),
                QueryTerm::Value { field: QueryField::Pcode, value, .. } => format!("pcode={value}"),
            };
            if node.excluded { format!("-{term}") } else { term }
        });
        nodes.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn text_is_read_as_the_table_says() {
        let cases = [
            ("", ""),
            ("mine action", "[mine] [action]"),
            ("\"mine action\" yemen", "[mine action] [yemen]"),
            ("3W/4W/5W COVID-19/cholera flood/2024", "[3W] [4W] [5W] [COVID-19] [cholera] [flood] [2024]"),
            ("2023/24 01/02/2024 3/a w/3 M/E 1/2;3/4", "[2023/24] [01/02/2024] [3/a] [w/3] [M/E] [1/2;3/4]"),
            (
                "https://doi.org/10.5281/zenodo.424242 doi:10.7910/DVN/AB12CD DOI: 10.1/a doi:x -doi: 10.1/b NOT doi: 10.1/c",
                "[10.5281/zenodo.424242] [10.7910/DVN/AB12CD] [10.1/a] [doi:x] -[10.1/b] -[10.1/c]",
            ),
            ("dell'acqua nell’acqua", "[dell] [acqua] [nell] [acqua]"),
            ("“mine action” «eau»", "[mine action] [eau]"),
            ("mine\"cash aid\"flood", "[mine] [cash aid] [flood]"),
            ("\"never closed", "[never closed]"),
            ("covid-19", "[covid-19]"),
            ("mines/UXO water,food;شفاء،ماء", "[mines] [UXO] [water] [food] [شفاء] [ماء]"),
            ("l'eau d’assainissement women's N'Djamena", "[l] [eau] [d] [assainissement] [women] [s] [N] [Djamena]"),
            ("-l'eau title:l'eau -mines/UXO title:women's*", "-[eau] title/[eau] -[mines] -[UXO] title/[women]"),
            ("Sa'ada M&E R&D 12/05/2023 1,000 km/h IDPs'", "[Sa'ada] [M&E] [R&D] [12/05/2023] [1,000] [km/h] [IDPs']"),
            ("https://example.org/a/bc,de x@example.org", "[https://example.org/a/bc,de] [x@example.org]"),
            ("food NOT security NOT country:YEM", "[food] -[security] -country=YEM"),
            ("NOT NOTES not NOT", "-[NOTES] [not] [NOT]"),
            ("displac* a* *a*", "[displac~ [a] [*a]"),
            ("-flood -\"cash aid\" -country:YEM", "-[flood] -[cash aid] -country=YEM"),
            ("- flood -", "[flood]"),
            ("Lat: -00.38, Long: -159.9 NOT 00.38", "[Lat:] [00.38,] [Long:] [159.9] -[00.38]"),
            ("floods -2019", "[floods] -[2019]"),
            ("License:x organization:y", "licence=x organisation=y"),
            ("\"deep wells\"\"clean water\" -flood", "[deep wells] [clean water] -[flood]"),
            ("«puits»“wells\"x", "[puits] [wells] [x]"),
            ("--flood +water", "-[flood] [water]"),
            ("Country:yem ORG:\"Example Relief\"", "country=yem organisation=Example Relief"),
            (
                "title:baseline title:\"food security\" title:secur*",
                "title/[baseline] title/[food security] title/[secur~",
            ),
            ("country: yem", "[country] [yem]"),
            ("pcode:YE11", "pcode=YE11"),
            (
                "Yemen:cholera vis:withheld _score id:[* TO *]",
                "[Yemen] [cholera] [vis] [withheld] [_score] [id:[] [TO]",
            ),
            ("(water OR food) /(.*)*x/ roam~2", "[(water] [OR] [food)] [/(.*)*x/] [roam~2]"),
            ("* ** \" \"\" : - -- ~ ( )", ""),
            ("wa\u{200f}ter\u{0}food\tcash", "[water] [food] [cash]"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(&parse(text).unwrap()), expected, "{text:?}");
        }
    }

    #[test]
    fn every_facet_can_stand_before_a_colon() {
        for facet in FacetField::ALL {
            let query = parse(&format!("{}:x", facet.name())).unwrap();
            assert_eq!(shown(&query), format!("{}=x", facet.name()));
        }
    }

    #[test]
    fn what_is_too_long_is_refused_with_the_limit() {
        let longest = "a".repeat(MAX_CHARACTERS);
        assert!(parse(&longest).is_ok());
        let message = parse(&format!("{longest}a")).unwrap_err().to_string();
        assert!(message.contains("512 characters"), "{message}");
        assert!(parse(&"a ".repeat(MAX_TERMS)).is_ok());
        let message = parse(&"a ".repeat(MAX_TERMS + 1)).unwrap_err().to_string();
        assert!(message.contains("32 words"), "{message}");
        assert!(parse(&"乱".repeat(MAX_CHARACTERS)).is_ok());
        assert!(parse(&"乱".repeat(MAX_CHARACTERS + 1)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = parse(&text);
        }

        #[test]
        fn operators_in_any_order_are_read(text in "[-+*\":()a\\pZ\\pC]{0,80}") {
            assert!(parse(&text).is_ok_and(|query| query.nodes.len() <= MAX_TERMS));
        }
    }
}

//! What the source states of the terms of sharing, read strictly: a statement that cannot be read is not silence.

use super::parties::id_of;
use super::reading::{Path, Reading};
use super::text::Limit;
use super::time::review_by;
use crate::vocabulary::fold;
use crate::{AccessMethod, Classification, Listing, Sensitivity, Sharing, StatedTerms, StatedText, Transfer};

const MOST_AUDIENCES: usize = 500;
const MOST_REASONS: usize = 100;
/// So many statements about access are told one by one.
const MOST_UNREAD: usize = 10;
const MOST_JURISDICTIONS: usize = 300;

/// Names of the Chatham House Rule, folded; the Arabic one is the English name in Arabic letters.
const CHATHAM_HOUSE: [&str; 4] = ["chatham house", "ex chr", "تشاتام هاوس", "تشاثام هاوس"];
/// Words around that name which say nothing of the sharing level.
const AROUND_THE_RULE: &[&str] = &[
    "chatham",
    "house",
    "rule",
    "rules",
    "regle",
    "regla",
    "ex",
    "chr",
    "under",
    "the",
    "de",
    "la",
    "sous",
    "bajo",
    "قاعدة",
    "تشاتام",
    "تشاثام",
    "هاوس",
];
/// Labels of the Traffic Light Protocol (1.0 and 2.0) as they stand alone, folded.
const TLP_LABELS: &[&str] = &["clear", "white", "green", "amber", "amber strict", "red"];

/// The stated terms; what is not stated stays open for the policy.
pub(super) fn terms(reading: &mut Reading<'_>, text: StatedText) -> StatedTerms {
    let mut stated = StatedTerms { listed_openly: text.listed_openly, ..StatedTerms::default() };
    let vocabularies = reading.vocabularies;
    // In the words of the source, for those who decide about the record.
    let mut unread = Unread::default();

    for words in text.unread_access.iter().take(MOST_UNREAD) {
        let message = "nobody can tell from the words who has access: the terms of its source hold";
        reading.problem_with("unread-access", Path::Field("access"), message, words);
    }
    stated.reasons = reading.list("reasons", Limit::Line, MOST_REASONS, text.reasons);
    stated.sensitivity = read_or_strict(
        reading,
        &mut unread,
        Axis {
            field: "sensitivity",
            code: "unknown-sensitivity",
            strict: Sensitivity::Unknown,
            handled: "handled as high",
        },
        text.sensitivity.as_deref(),
        |words| vocabularies.sensitivity(words),
    );
    let unread_before = unread.0.len();
    sharing(reading, &mut unread, text.sharing, &mut stated);
    let states_level = stated.sharing.is_some() && unread.0.len() == unread_before;
    let unread_before = unread.0.len();
    stated.access_method = read_or_strict(
        reading,
        &mut unread,
        Axis {
            field: "access_method",
            code: "unknown-access-method",
            strict: AccessMethod::OnRequest,
            handled: "on request",
        },
        text.access_method.as_deref(),
        |words| vocabularies.access_method(words),
    );
    let states_method = stated.access_method.is_some() && unread.0.len() == unread_before;
    stated.listing = read_or_strict(
        reading,
        &mut unread,
        Axis { field: "listing", code: "unknown-listing", strict: Listing::Hidden, handled: "hidden" },
        text.listing.as_deref(),
        |words| vocabularies.listing(words),
    );
    stated.transfer = read_or_strict(
        reading,
        &mut unread,
        Axis { field: "transfer", code: "unknown-transfer", strict: Transfer::None, handled: "not to be moved" },
        text.transfer.as_deref(),
        |words| vocabularies.transfer(words),
    );
    let is_label = classification(reading, text.classification, &mut stated);
    // From open to close by their declaration, and what is not stated before everything.
    stated.sharing = stated.sharing.max(text.sharing_at_least);
    stated.access_method = stated.access_method.max(text.access_at_least);
    stated.sharing_only_closes = stated.sharing.is_some() && !states_level && !is_label;
    stated.access_only_closes = stated.access_method.is_some() && !states_method;

    stated.listing_title = reading.optional(Path::Field("listing_title"), Limit::Line, text.listing_title);
    stated.legal_basis = reading.optional(Path::Field("legal_basis"), Limit::Text, text.legal_basis);
    stated.review_by = review_by(reading, text.review_by.as_deref());
    stated.jurisdictions = jurisdictions(reading, text.jurisdictions);
    audience(reading, text.audience, &mut stated);
    unread.keep_in(&mut stated);
    stated
}

/// One axis of the terms: how a statement that cannot be read is reported and handled.
struct Axis<T> {
    field: &'static str,
    code: &'static str,
    strict: T,
    handled: &'static str,
}

/// Statements that could not be read.
#[derive(Default)]
struct Unread(Vec<String>);

impl Unread {
    /// Keeps them as the marking where there is none, else among the reasons.
    fn keep_in(self, stated: &mut StatedTerms) {
        if self.0.is_empty() {
            return;
        }
        if stated.classification_text.is_none() {
            stated.classification_text = Some(self.0.join("; "));
        } else {
            stated.reasons.extend(self.0);
        }
    }
}

/// The value of a statement; the strict one where it cannot be read, `None` only where nothing is stated.
fn read_or_strict<T>(
    reading: &mut Reading<'_>,
    unread: &mut Unread,
    axis: Axis<T>,
    text: Option<&str>,
    look_up: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let field = Path::Field(axis.field);
    let text = reading.optional(field, Limit::Line, text.map(str::to_owned))?;
    if let Some(value) = look_up(&text) {
        return Some(value);
    }
    reading.problem_with(axis.code, field, format!("the statement cannot be read: {}", axis.handled), &text);
    unread.0.push(format!("{}: {text}", axis.field));
    Some(axis.strict)
}

/// The sharing level, and the Chatham House Rule that may stand beside it (`TLP:GREEN TLP:EX:CHR`).
fn sharing(reading: &mut Reading<'_>, unread: &mut Unread, text: Option<String>, stated: &mut StatedTerms) {
    let Some(text) = reading.optional(Path::Field("sharing"), Limit::Line, text) else { return };
    let level = match without_chatham_house(&text) {
        Some(rest) => {
            stated.attribution_hidden = true;
            rest
        }
        None => text,
    };
    let vocabularies = reading.vocabularies;
    stated.sharing = read_or_strict(
        reading,
        unread,
        Axis {
            field: "sharing",
            code: "unknown-sharing",
            strict: Sharing::Organisation,
            handled: "shared with its organisation only",
        },
        Some(&level).filter(|level| !level.is_empty()).map(String::as_str),
        |words| vocabularies.sharing(words),
    );
}

/// What a marking says beside the Chatham House Rule, empty when nothing; `None` when it does not name the rule.
fn without_chatham_house(text: &str) -> Option<String> {
    let folded = fold(text);
    if !CHATHAM_HOUSE.iter().any(|name| folded.contains(name)) {
        return None;
    }
    let words: Vec<&str> = folded.split(' ').filter(|word| !AROUND_THE_RULE.contains(word)).collect();
    // `TLP:EX:CHR` leaves its prefix behind, and `TLP:GREEN TLP:EX:CHR` leaves it twice.
    let mut rest = words.join(" ");
    while let Some(shorter) = rest.strip_suffix("tlp") {
        rest = shorter.trim_end().to_owned();
    }
    Some(rest)
}

/// The UN classification. A TLP label in its place is a sharing level (true); where another is stated too, the closer counts.
fn classification(reading: &mut Reading<'_>, text: Option<String>, stated: &mut StatedTerms) -> bool {
    let field = Path::Field("classification");
    let Some(text) = reading.optional(field, Limit::Line, text) else { return false };
    let mut is_label = false;
    let rest = without_chatham_house(&text);
    stated.attribution_hidden |= rest.is_some();
    let words = rest.as_deref().unwrap_or(&text);
    if words.is_empty() {
        // Nothing but the Chatham House Rule.
    } else if let Some(class) = reading.vocabularies.classification(words) {
        stated.classification = Some(class);
    } else if let Some(level) = tlp(reading, words) {
        stated.sharing = stated.sharing.max(Some(level));
        is_label = true;
    } else {
        reading.problem_with(
            "unknown-classification",
            field,
            "the classification cannot be read: taken as confidential, and not shared with everyone",
            &text,
        );
        stated.classification = Some(Classification::Confidential);
        // A level that is stated beside it would contradict it, and who wrote it may have meant a closer one.
        stated.sharing = stated.sharing.max(Some(Sharing::Restricted));
    }
    stated.classification_text = Some(text);
    is_label
}

/// The sharing level of a TLP label, with or without its prefix.
fn tlp(reading: &Reading<'_>, words: &str) -> Option<Sharing> {
    let folded = fold(words);
    let is_label = folded.starts_with("tlp ") || TLP_LABELS.contains(&folded.as_str());
    if is_label { reading.vocabularies.sharing(words) } else { None }
}

/// Clusters become the group of their members, `group:x` stays the group `x`, everything else is an organisation.
fn audience(reading: &mut Reading<'_>, mut audience: Vec<String>, stated: &mut StatedTerms) {
    reading.at_most("audience", MOST_AUDIENCES, &mut audience);
    for (index, cell) in audience.into_iter().enumerate() {
        let Some(cell) = reading.text(Path::Item("audience", index), Limit::Line, cell) else { continue };
        for entry in cell.split([';', '|']).map(str::trim).filter(|entry| !entry.is_empty()) {
            let (list, id) = member(reading, entry, stated);
            if !list.contains(&id) {
                list.push(id);
            }
        }
    }
}

/// The list that an entry of the audience belongs to, and its id there.
fn member<'a>(reading: &Reading<'_>, entry: &str, stated: &'a mut StatedTerms) -> (&'a mut Vec<String>, String) {
    let (prefix, name) = entry.split_once(':').map_or(("", entry), |(prefix, name)| (prefix.trim(), name.trim()));
    let is = |word: &str| prefix.eq_ignore_ascii_case(word);
    if is("group") {
        return (&mut stated.audience_groups, name.to_owned());
    }
    if is("organisation") || is("organization") || is("org") {
        return (&mut stated.audience_organisations, organisation_id(name));
    }
    let cluster = if is("cluster") { name } else { entry };
    match reading.vocabularies.cluster(cluster) {
        Some(code) => (&mut stated.audience_groups, format!("cluster:{code}")),
        // A cluster that nobody knows has no members, and must not become an organisation by chance.
        None if is("cluster") => (&mut stated.audience_groups, format!("cluster:{name}")),
        None => (&mut stated.audience_organisations, organisation_id(entry)),
    }
}

/// An id as portals write them stays as it is; a name becomes one.
fn organisation_id(entry: &str) -> String {
    let is_id =
        entry.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'));
    if is_id { entry.to_owned() } else { id_of(entry) }
}

/// Jurisdictions as ISO 3166-1 alpha-3 where they are countries, else as they are written.
fn jurisdictions(reading: &mut Reading<'_>, texts: Vec<String>) -> Vec<String> {
    let texts = reading.list("jurisdictions", Limit::Line, MOST_JURISDICTIONS, texts);
    let mut kept: Vec<String> = Vec::with_capacity(texts.len());
    for text in texts {
        let code = reading.vocabularies.country(&text).map_or(text, |country| country.alpha3.clone());
        if !kept.contains(&code) {
            kept.push(code);
        }
    }
    kept
}

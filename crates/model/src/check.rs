//! What the checks of what clients send have in common: caps, codes of vocabularies, and how a problem is told.

use url::Url;

use crate::{LocalizedText, Problem, Vocabularies};

/// Most entries of a list of records.
pub(crate) const MOST_RECORDS: usize = 1000;

/// Most entries of any other list.
const MOST_ENTRIES: usize = 200;

/// Most characters of an id, a code or a name.
const LONGEST_NAME: usize = 200;

/// Most characters of a text.
const LONGEST_TEXT: usize = 5000;

/// Most codes that a message lists; of a longer vocabulary it gives the name.
const MOST_LISTED: usize = 40;

/// Collects problems.
pub(crate) struct Check<'v> {
    vocabularies: &'v Vocabularies,
    problems: Vec<Problem>,
}

impl<'v> Check<'v> {
    pub(crate) fn new(vocabularies: &'v Vocabularies) -> Self {
        Self { vocabularies, problems: Vec::new() }
    }

    pub(crate) fn finish(self) -> Vec<Problem> {
        self.problems
    }

    /// A problem of a field where a rule does not hold.
    pub(crate) fn rule(&mut self, holds: bool, code: &str, field: &str, message: &str) {
        if !holds {
            self.problems.push(Problem::error(code, field, message));
        }
    }

    /// A list that must have an entry.
    pub(crate) fn stated(&mut self, field: &str, count: usize) {
        self.rule(count > 0, "not-stated", field, "at least one entry is required");
    }

    /// A list of no more entries than anybody needs.
    pub(crate) fn few(&mut self, field: &str, count: usize) {
        self.at_most(field, count, MOST_ENTRIES);
    }

    pub(crate) fn at_most(&mut self, field: &str, count: usize, most: usize) {
        self.rule(count <= most, "too-many", field, &format!("at most {most} entries are allowed"));
    }

    /// An id: one line of 1 to 200 characters.
    pub(crate) fn id(&mut self, field: &str, id: &str) {
        let is_id = !id.trim().is_empty() && id.chars().count() <= LONGEST_NAME && !id.chars().any(char::is_control);
        let message = format!("an id is one line of 1 to {LONGEST_NAME} characters");
        self.rule(is_id, "not-an-id", field, &message);
    }

    /// Ids, as many as a list may have.
    pub(crate) fn ids(&mut self, field: &str, ids: &[String]) {
        self.few(field, ids.len());
        for (place, id) in ids.iter().take(MOST_ENTRIES).enumerate() {
            self.id(&format!("{field}[{place}]"), id);
        }
    }

    /// A text that is stated and is no longer than a page.
    pub(crate) fn text(&mut self, field: &str, text: &str) {
        let is_text = !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT;
        let message = format!("a text has 1 to {LONGEST_TEXT} characters");
        self.rule(is_text, "not-a-text", field, &message);
    }

    /// Texts, as many as a list may have.
    pub(crate) fn text_list(&mut self, field: &str, texts: &[String]) {
        self.few(field, texts.len());
        for (place, text) in texts.iter().take(MOST_ENTRIES).enumerate() {
            self.text(&format!("{field}[{place}]"), text);
        }
    }

    /// A title in one language at least.
    pub(crate) fn title(&mut self, field: &str, title: &LocalizedText) {
        if title.is_empty() {
            self.rule(false, "not-stated", field, "a title in one language at least is required");
            return;
        }
        self.texts(field, title);
    }

    /// A text by language that may be left out.
    pub(crate) fn texts(&mut self, field: &str, texts: &LocalizedText) {
        self.few(field, texts.0.len());
        for (language, text) in texts.0.iter().take(MOST_ENTRIES) {
            self.text(&format!("{field}.{language}"), text);
        }
    }

    /// The address of a page that people may be sent to, where one is given.
    pub(crate) fn web_address(&mut self, field: &str, address: Option<&str>) {
        let Some(address) = address else { return };
        let url = Url::parse(address).ok().filter(|_| address.len() <= LONGEST_TEXT);
        let is_page = url.is_some_and(|url| {
            matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none()
        });
        let message = "an address begins with https:// or http:// and holds no name or password";
        self.rule(is_page, "not-an-address", field, message);
    }

    /// A code of a vocabulary, to the letter, where one is given.
    pub(crate) fn code(&mut self, field: &str, vocabulary: &str, code: Option<&str>) {
        if let Some(code) = code.filter(|code| !self.vocabularies.has_code(vocabulary, code)) {
            let problem = Problem::error("unknown-code", field, self.allowed(vocabulary));
            self.problems.push(problem.with_value(code));
        }
    }

    /// Codes of a vocabulary, to the letter.
    pub(crate) fn codes(&mut self, field: &str, vocabulary: &str, codes: &[String]) {
        self.few(field, codes.len());
        for (place, code) in codes.iter().take(MOST_ENTRIES).enumerate() {
            self.code(&format!("{field}[{place}]"), vocabulary, Some(code));
        }
    }

    /// What is allowed, in a sentence.
    fn allowed(&self, vocabulary: &str) -> String {
        let terms = self.vocabularies.terms(vocabulary).unwrap_or_default();
        if terms.is_empty() || terms.len() > MOST_LISTED {
            return format!("it is no code of the vocabulary `{vocabulary}`");
        }
        let codes: Vec<String> = terms.into_iter().map(|term| term.code).collect();
        format!("it is no code of the vocabulary `{vocabulary}`, which has: {}", codes.join(", "))
    }
}

//! A JSON object as its reader asks it: what cannot be read is reported with its path, and costs nothing else.

use std::borrow::Cow;
use std::cell::RefCell;

use cairn_model::{Draft, LocalizedText, Problem};

use crate::json_document::read_object;
use crate::json_page::error_message;
use crate::json_text::{any_text, localised, unexpected_type};
use crate::json_value::{Fields, Value, texts_of};
use crate::{Reading, stable_id};

/// Problems of a record that are named one by one.
const MOST_PROBLEMS: usize = 50;
/// Objects of a list that are looked at; no record has as many files, fields or parties.
const MOST_OBJECTS: usize = 10_000;

/// Problems found so far.
#[derive(Debug, Default)]
pub(crate) struct ProblemLog(RefCell<Vec<Problem>>);

impl ProblemLog {
    /// Adds a problem, as long as there are not too many.
    pub(crate) fn report(&self, problem: Problem) {
        let mut problems = self.0.borrow_mut();
        if problems.len() < MOST_PROBLEMS {
            problems.push(problem);
        }
    }

    /// The problems, in the order in which they were found.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.0.into_inner()
    }
}

/// An object of a record, and where it stands there.
#[derive(Debug, Clone)]
pub(crate) struct Object<'r, 'a> {
    fields: &'r Fields<'a>,
    path: String,
    log: &'r ProblemLog,
}

/// Parses one record and has it read; `what` names it in problems, with its article ("a STAC collection").
pub(crate) fn read_record(
    bytes: &[u8],
    what: &str,
    read: impl Fn(&Object<'_, '_>) -> Result<Draft, Problem>,
) -> Result<Reading, Problem> {
    read_object(bytes, what, |fields, problems| {
        let log = ProblemLog(RefCell::new(problems));
        let draft = read(&Object::new(&fields, &log))?;
        Ok(Reading { draft, problems: log.into_problems(), deleted: false })
    })
}

impl<'r, 'a> Object<'r, 'a> {
    /// The record itself.
    pub(crate) fn new(fields: &'r Fields<'a>, log: &'r ProblemLog) -> Self {
        Self { fields, path: String::new(), log }
    }

    /// Keys and values in order, as they stand.
    pub(crate) fn fields(&self) -> &'r Fields<'a> {
        self.fields
    }

    /// The path of a key, as problems name it.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Reports a problem of this record.
    pub(crate) fn report(&self, problem: Problem) {
        self.log.report(problem);
    }

    /// Reports a warning about a key.
    pub(crate) fn warn(&self, code: &str, key: &str, message: &str) {
        self.report(Problem::warning(code, self.path_of(key), message));
    }

    /// The first value of a key that is not empty.
    pub(crate) fn value(&self, key: &str) -> Option<&'r Value<'a>> {
        self.fields.get(key)
    }

    /// Whether the key has any value.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// The text of a key; that of a text by language is the English one, where there is one.
    pub(crate) fn text(&self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        let text = any_text(value);
        if text.is_none() {
            self.report(unexpected_type(&self.path_of(key), "text", value));
        }
        text
    }

    /// The text of the first key that has one.
    pub(crate) fn first_text(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| self.text(key))
    }

    /// The texts of every repetition of a key: of two access flags, both count.
    pub(crate) fn every_text(&self, key: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for value in self.every_value(key) {
            let found = texts_of(value, &[]);
            if found.is_empty() {
                self.report(unexpected_type(&self.path_of(key), "text", value));
            }
            texts.extend(found);
        }
        texts
    }

    /// The text of a key by language; `und` where none is said.
    pub(crate) fn localized(&self, key: &str) -> LocalizedText {
        let Some(value) = self.value(key) else { return LocalizedText::default() };
        localised(value).unwrap_or_else(|| self.text(key).map(LocalizedText::undetermined).unwrap_or_default())
    }

    /// As [`Object::localized`], of the first key that has a text.
    pub(crate) fn first_localized(&self, keys: &[&str]) -> LocalizedText {
        keys.iter().map(|key| self.localized(key)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// The texts of a list, or of a text whose parts are set apart by `separators`.
    pub(crate) fn texts(&self, key: &str, separators: &[char]) -> Vec<String> {
        let Some(value) = self.value(key) else { return Vec::new() };
        self.report_objects(key, value);
        texts_of(value, separators)
    }

    /// The names in a list of texts and of objects that hold them under one of `members`; of a single one as well.
    pub(crate) fn names(&self, key: &str, members: &[&str]) -> Vec<String> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let single = std::slice::from_ref(value);
        let values = if let Value::List(values) = value { values.as_slice() } else { single };
        let name = |value: &Value<'a>| match value {
            Value::Object(fields) => members.iter().find_map(|member| any_text(fields.get(member)?)),
            other => other.text().map(Cow::into_owned),
        };
        let names: Vec<String> = values.iter().filter_map(name).collect();
        if names.len() < values.len()
            && let Some(odd) = values.iter().find(|value| !value.is_empty() && name(value).is_none())
        {
            self.report(unexpected_type(&self.path_of(key), "a name", odd));
        }
        names
    }

    /// The object of a key; anything else is reported.
    pub(crate) fn object(&self, key: &str) -> Option<Self> {
        match self.value(key)? {
            Value::Object(fields) => Some(Self { fields, path: self.path_of(key), log: self.log }),
            other => {
                self.report(unexpected_type(&self.path_of(key), "an object", other));
                None
            }
        }
    }

    /// The objects of a list, or the one that stands alone; anything else is reported.
    pub(crate) fn objects(&self, key: &str) -> Vec<Self> {
        self.objects_up_to(MOST_OBJECTS, key)
    }

    /// As [`Object::objects`], of a list that may be longer than that of a record as a rule.
    pub(crate) fn objects_up_to(&self, most: usize, key: &str) -> Vec<Self> {
        let values = match self.value(key) {
            None => return Vec::new(),
            Some(Value::List(values)) => values.as_slice(),
            Some(single) => std::slice::from_ref(single),
        };
        let is_list = matches!(self.value(key), Some(Value::List(_)));
        if values.len() > most {
            self.warn("too-many", key, "the list is longer than any that can be: the rest was left out");
        }
        let mut objects = Vec::with_capacity(values.len().min(most));
        for (index, value) in values.iter().take(most).enumerate() {
            let path = || if is_list { self.path_of(&format!("{key}[{index}]")) } else { self.path_of(key) };
            match value {
                Value::Object(fields) => objects.push(Self { fields, path: path(), log: self.log }),
                Value::Null => {}
                other => self.report(unexpected_type(&path(), "an object", other)),
            }
        }
        objects
    }

    /// The objects that stand under the keys of an object, with their keys.
    pub(crate) fn members(&self, key: &str) -> Vec<(String, Self)> {
        let Some(holder) = self.object(key) else { return Vec::new() };
        let member = |(name, value): &'r (Cow<'a, str>, Value<'a>)| match value {
            Value::Object(fields) => {
                Some((name.to_string(), Self { fields, path: holder.path_of(name), log: self.log }))
            }
            _ => None,
        };
        holder.fields.0.iter().take(MOST_OBJECTS).filter_map(member).collect()
    }

    /// A truth value; what is neither true nor false is reported.
    pub(crate) fn truth(&self, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        let truth = value.truth();
        if truth.is_none() {
            self.report(unexpected_type(&self.path_of(key), "true or false", value));
        }
        truth
    }

    /// A flag that closes something where it is `closing`. Each repetition of the key counts, and what is neither true
    /// nor false closes and is reported.
    pub(crate) fn closes(&self, key: &str, closing: bool) -> bool {
        let mut closes = false;
        for value in self.every_value(key) {
            let truth = value.truth();
            if truth.is_none() {
                let message =
                    format!("true or false was due, {} was found; the closer reading holds", value.type_name());
                self.report(Problem::warning("unexpected-type", self.path_of(key), message));
            }
            closes |= truth.unwrap_or(closing) == closing;
        }
        closes
    }

    fn every_value(&self, key: &str) -> impl Iterator<Item = &'r Value<'a>> {
        self.fields.0.iter().filter(move |(name, value)| name == key && !value.is_empty()).map(|(_, value)| value)
    }

    fn report_objects(&self, key: &str, value: &Value<'_>) {
        let odd = match value {
            Value::List(values) => values.iter().find(|value| matches!(value, Value::Object(_))),
            Value::Object(_) => Some(value),
            _ => None,
        };
        if let Some(odd) = odd {
            self.report(unexpected_type(&self.path_of(key), "text", odd));
        }
    }

    /// An error where this is an answer that reports one, and no record: it has none of the keys by which a record is
    /// known.
    pub(crate) fn refuse_error(&self, identity: &[&str]) -> Result<(), Problem> {
        match error_message(self.fields) {
            Some(message) if !identity.iter().any(|key| self.has(key)) => {
                Err(Problem::error("error-answer", "", "the answer reports an error").with_value(&message))
            }
            _ => Ok(()),
        }
    }

    /// Gives the draft its id: the one stated, else one of its own words.
    pub(crate) fn identify(&self, id: Option<String>, key: &str, draft: &mut Draft) -> Result<(), Problem> {
        if id.is_none() && draft.title.is_empty() {
            return Err(Problem::error("no-identity", "", "the record has neither id nor title"));
        }
        if draft.title.is_empty()
            && let Some(id) = &id
        {
            self.warn("no-title", "title", "the title is missing; the id stands in for it");
            draft.title = LocalizedText::undetermined(id.clone());
        }
        draft.source_record_id = id.unwrap_or_else(|| {
            self.warn("no-id", key, "the id is missing; one was made of the record's title, publisher and address");
            let publisher = draft.publisher.as_ref().map_or("", |publisher| publisher.name.as_str());
            let page = draft.landing_page.as_deref();
            let file = draft.distributions.iter().find_map(|file| file.url.as_deref());
            let mut words: Vec<&str> = draft.title.texts().collect();
            words.extend([publisher, page.or(file).unwrap_or_default()]);
            stable_id(&words)
        });
        Ok(())
    }
}

/// A row of a table from keys of the source to a text of the draft: the first key that has a text counts.
pub(crate) type TextRow = (&'static [&'static str], fn(&mut Draft) -> &mut Option<String>);

/// Fills the texts of a draft that are still empty from a table.
pub(crate) fn fill_texts(object: &Object<'_, '_>, table: &[TextRow], draft: &mut Draft) {
    for (keys, place) in table {
        let place = place(draft);
        if place.is_none() {
            *place = object.first_text(keys);
        }
    }
}

/// A text without more, where it is not blank.
pub(crate) fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

//! What a viewer saw of a record, and what its history must say of that.

use serde_json::{Value, json};

/// What a viewer saw of a record after a harvest.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    pub(crate) at: String,
    pub(crate) withdrawn: bool,
    pub(crate) body: Option<Value>,
}

/// A record without the times of its catalogue.
pub(crate) fn without_times(mut body: Value) -> Value {
    if let Some(provenance) = body["provenance"].as_object_mut() {
        for name in ["first_seen", "changed_at"] {
            if let Some(time) = provenance.get_mut(name).filter(|time| !time.is_null()) {
                *time = json!("a time");
            }
        }
    }
    body
}

/// Whether a record stands in the change feed: under the Chatham House Rule its neighbours there would tell its source.
pub(crate) fn is_fed(body: &Value) -> bool {
    body["rendition"] == "full" || body["terms"]["attribution_hidden"] != json!(true)
}

/// The steps of a history as the viewer saw them happen: when, and what.
pub(crate) fn steps(sights: &[Sight]) -> Vec<(String, &'static str)> {
    let mut steps: Vec<(String, &'static str)> = Vec::new();
    let mut before: Option<&Value> = None;
    let mut is_withdrawn = false;
    for sight in sights {
        match &sight.body {
            None if sight.withdrawn => {
                if before.is_some() && !is_withdrawn {
                    steps.push((sight.at.clone(), "retired"));
                    is_withdrawn = true;
                }
            }
            None => {
                steps.clear();
                before = None;
                is_withdrawn = false;
            }
            Some(body) => {
                let change = match before {
                    None => "created",
                    Some(_) if is_withdrawn => "restored",
                    Some(before) if content(before) == content(body) => "",
                    Some(_) => "changed",
                };
                if !change.is_empty() {
                    steps.push((sight.at.clone(), change));
                }
                before = Some(body);
                is_withdrawn = false;
            }
        }
    }
    steps.reverse();
    steps
}

/// Whether the viewer saw the record until it was withdrawn.
pub(crate) fn saw_it_withdrawn(sights: &[Sight]) -> bool {
    let is_gone = |sight: &&Sight| sight.withdrawn && sight.body.is_none();
    sights.last().as_ref().is_some_and(is_gone)
        && sights.iter().rev().find(|sight| !is_gone(sight)).is_some_and(|sight| sight.body.is_some())
}

/// What a body says of the record itself.
pub(crate) fn content(body: &Value) -> Value {
    let mut content = body.clone();
    if let Some(fields) = content.as_object_mut() {
        fields.remove("provenance");
        fields.remove("freshness");
    }
    content
}

//! Rows of many pages put together into records: some interfaces list rows, and a record is what rows have in common.

use std::collections::{BTreeMap, BTreeSet};

use crate::json_page::look_into;
use crate::json_value::Fields;
use crate::listing::{ListedRecord, Listing};

/// Puts together the rows that `name` gives one name, each as `{"name": …, "rows": […]}` under its name.
///
/// Rows are ordered by their bytes and stand once, so that a record changes only when a row does. Rows without a name
/// are counted.
pub(crate) fn group(
    rows: impl Iterator<Item = Vec<u8>>,
    keep: fn(&str) -> bool,
    name: impl Fn(&Fields<'_>) -> Option<String>,
) -> (Listing, usize) {
    let mut groups: BTreeMap<String, BTreeSet<Vec<u8>>> = BTreeMap::new();
    let mut nameless = 0;
    for row in rows {
        match look_into(&row, keep).and_then(|fields| name(&fields)) {
            Some(name) => {
                groups.entry(name).or_default().insert(row);
            }
            None => nameless += 1,
        }
    }
    let records = groups.into_iter().map(|(name, rows)| {
        let rows: Vec<Vec<u8>> = rows.into_iter().collect();
        let quoted = serde_json::Value::from(name.as_str()).to_string();
        let mut bytes = format!("{{\"name\":{quoted},\"rows\":[").into_bytes();
        bytes.extend(rows.join(&b','));
        bytes.extend(b"]}");
        ListedRecord { id: Some(name), bytes, deleted: false }
    });
    (Listing { records: records.collect(), ..Listing::default() }, nameless)
}

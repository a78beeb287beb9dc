//! What a page of results offers beside them: other orders, and all of them as a file.

use cairn_catalog::ExportFormat;

use super::search_address::Address;

/// What a file of a search has that finds `total` holdings, some of which may stand for a series. A file has every record,
/// because who works with it misses what is folded away.
pub(super) fn exported(total: u64, most: u64, folds_series: bool) -> String {
    match (total > most, folds_series) {
        (true, _) => format!("The first {most}"),
        (false, true) => format!("All of them, each of a series in a row of its own and {most} rows at most,"),
        (false, false) => "All of them".to_owned(),
    }
}

/// The same search as files.
pub(super) fn exports(address: &Address) -> Vec<(&'static str, String)> {
    let query = address.exported();
    let named = |format: &ExportFormat| {
        let name = match format {
            ExportFormat::Csv => "CSV",
            ExportFormat::Xlsx => "Excel workbook",
            ExportFormat::JsonLines => "JSON Lines",
        };
        (name, format!("/api/v1/export.{}?{query}", format.ending()))
    };
    ExportFormat::ALL.iter().map(named).collect()
}

/// What results can be ordered by, in words: without a text there is nothing to match. The order of an address that is none of
/// these stands among them, too, so that the form keeps it.
pub(super) fn orders(text: &str, asked: Option<&str>) -> Vec<(String, String)> {
    let relevance = if text.trim().is_empty() { "newest first" } else { "best match" };
    let offered = [
        ("relevance", relevance),
        ("modified", "last changed"),
        ("issued", "first published"),
        ("title", "title"),
        ("quality", "best described"),
    ];
    let mut orders: Vec<(String, String)> =
        offered.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect();
    if let Some(asked) = asked.filter(|asked| offered.iter().all(|(value, _)| value != asked)) {
        let reversed = asked.strip_prefix('-').and_then(|key| offered.iter().find(|(value, _)| *value == key));
        let label = reversed.map_or_else(|| asked.to_owned(), |(_, label)| format!("{label}, the other way round"));
        orders.push((asked.to_owned(), label));
    }
    orders
}

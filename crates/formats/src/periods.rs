//! Several periods of a record as the one that they cover.

use cairn_model::Draft;
use cairn_model::date::{read_interval, read_interval_ends};

/// Periods as a source states them, with their ends apart or as texts.
#[derive(Debug, Default)]
pub(crate) struct Periods {
    apart: Vec<(Option<String>, Option<String>)>,
    texts: Vec<String>,
}

impl Periods {
    /// Adds a period with its ends apart; one that lacks an end is open there.
    pub(crate) fn add(&mut self, start: Option<String>, end: Option<String>) {
        let [start, end] = [start, end].map(|end| end.filter(|text| !text.trim().is_empty()));
        if start.is_some() || end.is_some() {
            self.apart.push((start, end));
        }
    }

    /// Adds a period or an instant that is one text.
    pub(crate) fn add_texts(&mut self, texts: impl IntoIterator<Item = String>) {
        self.texts.extend(texts);
    }

    /// Start and end of all periods: the first start and the last end, and none where any of them is open. A single one stays as
    /// it is written.
    pub(crate) fn into_ends(self) -> (Option<String>, Option<String>) {
        if self.apart.len() == 1 {
            return self.apart.into_iter().next().unwrap_or_default();
        }
        let dated = |end: Option<String>| end.filter(|text| text.contains(char::is_numeric));
        let apart: Vec<_> = self.apart.into_iter().map(|(start, end)| (dated(start), dated(end))).collect();
        let is_open_before = apart.iter().any(|(start, end)| start.is_none() && end.is_some());
        let is_open_after = apart.iter().any(|(start, end)| start.is_some() && end.is_none());
        let (starts, ends): (Vec<_>, Vec<_>) = apart.into_iter().unzip();
        let first_day = |text: &String| {
            let day = read_interval_ends(text, "").0.interval.first_day();
            (day.is_none(), day, text.clone())
        };
        let last_day = |text: &String| (read_interval_ends("", text).0.interval.last_day(), text.clone());
        let start = starts.into_iter().flatten().min_by_key(first_day).filter(|_| !is_open_before);
        let end = ends.into_iter().flatten().max_by_key(last_day).filter(|_| !is_open_after);
        (start, end)
    }

    /// Fills in the time covered. Of several texts those count that leave nothing open to choice; without two of them, or a
    /// period with its ends apart beside one, the first text stands as it is written.
    pub(crate) fn fill(mut self, draft: &mut Draft) {
        draft.coverage = self.texts.first().cloned();
        if self.texts.len() + self.apart.len() > 1 {
            let read =
                self.texts.iter().filter_map(|text| read_interval(text).ok().filter(|read| read.notes.is_empty()));
            let read: Vec<_> = read.map(|read| read.interval).collect();
            if read.len() + self.apart.len() > 1 {
                for interval in read {
                    self.add(interval.start.map(|date| date.to_string()), interval.end.map(|date| date.to_string()));
                }
            }
        }
        (draft.coverage_start, draft.coverage_end) = self.into_ends();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(periods: &[(&str, &str)], texts: &[&str]) -> (Option<String>, Option<String>, Option<String>) {
        let mut all = Periods::default();
        for (start, end) in periods {
            all.add(Some((*start).to_owned()), Some((*end).to_owned()));
        }
        all.add_texts(texts.iter().map(|&text| text.to_owned()));
        let mut draft = Draft::default();
        all.fill(&mut draft);
        (draft.coverage, draft.coverage_start, draft.coverage_end)
    }

    fn expected(
        whole: Option<&str>,
        start: Option<&str>,
        end: Option<&str>,
    ) -> (Option<String>, Option<String>, Option<String>) {
        (whole.map(str::to_owned), start.map(str::to_owned), end.map(str::to_owned))
    }

    #[test]
    fn an_end_that_one_of_several_periods_leaves_open_stays_open() {
        let closed = [("2010", "2012"), ("2015-03-01", "2015-06-30")];
        assert_eq!(ends(&closed, &[]), expected(None, Some("2010"), Some("2015-06-30")));
        assert_eq!(ends(&[("2010", "2012"), ("2015", "")], &[]), expected(None, Some("2010"), None));
        assert_eq!(ends(&[("2010", "2012"), ("2015", "ongoing")], &[]), expected(None, Some("2010"), None));
        assert_eq!(ends(&[("", "2012"), ("2015", "2016")], &[]), expected(None, None, Some("2016")));
        assert_eq!(ends(&[("2010", "2015"), ("2012", "2015-06")], &[]), expected(None, Some("2010"), Some("2015")));
    }

    #[test]
    fn a_single_period_stays_as_it_is_written() {
        assert_eq!(ends(&[("May 2010", "one day")], &[]), expected(None, Some("May 2010"), Some("one day")));
        assert_eq!(ends(&[], &["May 2010"]), expected(Some("May 2010"), None, None));
        assert_eq!(ends(&[("", "")], &[]), expected(None, None, None));
    }

    #[test]
    fn all_texts_count_that_can_be_read_in_one_way() {
        let whole = Some("2010/2012");
        assert_eq!(ends(&[], &["2010/2012", "2015/2016"]), expected(whole, Some("2010"), Some("2016")));
        assert_eq!(ends(&[], &["2010/2012", "2015/.."]), expected(whole, Some("2010"), None));
        assert_eq!(ends(&[], &["2010/2012", "some day"]), expected(whole, None, None));
        assert_eq!(ends(&[("2008", "2009")], &["2010/2012"]), expected(whole, Some("2008"), Some("2012")));
    }
}

//! What every shape of date and interval that sources write is read as.
#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::date::{
    DateFault, DateNote, DateOrder, OrderHint, day_of, read_date, read_date_ordered, read_interval, read_interval_ends,
    read_interval_ends_ordered, read_interval_ordered,
};
use cairn_model::{DateStamp, Interval, PartialDate};
use jiff::Timestamp;
use proptest::prelude::*;

/// The date, its last month where it is a quarter, its instant and its note, in one line.
fn date(text: &str) -> String {
    match read_date(text) {
        Ok(read) => {
            let mut line = read.first.to_string();
            if read.last != read.first {
                line = format!("{line}..{}", read.last);
            }
            if let Some(instant) = read.instant {
                line = format!("{line} {instant}");
            }
            if let Some(note) = read.note {
                line = format!("{line} {}", note.code());
            }
            line
        }
        Err(fault) => fault.code().to_owned(),
    }
}

fn interval(text: &str) -> String {
    match read_interval(text) {
        Ok(read) => {
            let mut line = read.interval.to_string();
            for note in &read.notes {
                line = format!("{line} {}", note.code());
            }
            line
        }
        Err(fault) => fault.code().to_owned(),
    }
}

fn table(read: fn(&str) -> String, rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(text, expected)| (text, expected, read(text)))
        .filter(|(_, expected, found)| **expected != found)
        .map(|(text, expected, found)| format!("{text:?} gave {found:?}, not {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn iso_dates_are_read_with_the_precision_they_have() {
    table(
        date,
        &[
            ("2020", "2020"),
            ("2020-05", "2020-05"),
            ("2020-05-31", "2020-05-31"),
            ("  2020-05-31\n", "2020-05-31"),
            ("2009-06-1", "2009-06-01"),
            ("2020/05/31", "2020-05-31"),
            ("2020.05.31", "2020-05-31"),
            ("2009-10-09Z", "2009-10-09"),
            ("2009-10-09+02:00", "2009-10-09"),
            ("2009-10-09-0500", "2009-10-09"),
            ("20150531", "2015-05-31"),
            ("201505", "2015-05"),
            ("20150531120000", "2015-05-31 2015-05-31T12:00:00Z"),
            ("20150531T120000Z", "2015-05-31 2015-05-31T12:00:00Z"),
        ],
    );
}

#[test]
fn timestamps_are_instants_and_without_a_zone_utc() {
    table(
        date,
        &[
            ("2022-01-19T17:57:28.642176", "2022-01-19 2022-01-19T17:57:28.642176Z"),
            ("2022-01-19T17:57:28Z", "2022-01-19 2022-01-19T17:57:28Z"),
            ("2014-08-25T23:50:11.278-04:00", "2014-08-25 2014-08-26T03:50:11.278Z"),
            ("2014-08-25T23:50:11+0530", "2014-08-25 2014-08-25T18:20:11Z"),
            ("2022-01-19 17:57:28", "2022-01-19 2022-01-19T17:57:28Z"),
            ("2022-01-19 17:57:28 UTC", "2022-01-19 2022-01-19T17:57:28Z"),
            ("2022-01-19 17:57:28 +0200", "2022-01-19 2022-01-19T15:57:28Z"),
            ("2022-01-19 17:57:28 -05", "2022-01-19 2022-01-19T22:57:28Z"),
            ("2022-01-19T17:57", "2022-01-19 2022-01-19T17:57:00Z"),
            ("1940-01-01T010000", "1940-01-01 1940-01-01T01:00:00Z"),
            ("2009-05-02T20080601", "2009-05-02"),
            ("2001-01-01T", "2001-01-01"),
            ("1990-07-01T00:00.000Z", "1990-07-01"),
            ("2022-01-19 05:57:28 PM", "2022-01-19"),
            ("9999-12-31T23:59:59Z", "9999-12-31"),
        ],
    );
}

#[test]
fn numbers_are_epochs_serials_or_compact_dates_by_their_size() {
    table(
        date,
        &[
            ("1642615048", "2022-01-19 2022-01-19T17:57:28Z"),
            ("1389744000.0", "2014-01-15 2014-01-15T00:00:00Z"),
            ("1642615048642", "2022-01-19 2022-01-19T17:57:28.642Z"),
            ("-2208988800000", "1900-01-01 1900-01-01T00:00:00Z"),
            ("43831", "2020-01-01"),
            ("43831.0", "2020-01-01"),
            ("43831.5", "2020-01-01 2020-01-01T12:00:00Z"),
            ("43831.999999", "2020-01-01 2020-01-02T00:00:00Z"),
            ("2014.0", "2014"),
            ("19999", "unreadable-date"),
            ("60001", "unreadable-date"),
            ("20151305", "unreadable-date"),
            ("99999999999999999999", "unreadable-date"),
            ("10.0", "year-out-of-range"),
        ],
    );
}

#[test]
fn dates_of_numbers_are_told_apart_by_a_day_above_twelve() {
    table(
        date,
        &[
            ("01/31/1997", "1997-01-31"),
            ("31/01/1997", "1997-01-31"),
            ("31.01.2020", "2020-01-31"),
            ("31-01-1997", "1997-01-31"),
            ("8/31/2010 10:22:33 AM", "2010-08-31"),
            ("04/05/2000", "2000-04-05 ambiguous-date"),
            ("05/05/2000", "2000-05-05"),
            ("04.05.2000", "2000-05-04"),
            ("08/2012", "2012-08"),
            ("01/20/09", "2009-01-20 two-digit-year"),
            ("01/20/99", "1999-01-20 two-digit-year"),
            ("jeu, 03/12/2015 - 10:04", "2015-12-03"),
        ],
    );
}

#[test]
fn months_are_known_in_english_french_spanish_and_arabic() {
    table(
        date,
        &[
            ("12 mars 2024", "2024-03-12"),
            ("1er février 2024", "2024-02-01"),
            ("août 2021", "2021-08"),
            ("mar. 12 mai 2021", "2021-05-12"),
            ("15 de mayo de 2023", "2023-05-15"),
            ("3 de Septiembre del 2019", "2019-09-03"),
            ("March 2024", "2024-03"),
            ("Mar 5, 2021", "2021-03-05"),
            ("5th of March, 2021 10:30", "2021-03-05"),
            ("Thu, 01 Dec 1994 16:00:00 GMT", "1994-12-01"),
            ("20-Jan-2010", "2010-01-20"),
            ("20-Jan-10", "2010-01-20 two-digit-year"),
            ("2021 December 24", "2021-12-24"),
            ("١٢ يناير ٢٠٢٣", "2023-01-12"),
            ("١٢ كانون الثاني ٢٠٢٣", "2023-01-12"),
            ("5 تشرين الأول 2022", "2022-10-05"),
            ("آذار 2021", "2021-03"),
            ("أغسطس 2020", "2020-08"),
            ("آب ٢٠٢٠", "2020-08"),
            ("۲۰۲۱-۰۳-۰۵", "2021-03-05"),
            ("2021年3月5日", "2021-03-05"),
            ("2021年3月", "2021-03"),
            ("2021년 3월 5일", "2021-03-05"),
        ],
    );
}

#[test]
fn quarters_span_three_months() {
    table(
        date,
        &[
            ("Q1 2023", "2023-01..2023-03"),
            ("2023-Q4", "2023-10..2023-12"),
            ("2023Q2", "2023-04..2023-06"),
            ("T3 2022", "2022-07..2022-09"),
            ("2e trimestre 2022", "unreadable-date"),
            ("2 trimestre 2022", "2022-04..2022-06"),
        ],
    );
    table(interval, &[("Q1 2023", "2023-01/2023-03"), ("2023-Q1/2023-Q2", "2023-01/2023-06")]);
}

#[test]
fn what_is_not_in_the_calendar_is_kept_as_far_as_it_is() {
    table(
        date,
        &[
            ("2021-02-30", "2021-02 impossible-date"),
            ("2021-13-01", "2021 impossible-date"),
            ("2009-00-00", "2009 impossible-date"),
            ("30 février 2021", "2021-02 impossible-date"),
            ("2021-02-29T10:00:00Z", "2021-02 impossible-date"),
            ("0999-01-01", "year-out-of-range"),
            ("0001-01-01T00:00:00Z", "year-out-of-range"),
            ("-2000", "year-out-of-range"),
        ],
    );
}

#[test]
fn what_is_no_date_says_why() {
    table(
        date,
        &[
            ("", "no-date"),
            ("unknown", "no-date"),
            ("n/a", "no-date"),
            ("inconnu", "no-date"),
            ("R/P1D", "repetition-not-date"),
            ("P2W", "repetition-not-date"),
            ("soon", "unreadable-date"),
            ("NaN-80-01", "unreadable-date"),
            ("Version 3", "unreadable-date"),
            ("kanun 2021", "unreadable-date"),
            ("45/13/2012", "2012 impossible-date"),
            ("مارس", "unreadable-date"),
        ],
    );
}

#[test]
fn intervals_of_solr_are_read() {
    table(
        interval,
        &[
            ("[2010-06-30T00:00:00 TO 2025-01-29T23:59:59]", "2010-06-30/2025-01-29"),
            ("[2014-01-01T00:00:00 TO *]", "2014-01-01/.."),
            ("[* TO 2014]", "../2014"),
            ("[* TO *]", "../.."),
            ("*", "../.."),
            ("2015 TO 2016", "2015/2016"),
        ],
    );
}

#[test]
fn intervals_of_iso_8601_are_read() {
    table(
        interval,
        &[
            ("2005-01-01/2005-12-31", "2005-01-01/2005-12-31"),
            ("2007-10/2011-09", "2007-10/2011-09"),
            ("2011/2012", "2011/2012"),
            ("../2015", "../2015"),
            ("2015/..", "2015/.."),
            ("2015/", "2015/.."),
            ("1994-05-24T00:00:00Z/1994-09-19T00:00:00Z", "1994-05-24/1994-09-19"),
            ("1983-12-31T19:00:00-05:00/2009-12-30T19:00:00-05:00", "1984-01-01/2009-12-31"),
            ("2014/P1Y", "2014/2014-12-31"),
            ("2014-01-01/P3M", "2014-01-01/2014-03-31"),
            ("P1M/2014-03-31", "2014-03-01/2014-03-31"),
            ("R/2012-01-01/P1Y", "2012-01-01/.."),
            ("R5/2008-03-01/P1Y", "2008-03-01/.."),
            ("R/P1D", "repetition-not-date"),
            ("2020-05", "2020-05/2020-05"),
            ("start=1998-09-25; end=1998-10-25; scheme=W3C-DTF", "1998-09-25/1998-10-25"),
        ],
    );
}

#[test]
fn old_hdx_ranges_and_ranges_with_dashes_are_read() {
    table(
        interval,
        &[
            ("01/01/1997-12/31/2015", "1997-01-01/2015-12-31"),
            ("01/02/2015-05/31/2016", "2015-01-02/2016-05-31"),
            ("02/01/2015-31/05/2016", "2015-01-02/2016-05-31"),
            ("01/02/2015-05/06/2016", "2015-01-02/2016-05-06 ambiguous-date"),
            ("01.02.2015 - 05.06.2016", "2015-02-01/2016-06-05"),
            ("2015-01-01 - 2016-01-01", "2015-01-01/2016-01-01"),
            ("2015-01-01-2016-01-01", "2015-01-01/2016-01-01"),
            ("2015-2020", "2015/2020"),
            ("2015–2020", "2015/2020"),
            ("2015 — 2020", "2015/2020"),
            ("2019-20", "2019/2020"),
            ("1999-00", "1999/2000"),
            ("2011-12", "2011-12/2011-12"),
            ("20150101-20161231", "2015-01-01/2016-12-31"),
        ],
    );
}

#[test]
fn intervals_in_words_are_read() {
    table(
        interval,
        &[
            ("since 2019", "2019/.."),
            ("depuis 2019", "2019/.."),
            ("Depuis mars 2019", "2019-03/.."),
            ("desde 2019", "2019/.."),
            ("منذ ٢٠١٩", "2019/.."),
            ("2019 - present", "2019/.."),
            ("2019-ongoing", "2019/.."),
            ("2019 à ce jour", "2019/.."),
            ("2019 hasta la fecha", "2019/.."),
            ("2019 - حتى الآن", "2019/.."),
            ("from 2015 to 2020", "2015/2020"),
            ("de 2015 à 2020", "2015/2020"),
            ("du 1er mars 2020 au 5 avril 2021", "2020-03-01/2021-04-05"),
            ("between 2015 and 2020", "2015/2020"),
            ("من 2015 إلى 2020", "2015/2020"),
            ("Jan-Mar 2023", "2023-01/2023-03"),
            ("January – March 2023", "2023-01/2023-03"),
            ("until 2020", "../2020"),
            ("ongoing", "../.."),
            ("à ce jour", "../.."),
            ("unknown", "no-date"),
            ("every spring", "unreadable-date"),
        ],
    );
}

#[test]
fn a_reversed_interval_is_swapped() {
    table(
        interval,
        &[
            ("2020/2015", "2015/2020 reversed-interval"),
            ("2020-05/2020-05-31", "2020-05/2020-05-31"),
            ("2020-06-01/2020-05", "2020-05/2020-06-01 reversed-interval"),
            ("2021-02-30/2020", "2020/2021-02 impossible-date reversed-interval"),
        ],
    );
}

#[test]
fn ends_that_stand_apart_share_the_order_of_their_numbers_and_keep_each_its_fault() {
    let (read, faults) = read_interval_ends("02/01/2015", "31/05/2016");
    assert_eq!(
        (read.interval.to_string(), read.notes, faults),
        ("2015-01-02/2016-05-31".to_owned(), vec![], [None, None])
    );

    let (read, faults) = read_interval_ends("2015", "some day");
    assert_eq!((read.interval.to_string(), faults), ("2015/..".to_owned(), [None, Some(DateFault::Unreadable)]));

    let (read, faults) = read_interval_ends("2006-08", "Present");
    assert_eq!((read.interval.to_string(), faults), ("2006-08/..".to_owned(), [None, None]));
}

#[test]
fn a_known_order_decides_what_could_be_either_and_is_no_problem() {
    let day_first = OrderHint::certain(DateOrder::DayFirst);
    let month_first = OrderHint::certain(DateOrder::MonthFirst);
    let read = |text: &str, hint: OrderHint| {
        let read = read_date_ordered(text, hint).unwrap();
        (read.first.to_string(), read.note)
    };
    assert_eq!(read("12/08/2026", day_first), ("2026-08-12".to_owned(), None));
    assert_eq!(read("١٢/٠٨/٢٠٢٦", day_first), ("2026-08-12".to_owned(), None));
    assert_eq!(read("12/08/2026", month_first), ("2026-12-08".to_owned(), None));
    assert_eq!(read("12/25/2026", day_first), ("2026-12-25".to_owned(), None), "what a date shows itself stands");
    assert_eq!(read("12.08.2026", month_first), ("2026-08-12".to_owned(), None), "dots are never American");
    assert_eq!(read("Mon, 12/08/2026 - 10:04", day_first), ("2026-08-12".to_owned(), None));
    assert_eq!(read("12/08/26", day_first), ("2026-08-12".to_owned(), Some(DateNote::ShortYear)));

    let likely = OrderHint { order: DateOrder::DayFirst, is_certain: false };
    assert_eq!(read("12/08/2026", likely), ("2026-08-12".to_owned(), Some(DateNote::Ambiguous(DateOrder::DayFirst))));

    let interval = |text: &str, hint| {
        let read = read_interval_ordered(text, hint).unwrap();
        (read.interval.to_string(), read.notes)
    };
    assert_eq!(interval("01/02/2015-05/06/2016", day_first), ("2015-02-01/2016-06-05".to_owned(), vec![]));
    assert_eq!(interval("depuis 01/02/2015", day_first), ("2015-02-01/..".to_owned(), vec![]));
    assert_eq!(
        interval("01/02/2015-05/31/2016", likely),
        ("2015-01-02/2016-05-31".to_owned(), vec![]),
        "the other end outweighs what is only likely"
    );
    let (read, faults) = read_interval_ends_ordered("01/02/2015", "05/06/2016", day_first);
    assert_eq!(
        (read.interval.to_string(), read.notes, faults),
        ("2015-02-01/2016-06-05".to_owned(), vec![], [None; 2])
    );
}

#[test]
fn the_message_says_what_was_done_and_no_more() {
    let message = |text: &str| read_date(text).unwrap().note.unwrap().message();
    assert_eq!(message("04/05/2000"), "day and month could be either: read month first");
    assert_eq!(message("01/20/09"), "the last number is taken for a year of two digits: read as 1969 to 2068");
}

fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

#[test]
fn years_that_may_be_of_another_calendar_are_told_and_are_no_stamps() {
    for text in ["1445/03/12", "١٤٤٥", "1402-07-01", "12/03/1445", "01/03/2563", "2566"] {
        assert_eq!(DateStamp::read(text, noon()).unwrap_err(), DateFault::OtherCalendar, "{text}");
    }
    assert_eq!(read_interval("1444/1445").unwrap().notes, [DateNote::OtherCalendar]);
    assert_eq!(read_interval("1440-01-01/*").unwrap().notes, [DateNote::OtherCalendar]);
    assert_eq!(read_interval("1500/1998").unwrap().notes, []);
    // As it is written it would be up to date for centuries.
    for text in ["01/03/2563", "2563-2566", "2563/2566", "2019/2566"] {
        let read = read_interval(text).unwrap();
        assert_eq!((read.interval.start, read.interval.end), (None, None), "{text}");
        assert_eq!(read.notes, [DateNote::BuddhistCalendar], "{text}");
    }
    assert_eq!(read_interval("2020/2100").unwrap().notes, []);
    assert!(DateStamp::read("1747", noon()).is_ok());
}

#[test]
fn a_stamp_in_the_future_is_clamped_and_keeps_its_words() {
    let (stamp, note) = DateStamp::read("2031-05-01T10:00:00Z", noon()).unwrap();
    assert_eq!(note, Some(DateNote::Future));
    assert_eq!(
        stamp,
        DateStamp { date: "2026-11-22".parse().unwrap(), instant: None, raw: Some("2031-05-01T10:00:00Z".to_owned()) }
    );
    assert_eq!(stamp.day(), day_of(noon()));
}

#[test]
fn a_stamp_later_on_the_day_of_reading_is_not_in_the_future() {
    let (stamp, note) = DateStamp::read("2026-11-22T23:00:00Z", noon()).unwrap();
    assert_eq!((stamp.to_string().as_str(), note), ("2026-11-22T23:00:00Z", None));
    let (stamp, note) = DateStamp::read("2026", noon()).unwrap();
    assert_eq!((stamp.to_string().as_str(), note), ("2026", None));
}

#[test]
fn a_stamp_keeps_words_that_its_date_does_not_say() {
    let raw = |text: &str| DateStamp::read(text, noon()).unwrap().0.raw;
    assert_eq!(raw("2021-02-30").as_deref(), Some("2021-02-30"));
    assert_eq!(raw("04/05/2000").as_deref(), Some("04/05/2000"));
    assert_eq!(raw("Q1 2023").as_deref(), Some("Q1 2023"));
    assert_eq!(raw("12 mars 2024"), None);
    assert_eq!(raw("2022-01-19T17:57:28.642176"), None);
}

#[test]
fn a_stamp_stands_on_the_utc_day_of_its_instant() {
    let (stamp, _) = DateStamp::read("2014-08-25T23:50:11-04:00", noon()).unwrap();
    assert_eq!(stamp.date.to_string(), "2014-08-26");
    assert_eq!(serde_json::to_string(&stamp).unwrap(), r#"{"date":"2014-08-26","instant":"2014-08-26T03:50:11Z"}"#);
}

#[test]
fn days_are_counted_from_1970() {
    let days = |text: &str| text.parse::<PartialDate>().map(|date| (date.first_day(), date.last_day())).unwrap();
    assert_eq!(days("1970-01-01"), (0, 0));
    assert_eq!(days("1969"), (-365, -1));
    assert_eq!(days("2000-02"), (10_988, 11_016));
    let open = Interval { start: None, end: Some("1970".parse().unwrap()) };
    assert_eq!((open.first_day(), open.last_day()), (None, Some(364)));
}

#[test]
fn a_date_that_no_calendar_holds_has_days_all_the_same() {
    let date = PartialDate { year: i16::MAX, month: Some(77), day: Some(-3) };
    assert_eq!(date.first_day(), "9999-12-01".parse::<PartialDate>().unwrap().first_day());
}

#[test]
fn only_the_strict_form_is_read_back_from_storage() {
    for text in ["", "20", "2020-5", "2020-05-32", "2021-02-29", "2020-05-31Z", "-0000", "2020--05"] {
        assert!(text.parse::<PartialDate>().is_err(), "{text:?}");
    }
}

prop_compose! {
    fn any_date()(year in -9999_i16..=9999, month in 1_i8..=12, day in 1_i8..=31, precision in 0..3) -> PartialDate {
        let exact = PartialDate::from_day(year, month, day).filter(|_| precision == 2);
        let to_month = PartialDate::from_month(year, month).filter(|_| precision >= 1);
        exact.or(to_month).or_else(|| PartialDate::from_year(year)).unwrap()
    }
}

proptest! {
    #[test]
    fn a_partial_date_reads_back_as_it_was_written(date in any_date()) {
        prop_assert_eq!(date.to_string().parse::<PartialDate>().unwrap(), date);
        let json = serde_json::to_string(&date).unwrap();
        prop_assert_eq!(serde_json::from_str::<PartialDate>(&json).unwrap(), date);
        prop_assert!(date.first_day() <= date.last_day());
    }

    #[test]
    fn what_a_partial_date_writes_the_reader_of_sources_reads(date in any_date().prop_filter("in range", |date| date.year >= 1000)) {
        prop_assert_eq!(read_date(&date.to_string()).unwrap().first, date);
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in "\\PC{0,60}") {
        let _ = read_date(&text);
        let _ = read_interval(&text);
        let _ = DateStamp::read(&text, noon());
    }

    #[test]
    fn no_text_made_of_the_parts_of_dates_makes_the_readers_panic(
        text in "(20|19|[0-9]{1,4}|/|-|–|:|T|Z|P1Y|R|mars|Q[1-4]|كانون|الثاني|年| |\\.|to|\\[|\\*|\\+){0,14}",
    ) {
        let _ = read_date(&text);
        if let Ok(read) = read_interval(&text)
            && let (Some(first), Some(last)) = (read.interval.first_day(), read.interval.last_day())
        {
            prop_assert!(first <= last, "{}", read.interval);
        }
    }
}

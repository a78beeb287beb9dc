//! Completions: from what everyone may see, the same for everyone, forgetting what was withdrawn.

use cairn_model::{Dataset, Listing, Sharing};
use cairn_policy::Viewer;
use cairn_search::{Index, IndexWriter, SearchIndex};

use crate::samples::{dataset, index_of, member, organisation, put, tags, withdraw};

fn completions(index: &Index, prefix: &str) -> Vec<String> {
    let anonymous = index.suggest(&Viewer::anonymous(), prefix, 10).unwrap();
    for viewer in [member("relief"), Viewer::operator()] {
        assert_eq!(index.suggest(&viewer, prefix, 10).unwrap(), anonymous);
    }
    anonymous.iter().map(|suggestion| format!("{} {} {}", suggestion.count, suggestion.kind, suggestion.text)).collect()
}

#[test]
fn tags_organisations_and_titles_are_completed_at_any_of_their_first_words() {
    let (index, _writer) = index_of(&[
        Dataset { keywords: tags(&["mine action", "Hazards"]), ..dataset("a", "Survey of minefields") },
        Dataset { keywords: tags(&["Mine Action"]), ..dataset("b", "Mines of Yemen") },
        Dataset { owner: Some(organisation("mds", "Médecins du Sable")), ..dataset("c", "Clinics") },
    ]);
    assert_eq!(
        completions(&index, "min"),
        [
            "2 tag mine action",
            "1 concept Minefield",
            "1 title Mines of Yemen",
            "1 title Survey of minefields",
            "1 word minefields",
            "1 word mines"
        ]
    );
    assert_eq!(completions(&index, "ACTI"), ["2 tag mine action"]);
    assert_eq!(completions(&index, "mine act"), ["2 tag mine action"]);
    assert_eq!(completions(&index, "médecins d"), ["1 organisation Médecins du Sable"]);
    assert_eq!(completions(&index, "sab"), ["1 organisation Médecins du Sable"]);
    assert_eq!(completions(&index, "of ye"), ["1 title Mines of Yemen", "1 place Republic of Yemen"]);
    for nothing in ["", " ", "m", "-", "zz", &"m".repeat(1000)] {
        assert_eq!(completions(&index, nothing), [""; 0], "{nothing}");
    }
}

#[test]
fn what_is_not_public_is_never_completed() {
    let mut hidden = Dataset { keywords: tags(&["zebra"]), ..dataset("a", "Zebra crossing") };
    hidden.owner = Some(organisation("zoo", "Zoo"));
    hidden.terms.sharing = Sharing::Community;
    hidden.terms.listing = Listing::Hidden;
    let (index, _writer) = index_of(&[hidden]);
    assert_eq!(completions(&index, "ze"), [""; 0]);
    assert_eq!(completions(&index, "zeb"), [""; 0]);
    assert_eq!(completions(&index, "zoo"), [""; 0]);
}

#[test]
fn what_was_withdrawn_is_forgotten_at_once() {
    let kept = Dataset { keywords: tags(&["zebra", "zest"]), ..dataset("a", "Zebra crossing") };
    let gone = Dataset { keywords: tags(&["zebra", "zenith"]), ..dataset("b", "Zebra stripes") };
    let (index, mut writer) = index_of(&[kept, gone.clone()]);
    assert_eq!(completions(&index, "ze"), ["2 tag zebra", "1 tag zenith", "1 tag zest"]);
    writer.apply(&[withdraw(&gone)], 2).unwrap();
    assert_eq!(completions(&index, "ze"), ["1 tag zebra", "1 tag zest"]);
    assert_eq!(completions(&index, "zeb"), ["1 title Zebra crossing", "1 tag zebra"]);
    writer.apply(&[put(&gone)], 3).unwrap();
    assert_eq!(completions(&index, "ze"), ["2 tag zebra", "1 tag zenith", "1 tag zest"]);
}

#[test]
fn the_most_frequent_come_first_however_many_there_are() {
    let mut records: Vec<Dataset> = (0..100)
        .map(|number| Dataset {
            keywords: tags(&[&format!("zone {number:03}")]),
            ..dataset(&number.to_string(), "Zone")
        })
        .collect();
    for number in [50, 70] {
        records.push(Dataset {
            keywords: tags(&[&format!("zone {number:03}")]),
            ..dataset(&format!("x{number}"), "Other")
        });
    }
    let (index, _writer) = index_of(&records);
    let found = completions(&index, "zo");
    assert_eq!(found[..4], ["100 word zone", "2 tag zone 050", "2 tag zone 070", "1 tag zone 000"]);
    assert_eq!(found.len(), 10);
    assert_eq!(completions(&index, "zone")[0], "100 title Zone");
}

#[test]
fn what_many_withdrawn_records_had_does_not_stand_before_what_more_have_now() {
    let tagged = |number: usize, record: &str| Dataset {
        keywords: tags(&[&format!("zone {number:03}")]),
        ..dataset(&format!("{record} {number}"), "Other")
    };
    let records: Vec<Dataset> =
        (0..220).flat_map(|number| ["one", "two"].map(|record| tagged(number, record))).collect();
    let (index, mut writer) = index_of(&records);
    let gone: Vec<_> = (0..200).map(|number| withdraw(&tagged(number, "two"))).collect();
    writer.apply(&gone, 2).unwrap();
    let expected: Vec<String> = (200..210).map(|number| format!("2 tag zone {number}")).collect();
    assert_eq!(completions(&index, "zo"), expected);
}

#[test]
fn places_and_concepts_that_records_carry_are_completed_by_any_of_their_names() {
    let (index, mut writer) = index_of(&[
        Dataset { countries: vec!["SYR".to_owned()], ..dataset("a", "Roads") },
        dataset("b", "Bridges in Idlib"),
        dataset("c", "Déplacés internes"),
    ]);
    assert_eq!(completions(&index, "syri"), ["2 place Syria"]);
    assert_eq!(completions(&index, "edle"), ["1 place Edleb"]);
    assert_eq!(completions(&index, "إدل"), ["1 place إدلب"]);
    assert_eq!(completions(&index, "internally"), ["1 concept Internally displaced"]);
    assert_eq!(completions(&index, "yeme"), [""; 0], "no record is about it");
    writer.apply(&[withdraw(&dataset("c", "Déplacés internes"))], 2).unwrap();
    assert_eq!(completions(&index, "internally"), [""; 0]);
}

#[test]
fn a_beginning_with_a_slip_is_completed_as_it_was_meant() {
    let (index, _writer) = index_of(&[
        Dataset { keywords: tags(&["sunflowers"]), ..dataset("a", "Harvest of sunflowers") },
        dataset("b", "Sun hours"),
    ]);
    assert_eq!(completions(&index, "sumfl"), ["1 title Harvest of sunflowers", "1 tag sunflowers"]);
    assert_eq!(completions(&index, "harvest of snuflo"), ["1 title Harvest of sunflowers"]);
    assert_eq!(completions(&index, "smf"), [""; 0], "three letters tell too little");
}

#[test]
fn the_first_of_thousands_are_the_same_that_reading_all_would_give() {
    // Two tags a record, one of 1,500 and one of 40; and a title of its own.
    let record = |number: usize| Dataset {
        keywords: tags(&[&format!("zone {:04}", number % 1_500), &format!("zonal {:02}", number * number % 40)]),
        ..dataset(&number.to_string(), &format!("Zoning {number:04}"))
    };
    let records: Vec<Dataset> = (0..2_000).map(record).collect();
    let (index, mut writer) = index_of(&records[..1_200]);
    let puts: Vec<_> = records[1_200..].iter().map(put).collect();
    writer.apply(&puts, 2).unwrap();
    // Every second of the most frequent goes, and so do the first titles.
    let is_gone = |number: usize| number < 30 || (number * number % 40 == 1 && number.is_multiple_of(3));
    let gone: Vec<_> = (0..2_000).filter(|number| is_gone(*number)).map(|number| withdraw(&records[number])).collect();
    writer.apply(&gone, 3).unwrap();

    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    for record in (0..2_000).filter(|number| !is_gone(*number)).map(|number| &records[number]) {
        record.keywords.values().flatten().for_each(|tag| *counts.entry(tag.clone()).or_default() += 1);
    }
    let mut expected: Vec<(u64, String)> = counts.into_iter().map(|(tag, count)| (count, tag)).collect();
    expected.sort_by(|(count, tag), (other, other_tag)| other.cmp(count).then_with(|| tag.cmp(other_tag)));
    let tags = expected.iter().map(|(count, tag)| format!("{count} tag {tag}"));
    let zoning = (0..2_000).filter(|number| !is_gone(*number)).count();
    let expected: Vec<String> = [format!("{zoning} word zoning")].into_iter().chain(tags).collect();
    assert_eq!(completions(&index, "zo"), expected[..10]);
    // What has one title each is many, and none has as many records as a tag: these have no more than their share.
    let found = completions(&index, "zon");
    assert_eq!(found[..8], expected[..8]);
    assert_eq!(found[8..], ["1 title Zoning 0030", "1 title Zoning 0031"]);
    let first = |most: usize| (0..50).filter(|number| !is_gone(*number)).take(most);
    let titles = first(9).map(|number| format!("1 title Zoning {number:04}"));
    let titles: Vec<String> = [format!("{zoning} word zoning")].into_iter().chain(titles).collect();
    assert_eq!(completions(&index, "zoni"), titles);
    // Too many are alike for the most frequent to be told by frequency alone.
    let alike: Vec<String> = first(10).map(|number| format!("2 tag zone {number:04}")).collect();
    assert_eq!(completions(&index, "zone"), alike);
}

#[test]
fn words_of_titles_are_completed_as_they_are_written_alone_and_behind_others() {
    let (index, mut writer) = index_of(&[
        dataset("a", "Sandbags of the quarries, 2024"),
        dataset("b", "Sandbags for schools"),
        dataset("c", "Sándalo de los talleres"),
        dataset("d", "Sanctuaries of camels"),
        dataset("e", "دفاتر السدّ"),
        dataset("f", "Sanitation"),
    ]);
    let words = |beginning: &str| {
        let completions = completions(&index, beginning);
        completions.into_iter().filter(|one| one.split(' ').nth(1) == Some("word")).collect::<Vec<_>>()
    };
    // What a concept says needs no saying twice.
    assert_eq!(words("san"), ["2 word sandbags", "1 word sanctuaries", "1 word sándalo"]);
    assert_eq!(words("SANDA"), ["1 word sándalo"]);
    assert_eq!(words("sánd"), ["2 word sandbags", "1 word sándalo"]);
    assert_eq!(words("دفا"), ["1 word دفاتر"]);
    assert_eq!(words("السد"), ["1 word السدّ"]);
    // Behind others only what titles hold with them, and what was typed stays as it is.
    assert_eq!(words("Sandbags qu"), ["1 word Sandbags quarries"]);
    assert_eq!(words("sandbags of the qu"), ["1 word sandbags of the quarries"]);
    assert_eq!(words("camels san"), ["1 word camels sanctuaries"]);
    for nothing in ["sandbags ", "th", "the", "202", "sandbags camel", "of qu", "w\0san"] {
        assert_eq!(words(nothing), [""; 0], "{nothing:?}");
    }
    // A slip is forgiven.
    assert_eq!(words("samdba"), ["2 word sandbags"]);
    assert_eq!(words("schools samdba"), ["1 word schools sandbags"]);
    writer.apply(&[withdraw(&dataset("a", "Sandbags of the quarries, 2024"))], 2).unwrap();
    assert_eq!(words("sand"), ["1 word sandbags", "1 word sándalo"]);
    assert_eq!(words("sandbags qu"), [""; 0]);
}

#[test]
fn every_kind_of_completion_has_its_share() {
    let mut records = Vec::new();
    for number in 0..20 {
        let keywords = tags(&["mine clearance", "mine risk", "mined land", "minors", "mining", "ministries"]);
        records.push(Dataset { keywords, ..dataset(&format!("tagged {number}"), "Fields of Yemen") });
    }
    records.push(dataset("a", "Minefields by year"));
    records.push(dataset("b", "Mineral water"));
    let (index, _writer) = index_of(&records);
    let found = completions(&index, "min");
    let of_kind = |kind: &str| found.iter().filter(|one| one.split(' ').nth(1) == Some(kind)).count();
    assert_eq!((found.len(), of_kind("title"), of_kind("word")), (10, 2, 2), "{found:?}");
    assert!(found[..5].iter().all(|one| one.starts_with("20 tag") || one == "21 concept Mine Action"), "{found:?}");
}

#[test]
fn a_completed_word_is_offered_once_and_not_behind_itself() {
    let (index, _writer) = index_of(&[
        dataset("a", "Sándalo de los talleres"),
        dataset("b", "Sándalo de las canteras"),
        dataset("c", "Sandalo"),
    ]);
    let words = |beginning: &str| {
        let completions = completions(&index, beginning);
        completions.into_iter().filter(|one| one.split(' ').nth(1) == Some("word")).collect::<Vec<_>>()
    };
    assert_eq!(words("sanda"), ["2 word sándalo"]);
    assert_eq!(words("talleres sanda"), ["1 word talleres sándalo"]);
    assert_eq!(words("sandalo sanda"), [""; 0]);
}

#[test]
fn a_word_in_arabic_is_completed_with_its_article_too() {
    let (index, _writer) = index_of(&[
        dataset("a", "نقاط المياه في المخيمات"),
        Dataset { keywords: tags(&["مياه الشرب"]), ..dataset("b", "آبار") },
    ]);
    let texts = |prefix: &str| {
        let found = completions(&index, prefix);
        let without_counts = found.iter().map(|one| one.split_once(' ').unwrap().1.to_owned());
        without_counts.collect::<Vec<String>>()
    };
    let of_all = texts("مياه");
    for expected in ["tag مياه الشرب", "title نقاط المياه في المخيمات", "word المياه"]
    {
        assert!(of_all.iter().any(|one| one == expected), "{expected}: {of_all:?}");
    }
    let mut once = of_all.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), of_all.len(), "{of_all:?}");
    assert_eq!(texts("نقاط ميا"), ["concept نقاط المياه", "title نقاط المياه في المخيمات"]);
    assert!(!texts("المياه").iter().any(|one| one == "tag مياه الشرب"));
}

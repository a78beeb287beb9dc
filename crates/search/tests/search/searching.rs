//! What a search finds, in which order, and what it says about it.

use cairn_model::{Dataset, Interval, LocalizedText, Place};
use cairn_search::{FacetField, IndexWriter, Matching, SearchRequest, Sort, SortKey};

use crate::samples;
use crate::samples::{
    counts, dataset, date, described, file, found, index_of, organisation, search, stamp, strings, tags, text, titles,
};

#[test]
fn all_words_must_be_there_wherever_they_stand() {
    let (index, _writer) = index_of(&[
        described("a", "Minefields of Yemen", "Suspected areas, surveyed."),
        described("b", "Minefields of Iraq", "Nothing about Yemen."),
        dataset("c", "Schools of Yemen"),
    ]);
    assert_eq!(found(&index, "yemen minefields"), ["Minefields of Iraq", "Minefields of Yemen"]);
    assert_eq!(found(&index, "YÉMEN schools"), ["Schools of Yemen"]);
    assert_eq!(found(&index, "yemen nothing schools"), [""; 0]);
    assert_eq!(found(&index, ""), ["Minefields of Iraq", "Minefields of Yemen", "Schools of Yemen"]);
    assert_eq!(found(&index, "--- \" : *"), ["Minefields of Iraq", "Minefields of Yemen", "Schools of Yemen"]);
}

#[test]
fn a_text_that_has_the_name_of_a_place_elsewhere_or_an_acronym_by_chance_is_not_about_that_country() {
    let in_colombia = Dataset { countries: strings(&["COL"]), ..dataset("e", "Wells of California") };
    let (index, _writer) = index_of(&[
        dataset("a", "Roads of California"),
        dataset("b", "RSS feeds by CO-OPS"),
        dataset("c", "Blankets of MLI"),
        dataset("d", "Schools of Idlib"),
        in_colombia,
    ]);
    assert_eq!(found(&index, "Colombie"), ["Wells of California"]);
    for query in ["Soudan du Sud", "Mali", "Organisation panaméricaine de la santé"] {
        assert_eq!(found(&index, query), [""; 0], "{query}");
    }
    for query in ["إدلب", "Edleb", "Syrie"] {
        assert_eq!(found(&index, query), ["Schools of Idlib"], "{query}");
    }
    assert_eq!(found(&index, "California"), ["Roads of California", "Wells of California"], "words stay words");
}

#[test]
fn what_arabic_writes_onto_a_word_hides_it_from_nobody() {
    let arabic = |name: &str, title: &str| Dataset { title: LocalizedText::new("ar", title), ..dataset(name, title) };
    let (index, _writer) = index_of(&[
        arabic("a", "أعداد النازحين والعائدين حسب الناحية"),
        arabic("b", "نقاط المياه والمراحيض في مواقع النزوح"),
        arabic("c", "أسعار الوقود والغذاء"),
        arabic("d", "خدمات للنازحين"),
    ]);
    let returnees = "أعداد النازحين والعائدين حسب الناحية";
    let latrines = "نقاط المياه والمراحيض في مواقع النزوح";
    for (query, expected) in [
        ("العائدين", vec![returnees]),
        ("والعائدين", vec![returnees]),
        ("المراحيض", vec![latrines]),
        ("مياه", vec![latrines]),
        ("وقود", vec!["أسعار الوقود والغذاء"]),
        ("للوقود", vec!["أسعار الوقود والغذاء"]),
        ("والنازحين", vec![returnees, "خدمات للنازحين"]),
        ("بالنازحين", vec![returnees, "خدمات للنازحين"]),
        ("نازحون", vec![returnees, "خدمات للنازحين"]),
    ] {
        let mut expected = expected;
        expected.sort_unstable();
        let mut titles = found(&index, query);
        titles.sort_unstable();
        assert_eq!(titles, expected, "{query}");
    }
}

#[test]
fn a_concept_is_named_in_the_singular_as_in_the_plural() {
    let (index, _writer) = index_of(&[
        dataset("a", "Schools of Tajikistan"),
        dataset("b", "Écoles du Tadjikistan"),
        dataset("c", "Una escuela de Tayikistán"),
        dataset("d", "Школы в Таджикистане"),
    ]);
    for query in ["école", "écoles", "escuela", "escuelas", "مدرسة", "للمدارس"] {
        assert_eq!(search(&index, &text(query)).total, 3, "{query}");
    }
    for query in ["Таджикистан", "Таджикистане", "Tajikistan"] {
        assert_eq!(search(&index, &text(query)).total, 4, "{query}");
    }
}

#[test]
fn british_and_american_spellings_find_each_other() {
    let (index, _writer) = index_of(&[
        dataset("a", "Labour organisations by neighbourhood"),
        dataset("b", "Labor organizations by neighborhood"),
        dataset("c", "Prizes, sizes and hours"),
    ]);
    for query in ["labour", "labor", "organisation", "organization", "neighbourhoods neighborhoods"] {
        assert_eq!(search(&index, &text(query)).total, 2, "{query}");
    }
    for query in ["prise", "sise", "or"] {
        assert_eq!(search(&index, &text(query)).total, 0, "{query}");
    }
}

#[test]
fn where_no_record_has_all_words_those_with_some_are_found_by_how_much_they_have() {
    let (index, _writer) = index_of(&[
        Dataset { countries: strings(&["YEM"]), ..described("a", "Ledgers of Attic", "Depth and yield of ledgers.") },
        Dataset { countries: strings(&["YEM"]), ..described("b", "Ledgers and lanterns", "What works in Attic.") },
        Dataset { countries: strings(&["SYR"]), ..described("c", "Lanterns", "Opening hours.") },
        described("d", "Schools", "Pupils by age."),
        described("e", "Radio", "Programmes and hours."),
    ]);
    let relaxed = |query: &str| SearchRequest {
        matching: Matching::AllElseSome,
        facets: vec![FacetField::Country],
        ..text(query)
    };
    let page = search(&index, &relaxed("ledgers lanterns attic hours"));
    assert!(page.relaxed);
    assert_eq!((page.total, titles(&page)[0]), (4, "Ledgers and lanterns"), "it has three of the four words");
    assert_eq!(counts(&page, FacetField::Country), [("YEM", 2), ("SYR", 1)]);
    // What has all words is all that is found, and who does not ask for it gets nothing else.
    let page = search(&index, &relaxed("ledgers attic yield"));
    assert_eq!((page.relaxed, titles(&page)), (false, vec!["Ledgers of Attic"]));
    assert_eq!(search(&index, &text("ledgers lanterns attic hours")).total, 0);
    // Nothing is done without what stands in quotation marks, is left out, or is a filter; nor in another order.
    for (query, expected) in [
        ("\"opening hours\" lanterns attic", vec!["Lanterns"]),
        ("\"opening hours\" ledgers absent", vec![]),
        ("opening schools -pupils", vec!["Lanterns"]),
        ("country:SYR ledgers attic lanterns", vec!["Lanterns"]),
        ("absent missing", vec![]),
        ("absent", vec![]),
    ] {
        let page = search(&index, &relaxed(query));
        assert_eq!((page.relaxed, titles(&page)), (!expected.is_empty(), expected), "{query}");
    }
    let sort = Sort { by: SortKey::Modified, reversed: false };
    assert_eq!(search(&index, &SearchRequest { sort, ..relaxed("ledgers lanterns attic hours") }).total, 0);

    // Page by page as at once.
    let whole = search(&index, &relaxed("ledgers lanterns attic hours"));
    let (mut walked, mut cursor) = (Vec::new(), None);
    loop {
        let page = search(&index, &SearchRequest { limit: 1, cursor, ..relaxed("ledgers lanterns attic hours") });
        walked.extend(page.hits.iter().map(|hit| hit.card.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(walked, whole.hits.iter().map(|hit| hit.card.id).collect::<Vec<_>>());
}

#[test]
fn the_grammar_does_what_it_says() {
    let (index, _writer) = index_of(&[
        Dataset {
            countries: strings(&["YEM"]),
            ..described("a", "Mine action", "Displacement tracking, form unit-19.")
        },
        Dataset {
            countries: strings(&["IRQ"]),
            ..described("b", "Action on mines", "Displaced people, 19 unit cases.")
        },
        Dataset { owner: Some(organisation("relief", "Example Relief")), ..dataset("c", "Mine action survey") },
    ]);
    let cases: [(&str, &[&str]); 21] = [
        ("\"mine action\"", &["Mine action", "Mine action survey"]),
        ("\"action mine\"", &[]),
        ("mines", &["Action on mines", "Mine action", "Mine action survey"]),
        ("\"mines\"", &["Action on mines"]),
        ("how many mines are there", &["Action on mines", "Mine action", "Mine action survey"]),
        ("unit-19", &["Mine action"]),
        ("displac*", &["Action on mines", "Mine action"]),
        ("displaced", &["Action on mines", "Mine action"]),
        ("\"displaced\"", &["Action on mines"]),
        ("title:surveys", &["Mine action survey"]),
        ("action -survey", &["Action on mines", "Mine action"]),
        ("-\"mine action\"", &["Action on mines"]),
        ("-mine*", &[]),
        ("country:yem", &["Mine action"]),
        ("action -country:YEM", &["Action on mines", "Mine action survey"]),
        ("org:relief", &["Mine action survey"]),
        ("example relief", &["Mine action survey"]),
        ("title:survey", &["Mine action survey"]),
        ("title:displaced", &[]),
        ("-title:\"mine action\"", &["Action on mines"]),
        ("unit-19*", &["Action on mines", "Mine action"]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&index, query), expected, "{query}");
    }
    assert_eq!(found(&index, "-unit-19*"), ["Mine action survey"]);
}

#[test]
fn scripts_without_spaces_are_searched_by_their_letters() {
    let (index, _writer) = index_of(&[
        described("a", "Cholera", "也门霍乱疫情数据"),
        described("b", "Mess", "乱也霍"),
        described("c", "Burmese", "မြန်မာနိုင်ငံ"),
        described("d", "Arabic", "مُحَافَظَة الحُديدة"),
    ]);
    assert_eq!(found(&index, "霍乱"), ["Cholera"]);
    assert_eq!(found(&index, "မြန်မာ"), ["Burmese"]);
    assert_eq!(found(&index, "محافظة"), ["Arabic"]);
}

#[test]
fn titles_weigh_more_than_keywords_and_these_more_than_descriptions() {
    let (index, _writer) = index_of(&[
        described("a", "Some figures", "About water and more of the same kind of words."),
        Dataset {
            keywords: tags(&["water"]),
            ..described("b", "Other figures", "More words about the same kind of things.")
        },
        described("c", "Water points", "More words about the same kind of things here."),
    ]);
    assert_eq!(titles(&search(&index, &text("water"))), ["Water points", "Other figures", "Some figures"]);
    let reversed = SearchRequest { sort: Sort { by: SortKey::Relevance, reversed: true }, ..text("water") };
    assert_eq!(titles(&search(&index, &reversed)), ["Some figures", "Other figures", "Water points"]);
}

#[test]
fn keywords_that_repeat_the_text_lift_no_record_over_one_that_says_more() {
    let text_of = |said: &str| format!("{said} and more of the same kind of things.");
    let (index, _writer) = index_of(&[
        described("a", "First figures", &text_of("Water, water, water")),
        Dataset { keywords: tags(&["water"]), ..described("b", "Other figures", &text_of("Water, wells, pumps")) },
        Dataset { keywords: tags(&["prices"]), ..described("c", "Third figures", &text_of("Shops, wells, pumps")) },
    ]);
    assert_eq!(titles(&search(&index, &text("water"))), ["First figures", "Other figures"]);
}

#[test]
fn of_titles_with_the_word_the_one_that_says_little_else_comes_first_though_the_text_says_less() {
    let (index, _writer) = index_of(&[
        described(
            "a",
            "Water, schools, roads, prices and markets of the hills",
            "Water, water, water and water in numbers.",
        ),
        described("b", "Water points", "Where they stand."),
    ]);
    assert_eq!(titles(&search(&index, &text("water")))[0], "Water points");
}

#[test]
fn hits_sort_by_what_is_asked_and_those_without_it_come_last() {
    let (index, _writer) = index_of(&[
        Dataset { modified: Some(stamp("2024-05-01")), issued: Some(stamp("2020")), ..dataset("a", "Älpha") },
        Dataset { modified: Some(stamp("2025-05-01")), ..dataset("b", "beta") },
        Dataset { issued: Some(stamp("1969-02")), ..dataset("c", "Gamma") },
        dataset("d", " "),
    ]);
    let sorted = |by, reversed| {
        let page = search(&index, &SearchRequest { sort: Sort { by, reversed }, ..text("") });
        titles(&page).join(",")
    };
    let tie = sorted(SortKey::Issued, false);
    let last = tie.strip_prefix("Älpha,Gamma,").unwrap();
    assert!(["beta, ", " ,beta"].contains(&last), "{tie}");
    assert_eq!(sorted(SortKey::Issued, true), format!("Gamma,Älpha,{last}"));
    assert_eq!(sorted(SortKey::Title, false), "Älpha,beta,Gamma, ");
    assert_eq!(sorted(SortKey::Title, true), "Gamma,beta,Älpha, ");
    assert!(sorted(SortKey::Modified, false).starts_with("beta,Älpha,"));
    assert!(sorted(SortKey::Modified, true).starts_with("Älpha,beta,"));
    assert_eq!(sorted(SortKey::Relevance, false), sorted(SortKey::Modified, false), "nothing to rank by");
    assert!(sorted(SortKey::Quality, false).starts_with("Älpha,"));
}

#[test]
fn countries_and_clusters_are_found_by_name() {
    let (index, _writer) = index_of(&[Dataset { countries: strings(&["YEM"]), ..dataset("a", "Survey") }]);
    assert_eq!(found(&index, "yemen"), ["Survey"]);
    assert_eq!(found(&index, "اليمن"), ["Survey"]);
}

#[test]
fn a_snippet_shows_the_words_that_matched_and_nothing_that_runs() {
    let (index, _writer) =
        index_of(&[described("a", "<b>T</b>", "&lt;script&gt;alert(1)&lt;/script&gt; **mines** & \"more\"")]);
    let page = search(&index, &text("script min*"));
    assert_eq!(
        page.hits[0].snippet,
        "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt; <mark>mines</mark> &amp; &quot;more&quot;",
        "what is written as text stays text"
    );
}

#[test]
fn a_hit_carries_its_card() {
    let record = Dataset {
        title: LocalizedText([("en".to_owned(), "Water".to_owned()), ("fr".to_owned(), "Eau".to_owned())].into()),
        owner: Some(organisation("relief", "Example Relief")),
        coverage: Some(Interval { start: Some(date("2020-01")), end: None }),
        modified: Some(stamp("2024-05-01")),
        distributions: vec![file("CSV"), file("XLSX"), file("CSV")],
        ..dataset("a", "")
    };
    let (index, _writer) = index_of(&[record]);
    let page = search(&index, &text("eau"));
    let mut card = serde_json::to_value(&page.hits[0].card).unwrap();
    card.as_object_mut().unwrap().remove("quality");
    let expected = serde_json::json!({
        "id": cairn_model::DatasetId::new("test", "a").to_string(),
        "title": {"en": "Water", "fr": "Eau"},
        "kind": "dataset",
        "organisation": {"id": "relief", "name": "Example Relief"},
        "countries": [], "clusters": [],
        "modified": "2024-05-01",
        "coverage": {"start": "2020-01", "end": null},
        "formats": ["CSV", "XLSX"],
        "sharing": "public", "sensitivity": "low", "access": "none", "rendition": "full", "source": "test",
    });
    assert_eq!(card, expected);
}

#[test]
fn a_query_in_one_language_finds_what_is_said_in_another() {
    let (index, _writer) = index_of(&[
        described("a", "Déplacés internes par district", "Recensement des ménages."),
        described("b", "نازحون", "مسح الأسر"),
        dataset("c", "Population census"),
        Dataset { clusters: strings(&["PRO-MIN"]), ..dataset("d", "Hazardous areas") },
        Dataset { clusters: strings(&["WSH"]), ..dataset("e", "Puits et forages") },
    ]);
    for query in ["IDP", "idps", "internally displaced persons", "desplazados internos", "النازحون"] {
        assert_eq!(found(&index, query), ["Déplacés internes par district", "نازحون"], "{query}");
    }
    for query in ["mine action", "acción contra las minas", "lutte contre les mines", "protection"] {
        assert_eq!(found(&index, query), ["Hazardous areas"], "{query}");
    }
    assert_eq!(found(&index, "WASH"), ["Puits et forages"]);
    assert_eq!(found(&index, "-IDP -WASH -protection"), ["Population census"]);
    // Quoted, words are words.
    assert_eq!(found(&index, "\"internally displaced persons\""), [""; 0]);
    assert_eq!(found(&index, "who"), [""; 0]);
}

#[test]
fn a_slip_of_the_pen_is_forgiven_where_nothing_is_found_as_written() {
    let (index, mut writer) = index_of(&[
        described("a", "Cholera treatment centres", "Beds and staff."),
        described("b", "Cholera cases", "Weekly."),
        described("c", "Sunflower harvest", "Tonnes."),
        described("d", "Form 4711", "Codes."),
    ]);
    let best = |query: &str| SearchRequest { matching: Matching::AllElseSome, ..text(query) };
    let answer = |query: &str| {
        let page = search(&index, &best(query));
        let mut found: Vec<String> = titles(&page).iter().map(|title| (*title).to_owned()).collect();
        found.sort();
        (page.suggestion, found.join(", "))
    };
    let meant = |text: &str, found: &str| (Some(text.to_owned()), found.to_owned());
    assert_eq!(answer("cholrea beds"), meant("cholera beds", "Cholera treatment centres"));
    assert_eq!(answer("sunflwoer"), meant("sunflower", "Sunflower harvest"));
    assert_eq!(answer("snuflowers"), meant("sunflower", "Sunflower harvest"));
    // What is found needs no mending, and short words, codes, quotations and exclusions are taken as they are.
    assert_eq!(answer("cholera"), (None, "Cholera cases, Cholera treatment centres".to_owned()));
    // Several words of which no record has any are slips where a record has all that was probably meant, or where one was meant to
    // name something; else words of something else.
    assert_eq!(answer("tonnse harvset"), meant("tonnes harvest", "Sunflower harvest"));
    assert_eq!(answer("cholrea sunflwoer").0.as_deref(), Some("cholera sunflower"));
    for query in ["bes", "4712", "\"cholrea\"", "title:cholrea", "cholrea*", "zzzzzzz", "tonnse codse"] {
        assert_eq!(answer(query), (None, String::new()), "{query}");
    }
    // Who wants all words as they are is told, and gets nothing else.
    let page = search(&index, &SearchRequest { matching: Matching::All, ..text("cholrea beds") });
    assert_eq!((page.total, page.suggestion.as_deref()), (0, Some("cholera beds")));
    // The pages of a mended search go on.
    let first = search(&index, &SearchRequest { limit: 1, ..best("cholrea") });
    let second = search(&index, &SearchRequest { limit: 1, cursor: first.next.clone(), ..best("cholrea") });
    assert_eq!((first.total, second.total), (2, 2));
    assert_ne!(titles(&first), titles(&second));
    // A record that is gone is no help.
    writer.apply(&[samples::withdraw(&described("c", "Sunflower harvest", "Tonnes."))], 9).unwrap();
    assert_eq!(answer("sunflwoer"), (None, String::new()));
}

#[test]
fn a_place_finds_what_lies_in_it_and_lower_what_covers_all_of_it() {
    let place = |pcode: &str| Place { pcode: Some(pcode.to_owned()), ..Place::default() };
    let in_syria = |id: &str, title: &str, places: Vec<Place>| Dataset {
        countries: strings(&["SYR"]),
        places,
        ..dataset(id, title)
    };
    let (index, _writer) = index_of(&[
        in_syria("a", "Bridges in Edleb", vec![]),
        in_syria("b", "Bridges of one governorate", vec![place("SY07")]),
        in_syria("c", "Bridges of the country", vec![]),
        in_syria("d", "Bridges of another governorate", vec![place("SY02")]),
        in_syria("e", "Schools of the country", vec![]),
    ]);
    let expected = ["Bridges in Edleb", "Bridges of one governorate", "Bridges of the country"];
    for query in ["bridges Idlib", "bridges إدلب"] {
        let page = search(&index, &text(query));
        let mut found = titles(&page);
        assert_eq!(found.pop(), Some("Bridges of the country"), "{query}");
        found.sort_unstable();
        assert_eq!(found, expected[..2], "{query}");
    }
    assert_eq!(found(&index, "bridges Syria").len(), 4);
}

#[test]
fn of_records_that_answer_alike_the_whole_phrase_the_complete_and_the_fresh_come_first() {
    let aged = |id: &str, title: &str, day: &str| Dataset { modified: Some(stamp(day)), ..dataset(id, title) };
    let (index, _writer) = index_of(&[
        aged("a", "Points for water", "2024-05-01"),
        aged("b", "Water points", "2024-05-01"),
        aged("c", "Points for water", "2012-05-01"),
    ]);
    let request = SearchRequest { today: 20_000, ..text("water points") };
    let page = search(&index, &request);
    let found: Vec<(&str, Option<&str>)> =
        page.hits.iter().map(|hit| (hit.card.title.best("en").unwrap(), hit.card.modified.as_deref())).collect();
    let expected = [
        ("Water points", Some("2024-05-01")),
        ("Points for water", Some("2024-05-01")),
        ("Points for water", Some("2012-05-01")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn where_no_record_has_all_words_what_they_name_is_kept_before_the_rest() {
    let in_yemen = |id: &str, title: &str| Dataset { countries: strings(&["YEM"]), ..dataset(id, title) };
    let (index, _writer) =
        index_of(&[in_yemen("a", "Water points"), in_yemen("b", "Roads"), dataset("c", "Solar pumps of one village")]);
    let best = |query: &str| SearchRequest { matching: Matching::AllElseSome, ..text(query) };
    let page = search(&index, &best("solar pumps Yemen village"));
    assert!(page.relaxed);
    let mut found = titles(&page);
    found.sort_unstable();
    assert_eq!(found, ["Roads", "Water points"], "a coordinator for Yemen is not helped by pumps elsewhere");
    // Where nothing is about that either, some of the words are enough.
    assert_eq!(titles(&search(&index, &best("solar pumps Peru"))), ["Solar pumps of one village"]);
}

#[test]
fn where_a_slip_finds_little_what_was_probably_meant_is_told_and_what_is_found_stays() {
    let mut records: Vec<Dataset> =
        (0..40).map(|number| described(&format!("government {number}"), "Spending", "Of the government.")).collect();
    records.push(described("slip", "Spending of towns", "By the goverment."));
    records.push(described("bank", "Marlow", "A town of its own."));
    records.extend((0..19).map(|number| dataset(&format!("barlow {number}"), "Harlow and Marrow")));
    let (index, _writer) = index_of(&records);
    let page = search(&index, &text("goverment spending"));
    assert_eq!((titles(&page), page.total), (vec!["Spending of towns"], 1));
    assert_eq!((page.suggestion.as_deref(), page.listed_as_asked), (Some("government spending"), true));
    // Nineteen times as many have a word that differs in one letter: that is another word.
    let page = search(&index, &text("marlow"));
    assert_eq!((page.total, page.suggestion, page.listed_as_asked), (1, None, false));
    // A form of a word is the same word, and what finds much needs no hint.
    for query in ["governments", "government", "\"goverment\"", "goverment towns"] {
        let page = search(&index, &text(query));
        assert_eq!((page.suggestion, page.listed_as_asked), (None, false), "{query}");
    }
}

#[test]
fn what_an_apostrophe_a_slash_or_a_comma_joins_are_words_of_their_own() {
    let (index, _writer) = index_of(&[
        described("a", "Projets d’assainissement", "De l'eau pour tous."),
        described("b", "Nutrition of a child", "Mining, and girls' and women's groups."),
        described("c", "Subdistricts of the north", "M and E."),
        described("d", "List of sub-districts", "Of M&E."),
    ]);
    assert_eq!(found(&index, "l'assainissement"), ["Projets d’assainissement"]);
    assert_eq!(found(&index, "projet d'eau"), ["Projets d’assainissement"]);
    assert_eq!(found(&index, "girl's/women's"), ["Nutrition of a child"]);
    assert_eq!(found(&index, "mines,nutrition"), ["Nutrition of a child"]);
    assert_eq!(
        found(&index, "NOT l'eau NOT women's sub-districts"),
        ["List of sub-districts", "Subdistricts of the north"]
    );
    // What belongs together stays so, and quoted words stand as they are.
    assert_eq!(found(&index, "M&E"), ["List of sub-districts"]);
    assert_eq!(found(&index, "\"women's groups\""), ["Nutrition of a child"]);
    assert_eq!(found(&index, "\"women groups\""), [""; 0]);
    // A concept is named by a word that an article is joined to, too.
    let (index, _writer) = index_of(&[dataset("e", "Latrines of camps"), dataset("f", "Schools")]);
    assert_eq!(found(&index, "l'assainissement"), ["Latrines of camps"]);
}

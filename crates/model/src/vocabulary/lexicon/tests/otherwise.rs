//! Names that are written otherwise than their tables write them, and what else a name says.

use std::collections::{BTreeMap, BTreeSet};

use super::{Concept, Standing, Vocabularies, Word, certain, fold, named, named_in, names};

#[test]
fn in_to_and_and_are_taken_off_the_arabic_name_of_an_area() {
    for (text, expected) in [
        ("آبار بلحج", vec!["theme:water-points", "place:YE25"]),
        ("مخيمات بمأرب وتعز", vec!["theme:camps-sites", "place:YE26", "place:YE15"]),
        ("وسوريا", vec!["country:SYR"]),
        ("وغزه", vec!["place:PS02"]),
        // Letters of the name itself, and of words that are no names of areas.
        ("بغداد", vec!["place:IQG08"]),
        ("بلد ولد كتب", vec![]),
    ] {
        assert_eq!(named(text).concat(), expected, "{text}");
    }
}

#[test]
fn a_theme_is_of_the_cluster_that_it_maps_to_and_names_the_people_in_its_name() {
    let lexicon = Vocabularies::bundled().lexicon();
    let comprising = |scheme, code: &str| {
        let comprising = lexicon.comprising(&Concept { scheme, code: code.to_owned() });
        comprising.into_iter().map(|concept| format!("{}:{}", concept.scheme, concept.code)).collect::<Vec<_>>()
    };
    assert_eq!(comprising("theme", "health-facilities"), ["cluster:HEA"]);
    assert_eq!(comprising("theme", "disability-inclusion"), ["population_group:persons-with-disabilities"]);
    assert_eq!(comprising("theme", "market-prices"), Vec::<String>::new());
    let title = |text| certain(text, Standing::Text, &["YEM"]);
    for (text, expected) in [
        ("IDP camps", ["camps-sites", "IDP"]),
        ("an IDP camp", ["camps-sites", "IDP"]),
        ("Camps de réfugiés", ["camps-sites", "REF"]),
        ("مخيمات النازحين", ["camps-sites", "IDP"]),
    ] {
        assert_eq!(title(text), expected, "{text}");
    }
    // What is asked for is no more than what is written.
    assert_eq!(named("refugee camps"), [["theme:camps-sites"]]);
    for text in ["non-displaced people", "Population non déplacée", "volcanic ash", "informal sites"] {
        assert_eq!(title(text).len(), 1, "{text}");
    }
}

#[test]
fn a_teh_marbuta_is_met_without_its_dots_and_a_name_that_is_written_so_goes_first() {
    for (written, typed) in [
        ("الحسكة", "الحسكه"),
        ("الرقة", "الرقه"),
        ("القنيطرة", "القنيطره"),
        ("البصرة", "البصره"),
        ("غزة", "غزه"),
        ("الصحة", "الصحه"),
        ("سورية", "سوريه"),
        ("منظمة الصحة العالمية", "منظمه الصحه العالميه"),
        ("النازحون في الحسكة", "النازحون في الحسكه"),
    ] {
        assert!(!named(written).is_empty(), "{written}");
        assert_eq!(named(typed), named(written), "{typed}");
    }
    // An argument, and not the governorate.
    assert_eq!(named("حجه"), Vec::<Vec<String>>::new());
    assert!(names("حجة", "place:YE17"));
    let table = "pcode,name,level,country\nYE98,قريه,1,YEM\nYE99,قرية,1,YEM\nYE97,بلده,1,YEM\n".to_owned();
    let (vocabularies, problems) = Vocabularies::with_tables(&BTreeMap::from([("places".to_owned(), table)]));
    assert_eq!(problems, []);
    for (text, place) in [("قريه", "place:YE98"), ("قرية", "place:YE99"), ("بلدة", "place:YE97")] {
        assert_eq!(named_in(&vocabularies, text), [[place]], "{text}");
    }
}

#[test]
fn the_people_of_a_country_name_it_in_every_form_and_their_name_is_no_name_of_it() {
    for (text, expected) in [
        ("Sudanese", vec!["country:SDN"]),
        ("South Sudanese", vec!["country:SSD"]),
        ("Ukrainians", vec!["country:UKR"]),
        ("venezolanos", vec!["country:VEN"]),
        ("yéménites", vec!["country:YEM"]),
        ("soudanaises", vec!["country:SDN"]),
        ("اليمنيين", vec!["country:YEM"]),
        ("للسوريين", vec!["country:SYR"]),
        ("Afghan refugees", vec!["country:AFG", "population_group:REF"]),
        ("Iraqis", vec!["country:IRQ"]),
        ("Yemenis and Somalis", vec!["country:YEM", "country:SOM"]),
        ("iraquíes", vec!["country:IRQ"]),
        ("libaneses", vec!["country:LBN"]),
        ("sursudaneses", vec!["country:SSD"]),
        ("nigérien", vec!["country:NER"]),
        ("nigérian", vec!["country:NGA"]),
        ("Congolese", vec!["country:COD", "country:COG"]),
    ] {
        assert_eq!(named(text).concat(), expected, "{text}");
    }
    assert_eq!(Vocabularies::bundled().country("Sudanese"), None);
}

#[test]
fn an_area_whose_name_is_a_word_and_one_with_a_longer_name_are_found_by_what_people_write() {
    for (text, places) in [
        ("Chin State", vec!["MMR004"]),
        ("Mon State", vec!["MMR011"]),
        ("northern Shan", vec!["MMR015"]),
        ("Shan State", vec!["MMR014", "MMR015", "MMR016"]),
        ("Province du Lac", vec!["TCD07"]),
        ("Departamento del Meta", vec!["CO50"]),
        ("Van Province", vec!["TUR065"]),
        ("Département du Sud", vec!["HT07"]),
        ("Bogotá", vec!["CO11"]),
        ("Cúcuta", vec!["CO54001"]),
        ("Darfour", vec!["SD02", "SD03", "SD04", "SD05", "SD06"]),
        ("North Darfur", vec!["SD02"]),
    ] {
        let places: Vec<String> = places.into_iter().map(|code| format!("place:{code}")).collect();
        assert_eq!(named(text).concat(), places, "{text}");
    }
}

#[test]
fn a_town_is_found_by_what_it_is_called_in_each_language_and_with_its_article_or_without() {
    for (texts, place) in [
        (&["Puerto Príncipe", "Pòtoprens", "بورت أو برنس"][..], "HT0111"),
        (&["Beledweyne", "Beletweyne", "بلدوين"], "SO2001"),
        (&["Hargeisa", "هرجيسا", "هرغيسا"], "SO1201"),
        (&["Chisimayu", "Kismayo", "كسمايو"], "SO2801"),
        (&["Sidon", "Sidón", "صيدا"], "LB61"),
        (&["Tyr", "Tyre District", "قضاء صور"], "LB63"),
        (&["Marjayoun", "مرجعيون"], "LB43"),
        (&["Bekaa", "Beqaa", "البقاع", "في البقاع"], "LB2"),
        (&["Qamishli", "Kamichli", "القامشلي"], "SY0802"),
        (&["Sinjar", "Şengal", "شنكال"], "IQG15Q07"),
        (&["Geneina", "El Geneina", "Al Junaynah", "الجنينة"], "SD04115"),
        (&["El Obeid", "مدينة الأبيض"], "SD13024"),
        (&["Port-Soudan", "Puerto Sudán", "بورتسودان"], "SD10064"),
        (&["Ouagadougou", "Uagadugú", "واغادوغو"], "BF13"),
        (&["Mekelle", "Mek'ele", "ميكيلي"], "ET0107"),
        (&["Juba", "Yuba", "جوبا"], "SS0101"),
        (&["Renk", "الرنك"], "SS0711"),
        (&["Bukavu", "Bukavou", "بوكافو"], "CD6201"),
        (&["Abuja", "Abuya", "أبوجا"], "NG015"),
        (&["Bogota", "بوغوتا"], "CO11"),
        (&["Tumaco", "توماكو"], "CO52835"),
        (&["Mariupol", "Mariúpol", "Маріуполь", "ماريوبول"], "UA1414"),
        (&["Rafah", "رفح", "Khan Younès", "خان يونس"], "PS02"),
    ] {
        for text in texts {
            assert_eq!(named(text), [[format!("place:{place}")]], "{text}");
        }
    }
}

#[test]
fn an_ordinary_word_is_no_town_that_is_written_like_it() {
    // Tyres and shots, a scholarship, what is healthy, a sack; pictures, always, the ambassador, what is salty, what is wet, high,
    // fields, I know, your Lord, FAO; childbirth, sums, what is even.
    for text in [
        "tyre",
        "tiro",
        "beca",
        "alimentación sana",
        "saco",
        "صور",
        "دائما ودوما",
        "السفيرة",
        "المياه المالحة",
        "رطبة",
        "عالية",
        "في جميع الميادين",
        "أدري",
        "ربك",
        "موصل",
        "пологи",
        "суми",
        "рівне",
    ] {
        let places = named(text).concat();
        assert!(places.iter().all(|concept| !concept.starts_with("place:")), "{text}: {places:?}");
    }
}

#[test]
fn a_midwife_is_no_woman_to_count_and_anaemia_no_poverty() {
    for text in ["sage-femme", "sages-femmes", "فقر الدم"] {
        assert_eq!(named(text), [Vec::<String>::new()], "{text}");
    }
    assert_eq!(named("الفقر"), [["theme:poverty"]]);
    assert_eq!(named("عمالة الأطفال"), [["theme:child-protection"]]);
}

#[test]
fn people_of_a_country_say_nothing_of_where_a_record_is_about() {
    let title = |text, countries: &[&str]| certain(text, Standing::Text, countries);
    assert_eq!(title("South Sudanese refugees in Gambela", &[]), ["SSD", "REF", "ET12"]);
    assert_eq!(title("Afghans in Idlib", &[]), ["AFG", "SY07"]);
    // The region of Ethiopia.
    assert_eq!(title("Drought in Somali", &["ETH"]), ["drought", "ET05"]);
    assert_eq!(title("Somali refugees in Kenya", &[]), ["SOM", "REF", "KEN"]);
    assert_eq!(title("Somali refugees", &["ETH", "SOM"])[0], "SOM");
    let lexicon = Vocabularies::bundled().lexicon();
    for (text, is_of_people) in [("Syrian", true), ("yéménites", true), ("Syria", false), ("Palestina", false)] {
        let words = Word::all_in(text);
        let mention = &lexicon.mentions(&words)[0];
        assert_eq!(mention.is_of_people_of(&mention.concepts[0]), is_of_people, "{text}");
    }
}

#[test]
fn what_the_republic_of_kinshasa_is_called_is_no_name_of_that_of_brazzaville() {
    for text in [
        "Democratic Republic of Congo",
        "Democratic Rep. of Congo",
        "Dem. Rep. Congo",
        "R.D. Congo",
        "Rép. dém. du Congo",
        "RD du Congo",
        "República Democrática do Congo",
    ] {
        assert_eq!(named(text).concat(), ["country:COD"], "{text}");
        assert_eq!(certain(text, Standing::Text, &[]), ["COD"], "{text}");
        assert_eq!(Vocabularies::bundled().country(text).map(|country| &*country.alpha3), Some("COD"), "{text}");
    }
    assert_eq!(named("Republic of Congo").concat(), ["country:COG"]);
}

#[test]
fn the_name_of_a_country_without_its_the_names_no_other() {
    let vocabularies = Vocabularies::bundled();
    for term in vocabularies.terms("country").unwrap_or_default() {
        let names = vocabularies.names_of("country", &term.code);
        // What stands in brackets is often another country: Aruba (The Netherlands).
        for name in names.into_iter().filter(|name| !name.contains('(')).map(fold) {
            let bare = name.split(' ').filter(|word| *word != "the").collect::<Vec<_>>().join(" ");
            let countries: BTreeSet<String> =
                named(&bare).concat().into_iter().filter(|one| one.starts_with("country:")).collect();
            let own = BTreeSet::from([format!("country:{}", term.code)]);
            assert!(countries.is_subset(&own), "{bare} names {countries:?}");
        }
    }
}

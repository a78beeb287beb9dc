use std::collections::{BTreeMap, HashSet};

use proptest::prelude::{any, prop, proptest};

use super::super::{Vocabularies, fold};
use super::{Concept, Context, Standing, Word, words};

mod ordinary;
mod otherwise;

/// Every concept that a text names, as `scheme:code`, one list a mention.
fn named(text: &str) -> Vec<Vec<String>> {
    named_in(Vocabularies::bundled(), text)
}

fn named_in(vocabularies: &Vocabularies, text: &str) -> Vec<Vec<String>> {
    let mentions = vocabularies.lexicon().mentions(&Word::all_in(text));
    let concept = |concept: &Concept| format!("{}:{}", concept.scheme, concept.code);
    mentions.iter().map(|mention| mention.concepts.iter().map(concept).collect()).collect()
}

fn names(text: &str, concept: &str) -> bool {
    named(text).iter().flatten().any(|one| one == concept)
}

#[test]
fn the_names_of_a_concept_in_four_languages_mean_the_same() {
    let cases = [
        (
            "population_group:IDP",
            "idp / IDPs / internally displaced / déplacés internes / desplazados internos / نازحون / النازحون / النازحين",
        ),
        (
            "theme:explosive-ordnance",
            "UXO / uxo / ERW / EO / explosive remnants of war / restes explosifs de guerre / الذخائر المتفجرة / ذخائر متفجرة",
        ),
        ("cluster:PRO-MIN", "UXO / mine action / lutte antimines / acción contra minas / إزالة الألغام"),
        ("cluster:WSH", "WASH / EHA / Eau, hygiène et assainissement / agua y saneamiento / المياه والصرف الصحي"),
        ("theme:who-does-what-where", "3W / 3w / 4W / who does what where / qui fait quoi où / من يفعل ماذا وأين"),
        ("place:SY07", "Idlib / Idleb / Edleb / إدلب / ادلب / SY07"),
        ("organisation:WHO", "WHO / OMS / oms / World Health Organization / منظمة الصحة العالمية"),
        ("organisation:UNHCR", "UNHCR / HCR / ACNUR / مفوضية اللاجئين"),
        ("hazard:cholera", "cholera / choléra / cólera / الكوليرا / كوليرا"),
        ("hazard:flood", "floods / inondations / inundaciones / فيضانات / الفيضانات"),
        ("country:COD", "DRC / RDC / Congo (RDC) / República Democrática del Congo"),
        ("country:SSD", "South Sudan / Sud-Soudan / Sud Soudan / Soudan du Sud / Sudán del Sur / جنوب السودان"),
        ("country:UKR", "Ukraine / Україна"),
        ("place:UA63", "Kharkiv / Харків / Харківська область"),
        (
            "population_group:persons-with-disabilities",
            "disability / disabilities / handicap / personnes handicapées / discapacidad / إعاقة / الإعاقة",
        ),
        ("theme:admin-boundaries", "COD-AB / limites administratives / الحدود الإدارية / #adm1+code"),
        ("theme:nutrition-survey", "SMART survey / enquête nutritionnelle / مسح التغذية"),
    ];
    for (concept, texts) in cases {
        for text in texts.split(" / ") {
            assert!(names(text, concept), "{text} names {:?}, not {concept}", named(text));
        }
    }
}

#[test]
fn an_acronym_that_is_a_word_counts_in_capitals_alone() {
    for (word, acronym, concept) in [
        ("who", "WHO", "organisation:WHO"),
        ("eo", "EO", "theme:explosive-ordnance"),
        ("car", "CAR", "country:CAF"),
        ("care", "CARE", "organisation:CARE"),
        ("etc", "ETC", "cluster:TEL"),
        ("wsh", "WSH", "cluster:WSH"),
        ("eau", "EAU", "country:ARE"),
        ("syr", "SYR", "country:SYR"),
    ] {
        assert_eq!(named(word), Vec::<Vec<String>>::new(), "{word}");
        assert!(names(acronym, concept), "{acronym}");
    }
    assert_eq!(named("who is in the car and can care"), Vec::<Vec<String>>::new());
}

#[test]
fn ordinary_words_name_no_place_and_nobody() {
    for text in
        ["North", "centre", "unity", "meta", "host", "all", "Réunion", "efectivo", "affected", "los", "y", "الشمال"]
    {
        assert_eq!(named(text), Vec::<Vec<String>>::new(), "{text}");
    }
    assert!(names("Unity State", "place:SS06") && names("ولاية الجزيرة", "place:SD15"));
    assert!(names("#affected+idps", "population_group:IDP") && names("#affected", "hxl:#affected"));
}

#[test]
fn the_longest_name_counts_and_the_ones_within_it_do_not() {
    assert_eq!(named("food security cluster"), [["cluster:FSC"]]);
    let lexicon = Vocabularies::bundled().lexicon();
    let words = Word::all_in("the food security cluster in South Sudan, 2024");
    let found: Vec<_> = lexicon.mentions(&words).iter().map(|mention| (mention.first, mention.words)).collect();
    assert_eq!(found, [(1, 3), (5, 2)]);
    assert_eq!(named("South Sudan"), [["country:SSD"]]);
    assert_eq!(named("Rural Damascus"), [["place:SY03"]]);
}

#[test]
fn a_name_of_several_has_them_all_and_one_within_another_is_not_told() {
    assert_eq!(named("Niger"), [["country:NER", "place:NG027"]]);
    assert_eq!(named("Kabul"), [["place:AF01"]], "the district of the name lies within the province");
    assert_eq!(named("San José").iter().flatten().filter(|one| one.starts_with("country")).count(), 0);
}

#[test]
fn what_lies_above_a_concept_is_known_to_the_top() {
    let lexicon = Vocabularies::bundled().lexicon();
    let above = |scheme, code: &str| {
        let above = lexicon.covering(&Concept { scheme, code: code.to_owned() });
        above.into_iter().map(|concept| format!("{}:{}", concept.scheme, concept.code)).collect::<Vec<_>>()
    };
    assert_eq!(above("place", "AF0101"), ["place:AF01", "country:AFG"]);
    assert_eq!(above("cluster", "PRO-MIN"), ["cluster:PRO"]);
    assert_eq!(above("hazard", "cholera"), ["hazard:epidemic"]);
    assert_eq!(above("theme", "landmines"), ["theme:explosive-ordnance"]);
    assert_eq!(above("country", "AFG"), Vec::<String>::new());
    assert_eq!(above("theme", "nothing"), Vec::<String>::new());
}

#[test]
fn terms_that_lie_within_each_other_end_the_way_up() {
    let table = "code,broader,en\nrain,water,Rainy day\nwater,rain,Watery day\n".to_owned();
    let (vocabularies, _) = Vocabularies::with_tables(&BTreeMap::from([("themes".to_owned(), table)]));
    let rain = Concept { scheme: "theme", code: "rain".to_owned() };
    assert!(vocabularies.lexicon().covering(&rain).len() <= super::DEEPEST);
}

#[test]
fn an_operators_synonym_is_found_and_the_bundled_ones_stay() {
    let table = "code,aliases_en\nIDP,Uprooted neighbours\n".to_owned();
    let (vocabularies, problems) =
        Vocabularies::with_tables(&BTreeMap::from([("population_groups".to_owned(), table)]));
    assert_eq!(problems, []);
    assert_eq!(named_in(&vocabularies, "uprooted neighbours"), [["population_group:IDP"]]);
    assert_eq!(named_in(&vocabularies, "idps"), [["population_group:IDP"]]);
    assert_eq!(named("uprooted neighbours"), Vec::<Vec<String>>::new());
}

#[test]
fn an_ordinary_name_is_met_in_another_form() {
    let cases = [
        ("theme:schools", "écoles / École / escuela / Escuelas / مدارس / والمدارس / للمدارس"),
        ("cluster:PRO-MIN", "landmine / landmines / UXOs / والألغام"),
        ("theme:explosive-ordnance", "UXOs / uxo"),
        ("population_group:IDP", "والنازحين / بالنازحين / للنازحين / ونازحين / Déplacé / desplazado"),
        ("population_group:REF", "وللاجئين / للاجئين / réfugié"),
        ("population_group:children", "وأطفال / والأطفال / niño / niños / Niñez / طفلة"),
        ("population_group:REF", "réfugiée / réfugiées / refugiadas / لاجئة / لاجئات / واللاجئات"),
        ("population_group:IDP", "déplacées internes / desplazada interna / desplazadas / نازحة / النازحات"),
        ("population_group:RET", "rapatriés / rapatriée / rapatriées / repatriados / repatriadas"),
        ("population_group:RDP", "retournées / retornadas / عائدة / والعائدات"),
        ("population_group:women", "امرأة / المرأة / نساء"),
        ("population_group:girls", "فتاة / فتيات / بنات / fillettes"),
        ("population_group:migrants", "migrantes / travailleuses migrantes / trabajadoras migrantes / مهاجرات"),
        ("population_group:farmers-herders", "agricultrices / éleveuses / agricultoras / مزارعات"),
        ("theme:landmines", "landmine / لغم / اللغم / ألغام / والألغام"),
        ("theme:returns", "returnees / returnee / rapatriés / rapatriement / repatriados / العائدون"),
        ("country:TJK", "Таджикистан / в Таджикистане / Таджикистана"),
        ("country:YEM", "لليمن / واليمن / باليمن"),
        ("place:SY07", "وإدلب"),
        ("organisation:WHO", "World Health Organisation"),
        ("theme:health-facilities", "health facility / centre de santé / centres de santé / health center"),
    ];
    for (concept, texts) in cases {
        for text in texts.split(" / ") {
            assert!(names(text, concept), "{text} names {:?}, not {concept}", named(text));
        }
    }
}

#[test]
fn a_form_of_a_name_that_says_something_else_names_nothing() {
    for text in [
        "well",
        "a minor change",
        "the return of it",
        "capacity building",
        "droits de l'homme",
        "logistic regression",
        "refuge",
        "Puerto",
        "Nevada",
        "whos",
        "cares",
        "uxox",
        "bridge the gap",
        "en route",
        "وزارة",
        "قاصر",
        "مزارع",
        "ولاية",
        "وادي",
        "للغاية",
    ] {
        assert_eq!(named(text), Vec::<Vec<String>>::new(), "{text}");
    }
    // Acronyms, codes and places have one form.
    for text in ["ochas", "unhcrs", "Idlibs", "Yemens", "SY07s"] {
        assert_eq!(named(text), Vec::<Vec<String>>::new(), "{text}");
    }
}

#[test]
fn of_two_names_of_a_length_the_one_that_is_written_so_counts() {
    let table = "code,en,aliases_en\nrain,Showers,\nbath,Shower,\nsnow,Blizzards,Blizzard warnings\n".to_owned();
    let (vocabularies, _) = Vocabularies::with_tables(&BTreeMap::from([("themes".to_owned(), table)]));
    for (text, code) in [("shower", "theme:bath"), ("showers", "theme:rain"), ("blizzard", "theme:snow")] {
        assert_eq!(named_in(&vocabularies, text), [[code]], "{text}");
    }
    assert_eq!(named_in(&vocabularies, "blizzard warning"), [["theme:snow"]]);
}

#[test]
fn every_label_of_a_term_that_is_long_enough_names_it() {
    let vocabularies = Vocabularies::bundled();
    for (vocabulary, scheme) in
        [("theme", "theme"), ("hazard", "hazard"), ("cluster", "cluster"), ("population-group", "population_group")]
    {
        for term in vocabularies.terms(vocabulary).unwrap_or_default() {
            for (language, label) in &term.labels {
                let told = term.code == "all" || names(label, &format!("{scheme}:{}", term.code));
                // A label can hold a longer name of another concept only if it is that name.
                assert!(told, "{vocabulary} {} {language} {label}: {:?}", term.code, named(label));
            }
        }
    }
}

#[test]
fn every_word_that_is_left_out_is_a_name_in_a_table() {
    let vocabularies = Vocabularies::bundled();
    let mut terms = HashSet::new();
    for vocabulary in ["country", "cluster", "population-group", "theme", "hazard", "organisation"] {
        for term in vocabularies.terms(vocabulary).unwrap_or_default() {
            terms.extend(vocabularies.names_of(vocabulary, &term.code).into_iter().map(fold));
        }
    }
    for word in words::ONLY_IN_CAPITALS.iter().chain(words::NO_NAMES.iter()).chain(words::ORDINARY_WORDS.iter()) {
        assert!(terms.contains(*word), "{word}");
    }
    for acronym in words::AMBIGUOUS_ACRONYMS.iter().chain(words::SURE_ACRONYMS.iter()) {
        assert!(vocabularies.lexicon().names.contains_key(*acronym), "{acronym}");
    }
    for code in vocabularies.countries.known_by_areas() {
        assert!(!vocabularies.first_level_places(code).is_empty(), "{code}");
    }
    for word in words::NO_PLACES.iter() {
        assert!(vocabularies.gazetteer.has_name(word), "{word}");
    }
    for code in words::NO_COUNTRY_CODES.iter() {
        assert!(vocabularies.has_code("country", code), "{code}");
    }
}

/// The codes that the title of a record names for certain, where the record states countries.
fn certain(text: &str, standing: Standing, countries: &[&str]) -> Vec<String> {
    let lexicon = Vocabularies::bundled().lexicon();
    let (words, mut context) = (Word::all_in(text), Context::default());
    for code in countries {
        context.state(&Concept { scheme: "country", code: (*code).to_owned() }, lexicon);
    }
    let mentions = lexicon.mentions(&words);
    context.read(&words, &mentions, lexicon);
    let named = lexicon.certain_among(&words, &mentions, standing, &context);
    named.into_iter().map(|(_, concept)| concept.code.clone()).collect()
}

#[test]
fn a_text_names_a_place_only_where_its_country_is_known() {
    let title = |text, countries: &[&str]| certain(text, Standing::Text, countries);
    for text in ["Lawns in California", "Florida", "Pasco County", "Kara Sea ice", "St. John lawns", "Ofu"] {
        assert_eq!(title(text, &[]), Vec::<String>::new(), "{text}");
        assert_eq!(title(text, &["USA"]), Vec::<String>::new(), "{text}");
        assert_ne!(named(text), Vec::<Vec<String>>::new(), "a query names it: {text}");
    }
    assert_eq!(title("Florida", &["URY"]), ["UY07"]);
    assert_eq!(title("California, Colombia", &[]), ["CO68132", "COL"]);
    assert_eq!(title("From Idlib to Kharkiv", &[]), ["SY07", "UA63"]);
    for (text, place) in [("Gaza, 2024", "PS02"), ("Oromia", "ET04"), ("Ekiti", "NG013"), ("Al Jawf", "YE16")] {
        assert_eq!(title(text, &[]), [place], "{text}");
    }
    assert_eq!(title("Gaza", &["MOZ"]), ["MZ02"]);
    assert_eq!(title("Beni", &[]), Vec::<String>::new());
    assert_eq!(title("Niger", &[]), ["NER"]);
    assert_eq!(title("Damascus, Maryland", &["USA"]), Vec::<String>::new());
    assert_eq!(title("GAO reports", &[]), Vec::<String>::new());
}

#[test]
fn a_text_names_a_country_by_an_acronym_only_where_more_says_so() {
    let title = |text, countries: &[&str]| certain(text, Standing::Text, countries);
    let keyword = |text| certain(text, Standing::Keyword, &[]);
    for text in ["RSS feeds", "DTM of a valley", "MLI blankets", "TCD detector", "FSM", "HOGARDC/MFRDC", "MF/RDC"] {
        assert_eq!(title(text, &[]), Vec::<String>::new(), "{text}");
    }
    assert_eq!(title("Sites in RDC", &["COD"]), ["COD"]);
    assert_eq!(title("RDC - République démocratique du Congo", &[]), ["COD", "COD"]);
    assert_eq!(title("DTM Yemen", &[]), ["displacement", "YEM"]);
    assert_eq!(title("USA", &[]), ["USA"]);
    assert_eq!((keyword("MLI"), keyword("RSS")), (vec!["MLI".to_owned()], vec![]));
    assert!(names("RDC", "country:COD") && names("RSS", "country:SSD") && names("OMS", "organisation:WHO"));
}

#[test]
fn names_of_two_letters_are_names_in_scripts_that_write_them_so() {
    for (text, concept) in [("苏丹", "SDN"), ("也门", "YEM"), ("海地", "HTI"), ("缅甸", "MMR"), ("乍得", "TCD")]
    {
        assert!(names(text, &format!("country:{concept}")), "{text}");
    }
    assert!(names("نازحون إب", "place:YE11"));
    assert_eq!(certain("أب وأم", Standing::Text, &["YEM"]), Vec::<String>::new());
    assert_eq!(certain("إب", Standing::Keyword, &["YEM"]), ["YE11"]);
    assert_eq!(named("la"), Vec::<Vec<String>>::new());
}

#[test]
fn a_text_names_an_organisation_by_an_acronym_that_is_a_word_of_its_own() {
    let title = |text| certain(text, Standing::Text, &[]);
    for text in ["CO-OPS stations", "NOAA/WHO", "OPS", "WHO/CO", "the HI area"] {
        assert_eq!(title(text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(title("World Health Organization (WHO)"), ["WHO", "WHO"]);
    assert_eq!(title("UNHCR UXO IDP"), ["UNHCR", "PRO-MIN", "explosive-ordnance", "IDP"]);
    assert_eq!(
        title("UXO-strewn ground, UXO/IDP"),
        ["PRO-MIN", "explosive-ordnance", "PRO-MIN", "explosive-ordnance", "IDP"]
    );
    assert_eq!(certain("WFP - Logistics", Standing::Organisation, &[])[..1], ["WFP"]);
}

#[test]
fn words_tell_how_they_were_written() {
    let found: Vec<_> = Word::all_in("#affected+IDPs, WHO l’eau 4W")
        .into_iter()
        .map(|word| (word.text, word.is_capitals, word.is_tag))
        .collect();
    let expected = [
        ("affected", false, true),
        ("idps", false, false),
        ("who", true, false),
        ("l", false, false),
        ("eau", false, false),
        ("4w", false, false),
    ];
    assert_eq!(found, expected.map(|(text, is_capitals, is_tag)| (text.into(), is_capitals, is_tag)));
}

proptest! {
    #[test]
    fn mentions_stand_in_order_and_do_not_overlap(
        text in any::<String>(),
        names in prop::collection::vec("(idp|WHO|food|security|cluster|Niger|Deir|ez|Zor|#affected|إدلب|mine|action| )", 0..24),
    ) {
        for text in [text, names.join(" ")] {
            let words = Word::all_in(&text);
            let mut end = 0;
            for mention in Vocabularies::bundled().lexicon().mentions(&words) {
                assert!(mention.first >= end && mention.words > 0 && !mention.concepts.is_empty());
                end = mention.first + mention.words;
            }
            assert!(end <= words.len());
        }
    }
}

#[test]
fn a_name_that_holds_that_of_a_country_and_is_another_names_nothing() {
    for text in [
        "New Mexico",
        "new mexico",
        "New Guinea",
        "Nouvelle-Guinée",
        "NEW JERSEY",
        "Gulf of Guinea",
        "guinea worm",
        "Crimean-Congo fever",
        "Sudan virus disease",
        "El Niño",
        "la niña",
    ] {
        assert_eq!(named(text).concat(), Vec::<String>::new(), "{text}");
    }
    for (text, concept) in [
        ("Papua New Guinea", "PNG"),
        ("Guinea-Bissau", "GNB"),
        ("Guinea Ecuatorial", "GNQ"),
        ("Guinea", "GIN"),
        ("the north of Guinea", "GIN"),
        ("Sud Soudan", "SSD"),
        ("Nigeria", "NGA"),
        ("RD Congo", "COD"),
        ("Republic of the Congo", "COG"),
        ("Mexico: New Mexico", "MEX"),
    ] {
        assert_eq!(named(text).concat(), [format!("country:{concept}")], "{text}");
    }
    assert_eq!(certain("Guinea worm in Chad", Standing::Text, &[]), ["TCD"]);
}

#[test]
fn a_country_that_shares_its_name_counts_where_nothing_says_that_the_other_is_meant() {
    let title = |text: &str, countries: &[&str]| certain(text, Standing::Text, countries);
    for text in ["Georgia", "Georgia and Azerbaijan", "Georgia, 2008"] {
        assert_eq!(title(text, &[])[0], "GEO", "{text}");
    }
    assert_eq!(title("Tbilisi, Georgia", &[]), ["GE11", "GEO"]);
    for text in ["Atlanta, Georgia", "Georgia, Alabama and Florida", "Rivers of Georgia and New Mexico"] {
        assert_eq!(title(text, &[]), Vec::<String>::new(), "{text}");
    }
    assert_eq!(title("Georgia, 2008", &["USA"]), Vec::<String>::new());
    assert_eq!(title("Georgia, 2008", &["USA", "GEO"]), ["GEO"]);
    assert_eq!(title("Congo river", &[]), ["COG"]);
    assert_eq!(title("Kivu, Congo", &["COD"]), ["CD61", "CD62"]);
    assert!(names("Georgia", "country:GEO"), "a query names it");
}

#[test]
fn an_operator_tells_of_which_countries_the_areas_are_known_by_name() {
    let told = |vocabularies: &Vocabularies, text| {
        let lexicon = vocabularies.lexicon();
        let words = Word::all_in(text);
        lexicon.certain_among(&words, &lexicon.mentions(&words), Standing::Text, &Context::default()).len()
    };
    let table = "alpha3,known_areas\nURY,yes\nTCD,perhaps\n".to_owned();
    let (vocabularies, problems) = Vocabularies::with_tables(&BTreeMap::from([("countries".to_owned(), table)]));
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!((told(&vocabularies, "Tacuarembó"), told(&vocabularies, "Idlib")), (1, 1));
    assert_eq!((told(Vocabularies::bundled(), "Tacuarembó"), told(Vocabularies::bundled(), "Idlib")), (0, 1));
}

#[test]
fn a_state_an_organisation_and_a_shorthand_of_the_same_letters_are_three() {
    for text in ["imo", "deep, imo, and far", "Imo"] {
        assert_eq!(named(text), Vec::<Vec<String>>::new(), "{text}");
    }
    assert_eq!(named("IMO"), [["organisation:IMO"]]);
    for text in ["Imo State", "imo state", "Imo, Nigeria"] {
        assert_eq!(named(text), [["place:NG017"]], "{text}");
    }
    let title = |text, countries: &[&str]| certain(text, Standing::Text, countries);
    assert_eq!(title("Markets of Imo State", &["NGA"]), ["NG017"]);
    assert_eq!(title("Ports by IMO number", &["NGA"]), Vec::<String>::new());
    assert_eq!(title("International Maritime Organization (IMO)", &[]), ["IMO", "IMO"]);
}

#[test]
fn an_operator_tells_what_else_has_the_name_of_a_country() {
    let table = "name,country,aliases\nLittle Chad,FRA,Petit Tchad\n,FRA,\nElsewhere,ZZZ,\n".to_owned();
    let (vocabularies, problems) = Vocabularies::with_tables(&BTreeMap::from([("namesakes".to_owned(), table)]));
    assert_eq!(
        problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>(),
        ["namesakes.csv, line 3: the row has no name", "namesakes.csv, line 4: the country is not known"]
    );
    assert_eq!(named_in(&vocabularies, "Petit Tchad, Tchad").concat(), ["country:TCD"]);
    assert_eq!(named("Petit Tchad"), [["country:TCD"]]);
}

//! Vocabularies on the command line: listed, shown, and mended by a synonym of the operator.

use crate::place::Place;

#[test]
fn a_word_that_no_vocabulary_knows_is_listed_until_an_operator_adds_it_as_a_synonym() {
    let place = Place::new();
    place.file(
        "desk.csv",
        "id,title,owner,country,cluster,sensitivity,sharing,listing,access method\n\
         a,Clinics,Relief,YEM,Gardening,low,public,full,download\n\
         b,Wells,Relief,YEM,gardening,low,public,full,download\n",
    );
    place.configure("vocabularies_dir = \".\"\n");
    place.source("desk", "inventory", "file:../../files/desk.csv", "");
    place.harvest(&["desk"], 0);
    let unmapped = || place.run(&["vocabularies", "unmapped", "--source", "desk", "--json"]).exits(0).json();
    let before = unmapped();
    assert_eq!((&before["items"][0]["value"], &before["items"][0]["records"]), (&"Gardening".into(), &2.into()));
    let table = place.run(&["vocabularies", "unmapped", "--vocabulary", "cluster"]).exits(0).stdout;
    assert!(table.contains("Gardening") && table.contains("desk"), "{table}");
    let csv = place.run(&["vocabularies", "unmapped", "--csv"]).exits(0).stdout;
    assert!(csv.contains("cluster,Gardening,2,desk,desk,a,"), "{csv}");
    place.run(&["vocabularies", "unmapped", "--vocabulary", "soup"]).exits(2).says(&["`vocabulary` is one of"]);

    let version = || place.run(&["vocabularies", "--json"]).exits(0).json()["version"].clone();
    let bundled = version();
    place.config_file("clusters.csv", "code,aliases_en\nFSC,Gardening\n");
    assert_ne!(version(), bundled);
    let shown = place.run(&["vocabularies", "show", "cluster"]).exits(0).stdout;
    assert!(shown.contains("Gardening"), "{shown}");
    place.run(&["harvest", "desk", "--replay"]).exits(0);
    assert_eq!(unmapped()["items"].as_array().unwrap().len(), 0, "the records were read anew");
    assert_eq!(place.search(&["--cluster", "FSC", "--source", "desk"])["total"], 2);
}

#[test]
fn vocabularies_are_listed_and_shown_in_the_language_that_is_asked_for() {
    let place = Place::new();
    place.run(&["harvest"]).exits(0);
    let list = place.run(&["vocabularies"]).exits(0).stdout;
    assert!(list.lines().any(|line| line.starts_with("hazard ")), "{list}");
    let shown = place.run(&["vocabularies", "show", "hazard", "--lang", "fr"]).exits(0).stdout;
    assert!(shown.contains("Inondation") && shown.contains("فيضان"), "{shown}");
    place.run(&["vocabularies", "show", "soup"]).exits(1).says(&["no such vocabulary"]);
}

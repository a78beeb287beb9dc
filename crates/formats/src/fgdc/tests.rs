//! What the reader makes of records of the CSDGM, and of their constraints.

use cairn_model::{AccessMethod, Draft, Sharing};

use crate::xml_record::read_xml_record;

/// A record with elements of its identification and behind it.
fn read(information: &str, others: &str) -> Draft {
    let record = format!(
        "<!DOCTYPE metadata SYSTEM 'http://a.example/fgdc.dtd'><metadata><idinfo><citation><citeinfo><origin>Survey Office</origin>\
         <pubdate>20200102</pubdate><title>Wells</title><onlink>https://a.example/wells</onlink></citeinfo></citation>{information}\
         </idinfo>{others}</metadata>"
    );
    read_xml_record(record.as_bytes()).unwrap_or_else(|problem| panic!("{problem:?}")).draft
}

#[test]
fn a_record_is_read_in_spite_of_its_document_type() {
    let draft = read(
        "<descript><abstract>All.</abstract><purpose>Planning.</purpose></descript><timeperd><timeinfo><rngdates>\
         <begdate>2001</begdate><enddate>Present</enddate></rngdates></timeinfo></timeperd><status><update>Annually</update></status>\
         <spdom><bounding><westbc>42</westbc><eastbc>53</eastbc><northbc>19</northbc><southbc>12</southbc></bounding></spdom>\
         <keywords><theme><themekt>ISO 19115 Topic Category</themekt><themekey>inlandWaters</themekey></theme><place>\
         <placekey>Yemen</placekey></place></keywords><ptcontac><cntinfo><cntorgp><cntorg>Survey Office</cntorg></cntorgp>\
         <cntpos>Desk</cntpos><cntemail>desk@a.example</cntemail></cntinfo></ptcontac>",
        "<dataqual><lineage><procstep><procdesc>Surveyed.</procdesc></procstep></lineage></dataqual><eainfo><detailed><attr>\
         <attrlabl>depth</attrlabl><attrdef>In metres</attrdef></attr></detailed></eainfo><distinfo><distliab>No warranty.</distliab>\
         <stdorder><digform><digtinfo><formname>CSV</formname><transize>2</transize></digtinfo><digtopt><onlinopt><computer><networka>\
         <networkr>https://a.example/wells.csv</networkr></networka></computer></onlinopt></digtopt></digform></stdorder></distinfo>\
         <metainfo><metd>20210101</metd></metainfo>",
    );
    assert_eq!((draft.title.best("en"), draft.description.best("en")), (Some("Wells"), Some("All.\n\nPlanning.")));
    assert_eq!(draft.publisher.map(|publisher| publisher.name).as_deref(), Some("Survey Office"));
    assert_eq!((draft.issued.as_deref(), draft.modified.as_deref()), (Some("20200102"), Some("20210101")));
    assert_eq!((draft.coverage_start.as_deref(), draft.coverage_end), (Some("2001"), None));
    assert_eq!((draft.topics, draft.countries), (vec!["inlandWaters".to_owned()], vec!["Yemen".to_owned()]));
    assert_eq!((draft.extents, draft.update_frequency.as_deref()), (vec!["42,12,53,19".to_owned()], Some("Annually")));
    assert_eq!((draft.methodology.as_deref(), draft.caveats.as_deref()), (Some("Surveyed."), Some("No warranty.")));
    assert_eq!(
        (draft.fields[0].name.as_str(), draft.contacts[0].name.as_deref()),
        ("depth", Some("Desk, Survey Office"))
    );
    let file = &draft.distributions[1];
    assert_eq!((file.format.as_deref(), file.size.as_deref()), (Some("CSV"), Some("2 MB")));
    assert_eq!(draft.landing_page.as_deref(), Some("https://a.example/wells"));
}

#[test]
fn access_constraints_in_words_are_terms_where_they_say_so() {
    use AccessMethod::OnRequest;
    use Sharing::{Organisation, Restricted};
    let terms = |words: &str| read(&format!("<accconst>{words}</accconst>"), "").terms;
    let closed = |words: &str| (terms(words).sharing_at_least, terms(words).access_at_least);
    assert_eq!(terms("None").sharing.as_deref(), Some("public"));
    assert_eq!(terms("Unrestricted Access Online").sharing.as_deref(), Some("public"));
    assert_eq!(closed("Restricted Access Online: for members."), (Some(Restricted), Some(OnRequest)));
    assert_eq!(terms("Restricted Access Online: for members.").reasons, ["Restricted Access Online: for members."]);
    assert_eq!(closed("For Official Use Only."), (Some(Organisation), Some(OnRequest)));
    assert_eq!(closed("Not for public release"), (Some(Organisation), Some(OnRequest)));
    assert_eq!(closed("Cite the office."), (None, None));
}

#[test]
fn a_classification_closes() {
    let terms = |class: &str| {
        read(
            &format!("<secinfo><secsys>x</secsys><secclass>{class}</secclass><sechandl>By hand</sechandl></secinfo>"),
            "",
        )
        .terms
    };
    let closed = |class: &str| {
        let terms = terms(class);
        (terms.sharing_at_least, terms.listed_openly, terms.reasons.len())
    };
    assert_eq!(closed("Unclassified"), (None, true, 0));
    assert_eq!(closed("Restricted"), (Some(Sharing::Restricted), true, 1));
    assert_eq!(closed("Sensitive"), (Some(Sharing::Restricted), true, 1));
    assert_eq!(closed("Confidential"), (Some(Sharing::Restricted), true, 1));
    assert_eq!(closed("Top secret"), (Some(Sharing::Closed), true, 1));
    assert_eq!(closed("Secret"), (Some(Sharing::Closed), true, 1));
    assert_eq!(terms("Secret").classification.as_deref(), Some("Secret"));
}

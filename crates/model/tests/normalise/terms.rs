//! Statements of sharing, sensitivity and access, and what is made of those that cannot be read.

use cairn_model::{AccessMethod, Classification, Draft, Listing, Sensitivity, Sharing, StatedTerms, StatedText};

use crate::{draft, problems, read, some};

#[test]
fn a_statement_that_cannot_be_read_is_read_strictly() {
    let stated = read(Draft {
        terms: StatedText {
            sensitivity: some("purple"),
            sharing: some("friends of friends"),
            access_method: some("by owl"),
            listing: some("maybe"),
            transfer: some("by ship"),
            ..StatedText::default()
        },
        ..draft()
    });
    assert_eq!(
        problems(&stated.dataset),
        [
            ("unknown-sensitivity", "sensitivity", Some("purple")),
            ("unknown-sharing", "sharing", Some("friends of friends")),
            ("unknown-access-method", "access_method", Some("by owl")),
            ("unknown-listing", "listing", Some("maybe")),
            ("unknown-transfer", "transfer", Some("by ship")),
        ]
    );
    assert_eq!(
        stated.stated,
        StatedTerms {
            sensitivity: Some(Sensitivity::Unknown),
            sharing: Some(Sharing::Organisation),
            sharing_only_closes: true,
            access_method: Some(AccessMethod::OnRequest),
            access_only_closes: true,
            listing: Some(Listing::Hidden),
            transfer: Some(cairn_model::Transfer::None),
            classification_text: some(
                "sensitivity: purple; sharing: friends of friends; access_method: by owl; listing: maybe; transfer: by ship"
            ),
            ..StatedTerms::default()
        }
    );
}

#[test]
fn nothing_stated_stays_open() {
    assert_eq!(read(draft()).stated, StatedTerms::default());
}

#[test]
fn the_chatham_house_rule_hides_the_attribution_and_says_nothing_of_the_audience() {
    let stated = |sharing: Option<&str>, classification: Option<&str>| {
        let terms = StatedText {
            sharing: sharing.map(str::to_owned),
            classification: classification.map(str::to_owned),
            ..StatedText::default()
        };
        let read = read(Draft { terms, ..draft() });
        assert_eq!(problems(&read.dataset), [], "{sharing:?} {classification:?}");
        (read.stated.attribution_hidden, read.stated.sharing, read.stated.classification)
    };
    assert_eq!(stated(some("TLP:EX:CHR").as_deref(), None), (true, None, None));
    assert_eq!(stated(Some("TLP:GREEN+EX:CHR"), None), (true, Some(Sharing::Community), None));
    assert_eq!(stated(Some("TLP:AMBER+STRICT TLP:EX:CHR"), None), (true, Some(Sharing::Organisation), None));
    assert_eq!(stated(Some("Under the Chatham House Rule"), None), (true, None, None));
    assert_eq!(stated(None, Some("Règle de Chatham House")), (true, None, None));
    assert_eq!(
        stated(None, Some("Confidential, Chatham House Rule")),
        (true, None, Some(Classification::Confidential))
    );
    assert_eq!(stated(None, Some("TLP:RED")), (false, Some(Sharing::Closed), None));
    assert_eq!(stated(Some("public"), Some("TLP:RED")), (false, Some(Sharing::Closed), None));
    assert_eq!(stated(Some("closed"), Some("TLP:GREEN")), (false, Some(Sharing::Closed), None));
}

#[test]
fn a_flag_and_a_statement_both_hold_and_the_closer_of_each_axis_counts() {
    let stated = |sharing: Option<&str>, access: Option<&str>| {
        let terms = StatedText {
            sharing: sharing.map(str::to_owned),
            access_method: access.map(str::to_owned),
            sharing_at_least: Some(Sharing::Restricted),
            access_at_least: Some(AccessMethod::OnRequest),
            ..StatedText::default()
        };
        let stated = read(Draft { terms, ..draft() }).stated;
        (stated.sharing.unwrap(), stated.access_method.unwrap(), stated.attribution_hidden)
    };
    assert_eq!(stated(None, None), (Sharing::Restricted, AccessMethod::OnRequest, false));
    assert_eq!(stated(Some("public"), Some("download")), (Sharing::Restricted, AccessMethod::OnRequest, false));
    assert_eq!(stated(Some("closed"), Some("enclave")), (Sharing::Closed, AccessMethod::Enclave, false));
    assert_eq!(stated(Some("TLP:GREEN TLP:EX:CHR"), None), (Sharing::Restricted, AccessMethod::OnRequest, true));
    assert_eq!(stated(Some("TLP:RED, EX:CHR"), Some("none")), (Sharing::Closed, AccessMethod::None, true));
}

#[test]
fn a_flag_alone_is_told_from_a_level_that_is_stated() {
    let only_closes = |terms: StatedText| {
        let stated = read(Draft { terms, ..draft() }).stated;
        (stated.sharing_only_closes, stated.access_only_closes)
    };
    let flags = StatedText {
        sharing_at_least: Some(Sharing::Restricted),
        access_at_least: Some(AccessMethod::OnRequest),
        ..StatedText::default()
    };
    assert_eq!(only_closes(flags.clone()), (true, true));
    assert_eq!(only_closes(StatedText { sharing: some("public"), ..flags.clone() }), (false, true));
    assert_eq!(only_closes(StatedText { access_method: some("download"), ..flags.clone() }), (true, false));
    assert_eq!(only_closes(StatedText { classification: some("TLP:GREEN"), ..flags.clone() }), (false, true));
    assert_eq!(only_closes(StatedText { sharing: some("friends of friends"), ..flags }), (true, true));
    assert_eq!(only_closes(StatedText::default()), (false, false));
}

#[test]
fn a_classification_that_cannot_be_read_is_confidential() {
    let read = read(Draft { terms: StatedText { classification: some("violet"), ..StatedText::default() }, ..draft() });
    assert_eq!(problems(&read.dataset), [("unknown-classification", "classification", Some("violet"))]);
    assert_eq!(
        (read.stated.classification, read.stated.classification_text),
        (Some(Classification::Confidential), some("violet"))
    );
}

#[test]
fn a_classification_that_cannot_be_read_closes_and_contradicts_no_level() {
    for (sharing, expected) in
        [(None, Sharing::Restricted), (some("public"), Sharing::Restricted), (some("closed"), Sharing::Closed)]
    {
        let terms = StatedText { classification: some("violet"), sharing: sharing.clone(), ..StatedText::default() };
        let stated = read(Draft { terms, ..draft() }).stated;
        assert_eq!(stated.sharing, Some(expected), "{sharing:?}");
        assert_eq!(stated.sharing_only_closes, sharing.is_none());
    }
}

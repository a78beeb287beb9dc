//! What quality a record is said to have.

use cairn_model::{Contact, Draft, Quality, StatedText};

use crate::{draft, read, some};

#[test]
fn quality_names_what_is_missing_the_heaviest_first_and_contacts_do_not_count() {
    let bare = read(draft()).dataset;
    let missing = "description access licence owner countries coverage modified update-frequency sensitivity keywords clusters landing-page \
                   format reasons methodology languages";
    let missing: Vec<String> = missing.split_whitespace().map(str::to_owned).collect();
    assert_eq!(bare.provenance.quality, Quality { score: 0.09, missing });

    let contact = Contact { email: some("desk@tubba.example"), ..Contact::default() };
    let with_contact = read(Draft { contacts: vec![contact], ..draft() }).dataset;
    assert_eq!(with_contact.provenance.quality, bare.provenance.quality);
}

#[test]
fn data_that_is_had_on_request_needs_no_files_to_be_complete() {
    let on_request = StatedText { access_method: some("on request"), ..StatedText::default() };
    let quality = read(Draft { terms: on_request, ..draft() }).dataset.provenance.quality;
    assert!(!quality.missing.contains(&"access".to_owned()), "{quality:?}");
}

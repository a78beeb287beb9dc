//! What was asked for with a credential is no more open than what is said of everyone.

use crate::portal::{first_run, run};
use crate::site::{Reply, Site, json};
use cairn_harvest::{Payload, RawFormat, SourceConfig, kinds, payload};
use cairn_model::{Listing, Sharing};

/// Sharing level and listing of a payload of a source.
fn terms_of(format: RawFormat, bytes: &[u8], source: &SourceConfig) -> (Sharing, Listing) {
    let draft = payload::read(format, bytes, source).unwrap().draft;
    let dataset = cairn_model::normalise("here", draft, &first_run().vocabularies, jiff::Timestamp::UNIX_EPOCH);
    let openness = kinds::find(&source.kind).unwrap().openness;
    let terms = cairn_policy::settle(&dataset.stated, &source.terms, openness).terms;
    (terms.sharing, terms.listing)
}

/// A page of a `GeoNode` whose one resource who asked may see and download.
fn page_of_geonode(target: &str) -> Reply {
    if !target.starts_with("/api/v2/resources?") {
        return Reply(404, "text/plain", "?".to_owned());
    }
    let resource = r#"{"pk":"7","uuid":"u-7","title":"Title","is_published":true,"is_approved":true,
        "perms":["view_resourcebase","download_resourcebase"]}"#;
    json(format!(r#"{{"links":{{"next":null}},"total":1,"page":1,"resources":[{resource}]}}"#))
}

#[tokio::test]
async fn what_an_account_may_do_at_a_geonode_says_nothing_of_everyone() {
    let site = Site::start(|target, _| page_of_geonode(target)).await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "canary\n").unwrap();
    let configured = |more: &str| {
        let text = format!(
            "id = \"here\"\nkind = \"geonode\"\nurl = \"http://127.0.0.1:{}/\"\nallow_private = true\n{more}\n",
            site.port
        );
        SourceConfig::from_toml(&text, folder.path()).unwrap()
    };
    let settled = async |asked_by: &SourceConfig, read_by: &SourceConfig| {
        let read = run(asked_by, first_run()).await;
        assert!(read.is_proven() && read.ids() == ["u-7"], "{}", read.lack());
        let Payload::Raw { format, bytes } = &read.pages[0].records[0].payload else { panic!("a payload is kept") };
        terms_of(*format, bytes, read_by)
    };
    let token = "[credentials]\ntoken_file = \"token\"";
    let (open, closed) = ((Sharing::Public, Listing::Full), (Sharing::Organisation, Listing::Hidden));
    let plain = configured("");
    let with_token = configured(token);
    let for_staff = configured(&format!("{token}\n[terms]\nsharing = \"organisation\""));
    let decided = configured(&format!("{token}\n[terms]\nsharing = \"public\""));
    assert_eq!(settled(&plain, &plain).await, open);
    assert_eq!(settled(&with_token, &with_token).await, closed);
    assert_eq!(settled(&with_token, &plain).await, closed, "the token is gone when it is read again");
    assert_eq!(settled(&plain, &with_token).await, closed, "of what is kept nobody knows who asked");
    assert_eq!(settled(&for_staff, &for_staff).await, closed);
    assert_eq!(settled(&decided, &decided).await, open);
}

#[test]
fn a_record_from_behind_a_login_that_says_nothing_of_access_stays_with_its_organisation() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "canary\n").unwrap();
    let settled = |rights: &str, more: &str| {
        let text = format!("id = \"here\"\nkind = \"dcat\"\nurl = \"https://data.example/catalog.ttl\"\n{more}\n");
        let source = SourceConfig::from_toml(&text, folder.path()).unwrap();
        let turtle = format!(
            "@prefix dct: <http://purl.org/dc/terms/> . <http://data.example/a> a <http://www.w3.org/ns/dcat#Dataset> ; \
             dct:title \"Wells\" {rights} ."
        );
        let listing = cairn_formats::dcat::list_datasets(turtle.as_bytes(), None).unwrap();
        terms_of(RawFormat::DcatDataset, &listing.records[0].bytes, &source)
    };
    let token = "[credentials]\ntoken_file = \"token\"";
    let right = |code: &str| {
        format!("; dct:accessRights <http://publications.europa.eu/resource/authority/access-right/{code}>")
    };
    assert_eq!(settled("", ""), (Sharing::Public, Listing::Full));
    assert_eq!(settled("", token), (Sharing::Organisation, Listing::Hidden));
    assert_eq!(settled(&right("PUBLIC"), token), (Sharing::Public, Listing::Full));
    assert_eq!(settled(&right("RESTRICTED"), ""), (Sharing::Restricted, Listing::Full));
    assert_eq!(settled(&right("RESTRICTED"), token).1, Listing::Hidden);
    let decided = format!("{token}\n[terms]\nsharing = \"public\"");
    assert_eq!(settled("", &decided), (Sharing::Public, Listing::Full));
}

#[test]
fn whom_to_ask_is_told_to_nobody_who_is_not_signed_in() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "canary\n").unwrap();
    let contacts = |access: &str, more: &str| {
        let text = format!("id = \"here\"\nkind = \"dcat\"\nurl = \"https://data.example/data.json\"\n{more}\n");
        let source = SourceConfig::from_toml(&text, folder.path()).unwrap();
        let dataset = format!(
            r#"{{"identifier": "a", "title": "Wells", {access}
                "contactPoint": {{"fn": "Invented Person", "hasEmail": "mailto:person@example.org"}}}}"#
        );
        let draft = payload::read(RawFormat::DcatUsDataset, dataset.as_bytes(), &source).unwrap().draft;
        draft.contacts.iter().map(|contact| contact.published_openly).collect::<Vec<bool>>()
    };
    let token = "[credentials]\ntoken_file = \"token\"";
    assert_eq!(contacts("", ""), [true]);
    assert_eq!(contacts("", token), [false]);
    assert_eq!(contacts("\"accessLevel\": \"public\",", token), [true]);
    assert_eq!(contacts("", &format!("{token}\n[terms]\nsharing = \"public\"")), [false]);
}

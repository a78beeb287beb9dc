//! What a configuration says, and what is wrong with it.
#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::{Listing, Sharing};

use super::*;

fn read(text: &str) -> Result<SourceConfig, String> {
    SourceConfig::from_toml(text, Path::new("/etc/cairn/sources")).map_err(|error| error.to_string())
}

const PORTAL: &str = "id = \"hdx\"\nkind = \"ckan\"\nurl = \"https://data.example\"\n";

#[test]
fn a_source_file_is_read_with_its_defaults() {
    let source = read(PORTAL).unwrap();
    assert_eq!((source.title.as_str(), source.enabled), ("hdx", true));
    assert_eq!(source.schedule.to_string(), "daily");
    assert!(!source.allow_private && !source.is_file() && !source.is_local_matter());
    assert_eq!(source.limits, Limits::default());
    assert_eq!(source.terms, SourceTerms::default());
    assert_eq!(source.location().unwrap(), Location::Web(Url::parse("https://data.example/").unwrap()));
}

#[test]
fn every_key_of_the_design_is_read() {
    let source = read(
        r#"
        id = "desk"
        kind = "inventory"
        url = "file:../inventories/desk.xlsx"
        title = "Desk inventory"
        enabled = false
        schedule = "0 3 * * 1"
        organisation = "Example Desk"
        allow_private = true
        [terms]
        sharing = "community"
        listing = "stub"
        listing_agreed = true
        [limits]
        requests_per_second = 2.0
        max_records = 100
        max_pages = 3
        max_hours = 0.5
        max_bytes = 1000
        page_size = 50
        [mapping]
        sheet = "Holdings"
        columns = { title = "Name of dataset" }
        [credentials]
        token_env = "DESK_TOKEN"
        "#,
    )
    .unwrap();
    assert_eq!(source.terms.sharing, Some(Sharing::Community));
    assert_eq!(source.terms.listing, Some(Listing::Stub));
    assert_eq!(source.mapping.columns["title"], "Name of dataset");
    assert_eq!(source.limits.max_bytes, Some(1000));
    assert_eq!(source.limits.longest_run(), Duration::from_mins(30));
    assert_eq!(
        source.location().unwrap(),
        Location::File(PathBuf::from("/etc/cairn/sources/../inventories/desk.xlsx"))
    );
    assert!(source.is_file() && source.is_local_matter());
}

#[test]
fn mistakes_are_told_with_their_line_and_what_was_probably_meant() {
    let table = [
        ("shedule = \"daily\"", "source hdx: line 4: unknown key `shedule`, did you mean `schedule`?"),
        ("[terms]\nsharin = \"public\"", "source hdx: line 5: unknown key `sharin`, did you mean `sharing`?"),
        (
            "[limits]\n\n\npages = 5",
            "source hdx: line 7: unknown key `pages`, the known ones are requests_per_second, requests_per_day, max_records, max_pages, max_hours, max_bytes, page_size",
        ),
        (
            "[terms]\nsharing = \"pubic\"",
            "source hdx: line 5: unknown variant `pubic`, expected one of `public`, `community`, `restricted`, `organisation`, `closed`",
        ),
        ("enabled = \"yes\"", "source hdx: line 4: invalid type: string \"yes\", expected a boolean"),
        ("[mapping]\nsheet = \"A\"", "source hdx: [mapping] is for sources of kind inventory"),
        ("[imsma]\ncountry = \"A\"", "source hdx: [imsma] is for sources of kind imsma and imsma-core"),
        ("[web]\ninclude = [\"/d\"]", "source hdx: [web] is for sources of kind web"),
        (
            "[parameters]\nfq = \"a\"\nsort = \"b\"",
            "source hdx: `sort` in [parameters] is said by each request itself; choose records by `q` and `fq`",
        ),
        ("[limits]\npage_size = 0", "source hdx: limits must be more than 0"),
        ("[limits]\nrequests_per_day = 0", "source hdx: limits must be more than 0"),
        ("[limits]\nmax_hours = 0", "source hdx: `max_hours` must be more than 0 and at most 8784 (a year)"),
        ("[limits]\nmax_hours = -1.5", "source hdx: `max_hours` must be more than 0 and at most 8784 (a year)"),
        ("[limits]\nmax_hours = inf", "source hdx: `max_hours` must be more than 0 and at most 8784 (a year)"),
        ("[limits]\nmax_hours = nan", "source hdx: `max_hours` must be more than 0 and at most 8784 (a year)"),
        (
            "[credentials]\ntoken_env = \"A\"\ntoken_file = \"b\"",
            "source hdx: [credentials] needs one of `token_file` and `token_env`, not both",
        ),
    ];
    for (lines, expected) in table {
        assert_eq!(read(&format!("{PORTAL}{lines}\n")).unwrap_err(), expected);
    }
    let inventory = "id = \"our\"\nkind = \"inventory\"\nurl = \"file:a.csv\"\n[mapping]\n";
    let mapping = read(&format!("{inventory}columns = {{ sharng = \"Niveau\" }}\n")).unwrap_err();
    assert_eq!(mapping, "source our: line 5: unknown key `sharng`, did you mean `sharing`?");
    let schedule = read(&format!("{PORTAL}schedule = \"sometimes\"\n")).unwrap_err();
    assert!(schedule.starts_with("source hdx: line 4: `sometimes` is no schedule"), "{schedule}");
    let syntax = read("id = \"hdx\"\nkind = \n").unwrap_err();
    assert!(syntax.contains("line 2: "), "{syntax}");
    let missing = read("id = \"hdx\"\nkind = \"ckan\"\n").unwrap_err();
    assert!(missing.contains("missing field `url`"), "{missing}");
}

#[test]
fn ids_kinds_and_addresses_are_checked() {
    let source = |id: &str, kind: &str, url: &str| read(&format!("id = {id:?}\nkind = {kind:?}\nurl = {url:?}\n"));
    for id in ["", "HDX", "a b", "-a", "../x", "é", &"x".repeat(65)] {
        assert!(source(id, "ckan", "https://data.example").unwrap_err().contains("`id` must be"), "{id}");
    }
    let kind = source("a", "cakn", "https://data.example").unwrap_err();
    assert!(kind.contains("unknown kind `cakn`, did you mean `ckan`?; the kinds are ckan, "), "{kind}");
    assert!(source("a", "imsma", "file:export.xml").unwrap_err().contains("`organisation` must name"));
    for url in ["ftp://data.example", "data.example", "", "file:", "file://server/share/x", "javascript:alert(1)"] {
        assert!(source("a", "ckan", url).unwrap_err().contains("`url`"), "{url}");
    }
    assert!(source("a", "ckan", "file:dump.jsonl").is_ok());
    assert!(source("a", "ckan", "file:///srv/dump.jsonl").is_ok());
}

#[test]
fn settings_of_a_kind_are_for_that_kind() {
    let of_others = [
        "[csw]\nversion = \"3.0\"",
        "[oai_pmh]\nset = \"a\"",
        "[dataverse]\nwhole_datasets = true",
        "[web]\ninclude = [\"/a\"]",
    ];
    for settings in of_others {
        let refused = read(&format!("{PORTAL}{settings}\n")).unwrap_err();
        assert!(refused.contains("is for sources of kind "), "{settings}: {refused}");
    }
    let own = PORTAL.replace("\"ckan\"", "\"dataverse\"");
    assert!(read(&format!("{own}[dataverse]\nwhole_datasets = true\n")).unwrap().dataverse.whole_datasets);
    assert!(!read(&own).unwrap().dataverse.whole_datasets);
}

#[test]
fn pages_are_chosen_by_patterns_of_paths() {
    let site =
        |patterns: &str| read(&format!("{}[web]\ninclude = {patterns}\n", PORTAL.replace("\"ckan\"", "\"web\"")));
    assert_eq!(site(r#"["/dataset/*", "/*.html$"]"#).unwrap().web.include.len(), 2);
    for pattern in ["dataset", "", "/a b", "/a\\nAllow: /"] {
        let refused = site(&format!("[\"{pattern}\"]")).unwrap_err();
        assert!(refused.contains("is no pattern: write a path from / on"), "{pattern}: {refused}");
    }
}

#[test]
fn the_address_prints_without_its_credentials() {
    let text = PORTAL.replace("https://data.example", "https://data.example/?token=canary");
    let source = read(&text).unwrap();
    assert_eq!(source.display_url(), "https://data.example/?token=***");
    let printed = format!("{source:?} {:?} {}", source.portal_root(), source.reading_key());
    assert!(!printed.contains("canary"), "{printed}");
    for user in ["user:canary@", "canary@", ":canary@"] {
        let refused = read(&PORTAL.replace("https://", &format!("https://{user}"))).unwrap_err();
        assert!(refused.contains("`url` holds a user name or a password") && !refused.contains("canary"), "{refused}");
    }
    let broken = read(&text.replace("ckan", "ckann")).unwrap_err();
    assert!(!broken.contains("canary"), "{broken}");
}

#[test]
fn the_root_of_a_portal_is_found_in_whatever_address_was_pasted() {
    let root = |url: &str| read(&PORTAL.replace("https://data.example", url)).unwrap().portal_root();
    for url in [
        "https://data.example",
        "https://data.example/",
        "https://data.example/api/3/action/package_search?q=x",
        "https://data.example/api/3",
        "https://data.example/api",
    ] {
        assert_eq!(root(url).as_deref(), Some("https://data.example"), "{url}");
    }
    assert_eq!(root("https://data.example/catalogue/").as_deref(), Some("https://data.example/catalogue"));
    assert_eq!(root("https://data.example/dumps/all.jsonl.gz"), None);
    assert_eq!(root("file:dump.json"), None);
    let dump =
        format!("{}portal = \"https://data.example/\"\n", PORTAL.replace("https://data.example", "file:dump.json"));
    assert_eq!(read(&dump).unwrap().portal_root().as_deref(), Some("https://data.example"));
}

#[test]
fn what_decides_how_records_are_read_changes_the_reading_key_and_nothing_else_does() {
    let key = |lines: &str| read(&format!("{PORTAL}{lines}\n")).unwrap().reading_key();
    assert_eq!(key(""), key("enabled = false\nschedule = \"6h\"\n[limits]\npage_size = 5"));
    assert_ne!(key(""), key("organisation = \"Example\""));
    assert_ne!(key(""), key("[credentials]\ntoken_env = \"TOKEN\""), "it tells who asked");
    assert_ne!(key(""), key("[terms]\nsharing = \"public\""));
}

#[test]
fn variables_of_studies_are_asked_of_nada_libraries_alone() {
    let with = |kind: &str| {
        let source = PORTAL.replace("\"ckan\"", &format!("\"{kind}\""));
        read(&format!("{source}[nada]\nvariables = true\n")).map(|source| source.nada.variables)
    };
    assert!(with("nada").unwrap());
    assert!(with("ckan").unwrap_err().contains("[nada] is for sources of kind nada"));
}

#[test]
fn what_a_host_allows_one_caller_is_shared_by_the_sources_that_ask_it() {
    let budgets = |path: &str, limits: &str| {
        let text = format!(
            "id = \"{path}\"\nkind = \"reliefweb\"\nurl = \"https://api.reliefweb.int/v2/{path}\"\n\
             [parameters]\nappname = \"desk\"\n[limits]\n{limits}"
        );
        SourceConfig::from_toml(&text, Path::new(".")).unwrap().budgets()
    };
    let shared = ("reliefweb api.reliefweb.int".to_owned(), 1000);
    assert_eq!(budgets("reports", ""), budgets("disasters", ""));
    assert_eq!(budgets("reports", "").first(), Some(&shared));
    // What a source says itself is its own, and counts with the others all the same.
    let own = budgets("reports", "requests_per_day = 3\n");
    assert_eq!(own, [("reports".to_owned(), 3), (shared.0, u64::MAX)]);
    let text = "id = \"a\"\nkind = \"ckan\"\nurl = \"https://a.example\"\n";
    assert_eq!(SourceConfig::from_toml(text, Path::new(".")).unwrap().budgets(), []);
}

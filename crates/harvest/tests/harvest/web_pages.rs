//! Sites whose pages describe datasets: their robots.txt, their sitemaps, and what becomes of each page.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, Mutex};

use crate::portal::{Run, first_run, run, run_pages};
use crate::site::{Site, Whole};
use cairn_harvest::kinds::ConnectContext;
use cairn_harvest::{EndProof, HarvestError, Payload, RawFormat, SourceConfig, payload};

/// A site whose files a test changes between runs.
pub(crate) struct WebSite {
    site: Site,
    files: Files,
}

type Files = Arc<Mutex<HashMap<String, File>>>;

#[derive(Clone)]
pub(crate) struct File {
    status: u16,
    body: Vec<u8>,
    field: Option<String>,
}

impl From<&str> for File {
    fn from(body: &str) -> Self {
        Self { status: 200, body: body.as_bytes().to_vec(), field: None }
    }
}

impl From<String> for File {
    fn from(body: String) -> Self {
        body.as_str().into()
    }
}

impl From<u16> for File {
    fn from(status: u16) -> Self {
        Self { status, body: Vec::new(), field: None }
    }
}

impl File {
    /// An answer with this status and one field.
    pub(crate) fn with_field(status: u16, field: &str) -> Self {
        Self { field: Some(field.to_owned()), ..status.into() }
    }
}

impl WebSite {
    /// A site without files.
    async fn start() -> Self {
        let files: Files = Arc::default();
        let held = Arc::clone(&files);
        let site = Site::start_whole(move |asked| {
            let Some(file) = held.lock().unwrap().get(&asked.target).cloned() else {
                return Whole { status: 404, fields: Vec::new(), body: Vec::new() };
            };
            let is_known = |tag: &String| file.field.as_ref().is_some_and(|field| field.ends_with(tag.as_str()));
            if asked.if_none_match.as_ref().is_some_and(is_known) {
                return Whole { status: 304, fields: Vec::new(), body: Vec::new() };
            }
            Whole { status: file.status, fields: file.field.into_iter().collect(), body: file.body }
        })
        .await;
        Self { site, files }
    }

    /// A site with a sitemap of these pages, each with one dataset of the name of its path.
    pub(crate) async fn with_pages(paths: &[&str]) -> Self {
        let site = Self::start().await;
        site.put("/sitemap.xml", sitemap(paths));
        for path in paths {
            site.put(path, dataset_page(path));
        }
        site
    }

    pub(crate) fn put(&self, path: &str, file: impl Into<File>) {
        let file = file.into();
        // `$SITE` in a text is where the site is.
        let text = String::from_utf8(file.body.clone()).map(|text| text.replace("$SITE", &self.root()));
        let body = text.map_or(file.body.clone(), String::into_bytes);
        self.files.lock().unwrap().insert(path.to_owned(), File { body, ..file });
    }

    fn put_with(&self, path: &str, body: &str, field: &str) {
        self.put(path, File { field: Some(field.to_owned()), ..File::from(body) });
    }

    pub(crate) fn root(&self) -> String {
        format!("http://127.0.0.1:{}", self.site.port)
    }

    pub(crate) fn source(&self, path: &str, lines: &str) -> SourceConfig {
        let text = format!(
            "id = \"site\"\nkind = \"web\"\nurl = \"{}{path}\"\nallow_private = true\n{lines}\n[limits]\nrequests_per_second = 0\nmax_bytes = 100000\n",
            self.root()
        );
        SourceConfig::from_toml(&text, std::path::Path::new(".")).unwrap()
    }

    pub(crate) async fn harvest(&self) -> Run {
        run(&self.source("/", ""), first_run()).await
    }

    /// What was asked since the last time, in order.
    pub(crate) fn asked(&self, since: usize) -> Vec<String> {
        self.site.asked().split_off(since)
    }
}

fn sitemap(paths: &[&str]) -> String {
    let entries: Vec<String> = paths
        .iter()
        .map(|path| match path.split_once(' ') {
            Some((path, modified)) => format!("<url><loc>$SITE{path}</loc><lastmod>{modified}</lastmod></url>"),
            None if path.starts_with("http") => format!("<url><loc>{path}</loc></url>"),
            None => format!("<url><loc>$SITE{path}</loc></url>"),
        })
        .collect();
    format!("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{}</urlset>", entries.concat())
}

pub(crate) fn index(paths: &[&str]) -> String {
    let entries: Vec<String> = paths.iter().map(|path| format!("<sitemap><loc>$SITE{path}</loc></sitemap>")).collect();
    format!("<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{}</sitemapindex>", entries.concat())
}

fn page(block: &str) -> String {
    format!(
        "<!DOCTYPE html><title>Data</title><script>var a = \"</\" + \"script>\";</script>\
         <script type=\"application/ld+json\">{block}</script><p>Words.</p>"
    )
}

pub(crate) fn dataset_page(name: &str) -> String {
    page(&format!(r#"{{"@context": "https://schema.org", "@type": "Dataset", "name": "{name}"}}"#))
}

/// Titles, as the payloads are read again.
fn titles(run: &Run, source: &SourceConfig) -> Vec<String> {
    let records = run.pages.iter().flat_map(|page| &page.records);
    let titles = records.map(|record| {
        let Payload::Raw { format, bytes } = &record.payload else { panic!("{:?}", record.payload) };
        assert_eq!(*format, RawFormat::SchemaOrg);
        let draft = payload::read(*format, bytes, source).unwrap().draft;
        assert_eq!(Some(&draft.source_record_id), record.source_record_id.as_ref(), "a replay finds the same record");
        draft.title.best("en").unwrap_or_default().to_owned()
    });
    titles.collect()
}

pub(crate) fn unnamed(run: &Run) -> u64 {
    run.pages.iter().map(|page| page.unnamed).sum()
}

fn codes(run: &Run) -> Vec<String> {
    run.problems().into_iter().map(|(code, _)| code).collect()
}

#[tokio::test]
async fn the_pages_of_a_sitemap_are_visited_and_each_dataset_is_a_record() {
    let site = WebSite::with_pages(&["/d/wells", "/d/roads", "/about"]).await;
    site.put("/about", "<!DOCTYPE html><title>About us</title>");
    let source = site.source("/", "");
    let run = run(&source, first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(titles(&run, &source), ["/d/roads", "/d/wells"]);
    assert_eq!(run.ids(), [format!("{}/d/roads", site.root()), format!("{}/d/wells", site.root())]);
    assert_eq!(codes(&run), Vec::<String>::new(), "a page without a dataset is no problem");
    assert_eq!(site.asked(0), ["/robots.txt", "/sitemap.xml", "/about", "/d/roads", "/d/wells"]);
}

#[tokio::test]
async fn one_page_and_one_sitemap_are_sources_too_and_a_page_without_datasets_is_told() {
    let site = WebSite::with_pages(&["/d/wells"]).await;
    site.put("/maps/sitemap-2.xml", sitemap(&["/d/wells"]));
    site.put("/empty", "<!DOCTYPE html><title>Nothing</title>");
    for path in ["/d/wells", "/maps/sitemap-2.xml", "/robots.txt"] {
        let run = run(&site.source(path, ""), first_run()).await;
        assert!(run.is_proven(), "{path}: {}", run.lack());
        assert_eq!(run.ids().len(), 1, "{path}");
    }
    let told = run(&site.source("/empty", ""), first_run()).await.lack();
    assert!(told.contains("describes no dataset of schema.org"), "{told}");
    let bare = WebSite::start().await.harvest().await.lack();
    assert!(bare.contains("names no sitemap in its robots.txt"), "{bare}");
}

#[tokio::test]
async fn robots_txt_is_obeyed_for_our_name_and_for_everyone() {
    let site = WebSite::with_pages(&["/d/a", "/d/b", "/private/c"]).await;
    site.put("/robots.txt", "User-agent: *\nDisallow: /private/\n");
    let run = site.harvest().await;
    assert!(run.is_proven() && run.ids().len() == 2, "{}", run.lack());
    site.put("/robots.txt", "User-agent: *\nDisallow: /\n\nUser-agent: Cairn\nAllow: /d/a$\nDisallow: /d/\n");
    let own = site.harvest().await;
    assert_eq!(own.ids(), [format!("{}/d/a", site.root()), format!("{}/private/c", site.root())]);

    let before = site.asked(0).len();
    site.put("/robots.txt", "User-agent: cairn\nDisallow: /\n");
    let closed = site.harvest().await;
    assert!(closed.lack().contains("lets no robot in"), "{}", closed.lack());
    assert_eq!(site.asked(before), ["/robots.txt"]);
}

#[tokio::test]
async fn where_robots_txt_cannot_be_had_nothing_else_is_asked() {
    for status in [500, 503, 429] {
        let site = WebSite::with_pages(&["/d/a"]).await;
        site.put("/robots.txt", status);
        let run = site.harvest().await;
        assert!(matches!(&run.end, Err(HarvestError::Unreachable { .. })), "{status}: {:?}", run.end);
        assert!(run.lack().contains("without its robots.txt"), "{}", run.lack());
        assert!(site.asked(0).iter().all(|target| target == "/robots.txt"), "{:?}", site.asked(0));
    }
    for status in [401, 403, 404, 410] {
        let site = WebSite::with_pages(&["/d/a"]).await;
        site.put("/robots.txt", status);
        assert_eq!(site.harvest().await.ids().len(), 1, "{status}: a site without rules allows everything");
    }
}

#[tokio::test]
async fn a_robots_txt_of_any_size_counts_as_far_as_500_kib() {
    let site = WebSite::with_pages(&["/d/a", "/d/b", "/d/c"]).await;
    let filler = "# nothing\n".repeat(60_000);
    site.put("/robots.txt", format!("User-agent: *\nDisallow: /d/a\n{filler}Disallow: /d/b\n"));
    let text = format!(
        "id = \"site\"\nkind = \"web\"\nurl = \"{}\"\nallow_private = true\n[limits]\nrequests_per_second = 0\n",
        site.root()
    );
    let source = SourceConfig::from_toml(&text, std::path::Path::new(".")).unwrap();
    assert_eq!(run(&source, first_run()).await.ids().len(), 2);
}

#[tokio::test]
async fn sitemaps_that_robots_txt_names_are_followed_into_their_indexes_packed_or_not() {
    let site = WebSite::start().await;
    site.put("/robots.txt", "User-agent: *\nDisallow:\nSitemap: $SITE/index.xml\nSitemap: $SITE/list.txt\n");
    site.put("/index.xml", index(&["/one.xml.gz", "/two.xml", "/index.xml"]));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(sitemap(&["/d/a"]).replace("$SITE", &site.root()).as_bytes()).unwrap();
    site.put("/one.xml.gz", File { body: gzip.finish().unwrap(), ..File::from("") });
    site.put("/two.xml", sitemap(&["/d/b", "/d/a", "http://elsewhere.example/d/x"]));
    site.put("/list.txt", "$SITE/d/c\n");
    for path in ["/d/a", "/d/b", "/d/c"] {
        site.put(path, dataset_page(path));
    }
    let run = site.harvest().await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(run.ids().len(), 3);
    assert_eq!(codes(&run), ["other-site"], "that another site was not visited is said, once");
    assert_eq!(site.asked(0).iter().filter(|target| *target == "/index.xml").count(), 1, "it names itself");
}

#[tokio::test]
async fn indexes_without_end_are_left_and_nothing_is_taken_for_gone() {
    let site = WebSite::start().await;
    site.put("/sitemap.xml", index(&["/2.xml"]));
    site.put("/2.xml", index(&["/3.xml", "/pages.xml"]));
    site.put("/3.xml", index(&["/4.xml"]));
    site.put("/pages.xml", sitemap(&["/d/a"]));
    site.put("/d/a", dataset_page("a"));
    let run = site.harvest().await;
    assert_eq!(run.ids().len(), 1);
    assert!(run.lack().contains("more than 3 deep"), "{}", run.lack());
    assert!(!site.asked(0).contains(&"/4.xml".to_owned()));
}

#[tokio::test]
async fn a_sitemap_or_page_that_cannot_be_had_for_now_costs_the_proof_and_nothing_else() {
    let site = WebSite::with_pages(&["/d/a", "/d/b", "/d/gone"]).await;
    site.put("/robots.txt", "Sitemap: $SITE/sitemap.xml\nSitemap: $SITE/more.xml\n");
    site.put("/more.xml", 404);
    let partial = site.harvest().await;
    assert_eq!((partial.ids().len(), codes(&partial)), (3, vec!["unreadable-sitemap".to_owned()]));
    assert!(matches!(&partial.end, Ok(EndProof::Missing(_))), "{:?}", partial.end);

    site.put("/robots.txt", "Sitemap: $SITE/sitemap.xml\n");
    site.put("/d/gone", 410);
    let gone = site.harvest().await;
    assert!(gone.is_proven() && codes(&gone).is_empty() && gone.ids().len() == 2, "{}", gone.lack());

    site.put("/d/a", 500);
    let down = site.harvest().await;
    assert_eq!((down.ids().len(), codes(&down)), (1, vec!["unreadable-page".to_owned()]));
    assert!(down.lack().contains("/d/a"), "{}", down.lack());
    assert_eq!(down.state, None);

    site.put("/d/a", 403);
    let refused = site.harvest().await;
    assert!(refused.is_proven() && unnamed(&refused) == 1, "{}", refused.lack());
}

#[tokio::test]
async fn pages_that_ask_to_be_left_out_are_and_so_is_where_they_send_us() {
    let site = WebSite::with_pages(&["/d/a", "/d/meta", "/d/header", "/d/away", "/d/inside"]).await;
    site.put("/robots.txt", "User-agent: *\nDisallow: /secret\n");
    site.put("/d/meta", format!("<meta name=robots content='noindex, follow'>{}", dataset_page("meta")));
    site.put_with("/d/header", &dataset_page("header"), "X-Robots-Tag: noindex");
    let other = WebSite::with_pages(&["/d/other"]).await;
    site.put(
        "/d/away",
        File { status: 302, body: Vec::new(), field: Some(format!("Location: {}/d/other", other.root())) },
    );
    site.put("/d/inside", File { status: 302, body: Vec::new(), field: Some("Location: /secret".to_owned()) });
    site.put("/secret", dataset_page("secret"));
    let run = site.harvest().await;
    assert!(run.is_proven() && codes(&run).is_empty(), "{} {:?}", run.lack(), run.problems());
    assert_eq!(run.ids(), [format!("{}/d/a", site.root())]);
}

#[tokio::test]
async fn a_dataset_of_several_pages_is_one_record_and_its_own_page_describes_it_best() {
    let site = WebSite::with_pages(&["/catalog", "/d/a", "/d/a-copy", "/d/b", "/x/b"]).await;
    site.put(
        "/catalog",
        page(
            r#"{"@type": "DataCatalog", "name": "All", "dataset": [
                {"@type": "Dataset", "name": "A in short", "@id": "$SITE/d/a#data", "url": "$SITE/d/a"},
                {"@type": "Dataset", "name": "B in short", "identifier": "10.1234/b", "url": "$SITE/d/b"},
                {"@type": "Dataset", "name": "Only here", "identifier": "only", "url": "$SITE/d/lost"}]}"#,
        ),
    );
    site.put("/sitemap.xml", sitemap(&["/catalog", "/d/a", "/d/a-copy", "/d/b", "/d/lost", "/x/b"]));
    let whole =
        r#"{"@type": "Dataset", "name": "A as a whole", "@id": "$SITE/d/a#data", "identifier": "doi:10.1234/a"}"#;
    site.put("/d/a", page(whole));
    site.put(
        "/d/a-copy",
        page(r#"{"@type": "Dataset", "name": "A by its identifier", "identifier": "doi:10.1234/a"}"#),
    );
    site.put("/d/b", page(r#"{"@type": "Dataset", "name": "B as a whole", "identifier": "10.1234/b"}"#));
    site.put(
        "/x/b",
        format!("<link rel=canonical href='$SITE/d/b'>{}", page(r#"{"@type": "Dataset", "name": "B again"}"#)),
    );
    site.put("/d/lost", "<!DOCTYPE html><title>Moved</title>");
    let source = site.source("/", "");
    let first = run(&source, first_run()).await;
    assert!(first.is_proven(), "{}", first.lack());
    assert_eq!(titles(&first, &source), ["A as a whole", "B as a whole", "Only here"]);
    assert_eq!(codes(&first), Vec::<String>::new(), "that a dataset stands on two pages is no problem");

    let context = ConnectContext { previous_state: first.state.clone(), ..first_run() };
    let again = run(&source, context).await;
    assert_eq!(titles(&again, &source), titles(&first, &source));
}

#[tokio::test]
async fn a_page_that_is_broken_or_hostile_costs_itself_alone() {
    let site = WebSite::with_pages(&["/d/a", "/d/broken", "/d/deep", "/d/huge", "/d/pdf", "/d/script", "/d/z"]).await;
    site.put("/d/broken", page(r#"{"@type": "Dataset", "name": "cut"#));
    site.put("/d/deep", page(&format!(r#"{{"@type": "Dataset", "name": {}"#, "[".repeat(50_000))));
    site.put("/d/huge", page(&format!(r#"{{"@type": "Dataset", "name": "{}"}}"#, "x".repeat(200_000))));
    site.put("/d/pdf", File { body: b"%PDF-1.7\n\xff\xfe\x00Dataset".to_vec(), ..File::from("") });
    site.put(
        "/d/script",
        page(r#"{"@type": "Dataset", "name": "</script><script>alert(1)</script>", "url": "javascript:alert(1)"}"#),
    );
    let source = site.source("/", "");
    let run = run(&source, first_run()).await;
    assert!(run.is_proven(), "{}", run.lack());
    assert_eq!(titles(&run, &source), ["/d/a", "/d/z"]);
    assert_eq!(codes(&run), ["broken-json", "broken-json", "unreadable-page", "broken-json"]);
    assert_eq!(unnamed(&run), 4, "nothing may be called missing");
}

#[tokio::test]
async fn a_later_run_visits_what_changed_and_a_sweep_asks_all_pages_whether_they_did() {
    let site = WebSite::with_pages(&["/d/a", "/d/b", "/d/c"]).await;
    site.put("/sitemap.xml", sitemap(&["/d/a 2026-05-01", "/d/b 2026-05-01", "/d/c"]));
    for path in ["/d/a", "/d/c"] {
        site.put_with(path, &dataset_page(path), "ETag: \"1\"");
    }
    let source = site.source("/", "");
    let first = run(&source, first_run()).await;
    let later =
        |state: &Option<String>| ConnectContext { previous_state: state.clone(), changes_only: true, ..first_run() };
    let mut before = site.asked(0).len();
    let quiet = run(&source, later(&first.state)).await;
    assert!(matches!(quiet.end, Ok(EndProof::Changes)), "{}", quiet.lack());
    assert!(quiet.ids().is_empty());
    assert_eq!(site.asked(before), ["/robots.txt", "/sitemap.xml", "/d/c"], "only what says nothing of its changes");

    site.put("/sitemap.xml", sitemap(&["/d/a 2026-05-01", "/d/b 2026-06-01", "/d/c"]));
    site.put("/d/b", dataset_page("changed"));
    let changed = run(&source, later(&quiet.state)).await;
    assert_eq!(titles(&changed, &source), ["changed"]);

    before = site.asked(0).len();
    let sweep = run(&source, ConnectContext { changes_only: false, ..later(&changed.state) }).await;
    assert!(sweep.is_proven(), "{}", sweep.lack());
    assert_eq!(site.asked(before).len(), 5, "all are asked");
    assert_eq!(titles(&sweep, &source), ["changed"], "and the two that know what changed say that they did not");
    let listed = ["/d/a", "/d/c"].map(|path| format!("{}{path}", site.root()));
    let unchanged: Vec<&String> = sweep.pages.iter().flat_map(|page| &page.unchanged).collect();
    assert_eq!(unchanged, listed.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_page_that_changes_twice_on_a_day_is_read_twice() {
    let site = WebSite::with_pages(&["/d/a"]).await;
    let noon =
        |day: &str| site.put_with("/sitemap.xml", &sitemap(&["/d/a 2026-05-31"]), &format!("Date: {day} 12:00:00 GMT"));
    let source = site.source("/", "");
    let later =
        |state: &Option<String>| ConnectContext { previous_state: state.clone(), changes_only: true, ..first_run() };
    noon("Sun, 31 May 2026");
    let first = run(&source, first_run()).await;
    site.put("/d/a", dataset_page("again"));
    noon("Mon, 01 Jun 2026");
    let again = run(&source, later(&first.state)).await;
    assert_eq!(titles(&again, &source), ["again"], "what the sitemap says of it is the same");
    site.put("/d/a", dataset_page("in the evening"));
    noon("Tue, 02 Jun 2026");
    let settled = run(&source, later(&again.state)).await;
    assert_eq!(titles(&settled, &source), ["in the evening"]);
    let quiet = run(&source, later(&settled.state)).await;
    assert!(matches!(quiet.end, Ok(EndProof::Changes)) && quiet.ids().is_empty(), "{}", quiet.lack());
}

#[tokio::test]
async fn a_page_that_breaks_later_still_counts_what_it_described() {
    let site = WebSite::with_pages(&["/d/a", "/d/b"]).await;
    let source = site.source("/", "");
    let first = run(&source, first_run()).await;
    site.put("/d/a", page(r#"{"@type": "Dataset", "na"#));
    let context = ConnectContext { previous_state: first.state, ..first_run() };
    let broken = run(&source, context).await;
    assert!(broken.is_proven(), "{}", broken.lack());
    assert_eq!((broken.also_listed(), unnamed(&broken)), (vec![format!("{}/d/a", site.root())], 0));
}

#[tokio::test]
async fn a_run_that_was_killed_goes_on_behind_its_last_page() {
    let paths: Vec<String> = (100..150).map(|number| format!("/d/{number}")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let site = WebSite::with_pages(&paths).await;
    site.put("/robots.txt", "User-agent: *\nDisallow:\n");
    let source = site.source("/", "");
    let killed = run_pages(&source, first_run(), 1).await;
    assert_eq!(killed.ids().len(), 20);
    let resume = killed.pages.last().unwrap().checkpoint.clone();
    assert!(resume.is_some());

    let before = site.asked(0).len();
    let rest = run(&source, ConnectContext { resume: resume.clone(), ..first_run() }).await;
    assert!(rest.is_proven() && rest.pages[0].goes_on, "{}", rest.lack());
    assert_eq!((rest.ids().len(), site.asked(before).len()), (30, 32));

    // What lies before the checkpoint is another listing by now.
    site.put("/sitemap.xml", sitemap(&paths[1..]));
    let anew = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert!(anew.is_proven() && !anew.pages[0].goes_on);
    assert_eq!(anew.ids().len(), 49);
}

#[tokio::test]
async fn what_was_left_to_a_page_behind_the_checkpoint_is_not_forgotten() {
    let others: Vec<String> = (100..130).map(|number| format!("/d/{number}")).collect();
    let mut paths: Vec<&str> = others.iter().map(String::as_str).collect();
    paths.extend(["/catalog", "/x/lost"]);
    let site = WebSite::with_pages(&paths).await;
    site.put("/catalog", page(r#"{"@type": "DataCatalog", "dataset": [{"@type": "Dataset", "name": "Only here", "url": "$SITE/x/lost"}]}"#));
    site.put("/x/lost", "<!DOCTYPE html>");
    let source = site.source("/", "");
    let killed = run_pages(&source, first_run(), 1).await;
    let resume = killed.pages[0].checkpoint.clone();
    let rest = run(&source, ConnectContext { resume, ..first_run() }).await;
    assert!(rest.is_proven(), "{}", rest.lack());
    assert!(rest.ids().contains(&format!("{}/x/lost", site.root())), "{:?}", rest.ids());
}

#[tokio::test]
async fn only_the_pages_that_a_source_wants_are_visited_as_many_as_it_may() {
    let site = WebSite::with_pages(&["/d/a", "/d/b", "/news/1"]).await;
    let wanted = run(&site.source("/", "[web]\ninclude = [\"/d/*\"]"), first_run()).await;
    assert!(wanted.is_proven() && wanted.ids().len() == 2, "{}", wanted.lack());
    assert!(!site.asked(0).contains(&"/news/1".to_owned()));
    let text = format!(
        "id = \"site\"\nkind = \"web\"\nurl = \"{}\"\nallow_private = true\n[limits]\nrequests_per_second = 0\nmax_pages = 2\n",
        site.root()
    );
    let few = run(&SourceConfig::from_toml(&text, std::path::Path::new(".")).unwrap(), first_run()).await;
    assert_eq!((few.ids().len(), few.lack().as_str()), (2, "the limit of 2 pages was reached"));
}

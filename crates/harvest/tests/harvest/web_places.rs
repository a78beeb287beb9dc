//! Sites that refuse their pages or ask to wait, and where the next run goes on.

use crate::portal::{Run, first_run, run, run_pages};
use crate::web_pages::{File, WebSite, dataset_page, index, unnamed};
use cairn_harvest::kinds::ConnectContext;
use cairn_harvest::{EndProof, HarvestError};

/// A site of so many pages, from `/d/100` on.
async fn site_of(pages: usize) -> WebSite {
    let paths: Vec<String> = (100..100 + pages).map(|number| format!("/d/{number}")).collect();
    WebSite::with_pages(&paths.iter().map(String::as_str).collect::<Vec<_>>()).await
}

/// A run that goes on where another one stopped.
async fn go_on(site: &WebSite, stopped: &Run) -> Run {
    let resume = stopped.pages.last().unwrap().checkpoint.clone();
    assert!(resume.is_some(), "it left a place");
    let rest = run(&site.source("/", ""), ConnectContext { resume, ..first_run() }).await;
    assert!(rest.pages[0].goes_on);
    rest
}

fn leaves_no_place(run: &Run) -> bool {
    run.pages.last().unwrap().checkpoint.is_none()
}

#[tokio::test]
async fn a_site_that_fails_again_and_again_is_left_alone() {
    let site = site_of(30).await;
    (102..130).for_each(|number| site.put(&format!("/d/{number}"), 500));
    let run = site.harvest().await;
    assert_eq!(run.ids().len(), 2);
    assert!(matches!(&run.end, Ok(EndProof::Missing(_))));
    assert!(!site.asked(0).contains(&"/d/107".to_owned()), "five in a row are enough");
    let again = go_on(&site, &run).await;
    assert!(again.ids().is_empty() && leaves_no_place(&again), "it came no further: the next run begins anew");
}

#[tokio::test]
async fn a_site_that_refuses_all_its_pages_is_not_complete_and_is_soon_left_alone() {
    for (pages, asked) in [(3, 3), (40, 25)] {
        let site = site_of(pages).await;
        (100..100 + pages).for_each(|number| site.put(&format!("/d/{number}"), 403));
        let run = site.harvest().await;
        assert!(matches!(&run.end, Ok(EndProof::Missing(_))), "{pages}: {:?}", run.end);
        assert_eq!((run.ids().len(), site.asked(0).len()), (0, 2 + asked), "{pages}");
        assert!(leaves_no_place(&run), "{pages}");
    }
}

#[tokio::test]
async fn a_site_that_refuses_page_after_page_is_read_to_its_end_and_does_not_prove_it() {
    let site = site_of(27).await;
    (101..126).for_each(|number| site.put(&format!("/d/{number}"), 403));
    let run = site.harvest().await;
    assert_eq!((run.ids().len(), unnamed(&run)), (2, 25));
    assert!(!run.is_proven() && run.lack().contains("403"), "{}", run.lack());
    assert!(leaves_no_place(&run), "the next run asks for all of them again");
    site.put("/d/110", dataset_page("open"));
    assert!(site.harvest().await.is_proven());
}

#[tokio::test]
async fn a_page_that_is_refused_does_not_take_the_place_behind_it_away() {
    let site = site_of(50).await;
    let source = site.source("/", "");
    let known = run(&source, first_run()).await;
    site.put("/d/103", 403);
    for previous_state in [None, known.state.clone()] {
        let is_known = previous_state.is_some();
        let killed = run_pages(&source, ConnectContext { previous_state, ..first_run() }, 1).await;
        assert_eq!(unnamed(&killed), u64::from(!is_known));
        let before = site.asked(0).len();
        let rest = go_on(&site, &killed).await;
        assert!(rest.is_proven(), "{}", rest.lack());
        assert_eq!((rest.ids().len(), site.asked(before).len()), (30, 32), "what came before is not asked again");
        let still_there = if is_known { vec![format!("{}/d/103", site.root())] } else { Vec::new() };
        assert_eq!(rest.also_listed(), still_there, "it is not missing");
    }
}

#[tokio::test]
async fn a_page_that_could_not_be_had_for_now_costs_the_proof_of_the_run_that_goes_on_behind_it() {
    let site = site_of(50).await;
    site.put("/d/103", 500);
    let killed = run_pages(&site.source("/", ""), first_run(), 1).await;
    let rest = go_on(&site, &killed).await;
    assert_eq!(rest.ids().len(), 30);
    assert!(!rest.is_proven() && rest.lack().contains("500"), "{}", rest.lack());
    assert!(leaves_no_place(&rest), "the next run looks at that page again");
}

#[tokio::test]
async fn a_site_that_asks_to_wait_is_asked_for_the_same_page_later() {
    let later = File::with_field(429, "Retry-After: 3600");
    for wait in [File::from(429), later] {
        let site = site_of(50).await;
        site.put("/d/130", wait);
        let stopped = site.harvest().await;
        assert!(matches!(&stopped.end, Err(HarvestError::Unreachable { .. })), "{:?}", stopped.end);
        assert_eq!((stopped.ids().len(), unnamed(&stopped)), (30, 0));
        assert!(!site.asked(0).contains(&"/d/131".to_owned()), "nothing else is asked for");
        site.put("/d/130", dataset_page("again"));
        let rest = go_on(&site, &stopped).await;
        assert!(rest.is_proven() && rest.ids().len() == 20, "{}", rest.lack());
    }
}

#[tokio::test]
async fn a_host_that_asks_to_wait_or_fails_is_not_asked_for_all_its_sitemaps() {
    let later = File::with_field(503, "Retry-After: 3600");
    for (answer, asked) in [(later, 1), (File::from(500), 5)] {
        let site = WebSite::with_pages(&[]).await;
        let paths: Vec<String> = (100..120).map(|number| format!("/maps/{number}.xml")).collect();
        site.put("/sitemap.xml", index(&paths.iter().map(String::as_str).collect::<Vec<_>>()));
        for path in &paths {
            site.put(path, answer.clone());
        }
        let run = site.harvest().await;
        assert!(!run.is_proven());
        let maps = paths.iter().filter(|path| site.asked(0).contains(path)).count();
        assert_eq!(maps, asked, "{}", run.lack());
    }
}

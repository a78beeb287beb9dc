//! `robots.txt` (RFC 9309): what a site lets us ask for, how fast, and which sitemaps it names.

use std::time::Duration;

use cairn_fetch::{FetchError, Fetched, PRODUCT_TOKEN, SafeUrl, Url, Validators};
use robotxt::Robots;

use crate::HarvestError;
use crate::server::{Server, Setback, read_answer};

/// The longest delay between two requests that is kept: with a longer one no site would be read to its end.
const LONGEST_DELAY: Duration = Duration::from_secs(30);

/// Asks the site of an address for its rules. A site that has none (400 to 499) allows everything (§2.3.1.3).
///
/// # Errors
/// When it cannot be known what is allowed (§2.3.1.4): then nothing else may be asked.
pub(super) async fn ask(server: &Server, of: &Url) -> Result<Robots, HarvestError> {
    let mut url = of.clone();
    url.set_path("/robots.txt");
    url.set_query(None);
    url.set_fragment(None);
    let unknown = |reason: String, wait: Option<Duration>| HarvestError::Unreachable {
        url: SafeUrl::new(&url).to_string(),
        reason: format!("without its robots.txt nothing else may be asked ({reason})"),
        wait,
    };
    match server.get(url.clone(), "text/plain", Validators::default(), None).await {
        Ok(Fetched::Fresh(answer)) => {
            // The first 500 KiB of it count (§2.5).
            let read = read_answer(answer, |body| Ok(Robots::parse(body, PRODUCT_TOKEN))).await;
            read.map_err(Setback::into_error)
        }
        Ok(Fetched::NotModified) => Err(unknown("it answers 304 to a question without conditions".to_owned(), None)),
        // Too many requests (429) says nothing of the rules.
        Err(error) if error.is_temporary() => {
            let reason = error.to_string();
            Err(unknown(reason, HarvestError::from(error).wait()))
        }
        Err(FetchError::Status { status: 400..=499, .. }) => Ok(Robots::allow_all()),
        Err(error) => Err(error.into()),
    }
}

/// The delay between two requests that rules ask for, as far as it is kept.
pub(super) fn delay(robots: &Robots) -> Duration {
    robots.crawl_delay().unwrap_or_default().min(LONGEST_DELAY)
}

/// Rules that let through what matches one of these patterns, which are written as in `robots.txt`; everything without any.
pub(super) fn patterns(include: &[String]) -> Robots {
    if include.is_empty() {
        return Robots::allow_all();
    }
    let allowed: Vec<String> = include.iter().map(|pattern| format!("Allow: {pattern}\n")).collect();
    Robots::parse(format!("User-agent: *\nDisallow: /\n{}", allowed.concat()).as_bytes(), PRODUCT_TOKEN)
}

/// Whether a text is a pattern of paths.
pub(super) fn is_pattern(text: &str) -> bool {
    text.starts_with('/') && !text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_kept_as_far_as_a_site_can_be_read_with_it() {
        let asked = |line: &str| delay(&Robots::parse(format!("User-agent: *\n{line}").as_bytes(), PRODUCT_TOKEN));
        assert_eq!(asked("Crawl-delay: 2.5"), Duration::from_millis(2500));
        assert_eq!(asked("Crawl-delay: 86400"), LONGEST_DELAY);
        for line in ["", "Crawl-delay: soon", "Crawl-delay: -1", "Crawl-delay: NaN"] {
            assert_eq!(asked(line), Duration::ZERO, "{line}");
        }
    }

    #[test]
    fn pages_are_chosen_by_patterns_as_in_robots_txt() {
        let chosen = patterns(&["/dataset/*".to_owned(), "/*.html$".to_owned()]);
        for (path, is_chosen) in [("/dataset/a?b=c", true), ("/x/y.html", true), ("/datasets", false), ("/", false)] {
            assert_eq!(chosen.is_allowed(path), is_chosen, "{path}");
        }
        assert!(patterns(&[]).is_allowed("/anything"));
        assert!(is_pattern("/dataset/*") && !is_pattern("dataset") && !is_pattern("/a\nAllow: /"));
    }
}

//! The words of a mail. It can be read on its way, so it says no more than anyone may know: that there is something, where it is
//! seen, and titles of records that everybody may see. What was harvested stands in it as text that leads nowhere.

use std::fmt::Write as _;

use cairn_model::DatasetId;

use super::About;

/// Titles that a mail tells.
const MOST_TITLES: usize = 20;

/// Characters of a title that a mail tells.
const LONGEST_TITLE: usize = 200;

/// A mail, but for whom it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) body: String,
}

/// What a mail about records tells.
pub(super) struct News {
    /// Whether there may be more than are counted.
    pub(super) is_more: bool,
    /// How many there are.
    pub(super) count: usize,
    /// Those that everybody may see, with their titles.
    pub(super) public: Vec<(DatasetId, String)>,
    /// Where all of them are seen, below the address of the server.
    pub(super) path: String,
}

impl Letter {
    /// A mail about records that are new for who follows something.
    pub(super) fn of_news(news: &News, public_url: &str) -> Self {
        let at_least = if news.is_more { "at least " } else { "" };
        let (records, are) = if news.count == 1 { ("record", "is") } else { ("records", "are") };
        let subject = format!("Cairn: {at_least}{} {records} new or changed", news.count);
        let mut body = format!(
            "There {are} {at_least}{} {records} new or changed for what you follow:\n{public_url}{}\n",
            news.count, news.path
        );
        for (id, title) in news.public.iter().take(MOST_TITLES) {
            let _ = write!(body, "\n\"{}\"\n{public_url}/dataset/{id}\n", shown(title));
        }
        let left = news.count - news.public.len().min(MOST_TITLES);
        if left > 0 {
            let _ = write!(body, "\n{left} more are seen there.\n");
        }
        Self { subject, body }
    }

    /// A mail about anything else.
    pub(super) fn of(about: About, subject: &str, public_url: &str) -> Self {
        let request = format!("{public_url}/request/{subject}");
        let concern = format!("{public_url}/concern/{subject}");
        let (heading, said, place) = match about {
            About::RequestSent => (
                "a request for access waits for you",
                "Somebody asks your organisation for access to data. An answer is due in two working days.",
                request,
            ),
            About::RequestWaits => (
                "a request for access still waits",
                "A request for access to data of your organisation has waited for two working days.",
                request,
            ),
            About::RequestForwarded => (
                "a request for access was handed to you",
                "Somebody who had a request for access before you hands it to you, so that you decide about it.",
                request,
            ),
            About::RequestAsked => (
                "you are asked something about your request",
                "The owner of the data asks something back before they decide about your request.",
                request,
            ),
            About::RequestGranted => {
                ("your request was granted", "The owner of the data granted your request for access.", request)
            }
            About::RequestRefused => (
                "your request was refused",
                "The owner of the data refused your request for access, or takes back what was granted.",
                request,
            ),
            About::GrantEnds => (
                "your access ends soon",
                "Access that you were granted ends within seven days. Ask again if you need it for longer.",
                request,
            ),
            About::ConcernRaised => {
                ("a concern was raised", "Somebody raised a concern that you can look into.", concern)
            }
            About::ConcernWaits => (
                "a concern waits for a first look",
                "Nobody has looked at a concern that you can look into, and that is due within a day.",
                concern,
            ),
            About::ConcernOverdue => (
                "a concern is overdue",
                "A concern that you can look into has waited for two working days, and nobody has looked at it.",
                concern,
            ),
            About::Records | About::More => (
                "there is more than is told one by one",
                "So much happened today that it is not told one by one any more. Look what waits for you.",
                format!("{public_url}/account"),
            ),
        };
        Self { subject: format!("Cairn: {heading}"), body: format!("{said}\n{place}\n") }
    }

    /// The same with how such mails are ended.
    pub(super) fn ended_at(self, unsubscribe: Option<&str>) -> Self {
        let Some(address) = unsubscribe else { return self };
        let body = format!("{}\n-- \nNo more mails of this kind: {address}\n", self.body);
        Self { body, ..self }
    }
}

/// A title as a mail shows it: in one line, without what turns its letters around, and without what becomes a link.
fn shown(title: &str) -> String {
    let is_hidden = |one: char| {
        one.is_control()
            || matches!(one, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let plain: String = title.chars().map(|one| if is_hidden(one) { ' ' } else { one }).collect();
    let words = plain.split_whitespace().map(without_link).collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(LONGEST_TITLE) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// A word that no mail program takes for an address: dots between letters and `:` before `//` get a space behind them.
fn without_link(word: &str) -> String {
    let mut apart = String::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(one) = letters.next() {
        apart.push(one);
        let next = letters.peek().copied().unwrap_or(' ');
        if one == ':' && next == '/' || one == '.' && next.is_alphabetic() || one == '@' {
            apart.push(' ');
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A49.
    #[test]
    fn a_hostile_title_stands_in_one_line_and_leads_nowhere() {
        assert_eq!(shown("Wells\r\nBcc: everyone@evil.example"), "Wells Bcc: everyone@ evil. example");
        assert_eq!(shown("Sign in at https://evil.example/x"), "Sign in at https: //evil. example/x");
        assert_eq!(shown("www.evil.example"), "www. evil. example");
        assert_eq!(shown("\u{202e}txt.exe\u{200b} <b>"), "txt. exe <b>");
        assert_eq!(shown("Wells 2.5 km"), "Wells 2.5 km");
        assert_eq!(shown(&"w".repeat(500)).chars().count(), LONGEST_TITLE + 1);
    }

    #[test]
    fn a_mail_counts_what_it_does_not_name() {
        let id = DatasetId::new("portal", "a");
        let news = News { is_more: false, count: 3, public: vec![(id, "Wells".to_owned())], path: "/x".to_owned() };
        let letter = Letter::of_news(&news, "https://cairn.example");
        assert_eq!(letter.subject, "Cairn: 3 records new or changed");
        assert_eq!(
            letter.body,
            format!(
                "There are 3 records new or changed for what you follow:\nhttps://cairn.example/x\n\n\"Wells\"\n\
                 https://cairn.example/dataset/{id}\n\n2 more are seen there.\n"
            )
        );
    }

    #[test]
    fn no_mail_but_one_about_records_says_what_it_is_about_in_words_of_people() {
        for about in About::ALL {
            let letter = Letter::of(about, "0190", "https://cairn.example").ended_at(Some("https://cairn.example/u"));
            assert!(
                letter.subject.starts_with("Cairn: ") && letter.body.contains("https://cairn.example/"),
                "{about:?}"
            );
        }
    }
}

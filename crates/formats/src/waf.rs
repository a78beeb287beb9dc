//! Web-accessible folders: the listings of Apache, nginx, IIS and their like, with their files and sub-folders.
//!
//! A listing is HTML that no standard describes: each entry is a link, with a date and a size before or behind it in the
//! same row. Links are given as they are written; whoever resolves them follows only those that lie in the folder.

use cairn_model::Problem;

use crate::html::{self, Piece, pieces};

/// Entries of one folder that are read.
const MOST_ENTRIES: usize = 200_000;

/// What a folder lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderListing {
    /// Files, in the order of the page.
    pub files: Vec<FolderEntry>,
    /// Folders in it.
    pub folders: Vec<FolderEntry>,
    /// Problems of the page.
    pub problems: Vec<Problem>,
}

/// A file or folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderEntry {
    /// The link as it is written.
    pub href: String,
    /// The date beside it, as it is written.
    pub modified: Option<String>,
    /// The size beside it, as it is written (`8958`, `35K`).
    pub size: Option<String>,
}

/// Reads the listing of a folder. `declared` is the encoding that the HTTP header states.
///
/// # Errors
/// A problem with `Severity::Error` when the page is no listing of a folder.
pub fn list_folder(bytes: &[u8], declared: Option<&str>) -> Result<FolderListing, Problem> {
    let decoded = html::decode(bytes, declared);
    let mut page = Page::default();
    for piece in pieces(&decoded.text) {
        page.take(&piece);
        if page.rows.len() > MOST_ENTRIES {
            break;
        }
    }
    page.end_row();
    if !page.is_listing() {
        return Err(Problem::error("not-a-folder-listing", "", "the page is no listing of a folder"));
    }
    let mut listing = FolderListing { problems: decoded.problems, ..FolderListing::default() };
    if page.rows.len() > MOST_ENTRIES {
        let message = format!("the folder has more than {MOST_ENTRIES} entries: the rest was left out");
        listing.problems.push(Problem::error("too-many-entries", "", message));
        page.rows.truncate(MOST_ENTRIES);
    }
    for row in page.rows {
        let Some((href, _)) = row.links.into_iter().find(|(href, name)| is_entry(href, name)) else { continue };
        let (modified, size) = date_and_size(&row.text);
        let path = href.split(['?', '#']).next().unwrap_or_default();
        let list = if path.ends_with('/') { &mut listing.folders } else { &mut listing.files };
        if !list.iter().rev().take(1).any(|known| known.href == href) {
            list.push(FolderEntry { href, modified, size });
        }
    }
    Ok(listing)
}

/// A page while it is read, row by row.
#[derive(Default)]
struct Page {
    rows: Vec<Row>,
    row: Row,
    /// The link that is open, and its text so far.
    link: Option<(String, String)>,
    /// In preformatted text the end of a line ends a row.
    preformatted: bool,
    /// Title and headings, and whether one of them is open.
    headings: String,
    in_heading: bool,
    has_parent: bool,
}

/// Links with their texts, and the text beside them.
#[derive(Default)]
struct Row {
    links: Vec<(String, String)>,
    text: String,
}

impl Page {
    fn take(&mut self, piece: &Piece) {
        match piece {
            Piece::Start { name, .. } => match name.as_str() {
                "a" => {
                    self.end_link();
                    self.link = piece.attribute("href").map(|href| (href.to_owned(), String::new()));
                }
                "pre" => self.preformatted = true,
                "title" | "h1" | "h2" => self.in_heading = true,
                "br" | "tr" | "li" | "hr" | "p" | "table" => self.end_row(),
                "td" | "th" | "span" => self.row.text.push(' '),
                _ => {}
            },
            Piece::End(name) => match name.as_str() {
                "a" => self.end_link(),
                "pre" => {
                    self.end_row();
                    self.preformatted = false;
                }
                "title" | "h1" | "h2" => {
                    self.in_heading = false;
                    self.headings.push('\n');
                }
                "tr" | "li" | "table" => self.end_row(),
                _ => {}
            },
            Piece::Text(text) => self.take_text(text),
        }
    }

    fn take_text(&mut self, text: &str) {
        if self.in_heading {
            self.headings.push_str(text);
        } else if let Some((_, name)) = &mut self.link {
            name.push_str(text);
        } else if self.preformatted {
            let mut lines = text.split('\n');
            self.row.text.push_str(lines.next().unwrap_or_default());
            for line in lines {
                self.end_row();
                self.row.text.push_str(line);
            }
        } else {
            self.row.text.push_str(text);
        }
    }

    fn end_link(&mut self) {
        if let Some((href, name)) = self.link.take() {
            self.has_parent |= is_parent(&href, &name);
            self.row.links.push((href, name));
        }
    }

    fn end_row(&mut self) {
        self.end_link();
        let row = std::mem::take(&mut self.row);
        if !row.links.is_empty() {
            self.rows.push(row);
        }
    }

    /// Servers head a listing with "Index of …" or with the host and the path of the folder, and link to the folder above.
    fn is_listing(&self) -> bool {
        let names_folder = |line: &str| {
            let line = line.trim().to_lowercase();
            line.starts_with("index of") || line.starts_with("directory list") || line.contains(" - /")
        };
        self.has_parent || self.headings.lines().any(names_folder)
    }
}

fn is_parent(href: &str, name: &str) -> bool {
    let name = name.trim().trim_matches(['[', ']']).to_lowercase();
    matches!(name.as_str(), "parent directory" | "to parent directory" | ".." | "../") || matches!(href, "../" | "..")
}

/// Whether a link is one of an entry, and none that sorts the listing or leads above it.
fn is_entry(href: &str, name: &str) -> bool {
    let is_other_scheme =
        href.split_once(':').is_some_and(|(scheme, rest)| !rest.starts_with("//") && !scheme.contains('/'));
    !href.is_empty()
        && !href.starts_with(['?', '#'])
        && !matches!(href, "/" | "./" | ".")
        && !is_other_scheme
        && !is_parent(href, name)
}

/// The date and the size in the text of a row: `2024-11-07 16:59  182K`, `11/7/2024  4:59 PM  8958`.
fn date_and_size(text: &str) -> (Option<String>, Option<String>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_time = |word: &&str| {
        word.contains(':') && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'Z'))
    };
    let is_date = |word: &&str| {
        word.len() >= 8 && word.bytes().filter(u8::is_ascii_digit).count() >= 4 && word.contains(['-', '/', '.'])
    };
    let Some(last) = words.iter().position(is_time).or_else(|| words.iter().position(is_date)) else {
        return (None, None);
    };
    let is_half = words.get(last + 1).is_some_and(|word| matches!(*word, "AM" | "PM" | "am" | "pm"));
    let end = last + 1 + usize::from(is_half);
    let date = words[last.saturating_sub(5)..end].join(" ");
    let is_size = |word: &&&str| {
        word.starts_with(|letter: char| letter.is_ascii_digit())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    };
    (Some(date), words.get(end).filter(is_size).map(|size| (*size).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links, dates and sizes of files; folders after them.
    fn read(page: &str) -> String {
        match list_folder(page.as_bytes(), None) {
            Ok(listing) => {
                let written = |entry: &FolderEntry| {
                    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
                    format!("{} | {} | {}", entry.href, or_dash(&entry.modified), or_dash(&entry.size))
                };
                listing.files.iter().chain(&listing.folders).map(written).collect::<Vec<_>>().join("\n")
            }
            Err(problem) => problem.code,
        }
    }

    #[test]
    fn apache_lists_in_preformatted_text_with_the_date_behind_the_link() {
        let page = "<title>Index of /iso</title><h1>Index of /iso</h1><pre><a href=\"?C=N;O=D\">Name</a> <a href=\"?C=M;O=A\">Last modified</a><hr><a href=\"/\">Parent Directory</a>  -\n<a href=\"wells.xml\">wells.xml</a>  2024-11-07 16:59  182K\n<a href=\"old/\">old/</a>  2023-01-02 03:04    -\n<hr></pre>";
        assert_eq!(read(page), "wells.xml | 2024-11-07 16:59 | 182K\nold/ | 2023-01-02 03:04 | -");
    }

    #[test]
    fn apache_lists_in_a_table() {
        let page = "<h1>Index of /iso</h1><table><tr><th><a href='?C=N;O=D'>Name</a></th></tr>\n<tr><td><img src='i.gif' alt='[TXT]'></td>\n<td><a href=\"a%20b.xml\">a b.xml</a></td><td align=right>2026-07-12 02:23  </td><td> 35K</td><td>&nbsp;</td></tr></table>";
        assert_eq!(read(page), "a%20b.xml | 2026-07-12 02:23 | 35K");
    }

    #[test]
    fn nginx_lists_days_with_the_name_of_the_month() {
        let page = "<h1>Index of /m/</h1><hr><pre><a href=\"../\">../</a>\n<a href=\"a.xml\">a.xml</a>      07-Nov-2024 16:59      186150\n</pre>";
        assert_eq!(read(page), "a.xml | 07-Nov-2024 16:59 | 186150");
    }

    #[test]
    fn iis_lists_with_the_date_before_the_link() {
        let page = "<title>gis.example - /iso/</title><H1>gis.example - /iso/</H1><pre><A HREF=\"/\">[To Parent Directory]</A><br><br> 11/7/2024  4:59 PM         8958 <A HREF=\"/iso/a.xml\">a.xml</A><br>   Friday, July 31, 2026  4:53 PM        &lt;dir&gt; <A HREF=\"/iso/old/\">old</A><br></pre>";
        assert_eq!(read(page), "/iso/a.xml | 11/7/2024 4:59 PM | 8958\n/iso/old/ | Friday, July 31, 2026 4:53 PM | -");
    }

    #[test]
    fn another_page_is_an_error_and_an_empty_folder_is_none() {
        assert_eq!(read("<title>Welcome</title><a href='a.xml'>a</a>"), "not-a-folder-listing");
        assert_eq!(read(""), "not-a-folder-listing");
        assert_eq!(read("<h1>Index of /empty</h1><pre></pre>"), "");
    }

    #[test]
    fn links_that_are_no_entries_are_passed_over() {
        let page = "<h1>Index of /</h1><ul><li><a href='javascript:x()'>a</a><li><a href='#top'>b</a><li><a href='mailto:a@example.org'>c</a><li><a href='https://cdn.example/d.xml'>d</a></ul>";
        assert_eq!(read(page), "https://cdn.example/d.xml | - | -");
    }
}

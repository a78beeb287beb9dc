//! Web-accessible folders of metadata in XML, as Apache, nginx and IIS list them, with the folders inside them.
//!
//! Only what lies below the folder is followed. A file whose time and size in the listing of its folder are those of the last
//! complete run is not read again before the next full sweep, once a day or two went by since it was written.

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::Url;
use cairn_formats::waf::{FolderEntry, list_folder};
use cairn_formats::xml_record::list_xml_records;
use cairn_model::Problem;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::chain::{self, ChainPage, ChainProtocol, ChainedRecord};
use crate::days::{days_of, is_over};
use crate::json_api::{listing_address, payload};
use crate::kinds::ConnectContext;
use crate::plain_address::as_secure_as;
use crate::server::NotAPage;
use crate::{Connector, HarvestError, RawFormat, SourceConfig};

/// Folders inside one another. Those of metadata have few levels; so many are a folder that leads back to itself.
const MOST_LEVELS: usize = 100;

/// Opens a folder.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let home = listing_address(config, "", &[])?;
    chain::connect(config, context, Folder { root: home.clone(), home })
}

#[derive(Clone)]
struct Folder {
    home: Url,
    /// Where the home is, after redirects: only what lies below is followed.
    root: Url,
}

fn read_file(body: &[u8]) -> Result<ChainPage, NotAPage> {
    let listing = list_xml_records(body).map_err(|problem| NotAPage::of_xml(body, &problem))?;
    let cut_short = listing.cut_short().map(str::to_owned);
    let records = listing.records.into_iter().map(|record| {
        let (id, payload) = payload(RawFormat::XmlRecord, record);
        ChainedRecord { id, payload }
    });
    Ok(ChainPage { records: records.collect(), problems: listing.problems, cut_short, ..ChainPage::default() })
}

#[async_trait]
impl ChainProtocol for Folder {
    const ACCEPT: &'static str = "text/html, application/xml, text/xml";

    fn first(&self) -> Url {
        self.home.clone()
    }

    fn came_from(&mut self, first: &Url) {
        self.root = first.clone();
    }

    fn read(&self, asked: &Url, from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        if is_metadata(asked.path()) { read_file(body) } else { read_folder(&self.root, from, body, is_metadata) }
    }

    fn leads_to_more(&self, url: &Url, _error: &HarvestError) -> bool {
        !is_metadata(url.path())
    }

    fn is_settled(&self, version: &str, answered: Timestamp) -> bool {
        is_settled(version, answered)
    }
}

/// A listing of a folder: the files in it that are metadata by their names, and the folders, all of them below the folder
/// that `root` is or stands in.
pub(crate) fn read_folder(
    root: &Url,
    from: &Url,
    body: &[u8],
    is_metadata: fn(&str) -> bool,
) -> Result<ChainPage, NotAPage> {
    let folder =
        list_folder(body, None).map_err(|_| NotAPage::Html("it answers with a page that is no listing of a folder"))?;
    if !lies_below(root, from) {
        return Err(NotAPage::Other("it leads to a folder that is none of this source's".to_owned()));
    }
    let files = folder.files.iter().filter(|file| is_metadata(path_of(&file.href)));
    let mut page = ChainPage { problems: folder.problems, ..ChainPage::default() };
    for file in files {
        let Some(url) = below(root, from, &file.href) else { continue };
        if let Some(version) = version(file) {
            page.versions.insert(url.clone(), version);
        }
        page.leads_to.push(url);
    }
    let folders: Vec<Url> = folder.folders.iter().filter_map(|entry| below(root, from, &entry.href)).collect();
    let (near, far): (Vec<_>, Vec<_>) = folders.into_iter().partition(|url| levels_below(root, url) <= MOST_LEVELS);
    page.leads_to.extend(near);
    if let Some(first) = far.first() {
        let message =
            format!("folders more than {MOST_LEVELS} levels deep are not read: they may lead back to themselves");
        page.problems.push(Problem::error("too-deep", "", message).with_value(first.path()));
    }
    Ok(page)
}

/// Folders from that which `root` is or stands in to another below it.
fn levels_below(root: &Url, folder: &Url) -> usize {
    let slashes = |url: &Url| url.path().matches('/').count();
    slashes(folder).saturating_sub(slashes(root))
}

/// The address of an entry, if it lies below the folder that `root` is or stands in.
pub(crate) fn below(root: &Url, from: &Url, href: &str) -> Option<Url> {
    let mut url = as_secure_as(root, from.join(href).ok()?);
    url.set_fragment(None);
    lies_below(root, &url).then_some(url)
}

fn lies_below(root: &Url, url: &Url) -> bool {
    let folder = root.path().rsplit_once('/').map_or("/", |(folder, _)| folder);
    url.origin() == root.origin() && url.path().starts_with(&format!("{folder}/"))
}

/// What a folder tells of the version of a file: its size, and when it was written. A day alone tells too little: a file may
/// be written twice on it.
fn version(file: &FolderEntry) -> Option<String> {
    let written = file.modified.as_ref().filter(|written| written.contains(':'))?;
    Some(format!("{written} {}", file.size.as_deref().unwrap_or_default()))
}

/// Whether a version was written long enough before the folder was listed: a folder tells minutes and rounded sizes, so that
/// a file which is written once more looks as it did.
pub(crate) fn is_settled(version: &str, answered: Timestamp) -> bool {
    let days = days_of(version);
    // Where the day and the month may be either, one that lies further ahead than any time zone is none.
    let tomorrow = answered.to_zoned(TimeZone::UTC).date().saturating_add(1.day());
    let latest = days.iter().filter(|day| days.len() == 1 || **day <= tomorrow).max();
    latest.is_some_and(|day| is_over(*day, answered))
}

fn path_of(href: &str) -> &str {
    href.split(['?', '#']).next().unwrap_or(href)
}

/// Whether a path is that of metadata in XML.
fn is_metadata(path: &str) -> bool {
    has_ending(path, ".xml")
}

/// Whether a path is that of a file whose name ends like this, in letters of either case.
pub(crate) fn has_ending(path: &str, ending: &str) -> bool {
    path.len() > ending.len() && path.as_bytes()[path.len() - ending.len()..].eq_ignore_ascii_case(ending.as_bytes())
}

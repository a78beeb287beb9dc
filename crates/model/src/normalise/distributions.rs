//! Files and services: addresses, formats, media types, sizes.

use super::reading::{Path, Reading};
use super::text::Limit;
use super::time::stamp;
use crate::{Distribution, DraftDistribution};

const MOST_DISTRIBUTIONS: usize = 2_000;
/// What no vocabulary knows as a format is cut to this many characters.
const LONGEST_FORMAT: usize = 20;
const LIST: &str = "distributions";

/// The files and services of a record; those that say nothing at all are left out.
pub(super) fn distributions(reading: &mut Reading<'_>, mut drafts: Vec<DraftDistribution>) -> Vec<Distribution> {
    reading.at_most(LIST, MOST_DISTRIBUTIONS, &mut drafts);
    let mut kept = Vec::with_capacity(drafts.len());
    for (index, draft) in drafts.into_iter().enumerate() {
        let distribution = distribution(reading, index, draft);
        if distribution != Distribution::default() {
            kept.push(distribution);
        }
    }
    kept
}

fn distribution(reading: &mut Reading<'_>, index: usize, draft: DraftDistribution) -> Distribution {
    let member = |name| Path::Member(LIST, index, name);
    let url = address(reading, member("url"), draft.url);
    let stated_media_type = reading.optional(member("media_type"), Limit::Keyword, draft.media_type);
    let stated_format = reading.optional(member("format"), Limit::Keyword, draft.format);
    let (format, media_type) =
        format_and_media_type(reading, stated_format.as_deref(), stated_media_type.as_deref(), url.as_deref());
    Distribution {
        id: reading.optional(member("id"), Limit::Line, draft.id),
        title: reading.optional(member("title"), Limit::Line, draft.title),
        description: reading.optional(member("description"), Limit::Text, draft.description),
        url,
        format,
        media_type,
        size: size(reading, member("size"), draft.size),
        modified: stamp(reading, member("modified"), draft.modified.as_deref()),
    }
}

/// The format by its name, else by the media type, else by how the address ends; a name that is not known stays.
fn format_and_media_type(
    reading: &Reading<'_>,
    stated_format: Option<&str>,
    stated_media_type: Option<&str>,
    url: Option<&str>,
) -> (Option<String>, Option<String>) {
    let vocabularies = reading.vocabularies;
    let format_name = stated_format.map(last_of_address);
    let media_name = stated_media_type.map(media_type_of_address);
    let known = format_name
        .and_then(|name| vocabularies.format(name))
        .or_else(|| media_name.and_then(|name| vocabularies.format(name)));
    let guessed = || url.and_then(file_ending).and_then(|ending| vocabularies.format(ending));
    let known = if known.is_none() && format_name.is_none() { guessed() } else { known };

    let format = match (known, format_name) {
        (Some(format), _) => Some(format.code.clone()),
        (None, Some(name)) => {
            Some(name.to_uppercase().chars().take(LONGEST_FORMAT).collect::<String>().trim_end().to_owned())
        }
        (None, None) => None,
    };
    let stated = media_name.or(format_name).filter(|name| is_media_type(name)).map(str::to_lowercase);
    let media_type = stated.or_else(|| known.and_then(|format| format.media_type.clone()));
    (format.filter(|format| !format.is_empty()), media_type)
}

/// The last part of an address, as the file types and formats of the EU and of W3C are named.
fn last_of_address(name: &str) -> &str {
    if name.contains("://") { name.trim_end_matches('/').rsplit(['/', '#']).next().unwrap_or(name) } else { name }
}

/// The media type in an address of IANA's register.
fn media_type_of_address(name: &str) -> &str {
    name.split_once("/media-types/").map_or(name, |(_, media_type)| media_type)
}

fn is_media_type(name: &str) -> bool {
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let essence = name.split(';').next().unwrap_or(name).trim();
    essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

/// The ending of the file that an address names.
fn file_ending(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next()?;
    let after_host = path.split_once("://").map_or(path, |(_, rest)| rest);
    let (_, file) = after_host.rsplit_once('/')?;
    let (_, ending) = file.rsplit_once('.')?;
    (!ending.is_empty() && ending.len() <= 10 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .then_some(ending)
}

/// An address as it is written. A scheme that no link should have is reported; whoever shows the record decides.
pub(super) fn address(reading: &mut Reading<'_>, field: Path<'_>, text: Option<String>) -> Option<String> {
    let text = reading.whole(field, Limit::Address, text?)?;
    if !has_safe_scheme(&text) {
        reading.problem_with(
            "unsafe-url",
            field,
            "the address is neither http, https, ftp nor mailto: never shown as a link",
            &text,
        );
    }
    Some(text)
}

/// Whether the address is relative or of a scheme that a browser only fetches or mails.
fn has_safe_scheme(url: &str) -> bool {
    let Some((scheme, _)) = url.split_once(':') else { return true };
    let is_scheme = scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    !is_scheme || ["http", "https", "ftp", "mailto"].iter().any(|safe| scheme.eq_ignore_ascii_case(safe))
}

/// A size in bytes.
fn size(reading: &mut Reading<'_>, field: Path<'_>, text: Option<String>) -> Option<u64> {
    let text = reading.optional(field, Limit::Keyword, text)?;
    let says_nothing = ["none", "null", "unknown", "n/a", "-"].iter().any(|word| text.eq_ignore_ascii_case(word));
    if says_nothing {
        return None;
    }
    let size = read_size(&text);
    if size.is_none() {
        reading.problem_with("unreadable-size", field, "no size in bytes could be read from it", &text);
    }
    size
}

/// `13904892`, `13904892.0`, `1,024`, `12 MB`, `10 KiB`, `2,5 Mo`.
fn read_size(text: &str) -> Option<u64> {
    let unit_at = text.find(|letter: char| letter.is_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let factor = unit_factor(unit.trim())?;
    let number: String = number.chars().filter(|letter| !letter.is_whitespace() && *letter != '\u{a0}').collect();
    let value: f64 = plain_number(&number)?.parse().ok()?;
    let bytes = (value * factor).round();
    let representable = (0.0..9.0e15).contains(&bytes);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    representable.then_some(bytes as u64)
}

/// The number with a point before its fraction and nothing between thousands. Groups of three after a comma are thousands.
fn plain_number(number: &str) -> Option<String> {
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
        return None;
    }
    let are_thousands = |separator: char| {
        number.split(separator).skip(1).all(|group| group.split('.').next().is_some_and(|digits| digits.len() == 3))
    };
    match (number.matches(',').count(), number.matches('.').count()) {
        (0, 0 | 1) => Some(number.to_owned()),
        (1, 0) if !are_thousands(',') => Some(number.replace(',', ".")),
        (_, 0 | 1) if are_thousands(',') => Some(number.replace(',', "")),
        (0, _) if number.split('.').skip(1).all(|group| group.len() == 3) => Some(number.replace('.', "")),
        _ => None,
    }
}

/// Bytes in a unit: decimal (SI) but for the binary ones (IEC 80000-13); `o` is the French octet.
fn unit_factor(unit: &str) -> Option<f64> {
    let unit = unit.to_lowercase();
    let unit = match unit.as_str() {
        "" | "b" | "o" | "byte" | "bytes" | "octet" | "octets" => return Some(1.0),
        longer => longer.trim_end_matches("ytes").trim_end_matches("yte").trim_end_matches(['b', 'o']).to_owned(),
    };
    match unit.as_str() {
        "k" | "kilo" => Some(1e3),
        "m" | "mega" => Some(1e6),
        "g" | "giga" => Some(1e9),
        "t" | "tera" => Some(1e12),
        "ki" => Some(1024.0),
        "mi" => Some(1_048_576.0),
        "gi" => Some(1_073_741_824.0),
        "ti" => Some(1_099_511_627_776.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{file_ending, has_safe_scheme, read_size};

    #[test]
    fn sizes_are_read_with_their_units() {
        let sizes = [
            "13904892",
            "13904892.0",
            "1,024",
            "1 024",
            "12 MB",
            "12MB",
            "1.5 GB",
            "10 KiB",
            "2,5 Mo",
            "1,234,567.8",
            "1.234.567",
            "0",
            "300 bytes",
        ];
        let bytes = [
            13_904_892,
            13_904_892,
            1024,
            1024,
            12_000_000,
            12_000_000,
            1_500_000_000,
            10_240,
            2_500_000,
            1_234_568,
            1_234_567,
            0,
            300,
        ];
        assert_eq!(sizes.map(|size| read_size(size).unwrap_or(u64::MAX)), bytes);
    }

    #[test]
    fn what_is_no_size_is_none() {
        for text in ["-1", "big", "12 parsecs", "1e400", "99999999999999999999", "1,2,3", "MB"] {
            assert_eq!(read_size(text), None, "{text}");
        }
    }

    #[test]
    fn the_ending_is_that_of_the_file() {
        assert_eq!(file_ending("https://example.org/a/roads.GeoJSON?x=1.2#y"), Some("GeoJSON"));
        assert_eq!(file_ending("https://example.org"), None);
        assert_eq!(file_ending("https://example.org/v1.2/roads"), None);
    }

    #[test]
    fn schemes_that_run_or_read_are_not_safe() {
        assert!(
            ["https://a", "FTP://a", "mailto:a@example.org", "/a", "www.example.org/a:b", "a b:c"]
                .iter()
                .all(|url| has_safe_scheme(url))
        );
        assert!(
            ["javascript:alert(1)", "data:text/html,x", "file:///etc", "s3://a"]
                .iter()
                .all(|url| !has_safe_scheme(url))
        );
    }
}

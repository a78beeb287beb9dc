//! Cursors: where a page ended, as an opaque word that only the same search takes.

use cairn_model::DatasetId;

use crate::document::number_of;
use crate::rank::{Order, SortBy};
use crate::standing::Standing;
use crate::{SearchError, SearchRequest};

/// First byte of a cursor; another layout takes another.
const VERSION: u8 = 2;

/// Where a page ended, and how what is behind it is found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cursor {
    /// What the hits are ordered by.
    pub(crate) by: SortBy,
    /// What the last hit was ordered by.
    pub(crate) key: Key,
    /// Its record id.
    pub(crate) id: u128,
    /// Which hits the page had.
    pub(crate) way: Way,
    /// What was searched in place of the text, where that was probably meant.
    pub(crate) meant: Option<String>,
    /// What the page was ranked by, where it says so.
    pub(crate) standing: Option<Standing>,
}

/// What a hit is ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    /// It lacks the value.
    Missing,
    /// Its rank.
    Number(u64),
    /// Its title, as the column spells it.
    Title(Vec<u8>),
}

/// Which hits a search has: the pages behind the first have the same, whatever has come into the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Those with all the words.
    All,
    /// Those with all that the words name.
    Names,
    /// Those with some of the words.
    Some,
    /// Those with all that the words name, or with what comprises it.
    WiderNames,
}

impl Cursor {
    /// The cursor as a word of hexadecimal digits.
    pub(crate) fn write(&self, fingerprint: u64) -> String {
        let mut bytes = vec![VERSION, sort_code(self.by)];
        bytes.extend(fingerprint.to_be_bytes());
        bytes.extend(self.id.to_be_bytes());
        bytes.push(self.way as u8);
        // The text of a query is short.
        let meant = self.meant.as_deref().unwrap_or_default();
        bytes.extend(u16::try_from(meant.len()).unwrap_or_default().to_be_bytes());
        if u16::try_from(meant.len()).is_ok() {
            bytes.extend(meant.bytes());
        }
        match &self.standing {
            Some(standing) => standing.write(&mut bytes),
            None => Standing::default().write(&mut bytes),
        }
        match &self.key {
            Key::Missing => bytes.push(0),
            Key::Number(rank) => {
                bytes.push(1);
                bytes.extend(rank.to_be_bytes());
            }
            Key::Title(title) => {
                bytes.push(2);
                bytes.extend(title);
            }
        }
        hex::encode(bytes)
    }

    /// Reads a cursor that a search with this fingerprint gave.
    pub(crate) fn read(text: &str, fingerprint: u64) -> Result<Self, SearchError> {
        let bytes = hex::decode(text).map_err(|_| foreign())?;
        let mut bytes = bytes.as_slice();
        let [version, sort] = take(&mut bytes)?;
        let by = SORTS.into_iter().find(|by| sort_code(*by) == sort).ok_or_else(foreign)?;
        if version != VERSION || u64::from_be_bytes(take(&mut bytes)?) != fingerprint {
            return Err(foreign());
        }
        let id = u128::from_be_bytes(take(&mut bytes)?);
        let [way] = take(&mut bytes)?;
        let ways = [Way::All, Way::Names, Way::Some, Way::WiderNames];
        let way = ways.into_iter().find(|one| *one as u8 == way).ok_or_else(foreign)?;
        let length = usize::from(u16::from_be_bytes(take(&mut bytes)?));
        let (meant, mut bytes) = bytes.split_at_checked(length).ok_or_else(foreign)?;
        let meant = std::str::from_utf8(meant).map_err(|_| foreign())?;
        let meant = Some(meant.to_owned()).filter(|meant| !meant.is_empty());
        let standing = Standing::read(&mut bytes)?;
        let key = match (bytes, by) {
            ([0], _) => Key::Missing,
            ([1, rank @ ..], SortBy::Score | SortBy::Modified | SortBy::Issued | SortBy::Quality | SortBy::Review) => {
                Key::Number(u64::from_be_bytes(rank.try_into().map_err(|_| foreign())?))
            }
            ([2, title @ ..], SortBy::Title) => Key::Title(title.to_vec()),
            _ => return Err(foreign()),
        };
        Ok(Self { by, key, id, way, meant, standing })
    }
}

/// What is said of a cursor that is not one of the search.
pub(crate) fn foreign() -> SearchError {
    SearchError::BadQuery(
        "The cursor does not belong to this search. Begin again without it, and change nothing between pages."
            .to_owned(),
    )
}

/// The next bytes of a cursor.
pub(crate) fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], SearchError> {
    let (taken, rest) = bytes.split_first_chunk().ok_or_else(foreign)?;
    *bytes = rest;
    Ok(*taken)
}

/// The cursor behind a record to be reviewed on a day, in a search that is sorted by that.
pub(crate) fn behind_review(request: &SearchRequest, day: i64, id: DatasetId) -> String {
    let order = Order { by: SortBy::Review, reversed: request.sort.reversed };
    let (key, id) = (Key::Number(order.day(day)), number_of(id));
    Cursor { by: order.by, key, id, way: Way::All, meant: None, standing: None }.write(fingerprint(request))
}

const SORTS: [SortBy; 6] =
    [SortBy::Score, SortBy::Modified, SortBy::Issued, SortBy::Quality, SortBy::Title, SortBy::Review];

fn sort_code(by: SortBy) -> u8 {
    match by {
        SortBy::Score => 0,
        SortBy::Modified => 1,
        SortBy::Issued => 2,
        SortBy::Quality => 3,
        SortBy::Title => 4,
        SortBy::Review => 5,
    }
}

/// A number that tells searches apart: of text, filters, order, folding and how many of the words are wanted, and not of the
/// page, of facets, language or today, which change nothing about what follows what. FNV-1a: it guards against mistakes, not
/// against malice, and a forged cursor shows nothing that a search would not.
pub(crate) fn fingerprint(request: &SearchRequest) -> u64 {
    let SearchRequest { text, filters, sort, fold, fold_series, matching, .. } = request;
    fnv1a(format!("{:?}", (text, filters, sort, fold.is_some(), fold_series, matching)).as_bytes())
}

/// FNV-1a, 64 bits.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Cursor, Key, Way};
    use crate::rank::SortBy;
    use crate::standing::Standing;

    fn ranked(words: Vec<f32>, averages: [f32; 4]) -> Cursor {
        let standing = Some(Standing { words, concepts: vec![2.5], averages, day: -3 });
        Cursor { by: SortBy::Score, key: Key::Number(42), id: 7, way: Way::Names, meant: Some("é".into()), standing }
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_by_the_same_search_alone() {
        let plain =
            |by, key| Cursor { by, key, way: Way::All, meant: None, standing: None, ..ranked(vec![], [1.0; 4]) };
        let cases = [
            plain(SortBy::Modified, Key::Missing),
            plain(SortBy::Review, Key::Number(42)),
            plain(SortBy::Title, Key::Title(b"a\0A".to_vec())),
            ranked(vec![0.0, 1.5], [1.0, 0.25, 12.0, 300.0]),
        ];
        for cursor in cases {
            let word = cursor.write(9);
            assert_eq!(Cursor::read(&word, 9).unwrap(), cursor);
            assert!(Cursor::read(&word, 10).is_err());
        }
    }

    #[test]
    fn what_it_says_of_very_many_words_is_left_out() {
        let short = ranked(vec![1.0; 63], [1.0; 4]).write(9);
        assert!(Cursor::read(&short, 9).unwrap().standing.is_some());
        assert!(short.len() < 700, "{}", short.len());
        for words in [64, 300] {
            let long = ranked(vec![1.0; words], [1.0; 4]);
            assert_eq!(Cursor::read(&long.write(9), 9).unwrap(), Cursor { standing: None, ..long });
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for word in ["", "0", "zz", "00", &"0".repeat(54), &"f".repeat(10_000), "é"] {
            assert!(Cursor::read(word, 0).is_err(), "{word}");
        }
        // What cannot be counted with.
        for weight in [f32::NAN, f32::INFINITY, -1.0, 1e9] {
            assert!(Cursor::read(&ranked(vec![weight], [1.0; 4]).write(9), 9).is_err(), "{weight}");
        }
        for average in [f32::NAN, f32::INFINITY, -1.0, 0.0] {
            assert!(Cursor::read(&ranked(vec![1.0], [1.0, 1.0, 1.0, average]).write(9), 9).is_err(), "{average}");
        }
        // One that was cut, or of which any digit is another, is refused or is a cursor.
        let word = ranked(vec![1.0], [1.0; 4]).write(9);
        for at in 0..word.len() {
            assert!(Cursor::read(&word[..at], 9).is_err(), "{at}");
            for digit in ["0", "7", "f"] {
                let _ = Cursor::read(&format!("{}{digit}{}", &word[..at], &word[at + 1..]), 9);
            }
        }
    }
}

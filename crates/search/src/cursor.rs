//! Cursors: where a page ended, as an opaque word that only the same search takes.

use cairn_model::DatasetId;

use crate::document::number_of;
use crate::rank::{Order, SortBy};
use crate::{SearchError, SearchRequest};

/// First byte of a cursor; another layout takes another.
const VERSION: u8 = 1;
/// Bytes before the key: version, sort, fingerprint, id.
const HEAD: usize = 2 + 8 + 16;

/// Where a page ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// What the last hit was ordered by.
    pub(crate) key: Key,
    /// Its record id.
    pub(crate) id: u128,
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

impl Cursor {
    /// The cursor as a word of hexadecimal digits.
    pub(crate) fn write(&self, fingerprint: u64, by: SortBy) -> String {
        let mut bytes = vec![VERSION, sort_code(by)];
        bytes.extend(fingerprint.to_be_bytes());
        bytes.extend(self.id.to_be_bytes());
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

    /// Reads a cursor that a search with this fingerprint and order gave.
    pub(crate) fn read(text: &str, fingerprint: u64, by: SortBy) -> Result<Self, SearchError> {
        let foreign = || {
            SearchError::BadQuery(
                "The cursor does not belong to this search. Begin again without it, and change nothing between pages."
                    .to_owned(),
            )
        };
        let bytes = hex::decode(text).map_err(|_| foreign())?;
        let (head, key) = bytes.split_at_checked(HEAD).ok_or_else(foreign)?;
        let (tags, numbers) = head.split_at(2);
        let (print, id) = numbers.split_at(8);
        if tags != [VERSION, sort_code(by)] || print != fingerprint.to_be_bytes() {
            return Err(foreign());
        }
        let id = u128::from_be_bytes(id.try_into().map_err(|_| foreign())?);
        let key = match (key, by) {
            ([0], _) => Key::Missing,
            ([1, rank @ ..], SortBy::Score | SortBy::Modified | SortBy::Issued | SortBy::Quality | SortBy::Review) => {
                Key::Number(u64::from_be_bytes(rank.try_into().map_err(|_| foreign())?))
            }
            ([2, title @ ..], SortBy::Title) => Key::Title(title.to_vec()),
            _ => return Err(foreign()),
        };
        Ok(Self { key, id })
    }
}

/// The cursor behind a record to be reviewed on a day, in a search that is sorted by that.
pub(crate) fn behind_review(request: &SearchRequest, day: i64, id: DatasetId) -> String {
    let order = Order { by: SortBy::Review, reversed: request.sort.reversed };
    let cursor = Cursor { key: Key::Number(order.day(day)), id: number_of(id) };
    cursor.write(fingerprint(request), order.by)
}

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

/// A number that tells searches apart: of text, filters, order and folding, and not of the page, of facets, language or today, which
/// change nothing about what follows what. FNV-1a: it guards against mistakes, not against malice, and a forged cursor
/// shows nothing that a search would not.
pub(crate) fn fingerprint(request: &SearchRequest) -> u64 {
    let text =
        format!("{:?}", (&request.text, &request.filters, request.sort, request.fold.is_some(), request.fold_series));
    fnv1a(text.as_bytes())
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
    use super::{Cursor, Key};
    use crate::rank::SortBy;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_by_the_same_search_alone() {
        let cases = [
            (Key::Missing, SortBy::Modified),
            (Key::Number(42), SortBy::Score),
            (Key::Title(b"a\0A".to_vec()), SortBy::Title),
        ];
        for (key, by) in cases {
            let cursor = Cursor { key, id: 7 };
            let word = cursor.write(9, by);
            assert_eq!(Cursor::read(&word, 9, by).unwrap(), cursor);
            assert!(Cursor::read(&word, 10, by).is_err());
            assert!(Cursor::read(&word, 9, SortBy::Issued).is_err());
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for word in ["", "0", "zz", "00", &"0".repeat(54), &"f".repeat(10_000), "é"] {
            assert!(Cursor::read(word, 0, SortBy::Score).is_err(), "{word}");
        }
    }
}

//! Leaves out what is too long to be read: photos and sketches that an export carries as text.
//!
//! The parser keeps a text whole before it hands it over, and a photo in base64 is a text of many megabytes. So the
//! document is shortened before it reaches the parser: of every run of text, CDATA section, comment and processing
//! instruction only the beginning passes. Tags pass whole, because cutting them would change what the document is.

use std::io::{self, BufRead, Read};

/// Bytes of a text that pass; more than any value that is looked at.
pub(super) const LONGEST_RUN: usize = 64 * 1024;

/// A document in UTF-8 whose long texts lose their ends.
pub(super) struct Shortened<R> {
    inner: R,
    state: State,
    /// Bytes at the start of the inner buffer that pass.
    passing: usize,
    /// The end of a section that was met while the section's rest was left out; it passes next.
    owed: &'static [u8],
    left_out: u64,
}

/// Where in the document the next byte stands.
#[derive(Clone, Copy)]
enum State {
    /// Outside of all markup. `in_reference`: a `&` still waits for its `;`.
    Text { length: usize, in_reference: bool },
    /// After `<`.
    Opening,
    /// After `<!`.
    Declaration,
    /// After `<!-`.
    CommentOpening,
    /// In a start tag, and in a value if there is a quote.
    StartTag { quote: Option<u8> },
    /// In an end tag, where quotes mean nothing.
    EndTag,
    /// In a section that ends with `end`, of which `matched` bytes were just met.
    Section { end: &'static [u8], matched: usize, length: usize },
    /// In a document type definition, which the reader refuses: nothing is left out any more.
    Refused,
    /// In a text whose rest is left out.
    LongText,
    /// In a section whose rest is left out.
    LongSection { end: &'static [u8], matched: usize },
}

const TEXT: State = State::Text { length: 0, in_reference: false };

impl<R: BufRead> Shortened<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, state: TEXT, passing: 0, owed: b"", left_out: 0 }
    }

    /// Bytes that were left out before the byte that is read next.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Finds how much of the inner buffer passes; false when there is nothing more.
    fn pass(&mut self) -> io::Result<bool> {
        let buffer = self.inner.fill_buf()?;
        for byte in buffer {
            self.state = self.state.after(*byte);
            if matches!(self.state, State::LongText | State::LongSection { .. }) {
                break;
            }
            self.passing += 1;
        }
        Ok(!buffer.is_empty())
    }

    /// Leaves out the rest of a text, as far as the inner buffer holds it; false when there is nothing more.
    fn skip_text(&mut self) -> io::Result<bool> {
        let buffer = self.inner.fill_buf()?;
        let tag = buffer.iter().position(|byte| *byte == b'<');
        if tag.is_some() {
            self.state = TEXT;
        }
        let (skipped, is_more) = (tag.unwrap_or(buffer.len()), !buffer.is_empty());
        self.inner.consume(skipped);
        self.left_out += skipped as u64;
        Ok(is_more)
    }

    /// Leaves out the rest of a section but for its end; false when there is nothing more.
    fn skip_section(&mut self, end: &'static [u8], mut matched: usize) -> io::Result<bool> {
        let buffer = self.inner.fill_buf()?;
        let mut skipped = 0;
        while skipped < buffer.len() && matched < end.len() {
            matched = matched_after(end, matched, buffer[skipped]);
            skipped += 1;
        }
        let is_more = !buffer.is_empty();
        self.inner.consume(skipped);
        self.left_out += skipped as u64;
        if matched == end.len() {
            self.owed = end;
            self.left_out -= end.len() as u64;
            self.state = TEXT;
        } else {
            self.state = State::LongSection { end, matched };
        }
        Ok(is_more)
    }
}

impl State {
    /// The state after a byte, or before it where leaving out begins with it.
    fn after(self, byte: u8) -> Self {
        let section = |end| Self::Section { end, matched: 0, length: 0 };
        // A letter of several bytes is not cut.
        let begins_letter = byte & 0b1100_0000 != 0b1000_0000;
        match self {
            Self::Text { .. } if byte == b'<' => Self::Opening,
            // Nor is a reference, of which half would be a fault.
            Self::Text { length, in_reference: false } if length >= LONGEST_RUN && begins_letter => Self::LongText,
            Self::Text { length, in_reference } => {
                Self::Text { length: length + 1, in_reference: byte == b'&' || (in_reference && byte != b';') }
            }
            Self::Opening => match byte {
                b'!' => Self::Declaration,
                b'?' => section(b"?>"),
                b'/' => Self::EndTag,
                b'>' => TEXT,
                _ => Self::StartTag { quote: None },
            },
            Self::Declaration if byte == b'-' => Self::CommentOpening,
            Self::Declaration if byte == b'[' => section(b"]]>"),
            Self::CommentOpening if byte == b'-' => section(b"-->"),
            Self::Declaration | Self::CommentOpening | Self::Refused => Self::Refused,
            Self::StartTag { quote: None } | Self::EndTag if byte == b'>' => TEXT,
            Self::StartTag { quote: None } if matches!(byte, b'"' | b'\'') => Self::StartTag { quote: Some(byte) },
            Self::StartTag { quote: Some(quote) } if byte == quote => Self::StartTag { quote: None },
            Self::Section { end, matched: 0, length } if length >= LONGEST_RUN && begins_letter => {
                Self::LongSection { end, matched: 0 }
            }
            Self::Section { end, matched, length } => match matched_after(end, matched, byte) {
                all if all == end.len() => TEXT,
                matched => Self::Section { end, matched, length: length + 1 },
            },
            Self::StartTag { .. } | Self::EndTag | Self::LongText | Self::LongSection { .. } => self,
        }
    }
}

/// How many bytes of `end` stand before and at this byte. All ends repeat their first byte up to the last one.
fn matched_after(end: &[u8], matched: usize, byte: u8) -> usize {
    if end[matched] == byte {
        matched + 1
    } else if end[0] == byte {
        // `]]]>`: one more of the same.
        matched
    } else {
        0
    }
}

impl<R: BufRead> Read for Shortened<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut passed = self.fill_buf()?;
        let read = passed.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Shortened<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.owed.is_empty() && self.passing == 0 {
            let is_more = match self.state {
                State::LongText => self.skip_text()?,
                State::LongSection { end, matched } => self.skip_section(end, matched)?,
                _ => self.pass()?,
            };
            if !is_more {
                return Ok(&[]);
            }
        }
        if self.owed.is_empty() { Ok(&self.inner.fill_buf()?[..self.passing]) } else { Ok(self.owed) }
    }

    fn consume(&mut self, amount: usize) {
        if self.owed.is_empty() {
            self.passing = self.passing.saturating_sub(amount);
            self.inner.consume(amount);
        } else {
            self.owed = &self.owed[amount..];
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    /// The document as it passes, read in pieces of every small size and in one.
    fn shortened(document: &str) -> String {
        let read = |size: usize| {
            let mut passed = String::new();
            let mut reader = Shortened::new(BufReader::with_capacity(size, document.as_bytes()));
            reader.read_to_string(&mut passed).unwrap();
            assert_eq!(reader.left_out(), (document.len() - passed.len()) as u64);
            passed
        };
        let whole = read(1 << 20);
        for size in [1, 2, 3, 7, 4096] {
            assert_eq!(read(size), whole, "in pieces of {size}");
        }
        whole
    }

    const LONG: usize = LONGEST_RUN + 5000;

    #[test]
    fn the_rest_of_a_long_text_is_left_out_and_the_next_tag_passes() {
        let document = |length: usize| format!("<a b='>'>{}</a><c>d</c>", "x".repeat(length));
        assert_eq!(shortened(&document(LONG)), document(LONGEST_RUN));
        assert_eq!(shortened(&document(LONGEST_RUN)), document(LONGEST_RUN));
    }

    #[test]
    fn the_ends_of_sections_pass_though_their_rest_is_left_out() {
        for (start, end) in [("<![CDATA[", "]]>"), ("<!--", "-->"), ("<?p", "?>")] {
            let document = |length: usize, rest: &str| format!("<a>{start}{}{rest}{end}</a>", "x".repeat(length));
            let kept = shortened(&document(LONG, "<b>' ]] -- ? >]]-?"));
            assert!(kept.starts_with(&format!("<a>{start}xx")) && kept.ends_with(&format!("xx{end}</a>")), "{end}");
            assert!(kept.len() < LONGEST_RUN + 40);
        }
        let closed_late = format!("<a><![CDATA[{}]]]]]></a>", "x".repeat(LONG));
        assert!(shortened(&closed_late).ends_with("x]]></a>"));
    }

    #[test]
    fn neither_a_letter_nor_a_reference_is_cut() {
        let letters = format!("<a>x{}</a>", "é".repeat(LONG));
        assert_eq!(shortened(&letters).len(), "<a></a>".len() + LONGEST_RUN + 1);
        let text = "x".repeat(LONGEST_RUN - 3);
        assert_eq!(shortened(&format!("<a>{text}&#x20;more</a>")), format!("<a>{text}&#x20;</a>"));
    }

    #[test]
    fn tags_and_what_only_looks_like_a_text_pass_whole() {
        let long = ">".repeat(LONG);
        for document in [format!("<a b=\"'{long}\" c='\"{long}'/>"), format!("<!DOCTYPE a '{long}'>{long}")] {
            assert_eq!(shortened(&document), document);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn what_is_short_passes_unchanged(parts in prop::collection::vec(prop::sample::select(vec![
            "<", ">", "</", "/>", "<!", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "'", "\"", "&", ";", "a", "é", "]", "-", "<!D",
        ]), 0..60)) {
            let document = parts.concat();
            prop_assert_eq!(shortened(&document), document);
        }
    }
}

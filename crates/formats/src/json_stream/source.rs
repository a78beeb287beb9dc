//! The bytes below a streaming JSON parser: counted, split into lines, and kept while a record is being parsed.

use std::cell::RefCell;
use std::io::{self, Read};

use cairn_model::Problem;

use crate::decode::DecodeStream;

/// Bytes read at once.
const BUFFER: usize = 64 * 1024;

/// Bytes that are looked at to tell JSON Lines from a document.
const HEAD: usize = 1024 * 1024;

/// How many times longer than the limit a record may be to be skipped, and what stands between two records; beyond it the
/// reading ends.
const SKIP_FACTOR: u64 = 16;

/// A stream of bytes with a place in it.
pub(super) struct Source<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes before `buffer[start]`.
    count: u64,
    /// Line of `buffer[start]`, from 1.
    line: u64,
    max_record_bytes: usize,
    /// Bytes of the record that is being parsed, from its opening brace.
    record: Vec<u8>,
    in_record: bool,
    too_long: bool,
    record_start: u64,
    /// Byte behind the last record, or behind the last element that is none.
    boundary: u64,
    /// The bytes that the parser took last, the latest lowest.
    recent: u64,
    /// For each of them, whether it is a backslash that begins an escape.
    escapes: u8,
    /// Whether the parser has been told that no byte is left.
    ended: bool,
    broken: Option<Break>,
    fault: Option<Fault>,
}

/// Where a document can no longer be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Break {
    /// At a byte that may not stand there.
    WrongByte(u64),
    /// At its end, which comes too early.
    Early(u64),
}

impl Break {
    pub(super) fn byte(self) -> u64 {
        match self {
            Self::WrongByte(byte) | Self::Early(byte) => byte,
        }
    }
}

/// Why the source gave no more bytes to the parser.
#[derive(Debug)]
pub(super) enum Fault {
    /// A record that begins at this byte went far past its limit.
    TooLong(u64),
    /// What stands outside of the records from this byte on went as far past it: a parser may be keeping all of it.
    TooLongOutside(u64),
    /// The reader failed.
    Read(io::Error),
}

/// A record that was parsed to its closing brace.
pub(super) struct Record {
    pub(super) bytes: Vec<u8>,
    pub(super) start: u64,
    pub(super) too_long: bool,
}

/// One line.
pub(super) enum Line {
    /// A line that is not blank.
    Text {
        bytes: Vec<u8>,
        number: u64,
        /// Byte at which it begins.
        start: u64,
        /// Whether a line break ends it.
        ended: bool,
    },
    /// A line past the limit; it was skipped.
    TooLong { number: u64, start: u64 },
    /// No line is left.
    End,
}

impl<R: Read> Source<R> {
    pub(super) fn new(reader: R, max_record_bytes: usize) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            count: 0,
            line: 1,
            max_record_bytes,
            record: Vec::new(),
            in_record: false,
            too_long: false,
            record_start: 0,
            boundary: 0,
            recent: 0,
            escapes: 0,
            ended: false,
            broken: None,
            fault: None,
        }
    }

    /// A source that is a part of another one: its first byte is `byte` of the whole and stands in `line`.
    pub(super) fn inside(reader: R, max_record_bytes: usize, byte: u64, line: u64) -> Self {
        Self { count: byte, boundary: byte, line, ..Self::new(reader, max_record_bytes) }
    }

    /// Bytes taken so far.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Byte at which the last record began.
    pub(super) fn record_start(&self) -> u64 {
        self.record_start
    }

    /// Notes that an element ends here that is no record.
    pub(super) fn pass(&mut self) {
        self.boundary = self.count;
    }

    /// Notes that the parser gives up here. It goes on to look for the ends of what is open, so the first note holds.
    pub(super) fn note_break(&mut self) {
        if self.broken.is_none() {
            self.broken = Some(self.place_of_break());
        }
    }

    /// Where the parser gave up. It takes one byte at a time and judges each, but for the four digits of `\u1234`, which it
    /// takes before it looks at the first.
    pub(super) fn place_of_break(&self) -> Break {
        if let Some(noted) = self.broken {
            return noted;
        }
        let recent = |back: u32| (self.recent >> (8 * back)).to_le_bytes()[0];
        for backslash in 2..=5_u32 {
            if (self.escapes >> backslash) & 1 == 1 && recent(backslash - 1) == b'u' {
                let wrong = (0..backslash - 1).rev().find(|back| !recent(*back).is_ascii_hexdigit());
                if let Some(back) = wrong {
                    return Break::WrongByte(self.count - 1 - u64::from(back));
                }
            }
        }
        if self.ended { Break::Early(self.count) } else { Break::WrongByte(self.count.saturating_sub(1)) }
    }

    pub(super) fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Starts to keep bytes. The parser has just taken the opening brace, and nothing after it.
    pub(super) fn begin_record(&mut self) {
        self.record.clear();
        self.record.push(b'{');
        self.record_start = self.count.saturating_sub(1);
        self.in_record = true;
        self.too_long = false;
    }

    /// Gives the bytes kept. The parser has just taken the closing brace, and nothing after it.
    pub(super) fn end_record(&mut self) -> Record {
        self.in_record = false;
        self.boundary = self.count;
        let bytes = std::mem::take(&mut self.record);
        debug_assert!(self.too_long || bytes.ends_with(b"}"), "the parser reads no further than the brace");
        Record { bytes, start: self.record_start, too_long: self.too_long }
    }

    /// Keeps no more bytes.
    pub(super) fn forget_record(&mut self) {
        self.in_record = false;
        self.boundary = self.count;
        self.record.clear();
    }

    /// Takes a buffer back for the next record or line.
    pub(super) fn give_back(&mut self, bytes: Vec<u8>) {
        self.record = bytes;
        self.record.clear();
    }

    /// Skips white space; the byte that follows stays.
    pub(super) fn skip_blanks(&mut self) -> io::Result<Option<u8>> {
        loop {
            if self.start == self.end && !self.fill()? {
                return Ok(None);
            }
            let byte = self.buffer[self.start];
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
            self.advance(1);
        }
    }

    /// Whether lines that begin with `{` follow each other, which no single JSON document does.
    pub(super) fn looks_like_lines(&self) -> bool {
        let head = &self.buffer[self.start..self.end];
        let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
        let (Some(first), Some(second)) = (lines.next(), lines.next()) else {
            return false;
        };
        second.starts_with(b"{") && !matches!(first.last(), Some(b'{' | b'[' | b',' | b':'))
    }

    /// The next line that is not blank.
    pub(super) fn next_line(&mut self) -> io::Result<Line> {
        let mut bytes = std::mem::take(&mut self.record);
        loop {
            bytes.clear();
            let (number, start) = (self.line, self.count);
            let (mut ended, mut too_long) = (false, false);
            while !ended && (self.start < self.end || self.fill()?) {
                let piece = &self.buffer[self.start..self.end];
                let length = piece.iter().position(|byte| *byte == b'\n');
                ended = length.is_some();
                let taken = length.map_or(piece.len(), |length| length + 1);
                too_long = too_long || bytes.len() + taken > self.max_record_bytes.saturating_add(1);
                if !too_long {
                    bytes.extend_from_slice(&piece[..length.unwrap_or(taken)]);
                }
                self.advance(taken);
            }
            if too_long {
                self.record = bytes;
                return Ok(Line::TooLong { number, start });
            }
            if !bytes.trim_ascii().is_empty() {
                return Ok(Line::Text { bytes, number, start, ended });
            }
            if !ended {
                return Ok(Line::End);
            }
        }
    }

    fn advance(&mut self, taken: usize) {
        // Whatever is taken at once ends with its only line break.
        let last = self.buffer[self.start..self.start + taken].last();
        self.line += u64::from(last == Some(&b'\n'));
        self.count += taken as u64;
        self.start += taken;
    }

    /// Reads more; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let size = if self.count == 0 { HEAD } else { BUFFER };
        self.buffer.resize(size, 0);
        self.start = 0;
        self.end = 0;
        while self.end < size {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // What was read is used first; a reader that failed fails again.
                Err(_) if self.end > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(self.end > 0)
    }

    /// The next byte for the parser.
    fn next_byte(&mut self) -> Result<Option<u8>, ()> {
        if self.start == self.end {
            match self.fill() {
                Ok(true) => {}
                Ok(false) => {
                    self.ended = true;
                    return Ok(None);
                }
                Err(error) => {
                    self.fault = Some(Fault::Read(error));
                    return Err(());
                }
            }
        }
        let byte = self.buffer[self.start];
        self.start += 1;
        self.count += 1;
        self.line += u64::from(byte == b'\n');
        self.recent = (self.recent << 8) | u64::from(byte);
        self.escapes = (self.escapes << 1) | u8::from(byte == b'\\' && self.escapes & 1 == 0);
        if self.in_record && self.record.len() < self.max_record_bytes {
            self.record.push(byte);
            return Ok(Some(byte));
        }
        self.too_long |= self.in_record;
        let begin = if self.in_record { self.record_start } else { self.boundary };
        if self.count - begin > (self.max_record_bytes as u64).saturating_mul(SKIP_FACTOR) {
            self.fault = Some(if self.in_record { Fault::TooLong(begin) } else { Fault::TooLongOutside(begin) });
            return Err(());
        }
        Ok(Some(byte))
    }
}

impl<R: Read> Source<DecodeStream<R>> {
    /// The byte of the payload from which a byte of the text was made.
    pub(super) fn byte_in_payload(&self, byte: u64) -> u64 {
        self.reader.byte_in_payload(byte)
    }

    /// Problems of the encoding.
    pub(super) fn reader_problems(&self) -> Vec<Problem> {
        self.reader.problems()
    }
}

/// A source as a reader that the parser can own while others look at it.
pub(super) struct Shared<'s, R>(pub(super) &'s RefCell<Source<R>>);

impl<R: Read> Read for Shared<'_, R> {
    /// Gives one byte at a time, so that the parser is never ahead of what it has understood.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(first) = buffer.first_mut() else { return Ok(0) };
        match self.0.borrow_mut().next_byte() {
            Ok(Some(byte)) => {
                *first = byte;
                Ok(1)
            }
            Ok(None) => Ok(0),
            Err(()) => Err(io::Error::other("the source failed")),
        }
    }
}

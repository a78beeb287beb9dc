//! Bytes to text: byte order marks, declared and detected encodings, and gzip (`expansion`).
//!
//! The order is: byte order mark, UTF-16 seen by its pattern of NUL bytes, the declared encoding if the bytes agree with
//! it, UTF-8, and at last a guess (`chardetng`). What no encoding explains becomes U+FFFD, and a problem says where the
//! first such byte stands. Every reader here is bounded: none holds more than a window of what it reads.

mod expansion;

use std::io::{self, Read};

use cairn_model::{Position, Problem};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

pub use expansion::{ExpansionError, ExpansionLimits, open_stream};

/// How many bytes a stream shows to the detection.
const WINDOW: usize = 64 * 1024;

/// How many bytes are looked at for the NUL pattern of UTF-16.
const UTF_16_WINDOW: usize = 4096;

/// What stands for bytes that are no text.
const REPLACEMENT: &str = "\u{fffd}";

/// A payload as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// Name of the encoding (WHATWG), for example `UTF-8` or `windows-1256`.
    pub encoding: &'static str,
    /// Problems: `unknown-encoding`, `encoding-mismatch`, `undecodable-bytes`.
    pub problems: Vec<Problem>,
}

/// Decodes a whole payload. `declared` is the label of an HTTP header or of a source's configuration.
pub fn decode_text(bytes: &[u8], declared: Option<&str>) -> Decoded {
    let choice = choose(bytes, declared, Window { start: true, end: true });
    let body = &bytes[choice.mark..];
    let mut problems = choice.problems;
    if choice.encoding == UTF_8
        && let Ok(text) = std::str::from_utf8(body)
    {
        return Decoded { text: text.to_owned(), encoding: UTF_8.name(), problems };
    }
    let mut stream = Transcoder::new(choice.encoding, choice.mark as u64, choice.mark);
    let mut text = Vec::with_capacity(body.len());
    stream.decode(body, true, &mut text);
    problems.extend(stream.damage());
    let text = String::from_utf8(text).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Decoded { text, encoding: choice.encoding.name(), problems }
}

/// Decodes a stream to UTF-8 without holding more than a window of it.
///
/// ASCII is handed on as it is; the encoding is chosen where the first other byte stands, on the bytes that follow it.
pub fn decode_stream<R: Read>(reader: R, declared: Option<&str>) -> DecodeStream<R> {
    DecodeStream::new(reader, Policy::Detect(declared.map(str::to_owned)))
}

/// Decodes a stream that can only be Unicode, such as JSON (RFC 8259 §8.1): UTF-8, or UTF-16 seen by its mark or pattern.
///
/// Bytes that are no UTF-8 become U+FFFD, however many there are.
pub fn decode_unicode_stream<R: Read>(reader: R) -> DecodeStream<R> {
    DecodeStream::new(reader, Policy::Unicode)
}

/// How a stream chooses its encoding.
#[derive(Debug, Clone)]
enum Policy {
    /// By detection, with what was declared.
    Detect(Option<String>),
    /// UTF-8 or UTF-16.
    Unicode,
}

/// A stream of UTF-8 made from a stream of another encoding (see [`decode_stream`]).
#[derive(Debug)]
pub struct DecodeStream<R> {
    reader: R,
    policy: Policy,
    /// Bytes read and not decoded yet.
    raw: Vec<u8>,
    /// Whether the reader gave all.
    ended: bool,
    /// Whether byte order mark and NUL pattern were looked at.
    started: bool,
    /// Bytes decoded so far.
    position: u64,
    /// Set as soon as the encoding is chosen.
    transcoder: Option<Transcoder>,
    /// UTF-8 not handed over yet, from `taken` on.
    output: Vec<u8>,
    taken: usize,
    problems: Vec<Problem>,
}

impl<R: Read> DecodeStream<R> {
    fn new(reader: R, policy: Policy) -> Self {
        Self {
            reader,
            policy,
            raw: Vec::new(),
            ended: false,
            started: false,
            position: 0,
            transcoder: None,
            output: Vec::new(),
            taken: 0,
            problems: Vec::new(),
        }
    }

    /// Name of the encoding as far as it is known: `US-ASCII` until another byte was seen.
    pub fn encoding(&self) -> &'static str {
        self.transcoder.as_ref().map_or("US-ASCII", |transcoder| transcoder.encoding.name())
    }

    /// Problems of the encoding so far.
    pub fn problems(&self) -> Vec<Problem> {
        let damage = self.transcoder.as_ref().and_then(Transcoder::damage);
        self.problems.iter().cloned().chain(damage).collect()
    }

    /// The byte of the stream from which a byte of the text was made. Exact where the stream is UTF-8, damaged or not;
    /// in another encoding it is the byte of the text, counted as UTF-8.
    pub fn byte_in_payload(&self, byte: u64) -> u64 {
        match &self.transcoder {
            Some(transcoder) if transcoder.encoding == UTF_8 => transcoder.byte_in_source(byte),
            Some(_) | None => byte,
        }
    }

    /// Reads until the window is full or the reader has ended.
    fn fill_window(&mut self) -> io::Result<()> {
        let missing = WINDOW.saturating_sub(self.raw.len());
        if missing > 0 && !self.ended {
            let read = (&mut self.reader).take(missing as u64).read_to_end(&mut self.raw)?;
            self.ended = read < missing;
        }
        Ok(())
    }

    fn choose_encoding(&mut self, start: bool) {
        let window = Window { start, end: self.ended };
        let choice = match &self.policy {
            Policy::Detect(declared) => choose(&self.raw, declared.as_deref(), window),
            Policy::Unicode => {
                let found = if start { choose_by_shape(&self.raw) } else { None };
                let (encoding, mark) = found.unwrap_or((UTF_8, 0));
                Choice { encoding, mark, problems: Vec::new() }
            }
        };
        self.raw.drain(..choice.mark);
        self.position += choice.mark as u64;
        self.problems.extend(choice.problems);
        self.transcoder = Some(Transcoder::new(choice.encoding, self.position, choice.mark));
    }

    /// Puts the next piece of UTF-8 into `output`; leaves it empty at the end.
    fn next_piece(&mut self) -> io::Result<()> {
        self.output.clear();
        self.taken = 0;
        while self.output.is_empty() {
            self.fill_window()?;
            if !self.started {
                self.started = true;
                if !is_plain_ascii(&self.raw) {
                    self.choose_encoding(true);
                }
            }
            if self.raw.is_empty() && self.ended && self.transcoder.is_none() {
                return Ok(());
            }
            if let Some(transcoder) = &mut self.transcoder {
                if self.raw.is_empty() && self.ended && transcoder.finished {
                    return Ok(());
                }
                transcoder.decode(&self.raw, self.ended, &mut self.output);
                self.position += self.raw.len() as u64;
                self.raw.clear();
                continue;
            }
            let plain = self.raw.iter().position(|byte| !byte.is_ascii()).unwrap_or(self.raw.len());
            if plain == 0 {
                // The window holds what follows the first byte that is not ASCII: enough to judge by.
                self.choose_encoding(false);
            } else {
                self.output.extend(self.raw.drain(..plain));
                self.position += plain as u64;
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for DecodeStream<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.output.len() {
            self.next_piece()?;
        }
        let count = buffer.len().min(self.output.len() - self.taken);
        buffer[..count].copy_from_slice(&self.output[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}

/// A decoder that remembers where and how often the bytes made no sense.
struct Transcoder {
    encoding: &'static Encoding,
    decoder: Decoder,
    finished: bool,
    position: u64,
    damaged: u64,
    first_damage: u64,
    /// Bytes of text from the start of the stream, with those that another transcoder or none made.
    written: u64,
    /// How far the source is ahead of the text (behind it where negative), from a byte of the text on.
    shifts: Vec<(u64, i64)>,
}

/// Damaged places whose lengths are remembered; past them places in the source are told less exactly.
const MAX_SHIFTS: usize = 10_000;

impl std::fmt::Debug for Transcoder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Transcoder").field("encoding", &self.encoding.name()).finish_non_exhaustive()
    }
}

impl Transcoder {
    /// `position` bytes of the source, of which the first `mark` gave no text, are behind it.
    fn new(encoding: &'static Encoding, position: u64, mark: usize) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        let written = position.saturating_sub(mark as u64);
        let shifts = vec![(0, i64::try_from(mark).unwrap_or(0))];
        Self { encoding, decoder, finished: false, position, damaged: 0, first_damage: 0, written, shifts }
    }

    fn byte_in_source(&self, byte: u64) -> u64 {
        let after = self.shifts.partition_point(|(from, _)| *from <= byte);
        let shift = after.checked_sub(1).map_or(0, |last| self.shifts[last].1);
        byte.saturating_add_signed(shift)
    }

    /// Notes that a sequence of `length` bytes was replaced.
    fn shift_by(&mut self, length: u8) {
        if self.shifts.len() < MAX_SHIFTS {
            let before = self.shifts.last().map_or(0, |(_, shift)| *shift);
            // The mark of replacement has three bytes.
            self.shifts.push((self.written, before + i64::from(length) - 3));
        }
    }

    fn decode(&mut self, mut source: &[u8], last: bool, output: &mut Vec<u8>) {
        let mut piece = [0_u8; 8192];
        while !self.finished {
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(source, &mut piece, last);
            output.extend_from_slice(&piece[..written]);
            source = &source[read..];
            self.position += read as u64;
            self.written += written as u64;
            match result {
                DecoderResult::OutputFull => {}
                DecoderResult::InputEmpty => {
                    self.finished = last;
                    return;
                }
                DecoderResult::Malformed(length, after) => {
                    if self.damaged == 0 {
                        let back = u64::from(length) + u64::from(after);
                        self.first_damage = self.position.saturating_sub(back);
                    }
                    self.damaged += 1;
                    output.extend_from_slice(REPLACEMENT.as_bytes());
                    self.written += REPLACEMENT.len() as u64;
                    self.shift_by(length);
                }
            }
        }
    }

    fn damage(&self) -> Option<Problem> {
        (self.damaged > 0).then(|| {
            let message = format!(
                "{} byte sequences are no {} text; each was replaced by U+FFFD",
                self.damaged,
                self.encoding.name()
            );
            Problem::warning("undecodable-bytes", "", message)
                .at(Position { byte: Some(self.first_damage), ..Position::default() })
        })
    }
}

/// The encoding of a payload and the length of its byte order mark.
struct Choice {
    encoding: &'static Encoding,
    mark: usize,
    problems: Vec<Problem>,
}

/// Which ends of the payload the bytes in hand reach.
#[derive(Clone, Copy)]
struct Window {
    start: bool,
    end: bool,
}

fn choose(bytes: &[u8], declared: Option<&str>, window: Window) -> Choice {
    let mut problems = Vec::new();
    if window.start
        && let Some((encoding, mark)) = choose_by_shape(bytes)
    {
        return Choice { encoding, mark, problems };
    }
    let mut contradicted = None;
    if let Some(label) = declared.map(str::trim).filter(|label| !label.is_empty()) {
        match Encoding::for_label_no_replacement(label.as_bytes()) {
            // UTF-16 is found above; declared but without its pattern it is a claim that the bytes contradict.
            Some(encoding) if encoding != UTF_16LE && encoding != UTF_16BE && agrees(bytes, encoding, window.end) => {
                return Choice { encoding, mark: 0, problems };
            }
            Some(encoding) => contradicted = Some(encoding),
            None => {
                let message = "the declared encoding is not known; it was detected instead";
                problems.push(Problem::warning("unknown-encoding", "", message).with_value(label));
            }
        }
    }
    let encoding = if is_mostly_utf_8(bytes, window.end) {
        UTF_8
    } else {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, window.end);
        detector.guess(None, Utf8Detection::Deny)
    };
    if let Some(declared) = contradicted.filter(|declared| *declared != encoding) {
        let message = format!("the payload is declared as {} but reads as {}", declared.name(), encoding.name());
        problems.push(Problem::warning("encoding-mismatch", "", message));
    }
    Choice { encoding, mark: 0, problems }
}

/// The encoding that the first bytes show, and the length of the byte order mark.
fn choose_by_shape(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    Encoding::for_bom(bytes).or_else(|| Some((utf_16_without_mark(bytes)?, 0)))
}

/// Whether the bytes can be decoded; an incomplete sequence at the end of a window is no fault.
fn agrees(bytes: &[u8], encoding: &'static Encoding, whole: bool) -> bool {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut piece = [0_u8; 8192];
    let mut source = bytes;
    loop {
        let (result, read, _) = decoder.decode_to_utf8_without_replacement(source, &mut piece, whole);
        source = &source[read..];
        match result {
            DecoderResult::InputEmpty => return true,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return false,
        }
    }
}

/// UTF-8, or UTF-8 with some damage: far more sequences that make sense than bytes that make none.
fn is_mostly_utf_8(bytes: &[u8], whole: bool) -> bool {
    let mut letters = 0_usize;
    let mut faults = 0_usize;
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        letters += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        let cut_off = !whole && chunks.peek().is_none() && chunk.invalid().len() < 4;
        if !chunk.invalid().is_empty() && !cut_off {
            faults += 1;
        }
    }
    faults == 0 || letters > 4 * faults
}

/// UTF-16 shows as NUL bytes at even places only (big-endian) or at odd places only (little-endian).
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let window = &bytes[..bytes.len().min(UTF_16_WINDOW) & !1];
    let (mut even, mut odd) = (0_usize, 0_usize);
    for pair in window.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    // Text in other scripts has NUL bytes at its blanks, commas and line breaks only: one pair in twenty is enough.
    let enough = (window.len() / 2).div_ceil(20).max(1);
    match (even, odd) {
        (0, odd) if odd >= enough => Some(UTF_16LE),
        (even, 0) if even >= enough => Some(UTF_16BE),
        _ => None,
    }
}

fn is_plain_ascii(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii() && *byte != 0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// Decodes as a whole and as a stream of small pieces; both must give the same text.
    fn both(bytes: &[u8], declared: Option<&str>) -> (String, &'static str) {
        let decoded = decode_text(bytes, declared);
        let mut streamed = String::new();
        let mut stream = decode_stream(Trickle(bytes), declared);
        stream.read_to_string(&mut streamed).unwrap();
        assert_eq!(streamed, decoded.text);
        (decoded.text, decoded.encoding)
    }

    /// A reader that gives three bytes at a time.
    struct Trickle<'b>(&'b [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = 3.min(buffer.len());
            self.0.read(&mut buffer[..count])
        }
    }

    fn codes(problems: &[Problem]) -> Vec<&str> {
        problems.iter().map(|problem| problem.code.as_str()).collect()
    }

    #[test]
    fn a_byte_order_mark_decides_against_any_declaration() {
        assert_eq!(both(b"\xef\xbb\xbfcaf\xc3\xa9", Some("windows-1252")), ("café".to_owned(), "UTF-8"));
        assert_eq!(both(b"\xfe\xff\x00a\x06\x27", Some("utf-8")), ("aا".to_owned(), "UTF-16BE"));
    }

    #[test]
    fn utf_16_without_a_mark_is_seen_by_its_nul_bytes() {
        let text = "العنوان,البلد\r\nآبار,اليمن\r\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(both(&little, None), (text.to_owned(), "UTF-16LE"));
        assert_eq!(both(&big, None), (text.to_owned(), "UTF-16BE"));
    }

    #[test]
    fn a_declaration_counts_where_the_bytes_agree() {
        assert_eq!(both(b"na\xefve", Some("iso-8859-1")), ("naïve".to_owned(), "windows-1252"));
        let contradicted = decode_text("café au lait, déjà vu".as_bytes(), Some("shift_jis"));
        assert_eq!(contradicted.encoding, "UTF-8");
        assert_eq!(codes(&contradicted.problems), ["encoding-mismatch"]);
        assert_eq!(codes(&decode_text(b"abc", Some("martian")).problems), ["unknown-encoding"]);
    }

    #[test]
    fn old_encodings_are_guessed() {
        let arabic =
            encoding_rs::WINDOWS_1256.encode("عنوان مجموعة البيانات,البلد\nمسح حقول الألغام في اليمن,اليمن\n").0;
        assert_eq!(both(&arabic, None).1, "windows-1256");
        let french = encoding_rs::WINDOWS_1252.encode("Intitulé,Pays\nEnquête sur les déplacés à Léogâne,Haïti\n").0;
        assert_eq!(both(&french, None).1, "windows-1252");
    }

    #[test]
    fn a_few_damaged_bytes_do_not_make_utf_8_another_encoding() {
        let mut bytes = "été, où, déjà, garçon, Noël".as_bytes().to_vec();
        bytes.push(0xff);
        let decoded = decode_text(&bytes, None);
        assert_eq!((decoded.encoding, decoded.text.as_str()), ("UTF-8", "été, où, déjà, garçon, Noël\u{fffd}"));
        assert_eq!(codes(&decoded.problems), ["undecodable-bytes"]);
        assert_eq!(decoded.problems[0].position.byte, Some(bytes.len() as u64 - 1));
    }

    #[test]
    fn a_letter_cut_by_the_window_is_whole_again() {
        let text = format!("{}é{}", "x".repeat(WINDOW - 1), "ü".repeat(WINDOW));
        assert_eq!(both(text.as_bytes(), None), (text, "UTF-8"));
    }
}

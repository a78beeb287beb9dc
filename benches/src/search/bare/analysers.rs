//! Cairn's words and stems as analysers behind tantivy's interface, one for each kind of field, as tantivy has it.

use std::collections::HashMap;
use std::ops::Range;

use cairn_search::analysis::{self, Spoken};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer, TokenizerManager};

/// Name of the analyser of words as they are written, folded.
pub(super) const WORDS: &str = "words";
/// Name of the analyser of stems. It takes texts as [`marked`] gives them.
pub(super) const STEMS: &str = "stems";

/// Stems of a language that are remembered: to make them costs more than all else.
const MOST_KNOWN: usize = 50_000;

pub(super) fn register(analysers: &TokenizerManager) {
    analysers.register(WORDS, TextAnalyzer::from(Words::default()));
    analysers.register(STEMS, TextAnalyzer::from(Stems::default()));
}

/// A text that says in which language it is.
pub(super) fn marked(spoken: Spoken, text: &str) -> String {
    format!("{}{text}", spoken.mark())
}

/// Tokens of a text, one after the other in one buffer.
#[derive(Clone, Default)]
struct Buffer {
    text: String,
    /// Where each token ends, and where its word stands.
    tokens: Vec<(usize, Range<usize>)>,
    token: Token,
}

impl Buffer {
    fn clear(&mut self) {
        self.text.clear();
        self.tokens.clear();
        self.token.reset();
    }

    fn push(&mut self, token: &str, stands: Range<usize>) {
        self.text.push_str(token);
        self.tokens.push((self.text.len(), stands));
    }
}

#[derive(Clone, Default)]
struct Words(Buffer);

#[derive(Clone, Default)]
struct Stems {
    buffer: Buffer,
    known: HashMap<Spoken, HashMap<String, String>>,
}

impl Tokenizer for Words {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        self.0.clear();
        analysis::visit_words(text, |word, stands| self.0.push(word, stands));
        Tokens { buffer: &mut self.0, next: 0, from: 0 }
    }
}

impl Tokenizer for Stems {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        self.buffer.clear();
        let mark = text.chars().next();
        if let Some((mark, spoken)) = mark.and_then(|mark| Some((mark, Spoken::of_mark(mark)?))) {
            let text = &text[mark.len_utf8()..];
            let known = self.known.entry(spoken).or_default();
            if known.len() > MOST_KNOWN {
                known.clear();
            }
            analysis::visit_words(text, |word, stands| {
                if let Some(stem) = known.get(word) {
                    self.buffer.push(stem, stands);
                } else {
                    let stem = spoken.stem(word, &text[stands.clone()]);
                    self.buffer.push(&stem, stands);
                    known.insert(word.to_owned(), stem);
                }
            });
        }
        Tokens { buffer: &mut self.buffer, next: 0, from: 0 }
    }
}

struct Tokens<'a> {
    buffer: &'a mut Buffer,
    next: usize,
    from: usize,
}

impl TokenStream for Tokens<'_> {
    fn advance(&mut self) -> bool {
        let Buffer { text, tokens, token } = &mut *self.buffer;
        let Some((end, stands)) = tokens.get(self.next) else { return false };
        token.text.clear();
        token.text.push_str(&text[self.from..*end]);
        token.position = self.next;
        (token.offset_from, token.offset_to) = (stands.start, stands.end);
        self.next += 1;
        self.from = *end;
        true
    }

    fn token(&self) -> &Token {
        &self.buffer.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.buffer.token
    }
}

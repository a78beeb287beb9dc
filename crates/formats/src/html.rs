//! HTML as a sequence of tags and texts, tokenized as browsers do; no page is malformed.

use std::borrow::Cow;

use cairn_model::markup::without_tags;
use html5gum::{DefaultEmitter, Token, Tokenizer};

use crate::decode::{Decoded, decode_text};

/// Bytes at the beginning in which a page states its encoding (HTML §13.2.3.2).
const PRESCAN: usize = 1024;

/// A piece of a page.
pub(crate) enum Piece {
    /// A tag begins an element; names are in lower case.
    Start {
        /// Name of the element.
        name: String,
        /// Attributes by name, the first of each.
        attributes: Vec<(String, String)>,
    },
    /// An element ends.
    End(String),
    /// Text, with its references replaced.
    Text(String),
}

impl Piece {
    /// The value of an attribute, without blanks around it.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let Self::Start { attributes, .. } = self else { return None };
        attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }
}

/// The pieces of a page.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    let mut emitter = DefaultEmitter::default();
    // What stands in `script` and `style` is no markup.
    emitter.naively_switch_states(true);
    let utf_8 = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Tokenizer::new_with_emitter(text, emitter).filter_map(move |token| match token {
        Ok(Token::StartTag(tag)) => Some(Piece::Start {
            name: utf_8(&tag.name),
            attributes: tag.attributes.iter().map(|(name, value)| (utf_8(name), utf_8(value))).collect(),
        }),
        Ok(Token::EndTag(tag)) => Some(Piece::End(utf_8(&tag.name))),
        Ok(Token::String(text)) => Some(Piece::Text(utf_8(&text))),
        Ok(_) => None,
        Err(never) => match never {},
    })
}

/// A text as it is read: without tags, and with what references stand for. Most texts are that already.
pub(crate) fn without_markup(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '&']) {
        return Cow::Borrowed(text);
    }
    let text = without_tags(text);
    if !text.contains('&') {
        return Cow::Owned(text);
    }
    let texts = pieces(&text).filter_map(|piece| match piece {
        Piece::Text(text) => Some(text),
        _ => None,
    });
    Cow::Owned(texts.collect())
}

/// Decodes a page: by its byte order mark, by what is `declared` with it, or by what it states itself.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    let stated = || {
        let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN)]).into_owned();
        pieces(&head).find_map(|piece| match &piece {
            Piece::Start { name, .. } if name == "meta" => {
                let content = piece.attribute("content").and_then(|content| content.split_once("charset="));
                piece.attribute("charset").or(content.map(|(_, label)| label)).map(str::to_owned)
            }
            _ => None,
        })
    };
    let label = declared.map(str::to_owned).or_else(stated);
    decode_text(bytes, label.as_deref())
}

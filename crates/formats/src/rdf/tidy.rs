//! Terms as documents write them, made into terms that can be written again.
//!
//! Addresses with blanks and language tags with underscores stand in every other feed. The parsers are told to let them
//! pass, so that they cost no more than themselves.

use std::fmt::Write as _;

use oxrdf::{Literal, NamedNode, NamedOrBlankNode, Term};

/// Longest address.
const LONGEST_ADDRESS: usize = 8_000;

/// The address without blanks around it, and with what may not stand in one escaped (RFC 3987 §2.2). Longer ones are cut.
pub(super) fn address(iri: NamedNode) -> NamedNode {
    let text = iri.as_str();
    let may_stand = |letter: char| {
        !letter.is_control() && !matches!(letter, ' ' | '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\')
    };
    if text.len() <= LONGEST_ADDRESS && text.chars().all(may_stand) {
        return iri;
    }
    let mut tidy = String::with_capacity(text.len());
    for letter in text.trim().chars() {
        if tidy.len() >= LONGEST_ADDRESS {
            break;
        }
        if may_stand(letter) {
            tidy.push(letter);
        } else {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                // Writing to a text cannot fail.
                let _ = write!(tidy, "%{byte:02X}");
            }
        }
    }
    NamedNode::new_unchecked(tidy)
}

pub(super) fn subject(node: NamedOrBlankNode) -> NamedOrBlankNode {
    match node {
        NamedOrBlankNode::NamedNode(iri) => address(iri).into(),
        NamedOrBlankNode::BlankNode(node) => node.into(),
    }
}

pub(super) fn object(term: Term) -> Term {
    match term {
        Term::NamedNode(iri) => address(iri).into(),
        Term::BlankNode(node) => node.into(),
        Term::Literal(literal) => self::literal(literal).into(),
    }
}

/// The literal with its language tag in lower case, or without it where it is none.
fn literal(literal: Literal) -> Literal {
    let (value, datatype, language) = literal.destruct();
    if let Some(tag) = language {
        let tag = tag.trim().replace('_', "-").to_ascii_lowercase();
        return if is_language_tag(&tag) {
            Literal::new_language_tagged_literal_unchecked(value, tag)
        } else {
            Literal::new_simple_literal(value)
        };
    }
    match datatype {
        Some(datatype) => Literal::new_typed_literal(value, address(datatype)),
        None => Literal::new_simple_literal(value),
    }
}

fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_first = parts
        .next()
        .is_some_and(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    is_first
        && tag.len() <= 64
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

//! A bounded tree of XML elements, with names resolved to the vocabularies of metadata.
//!
//! The readers of metadata take whole records, which are small; a document that is large or hostile meets the limits of
//! [`parse()`] first. Document type definitions are skipped: no entity that a document defines is ever replaced.

mod cut;
mod encoding;
mod outline;
mod parse;
mod reference;
mod vocabulary;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use cut::cut;
pub(crate) use encoding::{declared_encoding, decode};
pub use outline::XmlOutline;
pub(crate) use parse::{Document, parse};
pub(crate) use reference::replacement;
pub(crate) use vocabulary::Vocabulary;

/// Matches an element of any name in a path.
pub(crate) const ANY: &str = "*";

/// An element.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Element<'t> {
    /// The name as it is written, with its prefix.
    written: &'t str,
    /// Local name, or that of the type which this one specialises (`gco:isoType`, ISO/TS 19139 §A.4).
    name: Cow<'t, str>,
    vocabulary: Vocabulary,
    attributes: Vec<Attribute<'t>>,
    nodes: Vec<Node<'t>>,
    /// Bytes in the decoded text, with both tags.
    span: Range<usize>,
}

/// An attribute; declarations of namespaces are among them.
#[derive(Debug, Clone, PartialEq)]
struct Attribute<'t> {
    written: &'t str,
    vocabulary: Vocabulary,
    value: Cow<'t, str>,
}

/// What stands in an element.
#[derive(Debug, Clone, PartialEq)]
enum Node<'t> {
    Element(Box<Element<'t>>),
    Text(Cow<'t, str>),
}

impl<'t> Element<'t> {
    /// Local name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where the name comes from.
    pub(crate) fn vocabulary(&self) -> Vocabulary {
        self.vocabulary
    }

    /// Whether it is the element `name` of `vocabulary`.
    pub(crate) fn is(&self, vocabulary: Vocabulary, name: &str) -> bool {
        self.vocabulary == vocabulary && self.name == name
    }

    /// The value of an attribute without prefix; none where it is blank.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attribute_of(Vocabulary::None, name)
    }

    /// The value of an attribute of a vocabulary; none where it is blank.
    pub(crate) fn attribute_of(&self, vocabulary: Vocabulary, name: &str) -> Option<&str> {
        let is_it =
            |attribute: &&Attribute<'t>| attribute.vocabulary == vocabulary && local_name(attribute.written) == name;
        let value = self.attributes.iter().find(is_it)?.value.trim();
        (!value.is_empty()).then_some(value)
    }

    /// The elements in it.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element<'t>> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(&**element),
            Node::Text(_) => None,
        })
    }

    /// The elements in it that have a name of its own vocabulary.
    pub(crate) fn children<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element<'t>> {
        self.children_of(self.vocabulary, name)
    }

    /// The elements in it that have a name of a vocabulary.
    pub(crate) fn children_of<'e>(
        &'e self,
        vocabulary: Vocabulary,
        name: &'e str,
    ) -> impl Iterator<Item = &'e Element<'t>> {
        self.elements().filter(move |element| element.is(vocabulary, name))
    }

    /// The first of [`Element::children`].
    pub(crate) fn child<'e>(&'e self, name: &'e str) -> Option<&'e Element<'t>> {
        self.children(name).next()
    }

    /// Every element at the end of a path of names of its own vocabulary; [`ANY`] stands for an element of any name.
    pub(crate) fn all(&self, path: &[&str]) -> Vec<&Element<'t>> {
        self.all_of(self.vocabulary, path)
    }

    /// As [`Element::all`], with names of a vocabulary.
    pub(crate) fn all_of(&self, vocabulary: Vocabulary, path: &[&str]) -> Vec<&Element<'t>> {
        let mut found = vec![self];
        for name in path {
            let step = |element: &&Element<'t>| *name == ANY || element.is(vocabulary, name);
            found = found.into_iter().flat_map(|element| element.elements().filter(step)).collect();
        }
        found
    }

    /// The first of [`Element::all`].
    pub(crate) fn first(&self, path: &[&str]) -> Option<&Element<'t>> {
        self.all(path).into_iter().next()
    }

    /// Every element below it that has a name of its own vocabulary, in the order of the document.
    pub(crate) fn descendants(&self, name: &str) -> Vec<&Element<'t>> {
        self.descendants_of(self.vocabulary, name)
    }

    /// As [`Element::descendants`], with a name of a vocabulary.
    pub(crate) fn descendants_of(&self, vocabulary: Vocabulary, name: &str) -> Vec<&Element<'t>> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(element) = open.pop() {
            if element.is(vocabulary, name) && !std::ptr::eq(element, self) {
                found.push(element);
            }
            let below: Vec<&Element<'t>> = element.elements().collect();
            open.extend(below.into_iter().rev());
        }
        found
    }

    /// All text in it and below it, without the blanks around it and around its lines; none where there is nothing.
    pub(crate) fn text(&self) -> Option<String> {
        self.text_without(&[])
    }

    /// As [`Element::text`], without that of elements of some names.
    pub(crate) fn text_without(&self, names: &[&str]) -> Option<String> {
        let mut text = String::new();
        self.collect_text(names, &mut text);
        without_indents(&text)
    }

    /// The text that stands in it and not in elements below it.
    pub(crate) fn own_text(&self) -> Option<String> {
        let texts = self.nodes.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_ref()),
            Node::Element(_) => None,
        });
        without_indents(&texts.collect::<String>())
    }

    fn collect_text(&self, left_out: &[&str], text: &mut String) {
        for node in &self.nodes {
            match node {
                Node::Text(own) => text.push_str(own),
                Node::Element(element) if left_out.contains(&element.name()) => {}
                Node::Element(element) => element.collect_text(left_out, text),
            }
        }
    }

    /// The text of the first element at the end of a path that has one.
    pub(crate) fn text_at(&self, path: &[&str]) -> Option<String> {
        self.all(path).into_iter().find_map(Element::text)
    }

    /// The texts of all elements at the end of a path.
    pub(crate) fn texts_at(&self, path: &[&str]) -> Vec<String> {
        self.all(path).into_iter().filter_map(Element::text).collect()
    }
}

/// A text without the indents of its document, which are none of its own; none where nothing is left.
fn without_indents(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if !text.contains('\n') {
        return Some(text.to_owned());
    }
    Some(text.lines().map(str::trim).collect::<Vec<&str>>().join("\n"))
}

/// A name without its prefix.
fn local_name(written: &str) -> &str {
    written.split_once(':').map_or(written, |(_, local)| local)
}

/// The prefix of a name; empty where it has none.
fn prefix(written: &str) -> &str {
    written.split_once(':').map_or("", |(prefix, _)| prefix)
}

#[cfg(test)]
mod tests;

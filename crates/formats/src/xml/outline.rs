//! The elements of a record by the way that leads to them, so that a record can be read without some of them.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Element, Node, Vocabulary, decode, local_name, parse};

/// A record in XML, and where its elements stand in it.
#[derive(Debug, Clone)]
pub struct XmlOutline {
    text: String,
    elements: Vec<Outlined>,
}

/// An element that says something.
#[derive(Debug, Clone)]
struct Outlined {
    /// Local names from below the root down to its own.
    path: Vec<String>,
    span: Range<usize>,
}

impl XmlOutline {
    /// The outline of a document down to `depth` elements below its root; `None` where it is no XML.
    pub fn read(bytes: &[u8], depth: usize) -> Option<Self> {
        let text = decode(bytes).text;
        let elements = outlined(parse(&text).ok()?.root, depth);
        Some(Self { text, elements })
    }

    /// Names of the elements that stand directly in those at the end of a path and say something.
    pub fn names_in(&self, path: &[String]) -> BTreeSet<String> {
        let inside = |element: &Outlined| {
            let (name, way) = element.path.split_last()?;
            (way == path).then(|| name.clone())
        };
        self.elements.iter().filter_map(inside).collect()
    }

    /// The document, as UTF-8.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.text.clone().into_bytes()
    }

    /// The document without the elements at the end of a path.
    pub fn without(&self, path: &[String]) -> Vec<u8> {
        let mut kept = String::with_capacity(self.text.len());
        let mut end = 0;
        // Elements with one path never stand in one another.
        for Outlined { span, .. } in self.elements.iter().filter(|element| element.path == path) {
            kept.push_str(&self.text[end..span.start]);
            end = span.end;
        }
        kept.push_str(&self.text[end..]);
        kept.into_bytes()
    }
}

/// The elements below one, down to a depth, in the order of the document.
fn outlined(root: Element<'_>, depth: usize) -> Vec<Outlined> {
    let mut elements = Vec::new();
    let mut waiting = vec![(Vec::new(), root)];
    while let Some((path, element)) = waiting.pop() {
        for node in element.nodes {
            let Node::Element(child) = node else { continue };
            if !says_something(&child) {
                continue;
            }
            let path = [path.as_slice(), &[local_name(child.written).to_owned()]].concat();
            elements.push(Outlined { path: path.clone(), span: child.span.clone() });
            if path.len() < depth {
                waiting.push((path, *child));
            }
        }
    }
    elements.sort_by_key(|element| element.span.start);
    elements
}

/// Whether there is a text in it, or an attribute that is no part of the form (identifiers and declarations have prefixes,
/// or are `id`).
fn says_something(element: &Element<'_>) -> bool {
    let has_value = element.attributes.iter().any(|attribute| {
        attribute.vocabulary == Vocabulary::None
            && !matches!(attribute.written, "id" | "xmlns")
            && !attribute.written.contains(':')
            && !attribute.value.trim().is_empty()
    });
    has_value
        || element.nodes.iter().any(|node| match node {
            Node::Text(text) => !text.trim().is_empty(),
            Node::Element(child) => says_something(child),
        })
}

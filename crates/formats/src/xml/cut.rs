//! Cutting an element out of a document, so that it is a document by itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Element, Node, prefix};

/// Prefixes and the namespaces that they stand for; the default namespace has an empty prefix.
type Namespaces<'e> = BTreeMap<&'e str, &'e str>;

/// The bytes of `element` as they stand in `text`, with the declarations of namespaces that it takes from its
/// `ancestors` (outermost first), in the order of their prefixes.
///
/// What else the document holds makes no difference: the same record gives the same bytes on every page.
pub(crate) fn cut(text: &str, ancestors: &[&Element<'_>], element: &Element<'_>) -> Vec<u8> {
    let mut outside = Namespaces::new();
    for ancestor in ancestors {
        outside.extend(declarations(ancestor));
    }
    let mut needed = Namespaces::new();
    collect(element, &mut vec![outside], &mut needed);

    let source = &text[element.span.clone()];
    let after_name = 1 + element.written.len();
    let mut record = String::with_capacity(source.len() + 64 * needed.len());
    record.push_str(&source[..after_name]);
    for (prefix, namespace) in needed {
        let namespace = quick_xml::escape::escape(namespace);
        let separator = if prefix.is_empty() { "" } else { ":" };
        // Writing to a text cannot fail.
        let _ = write!(record, " xmlns{separator}{prefix}=\"{namespace}\"");
    }
    record.push_str(&source[after_name..]);
    record.into_bytes()
}

/// The namespaces that an element declares.
fn declarations<'e>(element: &'e Element<'_>) -> impl Iterator<Item = (&'e str, &'e str)> {
    element.attributes.iter().filter_map(|attribute| {
        let prefix = match attribute.written {
            "xmlns" => "",
            written => written.strip_prefix("xmlns:")?,
        };
        Some((prefix, &*attribute.value))
    })
}

/// Collects the namespaces that are used below and declared above. `scopes` begins with what is declared above and has the
/// declarations of each open element after it.
fn collect<'e>(element: &'e Element<'_>, scopes: &mut Vec<Namespaces<'e>>, needed: &mut Namespaces<'e>) {
    scopes.push(declarations(element).collect());
    let mut need = |prefix: &str| {
        let is_declared_inside = scopes[1..].iter().any(|scope| scope.contains_key(prefix));
        if !is_declared_inside && let Some((prefix, namespace)) = scopes[0].get_key_value(prefix) {
            needed.insert(prefix, namespace);
        }
    };
    need(prefix(element.written));
    for attribute in &element.attributes {
        let name_prefix = prefix(attribute.written);
        if name_prefix != "xmlns" && attribute.written != "xmlns" {
            if !name_prefix.is_empty() {
                need(name_prefix);
            }
            // The value of an attribute may be a name (`xsi:type`, `gco:isoType`).
            need_of_value(&attribute.value, &mut need);
        }
    }
    for node in &element.nodes {
        if let Node::Element(child) = node {
            collect(child, scopes, needed);
        }
    }
    scopes.pop();
}

fn need_of_value(value: &str, need: &mut impl FnMut(&str)) {
    if let Some((prefix, local)) = value.split_once(':')
        && !prefix.is_empty()
        && !local.starts_with('/')
    {
        need(prefix);
    }
}

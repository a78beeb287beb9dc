//! A part of a graph as N-Triples that depend on nothing but what it says.
//!
//! Blank nodes are named by a hash of all that is said of them, so that neither their labels in the document nor its order
//! count. Two that say the same get one name, and so become one: that takes away a repetition and no statement, needs no
//! search for symmetries, and takes time in proportion to the size of the part.

use std::collections::{BTreeSet, HashMap};

use oxrdf::{BlankNode, NamedNode, NamedOrBlankNode, Term, Triple};
use sha2::{Digest, Sha256};

/// Rounds of hashing. Blank nodes that differ only further away from each other than this count as the same.
const MOST_ROUNDS: usize = 32;

type Hash = [u8; 32];

/// The statements with blank nodes renamed, one a line, in order. Those about `first` stand before all others.
pub(crate) fn n_triples(statements: &[(NamedOrBlankNode, NamedNode, Term)], first: &NamedOrBlankNode) -> Vec<u8> {
    let hashes = hashes_of_blank_nodes(statements);
    let renamed = |node: &BlankNode| {
        let hash = hashes.get(node).map_or_else(String::new, |hash| hex::encode(&hash[..16]));
        BlankNode::new_unchecked(format!("b{hash}"))
    };
    let mut lines = BTreeSet::new();
    for (subject, property, object) in statements {
        let is_other = subject != first;
        let subject = match subject {
            NamedOrBlankNode::BlankNode(node) => renamed(node).into(),
            named @ NamedOrBlankNode::NamedNode(_) => named.clone(),
        };
        let object = match object {
            Term::BlankNode(node) => renamed(node).into(),
            other => other.clone(),
        };
        lines.insert((is_other, Triple::new(subject, property.clone(), object).to_string()));
    }
    let mut text = Vec::new();
    for (_, line) in lines {
        text.extend_from_slice(line.as_bytes());
        text.extend_from_slice(b" .\n");
    }
    text
}

/// What is said of a blank node: of known terms, as one hash, and by which properties it leads to other blank nodes.
struct Blank<'s> {
    known: Hash,
    links: Vec<(&'s str, usize)>,
}

fn hashes_of_blank_nodes(statements: &[(NamedOrBlankNode, NamedNode, Term)]) -> HashMap<BlankNode, Hash> {
    let mut places: HashMap<&BlankNode, usize> = HashMap::new();
    for (subject, _, object) in statements {
        if let NamedOrBlankNode::BlankNode(node) = subject {
            let next = places.len();
            places.entry(node).or_insert(next);
        }
        if let Term::BlankNode(node) = object {
            let next = places.len();
            places.entry(node).or_insert(next);
        }
    }
    let mut known: Vec<Vec<String>> = vec![Vec::new(); places.len()];
    let mut links: Vec<Vec<(&str, usize)>> = vec![Vec::new(); places.len()];
    for (subject, property, object) in statements {
        let NamedOrBlankNode::BlankNode(node) = subject else { continue };
        let place = places[node];
        match object {
            Term::BlankNode(other) => links[place].push((property.as_str(), places[other])),
            term => known[place].push(format!("{property} {term}")),
        }
    }
    let blanks: Vec<Blank<'_>> = known
        .into_iter()
        .zip(links)
        .map(|(mut known, links)| {
            known.sort_unstable();
            known.dedup();
            Blank { known: hash_of(known.iter().map(String::as_bytes)), links }
        })
        .collect();
    let hashes = refine(&blanks);
    places.into_iter().map(|(node, place)| (node.clone(), hashes[place])).collect()
}

/// Hashes that tell apart what can be told apart: each round looks one link further.
fn refine(blanks: &[Blank<'_>]) -> Vec<Hash> {
    let mut hashes: Vec<Hash> = blanks.iter().map(|blank| blank.known).collect();
    let mut distinct = 0;
    for _ in 0..MOST_ROUNDS {
        let now = hashes.iter().collect::<BTreeSet<_>>().len();
        if now == distinct && distinct > 0 {
            break;
        }
        distinct = now;
        hashes = blanks
            .iter()
            .map(|blank| {
                let links: BTreeSet<(&str, Hash)> =
                    blank.links.iter().map(|(property, place)| (*property, hashes[*place])).collect();
                let parts = links.iter().flat_map(|(property, hash)| [property.as_bytes(), hash.as_slice()]);
                hash_of(std::iter::once(blank.known.as_slice()).chain(parts))
            })
            .collect();
    }
    hashes
}

/// The hash of parts, each with its length before it.
fn hash_of<'p>(parts: impl Iterator<Item = &'p [u8]>) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn blank(name: &str) -> BlankNode {
        BlankNode::new(name).unwrap()
    }

    fn said(subject: &str, property: &str, object: impl Into<Term>) -> (NamedOrBlankNode, NamedNode, Term) {
        let subject = match subject.strip_prefix("_:") {
            Some(name) => blank(name).into(),
            None => NamedNode::new(subject).unwrap().into(),
        };
        (subject, NamedNode::new(property).unwrap(), object.into())
    }

    fn text(value: &str) -> Term {
        oxrdf::Literal::new_simple_literal(value).into()
    }

    #[test]
    fn neither_labels_nor_order_count() {
        let root: NamedOrBlankNode = NamedNode::new("urn:d").unwrap().into();
        let one = [
            said("urn:d", "urn:p", blank("x")),
            said("urn:d", "urn:p", blank("y")),
            said("_:x", "urn:name", text("one")),
            said("_:y", "urn:name", text("two")),
            said("_:y", "urn:next", blank("x")),
            said("_:y", "urn:note", text("three")),
        ];
        let two = [
            said("_:b9", "urn:note", text("three")),
            said("_:b9", "urn:next", blank("b1")),
            said("_:b1", "urn:name", text("one")),
            said("urn:d", "urn:p", blank("b9")),
            said("_:b9", "urn:name", text("two")),
            said("urn:d", "urn:p", blank("b1")),
        ];
        assert_eq!(n_triples(&one, &root), n_triples(&two, &root));
        assert!(n_triples(&one, &root).starts_with(b"<urn:d> "));
    }

    #[test]
    fn blank_nodes_that_differ_only_behind_others_are_told_apart_and_equal_ones_become_one() {
        let root: NamedOrBlankNode = NamedNode::new("urn:d").unwrap().into();
        let lines = |statements: &[_]| n_triples(statements, &root).split(|byte| *byte == b'\n').count() - 1;
        let chain = |first: &str, second: &str, end: &str| {
            vec![
                said("urn:d", "urn:p", blank(first)),
                said(&format!("_:{first}"), "urn:next", blank(second)),
                said(&format!("_:{second}"), "urn:name", text(end)),
            ]
        };
        assert_eq!(lines(&[chain("a", "b", "x"), chain("c", "d", "y")].concat()), 6);
        assert_eq!(lines(&[chain("a", "b", "x"), chain("c", "d", "x")].concat()), 3);
    }

    #[test]
    fn ten_thousand_blank_nodes_in_a_ring_take_no_time() {
        let root: NamedOrBlankNode = NamedNode::new("urn:d").unwrap().into();
        let ring: Vec<_> = (0..10_000)
            .map(|number| said(&format!("_:n{number}"), "urn:next", blank(&format!("n{}", (number + 1) % 10_000))))
            .collect();
        assert_eq!(n_triples(&ring, &root).split(|byte| *byte == b'\n').count() - 1, 1);
    }
}

//! Duplicates among what everyone sees: who shares keys with a record, and every link of the public tier.
//!
//! Keys stand in live documents of the public tier alone, and how many share one is counted in them alone: a link, and a key
//! that is too common to make one, are what they would be had no hidden and no deleted document ever been written.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::Arc;

use cairn_model::DatasetId;
use cairn_model::duplicate::{FOLDED, Features, Judgement, Key, KeyKind, MOST_SHARING, are_enough, judge};
use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED};

use crate::document::Stored;
use crate::schema::Fields;
use crate::segment::Segment;
use crate::view::View;
use crate::{Card, SearchError};

/// Features that are kept while links are looked for; when there are more, they are read again.
const KEPT_FEATURES: usize = 50_000;

/// A record that shares keys with another.
#[derive(Debug, Clone, PartialEq)]
pub struct Sharing {
    /// What a list shows of it.
    pub card: Card,
    /// What it is judged by.
    pub features: Features,
    /// The keys that both have, and not too many others.
    pub keys: Vec<u64>,
}

/// Two records that look like duplicates.
#[derive(Debug, Clone, PartialEq)]
pub struct DuplicateLink {
    /// The record with the lower id.
    pub left: DatasetId,
    /// The other.
    pub right: DatasetId,
    /// Why, and how surely; its evidence names no values, which the index does not hold.
    pub judgement: Judgement,
}

/// A document: the place of its segment in the public tier, and its number there.
type Place = (usize, DocId);

/// Every link of the public tier.
pub(crate) struct Duplicates {
    /// The surest first.
    pub(crate) links: Vec<DuplicateLink>,
    /// Features of the records that may be folded.
    pub(crate) features: HashMap<DatasetId, Arc<Features>>,
}

/// Records that share keys with a record, by id.
pub(crate) fn sharing(view: &View, fields: &Fields, id: DatasetId, keys: &[u64]) -> Result<Vec<Sharing>, SearchError> {
    let mut found: BTreeMap<Place, Vec<u64>> = BTreeMap::new();
    for key in keys {
        let mut holders = Vec::new();
        for (at, segment) in view.public.segments.iter().enumerate() {
            let postings = segment.postings_of(fields.duplicate_key)?;
            if let Some(info) = postings.terms().get(key.to_be_bytes()).map_err(SearchError::from_read)? {
                add_live(at, segment, &postings, &info, &mut holders)?;
            }
        }
        if holders.len() <= MOST_SHARING {
            for place in holders {
                found.entry(place).or_default().push(*key);
            }
        }
    }
    let mut sharing = Vec::with_capacity(found.len());
    for ((at, doc), keys) in found {
        if !are_enough(&keys) {
            continue;
        }
        let Some(segment) = view.public.segments.get(at) else { continue };
        let Stored { card, features: Some(features), .. } = segment.stored(doc)? else { continue };
        if card.id != id {
            sharing.push(Sharing { card, features, keys });
        }
    }
    sharing.sort_by_key(|one| one.card.id);
    Ok(sharing)
}

/// What is stored of a record in the public tier.
pub(crate) fn stored_of(view: &View, fields: &Fields, id: DatasetId) -> Result<Option<Stored>, SearchError> {
    for (at, segment) in view.public.segments.iter().enumerate() {
        let postings = segment.postings_of(fields.id)?;
        let Some(info) = postings.terms().get(id.as_bytes()).map_err(SearchError::from_read)? else { continue };
        let mut live = Vec::new();
        add_live(at, segment, &postings, &info, &mut live)?;
        if let Some((_, doc)) = live.first() {
            return segment.stored(*doc).map(Some);
        }
    }
    Ok(None)
}

/// Adds the live documents of a term, as far as it matters whether there are more than [`MOST_SHARING`].
fn add_live(
    at: usize,
    segment: &Segment,
    postings: &InvertedIndexReader,
    info: &TermInfo,
    live: &mut Vec<Place>,
) -> Result<(), SearchError> {
    let mut documents =
        postings.read_postings_from_terminfo(info, IndexRecordOption::Basic).map_err(SearchError::from_read)?;
    while documents.doc() != TERMINATED && live.len() <= MOST_SHARING {
        if segment.is_live(documents.doc()) {
            live.push((at, documents.doc()));
        }
        documents.advance();
    }
    Ok(())
}

impl Duplicates {
    /// Looks through the keys of the whole public tier.
    pub(crate) fn find(view: &View, fields: &Fields) -> Result<Self, SearchError> {
        let pairs = pairs(view, fields)?;
        let mut documents = Documents { view, kept: HashMap::new() };
        let mut found = Self { links: Vec::new(), features: HashMap::new() };
        for ((left, right), hashes) in pairs {
            if !are_enough(&hashes) {
                continue;
            }
            let (Some(left), Some(right)) = (documents.features(left)?, documents.features(right)?) else { continue };
            let keys: Vec<Key> = hashes.into_iter().filter_map(key_of).collect();
            let shared: Vec<&Key> = keys.iter().collect();
            let Some(judgement) = judge(&left.1, &right.1, &shared) else { continue };
            if judgement.confidence >= FOLDED {
                found.features.insert(left.0, Arc::clone(&left.1));
                found.features.insert(right.0, Arc::clone(&right.1));
            }
            let (left, right) = (left.0.min(right.0), left.0.max(right.0));
            found.links.push(DuplicateLink { left, right, judgement });
        }
        found.links.sort_by(|one, other| {
            let surer = other.judgement.confidence.total_cmp(&one.judgement.confidence);
            surer.then_with(|| (one.left, one.right).cmp(&(other.left, other.right)))
        });
        Ok(found)
    }
}

fn key_of(hash: u64) -> Option<Key> {
    Some(Key { kind: KeyKind::of_hash(hash)?, hash, value: String::new() })
}

/// The pairs of documents that share a key, with all keys that they share, but for those that are too common.
fn pairs(view: &View, fields: &Fields) -> Result<BTreeMap<(Place, Place), Vec<u64>>, SearchError> {
    let mut indexes = Vec::with_capacity(view.public.segments.len());
    for segment in &view.public.segments {
        indexes.push(segment.postings_of(fields.duplicate_key)?);
    }
    let mut streams = Vec::with_capacity(indexes.len());
    for index in &indexes {
        streams.push(index.terms().stream().map_err(SearchError::from_read)?);
    }
    // The keys of every segment are sorted; the lowest of all comes next.
    let mut heads: BinaryHeap<Reverse<(Vec<u8>, usize)>> = BinaryHeap::new();
    for (at, stream) in streams.iter_mut().enumerate() {
        if stream.advance() {
            heads.push(Reverse((stream.key().to_vec(), at)));
        }
    }
    let mut pairs: BTreeMap<(Place, Place), Vec<u64>> = BTreeMap::new();
    while let Some(Reverse((key, first))) = heads.pop() {
        let mut holders: Vec<(usize, TermInfo)> = vec![(first, streams[first].value().clone())];
        while heads.peek().is_some_and(|Reverse((next, _))| *next == key) {
            let Some(Reverse((_, at))) = heads.pop() else { break };
            holders.push((at, streams[at].value().clone()));
        }
        for (at, _) in &holders {
            if streams[*at].advance() {
                heads.push(Reverse((streams[*at].key().to_vec(), *at)));
            }
        }
        let documents: u64 = holders.iter().map(|(_, info)| u64::from(info.doc_freq)).sum();
        let Ok(hash) = <[u8; 8]>::try_from(key.as_slice()).map(u64::from_be_bytes) else { continue };
        if documents < 2 {
            continue;
        }
        let mut live = Vec::new();
        for (at, info) in &holders {
            add_live(*at, &view.public.segments[*at], &indexes[*at], info, &mut live)?;
        }
        if live.len() > MOST_SHARING {
            continue;
        }
        for (place, left) in live.iter().enumerate() {
            for right in &live[place + 1..] {
                pairs.entry((*left, *right)).or_default().push(hash);
            }
        }
    }
    Ok(pairs)
}

/// Features of documents, read when they are first asked for.
struct Documents<'a> {
    view: &'a View,
    kept: HashMap<Place, Option<(DatasetId, Arc<Features>)>>,
}

impl Documents<'_> {
    fn features(&mut self, place: Place) -> Result<Option<(DatasetId, Arc<Features>)>, SearchError> {
        if let Some(kept) = self.kept.get(&place) {
            return Ok(kept.clone());
        }
        if self.kept.len() >= KEPT_FEATURES {
            self.kept.clear();
        }
        let Some(segment) = self.view.public.segments.get(place.0) else { return Ok(None) };
        let Stored { card, features, .. } = segment.stored(place.1)?;
        let read = features.map(|features| (card.id, Arc::new(features)));
        self.kept.insert(place, read.clone());
        Ok(read)
    }
}

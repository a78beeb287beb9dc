//! Non-interference: what a viewer gets is byte for byte what they would get had all that is hidden from them never existed.
//!
//! Random catalogues go through random histories (records are tightened, loosened, changed, withdrawn). Then the index is
//! asked as a random viewer, and so is a fresh index of just the renditions that this viewer may see. Both must answer the
//! same bytes, and what a naive search over the viewer's renditions finds and counts.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{
    BoundingBox, Dataset, DatasetId, Distribution, Interval, Listing, LocalizedText, Sensitivity, Sharing, Vocabularies,
};
use cairn_policy::{Rendition, Role, Viewer, best_rendition, renditions};
use cairn_search::{
    Cells, FacetField, Ground, Histogram, Index, IndexChange, IndexWriter, Matching, RelatedRequest, SearchIndex,
    SearchPage, SearchRequest, Sort, SortKey,
};
use proptest::prelude::*;
use proptest::sample::{Index as Pick, select};

use crate::samples;
use crate::samples::{dataset, field, organisation, small, stamp, strings};

/// Years near those that records cover.
const YEARS: [&str; 3] = ["2019", "2021", "2024"];
/// Words for formats of files, and their codes.
const FORMATS: [(&str, &str); 2] = [("csv", "CSV"), ("shapefile", "SHP")];
const WORDS: [&str; 8] = ["water", "mine", "cholera", "camp", "école", "霍乱", "covid-19", "camps"];
const ORGANISATIONS: [(&str, &str); 4] = [
    ("relief", "Example Relief"),
    ("relief", "Relief, Example"),
    ("sable", "Médecins du Sable"),
    ("ministry", "Ministry"),
];
const COUNTRIES: [&str; 3] = ["YEM", "IRQ", "SYR"];
const CLUSTERS: [&str; 3] = ["PRO", "PRO-MIN", "HEA"];
const TAGS: [&str; 4] = ["Hazards", "hazards", "mines", "water points"];

/// A record of a small world, of any level, sensitivity and listing.
fn record() -> impl Strategy<Value = Dataset> {
    let texts = (prop::collection::vec(select(&WORDS[..]), 0..4), prop::collection::vec(select(&WORDS[..]), 0..12));
    let terms = (
        select(Sharing::ALL),
        select(Sensitivity::ALL),
        select(Listing::ALL),
        any::<[bool; 3]>(),
        prop::option::of(select(&ORGANISATIONS[..])),
        prop::option::of(select(&["cluster:PRO-MIN", "taskforce"][..])),
    );
    let values = (
        prop::sample::subsequence(&COUNTRIES[..], 0..=2),
        prop::sample::subsequence(&CLUSTERS[..], 0..=2),
        prop::sample::subsequence(&TAGS[..], 0..=3),
        prop::option::of(select(&["2024", "2024-05-01", "1999-12"][..])),
        prop::collection::vec((select(&WORDS[..]), prop::option::of(select(Sharing::ALL))), 0..3),
    );
    // Titles of few series, and of none.
    let of_series = prop::option::of((select(&["mine water", "camp mine"][..]), select(&["2019", "2020", "2021"][..])));
    (0..60_u8, (texts, of_series), terms, values).prop_map(|(number, (texts, of_series), terms, values)| {
        let (title, description) = texts;
        let (sharing, sensitivity, listing, [agreed, chatham, quarantined], owner, group) = terms;
        let (countries, clusters, tags, modified, fields) = values;
        let mut record = dataset(&number.to_string(), &title.join(" "));
        if let Some((title, year)) = of_series {
            record.title = LocalizedText::new("en", format!("{title} {year}"));
        }
        record.description = LocalizedText::new("en", description.join(" "));
        record.countries = strings(&countries);
        record.clusters = strings(&clusters);
        record.keywords = samples::tags(&tags);
        record.modified = modified.map(stamp);
        record.bbox = (number % 3 == 0).then(|| BoundingBox {
            west: f64::from(number),
            south: -10.0,
            east: f64::from(number) * 5.0,
            north: f64::from(number % 7),
        });
        record.coverage = modified.map(|start| Interval { start: Some(samples::date(start)), end: None });
        let format = ["CSV", "SHP", "PDF"][usize::from(number % 3)];
        record.distributions = vec![Distribution { format: Some(format.to_owned()), ..Distribution::default() }];
        record.fields = fields.into_iter().map(|(name, sharing)| field(name, sharing)).collect();
        record.owner = owner.map(|(id, name)| organisation(id, name));
        record.terms.sharing = sharing;
        record.terms.sensitivity = sensitivity;
        record.terms.listing = listing;
        record.terms.listing_agreed = agreed;
        record.terms.attribution_hidden = chatham && number % 4 == 0;
        record.terms.audience_groups = group.into_iter().map(str::to_owned).collect();
        if quarantined && number % 5 == 0 {
            let reason = cairn_model::QuarantineReason { rule: "test".to_owned(), message: "test".to_owned() };
            record.quarantine = vec![reason];
        }
        record
    })
}

/// What happens to a catalogue, page by page; a record that comes again replaces the one before.
#[derive(Debug, Clone)]
struct History {
    pages: Vec<(Vec<Dataset>, Vec<Pick>, bool)>,
}

fn history() -> impl Strategy<Value = History> {
    let page = (prop::collection::vec(record(), 0..20), prop::collection::vec(any::<Pick>(), 0..4), any::<bool>());
    prop::collection::vec(page, 1..5).prop_map(|pages| History { pages })
}

fn viewer() -> impl Strategy<Value = Viewer> {
    let member = (
        select(&["relief", "sable", "stranger"][..]),
        prop::sample::subsequence(vec!["cluster:PRO-MIN", "taskforce"], 0..=2),
    )
        .prop_map(|(organisation, groups)| Viewer::member(organisation, &strings(&groups), Role::Reader));
    prop_oneof![2 => Just(Viewer::anonymous()), 3 => member, 1 => Just(Viewer::operator())]
}

fn request() -> impl Strategy<Value = SearchRequest> {
    let atom = prop_oneof![
        4 => select(&WORDS[..]).prop_map(str::to_owned),
        1 => select(&YEARS[..]).prop_map(str::to_owned),
        1 => select(&FORMATS[..]).prop_map(|(word, _)| word.to_owned()),
        1 => Just("ca*".to_owned()),
        1 => Just("\"water mine\"".to_owned()),
        1 => select(&WORDS[..]).prop_map(|word| format!("-{word}")),
        1 => select(&WORDS[..]).prop_map(|word| format!("title:{word}")),
        1 => select(&COUNTRIES[..]).prop_map(|code| format!("country:{code}")),
        1 => Just("-rendition:stub".to_owned()),
    ];
    let sort = (
        select(vec![SortKey::Relevance, SortKey::Relevance, SortKey::Modified, SortKey::Title, SortKey::Quality]),
        any::<bool>(),
    );
    let filter = prop::option::weighted(
        0.3,
        prop_oneof![
            select(&CLUSTERS[..]).prop_map(|value| (FacetField::Cluster, value)),
            select(&["relief", "sable"][..]).prop_map(|value| (FacetField::Organisation, value)),
            select(&["public", "community", "closed"][..]).prop_map(|value| (FacetField::Sharing, value)),
        ],
    );
    (prop::collection::vec(atom, 0..4), sort, filter, 1..30_usize, (0..4_usize, any::<bool>())).prop_map(
        |(text, (by, reversed), filter, limit, (offset, fold_series))| {
            let mut request = SearchRequest {
                text: text.join(" "),
                sort: Sort { by, reversed },
                limit,
                offset,
                facets: FacetField::ALL.to_vec(),
                cells: vec![
                    Cells::OfPair(FacetField::Cluster, FacetField::Organisation),
                    Cells::Of(FacetField::Country),
                ],
                language: "en".to_owned(),
                today: 20_000,
                matching: Matching::AllElseSome,
                fold_series,
                explain: true,
                histograms: vec![Histogram::Modified, Histogram::Coverage],
                grid: Some(8),
                ..SearchRequest::default()
            };
            if let Some((facet, value)) = filter {
                request.filters.values.insert(facet, strings(&[value]));
            }
            request
        },
    )
}

/// Plays a history into an index; answers what is left of it.
fn play(history: &History) -> (Index, BTreeMap<DatasetId, Dataset>) {
    let (index, mut writer) = Index::in_memory(small()).unwrap();
    let mut left: BTreeMap<DatasetId, Dataset> = BTreeMap::new();
    for (seq, (changed, withdrawn, tidies)) in (1..).zip(&history.pages) {
        let mut changes: Vec<IndexChange> = changed.iter().map(samples::put).collect();
        left.extend(changed.iter().map(|record| (record.id, record.clone())));
        for pick in withdrawn {
            let ids: Vec<DatasetId> = left.keys().copied().collect();
            if !ids.is_empty() {
                let id = *pick.get(&ids);
                left.remove(&id);
                changes.push(IndexChange { id, renditions: Vec::new() });
            }
        }
        writer.apply(&changes, seq).unwrap();
        if *tidies {
            writer.tidy().unwrap();
        }
    }
    (index, left)
}

/// An index that never held anything but what the viewer may see.
fn visible_alone(left: &BTreeMap<DatasetId, Dataset>, viewer: &Viewer) -> Index {
    let (index, mut writer) = Index::in_memory(small()).unwrap();
    let mut changes = Vec::new();
    for record in left.values() {
        let mut visible = renditions(record);
        visible.retain(|rendition| viewer.labels().any(|label| rendition.visible_to.contains(label)));
        changes.push(IndexChange { id: record.id, renditions: visible });
    }
    writer.apply(&changes, 1).unwrap();
    index
}

fn bytes(page: &SearchPage) -> String {
    serde_json::to_string_pretty(page).unwrap()
}

/// The naive search: over the viewer's renditions, by comparing words.
mod naive {
    use cairn_model::vocabulary::{Concept, Word};

    use super::{
        BTreeMap, BTreeSet, Dataset, DatasetId, FORMATS, FacetField, Rendition, SearchRequest, SortKey, Viewer,
        Vocabularies, YEARS, best_rendition,
    };

    fn words(text: &str) -> Vec<String> {
        let spaced: String = text
            .chars()
            .flat_map(|letter| if letter > '\u{3000}' { vec![' ', letter, ' '] } else { vec![letter] })
            .collect();
        cairn_model::vocabulary::fold(&spaced).split_whitespace().map(str::to_owned).collect()
    }

    fn texts(shown: &Dataset) -> Vec<Vec<String>> {
        let vocabularies = Vocabularies::bundled();
        let mut texts: Vec<&str> = shown.title.texts().chain(shown.description.texts()).collect();
        texts.extend(shown.keywords.values().flatten().map(String::as_str));
        texts.extend(shown.owner.iter().map(|owner| owner.name.as_str()));
        texts.extend(shown.fields.iter().map(|field| field.name.as_str()));
        texts.push(&shown.source_record_id);
        let mut texts: Vec<Vec<String>> = texts.into_iter().map(words).collect();
        for (name, codes) in [("country", &shown.countries), ("cluster", &shown.clusters)] {
            for code in codes {
                texts.push(words(code));
                texts.extend(["en", "fr", "es", "ar"].map(|language| words(&vocabularies.label(name, code, language))));
            }
        }
        texts
    }

    fn values(rendition: &Rendition) -> BTreeSet<(FacetField, String)> {
        let shown = &rendition.dataset;
        let mut values = BTreeSet::from([
            (FacetField::Sharing, shown.terms.sharing.code().to_owned()),
            (FacetField::Rendition, rendition.level.code().to_owned()),
        ]);
        values.extend(shown.countries.iter().map(|code| (FacetField::Country, code.clone())));
        values.extend(shown.owner.iter().map(|owner| (FacetField::Organisation, owner.id.clone())));
        values.extend(shown.keywords.values().flatten().map(|tag| (FacetField::Tag, tag.to_lowercase())));
        for code in &shown.clusters {
            values.insert((FacetField::Cluster, code.clone()));
            let broader = Vocabularies::bundled().broader_cluster(code);
            values.extend(broader.map(|broader| (FacetField::Cluster, broader.to_owned())));
        }
        values
    }

    fn holds(atom: &str, rendition: &Rendition) -> bool {
        covers(atom, rendition) || has_files_of(atom, rendition) || says(atom, rendition)
    }

    /// Whether a record has files of the format for which a word asks.
    fn has_files_of(atom: &str, rendition: &Rendition) -> bool {
        let code = FORMATS.iter().find(|(word, _)| *word == atom).map(|(_, code)| *code);
        let mut formats = rendition.dataset.distributions.iter().map(|file| file.format.as_deref());
        code.is_some() && formats.any(|format| format == code)
    }

    /// Whether a record covers a year. All that do in this small world have no end.
    fn covers(atom: &str, rendition: &Rendition) -> bool {
        let coverage = rendition.dataset.coverage.as_ref();
        let first = coverage.and_then(|coverage| coverage.start).map(|date| date.year);
        YEARS.contains(&atom)
            && first.zip(atom.parse().ok()).is_some_and(|(first, year)| (first..first + 30).contains(&year))
    }

    fn says(atom: &str, rendition: &Rendition) -> bool {
        if let Some(atom) = atom.strip_prefix('-') {
            return !says(atom, rendition);
        }
        if let Some(code) = atom.strip_prefix("country:") {
            return rendition.dataset.countries.iter().any(|country| country == code);
        }
        if let Some(level) = atom.strip_prefix("rendition:") {
            return rendition.level.code() == level;
        }
        let is_title = atom.starts_with("title:");
        let (texts, atom) = match atom.strip_prefix("title:") {
            Some(word) => (rendition.dataset.title.texts().map(words).collect(), word),
            None => (texts(&rendition.dataset), atom),
        };
        let is_quoted = atom.contains(' ');
        let by_concept = !is_title && !is_quoted && !concepts(atom).is_disjoint(&carried(&rendition.dataset));
        match atom.strip_suffix('*') {
            Some(prefix) => texts.iter().flatten().any(|word| word.starts_with(prefix)),
            None => match words(atom).as_slice() {
                [word] => by_concept || texts.iter().flatten().any(|other| bare(other) == bare(word)),
                phrase => {
                    by_concept || texts.iter().any(|text| text.windows(phrase.len()).any(|window| window == phrase))
                }
            },
        }
    }

    /// The concepts that a text names.
    fn concepts(text: &str) -> BTreeSet<Concept> {
        let words = Word::all_in(text);
        let mentions = Vocabularies::bundled().lexicon().mentions(&words);
        mentions.iter().flat_map(|mention| mention.concepts).cloned().collect()
    }

    /// The concepts that a record carries.
    fn carried(shown: &Dataset) -> BTreeSet<Concept> {
        let mut said: BTreeSet<Concept> = BTreeSet::new();
        for (scheme, codes) in [("country", &shown.countries), ("cluster", &shown.clusters)] {
            said.extend(codes.iter().map(|code| Concept { scheme, code: code.clone() }));
        }
        let organisations = [&shown.owner, &shown.publisher].into_iter().flatten();
        let texts = shown.title.texts().chain(shown.description.texts());
        let texts = texts.chain(shown.keywords.values().flatten().map(String::as_str));
        said.extend(texts.chain(organisations.map(|one| one.name.as_str())).flat_map(concepts));
        let lexicon = Vocabularies::bundled().lexicon();
        let covering: Vec<Concept> = said.iter().flat_map(|concept| lexicon.covering(concept)).collect();
        let comprising = comprising(&said);
        said.extend(covering.into_iter().chain(comprising));
        said
    }

    /// What comprises some of these concepts and is none of them.
    fn comprising(concepts: &BTreeSet<Concept>) -> BTreeSet<Concept> {
        let lexicon = Vocabularies::bundled().lexicon();
        let above = concepts.iter().flat_map(|one| lexicon.covering(one).into_iter().chain(lexicon.comprising(one)));
        above.filter(|one| !concepts.contains(one)).collect()
    }

    /// The words of this small world that have several forms, without their endings.
    fn bare(word: &str) -> &str {
        match word {
            "camps" => "camp",
            "mines" | "minas" => "mine",
            other => other,
        }
    }

    /// Ids and counts of all that matches.
    pub(super) fn search(
        left: &BTreeMap<DatasetId, Dataset>,
        viewer: &Viewer,
        request: &SearchRequest,
    ) -> (BTreeSet<DatasetId>, BTreeMap<(FacetField, String), u64>) {
        let mut atoms: Vec<&str> =
            request.text.split(' ').filter(|atom| !atom.contains('"') && !atom.is_empty()).collect();
        if request.text.contains('"') {
            atoms.retain(|atom| *atom != "mine\"");
            atoms.push("water mine");
        }
        let found = matching(left, viewer, request, |rendition| atoms.iter().all(|atom| holds(atom, rendition)));
        // Where nothing has all words, those that stand alone may be missing, if there are several and the best comes first.
        let is_loose = |atom: &&str| !atom.contains([':', '*', '-', ' ']) || *atom == "covid-19";
        let (loose, hard): (Vec<&str>, Vec<&str>) = atoms.iter().partition(|atom| is_loose(atom));
        let are_several = loose.iter().collect::<BTreeSet<_>>().len() > 1;
        if !found.0.is_empty() || !are_several || request.sort.by != SortKey::Relevance {
            return found;
        }
        // First what the words name must be there, whatever else is missing.
        let (names, plain): (Vec<&str>, Vec<&str>) = loose.iter().partition(|atom| !concepts(atom).is_empty());
        if !names.is_empty() && !plain.is_empty() {
            let found = matching(left, viewer, request, |rendition| {
                hard.iter().chain(&names).all(|atom| holds(atom, rendition))
            });
            if !found.0.is_empty() {
                return found;
            }
        }
        // Then these, or what comprises them.
        let found = matching(left, viewer, request, |rendition| {
            let is_about = |atom: &&&str| {
                let carried = carried(&rendition.dataset);
                holds(atom, rendition) || comprising(&concepts(atom)).iter().any(|concept| carried.contains(concept))
            };
            hard.iter().all(|atom| holds(atom, rendition)) && names.iter().all(|atom| is_about(&atom))
        });
        let are_wider = names.iter().any(|atom| !comprising(&concepts(atom)).is_empty());
        if are_wider && !found.0.is_empty() {
            return found;
        }
        matching(left, viewer, request, |rendition| {
            hard.iter().all(|atom| holds(atom, rendition)) && loose.iter().any(|atom| says(atom, rendition))
        })
    }

    fn matching(
        left: &BTreeMap<DatasetId, Dataset>,
        viewer: &Viewer,
        request: &SearchRequest,
        is_meant: impl Fn(&Rendition) -> bool,
    ) -> (BTreeSet<DatasetId>, BTreeMap<(FacetField, String), u64>) {
        let mut ids = BTreeSet::new();
        let mut counts = BTreeMap::new();
        for record in left.values() {
            let Some(rendition) = best_rendition(record, viewer) else { continue };
            let values = values(&rendition);
            let mut filters = request.filters.values.iter();
            if !is_meant(&rendition)
                || !filters.all(|(facet, wanted)| wanted.iter().any(|value| values.contains(&(*facet, value.clone()))))
            {
                continue;
            }
            ids.insert(record.id);
            for value in values {
                *counts.entry(value).or_insert(0) += 1;
            }
        }
        (ids, counts)
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_viewer_cannot_tell_what_is_hidden_from_what_never_was(
        history in history(),
        viewers in prop::collection::vec(viewer(), 2),
        requests in prop::collection::vec(request(), 12),
    ) {
        let (index, left) = play(&history);
        for viewer in &viewers {
            let alone = visible_alone(&left, viewer);
            for request in &requests {
                let page = index.search(viewer, request).unwrap();
                let expected = alone.search(viewer, request).unwrap();
                prop_assert_eq!(bytes(&page), bytes(&expected), "{:?} {:?}", viewer, request);

                let mut everything = SearchRequest { offset: 0, limit: 100, facet_limit: 10_000, fold_series: false, ..request.clone() };
                let whole = index.search(viewer, &everything).unwrap();
                let (ids, counts) = naive::search(&left, viewer, request);
                let found: BTreeSet<DatasetId> = whole.hits.iter().map(|hit| hit.card.id).collect();
                prop_assert_eq!(&found, &ids, "{:?} {:?}", viewer, request);
                prop_assert_eq!((whole.total, whole.hits.len()), (ids.len() as u64, ids.len()));
                for facet in [FacetField::Country, FacetField::Cluster, FacetField::Organisation, FacetField::Sharing, FacetField::Rendition, FacetField::Tag] {
                    let counted: BTreeMap<_, _> =
                        whole.facets[&facet].iter().map(|count| ((facet, count.value.clone()), count.count)).collect();
                    let expected: BTreeMap<_, _> =
                        counts.iter().filter(|((field, _), _)| *field == facet).map(|(key, count)| (key.clone(), *count)).collect();
                    prop_assert_eq!(counted, expected);
                }
                // The cursor of the second page tells no more than the first page did.
                everything.limit = 3;
                everything.fold_series = request.fold_series;
                everything.cursor = index.search(viewer, &everything).unwrap().next;
                if everything.cursor.is_some() {
                    let second = index.search(viewer, &everything).unwrap();
                    prop_assert_eq!(bytes(&second), bytes(&alone.search(viewer, &everything).unwrap()));
                }
            }
            for record in left.values() {
                let Some(of) = best_rendition(record, viewer) else { continue };
                let request = RelatedRequest {
                    of,
                    left_out: BTreeSet::new(),
                    limit: 5,
                    language: "en".to_owned(),
                    today: 20_000,
                    give_up_at: None,
                };
                let told = |index: &Index| -> Vec<(String, Vec<Ground>)> {
                    let related = index.related(viewer, &request).unwrap();
                    related.into_iter().map(|one| (serde_json::to_string(&one.hit).unwrap(), one.grounds)).collect()
                };
                prop_assert_eq!(told(&index), told(&alone), "{:?} {:?}", viewer, record.id);
            }
            for prefix in ["wa", "mi", "haz", "méd", "rel", "ca", "camp", "wat", "covid-1", "霍乱", "mine", "zz"] {
                prop_assert_eq!(index.suggest(viewer, prefix, 5).unwrap(), alone.suggest(viewer, prefix, 5).unwrap(), "{}", prefix);
            }
        }
    }
}

/// What `bar-security` measured: one hidden record with a word must not change scores or order of public ones.
#[test]
fn a_hidden_record_moves_no_score_and_no_rank() {
    let records = [
        samples::described("a", "Cholera", "One two three four."),
        samples::described("b", "Landmine", "One two three four."),
        samples::described("c", "Other", "cholera and landmine stand here far down in a text that goes on for long"),
    ];
    let (index, mut writer) = samples::index_of(&records);
    let requests = [samples::text("cholera"), samples::text("landmine"), samples::text("cholera landmine")];
    let answers = |index: &Index| -> Vec<String> {
        requests
            .iter()
            .map(|request| {
                bytes(&index.search(&Viewer::anonymous(), &SearchRequest { limit: 1, ..request.clone() }).unwrap())
            })
            .collect()
    };
    let before = answers(&index);
    let mut hidden = samples::described("h", "Landmine landmine", "landmine ".repeat(50).as_str());
    hidden.terms.sharing = Sharing::Community;
    hidden.terms.listing = Listing::Hidden;
    for number in 0..50 {
        let record = Dataset { id: DatasetId::new("test", &format!("h{number}")), ..hidden.clone() };
        writer.apply(&[samples::put(&record)], 2 + number).unwrap();
    }
    assert_eq!(answers(&index), before);
    // Public for a while, then withdrawn: nothing remembers, before or after segments are rewritten.
    hidden.terms.listing = Listing::Full;
    // The other record shares its segment, so that the segment outlives the withdrawal.
    writer.apply(&[samples::put(&hidden), samples::put(&records[2])], 100).unwrap();
    assert_ne!(answers(&index), before);
    writer.apply(&[samples::withdraw(&hidden)], 101).unwrap();
    assert_eq!(answers(&index), before);
    while writer.tidy().unwrap() {}
    assert_eq!(answers(&index), before);
}

//! The generated catalogue: records of all levels of sharing, in four languages, the same on every machine.

use std::collections::BTreeMap;

use cairn_model::{
    AccessMethod, BoundingBox, Dataset, DatasetId, DateStamp, Distribution, Field, Interval, Kind, Licence, Listing,
    LocalizedText, Organisation, PartialDate, Provenance, Quality, Sensitivity, Sharing, Terms, UpdateFrequency,
    Vocabularies,
};

use super::random::{Random, Zipf};
use super::words::{Language, languages};

/// Organisations that publish.
const ORGANISATIONS: usize = 2_500;
/// Keywords that occur.
const KEYWORDS: usize = 6_000;
/// Groups that data is shared with; a viewer of 50 labels is in 47 of them.
pub(super) const GROUPS: usize = 60;

/// Makes records by their number.
pub(super) struct Generator {
    languages: Vec<(Language, usize)>,
    countries: Vec<(String, Option<BoundingBox>)>,
    clusters: Vec<String>,
    formats: Vec<String>,
    licences: Vec<String>,
    frequencies: Vec<String>,
    by_rank: Ranks,
}

/// How unevenly values are used.
struct Ranks {
    country: Zipf,
    cluster: Zipf,
    format: Zipf,
    organisation: Zipf,
    keyword: Zipf,
}

impl Generator {
    pub(super) fn new() -> Self {
        let vocabularies = Vocabularies::bundled();
        let codes = |name: &str| -> Vec<String> {
            vocabularies.terms(name).unwrap_or_default().into_iter().map(|term| term.code).collect()
        };
        let countries: Vec<_> = codes("country")
            .into_iter()
            .map(|code| {
                let extent = vocabularies.country(&code).and_then(|country| country.bbox);
                (code, extent)
            })
            .collect();
        let (clusters, formats) = (codes("cluster"), codes("format"));
        let by_rank = Ranks {
            country: Zipf::new(countries.len(), 0.8),
            cluster: Zipf::new(clusters.len(), 0.7),
            format: Zipf::new(formats.len(), 1.2),
            organisation: Zipf::new(ORGANISATIONS, 1.0),
            keyword: Zipf::new(KEYWORDS, 1.0),
        };
        Self {
            languages: languages(),
            countries,
            clusters,
            formats,
            licences: codes("licence"),
            frequencies: codes("frequency"),
            by_rank,
        }
    }

    /// The record of a number.
    pub(super) fn dataset(&self, number: usize) -> Dataset {
        let mut random = Random::new(number as u64 ^ 0x00ca_1244);
        let language = self.language(&mut random);
        let code = language.code.to_owned();
        let name = format!("record-{number}");
        let organisation = self.organisation(&mut random);
        let (countries, bbox) = self.where_(&mut random);
        let mut dataset = Dataset {
            id: DatasetId::new("generated", &name),
            source: format!("source-{:02}", random.below(40)),
            source_record_id: name,
            identifiers: Vec::new(),
            title: LocalizedText::new(&code, language.text(3 + random.below(8), &mut random)),
            description: LocalizedText::new(&code, language.text(description_length(&mut random), &mut random)),
            keywords: self.keywords(language, &mut random),
            languages: vec![code],
            kind: *random.one_of(Kind::ALL).unwrap_or(&Kind::Dataset),
            publisher: Some(organisation.clone()),
            owner: Some(organisation),
            custodian: None,
            steward: None,
            contacts: Vec::new(),
            clusters: some_of(&self.clusters, &self.by_rank.cluster, 3, &mut random),
            topics: Vec::new(),
            methodology: random.percent(20).then(|| language.text(15, &mut random)),
            caveats: random.percent(15).then(|| language.text(12, &mut random)),
            questions: Vec::new(),
            fields: fields(&mut random),
            population_groups: Vec::new(),
            disaggregated_by_sex: None,
            disaggregated_by_age: None,
            countries,
            places: Vec::new(),
            bbox,
            geographic_precision: None,
            coverage: None,
            issued: None,
            modified: None,
            update_frequency: random.one_of(&self.frequencies).map(|code| UpdateFrequency(code.clone())),
            distributions: self.distributions(language, &mut random),
            landing_page: Some(format!("https://data.example/dataset/{number}")),
            licence: random.one_of(&self.licences).map(|code| Licence { code: code.clone(), text: None, url: None }),
            terms: Terms::closed(),
            quarantine: Vec::new(),
            social_licence: None,
            partnerships: Vec::new(),
            group_privacy: None,
            impact: None,
            upkeep: None,
            aggregates: None,
            provenance: Provenance::default(),
        };
        when(&mut dataset, &mut random);
        dataset.terms = terms(&mut random);
        dataset.provenance.quality = Quality::of(&dataset);
        dataset
    }

    fn language(&self, random: &mut Random) -> &Language {
        let mut left = random.below(100);
        for (language, share) in &self.languages {
            if left < *share {
                return language;
            }
            left -= share;
        }
        // The shares are those of a hundred, so this is not reached.
        &self.languages[0].0
    }

    fn organisation(&self, random: &mut Random) -> Organisation {
        let number = self.by_rank.organisation.draw(random);
        Organisation { id: format!("organisation-{number}"), name: format!("Organisation {number}"), kind: None }
    }

    fn where_(&self, random: &mut Random) -> (Vec<String>, Option<BoundingBox>) {
        let Some((country, extent)) = self.countries.get(self.by_rank.country.draw(random)) else {
            return (Vec::new(), None);
        };
        let mut countries = vec![country.clone()];
        if random.percent(10)
            && let Some((second, _)) = random.one_of(&self.countries)
            && second != country
        {
            countries.push(second.clone());
        }
        (countries, extent.filter(|_| random.percent(70)))
    }

    fn keywords(&self, language: &Language, random: &mut Random) -> BTreeMap<String, Vec<String>> {
        let mut keywords = Vec::new();
        for _ in 0..2 + random.below(6) {
            // A keyword is the same two words whenever its number is drawn.
            let mut own = Random::new(self.by_rank.keyword.draw(random) as u64);
            keywords.push(language.text(2, &mut own));
        }
        keywords.dedup();
        BTreeMap::from([(language.code.to_owned(), keywords)])
    }

    fn distributions(&self, language: &Language, random: &mut Random) -> Vec<Distribution> {
        let mut distributions = Vec::new();
        for number in 0..=random.below(5) {
            distributions.push(Distribution {
                title: Some(language.text(3, random)),
                url: Some(format!("https://data.example/file/{number}")),
                format: self.formats.get(self.by_rank.format.draw(random)).cloned(),
                ..Distribution::default()
            });
        }
        distributions
    }
}

/// Words of a description: a median of some sixty, with a long tail.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
fn description_length(random: &mut Random) -> usize {
    // Three uniform numbers make a hump that is near enough to a normal distribution.
    let hump = random.share() + random.share() + random.share() - 1.5;
    (60.0 * (1.4 * hump).exp()) as usize + 5
}

fn fields(random: &mut Random) -> Vec<Field> {
    if !random.percent(15) {
        return Vec::new();
    }
    let mut fields = Vec::new();
    for number in 0..random.below(8) {
        let sharing = random.percent(30).then_some(Sharing::Organisation);
        fields.push(Field { name: format!("field_{number}"), sharing, ..Field::default() });
    }
    fields
}

fn when(dataset: &mut Dataset, random: &mut Random) {
    let mut day = |from: i16, years: usize| {
        let year = from + i16::try_from(random.below(years)).unwrap_or(0);
        let month = i8::try_from(random.below(12) + 1).unwrap_or(1);
        PartialDate::from_day(year, month, i8::try_from(random.below(28) + 1).unwrap_or(1))
    };
    let stamp = |date: Option<PartialDate>| date.map(|date| DateStamp { date, instant: None, raw: None });
    dataset.issued = stamp(day(2008, 10));
    dataset.modified = stamp(day(2018, 8));
    let (start, end) = (day(2000, 15), day(2015, 10));
    if random.percent(70) {
        dataset.coverage = Some(Interval { start, end: end.filter(|_| random.percent(80)) });
    }
}

/// Four in five records are public; the others stand at every level.
fn terms(random: &mut Random) -> Terms {
    let mut terms = Terms::closed();
    terms.sensitivity = Sensitivity::Low;
    terms.listing = Listing::Full;
    terms.access_method = *random.one_of(AccessMethod::ALL).unwrap_or(&AccessMethod::Download);
    terms.sharing = match random.below(100) {
        0..80 => return Terms { sharing: Sharing::Public, ..terms },
        80..88 => Sharing::Community,
        88..94 => Sharing::Restricted,
        94..98 => Sharing::Organisation,
        _ => Sharing::Closed,
    };
    terms.sensitivity = *random.one_of(&[Sensitivity::Moderate, Sensitivity::High]).unwrap_or(&Sensitivity::High);
    terms.listing = *random.one_of(Listing::ALL).unwrap_or(&Listing::Hidden);
    terms.listing_agreed = true;
    if terms.sharing == Sharing::Restricted {
        terms.audience_groups = vec![group(random.below(GROUPS))];
    }
    terms
}

/// Id of a group.
pub(super) fn group(number: usize) -> String {
    format!("group-{number:02}")
}

/// Up to so many values, drawn by rank.
fn some_of(values: &[String], ranks: &Zipf, most: usize, random: &mut Random) -> Vec<String> {
    let mut some: Vec<String> = Vec::new();
    for _ in 0..=random.below(most) {
        if let Some(value) = values.get(ranks.draw(random))
            && !some.contains(value)
        {
            some.push(value.clone());
        }
    }
    some
}

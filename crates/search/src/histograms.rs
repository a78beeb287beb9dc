//! Counts of hits by year and by cell of a grid, taken in the same walk as facets, so that they count just what is found.

use std::collections::{BTreeMap, HashMap};

use cairn_model::{BoundingBox, PartialDate};
use serde::{Deserialize, Serialize};
use tantivy::DocId;

use crate::document::{FAR, ended};
use crate::predicate::extent;
use crate::segment::Segment;

/// The first year that is counted.
const FIRST_YEAR: i16 = 1800;
/// Days from today on whose years are counted, too: forecasts and plans cover some.
const AHEAD: i64 = 30 * 365;
/// A box that is wider than this lies nowhere in particular, degrees.
const WIDEST: f64 = 180.0;
/// The whole world.
const WORLD: BoundingBox = BoundingBox { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };

/// By the years of what hits are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Histogram {
    /// Of the last change.
    Modified,
    /// Of the time covered: a hit counts in each of its years.
    Coverage,
}

/// How many hits fall into a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearCount {
    /// The year.
    pub year: i16,
    /// Records.
    pub count: u64,
}

/// How many hits lie in each cell of a grid.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// The cells in which any lie, from the north-west, row by row.
    pub cells: Vec<GridCell>,
    /// Hits that lie in no cell though they say where they lie: their boxes are wider than half the world, or their centres
    /// lie outside of the grid.
    pub beyond: u64,
}

/// A cell of a grid.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GridCell {
    /// Its edges, degrees.
    #[serde(flatten)]
    pub edges: BoundingBox,
    /// Records.
    pub count: u64,
}

/// Counts hits by year.
pub(crate) struct YearCounter {
    by: Histogram,
    /// First days of the years from [`FIRST_YEAR`] on, and of the one behind the last that is counted.
    begins: Vec<i64>,
    /// How many more hits fall into a year than into the one before it.
    steps: Vec<i64>,
    today: i64,
}

impl YearCounter {
    pub(crate) fn new(by: Histogram, today: i64) -> Self {
        let first_days = (FIRST_YEAR..).map_while(PartialDate::from_year).map(|year| year.first_day());
        let begins: Vec<i64> = first_days.take_while(|day| *day <= today.saturating_add(AHEAD)).collect();
        Self { by, steps: vec![0; begins.len() + 1], begins, today }
    }

    /// Counts a block of documents.
    pub(crate) fn count(&mut self, segment: &Segment, block: &[DocId]) {
        for doc in block {
            if let Some((from, to)) = self.days(segment, *doc) {
                self.add(from, to);
            }
        }
    }

    /// The first and last day for which a document counts.
    fn days(&self, segment: &Segment, doc: DocId) -> Option<(i64, i64)> {
        let columns = &segment.columns;
        if self.by == Histogram::Modified {
            let day = columns.modified.as_ref()?.first(doc)?;
            return Some((day, day));
        }
        let from = columns.covers_from.as_ref()?.first(doc)?;
        let to = columns.covers_to.as_ref()?.first(doc)?;
        let to = ended(from, to, self.today);
        // Of what is covered until some day, only that is known.
        Some((if from <= -FAR { to } else { from }, to))
    }

    fn add(&mut self, from: i64, to: i64) {
        let begun_by = |day: i64| self.begins.partition_point(|begin| *begin <= day);
        let (from, to) = (begun_by(from).saturating_sub(1), begun_by(to).min(self.begins.len().saturating_sub(1)));
        // The year behind the last one ends what is counted.
        if from < to {
            self.steps[from] += 1;
            self.steps[to] -= 1;
        }
    }

    /// The years that any hit falls into, the first one first.
    pub(crate) fn finish(self) -> (Histogram, Vec<YearCount>) {
        let mut counts = Vec::new();
        let mut count = 0;
        for (year, step) in (FIRST_YEAR..).zip(self.steps) {
            count += step;
            if count > 0 {
                counts.push(YearCount { year, count: count.unsigned_abs() });
            }
        }
        (self.by, counts)
    }
}

/// Counts hits by the cells of a grid over a box.
pub(crate) struct GridCounter {
    over: BoundingBox,
    /// Width of the box, degrees.
    width: f64,
    columns: u32,
    rows: u32,
    /// By row, from the north, and column, from the west.
    counts: HashMap<(u32, u32), u64>,
    beyond: u64,
}

impl GridCounter {
    /// A grid of so many columns and half as many rows.
    pub(crate) fn new(columns: u32, over: Option<BoundingBox>) -> Self {
        let over = over.unwrap_or(WORLD);
        let rows = (columns / 2).max(1);
        Self { width: width(&over), over, columns, rows, counts: HashMap::new(), beyond: 0 }
    }

    /// Counts a block of documents.
    pub(crate) fn count(&mut self, segment: &Segment, block: &[DocId]) {
        for doc in block {
            // What lies in several places is counted once, where all of them are.
            let Some(extent) = extent(segment, *doc) else { continue };
            match self.cell(&extent) {
                Some(cell) => *self.counts.entry(cell).or_default() += 1,
                None => self.beyond += 1,
            }
        }
    }

    /// The cell in which the centre of a box lies; the north and east edges of the grid belong to its last cells.
    fn cell(&self, extent: &BoundingBox) -> Option<(u32, u32)> {
        let wide = width(extent);
        let east_of = (extent.west + wide / 2.0 - self.over.west).rem_euclid(360.0);
        // A centre on the east edge of the world is on its west edge, too.
        let south_of = self.over.north - f64::midpoint(extent.south, extent.north);
        let height = self.over.north - self.over.south;
        let is_within = wide <= WIDEST && east_of <= self.width && (0.0..=height).contains(&south_of);
        is_within.then(|| (place(south_of, height, self.rows), place(east_of, self.width, self.columns)))
    }

    /// The cells in which any hit lies.
    pub(crate) fn finish(self) -> Grid {
        let (wide, high) =
            (self.width / f64::from(self.columns), (self.over.north - self.over.south) / f64::from(self.rows));
        let counts: BTreeMap<(u32, u32), u64> = self.counts.iter().map(|(cell, count)| (*cell, *count)).collect();
        let cell = |((row, column), count): ((u32, u32), u64)| {
            let north = self.over.north - high * f64::from(row);
            let west = self.over.west + wide * f64::from(column);
            let edges = BoundingBox { west: wrapped(west), south: north - high, east: wrapped(west + wide), north };
            GridCell { edges, count }
        };
        Grid { cells: counts.into_iter().map(cell).collect(), beyond: self.beyond }
    }
}

/// How wide a box is, degrees, across the antimeridian where it crosses that.
fn width(of: &BoundingBox) -> f64 {
    let width = of.east - of.west;
    if width < 0.0 { width + 360.0 } else { width }
}

/// A longitude between -180 and 180.
fn wrapped(longitude: f64) -> f64 {
    if longitude > 180.0 { longitude - 360.0 } else { longitude }
}

/// Into which of some equal parts of a length a place falls.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share lies between 0 and the parts")]
fn place(at: f64, length: f64, parts: u32) -> u32 {
    if length <= 0.0 {
        return 0;
    }
    ((at / length * f64::from(parts)) as u32).min(parts - 1)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn extent(west: f64, south: f64, east: f64, north: f64) -> BoundingBox {
        BoundingBox { west, south, east, north }
    }

    #[test]
    fn the_centre_of_a_box_says_its_cell_across_the_antimeridian_too() {
        let world = GridCounter::new(4, None);
        assert_eq!((world.columns, world.rows), (4, 2));
        assert_eq!(world.cell(&extent(43.0, 12.0, 55.0, 19.0)), Some((0, 2)));
        assert_eq!(world.cell(&extent(-60.0, -30.0, -50.0, -10.0)), Some((1, 1)));
        assert_eq!(world.cell(&extent(177.0, -19.0, -178.0, -16.0)), Some((1, 3)));
        assert_eq!(world.cell(&extent(-180.0, -90.0, 180.0, 90.0)), None);
        let pacific = GridCounter::new(2, Some(extent(170.0, -30.0, -170.0, 0.0)));
        assert_eq!(pacific.cell(&extent(177.0, -19.0, 178.0, -16.0)), Some((0, 0)));
        assert_eq!(pacific.cell(&extent(-178.0, -19.0, -176.0, -16.0)), Some((0, 1)));
        assert_eq!(pacific.cell(&extent(43.0, 12.0, 55.0, 19.0)), None);
    }

    #[test]
    fn a_grid_of_one_point_has_one_cell() {
        let point = GridCounter::new(8, Some(extent(44.0, 15.0, 44.0, 15.0)));
        assert_eq!(point.cell(&extent(44.0, 15.0, 44.0, 15.0)), Some((0, 0)));
    }

    #[test]
    fn a_time_counts_in_each_of_its_years_that_are_counted() {
        let mut counter = YearCounter::new(Histogram::Coverage, 20_000);
        let day = |year: i16| PartialDate::from_year(year).unwrap().first_day();
        for (from, to) in [(2019, 2021), (2021, 2021), (1000, 1800), (900, 901), (9000, 9001)] {
            counter.add(day(from), day(to) + 5);
        }
        let (_, counts) = counter.finish();
        let counts: Vec<(i16, u64)> = counts.iter().map(|one| (one.year, one.count)).collect();
        assert_eq!(counts, [(1800, 1), (2019, 1), (2020, 1), (2021, 2)]);
    }
}

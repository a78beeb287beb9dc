//! Random numbers that are the same on every machine (`SplitMix64`), and words drawn by rank as languages have them.

/// A stream of numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The stream of a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    #[expect(clippy::cast_possible_truncation, reason = "the result is below a usize")]
    pub(super) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// A number from 0 to 1.
    pub(super) fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something happens that happens so often of a hundred times.
    pub(super) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of some values.
    pub(super) fn one_of<'a, T>(&mut self, values: &'a [T]) -> Option<&'a T> {
        values.get(self.below(values.len()))
    }
}

/// Zipf's law: the value of rank r is drawn in proportion to r to the power of −s.
#[derive(Debug)]
pub(super) struct Zipf {
    /// Sum of the weights up to each rank, ending at 1.
    sums: Vec<f64>,
}

impl Zipf {
    /// For so many ranks.
    pub(super) fn new(ranks: usize, s: f64) -> Self {
        let mut sums = Vec::with_capacity(ranks);
        let mut sum = 0.0;
        for rank in 1..=ranks {
            sum += (rank as f64).powf(-s);
            sums.push(sum);
        }
        for part in &mut sums {
            *part /= sum;
        }
        Self { sums }
    }

    /// A rank from 0.
    pub(super) fn draw(&self, random: &mut Random) -> usize {
        let share = random.share();
        self.sums.partition_point(|sum| *sum < share).min(self.sums.len().saturating_sub(1))
    }
}

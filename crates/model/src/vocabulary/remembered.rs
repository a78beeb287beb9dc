//! What was made of words, remembered by how they are written: most words of a text are among a few thousand.

use rustc_hash::FxHashMap;

/// Words that are remembered; beyond them it is begun anew.
const MOST: usize = 50_000;

/// Bytes of a word that is remembered: what is longer is no word, and comes once.
const LONGEST: usize = 64;

/// What was made of words as they are written.
///
/// ```
/// use cairn_model::vocabulary::Remembered;
/// let mut lengths = Remembered::default();
/// assert_eq!(*lengths.of("wells", || 5), 5);
/// assert_eq!(*lengths.of("wells", || unreachable!()), 5);
/// ```
#[derive(Debug)]
pub struct Remembered<T> {
    /// Places in `made`.
    places: FxHashMap<Box<str>, usize>,
    made: Vec<T>,
    /// What was made of the last one that is too long.
    of_long: Option<T>,
}

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self { places: FxHashMap::default(), made: Vec::new(), of_long: None }
    }
}

impl<T> Remembered<T> {
    /// What was made of a word, or is made now.
    pub fn of(&mut self, written: &str, make: impl FnOnce() -> T) -> &mut T {
        let Self { places, made, of_long } = self;
        if written.len() > LONGEST {
            return of_long.insert(make());
        }
        let place = places.get(written).copied().unwrap_or_else(|| {
            if made.len() >= MOST {
                places.clear();
                made.clear();
            }
            places.insert(written.into(), made.len());
            made.push(make());
            made.len() - 1
        });
        &mut made[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_words_are_is_not_kept() {
        let mut lengths = Remembered::default();
        for length in 1..=1000 {
            let run = "x".repeat(length);
            assert_eq!(*lengths.of(&run, || length), length);
        }
        assert_eq!((lengths.places.len(), lengths.made.len()), (LONGEST, LONGEST));
    }
}

//! Errors of a configuration that name the line, and the key that was probably meant.

/// Words for an error of the TOML reader: where it is, and for an unknown key the nearest that is known.
///
/// Serde's own words for an unknown key list those that are known; the nearest of them is told first.
pub fn explain(error: &toml::de::Error, text: &str) -> String {
    let message = error.message();
    let said = match unknown_key(message) {
        Some((key, known)) => match nearest(key, &known) {
            Some(meant) => format!("unknown key `{key}`, did you mean `{meant}`?"),
            None => format!("unknown key `{key}`, the known ones are {}", known.join(", ")),
        },
        None => message.trim_end().replace('\n', " "),
    };
    match error.span() {
        Some(span) => format!("line {}: {said}", line_of(text, span.start)),
        None => said,
    }
}

/// The key and the known ones out of ``unknown field `a`, expected one of `b`, `c` ``.
fn unknown_key(message: &str) -> Option<(&str, Vec<&str>)> {
    let mut quoted = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let key = quoted.next()?;
    Some((key, quoted.collect()))
}

/// The word that is nearest to `word`, if it is near enough to have been meant.
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |candidate: &str| edit_distance(&word.to_lowercase(), candidate);
    let best = known.iter().min_by_key(|candidate| distance(candidate))?;
    let allowed = (word.chars().count().max(best.chars().count()) / 3).max(1);
    (distance(best) <= allowed).then_some(best)
}

/// Insertions, deletions, replacements and swaps of neighbours that make one word of the other.
fn edit_distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![(0..=to.len()).collect::<Vec<usize>>()];
    for i in 1..=from.len() {
        let mut row = vec![i];
        for j in 1..=to.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

fn line_of(text: &str, byte: usize) -> usize {
    text.as_bytes().iter().take(byte).filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_near_are_suggested_and_others_are_not() {
        let known = ["schedule", "enabled", "organisation", "url", "id"];
        assert_eq!(nearest("shedule", &known), Some("schedule"));
        assert_eq!(nearest("Enabeld", &known), Some("enabled"));
        assert_eq!(nearest("organization", &known), Some("organisation"));
        assert_eq!(nearest("uri", &known), Some("url"));
        assert_eq!(nearest("password", &known), None);
        assert_eq!(nearest("x", &[]), None);
    }

    #[test]
    fn swapped_neighbours_are_one_mistake() {
        assert_eq!(edit_distance("lsiting", "listing"), 1);
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("abc", "abc"), 0);
    }
}

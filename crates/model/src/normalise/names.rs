//! Cells that hold several names: `Syria, Iraq and Bosnia and Herzegovina`.

/// Between names for certain.
const SURE: [char; 4] = [';', '|', '\n', '؛'];
/// Between names, or inside one.
const UNSURE: [&str; 8] = [",", "،", " and ", " et ", " y ", " & ", " / ", " و"];
/// The most parts that one name has been seen to have ("Saint Helena, Ascension and Tristan da Cunha").
const LONGEST_NAME: usize = 5;

/// A cell with more parts than this is no list of names that somebody wrote: it stays whole.
const MOST_PARTS: usize = 100;

/// The names of a cell.
pub(super) struct Names<'a, T> {
    pub(super) known: Vec<T>,
    pub(super) unknown: Vec<&'a str>,
}

/// Splits a cell into names that `look_up` knows. A separator inside a known name does not split it; where nothing of a
/// part is known, the part stays whole.
pub(super) fn split_names<T>(cell: &str, look_up: impl Fn(&str) -> Option<T>) -> Names<'_, T> {
    let mut names = Names { known: Vec::new(), unknown: Vec::new() };
    if let Some(known) = look_up(cell) {
        names.known.push(known);
        return names;
    }
    for segment in cell.split(SURE).map(str::trim).filter(|segment| !segment.is_empty()) {
        split_segment(segment, &look_up, &mut names);
    }
    names
}

fn split_segment<'a, T>(segment: &'a str, look_up: &impl Fn(&str) -> Option<T>, names: &mut Names<'a, T>) {
    let mut parts = parts(segment);
    parts.retain(|(start, end)| !segment[*start..*end].trim().is_empty());
    if parts.is_empty() || parts.len() > MOST_PARTS {
        names.unknown.push(segment);
        return;
    }
    let known_before = names.known.len();
    let unknown_before = names.unknown.len();
    let mut at = 0;
    while at < parts.len() {
        // The longest name that begins here, so that "Bosnia and Herzegovina" is one.
        let most = (at + LONGEST_NAME).min(parts.len());
        let found = (at + 1..=most).rev().find_map(|end| {
            let name = segment[parts[at].0..parts[end - 1].1].trim();
            look_up(name).map(|known| (end, known))
        });
        if let Some((end, known)) = found {
            names.known.push(known);
            at = end;
        } else {
            names.unknown.push(segment[parts[at].0..parts[at].1].trim());
            at += 1;
        }
    }
    if names.known.len() == known_before {
        names.unknown.truncate(unknown_before);
        names.unknown.push(segment);
    }
}

/// Where the parts between separators begin and end.
fn parts(segment: &str) -> Vec<(usize, usize)> {
    // Lower case in ASCII alone, so that offsets stay the same.
    let lower = segment.to_ascii_lowercase();
    let mut parts = Vec::new();
    let mut start = 0;
    while let Some((at, length)) = next_separator(&lower[start..]) {
        parts.push((start, start + at));
        start += at + length;
    }
    parts.push((start, segment.len()));
    parts
}

fn next_separator(text: &str) -> Option<(usize, usize)> {
    UNSURE.iter().filter_map(|separator| Some((text.find(separator)?, separator.len()))).min_by_key(|(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::split_names;

    fn split(cell: &str) -> (Vec<&'static str>, Vec<&str>) {
        let names = split_names(cell, |name| match name.to_lowercase().as_str() {
            "syria" | "سوريا" => Some("SYR"),
            "iraq" | "العراق" => Some("IRQ"),
            "bosnia and herzegovina" => Some("BIH"),
            "korea, republic of" => Some("KOR"),
            _ => None,
        });
        (names.known, names.unknown)
    }

    #[test]
    fn a_cell_holds_several_names() {
        assert_eq!(split("Syria, Iraq"), (vec!["SYR", "IRQ"], vec![]));
        assert_eq!(split("Syria;Iraq"), (vec!["SYR", "IRQ"], vec![]));
        assert_eq!(split("Syria AND Iraq"), (vec!["SYR", "IRQ"], vec![]));
        assert_eq!(split("Syria et Iraq"), (vec!["SYR", "IRQ"], vec![]));
        assert_eq!(split("سوريا والعراق"), (vec!["SYR", "IRQ"], vec![]));
    }

    #[test]
    fn a_name_with_a_separator_inside_is_one_name() {
        assert_eq!(split("Syria, Bosnia and Herzegovina and Iraq"), (vec!["SYR", "BIH", "IRQ"], vec![]));
        assert_eq!(split("Korea, Republic of; Syria"), (vec!["KOR", "SYR"], vec![]));
    }

    #[test]
    fn what_is_not_known_is_told_apart_and_an_unknown_part_stays_whole() {
        assert_eq!(split("Syria, Wakanda"), (vec!["SYR"], vec!["Wakanda"]));
        assert_eq!(split("Washington, DC; Iraq"), (vec!["IRQ"], vec!["Washington, DC"]));
        assert_eq!(split(" , ;"), (vec![], vec![","]));
    }
}

//! What the bundled vocabularies must know.

use super::{Vocabularies, tables};

#[test]
fn the_bundled_tables_have_no_problem() {
    let mut problems = Vec::new();
    tables::read_bundled(&mut problems);
    assert_eq!(problems, []);
    assert_eq!(Vocabularies::bundled().names().len(), 18);
}

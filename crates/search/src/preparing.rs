//! Documents of changes, made by several threads: to take texts apart is most of what indexing costs, and each tier has one
//! thread that writes what came of it.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::thread;

use cairn_model::Vocabularies;
use tantivy::TantivyDocument;

use crate::analyser::Analyser;
use crate::document::document;
use crate::schema::Fields;
use crate::{IndexChange, SearchError};

/// Threads at most: more would only wait for those that write.
const MOST_THREADS: usize = 4;
/// Changes for which no thread is begun.
const FEW: usize = 16;

/// Makes documents, and remembers what words come to.
pub(crate) struct Preparing {
    /// One for each thread.
    analysers: Vec<Analyser>,
}

impl Default for Preparing {
    fn default() -> Self {
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST_THREADS);
        Self { analysers: std::iter::repeat_with(Analyser::default).take(threads).collect() }
    }
}

impl Preparing {
    /// The documents of changes, each with those of its renditions in their order.
    pub(crate) fn documents(
        &mut self,
        fields: &Fields,
        changes: &[IndexChange],
        vocabularies: &Vocabularies,
    ) -> Result<Vec<Vec<TantivyDocument>>, SearchError> {
        let threads = if changes.len() <= FEW { 1 } else { self.analysers.len() };
        let parts = changes.chunks(changes.len().div_ceil(threads).max(1));
        let make = |part: &[IndexChange], analyser: &mut Analyser| -> Result<Vec<_>, SearchError> {
            part.iter().map(|change| of_change(fields, change, vocabularies, analyser)).collect()
        };
        let mut parts = parts.zip(&mut self.analysers);
        let Some((first, analyser)) = parts.next() else { return Ok(Vec::new()) };
        thread::scope(|scope| {
            let others: Vec<_> = parts.map(|(part, analyser)| scope.spawn(move || make(part, analyser))).collect();
            let mut documents = make(first, analyser)?;
            for other in others {
                documents.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic))?);
            }
            Ok(documents)
        })
    }
}

fn of_change(
    fields: &Fields,
    change: &IndexChange,
    vocabularies: &Vocabularies,
    analyser: &mut Analyser,
) -> Result<Vec<TantivyDocument>, SearchError> {
    change.renditions.iter().map(|rendition| document(fields, rendition, vocabularies, analyser)).collect()
}

//! `cairn vocabularies`: which there are, their terms, and what sources say that none of them knows.

use cairn_catalog::{Catalog, UnmappedFilter, UnmappedPage, UnmappedTerm, unmapped_as_csv};
use cairn_model::vocabulary::Term;
use cairn_policy::Viewer;
use cairn_server::json::{unmapped_answer, vocabularies_answer, vocabulary_answer};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::arguments::Global;
use crate::arguments::vocabularies::{Unmapped, Vocabularies, VocabulariesCommand};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open};
use crate::output;

pub(crate) async fn run(global: &Global, command: VocabulariesCommand) -> Result<Exit, Failure> {
    let (_, catalog) = open(global, DataFolder::Existing).await?;
    match command.command {
        None => list(global, &catalog)?,
        Some(Vocabularies::Show { name, lang }) => show(global, &catalog, name, &lang)?,
        Some(Vocabularies::Unmapped(which)) => unmapped(global, &catalog, which).await?,
    }
    Ok(Exit::Done)
}

fn list(global: &Global, catalog: &Catalog) -> Result<(), Failure> {
    if global.json {
        return print(vocabularies_answer(catalog)?);
    }
    let row =
        |one: &cairn_catalog::VocabularySummary| vec![one.name.to_owned(), one.terms.to_string(), one.version.clone()];
    let rows: Vec<Vec<String>> = catalog.vocabulary_summaries()?.items.iter().map(row).collect();
    output::table(&["vocabulary", "terms", "version"], &rows)
}

fn show(global: &Global, catalog: &Catalog, name: String, language: &str) -> Result<(), Failure> {
    if global.json {
        return print(vocabulary_answer(catalog, name)?);
    }
    let row = |term: &Term| {
        let label = catalog.vocabularies().label(&name, &term.code, language);
        let aliases: Vec<&str> = term.aliases.values().flatten().map(String::as_str).collect();
        let mapped: Vec<&str> = term.codes.iter().chain(&term.concepts).map(String::as_str).collect();
        let broader = term.broader.clone().unwrap_or_default();
        vec![term.code.clone(), label, broader, mapped.join(", "), aliases.join(", ")]
    };
    let rows: Vec<Vec<String>> = catalog.vocabulary(&name)?.terms.iter().map(row).collect();
    output::table(&["code", "label", "broader", "maps to", "also called"], &rows)
}

async fn unmapped(global: &Global, catalog: &Catalog, which: Unmapped) -> Result<(), Failure> {
    if which.csv && global.json {
        return Err(Failure::usage("--csv and --json: choose one"));
    }
    let filter = UnmappedFilter { vocabulary: which.vocabulary, source: which.source };
    // Whoever may open the data folder operates every source of it.
    catalog.log_operator_read("vocabularies unmapped", Timestamp::now()).await?;
    let terms = catalog.unmapped_terms(&Viewer::operator(), &filter).await?;
    if which.csv {
        return output::file(&unmapped_as_csv(&terms)?);
    }
    if global.json {
        return print(unmapped_answer(UnmappedPage { terms, next: None })?);
    }
    let row = |term: &UnmappedTerm| {
        let example = &term.example;
        let record = example.title.as_ref().or(example.source_record_id.as_ref()).cloned().unwrap_or_default();
        vec![term.records.to_string(), term.vocabulary.to_owned(), term.value.clone(), term.sources.join(", "), record]
    };
    let rows: Vec<Vec<String>> = terms.items.iter().map(row).collect();
    output::table(&["records", "vocabulary", "value", "sources", "for example"], &rows)?;
    if terms.not_counted > 0 {
        eprintln!("{} more could not be counted: there are too many different words", terms.not_counted);
    }
    Ok(())
}

fn print(mut answer: Value) -> Result<(), Failure> {
    answer["schema"] = json!(1);
    output::json(&answer)
}

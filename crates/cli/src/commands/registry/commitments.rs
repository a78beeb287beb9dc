//! `cairn organisation commitments` and `evaluate`: what organisations committed themselves to, and how they kept it.

use std::path::Path;

use cairn_catalog::{Catalog, CommitmentReport, EvaluationKey, KeptCommitment};
use cairn_model::registry::CommitmentStatus;
use cairn_policy::Viewer;
use cairn_server::json::{commitments_answer, evaluation_answer};
use jiff::Timestamp;

use super::{said_anew, show};
use crate::arguments::Global;
use crate::exit::{Exit, Failure};
use crate::output;

pub(super) async fn report(
    global: &Global,
    catalog: &Catalog,
    viewer: &Viewer,
    organisation: &str,
    year: Option<i16>,
    csv: bool,
) -> Result<Exit, Failure> {
    if csv && global.json {
        return Err(Failure::usage("--csv and --json: choose one"));
    }
    let year = year.unwrap_or_else(|| Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).year());
    let report = catalog.commitments(viewer, organisation, year).await?;
    if csv {
        output::file(&catalog.commitments_as_csv(&report)?)?;
    } else if global.json {
        return show(global, commitments_answer(report)?);
    } else {
        table(&report)?;
    }
    Ok(Exit::Done)
}

fn table(report: &CommitmentReport) -> Result<(), Failure> {
    let code = |status: Option<CommitmentStatus>| status.map_or("", CommitmentStatus::code).to_owned();
    let mut rows = Vec::new();
    for framework in &report.frameworks {
        let title = framework.title.best("en").unwrap_or_default();
        for KeptCommitment { commitment, answer, year_before } in &framework.commitments {
            let what = commitment.title.best("en").unwrap_or_default().to_owned();
            let next = answer.as_ref().and_then(|answer| answer.next.clone()).unwrap_or_default();
            let status = answer.as_ref().map(|answer| answer.status);
            rows.push(vec![title.to_owned(), what, code(status), code(*year_before), next]);
        }
    }
    output::table(&["framework", "commitment", "status", "year before", "next"], &rows)?;
    if let Some(counted) = report.counted {
        eprintln!(
            "{}: {} agreements; {} requests came, {} of them answered within two working days",
            report.year, counted.agreements, counted.requests, counted.answered_in_time
        );
    }
    Ok(())
}

pub(super) async fn evaluate(
    global: &Global,
    catalog: &Catalog,
    viewer: &Viewer,
    key: &EvaluationKey,
    file: &Path,
) -> Result<Exit, Failure> {
    let (version, statement) = said_anew(file, &["organisation", "framework", "year"])?;
    let evaluation = catalog.evaluate(viewer, key, version, statement, Timestamp::now()).await?;
    show(global, evaluation_answer(evaluation)?)
}

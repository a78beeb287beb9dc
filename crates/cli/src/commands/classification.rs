//! `cairn classify`, `reviews` and `profile`: what is proposed for records, which of them somebody must look at, and by what.

use cairn_catalog::{Paging, Review};
use cairn_policy::classify::{FieldProposal, Profile, ProfileRule, ProposalReason};
use cairn_server::json::{classification_answer, profile_answer, profiles_answer, review_answer};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::registry::{log_reading, open_acting};
use crate::arguments::Global;
use crate::arguments::classification::{ClassifyCommand, ProfileCommand, ReviewsCommand};
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::output;

/// Records that are asked for at a time.
const AT_A_TIME: u32 = 100;

/// Prints what is proposed for a record.
pub(crate) async fn classify(global: &Global, command: ClassifyCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    log_reading(&catalog, &viewer, &format!("classification of {}", command.id), now).await?;
    let classified = catalog.classification(&viewer, command.id, now).await?;
    if global.json {
        let mut answer = classification_answer(classified)?;
        answer["schema"] = json!(1);
        output::json(&answer)?;
        return Ok(Exit::Done);
    }
    let proposal = classified.proposal;
    let or_nothing = |code: Option<&'static str>| code.unwrap_or("nothing");
    output::line(&format!("stands        {}, {}", classified.sensitivity, classified.sharing))?;
    output::line(&format!(
        "is proposed   {}, {}",
        or_nothing(proposal.sensitivity.map(cairn_model::Sensitivity::code)),
        or_nothing(proposal.sharing.map(cairn_model::Sharing::code))
    ))?;
    let moves = match (proposal.opens, proposal.closes) {
        (false, false) => "it would change nothing",
        (true, false) => "it would open something: look at it before you apply it",
        (false, true) => "it would close something",
        (true, true) => "it would open something and close something: look at it before you apply it",
    };
    output::line(&format!("which means   {moves}"))?;
    let reason = |one: ProposalReason| {
        let profile = one.profile.zip(one.version).map_or(String::new(), |(id, version)| format!("{id} {version}"));
        vec![one.rule, profile, one.sensitivity.to_string(), one.sharing.to_string(), one.because]
    };
    let rows: Vec<Vec<String>> = proposal.reasons.into_iter().map(reason).collect();
    output::table(&["rule", "profile", "sensitivity", "sharing", "because"], &rows)?;
    let field = |one: FieldProposal| {
        let sharing = one.sharing.map_or("as the record", cairn_model::Sharing::code);
        let columns = [one.class.code(), one.sensitivity.code(), sharing, one.shareable_form];
        std::iter::once(one.name).chain(columns.map(str::to_owned)).collect()
    };
    let rows: Vec<Vec<String>> = proposal.fields.into_iter().map(field).collect();
    output::table(&["field", "class", "sensitivity", "sharing", "shareable form"], &rows)?;
    for missing in classified.missing {
        output::line(&format!("lacking       {}: {}", missing.field, missing.message))?;
    }
    Ok(Exit::Done)
}

/// Prints which records of an organisation somebody must look at.
pub(crate) async fn reviews(global: &Global, command: ReviewsCommand) -> Result<Exit, Failure> {
    let (catalog, viewer) = open_acting(global, command.acting).await?;
    let now = Timestamp::now();
    log_reading(&catalog, &viewer, "reviews", now).await?;
    catalog.catch_index_up(super::duplicates::PATIENCE).await?;
    let mut paging = Paging { after: String::new(), limit: AT_A_TIME };
    let (mut reviews, mut total) = (Vec::new(), 0);
    while reviews.len() < command.limit {
        let page = catalog.reviews(&viewer, command.organisation.as_deref(), &paging, now).await?;
        total = page.total;
        reviews.extend(page.items);
        match page.next {
            Some(next) => paging.after = next,
            None => break,
        }
    }
    reviews.truncate(command.limit);
    if global.json {
        let items: Vec<Value> =
            reviews.into_iter().map(|review| review_answer(review, "en")).collect::<Result<_, _>>()?;
        output::json(&json!({ "schema": 1, "total": total, "reviews": items }))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = reviews.iter().map(row).collect();
    output::table(&["due", "sensitivity", "title", "why", "id"], &rows)?;
    if total > rows.len() as u64 {
        eprintln!("{total} in all: ask for more with --limit");
    }
    Ok(Exit::Done)
}

fn row(review: &Review) -> Vec<String> {
    let due = review.causes.first().and_then(|first| first.due).map_or_else(|| "at once".to_owned(), String::from);
    let why: Vec<&str> = review.causes.iter().map(|cause| cause.reason.words()).collect();
    let title = review.title.best("en").unwrap_or_default().to_owned();
    vec![due, review.sensitivity.to_string(), title, why.join(" "), review.id.to_string()]
}

/// Prints the profiles of the configuration, or one of them. The data folder is not needed for it.
pub(crate) fn profile(global: &Global, command: ProfileCommand) -> Result<Exit, Failure> {
    let profiles = Config::load(&global.config)?.load_profiles(&global.config)?;
    let now = Timestamp::now();
    let in_force = profiles.in_force(cairn_model::date::day_of(now));
    match command {
        ProfileCommand::List if global.json => {
            let mut answer = profiles_answer(&profiles, now)?;
            answer["schema"] = json!(1);
            output::json(&answer)?;
        }
        ProfileCommand::List => {
            let row = |profile: &Profile| {
                let country = profile.country.clone().unwrap_or_else(|| "all others".to_owned());
                let holds = if in_force.contains(&profile) { "yes" } else { "no" };
                let (version, from) = (profile.version.clone(), profile.valid_from.to_string());
                vec![profile.id.clone(), country, version, from, holds.to_owned(), profile.title.clone()]
            };
            let rows: Vec<Vec<String>> = profiles.versions().iter().map(row).collect();
            output::table(&["id", "country", "version", "valid from", "holds", "title"], &rows)?;
        }
        ProfileCommand::Show { id } => {
            let unknown = || Failure::usage(format!("there is no profile `{}`", output::plain(&id)));
            if global.json {
                let mut answer = profile_answer(&profiles, &id, now)?.ok_or_else(unknown)?;
                answer["schema"] = json!(1);
                output::json(&answer)?;
                return Ok(Exit::Done);
            }
            let known = || profiles.versions().iter().find(|profile| profile.id == id);
            let profile = in_force.iter().find(|one| one.id == id).copied().or_else(known).ok_or_else(unknown)?;
            output::line(&format!("{}, version {}", profile.title, profile.version))?;
            let row = |rule: &ProfileRule| {
                let (sensitivity, sharing) = (rule.sensitivity.to_string(), rule.sharing.to_string());
                vec![rule.id.clone(), sensitivity, sharing, rule.because.clone()]
            };
            let rows: Vec<Vec<String>> = profile.rules.iter().map(row).collect();
            output::table(&["rule", "sensitivity", "sharing", "because"], &rows)?;
        }
    }
    Ok(Exit::Done)
}

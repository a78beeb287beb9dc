//! `cairn token`: API tokens.

use cairn_catalog::{Catalog, FacetField, IssuedToken, SearchRequest, TokenRequest};
use cairn_model::party::organisation_id;
use cairn_policy::{Role, Viewer};
use jiff::{SignedDuration, Timestamp, civil, tz};
use serde_json::json;

use crate::arguments::{Global, Token};
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open};
use crate::output;

pub(crate) async fn run(global: &Global, token: Token) -> Result<Exit, Failure> {
    let folder = match &token {
        Token::Create { .. } => DataFolder::Create,
        _ => DataFolder::Existing,
    };
    let (_, catalog) = open(global, folder).await?;
    let now = Timestamp::now();
    match token {
        Token::Create { organisation, group, role, expires } => {
            let role = Role::from_name(&role).ok_or_else(|| Failure::usage("no such role"))?;
            let expires = expires.map(|text| expiry(&text, now)).transpose()?;
            let issued = catalog.create_token(TokenRequest { organisation, groups: group, role, expires }, now).await?;
            warn_of_unknown_organisation(&catalog, &issued.row.organisation).await;
            show(global, &catalog, &issued, now).await?;
        }
        Token::List => {
            let rows = catalog.tokens().await?;
            if global.json {
                output::json(&json!({ "schema": 1, "tokens": rows }))?;
                return Ok(Exit::Done);
            }
            let day = |at: Option<Timestamp>| at.map_or(String::new(), |at| at.strftime("%Y-%m-%d").to_string());
            let rows: Vec<Vec<String>> = rows
                .iter()
                .map(|row| {
                    vec![
                        row.id.clone(),
                        format!("{}…", row.prefix),
                        row.organisation.clone(),
                        row.groups.join(" "),
                        row.role.clone(),
                        day(Some(row.created)),
                        day(row.expires),
                        day(row.revoked),
                    ]
                })
                .collect();
            output::table(&["id", "token", "organisation", "groups", "role", "created", "expires", "revoked"], &rows)?;
        }
        Token::Revoke { id } => {
            catalog.revoke_token(&id, now).await?;
            if global.json {
                output::json(&json!({ "schema": 1, "revoked": id }))?;
            } else {
                output::line(&format!("Revoked {id}."))?;
            }
        }
    }
    Ok(Exit::Done)
}

/// Prints a token, alone on stdout. Nobody could use or find one that was not shown, so it is revoked.
async fn show(global: &Global, catalog: &Catalog, issued: &IssuedToken, now: Timestamp) -> Result<(), Failure> {
    let row = &issued.row;
    let shown = if global.json {
        serde_json::to_string_pretty(&json!({ "schema": 1, "token": issued.secret, "id": row.id,
            "organisation": row.organisation, "groups": row.groups, "role": row.role, "expires": row.expires }))?
    } else {
        issued.secret.clone()
    };
    if let Err(error) = output::once(&shown) {
        catalog.revoke_token(&row.id, now).await?;
        return Err(anyhow::anyhow!("the token could not be shown ({error}), and was revoked").into());
    }
    if !global.json {
        eprintln!("This is the only time that the token is shown. Its id, to revoke it: {}", row.id);
    }
    Ok(())
}

/// Says so where neither a source nor a record names the organisation: its token would show what anyone sees.
async fn warn_of_unknown_organisation(catalog: &Catalog, organisation: &str) {
    let of_source = |name: &String| name == organisation || organisation_id(name) == organisation;
    if catalog.sources().iter().any(|source| source.organisation.as_ref().is_some_and(of_source)) {
        return;
    }
    let mut request = SearchRequest { limit: 0, ..SearchRequest::default() };
    request.filters.values.insert(FacetField::Organisation, vec![organisation.to_owned()]);
    let found = catalog.search(&Viewer::operator(), request).await.map_or(0, |page| page.total);
    if found == 0 {
        eprintln!("warning: no source and no record names the organisation `{}`", output::plain(organisation));
    }
}

/// `90d`, `2w`, `12h`, or the end of a day.
fn expiry(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let wrong = || Failure::usage(format!("--expires {text}: give 90d, 2w, 12h, or a date as 2027-01-31"));
    if let Ok(date) = text.parse::<civil::Date>() {
        let end = date.at(23, 59, 59, 0).to_zoned(tz::TimeZone::UTC).map_err(|_| wrong())?;
        return Ok(end.timestamp());
    }
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let number: i64 = number.parse().map_err(|_| wrong())?;
    let hours = match unit {
        "h" => number,
        "d" => number.checked_mul(24).ok_or_else(wrong)?,
        "w" => number.checked_mul(24 * 7).ok_or_else(wrong)?,
        _ => return Err(wrong()),
    };
    // A token for longer than a century is a typing error.
    if !(1..=24 * 36_525).contains(&hours) {
        return Err(wrong());
    }
    now.checked_add(SignedDuration::from_hours(hours)).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_expiry_is_a_time_from_now_or_the_end_of_a_day() {
        let now: Timestamp = "2026-01-01T12:00:00Z".parse().unwrap();
        let at = |text: &str| expiry(text, now).map(|at| at.to_string()).map_err(|failure| failure.exit);
        assert_eq!(at("90d").unwrap(), "2026-04-01T12:00:00Z");
        assert_eq!(at("12h").unwrap(), "2026-01-02T00:00:00Z");
        assert_eq!(at("2027-01-31").unwrap(), "2027-01-31T23:59:59Z");
        for wrong in ["", "d", "90", "-1d", "0d", "9999999999999999d", "90 days", "é"] {
            assert_eq!(at(wrong).unwrap_err(), Exit::Usage, "{wrong}");
        }
    }
}

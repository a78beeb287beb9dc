//! `cairn user`: who can sign in, for whoever may write the data folder. The first administrator comes this way.

use cairn_catalog::{Catalog, Invitation, InvitationRequest, IssuedInvitation, Paging, Person, PersonUpdate};
use cairn_policy::{Role, Viewer};
use cairn_server::links;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::arguments::{Global, User};
use crate::config::Config;
use crate::exit::{Exit, Failure};
use crate::open::{DataFolder, open};
use crate::output;

/// People that are read at a time.
const AT_A_TIME: u32 = 1000;

pub(crate) async fn run(global: &Global, user: User) -> Result<Exit, Failure> {
    let folder = match &user {
        User::Invite { .. } => DataFolder::Create,
        _ => DataFolder::Existing,
    };
    let (config, catalog) = open(global, folder).await?;
    let (operator, now) = (Viewer::operator(), Timestamp::now());
    match user {
        User::Invite { email, organisation, role } => {
            let request = InvitationRequest { email, organisation: Some(organisation), role: role_of(&role)? };
            let issued = catalog.invite(&operator, request, now).await?;
            let link = Link { config: &config, catalog: &catalog, issued: &issued, lasts: "two weeks" };
            link.show(global, now).await?;
        }
        User::ResetPassword { person } => {
            let issued = catalog.reset_password(&operator, &person, now).await?;
            let link = Link { config: &config, catalog: &catalog, issued: &issued, lasts: "a day" };
            link.show(global, now).await?;
        }
        User::List { organisation } => list(global, &catalog, organisation.as_deref(), now).await?,
        User::SetRole { person, role } => {
            let person = catalog.find_person(&operator, &person).await?;
            let closed = person.closed.is_some();
            let update = PersonUpdate { name: person.name, role: role_of(&role)?, closed };
            let person = catalog.change_person(&operator, &person.id, &update, now).await?;
            tell(
                global,
                &person,
                &format!("{} is {} of {} now.", person.name, person.role.name(), person.organisation),
            )?;
        }
        User::Close { person } => {
            let person = catalog.find_person(&operator, &person).await?;
            let update = PersonUpdate { name: person.name, role: person.role, closed: true };
            let person = catalog.change_person(&operator, &person.id, &update, now).await?;
            tell(global, &person, &format!("The account of {} is closed.", person.name))?;
        }
    }
    Ok(Exit::Done)
}

fn role_of(name: &str) -> Result<Role, Failure> {
    Role::from_name(name).ok_or_else(|| Failure::usage("no such role"))
}

/// A link by which a person signs up or takes a new password.
struct Link<'a> {
    config: &'a Config,
    catalog: &'a Catalog,
    issued: &'a IssuedInvitation,
    lasts: &'static str,
}

impl Link<'_> {
    /// Prints it, alone on stdout. Nobody could use one that was not shown, so it is withdrawn.
    async fn show(&self, global: &Global, now: Timestamp) -> Result<(), Failure> {
        let invitation = &self.issued.invitation;
        let link = links::invitation(&self.config.public_url(), &self.issued.secret);
        let shown = if global.json {
            let mut told = invitation_json(invitation);
            told["schema"] = json!(1);
            told["link"] = json!(link);
            serde_json::to_string_pretty(&told)?
        } else {
            link
        };
        if let Err(error) = output::once(&shown) {
            self.catalog.withdraw_invitation(&Viewer::operator(), &invitation.id, now).await?;
            return Err(anyhow::anyhow!("the link could not be shown ({error}), and was withdrawn").into());
        }
        if !global.json {
            let (email, lasts) = (output::plain(&invitation.email), self.lasts);
            eprintln!("This is the only time that the link is shown. It lasts {lasts}.");
            eprintln!("Hand it to {email} over a channel that you trust.");
        }
        Ok(())
    }
}

fn tell(global: &Global, person: &Person, said: &str) -> Result<(), Failure> {
    if global.json {
        let mut told = person_json(person);
        told["schema"] = json!(1);
        return output::json(&told);
    }
    output::line(said)
}

async fn list(global: &Global, catalog: &Catalog, organisation: Option<&str>, now: Timestamp) -> Result<(), Failure> {
    let operator = Viewer::operator();
    let mut people = Vec::new();
    let mut paging = Paging { after: String::new(), limit: AT_A_TIME };
    loop {
        let page = catalog.people(&operator, organisation, &paging).await?;
        people.extend(page.items);
        let Some(next) = page.next else { break };
        paging.after = next;
    }
    let invited = catalog.invitations(&operator, organisation, now).await?;
    if global.json {
        let people: Vec<Value> = people.iter().map(person_json).collect();
        let invitations: Vec<Value> = invited.iter().map(invitation_json).collect();
        return output::json(&json!({ "schema": 1, "people": people, "invitations": invitations }));
    }
    let day = |at: Option<Timestamp>| at.map_or(String::new(), |at| at.strftime("%F").to_string());
    let mut rows = Vec::new();
    for person in people {
        let private = person.private.as_ref();
        let email = private.map_or(String::new(), |private| private.email.clone());
        let state = if person.closed.is_some() { "closed" } else { "active" };
        let role = person.role.name().to_owned();
        let signed_in = day(private.and_then(|private| private.signed_in));
        rows.push(vec![email, person.name, person.organisation, role, state.to_owned(), signed_in, person.id]);
    }
    for Invitation { id, email, organisation, role, is_reset, .. } in invited {
        let state = if is_reset { "new password" } else { "invited" };
        rows.push(vec![
            email,
            String::new(),
            organisation,
            role.name().to_owned(),
            state.to_owned(),
            String::new(),
            id,
        ]);
    }
    output::table(&["email", "name", "organisation", "role", "state", "signed in", "id"], &rows)
}

fn person_json(person: &Person) -> Value {
    let private = person.private.as_ref();
    json!({
        "id": person.id,
        "name": person.name,
        "email": private.map(|private| &private.email),
        "organisation": person.organisation,
        "role": person.role.name(),
        "state": if person.closed.is_some() { "closed" } else { "active" },
        "created": private.map(|private| private.created),
        "signed_in": private.and_then(|private| private.signed_in).map(|day| day.strftime("%F").to_string()),
    })
}

fn invitation_json(invitation: &Invitation) -> Value {
    json!({
        "id": invitation.id,
        "email": invitation.email,
        "organisation": invitation.organisation,
        "role": invitation.role.name(),
        "new_password": invitation.is_reset,
        "invited_by": invitation.invited_by,
        "created": invitation.created,
        "expires": invitation.expires,
    })
}

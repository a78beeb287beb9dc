//! Accounts: who is in an organisation, and who changes that.

use cairn_model::Problem;
use cairn_policy::{Role, Viewer};
use cairn_store::{EndedSessions, NewAct, PersonAmendment, PersonChange, PersonLoaded, PersonRow};
use jiff::Timestamp;
use unicode_normalization::UnicodeNormalization;

use super::attempts::Tried;
use super::{Person, email, may_give, passwords, role_of, seen};
use crate::secrets::hash;
use crate::{Catalog, CatalogError, Paging};

const WHO_CHANGES: &str = "only administrators change roles and close accounts, and stewards those of their own organisation with roles that \
     theirs includes";
const LAST_ADMINISTRATOR: &str = "somebody has to administer the catalogue: make another administrator first";

/// Longest name, in characters.
const LONGEST_NAME: usize = 200;

/// What an account is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonUpdate {
    /// How they want to be called.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Whether the account is closed.
    pub closed: bool,
}

/// A part of a list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeoplePage {
    /// In the order of their ids.
    pub items: Vec<Person>,
    /// The id after which the next part begins; `None` at the end.
    pub next: Option<String>,
}

/// What is wrong with a name.
pub(super) fn name_problem(name: &str) -> Option<Problem> {
    let is_name = !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    (!is_name).then(|| Problem::error("no-name", "name", "say how you want to be called, in 200 characters at most"))
}

impl Catalog {
    /// The people of an organisation, as far as the viewer may know of them: of their own where none is named, of every one
    /// for those who administer the catalogue. Of another organisation nobody is told anything.
    ///
    /// # Errors
    /// `SignInRequired`.
    pub async fn people(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        paging: &Paging,
    ) -> Result<PeoplePage, CatalogError> {
        if viewer.is_anonymous() {
            return Err(CatalogError::SignInRequired);
        }
        let asked = if viewer.administers() { organisation } else { organisation.or(viewer.organisation()) };
        let mut page = PeoplePage { items: Vec::new(), next: None };
        if !viewer.administers() && asked != viewer.organisation() {
            return Ok(page);
        }
        let most = paging.limit as usize;
        let mut after = paging.after.clone();
        // Those who are not told of lie between the others.
        loop {
            let rows = self.store().people(asked, &after, paging.limit.saturating_add(1)).await?;
            let Some(last) = rows.last() else { return Ok(page) };
            after.clone_from(&last.id);
            for row in rows {
                let Some(person) = seen(row, viewer)? else { continue };
                if page.items.len() == most {
                    page.next = page.items.last().map(|last| last.id.clone());
                    return Ok(page);
                }
                page.items.push(person);
            }
        }
    }

    /// One person.
    ///
    /// # Errors
    /// `NotFound` for one who is absent or not to be known; `SignInRequired`.
    pub async fn person(&self, viewer: &Viewer, id: &str) -> Result<Person, CatalogError> {
        if viewer.is_anonymous() {
            return Err(CatalogError::SignInRequired);
        }
        let row = self.store().person(id).await?;
        row.map(|row| seen(row, viewer)).transpose()?.flatten().ok_or(CatalogError::NotFound("person"))
    }

    /// One person by id or mail address, for those who are told of addresses.
    ///
    /// # Errors
    /// `NotFound`, `SignInRequired`.
    pub async fn find_person(&self, viewer: &Viewer, id_or_email: &str) -> Result<Person, CatalogError> {
        if !id_or_email.contains('@') {
            return self.person(viewer, id_or_email).await;
        }
        let row = self.store().person_by_email(&email::folded(id_or_email)).await?;
        let person = row.map(|row| seen(row, viewer)).transpose()?.flatten();
        person.filter(|person| person.private.is_some()).ok_or(CatalogError::NotFound("person"))
    }

    /// Changes an account: everybody their own name, those who look after it the role, and whether it is closed. Who is closed
    /// has no session and no token from that moment. Nobody raises their own role, and somebody always administers.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` for the last administrator.
    pub async fn change_person(
        &self,
        viewer: &Viewer,
        id: &str,
        update: &PersonUpdate,
        now: Timestamp,
    ) -> Result<Person, CatalogError> {
        if viewer.is_anonymous() {
            return Err(CatalogError::SignInRequired);
        }
        let name: String = update.name.trim().nfc().collect();
        CatalogError::if_any(name_problem(&name).into_iter().collect())?;
        let mut outcome = Err(CatalogError::NotFound("person"));
        self.store()
            .amend_person(id, &mut |loaded| {
                let (amendment, decided) = decide(viewer, loaded, &PersonUpdate { name: name.clone(), ..*update }, now);
                outcome = decided;
                amendment
            })
            .await?;
        outcome
    }

    /// Changes the password of who is signed in, and ends their other sessions.
    ///
    /// # Errors
    /// `WrongCredentials` for another present password, `TooManyAttempts`, `Invalid`; `SignInRequired`.
    pub async fn change_password(
        &self,
        session: &str,
        present: &str,
        new: &str,
        client: std::net::IpAddr,
        now: Timestamp,
    ) -> Result<(), CatalogError> {
        let row = self.live_session(session, now).await?.ok_or(CatalogError::SignInRequired)?.person;
        let tried = Tried::on(&row.email, client);
        self.count_attempt(&tried, now).await?;
        if !self.passwords().is_right(present, row.password.clone()).await? {
            return Err(CatalogError::WrongCredentials);
        }
        self.forget_attempts(&tried).await?;
        CatalogError::if_any(passwords::problem_of(new, &row.email, &row.name).into_iter().collect())?;
        let password = self.passwords().hash(new).await?;
        let ends = EndedSessions::Others(hash(session));
        let act = NewAct::new(now, format!("person:{}", row.id), "person.change-password", &*row.id);
        self.store()
            .amend_person(&row.id, &mut |loaded| {
                let person = loaded.person.as_ref().filter(|person| person.closed.is_none());
                let change =
                    person.map(|person| PersonChange { password: Some(password.clone()), ends, ..kept(person) });
                PersonAmendment { acts: change.iter().map(|_| act.clone()).collect(), change }
            })
            .await?;
        Ok(())
    }
}

/// An account as it is.
fn kept(row: &PersonRow) -> PersonChange {
    PersonChange {
        name: row.name.clone(),
        role: row.role.clone(),
        password: row.password.clone(),
        closed: row.closed,
        ends: EndedSessions::None,
    }
}

/// What becomes of an account, and what is answered.
fn decide(
    viewer: &Viewer,
    loaded: &PersonLoaded,
    update: &PersonUpdate,
    now: Timestamp,
) -> (PersonAmendment, Result<Person, CatalogError>) {
    let nothing = |error| (PersonAmendment::default(), Err(error));
    let before = loaded.person.clone().map(|row| seen(row, viewer).map(|person| person.is_some()));
    let (row, role) = match (&loaded.person, before) {
        (Some(row), Some(Ok(true))) => match role_of(row) {
            Ok(role) => (row, role),
            Err(error) => return nothing(error),
        },
        (_, Some(Err(error))) => return nothing(error),
        _ => return nothing(CatalogError::NotFound("person")),
    };
    let closed = row.closed.filter(|_| update.closed).or(update.closed.then_some(now));
    let is_same_standing = role == update.role && row.closed.is_some() == update.closed;
    let act = match (row.closed.is_some(), update.closed) {
        (false, true) => "person.close",
        (true, false) => "person.reopen",
        _ => "person.change",
    };
    let line = NewAct::new(now, viewer.actor(), act, &*row.id);
    let is_self = viewer.person() == Some(row.id.as_str());
    let gives = may_give(viewer, &row.organisation, role) && may_give(viewer, &row.organisation, update.role);
    if !(gives || is_self && is_same_standing) {
        let refusal = NewAct { refused: true, ..line };
        return (PersonAmendment { change: None, acts: vec![refusal] }, Err(CatalogError::Forbidden(WHO_CHANGES)));
    }
    let administers = |role: Role, is_closed: bool| role == Role::Administrator && !is_closed;
    let leaves = administers(role, row.closed.is_some()) && !administers(update.role, update.closed);
    if leaves && loaded.other_administrators == 0 {
        return nothing(CatalogError::conflict(LAST_ADMINISTRATOR));
    }
    let after = PersonRow { name: update.name.clone(), role: update.role.name().to_owned(), closed, ..row.clone() };
    // What is told afterwards is what the viewer was told before, in its new state.
    let told = seen(after.clone(), viewer).and_then(|person| person.ok_or(CatalogError::NotFound("person")));
    if after == *row {
        return (PersonAmendment::default(), told);
    }
    (PersonAmendment { change: Some(kept(&after)), acts: vec![line] }, told)
}

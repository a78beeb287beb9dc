//! Invitations: how an account comes to be, and how a password that was forgotten is set anew.

use cairn_model::Problem;
use cairn_model::party::organisation_id;
use cairn_policy::{Role, Viewer};
use cairn_store::{Acceptance, InvitationRow, Invited, NewAct, NewInvitation};
use jiff::{SignedDuration, Timestamp};
use unicode_normalization::UnicodeNormalization;

use super::accounts::name_problem;
use super::{IssuedSession, Person, email, may_give, passwords, role, seen, whole};
use crate::registry::new_id;
use crate::secrets::{hash, new_secret};
use crate::{Catalog, CatalogError};

const WHO_INVITES: &str =
    "only administrators invite people, and stewards to their own organisation with roles that theirs includes";
const WHO_LISTS: &str = "only administrators and the stewards of the organisation see who is invited";
const WHO_RESETS: &str = "only the operator sets a password anew, on the command line";

/// For how long an invitation can be accepted.
const LASTS: SignedDuration = SignedDuration::from_hours(14 * 24);
/// For how long a link for a new password can be used.
const RESET_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// What the secret of an invitation begins with.
const PREFIX: &str = "cairn_invitation_";

/// Who is to be invited.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationRequest {
    /// Mail address.
    pub email: String,
    /// Organisation by id, or by id or name for the operator; the viewer's own where none is named.
    pub organisation: Option<String>,
    /// Role.
    pub role: Role,
}

/// An invitation that nobody has accepted yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Id, to withdraw it by.
    pub id: String,
    /// Mail address.
    pub email: String,
    /// Organisation id.
    pub organisation: String,
    /// Role.
    pub role: Role,
    /// Whether it is for a new password of an account that is there.
    pub is_reset: bool,
    /// Who invited, as in the log of acts.
    pub invited_by: String,
    /// When.
    pub created: Timestamp,
    /// When it runs out.
    pub expires: Timestamp,
}

/// An invitation just made: the only time that its secret is at hand.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedInvitation {
    /// What accepts it.
    pub secret: String,
    /// The invitation.
    pub invitation: Invitation,
}

/// What somebody says who accepts an invitation.
#[derive(Clone, PartialEq, Eq)]
pub struct AcceptedInvitation {
    /// The secret of the invitation.
    pub secret: String,
    /// How they want to be called; not asked for where only the password is set anew.
    pub name: Option<String>,
    /// The password that they choose.
    pub password: String,
}

impl Catalog {
    /// Invites somebody. Whether the address has an account is told to those only who may know of that account.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` where a colleague has the address already.
    pub async fn invite(
        &self,
        viewer: &Viewer,
        request: InvitationRequest,
        now: Timestamp,
    ) -> Result<IssuedInvitation, CatalogError> {
        const ACT: &str = "invitation.create";
        let named = request.organisation.as_deref().or(viewer.organisation()).unwrap_or_default();
        let organisation = organisation_id(named);
        self.may(viewer, may_give(viewer, &organisation, request.role), WHO_INVITES, ACT, now).await?;
        let email = email::checked(&request.email);
        let problems = email.as_ref().err().into_iter().cloned().chain(self.unregistered(viewer, named, now).await?);
        CatalogError::if_any(problems.collect())?;
        let email = email.unwrap_or_default();
        if let Some(person) = self.store().person_by_email(&email).await?
            && seen(person, viewer)?.is_some()
        {
            let message = "an account has this address already: change that one instead";
            return Err(CatalogError::conflict(message));
        }
        let invitation = NewInvitation {
            hash: [0; 32],
            id: new_id(),
            email,
            organisation,
            role: request.role.name().to_owned(),
            person: None,
            invited_by: viewer.actor().to_owned(),
            created: now,
            expires: now.saturating_add(LASTS).unwrap_or(Timestamp::MAX),
        };
        self.issue(invitation, ACT).await
    }

    /// Makes a link by which somebody sets their password anew, for a person by id or mail address. It lasts a day, and ends
    /// every session of theirs when it is used.
    ///
    /// # Errors
    /// `NotFound`, also for an account that is closed; `Forbidden`, `SignInRequired`.
    pub async fn reset_password(
        &self,
        viewer: &Viewer,
        person: &str,
        now: Timestamp,
    ) -> Result<IssuedInvitation, CatalogError> {
        const ACT: &str = "person.reset-password";
        self.may(viewer, viewer.is_operator(), WHO_RESETS, ACT, now).await?;
        let person = self.find_person(viewer, person).await?;
        let row = self.store().person(&person.id).await?.filter(|row| row.closed.is_none());
        let row = row.ok_or(CatalogError::NotFound("person"))?;
        let invitation = NewInvitation {
            hash: [0; 32],
            id: new_id(),
            email: row.email,
            organisation: row.organisation,
            role: row.role,
            person: Some(row.id),
            invited_by: viewer.actor().to_owned(),
            created: now,
            expires: now.saturating_add(RESET_LASTS).unwrap_or(Timestamp::MAX),
        };
        self.issue(invitation, ACT).await
    }

    async fn issue(&self, invitation: NewInvitation, act: &str) -> Result<IssuedInvitation, CatalogError> {
        let secret = new_secret(PREFIX)?;
        let new = NewInvitation { hash: hash(&secret), ..invitation };
        // A new password is about the person; the address of an invitation is in no line.
        let subject = new.person.clone().unwrap_or_else(|| new.id.clone());
        let act = NewAct::new(new.created, &*new.invited_by, act, subject);
        let NewInvitation { hash: _, id, email, organisation, role, person, invited_by, created, expires } =
            new.clone();
        let row = InvitationRow { id, email, organisation, role, person, invited_by, created, expires };
        self.store().put_invitation(new, act).await?;
        Ok(IssuedInvitation { secret, invitation: told(row)? })
    }

    /// Nothing, or that no such organisation is registered. For the operator it is, as it is for tokens.
    async fn unregistered(
        &self,
        viewer: &Viewer,
        named: &str,
        now: Timestamp,
    ) -> Result<Option<Problem>, CatalogError> {
        let id = organisation_id(named);
        if id.is_empty() {
            return Ok(Some(Problem::error(
                "required",
                "organisation",
                "say which organisation the person belongs to",
            )));
        }
        if viewer.is_operator() {
            self.ensure_organisation(viewer.actor(), &id, named, now).await?;
            return Ok(None);
        }
        match self.organisation(viewer, &id).await {
            Ok(_) => Ok(None),
            Err(CatalogError::NotFound(_)) => {
                let message = "no organisation of this id is registered";
                Ok(Some(Problem::error("unknown-organisation", "organisation", message).with_value(named)))
            }
            Err(error) => Err(error),
        }
    }

    /// The invitations that can still be accepted, newest first: to an organisation, or to all that the viewer looks after.
    ///
    /// # Errors
    /// `Forbidden`, `SignInRequired`.
    pub async fn invitations(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        now: Timestamp,
    ) -> Result<Vec<Invitation>, CatalogError> {
        let own = viewer.organisation();
        let asked = if viewer.administers() { organisation } else { organisation.or(own).or(Some("")) };
        let may_list = viewer.administers() || asked.is_some_and(|asked| viewer.stewards(asked));
        self.may(viewer, may_list, WHO_LISTS, "invitation.list", now).await?;
        self.store().invitations(asked, now).await?.into_iter().map(told).collect()
    }

    /// Withdraws an invitation.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` where it is for a role that the viewer does not give.
    pub async fn withdraw_invitation(&self, viewer: &Viewer, id: &str, now: Timestamp) -> Result<(), CatalogError> {
        const ACT: &str = "invitation.withdraw";
        const ABSENT: CatalogError = CatalogError::NotFound("invitation");
        if viewer.is_anonymous() {
            return Err(CatalogError::SignInRequired);
        }
        let invitation = told(self.store().invitation(id, now).await?.ok_or(ABSENT)?)?;
        if !viewer.administers() && !viewer.stewards(&invitation.organisation) {
            return Err(ABSENT);
        }
        self.may(viewer, may_give(viewer, &invitation.organisation, invitation.role), WHO_INVITES, ACT, now).await?;
        let is_withdrawn = self.store().withdraw_invitation(id, NewAct::new(now, viewer.actor(), ACT, id)).await?;
        if is_withdrawn { Ok(()) } else { Err(ABSENT) }
    }

    /// The invitation that a secret is for, without accepting it.
    ///
    /// # Errors
    /// `NotFound`, the same for unknown, used, withdrawn and expired ones.
    pub async fn invitation_of(&self, secret: &str, now: Timestamp) -> Result<Invitation, CatalogError> {
        let row = self.store().invitation_by_hash(&hash(secret), now).await?;
        told(row.ok_or(CatalogError::NotFound("invitation"))?)
    }

    /// Accepts an invitation: its holder gets an account, or the account its new password.
    ///
    /// # Errors
    /// `NotFound`, the same for unknown, used, withdrawn and expired ones and for an address that got an account meanwhile;
    /// `Invalid`.
    pub async fn accept_invitation(
        &self,
        accepted: &AcceptedInvitation,
        now: Timestamp,
    ) -> Result<Person, CatalogError> {
        let secret = hash(&accepted.secret);
        let invitation = self.store().invitation_by_hash(&secret, now).await?;
        let invitation = invitation.ok_or(CatalogError::NotFound("invitation"))?;
        let name: String = accepted.name.as_deref().unwrap_or_default().trim().nfc().collect();
        let wrong_name = if invitation.person.is_some() { None } else { name_problem(&name) };
        let wrong_password = passwords::problem_of(&accepted.password, &invitation.email, &name);
        CatalogError::if_any(wrong_name.into_iter().chain(wrong_password).collect())?;
        let acceptance = Acceptance {
            id: new_id(),
            name,
            password: Some(self.passwords().hash(&accepted.password).await?),
            identity: None,
            at: now,
        };
        let person = self.store().accept_invitation(Invited::BySecret(&secret), acceptance).await?;
        whole(person.ok_or(CatalogError::NotFound("invitation"))?)
    }

    /// Accepts an invitation and begins a session for who did: they have just shown that they hold its secret.
    ///
    /// # Errors
    /// Those of [`Catalog::accept_invitation`].
    pub async fn accept_and_sign_in(
        &self,
        accepted: &AcceptedInvitation,
        now: Timestamp,
    ) -> Result<IssuedSession, CatalogError> {
        let person = self.accept_invitation(accepted, now).await?;
        self.begin_session(&person.id, now).await
    }
}

fn told(row: InvitationRow) -> Result<Invitation, CatalogError> {
    let InvitationRow { id, email, organisation, role: name, person, invited_by, created, expires } = row;
    let (role, is_reset) = (role(&name)?, person.is_some());
    Ok(Invitation { id, email, organisation, role, is_reset, invited_by, created, expires })
}

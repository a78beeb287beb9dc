//! What the role of the asker in an agreement lets it receive.

use cairn_model::agreement::{Party, PartyRole};

use super::case::{Case, Covering, owner_of};
use super::decision::Finding;
use super::rule::Rule;

/// Whether the asker receives for itself or passes on, or why it does neither.
pub(super) fn received(case: &Case<'_>, covering: Covering<'_>) -> Result<Received, Finding> {
    let parties = &covering.agreement.terms.parties;
    let of_asker = || parties.iter().filter(|party| case.is_asker(party));
    let in_role = || of_asker().filter(|party| case.question.role.is_none_or(|role| party.role == role));
    let acts_as = |role: PartyRole| in_role().any(|party| party.role == role);
    if in_role().next().is_none() {
        let held = of_asker().map(|party| party.role.code().to_owned()).collect();
        let wanted = case.question.role.map(|role| role.code().to_owned());
        return Err(Finding::about(Rule::RoleNotHeld, wanted.into_iter().collect()).or_else(held));
    }
    let Some(recipient) = case.other_recipient() else {
        return if acts_as(PartyRole::User) {
            Ok(Received::ForItself)
        } else if acts_as(PartyRole::Intermediary) {
            Err(Finding::of(Rule::IntermediaryNeedsRecipient))
        } else {
            Err(Finding::of(Rule::RoleDoesNotReceive).or_else(vec![PartyRole::User.code().to_owned()]))
        };
    };
    if !parties.contains(&Party::organisation(recipient, PartyRole::User)) {
        return Err(Finding::about(Rule::RecipientIsNoUser, vec![recipient.to_owned()]));
    }
    if in_role().any(|party| is_in_owners_name(case, party)) {
        Ok(Received::FromOwner)
    } else if acts_as(PartyRole::Intermediary) {
        Ok(Received::ForRecipient(recipient.to_owned()))
    } else if acts_as(PartyRole::User) {
        Err(Finding::of(Rule::UserPassesNothingOn))
    } else {
        Err(Finding::of(Rule::RoleDoesNotReceive).or_else(vec![PartyRole::Intermediary.code().to_owned()]))
    }
}

/// For whom something is received.
pub(super) enum Received {
    /// By a user, for itself.
    ForItself,
    /// By an intermediary, for a user.
    ForRecipient(String),
    /// By a user, from the owner that asks whether it may give.
    FromOwner,
}

/// Whether a party is the record's owner, or grants in its name.
fn is_in_owners_name(case: &Case<'_>, party: &Party) -> bool {
    let Some(owner) = owner_of(case.record) else { return false };
    match party.role {
        PartyRole::Provider => party.organisation.as_deref() == Some(owner),
        PartyRole::Steward => party.on_behalf_of.as_deref() == Some(owner),
        PartyRole::User | PartyRole::Intermediary => false,
    }
}

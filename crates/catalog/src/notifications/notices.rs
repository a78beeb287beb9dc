//! Which messages follow from what became of a request or a concern. They are queued with it, the later ones in advance; what
//! they are about is looked at again when they are due.

use cairn_model::registry::{ConcernState, RequestSide, RequestState};
use cairn_store::NewMessage;
use jiff::{SignedDuration, Timestamp};

use super::About;
use crate::registry::{AccessRequest, Concern, new_id};

/// So long before access ends somebody is told.
pub(super) const BEFORE_THE_END: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What follows from the last step of a request.
pub(crate) fn of_request(id: &str, request: &AccessRequest, now: Timestamp) -> Vec<NewMessage> {
    let Some(step) = request.steps.last() else { return Vec::new() };
    let number = request.steps.len();
    let message = |about: About, recipient: String, due: Timestamp| NewMessage {
        id: new_id(),
        dedup: format!("{}/{id}/{number}", about.code()),
        about: about.code().to_owned(),
        subject: id.to_owned(),
        records: Vec::new(),
        recipient,
        created: now,
        due,
    };
    let asker = || format!("asker:{id}");
    let answer = |about: About| vec![message(about, asker(), now)];
    if let Some(forwarded) = &step.forwarded {
        let stewards = forwarded.organisation.iter().map(|id| format!("stewards:{id}"));
        let person = forwarded.person.iter().map(|id| format!("person:{id}"));
        let receiver = person.chain(stewards).next();
        let reminder = request.due().filter(|due| *due > now);
        return receiver
            .into_iter()
            .flat_map(|to| {
                let waits = reminder.map(|due| message(About::RequestWaits, to.clone(), due));
                std::iter::once(message(About::RequestForwarded, to, now)).chain(waits)
            })
            .collect();
    }
    let mut messages = match (step.state, step.by) {
        (RequestState::Sent, _) => request
            .to
            .iter()
            .flat_map(|owner| {
                let stewards = format!("stewards:{owner}");
                let due = RequestState::due(step.at);
                [message(About::RequestSent, stewards.clone(), now), message(About::RequestWaits, stewards, due)]
            })
            .collect(),
        (RequestState::Asked, _) => answer(About::RequestAsked),
        (RequestState::Refused, _) => answer(About::RequestRefused),
        (RequestState::Granted, RequestSide::Owner) => answer(About::RequestGranted),
        // Who asked has the answer of an agreement before them.
        (RequestState::Granted | RequestState::Seen | RequestState::Withdrawn | RequestState::Expired, _) => Vec::new(),
    };
    if step.state == RequestState::Granted
        && let Some(until) = request.grant.as_ref().and_then(|grant| grant.until)
        && let Some(due) = ends_soon(until).filter(|due| *due > now)
    {
        messages.push(message(About::GrantEnds, asker(), due));
    }
    messages
}

/// From when on access that ends at an instant ends soon.
pub(super) fn ends_soon(until: Timestamp) -> Option<Timestamp> {
    until.checked_sub(BEFORE_THE_END).ok()
}

/// So long before a first look is due somebody is told that it waits.
const BEFORE_A_LOOK_IS_DUE: SignedDuration = SignedDuration::from_hours(24);

/// What follows from a concern that was raised.
pub(crate) fn of_concern(id: &str, concern: &Concern, now: Timestamp) -> Vec<NewMessage> {
    if concern.state != ConcernState::Raised {
        return Vec::new();
    }
    let message = |about: About, due: Timestamp| NewMessage {
        id: new_id(),
        dedup: format!("{}/{id}", about.code()),
        about: about.code().to_owned(),
        subject: id.to_owned(),
        records: Vec::new(),
        recipient: format!("handlers:{id}"),
        created: now,
        due,
    };
    let soon = look_is_due_soon(concern).max(now);
    vec![
        message(About::ConcernRaised, now),
        message(About::ConcernWaits, soon),
        message(About::ConcernOverdue, concern.due),
    ]
}

/// From when on a first look at a concern is due soon.
pub(super) fn look_is_due_soon(concern: &Concern) -> Timestamp {
    concern.due.checked_sub(BEFORE_A_LOOK_IS_DUE).unwrap_or(concern.due)
}

//! What a collaborative still lacks before it could start.

use super::{CollaborativeRole, CollaborativeStatement};

/// What is missing, and why it matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingPart {
    /// The part of the canvas, as its field is called; of a party, with its place.
    pub part: String,
    /// What is missing, and why, in a sentence.
    pub why: String,
}

impl CollaborativeStatement {
    /// What is still missing before it could start. What a viewer is not shown is missing for them: the list is made of what they
    /// are shown, so that it tells of nothing else.
    pub fn missing(&self) -> Vec<MissingPart> {
        let mut missing = Vec::new();
        let mut require = |is_there: bool, part: &str, why: &str| {
            if !is_there {
                missing.push(MissingPart { part: part.to_owned(), why: why.to_owned() });
            }
        };
        require(!self.question.is_empty(), "question", "No question is stated: nobody can tell when it is answered.");
        require(!self.purposes.is_empty(), "purposes", "No purpose is stated: data is shared for purposes alone.");
        require(
            !self.needs.is_empty(),
            "needs",
            "No need is named: nobody can tell for whom the question is answered.",
        );
        require(!self.records.is_empty(), "records", "No record is named: nobody can tell which data it stands on.");
        for (role, why) in [
            (CollaborativeRole::Provider, "Nobody gives data."),
            (CollaborativeRole::User, "Nobody is to use what comes of it."),
            (CollaborativeRole::Steward, "Nobody looks after the data and what was agreed."),
            (CollaborativeRole::CommunityRepresentative, "Nobody speaks for the people whom the data is about."),
        ] {
            require(self.parties.iter().any(|party| party.roles.contains(&role)), "parties", why);
        }
        for (place, party) in self.parties.iter().enumerate() {
            let why = format!("What {} is responsible for is not stated.", party.key());
            require(!party.responsibilities.is_empty(), &format!("parties[{place}].responsibilities"), &why);
        }
        require(
            !self.incentives.is_empty(),
            "incentives",
            "No incentive is stated: nobody can tell why parties would stay.",
        );
        require(self.business_model.is_some(), "business_model", "What the data costs, and who pays, is not stated.");
        self.require_stewardship(&mut require);
        require(
            !self.jurisdictions.is_empty(),
            "jurisdictions",
            "No jurisdiction is stated: nobody can tell whose law applies.",
        );
        self.require_ethics(&mut require);
        require(self.agreement.is_some(), "agreement", "No agreement is named: data is shared under one.");
        missing
    }

    fn require_stewardship(&self, require: &mut impl FnMut(bool, &str, &str)) {
        let Some(stewardship) = &self.stewardship else {
            require(false, "stewardship", "Who looks after it, and who does afterwards, is not stated.");
            return;
        };
        let is_passed_on = stewardship.successor.is_some() || !stewardship.succession.is_empty();
        require(is_passed_on, "stewardship.successor", "Who takes over when the steward no longer can is not stated.");
        require(!stewardship.retention.is_empty(), "stewardship.retention", "How long data is kept is not stated.");
    }

    fn require_ethics(&self, require: &mut impl FnMut(bool, &str, &str)) {
        let Some(ethics) = &self.ethics else {
            require(false, "ethics", "What harm it could do, and what is done against it, is not stated.");
            return;
        };
        require(!ethics.safeguards.is_empty(), "ethics.safeguards", "Nothing is stated that is done against harm.");
        let why = "How the people whom the data is about take part is not stated.";
        require(!ethics.engagement.is_empty(), "ethics.engagement", why);
    }
}

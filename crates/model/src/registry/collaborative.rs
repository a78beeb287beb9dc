//! Data collaboratives: a question, and who answers it with which data, on which terms. One record holds the canvas.

use serde::{Deserialize, Serialize};

use super::Audience;
use crate::check::Check;
use crate::terms::coded;
use crate::{CostModel, DatasetId, LocalizedText, PartialDate, Problem, Vocabularies};

mod missing;

pub use missing::MissingPart;

/// Most needs or records, each of which is looked up for who reads of the collaborative.
const MOST_NAMED: usize = 50;

/// Most clusters or countries.
const MOST_CODES: usize = 50;

/// Most parties, and most relations of one.
const MOST_PARTIES: usize = 100;

/// Most entries of a part of the canvas: it is read by people.
const MOST_NOTES: usize = 50;

coded! {
    /// What a party does in a collaborative.
    CollaborativeRole {
        /// Gives data.
        Provider = "provider",
        /// Uses what comes of it.
        User = "user",
        /// Passes data on, or works on it for others.
        Intermediary = "intermediary",
        /// Looks after the data, and after what was agreed.
        Steward = "steward",
        /// Pays.
        Funder = "funder",
        /// Brings the parties together.
        Facilitator = "facilitator",
        /// Speaks for the people whom the data is about.
        CommunityRepresentative = "community-representative",
    }
}

coded! {
    /// Where a collaborative stands.
    CollaborativeState {
        /// It is being made, or works.
        Current = "current",
        /// It does no more.
        Ended = "ended",
    }
}

/// What is said of a collaborative: the canvas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CollaborativeStatement {
    /// Id of the organisation that convenes it and writes the canvas.
    pub lead: String,
    /// Its name in a line, by language.
    pub title: LocalizedText,
    /// The question that it is to answer, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub question: LocalizedText,
    /// What it is for, as codes of the vocabulary `purpose`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
    /// Ids of needs that it is to meet. Each viewer is told of those that they may know of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Ids of records of the data that it stands on. Each viewer is told of those that they may know of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub records: Vec<DatasetId>,
    /// Who takes part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<CollaborativeParty>,
    /// Why somebody would take part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incentives: Vec<CanvasNote>,
    /// What stands in the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub challenges: Vec<CanvasNote>,
    /// What helps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enablers: Vec<CanvasNote>,
    /// What the data costs, and who pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_model: Option<BusinessModel>,
    /// Who looks after it, and who does afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stewardship: Option<Stewardship>,
    /// Jurisdictions whose law applies (ISO 3166-1 alpha-3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jurisdictions: Vec<String>,
    /// Laws and rules that apply, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub laws: Vec<String>,
    /// What harm it could do, and what is done against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ethics: Option<CollaborativeEthics>,
    /// Id of the agreement under which data is shared. Who may not know of the agreement is not told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// Clusters and areas of responsibility that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// Countries that it is about (ISO 3166-1 alpha-3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// Who may know of it, beside the organisations that take part.
    #[serde(default = "Audience::community")]
    pub audience: Audience,
}

/// Who takes part, and as what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CollaborativeParty {
    /// Id of the organisation, where it is registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Name of an organisation or a community that is not registered; never that of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it does.
    pub roles: Vec<CollaborativeRole>,
    /// What it is responsible for, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub responsibilities: LocalizedText,
    /// How it stands to other parties.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub relations: Vec<PartyRelation>,
}

impl CollaborativeParty {
    /// By what other parts of the canvas name it: its id, or its name.
    pub fn key(&self) -> &str {
        self.organisation.as_deref().or(self.name.as_deref()).unwrap_or_default()
    }
}

/// How a party stands to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartyRelation {
    /// The id or the name of the other party.
    pub to: String,
    /// How, in words.
    pub how: String,
}

/// An entry of a part of the canvas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CanvasNote {
    /// In words, by language.
    pub text: LocalizedText,
    /// The id or the name of the party that it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
}

/// What the data costs, and who pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BusinessModel {
    /// What it costs who uses it.
    pub cost: CostModel,
    /// Who pays for what, in words, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub funding: LocalizedText,
}

/// Who looks after a collaborative, and who does afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stewardship {
    /// The id or the name of the party that looks after it.
    pub steward: String,
    /// The id or the name of the party that does when the steward no longer can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// What becomes of the data and of the duties then, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub succession: LocalizedText,
    /// When it ends: a year, a month or a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub ends: Option<PartialDate>,
    /// How long data is kept, in words, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub retention: LocalizedText,
}

/// What harm a collaborative could do, and what is done against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CollaborativeEthics {
    /// What could go wrong, and for whom, by language.
    pub risks: LocalizedText,
    /// What is done against it, as codes of the vocabulary `safeguard`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub safeguards: Vec<String>,
    /// How the people whom the data is about take part, by language.
    #[serde(default, skip_serializing_if = "LocalizedText::is_empty")]
    pub engagement: LocalizedText,
}

impl CollaborativeStatement {
    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.id("lead", &self.lead);
        check.title("title", &self.title);
        check.texts("question", &self.question);
        check.codes("purposes", "purpose", &self.purposes);
        check.at_most("needs", self.needs.len(), MOST_NAMED);
        check.ids("needs", &self.needs);
        check.at_most("records", self.records.len(), MOST_NAMED);
        self.check_parties(&mut check);
        for (part, notes) in
            [("incentives", &self.incentives), ("challenges", &self.challenges), ("enablers", &self.enablers)]
        {
            self.check_notes(part, notes, &mut check);
        }
        if let Some(model) = &self.business_model {
            check.texts("business_model.funding", &model.funding);
        }
        if let Some(stewardship) = &self.stewardship {
            self.check_party("stewardship.steward", &stewardship.steward, &mut check);
            if let Some(successor) = &stewardship.successor {
                self.check_party("stewardship.successor", successor, &mut check);
            }
            check.texts("stewardship.succession", &stewardship.succession);
            check.texts("stewardship.retention", &stewardship.retention);
        }
        check.at_most("jurisdictions", self.jurisdictions.len(), MOST_CODES);
        check.codes("jurisdictions", "country", &self.jurisdictions);
        check.text_list("laws", &self.laws);
        if let Some(ethics) = &self.ethics {
            check.title("ethics.risks", &ethics.risks);
            check.codes("ethics.safeguards", "safeguard", &ethics.safeguards);
            check.texts("ethics.engagement", &ethics.engagement);
        }
        if let Some(agreement) = &self.agreement {
            check.id("agreement", agreement);
        }
        check.at_most("clusters", self.clusters.len(), MOST_CODES);
        check.codes("clusters", "cluster", &self.clusters);
        check.at_most("countries", self.countries.len(), MOST_CODES);
        check.codes("countries", "country", &self.countries);
        self.audience.check("audience", &mut check);
        check.finish()
    }

    fn check_parties(&self, check: &mut Check<'_>) {
        check.at_most("parties", self.parties.len(), MOST_PARTIES);
        for (place, party) in self.parties.iter().take(MOST_PARTIES).enumerate() {
            let field = format!("parties[{place}]");
            let message = "a party is either an `organisation` that is registered or the `name` of one that is not";
            check.rule(party.organisation.is_some() != party.name.is_some(), "organisation-or-name", &field, message);
            check.id(&format!("{field}.{}", if party.name.is_some() { "name" } else { "organisation" }), party.key());
            let is_first = self.parties.iter().position(|one| one.key() == party.key()) == Some(place);
            check.rule(is_first, "named-twice", &field, "a party stands once, with all its roles");
            check.stated(&format!("{field}.roles"), party.roles.len());
            check.at_most(&format!("{field}.roles"), party.roles.len(), CollaborativeRole::ALL.len());
            check.texts(&format!("{field}.responsibilities"), &party.responsibilities);
            check.at_most(&format!("{field}.relations"), party.relations.len(), MOST_PARTIES);
            for (place, relation) in party.relations.iter().take(MOST_PARTIES).enumerate() {
                let field = format!("{field}.relations[{place}]");
                self.check_party(&format!("{field}.to"), &relation.to, check);
                check.rule(relation.to != party.key(), "with-itself", &field, "a relation is to another party");
                check.text(&format!("{field}.how"), &relation.how);
            }
        }
    }

    fn check_notes(&self, part: &str, notes: &[CanvasNote], check: &mut Check<'_>) {
        check.at_most(part, notes.len(), MOST_NOTES);
        for (place, note) in notes.iter().take(MOST_NOTES).enumerate() {
            check.title(&format!("{part}[{place}].text"), &note.text);
            if let Some(party) = &note.party {
                self.check_party(&format!("{part}[{place}].party"), party, check);
            }
        }
    }

    /// What is said of a party is said of one that takes part.
    fn check_party(&self, field: &str, key: &str, check: &mut Check<'_>) {
        let takes_part = self.parties.iter().any(|party| party.key() == key);
        check.rule(takes_part, "no-party", field, "it is the `organisation` or the `name` of one of the `parties`");
    }
}

/// What is said of a collaborative that ends.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CollaborativeEnding {
    /// Why, for the log of acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl CollaborativeEnding {
    /// What must be mended before it can be kept.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        if let Some(reason) = &self.reason {
            check.text("reason", reason);
        }
        check.finish()
    }
}

#[cfg(test)]
mod tests;

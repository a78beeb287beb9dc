//! The institutional half: by which way somebody has the data of a record.

use crate::access::{Decision, Outcome, Rule};

/// A way to the data; later ways are harder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WayPath {
    /// It is shared with everyone.
    Open,
    /// It is shared with an audience that they belong to already, or theirs.
    Group,
    /// An agreement that is in force names it for them.
    Agreement,
    /// Its owner must be asked.
    Request,
    /// It is given to nobody.
    None,
}

impl WayPath {
    /// Every way, the easiest first.
    pub const ALL: &'static [Self] = &[Self::Open, Self::Group, Self::Agreement, Self::Request, Self::None];

    /// The code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Group => "group",
            Self::Agreement => "agreement",
            Self::Request => "request",
            Self::None => "none",
        }
    }

    /// What it is worth, 0 to 1: what can be had today is worth more than what must be asked for.
    pub fn worth(self) -> f64 {
        match self {
            Self::Open => 1.0,
            Self::Group => 0.9,
            Self::Agreement => 0.8,
            Self::Request => 0.5,
            Self::None => 0.1,
        }
    }
}

/// How somebody has the data of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Which way.
    pub path: WayPath,
    /// The agreement of it, to which they are a party.
    pub agreement: Option<String>,
    /// The same in words.
    pub words: String,
}

impl Way {
    fn of(path: WayPath, words: impl Into<String>) -> Self {
        Self { path, agreement: None, words: words.into() }
    }
}

/// The way that a decision about a download shows; `None` where what is shown of the record is too little to decide by. An agreement
/// counts where it is in force, though it may ask for more than was stated, a purpose for one.
pub fn way(decision: Option<&Decision>) -> Way {
    let Some(decision) = decision else { return asking() };
    if let Some(agreement) = decision.agreement.as_ref().filter(|_| is_in_force(decision)) {
        let asks: Vec<&str> = decision.changes.iter().map(|change| change.message.as_str()).collect();
        let words = match decision.outcome {
            Outcome::Granted | Outcome::GrantedWithConditions => "An agreement that is in force grants it.".to_owned(),
            Outcome::Alternative => {
                format!("An agreement that is in force grants it in another form: {}.", forms(decision))
            }
            Outcome::Ask | Outcome::Denied => {
                format!("An agreement that is in force covers it, and asks for more: {}", asks.join(" "))
            }
        };
        return Way { agreement: Some(agreement.id.clone()), ..Way::of(WayPath::Agreement, words) };
    }
    match decision.outcome {
        Outcome::Granted | Outcome::GrantedWithConditions => match decision.rule {
            Rule::SharedWithEveryone => Way::of(WayPath::Open, "It is shared with everyone."),
            Rule::AskerIsOwner => Way::of(WayPath::Group, "It is your organisation's own."),
            Rule::GrantedByOwner => Way::of(WayPath::Group, "Its owner granted it to your organisation."),
            _ => Way::of(WayPath::Group, "It is shared with an audience that you belong to."),
        },
        Outcome::Alternative => {
            Way::of(WayPath::Request, format!("It is given in another form only: {}. Ask its owner.", forms(decision)))
        }
        Outcome::Denied if decision.rule.is_denial() || is_given_to_nobody(decision) => {
            Way::of(WayPath::None, "It is given to nobody outside its owner as things stand.")
        }
        Outcome::Ask | Outcome::Denied => asking(),
    }
}

fn asking() -> Way {
    Way::of(WayPath::Request, "Its owner decides: ask for it.")
}

fn forms(decision: &Decision) -> String {
    let forms: Vec<&str> = decision.alternatives.iter().map(|one| one.access.code()).collect();
    forms.join(", ")
}

fn is_given_to_nobody(decision: &Decision) -> bool {
    decision.reasons.iter().any(|reason| reason.rule == Rule::NotAvailable)
}

/// Whether the agreement that a decision names counts at this moment, and does not forbid.
fn is_in_force(decision: &Decision) -> bool {
    let holds_it_back = |rule: Rule| {
        rule.is_denial()
            || matches!(
                rule,
                Rule::AgreementNotYetValid
                    | Rule::AgreementExpired
                    | Rule::AgreementSuspended
                    | Rule::AgreementEnded
                    | Rule::FrameworkNotInForce
                    | Rule::NoActiveCrisis
                    | Rule::SocialLicenceContested
                    | Rule::SocialLicenceExpired
            )
    };
    let own = decision.reasons.iter().filter(|reason| reason.agreement == decision.agreement);
    !holds_it_back(decision.rule) && !own.into_iter().any(|reason| holds_it_back(reason.rule))
}

//! A record of a mine-action authority, an agreement with health partners, and who asks.
#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::agreement::{
    AccessForm, AccessGrant, AccessQuestion, Agreement, AgreementStatus, AgreementTerms, Crisis, CrisisDeclaration,
    FieldScope, Framework, FrameworkReference, FrameworkStage, FrameworkVersion, OwnerGrant, Party, PartyRole, Period,
    Refusal, RefusalKind, RefusalStatement, Selector, Trigger, TriggerKind,
};
use cairn_model::{
    AccessMethod, Dataset, DatasetId, Field, Kind, Listing, LocalizedText, Organisation, Sensitivity, Sharing,
    SocialLicence, SocialLicenceStatus, Terms, Transfer, Vocabularies,
};
use cairn_policy::access::decides_about;
use cairn_policy::{Decision, Grounds, Role, Viewer, decide};
use jiff::Timestamp;

/// Everything that a decision depends on, to be changed part by part.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) record: Dataset,
    pub(crate) viewer: Viewer,
    pub(crate) question: AccessQuestion,
    pub(crate) agreements: Vec<Agreement>,
    pub(crate) frameworks: Vec<Framework>,
    pub(crate) crises: Vec<Crisis>,
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) grants: Vec<OwnerGrant>,
    pub(crate) suspended: Vec<DatasetId>,
    pub(crate) at: Timestamp,
}

impl World {
    pub(crate) fn decide(&self) -> Option<Decision> {
        let grounds = Grounds {
            grants: &self.grants,
            suspended: &self.suspended,
            agreements: &self.agreements,
            frameworks: &self.frameworks,
            crises: &self.crises,
            refusals: &self.refusals,
            vocabularies: Vocabularies::bundled(),
        };
        decide(&self.record, &self.viewer, &self.question, &grounds, self.at)
    }

    /// The terms of its first agreement.
    pub(crate) fn terms(&mut self) -> &mut AgreementTerms {
        &mut self.agreements[0].terms
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

/// A member of the health cluster asks for a download in June 2026, and an agreement grants it.
pub(crate) fn granted() -> World {
    World {
        record: record(),
        viewer: health_partner(),
        question: AccessQuestion { purposes: texts(&["public-health"]), ..AccessQuestion::of(AccessForm::Download) },
        agreements: vec![agreement()],
        frameworks: Vec::new(),
        crises: Vec::new(),
        refusals: Vec::new(),
        grants: Vec::new(),
        suspended: Vec::new(),
        at: time("2026-06-01T12:00:00Z"),
    }
}

/// As [`granted`], without the agreement and with the record shared openly.
pub(crate) fn open() -> World {
    granted().with(|world| {
        world.agreements.clear();
        world.viewer = Viewer::anonymous();
        world.record.fields.truncate(1);
        world.record.terms.sharing = Sharing::Public;
        world.record.terms.sensitivity = Sensitivity::Low;
        world.record.terms.access_method = AccessMethod::Download;
        world.record.terms.listing = Listing::Full;
    })
}

/// Hazards that the authority keeps to itself, listed as a stub.
pub(crate) fn record() -> Dataset {
    let field =
        |name: &str, sensitivity| Field { name: name.to_owned(), sensitivity: Some(sensitivity), ..Field::default() };
    Dataset {
        source: "register".to_owned(),
        title: LocalizedText::new("en", "Hazards"),
        kind: Kind::InformationSystem,
        owner: Some(organisation("nmaa")),
        clusters: texts(&["PRO-MIN"]),
        countries: texts(&["YEM"]),
        fields: vec![field("status", Sensitivity::Low), field("outline", Sensitivity::High)],
        terms: Terms {
            sensitivity: Sensitivity::High,
            listing: Listing::Stub,
            listing_agreed: true,
            ..Terms::closed()
        },
        ..Dataset::empty(DatasetId::new("register", "1"))
    }
}

/// The authority gives its records of mine action to members of the health cluster, for public health, in 2026.
pub(crate) fn agreement() -> Agreement {
    Agreement {
        id: "health".to_owned(),
        version: 3,
        status: AgreementStatus::Active,
        terms: AgreementTerms {
            title: LocalizedText::new("en", "Hazards for health partners"),
            framework: None,
            parties: vec![
                Party::organisation("nmaa", PartyRole::Provider),
                Party::group("cluster:HEA", PartyRole::User),
            ],
            covers: Selector { clusters: texts(&["PRO"]), ..Selector::default() },
            fields: FieldScope::default(),
            purposes: texts(&["public-health"]),
            prohibited_purposes: Vec::new(),
            access: AccessGrant { at_most: AccessForm::Download, aggregate: None, epsilon: None },
            transfer: Transfer::Allowed,
            jurisdictions: Vec::new(),
            obligations: Vec::new(),
            safeguards: Vec::new(),
            validity: period("2026-01-01T00:00:00Z", Some("2027-01-01T00:00:00Z")),
            trigger: Trigger::always(),
        },
    }
}

pub(crate) fn crisis() -> Crisis {
    Crisis {
        id: "earthquake".to_owned(),
        declared_by: "coordinator".to_owned(),
        lifted: None,
        declaration: CrisisDeclaration {
            glide: "EQ-2026-000053-YEM".parse().unwrap(),
            title: LocalizedText::new("en", "Earthquake"),
            countries: texts(&["YEM"]),
            from: time("2026-05-20T00:00:00Z"),
            until: time("2026-08-20T00:00:00Z"),
        },
    }
}

pub(crate) fn when_yemen_is_in_crisis() -> Trigger {
    Trigger { when: TriggerKind::Crisis, glides: Vec::new(), countries: texts(&["YEM"]) }
}

pub(crate) fn framework(stage: FrameworkStage) -> Framework {
    Framework {
        reference: reference(),
        stage,
        content: FrameworkVersion {
            title: LocalizedText::new("en", "Mutual commitment"),
            effective_from: Some(time("2026-03-01T00:00:00Z")),
            text: LocalizedText::default(),
            steering_committee: None,
            commitments: Vec::new(),
        },
    }
}

pub(crate) fn reference() -> FrameworkReference {
    FrameworkReference { id: "mutual-commitment".to_owned(), version: 2 }
}

pub(crate) fn refusal() -> Refusal {
    Refusal {
        id: "survivors".to_owned(),
        decided_by: "survivors-network".to_owned(),
        statement: RefusalStatement {
            kind: RefusalKind::OptOut,
            covers: Selector::record(DatasetId::new("register", "1")),
            period: period("2026-05-01T00:00:00Z", None),
            reason: Some("secret".to_owned()),
        },
    }
}

/// The owner granted just what is asked for.
pub(crate) fn granted_by_hand(
    record: &Dataset,
    organisation: &str,
    question: &AccessQuestion,
    until: Option<Timestamp>,
) -> OwnerGrant {
    let (organisation, question) = (organisation.to_owned(), question.clone());
    let deciders = decides_about(record).map(str::to_owned).into_iter().collect();
    OwnerGrant { record: record.id, organisation, deciders, question, until, conditions: Vec::new() }
}

pub(crate) fn social_licence(status: SocialLicenceStatus) -> SocialLicence {
    SocialLicence::new(status)
}

pub(crate) fn health_partner() -> Viewer {
    member("clinic", &["cluster:HEA"])
}

pub(crate) fn member(organisation: &str, groups: &[&str]) -> Viewer {
    Viewer::member(organisation, &texts(groups), Role::Reader)
}

pub(crate) fn organisation(id: &str) -> Organisation {
    Organisation { id: id.to_owned(), name: id.to_owned(), kind: None }
}

pub(crate) fn period(from: &str, until: Option<&str>) -> Period {
    Period { from: time(from), until: until.map(time) }
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

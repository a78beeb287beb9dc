//! Agreements as ODRL 2.2 policies in JSON-LD (W3C Recommendations of 15 February 2018, Information Model and Vocabulary).
//!
//! Every rule of the policy is about the core actions `use` and `distribute`, narrowed by constraints, so that a reader that
//! knows nothing of Cairn reads no permission into it that the agreement does not give (Information Model §2.5.1). What ODRL has no
//! word for stands in a profile of our own, which the policy names (§2.1 and §4). The context is in the document: nothing needs to be fetched.

use cairn_model::agreement::{
    AccessForm, Agreement, AgreementTerms, Obligation, ObligationKind, Party, PartyRole, Selector, TriggerKind,
};
use cairn_model::{DatasetId, Transfer};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use url::Url;

/// The words of Cairn's own profile: left operands, and actions that ODRL does not have.
pub const PROFILE: &str = "urn:cairn:odrl:";

/// The agreement as an ODRL policy of type Agreement. `base` is the public address of the catalogue: records, parties and
/// purposes are named by their addresses below it.
///
/// It names all parties and records of the agreement, so it is for those who may read the agreement.
pub fn agreement(agreement: &Agreement, base: &Url) -> Value {
    Writer { agreement, terms: &agreement.terms, base }.policy()
}

struct Writer<'a> {
    agreement: &'a Agreement,
    terms: &'a AgreementTerms,
    base: &'a Url,
}

impl Writer<'_> {
    fn policy(&self) -> Value {
        let version = self.agreement.version.to_string();
        let mut policy = json!({
            "@context": {
                "odrl": "http://www.w3.org/ns/odrl/2/",
                "dct": "http://purl.org/dc/terms/",
                "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
                "cairn": PROFILE,
            },
            "@id": self.address(&["agreements", &self.agreement.id, "versions", &version]),
            "@type": "odrl:Agreement",
            "odrl:profile": {"@id": PROFILE},
            "dct:title": self.titles(),
            "cairn:status": self.agreement.status.code(),
            "odrl:permission": self.permissions(),
        });
        if let Some(framework) = &self.terms.framework {
            let version = framework.version.to_string();
            policy["dct:conformsTo"] = self.reference(&["frameworks", &framework.id, "versions", &version]);
        }
        let prohibitions = self.prohibitions();
        if !prohibitions.is_empty() {
            policy["odrl:prohibition"] = prohibitions.into();
        }
        policy
    }

    fn titles(&self) -> Vec<Value> {
        let title = |(language, text): (&String, &String)| {
            if language == cairn_model::text::UNDETERMINED {
                json!({"@value": text})
            } else {
                json!({"@value": text, "@language": language})
            }
        };
        self.terms.title.0.iter().map(title).collect()
    }

    /// What users may do, and what intermediaries may pass on.
    fn permissions(&self) -> Vec<Value> {
        let mut action = json!({"rdf:value": {"@id": "odrl:use"}});
        action["odrl:refinement"] = self.form().into();
        let mut permission = self.rule("odrl:Permission", &[PartyRole::User], &action);
        let mut constraints = self.conditions();
        constraints.push(constraint("odrl:purpose", "odrl:isAnyOf", &self.purposes(&self.terms.purposes)));
        permission["odrl:constraint"] = constraints.into();
        let duties: Vec<Value> = self.terms.obligations.iter().filter_map(duty).collect();
        if !duties.is_empty() {
            permission["odrl:duty"] = duties.into();
        }
        let mut permissions = vec![permission];
        let intermediaries = self.parties(&[PartyRole::Intermediary]);
        if !intermediaries.is_empty() {
            let mut passing_on =
                self.rule("odrl:Permission", &[PartyRole::Intermediary], &reference("odrl:distribute"));
            let mut constraints = self.conditions();
            constraints.push(constraint("odrl:recipient", "odrl:isAnyOf", &self.parties(&[PartyRole::User])));
            passing_on["odrl:constraint"] = constraints.into();
            permissions.push(passing_on);
        }
        permissions
    }

    fn prohibitions(&self) -> Vec<Value> {
        let everyone = [PartyRole::User, PartyRole::Intermediary];
        let mut prohibitions = Vec::new();
        if !self.terms.prohibited_purposes.is_empty() {
            let mut prohibition = self.rule("odrl:Prohibition", &everyone, &reference("odrl:use"));
            let mut constraints = self.validity();
            let purposes = self.purposes(&self.terms.prohibited_purposes);
            constraints.push(constraint("odrl:purpose", "odrl:isAnyOf", &purposes));
            prohibition["odrl:constraint"] = constraints.into();
            prohibitions.push(prohibition);
        }
        let transfer = (self.terms.transfer == Transfer::None).then_some("cairn:transfer");
        for action in transfer.into_iter().chain(self.terms.obligations.iter().filter_map(forbidden)) {
            // An intermediary passes on: that users may not is about users.
            let whom = if action == "odrl:distribute" { &everyone[..1] } else { &everyone[..] };
            prohibitions.push(self.rule("odrl:Prohibition", whom, &reference(action)));
        }
        prohibitions
    }

    fn rule(&self, kind: &str, assignees: &[PartyRole], action: &Value) -> Value {
        json!({
            "@type": kind,
            "odrl:assigner": self.assigners(),
            "odrl:assignee": self.parties(assignees),
            "odrl:target": self.targets(),
            "odrl:action": action,
        })
    }

    /// The form of access and its bounds, as refinements of the action.
    fn form(&self) -> Vec<Value> {
        let access = &self.terms.access;
        let forms = AccessForm::ALL.iter().filter(|form| **form >= access.at_most);
        let mut refinements = vec![constraint(
            "cairn:access-form",
            "odrl:isAnyOf",
            &forms.map(|form| form.code().into()).collect::<Vec<_>>(),
        )];
        if let Some(limits) = access.aggregate {
            refinements.push(one("cairn:admin-level", "odrl:lteq", limits.finest_admin_level.into()));
            refinements.push(one("cairn:cell-size", "odrl:gteq", limits.minimum_cell_size.into()));
        }
        if let Some(epsilon) = access.epsilon {
            refinements.push(one(
                "cairn:epsilon",
                "odrl:lteq",
                json!({"@value": epsilon.to_string(), "@type": "xsd:decimal"}),
            ));
        }
        refinements
    }

    /// When and where something may be done, and what must have happened and be declared.
    fn conditions(&self) -> Vec<Value> {
        let mut constraints = self.validity();
        if !self.terms.jurisdictions.is_empty() {
            let places = self.codes("country", &self.terms.jurisdictions);
            constraints.push(constraint("odrl:spatial", "odrl:isAnyOf", &places));
        }
        let trigger = &self.terms.trigger;
        match trigger.when {
            TriggerKind::Always => {}
            TriggerKind::Crisis => {
                if !trigger.glides.is_empty() {
                    let glides: Vec<Value> = trigger.glides.iter().map(|glide| glide.as_str().into()).collect();
                    constraints.push(constraint("odrl:event", "odrl:isAnyOf", &glides));
                }
                if !trigger.countries.is_empty() {
                    let countries = self.codes("country", &trigger.countries);
                    constraints.push(constraint("cairn:crisis-country", "odrl:isAnyOf", &countries));
                }
            }
        }
        if !self.terms.safeguards.is_empty() {
            let safeguards = self.codes("safeguard", &self.terms.safeguards);
            constraints.push(constraint("cairn:safeguard", "odrl:isAllOf", &safeguards));
        }
        constraints
    }

    fn validity(&self) -> Vec<Value> {
        let period = self.terms.validity;
        let mut constraints = vec![one("odrl:dateTime", "odrl:gteq", instant(period.from))];
        constraints.extend(period.until.map(|until| one("odrl:dateTime", "odrl:lt", instant(until))));
        constraints
    }

    /// The records and fields: each record that is named alone, else the catalogue, narrowed by what the selector states.
    fn targets(&self) -> Vec<Value> {
        let covers = &self.terms.covers;
        let fields = self.fields();
        let names_records_alone = Selector { records: covers.records.clone(), ..Selector::default() } == *covers;
        if names_records_alone && fields.is_empty() {
            return covers.records.iter().map(|id| self.record(*id)).collect();
        }
        let mut refinements = Vec::new();
        let mut any_of = |operand: &str, values: Vec<Value>| {
            if !values.is_empty() {
                refinements.push(constraint(operand, "odrl:isAnyOf", &values));
            }
        };
        any_of("cairn:record", covers.records.iter().map(|id| self.record(*id)).collect());
        any_of("cairn:source", texts(&covers.sources));
        any_of("cairn:owner", covers.owners.iter().map(|id| self.reference(&["organisations", id])).collect());
        any_of("cairn:cluster", self.codes("cluster", &covers.clusters));
        any_of("cairn:kind", covers.kinds.iter().map(|kind| kind.code().into()).collect());
        any_of("cairn:topic", texts(&covers.topics));
        if !covers.countries.is_empty() {
            // Every country of a record is among them.
            refinements.push(constraint("cairn:country", "odrl:isAllOf", &self.codes("country", &covers.countries)));
        }
        if let Some(most) = covers.most_sensitive {
            refinements.push(one("cairn:sensitivity", "odrl:lteq", most.code().into()));
        }
        refinements.extend(fields);
        vec![json!({
            "@type": "odrl:AssetCollection",
            "odrl:source": {"@id": self.base.as_str()},
            "odrl:refinement": refinements,
        })]
    }

    fn fields(&self) -> Vec<Value> {
        let scope = &self.terms.fields;
        let names = (!scope.names.is_empty()).then(|| constraint("cairn:field", "odrl:isAnyOf", &texts(&scope.names)));
        let level = scope.at_most.map(|most| one("cairn:field-sensitivity", "odrl:lteq", most.code().into()));
        match (names, level) {
            // A field is covered by its name or by its level.
            (Some(names), Some(level)) => {
                vec![json!({"@type": "odrl:LogicalConstraint", "odrl:or": [names, level]})]
            }
            (names, level) => names.into_iter().chain(level).collect(),
        }
    }

    /// Those who grant: providers, and the owners in whose name stewards grant.
    fn assigners(&self) -> Vec<Value> {
        let grants = |party: &Party| match party.role {
            PartyRole::Provider => party.organisation.clone(),
            PartyRole::Steward => party.on_behalf_of.clone(),
            PartyRole::User | PartyRole::Intermediary => None,
        };
        let mut ids: Vec<String> = self.terms.parties.iter().filter_map(grants).collect();
        ids.sort();
        ids.dedup();
        ids.iter().map(|id| self.reference(&["organisations", id])).collect()
    }

    /// The parties of some roles; a group is a collection of parties.
    fn parties(&self, roles: &[PartyRole]) -> Vec<Value> {
        let named = |party: &Party| match (&party.organisation, &party.group) {
            (Some(id), _) => Some(json!({"@id": self.address(&["organisations", id]), "@type": "odrl:Party"})),
            (None, Some(id)) => Some(json!({"@id": self.address(&["groups", id]), "@type": "odrl:PartyCollection"})),
            (None, None) => None,
        };
        self.terms.parties.iter().filter(|party| roles.contains(&party.role)).filter_map(named).collect()
    }

    fn purposes(&self, codes: &[String]) -> Vec<Value> {
        self.codes("purpose", codes)
    }

    /// Codes of a vocabulary, by their addresses in it.
    fn codes(&self, vocabulary: &str, codes: &[String]) -> Vec<Value> {
        let address = |code: &String| {
            let mut address = self.below(&["api", "v1", "vocabularies", vocabulary]);
            address.set_fragment(Some(code));
            json!({"@id": address.as_str()})
        };
        codes.iter().map(address).collect()
    }

    fn record(&self, id: DatasetId) -> Value {
        self.reference(&["dataset", &id.to_string()])
    }

    fn reference(&self, parts: &[&str]) -> Value {
        json!({"@id": self.address(parts)})
    }

    fn address(&self, parts: &[&str]) -> String {
        self.below(parts).into()
    }

    /// An address below that of the catalogue; each part is escaped.
    fn below(&self, parts: &[&str]) -> Url {
        let mut address = self.base.clone();
        if let Ok(mut path) = address.path_segments_mut() {
            path.pop_if_empty().extend(parts);
        }
        address
    }
}

/// What an obligation obliges to do, as a duty of the permission.
fn duty(obligation: &Obligation) -> Option<Value> {
    let (action, constraint) = match obligation.kind {
        ObligationKind::Retention => ("odrl:delete", obligation.days.map(within_days)),
        ObligationKind::DeleteAfter => {
            ("odrl:delete", obligation.by.map(|by| one("odrl:dateTime", "odrl:lteq", instant(by))))
        }
        ObligationKind::Attribution => ("odrl:attribute", None),
        ObligationKind::ReportBack => ("odrl:inform", obligation.days.map(within_days)),
        ObligationKind::NotifyIncidents => ("cairn:notify-incidents", obligation.days.map(within_days)),
        ObligationKind::ShareResults => ("cairn:share-results", None),
        ObligationKind::NoOnwardSharing | ObligationKind::NoReidentification | ObligationKind::NoLinking => {
            return None;
        }
    };
    let mut duty = Map::new();
    duty.insert("@type".to_owned(), "odrl:Duty".into());
    duty.insert("odrl:action".to_owned(), reference(action));
    duty.extend(constraint.map(|constraint| ("odrl:constraint".to_owned(), constraint)));
    duty.extend(obligation.text.as_ref().map(|text| ("dct:description".to_owned(), text.as_str().into())));
    Some(duty.into())
}

/// What an obligation forbids.
fn forbidden(obligation: &Obligation) -> Option<&'static str> {
    match obligation.kind {
        ObligationKind::NoOnwardSharing => Some("odrl:distribute"),
        ObligationKind::NoReidentification => Some("cairn:reidentify"),
        ObligationKind::NoLinking => Some("cairn:link"),
        ObligationKind::Retention
        | ObligationKind::DeleteAfter
        | ObligationKind::Attribution
        | ObligationKind::ReportBack
        | ObligationKind::NotifyIncidents
        | ObligationKind::ShareResults => None,
    }
}

fn within_days(days: u32) -> Value {
    one("odrl:elapsedTime", "odrl:lteq", json!({"@value": format!("P{days}D"), "@type": "xsd:duration"}))
}

fn instant(at: Timestamp) -> Value {
    json!({"@value": at.to_string(), "@type": "xsd:dateTime"})
}

fn one(operand: &str, operator: &str, value: Value) -> Value {
    constraint(operand, operator, &[value])
}

fn constraint(operand: &str, operator: &str, values: &[Value]) -> Value {
    json!({
        "@type": "odrl:Constraint",
        "odrl:leftOperand": {"@id": operand},
        "odrl:operator": {"@id": operator},
        "odrl:rightOperand": values,
    })
}

fn reference(name: &str) -> Value {
    json!({"@id": name})
}

fn texts(texts: &[String]) -> Vec<Value> {
    texts.iter().map(|text| text.as_str().into()).collect()
}

//! An agreement is an ODRL policy: what a reader of RDF finds in it, without fetching anything.

use cairn_formats::odrl;
use cairn_model::agreement::Agreement;
use oxjsonld::JsonLdParser;
use oxrdf::{Graph, NamedNode, NamedOrBlankNode, Term, TermRef, Triple};
use serde_json::{Value, json};

const ODRL: &str = "http://www.w3.org/ns/odrl/2/";
const BASE: &str = "https://cairn.example/";

fn agreement(change: impl FnOnce(&mut Value)) -> Agreement {
    let mut value = json!({
        "id": "health partners", "version": 3, "status": "active",
        "terms": {
            "title": {"en": "Hazards for health partners", "und": "HHP"},
            "framework": {"id": "mutual-commitment", "version": 2},
            "parties": [
                {"organisation": "nmaa", "role": "provider"},
                {"organisation": "cell", "role": "steward", "on_behalf_of": "ministry"},
                {"group": "cluster:HEA", "role": "user"},
                {"organisation": "broker", "role": "intermediary"}
            ],
            "covers": {"clusters": ["PRO-MIN"], "countries": ["YEM"], "most_sensitive": "high"},
            "fields": {"names": ["status"], "at_most": "low"},
            "purposes": ["public-health"],
            "prohibited_purposes": ["research-in-public-interest"],
            "access": {
                "at_most": "aggregate", "aggregate": {"finest_admin_level": 2, "minimum_cell_size": 10}, "epsilon": 0.5
            },
            "transfer": "none",
            "jurisdictions": ["CHE", "YEM"],
            "obligations": [
                {"kind": "retention", "days": 90}, {"kind": "no-onward-sharing"}, {"kind": "attribution", "text": "NMAA"}
            ],
            "safeguards": ["encryption-at-rest"],
            "validity": {"from": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"},
            "trigger": {"when": "crisis", "glides": ["EQ-2026-000053-YEM"]}
        }
    });
    change(&mut value);
    serde_json::from_value(value).unwrap()
}

/// The statements of a policy. The parser has no loader of documents, so that a context that is not inline is an error.
fn graph(agreement: &Agreement) -> Graph {
    let policy = odrl::agreement(agreement, &BASE.parse().unwrap());
    let bytes = serde_json::to_vec(&policy).unwrap();
    let quads = JsonLdParser::new().for_slice(&bytes);
    quads.map(|quad| quad.map(|quad| Triple::new(quad.subject, quad.predicate, quad.object)).unwrap()).collect()
}

/// A name with one of the prefixes of the policy, written out.
fn iri(name: &str) -> NamedNode {
    let (prefix, local) = name.split_once(':').unwrap();
    let namespace = match prefix {
        "odrl" => ODRL,
        "dct" => "http://purl.org/dc/terms/",
        "rdf" => "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "cairn" => odrl::PROFILE,
        _ => return NamedNode::new(name).unwrap(),
    };
    NamedNode::new(format!("{namespace}{local}")).unwrap()
}

/// The objects at the end of a path of properties, as texts, sorted.
fn found(graph: &Graph, from: &NamedOrBlankNode, path: &[&str]) -> Vec<String> {
    let mut texts: Vec<String> = nodes(graph, from, path)
        .into_iter()
        .map(|term| match term {
            Term::NamedNode(node) => {
                node.as_str().replace(ODRL, "odrl:").replace(odrl::PROFILE, "cairn:").replace(BASE, "/")
            }
            Term::BlankNode(_) => "_".to_owned(),
            Term::Literal(literal) => literal.value().to_owned(),
        })
        .collect();
    texts.sort();
    texts
}

fn nodes(graph: &Graph, from: &NamedOrBlankNode, path: &[&str]) -> Vec<Term> {
    let mut terms = vec![Term::from(from.clone())];
    for property in path {
        let property = iri(property);
        let subjects = terms.into_iter().filter_map(|term| match term {
            Term::NamedNode(node) => Some(NamedOrBlankNode::from(node)),
            Term::BlankNode(node) => Some(node.into()),
            Term::Literal(_) => None,
        });
        terms = subjects
            .flat_map(|subject| {
                let objects = graph.objects_for_subject_predicate(&subject, &property);
                objects.map(TermRef::into_owned).collect::<Vec<Term>>()
            })
            .collect();
    }
    terms
}

/// Each constraint that hangs on a node: left operand, operator, right operands.
fn constraints(graph: &Graph, on: &NamedOrBlankNode, property: &str) -> Vec<String> {
    let mut constraints: Vec<String> = nodes(graph, on, &[property])
        .into_iter()
        .map(|constraint| {
            let Term::BlankNode(node) = constraint else { panic!("a constraint has no name") };
            let node = node.into();
            let part = |name: &str| found(graph, &node, &[name]).join(" ");
            format!("{} {} {}", part("odrl:leftOperand"), part("odrl:operator"), part("odrl:rightOperand"))
        })
        .collect();
    constraints.sort();
    constraints
}

/// The rules of a kind, each with its actions.
fn rules(graph: &Graph, policy: &NamedOrBlankNode, kind: &str) -> Vec<(String, NamedOrBlankNode)> {
    let mut rules: Vec<(String, NamedOrBlankNode)> = nodes(graph, policy, &[kind])
        .into_iter()
        .map(|rule| {
            let Term::BlankNode(node) = rule else { panic!("a rule has no name") };
            let node = NamedOrBlankNode::from(node);
            let actions = found(graph, &node, &["odrl:action"]);
            let refined = found(graph, &node, &["odrl:action", "rdf:value"]);
            (if refined.is_empty() { actions.join(" ") } else { refined.join(" ") }, node)
        })
        .collect();
    rules.sort_by(|one, two| one.0.cmp(&two.0));
    rules
}

fn policy_node() -> NamedOrBlankNode {
    NamedNode::new(format!("{BASE}agreements/health%20partners/versions/3")).unwrap().into()
}

const VOCABULARIES: &str = "/api/v1/vocabularies/";

#[test]
fn the_policy_is_an_agreement_with_profile_title_and_framework() {
    let graph = graph(&agreement(|_| {}));
    let policy = policy_node();
    assert_eq!(found(&graph, &policy, &["rdf:type"]), ["odrl:Agreement"]);
    assert_eq!(found(&graph, &policy, &["odrl:profile"]), ["cairn:"]);
    assert_eq!(found(&graph, &policy, &["dct:title"]), ["HHP", "Hazards for health partners"]);
    assert_eq!(found(&graph, &policy, &["dct:conformsTo"]), ["/frameworks/mutual-commitment/versions/2"]);
    assert_eq!(found(&graph, &policy, &["cairn:status"]), ["active"]);
}

#[test]
fn users_are_permitted_what_the_agreement_grants_under_all_that_bounds_it() {
    let graph = graph(&agreement(|_| {}));
    let permissions = rules(&graph, &policy_node(), "odrl:permission");
    let actions: Vec<&str> = permissions.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["odrl:distribute", "odrl:use"]);
    let permission = &permissions[1].1;
    assert_eq!(found(&graph, permission, &["odrl:assigner"]), ["/organisations/ministry", "/organisations/nmaa"]);
    assert_eq!(found(&graph, permission, &["odrl:assignee"]), ["/groups/cluster:HEA"]);
    assert_eq!(found(&graph, permission, &["odrl:assignee", "rdf:type"]), ["odrl:PartyCollection"]);
    assert_eq!(
        constraints(&graph, permission, "odrl:constraint"),
        [
            format!("cairn:safeguard odrl:isAllOf {VOCABULARIES}safeguard#encryption-at-rest"),
            "odrl:dateTime odrl:gteq 2026-01-01T00:00:00Z".to_owned(),
            "odrl:dateTime odrl:lt 2027-01-01T00:00:00Z".to_owned(),
            "odrl:event odrl:isAnyOf EQ-2026-000053-YEM".to_owned(),
            format!("odrl:purpose odrl:isAnyOf {VOCABULARIES}purpose#public-health"),
            format!("odrl:spatial odrl:isAnyOf {VOCABULARIES}country#CHE {VOCABULARIES}country#YEM"),
        ]
    );
    let Term::BlankNode(action) = nodes(&graph, permission, &["odrl:action"]).remove(0) else { panic!("not refined") };
    assert_eq!(
        constraints(&graph, &action.into(), "odrl:refinement"),
        [
            "cairn:access-form odrl:isAnyOf aggregate private-aggregate",
            "cairn:admin-level odrl:lteq 2",
            "cairn:cell-size odrl:gteq 10",
            "cairn:epsilon odrl:lteq 0.5",
        ]
    );
}

#[test]
fn duties_hang_on_the_permission() {
    let graph = graph(&agreement(|_| {}));
    let permission = rules(&graph, &policy_node(), "odrl:permission").remove(1).1;
    let duties = rules(&graph, &permission, "odrl:duty");
    let actions: Vec<&str> = duties.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(actions, ["odrl:attribute", "odrl:delete"]);
    assert_eq!(found(&graph, &duties[0].1, &["dct:description"]), ["NMAA"]);
    assert_eq!(constraints(&graph, &duties[1].1, "odrl:constraint"), ["odrl:elapsedTime odrl:lteq P90D"]);
}

#[test]
fn what_is_forbidden_is_a_prohibition_for_those_who_receive() {
    let graph = graph(&agreement(|_| {}));
    let prohibitions = rules(&graph, &policy_node(), "odrl:prohibition");
    let told: Vec<(&str, Vec<String>)> =
        prohibitions.iter().map(|(action, rule)| (action.as_str(), found(&graph, rule, &["odrl:assignee"]))).collect();
    let (health, broker) = ("/groups/cluster:HEA".to_owned(), "/organisations/broker".to_owned());
    assert_eq!(
        told,
        [
            ("cairn:transfer", vec![health.clone(), broker.clone()]),
            ("odrl:distribute", vec![health.clone()]),
            ("odrl:use", vec![health, broker]),
        ]
    );
    assert_eq!(
        constraints(&graph, &prohibitions[2].1, "odrl:constraint"),
        [
            "odrl:dateTime odrl:gteq 2026-01-01T00:00:00Z".to_owned(),
            "odrl:dateTime odrl:lt 2027-01-01T00:00:00Z".to_owned(),
            format!("odrl:purpose odrl:isAnyOf {VOCABULARIES}purpose#research-in-public-interest"),
        ]
    );
}

#[test]
fn an_intermediary_distributes_to_users_alone() {
    let graph = graph(&agreement(|_| {}));
    let passing_on = rules(&graph, &policy_node(), "odrl:permission").remove(0).1;
    assert_eq!(found(&graph, &passing_on, &["odrl:assignee"]), ["/organisations/broker"]);
    assert!(
        constraints(&graph, &passing_on, "odrl:constraint")
            .contains(&"odrl:recipient odrl:isAnyOf /groups/cluster:HEA".to_owned())
    );
}

#[test]
fn the_target_is_the_catalogue_narrowed_by_what_the_selector_and_the_fields_state() {
    let graph = graph(&agreement(|_| {}));
    let permission = rules(&graph, &policy_node(), "odrl:permission").remove(1).1;
    let Term::BlankNode(target) = nodes(&graph, &permission, &["odrl:target"]).remove(0) else {
        panic!("not narrowed")
    };
    let target = target.into();
    assert_eq!(found(&graph, &target, &["odrl:source"]), ["/"]);
    assert_eq!(
        constraints(&graph, &target, "odrl:refinement"),
        [
            "  ".to_owned(),
            format!("cairn:cluster odrl:isAnyOf {VOCABULARIES}cluster#PRO-MIN"),
            format!("cairn:country odrl:isAllOf {VOCABULARIES}country#YEM"),
            "cairn:sensitivity odrl:lteq high".to_owned(),
        ]
    );
    let either = nodes(&graph, &target, &["odrl:refinement", "odrl:or"]);
    let operands: Vec<String> = found(&graph, &target, &["odrl:refinement", "odrl:or", "odrl:leftOperand"]);
    assert_eq!((either.len(), operands), (2, vec!["cairn:field".to_owned(), "cairn:field-sensitivity".to_owned()]));
}

#[test]
fn records_that_are_named_are_the_targets_and_an_agreement_that_forbids_nothing_has_no_prohibition() {
    let id = cairn_model::DatasetId::new("register", "1");
    let graph = graph(&agreement(|value| {
        let terms = &mut value["terms"];
        terms["covers"] = json!({"records": [id]});
        terms["fields"] = json!({});
        terms["prohibited_purposes"] = json!([]);
        terms["transfer"] = json!("allowed");
        terms["obligations"] = json!([]);
    }));
    let permission = rules(&graph, &policy_node(), "odrl:permission").remove(1).1;
    assert_eq!(found(&graph, &permission, &["odrl:target"]), [format!("/dataset/{id}")]);
    assert_eq!(found(&graph, &permission, &["odrl:duty"]), Vec::<String>::new());
    assert_eq!(found(&graph, &policy_node(), &["odrl:prohibition"]), Vec::<String>::new());
}

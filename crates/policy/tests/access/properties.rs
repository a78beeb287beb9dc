//! What must hold of every decision, whatever the record, the asker, the question and the agreements.
//!
//! *Stating more* about a use is one of: a further purpose or jurisdiction beside those stated, that the data leaves where it
//! is, a role, a crisis, a period, a finer place, a larger epsilon. No rule asks for these, so none may open what was closed.
//! What rules ask for are safeguards, the first purpose, the first jurisdiction and the recipient of an intermediary.

use cairn_model::agreement::{AccessForm, AccessQuestion, Agreement, Party, PartyRole, Selector};
use cairn_model::{Field, Listing, Sensitivity, Sharing, SocialLicenceStatus, Transfer};
use cairn_policy::access::Rule;
use cairn_policy::{Outcome, Viewer, best_rendition};
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::sample::select;

use super::samples::{World, crisis, member, period, refusal, social_licence, texts, time};
use super::worlds::{SAFEGUARDS, agreements, any_world, records, worlds};

fn grants(world: &World) -> bool {
    world.decide().is_some_and(|decision| decision.outcome.is_grant())
}

/// Ways to state more about a use.
const MORE: &[fn(&mut AccessQuestion)] = &[
    |question| {
        if !question.purposes.is_empty() {
            question.purposes.push("accountability".to_owned());
        }
    },
    |question| {
        if !question.storage.is_empty() {
            question.storage.push("USA".to_owned());
        }
    },
    |question| question.transfer = true,
    |question| question.role = question.role.or(Some(PartyRole::User)),
    |question| question.role = question.role.or(Some(PartyRole::Intermediary)),
    |question| question.role = question.role.or(Some(PartyRole::Provider)),
    |question| question.glide = "EQ-2026-000053-YEM".parse().ok(),
    |question| question.glide = "FL-2026-000001-YEM".parse().ok(),
    |question| question.period = question.period.or(Some(period("2026-06-01T00:00:00Z", None))),
    |question| question.admin_level = Some(question.admin_level.map_or(3, |level| level + 1)),
    |question| question.epsilon = Some(question.epsilon.map_or(1.0, |epsilon| epsilon * 2.0)),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn there_is_an_answer_for_those_alone_who_may_know_of_the_record(world in any_world()) {
        prop_assert_eq!(world.decide().is_some(), best_rendition(&world.record, &world.viewer).is_some());
    }

    #[test]
    fn the_order_of_agreements_crises_and_refusals_does_not_count(world in any_world()) {
        let mut turned = world.clone();
        let mut other = crisis();
        other.id = "again".to_owned();
        other.declaration.until = time("2026-09-01T00:00:00Z");
        let mut world = world;
        world.crises.push(other.clone());
        turned.crises.insert(0, other);
        turned.agreements.reverse();
        turned.refusals.reverse();
        prop_assert_eq!(world.decide(), turned.decide());
    }

    #[test]
    fn stating_more_about_a_use_never_opens_what_was_closed(world in any_world(), more in select(MORE)) {
        let stated = world.clone().with(|world| more(&mut world.question));
        prop_assert!(grants(&world) || !grants(&stated), "{:?}", stated.decide());
    }

    #[test]
    fn safeguards_beyond_those_required_and_further_crises_take_no_grant_away(world in any_world()) {
        let more = world.clone().with(|world| {
            world.question.safeguards = texts(SAFEGUARDS);
            world.crises.push(crisis());
        });
        prop_assert!(!grants(&world) || grants(&more), "{:?}", more.decide());
    }

    #[test]
    fn what_denies_denies_whatever_grants(world in any_world(), which in 0..3_usize) {
        let denied = world.with(|world| match which {
            0 => {
                world.record.social_licence = Some(social_licence(SocialLicenceStatus::Withdrawn));
            }
            1 => {
                world.refusals.push(refusal());
                world.refusals.push(refusal());
                world.at = world.at.max(time("2026-05-01T00:00:00Z"));
                world.viewer = if world.viewer == member("nmaa", &[]) { Viewer::anonymous() } else { world.viewer.clone() };
            }
            _ => {
                world.record.terms.transfer = Some(Transfer::RegionBound);
                world.record.terms.jurisdictions = texts(&["YEM"]);
                world.question.storage.push("USA".to_owned());
            }
        });
        if let Some(decision) = denied.decide() {
            prop_assert_eq!(decision.outcome, Outcome::Denied);
            prop_assert!(decision.rule.is_denial(), "{:?}", decision.rule);
            prop_assert_eq!(decision.access, None);
            prop_assert_eq!(decision.alternatives, []);
        }
    }

    #[test]
    fn an_agreement_grants_nothing_from_the_instant_of_its_end(world in any_world()) {
        let Some(decision) = world.decide().filter(|decision| decision.outcome.is_grant()) else { return Ok(()) };
        let Some(named) = decision.agreement else { return Ok(()) };
        let end = world.agreements.iter().find(|one| one.id == named.id).and_then(|one| one.terms.validity.until);
        if let Some(end) = end {
            let later = world.clone().with(|world| world.at = end).decide();
            prop_assert!(later.is_none_or(|later| !later.outcome.is_grant() || later.agreement.as_ref() != Some(&named)));
        }
    }

    #[test]
    fn a_grant_holds_until_the_instant_that_it_names(world in any_world(), part in 0.0..1.0_f64) {
        let Some(decision) = world.decide().filter(|decision| decision.outcome.is_grant()) else { return Ok(()) };
        let until = decision.until.unwrap_or_else(|| time("2030-01-01T00:00:00Z"));
        prop_assert!(until > world.at, "{until} is over");
        let seconds = SignedDuration::from_secs_f64(part * (until.duration_since(world.at).as_secs_f64() - 1.0).max(0.0));
        let meanwhile = world.clone().with(|world| world.at += seconds);
        prop_assert!(grants(&meanwhile), "{} of {until}: {:?}", meanwhile.at, meanwhile.decide());
    }

    #[test]
    fn an_agreement_that_waits_for_a_crisis_grants_nothing_when_it_is_lifted(world in any_world()) {
        let Some(decision) = world.decide().filter(|decision| decision.crisis.is_some()) else { return Ok(()) };
        let lifted = world.with(|world| {
            for crisis in &mut world.crises {
                crisis.lifted = Some(world.at);
            }
        });
        let later = lifted.decide();
        prop_assert!(later.is_none_or(|later| !later.outcome.is_grant() || later.agreement != decision.agreement));
    }

    #[test]
    fn agreements_to_which_the_asker_is_no_party_change_nothing_and_are_never_named(
        world in any_world(),
        others in agreements(),
    ) {
        let is_asker = |party: &Party| match (&party.organisation, &party.group) {
            (Some(id), _) => world.viewer == member(id, &["cluster:HEA"]) || world.viewer == member(id, &[]),
            (_, Some(_)) => [member("clinic", &["cluster:HEA"]), member("hospital", &["cluster:HEA"])].contains(&world.viewer),
            _ => false,
        };
        let of_others = others.into_iter().filter(|one| !one.terms.parties.iter().any(is_asker));
        let beside = world.clone().with(|world| {
            world.agreements.extend(of_others.map(|one| Agreement { id: format!("other-{}", one.id), ..one }));
        });
        let decision = beside.decide();
        prop_assert_eq!(&decision, &world.decide());
        for reason in decision.into_iter().flat_map(|decision| decision.reasons) {
            let Some(named) = reason.agreement else { continue };
            let agreement = beside.agreements.iter().find(|one| one.id == named.id);
            prop_assert!(agreement.is_some_and(|one| one.terms.parties.iter().any(is_asker)));
        }
    }

    #[test]
    fn an_agreement_in_which_the_owner_does_not_grant_changes_nothing(world in any_world()) {
        let stranger = world.with(|world| {
            for agreement in &mut world.agreements {
                agreement.terms.parties.retain(|party| party.organisation.as_deref() != Some("nmaa"));
            }
        });
        let without = stranger.clone().with(|world| world.agreements.clear());
        prop_assert_eq!(stranger.decide(), without.decide());
    }

    #[test]
    fn nobody_but_the_owner_is_granted_a_severe_field_or_a_severe_download_by_a_mere_agreement(world in any_world()) {
        let Some(decision) = world.decide().filter(|decision| decision.outcome.is_grant()) else { return Ok(()) };
        if decision.rule == Rule::AskerIsOwner {
            return Ok(());
        }
        let is_severe = |field: &&Field| field.sensitivity == Some(Sensitivity::Severe);
        for field in world.record.fields.iter().filter(is_severe) {
            prop_assert!(decision.fields.as_ref().is_some_and(|fields| !fields.contains(&field.name)));
        }
        let is_severe_download =
            world.record.terms.sensitivity == Sensitivity::Severe && decision.access == Some(AccessForm::Download);
        if let (true, Some(named)) = (is_severe_download, &decision.agreement) {
            let names_severe = |one: &Agreement| {
                one.terms.covers.most_sensitive == Some(Sensitivity::Severe)
                    && one.terms.parties.contains(&Party::organisation("nmaa", PartyRole::Provider))
            };
            let agreement = world.agreements.iter().find(|one| one.id == named.id);
            prop_assert!(agreement.is_some_and(names_severe));
        }
    }

    #[test]
    fn to_a_stranger_who_sees_a_stub_what_the_stub_hides_and_does_not_deny_changes_nothing(
        world in worlds(),
        hidden in records(),
    ) {
        let stub = world.with(|world| {
            world.viewer = member("stranger", &[]);
            world.grants.clear();
            world.record.terms.listing = Listing::Stub;
            world.record.terms.sharing = world.record.terms.sharing.max(Sharing::Restricted);
            world.question.storage.clear();
            world.record.social_licence = None;
        });
        let other = stub.clone().with(|world| {
            world.record.fields = hidden.fields;
            world.record.topics = texts(&["hidden"]);
            world.record.terms.transfer = hidden.terms.transfer;
            world.record.terms.jurisdictions = hidden.terms.jurisdictions;
            let status = hidden.social_licence.map(|licence| licence.status);
            world.record.social_licence =
                status.filter(|status| *status != SocialLicenceStatus::Withdrawn).map(social_licence);
        });
        prop_assert_eq!(stub.decide(), other.decide());
    }

    #[test]
    fn an_agreement_that_selects_nothing_grants_nothing(world in any_world()) {
        let empty = world.with(|world| {
            for agreement in &mut world.agreements {
                agreement.terms.covers = Selector::default();
            }
        });
        let without = empty.clone().with(|world| world.agreements.clear());
        prop_assert_eq!(empty.decide(), without.decide());
    }

    #[test]
    fn every_answer_explains_itself(world in any_world()) {
        let Some(decision) = world.decide() else { return Ok(()) };
        prop_assert!(decision.reasons.iter().any(|reason| reason.rule == decision.rule));
        prop_assert_eq!(decision.access.is_some(), decision.outcome.is_grant());
        prop_assert!(!decision.rule.is_denial() || decision.outcome == Outcome::Denied);
        prop_assert_eq!(!decision.alternatives.is_empty(), decision.outcome == Outcome::Alternative);
        let binds = !(decision.conditions.is_empty() && decision.obligations.is_empty());
        prop_assert_eq!(decision.outcome == Outcome::GrantedWithConditions, binds);
        prop_assert!(decision.outcome.is_grant() || !decision.changes.is_empty());
        prop_assert!(decision.outcome != Outcome::Ask || decision.can_be_asked());
    }
}

#[test]
fn the_random_worlds_reach_every_outcome_and_most_rules() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut outcomes = std::collections::BTreeMap::new();
    let mut rules = std::collections::BTreeSet::new();
    for _ in 0..2000 {
        let world = any_world().new_tree(&mut runner).map(|tree| tree.current());
        let Some(decision) = world.ok().and_then(|world| world.decide()) else { continue };
        *outcomes.entry((decision.outcome, decision.agreement.is_some())).or_insert(0) += 1;
        rules.extend(decision.reasons.into_iter().map(|reason| reason.rule));
    }
    for outcome in Outcome::ALL {
        let seen: i32 = outcomes.iter().filter(|((one, _), _)| one == outcome).map(|(_, count)| count).sum();
        assert!(seen > 20, "{outcome:?}: {outcomes:?}");
    }
    assert!(rules.len() > 30, "{} rules: {rules:?}", rules.len());
}

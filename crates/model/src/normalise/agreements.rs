//! Social licence, partnerships and harm: statements in free words, cleaned and bounded.

use super::reading::{Path, Reading};
use super::text::Limit;
use crate::{AggregateBounds, Engagement, ImpactNote, Partnership, SocialLicence, Upkeep};

const MOST_CONDITIONS: usize = 100;
const MOST_ENGAGEMENTS: usize = 200;
const MOST_ENTRIES: usize = 100;
const MOST_PARTNERSHIPS: usize = 200;

/// The social licence, with its words cleaned.
pub(super) fn social_licence(
    reading: &mut Reading<'_>,
    social_licence: Option<SocialLicence>,
) -> Option<SocialLicence> {
    let stated = social_licence?;
    Some(SocialLicence {
        status: stated.status,
        engagement_method: reading.optional(
            Path::Part("social_licence", "engagement_method"),
            Limit::Line,
            stated.engagement_method,
        ),
        evidence: reading.optional(Path::Part("social_licence", "evidence"), Limit::Text, stated.evidence),
        conditions: reading.list("social_licence.conditions", Limit::Line, MOST_CONDITIONS, stated.conditions),
        expires: stated.expires,
        engagements: engagements(reading, stated.engagements),
    })
}

fn engagements(reading: &mut Reading<'_>, mut engagements: Vec<Engagement>) -> Vec<Engagement> {
    reading.at_most("social_licence.engagements", MOST_ENGAGEMENTS, &mut engagements);
    let conditions = "social_licence.engagements.conditions";
    let read = |(index, stated): (usize, Engagement)| {
        let mut part = |name: &'static str, limit, text| {
            reading.optional(Path::Member("social_licence.engagements", index, name), limit, text)
        };
        Engagement {
            place: part("place", Limit::Line, stated.place),
            outcome: part("outcome", Limit::Text, stated.outcome),
            conditions: reading.list(conditions, Limit::Line, MOST_CONDITIONS, stated.conditions),
            ..stated
        }
    };
    engagements.into_iter().enumerate().map(read).collect()
}

/// What is known of harm, with its words cleaned.
pub(super) fn impact(reading: &mut Reading<'_>, impact: Option<ImpactNote>) -> Option<ImpactNote> {
    let stated = impact?;
    Some(ImpactNote {
        summary: reading
            .optional(Path::Part("impact", "summary"), Limit::Text, Some(stated.summary))
            .unwrap_or_default(),
        affected_groups: reading.list("impact.affected_groups", Limit::Line, MOST_ENTRIES, stated.affected_groups),
        mitigations: reading.list("impact.mitigations", Limit::Line, MOST_ENTRIES, stated.mitigations),
        ..stated
    })
}

/// How it is kept up, with the name of who takes over cleaned; none where nothing is said.
pub(super) fn upkeep(reading: &mut Reading<'_>, upkeep: Option<Upkeep>) -> Option<Upkeep> {
    let stated = upkeep?;
    let successor = reading.optional(Path::Part("upkeep", "successor"), Limit::Line, stated.successor);
    Some(Upkeep { successor, ..stated }).filter(|upkeep| *upkeep != Upkeep::default())
}

/// Bounds of aggregates; what is none is a problem, and nothing is bounded by it.
pub(super) fn aggregates(reading: &mut Reading<'_>, bounds: Option<AggregateBounds>) -> Option<AggregateBounds> {
    let stated = bounds?;
    if !stated.is_sound() {
        let message = "an epsilon is a number above 0, a level is 0 to 4, and the smallest count is 1 or more";
        reading.problem("not-a-bound", Path::Field("aggregates"), message);
        return None;
    }
    Some(stated)
}

/// Partnerships, less those that say nothing.
pub(super) fn partnerships(reading: &mut Reading<'_>, mut partnerships: Vec<Partnership>) -> Vec<Partnership> {
    reading.at_most("partnerships", MOST_PARTNERSHIPS, &mut partnerships);
    let mut kept = Vec::with_capacity(partnerships.len());
    for (index, stated) in partnerships.into_iter().enumerate() {
        let mut part =
            |name: &'static str, limit, text| reading.optional(Path::Member("partnerships", index, name), limit, text);
        let mut partnership = Partnership {
            partner: part("partner", Limit::Line, Some(stated.partner)).unwrap_or_default(),
            partner_kind: part("partner_kind", Limit::Keyword, stated.partner_kind),
            role: part("role", Limit::Line, stated.role),
            services: Vec::new(),
            data_categories: Vec::new(),
            onward_use: part("onward_use", Limit::Text, stated.onward_use),
            commercial_interest: part("commercial_interest", Limit::Text, stated.commercial_interest),
            exit_terms: part("exit_terms", Limit::Text, stated.exit_terms),
        };
        partnership.services = reading.list("partnerships.services", Limit::Line, MOST_ENTRIES, stated.services);
        partnership.data_categories =
            reading.list("partnerships.data_categories", Limit::Line, MOST_ENTRIES, stated.data_categories);
        if partnership != Partnership::default() {
            kept.push(partnership);
        }
    }
    kept
}

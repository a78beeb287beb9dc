//! What must hold of what is said of a holding.

use std::collections::HashSet;

use super::{HoldingPartnership, HoldingStatement};
use crate::check::Check;
use crate::{BoundingBox, Problem, Sharing, Vocabularies};

/// The organisation type of partners that say what they gain.
const PRIVATE: &str = "private_sector";

impl HoldingStatement {
    /// What must be mended of a draft: each value that is there, and the title.
    pub fn validate(&self, vocabularies: &Vocabularies) -> Vec<Problem> {
        let mut check = Check::new(vocabularies);
        check.title("title", &self.title);
        check.texts("description", &self.description);
        check.few("keywords", self.keywords.len());
        for (language, words) in &self.keywords {
            check.ids(&format!("keywords.{language}"), words);
        }
        check.few("identifiers", self.identifiers.len());
        for (place, identifier) in self.identifiers.iter().enumerate() {
            check.id(&format!("identifiers[{place}].scheme"), &identifier.scheme);
            check.id(&format!("identifiers[{place}].value"), &identifier.value);
        }
        check.codes("languages", "language", &self.languages);
        optional_text(&mut check, "custodian", self.custodian.as_deref());
        optional_text(&mut check, "steward", self.steward.as_deref());
        self.check_contacts(&mut check);
        check.codes("clusters", "cluster", &self.clusters);
        check.ids("topics", &self.topics);
        optional_text(&mut check, "methodology", self.methodology.as_deref());
        optional_text(&mut check, "caveats", self.caveats.as_deref());
        check.text_list("questions", &self.questions);
        self.check_fields(&mut check);
        check.codes("population_groups", "population-group", &self.population_groups);
        check.codes("countries", "country", &self.countries);
        check.rule(
            !self.worldwide || self.countries.is_empty(),
            "worldwide-or-countries",
            "worldwide",
            "either the data is about the whole world, or it names `countries`",
        );
        check.ids("places", &self.places);
        if let Some([west, south, east, north]) = self.bbox
            && let Err(why) = BoundingBox::new(west, south, east, north)
        {
            check.rule(false, "not-a-box", "bbox", &format!("it is west, south, east, north in degrees: {why}"));
        }
        if let Some(coverage) = &self.coverage {
            coverage.check("coverage", &mut check);
        }
        check.code("update_frequency", "frequency", self.update_frequency.as_deref());
        self.check_files(&mut check);
        check.web_address("landing_page", self.landing_page.as_deref());
        if let Some(licence) = &self.licence {
            check.code("licence.code", "licence", licence.code.as_deref());
            optional_text(&mut check, "licence.text", licence.text.as_deref());
            check.web_address("licence.url", licence.url.as_deref());
            check.rule(
                licence.code.is_some() || licence.text.is_some() || licence.url.is_some(),
                "not-stated",
                "licence",
                "a licence has a `code`, a `text` or a `url`",
            );
        }
        check.few("derived_from", self.derived_from.len());
        let mut named = HashSet::new();
        let is_once = self.derived_from.iter().all(|id| named.insert(id));
        check.rule(is_once, "named-twice", "derived_from", "each record is named once");
        self.check_terms(&mut check);
        self.check_social_licence(&mut check);
        check.few("partnerships", self.partnerships.len());
        for (place, partnership) in self.partnerships.iter().enumerate() {
            partnership.check(&format!("partnerships[{place}]"), &mut check);
        }
        let mut problems = check.finish();
        if let Some(impact) = &self.impact {
            problems.extend(impact.validate("impact", vocabularies));
        }
        if let Some(upkeep) = &self.upkeep {
            problems.extend(upkeep.validate("upkeep", vocabularies));
        }
        if let Some(bounds) = &self.aggregates {
            problems.extend(bounds.validate("aggregates", vocabularies));
        }
        problems
    }

    /// What a draft lacks before it can be published.
    pub fn missing(&self) -> Vec<Problem> {
        let mut missing = Vec::new();
        let mut require = |is_there: bool, field: &str, message: &str| {
            if !is_there {
                missing.push(Problem::error("not-stated", field, message));
            }
        };
        require(
            self.worldwide || !self.countries.is_empty(),
            "countries",
            "say which countries the data covers, or `worldwide: true`",
        );
        require(!self.clusters.is_empty(), "clusters", "say which clusters the data is about");
        require(self.terms.sensitivity.is_some(), "terms.sensitivity", "say how sensitive the data is");
        require(self.terms.sharing.is_some(), "terms.sharing", "say with whom the data may be shared");
        require(self.terms.access_method.is_some(), "terms.access_method", "say how the data is had");
        missing
    }

    fn check_contacts(&self, check: &mut Check<'_>) {
        check.few("contacts", self.contacts.len());
        for (place, contact) in self.contacts.iter().enumerate() {
            let field = format!("contacts[{place}]");
            for (part, text) in [("name", &contact.name), ("phone", &contact.phone), ("role", &contact.role)] {
                optional_text(check, &format!("{field}.{part}"), text.as_deref());
            }
            if let Some(email) = &contact.email {
                let is_one =
                    email.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
                let rule = is_one && !email.contains(char::is_whitespace) && email.len() <= 254;
                check.rule(rule, "not-a-mail-address", &format!("{field}.email"), "it is a mail address");
            }
            check.rule(
                contact.email.is_some() || contact.phone.is_some(),
                "not-stated",
                &field,
                "a contact has an `email` or a `phone`",
            );
        }
    }

    fn check_fields(&self, check: &mut Check<'_>) {
        check.at_most("fields", self.fields.len(), MOST_FIELDS);
        for (place, data) in self.fields.iter().take(MOST_FIELDS).enumerate() {
            let field = format!("fields[{place}]");
            check.id(&format!("{field}.name"), &data.name);
            let parts = [
                ("description", &data.description),
                ("data_type", &data.data_type),
                ("shareable_form", &data.shareable_form),
            ];
            for (part, text) in parts {
                optional_text(check, &format!("{field}.{part}"), text.as_deref());
            }
        }
    }

    fn check_files(&self, check: &mut Check<'_>) {
        check.few("distributions", self.distributions.len());
        for (place, file) in self.distributions.iter().enumerate() {
            let field = format!("distributions[{place}]");
            let parts = [
                ("title", &file.title),
                ("description", &file.description),
                ("format", &file.format),
                ("media_type", &file.media_type),
            ];
            for (part, text) in parts {
                optional_text(check, &format!("{field}.{part}"), text.as_deref());
            }
            check.web_address(&format!("{field}.url"), file.url.as_deref());
        }
    }

    fn check_terms(&self, check: &mut Check<'_>) {
        let terms = &self.terms;
        check.ids("terms.audience_groups", &terms.audience_groups);
        check.ids("terms.audience_organisations", &terms.audience_organisations);
        let names_some = !terms.audience_groups.is_empty() || !terms.audience_organisations.is_empty();
        let is_restricted = terms.sharing == Some(Sharing::Restricted);
        let has_restricted_field = self.fields.iter().any(|field| field.sharing == Some(Sharing::Restricted));
        check.rule(
            !is_restricted || names_some,
            "audience-of-whom",
            "terms.sharing",
            "`restricted` names the `audience_groups` or `audience_organisations` with whom it is shared",
        );
        check.rule(
            !names_some || is_restricted || has_restricted_field,
            "audience-of-whom",
            "terms.audience_groups",
            "an audience is named for what is `restricted`, and for nothing else",
        );
        check.text_list("terms.reasons", &terms.reasons);
        optional_text(check, "terms.listing_title", terms.listing_title.as_deref());
        optional_text(check, "terms.legal_basis", terms.legal_basis.as_deref());
        check.codes("terms.jurisdictions", "country", &terms.jurisdictions);
    }

    fn check_social_licence(&self, check: &mut Check<'_>) {
        let Some(licence) = &self.social_licence else { return };
        optional_text(check, "social_licence.engagement_method", licence.engagement_method.as_deref());
        optional_text(check, "social_licence.evidence", licence.evidence.as_deref());
        check.text_list("social_licence.conditions", &licence.conditions);
        check.few("social_licence.engagements", licence.engagements.len());
        for (place, engagement) in licence.engagements.iter().enumerate() {
            let field = format!("social_licence.engagements[{place}]");
            optional_text(check, &format!("{field}.place"), engagement.place.as_deref());
            optional_text(check, &format!("{field}.outcome"), engagement.outcome.as_deref());
            check.text_list(&format!("{field}.conditions"), &engagement.conditions);
        }
    }
}

impl HoldingPartnership {
    fn check(&self, field: &str, check: &mut Check<'_>) {
        check.id(&format!("{field}.partner"), &self.partner);
        check.code(&format!("{field}.partner_kind"), "organisation-type", self.partner_kind.as_deref());
        optional_text(check, &format!("{field}.role"), self.role.as_deref());
        check.text_list(&format!("{field}.services"), &self.services);
        check.text_list(&format!("{field}.data_categories"), &self.data_categories);
        let disclosed = [
            ("onward_use", &self.onward_use),
            ("commercial_interest", &self.commercial_interest),
            ("exit_terms", &self.exit_terms),
        ];
        for (part, text) in disclosed {
            let part = format!("{field}.{part}");
            optional_text(check, &part, text.as_deref());
            check.rule(
                text.is_some() || self.partner_kind.as_deref() != Some(PRIVATE),
                "not-disclosed",
                &part,
                "a partnership with a private partner says what it may do with the data afterwards, what it gains, and how it ends",
            );
        }
    }
}

/// Most fields of a data dictionary.
const MOST_FIELDS: usize = 1000;

fn optional_text(check: &mut Check<'_>, field: &str, text: Option<&str>) {
    if let Some(text) = text {
        check.text(field, text);
    }
}

//! From what is said of a holding to a draft, which is read as that of any source is.

use jiff::Timestamp;

use super::{HoldingContact, HoldingField, HoldingFile, HoldingPartnership, HoldingStatement, HoldingTerms};
use crate::{
    Contact, Draft, DraftDistribution, DraftOrganisation, DraftPlace, Field, Normalised, Partnership, StatedTerms,
    Vocabularies, normalise,
};

/// How a draft says that data is about the whole world.
const WORLD: &str = "world";

impl HoldingStatement {
    /// The record that it makes, at the time `now`: read as what any source says is, but for what is no word to be read.
    pub fn read(self, source: &str, source_record_id: &str, vocabularies: &Vocabularies, now: Timestamp) -> Normalised {
        let stated = StatedTerms::from(self.terms.clone());
        let (by_sex, by_age) = (self.disaggregated_by_sex, self.disaggregated_by_age);
        let mut normalised = normalise(source, self.into_draft(source_record_id), vocabularies, now);
        normalised.dataset.disaggregated_by_sex = by_sex;
        normalised.dataset.disaggregated_by_age = by_age;
        Normalised { stated, ..normalised }
    }

    fn into_draft(self, source_record_id: &str) -> Draft {
        let (coverage_start, coverage_end) = self.coverage.map_or((None, None), |time| (time.start, time.end));
        let licence = self.licence.unwrap_or_default();
        let mut countries = self.countries;
        if self.worldwide {
            countries.push(WORLD.to_owned());
        }
        let named = |name: String| DraftOrganisation { name, ..DraftOrganisation::default() };
        Draft {
            source_record_id: source_record_id.to_owned(),
            identifiers: self.identifiers,
            title: self.title,
            description: self.description,
            keywords: self.keywords,
            languages: self.languages,
            kind: self.kind.map(|kind| kind.code().to_owned()),
            custodian: self.custodian.map(named),
            steward: self.steward.map(named),
            contacts: self.contacts.into_iter().map(Contact::from).collect(),
            clusters: self.clusters,
            topics: self.topics,
            methodology: self.methodology,
            caveats: self.caveats,
            questions: self.questions,
            fields: self.fields.into_iter().map(Field::from).collect(),
            population_groups: self.population_groups,
            countries,
            places: self.places.into_iter().map(|text| DraftPlace { text, ..DraftPlace::default() }).collect(),
            extents: self.bbox.map(|edges| edges.map(|edge| edge.to_string()).join(",")).into_iter().collect(),
            geographic_precision: self.geographic_precision.map(|precision| precision.code().to_owned()),
            coverage_start: coverage_start.map(|date| date.to_string()),
            coverage_end: coverage_end.map(|date| date.to_string()),
            issued: self.issued.map(|date| date.to_string()),
            modified: self.modified.map(|date| date.to_string()),
            update_frequency: self.update_frequency,
            distributions: self.distributions.into_iter().map(DraftDistribution::from).collect(),
            landing_page: self.landing_page,
            licence_id: licence.code,
            licence_text: licence.text,
            licence_url: licence.url,
            social_licence: self.social_licence,
            partnerships: self.partnerships.into_iter().map(Partnership::from).collect(),
            group_privacy: self.group_privacy,
            impact: self.impact,
            upkeep: self.upkeep,
            aggregates: self.aggregates,
            ..Draft::default()
        }
    }
}

impl From<HoldingTerms> for StatedTerms {
    fn from(terms: HoldingTerms) -> Self {
        Self {
            sensitivity: terms.sensitivity,
            sharing: terms.sharing,
            sharing_only_closes: false,
            access_method: terms.access_method,
            access_only_closes: false,
            listing: terms.listing,
            listed_openly: false,
            listing_title: terms.listing_title,
            audience_groups: terms.audience_groups,
            audience_organisations: terms.audience_organisations,
            classification: terms.classification,
            classification_text: None,
            reasons: terms.reasons,
            legal_basis: terms.legal_basis,
            jurisdictions: terms.jurisdictions,
            transfer: terms.transfer,
            attribution_hidden: terms.attribution_hidden,
            review_by: terms.review_by,
        }
    }
}

impl From<HoldingContact> for Contact {
    fn from(contact: HoldingContact) -> Self {
        let HoldingContact { name, email, phone, role, published_openly } = contact;
        Self { name, email, phone, role, published_openly }
    }
}

impl From<HoldingField> for Field {
    fn from(field: HoldingField) -> Self {
        let HoldingField { name, description, data_type, sharing, sensitivity, shareable_form } = field;
        Self { name, description, data_type, sharing, sensitivity, shareable_form }
    }
}

impl From<HoldingFile> for DraftDistribution {
    fn from(file: HoldingFile) -> Self {
        Self {
            id: None,
            title: file.title,
            description: file.description,
            url: file.url,
            format: file.format,
            media_type: file.media_type,
            size: file.size.map(|size| size.to_string()),
            modified: file.modified.map(|date| date.to_string()),
        }
    }
}

impl From<HoldingPartnership> for Partnership {
    fn from(partnership: HoldingPartnership) -> Self {
        Self {
            partner: partnership.partner,
            partner_kind: partnership.partner_kind,
            role: partnership.role,
            services: partnership.services,
            data_categories: partnership.data_categories,
            onward_use: partnership.onward_use,
            commercial_interest: partnership.commercial_interest,
            exit_terms: partnership.exit_terms,
        }
    }
}

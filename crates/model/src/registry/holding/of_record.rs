//! A record as somebody would say it of a holding.

use super::{
    HoldingContact, HoldingField, HoldingFile, HoldingLicence, HoldingPartnership, HoldingStatement, HoldingTerms,
    Period,
};
use crate::normalise::GLOBAL;
use crate::{
    Contact, Dataset, Distribution, Field, Interval, Licence, Organisation, Partnership, Place, StatedTerms, Terms,
};

/// The code of a licence that is none of the vocabulary's.
const OTHER_LICENCE: &str = "other";

impl HoldingStatement {
    /// What a record says, with the terms that are stated of it. What a holding cannot say (where the record came from, who owns
    /// it) is left out.
    pub fn of(dataset: Dataset, terms: HoldingTerms) -> Self {
        let owner = dataset.owner;
        let other = |one: Option<Organisation>| {
            one.filter(|one| owner.as_ref().is_none_or(|owner| owner.id != one.id)).map(|one| one.name)
        };
        let worldwide = dataset.countries.is_empty() && dataset.topics.iter().any(|topic| topic == GLOBAL);
        let topics = dataset.topics.into_iter().filter(|topic| !worldwide || topic != GLOBAL).collect();
        Self {
            title: dataset.title,
            description: dataset.description,
            keywords: dataset.keywords,
            identifiers: dataset.identifiers,
            languages: dataset.languages,
            kind: Some(dataset.kind),
            custodian: other(dataset.custodian),
            steward: other(dataset.steward),
            contacts: dataset.contacts.into_iter().map(HoldingContact::from).collect(),
            clusters: dataset.clusters,
            topics,
            methodology: dataset.methodology,
            caveats: dataset.caveats,
            questions: dataset.questions,
            fields: dataset.fields.into_iter().map(HoldingField::from).collect(),
            population_groups: dataset.population_groups,
            disaggregated_by_sex: dataset.disaggregated_by_sex,
            disaggregated_by_age: dataset.disaggregated_by_age,
            countries: dataset.countries,
            worldwide,
            places: dataset.places.into_iter().map(place).collect(),
            bbox: dataset.bbox.map(|bbox| [bbox.west, bbox.south, bbox.east, bbox.north]),
            geographic_precision: dataset.geographic_precision,
            coverage: dataset.coverage.map(|Interval { start, end }| Period { start, end }),
            issued: dataset.issued.map(|stamp| stamp.date),
            modified: dataset.modified.map(|stamp| stamp.date),
            update_frequency: dataset.update_frequency.map(|frequency| frequency.0),
            distributions: dataset.distributions.into_iter().map(HoldingFile::from).collect(),
            landing_page: dataset.landing_page,
            licence: dataset.licence.map(HoldingLicence::from),
            derived_from: Vec::new(),
            terms,
            social_licence: dataset.social_licence,
            partnerships: dataset.partnerships.into_iter().map(HoldingPartnership::from).collect(),
            group_privacy: dataset.group_privacy,
            impact: dataset.impact,
            upkeep: dataset.upkeep,
            aggregates: dataset.aggregates,
        }
    }
}

fn place(place: Place) -> String {
    place.pcode.unwrap_or(place.name)
}

impl From<StatedTerms> for HoldingTerms {
    fn from(terms: StatedTerms) -> Self {
        Self {
            sensitivity: terms.sensitivity,
            sharing: terms.sharing,
            access_method: terms.access_method,
            listing: terms.listing,
            listing_title: terms.listing_title,
            audience_groups: terms.audience_groups,
            audience_organisations: terms.audience_organisations,
            classification: terms.classification,
            reasons: terms.reasons,
            legal_basis: terms.legal_basis,
            jurisdictions: terms.jurisdictions,
            transfer: terms.transfer,
            attribution_hidden: terms.attribution_hidden,
            review_by: terms.review_by,
        }
    }
}

impl From<Terms> for HoldingTerms {
    fn from(terms: Terms) -> Self {
        Self {
            sensitivity: Some(terms.sensitivity),
            sharing: Some(terms.sharing),
            access_method: Some(terms.access_method),
            listing: Some(terms.listing),
            listing_title: terms.listing_title,
            audience_groups: terms.audience_groups,
            audience_organisations: terms.audience_organisations,
            classification: terms.classification,
            reasons: terms.reasons,
            legal_basis: terms.legal_basis,
            jurisdictions: terms.jurisdictions,
            transfer: terms.transfer,
            attribution_hidden: terms.attribution_hidden,
            review_by: terms.review_by,
        }
    }
}

impl From<Contact> for HoldingContact {
    fn from(contact: Contact) -> Self {
        let Contact { name, email, phone, role, published_openly } = contact;
        Self { name, email, phone, role, published_openly }
    }
}

impl From<Field> for HoldingField {
    fn from(field: Field) -> Self {
        let Field { name, description, data_type, sharing, sensitivity, shareable_form } = field;
        Self { name, description, data_type, sharing, sensitivity, shareable_form }
    }
}

impl From<Distribution> for HoldingFile {
    fn from(file: Distribution) -> Self {
        let Distribution { id: _, title, description, url, format, media_type, size, modified } = file;
        Self { title, description, url, format, media_type, size, modified: modified.map(|stamp| stamp.date) }
    }
}

impl From<Licence> for HoldingLicence {
    fn from(licence: Licence) -> Self {
        let Licence { code, text, url } = licence;
        let code = Some(code).filter(|code| code != OTHER_LICENCE || (text.is_none() && url.is_none()));
        Self { code, text, url }
    }
}

impl From<Partnership> for HoldingPartnership {
    fn from(partnership: Partnership) -> Self {
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

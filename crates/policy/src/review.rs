//! When somebody of its owner must look at a record again, and why.

use cairn_model::date::day_of;
use cairn_model::{Dataset, PartialDate, Sensitivity};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Rendition, RenditionLevel};

macro_rules! reasons {
    ($($variant:ident = $code:literal, $words:literal);+ $(;)?) => {
        /// Why somebody must look at a record.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum ReviewReason {
            $(#[doc = $words] #[serde(rename = $code)] $variant),+
        }
        impl ReviewReason {
            /// Every reason, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The stable code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
            /// The same in words.
            pub fn words(self) -> &'static str {
                match self { $(Self::$variant => $words),+ }
            }
        }
    };
}

reasons! {
    Quarantined = "quarantined", "It is held back until a contradiction in its terms is mended.";
    SensitivityUnknown = "sensitivity-unknown", "Nobody has said how sensitive it is.";
    NoReviewDate = "no-review-date", "It is of high or severe sensitivity, and nobody said when that is looked at again.";
    TermsDue = "terms-due", "Its terms are to be looked at again by this date.";
    ImpactDue = "impact-due", "Its impact note is to be looked at again by this date.";
    SocialLicenceEnds = "social-licence-ends", "The agreement of the people whom it is about ends on this date.";
    AgreementEnds = "agreement-ends", "An agreement about it ends on this date.";
}

/// A reason to look at a record, and by when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ReviewCause {
    /// By when; `None` for at once.
    pub due: Option<PartialDate>,
    /// Why.
    pub reason: ReviewReason,
    /// Id of the agreement that ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
}

impl ReviewCause {
    /// What must be done at once.
    fn now(reason: ReviewReason) -> Self {
        Self { due: None, reason, agreement: None }
    }

    fn by(reason: ReviewReason, due: PartialDate) -> Self {
        Self { due: Some(due), reason, agreement: None }
    }

    /// An agreement about a record that ends at an instant.
    pub fn agreement_ends(id: &str, until: Timestamp) -> Self {
        let day = jiff::tz::TimeZone::UTC.to_datetime(until).date();
        Self { agreement: Some(id.to_owned()), ..Self::by(ReviewReason::AgreementEnds, day.into()) }
    }

    /// The day by which it is to be done (days since 1970-01-01), the first of all for what must be done at once. Of a year or
    /// a month it is the last day.
    pub fn day(&self) -> i64 {
        self.due.map_or(AT_ONCE, |due| due.last_day())
    }
}

/// The day of what must be done at once: before all days that somebody could mean.
const AT_ONCE: i64 = 0;

/// What a record itself gives as reasons to look at it, whenever they are due: the first due first.
pub fn review_causes(dataset: &Dataset) -> Vec<ReviewCause> {
    let mut causes = Vec::new();
    if !dataset.quarantine.is_empty() {
        causes.push(ReviewCause::now(ReviewReason::Quarantined));
    }
    match dataset.terms.sensitivity {
        Sensitivity::Low | Sensitivity::Moderate => {}
        Sensitivity::Unknown => causes.push(ReviewCause::now(ReviewReason::SensitivityUnknown)),
        Sensitivity::High | Sensitivity::Severe => {
            let is_undated = dataset.terms.review_by.is_none();
            causes.extend(is_undated.then(|| ReviewCause::now(ReviewReason::NoReviewDate)));
        }
    }
    let impact = dataset.impact.as_ref().and_then(|note| note.review_by);
    let licence = dataset.social_licence.as_ref().and_then(|licence| licence.expires);
    let dated = [
        (ReviewReason::TermsDue, dataset.terms.review_by),
        (ReviewReason::ImpactDue, impact),
        (ReviewReason::SocialLicenceEnds, licence),
    ];
    causes.extend(dated.into_iter().filter_map(|(reason, due)| Some(ReviewCause::by(reason, due?))));
    causes.sort_by_key(|cause| (cause.day(), cause.reason));
    causes
}

/// The day of the first reason to look at a record, as its owner sees it: none of what others see of it.
pub fn review_day(rendition: &Rendition) -> Option<i64> {
    let owned_and_whole = match rendition.level {
        RenditionLevel::Full => rendition.dataset.owner.is_some(),
        RenditionLevel::Partial | RenditionLevel::Stub => false,
    };
    let first = || review_causes(&rendition.dataset).first().map(ReviewCause::day);
    if owned_and_whole { first() } else { None }
}

/// The last day of those about which somebody is told: thirty days from an instant.
pub fn review_horizon(now: Timestamp) -> i64 {
    day_of(now) + 30
}

//! The rules by which access is decided, each with its code and its words, and what would change the answer.

use serde::{Deserialize, Serialize};

macro_rules! worded {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $code:literal, $words:literal);+ $(;)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $(#[doc = $words] #[serde(rename = $code)] $variant),+
        }
        impl $name {
            /// Every value, in the order of the declaration.
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

worded! {
    /// A rule that decides, or that keeps something from being granted. The order is the one in which they are weighed:
    /// what denies, what grants, what the terms of the record say, what an agreement says.
    Rule {
        Quarantined = "quarantined", "The record is held back until a contradiction in its terms is mended.";
        SocialLicenceWithdrawn = "social-licence-withdrawn",
            "The people whom the data is about took back their agreement to its use.";
        NotToBeShared = "not-to-be-shared", "It was decided that this data is not to be shared.";
        ConcernRaised = "concern-raised", "A serious concern about the record was raised, and nobody has looked at it yet.";
        StorageOutsideJurisdictions = "storage-outside-jurisdictions",
            "The data would be stored outside the jurisdictions that are allowed.";
        PurposeProhibited = "purpose-prohibited", "An agreement forbids to use the data for this purpose.";
        HeldBack = "held-back", "The data is held back; its owner can say why.";

        AskerIsOwner = "asker-is-owner", "The organisation that owns or keeps the data has it.";
        SharedWithEveryone = "shared-with-everyone", "The terms of the record share the data with everyone.";
        SharedWithAudience = "shared-with-audience", "The terms of the record share the data with an audience that the asker belongs to.";
        GrantedByOwner = "granted-by-owner", "The owner granted it on request.";
        GrantedByAgreement = "granted-by-agreement", "An agreement grants it.";

        NotInAudience = "not-in-audience", "The terms of the record share the data with others.";
        RecipientNotInAudience = "recipient-not-in-audience", "The terms of the record do not share the data with the recipient.";
        OwnerDecides = "owner-decides", "The owner decides case by case.";
        LicenceNeeded = "licence-needed", "The data is had under a signed licence or agreement.";
        NotAvailable = "not-available", "The data is given to nobody outside its owner by the terms of the record.";
        OtherFormOnly = "other-form-only", "The terms of the record give the data in another form only.";
        NoTransfer = "no-transfer", "The data may not leave where it is.";
        StorageNotStated = "storage-not-stated", "Where the data would be stored must be stated.";
        SevereNotDownloaded = "severe-not-downloaded",
            "Severe data is downloaded by its named audience alone, or under an agreement of its owner that names severe data.";
        SevereField = "severe-field", "A field about victims or others who could be severely harmed is never granted.";
        FieldNotCovered = "field-not-covered", "A field that is asked for is not covered.";

        AgreementNotYetValid = "agreement-not-yet-valid", "The agreement is not valid yet.";
        AgreementExpired = "agreement-expired", "The agreement has expired.";
        AgreementSuspended = "agreement-suspended", "The agreement is suspended.";
        AgreementEnded = "agreement-ended", "The agreement was ended.";
        FrameworkNotInForce = "framework-not-in-force", "The framework of the agreement is not in force in this version.";
        FrameworkInPilot = "framework-in-pilot", "The framework of the agreement is being tried out.";
        NoActiveCrisis = "no-active-crisis", "The agreement waits for a crisis of the countries of the record, and none is active.";
        SocialLicenceContested = "social-licence-contested", "People whom the data is about contest its use: no agreement grants it.";
        SocialLicenceExpired = "social-licence-expired", "The agreement of the people whom the data is about has expired.";
        RoleNotHeld = "role-not-held", "The asker does not have that role in the agreement.";
        RoleDoesNotReceive = "role-does-not-receive", "The role of the asker in the agreement receives nothing.";
        IntermediaryNeedsRecipient = "intermediary-needs-recipient",
            "An intermediary receives nothing for itself: it passes on to a user of the same agreement.";
        RecipientIsNoUser = "recipient-is-no-user", "The recipient is no user of the agreement.";
        UserPassesNothingOn = "user-passes-nothing-on", "A user of the agreement receives for itself alone.";
        PurposeNotStated = "purpose-not-stated", "For what the data is wanted must be stated.";
        PurposeOutsideAgreement = "purpose-outside-agreement", "The agreement does not cover the purpose.";
        SafeguardNotDeclared = "safeguard-not-declared", "A safeguard that the agreement requires was not declared.";
        PeriodOutsideAgreement = "period-outside-agreement", "The data is wanted for a time that the agreement does not cover.";
        AccessBeyondAgreement = "access-beyond-agreement", "The agreement grants a form that tells less.";
        AggregateUnbounded = "aggregate-unbounded", "The agreement does not say how coarse aggregates must be.";
        AggregateTooFine = "aggregate-too-fine", "Coarser places are granted, and no finer ones.";
        EpsilonTooLarge = "epsilon-too-large", "A smaller epsilon is granted, and no larger one.";
    }
}

worded! {
    /// What would change an answer.
    Remedy {
        AskTheOwner = "ask-the-owner", "Ask the owner.";
        AgreeWithTheOwner = "agree-with-the-owner", "Make an agreement with the owner, or join one.";
        MendTheRecord = "mend-the-record", "The owner mends the terms of the record.";
        RenewSocialLicence = "renew-social-licence", "The people whom the data is about agree to its use anew.";
        LiftTheRefusal = "lift-the-refusal", "Those who decided that the data is not shared decide otherwise.";
        AwaitTheOutcome = "await-the-outcome", "Wait until the concern was looked at.";
        StoreWithin = "store-within", "Store the data within the jurisdictions that are allowed.";
        StateStorage = "state-storage", "State where the data will be stored.";
        KeepToPurposes = "keep-to-purposes", "Ask for purposes that are covered.";
        StatePurpose = "state-purpose", "State for what the data is wanted.";
        ChooseForm = "choose-form", "Choose a form that tells less.";
        LeaveFieldsOut = "leave-fields-out", "Leave these fields out.";
        Wait = "wait", "Ask again once the agreement is valid.";
        RenewAgreement = "renew-agreement", "Renew the agreement.";
        ResumeAgreement = "resume-agreement", "The parties resume the agreement.";
        BringFrameworkIntoForce = "bring-framework-into-force", "A version of the framework that is in force.";
        DeclareCrisis = "declare-crisis", "A crisis that the agreement waits for is declared.";
        ActInRole = "act-in-role", "Ask in a role that receives.";
        NameAUser = "name-a-user", "Name a user of the agreement as the recipient.";
        ReceiveForItself = "receive-for-itself", "The recipient asks for itself, or an intermediary asks for it.";
        DeclareSafeguards = "declare-safeguards", "Meet and declare these safeguards.";
        KeepToPeriod = "keep-to-period", "Ask for a time that the agreement covers.";
        CoarserPlaces = "coarser-places", "Ask for this administrative level or a coarser one.";
        SmallerEpsilon = "smaller-epsilon", "Ask for this epsilon or a smaller one.";
        BoundAggregates = "bound-aggregates", "The agreement states how coarse aggregates must be.";
    }
}

impl Rule {
    /// Whether it denies whatever grants: not even the owner can grant what such a rule denied.
    pub fn is_denial(self) -> bool {
        self <= Self::HeldBack
    }

    /// What would change an answer that rests on this rule, where anything would.
    pub fn remedy(self) -> Option<Remedy> {
        Some(match self {
            Self::AskerIsOwner
            | Self::SharedWithEveryone
            | Self::SharedWithAudience
            | Self::GrantedByOwner
            | Self::GrantedByAgreement
            | Self::FrameworkInPilot => return None,
            Self::Quarantined => Remedy::MendTheRecord,
            Self::SocialLicenceWithdrawn | Self::SocialLicenceContested | Self::SocialLicenceExpired => {
                Remedy::RenewSocialLicence
            }
            Self::NotToBeShared => Remedy::LiftTheRefusal,
            Self::ConcernRaised => Remedy::AwaitTheOutcome,
            Self::StorageOutsideJurisdictions => Remedy::StoreWithin,
            Self::PurposeProhibited | Self::PurposeOutsideAgreement => Remedy::KeepToPurposes,
            Self::HeldBack | Self::OwnerDecides | Self::LicenceNeeded => Remedy::AskTheOwner,
            Self::NotInAudience | Self::RecipientNotInAudience | Self::NotAvailable => Remedy::AgreeWithTheOwner,
            Self::OtherFormOnly | Self::NoTransfer | Self::SevereNotDownloaded | Self::AccessBeyondAgreement => {
                Remedy::ChooseForm
            }
            Self::StorageNotStated => Remedy::StateStorage,
            Self::SevereField | Self::FieldNotCovered => Remedy::LeaveFieldsOut,
            Self::AgreementNotYetValid => Remedy::Wait,
            Self::AgreementExpired | Self::AgreementEnded => Remedy::RenewAgreement,
            Self::AgreementSuspended => Remedy::ResumeAgreement,
            Self::FrameworkNotInForce => Remedy::BringFrameworkIntoForce,
            Self::NoActiveCrisis => Remedy::DeclareCrisis,
            Self::RoleNotHeld | Self::RoleDoesNotReceive => Remedy::ActInRole,
            Self::IntermediaryNeedsRecipient | Self::RecipientIsNoUser => Remedy::NameAUser,
            Self::UserPassesNothingOn => Remedy::ReceiveForItself,
            Self::PurposeNotStated => Remedy::StatePurpose,
            Self::SafeguardNotDeclared => Remedy::DeclareSafeguards,
            Self::PeriodOutsideAgreement => Remedy::KeepToPeriod,
            Self::AggregateUnbounded => Remedy::BoundAggregates,
            Self::AggregateTooFine => Remedy::CoarserPlaces,
            Self::EpsilonTooLarge => Remedy::SmallerEpsilon,
        })
    }
}

worded! {
    /// What binds somebody to whom access is granted, beyond what they asked for themselves.
    ConditionCode {
        OwnerCondition = "owner-condition", "The owner bound the grant to this.";
        FieldsLeftOut = "fields-left-out", "Fields that are not covered, and those about victims, are left out.";
        SocialLicence = "social-licence", "What the people whom the data is about asked for is kept.";
        FinestPlaces = "finest-places", "Counts are told by this administrative level or a coarser one.";
        SmallCells = "small-cells", "Counts below this number are suppressed.";
        Epsilon = "epsilon", "Noise is added, of this epsilon at most.";
        StoreWithin = "store-within", "What is received is stored within these jurisdictions.";
        StaysInPlace = "stays-in-place", "The data itself does not leave where it is.";
        PassOnOnly = "pass-on-only", "What is received is passed on to the recipient, and not used.";
    }
}

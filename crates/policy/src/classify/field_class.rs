//! Classes of fields: what a field of a table tells, and on which terms such fields are shared unless somebody says otherwise.

use cairn_model::{Sensitivity, Sharing};
use serde::{Deserialize, Serialize};

macro_rules! field_classes {
    ($($(#[$meta:meta])* $variant:ident = $code:literal, $sensitivity:ident, $sharing:expr, $form:literal, $because:literal);+ $(;)?) => {
        /// What a field tells. Most classes are those of fields of IMSMA, in the same words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum FieldClass {
            $($(#[$meta])* #[serde(rename = $code)] $variant),+
        }

        impl FieldClass {
            /// Every class, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code in JSON and in profiles.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The class of a code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|class| class.code() == code)
            }

            /// How sensitive such a field is.
            pub fn sensitivity(self) -> Sensitivity {
                match self { $(Self::$variant => Sensitivity::$sensitivity),+ }
            }

            /// With whom it may be shared; `None` for as the record.
            pub fn sharing(self) -> Option<Sharing> {
                match self { $(Self::$variant => $sharing),+ }
            }

            /// The form in which it can be shared.
            pub fn shareable_form(self) -> &'static str {
                match self { $(Self::$variant => $form),+ }
            }

            /// Why, in a sentence.
            pub fn because(self) -> &'static str {
                match self { $(Self::$variant => $because),+ }
            }
        }
    };
}

field_classes! {
    /// Who a person is, or how to reach them.
    Identity = "identity", Severe, Some(Sharing::Closed), "never; counts only",
        "It tells who a person is or how to reach them.";
    /// Injury and situation of a person.
    Condition = "condition", Severe, Some(Sharing::Closed),
        "counts by sex and age at admin 2 or above, small cells suppressed",
        "It tells of the health, injury or situation of a person.";
    /// A photograph, a sketch or a file.
    Attachment = "attachment", Severe, Some(Sharing::Closed), "never", "A picture or file can show a person or a place.";
    /// Text that may name people and places.
    FreeText = "free-text", High, Some(Sharing::Closed), "never", "Free text may name people and places.";
    /// How many people were killed or injured.
    Casualties = "casualties", High, Some(Sharing::Restricted),
        "counts at admin 2 or above, small cells suppressed", "Few casualties at one place can be known by it.";
    /// Somebody whom one can write to or call.
    Contact = "contact", High, Some(Sharing::Restricted), "the address of an office, or with the person's consent",
        "It tells how to reach a person, who may not have agreed to that.";
    /// An exact position or outline.
    Coordinates = "coordinates", High, Some(Sharing::Restricted), "admin 2 centroid, or area per admin 2",
        "An exact position leads to the people and things that are there.";
    /// Model, depth or state of an explosive device.
    Device = "device", High, Some(Sharing::Restricted), "category of device per admin 2",
        "The model or depth of a device helps whoever wants to take or use it.";
    /// A place below admin 2.
    FinePlace = "fine-place", High, Some(Sharing::Restricted), "admin 2 or above",
        "A place below admin 2 can be small enough to lead to people.";
    /// Who reported, entered or approved.
    Reporter = "reporter", High, Some(Sharing::Closed), "never", "It names staff who reported, entered or approved.";
    /// A group or community to which people belong.
    Community = "community", Moderate, Some(Sharing::Restricted), "counts of large groups at admin 1 or above",
        "It tells of a group or community that can be harmed as such, though it names no person.";
    /// Sex, age and the like, of single rows.
    Demographic = "demographic", Moderate, Some(Sharing::Community), "counts by sex and age group",
        "Together with others it can tell people apart.";
    /// Whether a person agreed to sharing.
    Consent = "consent", Moderate, Some(Sharing::Organisation), "as it is to those who decide about access",
        "It is what a decision about access stands on.";
    /// A key that links records.
    Identifier = "identifier", Moderate, Some(Sharing::Restricted), "a key of its own for each recipient",
        "A key links the rows of one table to those of another.";
    /// A result of quality management.
    Quality = "quality", Moderate, Some(Sharing::Restricted), "aggregates", "It can be held against an operator.";
    /// How many people were reached, by sex and age group.
    Audience = "audience", Low, None, "as it is", "It counts people, by sex and age group at most.";
    /// Status, type, area, date, organisation, admin 1 or 2.
    Descriptive = "descriptive", Low, None, "as it is", "It describes the work, not people or exact places.";
}

impl FieldClass {
    /// Whether such a field tells of groups or communities: of whom a record tells is a question of its own, beside that of
    /// persons.
    pub fn tells_of_groups(self) -> bool {
        match self {
            Self::Community => true,
            Self::Identity
            | Self::Condition
            | Self::Attachment
            | Self::FreeText
            | Self::Casualties
            | Self::Contact
            | Self::Coordinates
            | Self::Device
            | Self::FinePlace
            | Self::Reporter
            | Self::Demographic
            | Self::Consent
            | Self::Identifier
            | Self::Quality
            | Self::Audience
            | Self::Descriptive => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FieldClass;

    #[test]
    fn fields_of_imsma_are_proposed_the_terms_that_an_import_gives_them() {
        let table = include_str!("../../../../config/vocabularies/imsma_field_classes.csv");
        let mut rows = csv::Reader::from_reader(table.as_bytes());
        let mut compared = 0;
        for row in rows.records().flatten() {
            let Some(class) = FieldClass::from_code(&row[0]) else {
                assert_eq!(&row[0], "custom", "a field of which nothing is known is proposed nothing");
                continue;
            };
            let sharing = class.sharing().map_or("", cairn_model::Sharing::code);
            assert_eq!(
                (sharing, class.sensitivity().code(), class.shareable_form()),
                (&row[1], &row[2], &row[3]),
                "{}",
                class.code()
            );
            compared += 1;
        }
        assert_eq!(compared, 14);
    }
}

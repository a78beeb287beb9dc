//! What the records of a payload are: the keys that lead to them and the keys that tell one from anything else.

/// A sort of payload.
pub(crate) struct Dialect {
    /// What a key says about the object that it stands in.
    pub(super) mark: fn(&str) -> Mark,
    /// Where a key leads.
    pub(super) steer: fn(&str) -> KnownKey,
    /// Whether every object of a list that a key leads to is a record, whatever its keys.
    pub(super) lists_records_only: bool,
    /// What a record is called, for messages.
    pub(super) noun: &'static str,
    /// Code of a payload that holds no record but something else.
    pub(super) foreign: &'static str,
    /// Code of what stands among records and is none.
    pub(super) stray: &'static str,
}

/// What a key says about its object.
pub(super) enum Mark {
    /// The id of a record.
    Id,
    /// Its name.
    Name,
    /// Its title.
    Title,
    /// Only records have it.
    Record,
    /// Records have it, and little else does.
    Likely,
    /// Only other things have it.
    Other,
    /// Answers and catalogues have it: records stand below.
    Listing,
    /// Anything may have it, and few records do.
    Strange,
    /// Anything may have it.
    Nothing,
}

/// Keys that steer the reading.
pub(super) enum KnownKey {
    /// What was asked for: `result` of an answer.
    Result,
    /// A list of records.
    Results,
    /// A list of objects that hold lists of records themselves.
    Parts,
    /// How many records there are.
    Count,
    /// Whether the answer is one.
    Success,
    /// Why it is none.
    Error,
    /// Any other.
    Other,
}

/// Answers of CKAN's Action API, arrays of packages, packages.
pub(super) const CKAN: Dialect = Dialect {
    mark: |key| match key {
        "id" => Mark::Id,
        "name" => Mark::Name,
        "title" => Mark::Title,
        "resources" | "notes" | "notes_translated" | "title_translated" | "owner_org" | "license_id"
        | "license_title" | "num_resources" | "metadata_modified" | "dataset_date" => Mark::Record,
        "author"
        | "author_email"
        | "creator_user_id"
        | "extras"
        | "isopen"
        | "maintainer"
        | "maintainer_email"
        | "metadata_created"
        | "num_tags"
        | "private"
        | "relationships_as_object"
        | "tags" => Mark::Likely,
        "package_id" | "package_count" | "is_organization" | "packages" | "fullname" | "aspects" | "vocabulary_id"
        | "od_conformance" => Mark::Other,
        "result" | "results" => Mark::Listing,
        _ => Mark::Strange,
    },
    steer: |key| match key {
        "result" => KnownKey::Result,
        "results" => KnownKey::Results,
        "count" => KnownKey::Count,
        "success" => KnownKey::Success,
        "error" => KnownKey::Error,
        _ => KnownKey::Other,
    },
    lists_records_only: false,
    noun: "CKAN package",
    foreign: "not-a-ckan-listing",
    stray: "not-a-package",
};

/// Catalogues in the JSON of DCAT-US 1.1 and 3.0, arrays of their datasets, datasets.
pub(crate) const DCAT_US: Dialect = Dialect {
    mark: |key| match key {
        "identifier" => Mark::Id,
        "title" => Mark::Title,
        "accessLevel" | "landingPage" | "contactPoint" | "bureauCode" | "distribution" | "keyword"
        | "accrualPeriodicity" | "publisher" => Mark::Record,
        "aspects" | "resources" | "features" | "result" | "recordSet" => Mark::Other,
        "dataset" | "catalog" => Mark::Listing,
        _ => Mark::Nothing,
    },
    steer: |key| match key {
        "dataset" => KnownKey::Results,
        "catalog" => KnownKey::Parts,
        _ => KnownKey::Other,
    },
    lists_records_only: true,
    noun: "dataset of a DCAT-US catalogue",
    foreign: "not-a-dcat-us-catalogue",
    stray: "not-a-dataset",
};

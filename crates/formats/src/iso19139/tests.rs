//! What the reader makes of records in either encoding, and of every flag of access.

use cairn_model::{AccessMethod, Sharing, StatedText};

use crate::Reading;
use crate::xml_record::read_xml_record;

const NAMESPACES_2003: &str = "xmlns:gmd='http://www.isotc211.org/2005/gmd' xmlns:gco='http://www.isotc211.org/2005/gco' \
    xmlns:gmx='http://www.isotc211.org/2005/gmx' xmlns:srv='http://www.isotc211.org/2005/srv' \
    xmlns:gml='http://www.opengis.net/gml/3.2' xmlns:xlink='http://www.w3.org/1999/xlink' \
    xmlns:gfc='http://www.isotc211.org/2005/gfc'";

const NAMESPACES_2014: &str = "xmlns:mdb='http://standards.iso.org/iso/19115/-3/mdb/2.0' \
    xmlns:mri='http://standards.iso.org/iso/19115/-3/mri/1.0' xmlns:cit='http://standards.iso.org/iso/19115/-3/cit/2.0' \
    xmlns:mcc='http://standards.iso.org/iso/19115/-3/mcc/1.0' xmlns:lan='http://standards.iso.org/iso/19115/-3/lan/1.0' \
    xmlns:gco='http://standards.iso.org/iso/19115/-3/gco/1.0' xmlns:mco='http://standards.iso.org/iso/19115/-3/mco/1.0' \
    xmlns:mrl='http://standards.iso.org/iso/19115/-3/mrl/2.0' xmlns:mrd='http://standards.iso.org/iso/19115/-3/mrd/1.0' \
    xmlns:gex='http://standards.iso.org/iso/19115/-3/gex/1.0' xmlns:gcx='http://standards.iso.org/iso/19115/-3/gcx/1.0' \
    xmlns:gml='http://www.opengis.net/gml/3.2' xmlns:xlink='http://www.w3.org/1999/xlink'";

/// A record of ISO/TS 19139: elements of the root, and of the identification of data behind a title.
fn of_2003(root: &str, identification: &str) -> Reading {
    let record = format!(
        "<gmd:MD_Metadata {NAMESPACES_2003}><gmd:fileIdentifier><gco:CharacterString>r-1</gco:CharacterString>\
         </gmd:fileIdentifier>{root}<gmd:identificationInfo><gmd:MD_DataIdentification>{identification}\
         </gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
    );
    read(&record)
}

fn read(record: &str) -> Reading {
    read_xml_record(record.as_bytes()).unwrap_or_else(|problem| panic!("{problem:?}"))
}

/// A text of ISO/TS 19139.
fn text(property: &str, text: &str) -> String {
    format!("<gmd:{property}><gco:CharacterString>{text}</gco:CharacterString></gmd:{property}>")
}

/// A code of ISO/TS 19139.
fn code(property: &str, list: &str, value: &str) -> String {
    format!("<gmd:{property}><gmd:{list} codeList='#{list}' codeListValue='{value}'/></gmd:{property}>")
}

fn party(role: &str, organisation: &str, person: &str, mail: &str) -> String {
    let address = text("electronicMailAddress", mail);
    format!(
        "<gmd:pointOfContact><gmd:CI_ResponsibleParty>{}{}<gmd:contactInfo><gmd:CI_Contact><gmd:address><gmd:CI_Address>\
         {address}</gmd:CI_Address></gmd:address></gmd:CI_Contact></gmd:contactInfo>{}</gmd:CI_ResponsibleParty>\
         </gmd:pointOfContact>",
        text("individualName", person),
        text("organisationName", organisation),
        code("role", "CI_RoleCode", role)
    )
}

fn codes(reading: &Reading) -> Vec<&str> {
    reading.problems.iter().map(|problem| problem.code.as_str()).collect()
}

#[test]
fn texts_come_in_each_of_their_languages() {
    let root = "<gmd:language><gmd:LanguageCode codeList='#' codeListValue='eng'/></gmd:language>\
        <gmd:locale><gmd:PT_Locale id='L2'><gmd:languageCode><gmd:LanguageCode codeList='#' codeListValue='ara'/>\
        </gmd:languageCode></gmd:PT_Locale></gmd:locale>";
    let identification = "<gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>Wells</gco:CharacterString>\
        <gmd:PT_FreeText><gmd:textGroup><gmd:LocalisedCharacterString locale='#L2'>آبار</gmd:LocalisedCharacterString>\
        </gmd:textGroup><gmd:textGroup><gmd:LocalisedCharacterString locale='#FR'>Puits</gmd:LocalisedCharacterString>\
        </gmd:textGroup></gmd:PT_FreeText></gmd:title><gmd:alternateTitle><gmx:Anchor xlink:href='https://a.example'>Water \
        points</gmx:Anchor></gmd:alternateTitle></gmd:CI_Citation></gmd:citation>";
    let draft =
        of_2003(root, &[identification, &text("abstract", "All."), &text("purpose", "Planning.")].concat()).draft;
    let titles: Vec<(&str, &str)> = draft.title.0.iter().map(|(tag, text)| (tag.as_str(), text.as_str())).collect();
    assert_eq!(titles, [("ara", "آبار"), ("eng", "Wells"), ("fr", "Puits")]);
    assert_eq!(draft.description.best("eng"), Some("All.\n\nPlanning."));
    assert_eq!(draft.keywords["eng"], ["Water points"]);
}

#[test]
fn keywords_topics_kind_and_frequency_are_read() {
    let keywords = |kind: &str, thesaurus: &str, word: &str| {
        format!(
            "<gmd:descriptiveKeywords><gmd:MD_Keywords>{}{}<gmd:thesaurusName><gmd:CI_Citation>{}</gmd:CI_Citation>\
             </gmd:thesaurusName></gmd:MD_Keywords></gmd:descriptiveKeywords>",
            text("keyword", word),
            code("type", "MD_KeywordTypeCode", kind),
            text("title", thesaurus)
        )
    };
    let maintenance = format!(
        "<gmd:resourceMaintenance><gmd:MD_MaintenanceInformation>{}</gmd:MD_MaintenanceInformation></gmd:resourceMaintenance>",
        code("maintenanceAndUpdateFrequency", "MD_MaintenanceFrequencyCode", "monthly")
    );
    let identification = [
        text("abstract", "x"),
        maintenance,
        keywords("theme", "GEMET - INSPIRE themes, version 1.0", "Hydrography"),
        keywords("place", "Gazetteer", "Yemen"),
        keywords("place", "Gazetteer", "Victoria"),
        "<gmd:topicCategory><gmd:MD_TopicCategoryCode>inlandWaters</gmd:MD_TopicCategoryCode></gmd:topicCategory>"
            .to_owned(),
        code("language", "LanguageCode", "fre"),
    ];
    let draft = of_2003(&code("hierarchyLevel", "MD_ScopeCode", "series"), &identification.concat()).draft;
    assert_eq!(draft.keywords["und"], ["Hydrography", "Yemen", "Victoria"]);
    assert_eq!(draft.topics, ["Hydrography", "inlandWaters"]);
    assert_eq!((draft.countries, draft.places), (vec!["Yemen".to_owned()], Vec::new()));
    assert_eq!((draft.kind.as_deref(), draft.update_frequency.as_deref()), (Some("series"), Some("monthly")));
    assert_eq!(draft.languages, ["fre"]);
}

#[test]
fn dates_are_told_apart_by_their_type_and_the_stamp_of_the_record_stands_in_for_a_revision() {
    let date = |kind: &str, value: &str| {
        format!(
            "<gmd:date><gmd:CI_Date><gmd:date><gco:Date>{value}</gco:Date></gmd:date>{}</gmd:CI_Date></gmd:date>",
            code("dateType", "CI_DateTypeCode", kind)
        )
    };
    let citation = |dates: &[String]| {
        format!(
            "<gmd:citation><gmd:CI_Citation>{}{}</gmd:CI_Citation></gmd:citation>",
            text("title", "t"),
            dates.concat()
        )
    };
    let stamp = "<gmd:dateStamp><gco:DateTime>2024-05-06T07:08:09</gco:DateTime></gmd:dateStamp>";
    let dates = |dates: &[String]| {
        let draft = of_2003(stamp, &citation(dates)).draft;
        (draft.issued.unwrap_or_default(), draft.modified.unwrap_or_default())
    };
    let all =
        [date("creation", "2001"), date("publication", "2002"), date("revision", "2004"), date("revision", "2003")];
    assert_eq!(dates(&all), ("2002".to_owned(), "2004".to_owned()));
    assert_eq!(dates(&all[..1]), ("2001".to_owned(), "2024-05-06T07:08:09".to_owned()));
}

#[test]
fn parties_are_told_apart_by_their_roles() {
    let parties = [
        party("owner", "Ministry of Wells", "", ""),
        party("custodian", "Data Office", "Ana Muster", "ana@office.example"),
        party("processor", "Survey Company", "", "no address"),
        party("publisher", "Wells Portal", "", "desk@portal.example"),
        party("pointOfContact", "Wells Portal", "", "desk@portal.example"),
    ];
    let draft = of_2003("", &(text("abstract", "x") + &parties.concat())).draft;
    let name =
        |organisation: Option<cairn_model::DraftOrganisation>| organisation.map(|organisation| organisation.name);
    assert_eq!(name(draft.publisher).as_deref(), Some("Wells Portal"));
    assert_eq!(name(draft.owner).as_deref(), Some("Ministry of Wells"));
    assert_eq!(name(draft.custodian).as_deref(), Some("Data Office"));
    let contacts: Vec<(Option<&str>, Option<&str>, bool)> = draft
        .contacts
        .iter()
        .map(|contact| (contact.name.as_deref(), contact.email.as_deref(), contact.published_openly))
        .collect();
    assert_eq!(
        contacts,
        [
            (Some("Ana Muster"), Some("ana@office.example"), true),
            (Some("Wells Portal"), Some("desk@portal.example"), true)
        ]
    );
    let partners: Vec<&str> = draft.partnerships.iter().map(|partnership| partnership.partner.as_str()).collect();
    assert_eq!(partners, ["Survey Company"]);
}

#[test]
fn extents_and_times_are_read() {
    let number = |edge: &str, value: &str| format!("<gmd:{edge}><gco:Decimal>{value}</gco:Decimal></gmd:{edge}>");
    let extent = format!(
        "<gmd:extent><gmd:EX_Extent><gmd:geographicElement><gmd:EX_GeographicBoundingBox>{}{}{}{}</gmd:EX_GeographicBoundingBox>\
         </gmd:geographicElement><gmd:geographicElement><gmd:EX_BoundingPolygon><gmd:polygon><gml:Point><gml:pos>45 15</gml:pos>\
         </gml:Point></gmd:polygon></gmd:EX_BoundingPolygon></gmd:geographicElement><gmd:geographicElement>\
         <gmd:EX_GeographicDescription><gmd:geographicIdentifier><gmd:MD_Identifier>{}</gmd:MD_Identifier>\
         </gmd:geographicIdentifier></gmd:EX_GeographicDescription></gmd:geographicElement><gmd:temporalElement>\
         <gmd:EX_TemporalExtent><gmd:extent><gml:TimePeriod><gml:beginPosition>2001</gml:beginPosition>\
         <gml:endPosition indeterminatePosition='now'/></gml:TimePeriod></gmd:extent></gmd:EX_TemporalExtent>\
         </gmd:temporalElement></gmd:EX_Extent></gmd:extent>",
        number("westBoundLongitude", "42,5"),
        number("eastBoundLongitude", "53"),
        number("southBoundLatitude", "12"),
        number("northBoundLatitude", "19"),
        text("code", "YEM")
    );
    let draft = of_2003("", &(text("abstract", "x") + &extent)).draft;
    assert_eq!(draft.extents, ["42.5,12,53,19", "POINT(45 15)"]);
    assert_eq!(draft.countries, ["YEM"]);
    assert_eq!((draft.coverage_start.as_deref(), draft.coverage_end), (Some("2001"), None));
}

#[test]
fn links_formats_and_the_page_about_the_data_are_read() {
    let online = |url: &str, protocol: &str, name: &str, function: &str| {
        format!(
            "<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>{url}</gmd:URL></gmd:linkage>{}{}{}\
             </gmd:CI_OnlineResource></gmd:onLine>",
            text("protocol", protocol),
            text("name", name),
            code("function", "CI_OnLineFunctionCode", function)
        )
    };
    let distribution = format!(
        "<gmd:distributionInfo><gmd:MD_Distribution><gmd:distributionFormat><gmd:MD_Format>{}</gmd:MD_Format>\
         </gmd:distributionFormat><gmd:transferOptions><gmd:MD_DigitalTransferOptions><gmd:transferSize><gco:Real>1.5</gco:Real>\
         </gmd:transferSize>{}{}{}</gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>",
        text("name", "Shapefile"),
        online("https://a.example/wms?", "OGC:WMS-1.3.0-http-get-map", "layer", ""),
        online("https://a.example/wells", "WWW:DOWNLOAD-1.0-http--download", "Wells", "download"),
        online("https://a.example/about", "WWW:LINK-1.0-http--link", "About", "information"),
    );
    let draft = of_2003(&distribution, &text("abstract", "x")).draft;
    let links: Vec<(Option<&str>, Option<&str>, Option<&str>)> = draft
        .distributions
        .iter()
        .map(|link| (link.title.as_deref(), link.format.as_deref(), link.size.as_deref()))
        .collect();
    assert_eq!(
        links,
        [
            (Some("layer"), Some("WMS"), None),
            (Some("Wells"), Some("Shapefile"), Some("1.5 MB")),
            (Some("About"), None, None)
        ]
    );
    assert_eq!(draft.landing_page.as_deref(), Some("https://a.example/about"));
}

#[test]
fn an_embedded_feature_catalogue_is_the_data_dictionary() {
    let catalogue = "<gmd:contentInfo><gmd:MD_FeatureCatalogue><gmd:featureCatalogue><gfc:FC_FeatureCatalogue>\
        <gfc:FC_FeatureAttribute><gfc:memberName><gco:LocalName>depth</gco:LocalName></gfc:memberName><gfc:definition>\
        <gco:CharacterString>In metres</gco:CharacterString></gfc:definition><gfc:valueType><gco:TypeName><gco:aName>\
        <gco:CharacterString>Real</gco:CharacterString></gco:aName></gco:TypeName></gfc:valueType></gfc:FC_FeatureAttribute>\
        </gfc:FC_FeatureCatalogue></gmd:featureCatalogue></gmd:MD_FeatureCatalogue></gmd:contentInfo>";
    let fields = of_2003(catalogue, &text("abstract", "x")).draft.fields;
    let field =
        fields.first().map(|field| (field.name.as_str(), field.description.as_deref(), field.data_type.as_deref()));
    assert_eq!((fields.len(), field), (1, Some(("depth", Some("In metres"), Some("Real")))));
}

/// The terms of a record with legal constraints.
fn legal(access: &[&str], usage: &[&str], words: &str) -> StatedText {
    let codes = |property: &str, values: &[&str]| -> String {
        values.iter().map(|value| code(property, "MD_RestrictionCode", value)).collect()
    };
    let block = format!(
        "<gmd:resourceConstraints><gmd:MD_LegalConstraints>{}{}{}</gmd:MD_LegalConstraints></gmd:resourceConstraints>",
        codes("accessConstraints", access),
        codes("useConstraints", usage),
        text("otherConstraints", words)
    );
    of_2003("", &(text("abstract", "x") + &block)).draft.terms
}

/// Sharing and access at least, and whether the record is listed openly.
fn closed(terms: &StatedText) -> (Option<Sharing>, Option<AccessMethod>, bool) {
    (terms.sharing_at_least, terms.access_at_least, terms.listed_openly)
}

#[test]
fn restriction_codes_of_both_editions_close_in_either_spelling() {
    use AccessMethod::{Licensed, OnRequest};
    use Sharing::{Organisation, Restricted};
    let cases = [
        ("restricted", (Some(Restricted), Some(OnRequest), true)),
        ("statutory", (Some(Restricted), Some(OnRequest), true)),
        ("SBU", (Some(Restricted), Some(OnRequest), true)),
        ("sensitiveButUnclassified", (Some(Restricted), Some(OnRequest), true)),
        ("confidential", (Some(Restricted), Some(OnRequest), true)),
        ("in-confidence", (Some(Restricted), Some(OnRequest), true)),
        ("private", (Some(Organisation), Some(OnRequest), true)),
        ("license", (None, Some(Licensed), true)),
        ("licence", (None, Some(Licensed), true)),
        ("licenceEndUser", (None, Some(Licensed), true)),
        ("licenceDistributor", (None, Some(Licensed), true)),
        ("copyright", (None, None, true)),
        ("intellectualPropertyRights", (None, None, true)),
        ("otherRestrictions", (None, None, true)),
        ("licenceUnrestricted", (None, None, true)),
        ("unrestricted", (None, None, true)),
    ];
    for (restriction, expected) in cases {
        assert_eq!(closed(&legal(&[restriction], &[], "")), expected, "{restriction}");
    }
    assert_eq!(legal(&["unrestricted"], &[], "").sharing.as_deref(), Some("public"));
    assert_eq!(legal(&["confidential"], &[], "").classification.as_deref(), Some("confidential"));
    assert_eq!(
        closed(&legal(&[], &["restricted"], "")),
        (Some(Restricted), Some(OnRequest), true),
        "a use constraint too"
    );
    assert_eq!(legal(&["restricted"], &[], "Ask the ministry").reasons, ["Ask the ministry"]);
}

#[test]
fn a_code_that_is_no_known_restriction_closes_access_and_is_reported() {
    let block = format!(
        "<gmd:resourceConstraints><gmd:MD_LegalConstraints>{}</gmd:MD_LegalConstraints></gmd:resourceConstraints>",
        code("accessConstraints", "MD_RestrictionCode", "membersOnly")
    );
    let reading = of_2003("", &(text("abstract", "x") + &block));
    assert_eq!(codes(&reading), ["unknown-restriction"]);
    assert_eq!(closed(&reading.draft.terms), (None, Some(AccessMethod::OnRequest), true));
}

#[test]
fn an_open_licence_needs_no_permission_and_its_address_is_the_licence() {
    let block = "<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:accessConstraints><gmd:MD_RestrictionCode codeList='#' \
        codeListValue='license'/></gmd:accessConstraints><gmd:otherConstraints><gmx:Anchor \
        xlink:href='https://creativecommons.org/licenses/by/4.0/'>CC BY 4.0</gmx:Anchor></gmd:otherConstraints>\
        </gmd:MD_LegalConstraints></gmd:resourceConstraints>";
    let draft = of_2003("", &(text("abstract", "x") + block)).draft;
    assert_eq!(closed(&draft.terms), (None, None, true));
    assert_eq!(draft.licence_url.as_deref(), Some("https://creativecommons.org/licenses/by/4.0/"));
    assert_eq!(draft.licence_title.as_deref(), Some("CC BY 4.0"));
}

#[test]
fn words_that_restrict_access_and_that_nobody_can_read_are_told() {
    let unread = |access: &[&str], usage: &[&str], words: &str| legal(access, usage, words).unread_access;
    let words = "Released only to partners under MoU 12";
    assert_eq!(unread(&["otherRestrictions"], &[], words), [words]);
    assert_eq!(legal(&["otherRestrictions"], &[], words).reasons, [words]);
    assert_eq!(unread(&["otherRestrictions"], &["otherRestrictions"], words), [words]);
    for (access, usage, words) in [
        (&["restricted"][..], &[][..], words),
        (&["unrestricted", "otherRestrictions"], &[], words),
        (&[], &["otherRestrictions"], words),
        (&["otherRestrictions"], &[], ""),
        (&["otherRestrictions"], &[], "no limitations"),
        (&["otherRestrictions"], &[], "No restriction on public access"),
        (&["otherRestrictions"], &[], "CC BY 4.0"),
        (&["otherRestrictions"], &[], "The terms of the licence of the office apply"),
        (&["otherRestrictions"], &[], "https://creativecommons.org/licenses/by/4.0/"),
        (&["otherRestrictions"], &[], "Restricted to members"),
    ] {
        assert_eq!(unread(access, usage, words), Vec::<String>::new(), "{access:?} {words}");
    }
}

#[test]
fn limitations_on_public_access_of_inspire_are_terms_and_no_licence() {
    let anchor = |limitation: &str| {
        format!(
            "<gmd:resourceConstraints><gmd:MD_LegalConstraints>{}<gmd:otherConstraints><gmx:Anchor xlink:href=\
             'http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/{limitation}'>words</gmx:Anchor>\
             </gmd:otherConstraints></gmd:MD_LegalConstraints></gmd:resourceConstraints>",
            code("accessConstraints", "MD_RestrictionCode", "otherRestrictions")
        )
    };
    let open = of_2003("", &(text("abstract", "x") + &anchor("noLimitations"))).draft;
    assert_eq!((open.terms.sharing.as_deref(), open.licence_text), (Some("public"), None));
    assert_eq!(open.terms.unread_access, Vec::<String>::new());
    let held_back = of_2003("", &(text("abstract", "x") + &anchor("INSPIRE_Directive_Article13_1b"))).draft.terms;
    assert_eq!(closed(&held_back), (Some(Sharing::Restricted), Some(AccessMethod::OnRequest), true));
    assert_eq!(held_back.reasons, ["words"]);
}

#[test]
fn classifications_of_both_editions_close() {
    use AccessMethod::{None as NoAccess, OnRequest};
    use Sharing::{Closed, Organisation, Restricted};
    let cases = [
        ("unclassified", (None, None, true)),
        ("restricted", (Some(Restricted), Some(OnRequest), true)),
        ("limitedDistribution", (Some(Restricted), Some(OnRequest), true)),
        ("protected", (Some(Restricted), Some(OnRequest), true)),
        ("SBU", (Some(Restricted), Some(OnRequest), true)),
        ("sensitiveButUnclassified", (Some(Restricted), Some(OnRequest), true)),
        ("forOfficialUseOnly", (Some(Organisation), Some(OnRequest), true)),
        ("confidential", (Some(Restricted), Some(OnRequest), true)),
        ("secret", (Some(Closed), Some(NoAccess), true)),
        ("topSecret", (Some(Closed), Some(NoAccess), true)),
    ];
    let block = |class: &str| {
        format!(
            "<gmd:resourceConstraints><gmd:MD_SecurityConstraints>{}{}</gmd:MD_SecurityConstraints></gmd:resourceConstraints>",
            code("classification", "MD_ClassificationCode", class),
            text("userNote", "Held by the army")
        )
    };
    for (class, expected) in cases {
        let terms = of_2003("", &(text("abstract", "x") + &block(class))).draft.terms;
        assert_eq!((closed(&terms), terms.classification.as_deref()), (expected, Some(class)), "{class}");
        assert_eq!(terms.reasons.is_empty(), class == "unclassified", "{class}");
    }
    let both = of_2003("", &(text("abstract", "x") + &block("unclassified") + &block("secret"))).draft.terms;
    assert_eq!(both.classification.as_deref(), Some("secret"), "the closer of two counts");
}

#[test]
fn constraints_on_the_record_itself_keep_it_from_being_listed_openly() {
    let block = format!(
        "<gmd:metadataConstraints><gmd:MD_LegalConstraints>{}</gmd:MD_LegalConstraints></gmd:metadataConstraints>",
        code("accessConstraints", "MD_RestrictionCode", "restricted")
    );
    let draft = of_2003(&block, &(text("abstract", "x") + &party("owner", "A", "B", "b@a.example"))).draft;
    assert_eq!(closed(&draft.terms), (Some(Sharing::Restricted), Some(AccessMethod::OnRequest), false));
    assert!(!draft.contacts[0].published_openly);
}

#[test]
fn the_edition_of_2014_is_read_by_the_same_mapping() {
    let record = format!(
        "<mdb:MD_Metadata {NAMESPACES_2014}><mdb:metadataIdentifier><mcc:MD_Identifier><mcc:code><gco:CharacterString>r-2\
         </gco:CharacterString></mcc:code></mcc:MD_Identifier></mdb:metadataIdentifier><mdb:defaultLocale><lan:PT_Locale \
         id='EN'><lan:language><lan:LanguageCode codeList='#' codeListValue='eng'/></lan:language></lan:PT_Locale>\
         </mdb:defaultLocale><mdb:metadataScope><mdb:MD_MetadataScope><mdb:resourceScope><mcc:MD_ScopeCode codeList='#' \
         codeListValue='dataset'/></mdb:resourceScope></mdb:MD_MetadataScope></mdb:metadataScope><mdb:dateInfo><cit:CI_Date>\
         <cit:date><gco:DateTime>2024-01-02T03:04:05Z</gco:DateTime></cit:date><cit:dateType><cit:CI_DateTypeCode codeList='#' \
         codeListValue='revision'/></cit:dateType></cit:CI_Date></mdb:dateInfo><mdb:identificationInfo>\
         <mri:MD_DataIdentification><mri:citation><cit:CI_Citation><cit:title><gco:CharacterString>Wells\
         </gco:CharacterString></cit:title><cit:identifier><mcc:MD_Identifier><mcc:code><gcx:Anchor \
         xlink:href='https://doi.org/10.1234/wells'>https://doi.org/10.1234/wells</gcx:Anchor></mcc:code></mcc:MD_Identifier>\
         </cit:identifier></cit:CI_Citation></mri:citation><mri:abstract><gco:CharacterString>All.</gco:CharacterString>\
         </mri:abstract><mri:pointOfContact><cit:CI_Responsibility><cit:role><cit:CI_RoleCode codeList='#' \
         codeListValue='owner'/></cit:role><cit:party><cit:CI_Organisation><cit:name><gco:CharacterString>Ministry\
         </gco:CharacterString></cit:name><cit:contactInfo><cit:CI_Contact><cit:phone><cit:CI_Telephone><cit:number>\
         <gco:CharacterString>+000 1</gco:CharacterString></cit:number></cit:CI_Telephone></cit:phone></cit:CI_Contact>\
         </cit:contactInfo><cit:individual><cit:CI_Individual><cit:positionName><gco:CharacterString>Data desk\
         </gco:CharacterString></cit:positionName></cit:CI_Individual></cit:individual></cit:CI_Organisation></cit:party>\
         </cit:CI_Responsibility></mri:pointOfContact><mri:resourceConstraints><mco:MD_LegalConstraints>\
         <mco:accessConstraints><mco:MD_RestrictionCode codeList='#' codeListValue='in-confidence'/></mco:accessConstraints>\
         </mco:MD_LegalConstraints></mri:resourceConstraints></mri:MD_DataIdentification></mdb:identificationInfo>\
         <mdb:distributionInfo><mrd:MD_Distribution><mrd:transferOptions><mrd:MD_DigitalTransferOptions><mrd:onLine>\
         <cit:CI_OnlineResource><cit:linkage><gco:CharacterString>https://a.example/wells.csv</gco:CharacterString></cit:linkage>\
         </cit:CI_OnlineResource></mrd:onLine></mrd:MD_DigitalTransferOptions></mrd:transferOptions></mrd:MD_Distribution>\
         </mdb:distributionInfo><mdb:resourceLineage><mrl:LI_Lineage><mrl:statement><gco:CharacterString>Surveyed.\
         </gco:CharacterString></mrl:statement></mrl:LI_Lineage></mdb:resourceLineage></mdb:MD_Metadata>"
    );
    let draft = read(&record).draft;
    assert_eq!((draft.source_record_id.as_str(), draft.title.best("eng")), ("r-2", Some("Wells")));
    assert_eq!(draft.identifiers[0].scheme, "doi");
    assert_eq!(draft.owner.map(|owner| owner.name).as_deref(), Some("Ministry"));
    assert_eq!(
        (draft.contacts[0].name.as_deref(), draft.contacts[0].phone.as_deref()),
        (Some("Data desk, Ministry"), Some("+000 1"))
    );
    assert_eq!((draft.kind.as_deref(), draft.modified.as_deref()), (Some("dataset"), Some("2024-01-02T03:04:05Z")));
    assert_eq!(draft.methodology.as_deref(), Some("Surveyed."));
    assert_eq!(draft.distributions[0].url.as_deref(), Some("https://a.example/wells.csv"));
    assert_eq!(closed(&draft.terms), (Some(Sharing::Restricted), Some(AccessMethod::OnRequest), true));
}

#[test]
fn a_record_without_identifier_has_one_of_its_words_and_one_without_title_too_is_refused() {
    let record = |identification: &str| {
        format!(
            "<gmd:MD_Metadata {NAMESPACES_2003}><gmd:identificationInfo><gmd:MD_DataIdentification>{identification}\
             </gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
        )
    };
    let titled = |title: &str| {
        format!("<gmd:citation><gmd:CI_Citation>{}</gmd:CI_Citation></gmd:citation>", text("title", title))
    };
    let reading = read(&record(&(titled("Wells") + &text("abstract", "All."))));
    let other_way_round = read(&record(&(text("abstract", "All.") + &titled("  wells "))));
    assert_eq!(codes(&reading), ["no-id"]);
    assert_eq!(reading.draft.source_record_id, other_way_round.draft.source_record_id);
    let refused = read_xml_record(record("").as_bytes());
    assert_eq!(refused.map_err(|problem| problem.code), Err("no-identity".to_owned()));
}

#[test]
fn the_restrictions_of_a_service_count_as_constraints() {
    let record = format!(
        "<gmd:MD_Metadata {NAMESPACES_2003}>{}<gmd:identificationInfo><srv:SV_ServiceIdentification>{}<srv:restrictions>\
         <gmd:MD_LegalConstraints>{}{}</gmd:MD_LegalConstraints></srv:restrictions><srv:containsOperations>\
         <srv:SV_OperationMetadata><srv:operationName><gco:CharacterString>GetMap</gco:CharacterString></srv:operationName>\
         <srv:connectPoint><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>https://a.example/wms</gmd:URL></gmd:linkage>\
         </gmd:CI_OnlineResource></srv:connectPoint></srv:SV_OperationMetadata></srv:containsOperations>\
         </srv:SV_ServiceIdentification></gmd:identificationInfo></gmd:MD_Metadata>",
        text("fileIdentifier", "s-1"),
        text("abstract", "x"),
        code("accessConstraints", "MD_RestrictionCode", "restricted"),
        text("otherConstraints", "Members only")
    );
    let draft = read(&record).draft;
    assert_eq!(closed(&draft.terms), (Some(Sharing::Restricted), Some(AccessMethod::OnRequest), true));
    assert_eq!((draft.kind.as_deref(), draft.licence_text.as_deref()), (Some("service"), Some("Members only")));
    assert_eq!(draft.distributions[0].title.as_deref(), Some("GetMap"));
}

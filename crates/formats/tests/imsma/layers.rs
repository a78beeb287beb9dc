//! Layers of a server: what is told of them, and that it is told in no word of the server's.

use cairn_formats::imsma::{ImsmaLayers, LayersReading};
use serde_json::json;

use super::*;

/// A layer of which everything is secret but the names of some fields.
fn layer(name: &str, fields: &[&str]) -> Vec<u8> {
    let fields: Vec<_> = fields
        .iter()
        .map(|field| {
            let codes = json!({"name": "zqcanary", "codedValues": [{"code": "zqcanary", "name": "zqcanary"}]});
            json!({"name": field, "alias": "zqcanary", "type": "zqcanary", "defaultValue": "zqcanary", "domain": codes})
        })
        .collect();
    let extent = json!({"xmin": 45.123_456_7, "ymin": 15.987_654_3, "xmax": 45.123_456_7, "ymax": 15.987_654_3});
    json!({
        "id": 0, "name": name, "type": "Feature Layer", "description": "zqcanary", "copyrightText": "zqcanary",
        "serviceItemId": "zqcanary", "displayField": "zqcanary", "extent": extent, "fields": fields,
        "templates": [{"name": "zqcanary", "prototype": {"attributes": {"name": "zqcanary"}}}],
    })
    .to_string()
    .into_bytes()
}

fn read_layers(layers: &[Vec<u8>], complete: bool) -> LayersReading {
    let mut read = ImsmaLayers::new(&settings());
    assert!(layers.iter().all(|layer| read.add(layer)));
    read.finish(complete, OWNER, &settings(), Vocabularies::bundled())
}

fn types(reading: &LayersReading) -> Vec<&str> {
    reading.drafts.iter().map(|draft| draft.source_record_id.as_str()).collect()
}

#[test]
fn layers_of_an_item_type_are_one_record_of_known_fields_without_a_count() {
    let reading = read_layers(
        &[
            layer("Hazard polygons", &["hazard_guid", "STATUS", "OBJECTID", "zqcanary owner"]),
            layer("hazard_point", &["latitude", "Grazing Season"]),
        ],
        true,
    );
    assert_eq!((types(&reading), &reading.problems), (vec!["hazards"], &Vec::new()));
    let hazards = &reading.drafts[0];
    assert_eq!(hazards.title.0["en"], "Hazards recorded in IMSMA — Yemen");
    assert_eq!(
        description(hazards, "en"),
        "Layers of an ArcGIS server hold records of this type, which are not read, so that their number is not stated. \
         Minimum data requirements of mine action: 2 of 7 elements present. The data dictionary lacks: perimeter \
         coordinates, type of area (suspected or confirmed), category of devices, direct evidence, expected \
         beneficiaries. Beside the fields listed there are fewer than 5 further fields."
    );
    let fields: Vec<(&str, Option<Sharing>)> =
        hazards.fields.iter().map(|field| (field.name.as_str(), field.sharing)).collect();
    assert_eq!(
        fields,
        [
            ("hazard_guid", Some(Sharing::Restricted)),
            ("latitude", Some(Sharing::Restricted)),
            ("objectid", Some(Sharing::Restricted)),
            ("status", None),
            ("Grazing season", Some(Sharing::Closed)),
        ]
    );
    assert_eq!((hazards.coverage_start.as_ref(), hazards.places.len(), hazards.distributions.len()), (None, 0, 0));
    assert!(hazards.values_are_secret && !hazards.terms.listed_openly && hazards.landing_page.is_none());
}

#[test]
fn fields_tell_the_type_of_a_layer_whose_name_does_not() {
    let reading = read_layers(
        &[
            layer("zqcanary", &["victim_guid", "accident_guid", "name"]),
            layer("zqcanary", &["id_va_sy", "ac_date", "va_id", "vi_name"]),
            layer("zqcanary roads", &["width", "surface"]),
        ],
        true,
    );
    assert_eq!(types(&reading), ["accidents", "victims"]);
    assert_eq!(codes(&reading.problems), ["unknown-layers"]);
    let severe =
        |id: &str| reading.drafts.iter().any(|draft| draft.source_record_id == id && draft.terms.sensitivity.is_some());
    assert!(severe("victims") && !severe("accidents"));
    let told = &reading.problems[0].message;
    assert!(told.starts_with("fewer than 5 layers are of no item type"), "{told}");
}

#[test]
fn layers_that_were_not_all_read_state_no_coverage_of_the_minimum_data() {
    let reading = read_layers(&[layer("Hazard", &["status"])], false);
    assert!(!description(&reading.drafts[0], "en").contains("Minimum data"));
}

#[test]
fn rows_of_data_and_what_is_no_object_are_no_layer() {
    let mut read = ImsmaLayers::new(&settings());
    let rows = br#"{"name": "Hazard", "fields": [], "features": [{"attributes": {"name": "zqcanary"}}]}"#;
    for (number, bytes) in [&rows[..], b"[]", b"{\"name\": \"Hazard\"", b""].iter().enumerate() {
        assert!(!read.add(bytes), "{number}");
    }
    assert!(read.finish(true, OWNER, &settings(), Vocabularies::bundled()).drafts.is_empty());
}

#[test]
fn no_word_and_no_number_of_a_server_is_written() {
    let every_type = ["Hazard", "Accident", "Victim", "zqcanary", "Clearance", "tasks"];
    let layers: Vec<Vec<u8>> = every_type
        .iter()
        .map(|name| layer(name, &["zqcanary", "status", "latitude", "zqcanary_status", "vi_name zqcanary"]))
        .collect();
    let LayersReading { drafts, problems } = read_layers(&layers, true);
    assert_eq!(drafts.len(), 5);
    let written = everything_written(&ImsmaReading { drafts, problems, ..ImsmaReading::default() });
    for secret in ["zqcanary", "45.1234", "15.9876"] {
        assert!(!written.contains(secret), "{secret} was written");
    }
}

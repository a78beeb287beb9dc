//! What every shape of extent that sources write is read as, and the arithmetic of boxes that cross the antimeridian.
#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::BoundingBox;
use cairn_model::bbox::parse_extent;
use proptest::prelude::*;

fn bbox(west: f64, south: f64, east: f64, north: f64) -> BoundingBox {
    BoundingBox::new(west, south, east, north).unwrap()
}

/// The edges, or why the text was refused.
fn extent(text: &str) -> String {
    match parse_extent(text) {
        Ok(extent) => format!("{} {} {} {}", extent.west, extent.south, extent.east, extent.north),
        Err(fault) => fault.to_owned(),
    }
}

fn table(rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(text, expected)| (text, expected, extent(text)))
        .filter(|(_, expected, found)| **expected != found)
        .map(|(text, expected, found)| format!("{text:?} gave {found:?}, not {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn geojson_of_every_sort_gives_its_hull() {
    table(&[
        (r#"{"type":"Point","coordinates":[44.2,15.35]}"#, "44.2 15.35 44.2 15.35"),
        (r#"{"type":"Polygon","coordinates":[[[42,12],[54,12],[54,19],[42,19],[42,12]]]}"#, "42 12 54 19"),
        (r#"{"type":"Polygon","coordinates":[[[42,12,5],[54,12,5],[54,19,5],[42,12,5]]]}"#, "42 12 54 19"),
        (r#"{"type":"LineString","coordinates":[[1,2],[3,-4]]}"#, "1 -4 3 2"),
        (r#"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#, "1 2 3 4"),
        (r#"{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[1,2]}}"#, "1 2 1 2"),
        (
            r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}},
                {"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[5,6]}}]}"#,
            "1 2 5 6",
        ),
        (
            r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"Point","coordinates":[3,4]}]}"#,
            "1 2 3 4",
        ),
        (r#"{"type":"Point","coordinates":[1,2],"bbox":[0,1,2,3]}"#, "0 1 2 3"),
        (r#"{"type":"Point","coordinates":[1,2],"bbox":[0,1,-50,2,3,50]}"#, "0 1 2 3"),
        (r#"{"type":"Point","coordinates":[1,2],"bbox":["a"]}"#, "it is not GeoJSON"),
        (r#"{"type":"Polygon","coordinates":[]}"#, "the geometry is empty"),
        (r#"{"type":"Point","coordinates":[200,95]}"#, "a latitude lies outside of -90 to 90"),
    ]);
}

#[test]
fn wkt_of_every_sort_gives_its_hull() {
    table(&[
        ("POINT(44.2 15.35)", "44.2 15.35 44.2 15.35"),
        ("POLYGON ((42 12, 54 12, 54 19, 42 19, 42 12))", "42 12 54 19"),
        ("polygon((42 12,54 12,54 19,42 12))", "42 12 54 19"),
        ("MULTIPOLYGON (((1 2,3 2,3 4,1 2)),((5 6,7 6,7 8,5 6)))", "1 2 7 8"),
        ("GEOMETRYCOLLECTION(POINT(1 2),POINT(3 4))", "1 2 3 4"),
        ("SRID=4326;POINT(1 2)", "1 2 1 2"),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(1 2)", "1 2 1 2"),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(2 1)", "1 2 1 2"),
        ("<http://www.opengis.net/def/crs/OGC/0/CRS84h> POINT Z (1 2 3)", "1 2 1 2"),
        ("<http://www.opengis.net/def/crs/EPSG/0/4258> POLYGON((12 42, 12 54, 19 54, 12 42))", "42 12 54 19"),
        ("<http://www.opengis.net/def/crs/EPSG/0/4269> POINT(2 1)", "1 2 1 2"),
        ("<http://www.opengis.net/def/crs/EPSG/0/4283> POINT(2 1)", "1 2 1 2"),
        ("<http://www.opengis.net/def/crs/EPSG/0/4979> POINT Z (2 1 9)", "1 2 1 2"),
        ("<http://www.opengis.net/def/crs/EPSG/0/28992> POINT(120749 487589)", "its reference system is not WGS 84"),
        ("ENVELOPE(42, 54, 19, 12)", "42 12 54 19"),
        ("ENVELOPE(177, -178, -16, -19)", "177 -19 -178 -16"),
        ("POINT EMPTY", "the geometry is empty"),
        ("POLYGON ((42 12", "it is in no form that can be read"),
    ]);
}

#[test]
fn numbers_are_west_south_east_north() {
    table(&[
        ("42,12,54,19", "42 12 54 19"),
        ("42.5 12 54 19", "42.5 12 54 19"),
        (" -180.0, -90.0, 180.0, 90.0 ", "-180 -90 180 90"),
        ("[[42, 12], [54, 19]]", "42 12 54 19"),
        ("(42;12;54;19)", "42 12 54 19"),
        ("42,12,-100,54,19,3000", "42 12 54 19"),
        ("37.4 -122.05", "two numbers alone do not say which is the latitude"),
        ("1,2,3", "it has neither four nor six numbers"),
        ("1,2,3,4,5,6,7", "it has more than six numbers"),
        ("NaN,1,2,3", "it is in no form that can be read"),
        ("1,NaN,2,3", "an edge is not a number"),
        ("1,2,inf,3", "an edge is not a number"),
        ("42,19,54,12", "the south edge lies north of the north edge"),
        ("42,-91,54,12", "a latitude lies outside of -90 to 90"),
        ("420,1,430,12", "a longitude lies outside of -360 to 360"),
        ("", "it is empty"),
        ("United States", "it is in no form that can be read"),
    ]);
}

#[test]
fn dcmi_boxes_and_points_say_which_edge_is_which() {
    table(&[
        ("name=Yemen; northlimit=19; southlimit=12; eastlimit=54; westlimit=42", "42 12 54 19"),
        ("westlimit=42;eastlimit=54;NorthLimit=19;SouthLimit=12;projection=WGS84", "42 12 54 19"),
        ("east=44.2; north=15.35; name=Sanaa", "44.2 15.35 44.2 15.35"),
        ("northlimit=19; southlimit=12", "the DCMI box has not four limits"),
        ("northlimit=far; southlimit=12; eastlimit=54; westlimit=42", "an edge is not a number"),
    ]);
}

#[test]
fn what_crosses_the_antimeridian_crosses_it_in_every_form() {
    table(&[
        ("177,-19,-178,-16", "177 -19 -178 -16"),
        ("177,-19,182,-16", "177 -19 -178 -16"),
        ("-183,-19,-178,-16", "177 -19 -178 -16"),
        (
            r#"{"type":"Polygon","coordinates":[[[177,-19],[182,-19],[182,-16],[177,-16],[177,-19]]]}"#,
            "177 -19 -178 -16",
        ),
        (
            r#"{"type":"MultiPolygon","coordinates":[[[[177,-19],[180,-19],[180,-16],[177,-19]]],[[[-180,-19],[-178,-19],[-178,-16],[-180,-19]]]]}"#,
            "177 -19 -178 -16",
        ),
        (
            "MULTIPOLYGON(((177 -19,180 -19,180 -16,177 -19)),((-180 -19,-178 -19,-178 -16,-180 -19)))",
            "177 -19 -178 -16",
        ),
        (r#"{"type":"Point","coordinates":[0,0],"bbox":[177,-19,-178,-16]}"#, "177 -19 -178 -16"),
        ("0,-60,360,60", "-180 -60 180 60"),
        ("180,0,-170,1", "-180 0 -170 1"),
        ("170,0,-180,1", "170 0 180 1"),
    ]);
}

#[test]
fn deep_nesting_is_refused_and_does_not_exhaust_the_stack() {
    let wkt = "GEOMETRYCOLLECTION(".repeat(100_000);
    assert_eq!(parse_extent(&wkt), Err("it is nested deeper than any geometry"));
    let geojson = r#"{"type":"GeometryCollection","geometries":["#.repeat(100_000);
    assert_eq!(parse_extent(&geojson), Err("it is not GeoJSON"));
}

#[test]
fn boxes_overlap_across_the_antimeridian() {
    let fiji = bbox(177.0, -19.0, -178.0, -16.0);
    assert!(fiji.overlaps(&bbox(178.0, -18.0, 179.0, -17.0)));
    assert!(fiji.overlaps(&bbox(-179.0, -18.0, -170.0, -17.0)));
    assert!(!fiji.overlaps(&bbox(-170.0, -18.0, 170.0, -17.0)));
    assert!(!fiji.overlaps(&bbox(178.0, 0.0, 179.0, 1.0)));
    // The antimeridian has two names.
    assert!(bbox(170.0, 0.0, 180.0, 1.0).overlaps(&bbox(-180.0, 0.0, -170.0, 1.0)));
}

#[test]
fn a_box_contains_what_lies_in_it_across_the_antimeridian() {
    let pacific = bbox(150.0, -30.0, -120.0, 10.0);
    assert!(pacific.contains(&bbox(177.0, -19.0, -178.0, -16.0)));
    assert!(pacific.contains(&bbox(160.0, 0.0, 170.0, 1.0)));
    assert!(!pacific.contains(&bbox(-170.0, 0.0, 170.0, 1.0)));
    assert!(!bbox(160.0, 0.0, 170.0, 1.0).contains(&pacific));
    assert!(bbox(-180.0, -90.0, 180.0, 90.0).contains(&pacific));
}

#[test]
fn a_union_is_the_smallest_box_that_covers_all() {
    let union = |boxes: &[BoundingBox]| BoundingBox::union(boxes.iter().copied());
    assert_eq!(union(&[]), None);
    assert_eq!(union(&[bbox(1.0, 2.0, 3.0, 4.0), bbox(5.0, 6.0, 7.0, 8.0)]), Some(bbox(1.0, 2.0, 7.0, 8.0)));
    assert_eq!(
        union(&[bbox(170.0, 0.0, 175.0, 1.0), bbox(-175.0, 0.0, -170.0, 1.0)]),
        Some(bbox(170.0, 0.0, -170.0, 1.0))
    );
    assert_eq!(
        union(&[bbox(-120.0, 0.0, -70.0, 1.0), bbox(-10.0, 0.0, 40.0, 1.0)]),
        Some(bbox(-120.0, 0.0, 40.0, 1.0))
    );
    assert_eq!(
        union(&[bbox(170.0, 0.0, -170.0, 1.0), bbox(-180.0, 0.0, 180.0, 1.0)]),
        Some(bbox(-180.0, 0.0, 180.0, 1.0))
    );
}

prop_compose! {
    /// Whole degrees, so that edges meet often.
    fn any_box()(west in -180_i16..=180, width in 0_i16..=360, south in -90_i16..=90, height in 0_i16..=180) -> BoundingBox {
        let (west, south) = (f64::from(west), f64::from(south));
        let north = (south + f64::from(height)).min(90.0);
        let east = west + f64::from(width);
        bbox(west, south, if east > 360.0 { 360.0 } else { east }, north)
    }
}

proptest! {
    #[test]
    fn every_box_overlaps_and_contains_itself(one in any_box()) {
        prop_assert!(one.overlaps(&one));
        prop_assert!(one.contains(&one));
    }

    #[test]
    fn overlap_is_mutual(one in any_box(), two in any_box()) {
        prop_assert_eq!(one.overlaps(&two), two.overlaps(&one));
    }

    #[test]
    fn what_is_contained_overlaps(one in any_box(), two in any_box()) {
        prop_assert!(!one.contains(&two) || one.overlaps(&two));
    }

    #[test]
    fn a_union_contains_its_parts_and_overlaps_all_that_they_overlap(one in any_box(), two in any_box(), probe in any_box()) {
        let union = BoundingBox::union([one, two]).unwrap();
        prop_assert!(union.contains(&one) && union.contains(&two), "{union:?}");
        prop_assert!(!(one.overlaps(&probe) || two.overlaps(&probe)) || union.overlaps(&probe), "{union:?}");
    }

    #[test]
    fn the_order_of_the_parts_does_not_matter(one in any_box(), two in any_box(), three in any_box()) {
        let width = |extent: BoundingBox| extent.split().map(|part| part.east - part.west).sum::<f64>();
        let forward = BoundingBox::union([one, two, three]).unwrap();
        let backward = BoundingBox::union([three, two, one]).unwrap();
        prop_assert!((width(forward) - width(backward)).abs() < 1e-9);
    }

    #[test]
    fn a_split_box_does_not_cross_and_covers_the_same(one in any_box(), longitude in -180_i16..=180, latitude in -90_i16..=90) {
        let point = bbox(longitude.into(), latitude.into(), longitude.into(), latitude.into());
        prop_assert!(one.split().all(|part| !part.crosses_antimeridian()));
        prop_assert_eq!(one.overlaps(&point), one.split().any(|part| part.overlaps(&point)));
    }

    #[test]
    fn what_a_box_writes_is_read_back(one in any_box()) {
        let text = format!("{},{},{},{}", one.west, one.south, one.east, one.north);
        prop_assert_eq!(parse_extent(&text), Ok(one));
        let envelope = format!("ENVELOPE({},{},{},{})", one.west, one.east, one.north, one.south);
        prop_assert_eq!(parse_extent(&envelope), Ok(one));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
        let _ = parse_extent(&text);
    }

    #[test]
    fn no_text_made_of_the_parts_of_extents_makes_the_reader_panic(
        text in "(POLYGON|POINT|MULTI|ENVELOPE|EMPTY|\\(|\\)|,| |-?[0-9]{1,3}|NaN|1e999|\\{\"type\":\"Point\",\"coordinates\":|\\[|\\]|\\}|bbox|=|;|<http|>){0,20}",
    ) {
        if let Ok(extent) = parse_extent(&text) {
            prop_assert!(extent.west.is_finite() && extent.south <= extent.north, "{extent:?}");
        }
    }
}

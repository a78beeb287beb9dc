//! dump
#[test]
fn dump() {
    for (name, country) in [("yemen-maxml.xml","YEM"),("syria-survey123.csv","Syria")] {
        let bytes = std::fs::read(format!("../../config/samples/imsma/{name}")).unwrap();
        let settings = cairn_formats::imsma::ImsmaSettings { country: country.into(), organisations: vec!["Example Demining Trust".into(), "Example Survey Team".into()], statuses: vec![], custom_fields: vec!["Grazing season".into()] };
        let r = cairn_formats::imsma::read_export(bytes.as_slice(), name, "Owner", &settings, cairn_model::Vocabularies::bundled());
        for d in &r.drafts { println!("{}\n  {:?}\n  {}\n  {}\n {:?} {:?} {:?} {:?} {:?} {:?}\n  {:?}", d.source_record_id, d.title.best("en"), d.description.best("en").unwrap(), d.description.0["ar"], d.coverage_start, d.coverage_end, d.countries, d.extents, d.places.iter().map(|p| &p.text).collect::<Vec<_>>(), d.disaggregation, d.fields.iter().map(|f| (&f.name, f.sensitivity)).collect::<Vec<_>>()); }
        println!("{:#?} {}", r.problems, r.complete);
    }
}

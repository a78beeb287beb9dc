//! The samples of the domain folder, which nobody counted: what each is, and how many records it holds.

use std::collections::BTreeSet;
use std::fs;

use crate::readers::reader_of;
use crate::{files_below, line, read_file, records};

/// What a file is.
enum Sample {
    /// A payload with so many records.
    Records(usize),
    /// A payload that holds none: it is answered with a problem of this code.
    Refused(&'static str),
    /// Nothing that a source sends.
    Other(&'static str),
}

use Sample::{Other, Records, Refused};

const LIST_OF_WORDS: Sample = Other("a list of words or codes");
const DOCUMENT: Sample = Other("a document about data");
const SCHEMA: Sample = Other("a schema of records");

static SAMPLES: &[(&str, Sample)] = &[
    ("SOURCES.md", DOCUMENT),
    ("arcgis-hub/README_dcat_us_example.md", DOCUMENT),
    ("arcgis-hub/mock-dataset.json", Records(1)),
    ("dcat/catalog_pod.jsonld", Records(1)),
    ("dcat/ckan_full_dataset_dcat_ap.json", Records(1)),
    ("dcat/dkan_dataset_schema.json", SCHEMA),
    ("hapi/enums.py.txt", SCHEMA),
    ("hdx-ckan/chad-operational-presence.json", Records(1)),
    ("hdx-ckan/dataset-global-iom-dtm-from-api.json", Records(1)),
    ("hdx-ckan/dataset_search_results.yaml", Other("answers in YAML, which no portal sends")),
    ("hdx-ckan/hdx_base_configuration.yaml", Other("the configuration of a program")),
    ("hdx-ckan/operational_presence_1.json", Records(1)),
    ("imsma/IMSMA_Core_Portal_Design.md", DOCUMENT),
    ("imsma/IMSMA_Data_Linking_Process.md", DOCUMENT),
    ("imsma/imsma_ng_hazard_points_view.sql", SCHEMA),
    ("imsma/mars_maxml_fieldreportinfo.md", DOCUMENT),
    ("imsma/mdr_draft_2018.rst", DOCUMENT),
    ("imsma/syria_ac.head400.rst", DOCUMENT),
    ("imsma/syria_eo.head400.rst", DOCUMENT),
    ("imsma/syria_forms_fieldlist.txt", SCHEMA),
    ("imsma/syria_ha.head400.rst", DOCUMENT),
    ("imsma/syria_risk_education.head400.rst", DOCUMENT),
    ("iom-dtm/common-getallcountrylist.json", Other("countries, of which the interface holds operations elsewhere")),
    ("iom-dtm/common-getalloperationlist.json", Records(84)),
    ("iom-dtm/idpadmin0-afg.json", Other("rows of data")),
    ("isp/isp_default.json", DOCUMENT),
    ("isp/synthetic_burundi_mine_action_explosive_ordnance_risk_1.csv", Refused("no-title-column")),
    ("isp/synthetic_yemen_mine_action_explosive_ordnance_risk_1.csv", Refused("no-title-column")),
    ("nada/catalog_swagger.yaml", DOCUMENT),
    ("nada/study-example.json", Records(1)),
    ("reliefweb/ocha_reliefweb_notes.md", DOCUMENT),
    ("reliefweb/v2_envelope_samples.ts.txt", Other("answers inside the text of a program")),
    ("unhcr-ridl/dataset_schema.json", SCHEMA),
    ("unhcr-ridl/presets.json", SCHEMA),
    ("vocab/countries_territories_taxonomy.csv", LIST_OF_WORDS),
    ("vocab/global-pcode-lengths.csv", LIST_OF_WORDS),
    ("vocab/global-pcodes-adm-1-2.head40.csv", LIST_OF_WORDS),
    ("vocab/global_coordination_groups.csv", LIST_OF_WORDS),
    ("vocab/hdx_accepted_tags.csv", LIST_OF_WORDS),
    ("vocab/hdx_resource_formats.json", LIST_OF_WORDS),
    ("vocab/hxl-default-schema.json", LIST_OF_WORDS),
    ("vocab/iati_OrganisationType.xml", LIST_OF_WORDS),
    ("vocab/iati_SectorVocabulary.xml", LIST_OF_WORDS),
    ("vocab/org_type_aliases.yaml", LIST_OF_WORDS),
    ("vocab/organization_types.csv", LIST_OF_WORDS),
    ("vocab/pap_machinetag.json", LIST_OF_WORDS),
    ("vocab/sector_aliases.yaml", LIST_OF_WORDS),
    ("vocab/tlp_machinetag.json", LIST_OF_WORDS),
    ("worldbank-ddh/datasetview_shape.json", Records(1)),
];

#[test]
fn every_sample_of_the_domain_is_known_and_those_that_are_payloads_yield_their_records() {
    let Some(folder) = records() else { return };
    let there = files_below(&folder.join("domain"));
    let known: BTreeSet<String> = SAMPLES.iter().map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(there, known);
    let mut wrong = Vec::new();
    for (name, sample) in SAMPLES {
        let file = format!("domain/{name}");
        let (due, code) = match sample {
            Records(due) => (*due, None),
            Refused(code) => (0, Some(*code)),
            Other(what) => {
                println!("{file:<95} {:>12} {:>12} {:>8}  {what}", "-", "-", "-");
                continue;
            }
        };
        let bytes = fs::read(folder.join(&file)).unwrap();
        let outcome = read_file(reader_of(&file).unwrap(), &file, &bytes);
        println!("{}", line(&file, Some((due, 0)), &outcome));
        let verdict = outcome.verdict.as_ref().map(|problem| problem.code.as_str());
        if (outcome.records, verdict) != (due, code) || !outcome.lost.is_empty() {
            wrong.push(format!("{file}: {outcome:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

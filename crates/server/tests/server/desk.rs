//! An inventory that a desk keeps, and people who may or may not know of what stands in it.

use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::Role;

use crate::house::{Asker, House, day};

const DESK: &str = r#"
id = "desk"
kind = "inventory"
url = "file:holdings.csv"
title = "Desk inventory"
organisation = "Desk Keepers"
"#;

/// A house with these holdings, and a token for a member of each organisation.
pub(crate) async fn with_people<const N: usize>(holdings: &str, people: [(&str, Role); N]) -> (House, [String; N]) {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", holdings);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let mut tokens = Vec::new();
    for (organisation, role) in people {
        tokens.push(house.token(&Asker::member(organisation, &[], role)).await.unwrap());
    }
    (house, tokens.try_into().unwrap())
}

/// The record of a row.
pub(crate) fn record(id: &str) -> String {
    DatasetId::new("desk", id).to_string()
}

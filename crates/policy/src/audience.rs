//! Who may know of what an organisation registers.

use std::collections::BTreeSet;

use cairn_model::Sharing;
use cairn_model::registry::Audience;

use crate::Label;

/// The labels that may know of something with this audience that belongs to an organisation. Its own people always may.
pub fn audience_labels(audience: &Audience, owner: &str) -> BTreeSet<Label> {
    let mut labels = BTreeSet::from([Label::operator(), Label::organisation(owner)]);
    match audience.sharing {
        Sharing::Public => _ = labels.insert(Label::public()),
        Sharing::Community => _ = labels.insert(Label::community()),
        Sharing::Restricted => {
            labels.extend(audience.groups.iter().map(|id| Label::group(id)));
            labels.extend(audience.organisations.iter().map(|id| Label::organisation(id)));
        }
        Sharing::Organisation | Sharing::Closed => {}
    }
    labels
}

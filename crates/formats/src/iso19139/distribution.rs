//! Files and services: online resources, formats, the page about the data.

use cairn_model::{Draft, DraftDistribution, Vocabularies};

use super::Metadata;
use super::text::{code, plain};
use crate::once::{push_new, push_unless};
use crate::protocols::format_of_protocol;
use crate::xml::{ANY, Element};

/// Fills in distributions and the landing page.
pub(super) fn fill(metadata: &Metadata<'_, '_>, draft: &mut Draft) {
    let root = metadata.root;
    let mut formats: Vec<String> = Vec::new();
    let mut named = root.all(&["distributionInfo", ANY, "distributionFormat", ANY]);
    named.extend(root.all(&["distributionInfo", ANY, "distributor", ANY, "distributorFormat", ANY]));
    named.extend(metadata.identified(&["resourceFormat", ANY]));
    for format in named {
        if let Some(name) = format_name(format) {
            push_new(&mut formats, name);
        }
    }
    let mut transfers = root.all(&["distributionInfo", ANY, "transferOptions", ANY]);
    transfers.extend(root.all(&["distributionInfo", ANY, "distributor", ANY, "distributorTransferOptions", ANY]));
    let mut informs = None;
    let mut files = Vec::new();
    for transfer in transfers {
        let size = size(transfer);
        for resource in transfer.all(&["onLine", ANY]) {
            let Some(distribution) = online(resource) else { continue };
            let function = resource.child("function").and_then(code).unwrap_or_default();
            let protocol = resource.child("protocol").and_then(plain).unwrap_or_default();
            if function.eq_ignore_ascii_case("download") || protocol.to_uppercase().contains("DOWNLOAD") {
                files.push((draft.distributions.len(), size.clone()));
            }
            if function.eq_ignore_ascii_case("information") && informs.is_none() {
                informs.clone_from(&distribution.url);
            }
            add(&mut draft.distributions, distribution);
        }
    }
    // Size and format are stated of the whole: they are those of a file where there is only one.
    if let [(place, size)] = files.as_slice()
        && let Some(file) = draft.distributions.get_mut(*place)
    {
        file.size.clone_from(size);
        if let ([format], None) = (formats.as_slice(), &file.format) {
            file.format = Some(format.clone());
        }
    }
    for operation in metadata.identified(&["containsOperations", ANY]) {
        let name = operation.child("operationName").and_then(plain);
        for resource in operation.all(&["connectPoint", ANY]) {
            if let Some(mut distribution) = online(resource) {
                distribution.title = distribution.title.or_else(|| name.clone());
                add(&mut draft.distributions, distribution);
            }
        }
    }
    // Formats that belong to no link say all the same in what the data can be had.
    for format in formats {
        let without_link = DraftDistribution { format: Some(format), ..DraftDistribution::default() };
        push_unless(&mut draft.distributions, without_link, |known, new| known.format == new.format);
    }
    let page = root.text_at(&["metadataLinkage", ANY, "linkage"]);
    let address = root.child("dataSetURI").and_then(plain).filter(|address| address.starts_with("http"));
    draft.landing_page = page.or(address).or(informs);
}

/// Keeps a link once: a server repeats it for each of its operations.
fn add(distributions: &mut Vec<DraftDistribution>, distribution: DraftDistribution) {
    push_unless(distributions, distribution, |known, new| {
        known.url == new.url && known.title == new.title && known.format == new.format
    });
}

/// `name` in the edition of 2003, the title of the specification in that of 2014.
fn format_name(format: &Element<'_>) -> Option<String> {
    let name = format.child("name").and_then(plain);
    let name = name.or_else(|| format.first(&["formatSpecificationCitation", ANY, "title"]).and_then(plain));
    let says_nothing = |name: &String| {
        ["unknown", "inapplicable", "n/a", "none", "-", "see the referenced specification"]
            .iter()
            .any(|nothing| name.eq_ignore_ascii_case(nothing))
    };
    name.filter(|name| !says_nothing(name))
}

/// The size of a transfer, which ISO 19115 states in megabytes.
fn size(transfer: &Element<'_>) -> Option<String> {
    let size = transfer.child("transferSize").and_then(plain)?;
    let unit = transfer.child("unitsOfDistribution").and_then(plain);
    let is_byte_unit = unit.as_deref().is_some_and(|unit| unit.to_lowercase().ends_with('b') && unit.len() <= 3);
    Some(format!("{size} {}", unit.filter(|_| is_byte_unit).as_deref().unwrap_or("MB")))
}

fn is_format(text: &str) -> bool {
    Vocabularies::bundled().format(text).is_some()
}

/// `CI_OnlineResource`; none without an address.
fn online(resource: &Element<'_>) -> Option<DraftDistribution> {
    let url = resource.child("linkage").and_then(plain)?;
    let protocol = resource.child("protocol").and_then(plain);
    let profile = resource.child("applicationProfile").and_then(plain);
    let name = resource.child("name");
    // `gmx:MimeFileType` says of what media type the named file is.
    let media_type = name.and_then(|name| name.elements().find_map(|value| value.attribute("type")));
    Some(DraftDistribution {
        title: name.and_then(plain),
        description: resource.child("description").and_then(plain),
        format: protocol.as_deref().and_then(format_of_protocol).or_else(|| profile.filter(|text| is_format(text))),
        media_type: media_type.filter(|kind| kind.contains('/')).map(str::to_owned),
        url: Some(url),
        ..DraftDistribution::default()
    })
}

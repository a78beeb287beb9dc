//! Links of a record: files and services, the landing page, the licence.

use cairn_model::{AccessMethod, Draft, DraftDistribution, Sharing};

use crate::access::close;
use crate::json_object::Object;

/// Why data behind secured links is had on request.
const SECURED: &str = "The source secures links to the data";

/// What a link of a record leads to.
enum Target {
    Data,
    Page,
    Licence,
    /// Around in the API, or a picture of the data.
    Elsewhere,
}

fn target(relation: &str, media_type: Option<&str>) -> Target {
    let is_page = media_type.is_some_and(|name| name.starts_with("text/html"));
    match relation {
        "license" | "licence" | "http://www.w3.org/ns/dcat#license" => Target::Licence,
        "canonical" | "about" | "alternate" | "describedby" if is_page => Target::Page,
        "self"
        | "alternate"
        | "canonical"
        | "root"
        | "parent"
        | "child"
        | "collection"
        | "next"
        | "prev"
        | "first"
        | "last"
        | "conformance"
        | "service-desc"
        | "service-doc"
        | "search"
        | "queryables"
        | "sortables"
        | "icon"
        | "preview"
        | "thumbnail"
        | "up"
        | "via"
        | "related"
        | "about"
        | "describedby"
        | "derived_from"
        | "cite-as"
        | "author"
        | "stations"
        | "aggregate"
        | "aggregations"
        | "latest-version"
        | "predecessor-version"
        | "successor-version" => Target::Elsewhere,
        // The items of a STAC collection are no files of it.
        "item" if media_type.is_some_and(|name| name.contains("json")) => Target::Elsewhere,
        relation if relation.ends_with("/queryables") || relation.ends_with("/schema") => Target::Elsewhere,
        _ => Target::Data,
    }
}

/// Fills in distributions, landing page and licence from links and templates of links.
pub(crate) fn fill(record: &Object<'_, '_>, draft: &mut Draft) {
    let mut is_secured = false;
    let links = record.objects("links").into_iter().chain(record.objects("linkTemplates"));
    for link in links {
        let Some(url) = link.first_text(&["href", "uriTemplate"]) else {
            link.warn("no-address", "href", "the link has no address");
            continue;
        };
        let media_type = link.text("type");
        match target(link.text("rel").as_deref().unwrap_or_default(), media_type.as_deref()) {
            Target::Data => {
                is_secured |= link.has("security");
                draft.distributions.push(DraftDistribution {
                    title: link.first_text(&["title", "name"]),
                    description: link.text("description"),
                    url: Some(url),
                    media_type,
                    size: link.first_text(&["length", "file:size"]),
                    modified: link.first_text(&["updated", "created"]),
                    ..DraftDistribution::default()
                });
            }
            Target::Page => {
                draft.landing_page.get_or_insert(url);
            }
            Target::Licence => {
                draft.licence_url.get_or_insert(url);
            }
            Target::Elsewhere => {}
        }
    }
    if is_secured {
        draft.terms.reasons.push(SECURED.to_owned());
        close(&mut draft.terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
    }
}

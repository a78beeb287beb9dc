//! The licence, which ISO 19115 has no element for: it stands among the constraints in words, anchors and addresses.

use cairn_model::{Draft, StatedText, Vocabularies};

use super::Metadata;
use super::text::{code, plain, says_nothing};
use crate::access::by_code;
use crate::json_value::Value;
use crate::once::paragraphs;
use crate::xml::{ANY, Element, Vocabulary};

/// A statement of a constraint.
#[derive(Default)]
struct Statement {
    text: Option<String>,
    address: Option<String>,
    /// Whether it stands beside a code that says that the use of the data is constrained, or is worded as a licence.
    of_use: bool,
}

/// Fills in licence and caveats.
pub(super) fn fill(metadata: &Metadata<'_, '_>, draft: &mut Draft) {
    let mut statements = Vec::new();
    let mut caveats = Vec::new();
    for block in metadata.constraints() {
        let is_legal = block.name().contains("LegalConstraints");
        if block.name().contains("SecurityConstraints") {
            caveats.extend(block.children("handlingDescription").filter_map(plain));
        }
        let of_use = block.child("useConstraints").is_some();
        for property in block.children("otherConstraints") {
            statements.push(statement(property, of_use));
        }
        for property in block.children("useLimitation") {
            let statement = statement(property, true);
            let text = statement.text.as_deref().unwrap_or_default();
            if is_legal || statement.address.is_some() || is_worded_as_licence(text) {
                statements.push(statement);
            } else {
                caveats.extend(statement.text);
            }
        }
        for reference in block.all(&["reference", ANY]) {
            statements.push(Statement {
                text: reference.child("title").and_then(plain),
                address: reference.text_at(&["onlineResource", ANY, "linkage"]),
                of_use: true,
            });
        }
    }
    // A statement that is a code of access was read as terms.
    statements.retain(|statement| {
        let is_code =
            |text: &Option<String>| text.as_deref().is_some_and(|text| by_code(text, &mut StatedText::default()));
        let is_nothing = statement.text.as_deref().is_some_and(says_nothing);
        !is_code(&statement.address) && !is_code(&statement.text) && !is_nothing
    });
    caveats.retain(|text| !says_nothing(text));
    settle(statements, draft);
    for identification in &metadata.identifications {
        caveats.extend(identification.children("supplementalInformation").filter_map(plain));
        let statuses = identification.children("status").filter_map(code);
        let ended = |status: &String| {
            ["historicalArchive", "obsolete", "superseded", "deprecated", "retired", "withdrawn", "notAccepted"]
                .iter()
                .any(|ended| ended.eq_ignore_ascii_case(status))
        };
        caveats.extend(statuses.filter(ended).map(|status| format!("Status at its source: {status}")));
    }
    draft.caveats = paragraphs(caveats);
}

fn statement(property: &Element<'_>, of_use: bool) -> Statement {
    let anchor = property.elements().find_map(|value| value.attribute_of(Vocabulary::XLink, "href"));
    let text = plain(property);
    let from_json = text.as_deref().and_then(from_json);
    if let Some(statement) = from_json {
        return statement;
    }
    let written = text.as_deref().filter(|text| is_address(text));
    let address = anchor.filter(|anchor| is_address(anchor)).or(written).map(str::to_owned);
    Statement { text: text.filter(|text| !is_address(text)), address, of_use }
}

/// The German and French infrastructures write licences as JSON: `{"id": …, "name": …, "url": …}`.
fn from_json(text: &str) -> Option<Statement> {
    let Some(Value::Object(fields)) = Value::parse_inside(text) else { return None };
    let owned = |key: &str| fields.text(key).map(std::borrow::Cow::into_owned);
    let statement = Statement { text: owned("name").or_else(|| owned("id")), address: owned("url"), of_use: true };
    (statement.text.is_some() || statement.address.is_some()).then_some(statement)
}

fn is_address(text: &str) -> bool {
    (text.starts_with("http://") || text.starts_with("https://")) && !text.contains(char::is_whitespace)
}

fn is_worded_as_licence(text: &str) -> bool {
    names_licence(text) || ["http://", "https://"].iter().any(|word| text.to_lowercase().contains(word))
}

/// Whether a statement is one of a licence: it names one, speaks of one, or is the address of one.
pub(super) fn is_of_licence(text: &str) -> bool {
    names_licence(text) || is_address(text) || from_json(text).is_some()
}

fn names_licence(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["licen", "copyright", "creative commons"].iter().any(|word| lower.contains(word)) || knows(text)
}

fn knows(text: &str) -> bool {
    Vocabularies::bundled().licence(text).is_some_and(|code| code != "other")
}

/// Of several statements the one that names a licence counts, then those of use; the words of all are kept.
fn settle(statements: Vec<Statement>, draft: &mut Draft) {
    let known_address = statements.iter().filter_map(|statement| statement.address.as_deref()).find(|text| knows(text));
    let address_of_use = || statements.iter().filter(|one| one.of_use).find_map(|one| one.address.as_deref());
    draft.licence_url = known_address.or_else(address_of_use).map(str::to_owned);
    let known_text = statements.iter().filter_map(|statement| statement.text.as_deref()).find(|text| knows(text));
    draft.licence_title = known_text.filter(|text| text.len() <= 200).map(str::to_owned);
    let url = draft.licence_url.clone();
    draft.licence_text = paragraphs(statements.into_iter().flat_map(|statement| {
        let address = statement.address.filter(|address| Some(address) != url.as_ref());
        [statement.text, address].into_iter().flatten()
    }));
}

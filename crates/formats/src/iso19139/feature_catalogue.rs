//! The data dictionary: attributes of an embedded feature catalogue (ISO 19110), bands and dimensions of a coverage.

use cairn_model::{Draft, Field, Problem};

use super::Metadata;
use super::text::plain;
use crate::xml::{ANY, Element, Vocabulary};

/// Fields that are read.
const MOST: usize = 5_000;

/// Fills in the fields.
pub(super) fn fill(metadata: &mut Metadata<'_, '_>, draft: &mut Draft) {
    let catalogued = metadata.root.descendants_of(Vocabulary::FeatureCatalogue, "FC_FeatureAttribute");
    let mut fields: Vec<Field> = catalogued.into_iter().filter_map(attribute).collect();
    for content in metadata.root.all(&["contentInfo", ANY]) {
        let mut dimensions = content.all(&["dimension", ANY]);
        dimensions.extend(content.all(&["attributeGroup", ANY, "attribute", ANY]));
        fields.extend(dimensions.into_iter().filter_map(dimension));
    }
    if fields.len() > MOST {
        let message = format!("{} fields more than {MOST} were left out", fields.len() - MOST);
        metadata.notes.report(Problem::warning("too-many", "fields", message));
        fields.truncate(MOST);
    }
    draft.fields = fields;
}

/// `FC_FeatureAttribute`.
fn attribute(attribute: &Element<'_>) -> Option<Field> {
    let name = attribute.child("memberName").and_then(Element::text)?;
    let data_type = attribute.child("valueType").and_then(Element::text);
    Some(Field {
        name,
        description: attribute.child("definition").and_then(Element::text),
        data_type,
        ..Field::default()
    })
}

/// `MD_Band` or another dimension of a coverage.
fn dimension(dimension: &Element<'_>) -> Option<Field> {
    let identified = dimension.first(&["sequenceIdentifier", ANY]);
    let name = identified.and_then(|member| member.child("aName")).and_then(plain);
    let name = name.or_else(|| dimension.first(&["name", ANY, "code"]).and_then(plain))?;
    let descriptor = dimension.child("descriptor").or_else(|| dimension.child("description")).and_then(plain);
    let data_type = identified.and_then(|member| member.first(&["attributeType", ANY, "aName"])).and_then(plain);
    Some(Field { name, description: descriptor, data_type, ..Field::default() })
}

//! DDI Codebook: what of it is neither the study's description nor its access: files, variables, identity.

use cairn_model::{Draft, DraftDistribution, Field, Problem};

use super::{access, study};
use crate::Reading;
use crate::identity::{self, WithoutId};
use crate::languages::language_of_root;
use crate::notes::Notes;
use crate::once::push_unless;
use crate::rights::is_address;
use crate::xml::Element;

/// Variables that are read; a survey may have tens of thousands.
const MOST_VARIABLES: usize = 5_000;

pub(super) fn read(root: &Element<'_>, problems: Vec<Problem>) -> Result<Reading, Problem> {
    let mut notes = Notes::new(problems);
    let mut draft = Draft::default();
    let language = language_of_root(root);
    access::fill(root, &mut draft);
    study::fill(root, &language, &mut draft);
    files(root, &mut draft);
    variables(root, &mut notes, &mut draft);
    let stated = study::id_of(root);
    let without = WithoutId {
        field: "IDNo",
        made: "the study has no identifier; one was made from its title and abstract",
        neither: "the codebook has neither identifier nor title",
    };
    identity::settle(&mut draft, stated, &without, &mut notes)?;
    Ok(Reading { draft, problems: notes.into_problems(), deleted: false })
}

/// Files of data, and other material that has an address.
fn files(root: &Element<'_>, draft: &mut Draft) {
    for file in root.children("fileDscr") {
        let address = file.attribute("URI").filter(|address| is_address(address)).map(str::to_owned);
        let title = file.text_at(&["fileTxt", "fileName"]);
        let format = file.text_at(&["fileTxt", "fileType"]);
        if address.is_some() || title.is_some() {
            let file = DraftDistribution {
                title,
                description: file.text_at(&["fileTxt", "fileCont"]),
                format: format.filter(|format| format.len() <= 60),
                url: address,
                ..DraftDistribution::default()
            };
            // A file stands there once in each language.
            push_unless(&mut draft.distributions, file, |known, new| known.url == new.url && known.title == new.title);
        }
    }
    for material in root.children("otherMat") {
        let Some(address) = material.attribute("URI").filter(|address| is_address(address)) else { continue };
        draft.distributions.push(DraftDistribution {
            title: material.text_at(&["labl"]),
            description: material.text_at(&["txt"]),
            url: Some(address.to_owned()),
            ..DraftDistribution::default()
        });
    }
}

fn variables(root: &Element<'_>, notes: &mut Notes, draft: &mut Draft) {
    let variables = root.all(&["dataDscr", "var"]);
    if variables.len() > MOST_VARIABLES {
        let left_out = variables.len() - MOST_VARIABLES;
        let message = format!("{left_out} variables more than {MOST_VARIABLES} were left out");
        notes.report(Problem::warning("too-many", "dataDscr.var", message));
    }
    for variable in variables.into_iter().take(MOST_VARIABLES) {
        let label = variable.text_at(&["labl"]);
        let Some(name) = variable.attribute("name").map(str::to_owned).or_else(|| label.clone()) else { continue };
        draft.fields.push(Field {
            name,
            description: label.or_else(|| variable.text_at(&["qstn", "qstnLit"])),
            data_type: variable.child("varFormat").and_then(|format| format.attribute("type")).map(str::to_owned),
            ..Field::default()
        });
    }
}

//! Dublin Core: the records of CSW (full, summary, brief), and the simple and qualified containers of OAI-PMH.

mod coverage;

use cairn_model::vocabulary::fold;
use cairn_model::{Draft, DraftDistribution, DraftOrganisation, Partnership, Problem, Vocabularies};

use crate::Reading;
use crate::access::is_embargo;
use crate::identifiers::{add_identifier, of_form};
use crate::identity::{self, WithoutId};
use crate::languages::{add_keyword, append, language_of_root, set};
use crate::notes::Notes;
use crate::once::push_unless;
use crate::organisations;
use crate::protocols::format_of_protocol;
use crate::rights::{self, is_address};
use crate::xml::{Element, Vocabulary};

/// Whether an element is such a record. Containers of no standard are taken for one by what is in them.
pub(crate) fn is_record(element: &Element<'_>) -> bool {
    let name = element.name();
    match element.vocabulary() {
        Vocabulary::Csw => matches!(name, "Record" | "SummaryRecord" | "BriefRecord"),
        Vocabulary::OaiDc => true,
        Vocabulary::None | Vocabulary::Other | Vocabulary::DublinCore => {
            let is_container = matches!(name, "dc" | "qualifieddc" | "simpledc" | "qdc" | "metadata" | "record");
            is_container && element.elements().any(|child| child.vocabulary() == Vocabulary::DublinCore)
        }
        _ => false,
    }
}

/// The id of the record, where it states one.
pub(crate) fn id_of(root: &Element<'_>) -> Option<String> {
    root.children_of(Vocabulary::DublinCore, "identifier").find_map(Element::text)
}

/// Reads a record.
pub(crate) fn read(root: &Element<'_>, problems: Vec<Problem>) -> Result<Reading, Problem> {
    let mut record = Record { root, language: language_of_root(root), notes: Notes::new(problems) };
    let mut draft = Draft::default();
    draft.terms.listed_openly = true;
    record.texts(&mut draft);
    record.rights(&mut draft);
    record.who(&mut draft);
    coverage::fill(&mut record, &mut draft);
    record.dates(&mut draft);
    record.links(&mut draft);
    let stated = record.identifiers(&mut draft);
    let without = WithoutId {
        field: "identifier",
        made: "the record has no identifier; one was made from its title and description",
        neither: "the record has neither identifier nor title",
    };
    identity::settle(&mut draft, stated, &without, &mut record.notes)?;
    Ok(Reading { draft, problems: record.notes.into_problems(), deleted: false })
}

/// A record while it is read.
struct Record<'e, 't> {
    root: &'e Element<'t>,
    language: String,
    notes: Notes,
}

impl<'e, 't> Record<'e, 't> {
    /// The elements of a name.
    fn all(&self, name: &'e str) -> impl Iterator<Item = &'e Element<'t>> + use<'e, 't> {
        self.root.children_of(Vocabulary::DublinCore, name)
    }

    /// The texts of the elements of a name.
    fn values(&self, name: &'e str) -> Vec<String> {
        self.all(name).filter_map(Element::text).collect()
    }

    /// The first text of the elements of a name.
    fn first(&self, name: &'e str) -> Option<String> {
        self.all(name).find_map(Element::text)
    }

    fn texts(&self, draft: &mut Draft) {
        for title in self.all("title") {
            set(&mut draft.title, title, &self.language);
        }
        for name in ["alternative", "subject"] {
            for word in self.all(name) {
                add_keyword(&mut draft.keywords, word, &self.language);
            }
        }
        for name in ["abstract", "description", "tableOfContents"] {
            for text in self.all(name) {
                append(&mut draft.description, text, &self.language);
            }
        }
        draft.languages = self.values("language");
        let mut kinds = self.values("type");
        // Records state a type of several lists, of which some are of no kind that is known.
        let known = kinds.iter().position(|kind| Vocabularies::bundled().kind(kind).is_some()).unwrap_or(0);
        draft.kind = (known < kinds.len()).then(|| kinds.swap_remove(known));
        draft.methodology = self.first("provenance");
        draft.update_frequency = self.first("accrualPeriodicity");
    }

    fn rights(&self, draft: &mut Draft) {
        let names = ["accessRights", "rights", "license", "licence", "conditionsOfAccess", "accessConstraints"];
        let elements = names.iter().flat_map(|name| self.all(name));
        let statements = elements.map(|element| (element.text(), address_beside(element))).collect();
        rights::fill(statements, draft);
        draft.licence_text = draft.licence_text.take().or_else(|| self.first("rightsHolder"));
    }

    /// The publisher; without one the first creator that is no person by its name ("Family, Given", "Family G.") and is not
    /// nobody. Others who made the data take part where they are organisations for certain.
    fn who(&self, draft: &mut Draft) {
        let organisation = |name: String| DraftOrganisation { name, ..DraftOrganisation::default() };
        let holder = self.first("rightsHolder").filter(|name| name.chars().count() <= 120);
        draft.owner = holder.map(organisation);
        let creators = self.values("creator").into_iter().chain(self.values("contributor"));
        let publisher = self.first("publisher");
        draft.publisher =
            publisher.or_else(|| { creators }.find(|name| !is_of_person_or_nobody(name))).map(organisation);
        for role in ["creator", "contributor"] {
            for partner in self.values(role).into_iter().filter(|name| organisations::is_certain(name)) {
                let is_publisher = draft.publisher.as_ref().is_some_and(|publisher| publisher.name == partner);
                let is_known = |known: &Partnership, new: &Partnership| known.partner == new.partner;
                let partnership = Partnership { partner, role: Some(role.to_owned()), ..Partnership::default() };
                if !is_publisher {
                    push_unless(&mut draft.partnerships, partnership, is_known);
                }
            }
        }
    }

    fn dates(&self, draft: &mut Draft) {
        let first = |names: &[&'e str]| names.iter().find_map(|name| self.first(name));
        let (ends, plain): (Vec<_>, Vec<_>) =
            self.values("date").into_iter().partition(|date| date.contains(EMBARGO_END));
        let plain = plain.into_iter().map(without_label).min();
        let mut rights = ["accessRights", "rights"].into_iter().flat_map(|name| self.values(name));
        let is_embargoed = !ends.is_empty() || rights.any(|words| is_embargo(&words));
        // Under an embargo data is available from its end on, and was published before.
        let available = self.first("available");
        let published = available.clone().filter(|_| !is_embargoed);
        draft.issued =
            first(&["issued"]).or(published).or_else(|| first(&["dateSubmitted", "dateAccepted", "created"])).or(plain);
        draft.modified = self.values("modified").into_iter().max();
        let end = ends.iter().filter_map(|date| date.rsplit('/').next()).max().map(str::to_owned);
        draft.terms.review_by = end.or_else(|| available.filter(|_| is_embargoed));
    }

    /// The first identifier is the record's own; the others, and the first where it says of what scheme it is, are kept.
    fn identifiers(&self, draft: &mut Draft) -> Option<String> {
        let values = self.values("identifier");
        let mut others = values.iter();
        let own = others.next()?;
        if of_form(own).scheme != "other" {
            add_identifier(&mut draft.identifiers, of_form(own));
        }
        for value in others {
            add_identifier(&mut draft.identifiers, of_form(value));
        }
        draft.landing_page = draft.landing_page.take().or_else(|| values.iter().find(|text| is_address(text)).cloned());
        Some(own.clone())
    }

    /// Links: `dct:references` with a scheme, `dc:URI` with a protocol, and what is called a source.
    fn links(&self, draft: &mut Draft) {
        for name in ["references", "URI"] {
            for link in self.all(name) {
                let Some(url) = link.text() else { continue };
                let title = link.attribute("name").map(str::to_owned);
                let protocol = link.attribute("protocol").or_else(|| link.attribute("scheme"));
                let format = protocol.and_then(format_of_protocol);
                let description = link.attribute("description").map(str::to_owned);
                let url = Some(url);
                let link = DraftDistribution { title, description, format, url, ..DraftDistribution::default() };
                // One address may serve several protocols.
                push_unless(&mut draft.distributions, link, |known, new| {
                    known.url == new.url && known.title == new.title && known.format == new.format
                });
            }
        }
        let formats = self.values("format");
        match (formats.as_slice(), draft.distributions.as_mut_slice()) {
            ([format], [only]) if only.format.is_none() => only.format = Some(format.clone()),
            _ => draft.distributions.extend(
                { formats }
                    .into_iter()
                    .map(|format| DraftDistribution { format: Some(format), ..DraftDistribution::default() }),
            ),
        }
    }
}

/// An address that stands in an attribute (`rdf:resource`, `xlink:href`).
fn address_beside(element: &Element<'_>) -> Option<String> {
    let address =
        element.attribute_of(Vocabulary::XLink, "href").or_else(|| element.attribute_of(Vocabulary::Other, "resource"));
    address.map(str::to_owned)
}

/// How `OpenAIRE` writes the end of an embargo among the dates: `info:eu-repo/date/embargoEnd/2030-05-01`.
const EMBARGO_END: &str = "/date/embargoEnd/";

/// "Family, Given", "Family G.", and what stands for nobody.
fn is_of_person_or_nobody(name: &str) -> bool {
    let is_initial =
        |word: &str| word.chars().count() == 2 && word.ends_with('.') && word.starts_with(char::is_alphabetic);
    let nobody = ["anon", "anonymous", "anonyme", "anonimo", "unknown", "inconnu", "desconocido", "various", "et al"];
    let has_initial = || name.split_whitespace().any(is_initial) && !organisations::is_certain(name);
    name.contains(',') || nobody.contains(&fold(name).as_str()) || has_initial()
}

/// A date without the word before it that says of what it is (`Created: 2021-06-14`).
fn without_label(date: String) -> String {
    match date.split_once(':') {
        Some((label, rest))
            if !label.is_empty() && label.chars().all(|letter| letter.is_alphabetic() || letter == ' ') =>
        {
            rest.trim().to_owned()
        }
        _ => date,
    }
}

#[cfg(test)]
mod tests;

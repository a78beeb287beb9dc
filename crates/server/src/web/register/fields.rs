//! The fields in which a holding is said, and what is typed into them as a statement.

use cairn_model::registry::{HoldingContact, HoldingStatement, Period};
use cairn_model::{
    AccessMethod, ImpactNote, Kind, Listing, LocalizedText, PartialDate, Problem, Sensitivity, Sharing, Vocabularies,
};

use crate::parameters::{LANGUAGES, Parameters};
use crate::web::dataset::{what_care_it_needs, what_outsiders_see, who_may_have_it};
use crate::web::form::{Choice, Field, as_entries, countries, country_names, date, entries, lines};
use crate::web::names::LANGUAGE;

/// How a date is typed.
const DATES: &str = "A day, a month or a year: 2026-05-31.";

/// What is typed for data about no single country.
const WORLDWIDE: &str = "worldwide";

/// The six things that must be said to publish a holding.
pub(super) fn required(typed: &Parameters, vocabularies: &Vocabularies) -> Vec<Field> {
    let label = |vocabulary: &str, code: &str| vocabularies.label(vocabulary, code, LANGUAGE);
    let sensitivities = [Sensitivity::Low, Sensitivity::Moderate, Sensitivity::High, Sensitivity::Severe]
        .map(|one| Choice::meaning(one.code(), &label("sensitivity", one.code()), what_care_it_needs(one)));
    let levels = Sharing::ALL
        .iter()
        .map(|one| Choice::meaning(one.code(), &label("sharing", one.code()), who_may_have_it(*one)));
    let methods = AccessMethod::ALL
        .iter()
        .map(|one| Choice::meaning(one.code(), &label("access", one.code()), how_it_is_had(*one)));
    vec![
        Field::line("title", "Title", typed).required(),
        Field::line("countries", "Countries", typed)
            .hint("Names or codes, separated by commas; “worldwide” for data about no single country.")
            .required(),
        Field::some("clusters", "Clusters", typed, Choice::terms("cluster", vocabularies))
            .hint("At least one.")
            .required(),
        Field::one("terms.sensitivity", "How much harm could the data do?", typed, sensitivities.into()).required(),
        Field::one("terms.sharing", "Who may have the data?", typed, levels.collect()).required(),
        Field::one("terms.access_method", "How is it had?", typed, methods.collect()).required(),
    ]
}

fn how_it_is_had(method: AccessMethod) -> &'static str {
    match method {
        AccessMethod::Download => "By following a link, without asking.",
        AccessMethod::OnRequest => "People ask you, and you decide.",
        AccessMethod::Licensed => "People sign a licence or an agreement with you.",
        AccessMethod::Enclave => "People work with it in your rooms or on your machines.",
        AccessMethod::FederatedQuery => "People send a question, and you run it where the data is.",
        AccessMethod::AggregateOnly => "You give out totals, and never single records.",
        AccessMethod::None => "You do not give it out.",
    }
}

/// What may be said beside these.
pub(super) fn further(typed: &Parameters, vocabularies: &Vocabularies) -> Vec<Field> {
    let listings = Listing::ALL.iter().map(|one| {
        let label = vocabularies.label("listing", one.code(), LANGUAGE);
        Choice::meaning(one.code(), &label, what_outsiders_see(*one))
    });
    let languages = LANGUAGES.iter().map(|code| Choice::of(code, &vocabularies.label("language", code, LANGUAGE)));
    let mut fields = vec![
        Field::one("terms.listing", "What do those see who may not have the data?", typed, listings.collect())
            .hint("Where nothing is chosen they do not see that it exists."),
        Field::line("terms.listing_title", "Title for those who see only that it exists", typed),
        Field::line("terms.audience_groups", "Groups who may have it", typed)
            .hint("Of restricted data: ids of groups, separated by commas."),
        Field::line("terms.audience_organisations", "Organisations that may have it", typed)
            .hint("Of restricted data: ids of organisations, separated by commas."),
        Field::text("terms.reasons", "Why it is not open", typed).hint("One reason in each line."),
        Field::line("terms.review_by", "The terms are looked at again by", typed)
            .hint("A day, a month or a year: 2027-05-31. Data that could do serious harm needs one."),
        Field::text("impact.summary", "What harm could it do?", typed)
            .hint("Data that could do serious harm is published with these three things."),
        Field::text("impact.affected_groups", "To whom?", typed).hint("One group of people in each line."),
        Field::text("impact.mitigations", "What is done against that?", typed).hint("One thing in each line."),
        Field::some(
            "group_privacy",
            "Groups and communities",
            typed,
            vec![Choice::of("true", "Groups or communities can be told by it, though no person can")],
        ),
    ];
    fields.extend(of_the_data(typed, vocabularies));
    fields.push(
        Field::listed("texts", "Language of what you write here", typed, languages.collect())
            .hint("Texts in other languages stay as they are."),
    );
    fields
}

fn of_the_data(typed: &Parameters, vocabularies: &Vocabularies) -> Vec<Field> {
    let terms = |vocabulary: &str| Choice::terms(vocabulary, vocabularies);
    vec![
        Field::text("description", "What it is", typed),
        Field::listed("kind", "Kind", typed, terms("kind")),
        Field::line("topics", "Topics", typed)
            .hint("In your own words, separated by commas; \"one, with a comma\" in quotation marks."),
        Field::some("population_groups", "The people whom it is about", typed, terms("population-group")),
        Field::line("places", "Places", typed).hint("P-codes or names of places, separated by commas."),
        Field::line("coverage.start", "It covers the time from", typed).hint(DATES),
        Field::line("coverage.end", "to", typed).hint(DATES),
        Field::line("modified", "The data last changed", typed).hint(DATES),
        Field::listed("update_frequency", "It is updated", typed, terms("frequency")),
        Field::line("landing_page", "Page about it", typed).hint("An address that begins with https://"),
        Field::line("contacts[0].name", "Whom to ask", typed),
        Field::line("contacts[0].email", "Their mail address", typed).hint("Shown to who is signed in."),
    ]
}

/// What the form is filled with for what is said already.
pub(super) fn as_typed(statement: &HoldingStatement, vocabularies: &Vocabularies) -> Parameters {
    let language = language_of(&statement.title);
    let of = |text: &LocalizedText| text.0.get(&language).cloned().unwrap_or_default();
    let code = |code: Option<&'static str>| code.unwrap_or_default().to_owned();
    let day = |date: Option<PartialDate>| date.map(|date| date.to_string()).unwrap_or_default();
    let terms = &statement.terms;
    let places =
        if statement.worldwide { WORLDWIDE.to_owned() } else { country_names(&statement.countries, vocabularies) };
    let coverage = statement.coverage.clone().unwrap_or_default();
    let contact = statement.contacts.first().cloned().unwrap_or_default();
    let impact = statement.impact.clone().unwrap_or_default();
    let mut pairs: Vec<(&str, String)> = vec![
        ("title", of(&statement.title)),
        ("countries", places),
        ("terms.sensitivity", code(terms.sensitivity.map(Sensitivity::code))),
        ("terms.sharing", code(terms.sharing.map(Sharing::code))),
        ("terms.access_method", code(terms.access_method.map(AccessMethod::code))),
        ("terms.listing", code(terms.listing.map(Listing::code))),
        ("terms.listing_title", terms.listing_title.clone().unwrap_or_default()),
        ("terms.audience_groups", as_entries(&terms.audience_groups)),
        ("terms.audience_organisations", as_entries(&terms.audience_organisations)),
        ("terms.reasons", terms.reasons.join("\n")),
        ("terms.review_by", day(terms.review_by)),
        ("impact.summary", impact.summary),
        ("impact.affected_groups", impact.affected_groups.join("\n")),
        ("impact.mitigations", impact.mitigations.join("\n")),
        ("description", of(&statement.description)),
        ("kind", code(statement.kind.map(Kind::code))),
        ("topics", as_entries(&statement.topics)),
        ("places", as_entries(&statement.places)),
        ("coverage.start", day(coverage.start)),
        ("coverage.end", day(coverage.end)),
        ("modified", day(statement.modified)),
        ("update_frequency", statement.update_frequency.clone().unwrap_or_default()),
        ("landing_page", statement.landing_page.clone().unwrap_or_default()),
        ("contacts[0].name", contact.name.unwrap_or_default()),
        ("contacts[0].email", contact.email.unwrap_or_default()),
        ("texts", language),
    ];
    pairs.extend(statement.clusters.iter().map(|code| ("clusters", code.clone())));
    pairs.extend(statement.population_groups.iter().map(|code| ("population_groups", code.clone())));
    pairs.extend((statement.group_privacy == Some(true)).then(|| ("group_privacy", "true".to_owned())));
    Parameters::of(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// The language in which the form shows what is said.
fn language_of(title: &LocalizedText) -> String {
    let languages = || title.0.keys();
    languages()
        .find(|one| *one == LANGUAGE)
        .or_else(|| languages().next())
        .cloned()
        .unwrap_or_else(|| LANGUAGE.to_owned())
}

/// What was typed, laid over what was said before: what the form has no field for stays. And what of it cannot be read.
pub(super) fn statement(
    before: HoldingStatement,
    typed: &Parameters,
    vocabularies: &Vocabularies,
) -> (HoldingStatement, Vec<Problem>) {
    let mut said = before;
    let mut problems = Vec::new();
    let text = |name: &str| Some(typed.typed(name).trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    let every = |name: &str| -> Vec<String> {
        typed.pairs().filter(|(one, _)| *one == name).map(|(_, value)| value.to_owned()).collect()
    };
    let language = text("texts").filter(|one| LANGUAGES.contains(&one.as_str()) || said.title.0.contains_key(one));
    let language = language.unwrap_or_else(|| language_of(&said.title));
    write(&mut said.title, &language, text("title"));
    write(&mut said.description, &language, text("description"));
    said.worldwide = typed.typed("countries").trim().eq_ignore_ascii_case(WORLDWIDE);
    said.countries = if said.worldwide { Vec::new() } else { countries(typed.typed("countries"), vocabularies) };
    said.clusters = every("clusters");
    said.population_groups = every("population_groups");
    said.kind = text("kind").and_then(|code| Kind::from_code(&code));
    said.topics = entries(typed.typed("topics"));
    said.places = entries(typed.typed("places"));
    said.update_frequency = text("update_frequency");
    said.landing_page = text("landing_page");
    // A box that is not ticked says no where yes was said before, and else nothing.
    let is_group = typed.is_chosen("group_privacy", "true");
    said.group_privacy = if is_group { Some(true) } else { said.group_privacy.map(|_| false) };
    said_of_terms(&mut said, typed);
    let mut day = |name: &str| {
        let read = date(name, typed.typed(name));
        read.map_err(|problem| problems.push(problem)).ok().flatten()
    };
    said.modified = day("modified");
    let coverage = Period { start: day("coverage.start"), end: day("coverage.end") };
    said.coverage = (coverage != Period::default()).then_some(coverage);
    said.terms.review_by = day("terms.review_by");
    let impact = ImpactNote {
        summary: text("impact.summary").unwrap_or_default(),
        affected_groups: lines(typed.typed("impact.affected_groups")),
        mitigations: lines(typed.typed("impact.mitigations")),
        ..said.impact.clone().unwrap_or_default()
    };
    said.impact = (impact != ImpactNote::default()).then_some(impact);
    contact(&mut said, text("contacts[0].name"), text("contacts[0].email"));
    (said, problems)
}

fn write(texts: &mut LocalizedText, language: &str, text: Option<String>) {
    match text {
        Some(text) => texts.0.insert(language.to_owned(), text),
        None => texts.0.remove(language),
    };
}

fn said_of_terms(said: &mut HoldingStatement, typed: &Parameters) {
    let text = |name: &str| Some(typed.typed(name).trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    let terms = &mut said.terms;
    terms.sensitivity = Sensitivity::from_code(typed.typed("terms.sensitivity"));
    terms.sharing = Sharing::from_code(typed.typed("terms.sharing"));
    terms.access_method = AccessMethod::from_code(typed.typed("terms.access_method"));
    terms.listing = Listing::from_code(typed.typed("terms.listing"));
    terms.listing_title = text("terms.listing_title");
    terms.audience_groups = entries(typed.typed("terms.audience_groups"));
    terms.audience_organisations = entries(typed.typed("terms.audience_organisations"));
    terms.reasons = lines(typed.typed("terms.reasons"));
}

/// The first contact is the one of the form.
fn contact(said: &mut HoldingStatement, name: Option<String>, email: Option<String>) {
    match (said.contacts.first_mut(), name.is_some() || email.is_some()) {
        (Some(first), _) => {
            (first.name, first.email) = (name, email);
            if first.email.is_none() && first.phone.is_none() && first.name.is_none() {
                said.contacts.remove(0);
            }
        }
        (None, true) => said.contacts.push(HoldingContact { name, email, ..HoldingContact::default() }),
        (None, false) => {}
    }
}

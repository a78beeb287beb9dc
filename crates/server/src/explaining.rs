//! Why a record matched, in sentences of each language that labels are in.

use cairn_catalog::{Part, Reason, Term};
use cairn_model::Vocabularies;
use cairn_model::vocabulary::fold;
use serde::Serialize;
use utoipa::ToSchema;

/// A reason why a record matched.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReasonBody {
    /// word (it has it), beginning (it has a word that begins so), concept (it carries what the words name), around (it is about all
    /// of an area in which what they name lies), broader (it carries what comprises that), covers (it covers a year that they name),
    /// format (its files are in one for which they ask), together (its title has the words next to each other), changed (not long
    /// ago), or lacks (it has only some of the words).
    #[serde(rename = "as")]
    kind: &'static str,
    /// The words of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    word: Option<String>,
    /// How the word stands in the title or description, where that is another form of it; how they name the concept.
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<String>,
    /// Where: title, keywords, names (of organisations, countries and clusters) or text.
    #[serde(rename = "in", skip_serializing_if = "Vec::is_empty")]
    parts: Vec<&'static str>,
    /// The concept: its vocabulary, a colon, its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    concept: Option<String>,
    /// The name of the concept.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// The name of what lies within it and the record is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<String>,
    /// Days since the last change.
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<i64>,
    /// Words of the query that the record does not have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
    /// The reason as a sentence.
    text: String,
}

impl ReasonBody {
    fn of(kind: &'static str, text: String) -> Self {
        Self {
            kind,
            word: None,
            form: None,
            parts: Vec::new(),
            concept: None,
            label: None,
            within: None,
            days: None,
            missing: Vec::new(),
            text,
        }
    }

    /// The reason as a sentence.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// A reason with its sentence.
pub(crate) fn reason_body(reason: &Reason, language: &str, vocabularies: &Vocabularies) -> ReasonBody {
    let say = Sentences::of(language);
    let label = |term: &Term| label(term, language, vocabularies);
    let wider = |kind, sentence, word: &String, concept| {
        let name = label(concept);
        let text = fill(sentence, &[&name, word]);
        let concept = Some(written(concept));
        ReasonBody { word: Some(word.clone()), concept, label: Some(name), ..ReasonBody::of(kind, text) }
    };
    match reason {
        Reason::Word { word, form, parts } => {
            let places = say.places(parts);
            let text = match form {
                Some(form) => fill(say.form, &[form, word, &places]),
                None => fill(say.word, &[word, &places]),
            };
            let parts = parts.iter().map(|part| code(*part)).collect();
            ReasonBody { word: Some(word.clone()), form: form.clone(), parts, ..ReasonBody::of("word", text) }
        }
        Reason::Beginning { word, form } => {
            let text = match form {
                Some(form) => fill(say.begins, &[form, word]),
                None => fill(say.begins_somewhere, &[word]),
            };
            ReasonBody { word: Some(word.clone()), form: form.clone(), ..ReasonBody::of("beginning", text) }
        }
        Reason::Concept { word, concept, within, parts, form } => {
            let (name, within) = (label(concept), within.as_ref().map(label));
            let is_area = ["country", "place"].contains(&concept.vocabulary.as_str());
            let text = match &within {
                Some(within) if is_area => fill(say.within, &[within, &name]),
                Some(within) => fill(say.narrower, &[within, &name]),
                None if is_area => fill(say.area, &[&name, word]),
                None => fill(say.concept, &[&name, word]),
            };
            let told = within.as_ref().unwrap_or(&name);
            let text = match form.as_ref().filter(|form| fold(form) != fold(told)) {
                Some(form) => format!("{text} {}", fill(say.says, &[form])),
                None => text,
            };
            ReasonBody {
                word: Some(word.clone()),
                form: form.clone(),
                parts: parts.iter().map(|part| code(*part)).collect(),
                concept: Some(written(concept)),
                label: Some(name),
                within,
                ..ReasonBody::of("concept", text)
            }
        }
        Reason::Around { word, concept } => wider("around", say.around, word, concept),
        Reason::Broader { word, concept } => wider("broader", say.broader, word, concept),
        Reason::Covers { word } => {
            ReasonBody { word: Some(word.clone()), ..ReasonBody::of("covers", fill(say.covers, &[word])) }
        }
        Reason::Format { word, formats } => ReasonBody {
            word: Some(word.clone()),
            ..ReasonBody::of("format", fill(say.format, &[&formats.join(say.between)]))
        },
        Reason::Together => ReasonBody::of("together", say.together.to_owned()),
        Reason::Changed { days } => {
            let text = match days {
                0 => say.today.to_owned(),
                1 => say.yesterday.to_owned(),
                days => fill(say.days, &[&days.to_string()]),
            };
            ReasonBody { days: Some(*days), ..ReasonBody::of("changed", text) }
        }
        Reason::Lacks { words } => {
            let text = fill(say.lacks, &[&words.join(say.between)]);
            ReasonBody { missing: words.clone(), ..ReasonBody::of("lacks", text) }
        }
    }
}

/// The sentences of a language; `{}` stands for what they are about, in its order.
struct Sentences {
    word: &'static str,
    form: &'static str,
    begins: &'static str,
    begins_somewhere: &'static str,
    concept: &'static str,
    narrower: &'static str,
    area: &'static str,
    within: &'static str,
    says: &'static str,
    around: &'static str,
    broader: &'static str,
    covers: &'static str,
    format: &'static str,
    together: &'static str,
    today: &'static str,
    yesterday: &'static str,
    days: &'static str,
    lacks: &'static str,
    /// Title, keywords, names, text.
    parts: [&'static str; 4],
    /// Between the values of a list.
    between: &'static str,
}

impl Sentences {
    fn of(language: &str) -> &'static Self {
        match language {
            "fr" => &FRENCH,
            "es" => &SPANISH,
            "ar" => &ARABIC,
            _ => &ENGLISH,
        }
    }

    fn places(&self, parts: &[Part]) -> String {
        let name = |part: &Part| match part {
            Part::Title => self.parts[0],
            Part::Keywords => self.parts[1],
            Part::Names => self.parts[2],
            Part::Text => self.parts[3],
        };
        parts.iter().map(name).collect::<Vec<_>>().join(self.between)
    }
}

const ENGLISH: Sentences = Sentences {
    word: "“{}” stands in {}.",
    form: "“{}”, for “{}”, stands in {}.",
    begins: "“{}” begins with “{}”.",
    begins_somewhere: "It has a word that begins with “{}”.",
    concept: "It is about “{}”, which is what “{}” names.",
    narrower: "It is about “{}”, which is part of “{}”.",
    area: "It is about {}, which is what “{}” names.",
    within: "It is about {}, which lies in {}.",
    says: "It says “{}”.",
    around: "It is about all of {}, where “{}” lies.",
    broader: "It is about {}, to which “{}” belongs.",
    covers: "It covers {}.",
    format: "Format of its files: {}.",
    together: "The words stand next to each other in the title.",
    today: "It was changed today.",
    yesterday: "It was changed yesterday.",
    days: "It was changed {} days ago.",
    lacks: "It has only some of the words; it lacks: {}.",
    parts: ["the title", "the keywords", "the names", "the text"],
    between: ", ",
};

const FRENCH: Sentences = Sentences {
    word: "« {} » figure dans {}.",
    form: "« {} », pour « {} », figure dans {}.",
    begins: "« {} » commence par « {} ».",
    begins_somewhere: "Un de ses mots commence par « {} ».",
    concept: "Il porte sur « {} », que désigne « {} ».",
    narrower: "Il porte sur « {} », qui fait partie de « {} ».",
    area: "Lieu concerné : {}, que désigne « {} ».",
    within: "Lieu concerné : {}, qui se trouve dans : {}.",
    says: "On y lit « {} ».",
    around: "Lieu concerné : tout le territoire de {}, où se trouve « {} ».",
    broader: "Plus large : {} comprend « {} ».",
    covers: "Il couvre {}.",
    format: "Format de ses fichiers : {}.",
    together: "Les mots se suivent dans le titre.",
    today: "Il a été modifié aujourd’hui.",
    yesterday: "Il a été modifié hier.",
    days: "Il a été modifié il y a {} jours.",
    lacks: "Il n’a qu’une partie des mots ; il lui manque : {}.",
    parts: ["le titre", "les mots-clés", "les noms", "le texte"],
    between: ", ",
};

const SPANISH: Sentences = Sentences {
    word: "«{}» aparece en {}.",
    form: "«{}», por «{}», aparece en {}.",
    begins: "«{}» empieza por «{}».",
    begins_somewhere: "Una de sus palabras empieza por «{}».",
    concept: "Trata de «{}», que es lo que nombra «{}».",
    narrower: "Trata de «{}», que forma parte de «{}».",
    area: "Lugar: {}, que es lo que nombra «{}».",
    within: "Lugar: {}, que está en: {}.",
    says: "Dice «{}».",
    around: "Lugar: todo el territorio de {}, donde está «{}».",
    broader: "Más amplio: {} comprende «{}».",
    covers: "Abarca {}.",
    format: "Formato de sus archivos: {}.",
    together: "Las palabras están juntas en el título.",
    today: "Se modificó hoy.",
    yesterday: "Se modificó ayer.",
    days: "Se modificó hace {} días.",
    lacks: "Solo tiene algunas de las palabras; le faltan: {}.",
    parts: ["el título", "las palabras clave", "los nombres", "el texto"],
    between: ", ",
};

const ARABIC: Sentences = Sentences {
    word: "وردت «{}» في {}.",
    form: "وردت «{}»، مقابل «{}»، في {}.",
    begins: "«{}» تبدأ بـ «{}».",
    begins_somewhere: "فيه كلمة تبدأ بـ «{}».",
    concept: "يتناول «{}»، وهو ما تسميه «{}».",
    narrower: "يتناول «{}»، وهو جزء من «{}».",
    area: "المكان: {}، وهو ما تسميه «{}».",
    within: "المكان: {}، ويقع في: {}.",
    says: "وفيه «{}».",
    around: "المكان: كل {}، وفيه تقع «{}».",
    broader: "أوسع: {} يشمل «{}».",
    covers: "يغطي سنة {}.",
    format: "صيغة ملفاته: {}.",
    together: "الكلمات متجاورة في العنوان.",
    today: "جرى تعديله اليوم.",
    yesterday: "جرى تعديله أمس.",
    days: "عدد الأيام منذ تعديله: {}.",
    lacks: "فيه بعض الكلمات فقط، وتنقصه: {}.",
    parts: ["العنوان", "الكلمات المفتاحية", "الأسماء", "النص"],
    between: "، ",
};

/// A sentence with what it is about.
fn fill(sentence: &str, values: &[&str]) -> String {
    let mut parts = sentence.split("{}");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for (part, value) in parts.zip(values) {
        filled.push_str(value);
        filled.push_str(part);
    }
    filled
}

fn code(part: Part) -> &'static str {
    match part {
        Part::Title => "title",
        Part::Keywords => "keywords",
        Part::Names => "names",
        Part::Text => "text",
    }
}

fn written(term: &Term) -> String {
    format!("{}:{}", term.vocabulary, term.code)
}

/// The name of a concept; that of a place is its first one, whatever the language.
fn label(term: &Term, language: &str, vocabularies: &Vocabularies) -> String {
    if term.vocabulary == "place" {
        return vocabularies.names_of("place", &term.code).first().map_or(&*term.code, |name| *name).to_owned();
    }
    vocabularies.label(&term.vocabulary, &term.code, language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_of_every_language_takes_the_same_values() {
        let holes = |language: &Sentences| {
            let Sentences { word, form, begins, begins_somewhere, concept, narrower, area, within, around, .. } =
                language;
            let Sentences { broader, says, together, today, yesterday, days, lacks, .. } = language;
            [word, form, begins, begins_somewhere, concept, narrower, area, within, around, together, today, yesterday]
                .into_iter()
                .chain([broader, says, days, lacks])
                .map(|sentence| sentence.matches("{}").count())
                .collect::<Vec<_>>()
        };
        for language in [&FRENCH, &SPANISH, &ARABIC] {
            assert_eq!(holes(language), holes(&ENGLISH));
        }
    }

    #[test]
    fn a_place_is_told_by_its_name_and_a_value_that_looks_like_a_hole_fills_none() {
        let place = Term { vocabulary: "place".to_owned(), code: "YE26".to_owned() };
        let yemen = Term { vocabulary: "country".to_owned(), code: "YEM".to_owned() };
        let reason = Reason::Concept {
            word: "yemen".to_owned(),
            concept: yemen,
            within: Some(place),
            parts: vec![Part::Title],
            form: None,
        };
        let text = reason_body(&reason, "en", Vocabularies::bundled()).text;
        assert!(text.starts_with("It is about Ma") && text.ends_with(", which lies in Yemen."), "{text}");
        let idps = Term { vocabulary: "population-group".to_owned(), code: "IDP".to_owned() };
        let said = |form: &str| {
            let (word, parts) = ("IDPs".to_owned(), vec![Part::Title]);
            let form = Some(form.to_owned());
            let reason = Reason::Concept { word, concept: idps.clone(), within: None, parts, form };
            reason_body(&reason, "en", Vocabularies::bundled()).text
        };
        assert!(said("النازحين").ends_with(", which is what “IDPs” names. It says “النازحين”."));
        assert!(said("internally displaced persons").ends_with("names."), "what it says is the name");
        let odd = Reason::Word { word: "{}".to_owned(), form: None, parts: vec![Part::Title, Part::Text] };
        assert_eq!(reason_body(&odd, "en", Vocabularies::bundled()).text, "“{}” stands in the title, the text.");
    }
}

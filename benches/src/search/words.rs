//! The words of the generated catalogue: a head of words that such catalogues use, and a long tail that is made up.

use super::random::{Random, Zipf};

/// Words of a language, the most frequent first.
pub(super) struct Language {
    /// ISO 639-1.
    pub(super) code: &'static str,
    words: Vec<String>,
    ranks: Zipf,
}

/// Words of a language with their made-up tail.
const TAIL: usize = 45_000;
/// Steepness of the distribution, as measured in catalogues.
const STEEPNESS: f64 = 1.05;

const ENGLISH: &str = "the of and in to for data by a on population with from country displacement food survey water \
    health assessment security camp school road damage boundaries household internal market price cholera mine action \
    hazard clearance refugee returnee shelter nutrition protection child flood earthquake drought cyclone conflict \
    response needs access humanitarian district province village settlement monitoring baseline indicator sanitation \
    hygiene education funding operational presence facilities malaria vaccination mortality rainfall crop livelihood";
const FRENCH: &str = "de la le et des les en du pour par sur population données pays déplacement sécurité alimentaire \
    enquête eau santé évaluation camp école route dégâts limites ménage marché prix choléra mines action danger \
    dépollution réfugié retourné abri nutrition protection enfant inondation séisme sécheresse cyclone conflit réponse \
    besoins accès humanitaire district province village suivi référence indicateur assainissement hygiène éducation";
const SPANISH: &str = "de la el y los las en del para por sobre población datos país desplazamiento seguridad \
    alimentaria encuesta agua salud evaluación campamento escuela carretera daños límites hogar mercado precio cólera \
    minas acción peligro despeje refugiado retornado albergue nutrición protección niñez inundación terremoto sequía \
    ciclón conflicto respuesta necesidades acceso humanitario distrito provincia aldea seguimiento línea indicador";
const ARABIC: &str = "في من على إلى عن بيانات السكان البلد النزوح الأمن الغذائي مسح المياه الصحة تقييم مخيم مدرسة طريق \
    أضرار حدود الأسر السوق أسعار الكوليرا الألغام العمل خطر تطهير لاجئ عائد مأوى التغذية الحماية الطفل فيضان زلزال جفاف \
    إعصار نزاع استجابة احتياجات وصول إنساني منطقة محافظة قرية رصد مؤشر النظافة التعليم التمويل";

const LATIN: [&str; 24] = [
    "ba", "ko", "ri", "ta", "nel", "sor", "mi", "dan", "ke", "lu", "ven", "pra", "sti", "gol", "her", "nam", "os",
    "tri", "fel", "zu", "mar", "bin", "qua", "led",
];
const ARABIC_SYLLABLES: [&str; 14] =
    ["با", "كو", "ري", "تا", "نل", "سور", "مي", "دان", "لو", "فن", "مر", "زر", "حب", "عس"];

/// The four languages of the catalogue with their shares of a hundred records.
pub(super) fn languages() -> Vec<(Language, usize)> {
    vec![
        (Language::new("en", ENGLISH, &LATIN), 60),
        (Language::new("fr", FRENCH, &LATIN), 18),
        (Language::new("es", SPANISH, &LATIN), 12),
        (Language::new("ar", ARABIC, &ARABIC_SYLLABLES), 10),
    ]
}

impl Language {
    fn new(code: &'static str, head: &str, syllables: &[&str]) -> Self {
        let mut words: Vec<String> = head.split_whitespace().map(str::to_owned).collect();
        let mut random = Random::new(code.bytes().fold(7, |seed, byte| seed * 31 + u64::from(byte)));
        for _ in 0..TAIL {
            let mut word = String::new();
            for _ in 0..2 + random.below(3) {
                word.push_str(random.one_of(syllables).copied().unwrap_or_default());
            }
            words.push(word);
        }
        let ranks = Zipf::new(words.len(), STEEPNESS);
        Self { code, words, ranks }
    }

    /// A word.
    pub(super) fn word(&self, random: &mut Random) -> &str {
        self.words.get(self.ranks.draw(random)).map_or("", String::as_str)
    }

    /// So many words.
    pub(super) fn text(&self, words: usize, random: &mut Random) -> String {
        let mut text = String::new();
        for _ in 0..words {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(self.word(random));
        }
        text
    }
}

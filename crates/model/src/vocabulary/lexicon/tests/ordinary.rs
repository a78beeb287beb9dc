//! Names that are ordinary words of a language.

use super::{Standing, Vocabularies, certain, named, names};

/// The most frequent words of three letters or fewer in English, French, Spanish, Portuguese and Italian, folded; without those
/// that mean in a text what they name (*war*, *men*), and some rarer ones that were once names.
const SHORT: &str = "
    aca, act, ad, add, age, ago, ah, ahi, ai, air, ait, al, ali, all, am, ami, amo, an, and, ano, ans, any, ao,
    aos, ar, are, art, as, asi, ask, at, ate, au, aun, aux, bad, bas, be, bed, bel, bem, ben, big, bit, boa, bom,
    bon, boy, but, buy, by, ca, can, car, cas, ce, ces, cet, che, chi, ci, cio, co, col, com, con, cui, cup, cut,
    da, dai, dal, dan, dar, das, day, de, dei, del, des, deu, dez, di, dia, did, dio, dis, dit, dix, diz, do, dog,
    dos, du, due, eat, eau, ed, eh, el, ela, ele, em, en, end, era, ero, es, esa, ese, eso, est, et, etc, ete, eu,
    eua, eux, ex, fa, fai, far, faz, fea, feu, few, fez, fim, fin, fiz, foi, for, fra, fu, fue, fui, fun, fut, get,
    gia, gli, go, god, got, guy, ha, had, hai, han, has, hay, he, her, hey, him, his, hit, ho, hot, how, hoy, ia,
    iba, ici, if, il, ils, in, io, ir, ira, is, it, its, ja, je, jeu, job, key, la, las, law, le, led, lei, ler,
    les, let, ley, lhe, li, lit, lo, loi, los, lot, low, lui, luz, ma, mae, mai, mal, man, mao, mar, mas, may, me,
    mec, mer, mes, met, meu, mi, mia, mie, mil, mim, mio, mis, moi, mom, mon, mot, muy, my, na, nao, nas, ne, nei,
    nel, nem, ni, no, noi, nom, non, nos, not, now, num, of, off, oh, oi, oil, ok, old, on, one, ont, or, ora, ore,
    oro, os, ou, oui, our, out, own, pai, par, pas, pay, paz, pe, per, peu, piu, po, poi, por, pra, pu, puo, put,
    qu, que, qui, re, red, rei, rey, rio, roi, rua, rue, run, sa, sai, san, sao, saw, say, sci, se, sea, see, sei,
    sem, ser, ses, set, seu, sex, she, si, sia, sim, sin, six, so, sob, sol, son, sou, soy, sta, sto, su, sua, sud,
    sue, sui, sul, suo, sur, sus, ta, tal, tan, tao, tax, te, tel, tem, ter, tes, teu, the, ti, to, toi, ton, too,
    top, tra, tre, try, tu, tua, tuo, tus, two, uk, um, uma, un, una, une, uno, uns, up, us, usa, use, uso, va,
    vai, van, vao, vas, ve, vem, ven, veo, ver, vez, vi, via, vie, vir, viu, voi, vos, vou, voy, voz, vu, vue, was,
    way, we, web, who, why, win, won, ya, yes, yet, yo, you
";

/// Frequent words of Arabic that stand in texts of the field, and words that were once taken for the name of an area.
const ARABIC: &str = "
    مالي، بنين، بنون، اب، ام، ابن، عام، عامة، عدد، يوم، اليوم، سنة، شهر، مدينة، قرية، بلد، بلدة، دولة، منطقة، مركز، موقع، مكان، ارض، طريق،
    جسر، سوق، باب، بيت، دار، غرب، شرق، شمال، جنوب، وسط، داخل، خارج، عند، حول، ضد، مع، من، الي، علي، بعد، قبل، بين، غير، كل، بعض، جميع،
    عمل، مشروع، برنامج، خطة، تقرير، دراسة، نشاط، دعم، مساعدة، خدمة، توزيع، بناء، تدريب، شراء، نقد، نقدي، اداري، فني، طبي، زراعي، صناعي،
    تجاري، ديني، سياسي، قانوني، علمي، جديد، قديم، كبير، صغير، كثير، قليل، اول، ثاني، ثالث، اخر، رجل، رجال، شخص، ناس، عايلة، اسرة، اهل،
    راس، يد، عين، قلب، دم، نار، حجر، رمل، جبل، وادي، سهل، بحر، نهر، بير، شجر، حب، قمح، رز، لحم، حليب، خبز، زيت، ملح، سكر
";

fn list(words: &str) -> impl Iterator<Item = &str> {
    words.split([',', '،']).map(str::trim)
}

#[test]
fn a_short_word_that_is_frequent_in_a_language_names_nothing() {
    for word in list(SHORT) {
        assert_eq!(named(word), Vec::<Vec<String>>::new(), "{word}: write it into a list of words.rs");
    }
}

#[test]
fn a_word_of_arabic_that_is_the_name_of_a_country_names_it_only_where_more_says_so() {
    let vocabularies = Vocabularies::bundled();
    let is_area =
        |code: &String| vocabularies.country(code).is_some() || vocabularies.place(code, None, None).is_some();
    for word in list(ARABIC) {
        for text in [word.to_owned(), format!("و{word}"), format!("دعم {word} جديد")] {
            let mut codes = certain(&text, Standing::Text, &[]);
            codes.retain(is_area);
            assert_eq!(codes, Vec::<String>::new(), "{text}: write it into a list of words.rs");
        }
    }
    for (text, code) in [("نازحون في مالي", "MLI"), ("بنين", "BEN"), ("opt", "PSE"), ("Chili", "CHL")] {
        assert!(names(text, &format!("country:{code}")), "{text}");
        assert!(certain(text, Standing::Text, &[code]).contains(&code.to_owned()), "{text}");
        assert_eq!(certain(text, Standing::Text, &[]).iter().find(|one| *one == code), None, "{text}");
    }
    assert_eq!(certain("مالي", Standing::Keyword, &[]), ["MLI"]);
    assert_eq!(certain("People who opt out, opt-in", Standing::Text, &[]), Vec::<String>::new());
    assert_eq!(named("دعم مالي").concat(), Vec::<String>::new());
    assert_eq!(named("مدرسة البنين").concat(), ["theme:schools", "population_group:boys"]);
}

#[test]
fn an_acronym_of_two_themes_is_of_neither() {
    assert_eq!(certain("ERM au Mali", Standing::Text, &[]), ["MLI"]);
    assert_eq!(certain("Évaluation rapide multisectorielle (ERM)", Standing::Text, &[]), ["needs-assessment"]);
    assert_eq!(certain("Éducation au risque des mines (ERM)", Standing::Text, &[]), ["risk-education"]);
}

#[test]
fn the_capital_of_jordan_is_not_oman_where_a_record_is_of_jordan() {
    assert_eq!(certain("أسعار المياه في عمّان", Standing::Text, &["JOR"]), Vec::<String>::new());
    assert_eq!(certain("عمّان، الأردن", Standing::Text, &[]), ["JOR"]);
    assert_eq!(certain("سلطنة عمان", Standing::Text, &[]), ["OMN"]);
    assert_eq!(certain("مياه عمان", Standing::Text, &["JOR", "OMN"]), ["OMN"]);
}

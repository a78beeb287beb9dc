//! Names that are ordinary words of a language.

use super::named;

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

fn list(words: &str) -> impl Iterator<Item = &str> {
    words.split([',', '،']).map(str::trim)
}

#[test]
fn a_short_word_that_is_frequent_in_a_language_names_nothing() {
    for word in list(SHORT) {
        assert_eq!(named(word), Vec::<Vec<String>>::new(), "{word}: write it into a list of words.rs");
    }
}

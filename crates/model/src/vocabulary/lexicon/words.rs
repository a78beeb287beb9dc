//! Words that name a concept in a table and something else in most texts.
//!
//! Each list is one text with commas, folded. A test holds that every word of them is a name in the bundled tables.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Acronyms that are words of English, French, Spanish or Italian when they are not written in capitals.
const ACRONYMS: &str = "
    who, car, aids, hot, echo, care, mag, sea, pin, dem, sam, mam, slam, ops, acted, ash, etc, cha, sha, rss, lam,
    ame, reg, muse, mse, bird, imo, ent, eve, mira, ach, cif, ets, cea, ena, esu, eau, fea, sci
";

/// Names that stand for anything: a `host` is a computer, `efectivo` and `espèces` are more often "effective" and "species"
/// than cash, and a `réunion` is a meeting before it is an island.
const VAGUE: &str = "host, hosts, efectivo, especes, reunion, all";

/// Places whose names are directions, parts of a country that many have, or words of English, French, Spanish and others. Such a
/// place is found by its P-code, and by what its table writes beside the word (`Unity State`).
const PLACES: &str = "
    abricots, abs, acre, ado, agrado, ana, andar, andes, ans, apartado, arboledas, arroyo, asa, asiento, atlantique,
    awe, bale, bali, balle, bam, banco, barber, batman, bay, bello, bla, boda, bono, bore, borgne, brass, brava,
    cabaret, campamento, candelaria, caracol, carrefour, cascades, central, centrale, centre, centre est,
    centre nord, centre ouest, centre sud, chal, chambellan, chin, collines, colon, colonia, concordia, confines,
    contratacion, convencion, copan, corail, cordillera, corrientes, cortes, coteaux, delta, dire, dolores, doma,
    dorado, east, eastern, el aguila, el banco, el castillo, el charco, el colegio, el encanto, el molino, el oro,
    el paso, el playon, el progreso, el reten, el retorno, el roble, el rosal, espinal, est, estuaire, eua, fier, flip,
    flores, floresta, fortuna, fresno, fundacion, galeras, gama, gigante, giro, guerrero, hat, haya, honda, hong,
    hue, ido, ila, iles, imo, ini, isa, jardin, jurado, kang, koch, la belleza, la capilla, la ceja, la chapelle,
    la cruz, la cumbre, la esperanza, la estrella, la gloria, la libertad, la merced, la mesa, la palma, la plata,
    la playa, la primavera, la sierra, la union, la vallee, la victoire, la victoria, lac, lakes, lares, leer,
    les anglais, lib, limon, limonade, litoral, littoral, logo, los andes, los patios, los rios, los santos, machina,
    mala, male, mani, manta, mara, maritime, marte, matanza, mercaderes, mesetas, meta, midi, midlands, mie, miga, milan,
    mili, misiones, moca, mon, mono, moro, moron, mus, nan, nord, nord est, nord ouest, north, north central,
    north east, north west, northern, ojo, oriental, ose, ouest, ovejas, oye, palmar, para, paro, pasto, patillas,
    paul, peque, perches, pesca, piedras, pignon, pilate, plaisance, plateau, plateau central, plateaux, plato, pool,
    poro, portuguesa, prado, principe, purificacion, raja, rancho, redonda, reg, regidor, remedios, remolino, retiro,
    rincon, rivers, roseaux, ruse, saga, sal, salta, salto, san, santuario, savanes, seno, sheikh, sido, silos,
    socorro, soledad, solita, song, sour, south, south east, south west, southern, sud, sud est, sud ouest,
    suffisant, tai, tak, tame, tete, toca, toro, tota, toto, turbo, tuy, une, unity, upper east, upper west, uva,
    valle, van, vas, vest, vetas, victoria, washer, west, western, zing
";

/// The same in Arabic: directions, `the island`, `tenderness`, `argument`.
const PLACES_IN_ARABIC: &str = "الشمال، الجنوب، الشمالية، الجزيرة، بقاع، رقة، التاميم، حجه، واسط";

/// Names of countries that are words of a text, too: *opt out*, *chili peppers*, and in Arabic what is financial, and boys.
const ORDINARY: &str = "opt, chili, مالي، بنين";

/// Codes of countries (ISO 3166-1 alpha-3) that are words of a heading in capitals, or other acronyms of the field: `COD` is
/// a common operational dataset.
const COUNTRY_CODES: &str = "
    AND, ARE, CAN, PER, BEN, MAR, NOR, PAN, TON, COD, COM, GIN, GUM, JAM, LIE, SUR, SEN, ARM, EST, FIN, CHE, GEO,
    IND, NAM, MUS, DOM, GAB, POL, MAC, SAU, SPM, PRI, ATA, PCN
";

/// Codes of countries that are words, names or other acronyms where they are written in small letters.
const WORDS_IN_SMALL_LETTERS: &str = "ago, bel, bes, blm, cog, cri, esp, fro, guy, iot, nic, vat";

/// Acronyms that stand for other things in as many texts: feeds of news, models of terrain, operations.
const AMBIGUOUS: &str = "rss, dtm, dem, ops, eo, pro, log, sca, nts, fts, cif, etc";

/// Acronyms of a country that nobody takes for anything else.
const SURE: &str = "usa";

/// Acronyms of which a text says no more than that it has these letters.
pub(super) static AMBIGUOUS_ACRONYMS: LazyLock<HashSet<&str>> = LazyLock::new(|| list(AMBIGUOUS).collect());
/// Acronyms of countries that count wherever they stand.
pub(super) static SURE_ACRONYMS: LazyLock<HashSet<&str>> = LazyLock::new(|| list(SURE).collect());
/// Acronyms that count only where they are written in capitals.
pub(super) static ONLY_IN_CAPITALS: LazyLock<HashSet<&str>> = LazyLock::new(|| list(ACRONYMS).collect());
/// What names no term.
pub(super) static NO_NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| list(VAGUE).collect());
/// Names of a country that name it in a text only where more says so.
pub(super) static ORDINARY_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| list(ORDINARY).collect());
/// What names no place.
pub(super) static NO_PLACES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| list(PLACES).chain(list(PLACES_IN_ARABIC)).collect());
/// Codes that name no country.
pub(in crate::vocabulary) static NO_COUNTRY_CODES: LazyLock<HashSet<&str>> =
    LazyLock::new(|| list(COUNTRY_CODES).collect());
/// Codes, in small letters, that name a country in capitals alone.
pub(in crate::vocabulary) static CODES_IN_CAPITALS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| list(WORDS_IN_SMALL_LETTERS).collect());

fn list(words: &str) -> impl Iterator<Item = &str> {
    words.split([',', '،']).map(str::trim)
}

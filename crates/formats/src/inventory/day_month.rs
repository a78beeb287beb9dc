//! How day and month stand in the dates of a table, decided once for all of its rows.
//!
//! What the dates show themselves decides, else the language of the headers. French, Spanish and Arabic write the
//! day first. So do most who write English in the field, but not all, so that there the order is only assumed.

use cairn_model::date::{DateOrder, shown_orders};
use cairn_model::vocabulary::fold;

use super::columns::Column;
use super::{InventoryRow, Resolver};

/// Columns that hold dates.
const DATES: [Column; 7] = [
    Column::Coverage,
    Column::CoverageStart,
    Column::CoverageEnd,
    Column::Issued,
    Column::Modified,
    Column::ReviewBy,
    Column::KeptUntil,
];

/// Longer cells hold no date.
const LONGEST_DATE: usize = 200;

/// Words of French and Spanish headers that no English header has, folded.
#[rustfmt::skip]
const FRENCH_OR_SPANISH: &[&str] = &[
    "al", "au", "aux", "avec", "con", "d", "de", "del", "des", "du", "el", "en", "l", "la", "las", "le", "les", "los", "par", "para", "por", "pour",
    "acces", "acceso", "affichage", "agence", "agencia", "aliados", "annee", "annees", "ano", "anos", "archivo", "atributos", "attributs", "audiencia",
    "campos", "categoria", "categorias", "categorie", "champs", "clasificacion", "cobertura", "codigo", "comentarios", "commentaires", "conjunto",
    "contacto", "contenido", "contenu", "correo", "courriel", "couverture", "custodio", "datos", "debut", "departamento", "departement", "depositaire",
    "depositario", "derniere", "desagregacion", "desagregado", "desagregation", "desagrege", "descarga", "descripcion", "descriptif", "desde",
    "destinataires", "destinatarios", "detenteur", "distrito", "domaine", "donnees", "editeur", "emprise", "enlace", "estado", "etendue", "etiquetas",
    "etiquettes", "fecha", "fichier", "fin", "finalidad", "finalite", "formato", "formatos", "fournisseur", "frecuencia", "frequence", "fuente",
    "gestionnaire", "gestor", "gouvernorat", "granularidad", "granularite", "groupe", "grupo", "hasta", "hebergeur", "identifiant", "identificador",
    "idioma", "idiomas", "indicadores", "indicateurs", "inicio", "institucion", "intitule", "juridiction", "juridictions", "jurisdiccion",
    "jurisdicciones", "langue", "langues", "lengua", "licencia", "lien", "limitaciones", "limites", "methode", "methodologie", "metodo", "metodologia",
    "ministere", "ministerio", "motif", "motivo", "municipio", "niveau", "nivel", "nom", "nombre", "observaciones", "ong", "organisme", "organismo",
    "organizacion", "pais", "paises", "partenaire", "partenaires", "pays", "periode", "periodicidad", "periodicite", "periodo", "preguntas",
    "producteur", "propietario", "proprietaire", "proveedor", "provincia", "raison", "razon", "referencia", "remarques", "responsable", "restricciones",
    "resumen", "salvedades", "secteur", "secteurs", "sectores", "sensibilidad", "sensibilite", "socio", "socios", "sujet", "taille", "tamano",
    "telechargement", "telefono", "tema", "temas", "tematica", "thematique", "tipo", "titre", "titular", "titulo", "transferencia", "transfert",
    "ubicacion", "ultima", "usos", "ventilation", "vinculo", "visibilidad", "visibilite",
];

/// The order of day and month in a table, and whether it is only assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TableOrder {
    pub(super) order: DateOrder,
    pub(super) is_assumed: bool,
}

/// Decides by the dates in the cells; where there are none that show it, by the headers. Dates that contradict one another
/// leave it open.
pub(super) fn decide<'l>(
    rows: &[InventoryRow],
    labels: impl Iterator<Item = &'l str>,
    resolver: &mut Resolver<'_>,
) -> TableOrder {
    let (mut shows_day_first, mut shows_month_first) = (false, false);
    for (label, cell) in rows.iter().flat_map(|row| &row.cells) {
        let holds_dates = resolver.column(label).is_some_and(|(column, _)| DATES.contains(&column));
        if !holds_dates || cell.len() > LONGEST_DATE {
            continue;
        }
        let shown = shown_orders(cell);
        shows_day_first |= shown.contains(&DateOrder::DayFirst);
        shows_month_first |= shown.contains(&DateOrder::MonthFirst);
    }
    let (order, is_assumed) = match (shows_day_first, shows_month_first) {
        (true, false) => (DateOrder::DayFirst, false),
        (false, true) => (DateOrder::MonthFirst, false),
        (true, true) => (DateOrder::DayFirst, true),
        (false, false) => (DateOrder::DayFirst, !are_foreign(labels, resolver)),
    };
    TableOrder { order, is_assumed }
}

/// Whether the headers that are understood are in another language than English: a third of them shows it, because many
/// words (`type`, `contact`, `code`) are of several languages.
fn are_foreign<'l>(labels: impl Iterator<Item = &'l str>, resolver: &mut Resolver<'_>) -> bool {
    let (mut known, mut foreign) = (0_usize, 0_usize);
    for label in labels {
        if resolver.column(label).is_some() {
            known += 1;
            foreign += usize::from(is_foreign(label));
        }
    }
    foreign > 0 && foreign * 3 >= known
}

/// Whether a header has letters or words that English has not.
fn is_foreign(header: &str) -> bool {
    header.chars().any(|letter| letter.is_alphabetic() && !letter.is_ascii())
        || fold(header).split(' ').any(|word| FRENCH_OR_SPANISH.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::super::InventoryMapping;
    use super::*;

    fn order(headers: &str, cells: &[&str]) -> (DateOrder, bool) {
        let rows: Vec<InventoryRow> = cells
            .iter()
            .map(|cell| InventoryRow {
                cells: vec![
                    ("Start date".to_owned(), (*cell).to_owned()),
                    ("Title".to_owned(), "13/1/2020".to_owned()),
                ],
                ..InventoryRow::default()
            })
            .collect();
        let mapping = InventoryMapping::default();
        let decided = decide(&rows, headers.split(';'), &mut Resolver::new(&mapping));
        (decided.order, decided.is_assumed)
    }

    #[test]
    fn what_the_dates_show_decides_whatever_the_language_of_the_headers() {
        for headers in ["Title;Country;Start date", "Titre;Pays;Date de début"] {
            assert_eq!(order(headers, &["01/02/2020", "25/02/2020", "2020-12-31"]), (DateOrder::DayFirst, false));
            assert_eq!(order(headers, &["01/02/2020", "2/25/2020"]), (DateOrder::MonthFirst, false));
        }
    }

    #[test]
    fn dates_that_contradict_one_another_leave_the_order_open() {
        assert_eq!(order("Titre;Pays", &["25/02/2020", "02/25/2020"]), (DateOrder::DayFirst, true));
    }

    #[test]
    fn the_language_of_the_headers_decides_where_no_date_shows_the_order() {
        let ambiguous = &["01/02/2020", "31/13/2020"];
        for headers in [
            "Titre;Description;Organisation;Pays;Type;Cluster",
            "Título;Descripción;Organización;País",
            "العنوان;الوصف;البلد;P-code",
            "Titre / Title;Pays / Country",
            "TITRE;PERIODE DEBUT;PERIODE FIN",
        ] {
            assert_eq!(order(headers, ambiguous), (DateOrder::DayFirst, false), "{headers}");
        }
        for headers in ["Title;Description;Organisation;Country;Start date", "Title;Type;Contact;ONG;Format;Year", ""] {
            assert_eq!(order(headers, ambiguous), (DateOrder::DayFirst, true), "{headers}");
        }
    }
}

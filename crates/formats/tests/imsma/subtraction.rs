//! Two exports cannot be subtracted from one another.

use super::*;

/// Admin 2 areas with the area above, organisations and months that victims of the generator have.
const DISTRICTS: [(&str, &str); 4] = [("YE1501", "YE15"), ("YE1502", "YE15"), ("YE1702", "YE17"), ("YE1211", "YE12")];
const ORGANISATIONS: [&str; 3] = ["UNMAS", "Example Demining Trust", "somebody"];

#[derive(Debug, Clone, Copy)]
struct Victim {
    district: usize,
    organisation: usize,
    month: u8,
}

fn any_victim() -> impl Strategy<Value = Victim> {
    (0..DISTRICTS.len(), 0..ORGANISATIONS.len(), 1..=12_u8).prop_map(|(district, organisation, month)| Victim {
        district,
        organisation,
        month,
    })
}

fn table(victims: &[Victim]) -> String {
    let mut table = String::from("victim_guid,name,accident_date,province,district,organisation\n");
    for (number, victim) in victims.iter().enumerate() {
        let (district, province) = DISTRICTS[victim.district];
        let organisation = ORGANISATIONS[victim.organisation];
        table += &format!("v{number},Invented,2021-{:02}-15,{province},{district},{organisation}\n", victim.month);
    }
    table
}

fn document(victims: &[Victim]) -> String {
    let mut inner = String::new();
    for victim in victims {
        let (district, province) = DISTRICTS[victim.district];
        let day = format!("2021-{:02}-15", victim.month);
        let fields = [
            element("Name", "Invented"),
            element("Accident_Date", &day),
            element("Province", province),
            element("District", district),
            element("Organisation", ORGANISATIONS[victim.organisation]),
        ];
        inner += &element("Victim", &fields.concat());
    }
    maxml(&[(String::new(), element("Accident", &inner))])
}

fn victims_of(name: &str, text: &str) -> Draft {
    draft(&read(name, text.as_bytes()), "victims").clone()
}

/// The draft without the sentence that states the count, which is the first of each description.
fn without_count(mut draft: Draft) -> Draft {
    for text in draft.description.0.values_mut() {
        *text = text.split_once(". ").map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    }
    draft
}

fn sharing(victims: &[Victim], matches: impl Fn(&Victim) -> bool) -> usize {
    victims.iter().filter(|victim| matches(victim)).count()
}

fn month_of(text: &str) -> u8 {
    text[5..].parse().unwrap()
}

/// Whether the victim is the fifth to share something, or shifts the period: then five share what changes.
fn crosses(victims: &[Victim], one: Victim, before: &Draft) -> bool {
    let shared = [
        sharing(victims, |victim| victim.district == one.district),
        sharing(victims, |victim| DISTRICTS[victim.district].1 == DISTRICTS[one.district].1),
        sharing(victims, |victim| victim.organisation == one.organisation),
    ];
    let period = before.coverage_start.as_deref().zip(before.coverage_end.as_deref());
    let inside = period.is_some_and(|(start, end)| (month_of(start)..=month_of(end)).contains(&one.month));
    shared.contains(&4) || !inside
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn one_victim_more_changes_nothing_but_the_rounded_count_or_what_five_victims_share(
        victims in prop::collection::vec(any_victim(), 1..40),
        one in any_victim(),
    ) {
        let mut more = victims.clone();
        more.push(one);
        for (name, text) in [("a.csv", table as fn(&[Victim]) -> String), ("a.xml", document)] {
            let before = victims_of(name, &text(&victims));
            let after = victims_of(name, &text(&more));
            if !crosses(&victims, one, &before) {
                prop_assert_eq!(without_count(before), without_count(after.clone()));
            }
            for pcode in pcodes(&after) {
                let (district, province) = (|v: &Victim| DISTRICTS[v.district].0, |v: &Victim| DISTRICTS[v.district].1);
                prop_assert!(sharing(&more, |v| district(v) == pcode || province(v) == pcode) >= 5);
            }
            for (organisation, label) in [(0, "United Nations Mine Action Service"), (1, "Example Demining Trust")] {
                let named = description(&after, "en").contains(label);
                prop_assert_eq!(named, sharing(&more, |v| v.organisation == organisation) >= 5);
            }
            if let (Some(start), Some(end)) = (&after.coverage_start, &after.coverage_end) {
                prop_assert!(sharing(&more, |v| v.month <= month_of(start)) >= 5);
                prop_assert!(sharing(&more, |v| v.month >= month_of(end)) >= 5);
            }
        }
    }
}

#[test]
fn the_order_of_records_changes_nothing() {
    let victims: Vec<Victim> = (0..30_u8)
        .map(|n| Victim { district: usize::from(n) % 4, organisation: usize::from(n) % 3, month: n % 12 + 1 })
        .collect();
    let mut reversed = victims.clone();
    reversed.reverse();
    assert_eq!(victims_of("a.csv", &table(&victims)), victims_of("a.csv", &table(&reversed)));
    assert_eq!(victims_of("a.xml", &document(&victims)), victims_of("a.xml", &document(&reversed)));
}

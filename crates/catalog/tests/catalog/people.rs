//! People: who invites whom, signs in, and looks after accounts.

use std::net::IpAddr;

use crate::house::{House, day};
use cairn_catalog::{
    AcceptedInvitation, Catalog, CatalogError, InvitationRequest, IssuedSession, Paging, Person, PersonUpdate,
    PersonalTokenRequest,
};
use cairn_model::registry::GroupProfile;
use cairn_policy::{Label, Role, Viewer};
use jiff::{SignedDuration, Timestamp};

const PASSWORD: &str = "kettle and umbrella";

fn here() -> IpAddr {
    "192.0.2.1".parse().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    day(0) + SignedDuration::from_secs(seconds)
}

fn request(email: &str, organisation: &str, role: Role) -> InvitationRequest {
    InvitationRequest { email: email.to_owned(), organisation: Some(organisation.to_owned()), role }
}

fn accepted(secret: &str) -> AcceptedInvitation {
    AcceptedInvitation { secret: secret.to_owned(), name: Some("Amal".to_owned()), password: PASSWORD.to_owned() }
}

/// Somebody of the desk who was invited by the operator.
async fn person(catalog: &Catalog, name: &str, role: Role) -> Person {
    person_of(catalog, name, "Desk", role).await
}

async fn person_of(catalog: &Catalog, name: &str, organisation: &str, role: Role) -> Person {
    let request = request(&format!("{name}@desk.example"), organisation, role);
    let issued = catalog.invite(&Viewer::operator(), request, day(0)).await.unwrap();
    let accepted = AcceptedInvitation { name: Some(name.to_owned()), ..accepted(&issued.secret) };
    catalog.accept_invitation(&accepted, day(0)).await.unwrap()
}

async fn sign_in(catalog: &Catalog, name: &str) -> IssuedSession {
    catalog.sign_in(&format!("{name}@desk.example"), PASSWORD, here(), day(0)).await.unwrap()
}

async fn viewer(catalog: &Catalog, name: &str) -> Viewer {
    let session = sign_in(catalog, name).await;
    catalog.viewer_for_session(&session.secret, day(0)).await.unwrap().unwrap().viewer
}

/// What came of something: `done`, or the kind of error.
fn came<T>(result: Result<T, CatalogError>) -> String {
    match result {
        Ok(_) => "done".to_owned(),
        Err(CatalogError::Forbidden(_)) => "forbidden".to_owned(),
        Err(CatalogError::SignInRequired) => "sign in".to_owned(),
        Err(CatalogError::NotFound(_)) => "absent".to_owned(),
        Err(CatalogError::Conflict { .. }) => "conflict".to_owned(),
        Err(CatalogError::WrongCredentials) => "wrong".to_owned(),
        Err(CatalogError::TooManyAttempts { seconds }) => format!("wait {seconds}"),
        Err(CatalogError::Invalid(problems)) => {
            problems.into_iter().map(|problem| problem.code).collect::<Vec<String>>().join(" ")
        }
        Err(CatalogError::BadRequest(_)) => "bad request".to_owned(),
        Err(other) => panic!("{other:?}"),
    }
}

fn whole_list() -> Paging {
    Paging { after: String::new(), limit: 100 }
}

#[tokio::test]
async fn who_may_invite_whom_follows_from_organisation_and_role() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    person_of(&catalog, "elsewhere", "Clinic", Role::Reader).await;
    let desk = |role| Viewer::member("desk", &[], role);
    let table = [
        (Viewer::anonymous(), "desk", Role::Reader, "sign in"),
        (desk(Role::Reader), "desk", Role::Reader, "forbidden"),
        (desk(Role::Manager), "desk", Role::Reader, "forbidden"),
        (desk(Role::Operator), "desk", Role::Reader, "forbidden"),
        (desk(Role::Steward), "desk", Role::Reader, "done"),
        (desk(Role::Steward), "desk", Role::Steward, "done"),
        (desk(Role::Steward), "desk", Role::Operator, "forbidden"),
        (desk(Role::Steward), "desk", Role::Administrator, "forbidden"),
        (desk(Role::Steward), "clinic", Role::Reader, "forbidden"),
        (desk(Role::Administrator), "clinic", Role::Administrator, "done"),
        (desk(Role::Administrator), "nobody-knows", Role::Reader, "unknown-organisation"),
        (Viewer::operator(), "A New Organisation", Role::Administrator, "done"),
        (Viewer::operator(), "", Role::Reader, "required"),
    ];
    person(&catalog, "first", Role::Reader).await;
    for (number, (viewer, organisation, role, expected)) in table.into_iter().enumerate() {
        let request = request(&format!("{number}@example.org"), organisation, role);
        assert_eq!(came(catalog.invite(&viewer, request, day(0)).await), expected, "{number}");
    }
    let wrong = request("no address", "desk", Role::Reader);
    assert_eq!(came(catalog.invite(&desk(Role::Steward), wrong, day(0)).await), "no-address");
    let own = InvitationRequest { organisation: None, ..request("own@example.org", "", Role::Reader) };
    let issued = catalog.invite(&desk(Role::Steward), own, day(0)).await.unwrap();
    assert_eq!(issued.invitation.organisation, "desk");
}

#[tokio::test]
async fn an_invitation_is_accepted_once_within_two_weeks() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    let invite = async |email: &str| {
        catalog.invite(&Viewer::operator(), request(email, "Desk", Role::Manager), day(0)).await.unwrap()
    };
    let issued = invite("amal@desk.example").await;
    let told = catalog.invitation_of(&issued.secret, day(13)).await.unwrap();
    assert!(told == issued.invitation && !told.is_reset);
    let short =
        AcceptedInvitation { password: "short".to_owned(), name: Some(" ".to_owned()), ..accepted(&issued.secret) };
    assert_eq!(came(catalog.accept_invitation(&short, day(1)).await), "no-name too-short");
    let person = catalog.accept_invitation(&accepted(&issued.secret), day(13)).await.unwrap();
    assert_eq!((&*person.name, &*person.organisation, person.role), ("Amal", "desk", Role::Manager));
    // Used, unknown and expired are one answer; so is an address that has an account by now.
    let late = invite("late@desk.example").await;
    let second = invite("second@desk.example").await;
    let third = invite("second@desk.example").await;
    assert_eq!(came(catalog.accept_invitation(&accepted(&second.secret), day(1)).await), "done");
    for (secret, at) in [(&*issued.secret, 13), ("cairn_invitation_0", 1), (&late.secret, 14), (&third.secret, 1)] {
        let refused = catalog.accept_invitation(&accepted(secret), day(at)).await.unwrap_err();
        assert_eq!(refused.to_string(), "there is no such invitation, or it is not shared with you", "{secret}");
    }
}

#[tokio::test]
async fn invitations_are_listed_and_withdrawn_by_those_who_may_invite() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    let invite = async |email: &str, organisation: &str, role| {
        catalog.invite(&Viewer::operator(), request(email, organisation, role), day(0)).await.unwrap().invitation.id
    };
    let reader = invite("a@desk.example", "Desk", Role::Reader).await;
    let operator = invite("b@desk.example", "Desk", Role::Operator).await;
    let clinic = invite("c@clinic.example", "Clinic", Role::Reader).await;
    let steward = Viewer::member("desk", &[], Role::Steward);
    let administrator = Viewer::member("clinic", &[], Role::Administrator);
    let list = async |viewer: &Viewer, organisation: Option<&str>| {
        let list = catalog.invitations(viewer, organisation, day(1)).await;
        list.map(|list| list.into_iter().map(|one| one.email).collect::<Vec<String>>())
            .map_err(|error| came::<()>(Err(error)))
    };
    assert_eq!(list(&steward, None).await.unwrap(), ["b@desk.example", "a@desk.example"]);
    assert_eq!(list(&administrator, None).await.unwrap().len(), 3);
    assert_eq!(list(&administrator, Some("clinic")).await.unwrap(), ["c@clinic.example"]);
    for (viewer, expected) in [
        (Viewer::member("desk", &[], Role::Manager), "forbidden"),
        (Viewer::member("desk", &[], Role::Operator), "forbidden"),
        (Viewer::anonymous(), "sign in"),
    ] {
        assert_eq!(list(&viewer, None).await.unwrap_err(), expected);
        assert_eq!(list(&viewer, Some("desk")).await.unwrap_err(), expected);
    }
    assert_eq!(list(&steward, Some("clinic")).await.unwrap_err(), "forbidden");
    for (viewer, id, expected) in [
        (&Viewer::anonymous(), &reader, "sign in"),
        (&Viewer::member("desk", &[], Role::Reader), &reader, "absent"),
        (&steward, &clinic, "absent"),
        (&steward, &operator, "forbidden"),
        (&steward, &reader, "done"),
        (&steward, &reader, "absent"),
        (&administrator, &operator, "done"),
    ] {
        assert_eq!(came(catalog.withdraw_invitation(viewer, id, day(1)).await), expected);
    }
}

#[tokio::test]
async fn who_is_invited_is_not_told_to_those_who_may_not_know_of_the_account() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    person(&catalog, "amal", Role::Reader).await;
    person_of(&catalog, "badr", "Clinic", Role::Reader).await;
    let invite = async |viewer: &Viewer, organisation: &str| {
        came(catalog.invite(viewer, request("Amal@desk.example", organisation, Role::Reader), day(0)).await)
    };
    assert_eq!(invite(&Viewer::member("desk", &[], Role::Steward), "desk").await, "conflict");
    assert_eq!(invite(&Viewer::member("clinic", &[], Role::Administrator), "clinic").await, "conflict");
    assert_eq!(invite(&Viewer::member("clinic", &[], Role::Steward), "clinic").await, "done");
}

#[tokio::test]
async fn a_wrong_password_an_unknown_address_and_a_closed_account_get_one_answer() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    let amal = person(&catalog, "amal", Role::Reader).await;
    let try_it = async |email: &str, password: &str| catalog.sign_in(email, password, here(), day(0)).await;
    assert_eq!(came(try_it(" AMAL@Desk.example ", PASSWORD).await), "done");
    for (email, password) in [("amal@desk.example", "umbrella and kettle"), ("nobody@desk.example", PASSWORD), ("", "")]
    {
        assert_eq!(came(try_it(email, password).await), "wrong", "{email}");
    }
    let update = PersonUpdate { name: "Amal".to_owned(), role: Role::Reader, closed: true };
    catalog.change_person(&Viewer::operator(), &amal.id, &update, day(0)).await.unwrap();
    assert_eq!(came(try_it("amal@desk.example", PASSWORD).await), "wrong");
}

#[tokio::test]
async fn tries_in_vain_wait_longer_and_longer_also_after_a_restart_and_where_there_is_no_account() {
    let house = House::open(&[]).await;
    person(&house.catalog, "amal", Role::Reader).await;
    for email in ["amal@desk.example", "nobody@desk.example"] {
        for number in 0..6 {
            assert_eq!(came(house.catalog.sign_in(email, "umbrella", here(), day(0)).await), "wrong", "{number}");
        }
    }
    let house = house.reopened(&[]).await;
    let try_it = async |email: &str, password: &str, client: &str, at: i64| {
        came(house.catalog.sign_in(email, password, client.parse().unwrap(), after(at)).await)
    };
    // The right password waits as well, or the wait would say that it is right.
    for email in ["amal@desk.example", "nobody@desk.example"] {
        assert_eq!(try_it(email, PASSWORD, "192.0.2.1", 1).await, "wait 30");
    }
    // From elsewhere, the owner gets in, and what was tried here still waits less than before.
    assert_eq!(try_it("amal@desk.example", PASSWORD, "192.0.2.2", 1).await, "done");
    assert_eq!(try_it("amal@desk.example", "umbrella", "192.0.2.1", 30).await, "wrong");
    assert_eq!(try_it("amal@desk.example", "umbrella", "192.0.2.1", 31).await, "wait 60");
    assert_eq!(try_it("amal@desk.example", PASSWORD, "192.0.2.1", 90).await, "done");
    assert_eq!(try_it("amal@desk.example", "umbrella", "192.0.2.1", 91).await, "wrong");
}

#[tokio::test]
async fn a_session_is_a_new_secret_each_time_and_ends_when_it_is_idle_old_or_ended() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    let amal = person(&catalog, "amal", Role::Reader).await;
    let (first, second) = (sign_in(&catalog, "amal").await, sign_in(&catalog, "amal").await);
    assert_ne!(first.secret, second.secret);
    let goes_on = async |session: &IssuedSession, hours: i64| {
        let at = day(0) + SignedDuration::from_hours(hours);
        catalog.viewer_for_session(&session.secret, at).await.unwrap().is_some()
    };
    let signed_in = catalog.viewer_for_session(&first.secret, day(0)).await.unwrap().unwrap();
    assert_eq!((&*signed_in.name, signed_in.viewer.actor()), ("amal", format!("person:{}", amal.id).as_str()));
    assert_eq!(signed_in.viewer.signed_in(), Some(&*amal.id));
    assert!(signed_in.viewer.holds(&Label::person(&amal.id)) && signed_in.viewer.holds(&Label::organisation("desk")));
    let other = catalog.viewer_for_session(&second.secret, day(0)).await.unwrap().unwrap();
    assert_ne!(signed_in.form_token, other.form_token);
    // Used every eleven hours, it lasts for a week and no longer.
    for hours in (11..168).step_by(11) {
        assert!(goes_on(&first, hours).await, "{hours}");
    }
    assert!(!goes_on(&first, 168).await);
    assert!(goes_on(&second, 11).await && !goes_on(&second, 23).await, "idle for twelve hours");
    let third = sign_in(&catalog, "amal").await;
    catalog.sign_out(&third.secret, day(0)).await.unwrap();
    assert!(!goes_on(&third, 0).await);
    assert!(catalog.viewer_for_session("unknown", day(0)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_change_of_role_or_group_and_the_end_of_an_account_count_at_once() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    let amal = person(&catalog, "amal", Role::Reader).await;
    let session = sign_in(&catalog, "amal").await;
    let seen = async || catalog.viewer_for_session(&session.secret, day(0)).await.unwrap().map(|one| one.viewer);
    assert_eq!(seen().await.unwrap().role(), Some(Role::Reader));

    let operator = Viewer::operator();
    let mut profile = GroupProfile { members: vec!["desk".to_owned()], leads: vec!["desk".to_owned()], ..group() };
    catalog.create_group(&operator, Some("rapid-response"), profile.clone(), day(0)).await.unwrap();
    assert!(seen().await.unwrap().holds(&Label::group("rapid-response")));
    person_of(&catalog, "badr", "Clinic", Role::Reader).await;
    (profile.members, profile.leads) = (vec!["clinic".to_owned()], vec!["clinic".to_owned()]);
    catalog.change_group(&operator, "rapid-response", 1, profile, day(0)).await.unwrap();
    assert!(!seen().await.unwrap().holds(&Label::group("rapid-response")));

    let update = |role, closed| PersonUpdate { name: "Amal".to_owned(), role, closed };
    catalog.change_person(&operator, &amal.id, &update(Role::Manager, false), day(0)).await.unwrap();
    assert_eq!(seen().await.unwrap().role(), Some(Role::Manager));
    catalog.change_person(&operator, &amal.id, &update(Role::Manager, true), day(0)).await.unwrap();
    assert!(seen().await.is_none());
    catalog.change_person(&operator, &amal.id, &update(Role::Manager, false), day(0)).await.unwrap();
    assert!(seen().await.is_none(), "opening it again brings no session back");
}

fn group() -> GroupProfile {
    serde_json::from_value(serde_json::json!({
        "name": {"en": "Rapid response"}, "kind": "collaborative", "members": [], "leads": [],
        "audience": {"sharing": "community"}
    }))
    .unwrap()
}

#[tokio::test]
async fn accounts_are_changed_by_those_who_look_after_them_and_nobody_raises_themselves() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    let steward = person(&catalog, "steward", Role::Steward).await;
    let reader = person(&catalog, "reader", Role::Reader).await;
    let operator = person(&catalog, "operator", Role::Operator).await;
    let clinic = person_of(&catalog, "clinic", "Clinic", Role::Reader).await;
    let steward_viewer = viewer(&catalog, "steward").await;
    let reader_viewer = viewer(&catalog, "reader").await;
    let change = async |viewer: &Viewer, person: &Person, name: &str, role, closed| {
        let update = PersonUpdate { name: name.to_owned(), role, closed };
        came(catalog.change_person(viewer, &person.id, &update, day(0)).await)
    };
    assert_eq!(change(&Viewer::anonymous(), &reader, "x", Role::Reader, false).await, "sign in");
    assert_eq!(change(&reader_viewer, &reader, "Reem", Role::Reader, false).await, "done", "their own name");
    assert_eq!(change(&reader_viewer, &reader, "Reem", Role::Manager, false).await, "forbidden");
    assert_eq!(change(&reader_viewer, &steward, "x", Role::Reader, false).await, "forbidden");
    assert_eq!(change(&reader_viewer, &clinic, "x", Role::Reader, false).await, "absent");
    assert_eq!(change(&steward_viewer, &clinic, "x", Role::Reader, false).await, "absent");
    assert_eq!(change(&steward_viewer, &steward, "s", Role::Administrator, false).await, "forbidden");
    assert_eq!(change(&steward_viewer, &operator, "o", Role::Reader, false).await, "forbidden");
    assert_eq!(change(&steward_viewer, &reader, "Reem", Role::Operator, false).await, "forbidden");
    assert_eq!(change(&steward_viewer, &reader, "Reem", Role::Steward, false).await, "done");
    assert_eq!(change(&steward_viewer, &reader, "", Role::Reader, false).await, "no-name");
    assert_eq!(change(&steward_viewer, &reader, "Reem", Role::Reader, true).await, "done");
    assert_eq!(change(&steward_viewer, &reader, "Reem", Role::Reader, true).await, "done", "closed already");
    let lines = catalog.newest_acts(100).await.unwrap();
    let of_reader: Vec<_> = lines
        .iter()
        .rev()
        .filter(|line| line.subject == reader.id && line.act.starts_with("person.") && line.act != "person.sign-in")
        .map(|line| (line.act.as_str(), line.refused))
        .collect();
    let expected = [
        ("person.change", false),
        ("person.change", true),
        ("person.change", true),
        ("person.change", false),
        ("person.close", false),
    ];
    assert_eq!(of_reader, expected);
    assert!(lines.iter().all(|line| !format!("{line:?}").contains('@')), "{lines:#?}");
}

#[tokio::test]
async fn somebody_always_administers() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    let first = person(&catalog, "first", Role::Administrator).await;
    let change = async |person: &Person, role, closed| {
        let update = PersonUpdate { name: "x".to_owned(), role, closed };
        came(catalog.change_person(&Viewer::operator(), &person.id, &update, day(0)).await)
    };
    assert_eq!(change(&first, Role::Administrator, true).await, "conflict");
    assert_eq!(change(&first, Role::Reader, false).await, "conflict");
    let second = person(&catalog, "second", Role::Administrator).await;
    assert_eq!(change(&first, Role::Administrator, true).await, "done");
    assert_eq!(change(&second, Role::Reader, false).await, "conflict");
}

#[tokio::test]
async fn colleagues_see_names_and_those_who_look_after_accounts_see_addresses() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    let amal = person(&catalog, "amal", Role::Reader).await;
    let gone = person(&catalog, "gone", Role::Reader).await;
    person_of(&catalog, "clinic", "Clinic", Role::Reader).await;
    let update = PersonUpdate { name: "gone".to_owned(), role: Role::Reader, closed: true };
    catalog.change_person(&Viewer::operator(), &gone.id, &update, day(0)).await.unwrap();
    let list = async |viewer: &Viewer, organisation: Option<&str>| {
        let page = catalog.people(viewer, organisation, &whole_list()).await.unwrap();
        let told =
            |one: Person| format!("{} {}", one.name, one.private.map(|private| private.email).unwrap_or_default());
        let mut told: Vec<String> = page.items.into_iter().map(told).collect();
        told.sort();
        told
    };
    let desk = |role| Viewer::member("desk", &[], role);
    assert_eq!(list(&desk(Role::Manager), None).await, ["amal "]);
    assert_eq!(list(&desk(Role::Steward), None).await, ["amal amal@desk.example", "gone gone@desk.example"]);
    assert_eq!(list(&viewer(&catalog, "amal").await, None).await, ["amal amal@desk.example"]);
    assert_eq!(list(&desk(Role::Steward), Some("clinic")).await, [""; 0]);
    assert_eq!(list(&desk(Role::Steward), Some("nobody-knows")).await, [""; 0]);
    assert_eq!(list(&desk(Role::Administrator), Some("clinic")).await, ["clinic clinic@desk.example"]);
    assert_eq!(list(&desk(Role::Administrator), None).await.len(), 3);
    assert_eq!(came(catalog.people(&Viewer::anonymous(), Some("desk"), &whole_list()).await), "sign in");
    assert_eq!(came(catalog.person(&Viewer::member("clinic", &[], Role::Steward), &amal.id).await), "absent");
    assert_eq!(came(catalog.person(&desk(Role::Reader), &gone.id).await), "absent");
    assert_eq!(came(catalog.find_person(&desk(Role::Reader), "amal@desk.example").await), "absent");
    assert_eq!(came(catalog.find_person(&desk(Role::Steward), "Amal@desk.example").await), "done");
    // A page is full of those who may be known.
    let page = catalog.people(&desk(Role::Reader), None, &Paging { after: String::new(), limit: 1 }).await.unwrap();
    assert_eq!((page.items.len(), page.next), (1, None));
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_needs_the_present_one() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    person(&catalog, "amal", Role::Reader).await;
    let (here_session, elsewhere) = (sign_in(&catalog, "amal").await.secret, sign_in(&catalog, "amal").await.secret);
    let new = "seven goats on a hill";
    let change = async |session: &str, present: &str, new: &str| {
        came(catalog.change_password(session, present, new, here(), day(0)).await)
    };
    assert_eq!(change("unknown", PASSWORD, new).await, "sign in");
    assert_eq!(change(&here_session, "umbrella", new).await, "wrong");
    assert_eq!(change(&here_session, PASSWORD, "short").await, "too-short");
    assert_eq!(change(&here_session, PASSWORD, new).await, "done");
    assert!(catalog.viewer_for_session(&here_session, day(0)).await.unwrap().is_some());
    assert!(catalog.viewer_for_session(&elsewhere, day(0)).await.unwrap().is_none());
    assert_eq!(came(catalog.sign_in("amal@desk.example", PASSWORD, here(), day(0)).await), "wrong");
    assert_eq!(came(catalog.sign_in("amal@desk.example", new, here(), day(0)).await), "done");
}

#[tokio::test]
async fn the_operator_makes_a_link_for_a_new_password_which_lasts_a_day() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    let amal = person(&catalog, "amal", Role::Reader).await;
    let session = sign_in(&catalog, "amal").await.secret;
    let administrator = Viewer::member("desk", &[], Role::Administrator);
    assert_eq!(came(catalog.reset_password(&administrator, &amal.id, day(0)).await), "forbidden");
    assert_eq!(came(catalog.reset_password(&Viewer::operator(), "nobody@desk.example", day(0)).await), "absent");
    let issued = catalog.reset_password(&Viewer::operator(), "amal@desk.example", day(0)).await.unwrap();
    assert!(issued.invitation.is_reset);
    assert!(catalog.viewer_for_session(&session, day(0)).await.unwrap().is_some(), "nothing happens before it is used");
    assert_eq!(came(catalog.invitation_of(&issued.secret, day(1)).await), "absent");
    let new = "seven goats on a hill";
    let accepted = AcceptedInvitation { name: None, password: new.to_owned(), ..accepted(&issued.secret) };
    // Who forgot it has tried it too often, and gets in all the same.
    for _ in 0..7 {
        let _ = catalog.sign_in("amal@desk.example", "forgotten", here(), day(0)).await;
    }
    let renewed = catalog.accept_and_sign_in(&accepted, day(0)).await.unwrap();
    let signed_in = catalog.viewer_for_session(&renewed.secret, day(0)).await.unwrap().unwrap();
    assert_eq!((signed_in.viewer.person(), &*signed_in.name), (Some(&*amal.id), &*amal.name));
    assert!(catalog.viewer_for_session(&session, day(0)).await.unwrap().is_none());
    let elsewhere = "192.0.2.2".parse().unwrap();
    assert_eq!(came(catalog.sign_in("amal@desk.example", new, elsewhere, day(0)).await), "done");
}

#[tokio::test]
async fn a_token_of_a_person_may_no_more_than_the_person_and_lives_no_longer() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    let amal = person(&catalog, "amal", Role::Steward).await;
    let by_session = viewer(&catalog, "amal").await;
    let make = async |viewer: &Viewer, role, days| {
        catalog.create_personal_token(viewer, &PersonalTokenRequest { role, expires: day(days) }, day(0)).await
    };
    assert_eq!(came(make(&Viewer::anonymous(), Role::Reader, 1).await), "sign in");
    assert_eq!(came(make(&Viewer::operator(), Role::Reader, 1).await), "forbidden");
    assert_eq!(came(make(&by_session, Role::Operator, 1).await), "forbidden");
    for days in [0, 367] {
        assert_eq!(came(make(&by_session, Role::Reader, days).await), "bad request", "{days}");
    }
    let issued = make(&by_session, Role::Steward, 90).await.unwrap();
    let by_token = catalog.viewer_for_token(&issued.secret, day(1)).await.unwrap();
    assert_eq!(by_token.actor(), format!("token:{}", issued.row.id));
    assert_eq!((by_token.person(), by_token.role()), (Some(&*amal.id), Some(Role::Steward)));
    assert_eq!(by_token.labels().collect::<Vec<_>>(), by_session.labels().collect::<Vec<_>>());
    assert_eq!(came(make(&by_token, Role::Reader, 1).await), "forbidden", "a token makes no tokens");

    let update = |role, closed| PersonUpdate { name: "Amal".to_owned(), role, closed };
    catalog.change_person(&Viewer::operator(), &amal.id, &update(Role::Reader, false), day(1)).await.unwrap();
    let lowered = catalog.viewer_for_token(&issued.secret, day(1)).await.unwrap();
    assert_eq!(lowered.role(), Some(Role::Reader));
    catalog.change_person(&Viewer::operator(), &amal.id, &update(Role::Reader, true), day(1)).await.unwrap();
    assert!(matches!(catalog.viewer_for_token(&issued.secret, day(1)).await, Err(CatalogError::InvalidToken)));
}

#[tokio::test]
async fn tokens_are_seen_and_revoked_by_their_person_and_the_administrators_of_the_organisation() {
    let house = House::open(&[]).await;
    let catalog = house.catalog.clone();
    person(&catalog, "amal", Role::Steward).await;
    person(&catalog, "badr", Role::Reader).await;
    let (amal, badr) = (viewer(&catalog, "amal").await, viewer(&catalog, "badr").await);
    let request = PersonalTokenRequest { role: Role::Reader, expires: day(1) };
    let token = catalog.create_personal_token(&amal, &request, day(0)).await.unwrap().row.id;
    let administrator = Viewer::member("desk", &[], Role::Administrator);
    let stranger = Viewer::member("clinic", &[], Role::Administrator);
    let count = async |viewer: &Viewer| catalog.tokens_of(viewer, day(0)).await.map(|rows| rows.len());
    assert_eq!((count(&amal).await.unwrap(), count(&badr).await.unwrap()), (1, 0));
    assert_eq!((count(&administrator).await.unwrap(), count(&stranger).await.unwrap()), (1, 0));
    assert_eq!(came(count(&Viewer::member("desk", &[], Role::Steward)).await), "forbidden");
    assert_eq!(came(count(&Viewer::anonymous()).await), "sign in");
    for (viewer, expected) in [
        (&Viewer::anonymous(), "sign in"),
        (&badr, "absent"),
        (&stranger, "absent"),
        (&administrator, "done"),
        (&amal, "absent"),
    ] {
        assert_eq!(came(catalog.revoke_token_of(viewer, &token, day(0)).await), expected);
    }
}

//! Wrong usage and wrong configuration: exit 2, and words that say where and what was meant.

use crate::packages::dump;
use crate::place::Place;

#[test]
fn an_unknown_source_is_told_with_the_nearest_one() {
    let place = Place::bundled();
    place.run(&["harvest", "sample-portl"]).exits(2).says(&["`sample-portl`", "did you mean `sample-portal`?"]);
}

#[test]
fn an_unknown_key_is_told_with_its_line_and_the_nearest_one() {
    let place = Place::new();
    place.dump(&dump(1));
    place.configure("[server]\n\nlissten = \"127.0.0.1:0\"\n");
    for command in [&["up"][..], &["harvest"], &["search", "x"], &["check"], &["source", "list"]] {
        place.run(command).exits(2).says(&["cairn.toml", "line 3", "`lissten`", "did you mean `listen`?"]);
    }
    place.configure("");
    place.source("dump", "ckan", "file:../../files/dump.jsonl", "[limits]\nrequest_per_second = 2.0");
    place.run(&["harvest"]).exits(2).says(&["dump.toml", "line 5", "request_per_second", "requests_per_second"]);
}

#[test]
fn an_unknown_key_in_a_table_of_sources_in_the_main_file_is_told_with_its_line() {
    let place = Place::new();
    place.configure(
        "[server]\n\n[[sources]]\nid = \"x\"\nkind = \"ckan\"\nurl = \"https://x.example\"\nenabeld = false\n",
    );
    place.run(&["source", "list"]).exits(2).says(&["cairn.toml", "enabeld", "enabled", "line 7"]);
}

#[test]
fn an_unknown_value_of_a_vocabulary_is_told() {
    let place = Place::new();
    place.source("dump", "ckan", "file:x.jsonl", "[terms]\nsharing = \"publc\"");
    place.run(&["harvest"]).exits(2).says(&["publc", "public", "line 5"]);
    place.source("dump", "ckann", "file:x.jsonl", "");
    place.run(&["harvest"]).exits(2).says(&["`ckann`", "did you mean `ckan`?"]);
    place.source("dump", "ckan", "file:x.jsonl", "schedule = \"sometimes\"");
    place.run(&["harvest"]).exits(2).says(&["sometimes", "line 4"]);
}

#[test]
fn toml_that_is_broken_is_told_with_its_line() {
    let place = Place::new();
    place.configure("sources_dir = \"sources\"\n[server\n");
    place.run(&["check"]).exits(2).says(&["cairn.toml", "line 2"]);
}

#[test]
fn a_variable_that_names_no_setting_is_told() {
    let place = Place::new().variable("CAIRN_SERVER__LISTN", "127.0.0.1:0");
    place.run(&["check"]).exits(2).says(&["CAIRN_SERVER__LISTN", "CAIRN_SERVER__LISTEN"]);
}

#[test]
fn a_variable_that_a_source_names_for_its_token_is_no_mistake() {
    let place = Place::new().variable("CAIRN_DESK_TOKEN", "secret").variable("CAIRN_SERVICE_HOST", "10.0.0.7");
    place.source("desk", "ckan", "https://desk.example", "[credentials]\ntoken_env = \"CAIRN_DESK_TOKEN\"");
    place.run(&["check"]).exits(0);
    place.forget_source("desk");
    place.run(&["check"]).exits(2).says(&["CAIRN_DESK_TOKEN names no setting"]);
}

#[test]
fn a_variable_with_a_value_that_cannot_be_read_is_told_by_its_name() {
    let place = Place::new().variable("CAIRN_HARVEST__PER_HOST", "many");
    place.run(&["check"]).exits(2).says(&["CAIRN_HARVEST__PER_HOST", "many"]);
}

#[test]
fn check_reads_all_that_other_commands_read_before_there_is_any_data() {
    let place = Place::new();
    place.run(&["check"]).exits(0);
    for (text, said) in [
        ("[store]\nurl = \"postgres://x\"\n", "store.url"),
        ("[server]\nexport_rows = 0\n", "server.export_rows"),
        ("[server]\nsearch_seconds = 0\n", "server.search_seconds"),
        ("[server]\nsearch_seconds = 30\n", "server.search_seconds"),
        ("[harvest]\nca_bundle = \"no-such.pem\"\n", "no-such.pem"),
        ("[mail]\nfrom = \"cairn@relief.example\"\n", "mail.smtp"),
        (
            "[[sign_in.providers]]\nid = \"A\"\ntitle = \"A\"\nissuer = \"https://a.example\"\nclient_id = \"c\"\n",
            "sign_in.providers",
        ),
    ] {
        place.configure(text);
        place.run(&["check"]).exits(2).says(&[said]);
        place.run(&["harvest"]).exits(2).says(&[said]);
    }
    place.configure("");
    std::fs::create_dir_all(place.data().with_file_name("config").join("vocabularies")).unwrap();
    place.config_file("vocabularies/cluster.csv", "no,such,columns\n1,2,3\n");
    place.run(&["check"]).exits(2).says(&["vocabularies"]);
    assert!(!place.data().exists());
}

#[test]
fn a_server_for_every_address_without_one_for_people_is_warned_of() {
    let place = Place::new();
    place.configure("[server]\nlisten = \"0.0.0.0:8080\"\n");
    let checked = place.run(&["check", "--json"]).exits(0).json();
    let findings = checked["findings"].as_array().unwrap();
    let warned: Vec<_> = findings.iter().filter(|one| one["warning"] == true).collect();
    assert!(warned.len() == 1 && warned[0]["detail"].as_str().unwrap().contains("server.public_url"), "{checked:#}");
    place.configure("[server]\nlisten = \"0.0.0.0:8080\"\npublic_url = \"https://cairn.example\"\n");
    assert!(!place.run(&["check"]).exits(0).stdout.contains("public_url"));
}

#[test]
fn a_flag_says_as_whom_to_read_whatever_the_variable_of_tokens_is() {
    let place = Place::new();
    place.dump(&dump(1));
    place.harvest(&[], 0);
    let place = place.variable("CAIRN_TOKEN", "cairn_none");
    assert_eq!(place.total(), 1);
    place.run(&["search", "x"]).exits(12);
    place.run(&["search", "--token", "cairn_other", "--as-operator"]).exits(2).says(&["--as-operator"]);
    place.run(&["search", "--token", "cairn_other", "--token-file", "x"]).exits(2);
}

#[test]
fn a_missing_configuration_or_data_folder_is_told_with_what_to_do() {
    let place = Place::new();
    place.run(&["search", "x"]).exits(1).says(&["data", "cairn up"]);
    place.run(&["show", "00000000-0000-5000-8000-000000000000"]).exits(1);
    assert!(!place.data().exists(), "reading makes no data folder");
    let elsewhere = place.command(&["check"]).arg("--verbose").env("CAIRN_LOG", "off").output().unwrap();
    assert_eq!(elsewhere.status.code(), Some(0));
}

#[test]
fn flags_that_nobody_knows_and_ids_that_are_none_are_wrong_usage() {
    let place = Place::new();
    place.dump(&dump(1));
    place.harvest(&[], 0);
    place.run(&["harvest", "--ful"]).exits(2).says(&["--full"]);
    place.run(&["search", "--sharing", "publc"]).exits(2).says(&["sharing", "public"]);
    place.run(&["search", "--limit", "101"]).exits(2).says(&["limit", "100"]);
    place.run(&["search", "--sort", "colour"]).exits(2).says(&["sort"]);
    place.run(&["show", "no-id"]).exits(2).says(&["no-id"]);
    place.run(&["token", "create", "--organisation", "x", "--role", "king"]).exits(2).says(&["king", "reader"]);
    place
        .run(&["token", "create", "--organisation", "x", "--role", "reader", "--expires", "soon"])
        .exits(2)
        .says(&["90d"]);
    place.run(&["search", "--token", "cairn_x"]).exits(12).says(&["token"]);
}

#[test]
fn help_and_version_go_to_stdout_and_exit_0() {
    let place = Place::new();
    let help = place.run(&["--help"]).exits(0);
    assert!(help.stdout.contains("Exit codes") && help.stderr.is_empty(), "{help:#?}");
    assert!(place.run(&["--version"]).exits(0).stdout.starts_with("cairn "));
}

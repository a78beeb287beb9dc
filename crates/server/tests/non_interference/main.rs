//! Non-interference over HTTP: what a viewer gets is byte for byte what they would get had all that is hidden from them
//! never existed.
//!
//! A random catalogue is harvested from a CKAN dump and an inventory and goes through a random history: records are
//! tightened, loosened (and confirmed), changed and withdrawn, concerns are raised about them whoever sees them then, and in the
//! end the portal may list all of its records under other ids. Then each viewer asks the server, and asks a second server
//! whose sources never held anything but what this viewer may see: records hidden from them are not in its files, and in
//! those of which they see a part, everything else says something different. Both must answer the same bytes.
//!
//! What may differ, and how it is compared:
//! - `first_seen` and `changed_at` of a record, and the times and steps of its history: the second catalogue was harvested
//!   once, so it has no past. They are compared with what the viewer could see in the first catalogue after each harvest.
//! - the `ETag` of an answer with such times: it must be the hash of the body.
//! - a record that the viewer could see until it was withdrawn: it is gone (410) in the first catalogue, and never was in the
//!   second. Who could not see it then is told as of one that never was.
//! - a record that goes on under another id: it leads there in the first catalogue, and never was in the second. So that is
//!   compared with a third one, which held nothing but what this viewer may see when the portal changed its ids. Whether it
//!   did is judged over everything that it lists, as every guard is, so both must be of one mind for that.
//! - what the operators of a source see of its runs, which by design tells of all records of the source: no viewer here
//!   operates one.
#![expect(clippy::unwrap_used, reason = "tests")]

mod comparing;
#[path = "../holdings/mod.rs"]
mod holdings;
#[path = "../house/mod.rs"]
mod house;
mod lived;
mod sights;

use cairn_policy::Role;
use comparing::compare;
use holdings::{Holding, MASK, WORDS, holding};
use house::Asker;
use lived::live;
use proptest::prelude::*;
use proptest::sample::{Index as Pick, select, subsequence};

/// Records that a version changes, and records that it withdraws.
pub(crate) type Version = (Vec<Holding>, Vec<Pick>);

fn versions() -> impl Strategy<Value = Vec<Version>> {
    let first = prop::collection::vec(holding(), 0..40);
    let further = (prop::collection::vec(holding(), 0..12), prop::collection::vec(any::<Pick>(), 0..4));
    (first, prop::collection::vec(further, 0..=4)).prop_map(|(first, further)| {
        let mut versions = vec![(first, Vec::new())];
        versions.extend(further);
        versions
    })
}

/// Nobody, or a member: of an organisation that owns records or of none, in groups or not, of any role that operates
/// neither source.
fn asker() -> impl Strategy<Value = Asker> {
    let member = (
        select(&["Example Relief", "Horizon Fund", "Stranger"][..]),
        subsequence(vec!["Protection", "taskforce"], 0..=2),
        select(&[Role::Reader, Role::Manager, Role::Steward, Role::Operator][..]),
    )
        .prop_map(|(organisation, groups, role)| Asker::member(organisation, &groups, role));
    prop_oneof![1 => Just(Asker::anonymous()), 2 => member]
}

fn search() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        4 => select(&WORDS[..]).prop_map(str::to_owned),
        1 => select(&["conv*", "ha*", "\"water hazard\"", "title:water", "country:YEM", "-rendition:stub", MASK][..])
            .prop_map(str::to_owned),
        1 => select(&WORDS[..]).prop_map(|word| format!("-{word}")),
    ];
    let filter = select(
        &[
            "country=YEM",
            "cluster=PRO",
            "organisation=example-relief",
            "organisation=horizon-fund",
            "source=portal",
            "sharing=public&sharing=closed",
            "sensitivity=unknown",
            "access=download",
            "format=CSV",
            "tag=rations",
            "rendition=stub",
            "rendition=partial",
            "freshness=delinquent",
            "modified_after=2020",
            "covers_after=2021-05-06",
            "covers_before=2020-03-04",
            "bbox=39,9,51,21",
            "bbox=0.5,1.5,3.5,4.5",
            "classification=confidential",
        ][..],
    );
    let sort = select(&["relevance", "modified", "-modified", "title", "-title", "quality", "issued"][..]);
    let text = prop::collection::vec(atom, 0..4).prop_map(|atoms| atoms.join(" "));
    (text, prop::collection::vec(filter, 0..2), sort, 1..40_usize).prop_map(|(text, filters, sort, limit)| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &text).finish();
        let filters = filters.iter().fold(String::new(), |query, filter| query + "&" + filter);
        format!("{query}{filters}&sort={sort}&limit={limit}")
    })
}

fn cases() -> u32 {
    std::env::var("CAIRN_TEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

/// A case takes seconds, so a failure is made small only where somebody asks for it.
fn shrinks() -> u32 {
    std::env::var("CAIRN_TEST_SHRINKS").ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: shrinks(), ..ProptestConfig::default() })]

    #[test]
    fn a_viewer_cannot_tell_what_is_hidden_from_what_never_was(
        versions in versions(),
        renames in any::<bool>(),
        askers in prop::collection::vec(asker(), 2),
        searches in prop::collection::vec(search(), 8),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let lived = Box::pin(live(&versions, renames, &askers)).await;
            for (place, asker) in askers.iter().enumerate() {
                Box::pin(compare(&lived, place, asker, &searches)).await?;
            }
            Ok::<(), TestCaseError>(())
        })?;
    }
}

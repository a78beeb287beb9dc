//! The contract of `Store`: every implementation runs all of it, by a [`Fixture`] and the `contract!` list.

pub(crate) mod amended_records;
pub(crate) mod budgets;
pub(crate) mod changes;
pub(crate) mod disk;
pub(crate) mod duplicates;
pub(crate) mod entries;
pub(crate) mod held;
pub(crate) mod interventions;
pub(crate) mod leases;
pub(crate) mod marks;
pub(crate) mod model;
pub(crate) mod notifications;
pub(crate) mod pages;
pub(crate) mod people;
pub(crate) mod purges;
pub(crate) mod removal;
pub(crate) mod retention;
pub(crate) mod runs;
pub(crate) mod sample;
pub(crate) mod sources;
pub(crate) mod successions;
pub(crate) mod tokens;

use cairn_store::{Clock, Store};

/// An empty store to try, and what a test needs around it.
pub(crate) trait Fixture {
    type Store: Store + 'static;

    /// The store.
    fn store(&self) -> &Self::Store;

    /// The same store as another process opens it.
    async fn another(&self) -> Self::Store;

    /// The clock by which its leases run out.
    fn clock(&self) -> &Clock;

    /// Leaves no room on the disk for more than a little.
    async fn fill_disk(&self);

    /// Makes room again.
    async fn free_disk(&self);

    /// Leaves no room for more than a few hundred marks, or makes room again.
    fn fill_folder_of_marks(&self, full: bool);
}

/// One test for each sentence of the contract: `contract!(open_a_fixture)`.
macro_rules! contract {
    ($open:path) => {
        $crate::contract::contract! { @ $open;
            changes {
                a_record_that_changed_twice_comes_once_in_its_latest_state,
                a_follower_ends_with_what_the_store_holds_whatever_is_written_meanwhile,
                writers_beside_each_other_never_share_a_number,
                a_record_reads_back_exactly_as_it_was_written,
                a_follower_is_given_what_is_stored_whether_it_was_just_written_or_not,
                history_tells_every_revision_newest_first,
                large_records_are_answered_few_at_a_time,
            }
            pages {
                a_page_of_the_same_records_writes_nothing,
                a_page_without_records_writes_nothing,
                a_change_is_one_revision_and_keeps_when_the_record_first_came,
                a_payload_is_kept_replaced_and_forgotten_with_its_record,
                the_same_content_in_another_payload_is_no_change,
                a_record_that_stands_twice_in_a_page_is_taken_as_it_stands_first,
                a_record_of_another_source_is_refused_and_nothing_of_its_page_is_written,
                a_number_that_is_none_is_refused_before_it_can_poison_the_store,
                text_that_looks_like_sql_is_stored_as_text,
                known_finds_any_number_of_records_by_any_text,
                a_page_of_every_size_comes_back_whole,
                a_write_that_is_given_up_halfway_leaves_nothing_of_it_and_no_lock,
            }
            leases {
                of_a_hundred_that_begin_at_once_exactly_one_gets_the_lease,
                in_a_thousand_tries_of_two_processes_no_two_hold_the_lease_at_once,
                the_second_is_told_who_runs_and_since_when,
                sources_do_not_wait_for_each_other,
                an_old_fence_cannot_write,
                a_lease_that_is_renewed_is_not_taken_over,
                a_page_renews_the_lease,
                a_lease_that_ran_out_can_still_write_until_somebody_takes_it_over,
                a_clock_that_was_put_back_does_not_keep_a_dead_lease_alive,
                fencing_numbers_only_rise,
            }
            budgets {
                a_day_has_so_many_requests_whoever_sends_them,
                a_clock_that_goes_back_gains_nothing_and_one_that_jumped_ahead_loses_no_day,
            }
            runs {
                a_run_goes_from_running_to_its_verdict,
                a_killed_run_resumes_from_its_last_page,
                a_run_that_is_killed_before_its_first_page_hands_the_checkpoint_on,
                a_resumed_run_knows_what_was_listed_before_it,
                a_run_that_begins_anew_forgets_what_was_listed_before_it,
                a_finished_run_leaves_no_checkpoint_unless_it_keeps_it,
                a_complete_run_never_keeps_its_checkpoint,
                only_a_complete_run_leaves_its_state,
                a_run_that_writes_forgets_the_state_until_one_is_complete_again,
                abandoned_runs_are_closed_and_live_ones_are_not,
                the_first_thousand_problems_of_a_run_are_kept_in_order,
                runs_are_told_newest_first_of_one_source_or_all,
                the_last_complete_run_of_a_source_is_found_behind_those_that_came_to_no_end,
                runs_of_some_sources_are_told_whatever_others_ran_since,
                old_runs_are_forgotten_but_the_last_complete_one,
                a_source_is_unreachable_since_the_first_run_that_did_not_reach_it,
                a_run_cannot_end_without_a_verdict,
                a_run_number_is_used_once,
            }
            marks {
                an_id_has_the_marks_that_were_set_last_and_others_have_none,
                a_page_of_any_size_is_marked_and_read_again,
                ids_with_a_mark_are_told_a_page_at_a_time,
                marks_are_their_callers_own_and_write_nothing_to_the_catalogue,
                records_are_told_by_their_marks_a_page_at_a_time_across_its_borders,
                records_that_were_missing_are_told_apart,
                active_records_are_told_a_page_at_a_time_and_counted,
                marks_that_find_no_room_say_so_and_leave_the_store_as_it_is,
            }
            interventions {
                a_pause_holds_in_every_process_until_it_is_ended_and_stands_in_the_log_of_acts,
                a_stop_is_asked_of_the_run_that_goes_on_and_of_no_other,
            }
            held {
                every_run_lists_what_is_held_until_a_run_releases_it,
                a_page_that_is_written_twice_holds_the_same,
                each_kind_is_held_and_released_by_itself,
                what_is_held_is_kept_however_much_it_is,
                what_a_killed_run_held_is_still_held,
                what_no_run_lists_is_forgotten_and_what_is_held_stays,
            }
            removal {
                a_missing_record_stays_and_is_no_change,
                a_record_that_is_found_again_loses_its_missing_marks,
                a_retired_record_is_a_change_and_keeps_its_history,
                a_retired_record_that_comes_again_is_restored,
                a_run_that_read_a_part_retires_nothing,
                a_run_retires_nothing_of_another_source,
                a_record_is_for_who_may_know_of_it_and_once_it_is_retired_for_who_could,
            }
            successions {
                newcomers_are_what_the_last_complete_run_did_not_list,
                a_retired_record_leads_to_its_successor_whoever_may_know_of_both,
                a_record_that_was_replaced_twice_leads_to_the_last,
                an_address_leads_on_however_long_ago_its_record_was_retired,
                a_record_that_comes_again_stands_for_itself,
                only_what_is_retired_is_replaced_and_only_by_a_record_of_its_source,
            }
            purges {
                a_purge_removes_all_of_a_source_and_nothing_of_another,
                what_is_purged_is_a_change_that_is_followed,
                no_purge_begins_beside_a_run_and_no_run_beside_a_purge,
                an_interrupted_purge_goes_on_and_counts_the_whole,
                a_purge_that_was_interrupted_leaves_nothing_to_go_on_from_to_a_run,
                a_source_that_stays_configured_keeps_its_pause_and_its_budget,
                a_removal_is_told_to_who_could_see_the_record_and_to_nobody_else,
                a_run_after_a_purge_takes_no_number_that_something_held_names,
            }
            retention {
                old_history_goes_but_for_the_first_revision_and_what_later_ones_are_compared_with,
                no_hidden_step_takes_the_place_of_an_old_one_that_a_viewer_saw,
                a_history_that_a_viewer_could_not_see_for_a_while_is_not_joined_over_the_gap,
                a_record_that_was_retired_long_ago_goes_for_good_and_can_come_again_as_new,
                a_retired_record_stays_for_as_long_as_its_terms_are_said_otherwise_and_no_other_word_keeps_it,
                tombstones_are_forgotten_when_they_are_old,
                only_the_newest_problems_of_a_listing_are_kept_of_each_source,
            }
            sources {
                an_equal_source_writes_nothing,
                a_source_that_is_configured_no_more_stays_while_it_has_records,
            }
            entries {
                an_entry_keeps_every_version_and_when_it_first_came,
                the_same_entry_again_is_no_new_version,
                entries_are_listed_by_id_and_found_by_the_terms_of_their_newest_version,
                a_version_is_loaded_as_it_was_and_what_is_old_of_a_kind_is_forgotten,
                an_entry_is_forgotten_with_its_versions_by_who_may_know_of_it_and_by_nobody_else,
                nobody_is_told_of_an_entry_that_is_not_theirs_to_know,
                a_decision_sees_what_it_writes_over_and_its_lines_are_written_with_it,
                of_many_that_decide_on_one_version_at_once_none_overlooks_another,
            }
            amended_records {
                what_a_person_writes_is_followed_with_their_name_and_keeps_the_payload,
                what_a_person_takes_out_is_retired_and_comes_back_as_restored,
                a_page_writes_nothing_over_what_was_edited_since_it_was_read,
                a_run_that_left_an_edited_record_leaves_no_state_until_one_has_read_it,
            }
            people {
                an_invitation_makes_one_account_and_is_gone,
                an_invitation_that_ran_out_or_was_withdrawn_is_as_if_it_had_never_been,
                one_address_has_one_account_and_the_invitation_to_another_stays,
                of_many_that_accept_one_invitation_at_once_one_gets_the_account,
                a_new_password_ends_every_session_and_closed_accounts_get_none,
                a_session_goes_on_until_it_ends_is_idle_or_is_ended,
                who_is_closed_has_no_session_no_token_and_no_way_back,
                a_change_of_an_account_is_decided_in_the_transaction_that_writes_it,
                an_identity_belongs_to_one_open_account,
                a_sign_in_comes_back_once_and_in_time,
                tries_in_vain_wait_longer_and_longer_in_every_process,
                people_are_listed_by_organisation_in_the_order_of_their_ids,
                no_line_of_the_log_holds_an_address,
            }
            notifications {
                a_message_is_queued_once_and_waits_until_it_is_due,
                of_many_that_claim_at_once_each_message_is_taken_by_one,
                who_slept_over_what_they_took_cannot_end_it,
                a_message_for_several_becomes_one_for_each_in_one_step,
                of_two_looks_from_one_change_the_first_counts_and_what_waits_is_joined,
                what_is_followed_no_more_is_told_no_more,
                what_is_too_much_for_a_person_is_one_message_a_day,
                a_message_is_found_by_the_hash_of_each_of_its_links,
            }
            tokens {
                revoked_and_expired_tokens_are_not_found,
                a_person_has_so_many_live_tokens_and_what_ended_is_forgotten,
                a_token_is_found_by_any_process_as_soon_as_it_is_made,
                no_list_of_tokens_holds_a_hash,
                the_same_secret_is_kept_once,
                what_becomes_of_a_token_stands_in_the_log_of_acts,
                the_log_of_acts_is_told_newest_first,
                lines_of_the_log_of_acts_are_found_by_who_what_on_what_since_when_and_before_which,
                the_log_of_acts_is_one_chain_whoever_writes_it,
            }
            duplicates {
                what_was_said_of_a_pair_is_kept_once_whichever_record_is_named_first,
                a_record_is_no_duplicate_of_itself,
            }
            disk {
                a_full_disk_undoes_the_page_and_the_store_works_again_after_it,
                a_full_disk_undoes_a_single_line_and_the_store_works_again_after_it,
                a_sound_store_has_no_faults,
            }
        }
    };
    (@ $open:path; $($part:ident { $($sentence:ident,)* })*) => {
        $(mod $part {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $sentence() {
                let fixture = $open().await;
                $crate::contract::$part::$sentence(&fixture).await;
            })*
        })*
    };
}
pub(crate) use contract;

//! Input that no honest client sends, and what no honest disk or chaincode does: it meets a clear error, nothing of it is
//! kept, nothing is lost, and the network goes on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

mod calls;
mod chaincode;
mod damage;
mod endorsements;
mod full_disk;
mod ordering;
mod proposals;
mod support;

use anyhow::{Result, ensure};
use folio_tests::on_network;

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_meets_a_clear_error_and_nothing_is_lost() -> Result<()> {
    on_network(async |network| {
        let before = network.agreed_tip().await?;
        proposals::proposals_that_no_endorser_takes(network).await?;
        proposals::identities_that_nobody_vouches_for(network).await?;
        ordering::envelopes_that_the_orderer_refuses(network).await?;
        ordering::requests_for_blocks_that_nobody_serves(network).await?;
        ordering::messages_that_are_none_of_the_protocol(network).await?;
        ensure!(network.agreed_tip().await? == before, "a refused proposal left something on the ledger");
        calls::calls_that_the_chaincode_refuses(network).await?;
        calls::a_transaction_counts_once(network).await?;
        calls::a_stay_is_posted_once_and_not_rewritten(network).await?;
        calls::a_departure_before_the_arrival_waits_in_suspense(network).await?;
        calls::points_leave_only_by_the_members_word(network).await?;
        endorsements::endorsements_that_do_not_carry_a_transaction(network).await?;
        endorsements::a_lying_endorser_is_found_out_and_does_not_stop_the_others(network).await?;
        chaincode::a_component_that_is_none_is_not_installed(network)?;
        chaincode::a_component_with_foreign_imports_is_not_installed(network).await?;
        chaincode::calls_that_want_too_much_are_ended(network).await?;
        network.verify().map(|_| ())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_or_lies_costs_nothing_that_was_acknowledged() -> Result<()> {
    on_network(async |network| {
        full_disk::an_orderer_with_a_full_disk_takes_nothing_until_there_is_room(network).await?;
        full_disk::a_peer_with_a_full_disk_stops_and_catches_up_when_there_is_room(network).await?;
        damage::fill(network).await?;
        damage::what_is_missing_of_the_ledger_is_fetched_again(network).await?;
        damage::blocks_that_the_orderer_lost_are_made_again_from_its_log(network).await?;
        damage::a_tampered_block_file_stops_the_peer_and_is_replaced(network).await?;
        damage::a_forged_block_is_found(network).await?;
        damage::a_peer_that_lost_everything_but_its_keys_joins_again(network).await?;
        network.verify().map(|_| ())
    })
    .await
}

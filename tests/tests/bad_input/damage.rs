//! Ledgers that lost something, or hold what nobody wrote.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use folio_client::Call;
use folio_ledger::{BlockStore, BlockStoreOptions};
use folio_tests::guest::{Guest, HOTEL, post};
use folio_tests::{Feed, TestNetwork};
use folio_topology::Process;
use folio_wire::Block;
use serde_json::{Value, json};

use crate::support::{hotel_get, still_works};

/// Stays that are on the ledger before anything happens to it.
const STAYS: u32 = 120;
const MEMBERS: u32 = 20;

/// Exit code of a check that found something.
const FOUND: i32 = 3;

/// Puts something onto the ledger that can be lost.
pub(crate) async fn fill(network: &TestNetwork) -> Result<()> {
    let feed = Feed::generate(network.folio(), &network.scratch().join("feed.jsonl"), STAYS, MEMBERS, 3)?;
    let report = network.submit(feed.path())?;
    ensure!(report["posted"].as_u64() > Some(0), "{report}");
    Ok(())
}

/// What is done to the folder of a ledger.
type Harm = fn(&Process) -> Result<()>;

/// The end of the block file is what a power cut leaves unwritten; the rest stands for what a person may do. All of it
/// comes from the orderer again.
pub(crate) async fn what_is_missing_of_the_ledger_is_fetched_again(network: &TestNetwork) -> Result<()> {
    let before = network.agreed_tip().await?;
    let cedar = network.process("peer0.cedar")?;
    let harms: [(&str, Harm); 5] = [
        ("a torn last block", |peer| cut(&blocks_of(peer), |bytes| bytes - 7)),
        ("half of the block file", |peer| cut(&blocks_of(peer), |bytes| bytes / 2)),
        ("an empty block file", |peer| cut(&blocks_of(peer), |_| 0)),
        ("no block file", |peer| Ok(fs::remove_file(blocks_of(peer))?)),
        ("no world state", |peer| Ok(fs::remove_dir_all(peer.folder.join("data/ledger/state"))?)),
    ];
    for (what, harm) in harms {
        cedar.kill();
        harm(&cedar).with_context(|| what.to_owned())?;
        network.restart(&cedar).with_context(|| what.to_owned())?;
        // The tip's commit hash is over all that the blocks ever wrote.
        ensure!(network.agreed_tip().await? == before, "{what}");
    }
    still_works(network).await
}

/// The orderer makes blocks of its log alone, so that what is lost behind them comes back byte for byte.
pub(crate) async fn blocks_that_the_orderer_lost_are_made_again_from_its_log(network: &TestNetwork) -> Result<()> {
    let before = network.agreed_tip().await?;
    let orderer = network.process("orderer")?;
    orderer.kill();
    cut(&orderer.folder.join("data/folio/blocks/000000.blocks"), |bytes| bytes / 2)?;
    network.restart(&orderer)?;
    // The peers go on from their own tips, which the new blocks must continue.
    let guest = Guest::enrol(network).await?;
    network.connect("aurora", "pms")?.transact(post(network, HOTEL, &guest.stay(json!({}))?)?).await?;
    ensure!(network.agreed_tip().await?.number > before.number);
    still_works(network).await
}

fn cut(file: &Path, bytes: fn(u64) -> u64) -> Result<()> {
    let file = OpenOptions::new().write(true).open(file)?;
    Ok(file.set_len(bytes(file.metadata()?.len()))?)
}

/// A changed byte may be an attack or a dying disk: neither is mended in silence.
pub(crate) async fn a_tampered_block_file_stops_the_peer_and_is_replaced(network: &TestNetwork) -> Result<()> {
    let before = network.agreed_tip().await?;
    let cedar = network.process("peer0.cedar")?;
    cedar.stop();
    let mut bytes = fs::read(blocks_of(&cedar))?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(blocks_of(&cedar), &bytes)?;

    found_at_cedar_alone(network, "is corrupt at offset")?;
    let said = match network.restart(&cedar) {
        Err(error) => error.to_string(),
        Ok(()) => bail!("a peer runs on a block file that was tampered with"),
    };
    for words in ["is corrupt at offset", "Move", "away and start again"] {
        ensure!(said.contains(words), "expected {words:?} in {said}");
    }
    still_works(network).await?;
    fs::rename(cedar.folder.join("data/ledger"), cedar.folder.join("ledger-aside"))?;
    network.restart(&cedar)?;
    ensure!(network.agreed_tip().await? == before);
    Ok(())
}

/// Whoever owns the disk can mend the checksums of what he changed, but not the hashes.
pub(crate) async fn a_forged_block_is_found(network: &TestNetwork) -> Result<()> {
    let before = network.agreed_tip().await?;
    let cedar = network.process("peer0.cedar")?;
    cedar.stop();
    let folder = cedar.folder.join("data/ledger/blocks");
    let honest = folder.with_file_name("honest");
    fs::rename(&folder, &honest)?;
    forge(&honest, &folder, before.number / 2)?;
    found_at_cedar_alone(network, "data hash")?;
    fs::remove_dir_all(&folder)?;
    fs::rename(&honest, &folder)?;
    network.restart(&cedar)?;
    ensure!(network.agreed_tip().await? == before);
    Ok(())
}

/// Writes the blocks anew, one of them with other content under its old header.
fn forge(from: &Path, to: &Path, forged: u64) -> Result<()> {
    let (from, to) = (BlockStore::open(from, BlockStoreOptions::default())?, BlockStore::open(to, Default::default())?);
    for number in 0..from.height() {
        let bytes = from.bytes(number)?.context("a block")?;
        let mut block = Block::decode(&bytes)?;
        let hash = block.header_hash();
        if number == forged {
            let mut data = block.data[0].to_vec();
            *data.last_mut().context("data")? ^= 1;
            block.data[0] = Bytes::from(data);
        }
        to.append(number, &hash, block.encode())?;
    }
    Ok(())
}

/// `ledger verify` must find something at Cedar, with these words, and nothing at the others.
fn found_at_cedar_alone(network: &TestNetwork, words: &str) -> Result<()> {
    let output = network.output(["ledger", "verify", "--json"])?;
    ensure!(output.code == Some(FOUND), "{output:?}");
    for line in output.out.lines() {
        let audit: Value = serde_json::from_str(line)?;
        let sound = audit["peer"] != "peer0.cedar";
        ensure!(audit["ok"] == sound, "{audit}");
        ensure!(sound || audit["findings"].to_string().contains(words), "expected {words:?} in {audit}");
    }
    ensure!(output.out.lines().count() == network.network().peers().len(), "{output:?}");
    Ok(())
}

/// A peer that joins late has its keys, its configuration and block 0: the rest it fetches, but for the component.
pub(crate) async fn a_peer_that_lost_everything_but_its_keys_joins_again(network: &TestNetwork) -> Result<()> {
    let cedar = network.process("peer0.cedar")?;
    cedar.kill();
    fs::remove_dir_all(cedar.folder.join("data"))?;
    // The others go on meanwhile.
    let guest = Guest::enrol(network).await?;
    network.connect("aurora", "pms")?.transact(post(network, HOTEL, &guest.stay(json!({}))?)?).await?;
    network.restart(&cedar)?;
    network.agreed_tip().await?;

    let at_cedar = network.connect("cedar", "auditor")?;
    let said = at_cedar.evaluate(hotel_get()).await.err().context("a peer without the component answered")?;
    ensure!(said.to_string().contains("not installed on this peer"), "{said}");
    let component = network.folio().component().display().to_string();
    let said = network.run(["chaincode", "install", &component, "--version", "0.1.0"])?;
    ensure!(said.contains("is installed on every peer"), "{said}");
    let account = Call::new("member.get", json!({ "member": guest.member }).to_string());
    let answer: Value = serde_json::from_slice(&at_cedar.evaluate(account).await?)?;
    ensure!(answer["member"] == guest.member.as_str(), "{answer}");
    still_works(network).await
}

fn blocks_of(peer: &Process) -> PathBuf {
    peer.folder.join("data/ledger/blocks/000000.blocks")
}

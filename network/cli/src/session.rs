//! Connections to a network as one of its users.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use folio_client::{Gateway, GatewayAddress, Identity};
use folio_topology::{Network, Organisation};
use folio_types::BlockNumber;
use tokio::time::timeout;

/// Name of the loyalty chaincode on every channel.
pub(crate) const CHAINCODE: &str = "loyalty";

/// A client of `organisation`'s first peer, as the user called `user`.
pub(crate) fn connect(network: &Network, organisation: &Organisation, user: &str) -> Result<Gateway> {
    let identity = Arc::new(Identity::load(&organisation.msp_id, &network.user(&organisation.name, user))?);
    let peer = network.peers().into_iter().find(|(msp_id, _)| *msp_id == organisation.msp_id);
    let (_, peer) = peer.with_context(|| format!("{} has no peer", organisation.name))?;
    connect_to(network, organisation, &peer.address.to_string(), identity)
}

/// A client of one peer of `organisation`.
pub(crate) fn connect_to(
    network: &Network,
    organisation: &Organisation,
    address: &str,
    identity: Arc<Identity>,
) -> Result<Gateway> {
    let root = network.tls_root(&organisation.name);
    let tls_root = std::fs::read_to_string(&root).with_context(|| format!("cannot read {}", root.display()))?;
    let address = GatewayAddress { address: address.to_owned(), tls_root };
    Ok(Gateway::connect(&address, identity, &network.topology().channel, CHAINCODE)?)
}

/// How long a peer is waited for that has not got a block yet.
const REACHED_SECONDS_MAX: u64 = 30;

/// The peers of all organisations, whose blocks are followed.
pub(crate) struct Everywhere(Vec<Gateway>);

impl Everywhere {
    /// Follows the first peer of every organisation.
    pub(crate) fn of(network: &Network) -> Result<Self> {
        let follow = |organisation| Ok(connect(network, organisation, "admin")?.following_blocks());
        network.topology().organisations.iter().map(follow).collect::<Result<_>>().map(Self)
    }

    /// The same, of gateways that follow blocks already.
    pub(crate) const fn followed_by(gateways: Vec<Gateway>) -> Self {
        Self(gateways)
    }

    /// Returns when every peer has a block: whoever endorses next sees what it wrote. A peer that does not answer endorses
    /// nothing meanwhile, and is not waited for.
    pub(crate) async fn reached(&self, block: BlockNumber) {
        for peer in &self.0 {
            let _ = timeout(Duration::from_secs(REACHED_SECONDS_MAX), peer.reached(block)).await;
        }
    }
}

/// Random bytes in hexadecimal.
pub(crate) fn random_hex<const BYTES: usize>() -> Result<String> {
    let mut bytes = [0u8; BYTES];
    getrandom::fill(&mut bytes).context("the system gives no random bytes")?;
    Ok(hex::encode(bytes))
}

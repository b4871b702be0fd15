//! The chains of the rehearsal: their hotels and programmes, and the users who act for them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use folio_client::Gateway;
use folio_loyalty::rules::programme::Definition;
use folio_topology::Network;

use crate::session::{Everywhere, connect};

/// Every chain, with its users connected. All follow the blocks of their own chain's peer.
pub(super) struct Stage {
    pub(super) channel: String,
    pub(super) chains: Vec<Chain>,
    /// The peers of all chains.
    pub(super) everywhere: Everywhere,
    definitions: BTreeMap<String, Definition>,
}

/// A chain.
pub(super) struct Chain {
    pub(super) msp_id: String,
    /// Its secret, from which salts are made.
    pub(super) secret: Vec<u8>,
    pub(super) hotels: Vec<String>,
    pub(super) pms: Gateway,
    pub(super) frontdesk: Gateway,
    pub(super) agent: Gateway,
    pub(super) manager: Gateway,
}

impl Stage {
    /// Connects to a network that is up.
    pub(super) fn of(network: &Network, definitions: Vec<Definition>) -> Result<Self> {
        let mut chains = Vec::new();
        for organisation in &network.topology().organisations {
            let pms = connect(network, organisation, "pms")?.following_blocks();
            let user = |name| anyhow::Ok(connect(network, organisation, name)?.following_as(&pms));
            chains.push(Chain {
                msp_id: organisation.msp_id.clone(),
                secret: network.secret(&organisation.name)?,
                hotels: organisation.hotels.clone(),
                frontdesk: user("frontdesk")?,
                agent: user("agent")?,
                manager: user("admin")?,
                pms,
            });
        }
        let definitions = definitions.into_iter().map(|definition| (definition.programme.clone(), definition));
        let everywhere = Everywhere::followed_by(chains.iter().map(|chain| chain.pms.clone()).collect());
        let channel = network.topology().channel.clone();
        Ok(Self { channel, chains, everywhere, definitions: definitions.collect() })
    }

    /// The programmes.
    pub(super) fn programmes(&self) -> impl Iterator<Item = &Definition> {
        self.definitions.values()
    }

    /// The rules of a programme.
    pub(super) fn definition(&self, programme: &str) -> Result<&Definition> {
        self.definitions.get(programme).with_context(|| format!("nobody runs the programme {programme}"))
    }

    /// The chain that runs a programme.
    pub(super) fn owner(&self, programme: &str) -> Result<&Chain> {
        self.chain(&self.definition(programme)?.owner)
    }

    /// The chain of an MSP id.
    pub(super) fn chain(&self, msp_id: &str) -> Result<&Chain> {
        let found = self.chains.iter().find(|chain| chain.msp_id == msp_id);
        found.with_context(|| format!("{msp_id} is not of this consortium"))
    }

    /// The chain that owns a hotel.
    pub(super) fn host(&self, hotel: &str) -> Result<&Chain> {
        let owns = |chain: &&Chain| chain.hotels.iter().any(|own| own == hotel);
        self.chains.iter().find(owns).with_context(|| format!("no organisation of this network owns the hotel {hotel}"))
    }

    /// The hotels of other chains at which points of a programme can be spent.
    pub(super) fn hosts_of(&self, definition: &Definition) -> Vec<String> {
        let others = self.chains.iter().filter(|chain| chain.msp_id != definition.owner);
        others.flat_map(|chain| chain.hotels.iter().cloned()).collect()
    }
}

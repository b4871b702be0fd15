//! The hotels of a network and who submits for them.

use std::collections::BTreeMap;

use anyhow::Result;
use folio_client::Gateway;
use folio_topology::Network;

use crate::consortium;
use crate::session::connect;

/// A hotel's way into the network.
#[derive(Clone)]
pub(super) struct HotelAccess {
    /// A client of the owner's peer, as its PMS.
    pub(super) pms: Gateway,
    /// The owner's MSP id.
    pub(super) owner: String,
    /// The owner's secret, from which salts are made.
    pub(super) secret: Vec<u8>,
}

/// A programme's way into the network.
#[derive(Clone)]
pub(super) struct ProgrammeAccess {
    /// A client of the owner's peer, as its agent.
    pub(super) agent: Gateway,
    /// The owner's MSP id.
    pub(super) owner: String,
    /// The owner's secret, from which the salts of membership numbers are made.
    pub(super) secret: Vec<u8>,
}

/// Every hotel and every programme of the consortium.
pub(super) struct Hotels {
    pub(super) hotels: BTreeMap<String, HotelAccess>,
    pub(super) programmes: BTreeMap<String, ProgrammeAccess>,
}

impl Hotels {
    pub(super) fn of(network: &Network) -> Result<Self> {
        let mut hotels = BTreeMap::new();
        let mut followers = BTreeMap::new();
        for organisation in &network.topology().organisations {
            let secret = network.secret(&organisation.name)?;
            let pms = connect(network, organisation, "pms")?.following_blocks();
            followers.insert(organisation.msp_id.as_str(), pms.clone());
            for hotel in &organisation.hotels {
                let (pms, owner, secret) = (pms.clone(), organisation.msp_id.clone(), secret.clone());
                hotels.insert(hotel.clone(), HotelAccess { pms, owner, secret });
            }
        }
        let mut programmes = BTreeMap::new();
        for programme in consortium::programmes()? {
            let Ok(organisation) = network.topology().organisation(&programme.owner) else { continue };
            let mut agent = connect(network, organisation, "agent")?;
            // One stream of blocks serves both users of a peer.
            if let Some(pms) = followers.get(organisation.msp_id.as_str()) {
                agent = agent.following_as(pms);
            }
            let secret = network.secret(&organisation.name)?;
            let access = ProgrammeAccess { agent, owner: organisation.msp_id.clone(), secret };
            programmes.insert(programme.programme.to_string(), access);
        }
        Ok(Self { hotels, programmes })
    }
}

//! An organisation's part in the channel.

use bytes::Bytes;
use folio_wire::config::{AnchorPeers, ConfigGroup, Endpoints, MspConfig};

use crate::{ChannelError, channel_config::required};

/// An organisation's part in the channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// The name of its group.
    pub name: String,
    /// The id of its MSP.
    pub msp_id: String,
    /// Authorities of its TLS endpoints, in PEM.
    pub tls_roots: Vec<Bytes>,
    /// Peers that others may call first, as host:port.
    pub anchor_peers: Vec<String>,
    /// Its orderers, as host:port.
    pub orderers: Vec<String>,
}

impl Organisation {
    /// Reads the group of an organisation, with its roots of trust.
    pub(crate) fn read(name: &str, group: &ConfigGroup) -> Result<(Self, MspConfig), ChannelError> {
        let msp: MspConfig = required(group, name, "MSP")?;
        let anchors = group.setting()?.unwrap_or_else(|| AnchorPeers(Vec::new()));
        let Endpoints(orderers) = group.setting()?.unwrap_or_default();
        let organisation = Self {
            name: name.to_owned(),
            msp_id: msp.msp_id.clone(),
            tls_roots: msp.tls_root_certs.iter().chain(&msp.tls_intermediate_certs).cloned().collect(),
            anchor_peers: anchors.0.iter().map(|peer| format!("{}:{}", peer.host, peer.port)).collect(),
            orderers,
        };
        Ok((organisation, msp))
    }
}

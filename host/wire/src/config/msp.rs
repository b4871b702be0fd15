//! An organisation's roots of trust.

use bytes::Bytes;
use folio_proto::msp;

use super::Setting;
use crate::WireError;
use crate::message::{decode, encode, non_empty};

const WHAT: &str = "MSP";

/// The only type of MSP there is here: X.509.
const X509_MSP: i32 = 0;

const SIGNATURE_HASH: &str = "SHA2";
const IDENTIFIER_HASH: &str = "SHA256";

/// An organisation's roots of trust (setting MSP of its group). All certificates and lists are PEM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MspConfig {
    /// The organisation's id.
    pub msp_id: String,
    /// Roots that vouch for identities.
    pub root_certs: Vec<Bytes>,
    /// CAs below the roots.
    pub intermediate_certs: Vec<Bytes>,
    /// Certificates that are administrators whatever their units say.
    pub admins: Vec<Bytes>,
    /// Revocation lists.
    pub revocation_lists: Vec<Bytes>,
    /// Roots that vouch for TLS servers.
    pub tls_root_certs: Vec<Bytes>,
    /// CAs below them.
    pub tls_intermediate_certs: Vec<Bytes>,
    /// Which organisational units make which role; none where roles are not told apart.
    pub node_ous: Option<NodeOus>,
    /// Whether identities may have secp256k1 keys, which Fabric's own peers refuse.
    pub accepts_secp256k1: bool,
}

/// Which organisational units make which role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeOus {
    /// Of clients.
    pub client: Option<OrganizationalUnit>,
    /// Of peers.
    pub peer: Option<OrganizationalUnit>,
    /// Of administrators.
    pub admin: Option<OrganizationalUnit>,
    /// Of orderers.
    pub orderer: Option<OrganizationalUnit>,
}

/// An organisational unit of certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationalUnit {
    /// Its name in the subject.
    pub name: String,
    /// The CA that must have certified it; empty where any may.
    pub certificate: Bytes,
}

impl NodeOus {
    /// The names that every tool uses, certified by any CA of the organisation.
    pub fn usual() -> Self {
        let unit = |name: &str| Some(OrganizationalUnit { name: name.to_owned(), certificate: Bytes::new() });
        Self { client: unit("client"), peer: unit("peer"), admin: unit("admin"), orderer: unit("orderer") }
    }
}

impl Setting for MspConfig {
    const NAME: &'static str = "MSP";

    fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let outer: msp::MspConfig = decode(WHAT, bytes)?;
        if outer.r#type != X509_MSP {
            return Err(WireError::unsupported("type of MSP", outer.r#type));
        }
        let message: msp::FabricMspConfig = decode(WHAT, &outer.config)?;
        non_empty(message.name.as_bytes(), WHAT, "name")?;
        if !message.organizational_unit_identifiers.is_empty() {
            return Err(WireError::unsupported("list of units in the MSP", message.name));
        }
        let crypto = checked_crypto(message.crypto_config)?;
        Ok(Self {
            msp_id: message.name,
            root_certs: message.root_certs,
            intermediate_certs: message.intermediate_certs,
            admins: message.admins,
            revocation_lists: message.revocation_list,
            tls_root_certs: message.tls_root_certs,
            tls_intermediate_certs: message.tls_intermediate_certs,
            node_ous: message.fabric_node_ous.filter(|units| units.enable).map(node_ous),
            accepts_secp256k1: crypto.accepts_secp256k1,
        })
    }

    fn encode(&self) -> Bytes {
        let message = msp::FabricMspConfig {
            name: self.msp_id.clone(),
            root_certs: self.root_certs.clone(),
            intermediate_certs: self.intermediate_certs.clone(),
            admins: self.admins.clone(),
            revocation_list: self.revocation_lists.clone(),
            signing_identity: None,
            organizational_unit_identifiers: Vec::new(),
            crypto_config: Some(msp::FabricCryptoConfig {
                signature_hash_family: SIGNATURE_HASH.to_owned(),
                identity_identifier_hash_function: IDENTIFIER_HASH.to_owned(),
                accepts_secp256k1: self.accepts_secp256k1,
            }),
            tls_root_certs: self.tls_root_certs.clone(),
            tls_intermediate_certs: self.tls_intermediate_certs.clone(),
            fabric_node_ous: self.node_ous.as_ref().map(node_ous_message),
        };
        encode(&msp::MspConfig { r#type: X509_MSP, config: encode(&message) })
    }
}

/// Other hashes than ours would make other identities of the same certificates.
fn checked_crypto(message: Option<msp::FabricCryptoConfig>) -> Result<msp::FabricCryptoConfig, WireError> {
    let Some(message) = message else { return Ok(msp::FabricCryptoConfig::default()) };
    for (got, expected) in [
        (&message.signature_hash_family, SIGNATURE_HASH),
        (&message.identity_identifier_hash_function, IDENTIFIER_HASH),
    ] {
        if !got.is_empty() && got != expected {
            return Err(WireError::unsupported("hash function of an MSP", got));
        }
    }
    Ok(message)
}

fn node_ous(message: msp::FabricNodeOUs) -> NodeOus {
    let unit = |message: Option<msp::FabricOuIdentifier>| {
        message
            .map(|unit| OrganizationalUnit { name: unit.organizational_unit_identifier, certificate: unit.certificate })
    };
    NodeOus {
        client: unit(message.client_ou_identifier),
        peer: unit(message.peer_ou_identifier),
        admin: unit(message.admin_ou_identifier),
        orderer: unit(message.orderer_ou_identifier),
    }
}

fn node_ous_message(units: &NodeOus) -> msp::FabricNodeOUs {
    let unit = |unit: &Option<OrganizationalUnit>| {
        unit.as_ref().map(|unit| msp::FabricOuIdentifier {
            certificate: unit.certificate.clone(),
            organizational_unit_identifier: unit.name.clone(),
        })
    };
    msp::FabricNodeOUs {
        enable: true,
        client_ou_identifier: unit(&units.client),
        peer_ou_identifier: unit(&units.peer),
        admin_ou_identifier: unit(&units.admin),
        orderer_ou_identifier: unit(&units.orderer),
    }
}

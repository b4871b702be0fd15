//! Identities as they travel.

use bytes::Bytes;
use folio_proto::msp;

use crate::WireError;
use crate::message::{decode, encode, non_empty};

const WHAT: &str = "serialized identity";

/// Who somebody is, as creator of a message or as endorser (`msp.SerializedIdentity`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SerializedIdentity {
    /// The organisation that vouches.
    pub msp_id: String,
    /// The certificate, in PEM.
    pub id_bytes: Bytes,
}

impl SerializedIdentity {
    /// Reads an identity. Whether anybody vouches for it is the MSP's to say.
    pub fn decode(bytes: &Bytes) -> Result<Self, WireError> {
        let message: msp::SerializedIdentity = decode(WHAT, bytes)?;
        non_empty(message.mspid.as_bytes(), WHAT, "mspid")?;
        Ok(Self { msp_id: message.mspid, id_bytes: message.id_bytes })
    }

    /// The bytes that travel as creator or endorser.
    pub fn encode(&self) -> Bytes {
        encode(&msp::SerializedIdentity { mspid: self.msp_id.clone(), id_bytes: self.id_bytes.clone() })
    }
}

//! Configuration in envelopes, and the block that opens a channel.

use bytes::Bytes;
use folio_proto::common;

use super::Config;
use super::group::{config, config_message};
use crate::block::set_genesis_metadata;
use crate::header::{ChannelHeaderParts, HeaderType, Timestamp, encode_signature_header, tx_id};
use crate::message::{decode, encode, required};
use crate::{Block, WireError, encode_envelope};

const WHAT: &str = "configuration envelope";

/// The version that Fabric writes into the channel header of a genesis block.
const GENESIS_HEADER_VERSION: i32 = 1;

/// Reads the data of a configuration envelope (`common.ConfigEnvelope`).
pub fn decode_config(bytes: &Bytes) -> Result<Config, WireError> {
    let message: common::ConfigEnvelope = decode(WHAT, bytes)?;
    config(required(message.config, WHAT, "config")?)
}

/// Encodes a configuration as the data of an envelope.
pub fn encode_config(config: &Config) -> Bytes {
    encode(&common::ConfigEnvelope { config: Some(config_message(config)), last_update: None })
}

/// The block that opens a channel. Time and nonce come from whoever founds the channel, so that the same consortium
/// can be founded again to the same bytes.
pub fn genesis_block(channel_id: &str, config: &Config, timestamp: Timestamp, nonce: &Bytes) -> Block {
    let nobody = Bytes::new();
    let channel_header = ChannelHeaderParts {
        kind: HeaderType::Config,
        version: GENESIS_HEADER_VERSION,
        timestamp,
        channel_id,
        tx_id: Some(tx_id(nonce, &nobody)),
        extension: Bytes::new(),
        tls_cert_hash: Bytes::new(),
    };
    let header = common::Header {
        channel_header: channel_header.encode(),
        signature_header: encode_signature_header(&nobody, nonce),
    };
    let payload = encode(&common::Payload { header: Some(header), data: encode_config(config) });
    let mut block = Block::new(0, None, vec![encode_envelope(&payload, &Bytes::new())]);
    set_genesis_metadata(&mut block);
    block
}

/// The channel and the configuration of a block that holds nothing else.
pub fn config_of_block(block: &Block) -> Result<(String, Config), WireError> {
    if block.data.len() != 1 {
        let got = block.data.len().to_string();
        return Err(WireError::mismatch("number of envelopes in a configuration block", "1", &got));
    }
    let envelope = block.first_envelope()?;
    if envelope.header.kind != HeaderType::Config {
        let got = envelope.header.kind.number();
        return Err(WireError::unsupported("header type of a configuration block", got));
    }
    Ok((envelope.header.channel_id, decode_config(&envelope.data)?))
}

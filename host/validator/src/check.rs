//! The first step: an entry by itself.

use std::sync::Arc;

use bytes::Bytes;
use folio_channel::ChannelConfig;
use folio_msp::Identity;
use folio_types::{TxId, ValidationCode};
use folio_wire::{Body, Endorsement, EndorserTransaction, Envelope, HeaderType, check_canonical, endorsed_bytes};

use crate::{OwnEndorsements, refusal::Refusal};

/// What an entry is judged by, apart from the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The channel's configuration.
    pub channel: &'a ChannelConfig,
    /// What this peer need not verify again.
    pub own: &'a OwnEndorsements,
}

/// An entry of a block, with all that can be said of it without the ledger.
#[derive(Clone, Debug)]
pub struct Checked {
    pub(crate) envelope: Option<Envelope>,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A transaction, with the identities whose endorsements hold.
    Transaction { transaction: Box<EndorserTransaction>, endorsers: Vec<Arc<Identity>> },
    /// Not a transaction that can be valid.
    Refused(Refusal),
    /// The same, but Fabric would first look whether the id is taken.
    RefusedUnlessDuplicate { id: TxId, refusal: Refusal },
}

/// Checks an entry of a block, up to and including all signatures.
pub fn check(entry: &Bytes, rules: &Rules<'_>) -> Checked {
    match Envelope::decode(entry) {
        Ok(envelope) => {
            let content = check_envelope(entry, &envelope, rules).unwrap_or_else(Content::Refused);
            Checked { envelope: Some(envelope), content }
        }
        Err(error) => Checked { envelope: None, content: Content::Refused(error.into()) },
    }
}

fn check_envelope(entry: &Bytes, envelope: &Envelope, rules: &Rules<'_>) -> Result<Content, Refusal> {
    if envelope.header.kind != HeaderType::Config {
        check_canonical(entry).map_err(|error| Refusal::new(ValidationCode::MarshalTxError, error))?;
    }
    check_creator(envelope, rules.channel)?;
    let body = envelope.body();
    if let Err(error) = &body
        && !comes_after_duplicates(error.code)
    {
        return Err(error.clone().into());
    }
    let (channel, expected) = (&envelope.header.channel_id, rules.channel.id());
    if channel != expected {
        let reason = format!("it is for channel {channel:?}, this is {expected:?}");
        return Err(Refusal::new(ValidationCode::TargetChainNotFound, reason));
    }
    match body {
        Ok(Body::Endorser(transaction)) => {
            let endorsers = valid_endorsers(&transaction, rules);
            Ok(Content::Transaction { transaction, endorsers })
        }
        Ok(Body::Config(_)) => {
            let reason = "the configuration of this channel is the one in its first block";
            Err(Refusal::new(ValidationCode::InvalidConfigTransaction, reason))
        }
        Err(error) => Ok(match TxId::parse(&envelope.header.tx_id) {
            Ok(id) => Content::RefusedUnlessDuplicate { id, refusal: error.into() },
            Err(_) => Content::Refused(error.into()),
        }),
    }
}

fn check_creator(envelope: &Envelope, channel: &ChannelConfig) -> Result<(), Refusal> {
    let refusal = |reason: String| Refusal::new(ValidationCode::BadCreatorSignature, reason);
    let creator = channel.msps().resolve(&envelope.header.creator).map_err(|error| refusal(error.to_string()))?;
    creator.verify(&envelope.payload, &envelope.signature).map_err(|error| refusal(error.to_string()))
}

/// Whether Fabric finds this only after it has looked the id up in the ledger.
const fn comes_after_duplicates(code: ValidationCode) -> bool {
    use ValidationCode as C;
    matches!(
        code,
        C::BadHeaderExtension
            | C::BadResponsePayload
            | C::BadRwset
            | C::IllegalWriteset
            | C::InvalidChaincode
            | C::InvalidOtherReason
    )
}

/// The distinct identities whose endorsements hold. An identity that already counts is skipped before its signature is
/// looked at; one that is unknown or whose signature is wrong is left out, and spoils nothing.
fn valid_endorsers(transaction: &EndorserTransaction, rules: &Rules<'_>) -> Vec<Arc<Identity>> {
    let mut endorsers: Vec<Arc<Identity>> = Vec::with_capacity(transaction.endorsements.len());
    let ask_own = !rules.own.is_empty();
    for endorsement in &transaction.endorsements {
        let Ok(identity) = rules.channel.msps().resolve(&endorsement.endorser) else {
            continue;
        };
        if endorsers.iter().any(|endorser| endorser.is_same(&identity)) {
            continue;
        }
        let is_own = || ask_own && rules.own.contains(&transaction.response_payload, endorsement);
        if is_own() || is_signed(transaction, endorsement, &identity) {
            endorsers.push(identity);
        }
    }
    endorsers
}

fn is_signed(transaction: &EndorserTransaction, endorsement: &Endorsement, identity: &Identity) -> bool {
    let message = endorsed_bytes(&transaction.response_payload, &endorsement.endorser);
    identity.verify(&message, &endorsement.signature).is_ok()
}

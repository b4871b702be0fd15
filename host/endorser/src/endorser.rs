//! From a proposal to a signed response.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use folio_channel::ChannelConfig;
use folio_ledger::Ledger;
use folio_lifecycle::{Definition, Definitions, LIFECYCLE};
use folio_msp::{Identity, SigningIdentity};
use folio_runtime::{Creator, Invocation, InvokeError, Runtime, Simulation};
use folio_simulator::Simulated;
use folio_types::{PrivateSet, SignaturePolicy, StateReader, implicit_collection};
use folio_validator::OwnEndorsements;
use folio_wire::{
    ChaincodeEvent, ChaincodeId, Endorsement, ProposalResponse, Response, SignedProposal, build_response_payload,
    encode_rwset, endorsed_bytes,
};

use crate::check::{Checks, internal};
use crate::components::Components;
use crate::{Clock, EndorserError};

/// How an endorser is set up.
#[derive(Clone, Debug)]
pub struct EndorserSettings {
    /// How far a proposal's timestamp may be from this peer's clock.
    pub timestamp_window_seconds: i64,
}

/// Checks proposals, simulates them on this peer's world state and signs what came out.
pub struct Endorser {
    pub(crate) channel: Arc<ChannelConfig>,
    pub(crate) ledger: Arc<Ledger>,
    runtime: Arc<Runtime>,
    pub(crate) components: Components,
    definitions: Definitions,
    pub(crate) identity: Arc<SigningIdentity>,
    settings: EndorserSettings,
    own: Arc<OwnEndorsements>,
    clock: Clock,
}

impl Endorser {
    /// An endorser that signs as `identity` and keeps installed packages in `packages`.
    #[allow(clippy::too_many_arguments, reason = "it is put together in one place, from parts that others own too")]
    pub fn new(
        channel: Arc<ChannelConfig>,
        ledger: Arc<Ledger>,
        runtime: Arc<Runtime>,
        packages: &Path,
        identity: Arc<SigningIdentity>,
        own: Arc<OwnEndorsements>,
        settings: EndorserSettings,
        clock: Clock,
    ) -> Result<Self, EndorserError> {
        let components = Components::open(packages, Arc::clone(&runtime))?;
        let definitions = Definitions::default();
        Ok(Self { channel, ledger, runtime, components, definitions, identity, settings, own, clock })
    }

    /// The clock that timestamps and certificates are held against, in seconds since 1970.
    pub fn now_seconds(&self) -> i64 {
        (self.clock)()
    }

    /// The endorsement policy of a chaincode that is defined on the channel.
    pub fn endorsement_policy(&self, chaincode: &str) -> Result<Option<SignaturePolicy>, EndorserError> {
        if chaincode == LIFECYCLE {
            return Ok(self.channel.lifecycle_endorsement());
        }
        let definition = self.definitions.get(&*self.ledger.snapshot(), chaincode).map_err(|error| internal(&error))?;
        Ok(definition.and_then(|definition| self.channel.application_policy(&definition.parameters.policy)))
    }

    /// Simulates a proposal and signs the outcome.
    ///
    /// A failure of the chaincode itself is an answer without endorsement; an error says that nothing was simulated, or
    /// that the simulation was stopped.
    pub fn process(&self, proposal: &SignedProposal) -> Result<ProposalResponse, EndorserError> {
        let creator = self.check(proposal)?;
        if proposal.header.chaincode == LIFECYCLE {
            return self.lifecycle(proposal, &creator);
        }
        let (response, simulated, version) = self.simulate(proposal, &creator)?;
        self.endorse(proposal, response, simulated, version)
    }

    /// Simulates a proposal and answers what the chaincode said. Nothing is signed, and nothing is kept.
    pub fn evaluate(&self, proposal: &SignedProposal) -> Result<Response, EndorserError> {
        let creator = self.check(proposal)?;
        if proposal.header.chaincode == LIFECYCLE {
            return self.lifecycle(proposal, &creator).map(|answer| answer.response);
        }
        self.simulate(proposal, &creator).map(|(response, ..)| response)
    }

    fn check(&self, proposal: &SignedProposal) -> Result<Arc<Identity>, EndorserError> {
        let checks = Checks {
            channel: &self.channel,
            ledger: &self.ledger,
            now_seconds: self.now_seconds(),
            timestamp_window_seconds: self.settings.timestamp_window_seconds,
        };
        checks.run(proposal)
    }

    /// What the chaincode said, what it read and wrote, and the version of its definition.
    fn simulate(
        &self,
        proposal: &SignedProposal,
        creator: &Identity,
    ) -> Result<(Response, Simulated, String), EndorserError> {
        if proposal.header.channel_id.is_empty() {
            let reason = format!("chaincode {} is called on a channel", proposal.header.chaincode);
            return Err(EndorserError::Malformed { reason });
        }
        let state = self.ledger.snapshot();
        let definition = self.definition(&*state, &proposal.header.chaincode)?;
        let Simulation { response, simulated, .. } = self.run(proposal, creator, &definition, state)?;
        let folio_runtime::Response { status, message, payload } = response;
        Ok((Response { status, message, payload }, simulated, definition.parameters.version.clone()))
    }

    fn definition(&self, state: &dyn StateReader, chaincode: &str) -> Result<Arc<Definition>, EndorserError> {
        let definition = self.definitions.get(state, chaincode).map_err(|error| internal(&error))?;
        definition.ok_or_else(|| EndorserError::UnknownChaincode {
            chaincode: chaincode.to_owned(),
            channel: self.channel.id().to_owned(),
        })
    }

    fn run(
        &self,
        proposal: &SignedProposal,
        creator: &Identity,
        definition: &Definition,
        state: Arc<dyn StateReader>,
    ) -> Result<Simulation, EndorserError> {
        let name = &proposal.header.chaincode;
        let chaincode = self.components.get(&definition.component_hash).ok_or_else(|| EndorserError::NotInstalled {
            chaincode: name.clone(),
            version: definition.parameters.version.clone(),
            component: hex::encode(definition.component_hash),
        })?;
        let invocation = Invocation {
            channel: proposal.header.channel_id.clone(),
            chaincode: name.clone(),
            tx_id: proposal.header.tx_id,
            timestamp_seconds: proposal.header.timestamp_seconds,
            creator: creator_of(creator),
            args: proposal.args.clone(),
            transient: proposal.transient.clone(),
        };
        self.runtime.invoke(&chaincode, invocation, state, self.identity.msp_id()).map_err(|error| match error {
            InvokeError::ResourceLimit { .. } => {
                EndorserError::Limit { chaincode: name.clone(), reason: error.to_string() }
            }
            InvokeError::Trap { .. } | InvokeError::Fault { .. } => {
                EndorserError::Fault { chaincode: name.clone(), reason: error.to_string() }
            }
        })
    }

    /// Signs an outcome and keeps its private values until it commits.
    pub(crate) fn endorse(
        &self,
        proposal: &SignedProposal,
        response: Response,
        simulated: Simulated,
        version: String,
    ) -> Result<ProposalResponse, EndorserError> {
        if (400..500).contains(&response.status) {
            return Ok(ProposalResponse { response, payload: Bytes::new(), endorsement: None });
        }
        let tx_id = proposal.header.tx_id;
        let chaincode = ChaincodeId { name: proposal.header.chaincode.clone(), version };
        let event = simulated.event.map(|(name, payload)| ChaincodeEvent {
            chaincode: chaincode.name.clone(),
            tx_id: tx_id.to_string(),
            name,
            payload,
        });
        let results = encode_rwset(&simulated.rwset);
        let payload = build_response_payload(&proposal.hash(), results, event.as_ref(), &response, &chaincode);
        if !response.is_success() {
            return Ok(ProposalResponse { response, payload, endorsement: None });
        }
        let private = self.own_private(simulated.private);
        if !private.is_empty() {
            self.ledger.stage_private(tx_id, &private).map_err(|error| internal(&error))?;
        }
        let endorsement = self.sign(&payload);
        Ok(ProposalResponse { response, payload, endorsement: Some(endorsement) })
    }

    fn sign(&self, payload: &Bytes) -> Endorsement {
        let endorser = self.identity.serialized().clone();
        let signature = Bytes::from(self.identity.sign(&endorsed_bytes(payload, &endorser)));
        let endorsement = Endorsement { endorser, signature };
        self.own.remember(payload, &endorsement);
        endorsement
    }

    /// What this peer may keep of private writes: those to its own organisation's collection.
    fn own_private(&self, mut private: PrivateSet) -> PrivateSet {
        let own = implicit_collection(self.identity.msp_id());
        private.collections.retain(|(_, collection), _| *collection == own);
        private
    }
}

fn creator_of(identity: &Identity) -> Creator {
    Creator {
        msp_id: identity.msp_id.clone(),
        role: identity.role,
        common_name: identity.certificate.common_name().to_owned(),
        attributes: identity.certificate.attributes().clone(),
        fingerprint: identity.fingerprint,
    }
}

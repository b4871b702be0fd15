//! Proposals to `_lifecycle`, the chaincode that is native.

use std::collections::BTreeSet;

use folio_lifecycle::{Creator, LIFECYCLE, Lifecycle, LifecycleError, SYSTEM_VERSION, invoke_local};
use folio_msp::Identity;
use folio_simulator::Simulator;
use folio_types::{Role, StateReader};
use folio_wire::{ProposalResponse, Response, SignedProposal};

use crate::check::internal;
use crate::{Endorser, EndorserError};

impl Endorser {
    /// Runs a function of `_lifecycle`; without a channel it concerns this peer alone, and is for its administrators.
    pub(crate) fn lifecycle(
        &self,
        proposal: &SignedProposal,
        creator: &Identity,
    ) -> Result<ProposalResponse, EndorserError> {
        if proposal.header.channel_id.is_empty() {
            self.check_own_admin(creator)?;
            let state = self.ledger.snapshot();
            let channels = [(self.channel.id(), &*state as &dyn StateReader)];
            let response =
                invoke_local(&proposal.args, &self.components, &channels).map_err(|error| internal(&error))?;
            return Ok(ProposalResponse { response, payload: bytes::Bytes::new(), endorsement: None });
        }
        let organisations: BTreeSet<String> =
            self.channel.organisations().iter().map(|organisation| organisation.msp_id.clone()).collect();
        let lifecycle =
            Lifecycle { own_msp_id: self.identity.msp_id(), organisations: &organisations, packages: &self.components };
        let mut simulator = Simulator::new(self.ledger.snapshot(), LIFECYCLE, self.identity.msp_id());
        let asker = Creator { msp_id: &creator.msp_id, role: creator.role };
        let response: Response = lifecycle
            .invoke(&proposal.args, asker, &mut simulator)
            .map_err(|error: LifecycleError| internal(&error))?;
        let simulated = simulator.finish().map_err(|error| internal(&error))?;
        self.endorse(proposal, response, simulated, SYSTEM_VERSION.to_owned())
    }

    fn check_own_admin(&self, creator: &Identity) -> Result<(), EndorserError> {
        let own = self.identity.msp_id();
        if creator.msp_id == own && creator.has_role(Role::Admin) {
            return Ok(());
        }
        Err(EndorserError::AccessDenied {
            channel: String::new(),
            msp_id: creator.msp_id.clone(),
            reason: format!("packages of this peer are for administrators of {own}"),
        })
    }
}

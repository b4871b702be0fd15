//! Whether the right organisations endorsed a transaction.

use std::{collections::BTreeSet, sync::Arc};

use folio_channel::ChannelConfig;
use folio_lifecycle::{LIFECYCLE, endorsement_policies};
use folio_msp::Identity;
use folio_types::{
    ApplicationPolicy, NamespaceSet, Role, SignaturePolicy, StateError, ValidationCode, implicit_collection_owner,
};
use folio_wire::EndorserTransaction;

use crate::{Chaincodes, refusal::Refusal};

/// Checks the invoked chaincode and every namespace written against their policies.
///
/// A write to an organisation's implicit collection needs one of its peers, too: nobody else may change its values.
pub(crate) fn check_endorsed(
    transaction: &EndorserTransaction,
    endorsers: &[Arc<Identity>],
    channel: &ChannelConfig,
    chaincodes: &Chaincodes<'_>,
) -> Result<Result<(), Refusal>, StateError> {
    let invoked = transaction.chaincode.name.as_str();
    let committed = chaincodes.version(invoked)?;
    match &committed {
        None => return Ok(Err(undefined(invoked))),
        Some(version) if *version != transaction.chaincode.version => {
            let reason = format!("{invoked} is at version {version:?}, not {:?}", transaction.chaincode.version);
            return Ok(Err(Refusal::new(ValidationCode::ExpiredChaincode, reason)));
        }
        Some(_) => {}
    }
    let nothing = NamespaceSet::default();
    let namespaces = &transaction.rwset.namespaces;
    let written = namespaces.iter().filter(|(_, set)| is_written(set)).map(|(name, _)| name.as_str());
    let names: BTreeSet<&str> = written.chain([invoked]).collect();
    // The invoked chaincode first, as it is the one that a reader of the reason expects.
    let ordered = [invoked].into_iter().chain(names.into_iter().filter(|name| *name != invoked));
    for name in ordered {
        let set = namespaces.get(name).unwrap_or(&nothing);
        let policies = match policies_for(name, set, chaincodes)? {
            Ok(policies) => policies,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if !policies.iter().all(|policy| channel.endorsed(policy, endorsers)) {
            let who: Vec<_> = endorsers.iter().map(|endorser| endorser.msp_id.as_str()).collect();
            let reason = format!("the endorsements by {who:?} do not satisfy the policy of {name}");
            return Ok(Err(Refusal::new(ValidationCode::EndorsementPolicyFailure, reason)));
        }
    }
    Ok(Ok(()))
}

/// Every policy that writing `set` asks for.
fn policies_for(
    name: &str,
    set: &NamespaceSet,
    chaincodes: &Chaincodes<'_>,
) -> Result<Result<Vec<ApplicationPolicy>, Refusal>, StateError> {
    let mut policies = if name == LIFECYCLE {
        endorsement_policies(set)
    } else {
        match chaincodes.get(name)? {
            Some(chaincode) => vec![chaincode.policy.clone()],
            None => return Ok(Err(undefined(name))),
        }
    };
    for collection in set.collections.iter().filter(|(_, set)| !set.writes.is_empty()).map(|(name, _)| name) {
        let Some(owner) = implicit_collection_owner(collection) else {
            let reason = format!("{name} has no collection {collection:?}");
            return Ok(Err(Refusal::new(ValidationCode::EndorsementPolicyFailure, reason)));
        };
        policies.push(ApplicationPolicy::Signature(SignaturePolicy::n_of(1, &[owner], Role::Peer)));
    }
    Ok(Ok(policies))
}

fn is_written(set: &NamespaceSet) -> bool {
    !set.writes.is_empty() || set.collections.values().any(|collection| !collection.writes.is_empty())
}

fn undefined(name: &str) -> Refusal {
    Refusal::new(ValidationCode::InvalidChaincode, format!("no chaincode {name:?} is defined"))
}

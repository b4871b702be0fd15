//! The rules of agreement, over values alone.

use std::collections::BTreeMap;

use folio_types::Digest;

use crate::approval::Approval;
use crate::definition::COMPONENT_HASH;
use crate::{Definition, LifecycleError, Parameters};

/// The name under which Fabric reports that an organisation has approved nothing for a sequence.
const NO_APPROVAL: &str = "ChaincodeParameters";

/// Organisation to the parts in which its approval differs from a definition; agreement is that nothing does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Readiness(pub(crate) BTreeMap<String, Vec<&'static str>>);

/// The component of a definition that is to be committed.
///
/// Whoever agrees on the parameters and names a component decides: `first` before all others, then in order of name. An
/// organisation that approved without a package leaves the choice to the others.
pub(crate) fn choose_component(
    asked: &Parameters,
    approvals: &BTreeMap<String, Option<Approval>>,
    first: &str,
) -> Option<Digest> {
    let agreeing = |msp_id: &str| {
        let approval = approvals.get(msp_id)?.as_ref()?;
        approval.component_hash().filter(|_| asked.differing(&approval.parameters).is_empty())
    };
    agreeing(first).or_else(|| approvals.keys().find_map(|msp_id| agreeing(msp_id)))
}

impl Readiness {
    /// Compares the approvals of all organisations with a definition.
    pub(crate) fn of(
        asked: &Parameters,
        component_hash: Option<Digest>,
        approvals: &BTreeMap<String, Option<Approval>>,
    ) -> Self {
        let differing = approvals.iter().map(|(msp_id, approval)| {
            let parts = approval.as_ref().map_or_else(|| vec![NO_APPROVAL], |a| differing(asked, component_hash, a));
            (msp_id.clone(), parts)
        });
        Self(differing.collect())
    }

    pub(crate) fn agrees(&self, msp_id: &str) -> bool {
        self.0.get(msp_id).is_some_and(Vec::is_empty)
    }

    /// Organisation to whether it agrees.
    pub(crate) fn approvals(&self) -> BTreeMap<String, bool> {
        self.0.iter().map(|(msp_id, parts)| (msp_id.clone(), parts.is_empty())).collect()
    }
}

/// A new definition must be the next one.
pub(crate) fn check_next(current: Option<&Definition>, requested: i64) -> Result<(), LifecycleError> {
    let next = next_sequence(current);
    if requested == next { Ok(()) } else { Err(LifecycleError::SequenceNotNext { next, requested }) }
}

/// An organisation may approve the next definition, or run along with the current one.
pub(crate) fn check_approval(
    chaincode: &str,
    current: Option<&Definition>,
    requested: i64,
    approval: &Approval,
    before: Option<&Approval>,
) -> Result<(), LifecycleError> {
    let next = next_sequence(current);
    let committed = current.map_or(0, |definition| definition.sequence);
    if requested == 0 && committed == 0 {
        return Err(LifecycleError::SequenceZero);
    }
    if requested < committed {
        return Err(LifecycleError::SequencePast { current: committed, requested });
    }
    if requested > next {
        return Err(LifecycleError::SequenceAhead { next, requested });
    }
    if let Some(definition) = current.filter(|definition| definition.sequence == requested) {
        let differing = differing(&definition.parameters, Some(definition.component_hash), approval);
        if !differing.is_empty() {
            let chaincode = chaincode.to_owned();
            return Err(LifecycleError::Redefinition { chaincode, sequence: requested, differing });
        }
    }
    if before == Some(approval) {
        let which = if requested == next { "uncommitted" } else { "the current committed" };
        return Err(LifecycleError::Unchanged { chaincode: chaincode.to_owned(), sequence: requested, which });
    }
    Ok(())
}

/// A version stands for one component for ever.
pub(crate) fn check_version_unused(
    chaincode: &str,
    version: &str,
    committed: Option<Digest>,
    requested: Digest,
) -> Result<(), LifecycleError> {
    match committed {
        Some(committed) if committed != requested => Err(LifecycleError::VersionReused {
            chaincode: chaincode.to_owned(),
            version: version.to_owned(),
            committed,
            requested,
        }),
        _ => Ok(()),
    }
}

fn next_sequence(current: Option<&Definition>) -> i64 {
    current.map_or(0, |definition| definition.sequence).saturating_add(1)
}

fn differing(asked: &Parameters, component_hash: Option<Digest>, approval: &Approval) -> Vec<&'static str> {
    let mut parts = asked.differing(&approval.parameters);
    if parts.is_empty() && approval.component_hash().is_some_and(|hash| Some(hash) != component_hash) {
        parts.push(COMPONENT_HASH);
    }
    parts
}

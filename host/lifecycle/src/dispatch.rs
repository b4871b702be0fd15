//! The native chaincode: a function's name and its arguments to an answer and writes.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use folio_proto::lifecycle::chaincode_source::Type as SourceType;
use folio_proto::lifecycle::{
    ApproveChaincodeDefinitionForMyOrgArgs, ApproveChaincodeDefinitionForMyOrgResult, ChaincodeSource,
    CheckCommitReadinessResult, CommitChaincodeDefinitionArgs, CommitChaincodeDefinitionResult,
    check_commit_readiness_result::Mismatches,
};
use folio_simulator::Simulator;
use folio_types::{Digest, Role};
use folio_wire::Response;
use prost::Message;

use crate::answer::{answer, decode_args, split};
use crate::approval::{Approval, Source};
use crate::definition::component_hash;
use crate::names::shown;
use crate::record::Field;
use crate::request::Request;
use crate::rules::{self, Readiness};
use crate::{Definition, LifecycleError, Packages, keys};

/// `_lifecycle` on one peer of one channel.
#[derive(Clone, Copy)]
pub struct Lifecycle<'a> {
    /// The peer's organisation.
    pub own_msp_id: &'a str,
    /// The organisations of the channel that run chaincodes.
    pub organisations: &'a BTreeSet<String>,
    /// What is installed on the peer.
    pub packages: &'a dyn Packages,
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Creator<'a> {
    /// The organisation.
    pub msp_id: &'a str,
    /// The role there.
    pub role: Role,
}

impl Lifecycle<'_> {
    /// Runs one function: its name, then its encoded arguments.
    ///
    /// The answer carries Fabric's result message, or says why not; a failure has written nothing that could be
    /// endorsed, because its status is 400 or more. An error is the peer's own fault and no answer at all.
    pub fn invoke(
        &self,
        args: &[Bytes],
        creator: Creator<'_>,
        simulator: &mut Simulator,
    ) -> Result<Response, LifecycleError> {
        answer(self.dispatch(args, creator, simulator), args)
    }

    fn dispatch(
        &self,
        args: &[Bytes],
        creator: Creator<'_>,
        simulator: &mut Simulator,
    ) -> Result<Vec<u8>, LifecycleError> {
        let (function, args) = split(args)?;
        match function {
            "ApproveChaincodeDefinitionForMyOrg" => {
                self.check_own_admin(function, creator)?;
                Ok(self.approve(decode_args(args)?, simulator)?.encode_to_vec())
            }
            "CheckCommitReadiness" => Ok(self.check_readiness(decode_args(args)?, creator, simulator)?.encode_to_vec()),
            "CommitChaincodeDefinition" => Ok(self.commit(decode_args(args)?, creator, simulator)?.encode_to_vec()),
            "QueryApprovedChaincodeDefinition" => {
                self.check_own_admin(function, creator)?;
                Ok(self.query_approved(&decode_args(args)?, simulator)?.encode_to_vec())
            }
            "QueryApprovedChaincodeDefinitions" => {
                self.check_own_admin(function, creator)?;
                Ok(self.query_all_approved(simulator)?.encode_to_vec())
            }
            "QueryChaincodeDefinition" => Ok(self.query_definition(&decode_args(args)?, simulator)?.encode_to_vec()),
            "QueryChaincodeDefinitions" => Ok(self.query_definitions(simulator)?.encode_to_vec()),
            _ => Err(LifecycleError::UnknownFunction { name: shown(function) }),
        }
    }

    /// What concerns one organisation alone is for its administrators, on its own peers.
    fn check_own_admin(&self, function: &str, creator: Creator<'_>) -> Result<(), LifecycleError> {
        if creator.msp_id == self.own_msp_id && creator.role == Role::Admin {
            return Ok(());
        }
        Err(LifecycleError::AccessDenied { function: function.to_owned(), msp_id: self.own_msp_id.to_owned() })
    }

    fn approve(
        &self,
        mut args: ApproveChaincodeDefinitionForMyOrgArgs,
        simulator: &mut Simulator,
    ) -> Result<ApproveChaincodeDefinitionForMyOrgResult, LifecycleError> {
        let source = args.source.take();
        let Request { chaincode, sequence, parameters } = Request::check_approval(args)?;
        let approval = Approval { parameters, source: self.installed_source(source)? };
        let current = Definition::simulate_read(simulator, &chaincode)?;
        let before = Approval::read(simulator, &chaincode, sequence, self.own_msp_id)?;
        rules::check_approval(&chaincode, current.as_ref(), sequence, &approval, before.as_ref())?;
        approval.write(simulator, &chaincode, sequence, self.own_msp_id)?;
        Ok(ApproveChaincodeDefinitionForMyOrgResult {})
    }

    /// The component behind a package id, which only a peer that holds the package can tell.
    fn installed_source(&self, source: Option<ChaincodeSource>) -> Result<Option<Source>, LifecycleError> {
        let Some(SourceType::LocalPackage(local)) = source.and_then(|source| source.r#type) else { return Ok(None) };
        if local.package_id.is_empty() {
            return Ok(None);
        }
        let component_hash = self.packages.component_hash(&local.package_id);
        let not_found = || LifecycleError::PackageNotFound { package_id: shown(&local.package_id) };
        Ok(Some(Source { component_hash: component_hash.ok_or_else(not_found)?, package_id: local.package_id }))
    }

    fn check_readiness(
        &self,
        args: CommitChaincodeDefinitionArgs,
        creator: Creator<'_>,
        simulator: &mut Simulator,
    ) -> Result<CheckCommitReadinessResult, LifecycleError> {
        let (_, _, readiness) = self.readiness(Request::check(args)?, creator, simulator)?;
        let approvals = readiness.approvals();
        let differing = readiness.0.into_iter().filter(|(_, parts)| !parts.is_empty());
        let mismatches = differing
            .map(|(msp_id, parts)| (msp_id, Mismatches { items: parts.into_iter().map(str::to_owned).collect() }));
        Ok(CheckCommitReadinessResult { approvals, mismatches: mismatches.collect() })
    }

    fn commit(
        &self,
        args: CommitChaincodeDefinitionArgs,
        creator: Creator<'_>,
        simulator: &mut Simulator,
    ) -> Result<CommitChaincodeDefinitionResult, LifecycleError> {
        let (request, component_hash, readiness) = self.readiness(Request::check(args)?, creator, simulator)?;
        // Enough organisations have agreed when enough of them endorse, and none endorses against its own word.
        if !readiness.agrees(self.own_msp_id) {
            return Err(LifecycleError::NotAgreed { msp_id: self.own_msp_id.to_owned() });
        }
        let component_hash = component_hash.ok_or(LifecycleError::NoComponent)?;
        let Request { chaincode, sequence, parameters } = request;
        claim_version(&chaincode, &parameters.version, component_hash, simulator)?;
        Definition { sequence, parameters, component_hash }.write(simulator, &chaincode)?;
        Ok(CommitChaincodeDefinitionResult {})
    }

    /// What is asked for, the component that it would run, and who agrees.
    fn readiness(
        &self,
        request: Request,
        creator: Creator<'_>,
        simulator: &mut Simulator,
    ) -> Result<(Request, Option<Digest>, Readiness), LifecycleError> {
        let current = Definition::simulate_read(simulator, &request.chaincode)?;
        rules::check_next(current.as_ref(), request.sequence)?;
        let approvals = self.approvals(&request.chaincode, request.sequence, simulator)?;
        let component_hash = rules::choose_component(&request.parameters, &approvals, creator.msp_id);
        let readiness = Readiness::of(&request.parameters, component_hash, &approvals);
        Ok((request, component_hash, readiness))
    }

    /// What every organisation of the channel approved for a sequence.
    pub(crate) fn approvals(
        &self,
        chaincode: &str,
        sequence: i64,
        simulator: &mut Simulator,
    ) -> Result<BTreeMap<String, Option<Approval>>, LifecycleError> {
        let approval = |msp_id: &String| {
            let approval = Approval::read(simulator, chaincode, sequence, msp_id)?;
            Ok((msp_id.clone(), approval))
        };
        self.organisations.iter().map(approval).collect()
    }
}

/// Ties a version to its component for ever.
fn claim_version(
    chaincode: &str,
    version: &str,
    requested: Digest,
    simulator: &mut Simulator,
) -> Result<(), LifecycleError> {
    let key = keys::version(chaincode, version);
    let committed = match simulator.get(&key)? {
        Some(bytes) => Some(component_hash(&key, &Field::bytes(&key, &bytes)?)?),
        None => None,
    };
    rules::check_version_unused(chaincode, version, committed, requested)?;
    if committed.is_none() {
        simulator.put(&key, Field::Bytes(Bytes::copy_from_slice(&requested)).encode())?;
    }
    Ok(())
}

//! What approving, checking and committing have in common: a name, a sequence and parameters.

use bytes::Bytes;
use folio_proto::lifecycle::{ApproveChaincodeDefinitionForMyOrgArgs, CommitChaincodeDefinitionArgs};
use folio_types::ApplicationPolicy;
use folio_wire::{decode_application_policy, encode_application_policy};

use crate::definition::{DEFAULT_POLICY_PATH, ENDORSEMENT_PLUGIN, VALIDATION_PLUGIN};
use crate::names::{check_name, check_version, shown};
use crate::{LifecycleError, Parameters};

/// A definition that somebody asks for, with what was left open filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) chaincode: String,
    pub(crate) sequence: i64,
    pub(crate) parameters: Parameters,
}

impl Request {
    /// Checks the arguments of CommitChaincodeDefinition; those of CheckCommitReadiness are the same on the wire.
    pub(crate) fn check(args: CommitChaincodeDefinitionArgs) -> Result<Self, LifecycleError> {
        check_name(&args.name)?;
        check_version(&args.version)?;
        check_plugin(&args.endorsement_plugin, ENDORSEMENT_PLUGIN)?;
        check_plugin(&args.validation_plugin, VALIDATION_PLUGIN)?;
        if args.collections.is_some_and(|package| !package.config.is_empty()) {
            return Err(LifecycleError::Collections);
        }
        if args.init_required {
            return Err(LifecycleError::InitRequired);
        }
        let encoded_policy = policy_or_default(args.validation_parameter);
        let policy = decode_application_policy(&encoded_policy)?;
        let parameters = Parameters { version: args.version, policy, encoded_policy };
        Ok(Self { chaincode: args.name, sequence: args.sequence, parameters })
    }

    pub(crate) fn check_approval(args: ApproveChaincodeDefinitionForMyOrgArgs) -> Result<Self, LifecycleError> {
        Self::check(CommitChaincodeDefinitionArgs {
            sequence: args.sequence,
            name: args.name,
            version: args.version,
            endorsement_plugin: args.endorsement_plugin,
            validation_plugin: args.validation_plugin,
            validation_parameter: args.validation_parameter,
            collections: args.collections,
            init_required: args.init_required,
        })
    }
}

fn policy_or_default(encoded: Bytes) -> Bytes {
    if encoded.is_empty() {
        encode_application_policy(&ApplicationPolicy::ChannelReference(DEFAULT_POLICY_PATH.to_owned()))
    } else {
        encoded
    }
}

fn check_plugin(plugin: &str, built_in: &str) -> Result<(), LifecycleError> {
    if plugin.is_empty() || plugin == built_in {
        return Ok(());
    }
    Err(LifecycleError::Plugin { plugin: shown(plugin) })
}

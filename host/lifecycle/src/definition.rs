//! Definitions: what a chaincode is on a channel.

use bytes::Bytes;
use folio_proto::lifecycle::{ChaincodeEndorsementInfo, ChaincodeValidationInfo};
use folio_simulator::Simulator;
use folio_types::{ApplicationPolicy, Digest, Namespace, StateReader};
use folio_wire::{WireError, decode_application_policy};
use prost::Message;

use crate::record::{self, Field, decode, decode_metadata};
use crate::{LIFECYCLE, LifecycleError, keys};

/// The policy of definitions that name none.
pub const DEFAULT_POLICY_PATH: &str = "/Channel/Application/Endorsement";

/// Fabric's names for what is built in.
pub(crate) const ENDORSEMENT_PLUGIN: &str = "escc";
pub(crate) const VALIDATION_PLUGIN: &str = "vscc";

/// The type name in a record's metadata.
const DATATYPE: &str = "ChaincodeDefinition";

const SEQUENCE: &str = "Sequence";
const ENDORSEMENT_INFO: &str = "EndorsementInfo";
const VALIDATION_INFO: &str = "ValidationInfo";
const COLLECTIONS: &str = "Collections";
pub(crate) const COMPONENT_HASH: &str = "ComponentHash";

/// The part of a definition that organisations approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Free text, new for every component.
    pub version: String,
    /// Who must endorse.
    pub policy: ApplicationPolicy,
    /// `policy` as it was given; approvals are compared by it.
    pub encoded_policy: Bytes,
}

/// A committed definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Counts the definitions of this chaincode, from 1.
    pub sequence: i64,
    /// What the organisations approved.
    pub parameters: Parameters,
    /// SHA-256 of the component that runs.
    pub component_hash: Digest,
}

impl Parameters {
    /// The names of the parts in which these parameters differ from others.
    pub(crate) fn differing(&self, other: &Self) -> Vec<&'static str> {
        let parts = [
            (ENDORSEMENT_INFO, self.version != other.version),
            (VALIDATION_INFO, self.encoded_policy != other.encoded_policy),
        ];
        parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }

    pub(crate) fn endorsement_info(&self) -> ChaincodeEndorsementInfo {
        ChaincodeEndorsementInfo {
            version: self.version.clone(),
            init_required: false,
            endorsement_plugin: ENDORSEMENT_PLUGIN.to_owned(),
        }
    }

    pub(crate) fn validation_info(&self) -> ChaincodeValidationInfo {
        ChaincodeValidationInfo {
            validation_plugin: VALIDATION_PLUGIN.to_owned(),
            validation_parameter: self.encoded_policy.clone(),
        }
    }

    /// Parameters from the two messages that hold them.
    pub(crate) fn from_infos(
        endorsement: ChaincodeEndorsementInfo,
        validation: ChaincodeValidationInfo,
    ) -> Result<Self, WireError> {
        let encoded_policy = validation.validation_parameter;
        let policy = decode_application_policy(&encoded_policy)?;
        Ok(Self { version: endorsement.version, policy, encoded_policy })
    }
}

impl Definition {
    /// The committed definition of a chaincode; none where nothing is defined.
    pub fn read(state: &dyn StateReader, chaincode: &str) -> Result<Option<Self>, LifecycleError> {
        let namespace = Namespace::public(LIFECYCLE);
        Self::read_by(chaincode, |key| Ok(state.get(&namespace, key.as_bytes())?.map(|found| found.value)))
    }

    /// The same, recorded as reads of a simulation of `_lifecycle`.
    pub(crate) fn simulate_read(simulator: &mut Simulator, chaincode: &str) -> Result<Option<Self>, LifecycleError> {
        Self::read_by(chaincode, |key| Ok(simulator.get(key)?))
    }

    fn read_by(
        chaincode: &str,
        mut get: impl FnMut(&str) -> Result<Option<Bytes>, LifecycleError>,
    ) -> Result<Option<Self>, LifecycleError> {
        let key = keys::metadata(chaincode);
        let Some(metadata) = decode_metadata(&key, get(&key)?.as_ref())? else { return Ok(None) };
        if metadata.datatype != DATATYPE {
            let reason = format!("not a chaincode type: {}", metadata.datatype);
            return Err(LifecycleError::Corrupt { key, reason });
        }
        let mut field = |name: &str| {
            let key = keys::field(chaincode, name);
            match get(&key)? {
                Some(bytes) => Ok((key, bytes)),
                None => Err(LifecycleError::Corrupt { key, reason: "the field is missing".to_owned() }),
            }
        };
        let (key, bytes) = field(SEQUENCE)?;
        let sequence = Field::int(&key, &bytes)?;
        let (key, bytes) = field(ENDORSEMENT_INFO)?;
        let endorsement: ChaincodeEndorsementInfo = decode(&key, &Field::bytes(&key, &bytes)?)?;
        let (key, bytes) = field(VALIDATION_INFO)?;
        let validation: ChaincodeValidationInfo = decode(&key, &Field::bytes(&key, &bytes)?)?;
        let parameters = Parameters::from_infos(endorsement, validation)
            .map_err(|error| LifecycleError::Corrupt { key, reason: error.to_string() })?;
        let (key, bytes) = field(COMPONENT_HASH)?;
        let component_hash = component_hash(&key, &Field::bytes(&key, &bytes)?)?;
        Ok(Some(Self { sequence, parameters, component_hash }))
    }

    /// Writes the definition over the one before.
    pub(crate) fn write(&self, simulator: &mut Simulator, chaincode: &str) -> Result<(), LifecycleError> {
        let parameters = &self.parameters;
        let fields = [
            (SEQUENCE, Field::Int(self.sequence)),
            (ENDORSEMENT_INFO, Field::Bytes(parameters.endorsement_info().encode_to_vec().into())),
            (VALIDATION_INFO, Field::Bytes(parameters.validation_info().encode_to_vec().into())),
            // Fabric's readers expect the field; it is always empty here.
            (COLLECTIONS, Field::Bytes(Bytes::new())),
            (COMPONENT_HASH, Field::Bytes(Bytes::copy_from_slice(&self.component_hash))),
        ];
        record::write(simulator, chaincode, DATATYPE, &fields)
    }
}

/// The digest at `key`, which only this crate can have written.
pub(crate) fn component_hash(key: &str, bytes: &[u8]) -> Result<Digest, LifecycleError> {
    Digest::try_from(bytes).map_err(|_| LifecycleError::Corrupt {
        key: key.to_owned(),
        reason: format!("a component hash of {} bytes", bytes.len()),
    })
}

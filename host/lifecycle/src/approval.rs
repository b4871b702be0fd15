//! Approvals: one organisation's word for one definition.

use bytes::Bytes;
use folio_proto::folio::v1::ChaincodeApproval;
use folio_simulator::Simulator;
use folio_types::Digest;
use prost::Message;

use crate::{LifecycleError, Parameters, keys};

/// What an organisation approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Approval {
    pub(crate) parameters: Parameters,
    /// What its peers run; none when they run nothing.
    pub(crate) source: Option<Source>,
}

/// An installed package and the component in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) package_id: String,
    pub(crate) component_hash: Digest,
}

impl Approval {
    /// An organisation's approval; none where it gave none.
    pub(crate) fn read(
        simulator: &mut Simulator,
        chaincode: &str,
        sequence: i64,
        msp_id: &str,
    ) -> Result<Option<Self>, LifecycleError> {
        let value = simulator.get(keys::approval(chaincode, sequence, msp_id))?;
        Ok(value.and_then(Self::decode))
    }

    pub(crate) fn write(
        &self,
        simulator: &mut Simulator,
        chaincode: &str,
        sequence: i64,
        msp_id: &str,
    ) -> Result<(), LifecycleError> {
        Ok(simulator.put(keys::approval(chaincode, sequence, msp_id), self.encode())?)
    }

    pub(crate) fn component_hash(&self) -> Option<Digest> {
        self.source.as_ref().map(|source| source.component_hash)
    }

    /// The approval in a value. An organisation writes its approvals without anybody else's word, so one that cannot be
    /// read is its own doing: as good as none, and no trouble for others.
    pub(crate) fn decode(value: Bytes) -> Option<Self> {
        let message = ChaincodeApproval::decode(value).ok()?;
        let parameters =
            Parameters::from_infos(message.endorsement_info.unwrap_or_default(), message.validation_info?).ok()?;
        let source = if message.package_id.is_empty() {
            None
        } else {
            let component_hash = Digest::try_from(&message.component_hash[..]).ok()?;
            Some(Source { package_id: message.package_id, component_hash })
        };
        Some(Self { parameters, source })
    }

    fn encode(&self) -> Bytes {
        let (package_id, component_hash) = match &self.source {
            Some(source) => (source.package_id.clone(), Bytes::copy_from_slice(&source.component_hash)),
            None => Default::default(),
        };
        let message = ChaincodeApproval {
            endorsement_info: Some(self.parameters.endorsement_info()),
            validation_info: Some(self.parameters.validation_info()),
            package_id,
            component_hash,
        };
        message.encode_to_vec().into()
    }
}

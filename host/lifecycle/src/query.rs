//! Questions about definitions and approvals.

use folio_proto::lifecycle::query_approved_chaincode_definitions_result::ApprovedChaincodeDefinition;
use folio_proto::lifecycle::query_chaincode_definitions_result::ChaincodeDefinition;
use folio_proto::lifecycle::{
    ChaincodeSource, QueryApprovedChaincodeDefinitionArgs, QueryApprovedChaincodeDefinitionResult,
    QueryApprovedChaincodeDefinitionsResult, QueryChaincodeDefinitionArgs, QueryChaincodeDefinitionResult,
    QueryChaincodeDefinitionsResult, chaincode_source,
};
use folio_proto::protos::CollectionConfigPackage;
use folio_simulator::Simulator;
use folio_types::limits::RANGE_PAGE_ENTRIES_MAX;

use crate::approval::Approval;
use crate::rules::Readiness;
use crate::{Definition, Lifecycle, LifecycleError, keys};

impl Lifecycle<'_> {
    pub(crate) fn query_definition(
        &self,
        args: &QueryChaincodeDefinitionArgs,
        simulator: &mut Simulator,
    ) -> Result<QueryChaincodeDefinitionResult, LifecycleError> {
        let Some(definition) = Definition::simulate_read(simulator, &args.name)? else {
            return Err(LifecycleError::NotDefined { chaincode: crate::names::shown(&args.name) });
        };
        let approvals = self.approvals(&args.name, definition.sequence, simulator)?;
        let readiness = Readiness::of(&definition.parameters, Some(definition.component_hash), &approvals);
        let endorsement = definition.parameters.endorsement_info();
        let validation = definition.parameters.validation_info();
        Ok(QueryChaincodeDefinitionResult {
            sequence: definition.sequence,
            version: endorsement.version,
            endorsement_plugin: endorsement.endorsement_plugin,
            validation_plugin: validation.validation_plugin,
            validation_parameter: validation.validation_parameter,
            collections: Some(CollectionConfigPackage::default()),
            init_required: false,
            approvals: readiness.approvals(),
        })
    }

    pub(crate) fn query_definitions(
        &self,
        simulator: &mut Simulator,
    ) -> Result<QueryChaincodeDefinitionsResult, LifecycleError> {
        let mut definitions = Vec::new();
        for (key, _) in scan(simulator, keys::METADATA)? {
            let name = key.strip_prefix(keys::METADATA).unwrap_or_default();
            let Some(definition) = Definition::simulate_read(simulator, name)? else { continue };
            let endorsement = definition.parameters.endorsement_info();
            let validation = definition.parameters.validation_info();
            definitions.push(ChaincodeDefinition {
                name: name.to_owned(),
                sequence: definition.sequence,
                version: endorsement.version,
                endorsement_plugin: endorsement.endorsement_plugin,
                validation_plugin: validation.validation_plugin,
                validation_parameter: validation.validation_parameter,
                collections: Some(CollectionConfigPackage::default()),
                init_required: false,
            });
        }
        Ok(QueryChaincodeDefinitionsResult { chaincode_definitions: definitions })
    }

    /// With no sequence asked for, the newest that the organisation approved: the next one, else the current one.
    pub(crate) fn query_approved(
        &self,
        args: &QueryApprovedChaincodeDefinitionArgs,
        simulator: &mut Simulator,
    ) -> Result<QueryApprovedChaincodeDefinitionResult, LifecycleError> {
        let sequences = if args.sequence == 0 {
            let current = Definition::simulate_read(simulator, &args.name)?.map_or(0, |found| found.sequence);
            [current.saturating_add(1), current]
        } else {
            [args.sequence; 2]
        };
        for sequence in sequences {
            if let Some(approval) = Approval::read(simulator, &args.name, sequence, self.own_msp_id)? {
                return Ok(approved(sequence, &approval));
            }
        }
        let chaincode = crate::names::shown(&args.name);
        Err(LifecycleError::NotApproved { chaincode, sequence: args.sequence })
    }

    pub(crate) fn query_all_approved(
        &self,
        simulator: &mut Simulator,
    ) -> Result<QueryApprovedChaincodeDefinitionsResult, LifecycleError> {
        let entries = scan(simulator, keys::APPROVALS)?.into_iter();
        let own = entries.filter_map(|(key, value)| {
            let (name, sequence, _) = keys::parse_approval(&key).filter(|(_, _, msp_id)| *msp_id == self.own_msp_id)?;
            Some(listed(name, approved(sequence, &Approval::decode(value)?)))
        });
        Ok(QueryApprovedChaincodeDefinitionsResult { approved_chaincode_definitions: own.collect() })
    }
}

/// An approval as a list shows it: with the name that a single answer leaves out.
fn listed(name: &str, found: QueryApprovedChaincodeDefinitionResult) -> ApprovedChaincodeDefinition {
    ApprovedChaincodeDefinition {
        name: name.to_owned(),
        sequence: found.sequence,
        version: found.version,
        endorsement_plugin: found.endorsement_plugin,
        validation_plugin: found.validation_plugin,
        validation_parameter: found.validation_parameter,
        collections: found.collections,
        init_required: found.init_required,
        source: found.source,
    }
}

fn approved(sequence: i64, approval: &Approval) -> QueryApprovedChaincodeDefinitionResult {
    let endorsement = approval.parameters.endorsement_info();
    let validation = approval.parameters.validation_info();
    let source = match &approval.source {
        Some(source) => {
            chaincode_source::Type::LocalPackage(chaincode_source::Local { package_id: source.package_id.clone() })
        }
        None => chaincode_source::Type::Unavailable(chaincode_source::Unavailable {}),
    };
    QueryApprovedChaincodeDefinitionResult {
        sequence,
        version: endorsement.version,
        endorsement_plugin: endorsement.endorsement_plugin,
        validation_plugin: validation.validation_plugin,
        validation_parameter: validation.validation_parameter,
        collections: Some(CollectionConfigPackage::default()),
        init_required: false,
        source: Some(ChaincodeSource { r#type: Some(source) }),
    }
}

/// All keys and values under a prefix that ends in `/`; the simulator's budget bounds them.
fn scan(simulator: &mut Simulator, prefix: &str) -> Result<Vec<(String, bytes::Bytes)>, LifecycleError> {
    let end = keys::end_of(prefix);
    let mut start = prefix.to_owned();
    let mut entries = Vec::new();
    loop {
        let page = simulator.scan(&start, &end, RANGE_PAGE_ENTRIES_MAX)?;
        entries.extend(page.entries);
        match entries.last() {
            Some((last, _)) if page.more => start = format!("{last}\0"),
            _ => return Ok(entries),
        }
    }
}

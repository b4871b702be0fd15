//! Why a configuration is refused.

use folio_msp::MspError;
use folio_wire::WireError;
use thiserror::Error;

/// Why a configuration is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChannelError {
    /// A part of it cannot be read.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// An organisation's roots of trust are refused.
    #[error(transparent)]
    Msp(#[from] MspError),
    /// The name cannot be that of a channel.
    #[error("channel id {got:?} is not 1 to {max} of a-z, 0-9, dot and dash, beginning with a letter")]
    Id {
        /// The name, cut.
        got: String,
        /// The limit.
        max: usize,
    },
    /// A group or setting that every channel has.
    #[error("configuration group {group} lacks {what}")]
    Missing {
        /// The group's path.
        group: String,
        /// What it lacks.
        what: &'static str,
    },
    /// One organisation takes part in two ways with different roots of trust.
    #[error("MSP {msp_id:?} is configured twice, differently")]
    Contradiction {
        /// The organisation.
        msp_id: String,
    },
    /// Limits that no batch could meet.
    #[error("batches: {reason} ({facts})")]
    Batch {
        /// What is wrong.
        reason: &'static str,
        /// The numbers.
        facts: String,
    },
    /// The channel asks of its nodes what this one cannot.
    #[error("configuration group {group} requires the capability {capability:?}, which this node lacks")]
    Capability {
        /// The group's path.
        group: String,
        /// What it requires.
        capability: String,
    },
}

//! The clear values of private collections, in files of their own: blocks are handed out, these never are.
//!
//! A frame holds the private values of one block: for each transaction its number (4 bytes), the length of its private
//! set (4 bytes) and the set; integers big-endian. It is synced before its block is, and dropped on opening when its
//! block never came.

use std::path::Path;

use bytes::{Buf, BufMut, Bytes};
use folio_types::{BlockNumber, PrivateSet, TxNumber};

use crate::{
    LedgerError, Step, StepHook,
    log::{FrameLog, Layout},
};

/// Private frames carry no hash.
const NO_TAG: [u8; 32] = [0; 32];

pub(crate) struct PrivateJournal {
    log: FrameLog,
}

impl PrivateJournal {
    /// Opens the journal beside a block store of `height` blocks.
    pub(crate) fn open(
        dir: &Path,
        file_bytes_max: u64,
        hook: StepHook,
        height: BlockNumber,
    ) -> Result<Self, LedgerError> {
        let (log, _) = FrameLog::open(dir, layout(file_bytes_max), hook, Some(height))?;
        Ok(Self { log })
    }

    /// Stores the private values of a block. Nothing is written where there are none.
    pub(crate) fn append(&self, block: BlockNumber, sets: &[(TxNumber, PrivateSet)]) -> Result<(), LedgerError> {
        if sets.is_empty() {
            return Ok(());
        }
        let mut payload = Vec::new();
        for (tx, set) in sets {
            let set = folio_wire::encode_private_set(set);
            // Both fit: a block is a message of at most 100 MiB, and a private set far smaller.
            payload.put_u32(*tx as u32);
            payload.put_u32(set.len() as u32);
            payload.put_slice(&set);
        }
        self.log.append(block, &NO_TAG, &payload)
    }

    /// The private values of a block, in block order.
    pub(crate) fn read(&self, block: BlockNumber) -> Result<Vec<(TxNumber, PrivateSet)>, LedgerError> {
        let Some((_, payload)) = self.log.read(block)? else {
            return Ok(Vec::new());
        };
        decode(block, payload.into())
    }
}

/// How the files of a private journal look.
pub(crate) fn layout(file_bytes_max: u64) -> Layout {
    Layout {
        magic: *b"FolioPrv",
        extension: "private",
        consecutive: false,
        file_bytes_max,
        durable: true,
        write_step: Step::PrivateWrite,
        sync_step: Step::PrivateSync,
    }
}

/// The private sets in a frame's payload.
pub(crate) fn decode(block: BlockNumber, payload: Bytes) -> Result<Vec<(TxNumber, PrivateSet)>, LedgerError> {
    decode_sets(payload).map_err(|reason| LedgerError::Undecodable { block, reason })
}

fn decode_sets(mut payload: Bytes) -> Result<Vec<(TxNumber, PrivateSet)>, String> {
    let mut sets = Vec::new();
    while payload.has_remaining() {
        let short = |_| "the private values end early".to_owned();
        let tx = payload.try_get_u32().map_err(short)?;
        let length = payload.try_get_u32().map_err(short)? as usize;
        if payload.remaining() < length {
            return Err("the private values end early".to_owned());
        }
        let set = folio_wire::decode_private_set(&payload.split_to(length)).map_err(|error| error.to_string())?;
        sets.push((TxNumber::from(tx), set));
    }
    Ok(sets)
}

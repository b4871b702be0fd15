//! Offers to one member, and vouchers: `offer.issue`, `offer.list` and `offer.verify`; and their use by a stay.
//!
//! The desk names the offer, or hands in the voucher's code, when it reports the stay. The offer's points come in beside
//! those of the stay, once: a later version posts the difference, and when nothing of the stay counts any more the offer
//! can be used again. A stay is never refused for its offer; the receipt tells why it gave nothing.

mod issue;
mod queries;
mod used;

pub(super) use issue::issue;
pub(super) use queries::{list, verify};
pub(super) use used::{Named, OfferCandidate, candidate, post, withdrawn};

use folio_chaincode_sdk::Context;

use crate::ids::{MemberId, OfferId};

/// Holds vouchers until somebody uses them.
const NOBODY: MemberId = MemberId::new([0; 16]);

const VOUCHER_TRANSIENT: &str = "voucher";
const VOUCHER_TAG: &[u8] = b"folio-voucher-v1\n";

/// The offer that a voucher's code stands for, if one came with the call. Codes are random, of 80 bits or more: their
/// digests stand on the ledger.
fn voucher_of_call(context: &Context<'_>) -> Option<OfferId> {
    context.transient(VOUCHER_TRANSIENT).map(|code| context.sha256_id(&[VOUCHER_TAG, code]))
}

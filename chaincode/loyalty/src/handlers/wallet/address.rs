//! Addresses of wallets.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::handlers::call::text::HexBytes;
use crate::handlers::member::checked_key;
use crate::ids::WalletAddress;

/// Sets the hash of a key apart from any other.
const ADDRESS_TAG: &[u8] = b"folio-wallet-v1\n";

/// The address that no key has: nobody's.
pub(in crate::handlers) const NOBODY: WalletAddress = WalletAddress::new([0; 20]);

/// The address of a key, and the key in compressed form.
///
/// The address is the last 20 bytes of SHA-256 over `folio-wallet-v1`, a line feed, and the 33 bytes of the compressed
/// key. Ethereum takes Keccak-256 of the coordinates, which no host function computes: the addresses look the same, and
/// are others.
pub(in crate::handlers) fn address_of(context: &Context<'_>, key: &HexBytes) -> Result<(WalletAddress, Vec<u8>)> {
    let key = compressed(checked_key(key)?);
    let digest = context.sha256(&[ADDRESS_TAG, &key]);
    Ok((WalletAddress::new(std::array::from_fn(|at| digest[12 + at])), key))
}

/// Points and vouchers go to somebody.
pub(in crate::handlers) fn require_somebody(address: WalletAddress) -> Result<()> {
    if address == NOBODY {
        return Err(Error::new("WALLET_NOBODY", "the address of zeros belongs to nobody: name another wallet"));
    }
    Ok(())
}

/// One key has one address, in whichever form it comes. A point that is not on the curve verifies nothing later.
fn compressed(key: Vec<u8>) -> Vec<u8> {
    match key.as_slice() {
        [4, point @ ..] if point.len() == 64 => {
            let odd = point.last().is_some_and(|byte| byte & 1 == 1);
            [&[if odd { 3 } else { 2 }], &point[..32]].concat()
        }
        _ => key,
    }
}

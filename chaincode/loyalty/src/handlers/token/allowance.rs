//! What the owner of a wallet lets another do.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::ids::{ProgrammeId, WalletAddress};
use crate::state::{ALLOWANCES, AllowanceRow, Unreadable};
use crate::units::Points;

/// What one wallet lets another do in one programme.
pub(super) struct Allowance {
    key: (ProgrammeId, WalletAddress, WalletAddress),
    /// Points that the other may still take.
    pub(super) points: Points,
    /// Whether the other may do with all vouchers what the owner may.
    pub(super) operator: bool,
}

impl Allowance {
    /// What `owner` lets `spender` do; nothing when nothing was said.
    pub(super) fn load(
        context: &Context<'_>,
        programme: &ProgrammeId,
        owner: WalletAddress,
        spender: WalletAddress,
    ) -> Result<Self> {
        let key = (programme.clone(), owner, spender);
        let row = ALLOWANCES.get(context, &key)?.unwrap_or_default();
        let points = Points::new(row.points).map_err(|_| Unreadable.of("allowance"))?;
        Ok(Self { key, points, operator: row.operator })
    }

    /// Takes from what is allowed, which must be enough.
    pub(super) fn take(&mut self, points: Points) -> Result<()> {
        let left = self.points.checked_sub(points).map_err(|_| {
            let message = format!("{points} points were to be taken, and {} are allowed", self.points);
            Error::new("ALLOWANCE_EXCEEDED", message)
        })?;
        self.points = left;
        Ok(())
    }

    /// Writes it. What allows nothing has no row.
    pub(super) fn save(&self, context: &mut Context<'_>) {
        if self.points.is_zero() && !self.operator {
            ALLOWANCES.delete(context, &self.key);
        } else {
            ALLOWANCES.put(context, &self.key, &AllowanceRow { points: self.points.get(), operator: self.operator });
        }
    }
}

//! A row of what is owed, and rows that follow it.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::call::clock;
use crate::handlers::outcome::owing::Sides;
use crate::ids::{OrgId, ProgrammeId};
use crate::state::{CurrencyCode, OWED, OriginRow, OwedItemRow, OwedRow, TxTail};
use crate::units::Date;

use super::dates;

/// Sets the end of the key of a row that follows another apart from any other digest.
const FOLLOWING_TAG: &[u8] = b"folio-owed-following-v1\n";

/// The key of a row, as it stands in the key table.
pub(super) type RowKey = (ProgrammeId, Date, OrgId, OrgId, TxTail);

/// Which row of what is owed is meant.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RowName {
    /// The programme.
    pub(super) programme: ProgrammeId,
    /// The date in which it stands.
    pub(super) date: Date,
    /// Who owes.
    pub(super) debtor: OrgId,
    /// To whom.
    pub(super) creditor: OrgId,
    /// The end of its transaction's id, or of what stands for one in a row that follows another.
    pub(super) tx: TxTail,
}

impl RowName {
    /// The row of a key.
    pub(super) fn of((programme, date, debtor, creditor, tx): RowKey) -> Self {
        Self { programme, date, debtor, creditor, tx }
    }

    /// The key.
    pub(super) fn key(&self) -> RowKey {
        (self.programme.clone(), self.date, self.debtor.clone(), self.creditor.clone(), self.tx)
    }

    /// The row, which must be there.
    pub(super) fn must_get(&self, context: &Context<'_>) -> Result<OwedRow> {
        let row = OWED.get(context, &self.key())?;
        row.ok_or_else(|| {
            Error::new("OWED_UNKNOWN", "nothing is owed under this programme, date, debtor, creditor and tx")
        })
    }

    /// The two sides.
    pub(super) fn sides(&self) -> Sides {
        let Self { programme, debtor, creditor, .. } = self.clone();
        Sides { programme, debtor, creditor }
    }

    /// Writes items that follow the row into the date that is open today, and answers which.
    pub(super) fn follow(&self, context: &mut Context<'_>, items: Vec<OwedItemRow>) -> Result<Date> {
        let today = clock::proposal_date(context)?;
        let date = dates::open_date(context, &self.programme, today)?;
        let tx = context.invocation().tx_id.as_bytes();
        // One transaction may follow many rows, so that its own id does not tell the new ones apart.
        let tail: TxTail = context.sha256_id(&[FOLLOWING_TAG, tx, OWED.key(&self.key()).as_bytes()]);
        let origin = Some(OriginRow { date: self.date.days(), tx: self.tx.bytes().to_vec() });
        let key = (self.programme.clone(), date, self.debtor.clone(), self.creditor.clone(), tail);
        OWED.put(context, &key, &OwedRow { items, business_date: None, origin });
        Ok(date)
    }
}

/// One thing that is owed for, as queries tell it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Item {
    hotel: Option<String>,
    /// `accrual`, `redemption` or `settled`.
    cause: &'static str,
    points: i64,
    /// The date whose agreement holds.
    dated: Date,
    /// Nothing stands for no price yet.
    currency: Option<CurrencyCode>,
    /// In smallest units.
    amount: i64,
    /// The number of the agreement.
    agreement: Option<u32>,
    nights: i32,
    occupancy_percent: u32,
}

impl Item {
    /// The item of a row.
    pub(super) fn of(row: &OwedItemRow) -> Result<Self> {
        use crate::rules::settlement::OwedFor;
        let broken = |error: crate::state::Unreadable| error.of("owed");
        let cause = match row.cause().map_err(broken)? {
            OwedFor::Accrual => "accrual",
            OwedFor::Redemption => "redemption",
            OwedFor::Settled => "settled",
        };
        Ok(Self {
            hotel: Some(row.hotel.clone()).filter(|hotel| !hotel.is_empty()),
            cause,
            points: row.points,
            dated: Date::from_days(row.dated).map_err(|error| broken(error.into()))?,
            currency: CurrencyCode::new(&row.currency),
            amount: row.amount,
            agreement: Some(row.agreement).filter(|number| *number != 0),
            nights: row.nights,
            occupancy_percent: row.occupancy_percent,
        })
    }
}

//! What a transaction makes one organisation owe another: in points always, and in money where an agreement says so.

use folio_chaincode_sdk::{Context, Error, Result, codes};

use crate::handlers::consortium::agreement;
use crate::ids::{HotelId, OrgId, ProgrammeId};
use crate::rules::settlement::{Due, OwedFor};
use crate::state::{OwedItemRow, Unreadable};
use crate::units::Date;

/// Something that one organisation owes another for.
pub(in crate::handlers) struct Owing<'a> {
    /// Who owes.
    pub(in crate::handlers) debtor: &'a str,
    /// To whom.
    pub(in crate::handlers) creditor: &'a str,
    /// Whose points they are.
    pub(in crate::handlers) programme: &'a ProgrammeId,
    /// The date whose agreement holds: the check-out of a stay, the hold of a reward.
    pub(in crate::handlers) dated: Date,
    /// What for.
    pub(in crate::handlers) due: Due,
}

/// The two sides of a debt in points of a programme.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::handlers) struct Sides {
    pub(in crate::handlers) programme: ProgrammeId,
    pub(in crate::handlers) debtor: OrgId,
    pub(in crate::handlers) creditor: OrgId,
}

impl Sides {
    /// The side whose hotels host: the other owns the programme.
    pub(in crate::handlers) fn host(&self, cause: OwedFor) -> &OrgId {
        if cause == OwedFor::Accrual { &self.debtor } else { &self.creditor }
    }
}

impl Owing<'_> {
    /// What is owed, valued where it can be. Nothing is owed within an organisation, or for nothing.
    pub(in crate::handlers) fn item(
        &self,
        context: &Context<'_>,
        hotel: Option<&HotelId>,
    ) -> Result<Option<(Sides, OwedItemRow)>> {
        let (Some(debtor), Some(creditor)) = (OrgId::new(self.debtor), OrgId::new(self.creditor)) else {
            return Err(Error::new(codes::STATE_UNREADABLE, "an organisation's name cannot stand in a key"));
        };
        if debtor == creditor || self.due.points == 0 {
            return Ok(None);
        }
        let sides = Sides { programme: self.programme.clone(), debtor, creditor };
        let hotel = hotel.map(ToString::to_string).unwrap_or_default();
        let mut item = OwedItemRow::of(&self.due, hotel, self.dated.days());
        price(context, &sides, &mut item)?;
        Ok(Some((sides, item)))
    }
}

/// Values an item by the agreement of its date. Where none holds, or the value is no amount of money, it stays without a
/// price, and `false` is answered.
pub(in crate::handlers) fn price(context: &Context<'_>, sides: &Sides, item: &mut OwedItemRow) -> Result<bool> {
    let unreadable = |error: Unreadable| error.of("owed");
    let due = item.due().map_err(unreadable)?;
    let dated = Date::from_days(item.dated).map_err(|error| unreadable(error.into()))?;
    let Some(row) = agreement::on(context, &sides.programme, sides.host(due.cause), &item.hotel, dated)? else {
        return Ok(false);
    };
    let agreement = row.agreement().map_err(|error| error.of("agreements"))?;
    let Ok(amount) = due.value(&agreement) else { return Ok(false) };
    item.currency = row.currency;
    item.amount = amount;
    item.agreement = row.number;
    Ok(true)
}

//! Points that are held for somebody who is not known yet.

use crate::ids::ReservationId;
use crate::units::{Date, Points};

use super::{Account, BooksError, Entry, Holdings};

impl Holdings {
    /// Held points go to another member, with their lots, and the programme keeps the rest of the hold. A lot that reached
    /// its last day while it was held expires now: what arrives may be less than what was given.
    pub fn give_held(
        &mut self,
        entry: &mut Entry,
        to: &mut Self,
        id: ReservationId,
        points: Points,
        today: Date,
    ) -> Result<Points, BooksError> {
        let mut lots = self.end_hold(id)?.lots;
        let expired = lots.take_past(today).total();
        entry.move_points(Account::Reserved(self.member), Account::Expired, expired)?;
        let given = lots.take_first(points);
        let arrives = given.total();
        entry.move_points(Account::Reserved(self.member), Account::Fees, lots.total())?;
        to.come_in(entry, Account::Reserved(self.member), given)?;
        Ok(arrives)
    }
}

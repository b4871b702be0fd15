//! The stock of an item, spread over shelves so that members who ask at once do not get in each other's way.
//!
//! What was put in is counted with the item, which whoever asks for it reads anyway, and is dealt out to the shelves
//! ([`spread`]): a shelf that nobody has taken from has no row. A piece is gone from its shelf when it is held, and the
//! shelf remembers when the hold ends by itself. What was given by then is forgotten when the shelf is touched next, and
//! what was not is there again: nobody has to bring it back. A piece that is given at once is gone and nothing more.

use folio_chaincode_sdk::{Context, Error, PAGE_ENTRIES_MAX, Result};

use crate::ids::{ItemId, ProgrammeId, ReservationId};
use crate::rules::spread;
use crate::state::{Ended, RESERVATIONS, ReservationRow, STOCK, StockRow, StockTakenRow};

use super::reservation::{Fate, broken, fate, has_run_out, item_of};

/// Most shelves on which a piece is looked for. Where one of 20 is left, that finds a piece 24 times out of 25.
const SHELVES_TRIED_MAX: u16 = 64;

/// Most shelves out of which pieces are taken by the programme at once: full as each of them may be, a peer takes what is
/// written.
const SHELVES_CLEARED_MAX: u16 = 400;

/// Most holds that are looked after meanwhile.
const CLEARED_TIDIED_MAX: usize = 800;

/// Most pieces of one shelf that are held and not known to be given.
const TAKEN_MAX: usize = 64;

/// Most pieces of one shelf that are looked after at once.
const TIDIED_MAX: usize = 8;

/// Most rows of shelves, and of reservations whose holds ran out, that one query counts: well below what a peer lets one
/// call read.
pub(super) const COUNTED_ROWS_MAX: usize = 8_000;

/// Where one shelf stands.
type ShelfKey = (ProgrammeId, ItemId, u16);

/// The stock of an item.
pub(super) struct Stock<'a> {
    /// The programme.
    pub(super) programme: &'a ProgrammeId,
    /// The item.
    pub(super) item: &'a ItemId,
    /// How many pieces were ever put in.
    pub(super) pieces: u64,
    /// Over how many shelves they are spread at most.
    pub(super) shelves: u16,
}

/// A piece that was taken.
pub(super) struct Taken {
    /// Its shelf, counted from 1.
    pub(super) shelf: u32,
    /// How many are left on the shelf.
    pub(super) left: u64,
}

impl Stock<'_> {
    /// Takes a piece, for the hold of a reservation unless it is given at once. Which shelf is tried first, the
    /// transaction's id decides, which nobody chooses.
    pub(super) fn take(&self, context: &mut Context<'_>, hold: Option<(ReservationId, i64)>) -> Result<Taken> {
        let (mut tried, mut full) = (0_u16, 0_u16);
        for shelf in self.some_of_all(context, SHELVES_TRIED_MAX) {
            tried = tried.saturating_add(1);
            let key = self.key(shelf);
            // Where tidying brings a piece back, there is room and a piece to take: what it wrote is never left without
            // its shelf.
            let (mut row, _) = tidied(context, &key, TIDIED_MAX)?;
            let Some(left) = self.free_on(shelf, &row).checked_sub(1) else { continue };
            if let Some((id, ends_at_seconds)) = hold {
                if row.taken.len() >= TAKEN_MAX {
                    full = full.saturating_add(1);
                    continue;
                }
                row.taken.push(StockTakenRow { reservation: id.bytes().to_vec(), ends_at_seconds });
            }
            row.gone = row.gone.checked_add(1).ok_or_else(too_many)?;
            STOCK.put(context, &key, &row);
            return Ok(Taken { shelf: u32::from(shelf).saturating_add(1), left });
        }
        Err(self.none_found(tried, full))
    }

    /// The refusal when no piece could be taken. On a shelf that is `full` lie pieces, but its row lists as many holds as it
    /// may.
    fn none_found(&self, tried: u16, full: u16) -> Error {
        let (item, shelves) = (self.item, self.in_use());
        if full == 0 {
            let message =
                format!("none of item {item} is left on {tried} of {shelves} shelves; a new try looks on others");
            return Error::new("REWARD_OUT_OF_STOCK", message);
        }
        let message = format!(
            "item {item} is left on {full} of {shelves} shelves, from each of which {TAKEN_MAX} pieces are held already: \
             try again when a hold has run out"
        );
        Error::new("REWARD_SHELVES_FULL", message)
    }

    /// Takes pieces out for good, from as many shelves as one call may clear.
    pub(super) fn clear(&self, context: &mut Context<'_>, pieces: u64) -> Result<()> {
        let (mut missing, mut left) = (pieces, CLEARED_TIDIED_MAX);
        for shelf in self.some_of_all(context, SHELVES_CLEARED_MAX) {
            if missing == 0 {
                break;
            }
            let key = self.key(shelf);
            let (mut row, looked_after) = tidied(context, &key, TIDIED_MAX.min(left))?;
            left = left.saturating_sub(looked_after);
            let out = self.free_on(shelf, &row).min(missing);
            if out > 0 {
                row.gone = row.gone.checked_add(out).ok_or_else(too_many)?;
                missing = missing.saturating_sub(out);
                STOCK.put(context, &key, &row);
            }
        }
        if missing == 0 {
            return Ok(());
        }
        let (found, most) = (pieces.saturating_sub(missing), SHELVES_CLEARED_MAX);
        let message = format!("{found} of {pieces} pieces are free on at most {most} shelves: take fewer out at once");
        Err(Error::new("REWARD_STOCK_INVALID", message))
    }

    /// What a query may say of the stock: how many are free, those of holds that ran out among them. `None` when there are
    /// more rows than are left to count, each reservation that is looked at among them.
    pub(super) fn free(&self, context: &Context<'_>, left: &mut usize) -> Result<Option<u64>> {
        let (mut gone, mut back, mut after) = (0_u64, 0_u64, None);
        loop {
            if *left == 0 {
                return Ok(None);
            }
            let most = u32::try_from(*left).unwrap_or(u32::MAX).min(PAGE_ENTRIES_MAX);
            let scope = (self.programme.clone(), self.item.clone());
            let page = STOCK.page(context, &scope, after.as_ref(), most)?;
            *left = left.saturating_sub(page.rows.len());
            for (_, row) in &page.rows {
                gone = gone.saturating_add(row.gone);
                for taken in row.taken.iter().filter(|taken| has_run_out(context, taken.ends_at_seconds)) {
                    let Some(after_this) = left.checked_sub(1) else { return Ok(None) };
                    *left = after_this;
                    let id = ReservationId::from_start_of(&taken.reservation).ok_or_else(broken)?;
                    let reservation = RESERVATIONS.get(context, &id)?;
                    back += u64::from(reservation.is_some_and(|row| is_free_again(context, &row)));
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(Some(self.pieces.saturating_sub(gone).saturating_add(back)));
            }
        }
    }

    /// So many of the shelves on which pieces lie, or all of them, as far apart as they can be: where others have emptied a
    /// stretch, not all of them lie in it.
    fn some_of_all(&self, context: &Context<'_>, most: u16) -> impl Iterator<Item = u16> + use<> {
        let [high, low, ..] = context.sha256(&[b"folio-shelf-v1\n", context.invocation().tx_id.as_bytes()]);
        let shelves = self.in_use();
        let first = u32::from(u16::from_be_bytes([high, low]));
        let apart = u32::from(shelves.checked_div(most).unwrap_or_default().max(1));
        (0..u32::from(shelves.min(most))).filter_map(move |step| {
            let shelf = first.checked_add(step.checked_mul(apart)?)?.checked_rem(u32::from(shelves))?;
            u16::try_from(shelf).ok()
        })
    }

    fn in_use(&self) -> u16 {
        spread::in_use(self.pieces, self.shelves)
    }

    fn free_on(&self, shelf: u16, row: &StockRow) -> u64 {
        spread::share(self.pieces, self.shelves, shelf).saturating_sub(row.gone)
    }

    fn key(&self, shelf: u16) -> ShelfKey {
        (self.programme.clone(), self.item.clone(), shelf)
    }
}

/// The piece of a reservation comes back, unless its hold ran out and it came back by itself. A piece that was given
/// comes back only where it is brought back.
pub(super) fn put_back(
    context: &mut Context<'_>,
    id: ReservationId,
    row: &ReservationRow,
    was_given: bool,
) -> Result<()> {
    let Some(shelf) = row.shelf.checked_sub(1) else { return Ok(()) };
    let shelf = u16::try_from(shelf).map_err(|_| broken())?;
    let programme = ProgrammeId::new(&row.programme).ok_or_else(broken)?;
    let key = (programme, item_of(row)?.ok_or_else(broken)?, shelf);
    let mut stock = STOCK.get(context, &key)?.unwrap_or_default();
    let before = stock.taken.len();
    stock.taken.retain(|taken| taken.reservation != id.bytes());
    if before > stock.taken.len() || was_given {
        stock.gone = stock.gone.checked_sub(1).ok_or_else(broken)?;
        STOCK.put(context, &key, &stock);
    }
    Ok(())
}

/// A shelf without what has ended, as far as `most` holds are looked after, and how many were. A reservation whose piece
/// comes back so can no longer be committed, and is told.
fn tidied(context: &mut Context<'_>, key: &ShelfKey, most: usize) -> Result<(StockRow, usize)> {
    let mut row = STOCK.get(context, key)?.unwrap_or_default();
    let ended = row.taken.iter().filter(|taken| has_run_out(context, taken.ends_at_seconds));
    let ended: Vec<ReservationId> =
        ended.take(most).filter_map(|taken| ReservationId::from_start_of(&taken.reservation)).collect();
    let looked_after = ended.len();
    for id in ended {
        row.taken.retain(|taken| taken.reservation != id.bytes());
        let Some(mut reservation) = RESERVATIONS.get(context, &id)? else { continue };
        if !is_free_again(context, &reservation) {
            continue;
        }
        row.gone = row.gone.checked_sub(1).ok_or_else(broken)?;
        if reservation.ended() == Ended::Not {
            reservation.stock_returned = true;
            RESERVATIONS.put(context, &id, &reservation);
        }
    }
    Ok((row, looked_after))
}

/// Whether the piece of a reservation is free although nobody brought it back. What was refunded was brought back then, or
/// is lost.
fn is_free_again(context: &Context<'_>, row: &ReservationRow) -> bool {
    fate(context, row) == Fate::Over && row.ended() != Ended::Refunded
}

/// The refusal of a stock that cannot be counted.
fn too_many() -> Error {
    Error::new("REWARD_STOCK_INVALID", "a stock has as many pieces as can be counted")
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;
    use crate::state::AwardRow;

    /// What a peer lets one call write.
    const WRITTEN_BYTES_MAX: usize = 2 << 20;

    #[test]
    fn what_clearing_full_shelves_writes_a_peer_takes() {
        let (id, name) = (vec![u8::MAX; 16], "n".repeat(64));
        let taken = vec![StockTakenRow { reservation: id.clone(), ends_at_seconds: i64::MAX }; TAKEN_MAX];
        let shelf = StockRow { gone: u64::MAX, taken };
        let award = AwardRow { arrival: i32::MIN, nights: u32::MAX, ..AwardRow::default() };
        let reservation = ReservationRow {
            programme: name.clone(),
            member: id.clone(),
            hotel: name.clone(),
            hotel_organisation: name.clone(),
            reward: name.clone(),
            item: name.clone(),
            certificate: id,
            award: Some(award),
            ..ReservationRow::default()
        };
        let key = 3 * name.len();
        let shelves = (shelf.encoded_len() + key) * usize::from(SHELVES_CLEARED_MAX);
        let reservations = (reservation.encoded_len() + key) * CLEARED_TIDIED_MAX;
        assert!(shelves + reservations < WRITTEN_BYTES_MAX, "{shelves} and {reservations} bytes");
    }
}

//! The stock of an item, spread over shards so that members who ask at once do not get in each other's way.
//!
//! A piece is taken out of its shard when it is held, and the shard remembers when the hold ends by itself. What was given
//! by then is forgotten when the shard is touched next, and what was not is free again: nobody has to bring it back.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::ids::{ItemId, ProgrammeId, ReservationId};
use crate::state::{Ended, RESERVATIONS, ReservationRow, STOCK, StockRow, StockTakenRow};

use super::reservation::{Fate, broken, fate, has_run_out, item_of};

/// Most shards in which a piece is looked for.
const SHARDS_TRIED_MAX: u16 = 8;

/// Most pieces of one shard that are taken and not known to be given.
const TAKEN_MAX: usize = 64;

/// Most pieces of one shard that are looked after at once.
const TIDIED_MAX: usize = 8;

/// One shard of an item's stock.
pub(super) type ShardKey = (ProgrammeId, ItemId, u16);

/// A piece that was taken.
pub(super) struct Taken {
    /// Its shard, counted from 1.
    pub(super) shard: u32,
    /// How many are left in the shard.
    pub(super) left: u64,
}

/// Takes a piece for a reservation. Which shard is tried first, the transaction's id decides, which nobody chooses.
pub(super) fn take(
    context: &mut Context<'_>,
    (programme, item): (&ProgrammeId, &ItemId),
    shards: u16,
    id: ReservationId,
    ends_at_seconds: i64,
) -> Result<Taken> {
    let [high, low, ..] = context.sha256(&[b"folio-shard-v1\n", context.invocation().tx_id.as_bytes()]);
    let first = u16::from_be_bytes([high, low]);
    for step in 0..shards.min(SHARDS_TRIED_MAX) {
        let shard = first.wrapping_add(step).checked_rem(shards).unwrap_or_default();
        let key = (programme.clone(), item.clone(), shard);
        // Where tidying frees a piece, there is room and a piece to take: what it wrote is never left without its shard.
        let mut row = tidied(context, &key)?;
        if row.taken.len() >= TAKEN_MAX {
            continue;
        }
        let Some(left) = row.free.checked_sub(1) else { continue };
        row.free = left;
        row.taken.push(StockTakenRow { reservation: id.bytes().to_vec(), ends_at_seconds });
        STOCK.put(context, &key, &row);
        return Ok(Taken { shard: u32::from(shard).saturating_add(1), left });
    }
    let tried = shards.min(SHARDS_TRIED_MAX);
    let message = format!("none of item {item} is left in {tried} of {shards} shards; a new try looks in others");
    Err(Error::new("REWARD_OUT_OF_STOCK", message))
}

/// The piece of a reservation comes back, unless its hold ran out and it came back by itself. A piece that was given
/// comes back only where it is brought back.
pub(super) fn put_back(
    context: &mut Context<'_>,
    id: ReservationId,
    row: &ReservationRow,
    was_given: bool,
) -> Result<()> {
    let Some(shard) = row.shard.checked_sub(1) else { return Ok(()) };
    let shard = u16::try_from(shard).map_err(|_| broken())?;
    let programme = ProgrammeId::new(&row.programme).ok_or_else(broken)?;
    let key = (programme, item_of(row)?.ok_or_else(broken)?, shard);
    let mut stock = STOCK.get(context, &key)?.unwrap_or_default();
    let before = stock.taken.len();
    stock.taken.retain(|taken| taken.reservation != id.bytes());
    if before > stock.taken.len() || was_given {
        stock.free = stock.free.checked_add(1).ok_or_else(too_many)?;
        STOCK.put(context, &key, &stock);
    }
    Ok(())
}

/// A shard without what has ended. A reservation whose piece comes back so can no longer be committed, and is told.
pub(super) fn tidied(context: &mut Context<'_>, key: &ShardKey) -> Result<StockRow> {
    let mut row = STOCK.get(context, key)?.unwrap_or_default();
    let ended = row.taken.iter().filter(|taken| has_run_out(context, taken.ends_at_seconds));
    let ended: Vec<ReservationId> =
        ended.take(TIDIED_MAX).filter_map(|taken| ReservationId::from_start_of(&taken.reservation)).collect();
    for id in ended {
        row.taken.retain(|taken| taken.reservation != id.bytes());
        let Some(mut reservation) = RESERVATIONS.get(context, &id)? else { continue };
        if !is_free_again(context, &reservation) {
            continue;
        }
        row.free = row.free.checked_add(1).ok_or_else(too_many)?;
        if reservation.ended() == Ended::Not {
            reservation.stock_returned = true;
            RESERVATIONS.put(context, &id, &reservation);
        }
    }
    Ok(row)
}

/// What a query may say of the stock: how many are free, those of holds that ran out among them.
pub(super) fn free(context: &Context<'_>, programme: &ProgrammeId, item: &ItemId, shards: u16) -> Result<u64> {
    let mut free = 0_u64;
    for shard in 0..shards {
        let row = STOCK.get(context, &(programme.clone(), item.clone(), shard))?.unwrap_or_default();
        let mut back = 0;
        for taken in row.taken.iter().filter(|taken| has_run_out(context, taken.ends_at_seconds)) {
            let id = ReservationId::from_start_of(&taken.reservation).ok_or_else(broken)?;
            let reservation = RESERVATIONS.get(context, &id)?;
            back += u64::from(reservation.is_some_and(|row| is_free_again(context, &row)));
        }
        free = free.saturating_add(row.free).saturating_add(back);
    }
    Ok(free)
}

/// Whether the piece of a reservation is free although nobody brought it back. What was refunded was brought back then, or
/// is lost.
fn is_free_again(context: &Context<'_>, row: &ReservationRow) -> bool {
    fate(context, row) == Fate::Over && row.ended() != Ended::Refunded
}

/// The refusal of a stock that cannot be counted.
pub(super) fn too_many() -> Error {
    Error::new("REWARD_STOCK_INVALID", "a stock has as many pieces as can be counted")
}

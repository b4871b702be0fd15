//! Having an item of the catalogue: its price, its limits and its stock.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::books::Entry;
use crate::handlers::account::upkeep;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::ids::{ItemId, MemberId, ProgrammeId, ReservationId};
use crate::rules::catalogue::{ItemKind, ItemRefusal, ItemTerms};
use crate::rules::programme::{ActivityKind, Hotel};
use crate::state::{
    Account, Cause, CertificateRow, Ended, LineRow, LotsRow, RESERVATIONS, ReservationRow, TAKEN, TakenRow,
};
use crate::units::Points;

use super::desk::Asked;
use super::reservation::{self, Fate, Reservation, fate, line};
use super::{catalogue, certificate, paying, shelf};

/// The member has an item: an article is held until it is handed over, anything else is given at once.
pub(super) fn reserve(context: &mut Context<'_>, mut journal: Journal, asked: Asked) -> Result<Reservation> {
    let Some(item) = asked.order.item.clone() else {
        return Err(Error::new("REWARD_ITEM_MISSING", "the intent names no `item`"));
    };
    let programme = asked.order.programme.clone();
    let (terms, pieces) = catalogue::must_be_offered(context, &programme, &item)?;
    require_for(&terms, &asked)?;
    let id = reservation::new_id(context);
    let mut row = priced(context, &terms, &asked, id)?;
    row.item = item.to_string();
    if let Some(cap) = terms.member_cap {
        count(context, &asked.account, &item, cap, id)?;
    }
    if terms.shelves > 0 {
        let stock = shelf::Stock { programme: &programme, item: &item, pieces, shelves: terms.shelves };
        let hold = (!terms.is_given_at_once()).then_some((id, asked.ends_at_seconds));
        let taken = stock.take(context, hold)?;
        row.shelf = taken.shelf;
        journal.changes.push(Event::StockTaken { programme, item, shelf: taken.shelf, left: taken.left });
    }
    if terms.is_given_at_once() {
        return give_at_once(context, journal, asked, &terms, (id, row));
    }
    let points = Points::new(row.points)?;
    asked.hold(context, journal, id, &row, |asked| asked.reserved(id, points))
}

/// Whether the item is for this member, on this day, in this place.
fn require_for(terms: &ItemTerms, asked: &Asked) -> Result<()> {
    let hotel = asked.hotel.as_ref();
    let hotel = hotel.map(|(code, row)| Hotel { code: code.as_str(), brand: &row.brand, chain: &row.chain });
    let rank = upkeep::rank(&asked.account, &asked.terms);
    terms.require_offered(&asked.terms.definition, rank, asked.order.as_of)?;
    Ok(terms.require_given_at(hotel.as_ref())?)
}

/// The reservation with what the member pays: one of the item's prices, or a certificate and what it leaves to pay.
fn priced(context: &mut Context<'_>, terms: &ItemTerms, asked: &Asked, id: ReservationId) -> Result<ReservationRow> {
    let order = &asked.order;
    let Some(certificate) = order.certificate else {
        terms.require_price(order.points, order.cash)?;
        let (cash_minor, cash_currency) =
            order.cash.map_or((0, String::new()), |cash| (cash.minor, cash.currency.to_string()));
        return Ok(ReservationRow { cash_minor, cash_currency, ..asked.row(order.points) });
    };
    let in_points = terms.prices.iter().find(|price| price.cash.is_none()).filter(|_| order.cash.is_none());
    let is_article = terms.kind == ItemKind::Article;
    let differs = ItemRefusal::PriceDiffers { points: order.points, cash: order.cash };
    let price = in_points.filter(|_| is_article).ok_or_else(|| differs.clone())?.points;
    let worth = paying::hold(context, &asked.account, certificate, id, order.as_of)?;
    if worth.top_up_for_article(price)? != order.points {
        return Err(differs.into());
    }
    let certificate = certificate.bytes().to_vec();
    Ok(ReservationRow { certificate, worth: price.get(), ..asked.row(order.points) })
}

/// Counts a piece towards what one member may have. What came to nothing does not count; what was taken by a member who
/// became part of this one does.
fn count(context: &mut Context<'_>, account: &Account, item: &ItemId, cap: u16, id: ReservationId) -> Result<()> {
    let key = |member| (account.programme.clone(), item.clone(), member);
    let mut elsewhere = 0_usize;
    for alias in &account.aliases {
        elsewhere = elsewhere.saturating_add(standing(context, &key(*alias))?.len());
    }
    let key = key(account.member());
    let mut reservations = standing(context, &key)?;
    if reservations.len().saturating_add(elsewhere) >= usize::from(cap) {
        return Err(Error::new("REWARD_MEMBER_CAP", format!("a member may have {cap} of item {item}")));
    }
    reservations.push(id.bytes().to_vec());
    TAKEN.put(context, &key, &TakenRow { reservations });
    Ok(())
}

/// What one id has taken of an item and may still have.
fn standing(context: &Context<'_>, key: &(ProgrammeId, ItemId, MemberId)) -> Result<Vec<Vec<u8>>> {
    let mut standing = Vec::new();
    for taken in TAKEN.get(context, key)?.unwrap_or_default().reservations {
        let id = ReservationId::from_start_of(&taken).ok_or_else(reservation::broken)?;
        let row = RESERVATIONS.get(context, &id)?;
        if row.is_some_and(|row| fate(context, &row) != Fate::Over) {
            standing.push(taken);
        }
    }
    Ok(standing)
}

/// A donation or a certificate: the points are spent now, and there is nothing to hand over.
fn give_at_once(
    context: &mut Context<'_>,
    mut journal: Journal,
    asked: Asked,
    terms: &ItemTerms,
    (id, mut row): (ReservationId, ReservationRow),
) -> Result<Reservation> {
    let Asked { order, mut account, terms: programme_terms, .. } = asked;
    let (mut entry, day) = (Entry::new(), account.last_business_date);
    let lots = account.holdings.spend(&mut entry, order.points)?;
    upkeep::note_activity(&mut account, &programme_terms, ActivityKind::Redemption, day);
    row.lots = Some(LotsRow::of(&lots, &order.programme));
    row.committed_on = Some(day.days());
    row.ended = Ended::Committed.into();
    row.ends_at_seconds = context.invocation().timestamp_seconds;
    let (programme, member, points) = (order.programme, order.member, order.points);
    let item = reservation::item_of(&row)?;
    let mut why = line(Cause::Redeemed, id, &row);
    match (&terms.kind, item) {
        (ItemKind::Donation { cause }, Some(item)) => {
            let good_cause = cause.clone();
            why = LineRow { cause: Cause::Donated.into(), good_cause: good_cause.clone(), ..why };
            journal.changes.lead(Event::RewardDonated { reservation: id, programme, member, item, good_cause, points });
        }
        (ItemKind::Certificate { worth, days, transferable }, item) => {
            let certificate = CertificateRow {
                last_day: day.add_days(i32::from(*days))?.days(),
                transferable: *transferable,
                origin: row.item.clone(),
                by: journal.by(),
                ..CertificateRow::default()
            };
            let issued = certificate::create(context, &mut journal, &account, certificate.with_worth(worth))?;
            why.certificate = issued.bytes().to_vec();
            row.bought_certificate = issued.bytes().to_vec();
            let committed = Event::RewardCommitted { reservation: id, programme, hotel: None, points, item };
            journal.changes.lead(committed);
        }
        _ => return Err(reservation::broken()),
    }
    journal.enter(context, &mut account, &entry, why)?;
    RESERVATIONS.put(context, &id, &row);
    account.save(context);
    journal.close(context)?;
    Reservation::of(id, &row)
}

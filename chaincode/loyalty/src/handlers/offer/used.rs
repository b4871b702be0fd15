//! The use of an offer by a stay.

use folio_chaincode_sdk::{Context, Error, Result, codes};

use crate::handlers::account::holder;
use crate::handlers::campaign::{Asked, Extras, Move, Source, move_points, new_lot};
use crate::handlers::earning::posting::Posting;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{MemberId, OfferId, StayKey};
use crate::rules::campaign::Offer;
use crate::rules::reason::Withheld;
use crate::state::{Account, CampaignLotRow, ExtraRow, OFFERS, OfferRow, PostedExtraRow};
use crate::units::Points;

use super::{NOBODY, voucher_of_call};

/// The offer that a report of a stay names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::handlers) struct Named {
    id: OfferId,
    voucher: bool,
    /// Whose it is, once that is known: the account may have become part of another's since.
    owner: Option<MemberId>,
}

/// An offer that was looked at for a stay.
pub(in crate::handlers) struct OfferCandidate {
    named: Named,
    row: Option<OfferRow>,
    counts_towards_tier: bool,
    /// What it gives.
    worth: std::result::Result<Points, Withheld>,
    /// Another one that was named beside the one that the stay has.
    second: Option<Named>,
}

impl Named {
    /// The offer of the arguments, or the voucher whose code came with the call.
    pub(in crate::handlers) fn of_call(context: &Context<'_>, offer: Option<OfferId>) -> Result<Option<Self>> {
        match (voucher_of_call(context), offer) {
            (Some(_), Some(_)) => Err(Error::new("OFFER_AMBIGUOUS", "a stay takes an offer or a voucher, not both")),
            (Some(id), None) => Ok(Some(Self { id, voucher: true, owner: None })),
            (None, offer) => Ok(offer.map(|id| Self { id, voucher: false, owner: None })),
        }
    }

    /// The offer of an account's member. One of a member who became part of the account stands under that one's id.
    fn look_up(self, context: &Context<'_>, account: &Account) -> Result<(Self, Option<OfferRow>)> {
        let at = |holder| OFFERS.get(context, &(account.programme.clone(), holder, self.id));
        if self.voucher || self.owner.is_some() {
            return Ok((self, at(self.holder(account.member()))?));
        }
        for id in holder::ids_of(account) {
            if let Some(row) = at(id)? {
                return Ok((Self { owner: Some(id), ..self }, Some(row)));
            }
        }
        Ok((self, None))
    }

    const fn holder(self, member: MemberId) -> MemberId {
        match (self.voucher, self.owner) {
            (true, _) => NOBODY,
            (false, Some(owner)) => owner,
            (false, None) => member,
        }
    }
}

/// What the offer that a stay has, or that its report names, gives to the member.
pub(in crate::handlers) fn candidate(
    context: &Context<'_>,
    terms: &Terms,
    account: &Account,
    stay: StayKey,
    asked: &Asked<'_>,
    named: Option<Named>,
    posted: &[PostedExtraRow],
) -> Result<Option<OfferCandidate>> {
    let had = had(posted)?.map(|(had, _)| had);
    let Some(chosen) = had.or(named) else { return Ok(None) };
    let second = named.filter(|named| (named.id, named.voucher) != (chosen.id, chosen.voucher));
    let (chosen, row) = chosen.look_up(context, account)?;
    let content = row.as_ref().map(|row| Offer::from_stored(&row.content)).transpose()?;
    let worth = match (&row, &content) {
        (Some(row), Some(content)) => {
            let free = if had.is_some() { Ok(()) } else { row.require_free(Some(stay)) };
            let holds = free.and_then(|()| content.admits(&asked.visit));
            match holds {
                Ok(()) => worth(terms, content, asked)?,
                Err(withheld) => Err(withheld),
            }
        }
        _ => Err(Withheld::OfferUnknown),
    };
    let counts_towards_tier = content.is_some_and(|content| content.counts_towards_tier);
    Ok(Some(OfferCandidate { named: chosen, row, counts_towards_tier, worth, second }))
}

/// Posts what the offer gives: the difference to what the stay had of it.
pub(in crate::handlers) fn post(
    context: &mut Context<'_>,
    journal: &mut Journal,
    posting: &Posting<'_>,
    account: &mut Account,
    terms: &Terms,
    candidate: OfferCandidate,
    posted: &[PostedExtraRow],
) -> Result<Extras> {
    let mut extras = Extras::default();
    let OfferCandidate { named, row, counts_towards_tier, worth, second } = candidate;
    let points = worth.unwrap_or_default();
    let lot_before = had(posted)?.and_then(|(_, extra)| extra.lot.as_ref());
    let mut lot = match lot_before {
        Some(lot) => lot.given(&terms.programme)?,
        None => new_lot(terms, None, counts_towards_tier, posting.earned_on)?,
    };
    let moved = Move::into(&mut lot, points).earned_on(terms, posting.earned_on)?;
    let why = posting.line();
    let delta = move_points(context, journal, account, terms, Source::Offer(named.id), &[moved], &why)?;
    let changes = lot_before.is_none() != points.is_zero();
    if let Some(row) = row.filter(|_| changes) {
        let stay = if points.is_zero() { Vec::new() } else { why.stay };
        let place = (terms.programme.clone(), named.holder(account.member()), named.id);
        OFFERS.put(context, &place, &OfferRow { stay, ..row });
    }
    let offer = named.id.bytes().to_vec();
    if !points.is_zero() {
        let lot = Some(CampaignLotRow::of(&lot, &terms.programme));
        let voucher = named.voucher;
        let member = named.owner.unwrap_or_else(|| account.member()).bytes().to_vec();
        extras.posted.push(PostedExtraRow { offer: offer.clone(), voucher, lot, member, ..PostedExtraRow::default() });
    }
    let withheld = worth.err().map_or("", Withheld::code).to_owned();
    extras.told.push(ExtraRow { offer, points: points.get(), delta, withheld, ..ExtraRow::default() });
    if let Some(second) = second {
        let (offer, withheld) = (second.id.bytes().to_vec(), Withheld::OfferSecond.code().to_owned());
        extras.told.push(ExtraRow { offer, withheld, ..ExtraRow::default() });
    }
    Ok(extras)
}

/// The offer that a stay has, when nothing of the stay counts any more.
pub(in crate::handlers) fn withdrawn(
    context: &Context<'_>,
    terms: &Terms,
    posted: &[PostedExtraRow],
) -> Result<Option<OfferCandidate>> {
    let Some((named, _)) = had(posted)? else { return Ok(None) };
    let holder = named.holder(NOBODY);
    let row = OFFERS.get(context, &(terms.programme.clone(), holder, named.id))?;
    let worth = Err(Withheld::NothingEligible);
    Ok(Some(OfferCandidate { named, row, counts_towards_tier: false, worth, second: None }))
}

fn worth(terms: &Terms, content: &Offer, asked: &Asked<'_>) -> Result<std::result::Result<Points, Withheld>> {
    let share = (asked.share)(&|night, _| content.when.covers_night(night))?;
    if !share.eligible {
        return Ok(Err(Withheld::NothingEligible));
    }
    let points = content.gives.points(&terms.definition, &share)?;
    Ok(if points.is_zero() { Err(Withheld::LessThanAPoint) } else { Ok(points) })
}

/// The offer that a stay has.
fn had(posted: &[PostedExtraRow]) -> Result<Option<(Named, &PostedExtraRow)>> {
    let Some(extra) = posted.iter().find(|extra| !extra.offer.is_empty()) else { return Ok(None) };
    let id = OfferId::from_start_of(&extra.offer)
        .ok_or_else(|| Error::new(codes::STATE_UNREADABLE, "stay holds no id of an offer"))?;
    let owner = MemberId::from_start_of(&extra.member);
    Ok(Some((Named { id, voucher: extra.voucher, owner }, extra)))
}

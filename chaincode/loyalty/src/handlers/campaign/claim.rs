//! A claim of a stay or a purchase on a campaign's budget.

use folio_chaincode_sdk::{Context, Error, Result, codes};

use crate::handlers::programme::terms::Terms;
use crate::ids::CampaignId;
use crate::state::{
    CAMPAIGN_CLAIMS, CampaignClaimRow, CampaignLot, CampaignLotRow, ClaimKey, ClaimPlaceRow, ClaimQueue, TxTail,
};
use crate::units::Points;

/// A claim that was made, and where it stands.
pub(super) struct Claim {
    /// Second of the proposal that made it.
    second: u64,
    tx: TxTail,
    queue: ClaimQueue,
    row: CampaignClaimRow,
}

/// The place of a claim that is made now: those who came first are judged first.
pub(super) fn place_now(context: &Context<'_>, tx: TxTail) -> ClaimPlaceRow {
    let second = u64::try_from(context.invocation().timestamp_seconds).unwrap_or_default();
    ClaimPlaceRow { second, tx: tx.bytes().to_vec() }
}

impl Claim {
    /// A claim that is made now.
    pub(super) fn new(place: &ClaimPlaceRow, row: CampaignClaimRow) -> Result<Self> {
        let tx = TxTail::from_start_of(&place.tx).ok_or_else(broken)?;
        Ok(Self { second: place.second, tx, queue: ClaimQueue::Waiting, row })
    }

    /// The claim at a place.
    pub(super) fn load(
        context: &Context<'_>,
        terms: &Terms,
        campaign: &CampaignId,
        place: &ClaimPlaceRow,
    ) -> Result<Self> {
        let tx = TxTail::from_start_of(&place.tx).ok_or_else(broken)?;
        for queue in [ClaimQueue::Waiting, ClaimQueue::Judged] {
            let key = (terms.programme.clone(), campaign.clone(), queue, place.second, tx);
            if let Some(row) = CAMPAIGN_CLAIMS.get(context, &key)? {
                return Ok(Self { second: place.second, tx, queue, row });
            }
        }
        Err(broken())
    }

    /// Whether it still waits for its turn.
    pub(super) fn waits(&self) -> bool {
        self.queue == ClaimQueue::Waiting
    }

    /// What it holds of what the member can have: what waits, or what was given.
    pub(super) fn holds(&self) -> Result<Points> {
        let points = if self.waits() { self.row.wanted } else { self.row.lot.lot.points };
        Ok(Points::new(points)?)
    }

    /// The most that it can still be worth; nothing is known while it waits.
    pub(super) fn most(&self) -> Result<Option<Points>> {
        if self.waits() { Ok(None) } else { Ok(Some(Points::new(self.row.granted)?)) }
    }

    /// The lot for its points.
    pub(super) fn lot(&self, terms: &Terms) -> Result<CampaignLot> {
        self.row.lot.given(&terms.programme)
    }

    /// Claims so many points while it waits.
    pub(super) fn want(&mut self, points: Points, version: u32) {
        self.row.wanted = points.get();
        self.row.version = version;
    }

    /// The member has so many of its points now.
    pub(super) fn give(&mut self, terms: &Terms, lot: &CampaignLot) {
        self.row.lot = CampaignLotRow::of(lot, &terms.programme);
    }

    /// Where it stands, as what claimed it remembers it.
    pub(super) fn place(&self) -> ClaimPlaceRow {
        ClaimPlaceRow { second: self.second, tx: self.tx.bytes().to_vec() }
    }

    /// Writes it.
    pub(super) fn save(&self, context: &mut Context<'_>, terms: &Terms, campaign: &CampaignId) {
        CAMPAIGN_CLAIMS.put(context, &self.key(terms, campaign), &self.row);
    }

    /// Nothing is claimed any more.
    pub(super) fn drop(self, context: &mut Context<'_>, terms: &Terms, campaign: &CampaignId) {
        CAMPAIGN_CLAIMS.delete(context, &self.key(terms, campaign));
    }

    fn key(&self, terms: &Terms, campaign: &CampaignId) -> ClaimKey {
        (terms.programme.clone(), campaign.clone(), self.queue, self.second, self.tx)
    }
}

fn broken() -> Error {
    Error::new(codes::STATE_UNREADABLE, "a claim on a campaign's budget is not there")
}

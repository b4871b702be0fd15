//! Campaigns, members' parts in them, claims on their budgets, and offers.

use folio_chaincode_sdk::{Context, Record, Result};

use crate::books::Lot;
use crate::ids::{CampaignId, MemberId, ProgrammeId};
use crate::rules::campaign::Ordinals;
use crate::units::{Date, Points};

use super::{ActorRow, CAMPAIGN_MEMBERS, LotRow, Unreadable};

/// How far a campaign is decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
pub enum Stage {
    /// It was proposed, and may be replaced.
    Proposed = 0,
    /// It is active, and nothing of it changes.
    Active = 1,
    /// It is closed: no stay takes part any more that had no part in it before.
    Closed = 2,
}

/// A campaign: what it says, and how far it is decided on.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CampaignRow {
    /// What it says, in its stored form; empty while it is only committed to.
    #[prost(bytes = "vec", tag = "1")]
    pub content: Vec<u8>,
    /// Salted digest of what it says, when it was committed to before it was told.
    #[prost(bytes = "vec", tag = "2")]
    pub commitment: Vec<u8>,
    /// Who proposed it.
    #[prost(message, required, tag = "3")]
    pub by: ActorRow,
    /// SHA-256 of the certificates of those who approved it, in order.
    #[prost(bytes = "vec", repeated, tag = "4")]
    pub approvals: Vec<Vec<u8>>,
    /// SHA-256 of the certificate of the sponsor's manager who approved it.
    #[prost(bytes = "vec", tag = "5")]
    pub sponsor_approval: Vec<u8>,
    /// How far it is decided on.
    #[prost(enumeration = "Stage", tag = "6")]
    pub stage: i32,
    /// SHA-256 of the certificates of those who want it closed, in order.
    #[prost(bytes = "vec", repeated, tag = "7")]
    pub closings: Vec<Vec<u8>>,
}

impl Record for CampaignRow {}

/// Points of a campaign that a member was given.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CampaignLotRow {
    /// The lot into which they went, and how many they are.
    #[prost(message, required, tag = "1")]
    pub lot: LotRow,
    /// Whether they were counted towards a tier.
    #[prost(bool, tag = "2")]
    pub counted: bool,
}

/// A member's part in a campaign.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CampaignMemberRow {
    /// Business date of registration, in days since 1970.
    #[prost(sint32, optional, tag = "1")]
    pub registered: Option<i32>,
    /// Whether the programme listed the member.
    #[prost(bool, tag = "2")]
    pub listed: bool,
    /// Points given, and those that wait for the budget; without those of steps.
    #[prost(uint64, tag = "3")]
    pub points: u64,
    /// How many stays and purchases they are for.
    #[prost(uint32, tag = "4")]
    pub times: u32,
    /// The highest number that a stay has.
    #[prost(uint32, tag = "5")]
    pub last_number: u32,
    /// Numbers up to it that no stay has.
    #[prost(uint32, repeated, tag = "6")]
    pub freed_numbers: Vec<u32>,
    /// What is counted towards the next step.
    #[prost(sint64, tag = "7")]
    pub counted: i64,
    /// What steps gave, in order.
    #[prost(message, repeated, tag = "8")]
    pub steps: Vec<CampaignLotRow>,
}

impl Record for CampaignMemberRow {}

/// What a stay or a purchase has of a campaign or an offer: all that is needed to post the difference, or to take it back.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PostedExtraRow {
    /// The campaign; empty for an offer.
    #[prost(string, tag = "1")]
    pub campaign: String,
    /// The offer; empty for a campaign.
    #[prost(bytes = "vec", tag = "2")]
    pub offer: Vec<u8>,
    /// Whether the offer is a voucher.
    #[prost(bool, tag = "3")]
    pub voucher: bool,
    /// What was given; none for steps and for claims on a budget.
    #[prost(message, optional, tag = "4")]
    pub lot: Option<CampaignLotRow>,
    /// Its number among the member's stays; 0 when they are not numbered.
    #[prost(uint32, tag = "5")]
    pub number: u32,
    /// What it counts towards the next step.
    #[prost(sint64, tag = "6")]
    pub counted: i64,
    /// Where its claim on the budget stands.
    #[prost(message, optional, tag = "7")]
    pub claim: Option<ClaimPlaceRow>,
    /// In whose part it is counted, or whose offer it is: an account may become part of another's later.
    #[prost(bytes = "vec", tag = "8")]
    pub member: Vec<u8>,
}

/// Where a claim stands, waiting or judged.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ClaimPlaceRow {
    /// Second of the proposal, since 1970.
    #[prost(uint64, tag = "1")]
    pub second: u64,
    /// The end of the transaction's id.
    #[prost(bytes = "vec", tag = "2")]
    pub tx: Vec<u8>,
}

/// A claim of a stay or a purchase on a campaign's budget.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CampaignClaimRow {
    /// The member.
    #[prost(bytes = "vec", tag = "1")]
    pub member: Vec<u8>,
    /// The stay, if it is one.
    #[prost(bytes = "vec", tag = "2")]
    pub stay: Vec<u8>,
    /// The purchase, if it is one.
    #[prost(bytes = "vec", tag = "3")]
    pub purchase: Vec<u8>,
    /// The version that claims.
    #[prost(uint32, tag = "4")]
    pub version: u32,
    /// How many points it claims.
    #[prost(uint64, tag = "5")]
    pub wanted: u64,
    /// How many it was granted, which is the most that it can have.
    #[prost(uint64, tag = "6")]
    pub granted: u64,
    /// The lot for them, and how many of them the member has now.
    #[prost(message, required, tag = "7")]
    pub lot: CampaignLotRow,
    /// The date on which they were earned, in days since 1970.
    #[prost(sint32, tag = "8")]
    pub earned_on: i32,
}

impl Record for CampaignClaimRow {}

/// What a campaign's budget and draw have come to.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CampaignProgressRow {
    /// Points of the budget that were granted. What is taken back later does not come back to it.
    #[prost(uint64, tag = "1")]
    pub granted: u64,
    /// How many claims were judged.
    #[prost(uint64, tag = "2")]
    pub judged: u64,
    /// The draw, once it has begun.
    #[prost(message, optional, tag = "3")]
    pub draw: Option<DrawRow>,
}

impl Record for CampaignProgressRow {}

/// A draw under way, or done.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DrawRow {
    /// What decides it.
    #[prost(bytes = "vec", tag = "1")]
    pub seed: Vec<u8>,
    /// How many have entered so far.
    #[prost(uint64, tag = "2")]
    pub entrants: u64,
    /// The lowest tickets so far, in order.
    #[prost(message, repeated, tag = "3")]
    pub best: Vec<TicketRow>,
    /// Where the last page of entrants ended, as the JSON of a cursor; empty when all have been seen.
    #[prost(string, tag = "4")]
    pub after: String,
    /// How many winners have their prize.
    #[prost(uint32, tag = "5")]
    pub paid: u32,
}

/// A ticket in a draw.
#[derive(Clone, PartialEq, prost::Message)]
pub struct TicketRow {
    /// What decides.
    #[prost(bytes = "vec", tag = "1")]
    pub number: Vec<u8>,
    /// Whose it is.
    #[prost(bytes = "vec", tag = "2")]
    pub member: Vec<u8>,
}

/// An offer to a member, or a voucher.
#[derive(Clone, PartialEq, prost::Message)]
pub struct OfferRow {
    /// What it says, in its stored form.
    #[prost(bytes = "vec", tag = "1")]
    pub content: Vec<u8>,
    /// The stay that it is used for; empty for none.
    #[prost(bytes = "vec", tag = "2")]
    pub stay: Vec<u8>,
    /// Who issued it.
    #[prost(message, required, tag = "3")]
    pub by: ActorRow,
}

impl Record for OfferRow {}

/// Points of a campaign that a member was given, as the books see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignLot {
    /// The lot.
    pub lot: Lot,
    /// Whether they were counted towards a tier.
    pub counted: bool,
}

/// A member's part in a campaign, as the rules see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CampaignPart {
    /// Business date of registration.
    pub registered: Option<Date>,
    /// Whether the programme listed the member.
    pub listed: bool,
    /// Points given, and those that wait for the budget; without those of steps.
    pub points: Points,
    /// How many stays and purchases they are for.
    pub times: u32,
    /// The numbers of the member's stays.
    pub numbers: Ordinals,
    /// What is counted towards the next step.
    pub counted: i64,
    /// What steps gave, in order.
    pub steps: Vec<CampaignLot>,
}

impl CampaignLotRow {
    /// The row of points in an account of `programme`.
    pub fn of(given: &CampaignLot, programme: &ProgrammeId) -> Self {
        Self { lot: LotRow::of(&given.lot, programme), counted: given.counted }
    }

    /// The points of a row in an account of `programme`.
    pub fn given(&self, programme: &ProgrammeId) -> Result<CampaignLot> {
        let lot = self.lot.lot(programme).map_err(|unreadable| unreadable.of("points of a campaign"))?;
        Ok(CampaignLot { lot, counted: self.counted })
    }
}

impl CampaignPart {
    /// A member's part in a campaign; an empty one when there is none yet.
    pub fn load(
        context: &Context<'_>,
        programme: &ProgrammeId,
        campaign: &CampaignId,
        member: MemberId,
    ) -> Result<Self> {
        let row = CAMPAIGN_MEMBERS.get(context, &(programme.clone(), campaign.clone(), member))?;
        row.map_or_else(|| Ok(Self::default()), |row| Self::of(&row, programme))
    }

    /// Writes the part.
    pub fn save(&self, context: &mut Context<'_>, programme: &ProgrammeId, campaign: &CampaignId, member: MemberId) {
        let row = CampaignMemberRow {
            registered: self.registered.map(Date::days),
            listed: self.listed,
            points: self.points.get(),
            times: self.times,
            last_number: self.numbers.last,
            freed_numbers: self.numbers.freed.clone(),
            counted: self.counted,
            steps: self.steps.iter().map(|given| CampaignLotRow::of(given, programme)).collect(),
        };
        CAMPAIGN_MEMBERS.put(context, &(programme.clone(), campaign.clone(), member), &row);
    }

    fn of(row: &CampaignMemberRow, programme: &ProgrammeId) -> Result<Self> {
        let unreadable = |error: Unreadable| error.of("part in a campaign");
        let registered = row.registered.map(Date::from_days).transpose();
        Ok(Self {
            registered: registered.map_err(|error| unreadable(error.into()))?,
            listed: row.listed,
            points: Points::new(row.points).map_err(|error| unreadable(error.into()))?,
            times: row.times,
            numbers: Ordinals { last: row.last_number, freed: row.freed_numbers.clone() },
            counted: row.counted,
            steps: row.steps.iter().map(|given| given.given(programme)).collect::<Result<_>>()?,
        })
    }
}

//! The event catalogue.
//!
//! A transaction has one event. Its name is that of its first change, and its payload lists all. Events are read by
//! everybody on the channel: they hold points, ids and dates, and never money.

use folio_chaincode_sdk::{Context, HexId, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{
    BenefitId, CampaignId, CertificateId, ClaimId, GiftClaim, HotelId, ImportId, ItemId, MemberId, MirrorId, OfferId,
    OrgId, PoolId, ProgrammeId, PurchaseKey, ReservationId, StayKey, TreasuryId, VoucherId, WalletAddress,
};
use crate::state::TxTail;
use crate::units::{Date, Points};

macro_rules! events {
    ($($(#[$about:meta])* $variant:ident $name:literal { $($(#[$field_about:meta])* $field:ident: $type:ty),* $(,)? })+) => {
        /// Something that changed.
        #[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "name")]
        pub enum Event {
            $(
                $(#[$about])*
                #[serde(rename = $name)]
                #[allow(missing_docs, reason = "the fields are named as in the functions' answers")]
                $variant { $($field: $type),* },
            )+
        }

        impl Event {
            /// The names of all events.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The stable name.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $name,)+ }
            }
        }
    };
}

events! {
    /// A hotel was registered.
    HotelRegistered "hotel.registered" { hotel: HotelId, organisation: String }
    /// It was said what revenue codes of a hotel stand for; the number is that of all of them.
    RevenueMapped "hotel.revenue_mapped" { hotel: HotelId, codes: u64 }
    /// A guest misses a stay.
    StayClaimed "stay.claimed" { claim: ClaimId, hotel: HotelId, programme: ProgrammeId, member: MemberId }
    /// The hotel has answered a claim.
    StayClaimAnswered "stay.claim_answered" { claim: ClaimId, hotel: HotelId, stay: Option<StayKey>, answer: String }
    /// A rate of exchange was declared.
    ExchangePosted "fx.posted" { from: String, to: String, date: Date }
    /// An organisation proposed a policy of the consortium.
    PolicyProposed "policy.proposed" { proposed_by: OrgId, digest: HexId<32> }
    /// An organisation approved a policy that another proposed.
    PolicyApproved "policy.approved" { proposed_by: OrgId, organisation: OrgId }
    /// A policy of the consortium is in force.
    PolicySet "policy.set" { number: u32, spend_lag_days_max: Option<u32>, recovery_days: u32 }
    /// A version of a programme was proposed.
    ProgrammeProposed "programme.proposed" { programme: ProgrammeId, version: u32 }
    /// A manager approved a version.
    ProgrammeApproved "programme.approved" { programme: ProgrammeId, version: u32, approvals: u32 }
    /// A version is in force from its date on.
    ProgrammeActivated "programme.activated" { programme: ProgrammeId, version: u32, effective_from: Date }
    /// A member was enrolled.
    MemberEnrolled "member.enrolled" { member: MemberId, programme: ProgrammeId }
    /// A key was bound to a member.
    MemberKeyBound "member.key_bound" { member: MemberId }
    /// A member earned a fixed number of points.
    ActivityEarned "points.activity" { member: MemberId, programme: ProgrammeId, activity: String, points: Points }
    /// A purchase was rated.
    PurchasePosted "purchase.posted" { purchase: PurchaseKey, version: u32, shop: HotelId, member: MemberId,
        programme: ProgrammeId, points: i64, reasons: Vec<String> }
    /// A purchase version came after a later one.
    PurchaseSuperseded "purchase.superseded" { purchase: PurchaseKey, version: u32, shop: HotelId }
    /// A stay was rated and earned points.
    StayPosted "stay.posted" { stay: StayKey, version: u32, hotel: HotelId, member: MemberId, programme: ProgrammeId,
        points: i64 }
    /// A stay was rated and earned none.
    StayZeroPoint "stay.zero_point" { stay: StayKey, version: u32, hotel: HotelId, points: i64, reasons: Vec<String> }
    /// A stay waits for correction.
    StaySuspended "stay.suspended" { stay: StayKey, version: u32, hotel: HotelId, reason: String }
    /// What was posted for a stay was taken back.
    StayVoided "stay.voided" { stay: StayKey, hotel: HotelId, points: i64, reason: String }
    /// A stay version came after a later one.
    StaySuperseded "stay.superseded" { stay: StayKey, version: u32, hotel: HotelId }
    /// A member's tier changed.
    TierChanged "tier.changed" { member: MemberId, programme: ProgrammeId, before: String, after: String,
        valid_until: Option<Date> }
    /// Lots reached their last day.
    PointsExpired "points.expired" { member: MemberId, programme: ProgrammeId, points: Points }
    /// An account was inactive for too long.
    PointsForfeited "points.forfeited" { member: MemberId, programme: ProgrammeId, points: Points }
    /// Points became available on their date.
    PointsMatured "points.matured" { member: MemberId, programme: ProgrammeId, points: Points }
    /// A share of the points faded.
    PointsDecayed "points.decayed" { member: MemberId, programme: ProgrammeId, points: Points }
    /// The programme let points live longer.
    PointsExtended "points.extended" { member: MemberId, programme: ProgrammeId, points: Points, to: Date }
    /// The programme gave lapsed points back.
    PointsReinstated "points.reinstated" { member: MemberId, programme: ProgrammeId, points: Points }
    /// Points went from one member to another.
    PointsTransferred "points.transferred" { programme: ProgrammeId, from: MemberId, to: MemberId, points: Points,
        fee: Points }
    /// Points became a partner's currency: the programme has the partner credit the units.
    PointsConverted "points.converted" { programme: ProgrammeId, member: MemberId, partner: String, points: Points,
        units: u64 }
    /// Points were set aside for a reward.
    RewardReserved "reward.reserved" { reservation: ReservationId, programme: ProgrammeId, member: MemberId,
        hotel: Option<HotelId>, points: Points, item: Option<ItemId> }
    /// The reward was given.
    RewardCommitted "reward.committed" { reservation: ReservationId, programme: ProgrammeId, hotel: Option<HotelId>,
        points: Points, item: Option<ItemId> }
    /// The reward was not given, or its hold ran out.
    RewardReleased "reward.released" { reservation: ReservationId, programme: ProgrammeId, points: Points }
    /// A member put points into a wallet.
    WalletWithdrawn "wallet.withdrawn" { programme: ProgrammeId, member: MemberId, wallet: WalletAddress,
        points: Points }
    /// Points of a wallet went into a member's account.
    WalletDeposited "wallet.deposited" { programme: ProgrammeId, wallet: WalletAddress, member: MemberId,
        points: Points }
    /// Lots in a wallet reached their last day.
    WalletExpired "wallet.expired" { programme: ProgrammeId, wallet: WalletAddress, points: Points }
    /// Points went from one wallet to another.
    TokenTransferred "token.transferred" { programme: ProgrammeId, from: WalletAddress, to: WalletAddress,
        value: Points }
    /// The owner of a wallet lets another take points out of it.
    TokenApproved "token.approved" { programme: ProgrammeId, owner: WalletAddress, spender: WalletAddress,
        value: Points }
    /// A voucher was made.
    VoucherMinted "voucher.minted" { programme: ProgrammeId, token_id: VoucherId, owner: WalletAddress, kind: String }
    /// A voucher has another owner.
    VoucherTransferred "voucher.transferred" { programme: ProgrammeId, token_id: VoucherId, from: WalletAddress,
        to: WalletAddress }
    /// Another wallet may hand a voucher on, or none may any more.
    VoucherApproved "voucher.approved" { programme: ProgrammeId, token_id: VoucherId, owner: WalletAddress,
        approved: Option<WalletAddress> }
    /// Another wallet may do with all vouchers of an owner what the owner may, or may no longer.
    VoucherOperatorSet "voucher.operator_set" { programme: ProgrammeId, owner: WalletAddress, operator: WalletAddress,
        approved: bool }
    /// A voucher is gone.
    VoucherBurned "voucher.burned" { programme: ProgrammeId, token_id: VoucherId, owner: WalletAddress }
    /// A merchant's treasury was opened.
    TreasuryOpened "treasury.opened" { treasury: TreasuryId, programme: ProgrammeId, organisation: String }
    /// A merchant got points to give away.
    TreasuryFunded "treasury.funded" { treasury: TreasuryId, programme: ProgrammeId, points: Points }
    /// A merchant gave points to a member.
    TreasuryAwarded "treasury.awarded" { treasury: TreasuryId, programme: ProgrammeId, member: MemberId,
        points: Points }
    /// Balances of a system before this ledger came in.
    PointsImported "points.imported" { programme: ProgrammeId, import: ImportId, batch: u16, members: u32,
        points: Points, debt: Points }
    /// An import has all that it should, and takes no more.
    ImportClosed "points.import_closed" { programme: ProgrammeId, import: ImportId, batches: u16, members: u32,
        points: Points, debt: Points }
    /// Balances were compared with those of a legacy system.
    PointsMirrored "points.mirrored" { programme: ProgrammeId, mirror: MirrorId, as_of: Date, members: u32,
        matching: u32 }
    /// The programme corrected a balance.
    PointsAdjusted "points.adjusted" { programme: ProgrammeId, member: MemberId, points: i64, reason: String }
    /// A reward that was given was taken back.
    RewardRefunded "reward.refunded" { reservation: ReservationId, programme: ProgrammeId, member: MemberId,
        hotel: Option<HotelId>, points: Points, owed_reversed: bool }
    /// Points were given to a good cause.
    RewardDonated "reward.donated" { reservation: ReservationId, programme: ProgrammeId, member: MemberId, item: ItemId,
        good_cause: String, points: Points }
    /// An item is offered from now on.
    ItemDefined "reward.item_defined" { programme: ProgrammeId, item: ItemId }
    /// An item is no longer offered.
    ItemWithdrawn "reward.item_withdrawn" { programme: ProgrammeId, item: ItemId }
    /// The programme counted the stock of an item anew.
    StockChanged "reward.stock_changed" { programme: ProgrammeId, item: ItemId, added: u64,
        removed: u64, pieces: u64 }
    /// A piece was taken from a shelf of an item's stock, which the field `shelf` numbers from 1, and where so many are left.
    StockTaken "reward.stock_taken" { programme: ProgrammeId, item: ItemId, shelf: u32, left: u64 }
    /// Nights were booked for points.
    AwardBooked "reward.award_booked" { reservation: ReservationId, programme: ProgrammeId, member: MemberId,
        hotel: HotelId, arrival: Date, nights: u16, points: Points }
    /// The member let booked nights go.
    AwardCancelled "reward.award_cancelled" { reservation: ReservationId, programme: ProgrammeId, hotel: HotelId,
        returned: Points, kept: Points, cash_charged: bool }
    /// The guest did not come for booked nights.
    AwardNoShow "reward.award_no_show" { reservation: ReservationId, programme: ProgrammeId, hotel: HotelId,
        returned: Points, kept: Points, cash_charged: bool }
    /// A member has a certificate.
    CertificateIssued "certificate.issued" { certificate: CertificateId, programme: ProgrammeId, member: MemberId,
        last_day: Date }
    /// A certificate paid for a reward.
    CertificateUsed "certificate.used" { certificate: CertificateId, programme: ProgrammeId,
        reservation: ReservationId }
    /// A member gave a certificate to another.
    CertificateTransferred "certificate.transferred" { certificate: CertificateId, programme: ProgrammeId,
        from: MemberId, to: MemberId }
    /// The programme took a certificate back.
    CertificateVoided "certificate.voided" { certificate: CertificateId, programme: ProgrammeId, member: MemberId }
    /// A member replaced the key.
    MemberKeyRotated "member.key_rotated" { member: MemberId }
    /// A manager asked for a key in place of a lost one.
    MemberRecoveryAsked "member.recovery_asked" { member: MemberId }
    /// A second manager asked for the same: it holds when it is due.
    MemberRecoveryAgreed "member.recovery_agreed" { member: MemberId, due: i64 }
    /// The member put an end to it.
    MemberRecoveryCancelled "member.recovery_cancelled" { member: MemberId }
    /// A member agreed to be linked with another.
    MemberLinkAsked "member.link_asked" { member: MemberId, other: MemberId }
    /// Both members agreed to be linked.
    MemberLinked "member.linked" { member: MemberId, other: MemberId }
    /// A member agreed to be merged with another.
    MemberMergeAsked "member.merge_asked" { member: MemberId, other: MemberId, survivor: MemberId }
    /// A member became part of another.
    MemberMerged "member.merged" { member: MemberId, survivor: MemberId }
    /// Two accounts of one person became one.
    AccountMerged "member.account_merged" { programme: ProgrammeId, member: MemberId, survivor: MemberId }
    /// A member left a programme.
    MemberClosed "member.closed" { member: MemberId, programme: ProgrammeId, points: Points }
    /// A tier was given for the status in another programme.
    StatusMatched "member.status_matched" { member: MemberId, programme: ProgrammeId, tier: String, until: Date }
    /// A tier was judged on a date.
    TierEvaluated "tier.evaluated" { member: MemberId, programme: ProgrammeId, tier: String,
        valid_until: Option<Date> }
    /// A member was given something beside points, or something to choose from.
    BenefitGranted "benefit.granted" { benefit: BenefitId, member: MemberId, programme: ProgrammeId, rule: String }
    /// A member chose.
    BenefitChosen "benefit.chosen" { benefit: BenefitId, member: MemberId, programme: ProgrammeId, choice: String }
    /// A benefit was used.
    BenefitUsed "benefit.used" { benefit: BenefitId, member: MemberId, programme: ProgrammeId,
        hotel: Option<HotelId>, left: u32 }
    /// A benefit was taken back, because what it was given for was corrected away.
    BenefitRevoked "benefit.revoked" { benefit: BenefitId, member: MemberId, programme: ProgrammeId, rule: String }
    /// A benefit that is no longer due stays, because it was used.
    BenefitKept "benefit.kept" { benefit: BenefitId, member: MemberId, programme: ProgrammeId, rule: String }
    /// Points were set aside for whoever has the secret.
    GiftGiven "points.gift_given" { claim: GiftClaim, programme: ProgrammeId, from: MemberId, points: Points,
        fee: Points }
    /// A gift was claimed.
    GiftClaimed "points.gift_claimed" { claim: GiftClaim, programme: ProgrammeId, from: MemberId, to: MemberId,
        points: Points }
    /// A gift was called back.
    GiftCancelled "points.gift_cancelled" { claim: GiftClaim, programme: ProgrammeId, from: MemberId, points: Points }
    /// A pool was opened.
    PoolOpened "pool.opened" { pool: PoolId, programme: ProgrammeId, member: MemberId }
    /// A member joined a pool.
    PoolJoined "pool.joined" { pool: PoolId, programme: ProgrammeId, member: MemberId }
    /// A member left a pool; without members it is closed.
    PoolLeft "pool.left" { pool: PoolId, programme: ProgrammeId, member: MemberId, members: u32 }
    /// Points were put into a pool.
    PoolContributed "pool.contributed" { pool: PoolId, programme: ProgrammeId, member: MemberId, points: Points }
    /// Points were taken out of a pool.
    PoolWithdrawn "pool.withdrawn" { pool: PoolId, programme: ProgrammeId, member: MemberId, points: Points }
    /// One side proposed what it and the other are to pay each other.
    AgreementProposed "agreement.proposed" { programme: ProgrammeId, host: OrgId, number: u32 }
    /// The other side accepted it.
    AgreementAccepted "agreement.accepted" { programme: ProgrammeId, host: OrgId, number: u32, effective_from: Date }
    /// Business dates of a programme were sealed.
    SettlementSealed "settlement.sealed" { programme: ProgrammeId, through: Date }
    /// Sealed rows of a programme were added up.
    SettlementFolded "settlement.folded" { programme: ProgrammeId, rows: u32, complete: bool }
    /// Rows that had no price got one.
    SettlementPriced "settlement.priced" { programme: ProgrammeId, rows: u32 }
    /// A row was taken out of the net.
    SettlementDisputed "settlement.disputed" { programme: ProgrammeId, date: Date, debtor: OrgId, creditor: OrgId,
        tx: TxTail }
    /// One side said how a dispute is to end; settled tells whether both say the same.
    SettlementDisputeAnswered "settlement.dispute_answered" { programme: ProgrammeId, date: Date, debtor: OrgId,
        creditor: OrgId, tx: TxTail, organisation: String, settled: bool }
    /// The claims of some dates were set off against each other.
    SettlementClosed "settlement.closed" { currency: String, closing: u32, through: Date }
    /// An organisation accepted a closing.
    SettlementAccepted "settlement.accepted" { currency: String, closing: u32, organisation: String, accepted: u32,
        parties: u32 }
    /// A programme estimated what will never be spent.
    BreakageEstimated "settlement.breakage_estimated" { programme: ProgrammeId, date: Date }
    /// A campaign was proposed, or committed to.
    CampaignProposed "campaign.proposed" { programme: ProgrammeId, campaign: CampaignId }
    /// What a campaign says was told.
    CampaignRevealed "campaign.revealed" { programme: ProgrammeId, campaign: CampaignId }
    /// A manager of the owner, or of the sponsor, approved a campaign.
    CampaignApproved "campaign.approved" { programme: ProgrammeId, campaign: CampaignId, approvals: u32 }
    /// A campaign is active.
    CampaignActivated "campaign.activated" { programme: ProgrammeId, campaign: CampaignId }
    /// A manager wants a campaign closed; it is when enough do.
    CampaignClosed "campaign.closed" { programme: ProgrammeId, campaign: CampaignId, closings: u32, closed: bool }
    /// A member takes part in a campaign.
    CampaignRegistered "campaign.registered" { programme: ProgrammeId, campaign: CampaignId, member: MemberId }
    /// Members were listed for a campaign, or taken off its list.
    CampaignTargeted "campaign.targeted" { programme: ProgrammeId, campaign: CampaignId, members: u32, listed: bool }
    /// A campaign gave points, or took them back.
    CampaignGave "campaign.gave" { programme: ProgrammeId, campaign: CampaignId, member: MemberId, points: i64,
        stay: Option<StayKey>, purchase: Option<PurchaseKey> }
    /// A stay or a purchase claims so many points of a campaign's budget.
    CampaignClaimed "campaign.claimed" { programme: ProgrammeId, campaign: CampaignId, member: MemberId,
        points: Points }
    /// Claims on a campaign's budget were judged.
    CampaignAwarded "campaign.awarded" { programme: ProgrammeId, campaign: CampaignId, judged: u32, granted: Points }
    /// A draw went on: members entered, or winners got their prizes.
    CampaignDrawn "campaign.drawn" { programme: ProgrammeId, campaign: CampaignId, entrants: u64, paid: u32,
        done: bool }
    /// An offer was issued to a member, or a voucher to whoever has it.
    OfferIssued "offer.issued" { programme: ProgrammeId, offer: OfferId, member: Option<MemberId> }
    /// An offer gave points, or took them back.
    OfferGave "offer.gave" { programme: ProgrammeId, offer: OfferId, member: MemberId, points: i64,
        stay: Option<StayKey> }
}

/// Everything that a transaction changed, the primary change first.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(in crate::handlers) struct Changes {
    changes: Vec<Event>,
}

impl Changes {
    /// A change that follows from the primary one, or the primary one itself when none was told yet.
    pub(in crate::handlers) fn push(&mut self, event: Event) {
        self.changes.push(event);
    }

    /// The primary change, whatever was told before.
    pub(in crate::handlers) fn lead(&mut self, event: Event) {
        self.changes.insert(0, event);
    }

    /// Whether it was told that this hold ended without its reward.
    pub(in crate::handlers) fn tell_of_release(&self, id: ReservationId) -> bool {
        let is_it = |event: &Event| matches!(event, Event::RewardReleased { reservation, .. } if *reservation == id);
        self.changes.iter().any(is_it)
    }

    /// Sets the transaction's event.
    pub(in crate::handlers) fn emit(&self, context: &mut Context<'_>) -> Result<()> {
        match self.changes.first() {
            Some(first) => context.emit(first.name(), self),
            None => Ok(()),
        }
    }
}

/// A transaction with a single change.
pub(in crate::handlers) fn emit(context: &mut Context<'_>, event: Event) -> Result<()> {
    Changes { changes: vec![event] }.emit(context)
}

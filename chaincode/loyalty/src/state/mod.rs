//! World state: the key table, and the rows under its keys.
//!
//! A row is a message behind a schema byte. New fields may be added; everything else raises the schema, and old schemas
//! stay readable. The files `golden` hold the bytes of every row as they were when its schema was frozen.
//!
//! Invariant: no row holds a name, a membership number, a room rate, a revenue line or a sum of such lines to the
//! smallest unit. What a stay was in detail stands in private data, and here only its salted digest.

mod account;
mod account_state;
mod actor;
mod agreement;
mod benefit;
mod campaign;
mod catalogue;
mod certificate;
mod counters;
mod gift;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod golden_campaigns;
#[cfg(test)]
mod golden_members;
#[cfg(test)]
mod golden_settlement;
mod import;
mod keys;
mod link;
mod lots;
mod member;
mod names;
mod owed;
mod policy;
mod pool;
mod programme;
mod registry;
mod request;
mod reservation;
mod settlement;
mod statement;
mod stay;
mod tier;
mod totals;
mod transfers;
mod treasury;
mod unreadable;
mod voucher;
mod wallet;

pub use account::{Account, AccountRow, ActivityUseRow, HeldTier, Lapse, LapseRow, PendingRow, WithdrawnDayRow};
pub use account_state::{ALIASES_MAX, AccountState};
pub use actor::{ActorRow, Role};
pub use agreement::{AgreementRow, AgreementScope, AgreementsRow, OccupancyRow, PriceRow};
pub use benefit::{BenefitRow, GrantedRow, OccasionKind};
pub use campaign::{
    CampaignClaimRow, CampaignLot, CampaignLotRow, CampaignMemberRow, CampaignPart, CampaignProgressRow, CampaignRow,
    ClaimPlaceRow, DrawRow, OfferRow, PostedExtraRow, Stage, TicketRow,
};
pub use catalogue::{ItemRow, StockRow, StockTakenRow, TakenRow};
pub use certificate::{CertificateRow, CertificateState};
pub use counters::{
    BrandRow, ChallengeRow, ContributionRow, CountersRow, HeldYearsRow, PeriodRow, TallyRow, TierYearsRow,
};
pub use gift::GiftRow;
pub use import::{ImportRow, ImportTotalsRow, MirrorRow};
pub use keys::{
    ACCOUNTS, AGREEMENTS, ALLOWANCES, AWAITED, BENEFITS, CAMPAIGN_CLAIMS, CAMPAIGN_MEMBERS, CAMPAIGN_PROGRESS,
    CAMPAIGNS, CATALOGUE, CERTIFICATES, CLAIMS, CLOSINGS, ClaimKey, ClaimQueue, CurrencyCode, DATES, EXCHANGE,
    EXCHANGE_MONTHS, FOLDED, GIFTS, GROUPS, HOTELS, IMPORTS, KEY_TABLE, LINES, LINKS, MEMBERS, MIRRORS, NONCES,
    NewestFirst, Nonce, OFFERS, OUTSIDE, OWED, OWED_FOLDED, PAYMENTS, POLICIES, POLICY_IN_FORCE, POLICY_PROPOSALS,
    POOLS, POSITIONS, PROGRAMMES, PURCHASES, PaymentKey, REQUESTS, RESERVATIONS, REVENUE_MAPS, RequestKey, SEALED,
    STAYS, STOCK, SUSPENSE, Signer, TAKEN, TIER_CHANGES, TOTALS, TOTALS_FOLDED, TREASURIES, TxTail, UNPRICED, VERSIONS,
    VOUCHERS, WALLETS,
};
pub use link::{ConsentRow, LinkRow};
pub use lots::{HoldRow, LotKindRow, LotRow, LotsRow};
pub use member::{MemberRow, RecoveryRow};
pub use owed::{OriginRow, OwedItemRow, OwedRow};
pub use policy::{PolicyProposalRow, PolicyRow};
pub use pool::{PoolMemberRow, PoolRow};
pub use programme::{ActiveCampaignRow, InForceRow, ProgrammeRow, VersionRow};
pub use registry::{
    AwaitedHotelRow, DatedRateRow, ExchangeMonthRow, ExchangeMonthsRow, HotelRow, RevenueCodeRow, RevenueMapRow,
};
pub use request::{NonceRow, PaymentRow, RequestRow};
pub use reservation::{AwardRow, Ended, ReservationRow};
pub use settlement::{
    AmountRow, BreakageRow, ClosedRow, ClosingRow, DisputeRow, FoldedRow, LatestFirst, OutcomeRow, OutsideRow,
    PayableRow, PositionRow, ThroughRow, WideRow, WideSumRow,
};
pub use statement::{Cause, LineRow};
pub use stay::{ClaimRow, ExtraRow, GroupRow, Outcome, PostedRow, PurchaseRow, ReceiptRow, StayRow, SuspenseRow};
pub use tier::{TierCause, TierChangeRow};
pub use totals::{SumRow, TotalsRow};
pub use transfers::TransferYearRow;
pub use treasury::{TreasuryHeadRow, TreasuryRow};
pub use unreadable::Unreadable;
pub use voucher::VoucherRow;
pub use wallet::{AllowanceRow, Wallet, WalletRow};

//! World state: the key table, and the rows under its keys.
//!
//! A row is a message behind a schema byte. New fields may be added; everything else raises the schema, and old schemas
//! stay readable. `golden` holds the bytes of every row as they were when its schema was frozen.
//!
//! Invariant: no row holds a name, a membership number, a room rate, a revenue line or a sum of such lines to the
//! smallest unit. What a stay was in detail stands in private data, and here only its salted digest.

mod account;
mod actor;
mod campaign;
mod catalogue;
mod certificate;
mod counters;
#[cfg(test)]
mod golden;
mod import;
mod keys;
mod lots;
mod member;
mod programme;
mod registry;
mod request;
mod reservation;
mod statement;
mod stay;
mod totals;
mod treasury;
mod unreadable;
mod voucher;
mod wallet;

pub use account::{
    Account, AccountRow, ActivityUseRow, HeldTier, Lapse, LapseRow, PendingRow, TransferYearRow, WithdrawnDayRow,
};
pub use actor::{ActorRow, Role};
pub use campaign::{
    CampaignClaimRow, CampaignLot, CampaignLotRow, CampaignMemberRow, CampaignPart, CampaignProgressRow, CampaignRow,
    ClaimPlaceRow, DrawRow, OfferRow, PostedExtraRow, Stage, TicketRow,
};
pub use catalogue::{ItemRow, StockRow, StockTakenRow, TakenRow};
pub use certificate::{CertificateRow, CertificateState};
pub use counters::{ContributionRow, CountersRow, PeriodRow, TallyRow};
pub use import::{ImportRow, ImportTotalsRow, MirrorRow};
pub use keys::{
    ACCOUNTS, ALLOWANCES, AWAITED, CAMPAIGN_CLAIMS, CAMPAIGN_MEMBERS, CAMPAIGN_PROGRESS, CAMPAIGNS, CATALOGUE,
    CERTIFICATES, CLAIMS, ClaimKey, ClaimQueue, CurrencyCode, EXCHANGE, GROUPS, HOTELS, IMPORTS, KEY_TABLE, LINES,
    MEMBERS, MIRRORS, NONCES, NewestFirst, Nonce, OFFERS, OWED, PAYMENTS, POLICIES, PROGRAMMES, PURCHASES, PaymentKey,
    REQUESTS, RESERVATIONS, REVENUE_MAPS, RequestKey, SPENDING_POLICY, STAYS, STOCK, SUSPENSE, Signer, TAKEN, TOTALS,
    TREASURIES, TxTail, VERSIONS, VOUCHERS, WALLETS,
};
pub use lots::{HoldRow, LotKindRow, LotRow, LotsRow};
pub use member::MemberRow;
pub use programme::{ActiveCampaignRow, InForceRow, ProgrammeRow, VersionRow};
pub use registry::{
    AwaitedHotelRow, DatedRateRow, ExchangeYearRow, HotelRow, PolicyRow, RevenueCodeRow, RevenueMapRow,
};
pub use request::{NonceRow, PaymentRow, RequestRow};
pub use reservation::{AwardRow, Ended, ReservationRow};
pub use statement::{Cause, LineRow};
pub use stay::{ClaimRow, ExtraRow, GroupRow, Outcome, PostedRow, PurchaseRow, ReceiptRow, StayRow, SuspenseRow};
pub use totals::{OwedRow, SumRow, TotalsRow};
pub use treasury::{TreasuryHeadRow, TreasuryRow};
pub use unreadable::Unreadable;
pub use voucher::VoucherRow;
pub use wallet::{AllowanceRow, Wallet, WalletRow};

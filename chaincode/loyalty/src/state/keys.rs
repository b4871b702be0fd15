//! The key table: the whole key space of the chaincode, in one place.
//!
//! A key is one letter for the table, then its components. Ids and numbers have a fixed width, and text ends in a comma,
//! so that no key begins with another. A row that many transactions write would make them conflict, so what belongs to
//! many is written as a new row of its own transaction: statement lines, totals, what chains owe each other.

use folio_chaincode_sdk::{HexId, KeyPart, KeyReader, Table, TableSpec, Text};

use crate::ids::{
    BenefitId, CampaignId, CertificateId, ClaimId, GiftClaim, GroupKey, HotelId, ImportId, ItemId, MemberId, MirrorId,
    OfferId, OrgId, PoolId, ProgrammeId, PurchaseKey, ReservationId, StayKey, TreasuryId, VoucherId, WalletAddress,
};
use crate::units::Date;

use super::{
    AccountRow, AgreementScope, AgreementsRow, AllowanceRow, AwaitedHotelRow, BenefitRow, CampaignClaimRow,
    CampaignMemberRow, CampaignProgressRow, CampaignRow, CertificateRow, ClaimRow, ClosingRow, ExchangeMonthRow,
    ExchangeMonthsRow, FoldedRow, GiftRow, GroupRow, HotelRow, ImportRow, ItemRow, LatestFirst, LineRow, LinkRow,
    MemberRow, MirrorRow, NonceRow, OfferRow, OutsideRow, OwedRow, PaymentRow, PolicyProposalRow, PolicyRow, PoolRow,
    PositionRow, ProgrammeRow, PurchaseRow, RequestRow, ReservationRow, RevenueMapRow, StayRow, StockRow, SuspenseRow,
    TakenRow, ThroughRow, TierChangeRow, TotalsRow, TreasuryRow, VersionRow, VoucherRow, WalletRow,
};

/// A currency code in a key.
pub type CurrencyCode = Text<3>;

/// What a client calls its request by, hashed with its organisation.
pub type RequestKey = HexId<16>;

/// What the payment of a fee is known by, hashed with its programme.
pub type PaymentKey = HexId<16>;

/// A nonce of a signed intent.
pub type Nonce = HexId<16>;

/// Who signed an intent: a member, or the first bytes of a wallet's address.
pub type Signer = HexId<16>;

/// The end of a transaction's id, enough to tell transactions apart.
pub type TxTail = HexId<16>;

/// Where a claim on a campaign's budget stands.
pub type ClaimKey = (ProgrammeId, CampaignId, ClaimQueue, u64, TxTail);

/// The policy that holds.
pub const POLICY_IN_FORCE: u16 = 1;

/// Through which date a programme is sealed: every posting reads it.
pub const SEALED: u16 = 1;

/// Through which date what is owed is folded.
pub const OWED_FOLDED: u16 = 2;

/// Through which date totals are folded.
pub const TOTALS_FOLDED: u16 = 3;

/// What stands for a currency where there is no price yet: the code of no currency.
pub const UNPRICED: &str = "XXX";

macro_rules! key_table {
    ($($(#[$about:meta])* $name:ident: $prefix:literal $label:literal [$($component:literal),+] $key:ty => $row:ty,
        scanned by [$($scan:literal),*];)+) => {
        $(
            $(#[$about])*
            pub const $name: Table<$key, $row> = Table::new(&TableSpec {
                prefix: $prefix,
                name: $label,
                components: &[$($component),+],
                scanned_by: &[$($scan),*],
            });
        )+

        /// Every table of the chaincode.
        pub const KEY_TABLE: &[&TableSpec] = &[$($name.spec()),+];
    };
}

key_table! {
    /// A member's account in a programme: the only shared row that earning and transferring rewrite.
    ACCOUNTS: 'a' "account" ["programme", "member"] (ProgrammeId, MemberId) => AccountRow, scanned by ["points.due"];

    /// A guest's claim for a stay that is missing, on the hotel's worklist until it is answered.
    CLAIMS: 'b' "claim of a stay" ["hotel", "claim"] (HotelId, ClaimId) => ClaimRow, scanned by ["stay.claims"];

    /// What one transaction adds to a programme's totals.
    TOTALS: 'd' "totals" ["programme", "business date", "tx"] (ProgrammeId, Date, TxTail) => TotalsRow,
        scanned by ["settlement.fold", "settlement.liability"];

    /// Stays that are rated as one.
    GROUPS: 'g' "group of stays" ["salted key"] GroupKey => GroupRow, scanned by [];

    /// A registered hotel.
    HOTELS: 'h' "hotel" ["hotel"] HotelId => HotelRow, scanned by [];

    /// A line of an account's statement, the newest first.
    LINES: 'l' "statement line" ["programme", "member", "newest first"] (ProgrammeId, MemberId, NewestFirst) => LineRow,
        scanned by ["member.statement"];

    /// What the revenue codes of a hotel stand for.
    REVENUE_MAPS: 'i' "revenue map" ["hotel"] HotelId => RevenueMapRow, scanned by [];

    /// A member.
    MEMBERS: 'm' "member" ["member"] MemberId => MemberRow, scanned by [];

    /// A nonce that was used, under the day on which its intent ends.
    NONCES: 'n' "nonce" ["day", "signer", "nonce"] (Date, Signer, Nonce) => NonceRow, scanned by [];

    /// A payment of a fee that was used.
    PAYMENTS: 'f' "payment" ["programme and payment"] PaymentKey => PaymentRow, scanned by [];

    /// What one transaction makes one organisation owe another.
    OWED: 'o' "owed" ["programme", "business date", "debtor", "creditor", "tx"]
        (ProgrammeId, Date, OrgId, OrgId, TxTail) => OwedRow,
        scanned by ["settlement.fold", "settlement.position", "settlement.owed"];

    /// A programme: who decides on it, and which versions are in force when.
    PROGRAMMES: 'p' "programme" ["programme"] ProgrammeId => ProgrammeRow,
        scanned by ["settlement.close", "settlement.net", "policy.propose", "policy.approve"];

    /// A purchase that is not a stay.
    PURCHASES: 'j' "purchase" ["salted key"] PurchaseKey => PurchaseRow, scanned by [];

    /// A request that was answered.
    REQUESTS: 'q' "request" ["organisation and request id"] RequestKey => RequestRow, scanned by [];

    /// A reward that a member asked for.
    RESERVATIONS: 'r' "reservation" ["reservation"] ReservationId => ReservationRow, scanned by ["reward.overdue"];

    /// A stay.
    STAYS: 's' "stay" ["salted key"] StayKey => StayRow, scanned by [];

    /// A policy of the consortium.
    POLICIES: 't' "policy" ["policy"] u16 => PolicyRow, scanned by [];

    /// The policy that an organisation proposes.
    POLICY_PROPOSALS: 'e' "proposed policy" ["organisation"] OrgId => PolicyProposalRow, scanned by ["policy.get"];

    /// A hotel that is not registered yet, at an organisation that has reported stays of it.
    AWAITED: 'u' "awaited hotel" ["hotel", "organisation"] (HotelId, OrgId) => AwaitedHotelRow, scanned by [];

    /// One version of a programme, proposed or in force.
    VERSIONS: 'v' "programme version" ["programme", "version"] (ProgrammeId, u32) => VersionRow, scanned by [];

    /// A stay that waits for correction: the worklist of a hotel at the organisation that reported it.
    SUSPENSE: 'w' "suspense" ["hotel", "organisation", "stay"] (HotelId, OrgId, StayKey) => SuspenseRow,
        scanned by ["stay.suspense"];

    /// The exchange rates of one calendar month, which is counted from the year 0. With a rate a day a stay reads one row.
    EXCHANGE: 'x' "exchange rates" ["from", "to", "month"] (CurrencyCode, CurrencyCode, u32) => ExchangeMonthRow,
        scanned by [];

    /// The months in which rates of a pair of currencies were declared.
    EXCHANGE_MONTHS: 'X' "months with exchange rates" ["from", "to"] (CurrencyCode, CurrencyCode) => ExchangeMonthsRow,
        scanned by [];

    /// A wallet's points in a programme. Whoever sends to it or out of it rewrites it, and nobody else.
    WALLETS: 'W' "wallet" ["programme", "address"] (ProgrammeId, WalletAddress) => WalletRow, scanned by ["TotalSupply"];

    /// What the owner of a wallet lets another do.
    ALLOWANCES: 'L' "allowance" ["programme", "owner", "spender"]
        (ProgrammeId, WalletAddress, WalletAddress) => AllowanceRow, scanned by [];

    /// A voucher under the address of nobody, and under its owner's a row that says that it is there.
    VOUCHERS: 'E' "voucher" ["programme", "nobody or owner", "voucher"]
        (ProgrammeId, WalletAddress, VoucherId) => VoucherRow, scanned by ["erc721:BalanceOf", "erc721:TotalSupply"];

    /// A till of a treasury, and past the last till what the treasury is.
    TREASURIES: 'T' "treasury" ["treasury", "till"] (TreasuryId, u16) => TreasuryRow, scanned by ["treasury.get"];

    /// A batch of an import, and before the first the seal of the import. Closing an import scans its batches, so that a
    /// batch that comes in meanwhile undoes the closing.
    IMPORTS: 'I' "import batch" ["programme", "import", "batch"] (ProgrammeId, ImportId, u16) => ImportRow,
        scanned by ["points.import_close", "points.import_get"];

    /// A comparison with a legacy system.
    MIRRORS: 'M' "mirror checkpoint" ["programme", "business date", "mirror"] (ProgrammeId, Date, MirrorId) => MirrorRow,
        scanned by ["points.mirror_list"];

    /// An item of a programme's catalogue of rewards.
    CATALOGUE: 'C' "catalogue item" ["programme", "item"] (ProgrammeId, ItemId) => ItemRow,
        scanned by ["reward.catalogue", "reward.available"];

    /// One shelf of the stock of an item. Members who ask at once take from different shelves.
    STOCK: 'K' "shelf" ["programme", "item", "shelf"] (ProgrammeId, ItemId, u16) => StockRow,
        scanned by ["reward.catalogue", "reward.available"];

    /// A certificate of a member.
    CERTIFICATES: 'V' "certificate" ["programme", "member", "certificate"] (ProgrammeId, MemberId, CertificateId) =>
        CertificateRow, scanned by ["certificate.list", "reward.available"];

    /// What a member took of an item that is limited for each.
    TAKEN: 'Z' "items taken" ["programme", "item", "member"] (ProgrammeId, ItemId, MemberId) => TakenRow, scanned by [];

    /// A gift to somebody who is not known yet.
    GIFTS: 'G' "gift" ["hash of the secret"] GiftClaim => GiftRow, scanned by [];

    /// A change of a tier, the newest first.
    TIER_CHANGES: 'H' "tier change" ["programme", "member", "newest first"] (ProgrammeId, MemberId, NewestFirst)
        => TierChangeRow, scanned by ["tier.history"];

    /// What two members have agreed on, the lower id first.
    LINKS: 'J' "link" ["member", "other member"] (MemberId, MemberId) => LinkRow, scanned by [];

    /// Who fills and spends a pool; its points stand in an account of its own.
    POOLS: 'O' "pool" ["pool"] PoolId => PoolRow, scanned by [];

    /// Something that a member was given beside points.
    BENEFITS: 'Y' "benefit" ["programme", "member", "benefit"] (ProgrammeId, MemberId, BenefitId) => BenefitRow,
        scanned by ["benefit.list"];

    /// What a programme's owner and a host pay each other.
    AGREEMENTS: 'A' "agreements" ["programme", "host", "hotel or none"] (ProgrammeId, OrgId, AgreementScope) => AgreementsRow,
        scanned by [];

    /// Through which business date a programme is sealed, and through which its sealed rows are folded.
    DATES: 'B' "business dates" ["programme", "what"] (ProgrammeId, u16) => ThroughRow, scanned by [];

    /// What one organisation owes another for a sealed date.
    POSITIONS: 'P' "position" ["programme", "business date", "debtor", "creditor", "currency"]
        (ProgrammeId, Date, OrgId, OrgId, CurrencyCode) => PositionRow,
        scanned by ["settlement.close", "settlement.net", "settlement.position"];

    /// A row of what is owed that stands outside the net, under the key that it has there.
    OUTSIDE: 'D' "outside the net" ["programme", "business date", "debtor", "creditor", "tx"]
        (ProgrammeId, Date, OrgId, OrgId, TxTail) => OutsideRow,
        scanned by ["settlement.close", "settlement.net", "settlement.price", "settlement.outside"];

    /// A closing, the newest first.
    CLOSINGS: 'N' "closing" ["currency", "newest first"] (CurrencyCode, NewestFirst) => ClosingRow,
        scanned by ["settlement.close", "settlement.net", "settlement.dispute", "settlement.get"];

    /// A programme's totals after a sealed date, the latest first.
    FOLDED: 'F' "folded totals" ["programme", "latest first"] (ProgrammeId, LatestFirst) => FoldedRow,
        scanned by ["settlement.fold", "settlement.estimate_breakage", "settlement.liability"];

    /// A campaign: what it says, and how far it is decided on.
    CAMPAIGNS: 'c' "campaign" ["programme", "campaign"] (ProgrammeId, CampaignId) => CampaignRow,
        scanned by ["campaign.list"];

    /// A member's part in a campaign that keeps account of it.
    CAMPAIGN_MEMBERS: 'k' "part in a campaign" ["programme", "campaign", "member"]
        (ProgrammeId, CampaignId, MemberId) => CampaignMemberRow, scanned by ["campaign.draw"];

    /// A claim on a campaign's budget, in the order in which claims are judged. Stays add to those that wait.
    CAMPAIGN_CLAIMS: 'y' "claim on a budget" ["programme", "campaign", "waiting or judged", "second", "tx"]
        ClaimKey => CampaignClaimRow, scanned by ["campaign.award"];

    /// What a campaign's budget and draw have come to. No stay reads it.
    CAMPAIGN_PROGRESS: 'Q' "progress of a campaign" ["programme", "campaign"]
        (ProgrammeId, CampaignId) => CampaignProgressRow, scanned by [];

    /// An offer to a member, or a voucher, whose holder is nobody yet.
    OFFERS: 'z' "offer" ["programme", "holder", "offer"] (ProgrammeId, MemberId, OfferId) => OfferRow,
        scanned by ["offer.list"];
}

/// Whether a claim on a budget still waits for its turn. The number goes first in its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimQueue {
    /// It does.
    Waiting = 0,
    /// It was judged.
    Judged = 1,
}

impl KeyPart for ClaimQueue {
    const FORM: &'static str = "number, 4 hex digits";

    fn write(&self, out: &mut String) {
        KeyPart::write(&(*self as u16), out);
    }

    fn read(key: &mut KeyReader<'_>) -> Option<Self> {
        match <u16 as KeyPart>::read(key)? {
            0 => Some(Self::Waiting),
            1 => Some(Self::Judged),
            _ => None,
        }
    }
}

/// A number whose rows are scanned from the highest to the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewestFirst(pub u32);

impl KeyPart for NewestFirst {
    const FORM: &'static str = "falling number, 8 hex digits";

    fn write(&self, out: &mut String) {
        KeyPart::write(&!self.0, out);
    }

    fn read(key: &mut KeyReader<'_>) -> Option<Self> {
        <u32 as KeyPart>::read(key).map(|inverted| Self(!inverted))
    }
}

impl KeyPart for Date {
    const FORM: &'static str = "date, 10 characters";

    fn write(&self, out: &mut String) {
        out.push_str(self.digits().as_str());
    }

    fn read(key: &mut KeyReader<'_>) -> Option<Self> {
        key.fixed(10)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use folio_chaincode_sdk::overlapping_prefixes;

    use super::*;

    #[test]
    fn no_two_tables_share_a_prefix() {
        assert_eq!(overlapping_prefixes(KEY_TABLE), [] as [char; 0]);
    }

    #[test]
    fn keys_are_written_as_the_table_says() {
        let programme = ProgrammeId::new("hilton-honors").unwrap();
        let member = MemberId::new([0xab; 16]);
        let ab = "ab".repeat(16);
        let date: Date = "2015-07-03".parse().unwrap();
        assert_eq!(ACCOUNTS.key(&(programme.clone(), member)), format!("ahilton-honors,{ab}"));
        assert_eq!(LINES.key(&(programme.clone(), member, NewestFirst(0))), format!("lhilton-honors,{ab}ffffffff"));
        assert_eq!(
            TOTALS.key(&(programme, date, TxTail::new([0xcd; 16]))),
            format!("dhilton-honors,2015-07-03{}", "cd".repeat(16))
        );
    }

    #[test]
    fn newer_lines_come_first() {
        let key = |number| {
            let mut text = String::new();
            NewestFirst(number).write(&mut text);
            text
        };
        assert!(key(2) < key(1));
        assert_eq!(NewestFirst::read(&mut KeyReader::new(&key(7))), Some(NewestFirst(7)));
    }
}

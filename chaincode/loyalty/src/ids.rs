//! The names by which the books and the ledger know things.

use folio_chaincode_sdk::{HexId, Text};

/// A member of the consortium: a random id, which tells nothing about the person.
pub type MemberId = HexId<16>;

/// A programme, such as `hilton-honors`.
pub type ProgrammeId = Text<32>;

/// An organisation, by the name of its membership service: `AuroraMSP`.
pub type OrgId = Text<32>;

/// A hotel, such as `AUR-CITY`.
pub type HotelId = Text<32>;

/// A stay: the salted hash of hotel, confirmation number, leg and share, which only the hotel's organisation can compute.
pub type StayKey = HexId<16>;

/// Stays that are rated as one: the salted hash of hotel, programme, member and the hotel's name for the group.
pub type GroupKey = HexId<16>;

/// A purchase: the salted hash of shop and order, which only the shop's organisation can compute.
pub type PurchaseKey = HexId<16>;

/// A guest's claim for a stay that is missing.
pub type ClaimId = HexId<16>;

/// A hold on points.
pub type ReservationId = HexId<16>;

/// An item of a programme's catalogue of rewards.
pub type ItemId = Text<32>;

/// A certificate: it pays for a reward, once.
pub type CertificateId = HexId<16>;

/// A wallet: the last 20 bytes of the hash of its secp256k1 key, as token contracts write it.
pub type WalletAddress = HexId<20>;

/// A treasury: points that a merchant holds to give to its customers.
pub type TreasuryId = HexId<16>;

/// A voucher, as token contracts name one: a random-looking id that its programme chose.
pub type VoucherId = Text<64>;

/// An import of opening balances.
pub type ImportId = HexId<16>;

/// A comparison of balances with those of a legacy system.
pub type MirrorId = HexId<16>;

/// A pool: an account that several members fill and spend together. It stands among accounts like a member.
pub type PoolId = HexId<16>;

/// A gift to somebody who is not known yet: the hash of the secret that claims it.
pub type GiftClaim = HexId<32>;

/// Something that a member was given beside points.
pub type BenefitId = HexId<16>;
/// A campaign of a programme, such as `spring-double`.
pub type CampaignId = Text<32>;

/// An offer to one member, or a voucher.
pub type OfferId = HexId<16>;

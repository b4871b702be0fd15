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

/// A hold on points.
pub type ReservationId = HexId<16>;

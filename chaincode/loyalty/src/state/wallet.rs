//! Wallets, and what their owners let others do.

use folio_chaincode_sdk::{Context, Record, Result};

use crate::books;
use crate::ids::{ProgrammeId, WalletAddress};
use crate::units::Date;

use super::{LotsRow, Unreadable, WALLETS};

/// A wallet in one programme.
#[derive(Clone, PartialEq, prost::Message)]
pub struct WalletRow {
    /// Its lots.
    #[prost(message, required, tag = "1")]
    pub lots: LotsRow,
    /// Latest business date that touched it, in days since 1970.
    #[prost(sint32, tag = "2")]
    pub last_business_date: i32,
}

impl Record for WalletRow {}

/// What the owner of a wallet lets another wallet do.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AllowanceRow {
    /// Points that it may still take.
    #[prost(uint64, tag = "1")]
    pub points: u64,
    /// Whether it may do with all vouchers what the owner may.
    #[prost(bool, tag = "2")]
    pub operator: bool,
}

impl Record for AllowanceRow {}

/// A wallet, as the books see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    /// The programme.
    pub programme: ProgrammeId,
    /// What is in it.
    pub purse: books::Wallet,
    /// Latest business date that touched it.
    pub last_business_date: Date,
}

impl Wallet {
    /// Reads a wallet. One that nothing went into yet is empty, and begins on `day`.
    pub fn load(context: &Context<'_>, programme: &ProgrammeId, address: WalletAddress, day: Date) -> Result<Self> {
        let row = WALLETS.get(context, &(programme.clone(), address))?;
        let row = row.unwrap_or_else(|| WalletRow { last_business_date: day.days(), ..WalletRow::default() });
        Self::from_row(&row, programme, address).map_err(|unreadable| unreadable.of("wallet"))
    }

    /// The wallet of a row.
    pub fn from_row(
        row: &WalletRow,
        programme: &ProgrammeId,
        address: WalletAddress,
    ) -> std::result::Result<Self, Unreadable> {
        Ok(Self {
            programme: programme.clone(),
            purse: books::Wallet::of(address, row.lots.lots(programme)?),
            last_business_date: Date::from_days(row.last_business_date)?,
        })
    }

    /// Writes the wallet.
    pub fn save(&self, context: &mut Context<'_>) {
        let lots = LotsRow::of(self.purse.lots(), &self.programme);
        let row = WalletRow { lots, last_business_date: self.last_business_date.days() };
        WALLETS.put(context, &(self.programme.clone(), self.purse.address()), &row);
    }
}

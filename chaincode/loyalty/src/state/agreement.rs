//! Agreements between a programme's owner and a host.

use folio_chaincode_sdk::{KeyPart, KeyReader, Record};

use crate::ids::HotelId;
use crate::rules::settlement::{Agreement, OccupancyBand, Tariff, in_force_on};
use crate::units::{Date, Rational};

use super::{ActorRow, Unreadable};

/// For which hotels of the host an agreement holds: one, or all for which there is none of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgreementScope {
    /// All.
    Host,
    /// One.
    Hotel(HotelId),
}

impl KeyPart for AgreementScope {
    const FORM: &'static str = "text or nothing,";

    fn write(&self, out: &mut String) {
        match self {
            Self::Host => out.push(','),
            Self::Hotel(hotel) => KeyPart::write(hotel, out),
        }
    }

    fn read(key: &mut KeyReader<'_>) -> Option<Self> {
        match key.until_comma()? {
            "" => Some(Self::Host),
            hotel => HotelId::new(hotel).map(Self::Hotel),
        }
    }
}

/// The agreements of one scope.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AgreementsRow {
    /// Those that both sides have agreed to, in order of their first dates.
    #[prost(message, repeated, tag = "1")]
    pub in_force: Vec<AgreementRow>,
    /// Those that one side has proposed, at most one a side.
    #[prost(message, repeated, tag = "2")]
    pub proposed: Vec<AgreementRow>,
    /// How many were proposed in all scopes. It stands in the row of the whole host.
    #[prost(uint32, tag = "3")]
    pub numbers: u32,
    /// Whether there are agreements for single hotels. It stands in the row of the whole host.
    #[prost(bool, tag = "4")]
    pub narrowed: bool,
}

impl Record for AgreementsRow {}

/// An agreement.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AgreementRow {
    /// Its number among all of the programme and the host.
    #[prost(uint32, tag = "1")]
    pub number: u32,
    /// First date on which it holds, in days since 1970.
    #[prost(sint32, tag = "2")]
    pub effective_from: i32,
    /// The currency.
    #[prost(string, tag = "3")]
    pub currency: String,
    /// Units of it that the host pays for 1,000 points.
    #[prost(message, required, tag = "4")]
    pub accrual: PriceRow,
    /// Units of it that the issuer pays for 1,000 points, unless a night has a price.
    #[prost(message, required, tag = "5")]
    pub redemption: PriceRow,
    /// What the issuer pays for a night.
    #[prost(message, repeated, tag = "6")]
    pub nights: Vec<OccupancyRow>,
    /// Who proposed it.
    #[prost(message, required, tag = "7")]
    pub proposed_by: ActorRow,
    /// Who accepted it for the other side.
    #[prost(message, optional, tag = "8")]
    pub accepted_by: Option<ActorRow>,
}

/// An exact price.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct PriceRow {
    /// As a ratio.
    #[prost(int64, tag = "1")]
    pub numerator: i64,
    /// See the numerator.
    #[prost(int64, tag = "2")]
    pub denominator: i64,
}

/// The price of a night from some occupancy on.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct OccupancyRow {
    /// In percent.
    #[prost(uint32, tag = "1")]
    pub from_percent: u32,
    /// In smallest units.
    #[prost(int64, tag = "2")]
    pub minor: i64,
}

impl AgreementsRow {
    /// The agreement that holds on a date.
    pub fn on(&self, date: Date) -> Option<&AgreementRow> {
        in_force_on(&self.in_force, |agreement| agreement.effective_from, date)
    }

    /// The dates from which agreements hold, in order.
    pub fn begins(&self) -> Result<Vec<Date>, Unreadable> {
        self.in_force.iter().map(|agreement| Ok(Date::from_days(agreement.effective_from)?)).collect()
    }
}

impl AgreementRow {
    /// The row of an agreement that somebody proposes.
    pub fn of(number: u32, agreement: &Agreement, proposed_by: ActorRow) -> Self {
        Self {
            number,
            effective_from: agreement.effective_from.days(),
            currency: agreement.currency.to_string(),
            accrual: PriceRow::of(agreement.accrual_per_thousand),
            redemption: PriceRow::of(agreement.redemption.per_thousand),
            nights: agreement.redemption.per_night.iter().map(OccupancyRow::of).collect(),
            proposed_by,
            accepted_by: None,
        }
    }

    /// The agreement.
    pub fn agreement(&self) -> Result<Agreement, Unreadable> {
        let per_night = self.nights.iter().map(OccupancyRow::band).collect::<Result<_, _>>()?;
        Ok(Agreement {
            effective_from: Date::from_days(self.effective_from)?,
            currency: self.currency.parse().map_err(|_| Unreadable)?,
            accrual_per_thousand: self.accrual.price()?,
            redemption: Tariff { per_thousand: self.redemption.price()?, per_night },
        })
    }
}

impl PriceRow {
    const fn of(price: Rational) -> Self {
        Self { numerator: price.numerator(), denominator: price.denominator() }
    }

    fn price(&self) -> Result<Rational, Unreadable> {
        Ok(Rational::new(self.numerator, self.denominator)?)
    }
}

impl OccupancyRow {
    fn of(band: &OccupancyBand) -> Self {
        Self { from_percent: band.from_percent.into(), minor: band.minor }
    }

    fn band(&self) -> Result<OccupancyBand, Unreadable> {
        let from_percent = u8::try_from(self.from_percent).map_err(|_| Unreadable)?;
        Ok(OccupancyBand { from_percent, minor: self.minor })
    }
}

//! A stay version as a hotel reports it.

use folio_chaincode_sdk::{Context, Error, Result};

use crate::handlers::call::secret::{Secret, collection_of};
use crate::handlers::call::text::hex;
use crate::ids::{HotelId, OrgId, StayKey};
use crate::rules::stay::Stay;
use crate::state::ReceiptRow;
use crate::units::Date;

const STAY_TRANSIENT: &str = "stay";

/// The JSON of the stay that came with the call.
pub(super) fn json_of_call<'a>(context: &Context<'a>) -> Result<&'a [u8]> {
    let json = context.transient(STAY_TRANSIENT);
    json.ok_or_else(|| Error::new("STAY_MISSING", "the transient map must hold `stay`, the stay version"))
}

/// A reported stay version: what it says, and under which key and salted digest it stands on the ledger.
pub(super) struct Report<'a> {
    /// What it says.
    pub(super) stay: Stay<'a>,
    /// The key of the stay.
    pub(super) key: StayKey,
    /// Digest of salt and JSON.
    pub(super) digest: [u8; 32],
    salt: [u8; 32],
    json: &'a [u8],
}

impl<'a> Report<'a> {
    /// Reads a report of this hotel, whose stays are known by this secret.
    pub(super) fn read(context: &Context<'_>, json: &'a [u8], hotel: &HotelId, secret: &Secret) -> Result<Self> {
        let stay = Stay::parse(json)?;
        if stay.hotel != hotel.as_str() {
            let message = format!("the stay is of another hotel than {hotel}, which the arguments name");
            return Err(Error::new("STAY_HOTEL_DIFFERS", message));
        }
        if stay.version == 0 {
            return Err(Error::new("STAY_VERSION_ZERO", "versions of a stay are counted from 1"));
        }
        let key = secret.stay_key(context, &stay);
        let salt = secret.stay_salt(context, key, stay.version);
        let digest = context.sha256(&[&salt, json]);
        Ok(Self { stay, key, digest, salt, json })
    }

    /// A report of a stay that took place is not dated before its end.
    pub(super) fn require_after_departure(&self, as_of: Date) -> Result<()> {
        if self.stay.took_place() && as_of < self.stay.departure {
            // The date of departure is not for everybody, so the refusal does not tell it.
            return Err(Error::new("AS_OF_BEFORE_DEPARTURE", format!("business date {as_of} is before the departure")));
        }
        Ok(())
    }

    /// A version never changes its content: a correction is a new version.
    pub(super) fn require_same_content(&self, receipt: &ReceiptRow) -> Result<()> {
        if receipt.digest == self.digest {
            return Ok(());
        }
        let message = format!(
            "version {} of stay {} was received with content {}, and this is {}: send a new version",
            receipt.version,
            self.key,
            hex(&receipt.digest),
            hex(&self.digest)
        );
        Err(Error::new("STAY_CONTENT_DIFFERS", message))
    }

    /// Keeps the report in the private collection of the hotel's organisation, and in that of the programme's where it is
    /// known and another.
    pub(super) fn keep(&self, context: &mut Context<'_>, hotel: &str, programme: Option<&str>) {
        let value = [&self.salt[..], self.json].concat();
        let key = ["stay", &self.key.to_string(), &self.stay.version.to_string()].join("/");
        let mut keep = |organisation: &str, value: Vec<u8>| {
            if let Some(organisation) = OrgId::new(organisation) {
                context.private_put(&collection_of(&organisation), &key, value);
            }
        };
        if let Some(programme) = programme.filter(|programme| *programme != hotel) {
            keep(programme, value.clone());
        }
        keep(hotel, value);
    }
}

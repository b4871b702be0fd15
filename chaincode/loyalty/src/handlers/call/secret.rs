//! An organisation's secret, and what is derived from it.
//!
//! Whatever could be guessed, such as a confirmation number, stands on the ledger only mixed with 32 bytes that the
//! organisation keeps to itself and hands in with each call, in the transient map.

use folio_chaincode_sdk::{Context, Error, HexId, Result};

use crate::ids::{ClaimId, GroupKey, MemberId, OrgId, ProgrammeId, PurchaseKey, StayKey};
use crate::rules::purchase::Purchase;
use crate::rules::stay::Stay;
use crate::state::HotelRow;

const SECRET_TRANSIENT: &str = "secret";
const SECRET_BYTES: usize = 32;
const COMMITMENT_TAG: &[u8] = b"folio-hotel-secret-v1";

/// The secret of an organisation.
pub(in crate::handlers) struct Secret([u8; SECRET_BYTES]);

impl Secret {
    /// The secret that came with the call.
    pub(in crate::handlers) fn of_call(context: &Context<'_>) -> Result<Self> {
        let given = context.transient(SECRET_TRANSIENT).ok_or_else(|| {
            Error::new("SECRET_MISSING", "the transient map must hold `secret`, the organisation's secret")
        })?;
        let secret = given
            .try_into()
            .map_err(|_| Error::new("SECRET_INVALID", format!("the organisation's secret has {SECRET_BYTES} bytes")))?;
        Ok(Self(secret))
    }

    /// The secret that came with the call, which must be the one that the hotel was registered with. Another would give
    /// the same stay another key, and it could be posted twice.
    pub(in crate::handlers) fn of_hotel(context: &Context<'_>, hotel: &HotelRow) -> Result<Self> {
        let secret = Self::of_call(context)?;
        if secret.commitment(context).as_slice() == hotel.secret_commitment {
            return Ok(secret);
        }
        Err(Error::new("SECRET_INVALID", "this is not the secret to which the hotel's registration is committed"))
    }

    /// What a registration holds of the secret.
    pub(in crate::handlers) fn commitment(&self, context: &Context<'_>) -> [u8; 32] {
        context.sha256(&[COMMITMENT_TAG, &self.0])
    }

    /// The key under which a stay stands on the ledger.
    pub(in crate::handlers) fn stay_key(&self, context: &Context<'_>, stay: &Stay<'_>) -> StayKey {
        let Stay { hotel, confirmation, leg, share, .. } = stay;
        StayKey::new(
            self.derive(context, &["stay", hotel, confirmation, &leg.to_string(), &share.to_string()].join("|")),
        )
    }

    /// The key under which the stays of a group stand on the ledger; `None` for a stay by itself.
    pub(in crate::handlers) fn group_key(&self, context: &Context<'_>, stay: &Stay<'_>) -> Option<GroupKey> {
        let Stay { hotel, programme, member, group, .. } = stay;
        let group = group.as_deref().filter(|group| !group.is_empty())?;
        Some(GroupKey::new(self.derive(context, &format!("group|{hotel}|{programme}|{member}|{group}"))))
    }

    /// The key under which a purchase stands on the ledger.
    pub(in crate::handlers) fn purchase_key(&self, context: &Context<'_>, purchase: &Purchase<'_>) -> PurchaseKey {
        let Purchase { shop, order, .. } = purchase;
        PurchaseKey::new(self.derive(context, &format!("purchase|{shop}|{order}")))
    }

    /// The salt of a purchase version.
    pub(in crate::handlers) fn purchase_salt(
        &self,
        context: &Context<'_>,
        purchase: PurchaseKey,
        version: u32,
    ) -> [u8; 32] {
        self.derive_long(context, &format!("purchase-salt|{purchase}|{version}"))
    }

    /// The salt of a stay version: different for each, so that equal content does not show.
    pub(in crate::handlers) fn stay_salt(&self, context: &Context<'_>, stay: StayKey, version: u32) -> [u8; 32] {
        self.derive_long(context, &["salt", &stay.to_string(), &version.to_string()].join("|"))
    }

    /// The salt of a claim's particulars.
    pub(in crate::handlers) fn claim_salt(&self, context: &Context<'_>, claim: ClaimId) -> [u8; 32] {
        self.derive_long(context, &format!("claim-salt|{claim}"))
    }

    /// A digest of a claim's particulars that tells nothing without the secret.
    pub(in crate::handlers) fn claim_digest(&self, context: &Context<'_>, particulars: &[u8]) -> [u8; 32] {
        context.hmac_sha256(&self.0, &[b"claim|", particulars].concat())
    }

    /// The private key under which a membership number is looked up.
    pub(in crate::handlers) fn number_key(
        &self,
        context: &Context<'_>,
        programme: &ProgrammeId,
        number: &str,
    ) -> String {
        let key: HexId<16> = HexId::new(self.derive(context, &format!("number|{programme}|{number}")));
        format!("number/{key}")
    }

    /// The salt of the membership number of a member.
    pub(in crate::handlers) fn number_salt(&self, context: &Context<'_>, member: MemberId) -> [u8; 32] {
        self.derive_long(context, &format!("number-salt|{member}"))
    }

    fn derive(&self, context: &Context<'_>, what: &str) -> [u8; 16] {
        let long = self.derive_long(context, what);
        let mut short = [0; 16];
        short.copy_from_slice(&long[..16]);
        short
    }

    fn derive_long(&self, context: &Context<'_>, what: &str) -> [u8; 32] {
        context.hmac_sha256(&self.0, what.as_bytes())
    }
}

/// The collection that belongs to an organisation alone.
pub(in crate::handlers) fn collection_of(organisation: &OrgId) -> String {
    ["_implicit_org_", organisation.as_str()].concat()
}

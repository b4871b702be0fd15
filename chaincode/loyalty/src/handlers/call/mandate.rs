//! A member's word: what lets points leave an account.
//!
//! A hotel cannot spend a guest's points. Either the member signed an *intent* with the bound key, or, for a member
//! without a key, the programme's agent acts on an *order* that the member gave after a one-time code.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::handlers::member;
use crate::handlers::programme::terms;
use crate::ids::{
    BenefitId, CertificateId, GiftClaim, HotelId, ItemId, MemberId, PoolId, ProgrammeId, ReservationId, WalletAddress,
};
use crate::state::{ActorRow, NONCES, Nonce, NonceRow, Role, Signer};
use crate::units::{Date, Money, Points};

use super::access::Actor;
use super::clock::{self, CLOCK_SKEW_SECONDS};
use super::request::RequestId;
use super::text::{HexBytes, Label};

/// What a signature covers, so that it cannot be one for something else.
pub(in crate::handlers) const INTENT_TAG: &[u8] = b"folio-intent-v1\n";

/// Longest time for which an intent may be good.
const INTENT_SECONDS_MAX: i64 = 24 * 60 * 60;

/// A member's word, as arguments carry it: intent and signature, or an order.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::handlers) struct Word {
    /// The exact JSON that the member signed.
    #[serde(default)]
    pub(in crate::handlers) intent: Option<String>,
    /// The signature over it, in DER.
    #[serde(default)]
    pub(in crate::handlers) signature: Option<HexBytes>,
    /// What a member without a key has asked for.
    #[serde(default)]
    pub(in crate::handlers) order: Option<Order>,
}

/// Arguments of a function that takes nothing but a member's word.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct OnWord {
    pub(in crate::handlers) request_id: RequestId,
    /// The exact JSON that the member signed.
    #[serde(default)]
    intent: Option<String>,
    /// The signature over it, in DER.
    #[serde(default)]
    signature: Option<HexBytes>,
    /// What a member without a key has asked the agent for.
    #[serde(default)]
    order: Option<Order>,
}

impl OnWord {
    /// The word.
    pub(in crate::handlers) fn word(self) -> Word {
        Word { intent: self.intent, signature: self.signature, order: self.order }
    }
}

macro_rules! order {
    ($($(#[$about:meta])* $field:ident: $type:ty,)+) => {
        /// What a member wants.
        #[derive(Debug, Clone, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub(in crate::handlers) struct Order {
            $($(#[$about])* pub(in crate::handlers) $field: $type,)+
        }

        /// What a member signed: an order that is good for one function of one chaincode on one channel, once.
        #[derive(Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub(in crate::handlers) struct Intent {
            channel: String,
            chaincode: String,
            function: String,
            nonce: Nonce,
            /// Seconds since 1970.
            valid_until: i64,
            $($(#[$about])* $field: $type,)+
        }

        impl Intent {
            fn scope(&self) -> Scope<'_> {
                let Self { channel, chaincode, function, nonce, valid_until, .. } = self;
                Scope { channel, chaincode, function, nonce: *nonce, valid_until: *valid_until }
            }

            fn into_order(self) -> Order {
                Order { $($field: self.$field,)+ }
            }
        }
    };
}

order! {
    /// The programme whose points are meant.
    programme: ProgrammeId,
    /// The member.
    member: MemberId,
    /// Who gets the points.
    #[serde(default)]
    to: Option<MemberId>,
    /// How many points; nothing where the word is about something else.
    #[serde(default)]
    points: Points,
    /// Points that the programme may keep as its fee.
    #[serde(default)]
    fee: Points,
    /// The hotel that gives a reward.
    #[serde(default)]
    hotel: Option<HotelId>,
    /// The reward.
    #[serde(default)]
    reward: Option<Label>,
    /// The partner whose currency is wanted.
    #[serde(default)]
    partner: Option<Label>,
    /// How many units of it the member expects.
    #[serde(default)]
    units: u64,
    /// The wallet that the points go into.
    #[serde(default)]
    wallet: Option<WalletAddress>,
    /// Business date.
    as_of: Date,
    /// The item of the catalogue that is wanted.
    #[serde(default)]
    item: Option<ItemId>,
    /// Money that the member pays beside the points, to whoever gives the reward.
    #[serde(default)]
    cash: Option<Money>,
    /// The channel on which points are redeemed, such as the web: a programme may have limits for each.
    #[serde(default)]
    via: Option<Label>,
    /// The first of the nights that are wanted.
    #[serde(default)]
    arrival: Option<Date>,
    /// How many nights.
    #[serde(default)]
    nights: u16,
    /// The certificate that pays.
    #[serde(default)]
    certificate: Option<CertificateId>,
    /// The booking that is meant.
    #[serde(default)]
    reservation: Option<ReservationId>,
    /// The pool that is meant.
    #[serde(default)]
    pool: Option<PoolId>,
    /// The hash of the secret that claims a gift.
    #[serde(default)]
    claim: Option<GiftClaim>,
    /// For how many days a gift waits.
    #[serde(default)]
    days: Option<u16>,
    /// A new key in SEC1 form.
    #[serde(default)]
    key: Option<HexBytes>,
    /// Which of two members goes on when they are merged.
    #[serde(default)]
    survivor: Option<MemberId>,
    /// Something that the member was given to choose from.
    #[serde(default)]
    benefit: Option<BenefitId>,
    /// What the member chooses.
    #[serde(default)]
    choice: Option<Label>,
    /// The campaign that the member takes part in.
    #[serde(default)]
    campaign: Option<Label>,
}

/// Whose key an intent claims to be signed with. Nothing else of it is looked at before the signature holds.
#[derive(Deserialize, JsonSchema)]
struct Claim {
    member: MemberId,
}

/// A member's word that was found to hold.
pub(in crate::handlers) struct Mandate {
    /// What the member wants.
    pub(in crate::handlers) order: Order,
    /// Who acts, as the statement tells it.
    pub(in crate::handlers) by: ActorRow,
}

impl Word {
    /// Checks the word for a function, and uses it up.
    pub(in crate::handlers) fn check(
        self,
        context: &mut Context<'_>,
        actor: &Actor,
        function: &str,
    ) -> Result<Mandate> {
        match self {
            Self { intent: Some(intent), signature: Some(signature), order: None } => {
                let order = signed(context, &intent, &signature.0, function)?;
                Ok(Mandate { order, by: ActorRow { member_signed: true, ..actor.row() } })
            }
            Self { intent: None, signature: None, order: Some(order) } => {
                by_agent(context, actor, &order)?;
                Ok(Mandate { order, by: actor.row() })
            }
            _ => Err(Error::new("MANDATE_MISSING", "needs `intent` and `signature`, or an `order` by the agent")),
        }
    }
}

fn signed(context: &mut Context<'_>, json: &str, signature: &[u8], function: &str) -> Result<Order> {
    let Claim { member } = serde_json::from_str(json).map_err(malformed)?;
    let row = member::must_get(context, member)?;
    member::require_not_merged(&row)?;
    let key = member::key_in_force(context, &row);
    if key.is_empty() {
        return Err(Error::new("MEMBER_KEY_MISSING", "the member has no key: the programme's agent can act"));
    }
    if !context.verify_secp256k1(key, &[INTENT_TAG, json.as_bytes()].concat(), signature) {
        return Err(Error::new("INTENT_SIGNATURE_INVALID", "the signature is not the member's over this intent"));
    }
    let intent: Intent = serde_json::from_str(json).map_err(malformed)?;
    intent.scope().use_up(context, member, function)?;
    Ok(intent.into_order())
}

/// An agent acts for members of the own programme, and only for those who cannot sign.
fn by_agent(context: &Context<'_>, actor: &Actor, order: &Order) -> Result<()> {
    let owner = terms::must_get(context, &order.programme)?.owner;
    actor.require(&[Role::Agent], &owner)?;
    let row = member::must_get(context, order.member)?;
    member::require_not_merged(&row)?;
    if row.key.is_empty() {
        return Ok(());
    }
    Err(Error::new("MEMBER_KEY_BOUND", "the member has a key and must sign"))
}

/// What an intent is good for: one function of one chaincode on one channel, until a time, once.
pub(in crate::handlers) struct Scope<'a> {
    pub(in crate::handlers) channel: &'a str,
    pub(in crate::handlers) chaincode: &'a str,
    pub(in crate::handlers) function: &'a str,
    pub(in crate::handlers) nonce: Nonce,
    /// Seconds since 1970.
    pub(in crate::handlers) valid_until: i64,
}

impl Scope<'_> {
    /// Refuses what was meant for something else, has ended or was used, and uses it up.
    ///
    /// An intent is good for a day. Its nonce is kept until its day is past, when the intent has ended anyway.
    pub(in crate::handlers) fn use_up(&self, context: &mut Context<'_>, signer: Signer, function: &str) -> Result<()> {
        self.require_meant_for(context, function)?;
        self.require_in_time(context)?;
        let place = (clock::date_of(self.valid_until)?, signer, self.nonce);
        if NONCES.contains(context, &place) {
            return Err(Error::new("INTENT_REPLAYED", "the intent was used before"));
        }
        NONCES.put(context, &place, &NonceRow {});
        Ok(())
    }

    fn require_meant_for(&self, context: &Context<'_>, function: &str) -> Result<()> {
        let invocation = context.invocation();
        for (what, meant, got) in [
            ("channel", self.channel, invocation.channel.as_str()),
            ("chaincode", self.chaincode, invocation.chaincode.as_str()),
            ("function", self.function, function),
        ] {
            if meant != got {
                return Err(Error::new("INTENT_FOR_OTHER", format!("the intent is for another {what} than {got}")));
            }
        }
        Ok(())
    }

    fn require_in_time(&self, context: &Context<'_>) -> Result<()> {
        let now = context.invocation().timestamp_seconds;
        let until = self.valid_until;
        if until < now {
            let message = format!("the intent was good until {until}, and this is {now}");
            return Err(Error::new("INTENT_EXPIRED", message));
        }
        if until.saturating_sub(now) > INTENT_SECONDS_MAX + CLOCK_SKEW_SECONDS {
            let message = format!("an intent is good for at most {INTENT_SECONDS_MAX} seconds");
            return Err(Error::new("INTENT_TOO_LONG", message));
        }
        Ok(())
    }
}

pub(in crate::handlers) fn malformed(error: serde_json::Error) -> Error {
    Error::new("INTENT_MALFORMED", format!("the intent cannot be read: {error}"))
}

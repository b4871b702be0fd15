//! What members pay for giving points away, be it to another member or to whoever has a secret.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::mandate::{Order, Word};
use crate::handlers::call::request::RequestId;
use crate::handlers::call::text::{HexBytes, Label};
use crate::handlers::programme::terms::Terms;
use crate::ids::ProgrammeId;
use crate::rules::transfer::{Party, TransferCost};
use crate::state::{Account, PAYMENTS, PaymentKey, PaymentRow, Role};

/// Sets the hash of a payment apart from any other.
const PAYMENT_TAG: &[u8] = b"folio-payment-v1\n";

/// Arguments of `points.transfer` and `points.gift`: a member's word, and what a fee in money was paid by.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct OnPaidWord {
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
    /// What the programme knows the payment of its fee by; it stands on the ledger and should tell nothing.
    #[serde(default)]
    payment: Option<Label>,
}

impl OnPaidWord {
    /// The word, and the payment.
    pub(super) fn word(self) -> (Word, Option<Label>) {
        (Word { intent: self.intent, signature: self.signature, order: self.order }, self.payment)
    }
}

/// The refusal of points that would stay where they are.
pub(in crate::handlers) fn to_self() -> Error {
    Error::new("TRANSFER_TO_SELF", "points go from one member to another")
}

/// One side of a transfer, as the rules see it.
pub(in crate::handlers) fn party(account: &Account, terms: &Terms) -> Party {
    Party {
        tier: upkeep::rank(account, terms),
        enrolled: account.member_since,
        active: account.was_active(),
        year: account.transfers,
    }
}

/// The fee is taken as the member agreed to it, neither more nor less.
pub(in crate::handlers) fn require_agreed(cost: &TransferCost, order: &Order) -> Result<()> {
    if cost.points == order.fee {
        return Ok(());
    }
    let message =
        format!("the programme keeps {} points, and the member agrees to {} as `fee`", cost.points, order.fee);
    Err(Error::new("TRANSFER_FEE_DIFFERS", message))
}

/// Money cannot be seen from here, so that the programme's own agent vouches for it. A payment pays for one transfer, and
/// where nothing is due none is taken: nobody else's words come into a member's statement.
pub(in crate::handlers) fn require_paid(
    context: &mut Context<'_>,
    cost: &TransferCost,
    actor: &Actor,
    terms: &Terms,
    payment: Option<&Label>,
) -> Result<()> {
    let Some(money) = cost.money else {
        let not_due = |_| Err(Error::new("PAYMENT_NOT_DUE", "the transfer costs no money: leave out `payment`"));
        return payment.map_or(Ok(()), not_due);
    };
    let vouched = actor.require(&[Role::Agent], &terms.owner).is_ok();
    let Some(payment) = payment.filter(|_| vouched) else {
        let message = format!("the transfer costs {money}: the programme's agent hands it in, with `payment`");
        return Err(Error::new("TRANSFER_FEE_UNPAID", message));
    };
    use_payment(context, &terms.programme, payment)
}

/// A payment to a programme pays once.
pub(in crate::handlers) fn use_payment(
    context: &mut Context<'_>,
    programme: &ProgrammeId,
    payment: &Label,
) -> Result<()> {
    let key: PaymentKey = context.sha256_id(&[PAYMENT_TAG, programme.as_str().as_bytes(), b"\n", payment.0.as_bytes()]);
    if PAYMENTS.contains(context, &key) {
        return Err(Error::new("PAYMENT_USED", "the payment was used before"));
    }
    PAYMENTS.put(context, &key, &PaymentRow {});
    Ok(())
}

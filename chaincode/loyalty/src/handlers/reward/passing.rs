//! Giving a certificate to another member: `certificate.transfer`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::books::Entry;
use crate::handlers::account::holder;
use crate::handlers::account::spending::Spending;
use crate::handlers::call::access::Actor;
use crate::handlers::call::mandate::{Order, Word};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::HexBytes;
use crate::handlers::outcome::event::Event;
use crate::state::{CERTIFICATES, Cause, LineRow};

use super::certificate::{Certificate, line};
use super::paying;

/// The name of the function, which an intent must carry.
const FUNCTION: &str = "certificate.transfer";

/// Arguments of `certificate.transfer`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Transfer {
    request_id: RequestId,
    /// The exact JSON that the member signed. It names the `certificate` and `to` whom it goes; `points` is 0.
    #[serde(default)]
    intent: Option<String>,
    /// The signature over it, in DER.
    #[serde(default)]
    signature: Option<HexBytes>,
    /// What a member without a key has asked the agent for.
    #[serde(default)]
    order: Option<Order>,
}

/// The member gives a certificate to another, where the programme lets it.
pub(in crate::handlers) fn transfer(context: &mut Context<'_>, arguments: Transfer) -> Result<Certificate> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Transfer { intent, signature, order, .. } = arguments;
        let mut spending = Spending::open(context, &actor, Word { intent, signature, order }, FUNCTION)?;
        let mut journal = spending.journal(context, None)?;
        let Spending { order, account: mut sender, .. } = spending;
        let missing = |what| Error::new("CERTIFICATE_INTENT_INCOMPLETE", format!("the intent names no `{what}`"));
        let certificate = order.certificate.ok_or_else(|| missing("certificate"))?;
        let to = order.to.ok_or_else(|| missing("to"))?;
        let (programme, from) = (order.programme, order.member);
        let key = paying::place_of(context, &sender, certificate);
        let mut row = paying::must_be_open(context, &key)?;
        paying::require_good_on(&row, order.as_of)?;
        if !row.transferable {
            return Err(Error::new("CERTIFICATE_NOT_TRANSFERABLE", "the certificate is for its member alone"));
        }
        row.state = 0;
        row.reservation = Vec::new();
        let mut receiver = holder::receiver(context, &programme, to, order.as_of)?;
        holder::require_open(&receiver)?;
        let to = receiver.member();
        if to == from {
            return Err(Error::new("TRANSFER_TO_SELF", "a certificate goes from one member to another"));
        }
        CERTIFICATES.delete(context, &key);
        let key = (programme.clone(), to, certificate);
        CERTIFICATES.put(context, &key, &row);
        for (account, other) in [(&mut sender, to), (&mut receiver, from)] {
            let why = LineRow { other_member: other.bytes().to_vec(), ..line(Cause::CertificateMoved, certificate) };
            journal.line(context, account, &Entry::new(), why)?;
            account.save(context);
        }
        journal.changes.lead(Event::CertificateTransferred { certificate, programme, from, to });
        journal.close(context)?;
        Certificate::of(key, &row)
    })
}

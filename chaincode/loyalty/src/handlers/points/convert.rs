//! Points for the currency of a partner: `points.convert`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::Entry;
use crate::handlers::account::spending::Spending;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::Actor;
use crate::handlers::call::mandate::{Order, Word};
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::HexBytes;
use crate::handlers::outcome::event::Event;
use crate::ids::{MemberId, ProgrammeId};
use crate::rules::conversion::converted;
use crate::rules::programme::ActivityKind;
use crate::state::{Cause, LineRow};
use crate::units::Points;

/// The name of the function, which an intent must carry.
const FUNCTION: &str = "points.convert";

/// Arguments of `points.convert`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Convert {
    request_id: RequestId,
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

/// What a conversion came to.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Converted {
    programme: ProgrammeId,
    member: MemberId,
    partner: String,
    points: Points,
    /// Units of the partner's currency, which the programme has the partner credit.
    units: u64,
    /// What the member has left.
    available: Points,
    /// The version of the programme whose rate held.
    programme_version: u32,
}

/// The member has points turned into a partner's currency, as many units of it as the word says. They leave the books for
/// good; the programme, which hears of it by the event, has the partner credit them. The member's number there is between
/// the two, and stands nowhere here.
pub(in crate::handlers) fn convert(context: &mut Context<'_>, arguments: Convert) -> Result<Converted> {
    let actor = Actor::of(context)?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Convert { intent, signature, order, .. } = arguments;
        let mut spending = Spending::open(context, &actor, Word { intent, signature, order }, FUNCTION)?;
        let mut journal = spending.journal(context, None)?;
        let Spending { order, mut account, terms, .. } = spending;
        let Order { programme, member, points, as_of, partner, units: expected, .. } = order;
        let partner =
            partner.ok_or_else(|| Error::new("CONVERSION_PARTNER_MISSING", "the intent names no `partner`"))?.0;
        let units = converted(&terms.definition, &partner, points)?;
        if units != expected {
            let message = format!("{points} points are {units} units of {partner}, and the member expects {expected}");
            return Err(Error::new("CONVERSION_UNITS_DIFFER", message));
        }
        let mut entry = Entry::new();
        account.holdings.convert(&mut entry, points)?;
        upkeep::note_activity(&mut account, &terms, ActivityKind::Redemption, as_of);
        let why = LineRow {
            cause: Cause::Converted.into(),
            partner: partner.clone(),
            units,
            programme_version: terms.version(),
            ..LineRow::default()
        };
        journal.enter(context, &mut account, &entry, why)?;
        let event =
            Event::PointsConverted { programme: programme.clone(), member, partner: partner.clone(), points, units };
        journal.changes.lead(event);
        account.save(context);
        journal.close(context)?;
        let available = account.holdings.available();
        Ok(Converted { programme, member, partner, points, units, available, programme_version: terms.version() })
    })
}

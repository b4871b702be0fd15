//! The calls of a load.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use folio_client::{Call, Gateway, Trouble};
use folio_loyalty::rules::stay::{Line, Night, Room, Status, Stay};
use folio_stays::{Receipt, ReceiptOutcome};
use serde_json::json;

use super::cast::{Cast, SharedCast};
use super::load::Outcome;
use super::point::{Kind, Point};
use crate::intent;

/// OpenTravel's category of room revenue.
const ROOM_REVENUE: u16 = 9;

/// A call under way.
type Calling = Pin<Box<dyn Future<Output = Result<Outcome>> + Send>>;

/// What a worker calls in a turn; `place` tells the points of one run apart.
pub(super) fn caller(
    cast: &SharedCast,
    point: Point,
    place: usize,
) -> impl Fn(usize, u64) -> Calling + Clone + Send + 'static {
    let cast = Arc::clone(cast);
    move |worker, turn| {
        let cast = Arc::clone(&cast);
        let (member, other) = point.pair(worker, usize::try_from(turn).unwrap_or_default());
        let name = format!("{}-{place}-{worker}-{turn}", cast.run);
        Box::pin(async move {
            match point.kind {
                Kind::Earn => transact(&cast.pms, cast.earn(member, &name)?, earned).await,
                Kind::Transfer => transact(&cast.agent, cast.transfer(member, other, &name)?, |_| Ok(())).await,
                Kind::Query => {
                    cast.agent.evaluate(cast.query(member)?).await?;
                    Ok(Outcome::Done)
                }
            }
        })
    }
}

impl Cast {
    /// One night in the hotel, paid by the member.
    fn earn(&self, member: usize, name: &str) -> Result<Call> {
        let member = &self.member(member)?.id;
        let arrival = self.today.add_days(-1)?;
        let night = Night {
            date: arrival,
            rate_code: "BAR".into(),
            room_type: "A".into(),
            market: "Direct".into(),
            channel: "Direct".into(),
            complimentary: false,
        };
        let line = Line {
            folio: "1".into(),
            posting: "1".into(),
            date: arrival,
            category: ROOM_REVENUE,
            net: 7_500,
            gross: 8_025,
            currency: "EUR".parse()?,
        };
        let room =
            Room { number: None, occupant_member: true, payer_member: true, nights: vec![night], lines: vec![line] };
        let stay = Stay {
            hotel: self.hotel.as_str().into(),
            confirmation: name.into(),
            leg: 1,
            share: 0,
            version: 1,
            group: None,
            programme: self.programme.as_str().into(),
            member: member.as_str().into(),
            member_number: None,
            booked: None,
            arrival,
            departure: self.today,
            status: Status::CheckedOut,
            rooms: vec![room],
        };
        let arguments =
            json!({ "request_id": format!("bench-{name}"), "hotel": self.hotel, "as_of": self.today.to_string() });
        let call = Call::new("stay.post", arguments.to_string());
        Ok(call.with_transient("stay", serde_json::to_vec(&stay)?).with_transient("secret", self.secret.clone()))
    }

    /// One point from a member to another, by the member's signature.
    fn transfer(&self, from: usize, to: usize, name: &str) -> Result<Call> {
        let (from, to) = (self.member(from)?, self.member(to)?);
        let order = json!({
            "programme": self.programme,
            "member": from.id,
            "to": to.id,
            "points": 1,
            "as_of": self.today.to_string(),
        });
        let arguments = intent::signed(&from.key, &self.channel, "points.transfer", &format!("bench-{name}"), order)?;
        Ok(Call::new("points.transfer", arguments.to_string()))
    }

    /// What a member has.
    fn query(&self, member: usize) -> Result<Call> {
        let arguments = json!({ "member": self.member(member)?.id, "programme": self.programme });
        Ok(Call::new("member.get", arguments.to_string()))
    }

    fn member(&self, place: usize) -> Result<&super::cast::Member> {
        self.members.get(place).with_context(|| format!("there is no member {place}"))
    }
}

/// Sends a call to its end. Who comes second is counted; whatever else goes wrong ends the measurement, whose figures
/// would not be of what it says.
async fn transact(gateway: &Gateway, call: Call, check: fn(&[u8]) -> Result<()>) -> Result<Outcome> {
    match gateway.transact(call).await {
        Ok(committed) => check(&committed.result).map(|()| Outcome::Done),
        Err(error) if error.trouble() == Trouble::Conflict => Ok(Outcome::Conflict),
        Err(error) => Err(error.into()),
    }
}

/// A stay that earned nothing would be less work than what is measured.
fn earned(receipt: &[u8]) -> Result<()> {
    let receipt: Receipt = serde_json::from_slice(receipt).context("the receipt cannot be read")?;
    if receipt.outcome != ReceiptOutcome::Posted {
        bail!("a stay earned nothing: {}", receipt.reasons.join(", "));
    }
    Ok(())
}

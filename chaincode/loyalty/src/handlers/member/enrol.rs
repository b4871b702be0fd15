//! Enrolment: `member.enrol`.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::granting;
use crate::handlers::account::upkeep;
use crate::handlers::call::access::{Actor, STAFF};
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::HexBytes;
use crate::handlers::outcome::event::Event;
use crate::handlers::outcome::journal::Journal;
use crate::handlers::points::award::{Given, give};
use crate::handlers::programme::terms::Terms;
use crate::ids::{MemberId, ProgrammeId};
use crate::state::{Account, MEMBERS, MemberRow};
use crate::units::{Date, Points};

use super::checked_key;
use super::number::Number;

/// The activity for which programmes may give points at enrolment.
const ENROLMENT: &str = "enrolment";

/// Arguments of `member.enrol`. A membership number comes in the transient map, beside the organisation's secret.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Enrol {
    request_id: RequestId,
    programme: ProgrammeId,
    as_of: Date,
    /// An id that the organisation drew by itself, at random; where it is missing one is drawn here.
    #[serde(default)]
    member: Option<MemberId>,
    /// The member's secp256k1 key in SEC1 form, where there is one.
    #[serde(default)]
    key: Option<HexBytes>,
}

/// What an enrolment came to.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Enrolled {
    member: MemberId,
    programme: ProgrammeId,
    /// Points given for enrolling.
    points: Points,
    tier: String,
}

/// Staff of the programme's organisation enrol a member, who gets a random id.
pub(in crate::handlers) fn enrol(context: &mut Context<'_>, arguments: Enrol) -> Result<Enrolled> {
    let actor = Actor::of(context)?;
    actor.require_role(STAFF)?;
    let number = Number::of_call(context)?;
    let member = arguments.member.unwrap_or_else(|| new_member_id(context));
    // The digest that goes into the request must not depend on the member, who is new with each proposal.
    let private = number.as_ref().map_or(Vec::new(), |number| number.digest(context, MemberId::new([0; 16])).to_vec());
    request::once(context, &arguments.request_id, &private, |context| {
        let Enrol { programme, as_of, key, .. } = &arguments;
        clock::require_not_in_future(context, *as_of)?;
        let terms = Terms::on(context, programme, *as_of)?;
        actor.require_organisation(&terms.owner)?;
        if MEMBERS.contains(context, &member) {
            return Err(Error::new("MEMBER_EXISTS", format!("member {member} is enrolled already")));
        }
        let mut row = MemberRow {
            home_programme: programme.to_string(),
            home_organisation: terms.owner.clone(),
            enrolled: as_of.days(),
            by: actor.row(),
            ..MemberRow::default()
        };
        if let Some(key) = key {
            row.key = checked_key(key)?;
        }
        if let Some(number) = &number {
            row.number_digest = number.digest(context, member).to_vec();
            number.keep(context, &actor.organisation, programme, member)?;
        }
        MEMBERS.put(context, &member, &row);
        let mut journal = Journal::new(context, actor.row(), *as_of, None)?;
        journal.changes.push(Event::MemberEnrolled { member, programme: programme.clone() });
        let mut account = Account::open(programme.clone(), member, *as_of, *as_of);
        let points = terms.definition.points_for(ENROLMENT);
        give(context, &mut journal, &mut account, &terms, &Given::activity(ENROLMENT, points), *as_of)?;
        granting::on_enrolment(context, &mut journal, &mut account, &terms)?;
        account.save(context);
        let tier = upkeep::tier_name(&account, &terms).to_owned();
        journal.close(context)?;
        Ok(Enrolled { member, programme: programme.clone(), points, tier })
    })
}

/// A random id: nobody can choose the digest of a proposal.
fn new_member_id(context: &Context<'_>) -> MemberId {
    context.sha256_id(&[b"folio-member-v1\n", context.invocation().tx_id.as_bytes()])
}

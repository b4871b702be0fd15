//! Enrolment: `member.enrol`.

use folio_chaincode_sdk::{Context, Error, Result, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::{CostClass, Entry, LotKey};
use crate::ids::{MemberId, OrgId, ProgrammeId};
use crate::rules::expiry;
use crate::rules::programme::ActivityKind;
use crate::rules::tiers::Contribution;
use crate::state::{Account, Cause, LineRow, MEMBERS, MemberRow};
use crate::units::{Date, Points};

use super::access::{Actor, STAFF};
use super::clock;
use super::event::Event;
use super::journal::Journal;
use super::member::checked_key;
use super::number::Number;
use super::request::{self, RequestId};
use super::terms::Terms;
use super::text::HexBytes;
use super::upkeep;

/// The activity for which programmes may give points at enrolment.
const ENROLMENT: &str = "enrolment";

/// Arguments of `member.enrol`. A membership number comes in the transient map, beside the organisation's secret.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Enrol {
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
pub(super) struct Enrolled {
    member: MemberId,
    programme: ProgrammeId,
    /// Points given for enrolling.
    points: Points,
    tier: String,
}

/// Staff of the programme's organisation enrol a member, who gets a random id.
pub(super) fn enrol(context: &mut Context<'_>, arguments: Enrol) -> Result<Enrolled> {
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
        earn_activity(context, &mut journal, &mut account, &terms, (ENROLMENT, points), *as_of)?;
        account.save(context);
        let tier = upkeep::tier_name(&account, &terms).to_owned();
        journal.close(context)?;
        Ok(Enrolled { member, programme: programme.clone(), points, tier })
    })
}

/// Points for something else than a stay, which the programme pays for itself.
fn earn_activity(
    context: &mut Context<'_>,
    journal: &mut Journal,
    account: &mut Account,
    terms: &Terms,
    (activity, points): (&str, Points),
    day: Date,
) -> Result<()> {
    if points.is_zero() {
        return Ok(());
    }
    let key = LotKey {
        last_day: expiry::hard_expiry(&terms.definition, day)?,
        earned: LotKey::bucket(day),
        issuer: terms.programme.clone(),
        funder: OrgId::new(&terms.owner)
            .ok_or_else(|| Error::new(codes::STATE_UNREADABLE, "programme holds no name of an organisation"))?,
        cost_class: CostClass::Activity,
    };
    let mut entry = Entry::new();
    account.holdings.earn(&mut entry, &key, points)?;
    upkeep::note_activity(account, terms, ActivityKind::Bonus, day);
    let (member, programme) = (account.member(), account.programme.clone());
    journal.changes.push(Event::ActivityEarned { member, programme, activity: activity.to_owned(), points });
    let tiers = &terms.definition.tiers;
    let reward = terms.definition.reward_balance().map(|(place, balance)| (place, balance.name.as_str()));
    let counted = reward.and_then(|balance| Contribution::of_points(tiers, balance, points, day));
    let before = account.tier.name.clone();
    upkeep::count(journal, account, terms, counted.as_slice())?;
    let why = LineRow {
        cause: Cause::Activity.into(),
        activity: activity.to_owned(),
        programme_version: terms.version(),
        tier: if account.tier.name == before { String::new() } else { upkeep::tier_name(account, terms).to_owned() },
        ..LineRow::default()
    };
    journal.enter(context, account, &entry, why)
}

/// A random id: nobody can choose the digest of a proposal.
fn new_member_id(context: &Context<'_>) -> MemberId {
    context.sha256_id(&[b"folio-member-v1\n", context.invocation().tx_id.as_bytes()])
}

//! What a system before this ledger says of one member, and what must be true of it.

use std::collections::BTreeMap;

use folio_chaincode_sdk::{Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::books::{CostClass, LOTS_MAX, LotKey, Lots};
use crate::handlers::points::award::own_lot;
use crate::handlers::points::issue::require_countable;
use crate::handlers::programme::terms::Terms;
use crate::ids::MemberId;
use crate::rules::programme::TierRank;
use crate::rules::tiers::{Contribution, Tally};
use crate::state::HeldTier;
use crate::units::{Date, NightCredits, Overflow, Points};

/// Most dates for which a member's counters are told.
const COUNTED_MAX: usize = 64;

/// One member.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Row {
    /// The member; one whom nobody has enrolled yet is enrolled under this id, which the organisation drew at random.
    pub(super) member: MemberId,
    /// Points by where they come from.
    #[serde(default)]
    lots: Vec<OpeningLot>,
    /// Points owed, where there are none to spend.
    #[serde(default)]
    pub(super) debt: Points,
    /// The tier held; nothing stands for what the counters earn.
    #[serde(default)]
    tier: Option<OpeningTier>,
    /// What counted towards a tier, by date. What is older than the periods that tiers look at counts only since
    /// enrolment, and may stand under one date.
    #[serde(default)]
    counted: Vec<Counted>,
    /// Business date of enrolment in the system before; nothing stands for that of the batch. It counts as the account's age.
    #[serde(default)]
    pub(super) enrolled: Option<Date>,
    /// Last date of an activity; nothing lets the account's rest begin with the batch.
    #[serde(default)]
    pub(super) last_activity: Option<Date>,
}

/// Points that were earned in one month and end on one day.
#[derive(Serialize, Deserialize, JsonSchema)]
struct OpeningLot {
    points: Points,
    /// A date of the month in which they were earned.
    earned: Date,
    /// The last day on which they can be spent; nothing when they have none.
    #[serde(default)]
    last_day: Option<Date>,
}

/// A tier.
#[derive(Serialize, Deserialize, JsonSchema)]
struct OpeningTier {
    name: String,
    /// The last day on which it is held; nothing when it has none.
    #[serde(default)]
    valid_until: Option<Date>,
}

/// What counted towards a tier on a date.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Counted {
    date: Date,
    #[serde(default)]
    nights: NightCredits,
    #[serde(default)]
    stays: u32,
    /// Spend, in whole steps of 100 smallest units of the programme's currency.
    #[serde(default)]
    spend_steps: u32,
    /// Points, by the name of their balance.
    #[serde(default)]
    points: BTreeMap<String, Points>,
}

/// What a row says, when everything that must be true of it is.
pub(super) struct Checked {
    pub(super) lots: Lots,
    pub(super) points: Points,
    pub(super) tier: Option<HeldTier>,
    pub(super) counted: Vec<Contribution>,
}

impl Row {
    /// Checks the rules that hold for a row by itself.
    pub(super) fn check(&self, terms: &Terms, as_of: Date) -> Result<Checked> {
        let Self { lots, debt, counted, enrolled, last_activity, .. } = self;
        require(lots.len() <= LOTS_MAX, "lots", &format!("must have at most {LOTS_MAX} entries"))?;
        require(lots.is_empty() || debt.is_zero(), "debt", "must be absent where there are lots: net the two")?;
        require(counted.len() <= COUNTED_MAX, "counted", &format!("must have at most {COUNTED_MAX} entries"))?;
        let in_past = |date: &Option<Date>| date.is_none_or(|date| date <= as_of);
        require(in_past(enrolled), "enrolled", "must not be after the batch's as_of")?;
        require(in_past(last_activity), "last_activity", "must not be after the batch's as_of")?;
        require_countable(*debt)?;
        let lots = self.checked_lots(terms, as_of)?;
        let points = lots.total();
        require_countable(points)?;
        let counted = counted.iter().map(|counted| counted.check(terms, as_of)).collect::<Result<_>>()?;
        Ok(Checked { lots, points, tier: self.checked_tier(terms, as_of)?, counted })
    }

    /// How many lots the row lists.
    pub(super) fn lots_listed(&self) -> usize {
        self.lots.len()
    }

    fn checked_lots(&self, terms: &Terms, as_of: Date) -> Result<Lots> {
        let own = own_lot(terms, CostClass::Activity, as_of)?;
        let mut lots = Lots::new();
        for (place, OpeningLot { points, earned, last_day }) in self.lots.iter().enumerate() {
            let rule = |holds, field: &str, rule| require(holds, &format!("lots[{place}].{field}"), rule);
            rule(!points.is_zero(), "points", "must be above zero")?;
            rule(*earned <= as_of, "earned", "must not be after the batch's as_of")?;
            rule(last_day.is_none_or(|day| day >= as_of), "last_day", "must not be before the batch's as_of")?;
            let key = LotKey { last_day: *last_day, earned: LotKey::bucket(*earned), ..own.clone() };
            rule(!lots.contains(&key), "earned", "must not be listed twice for one month and last day")?;
            lots.put(&key, *points)?;
        }
        Ok(lots)
    }

    fn checked_tier(&self, terms: &Terms, as_of: Date) -> Result<Option<HeldTier>> {
        let Some(OpeningTier { name, valid_until }) = &self.tier else { return Ok(None) };
        let rank = terms.definition.tiers.rank_of(name);
        require(rank.is_some(), "tier.name", "must be the name of a tier")?;
        require(
            valid_until.is_none_or(|day| day >= as_of),
            "tier.valid_until",
            "must not be before the batch's as_of",
        )?;
        let is_first = rank.unwrap_or_default() == TierRank::default();
        require(
            !is_first || valid_until.is_none(),
            "tier.valid_until",
            "must be absent: everybody holds the first tier",
        )?;
        Ok(Some(HeldTier { name: if is_first { String::new() } else { name.clone() }, valid_until: *valid_until }))
    }
}

impl Counted {
    fn check(&self, terms: &Terms, as_of: Date) -> Result<Contribution> {
        let Self { date, nights, stays, spend_steps, points } = self;
        let day = date.to_string();
        let rule = |holds, field: &str, rule| require(holds, &format!("counted[{day}].{field}"), rule);
        rule(*date <= as_of, "date", "must not be after the batch's as_of")?;
        rule(*nights >= NightCredits::ZERO, "nights", "must not be below zero")?;
        let mut by_place = Vec::new();
        for (balance, points) in points {
            let place = terms.definition.balance_index(balance);
            let place =
                place.ok_or_else(|| invalid(&format!("counted[{day}].points"), "must be by name of a balance"))?;
            require_countable(*points)?;
            if by_place.len() <= place {
                by_place.resize(place + 1, 0);
            }
            by_place[place] = points.posting();
        }
        let stays = i32::try_from(*stays).map_err(|_| Overflow)?;
        let spend_steps = i64::from(*spend_steps);
        let tally = Tally { nights: *nights, stays, spend_steps, points: by_place, ..Tally::default() };
        Ok(Contribution { date: *date, tally })
    }
}

fn require(holds: bool, field: &str, rule: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(invalid(field, rule)) }
}

fn invalid(field: &str, rule: &str) -> Error {
    Error::new("IMPORT_ROW_INVALID", format!("{field} {rule}"))
}

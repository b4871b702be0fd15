//! A member's account in a programme.

use folio_chaincode_sdk::{Context, Record, Result};

use crate::books::{Holdings, LOTS_MAX, Pending};
use crate::ids::{MemberId, PoolId, ProgrammeId};
use crate::rules::activity::{ActivityUse, ActivityUses};
use crate::rules::benefits::Granted;
use crate::rules::tiers::Counters;
use crate::rules::transfer::TransferYear;
use crate::rules::withdrawal::WithdrawnDay;
use crate::units::{Date, Points};

use super::account_state::member_id;
use super::{ACCOUNTS, AccountState, CountersRow, GrantedRow, HoldRow, LotsRow, TransferYearRow, Unreadable};

/// The account of one member in one programme: the only shared row that earning and transferring rewrite. It is bounded:
/// at most [`LOTS_MAX`] lots, a few holds, and counters of a few periods.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AccountRow {
    /// Business date on which it was opened, in days since 1970.
    #[prost(sint32, tag = "1")]
    pub opened: i32,
    /// Holds.
    #[prost(message, repeated, tag = "3")]
    pub holds: Vec<HoldRow>,
    /// Points owed.
    #[prost(uint64, tag = "4")]
    pub debt: u64,
    /// Name of the tier held; empty for the first.
    #[prost(string, tag = "5")]
    pub tier: String,
    /// Last day of the tier, in days since 1970.
    #[prost(sint32, optional, tag = "6")]
    pub tier_until: Option<i32>,
    /// Counters towards a tier.
    #[prost(message, required, tag = "7")]
    pub counters: CountersRow,
    /// Last date of an activity, in days since 1970.
    #[prost(sint32, optional, tag = "8")]
    pub last_activity: Option<i32>,
    /// Latest business date that touched the account, in days since 1970.
    #[prost(sint32, tag = "9")]
    pub last_business_date: i32,
    /// How many statement lines there are.
    #[prost(uint32, tag = "10")]
    pub lines: u32,
    /// Transfers of the latest year in which there was one.
    #[prost(message, optional, tag = "11")]
    pub transfers: Option<TransferYearRow>,
    /// Business date of the member's enrolment in the consortium, in days since 1970.
    #[prost(sint32, tag = "12")]
    pub member_since: i32,
    /// Whether the member had been active in the home programme when a gift opened the account.
    #[prost(bool, tag = "13")]
    pub active_at_home: bool,
    /// Lots free to spend.
    #[prost(message, required, tag = "14")]
    pub lots: LotsRow,
    /// Uses of activities that are rewarded only so often.
    #[prost(message, repeated, tag = "15")]
    pub activities: Vec<ActivityUseRow>,
    /// Points that become available later, in order of their dates.
    #[prost(message, repeated, tag = "16")]
    pub pending: Vec<PendingRow>,
    /// How often points have faded.
    #[prost(uint32, tag = "17")]
    pub decays: u32,
    /// The latest lapse, where the programme may give lapsed points back.
    #[prost(message, optional, tag = "18")]
    pub lapse: Option<LapseRow>,
    /// Withdrawals into wallets on the latest day on which there was one.
    #[prost(message, optional, tag = "25")]
    pub withdrawn: Option<WithdrawnDayRow>,
    /// Whether a balance of a system before this ledger came in.
    #[prost(bool, tag = "26")]
    pub imported: bool,
    /// What it is: 0 a member's, 1 closed, 2 part of another, 3 a pool's.
    #[prost(uint32, tag = "40")]
    pub state: u32,
    /// The member of whose account it became a part.
    #[prost(bytes = "vec", tag = "41")]
    pub merged_into: Vec<u8>,
    /// The members whose accounts became part of this.
    #[prost(bytes = "vec", repeated, tag = "42")]
    pub aliases: Vec<Vec<u8>>,
    /// The pool to which the member belongs.
    #[prost(bytes = "vec", tag = "43")]
    pub pool: Vec<u8>,
    /// How many changes of the tier there are.
    #[prost(uint32, tag = "44")]
    pub tier_changes: u32,
    /// What was given beside points.
    #[prost(message, repeated, tag = "45")]
    pub granted: Vec<GrantedRow>,
}

impl Record for AccountRow {
    /// Schemas 1 to 3 were never released.
    const SCHEMA: u8 = 4;
}

/// Points that become available on a date.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PendingRow {
    /// The date, in days since 1970.
    #[prost(sint32, tag = "1")]
    pub from: i32,
    /// The points.
    #[prost(message, required, tag = "2")]
    pub lots: LotsRow,
}

/// Points that lapsed on a date, and were not given back.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct LapseRow {
    /// The date, in days since 1970.
    #[prost(sint32, tag = "1")]
    pub date: i32,
    /// Points whose lots reached their last day.
    #[prost(uint64, tag = "2")]
    pub expired: u64,
    /// Points lost because the account was inactive.
    #[prost(uint64, tag = "3")]
    pub forfeited: u64,
}

/// Uses of one activity in its latest period.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ActivityUseRow {
    /// Name of the activity.
    #[prost(string, tag = "1")]
    pub activity: String,
    /// Number of the period.
    #[prost(sint32, tag = "2")]
    pub period: i32,
    /// How often.
    #[prost(uint32, tag = "3")]
    pub times: u32,
}

/// Withdrawals of a day.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct WithdrawnDayRow {
    /// The business date, in days since 1970.
    #[prost(sint32, tag = "1")]
    pub day: i32,
    /// Points withdrawn.
    #[prost(uint64, tag = "2")]
    pub points: u64,
}

/// An account, as the rules and the books see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The programme.
    pub programme: ProgrammeId,
    /// Business date on which it was opened.
    pub opened: Date,
    /// What the member has.
    pub holdings: Holdings,
    /// The tier held.
    pub tier: HeldTier,
    /// Counters towards a tier.
    pub counters: Counters,
    /// Last date of an activity; none yet when there was none.
    pub last_activity: Option<Date>,
    /// Latest business date that touched the account.
    pub last_business_date: Date,
    /// How many statement lines there are.
    pub lines: u32,
    /// Transfers of the latest year in which there was one.
    pub transfers: TransferYear,
    /// Business date of the member's enrolment in the consortium.
    pub member_since: Date,
    /// Whether the member had been active in the home programme when a gift opened the account.
    pub active_at_home: bool,
    /// Uses of activities that are rewarded only so often.
    pub activities: ActivityUses,
    /// How often points have faded.
    pub decays: u32,
    /// The latest lapse, where the programme may give lapsed points back.
    pub lapse: Option<Lapse>,
    /// Withdrawals into wallets on the latest day on which there was one.
    pub withdrawn: Option<WithdrawnDay>,
    /// Whether a balance of a system before this ledger came in.
    pub imported: bool,
    /// What it is.
    pub state: AccountState,
    /// The members whose accounts became part of this; at most [`ALIASES_MAX`](super::ALIASES_MAX).
    pub aliases: Vec<MemberId>,
    /// The pool to which the member belongs.
    pub pool: Option<PoolId>,
    /// How many changes of the tier there are.
    pub tier_changes: u32,
    /// What was given beside points.
    pub granted: Vec<Granted>,
}

/// Points that lapsed on a date, and were not given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lapse {
    /// The date.
    pub date: Date,
    /// Points whose lots reached their last day.
    pub expired: Points,
    /// Points lost because the account was inactive.
    pub forfeited: Points,
}

/// A tier by its name: versions of a programme may number tiers differently.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldTier {
    /// Its name; empty for the first tier, which everybody holds.
    pub name: String,
    /// The last day on which it is held; none when there is none.
    pub valid_until: Option<Date>,
}

impl Account {
    /// An account opened on `day` for a member of the consortium since `member_since`.
    pub fn open(programme: ProgrammeId, member: MemberId, day: Date, member_since: Date) -> Self {
        Self {
            programme,
            opened: day,
            holdings: Holdings::new(member),
            tier: HeldTier::default(),
            counters: Counters::default(),
            last_activity: None,
            last_business_date: day,
            lines: 0,
            transfers: TransferYear::default(),
            member_since,
            active_at_home: false,
            activities: ActivityUses::default(),
            decays: 0,
            lapse: None,
            withdrawn: None,
            imported: false,
            state: AccountState::Open,
            aliases: Vec::new(),
            pool: None,
            tier_changes: 0,
            granted: Vec::new(),
        }
    }

    /// Whether this is the account of a member, or of one whose account became part of it.
    pub fn is_of(&self, member: &[u8]) -> bool {
        member == self.member().bytes() || self.aliases.iter().any(|alias| member == alias.bytes())
    }

    /// Whether the member has ever been active, here or at home.
    pub const fn was_active(&self) -> bool {
        self.last_activity.is_some() || self.active_at_home
    }

    /// The member.
    pub const fn member(&self) -> MemberId {
        self.holdings.member()
    }

    /// Reads the account of a member, if it was opened.
    pub fn load(context: &Context<'_>, programme: &ProgrammeId, member: MemberId) -> Result<Option<Self>> {
        let Some(row) = ACCOUNTS.get(context, &(programme.clone(), member))? else { return Ok(None) };
        Self::of_row(row, programme, member).map(Some)
    }

    /// The account of a row that was read.
    pub fn of_row(row: AccountRow, programme: &ProgrammeId, member: MemberId) -> Result<Self> {
        Self::from_row(row, programme, member).map_err(|unreadable| unreadable.of("account"))
    }

    /// Writes the account.
    pub fn save(&self, context: &mut Context<'_>) {
        ACCOUNTS.put(context, &(self.programme.clone(), self.member()), &self.to_row());
    }

    fn from_row(row: AccountRow, programme: &ProgrammeId, member: MemberId) -> std::result::Result<Self, Unreadable> {
        if row.lots.points.len() > LOTS_MAX {
            return Err(Unreadable);
        }
        let holds = row.holds.iter().map(|hold| hold.hold(programme)).collect::<std::result::Result<_, _>>()?;
        let lots = row.lots.lots(programme)?;
        let pending = row
            .pending
            .iter()
            .map(|pending| Ok(Pending { from: Date::from_days(pending.from)?, lots: pending.lots.lots(programme)? }));
        let pending = pending.collect::<std::result::Result<_, Unreadable>>()?;
        Ok(Self {
            programme: programme.clone(),
            opened: Date::from_days(row.opened)?,
            holdings: Holdings::of(member, lots, holds, Points::new(row.debt)?).with_pending(pending),
            tier: HeldTier { name: row.tier, valid_until: row.tier_until.map(Date::from_days).transpose()? },
            counters: row.counters.try_into()?,
            last_activity: row.last_activity.map(Date::from_days).transpose()?,
            last_business_date: Date::from_days(row.last_business_date)?,
            lines: row.lines,
            transfers: row.transfers.map(TransferYear::try_from).transpose()?.unwrap_or_default(),
            member_since: Date::from_days(row.member_since)?,
            active_at_home: row.active_at_home,
            activities: ActivityUses { uses: row.activities.into_iter().map(ActivityUse::from).collect() },
            decays: row.decays,
            lapse: row.lapse.map(Lapse::try_from).transpose()?,
            withdrawn: row.withdrawn.map(WithdrawnDay::try_from).transpose()?,
            imported: row.imported,
            state: AccountState::of(row.state, &row.merged_into)?,
            aliases: row.aliases.iter().map(|alias| member_id(alias)).collect::<std::result::Result<_, _>>()?,
            pool: if row.pool.is_empty() { None } else { Some(member_id(&row.pool)?) },
            tier_changes: row.tier_changes,
            granted: row.granted.into_iter().map(Into::into).collect(),
        })
    }

    fn to_row(&self) -> AccountRow {
        let holds = self.holdings.holds().iter().map(|hold| HoldRow::of(hold, &self.programme));
        let pending = self
            .holdings
            .pending()
            .iter()
            .map(|pending| PendingRow { from: pending.from.days(), lots: LotsRow::of(&pending.lots, &self.programme) });
        AccountRow {
            opened: self.opened.days(),
            lots: LotsRow::of(self.holdings.lots(), &self.programme),
            holds: holds.collect(),
            debt: self.holdings.debt().get(),
            tier: self.tier.name.clone(),
            tier_until: self.tier.valid_until.map(Date::days),
            counters: (&self.counters).into(),
            last_activity: self.last_activity.map(Date::days),
            last_business_date: self.last_business_date.days(),
            lines: self.lines,
            transfers: (self.transfers != TransferYear::default()).then(|| self.transfers.into()),
            member_since: self.member_since.days(),
            active_at_home: self.active_at_home,
            activities: self.activities.uses.iter().map(ActivityUseRow::from).collect(),
            pending: pending.collect(),
            decays: self.decays,
            lapse: self.lapse.map(LapseRow::from),
            withdrawn: self.withdrawn.map(WithdrawnDayRow::from),
            imported: self.imported,
            state: self.state.number(),
            merged_into: self.state.merged_into(),
            aliases: self.aliases.iter().map(|alias| alias.bytes().to_vec()).collect(),
            pool: self.pool.map_or_else(Vec::new, |pool| pool.bytes().to_vec()),
            tier_changes: self.tier_changes,
            granted: self.granted.iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<LapseRow> for Lapse {
    type Error = Unreadable;

    fn try_from(row: LapseRow) -> std::result::Result<Self, Unreadable> {
        let (expired, forfeited) = (Points::new(row.expired)?, Points::new(row.forfeited)?);
        Ok(Self { date: Date::from_days(row.date)?, expired, forfeited })
    }
}

impl From<Lapse> for LapseRow {
    fn from(lapse: Lapse) -> Self {
        Self { date: lapse.date.days(), expired: lapse.expired.get(), forfeited: lapse.forfeited.get() }
    }
}

impl From<ActivityUseRow> for ActivityUse {
    fn from(row: ActivityUseRow) -> Self {
        let times = u16::try_from(row.times).unwrap_or(u16::MAX);
        Self { activity: row.activity, period: row.period, times }
    }
}

impl From<&ActivityUse> for ActivityUseRow {
    fn from(used: &ActivityUse) -> Self {
        Self { activity: used.activity.clone(), period: used.period, times: u32::from(used.times) }
    }
}

impl From<WithdrawnDay> for WithdrawnDayRow {
    fn from(withdrawn: WithdrawnDay) -> Self {
        Self { day: withdrawn.day.days(), points: withdrawn.points.get() }
    }
}

impl TryFrom<WithdrawnDayRow> for WithdrawnDay {
    type Error = Unreadable;

    fn try_from(row: WithdrawnDayRow) -> std::result::Result<Self, Unreadable> {
        Ok(Self { day: Date::from_days(row.day)?, points: Points::new(row.points)? })
    }
}

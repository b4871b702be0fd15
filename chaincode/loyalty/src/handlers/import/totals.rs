//! Control totals: what both sides count, so that nothing is lost or read twice on the way.

use folio_chaincode_sdk::{Context, Error, HexId, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::MemberId;
use crate::state::{ImportTotalsRow, Unreadable};
use crate::units::{Overflow, Points};

/// A sum of digests, in which order does not matter.
pub(super) type Check = HexId<16>;

/// What a batch or an import adds up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Totals {
    /// Members.
    pub(super) members: u32,
    /// Lots.
    pub(super) lots: u32,
    /// Points of all lots.
    pub(super) points: Points,
    /// Points owed.
    #[serde(default)]
    pub(super) debt: Points,
    /// The bytes of all members' balance digests, combined by exclusive or. A member's is the first 16 bytes of SHA-256
    /// over `member:points:debt`, the id in hex and the numbers in decimal. It finds what the sums do not: points that came
    /// to another member.
    pub(super) check: Check,
}

impl Totals {
    /// Nothing yet.
    pub(super) const ZERO: Self =
        Self { members: 0, lots: 0, points: Points::ZERO, debt: Points::ZERO, check: Check::new([0; 16]) };

    /// One member's.
    pub(super) fn of_member(
        context: &Context<'_>,
        member: MemberId,
        lots: usize,
        points: Points,
        debt: Points,
    ) -> Result<Self> {
        let check = context.sha256_id(&[format!("{member}:{points}:{debt}").as_bytes()]);
        Ok(Self { members: 1, lots: u32::try_from(lots).map_err(|_| Overflow)?, points, debt, check })
    }

    /// Both together.
    pub(super) fn plus(self, other: Self) -> std::result::Result<Self, Overflow> {
        let (mine, others) = (self.check.bytes(), other.check.bytes());
        Ok(Self {
            members: self.members.checked_add(other.members).ok_or(Overflow)?,
            lots: self.lots.checked_add(other.lots).ok_or(Overflow)?,
            points: self.points.checked_add(other.points)?,
            debt: self.debt.checked_add(other.debt)?,
            check: Check::new(std::array::from_fn(|at| mine[at] ^ others[at])),
        })
    }

    /// Refuses totals that are not those that the system before says, and names all that differ.
    pub(super) fn require(&self, control: &Self) -> Result<()> {
        let figures = [
            ("members", self.members.to_string(), control.members.to_string()),
            ("lots", self.lots.to_string(), control.lots.to_string()),
            ("points", self.points.to_string(), control.points.to_string()),
            ("debt", self.debt.to_string(), control.debt.to_string()),
            ("check", self.check.to_string(), control.check.to_string()),
        ];
        let differing = figures.iter().filter(|(_, found, control)| found != control);
        let differing: Vec<String> =
            differing.map(|(what, found, control)| format!("{what} {found}, where control says {control}")).collect();
        if differing.is_empty() {
            return Ok(());
        }
        Err(Error::new("IMPORT_TOTALS_DIFFER", format!("it adds up to {}", differing.join("; "))))
    }

    /// The totals of a row.
    pub(super) fn of_row(row: &ImportTotalsRow) -> Result<Self> {
        let broken = || Unreadable.of("import");
        Ok(Self {
            members: row.members,
            lots: row.lots,
            points: Points::new(row.points).map_err(|_| broken())?,
            debt: Points::new(row.debt).map_err(|_| broken())?,
            check: Check::from_start_of(&row.check).ok_or_else(broken)?,
        })
    }

    /// The row of the totals.
    pub(super) fn row(&self) -> ImportTotalsRow {
        ImportTotalsRow {
            members: self.members,
            lots: self.lots,
            points: self.points.get(),
            debt: self.debt.get(),
            check: self.check.bytes().to_vec(),
        }
    }
}

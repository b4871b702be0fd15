//! What one measurement is of.

use std::time::Duration;

use anyhow::{Result, bail};
use clap::ValueEnum;

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// A stay is posted and earns points.
    Earn,
    /// A member gives points to another by a signed intent.
    Transfer,
    /// A member's account is read; nothing is ordered.
    Query,
}

/// Who calls for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spread {
    /// Each worker has members of its own, so that no two calls in flight touch one account.
    Distinct,
    /// All workers share all members.
    Hot,
}

/// One load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) kind: Kind,
    pub(crate) spread: Spread,
    pub(crate) members: usize,
    /// Calls under way at any time.
    pub(crate) in_flight: usize,
    pub(crate) time: Duration,
}

impl Point {
    /// Such as `earn distinct`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.kind.name(), self.spread.name())
    }

    /// Refuses a load that could not be what it says.
    pub(crate) fn check(&self) -> Result<()> {
        let each = match self.kind {
            Kind::Transfer => 2,
            Kind::Earn | Kind::Query => 1,
        };
        let needed = match self.spread {
            Spread::Distinct => each * self.in_flight,
            Spread::Hot => each,
        };
        if self.in_flight == 0 || self.time.is_zero() {
            bail!("a load needs at least one call in flight and one second");
        }
        if self.members < needed {
            bail!(
                "{} with {} in flight needs at least {needed} members, {} were asked for",
                self.name(),
                self.in_flight,
                self.members
            );
        }
        Ok(())
    }

    /// The member for whom a worker calls in a turn, and the one who comes after: who gives and who gets.
    pub(crate) fn pair(&self, worker: usize, turn: usize) -> (usize, usize) {
        let place = |turn: usize| match self.spread {
            Spread::Distinct => {
                let own = (self.members - worker).div_ceil(self.in_flight).max(1);
                worker + turn % own * self.in_flight
            }
            Spread::Hot => worker.wrapping_add(turn) % self.members,
        };
        (place(turn), place(turn.wrapping_add(1)))
    }
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Earn => "earn",
            Self::Transfer => "transfer",
            Self::Query => "query",
        }
    }
}

impl Spread {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Distinct => "distinct",
            Self::Hot => "hot",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn point(kind: Kind, spread: Spread, members: usize, in_flight: usize) -> Point {
        Point { kind, spread, members, in_flight, time: Duration::from_secs(1) }
    }

    #[test]
    fn distinct_workers_never_share_a_member() {
        for (members, in_flight) in [(2000, 200), (401, 200), (7, 3), (6, 3)] {
            let point = point(Kind::Transfer, Spread::Distinct, members, in_flight);
            point.check().unwrap();
            let mut owners = BTreeMap::new();
            for worker in 0..in_flight {
                for turn in 0..50 {
                    let (from, to) = point.pair(worker, turn);
                    assert!(from != to && from < members && to < members, "{members}/{in_flight}: {from} to {to}");
                    for member in [from, to] {
                        assert_eq!(*owners.entry(member).or_insert(worker), worker);
                    }
                }
            }
        }
    }

    #[test]
    fn hot_workers_share_all_members() {
        let point = point(Kind::Transfer, Spread::Hot, 10, 200);
        point.check().unwrap();
        for worker in 0..200 {
            let (from, to) = point.pair(worker, 3);
            assert!(from != to && from < 10 && to < 10);
        }
    }

    #[test]
    fn a_load_without_enough_members_is_refused() {
        for (kind, spread, members, in_flight, fine) in [
            (Kind::Earn, Spread::Distinct, 200, 200, true),
            (Kind::Earn, Spread::Distinct, 199, 200, false),
            (Kind::Transfer, Spread::Distinct, 399, 200, false),
            (Kind::Transfer, Spread::Hot, 1, 200, false),
            (Kind::Query, Spread::Hot, 1, 200, true),
            (Kind::Earn, Spread::Hot, 1, 0, false),
        ] {
            assert_eq!(point(kind, spread, members, in_flight).check().is_ok(), fine, "{kind:?} {spread:?} {members}");
        }
    }
}

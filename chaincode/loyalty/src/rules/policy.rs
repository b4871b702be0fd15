//! What a consortium may agree on, and how many of its organisations must.

use crate::ids::OrgId;

/// Most organisations of a consortium. Whoever spends reads the policy, so that it stays small.
pub const ORGANISATIONS_MAX: usize = 64;

/// A longer lag is no limit and must be said so.
pub const SPEND_LAG_DAYS_LIMIT: u32 = 366;

/// A longer wait would keep members from their points for too long.
pub const RECOVERY_DAYS_LIMIT: u32 = 90;

/// What the organisations of a consortium have agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The organisations that decide on policies, in order.
    pub organisations: Vec<OrgId>,
    /// The organisations whose rates of exchange hold, in order; empty for all.
    pub fx_sources: Vec<OrgId>,
    /// How many days a spending's business date may lie before the proposal; none where the channel replays history.
    pub spend_lag_days_max: Option<u32>,
    /// How many days pass before a key that two managers gave a member holds.
    pub recovery_days: u32,
}

/// Why something cannot be a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefusal {
    /// Nobody could decide on the next policy, or too many would.
    #[error("a policy names 1 to {ORGANISATIONS_MAX} organisations, and this one names {got}")]
    Organisations {
        /// How many it names.
        got: usize,
    },
    /// Everybody who decides now would be left out.
    #[error("a policy names at least one of those that decide now: {voices}")]
    NobodyStays {
        /// Those that decide now.
        voices: String,
    },
    /// Too many sources.
    #[error("a policy names at most {ORGANISATIONS_MAX} sources of exchange rates, and this one names {got}")]
    Sources {
        /// How many it names.
        got: usize,
    },
    /// The lag is too long.
    #[error("the lag is at most {SPEND_LAG_DAYS_LIMIT} days, or null for no limit")]
    SpendLag,
    /// The wait is too long.
    #[error("the wait is at most {RECOVERY_DAYS_LIMIT} days")]
    RecoveryDays,
}

impl PolicyRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        "POLICY_INVALID"
    }
}

impl Policy {
    /// The policy in its one form: who is named stands there once, in order.
    pub fn checked(mut self) -> Result<Self, PolicyRefusal> {
        for named in [&mut self.organisations, &mut self.fx_sources] {
            named.sort_unstable();
            named.dedup();
        }
        let (organisations, sources) = (self.organisations.len(), self.fx_sources.len());
        if !(1..=ORGANISATIONS_MAX).contains(&organisations) {
            return Err(PolicyRefusal::Organisations { got: organisations });
        }
        if sources > ORGANISATIONS_MAX {
            return Err(PolicyRefusal::Sources { got: sources });
        }
        if self.spend_lag_days_max.is_some_and(|days| days > SPEND_LAG_DAYS_LIMIT) {
            return Err(PolicyRefusal::SpendLag);
        }
        if self.recovery_days > RECOVERY_DAYS_LIMIT {
            return Err(PolicyRefusal::RecoveryDays);
        }
        Ok(self)
    }

    /// Refuses a policy that hands a consortium to strangers: one of those that decided before it still has a voice.
    pub fn require_follows(&self, before: &Self) -> Result<(), PolicyRefusal> {
        if before.organisations.iter().any(|organisation| self.names(organisation)) {
            return Ok(());
        }
        let voices: Vec<&str> = before.organisations.iter().map(OrgId::as_str).collect();
        Err(PolicyRefusal::NobodyStays { voices: voices.join(", ") })
    }

    /// Whether an organisation has a voice.
    pub fn names(&self, organisation: &OrgId) -> bool {
        self.organisations.contains(organisation)
    }

    /// Whether an organisation's rates of exchange hold.
    pub fn trusts_rates_of(&self, organisation: &OrgId) -> bool {
        self.fx_sources.is_empty() || self.fx_sources.contains(organisation)
    }

    /// How many organisations decide on what follows this policy: more than half of them.
    pub fn majority(&self) -> usize {
        self.organisations.len() / 2 + 1
    }

    /// How many organisations found a consortium by this policy: all that it names.
    pub fn unanimity(&self) -> usize {
        self.organisations.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(organisations: &[&str]) -> Policy {
        Policy {
            organisations: organisations.iter().map(|name| OrgId::new(name).unwrap()).collect(),
            fx_sources: Vec::new(),
            spend_lag_days_max: Some(3),
            recovery_days: 7,
        }
    }

    #[test]
    fn more_than_half_decide_and_all_found() {
        for (organisations, majority) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (64, 33)] {
            let names: Vec<String> = (0..organisations).map(|number| format!("org-{number}")).collect();
            let policy = policy(&names.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!((policy.majority(), policy.unanimity()), (majority, organisations));
        }
    }

    #[test]
    fn who_is_named_twice_has_one_voice() {
        let twice = policy(&["b", "a", "b"]).checked().unwrap();
        assert_eq!(twice, policy(&["a", "b"]));
    }

    #[test]
    fn somebody_who_decided_before_decides_after() {
        let before = policy(&["a", "b"]);
        assert_eq!(policy(&["b", "c"]).require_follows(&before), Ok(()));
        let refusal = PolicyRefusal::NobodyStays { voices: "a, b".to_owned() };
        assert_eq!(policy(&["c"]).require_follows(&before), Err(refusal));
    }

    #[test]
    fn what_no_consortium_can_live_with_is_refused() {
        let names: Vec<String> = (0..65).map(|number| format!("org-{number}")).collect();
        let many = policy(&names.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(policy(&[]).checked(), Err(PolicyRefusal::Organisations { got: 0 }));
        assert_eq!(many.clone().checked(), Err(PolicyRefusal::Organisations { got: 65 }));
        let sources = Policy { fx_sources: many.organisations, ..policy(&["a"]) };
        assert_eq!(sources.checked(), Err(PolicyRefusal::Sources { got: 65 }));
        let late = Policy { spend_lag_days_max: Some(367), ..policy(&["a"]) };
        assert_eq!(late.checked(), Err(PolicyRefusal::SpendLag));
        assert!(Policy { spend_lag_days_max: None, ..policy(&["a"]) }.checked().is_ok());
        assert_eq!(Policy { recovery_days: 91, ..policy(&["a"]) }.checked(), Err(PolicyRefusal::RecoveryDays));
    }
}

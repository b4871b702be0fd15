//! What must be true of a campaign or an offer beyond its shape. Every problem is found at once and names its key.

use super::definition::{Campaign, Caps, EachStay, Gives, Stacking, Steps, Who};
use super::offer::Offer;
use crate::ids::OrgId;
use crate::rules::programme::{Definition, Findings, Problem, SELECTION_ENTRIES_MAX, TIERS_MAX, listed};
use crate::rules::tiers::SPEND_STEP_MINOR;
use crate::units::{Points, Rational};

/// Longest campaign, in bytes of its stored form: every stay that it may hold for reads it.
pub const CAMPAIGN_BYTES_MAX: usize = 8 * 1024;
/// Longest offer, in bytes of its stored form.
pub const OFFER_BYTES_MAX: usize = 2 * 1024;
/// Most prizes of a draw: they are kept while the entrants are counted.
pub const PRIZES_MAX: u16 = 100;

/// Longest id of a campaign, which stands in keys.
const ID_BYTES_MAX: usize = 32;
const PERCENT_MAX: i64 = 10_000;
/// More than anybody gives for a stay. It keeps sums far from where they end.
const POINTS_MAX: u64 = 1_000_000_000;
const WEEKDAYS: usize = 7;

/// Why bytes are not a campaign or an offer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CampaignError {
    /// Its stored form is too long.
    #[error("it has {got} bytes, at most {max} are accepted")]
    TooLarge {
        /// Its length.
        got: usize,
        /// The limit.
        max: usize,
    },
    /// Rules of a campaign are broken.
    #[error("the campaign is not valid: {}", listed(.problems))]
    Invalid {
        /// All of them.
        problems: Vec<Problem>,
    },
    /// Rules of an offer are broken.
    #[error("the offer is not valid: {}", listed(.problems))]
    InvalidOffer {
        /// All of them.
        problems: Vec<Problem>,
    },
}

impl CampaignError {
    /// The stable code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "CAMPAIGN_TOO_LARGE",
            Self::Invalid { .. } => "CAMPAIGN_INVALID",
            Self::InvalidOffer { .. } => "OFFER_INVALID",
        }
    }
}

impl Campaign {
    /// Checks every rule that holds for a campaign of this programme.
    pub fn validate(&self, definition: &Definition) -> Result<(), CampaignError> {
        let mut findings = Findings::default();
        self.check_identity(definition, &mut findings);
        self.check_scope(definition, &mut findings);
        self.check_gives(definition, &mut findings);
        self.check_limits(&mut findings);
        self.check_draw(&mut findings);
        let problems = findings.into_problems();
        if problems.is_empty() { Ok(()) } else { Err(CampaignError::Invalid { problems }) }
    }

    fn check_identity(&self, definition: &Definition, findings: &mut Findings) {
        let is_id = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let named = (1..=ID_BYTES_MAX).contains(&self.id.len()) && self.id.bytes().all(is_id);
        findings.require(named, "id", "must have 1 to 32 lowercase letters, digits and hyphens");
        findings.text(&self.name, "name");
        let of_programme = self.programme == definition.programme;
        findings.require(of_programme, "programme", &format!("must be {}", definition.programme));
        let known = self.sponsor.as_ref().is_none_or(|sponsor| OrgId::new(sponsor).is_some());
        findings.require(known, "sponsor", "must be the name of an organisation");
    }

    fn check_scope(&self, definition: &Definition, findings: &mut Findings) {
        findings.scope(&self.when, "when");
        findings.require(self.when.from.is_some(), "when.from", "must be said");
        findings.require(self.when.until.is_some(), "when.until", "must be said");
        findings.count(self.weekdays.len(), 0, WEEKDAYS, "weekdays");
        let rewards = self.earners.stays || !self.earners.sources.is_empty();
        findings.require(rewards, "earners", "must reward stays or name sources of purchases");
        findings.count(self.earners.sources.len(), 0, SELECTION_ENTRIES_MAX, "earners.sources");
        for source in &self.earners.sources {
            findings.text(source, "earners.sources");
        }
        findings.count(self.tiers.len(), 0, TIERS_MAX, "tiers");
        for (place, name) in self.tiers.iter().enumerate() {
            let known = definition.tiers.rank_of(name).is_some();
            findings.require(known, &format!("tiers[{place}]"), "must be the name of a tier");
        }
        if let Some(last) = self.register_by {
            let registers = self.who == Who::Registered;
            findings.require(registers, "register_by", "must be absent where nobody registers");
            let in_time = self.when.until.is_none_or(|until| last <= until);
            findings.require(in_time, "register_by", "must not be after when.until");
        }
        findings.require(self.every.is_none_or(|every| every > 1), "every", "must be 2 or more");
    }

    fn check_gives(&self, definition: &Definition, findings: &mut Findings) {
        match &self.gives {
            Gives::Each(gives) => {
                let draws_only = gives.is_nothing() && self.draw.is_some();
                if !draws_only {
                    check_each(gives, "gives.each", findings);
                }
            }
            Gives::SpendSteps(steps) => {
                check_steps(steps, "gives.spend_steps", findings);
                let minor = Rational::integer(definition.currency.minor_units().unwrap_or(1));
                let counted = steps.every.checked_mul(minor);
                let counted = counted.and_then(|minor| minor.checked_div(Rational::integer(SPEND_STEP_MINOR)));
                let whole = counted.is_ok_and(|steps| steps.to_integer().is_some());
                let rule = format!("must be whole steps of {SPEND_STEP_MINOR} smallest units");
                findings.require(whole, "gives.spend_steps.every", &rule);
            }
            Gives::PointsSteps(steps) => {
                check_steps(steps, "gives.points_steps", findings);
                let whole = steps.every.to_integer().is_some();
                findings.require(whole, "gives.points_steps.every", "must be whole points");
            }
        }
    }

    fn check_limits(&self, findings: &mut Findings) {
        let Caps { points, times } = self.caps;
        findings.require(points.is_none_or(|cap| !cap.is_zero()), "caps.points", "must be above zero");
        findings.require(times.is_none_or(|cap| cap > 0), "caps.times", "must be above zero");
        findings.require(self.budget.is_none_or(|budget| !budget.is_zero()), "budget", "must be above zero");
        if let Stacking::Exclusive(group) = &self.stacking {
            findings.text(group, "stacking.exclusive");
        }
        if self.steps().is_some() {
            for (absent, key) in [
                (self.every.is_none(), "every"),
                (times.is_none(), "caps.times"),
                (self.budget.is_none(), "budget"),
                (self.stacking == Stacking::All, "stacking"),
            ] {
                findings.require(absent, key, "must be absent where steps are rewarded, which add up over stays");
            }
        }
    }

    fn check_draw(&self, findings: &mut Findings) {
        let Some(draw) = &self.draw else { return };
        let prizes = (1..=PRIZES_MAX).contains(&draw.prizes);
        findings.require(prizes, "draw.prizes", &format!("must be from 1 to {PRIZES_MAX}"));
        check_points(draw.points, "draw.points", findings);
        findings.require(!draw.points.is_zero(), "draw.points", "must be above zero");
        findings.require(self.who == Who::Registered, "who", "must be registered where prizes are drawn");
    }
}

impl Offer {
    /// Checks every rule that holds for an offer.
    pub fn validate(&self) -> Result<(), CampaignError> {
        let mut findings = Findings::default();
        check_each(&self.gives, "gives", &mut findings);
        findings.scope(&self.when, "when");
        findings.require(self.when.until.is_some(), "when.until", "must be said");
        let problems = findings.into_problems();
        if problems.is_empty() { Ok(()) } else { Err(CampaignError::InvalidOffer { problems }) }
    }
}

fn check_each(gives: &EachStay, key: &str, findings: &mut Findings) {
    findings.require(!gives.is_nothing(), key, "must give something");
    let in_range = (Rational::ZERO..=Rational::integer(PERCENT_MAX)).contains(&gives.percent);
    findings.require(in_range, &format!("{key}.percent"), "must be from 0 to 10000");
    check_points(gives.per_night, &format!("{key}.per_night"), findings);
    check_points(gives.per_stay, &format!("{key}.per_stay"), findings);
}

fn check_steps(steps: &Steps, key: &str, findings: &mut Findings) {
    findings.require(steps.every.is_positive(), &format!("{key}.every"), "must be above zero");
    findings.require(!steps.points.is_zero(), &format!("{key}.points"), "must be above zero");
    check_points(steps.points, &format!("{key}.points"), findings);
    findings.require(steps.most.is_none_or(|most| most > 0), &format!("{key}.most"), "must be above zero");
}

fn check_points(points: Points, key: &str, findings: &mut Findings) {
    findings.require(points.get() <= POINTS_MAX, key, &format!("must be at most {POINTS_MAX}"));
}

//! Tiers and what a member must do to hold them.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::memo::Memo;
use crate::units::{NightCredits, Points, Rational};

/// Place of a tier in the list, the lowest first. The number may change between versions; the name does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TierRank(pub u8);

/// The tiers of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct TierRules {
    /// Over which period the conditions count, where they do not say otherwise.
    pub window: Window,
    /// To which date a stay's nights and spend belong.
    #[serde(default)]
    pub attribution: Attribution,
    /// How long a tier is held.
    pub validity: Validity,
    /// The tiers, lowest first. Everybody holds the first.
    pub levels: Vec<Tier>,
    /// A member whose tier ends without being earned again holds the next lower one for so many months more; nothing said,
    /// only what is earned is held.
    #[serde(default)]
    pub soft_landing_months: Option<u16>,
    /// Whether the nights of a calendar year above the highest number that they reach count in the next year, too. Nights
    /// that were carried over are not carried on.
    #[serde(default)]
    pub rollover_nights: bool,
    /// Whether calendar years are counted although no tier asks for them; milestones need it.
    #[serde(default)]
    pub keep_years: bool,
    #[serde(skip)]
    asked: Memo<Asked>,
}

/// What the conditions of all tiers look at.
#[derive(Debug, Default)]
struct Asked {
    spend: bool,
    brands: bool,
    held_years: bool,
    calendar_years: bool,
    rolling_months_max: u8,
    /// Names of balances, each once.
    balances: Vec<String>,
}

/// One tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Its name.
    pub name: String,
    /// Bonus on stays, in percent.
    #[serde(default)]
    pub bonus_percent: Rational,
    /// What a member must reach; none for the first tier.
    #[serde(default)]
    pub qualify: Option<Predicate>,
    /// What a member must reach, since enrolment where nothing else is said, to hold the tier for ever.
    #[serde(default)]
    pub lifetime: Option<Predicate>,
}

/// Over which period something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// The calendar year of the date.
    CalendarYear,
    /// So many calendar months, the month of the date among them.
    RollingMonths(u8),
    /// Since enrolment.
    Lifetime,
}

/// To which date a stay's nights and spend belong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case")]
pub enum Attribution {
    /// All to the check-out.
    #[default]
    CheckOut,
    /// Each night, and its revenue, to its own date.
    Night,
}

/// How long a tier is held, once reached. It is not lost before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Validity {
    /// To the end of the year in which it was reached, so many years more, and so many months after that.
    CalendarYears {
        /// Whole years after the year of qualification.
        years: u8,
        /// Months after the end of the last of them.
        months: u8,
    },
    /// So many months from the date on which it was reached.
    Months(u16),
    /// For ever.
    Unlimited,
}

/// What a member must reach. The conditions are "at least".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Predicate {
    /// All of these.
    All(Vec<Predicate>),
    /// One of these.
    Any(Vec<Predicate>),
    /// This, counted over another window.
    Within {
        /// The window.
        window: Window,
        /// What counts over it.
        of: Box<Predicate>,
    },
    /// Night credits.
    Nights(NightCredits),
    /// Stays.
    Stays(u32),
    /// Qualifying spend, in units of the programme's currency. It is counted in steps of
    /// [`SPEND_STEP_MINOR`](crate::rules::tiers::SPEND_STEP_MINOR), each stay rounded to the nearest.
    Spend(Rational),
    /// Points added to a balance.
    Points {
        /// Name of the balance.
        balance: String,
        /// How many.
        at_least: Points,
    },
    /// Brands, each with a stay.
    Brands(u16),
    /// Points added to a balance for each unit of qualifying spend, times a factor. Without spend there is no ratio.
    Ratio {
        /// Name of the balance.
        balance: String,
        /// The factor.
        times: Rational,
        /// How much.
        at_least: Rational,
    },
    /// Calendar years in which a tier, or a higher one, was held.
    YearsAtTier {
        /// Name of the tier.
        tier: String,
        /// How many.
        at_least: u16,
    },
}

impl TierRules {
    /// The rank of a tier by name.
    pub fn rank_of(&self, name: &str) -> Option<TierRank> {
        let place = self.levels.iter().position(|tier| tier.name == name)?;
        u8::try_from(place).ok().map(TierRank)
    }

    /// The tier of a rank.
    pub fn tier(&self, rank: TierRank) -> Option<&Tier> {
        self.levels.get(usize::from(rank.0))
    }

    /// The name of the tier of a rank; empty for a rank that does not exist.
    pub fn name_of(&self, rank: TierRank) -> &str {
        self.tier(rank).map_or("", |tier| &tier.name)
    }

    /// Every tier that must be reached, lowest first, with what it asks.
    pub fn reachable(&self) -> impl DoubleEndedIterator<Item = (TierRank, &Predicate)> {
        let rank = |place| u8::try_from(place).ok().map(TierRank);
        self.levels.iter().enumerate().filter_map(move |(place, tier)| Some((rank(place)?, tier.qualify.as_ref()?)))
    }

    /// Every tier that may be held for ever, lowest first, with what it asks.
    pub fn for_ever(&self) -> impl DoubleEndedIterator<Item = (TierRank, &Predicate)> {
        let rank = |place| u8::try_from(place).ok().map(TierRank);
        self.levels.iter().enumerate().filter_map(move |(place, tier)| Some((rank(place)?, tier.lifetime.as_ref()?)))
    }

    /// Whether some tier asks for spend.
    pub fn counts_spend(&self) -> bool {
        self.asked().spend
    }

    /// Whether some tier asks for brands.
    pub fn counts_brands(&self) -> bool {
        self.asked().brands
    }

    /// Whether some tier asks for years in which a tier was held.
    pub fn counts_held_years(&self) -> bool {
        self.asked().held_years
    }

    /// Whether some tier asks for points of this balance.
    pub fn counts_points(&self, name: &str) -> bool {
        self.asked().balances.iter().any(|balance| balance == name)
    }

    /// Whether something counts by calendar year.
    pub fn counts_calendar_years(&self) -> bool {
        self.keep_years || self.asked().calendar_years
    }

    /// The longest rolling window in months; zero when nothing counts by rolling months.
    pub fn rolling_months_max(&self) -> u8 {
        self.asked().rolling_months_max
    }

    /// The highest number of nights of a calendar year that some tier asks for and that these nights reach.
    pub fn nights_reached(&self, nights: NightCredits) -> Option<NightCredits> {
        let mut highest = None;
        self.some_condition(&mut |condition, window| {
            if let (Predicate::Nights(asked), Window::CalendarYear) = (condition, window)
                && *asked <= nights
            {
                highest = highest.max(Some(*asked));
            }
            false
        });
        highest
    }

    /// Many questions about the conditions are asked of every stay, so that all are answered in one walk.
    fn asked(&self) -> &Asked {
        self.asked.get_or_find(|| {
            let mut asked = Asked::default();
            self.some_condition(&mut |condition, window| {
                asked.note(condition, window);
                false
            });
            asked
        })
    }

    fn some_condition(&self, check: &mut impl FnMut(&Predicate, Window) -> bool) -> bool {
        self.reachable().any(|(_, predicate)| predicate.some_condition(self.window, check))
            || self.for_ever().any(|(_, predicate)| predicate.some_condition(Window::Lifetime, check))
    }
}

impl Asked {
    fn note(&mut self, condition: &Predicate, window: Window) {
        match condition {
            Predicate::Spend(_) => self.spend = true,
            Predicate::Ratio { balance, .. } => {
                self.spend = true;
                self.note_balance(balance);
            }
            Predicate::Points { balance, .. } => self.note_balance(balance),
            Predicate::Brands(_) => self.brands = true,
            Predicate::YearsAtTier { .. } => self.held_years = true,
            _ => {}
        }
        match window {
            Window::CalendarYear => self.calendar_years = true,
            Window::RollingMonths(months) => self.rolling_months_max = self.rolling_months_max.max(months),
            Window::Lifetime => {}
        }
    }

    fn note_balance(&mut self, name: &str) {
        if !self.balances.iter().any(|known| known == name) {
            self.balances.push(name.to_owned());
        }
    }
}

impl Predicate {
    /// Whether the check holds for this condition or for one inside it, each asked together with the window over which it
    /// counts. `window` is that of the surroundings.
    fn some_condition(&self, window: Window, check: &mut impl FnMut(&Self, Window) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.some_condition(window, check)),
            Self::Within { window, of } => of.some_condition(*window, check),
            leaf => check(leaf, window),
        }
    }
}

//! Entering into the books what a stay or a purchase earns: the difference to what is posted for it already.

use folio_chaincode_sdk::{Context, Error, Result, codes};

use crate::books::{CostClass, Entry, Lot, LotKey};
use crate::handlers::account::granting;
use crate::handlers::account::holder;
use crate::handlers::account::upkeep;
use crate::handlers::campaign::{self, Candidate, Extras};
use crate::handlers::offer::{self, OfferCandidate};
use crate::handlers::outcome::journal::Journal;
use crate::handlers::outcome::owing::Owing;
use crate::handlers::programme::terms::Terms;
use crate::ids::{MemberId, OrgId, ProgrammeId, PurchaseKey, StayKey};
use crate::rules::expiry;
use crate::rules::programme::ActivityKind;
use crate::rules::rating::Rating;
use crate::rules::settlement::Due;
use crate::rules::tiers::Contribution;
use crate::state::{Account, Cause, ExtraRow, LineRow, LotRow, PostedExtraRow, PostedRow};
use crate::units::{Date, Points};

use super::rated::{Rated, is_for};

/// What a posting changed.
pub(in crate::handlers) struct Difference {
    /// Points that came in, or were taken back.
    pub(in crate::handlers) points: i64,
    /// The member's tier before and after.
    pub(in crate::handlers) tiers: (String, String),
    /// What is posted now.
    pub(in crate::handlers) posted: Option<PostedRow>,
    /// What campaigns and an offer give beside it.
    pub(in crate::handlers) extras: Vec<ExtraRow>,
}

/// What earns points at a hotel or a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::handlers) enum Earner {
    /// A stay.
    Stay(StayKey),
    /// A purchase.
    Purchase(PurchaseKey),
}

/// Something that is being posted.
pub(in crate::handlers) struct Posting<'a> {
    /// What it is.
    pub(in crate::handlers) earner: Earner,
    /// Its version.
    pub(in crate::handlers) version: u32,
    /// The date on which it earned: of the check-out, or of the purchase.
    pub(in crate::handlers) earned_on: Date,
    /// The organisation of the hotel or shop, which pays for the points.
    pub(in crate::handlers) funder: &'a str,
    /// Business date.
    pub(in crate::handlers) as_of: Date,
}

/// What was posted before, read from its row.
struct Earlier {
    lot: Lot,
    contributions: Vec<Contribution>,
    earned_on: Date,
}

impl Posting<'_> {
    /// Posts the difference between a rating and what is posted. What was posted for another member, or in another
    /// programme, is taken back there first.
    pub(in crate::handlers) fn post(
        &self,
        context: &mut Context<'_>,
        journal: &mut Journal,
        rated: &mut Rated,
        posted: Option<PostedRow>,
    ) -> Result<Difference> {
        let (own, elsewhere) = match posted {
            Some(posted) if is_for(&posted, &rated.account) => (Some(posted), None),
            other => (None, other),
        };
        if let Some(posted) = elsewhere {
            self.withdraw(context, journal, &rated.terms, &posted)?;
        }
        let before = upkeep::tier_name(&rated.account, &rated.terms).to_owned();
        let extras = own.as_ref().map_or_else(Vec::new, |own| own.extras.clone());
        let earlier = own.as_ref().map(Earlier::of).transpose()?;
        let (earlier, tier) = match (earlier, own) {
            (Some(earlier), Some(own)) => (earlier, own.tier),
            _ if rated.earns() => (self.nothing_yet(rated)?, rated.tier.clone()),
            // Nothing was posted and nothing is to be posted: the account is not touched.
            _ => {
                return Ok(Difference { points: 0, tiers: (before.clone(), before), posted: None, extras: Vec::new() });
            }
        };
        let points = self.enter(context, journal, rated, &earlier)?;
        let Rated { account, terms, campaigns, offer, .. } = rated;
        let extras = self.enter_extras(context, journal, (account, terms), (campaigns, offer.take()), &extras)?;
        granting::settle(context, journal, &mut rated.account, &rated.terms)?;
        rated.account.save(context);
        let after = upkeep::tier_name(&rated.account, &rated.terms).to_owned();
        let lot = Lot { key: earlier.lot.key, points: rated.rating.total };
        let posted = PostedRow {
            programme: rated.terms.programme.to_string(),
            member: rated.account.member().bytes().to_vec(),
            tier,
            lot: LotRow::of(&lot, &rated.terms.programme),
            contributions: rated.rating.contributions.iter().map(Into::into).collect(),
            earned_on: self.earned_on.days(),
            extras: extras.posted,
        };
        Ok(Difference { points, tiers: (before, after), posted: Some(posted), extras: extras.told })
    }

    /// The line of the statement, as far as it says what earned.
    pub(in crate::handlers) fn line(&self) -> LineRow {
        self.earner.line(self.version)
    }

    /// Enters what campaigns and an offer give beside it, in place of what they gave before.
    fn enter_extras(
        &self,
        context: &mut Context<'_>,
        journal: &mut Journal,
        (account, terms): (&mut Account, &Terms),
        (campaigns, offer): (&[Candidate], Option<OfferCandidate>),
        posted: &[PostedExtraRow],
    ) -> Result<Extras> {
        let mut extras = match campaigns {
            [] => Extras::default(),
            campaigns => campaign::post(context, journal, self, account, terms, campaigns, posted)?,
        };
        if let Some(offer) = offer {
            extras.append(offer::post(context, journal, self, account, terms, offer, posted)?);
        }
        Ok(extras)
    }

    /// Enters the difference into the member's account.
    fn enter(
        &self,
        context: &mut Context<'_>,
        journal: &mut Journal,
        rated: &mut Rated,
        earlier: &Earlier,
    ) -> Result<i64> {
        let Rated { terms, account, rating, .. } = rated;
        // A member who has left is told apart before; only what was posted earlier is corrected then.
        upkeep::make_up_for_time(context, journal, account, terms, self.as_of)?;
        let points = rating.total.posting_from(earlier.lot.points);
        let mut entry = Entry::new();
        // A correction stays in the lot of the first posting, whatever the date on which it comes.
        let lot = &earlier.lot.key;
        let earned = Points::from_posting_or_zero(points);
        let from = expiry::available_from(&terms.definition, self.earned_on)?;
        if from > account.last_business_date {
            account.holdings.earn_later(&mut entry, lot, earned, from)?;
        } else {
            account.holdings.earn(&mut entry, lot, earned)?;
        }
        account.holdings.take_back(&mut entry, lot, Points::from_posting_or_zero(-points))?;
        if rating.activity {
            upkeep::note_activity(account, terms, self.earner.activity(), self.earned_on);
        }
        let before = account.tier.name.clone();
        let counted = [negated(&earlier.contributions)?, rating.contributions.clone()].concat();
        upkeep::count(journal, account, terms, &counted)?;
        let tier = if account.tier.name == before { "" } else { upkeep::tier_name(account, terms) };
        self.owe(context, journal, terms, earlier, rating.total)?;
        self.finish(context, journal, account, terms, &entry, tier.to_owned())?;
        Ok(points)
    }

    /// Takes back what was posted for another member or in another programme.
    fn withdraw(
        &self,
        context: &mut Context<'_>,
        journal: &mut Journal,
        terms: &Terms,
        posted: &PostedRow,
    ) -> Result<()> {
        let broken = || Error::new(codes::STATE_UNREADABLE, "stay holds a value out of range");
        let programme = ProgrammeId::new(&posted.programme).ok_or_else(broken)?;
        let member = MemberId::from_start_of(&posted.member).ok_or_else(broken)?;
        let own_terms;
        let terms = if programme == terms.programme {
            terms
        } else {
            own_terms = Terms::on(context, &programme, self.as_of)?;
            &own_terms
        };
        let mut account = holder::find(context, &programme, member)?.ok_or_else(broken)?;
        upkeep::make_up_for_time(context, journal, &mut account, terms, self.as_of)?;
        let earlier = Earlier::of(posted)?;
        let mut entry = Entry::new();
        account.holdings.take_back(&mut entry, &earlier.lot.key, earlier.lot.points)?;
        upkeep::count(journal, &mut account, terms, &negated(&earlier.contributions)?)?;
        self.owe(context, journal, terms, &earlier, Points::ZERO)?;
        self.finish(context, journal, &mut account, terms, &entry, String::new())?;
        let campaigns = campaign::withdrawn(context, terms, &posted.extras)?;
        let offer = offer::withdrawn(context, terms, &posted.extras)?;
        self.enter_extras(context, journal, (&mut account, terms), (&campaigns, offer), &posted.extras)?;
        granting::settle(context, journal, &mut account, terms)?;
        account.save(context);
        Ok(())
    }

    /// What the organisation of the hotel or shop owes the programme's: the difference to what it owed before. Both are
    /// valued by the agreement of the date that earned, and where that has moved each by that of its own.
    fn owe(
        &self,
        context: &Context<'_>,
        journal: &mut Journal,
        terms: &Terms,
        earlier: &Earlier,
        now: Points,
    ) -> Result<()> {
        let (before, after) = (earlier.lot.points.posting(), now.posting());
        let difference = now.posting_from(earlier.lot.points);
        let dues = if earlier.earned_on == self.earned_on {
            vec![(self.earned_on, Due::accrual(before, difference))]
        } else {
            vec![(earlier.earned_on, Due::accrual(before, -before)), (self.earned_on, Due::accrual(0, after))]
        };
        for (dated, due) in dues {
            let (debtor, creditor) = (self.funder, terms.owner.as_str());
            journal.owe(context, &Owing { debtor, creditor, programme: &terms.programme, dated, due })?;
        }
        Ok(())
    }

    /// The line of the statement, where there is something to say.
    fn finish(
        &self,
        context: &mut Context<'_>,
        journal: &mut Journal,
        account: &mut Account,
        terms: &Terms,
        entry: &Entry,
        tier: String,
    ) -> Result<()> {
        if !entry.is_empty() || !tier.is_empty() {
            let why = LineRow { programme_version: terms.version(), tier, ..self.line() };
            journal.enter(context, account, entry, why)?;
        }
        Ok(())
    }

    /// The lot into which points go when nothing is posted yet.
    fn nothing_yet(&self, rated: &Rated) -> Result<Earlier> {
        let broken = || Error::new(codes::STATE_UNREADABLE, "hotel holds no name of an organisation");
        let key = LotKey {
            last_day: expiry::hard_expiry(&rated.terms.definition, self.earned_on)?,
            earned: LotKey::bucket(self.earned_on),
            issuer: rated.terms.programme.clone(),
            funder: OrgId::new(self.funder).ok_or_else(broken)?,
            cost_class: self.earner.cost_class(),
        };
        Ok(Earlier { lot: Lot { key, points: Points::ZERO }, contributions: Vec::new(), earned_on: self.earned_on })
    }
}

impl Rated {
    /// Whether something is to be entered.
    fn earns(&self) -> bool {
        let Rating { total, contributions, activity, .. } = &self.rating;
        let has_extras = !self.campaigns.is_empty() || self.offer.is_some();
        !total.is_zero() || !contributions.is_empty() || *activity || has_extras
    }
}

impl Earner {
    const fn activity(self) -> ActivityKind {
        match self {
            Self::Stay(_) => ActivityKind::Stay,
            Self::Purchase(_) => ActivityKind::Purchase,
        }
    }

    const fn cost_class(self) -> CostClass {
        match self {
            Self::Stay(_) => CostClass::Stay,
            Self::Purchase(_) => CostClass::Purchase,
        }
    }

    /// The line of the statement, as far as it says what earned.
    fn line(self, version: u32) -> LineRow {
        match self {
            Self::Stay(key) => LineRow {
                cause: Cause::Stay.into(),
                stay: key.bytes().to_vec(),
                stay_version: version,
                ..LineRow::default()
            },
            Self::Purchase(key) => LineRow {
                cause: Cause::Purchase.into(),
                purchase: key.bytes().to_vec(),
                stay_version: version,
                ..LineRow::default()
            },
        }
    }
}

impl Earlier {
    fn of(posted: &PostedRow) -> Result<Self> {
        let broken = || Error::new(codes::STATE_UNREADABLE, "stay holds a value out of range");
        let programme = ProgrammeId::new(&posted.programme).ok_or_else(broken)?;
        let contributions = posted.contributions.iter().cloned().map(Contribution::try_from);
        Ok(Self {
            lot: posted.lot.lot(&programme).map_err(|_| broken())?,
            contributions: contributions.collect::<std::result::Result<_, _>>().map_err(|_| broken())?,
            earned_on: Date::from_days(posted.earned_on).map_err(|_| broken())?,
        })
    }
}

fn negated(contributions: &[Contribution]) -> Result<Vec<Contribution>> {
    contributions.iter().map(|contribution| Ok(contribution.negated()?)).collect()
}

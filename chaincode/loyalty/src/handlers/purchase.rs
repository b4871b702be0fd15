//! Purchases that are not stays: `purchase.post` and `purchase.get`.
//!
//! A shop, a restaurant or an event desk is registered as hotels are. What it reports of an order is private, as a stay is;
//! on the ledger stand a salted key, points and reasons. A till waits for its answer, so that what cannot be rated is
//! refused, and nothing waits for correction.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::handlers::account::holder;
use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId, Seen};
use crate::handlers::call::secret::{Secret, collection_of};
use crate::handlers::campaign::{self, Asked};
use crate::handlers::consortium::exchange;
use crate::handlers::consortium::hotel;
use crate::handlers::earning::posting::{Earner, Posting};
use crate::handlers::earning::rated::{Rated, extras_in, find_account, rated_tier};
use crate::handlers::earning::receipt::{self, ExtraView, PointsView, TierView, outcome_name, rated_receipt};
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::outcome::journal::Journal;
use crate::handlers::programme::terms::Terms;
use crate::ids::{HotelId, OrgId, ProgrammeId, PurchaseKey};
use crate::rules::campaign::Visit;
use crate::rules::programme::{Hotel, StayDates};
use crate::rules::purchase::Purchase;
use crate::rules::rating::{Explain, Member, rate_purchase, share_of_purchase};
use crate::state::{HotelRow, Outcome, PURCHASES, PurchaseRow, ReceiptRow, Role};
use crate::units::Date;

const PURCHASE_TRANSIENT: &str = "purchase";

/// Arguments of `purchase.post`. The purchase itself comes in the transient map, beside the organisation's secret.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Post {
    request_id: RequestId,
    /// The shop, as the registry of hotels knows it.
    shop: HotelId,
    /// Business date of the report.
    as_of: Date,
}

/// Arguments of `purchase.get`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Get {
    purchase: PurchaseKey,
}

/// What became of a version of a purchase.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct PurchaseReceipt {
    purchase: PurchaseKey,
    version: u32,
    /// `posted`, `zero_point` or `superseded`.
    outcome: &'static str,
    /// Whether the same report was received before. Nothing is written then.
    duplicate: bool,
    programme: String,
    programme_version: u32,
    points: PointsView,
    tier: Option<TierView>,
    /// Why it, or parts of it, earned nothing.
    reasons: Vec<String>,
    /// What campaigns give beside it.
    extras: Vec<ExtraView>,
}

/// A purchase, as the ledger knows it.
#[derive(Serialize, JsonSchema)]
pub(in crate::handlers) struct Known {
    purchase: PurchaseKey,
    shop: String,
    /// Receipts of its newest versions, in order of version.
    receipts: Vec<PurchaseReceipt>,
}

/// A report on its way into the ledger.
struct Report<'a> {
    actor: Actor,
    shop: HotelId,
    shop_row: HotelRow,
    as_of: Date,
    purchase: Purchase<'a>,
    json: &'a [u8],
    key: PurchaseKey,
    salt: [u8; 32],
    digest: [u8; 32],
}

/// The shop's own system or desk reports a version of a purchase. The same version with the same content gets its first
/// receipt; a newer one posts the difference, so that money given back takes points back; an older one is superseded.
pub(in crate::handlers) fn post(context: &mut Context<'_>, arguments: Post) -> Result<PurchaseReceipt> {
    let json = context.transient(PURCHASE_TRANSIENT);
    let json =
        json.ok_or_else(|| Error::new("PURCHASE_MISSING", "the transient map must hold `purchase`, its version"))?;
    let request_id = arguments.request_id.clone();
    let report = Report::read(context, json, arguments)?;
    let request = request::look_up(context, &request_id, &report.digest)?;
    let row = PURCHASES.get(context, &report.key)?;
    let mut row = row.unwrap_or_else(|| PurchaseRow { shop: report.shop.to_string(), ..PurchaseRow::default() });
    if let Some(known) = receipt::find(&row.receipts, report.purchase.version) {
        report.require_same_content(known)?;
        return Ok(PurchaseReceipt::of(report.key, known, true));
    }
    let newest = row.receipts.last().map_or(0, |newest| newest.version);
    let receipt = if newest > report.purchase.version {
        let event = Event::PurchaseSuperseded {
            purchase: report.key,
            version: report.purchase.version,
            shop: report.shop.clone(),
        };
        event::emit(context, event)?;
        report.blank_receipt(Outcome::Superseded)
    } else {
        report.enter(context, &mut row)?
    };
    let told = PurchaseReceipt::of(report.key, &receipt, false);
    receipt::keep(&mut row.receipts, receipt);
    PURCHASES.put(context, &report.key, &row);
    if let Seen::Never(request) = request {
        // The receipt stands in the purchase's own row.
        request.answered(context, Vec::new());
    }
    Ok(told)
}

/// Agents and managers of the shop's organisation, its own desk, and auditors look at a purchase.
pub(in crate::handlers) fn get(context: &Context<'_>, arguments: Get) -> Result<Known> {
    let Get { purchase } = arguments;
    let actor = Actor::of(context)?;
    let row = PURCHASES.get(context, &purchase)?;
    let row = row.ok_or_else(|| Error::new("PURCHASE_UNKNOWN", format!("there is no purchase {purchase}")))?;
    if !actor.is_auditor() {
        let shop = HotelId::new(&row.shop).ok_or_else(unreadable)?;
        let organisation = hotel::must_get(context, &shop)?.organisation;
        if actor.require(&[Role::Agent, Role::Manager], &organisation).is_err() {
            actor.require_at_hotel(&shop, &organisation)?;
        }
    }
    let receipts = row.receipts.iter().map(|receipt| PurchaseReceipt::of(purchase, receipt, false)).collect();
    Ok(Known { purchase, shop: row.shop, receipts })
}

impl<'a> Report<'a> {
    /// Reads the call. Refuses who may not report purchases of the shop, and what is not well formed.
    fn read(context: &Context<'_>, json: &'a [u8], arguments: Post) -> Result<Self> {
        let Post { shop, as_of, .. } = arguments;
        let actor = Actor::of(context)?;
        let shop_row = hotel::must_get(context, &shop)?;
        actor.require_at_hotel(&shop, &shop_row.organisation)?;
        clock::require_not_in_future(context, as_of)?;
        let secret = Secret::of_hotel(context, &shop_row)?;
        let purchase = Purchase::parse(json)?;
        if purchase.shop != shop.as_str() {
            let message = format!("the purchase is of another shop than {shop}, which the arguments name");
            return Err(Error::new("PURCHASE_SHOP_DIFFERS", message));
        }
        if purchase.version == 0 {
            return Err(Error::new("PURCHASE_VERSION_ZERO", "versions of a purchase are counted from 1"));
        }
        if purchase.date > as_of {
            let message = format!("business date {as_of} is before the purchase");
            return Err(Error::new("AS_OF_BEFORE_PURCHASE", message));
        }
        let key = secret.purchase_key(context, &purchase);
        let salt = secret.purchase_salt(context, key, purchase.version);
        let digest = context.sha256(&[&salt, json]);
        Ok(Self { actor, shop, shop_row, as_of, purchase, json, key, salt, digest })
    }

    fn require_same_content(&self, known: &ReceiptRow) -> Result<()> {
        if known.digest == self.digest {
            return Ok(());
        }
        let message = format!(
            "version {} of purchase {} was received with other content: send a new one",
            known.version, self.key
        );
        Err(Error::new("PURCHASE_CONTENT_DIFFERS", message))
    }

    /// Rates the purchase and posts the difference to what is posted for it.
    fn enter(&self, context: &mut Context<'_>, row: &mut PurchaseRow) -> Result<ReceiptRow> {
        let mut rated = self.rate(context, row)?;
        self.keep(context, &rated.terms.owner);
        let mut journal = Journal::new(context, self.actor.row(), self.as_of, Some(self.shop.clone()))?;
        let posting = Posting {
            earner: Earner::Purchase(self.key),
            version: self.purchase.version,
            earned_on: self.purchase.date,
            funder: &self.shop_row.organisation,
            as_of: self.as_of,
        };
        let difference = posting.post(context, &mut journal, &mut rated, row.posted.take())?;
        let receipt = rated_receipt(self.blank_receipt(Outcome::None), &rated, &difference);
        row.posted = difference.posted;
        journal.changes.lead(Event::PurchasePosted {
            purchase: self.key,
            version: self.purchase.version,
            shop: self.shop.clone(),
            member: rated.account.member(),
            programme: rated.terms.programme.clone(),
            points: receipt.delta,
            reasons: receipt.reasons.clone(),
        });
        journal.close(context)?;
        Ok(receipt)
    }

    fn rate(&self, context: &Context<'_>, row: &PurchaseRow) -> Result<Rated> {
        let purchase = &self.purchase;
        let programme = ProgrammeId::new(&purchase.programme)
            .ok_or_else(|| Error::new("PROGRAMME_UNKNOWN", "there is no programme of the name in the purchase"))?;
        let terms = Terms::on(context, &programme, purchase.date)?;
        let account = find_account(context, &purchase.member, &programme, self.as_of)?
            .ok_or_else(|| Error::new("MEMBER_UNKNOWN", "the member of the purchase is not enrolled"))?;
        holder::require_open(&account)?;
        let target = terms.definition.currency;
        let foreign = purchase.foreign_currencies(target);
        if let Some(unknown) = foreign.iter().find(|currency| currency.decimals().is_none()) {
            return Err(Error::new("CURRENCY_UNKNOWN", format!("{unknown} is not in the code list")));
        }
        let rates = exchange::rates_on(context, &foreign, target, purchase.date)?;
        let tier = rated_tier(&account, &terms, row.posted.as_ref(), self.as_of)?;
        let shop = Hotel { code: &purchase.shop, brand: &self.shop_row.brand, chain: &self.shop_row.chain };
        let rating = rate_purchase(&terms.definition, purchase, Member { tier }, &shop, &rates, Explain::No)?;
        let tier = terms.definition.tiers.name_of(tier).to_owned();
        let dates = StayDates { booked: Some(purchase.date), arrival: purchase.date, check_out: purchase.date };
        let asked = Asked {
            visit: Visit { hotel: shop, dates, nights: 0, tier: &tier, source: Some(&purchase.source) },
            earned: rating.total,
            share: &|covers| share_of_purchase(&terms.definition, purchase, &shop, &rates, &rating, covers),
        };
        let posted = extras_in(row.posted.as_ref(), &account);
        let campaigns = campaign::candidates(context, &terms, &asked, posted)?;
        Ok(Rated { terms, account, tier, rating, campaigns, offer: None })
    }

    /// Keeps the report in the private collections of the shop's organisation and the programme's.
    fn keep(&self, context: &mut Context<'_>, programme_owner: &str) {
        let value = [&self.salt[..], self.json].concat();
        let key = format!("purchase/{}/{}", self.key, self.purchase.version);
        let organisations = [self.shop_row.organisation.as_str(), programme_owner];
        for organisation in organisations.into_iter().filter_map(OrgId::new) {
            context.private_put(&collection_of(&organisation), &key, value.clone());
        }
    }

    fn blank_receipt(&self, outcome: Outcome) -> ReceiptRow {
        ReceiptRow {
            version: self.purchase.version,
            digest: self.digest.to_vec(),
            outcome: outcome.into(),
            as_of: self.as_of.days(),
            ..ReceiptRow::default()
        }
    }
}

impl PurchaseReceipt {
    fn of(purchase: PurchaseKey, row: &ReceiptRow, duplicate: bool) -> Self {
        Self {
            purchase,
            version: row.version,
            outcome: outcome_name(row.outcome()),
            duplicate,
            programme: row.programme.clone(),
            programme_version: row.programme_version,
            points: PointsView::of(row),
            tier: TierView::of(row),
            reasons: row.reasons.clone(),
            extras: ExtraView::all_of(row),
        }
    }
}

fn unreadable() -> Error {
    Error::new(folio_chaincode_sdk::codes::STATE_UNREADABLE, "purchase holds no code of a shop")
}

//! Vouchers: `Mint`, `erc721:TransferFrom` and `Burn`.

use folio_chaincode_sdk::{Context, Error, Result, value_schema};
use schemars::JsonSchema;
use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};

use crate::handlers::call::access::Actor;
use crate::handlers::call::clock;
use crate::handlers::call::request::{self, RequestId};
use crate::handlers::call::text::Label;
use crate::handlers::outcome::event::{self, Event};
use crate::handlers::programme::terms::Terms;
use crate::handlers::wallet::{BurnOrder, NOBODY, SignedCall, VoucherTransferOrder, require_somebody};
use crate::ids::{ProgrammeId, VoucherId, WalletAddress};
use crate::state::{Role, Unreadable, VOUCHERS, VoucherRow};
use crate::units::Date;

use super::allowance::Allowance;
use super::facts::{rules_of, voucher_symbol_of};

/// Longest place where a voucher is described.
const URI_BYTES_MAX: usize = 256;

/// Arguments of `Mint`.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Mint {
    request_id: RequestId,
    programme: ProgrammeId,
    /// An id that the programme drew; it stands on the ledger and should tell nothing.
    token_id: VoucherId,
    /// Whose it is.
    owner: WalletAddress,
    /// What it is for, such as `free-night`.
    kind: Label,
    /// Where it is described.
    #[serde(default)]
    uri: Option<Uri>,
    /// The last day on which it is good; nothing stands for ever.
    #[serde(default)]
    valid_until: Option<Date>,
    /// Business date.
    as_of: Date,
}

/// A place of 1 to 256 printable ASCII characters.
struct Uri(String);

value_schema!(Uri, "Uri", { "type": "string", "pattern": "^[!-~]{1,256}$" });

impl<'de> Deserialize<'de> for Uri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if (1..=URI_BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text))
        } else {
            Err(de::Error::custom(format_args!("expected 1 to {URI_BYTES_MAX} printable characters without spaces")))
        }
    }
}

/// What became of a voucher.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(in crate::handlers) struct Voucher {
    programme: ProgrammeId,
    token_id: VoucherId,
    /// The address of zeros when it is gone.
    owner: WalletAddress,
    kind: String,
    uri: Option<String>,
    valid_until: Option<Date>,
}

/// The programme's manager or agent makes a voucher for a wallet.
pub(in crate::handlers) fn mint(context: &mut Context<'_>, arguments: Mint) -> Result<Voucher> {
    let actor = Actor::of(context)?;
    actor.require_role(&[Role::Agent, Role::Manager])?;
    let id = arguments.request_id.clone();
    request::once(context, &id, &[], |context| {
        let Mint { programme, token_id, owner, kind, uri, valid_until, as_of, .. } = arguments;
        clock::require_not_in_future(context, as_of)?;
        let terms = Terms::on(context, &programme, as_of)?;
        actor.require_organisation(&terms.owner)?;
        voucher_symbol_of(&rules_of(&terms)?)?;
        require_somebody(owner)?;
        if VOUCHERS.contains(context, &(programme.clone(), NOBODY, token_id.clone())) {
            return Err(Error::new("VOUCHER_EXISTS", format!("there is a voucher {token_id} already")));
        }
        if valid_until.is_some_and(|until| until < as_of) {
            return Err(Error::new("VOUCHER_EXPIRED", "the voucher's last day is past: name one that is not"));
        }
        let row = VoucherRow {
            owner: owner.bytes().to_vec(),
            approved: Vec::new(),
            kind: kind.0,
            uri: uri.map(|uri| uri.0).unwrap_or_default(),
            valid_until: valid_until.map(Date::days),
            minted: as_of.days(),
            by: Some(actor.row()),
        };
        let held = Held { programme, token_id, owner, row };
        held.save(context);
        event::emit(
            context,
            Event::VoucherMinted {
                programme: held.programme.clone(),
                token_id: held.token_id.clone(),
                owner,
                kind: held.row.kind.clone(),
            },
        )?;
        held.answer()
    })
}

/// The key of the owner, of an operator of the owner's, or of the wallet approved for it hands a voucher on.
pub(in crate::handlers) fn transfer_voucher(context: &mut Context<'_>, call: SignedCall) -> Result<Voucher> {
    let id = call.request_id.clone();
    request::once(context, &id, &[], |context| {
        let VoucherTransferOrder { programme, wallet, from, to, token_id, as_of, .. } = call.order(context)?;
        let mut held = Held::find(context, programme, token_id)?;
        held.require_good(context, as_of)?;
        if held.row.approved.as_slice() != wallet.bytes() {
            held.require_owner_or_operator(context, wallet)?;
        }
        require_somebody(to)?;
        if held.owner != from {
            let message = format!("voucher {} belongs to {}, not to {from}", held.token_id, held.owner);
            return Err(Error::new("VOUCHER_OWNER_DIFFERS", message));
        }
        VOUCHERS.delete(context, &(held.programme.clone(), held.owner, held.token_id.clone()));
        held.owner = to;
        held.row = VoucherRow { owner: to.bytes().to_vec(), approved: Vec::new(), ..held.row };
        held.save(context);
        let (programme, token_id) = (held.programme.clone(), held.token_id.clone());
        event::emit(context, Event::VoucherTransferred { programme, token_id, from, to })?;
        held.answer()
    })
}

/// The owner's key ends a voucher, such as when it is used.
pub(in crate::handlers) fn burn(context: &mut Context<'_>, call: SignedCall) -> Result<Voucher> {
    let id = call.request_id.clone();
    request::once(context, &id, &[], |context| {
        let BurnOrder { programme, wallet, token_id, as_of, .. } = call.order(context)?;
        clock::require_not_in_future(context, as_of)?;
        let mut held = Held::find(context, programme, token_id)?;
        if held.owner != wallet {
            return Err(not_the_owner());
        }
        for under in [NOBODY, held.owner] {
            VOUCHERS.delete(context, &(held.programme.clone(), under, held.token_id.clone()));
        }
        held.owner = NOBODY;
        let (programme, token_id) = (held.programme.clone(), held.token_id.clone());
        event::emit(context, Event::VoucherBurned { programme, token_id, owner: wallet })?;
        held.answer()
    })
}

/// A voucher that is there.
pub(super) struct Held {
    pub(super) programme: ProgrammeId,
    pub(super) token_id: VoucherId,
    pub(super) owner: WalletAddress,
    pub(super) row: VoucherRow,
}

impl Held {
    /// The voucher, which must be there.
    pub(super) fn find(context: &Context<'_>, programme: ProgrammeId, token_id: VoucherId) -> Result<Self> {
        let row = VOUCHERS.get(context, &(programme.clone(), NOBODY, token_id.clone()))?;
        let row = row.ok_or_else(|| Error::new("VOUCHER_UNKNOWN", format!("there is no voucher {token_id}")))?;
        let owner = WalletAddress::from_start_of(&row.owner).ok_or_else(|| Unreadable.of("voucher"))?;
        Ok(Self { programme, token_id, owner, row })
    }

    /// Writes the voucher, and that its owner has it.
    pub(super) fn save(&self, context: &mut Context<'_>) {
        let under = |address| (self.programme.clone(), address, self.token_id.clone());
        VOUCHERS.put(context, &under(NOBODY), &self.row);
        VOUCHERS.put(context, &under(self.owner), &VoucherRow::default());
    }

    /// Refuses every wallet but the owner's and those that may do what the owner may.
    pub(super) fn require_owner_or_operator(&self, context: &Context<'_>, wallet: WalletAddress) -> Result<()> {
        if self.owner == wallet || Allowance::load(context, &self.programme, self.owner, wallet)?.operator {
            return Ok(());
        }
        Err(not_the_owner())
    }

    /// Refuses a voucher whose last day is past.
    pub(super) fn require_good(&self, context: &Context<'_>, as_of: Date) -> Result<()> {
        clock::require_spendable_since(context, Date::from_days(self.row.minted).map_err(|_| broken())?, as_of)?;
        match self.valid_until()? {
            Some(until) if until < as_of => {
                Err(Error::new("VOUCHER_EXPIRED", format!("the voucher was good until {until}")))
            }
            _ => Ok(()),
        }
    }

    /// The last day on which it is good.
    pub(super) fn valid_until(&self) -> Result<Option<Date>> {
        self.row.valid_until.map(Date::from_days).transpose().map_err(|_| broken())
    }

    fn answer(self) -> Result<Voucher> {
        let valid_until = self.valid_until()?;
        let Self { programme, token_id, owner, row } = self;
        let uri = Some(row.uri).filter(|uri| !uri.is_empty());
        Ok(Voucher { programme, token_id, owner, kind: row.kind, uri, valid_until })
    }
}

fn not_the_owner() -> Error {
    Error::new("VOUCHER_NOT_YOURS", "the wallet is not the voucher's owner, nor one that the owner has approved")
}

fn broken() -> Error {
    Unreadable.of("voucher")
}

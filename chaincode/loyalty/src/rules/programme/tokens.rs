//! Points and vouchers as tokens.

use folio_chaincode_sdk::Packed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::Points;

/// What a programme allows of its points outside of accounts.
///
/// A wallet belongs to whoever has its key. Whoever lets points leave into wallets lets them change hands there: the
/// limits of transfers between members do not reach them, and those below are what is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Packed)]
#[serde(deny_unknown_fields)]
pub struct TokenRules {
    /// The short name of the points as a token, such as `TXB`: capital letters and digits.
    pub symbol: String,
    /// Whether members may put points into wallets.
    #[serde(default)]
    pub withdrawals: bool,
    /// Fewest points of one withdrawal.
    #[serde(default)]
    pub minimum: Points,
    /// Most points that a member withdraws on one business date.
    #[serde(default)]
    pub daily_maximum: Option<Points>,
    /// The short name of the programme's vouchers as tokens; nothing said, it mints none.
    #[serde(default)]
    pub vouchers: Option<String>,
}

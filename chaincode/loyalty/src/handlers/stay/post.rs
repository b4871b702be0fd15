//! `stay.post`: a hotel reports a stay version. `stay.resolve`: a version that waits is judged again.

use folio_chaincode_sdk::{Context, Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::handlers::call::request::RequestId;
use crate::ids::{HotelId, OfferId};
use crate::units::Date;

use super::group::Legs;
use super::rating::Judged;
use super::receipt::Receipt;
use super::report::json_of_call;
use super::submission::Submission;

/// Arguments of `stay.post` and `stay.resolve`. The stay itself comes in the transient map, beside the organisation's
/// secret.
#[derive(Deserialize, JsonSchema)]
pub(in crate::handlers) struct Post {
    pub(super) request_id: RequestId,
    pub(super) hotel: HotelId,
    /// Business date of the report: of the check-out, or of what happened instead.
    pub(super) as_of: Date,
    /// An offer of the member's that the stay uses. A voucher's code comes in the transient map instead, as `voucher`.
    #[serde(default)]
    pub(super) offer: Option<OfferId>,
}

/// The hotel's own system or front desk reports a version of a stay.
///
/// - The same version with the same content gets its first receipt, and nothing is written.
/// - The same version with other content is refused.
/// - A version older than the newest is noted and posts nothing.
/// - A newer version posts the difference to what is posted.
/// - What cannot be rated goes to the hotel's worklist; what was posted before stays as it is. So does every stay of a
///   hotel that is not registered yet, when the certificate of who reports it lists the hotel.
pub(in crate::handlers) fn post(context: &mut Context<'_>, arguments: Post) -> Result<Receipt> {
    let json = json_of_call(context)?;
    let legs = Legs::of_call(context)?;
    let mut submission = Submission::read(context, json, arguments)?;
    if let Some(receipt) = submission.known()? {
        return Ok(receipt);
    }
    if submission.is_superseded() {
        return submission.supersede(context);
    }
    submission.gather(context, &legs)?;
    let verdict = submission.judge(context)?;
    submission.enter(context, verdict)
}

/// The hotel's own system or front desk has a version that waits judged again as it was reported, after what it waited for
/// has come: the hotel is registered, the member enrolled, the rate declared. A correction is a newer version instead.
///
/// - A version that waits for nothing any more is posted, and its receipt replaces the first one.
/// - A version that still waits for the same, or does not wait, gets its receipt, and nothing is written.
/// - A version that was never reported, or with other content, is refused.
pub(in crate::handlers) fn resolve(context: &mut Context<'_>, arguments: Post) -> Result<Receipt> {
    let json = json_of_call(context)?;
    let legs = Legs::of_call(context)?;
    let mut submission = Submission::read(context, json, arguments)?;
    let known = submission.known()?.ok_or_else(|| {
        Error::new("STAY_VERSION_UNKNOWN", "this version of the stay was not reported, or is too old: post it")
    })?;
    if !submission.is_waiting() {
        return Ok(known);
    }
    submission.gather(context, &legs)?;
    let verdict = submission.judge(context)?;
    if let Judged::Suspended(reason) = &verdict.judged
        && known.waits_for(*reason)
    {
        return Ok(known);
    }
    submission.enter(context, verdict)
}

//! Campaigns and offers as data: what a programme gives for some time beside what its definition says.
//!
//! A [`Campaign`] is decided on as a version of a programme is, and never edited. What it gives for a stay or a purchase is
//! found in two looks. The first needs nothing of the member but the tier: whether the campaign [admits](Campaign::admits)
//! the [`Visit`], and what the part of it that counts is [worth](Campaign::worth). The second needs what the member has
//! had of it: registration and list, the number of the stay, steps and caps; [`choose`] then keeps the best one of each
//! group. An [`Offer`] is the same for one member or the bearer of a voucher, once.

#[cfg(not(target_arch = "wasm32"))]
mod authoring;
mod choice;
mod definition;
mod draw;
mod offer;
mod ordinals;
mod standing;
mod stored;
mod validate;
mod visit;
mod worth;

#[cfg(not(target_arch = "wasm32"))]
pub use authoring::{CampaignAuthoringError, example_campaigns};
pub use choice::choose;
pub use definition::{Campaign, Caps, Draw, EachStay, Earners, Gives, Stacking, Steps, Who};
pub use draw::{Ranking, Ticket};
pub use offer::Offer;
pub use ordinals::Ordinals;
pub use validate::{CAMPAIGN_BYTES_MAX, CampaignError, OFFER_BYTES_MAX, PRIZES_MAX};
pub use visit::Visit;
pub use worth::Worth;

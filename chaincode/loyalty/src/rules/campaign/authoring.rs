//! Campaigns as their authors write them: TOML files, turned into campaigns by native tools.

use super::Campaign;
use super::validate::CampaignError;
use crate::rules::programme::Definition;

/// Why a text is not a campaign.
#[derive(Debug, thiserror::Error)]
pub enum CampaignAuthoringError {
    /// It is not TOML of the right shape. The message shows the line.
    #[error("the campaign cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// It breaks rules.
    #[error(transparent)]
    Campaign(#[from] CampaignError),
}

impl Campaign {
    /// Reads and validates a campaign of a programme in TOML.
    pub fn from_toml(text: &str, definition: &Definition) -> Result<Self, CampaignAuthoringError> {
        let campaign: Self = toml::from_str(text)?;
        campaign.validate(definition)?;
        Ok(campaign)
    }
}

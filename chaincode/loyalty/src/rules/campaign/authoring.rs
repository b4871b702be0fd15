//! Campaigns as their authors write them: TOML files, turned into campaigns by native tools.

use super::Campaign;
use super::validate::CampaignError;
use crate::rules::programme::Definition;

/// The campaigns that are shipped as examples, by programme, as their authors wrote them.
const EXAMPLES: [(&str, &str); 4] = [
    ("textbook", include_str!("../../../campaigns/textbook-spend-1000.toml")),
    ("textbook", include_str!("../../../campaigns/textbook-points-steps.toml")),
    ("textbook", include_str!("../../../campaigns/textbook-double-days.toml")),
    ("hilton-honors", include_str!("../../../campaigns/hilton-second-stay.toml")),
];

/// The text of each example, by its programme.
pub fn example_campaigns() -> impl Iterator<Item = (&'static str, &'static str)> {
    EXAMPLES.into_iter()
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::programme::shipped;

    #[test]
    fn the_examples_are_valid_and_survive_json_and_storing() {
        for (programme, text) in example_campaigns() {
            let (_, definition) = shipped().find(|(id, _)| *id == programme).unwrap();
            let definition = Definition::from_toml(definition).unwrap();
            let campaign = Campaign::from_toml(text, &definition).unwrap_or_else(|error| panic!("{error}"));
            let json = serde_json::to_vec(&campaign).unwrap();
            assert_eq!(serde_json::from_slice::<Campaign>(&json).unwrap(), campaign);
            assert_eq!(Campaign::from_stored(&campaign.to_stored()).unwrap(), campaign);
        }
    }

    #[test]
    fn a_misspelt_key_is_an_error_and_not_a_default() {
        let (_, definition) = shipped().find(|(id, _)| *id == "textbook").unwrap();
        let definition = Definition::from_toml(definition).unwrap();
        let text = EXAMPLES[0].1.replacen("most", "moist", 1);
        let error = Campaign::from_toml(&text, &definition).unwrap_err().to_string();
        assert!(error.contains("moist"), "{error}");
    }
}

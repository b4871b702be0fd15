//! Definitions as their authors write them: TOML files, turned into definitions by native tools.

use super::definition::Definition;
use super::validate::DefinitionError;

/// The programmes that are shipped, by id, as their authors wrote them.
const SHIPPED: [(&str, &str); 10] = [
    ("hilton-honors", include_str!("../../../programmes/hilton-honors.toml")),
    ("textbook", include_str!("../../../programmes/textbook.toml")),
    ("textbook-retail", include_str!("../../../programmes/textbook-retail.toml")),
    ("marriott-bonvoy", include_str!("../../../programmes/marriott-bonvoy.toml")),
    ("world-of-hyatt", include_str!("../../../programmes/world-of-hyatt.toml")),
    ("ihg-one-rewards", include_str!("../../../programmes/ihg-one-rewards.toml")),
    ("accor-all", include_str!("../../../programmes/accor-all.toml")),
    ("wyndham-rewards", include_str!("../../../programmes/wyndham-rewards.toml")),
    ("textbook-ratio", include_str!("../../../programmes/textbook-ratio.toml")),
    ("everything", include_str!("../../../programmes/everything.toml")),
];

/// Those that the shipped consortium runs.
const DEMONSTRATED: [&str; 2] = ["hilton-honors", "textbook"];

/// Why a text is not a definition.
#[derive(Debug, thiserror::Error)]
pub enum AuthoringError {
    /// It is not TOML of the right shape. The message shows the line.
    #[error("the definition cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    /// It breaks rules.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
}

/// The text of each shipped programme, by id.
pub fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHIPPED.into_iter()
}

/// The text of each programme that the shipped consortium runs, by id.
pub fn demonstrated() -> impl Iterator<Item = (&'static str, &'static str)> {
    shipped().filter(|(id, _)| DEMONSTRATED.contains(id))
}

impl Definition {
    /// Reads and validates a definition in TOML.
    pub fn from_toml(text: &str) -> Result<Self, AuthoringError> {
        let definition: Self = toml::from_str(text)?;
        definition.validate()?;
        Ok(definition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_programmes_are_valid_and_named_after_their_file() {
        for (id, text) in shipped() {
            let definition = Definition::from_toml(text).unwrap_or_else(|error| panic!("{id}: {error}"));
            assert_eq!(definition.programme, id);
            let json = serde_json::to_vec(&definition).unwrap();
            assert_eq!(serde_json::from_slice::<Definition>(&json).unwrap(), definition, "{id} survives JSON");
        }
    }

    #[test]
    fn every_problem_is_named_by_key_and_rule() {
        let text = SHIPPED[0].1;
        for (from, to, key) in [
            ("version = 1\n", "version = 0\n", "version"),
            ("currency = \"USD\"", "currency = \"QQQ\"", "currency"),
            ("name = \"Silver\"", "name = \"Member\"", "tiers.levels[1].name"),
            ("rate = { points = 10 }", "rate = { points = -10 }", "balances[0].earn.rate.points"),
            ("rate = { points = 10 }", "rate = { points = 10, per = \"0.001\" }", "balances[0].earn.rate.per"),
            ("    \"room\",\n", "    \"room\",\n    \"tax\",\n", "eligibility.points.revenue"),
        ] {
            assert!(text.contains(from), "{from}");
            let error = Definition::from_toml(&text.replacen(from, to, 1)).unwrap_err();
            let AuthoringError::Definition(DefinitionError::Invalid { problems }) = error else {
                panic!("{key}: {error}");
            };
            assert_eq!(problems.iter().map(|problem| problem.key.as_str()).collect::<Vec<_>>(), [key]);
        }
    }

    #[test]
    fn a_misspelt_key_is_an_error_and_not_a_default() {
        let text = SHIPPED[0].1.replacen("minimum = 1000", "minimun = 1000", 1);
        let error = Definition::from_toml(&text).unwrap_err().to_string();
        assert!(error.contains("minimun"), "{error}");
    }

    #[test]
    fn a_successor_keeps_what_accounts_refer_to() {
        let first = Definition::from_toml(SHIPPED[0].1).unwrap();
        let mut next = first.clone();
        next.version = 2;
        next.effective_from = first.effective_from.add_days(1).unwrap();
        assert_eq!(next.validate_successor(&first), Ok(()));
        next.tiers.levels.remove(1);
        next.balances[0].name = "miles".to_owned();
        next.owner = "BoreaMSP".to_owned();
        next.version = 3;
        let Err(DefinitionError::Invalid { problems }) = next.validate_successor(&first) else { panic!() };
        let keys: Vec<_> = problems.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(keys, ["owner", "version", "balances[0]", "tiers.levels"]);
    }
}

//! What a type's `#[serde(...)]` attributes say about its packed form.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, Error, ExprPath, LitStr, Result, Token, Variant};

/// What stands for a field that is not there.
pub(crate) enum Default {
    /// The default of its type.
    OfType,
    /// What this function returns.
    Function(ExprPath),
}

/// What the attributes of a type, a variant or a field say.
#[derive(std::default::Default)]
pub(crate) struct Told {
    pub(crate) default: Option<Default>,
    pub(crate) skip: bool,
}

impl Told {
    pub(crate) fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut told = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
            attribute.parse_nested_meta(|meta| told.hear(&meta))?;
        }
        Ok(told)
    }

    fn hear(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match name.as_str() {
            "default" if meta.input.peek(Token![=]) => {
                self.default = Some(Default::Function(meta.value()?.parse::<LitStr>()?.parse()?));
            }
            "default" => self.default = Some(Default::OfType),
            "skip" => self.skip = true,
            "deny_unknown_fields" => {}
            "rename" | "rename_all" => {
                meta.value()?.parse::<LitStr>()?;
            }
            _ => return Err(meta.error("this has no packed form: implement Packed by hand")),
        }
        Ok(())
    }

    /// Refuses what a variant cannot be told.
    pub(crate) fn require_variant(self, variant: &Variant) -> Result<()> {
        if self.skip || self.default.is_some() {
            return Err(Error::new_spanned(variant, "a variant cannot be left out of the packed form"));
        }
        Ok(())
    }
}

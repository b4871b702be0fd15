//! The fields of a structure or of a variant.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Fields, Ident, Member, Result};

use crate::attributes::{Default, Told};

/// How fields are written and read.
pub(crate) struct Form {
    /// Whether they have names, and so are counted: some may be missing in bytes that are older than they are.
    counted: bool,
    unit: bool,
    fields: Vec<Field>,
}

struct Field {
    member: Member,
    /// The variable that holds it.
    variable: Ident,
    /// Whether it stands in the packed form.
    stands: bool,
    /// What stands for it where it is missing; none for a field that must be there.
    missing: Option<TokenStream>,
}

impl Form {
    /// The fields, of a structure for whose missing fields those of `whole` stand.
    pub(crate) fn of(fields: &Fields, whole: Option<&TokenStream>) -> Result<Self> {
        let form = |(field, member): (&syn::Field, Member)| {
            let told = Told::of(&field.attrs)?;
            let of_type = || quote!(::core::default::Default::default());
            let missing = match (&told.default, whole) {
                (Some(Default::OfType), _) => Some(of_type()),
                (Some(Default::Function(function)), _) => Some(quote!(#function())),
                (None, Some(whole)) => Some(quote!(#whole.#member)),
                (None, None) => told.skip.then(of_type),
            };
            let variable = match &member {
                Member::Named(name) => format_ident!("field_{name}"),
                Member::Unnamed(place) => format_ident!("field_{}", place.index),
            };
            Ok(Field { member, variable, stands: !told.skip, missing })
        };
        Ok(Self {
            counted: matches!(fields, Fields::Named(_)),
            unit: matches!(fields, Fields::Unit),
            fields: fields.iter().zip(fields.members()).map(form).collect::<Result<_>>()?,
        })
    }

    /// The fields as a pattern that takes them apart.
    pub(crate) fn pattern(&self) -> TokenStream {
        if self.unit {
            return TokenStream::new();
        }
        let fields = self.fields.iter().map(
            |Field { member, variable, stands, .. }| {
                if *stands { quote!(#member: #variable) } else { quote!(#member: _) }
            },
        );
        quote!({ #(#fields),* })
    }

    /// Statements that write what the pattern holds.
    pub(crate) fn pack(&self) -> TokenStream {
        let variables = self.standing().map(|field| &field.variable);
        let written = quote!(#(::folio_chaincode_sdk::Packed::pack(#variables, into);)*);
        let count = self.standing().count();
        if self.counted { quote!(::folio_chaincode_sdk::Packed::pack(&#count, into); #written) } else { written }
    }

    /// An expression that reads what `pack` has written, into `constructor`.
    pub(crate) fn unpack(&self, constructor: &TokenStream) -> TokenStream {
        if self.unit {
            return quote!(::core::result::Result::Ok(#constructor));
        }
        // A field must be there when one behind it must. Fields without names are not counted, and all are there.
        let count = self.standing().count();
        let must = self.standing().zip(1..).filter(|(field, _)| field.missing.is_none()).map(|(_, place)| place);
        let needed: usize = if self.counted { must.last().unwrap_or(0) } else { count };
        let mut place = 0_usize;
        let fields: Vec<TokenStream> = self
            .fields
            .iter()
            .map(|Field { member, stands, missing, .. }| {
                let here = place;
                place += usize::from(*stands);
                let read = quote!(::folio_chaincode_sdk::Packed::unpack(from)?);
                match missing {
                    Some(missing) if !*stands => quote!(#member: #missing),
                    Some(missing) if here >= needed => {
                        quote!(#member: if written > #here { #read } else { #missing })
                    }
                    _ => quote!(#member: #read),
                }
            })
            .collect();
        let counted = if !self.counted {
            TokenStream::new()
        } else if needed < count {
            quote!(let written = from.fields(#needed, #count)?;)
        } else {
            quote!(from.fields(#needed, #count)?;)
        };
        quote!(#counted ::core::result::Result::Ok(#constructor { #(#fields),* }))
    }

    fn standing(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.stands)
    }
}

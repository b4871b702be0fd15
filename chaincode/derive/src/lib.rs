//! `#[derive(Packed)]`: the packed form of a type, made from its declaration.
//!
//! It reads the same `#[serde(...)]` attributes as the type's JSON, so that a field has one default in both: `default` on
//! a field or on the whole structure, and `skip`. Names play no part in the packed form. What serde is told beyond that
//! would change the form, and is refused.

mod attributes;
mod fields;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataEnum, DeriveInput, Error, Fields, Result, parse_macro_input};

use crate::attributes::{Default, Told};
use crate::fields::Form;

/// Implements `folio_chaincode_sdk::Packed`, which says what stands where.
#[proc_macro_derive(Packed, attributes(serde))]
pub fn packed(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    implementation(&input).unwrap_or_else(Error::into_compile_error).into()
}

fn implementation(input: &DeriveInput) -> Result<TokenStream> {
    let told = Told::of(&input.attrs)?;
    let (pack, unpack) = match &input.data {
        Data::Struct(data) => structure(&data.fields, &told)?,
        Data::Enum(data) => enumeration(data)?,
        Data::Union(data) => return Err(Error::new_spanned(data.union_token, "a union has no packed form")),
    };
    let name = &input.ident;
    let (generics, parameters, conditions) = input.generics.split_for_impl();
    Ok(quote! {
        impl #generics ::folio_chaincode_sdk::Packed for #name #parameters #conditions {
            fn pack(&self, into: &mut ::std::vec::Vec<u8>) {
                #pack
            }

            fn unpack(
                from: &mut ::folio_chaincode_sdk::Unpacker<'_>,
            ) -> ::core::result::Result<Self, ::folio_chaincode_sdk::PackedError> {
                #unpack
            }
        }
    })
}

/// How a structure is written and read.
fn structure(fields: &Fields, told: &Told) -> Result<(TokenStream, TokenStream)> {
    let whole = match &told.default {
        Some(Default::OfType) => Some(quote!(<Self as ::core::default::Default>::default())),
        Some(Default::Function(function)) => Some(quote!(#function())),
        None => None,
    };
    let form = Form::of(fields, whole.as_ref())?;
    let (names, pack) = (form.pattern(), form.pack());
    let unpack = form.unpack(&quote!(Self));
    Ok((quote!(let Self #names = self; #pack), unpack))
}

/// How an enumeration is written and read: the place of the variant, then what a structure of its fields would be.
fn enumeration(data: &DataEnum) -> Result<(TokenStream, TokenStream)> {
    let (mut pack, mut unpack) = (Vec::new(), Vec::new());
    for (place, variant) in (0_u32..).zip(&data.variants) {
        Told::of(&variant.attrs)?.require_variant(variant)?;
        let form = Form::of(&variant.fields, None)?;
        let name = &variant.ident;
        let (fields, pack_fields) = (form.pattern(), form.pack());
        let read = form.unpack(&quote!(Self::#name));
        pack.push(quote! {
            Self::#name #fields => {
                ::folio_chaincode_sdk::Packed::pack(&#place, into);
                #pack_fields
            }
        });
        unpack.push(quote!(#place => { #read }));
    }
    let pack = quote!(match self { #(#pack)* });
    let unpack = quote! {
        match <u32 as ::folio_chaincode_sdk::Packed>::unpack(from)? {
            #(#unpack)*
            _ => ::core::result::Result::Err(::folio_chaincode_sdk::PackedError::Malformed("a variant")),
        }
    };
    Ok((pack, unpack))
}

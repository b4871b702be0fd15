//! Calls that want too much, or end badly.

use std::hint::black_box;

use folio_chaincode_sdk::{Context, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Nothing, Text};

/// A key that a test overwrites, in the component's data, with bytes that are no UTF-8.
pub const KEY_MARK: &str = "a-key-that-a-test-overwrites";

/// How much of it.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Amount {
    amount: usize,
}

pub(crate) fn spin(_: &Context<'_>, _: Nothing) -> Result<u64> {
    let mut turns = 0_u64;
    while black_box(true) {
        turns = turns.wrapping_add(1);
    }
    Ok(turns)
}

/// Few instructions, each of which takes long.
pub(crate) fn fill(_: &Context<'_>, bytes: Amount) -> Result<u64> {
    let mut memory = vec![0_u8; bytes.amount];
    let mut turns = 0_u8;
    while black_box(true) {
        turns = turns.wrapping_add(1);
        black_box(&mut memory).fill(turns);
    }
    Ok(u64::from(turns))
}

#[allow(clippy::panic, reason = "the panic is what is tested")]
pub(crate) fn panic(_: &Context<'_>, reason: Text) -> Result<()> {
    panic!("{}", reason.text)
}

pub(crate) fn recurse(_: &Context<'_>, depth: Amount) -> Result<usize> {
    fn descend(left: usize) -> usize {
        let frame = black_box([left; 16]);
        if left == 0 { 0 } else { descend(left - 1) + black_box(frame)[3] / left }
    }
    Ok(descend(depth.amount))
}

pub(crate) fn eat_memory(_: &Context<'_>, bytes: Amount) -> Result<usize> {
    const MEBIBYTE: usize = 1 << 20;
    let mut kept = Vec::new();
    while kept.len() * MEBIBYTE < bytes.amount {
        kept.push(black_box(vec![1_u8; MEBIBYTE]));
    }
    Ok(black_box(kept).len())
}

pub(crate) fn respond(_: &Context<'_>, bytes: Amount) -> Result<Text> {
    Ok(Text { text: "x".repeat(bytes.amount) })
}

/// An event's name and the size of its payload.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Event {
    name: String,
    amount: usize,
}

pub(crate) fn emit(context: &mut Context<'_>, event: Event) -> Result<()> {
    context.put("emitted".to_owned(), vec![1]);
    context.emit(&event.name, &"x".repeat(event.amount))
}

pub(crate) fn log(context: &Context<'_>, lines: Amount) -> Result<usize> {
    for line in 0..lines.amount {
        context.log(&format!("line {line}"));
    }
    Ok(lines.amount)
}

/// How often, and over how many bytes.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Hashes {
    count: usize,
    bytes: usize,
}

pub(crate) fn hash(context: &Context<'_>, hashes: Hashes) -> Result<Vec<u8>> {
    let data = vec![b'x'; hashes.bytes];
    let mut digest = [0; 32];
    for _ in 0..hashes.count {
        digest = context.sha256(&[&data]);
    }
    Ok(digest.to_vec())
}

/// A signature to check, `count` times.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Verify {
    count: usize,
    public_key: Vec<u8>,
    message: String,
    signature: Vec<u8>,
}

pub(crate) fn verify(context: &Context<'_>, verify: Verify) -> Result<bool> {
    let check = || context.verify_secp256k1(&verify.public_key, verify.message.as_bytes(), &verify.signature);
    Ok((0..verify.count).all(|_| check()))
}

/// The bits of a number that is none.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Bits {
    bits: u64,
}

pub(crate) fn nan(_: &Context<'_>, _: Nothing) -> Result<Bits> {
    let zero = black_box(0.0_f64);
    let none = zero / black_box(0.0_f64);
    Ok(Bits { bits: (-none).to_bits() })
}

pub(crate) fn marked_key(context: &Context<'_>, _: Nothing) -> Result<bool> {
    Ok(context.get(black_box(KEY_MARK)).is_some())
}

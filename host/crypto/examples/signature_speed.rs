//! Prints what one signature and one check cost on each curve: `cargo run --release -p folio-crypto --example
//! signature_speed`.

use std::{hint::black_box, time::Instant};

use folio_crypto::{Curve, KeyError, SigningKey, sha256};

/// The fastest of many short batches: other work on the machine makes batches slower, never faster.
const BATCHES: u32 = 200;
const ROUNDS: u32 = 25;

fn main() -> Result<(), KeyError> {
    let message = vec![7u8; 2_000];
    println!("{:<12}{:>12}{:>12}", "", "sign, µs", "verify, µs");
    for curve in Curve::ALL {
        let key = SigningKey::generate(curve)?;
        let (public, signature) = (key.public_key(), key.sign(&message));
        let sign = micros(|| drop(black_box(key.sign(black_box(&message)))));
        let verify = micros(|| assert!(public.verify(black_box(&message), black_box(&signature)).is_ok()));
        println!("{:<12}{sign:>12.1}{verify:>12.1}", curve.name());
    }
    let digest = micros(|| assert_ne!(sha256(&[black_box(&message)]), [0; 32]));
    println!("SHA-256 of {} bytes: {digest:.1} µs", message.len());
    Ok(())
}

fn micros(mut work: impl FnMut()) -> f64 {
    let mut batch = || {
        let start = Instant::now();
        (0..ROUNDS).for_each(|_| work());
        start.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS)
    };
    (0..BATCHES).map(|_| batch()).fold(f64::INFINITY, f64::min)
}

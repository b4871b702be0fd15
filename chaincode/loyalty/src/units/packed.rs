//! The packed form of the units, and what each refuses to read.

use folio_chaincode_sdk::{Packed, PackedError, Unpacker, pack_text};

use super::{Currency, Date, NightCredits, Points, Rational};

type Result<T> = std::result::Result<T, PackedError>;

impl Packed for Points {
    fn pack(&self, into: &mut Vec<u8>) {
        self.get().pack(into);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        Self::new(u64::unpack(from)?).map_err(|_| PackedError::Malformed("a number of points"))
    }
}

impl Packed for Rational {
    fn pack(&self, into: &mut Vec<u8>) {
        (self.numerator(), self.denominator()).pack(into);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        let (numerator, denominator) = <(i64, i64)>::unpack(from)?;
        match Self::new(numerator, denominator) {
            Ok(ratio) if ratio.denominator() == denominator => Ok(ratio),
            _ => Err(PackedError::Malformed("a ratio")),
        }
    }
}

impl Packed for NightCredits {
    fn pack(&self, into: &mut Vec<u8>) {
        Rational::from(*self).pack(into);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        Self::try_from(Rational::unpack(from)?).map_err(|_| PackedError::Malformed("a number of night credits"))
    }
}

impl Packed for Date {
    fn pack(&self, into: &mut Vec<u8>) {
        self.days().pack(into);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        Self::from_days(i32::unpack(from)?).map_err(|_| PackedError::Malformed("a date"))
    }
}

impl Packed for Currency {
    fn pack(&self, into: &mut Vec<u8>) {
        pack_text(self.code(), into);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Result<Self> {
        from.text()?.parse().map_err(|_| PackedError::Malformed("a currency"))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::str::FromStr;

    use folio_chaincode_sdk::{from_packed, to_packed};

    use super::*;

    fn reads_back<T: FromStr<Err: Debug> + Packed + PartialEq + Debug>(texts: &[&str]) {
        for text in texts {
            let value: T = text.parse().unwrap();
            assert_eq!(from_packed(&to_packed(&value)), Ok(value), "{text}");
        }
    }

    #[test]
    fn a_unit_reads_back_and_what_it_cannot_hold_is_refused() {
        reads_back::<Rational>(&["0", "-3/4", "12.5", "9223372036854775807", "1/9223372036854775807"]);
        reads_back::<NightCredits>(&["0", "1/2", "-1/60", "35791394"]);
        reads_back::<Date>(&["1970-01-01", "2026-02-28", "1900-01-01", "9999-12-31"]);
        reads_back::<Currency>(&["EUR", "XXQ"]);
        assert_eq!(from_packed(&to_packed(&Points::MAX)), Ok(Points::MAX));

        let refused = |what| PackedError::Malformed(what);
        assert_eq!(from_packed::<Points>(&to_packed(&u64::MAX)), Err(refused("a number of points")));
        for (numerator, denominator) in [(1_i64, 0_i64), (2, 4), (1, -2), (0, 3), (i64::MIN, i64::MIN)] {
            assert_eq!(from_packed::<Rational>(&to_packed(&(numerator, denominator))), Err(refused("a ratio")));
        }
        let seventh: Rational = "1/7".parse().unwrap();
        assert_eq!(from_packed::<NightCredits>(&to_packed(&seventh)), Err(refused("a number of night credits")));
        assert_eq!(from_packed::<Date>(&to_packed(&i32::MAX)), Err(refused("a date")));
        assert_eq!(from_packed::<Currency>(&to_packed(&"eur".to_owned())), Err(refused("a currency")));
    }
}

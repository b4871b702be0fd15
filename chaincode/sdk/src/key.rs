//! Keys built from components that keep their order.
//!
//! Each component is either of fixed width or ends in a comma, which sorts below every character that a component may
//! hold. So no key is the beginning of another, and comparing keys compares their components in turn.

/// Sorts above every character of a component; a range over a prefix ends with it.
pub(crate) const PAST_EVERY_KEY: char = '~';

/// One component of a key.
pub trait KeyPart: Sized {
    /// How documentation calls this component's form, such as `hex 32`.
    const FORM: &'static str;

    /// Appends the component.
    fn write(&self, out: &mut String);

    /// Reads the component back; `None` when this is no form that [`write`](Self::write) makes.
    fn read(key: &mut KeyReader<'_>) -> Option<Self>;
}

/// What is left to read of a key.
#[derive(Debug)]
pub struct KeyReader<'a> {
    rest: &'a str,
}

impl<'a> KeyReader<'a> {
    /// Reads from the start of `text`.
    pub fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// The next `width` characters.
    pub fn fixed(&mut self, width: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(width)?;
        self.rest = rest;
        Some(taken)
    }

    /// The characters up to the next comma, which is dropped.
    pub fn until_comma(&mut self) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_once(',')?;
        self.rest = rest;
        Some(taken)
    }

    /// Whether all is read.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

/// A whole key: one component, or a tuple of up to five.
pub trait Key: Sized {
    /// The forms of the components, in order.
    const FORMS: &'static [&'static str];

    /// Appends all components.
    fn write(&self, out: &mut String);

    /// Reads all components back.
    fn read(key: &mut KeyReader<'_>) -> Option<Self>;
}

/// The leading components of keys of type `K`: the rows that a scan returns. `()` stands for all rows.
pub trait Prefix<K> {
    /// Appends the leading components.
    fn write_prefix(&self, out: &mut String);
}

impl<P: KeyPart> Key for P {
    const FORMS: &'static [&'static str] = &[P::FORM];

    fn write(&self, out: &mut String) {
        KeyPart::write(self, out);
    }

    fn read(key: &mut KeyReader<'_>) -> Option<Self> {
        KeyPart::read(key)
    }
}

impl<K: Key> Prefix<K> for () {
    fn write_prefix(&self, _: &mut String) {}
}

macro_rules! tuple_key {
    ($($part:ident $index:tt),+) => {
        impl<$($part: KeyPart),+> Key for ($($part,)+) {
            const FORMS: &'static [&'static str] = &[$($part::FORM),+];

            fn write(&self, out: &mut String) {
                $(KeyPart::write(&self.$index, out);)+
            }

            fn read(key: &mut KeyReader<'_>) -> Option<Self> {
                Some(($(<$part as KeyPart>::read(key)?,)+))
            }
        }
    };
}

tuple_key!(A 0, B 1);
tuple_key!(A 0, B 1, C 2);
tuple_key!(A 0, B 1, C 2, D 3);
tuple_key!(A 0, B 1, C 2, D 3, E 4);

macro_rules! tuple_prefix {
    ([$($lead:ident $index:tt),+] of [$($whole:ident),+]) => {
        impl<$($whole: KeyPart),+> Prefix<($($whole,)+)> for ($($lead,)+) {
            fn write_prefix(&self, out: &mut String) {
                $(KeyPart::write(&self.$index, out);)+
            }
        }
    };
}

tuple_prefix!([A 0] of [A, B]);
// A whole key, as a bound of a range.
tuple_prefix!([A 0, B 1] of [A, B]);
tuple_prefix!([A 0] of [A, B, C]);
tuple_prefix!([A 0, B 1] of [A, B, C]);
tuple_prefix!([A 0] of [A, B, C, D]);
tuple_prefix!([A 0, B 1] of [A, B, C, D]);
tuple_prefix!([A 0, B 1, C 2] of [A, B, C, D]);
tuple_prefix!([A 0] of [A, B, C, D, E]);
tuple_prefix!([A 0, B 1] of [A, B, C, D, E]);
tuple_prefix!([A 0, B 1, C 2] of [A, B, C, D, E]);
tuple_prefix!([A 0, B 1, C 2, D 3] of [A, B, C, D, E]);

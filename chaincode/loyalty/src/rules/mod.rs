//! The rules of a programme as data, and the pure functions that interpret them.

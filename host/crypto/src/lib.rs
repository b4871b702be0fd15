//! folio-crypto

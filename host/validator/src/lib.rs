//! folio-validator

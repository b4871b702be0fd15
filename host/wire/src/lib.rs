//! folio-wire

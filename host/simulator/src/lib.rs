//! folio-simulator

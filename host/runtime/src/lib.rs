//! folio-runtime

//! folio-lifecycle

//! folio-ordering

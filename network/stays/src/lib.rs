//! folio-stays

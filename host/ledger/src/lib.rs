//! folio-ledger

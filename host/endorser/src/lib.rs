//! folio-endorser

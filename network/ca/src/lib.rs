//! folio-ca

//! folio-peer

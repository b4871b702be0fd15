//! folio-channel

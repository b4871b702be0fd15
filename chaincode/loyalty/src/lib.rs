//! folio-loyalty

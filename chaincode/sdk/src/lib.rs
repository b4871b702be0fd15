//! folio-chaincode-sdk

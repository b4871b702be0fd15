//! The gateway: what client applications speak to.

mod layout;

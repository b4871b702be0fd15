//! Why an identity or a configuration is refused.

use folio_crypto::{Curve, KeyError, SignatureError};
use folio_wire::WireError;
use thiserror::Error;

/// Why an identity or the configuration of an MSP is refused. Certificates are named by their subject.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MspError {
    /// The identity is larger than any real one.
    #[error("identity has {length} bytes, at most {max} are read")]
    TooLarge {
        /// Its length.
        length: usize,
        /// The limit.
        max: usize,
    },
    /// The identity is no message with an MSP id and a certificate.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The channel has no such organisation.
    #[error("unknown MSP {msp_id:?}")]
    UnknownMsp {
        /// Its id, cut.
        msp_id: String,
    },
    /// The text is not PEM, or PEM of something else.
    #[error("{what} is not PEM of a {expected}: {reason}")]
    Pem {
        /// What was read.
        what: &'static str,
        /// The label that it should have.
        expected: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The certificate or list breaks the rules of its encoding.
    #[error("{what} is malformed: {reason}")]
    Malformed {
        /// What was read.
        what: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Its public key cannot be used.
    #[error("certificate of {subject}: {source}")]
    Key {
        /// Whose certificate.
        subject: String,
        /// Why not.
        source: KeyError,
    },
    /// The organisation does not take keys on this curve.
    #[error("MSP {msp_id:?} does not accept keys on {curve}, as {subject} has")]
    CurveNotAllowed {
        /// The organisation.
        msp_id: String,
        /// The curve.
        curve: Curve,
        /// Whose certificate.
        subject: String,
    },
    /// A critical extension that is not understood.
    #[error("certificate of {subject} has the critical extension {oid}, which is not understood")]
    CriticalExtension {
        /// Whose certificate.
        subject: String,
        /// Which extension.
        oid: String,
    },
    /// No authority of the organisation has the issuer's name.
    #[error("certificate of {subject} is issued by {issuer}, which is no authority of MSP {msp_id:?}")]
    UnknownIssuer {
        /// The organisation.
        msp_id: String,
        /// Whose certificate.
        subject: String,
        /// The issuer that it names.
        issuer: String,
    },
    /// The signature on the certificate is not by the authority that it names.
    #[error("certificate of {subject} is not signed by {issuer}: {source}")]
    NotSigned {
        /// Whose certificate.
        subject: String,
        /// The issuer that it names.
        issuer: String,
        /// Why not.
        source: SignatureError,
    },
    /// The scheme of the signature does not fit the authority's key.
    #[error("certificate of {subject} is signed with algorithm {oid}, its authority's key is on {curve}")]
    Algorithm {
        /// Whose certificate.
        subject: String,
        /// The scheme named.
        oid: String,
        /// The authority's curve.
        curve: Curve,
    },
    /// A certificate cannot be used as it is.
    #[error("certificate of {subject} {reason}")]
    Unfit {
        /// Whose certificate.
        subject: String,
        /// What it lacks or has too much.
        reason: &'static str,
    },
    /// On a revocation list.
    #[error("certificate of {subject} with serial number {serial} is revoked")]
    Revoked {
        /// Whose certificate.
        subject: String,
        /// Its serial number, hexadecimal.
        serial: String,
    },
    /// The organisational units do not name exactly one role.
    #[error("certificate of {subject} has units {units:?}: exactly one that stands for a role must be among them")]
    Roles {
        /// Whose certificate.
        subject: String,
        /// Its units.
        units: Vec<String>,
    },
    /// A revocation list that no authority of the organisation signed.
    #[error("revocation list of {issuer} is not signed by an authority of MSP {msp_id:?}")]
    UnknownListIssuer {
        /// The organisation.
        msp_id: String,
        /// The issuer that it names.
        issuer: String,
    },
    /// An MSP without roots vouches for nobody.
    #[error("MSP {msp_id:?} has no root certificate")]
    NoRoot {
        /// The organisation.
        msp_id: String,
    },
    /// More authorities than any organisation has.
    #[error("MSP {msp_id:?} has {got} authorities, at most {max} are read")]
    TooManyAuthorities {
        /// The organisation.
        msp_id: String,
        /// How many it lists.
        got: usize,
        /// The limit.
        max: usize,
    },
    /// Two organisations with one id.
    #[error("MSP {msp_id:?} is configured twice")]
    DuplicateMsp {
        /// The id.
        msp_id: String,
    },
    /// The private key is not that of the certificate.
    #[error("the private key is not that of the certificate of {subject}")]
    KeyMismatch {
        /// Whose certificate.
        subject: String,
    },
}

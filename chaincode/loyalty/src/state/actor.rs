//! Who did something, as it stands beside what was done.

/// What somebody is in an organisation, from the certificate's attribute `folio.role`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, prost::Enumeration)]
pub enum Role {
    /// None was said.
    None = 0,
    /// A hotel's property management system.
    Pms = 1,
    /// A hotel's front desk.
    Frontdesk = 2,
    /// A programme's service centre, which acts for members without a key.
    Agent = 3,
    /// Decides for the organisation.
    Manager = 4,
    /// Reads everything and changes nothing.
    Auditor = 5,
}

/// Who acted. The person is a pseudonym: a shortened hash of the certificate.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ActorRow {
    /// The organisation.
    #[prost(string, tag = "1")]
    pub organisation: String,
    /// In which role.
    #[prost(enumeration = "Role", tag = "2")]
    pub role: i32,
    /// Eight bytes that stand for the person or system.
    #[prost(bytes = "vec", tag = "3")]
    pub user: Vec<u8>,
    /// Whether the member signed for it.
    #[prost(bool, tag = "4")]
    pub member_signed: bool,
}

//! Keys and certificates of a new network.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use folio_ca::{Enrolment, Organisation as Authorities, Validity};
use folio_crypto::{Curve, create_private_folder, write_key_file};
use folio_types::Role;

use crate::{Network, Organisation, SigningCurve, TopologyError};

/// How long the certificates of a new network hold.
const VALIDITY_DAYS: u32 = 5 * 365;

/// A certificate holds from a little before it is made, for machines whose clocks are behind.
const BACKDATED_SECONDS: i64 = 3600;

/// Length of the secret from which an organisation's salts are made.
const SECRET_BYTES: usize = 32;

/// A user that every organisation gets: name, MSP role, Folio role, curve where it is not the organisation's, and
/// whether it acts for the organisation's hotels.
struct User {
    name: &'static str,
    role: Role,
    folio_role: &'static str,
    curve: Option<SigningCurve>,
    hotels: bool,
}

const USERS: [User; 6] = [
    User { name: "admin", role: Role::Admin, folio_role: "manager", curve: None, hotels: false },
    User { name: "pms", role: Role::Client, folio_role: "pms", curve: None, hotels: true },
    User { name: "frontdesk", role: Role::Client, folio_role: "frontdesk", curve: None, hotels: true },
    User { name: "agent", role: Role::Client, folio_role: "agent", curve: None, hotels: false },
    User { name: "auditor", role: Role::Client, folio_role: "auditor", curve: None, hotels: false },
    // What an unmodified Fabric client signs with.
    User { name: "pms-p256", role: Role::Client, folio_role: "pms", curve: Some(SigningCurve::P256), hotels: true },
];

/// From when to when certificates of a network founded at `now` (seconds since 1970) hold.
pub(crate) fn validity(now: i64) -> Validity {
    Validity::days(now - BACKDATED_SECONDS, VALIDITY_DAYS)
}

/// Makes the authorities of an organisation, its users and its peers' credentials.
pub(crate) fn make_organisation(
    network: &Network,
    organisation: &Organisation,
    validity: Validity,
) -> Result<Authorities, TopologyError> {
    let curve = curve_of(organisation.curve);
    let identity = |error: folio_ca::CaError| TopologyError::identity(&organisation.msp_id, &error);
    let authorities = Authorities::create(&organisation.msp_id, curve, validity).map_err(identity)?;
    authorities.save(&network.authority(&organisation.name)).map_err(identity)?;
    write(&network.tls_root(&organisation.name), authorities.tls_authority().certificate_pem())?;
    let mut secret = [0u8; SECRET_BYTES];
    getrandom::fill(&mut secret).map_err(|error| TopologyError::identity("the organisation's secret", &error))?;
    let secret_file = network.secret_file(&organisation.name);
    create_private_folder(secret_file.parent().unwrap_or(&secret_file))
        .and_then(|()| write_key_file(&secret_file, hex::encode(secret).as_bytes()))
        .map_err(|error| TopologyError::identity("the organisation's secret", &error))?;
    for user in &USERS {
        let mut attributes = BTreeMap::from([("folio.role".to_owned(), user.folio_role.to_owned())]);
        if user.hotels {
            attributes.insert("folio.hotels".to_owned(), organisation.hotels.join(","));
        }
        let enrolment =
            Enrolment { common_name: format!("{}@{}", user.name, organisation.name), role: user.role, attributes };
        let curve = user.curve.map_or(curve, curve_of);
        let credential = authorities.enrol(&enrolment, curve, validity).map_err(identity)?;
        credential.save(&network.user(&organisation.name, user.name)).map_err(identity)?;
    }
    for peer in &organisation.peers {
        let name = format!("{}.{}", peer.name, organisation.name);
        let folder = network.peer_folder(&organisation.name, &peer.name);
        make_node(network, &authorities, &name, Role::Peer, curve, &folder, validity)?;
    }
    Ok(authorities)
}

/// Makes the ordering organisation and its orderer's credentials.
pub(crate) fn make_orderer(network: &Network, validity: Validity) -> Result<Authorities, TopologyError> {
    let msp_id = &network.topology().orderer.msp_id;
    let identity = |error: folio_ca::CaError| TopologyError::identity(msp_id, &error);
    let authorities = Authorities::create(msp_id, Curve::Secp256k1, validity).map_err(identity)?;
    authorities.save(&network.orderer_authority()).map_err(identity)?;
    let folder = network.orderer().folder;
    make_node(network, &authorities, "orderer", Role::Orderer, Curve::Secp256k1, &folder, validity)?;
    Ok(authorities)
}

fn make_node(
    network: &Network,
    authorities: &Authorities,
    name: &str,
    role: Role,
    curve: Curve,
    folder: &Path,
    validity: Validity,
) -> Result<(), TopologyError> {
    let identity = |error: folio_ca::CaError| TopologyError::identity(name, &error);
    let enrolment = Enrolment { common_name: name.to_owned(), role, attributes: BTreeMap::new() };
    let credential = authorities.enrol(&enrolment, curve, validity).map_err(identity)?;
    credential.save(&folder.join("identity")).map_err(identity)?;
    let host = network.topology().host.to_string();
    let names = ["localhost", "127.0.0.1", "::1", &host, name];
    let server = authorities.issue_server(name, &names, validity).map_err(identity)?;
    server.save(&folder.join("tls")).map_err(identity)
}

pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), TopologyError> {
    fs::write(path, content).map_err(|source| TopologyError::io("write", path, source))
}

pub(crate) const fn curve_of(curve: SigningCurve) -> Curve {
    match curve {
        SigningCurve::Secp256k1 => Curve::Secp256k1,
        SigningCurve::P256 => Curve::P256,
        SigningCurve::Ed25519 => Curve::Ed25519,
    }
}

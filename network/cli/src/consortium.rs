//! What a new network needs before the first stay: the loyalty chaincode, hotels, an exchange rate, programmes.
//!
//! Everything is sent with a fixed request id, so that preparing a network again changes nothing.

use std::path::Path;

use anyhow::{Context, Result};
use folio_client::{Call, Gateway};
use folio_loyalty::rules::programme::{Definition, demonstrated};
use folio_topology::Network;
use serde_json::{Value, json};

use crate::definition;
use crate::sending::transact_everywhere;
use crate::session::{CHAINCODE, Everywhere, connect};

/// Version of the chaincode that ships with this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The one declared exchange rate of the demonstration: dollars for a euro, about the mean of the data set's years. It
/// holds from before the first stay.
const EUR_USD: (&str, &str) = ("2015-01-01", "1.0834");

/// The brand under which the shipped hotels stand in the registry; no shipped programme makes an exception of it.
const BRAND: &str = "Hilton";

/// Brings the chaincode and the consortium's data onto the channel, as far as they are not there yet.
pub(crate) async fn prepare(network: &Network, component: &Path) -> Result<()> {
    let Some(first) = network.topology().organisations.first() else { return Ok(()) };
    let admin = connect(network, first, "admin")?;
    if definition::committed(&admin, CHAINCODE).await?.is_none() {
        definition::bring_up(network, CHAINCODE, VERSION, component).await?;
    }
    let everywhere = Everywhere::of(network)?;
    agree_on_policy(network, &everywhere).await?;
    register_hotels(network, &everywhere).await?;
    let (date, rate) = EUR_USD;
    let exchange =
        json!({ "request_id": "shipped-fx-eur-usd", "from": "EUR", "to": "USD", "date": date, "rate": rate });
    write(&everywhere, &admin, "fx.post", &exchange).await?;
    for definition in programmes()? {
        bring_programme(network, &definition).await?;
    }
    Ok(())
}

/// The programmes that the shipped consortium runs.
pub(crate) fn programmes() -> Result<Vec<Definition>> {
    let definitions = demonstrated().map(|(_, text)| Definition::from_toml(text));
    definitions.collect::<Result<_, _>>().context("a shipped programme cannot be read")
}

/// Founds the consortium: the first organisation proposes the policy, and the others approve it.
async fn agree_on_policy(network: &Network, everywhere: &Everywhere) -> Result<()> {
    let organisations = &network.topology().organisations;
    let names: Vec<&str> = organisations.iter().map(|organisation| organisation.msp_id.as_str()).collect();
    let Some((first, others)) = organisations.split_first() else { return Ok(()) };
    // The demonstration replays the years 2015 to 2017, so that spending may lag behind today.
    let policy = json!({
        "request_id": "shipped-policy",
        "organisations": names,
        "fx_sources": [first.msp_id],
        "spend_lag_days_max": null,
    });
    let proposed = write(everywhere, &connect(network, first, "admin")?, "policy.propose", &policy).await?;
    let proposed: Value = serde_json::from_slice(&proposed).context("the proposed policy cannot be read")?;
    let approval = json!({
        "request_id": "shipped-policy-approval",
        "proposed_by": first.msp_id,
        "digest": proposed["digest"],
    });
    for organisation in others {
        write(everywhere, &connect(network, organisation, "admin")?, "policy.approve", &approval).await?;
    }
    Ok(())
}

async fn register_hotels(network: &Network, everywhere: &Everywhere) -> Result<()> {
    for organisation in &network.topology().organisations {
        let admin = connect(network, organisation, "admin")?;
        let secret = network.secret(&organisation.name)?;
        let commitment = folio_crypto::sha256(&[b"folio-hotel-secret-v1", &secret]);
        for hotel in &organisation.hotels {
            let registration = json!({
                "request_id": format!("shipped-hotel-{hotel}"),
                "hotel": hotel,
                "chain": organisation.name,
                "brand": BRAND,
                "currency": "EUR",
                "secret_commitment": hex::encode(commitment),
            });
            write(everywhere, &admin, "hotel.register", &registration).await?;
        }
    }
    Ok(())
}

/// Has the owner propose, approve and activate a programme. One whose owner is not of this consortium is left out.
pub(crate) async fn bring_programme(network: &Network, programme: &Definition) -> Result<()> {
    let Ok(owner) = network.topology().organisation(&programme.owner) else { return Ok(()) };
    let manager = connect(network, owner, "admin")?;
    let everywhere = Everywhere::of(network)?;
    let (id, version) = (&programme.programme, programme.version);
    let request = |what: &str| format!("shipped-{what}-{id}-{version}");
    let proposal = json!({ "request_id": request("propose"), "definition": programme });
    write(&everywhere, &manager, "programme.propose", &proposal).await?;
    let decision = |what| json!({ "request_id": request(what), "programme": id, "version": version });
    write(&everywhere, &manager, "programme.approve", &decision("approve")).await?;
    write(&everywhere, &manager, "programme.activate", &decision("activate")).await?;
    Ok(())
}

/// Calls a function whose effect is wanted once, and gives its answer; one that had it before is not ordered again. Returns
/// when every organisation's peer has it, since the next call may be endorsed by any of them.
pub(crate) async fn write(
    everywhere: &Everywhere,
    gateway: &Gateway,
    function: &str,
    arguments: &Value,
) -> Result<Vec<u8>> {
    let call = Call::new(function, arguments.to_string());
    let answered = transact_everywhere(gateway, everywhere, call).await;
    Ok(answered.with_context(|| format!("{function} was not done"))?.result)
}

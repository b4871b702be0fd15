//! `folio chaincode query` and `invoke`: any function of a chaincode, as any user of the network.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use clap::Args;
use folio_client::Call;
use folio_crypto::{SigningKey, read_key_file};
use folio_topology::{Network, Organisation};
use serde_json::{Value, json};

use super::NetworkFolder;
use crate::intent;
use crate::sending::transact_everywhere;
use crate::session::{self, Everywhere, connect, random_hex};

/// A function, and what it is called with.
#[derive(Debug, Args)]
pub(crate) struct Question {
    /// The function, such as `settlement.get`.
    function: String,
    /// Its arguments, a JSON object: the text itself, @FILE, or - for standard input.
    #[arg(default_value = "{}")]
    arguments: String,
    /// Who calls: USER, of the first organisation, or ORGANISATION/USER.
    #[arg(long = "as", default_value = "admin")]
    caller: String,
    /// What endorsers see and the ledger does not: NAME=TEXT or NAME=@FILE. Once for each name.
    #[arg(long, value_name = "NAME=VALUE")]
    transient: Vec<String>,
    /// Put the caller's organisation's secret in the transient map, which functions need that know stays and numbers by it.
    #[arg(long)]
    secret: bool,
    /// The chaincode's name on the channel.
    #[arg(long, default_value = session::CHAINCODE)]
    name: String,
    #[command(flatten)]
    network: NetworkFolder,
}

/// A call that may write.
#[derive(Debug, Args)]
pub(crate) struct Order {
    #[command(flatten)]
    question: Question,
    /// Sign the arguments as the member's own word with this key (PKCS#8 PEM, in a folder that nobody else may enter): they
    /// become an intent, good for an hour. Each is another: repeated with its request id, one that was done is refused.
    #[arg(long, value_name = "FILE", conflicts_with = "name")]
    sign: Option<PathBuf>,
}

/// Asks, and prints the answer. Nothing is written.
pub(super) fn query(question: &Question) -> Result<ExitCode> {
    let network = question.network.open()?;
    let (organisation, user) = question.caller(&network)?;
    let arguments = question.arguments()?;
    let call = question.call(&network, organisation, &arguments)?;
    let answer = super::runtime()?.block_on(async {
        let gateway = connect(&network, organisation, user)?;
        anyhow::Ok(gateway.evaluate(call).await?)
    })?;
    show(&answer);
    Ok(ExitCode::SUCCESS)
}

/// Calls, waits until what it wrote stands on every peer, and prints the answer.
///
/// A call without a request id gets one, which is named first: who hears no answer repeats the call with it, and nothing is
/// done twice.
pub(super) fn invoke(Order { question, sign }: &Order) -> Result<ExitCode> {
    let network = question.network.open()?;
    let (organisation, user) = question.caller(&network)?;
    let mut arguments = question.arguments()?;
    if arguments.get("request_id").is_none() {
        let request_id = random_hex::<16>()?;
        eprintln!("request_id {request_id}");
        arguments["request_id"] = json!(request_id);
    }
    if let Some(key) = sign {
        let key = read_key_file(key)?;
        arguments = signed(&SigningKey::from_pkcs8_pem(&key)?, &network, &question.function, arguments)?;
    }
    let call = question.call(&network, organisation, &arguments)?;
    let answered = super::runtime()?.block_on(async {
        let gateway = connect(&network, organisation, user)?;
        transact_everywhere(&gateway, &Everywhere::of(&network)?, call).await
    })?;
    match answered.committed {
        Some(committed) => eprintln!("transaction {} is in block {}", committed.tx_id, committed.block),
        None => eprintln!("nothing was to be written"),
    }
    show(&answered.result);
    Ok(ExitCode::SUCCESS)
}

/// The arguments as an intent of whoever has the key.
fn signed(key: &SigningKey, network: &Network, function: &str, mut order: Value) -> Result<Value> {
    let request_id = order.as_object_mut().and_then(|order| order.remove("request_id"));
    let request_id = request_id.as_ref().and_then(Value::as_str).context("request_id is no text")?;
    intent::signed(key, &network.topology().channel, function, request_id, order)
}

/// One line of JSON, or whatever another chaincode answers.
fn show(answer: &[u8]) {
    println!("{}", String::from_utf8_lossy(answer));
}

impl Question {
    fn caller<'a>(&'a self, network: &'a Network) -> Result<(&'a Organisation, &'a str)> {
        match self.caller.split_once('/') {
            Some((organisation, user)) => Ok((network.topology().organisation(organisation)?, user)),
            None => {
                let first = network.topology().organisations.first();
                Ok((first.context("the consortium has no organisation")?, &self.caller))
            }
        }
    }

    fn arguments(&self) -> Result<Value> {
        let text = match (self.arguments.as_str(), self.arguments.strip_prefix('@')) {
            ("-", _) => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text).context("cannot read standard input")?;
                text
            }
            (_, Some(file)) => std::fs::read_to_string(file).with_context(|| format!("cannot read {file}"))?,
            (text, None) => text.to_owned(),
        };
        let arguments: Value = serde_json::from_str(&text).context("the arguments are no JSON")?;
        ensure!(arguments.is_object(), "the arguments are no JSON object");
        Ok(arguments)
    }

    fn call(&self, network: &Network, organisation: &Organisation, arguments: &Value) -> Result<Call> {
        let mut call = Call::new(&self.function, arguments.to_string()).to(&self.name);
        if self.secret {
            call = call.with_transient("secret", network.secret(&organisation.name)?);
        }
        for given in &self.transient {
            let Some((name, value)) = given.split_once('=') else {
                bail!("--transient {given}: write NAME=TEXT or NAME=@FILE");
            };
            let value = match value.strip_prefix('@') {
                Some(file) => Bytes::from(std::fs::read(file).with_context(|| format!("cannot read {file}"))?),
                None => Bytes::copy_from_slice(value.as_bytes()),
            };
            call = call.with_transient(name, value);
        }
        Ok(call)
    }
}

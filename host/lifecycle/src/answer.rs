//! The frame around every function: encoded arguments in, Fabric's answer out.

use bytes::Bytes;
use folio_wire::{Response, WireError};
use prost::Message;

use crate::LifecycleError;
use crate::names::shown;

/// Function name and encoded arguments.
pub(crate) fn split(args: &[Bytes]) -> Result<(&str, &Bytes), LifecycleError> {
    let [function, args] = args else { return Err(LifecycleError::ArgumentCount { got: args.len() }) };
    let function = std::str::from_utf8(function)
        .map_err(|_| LifecycleError::UnknownFunction { name: shown(&String::from_utf8_lossy(function)) })?;
    Ok((function, args))
}

pub(crate) fn decode_args<M: Message + Default>(args: &Bytes) -> Result<M, LifecycleError> {
    let malformed = |error: prost::DecodeError| WireError::Malformed {
        what: "arguments of a lifecycle function",
        reason: error.to_string(),
    };
    Ok(M::decode(args.clone()).map_err(malformed)?)
}

/// The answer to a function, in Fabric's words; faults of the peer are none.
pub(crate) fn answer(result: Result<Vec<u8>, LifecycleError>, args: &[Bytes]) -> Result<Response, LifecycleError> {
    let error = match result {
        Ok(payload) => return Ok(Response { status: 200, message: String::new(), payload: payload.into() }),
        Err(error) if error.is_fault() => return Err(error),
        Err(error) => error,
    };
    let status = error.status();
    let message = match (&error, split(args)) {
        (LifecycleError::AccessDenied { .. }, _) | (_, Err(_)) => error.to_string(),
        (_, Ok(_)) if status == 404 => error.to_string(),
        (_, Ok((function, _))) => format!("failed to invoke backing implementation of '{}': {error}", shown(function)),
    };
    Ok(Response { status, message, payload: Bytes::new() })
}

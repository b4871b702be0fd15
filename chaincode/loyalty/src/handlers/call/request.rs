//! Requests: what is asked twice is done once.

use folio_chaincode_sdk::{Context, Error, Result, Text, codes};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::state::{REQUESTS, RequestKey, RequestRow};

/// What a client calls its request by. It stands on the ledger and should tell nothing, like a random number.
pub(in crate::handlers) type RequestId = Text<64>;

/// A request that was asked for the first time.
pub(in crate::handlers) struct Request {
    key: RequestKey,
    digest: [u8; 32],
}

/// What is known of a request.
pub(in crate::handlers) enum Seen {
    /// It is new.
    Never(Request),
    /// It was answered before with this JSON, which is empty when another row holds the answer.
    Before(Vec<u8>),
}

/// Does `action` unless the same request was answered before; then that answer stands.
///
/// Two requests are the same when the JSON object is, byte for byte, and what came with it privately, of which
/// `private` holds a salted digest. An id belongs to the organisation that used it.
pub(in crate::handlers) fn once<R: Serialize + DeserializeOwned>(
    context: &mut Context<'_>,
    id: &RequestId,
    private: &[u8],
    action: impl FnOnce(&mut Context<'_>) -> Result<R>,
) -> Result<R> {
    match look_up(context, id, private)? {
        Seen::Before(answer) => {
            serde_json::from_slice(&answer).map_err(|error| Error::new(codes::STATE_UNREADABLE, error.to_string()))
        }
        Seen::Never(request) => {
            let result = action(context)?;
            let answer =
                serde_json::to_vec(&result).map_err(|error| Error::new(codes::RESULT_UNWRITABLE, error.to_string()))?;
            request.answered(context, answer);
            Ok(result)
        }
    }
}

/// Whether the request was answered before. An id that stood for something else is refused.
pub(in crate::handlers) fn look_up(context: &Context<'_>, id: &RequestId, private: &[u8]) -> Result<Seen> {
    let organisation = context.creator().msp_id.as_bytes();
    let key: RequestKey = context.sha256_id(&[b"folio-request-v1\n", organisation, b"\n", id.as_str().as_bytes()]);
    let digest = content_digest(context, private);
    match REQUESTS.get(context, &key)? {
        None => Ok(Seen::Never(Request { key, digest })),
        Some(row) if row.digest == digest => Ok(Seen::Before(row.answer)),
        Some(_) => Err(Error::new("REQUEST_REUSED", format!("request {id} was used before, for something else"))),
    }
}

impl Request {
    /// Keeps the answer.
    pub(in crate::handlers) fn answered(self, context: &mut Context<'_>, answer: Vec<u8>) {
        REQUESTS.put(context, &self.key, &RequestRow { digest: self.digest.to_vec(), answer });
    }
}

fn content_digest(context: &Context<'_>, private: &[u8]) -> [u8; 32] {
    let args = &context.invocation().args;
    let (function, object) = (args.first().map_or(&[][..], Vec::as_slice), args.get(1).map_or(&[][..], Vec::as_slice));
    let function_bytes = u32::try_from(function.len()).unwrap_or(u32::MAX).to_be_bytes();
    let object_bytes = u32::try_from(object.len()).unwrap_or(u32::MAX).to_be_bytes();
    context.sha256(&[b"folio-content-v1\n", &function_bytes, function, &object_bytes, object, private])
}

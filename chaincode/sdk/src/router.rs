//! From function names to handlers.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Context, Error, Result, arguments, codes};

/// Runs one function over the JSON object that it was called with.
pub trait Handler: Sync {
    /// The function's result, as one JSON object.
    fn handle(&self, context: &mut Context<'_>, object: &[u8]) -> Result<Vec<u8>>;
}

/// A function that may write.
pub struct Submit<A, R>(pub fn(&mut Context<'_>, A) -> Result<R>);

/// A function that only reads: it is given no way to write.
pub struct Query<A, R>(pub fn(&Context<'_>, A) -> Result<R>);

impl<A: DeserializeOwned, R: Serialize> Handler for Submit<A, R> {
    fn handle(&self, context: &mut Context<'_>, object: &[u8]) -> Result<Vec<u8>> {
        to_json(&(self.0)(context, arguments::parse(object)?)?)
    }
}

impl<A: DeserializeOwned, R: Serialize> Handler for Query<A, R> {
    fn handle(&self, context: &mut Context<'_>, object: &[u8]) -> Result<Vec<u8>> {
        to_json(&(self.0)(context, arguments::parse(object)?)?)
    }
}

fn to_json<R: Serialize>(result: &R) -> Result<Vec<u8>> {
    serde_json::to_vec(result).map_err(|error| Error::new(codes::RESULT_UNWRITABLE, error.to_string()))
}

/// A chaincode's functions, by name.
///
/// ```
/// use folio_chaincode_sdk::{Context, Query, Result, Router};
///
/// #[derive(serde::Deserialize)]
/// struct Echo {
///     text: String,
/// }
///
/// fn echo(_: &Context<'_>, arguments: Echo) -> Result<String> {
///     Ok(arguments.text)
/// }
///
/// static ROUTER: Router = Router::new(&[("echo", &Query(echo))]);
/// folio_chaincode_sdk::export!(ROUTER);
/// ```
pub struct Router {
    routes: &'static [(&'static str, &'static dyn Handler)],
}

impl Router {
    /// A router over these functions; of two with one name the first is called.
    pub const fn new(routes: &'static [(&'static str, &'static dyn Handler)]) -> Self {
        Self { routes }
    }

    /// The functions' names, in the order in which they were given.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.routes.iter().map(|(name, _)| *name)
    }

    /// Runs the function that the context's invocation names. Writes stay in the context.
    pub fn dispatch(&self, context: &mut Context<'_>) -> Result<Vec<u8>> {
        let (name, object) = arguments::split(&context.invocation().args)?;
        let (_, handler) = self.routes.iter().find(|(known, _)| *known == name).ok_or_else(|| {
            let shown: String = name.chars().take(80).collect();
            Error::new(codes::UNKNOWN_FUNCTION, format!("function {shown:?} does not exist"))
        })?;
        handler.handle(context, object)
    }
}

//! From function names to handlers.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Context, Error, Result, arguments, codes, json};
#[cfg(not(target_arch = "wasm32"))]
use crate::{Shape, schema};

/// Runs one function over the JSON object that it was called with.
pub trait Handler: Sync {
    /// The function's result, as one JSON object.
    fn handle(&self, context: &mut Context<'_>, object: &[u8]) -> Result<Vec<u8>>;

    /// The shape of the function under this name. A component does not tell.
    #[cfg(not(target_arch = "wasm32"))]
    fn shape(&self, function: &'static str) -> Shape;
}

/// A function that may write.
pub struct Submit<A, R>(pub fn(&mut Context<'_>, A) -> Result<R>);

/// A function that only reads: it is given no way to write.
pub struct Query<A, R>(pub fn(&Context<'_>, A) -> Result<R>);

impl<A: DeserializeOwned + JsonSchema, R: Serialize + JsonSchema> Handler for Submit<A, R> {
    fn handle(&self, context: &mut Context<'_>, object: &[u8]) -> Result<Vec<u8>> {
        to_json(&(self.0)(context, arguments::parse(object)?)?)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn shape(&self, function: &'static str) -> Shape {
        shape_of::<A, R>(function, true)
    }
}

impl<A: DeserializeOwned + JsonSchema, R: Serialize + JsonSchema> Handler for Query<A, R> {
    fn handle(&self, context: &mut Context<'_>, object: &[u8]) -> Result<Vec<u8>> {
        to_json(&(self.0)(context, arguments::parse(object)?)?)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn shape(&self, function: &'static str) -> Shape {
        shape_of::<A, R>(function, false)
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn shape_of<A: JsonSchema, R: JsonSchema>(function: &'static str, writes: bool) -> Shape {
    Shape { function, writes, arguments: schema::of_input::<A>(), result: schema::of_output::<R>() }
}

fn to_json<R: Serialize>(result: &R) -> Result<Vec<u8>> {
    json::write(result).map_err(|error| Error::new(codes::RESULT_UNWRITABLE, error.to_string()))
}

/// A chaincode's functions, by name.
///
/// ```
/// use folio_chaincode_sdk::{Context, Query, Result, Router};
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
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

    /// The shape of every function, in the order in which they were given.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn shapes(&self) -> impl Iterator<Item = Shape> {
        self.routes.iter().map(|(name, handler)| handler.shape(name))
    }

    /// Runs the function that the context's invocation names. Writes stay in the context.
    ///
    /// Clients of contracts with several parts write `contract:function`. Where no function has the whole name, the part
    /// after the colon is looked for; so two parts may have functions of one name, and a part that is alone needs none.
    pub fn dispatch(&self, context: &mut Context<'_>) -> Result<Vec<u8>> {
        let (name, object) = arguments::split(&context.invocation().args)?;
        let within = || self.handler(name.rsplit_once(':')?.1);
        let handler = self.handler(name).or_else(within).ok_or_else(|| {
            let shown: String = name.chars().take(80).collect();
            Error::new(codes::UNKNOWN_FUNCTION, format!("function {shown:?} does not exist"))
        })?;
        handler.handle(context, object)
    }

    fn handler(&self, name: &str) -> Option<&'static dyn Handler> {
        self.routes.iter().find(|(known, _)| *known == name).map(|(_, handler)| *handler)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::MockLedger;

    #[derive(Deserialize, JsonSchema)]
    struct Nothing {}

    #[test]
    fn parts_of_a_contract_may_have_functions_of_one_name() {
        static ROUTER: Router = Router::new(&[
            ("count", &Query(|_: &Context<'_>, _: Nothing| Ok(1))),
            ("two:count", &Query(|_: &Context<'_>, _: Nothing| Ok(2))),
            ("two:only", &Query(|_: &Context<'_>, _: Nothing| Ok(3))),
        ]);
        for (name, answer) in [
            ("count", Some(1)),
            ("one:count", Some(1)),
            ("two:count", Some(2)),
            ("two:only", Some(3)),
            ("only", None),
            ("one:only", None),
            ("one:two:only", None),
            ("two:", None),
        ] {
            let call = MockLedger::new("OrgMSP").simulate_args(&ROUTER, vec![name.as_bytes().to_vec()]);
            assert_eq!(call.json::<u8>().ok(), answer, "{name}");
        }
    }
}

//! What wasmtime makes of the world in `chaincode/wit`. Every import may trap: that is how misuse ends a call.

#![allow(missing_docs, unreachable_pub, clippy::all, reason = "generated")]

wasmtime::component::bindgen!({
    path: "../../chaincode/wit",
    world: "chaincode",
    imports: { default: trappable },
});

//! The engine: every setting that bears on determinism, safety or speed, written out.

use wasmtime::{
    Config, Enabled, Engine, Inlining, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Strategy,
    WasmFeatures,
};

use crate::RuntimeError;

/// Most memory of one call.
pub const MEMORY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Most stack of one call, on the thread that makes it.
pub const STACK_BYTES_MAX: usize = 512 * 1024;

/// Most calls at once on one core. It bounds address space, not threads: the caller brings those.
pub const CALLS_AT_ONCE_MAX: u32 = 128;

/// A component is made of its module and of two small ones that join it to its imports.
pub(crate) const CORE_INSTANCES_MAX: u32 = 4;
/// The module's own table, and the one of the joining modules.
pub(crate) const TABLES_MAX: u32 = 2;
pub(crate) const TABLE_ELEMENTS_MAX: usize = 10_000;
const INSTANCE_BYTES_MAX: usize = 256 * 1024;

/// Address space of one memory. With the full 4 GiB and a guard, no access needs a check.
const MEMORY_RESERVATION_BYTES: u64 = 4 << 30;
const MEMORY_GUARD_BYTES: u64 = 32 << 20;

/// Stack, data and arena of a component built with the SDK lie below this address, and stay mapped between calls.
const MEMORY_KEPT_BYTES: usize = 1 << 20;
const TABLE_KEPT_BYTES: usize = 64 * 1024;

/// WebAssembly as compilers have produced it for years, and nothing that is younger or not deterministic: no SIMD, no
/// threads, no second memory, no 64-bit memory, no tail calls, no garbage collection, no exceptions, nothing
/// asynchronous.
pub(crate) fn features() -> WasmFeatures {
    WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::REFERENCE_TYPES
        | WasmFeatures::EXTENDED_CONST
        | WasmFeatures::FLOATS
        | WasmFeatures::COMPONENT_MODEL
}

/// The whole configuration. Changing it makes compiled code of older configurations useless, and the cache notices.
pub(crate) fn config() -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .compiler_inlining(Inlining::No)
        .wasm_features(WasmFeatures::all(), false)
        .wasm_features(features(), true)
        .cranelift_nan_canonicalization(true)
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(STACK_BYTES_MAX)
        .signals_based_traps(true)
        .shared_memory(false)
        .concurrency_support(false)
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .native_unwind_info(false)
        .debug_symbols(false)
        .memory_init_cow(true)
        .memory_may_move(false)
        .memory_reservation(MEMORY_RESERVATION_BYTES)
        .memory_guard_size(MEMORY_GUARD_BYTES)
        .guard_before_linear_memory(true)
        .table_lazy_init(true)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    config
}

fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(CALLS_AT_ONCE_MAX)
        .total_core_instances(CALLS_AT_ONCE_MAX * CORE_INSTANCES_MAX)
        .total_memories(CALLS_AT_ONCE_MAX)
        .total_tables(CALLS_AT_ONCE_MAX * TABLES_MAX)
        .max_core_instances_per_component(CORE_INSTANCES_MAX)
        .max_memories_per_component(1)
        .max_tables_per_component(TABLES_MAX)
        .max_memories_per_module(1)
        .max_tables_per_module(1)
        .max_component_instance_size(INSTANCE_BYTES_MAX)
        .max_core_instance_size(INSTANCE_BYTES_MAX)
        .table_elements(TABLE_ELEMENTS_MAX)
        .max_memory_size(MEMORY_BYTES_MAX)
        .max_unused_warm_slots(CALLS_AT_ONCE_MAX)
        .linear_memory_keep_resident(MEMORY_KEPT_BYTES)
        .table_keep_resident(TABLE_KEPT_BYTES)
        .pagemap_scan(Enabled::Auto);
    pool
}

pub(crate) fn engine() -> Result<Engine, RuntimeError> {
    Engine::new(&config()).map_err(|error| RuntimeError::Engine { reason: format!("{error:#}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_has_exactly_these_features() {
        let engine = engine().unwrap();
        let names: Vec<&str> = engine.get_wasm_features().iter_names().map(|(name, _)| name).collect();
        let expected = [
            "MUTABLE_GLOBAL",
            "SATURATING_FLOAT_TO_INT",
            "SIGN_EXTENSION",
            "REFERENCE_TYPES",
            "MULTI_VALUE",
            "BULK_MEMORY",
            "FLOATS",
            "EXTENDED_CONST",
            "COMPONENT_MODEL",
        ];
        assert_eq!(names, expected);
        assert_eq!(engine.get_wasm_features(), features());
    }

    #[test]
    fn the_engine_is_deterministic_bounded_and_without_debugging_aids() {
        let engine = engine().unwrap();
        assert!(engine.get_consume_fuel());
        assert!(engine.get_epoch_interruption());
        assert_eq!(engine.get_cranelift_nan_canonicalization(), Some(true));
        assert_eq!(engine.get_max_wasm_stack(), STACK_BYTES_MAX);
        assert!(!engine.get_concurrency_support());
        assert!(!engine.get_shared_memory());
        assert!(!engine.get_generate_address_map());
        assert_eq!(engine.get_native_unwind_info(), Some(false));
        assert!(engine.get_memory_init_cow());
        assert_eq!(engine.get_memory_reservation(), MEMORY_RESERVATION_BYTES);

        let pool = engine.get_pooling_config().unwrap();
        assert_eq!(pool.get_max_memory_size(), MEMORY_BYTES_MAX);
        assert_eq!(pool.get_total_memories(), CALLS_AT_ONCE_MAX);
        assert_eq!(pool.get_total_component_instances(), CALLS_AT_ONCE_MAX);
        assert_eq!(pool.get_total_core_instances(), CALLS_AT_ONCE_MAX * CORE_INSTANCES_MAX);
        assert_eq!(pool.get_total_tables(), CALLS_AT_ONCE_MAX * TABLES_MAX);
        assert_eq!(pool.get_max_memories_per_component(), 1);
        assert_eq!(pool.get_max_memories_per_module(), 1);
        assert_eq!(pool.get_table_elements(), TABLE_ELEMENTS_MAX);
        assert_eq!(pool.get_memory_keep_resident(), MEMORY_KEPT_BYTES);
    }
}

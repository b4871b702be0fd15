//! What a component must look like before it is compiled.

use wasmparser::{ComponentImport, ComponentTypeRef, Encoding, Parser, Payload, Validator};

use crate::InstallError;
use crate::engine;

/// Structural limits. A component built with the SDK stays far below every one.
pub mod limits {
    /// Bytes of a component.
    pub const COMPONENT_BYTES_MAX: usize = 8 * 1024 * 1024;
    /// Core modules in a component.
    pub const MODULES_MAX: u64 = 4;
    /// Functions of all modules.
    pub const FUNCTIONS_MAX: u64 = 20_000;
    /// Bytes of one function.
    pub const FUNCTION_BYTES_MAX: u64 = 512 * 1024;
    /// Locals of one function.
    pub const LOCALS_MAX: u64 = 10_000;
    /// Globals of all modules.
    pub const GLOBALS_MAX: u64 = 1_000;
    /// Data segments of all modules.
    pub const DATA_SEGMENTS_MAX: u64 = 1_000;
    /// Pages of 64 KiB that a memory may have from the start.
    pub const INITIAL_MEMORY_PAGES_MAX: u64 = 64;
    /// Elements of a table.
    pub const TABLE_ELEMENTS_MAX: u64 = crate::engine::TABLE_ELEMENTS_MAX as u64;
}

use limits::*;

/// The interfaces that a chaincode may import: all of the world, and nothing else.
const INTERFACES: [&str; 6] = [
    "folio:chaincode/types@1.0.0",
    "folio:chaincode/state@1.0.0",
    "folio:chaincode/history@1.0.0",
    "folio:chaincode/private-data@1.0.0",
    "folio:chaincode/crypto@1.0.0",
    "folio:chaincode/diagnostics@1.0.0",
];

/// The types that the world names for the function that it exports.
const TYPES: [&str; 3] = ["invocation", "outcome", "failure"];

/// The function that every chaincode offers.
const EXPORT: &str = "invoke";

/// Checks form, size and seams. Whether the functions have the right types shows when the component is linked.
pub(crate) fn check(component: &[u8]) -> Result<(), InstallError> {
    at_most("bytes", component.len() as u64, COMPONENT_BYTES_MAX as u64)?;
    let mut counted = Counted::default();
    for payload in Parser::new(0).parse_all(component) {
        counted.payload(payload.map_err(malformed)?)?;
    }
    if !counted.exported {
        return Err(InstallError::MissingExport { name: EXPORT });
    }
    Validator::new_with_features(engine::features()).validate_all(component).map_err(malformed)?;
    Ok(())
}

fn malformed(error: wasmparser::BinaryReaderError) -> InstallError {
    InstallError::Malformed { reason: error.to_string() }
}

fn at_most(what: &'static str, got: u64, max: u64) -> Result<(), InstallError> {
    if got > max { Err(InstallError::TooMuch { what, got, max }) } else { Ok(()) }
}

/// What was seen so far, in all modules together.
#[derive(Default)]
struct Counted {
    /// How many modules are open around the place that is read: none or one.
    depth: u32,
    modules: u64,
    functions: u64,
    globals: u64,
    data_segments: u64,
    exported: bool,
}

impl Counted {
    fn payload(&mut self, payload: Payload<'_>) -> Result<(), InstallError> {
        match payload {
            Payload::Version { encoding, .. } if self.depth == 0 && encoding != Encoding::Component => {
                Err(InstallError::Malformed { reason: "it is a core module, not a component".to_owned() })
            }
            Payload::ModuleSection { .. } => {
                self.depth += 1;
                self.modules += 1;
                at_most("modules", self.modules, MODULES_MAX)
            }
            // The world exports a function and no interface, for which alone components are nested.
            Payload::ComponentSection { .. } => at_most("nested components", 1, 0),
            Payload::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(())
            }
            Payload::ComponentImportSection(section) if self.depth == 0 => {
                section.into_iter().try_for_each(|import| import_is_known(&import.map_err(malformed)?))
            }
            Payload::ComponentExportSection(section) if self.depth == 0 => section.into_iter().try_for_each(|export| {
                self.exported |= export.map_err(malformed)?.name.name == EXPORT;
                Ok(())
            }),
            other => self.core(other),
        }
    }

    fn core(&mut self, payload: Payload<'_>) -> Result<(), InstallError> {
        match payload {
            Payload::FunctionSection(section) => {
                self.functions += u64::from(section.count());
                at_most("functions", self.functions, FUNCTIONS_MAX)
            }
            Payload::GlobalSection(section) => {
                self.globals += u64::from(section.count());
                at_most("globals", self.globals, GLOBALS_MAX)
            }
            Payload::DataSection(section) => {
                self.data_segments += u64::from(section.count());
                at_most("data segments", self.data_segments, DATA_SEGMENTS_MAX)
            }
            Payload::MemorySection(section) => section.into_iter().try_for_each(|memory| {
                at_most("pages of memory at the start", memory.map_err(malformed)?.initial, INITIAL_MEMORY_PAGES_MAX)
            }),
            Payload::TableSection(section) => section.into_iter().try_for_each(|table| {
                at_most("elements of a table", table.map_err(malformed)?.ty.initial, TABLE_ELEMENTS_MAX)
            }),
            Payload::CodeSectionEntry(body) => {
                at_most("bytes of one function", body.as_bytes().len() as u64, FUNCTION_BYTES_MAX)?;
                let mut locals = 0_u64;
                for group in body.get_locals_reader().map_err(malformed)? {
                    locals += u64::from(group.map_err(malformed)?.0);
                }
                at_most("locals of one function", locals, LOCALS_MAX)
            }
            _ => Ok(()),
        }
    }
}

fn import_is_known(import: &ComponentImport<'_>) -> Result<(), InstallError> {
    let name = import.name.name;
    let known = match import.ty {
        ComponentTypeRef::Instance(_) => INTERFACES.contains(&name),
        ComponentTypeRef::Type(_) => TYPES.contains(&name),
        _ => false,
    };
    if known { Ok(()) } else { Err(InstallError::ForeignImport { name: name.chars().take(200).collect() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: [u8; 8] = *b"\0asm\x01\0\0\0";
    const COMPONENT: [u8; 8] = *b"\0asm\x0d\0\x01\0";

    fn number(mut value: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            let low = (value & 0x7f) as u8;
            value >>= 7;
            if value == 0 {
                bytes.push(low);
                return bytes;
            }
            bytes.push(low | 0x80);
        }
    }

    fn section(id: u8, contents: &[u8]) -> Vec<u8> {
        [&[id], &number(contents.len())[..], contents].concat()
    }

    fn list(count: usize, item: &[u8]) -> Vec<u8> {
        [number(count), item.repeat(count)].concat()
    }

    /// A module of `functions` functions, each with `locals` locals and `nops` instructions.
    fn module(functions: usize, locals: usize, nops: usize) -> Vec<u8> {
        let body = [&[1][..], &number(locals), &[0x7f], &vec![1; nops], &[0x0b]].concat();
        let body = [number(body.len()), body].concat();
        let types = section(1, b"\x01\x60\0\0");
        [&MODULE[..], &types, &section(3, &list(functions, &[0])), &section(10, &list(functions, &body))].concat()
    }

    fn with(contents: Vec<u8>) -> Vec<u8> {
        [MODULE.to_vec(), contents].concat()
    }

    fn component(modules: &[Vec<u8>]) -> Vec<u8> {
        let modules = modules.iter().flat_map(|module| section(1, module));
        COMPONENT.into_iter().chain(modules).collect()
    }

    #[test]
    fn each_structural_limit_is_held() {
        let globals = section(6, &list(1_001, b"\x7f\0\x41\0\x0b"));
        let data = [section(5, b"\x01\0\x01"), section(11, &list(1_001, b"\0\x41\0\x0b\0"))].concat();
        let cases = [
            ("modules", component(&vec![MODULE.to_vec(); 5])),
            ("functions", component(&[module(20_001, 1, 0)])),
            ("functions", component(&[module(10_001, 1, 0), module(10_000, 1, 0)])),
            ("bytes of one function", component(&[module(1, 1, 512 * 1024)])),
            ("locals of one function", component(&[module(1, 10_001, 0)])),
            ("globals", component(&[with(globals)])),
            ("data segments", component(&[with(data)])),
            ("pages of memory at the start", component(&[with(section(5, b"\x01\0\x41"))])),
            ("elements of a table", component(&[with(section(4, &[&[1, 0x70, 0][..], &number(10_001)].concat()))])),
            ("nested components", [component(&[]), section(4, &COMPONENT)].concat()),
        ];
        for (limit, bytes) in cases {
            match check(&bytes) {
                Err(InstallError::TooMuch { what, got, max }) => assert!(what == limit && got > max, "{limit}: {what}"),
                other => panic!("{limit}: {other:?}"),
            }
        }
    }

    #[test]
    fn what_is_young_or_not_deterministic_is_malformed() {
        let cases = [
            ("a shared memory", with(section(5, b"\x01\x03\x01\x01"))),
            ("a 64-bit memory", with(section(5, b"\x01\x04\x01"))),
            ("two memories", with(section(5, b"\x02\0\x01\0\x01"))),
            ("a vector global", with(section(6, &[&[1, 0x7b, 0, 0xfd, 12][..], &[0; 16], &[0x0b]].concat()))),
            ("an exception tag", with([section(1, b"\x01\x60\0\0"), section(13, b"\x01\0\0")].concat())),
        ];
        assert_eq!(check(&component(&[MODULE.to_vec()])), Err(InstallError::MissingExport { name: EXPORT }));
        for (what, module) in cases {
            let bytes = component(&[module]);
            let with_features = |features| Validator::new_with_features(features).validate_all(&bytes);
            assert!(with_features(engine::features()).is_err(), "{what}");
            assert!(with_features(wasmparser::WasmFeatures::all()).is_ok(), "{what} is misspelt here");
        }
    }
}

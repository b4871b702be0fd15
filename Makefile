# Folio's one entrance: everything that a person or CI runs goes through here.
#
#   make demo     build, and run a consortium of three hotel chains through its day
#   make test     build, and run every test
#   make build    target/release/folio and target/release/loyalty.wasm
#   make bench    the standard measurements on a network of its own (ARGS=--json for objects)
#   make verify   read-only checks: format, lints, documentation
#   make fix      format, and apply what the lints can mend

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.ONESHELL:
MAKEFLAGS += --no-builtin-rules

# The toolchain that the project is built and tested with; rustup fetches it where the default is another.
RUST_VERSION := 1.95.0
ifneq ($(shell rustc --version 2>/dev/null | cut -d' ' -f2),$(RUST_VERSION))
export RUSTUP_TOOLCHAIN ?= $(RUST_VERSION)
endif

CARGO ?= cargo
FOLIO := target/release/folio
COMPONENT := target/release/loyalty.wasm
PROBE := target/release/probe.wasm
ARGS ?=

.PHONY: build folio module chaincode demo test bench verify fix toolchain

build: chaincode

toolchain:
	@command -v $(CARGO) >/dev/null || { echo "cargo is missing: install Rust with rustup (https://rustup.rs), then run make again" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "a C compiler is missing: install Debian's package gcc (apt-get install gcc), then run make again" >&2; exit 1; }

folio: toolchain
	@$(CARGO) build --release --locked -p folio

# The WebAssembly module is compiled while folio is: each leaves a core idle towards its end.
module: toolchain
	@chaincode/build.sh folio-loyalty module

chaincode:
	@$(MAKE) --no-print-directory -j2 folio module
	@chaincode/build.sh folio-loyalty $(COMPONENT)

demo: build
	@$(FOLIO) demo $(ARGS)

test: build
	@chaincode/build.sh folio-probe $(PROBE)
	$(CARGO) test --release --locked --workspace

bench: build
	@$(FOLIO) bench --own-network $(ARGS)

verify: toolchain
	@$(CARGO) fmt --all --check
	$(CARGO) clippy --release --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --release --locked --workspace --no-deps --quiet

fix: toolchain
	@$(CARGO) clippy --release --workspace --all-targets --fix --allow-dirty --allow-staged
	$(CARGO) fmt --all

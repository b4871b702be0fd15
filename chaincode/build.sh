#!/usr/bin/env bash
# Builds a chaincode crate into a WebAssembly component.
#
#   chaincode/build.sh CRATE OUT
#
# CRATE is a package of this workspace, OUT the component file. It needs `folio` for the last step (FOLIO names another
# binary than target/release/folio). OUT may also be the word `module`, to leave it at the core module, or - for a test,
# which prints where the core module is and takes the workspace as it is.
#
# Which compiler makes the component is chosen by WASM_TOOLCHAIN:
#   auto    (default) rustup's target when it is there or can be added, else Debian's packages
#   rustup  rustup's target only
#   debian  Debian's packages only, unpacked into a cache folder and not installed
# The two compilers give different bytes: a release names one of them for its component.
set -euo pipefail

readonly TARGET=wasm32-unknown-unknown
readonly DEBIAN_PACKAGES=(rustc-web libstd-rust-web-dev libstd-rust-web-1.96 rust-web-src libllvm22)
readonly RUSTUP_SECONDS_MAX=120

crate=${1:?usage: chaincode/build.sh CRATE OUT}
out=${2:?usage: chaincode/build.sh CRATE OUT}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folio=${FOLIO:-$root/target/release/folio}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/folio

say() { printf 'chaincode: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# The pinned toolchain is the one that the Makefile names; rustup installs it on first use.
rustup_has_target() { rustup target list --installed 2>/dev/null | grep -qx "$TARGET"; }

add_rustup_target() {
    command -v rustup >/dev/null || return 1
    rustup_has_target && return 0
    say "adding the target $TARGET with rustup"
    timeout "$RUSTUP_SECONDS_MAX" rustup target add "$TARGET" >&2 && rustup_has_target
}

# Installing these packages conflicts with rustup, so they are only unpacked.
unpack_debian_toolchain() {
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
        die "the target $TARGET could not be added with rustup, and this is no Debian: install it and try again"
    local version folder
    version=$(apt-cache policy rustc-web 2>/dev/null | awk '/Candidate:/ {print $2}')
    if [ -z "$version" ] || [ "$version" = "(none)" ]; then
        die "Debian's package rustc-web is not known here: run 'apt-get update' as root, or add the target $TARGET with rustup"
    fi
    folder=$cache/rust-web-$version
    if [ ! -e "$folder/complete" ]; then
        say "fetching Debian's compiler for $TARGET (rustc-web $version, about 137 MB, once)"
        rm -rf "$folder" && mkdir -p "$folder/packages"
        (cd "$folder/packages" && apt-get download -q "${DEBIAN_PACKAGES[@]}" >&2) ||
            die "Debian's packages ${DEBIAN_PACKAGES[*]} could not be fetched"
        local package
        for package in "$folder"/packages/*.deb; do dpkg-deb -x "$package" "$folder"; done
        rm -r "$folder/packages"
        fetch_missing_libraries "$folder"
        touch "$folder/complete"
    fi
    printf '%s\n' "$folder"
}

# The compiler's own libraries (z3, xml2, ...) are on most machines, and unpacked beside it where they are not.
fetch_missing_libraries() {
    local folder=$1 lib package
    for lib in $(LD_LIBRARY_PATH="$folder/usr/lib/x86_64-linux-gnu" ldd "$folder/usr/bin/rustc" \
        "$folder"/usr/lib/x86_64-linux-gnu/librustc_driver-*.so "$folder"/usr/lib/x86_64-linux-gnu/libLLVM.so.* 2>/dev/null |
        awk '/not found/ {print $1}' | sort -u); do
        case "$lib" in
            libz3.so.*) package=libz3-4 ;;
            libedit.so.*) package=libedit2 ;;
            libxml2.so.*) package=libxml2 ;;
            libffi.so.*) package=libffi8 ;;
            *) die "Debian's compiler needs $lib, which is not on this machine" ;;
        esac
        say "fetching $package, which Debian's compiler needs"
        (cd "$folder" && apt-get download -q "$package" >&2 && dpkg-deb -x "$package"_*.deb . && rm "$package"_*.deb)
    done
}

# Paths of this machine must not reach the component, or two folders would give two different components.
readonly REMAP="--remap-path-prefix=$root=/folio --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
# The stack is small and lies first, so that overflowing it traps instead of overwriting data.
readonly LAYOUT="-Clink-arg=-zstack-size=65536 -Clink-arg=--stack-first"

build_core_module() {
    cd "$root"
    local args=(rustc --quiet -p "$crate" --lib --crate-type cdylib --profile chaincode --target "$TARGET")
    # What is shipped is built from Cargo.lock as it stands.
    if [ "$out" != - ]; then args+=(--locked); fi
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$LAYOUT $REMAP"
    if [ "$1" = rustup ]; then
        cargo "${args[@]}"
        return
    fi
    local folder=$2 sysroot host
    sysroot=$(rustc --print sysroot)
    host=$(rustc -vV | awk '/^host:/ {print $2}')
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS+=" --remap-path-prefix=$folder=/rust"
    RUSTC="$folder/usr/bin/rustc" RUSTC_BOOTSTRAP=1 \
        LD_LIBRARY_PATH="$folder/usr/lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" \
        PATH="$sysroot/lib/rustlib/$host/bin:$PATH" \
        cargo "${args[@]}" -Zbuild-std=std,panic_abort
}

toolchain=${WASM_TOOLCHAIN:-auto}
case "$toolchain" in
    auto) if add_rustup_target; then toolchain=rustup; else toolchain=debian; fi ;;
    rustup) add_rustup_target || die "rustup could not add the target $TARGET" ;;
    debian) ;;
    *) die "WASM_TOOLCHAIN is auto, rustup or debian, not '$toolchain'" ;;
esac

folder=
if [ "$toolchain" = debian ]; then folder=$(unpack_debian_toolchain); fi
build_core_module "$toolchain" "$folder"

core=$root/target/$TARGET/chaincode/${crate//-/_}.wasm
if [ "$out" = module ]; then exit; fi
if [ "$out" = - ]; then printf '%s\n' "$core"; exit; fi
[ -x "$folio" ] || die "$folio is missing: run 'make build' (it packs the component)"
mkdir -p "$(dirname "$out")"
"$folio" chaincode pack "$core" --out "$out"

#!/usr/bin/env bash
# Builds web/core.wasm, the core as a WebAssembly module, when a source of it is newer.
#
#   wasm.sh           needs the packages of `packages.sh demo`, or any newer Emscripten SDK in PATH
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

command -v emcmake >/dev/null || die "emcmake is not installed" "run core/setup/packages.sh demo"
# Debian's emcc looks for the acorn module where Debian's own node would find it.
export NODE_PATH=/usr/share/nodejs${NODE_PATH:+:$NODE_PATH}

build() {
    cd "$root"
    local elf
    elf=$("$setup/libelf.sh" wasm)
    # Configured for another libelf, or copied here with its checkout: a fresh start. Otherwise Ninja knows.
    if ! grep -qxF "MOXBOX_LIBELF:PATH=$elf" build/wasm/CMakeCache.txt 2>/dev/null ||
        ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" build/wasm/CMakeCache.txt ||
        [ ! -f build/wasm/build.ninja ]; then
        rm -rf build/wasm
        emcmake cmake --preset wasm -DMOXBOX_LIBELF="$elf"
    fi
    cmake --build --preset wasm -j "$jobs"
    # Renamed into place: whoever reads it at this moment gets the old one or the new one.
    cmp -s build/wasm/core.wasm web/core.wasm || {
        cp build/wasm/core.wasm build/wasm/core.wasm.new
        mv build/wasm/core.wasm.new web/core.wasm
    }
    stat -c 'web/core.wasm: %s bytes' web/core.wasm
}
locked "wasm-$(recipe_hash "$root")" build

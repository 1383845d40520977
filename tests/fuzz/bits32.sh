# shellcheck shell=bash
# 32-bit builds, where pointers and size_t are as large as in WebAssembly. Sourced behind core/setup/common.sh.

can_build_32() {
    printf '#include <errno.h>\nint main(void) { return errno; }\n' |
        "$(compiler_32 clang)" -fsanitize=address -x c - -o /dev/null 2>/dev/null
}

# compiler_32 CC: prints a compiler that is CC for 32 bits, so that everything that takes one works as it is.
compiler_32() {
    local bin=$cache/32/bin real
    real=$(command -v "$1")
    mkdir -p "$bin"
    # The kernel's headers are the 64-bit ones' own.
    printf '#!/bin/sh\nexec %s -m32 "$@" -idirafter /usr/include/%s\n' "$real" "$(gcc -print-multiarch)" >"$bin/$1"
    chmod +x "$bin/$1"
    echo "$bin/$1"
}

# libelf_32 CC FLAVOUR: prints the folder of a 32-bit libelf in that flavour (core/setup/libelf.sh).
libelf_32() {
    local source compiler
    source=$("$setup/libelf.sh" --source)
    compiler=$(compiler_32 "$1")
    PATH=$(dirname "$compiler"):$PATH MOXBOX_CACHE=$cache/32 MOXBOX_ELFUTILS=$source "$setup/libelf.sh" "$2"
}

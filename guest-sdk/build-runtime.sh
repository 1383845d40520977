#!/usr/bin/env bash
# Adds moxbox's own part (crt0, linker script, libsandboxrt, headers, floating point) to the guest toolchain.
#
#   build-runtime.sh   builds the toolchain too if needed; the last line on stdout is the SDK's prefix
#
# The result is $MOXBOX_CACHE/sdk-<hash>, a complete GCC prefix: the toolchain's files are hard links, so
# it costs little room and an edit of the runtime never rebuilds GCC.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
toolchain=$("$here/toolchain/build.sh" | tail -n 1)
runtime_hash=$( (basename "$toolchain" && cd "$here" &&
    find build-runtime.sh hide-allocator.sh runtime -type f | LC_ALL=C sort | xargs sha256sum) | sha256sum | cut -c1-16)
sdk=$(dirname "$toolchain")/sdk-$runtime_hash
target=moxiebox

# -fno-builtin and the loop flag: a memset written as a loop must not become a call of memset.
flags=(-std=gnu11 -O2 -g0 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wundef -Wvla -Werror
    -ffunction-sections -fdata-sections -fno-builtin -fno-tree-loop-distribute-patterns -fno-common
    "-ffile-prefix-map=$here=/moxbox" "-I$here/runtime/include" "-I$here/runtime")

# The C library's members that the runtime replaces. They are taken out of the archive: a linker that meets
# the C library's definition first would otherwise use that one, or complain about two.
replaced=(syssbrk abort memcpy memset memcmp strcmp strlen setjmp)
# Those of libgcc that runtime/float and runtime/integer replace: there, because both this prefix and that of
# cages link it.
replaced_libgcc=(_{,u}{div,mod}di3 _ctzsi2 {add,sub,mul,div}{s,d}f3 {eq,ge,le,unord}{s,d}f2 fix{s,d}fsi float{,un}si{s,d}f
    extendsfdf2 truncdfsf2 _fix{,uns}{s,d}fdi _fixuns{s,d}fsi _float{,un}di{s,d}f)

# An archive here is a hard link to the toolchain's, so it is replaced, not changed.
change_archive() {
    local archive=$1 copy=$out/obj/changed.a
    cp "$archive" "$copy"
    "$out/bin/$target-ar" dD "$copy" "${@:2}"
    mv -f "$copy" "$archive"
}

build() {
    local out=$1 gcc source object objects=() members=("${replaced[@]/#/lib_a-}") libgcc
    gcc=$out/bin/$target-gcc
    mkdir -p "$out/obj"
    for source in "$here"/runtime/*.c "$here"/runtime/*.S; do
        object=$out/obj/$(basename "${source%.*}").o
        "$gcc" "${flags[@]}" -c "$source" -o "$object"
        [ "$(basename "$source")" = crt0.S ] || objects+=("$object")
    done
    "$out/bin/$target-ar" rcsD "$out/$target/lib/libsandboxrt.a" "${objects[@]}"
    change_archive "$out/$target/lib/libc.a" "${members[@]/%/.o}"
    "$here/hide-allocator.sh" "$out/bin/$target-" "$out/$target/lib/libc.a"
    ln -sf libc.a "$out/$target/lib/libg.a"
    change_archive "$out/$target/lib/libm.a" lib_a-e_sqrt.o
    libgcc=$("$gcc" -print-libgcc-file-name)
    change_archive "$libgcc" "${replaced_libgcc[@]/%/.o}"
    for source in "$here"/runtime/{float,integer}/*.[cS]; do
        object=$out/obj/$(basename "$source" | tr . _).o # there are a float64.c and a float64.S
        "$gcc" "${flags[@]}" -c "$source" -o "$object"
        "$out/bin/$target-ar" rcsD "$libgcc" "$object"
    done
    install -m 644 "$out/obj/crt0.o" "$here/runtime/moxiebox.ld" "$out/$target/lib/"
    cp -R "$here/runtime/include/." "$out/$target/include/"
    rm -r "$out/obj"
}

if [ ! -d "$sdk" ]; then
    partial=$(mktemp -d "$sdk.XXXXXX")
    trap 'rm -rf "$partial"' EXIT
    chmod 755 "$partial"
    cp -al "$toolchain/." "$partial/" 2>/dev/null || cp -a "$toolchain/." "$partial/"
    build "$partial" >&2
    # Another caller may have been faster; both results are the same.
    mv -T "$partial" "$sdk" 2>/dev/null || [ -d "$sdk" ]
    printf 'guest runtime: built %s\n' "$sdk" >&2
fi
echo "$sdk"

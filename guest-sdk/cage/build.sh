#!/usr/bin/env bash
# Makes the C library for cages (a POSIX for ordinary programs) and prints the folder with its compiler:
#
#   bin=$(guest-sdk/cage/build.sh); "$bin/moxiebox-cage-gcc" -O2 prog.c -o prog
#
# It is newlib, built once more with the kernel's own numbers for errors, flags and signals (include/), and
# the functions that call the kernel (src/). The result is $MOXBOX_CACHE/cage-<hash>, a complete prefix
# whose other files are hard links to the guest toolchain's, so that both compilers lie side by side.
set -euo pipefail
unset CC CXX CFLAGS CXXFLAGS LDFLAGS # of this machine's compiler; newlib's configure would take them

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
guest_sdk=$(dirname "$here")
sdk=$("$guest_sdk/build-runtime.sh" | tail -n 1)
cache=$(dirname "$sdk")
target=moxiebox
archive=$(awk '$2 ~ /newlib/ { print $2 }' "$guest_sdk/toolchain/sources.sha256")

hash_of() { sha256sum | cut -c1-16; }
files() { (cd "$here" && find "$@" -type f | LC_ALL=C sort | xargs sha256sum); }
# newlib is built again only when what it is made from changes, which what is printed of the calls is not.
libc=$cache/cage-libc-$( {
    "$guest_sdk/toolchain/build.sh" --prefix | xargs basename
    files newlib.patch include | grep -v include/mox_
    sed -n "/^build_libc/,/^}/p" "$here/build.sh"
} | hash_of)
prefix=$cache/cage-$( {
    basename "$sdk" "$libc"
    files build.sh moxiebox-cage-gcc include src
} | hash_of)

say() { printf '%s\n' "$*" >&2; }

# The functions that newlib has and src/ or the box's runtime does better.
replaced=(memcpy memset memcmp strcmp strlen setjmp abort raise _Exit execve execvp getopt isatty random clock)
shared=(malloc.c memcpy.c memset.c memcmp.c strcmp.c strlen.c wide.c setjmp.S)

# Without "reent-small": with it, putc_unlocked writes to a stdout that is a constant until its first use.
# newlib does not promise that its build can be moved, so it is made where it stays and named when complete.
build_libc() {
    set -e
    local work=$1 patch
    mkdir -p "$work/src" "$work/build"
    tar -C "$work/src" --strip-components=1 --no-same-owner -xf "$archive" --exclude='*/newlib/testsuite' \
        --exclude='*/libgloss' --exclude='*/newlib/libc/sys/linux'
    for patch in "$guest_sdk"/toolchain/patches/newlib-*.patch "$here/newlib.patch"; do
        patch -s -d "$work/src" -p1 <"$patch"
    done
    cd "$work/build"
    PATH=$sdk/bin:$PATH "$work/src/configure" --target=$target --prefix="$work/prefix" --disable-multilib \
        --disable-libgloss --disable-nls --disable-newlib-multithread --enable-newlib-io-c99-formats \
        --enable-newlib-io-long-long --enable-newlib-global-atexit \
        CFLAGS_FOR_TARGET="-O2 -g0 -w -DEFTYPE=EINVAL -ffunction-sections -fdata-sections -fno-tree-loop-distribute-patterns -I$here/include -ffile-prefix-map=$work=/moxbox"
    PATH=$sdk/bin:$PATH make -j"$(nproc)" MAKEINFO=true
    PATH=$sdk/bin:$PATH make MAKEINFO=true install
    find "$work/prefix/$target/lib" -name '*.a' \
        -exec "$sdk/bin/$target-strip" --strip-debug --enable-deterministic-archives {} \;
}

if [ ! -d "$libc" ]; then
    work=$(mktemp -d "$cache/cage-libc.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    say "C library for cages: building newlib (about a minute) ..."
    (build_libc "$work") >"$work/log" 2>&1 &
    if ! wait $!; then
        tail -n 20 "$work/log" >&2
        cp "$work/log" "$libc.log"
        say "guest-sdk/cage/build.sh: building newlib failed; the whole log is $libc.log"
        exit 1
    fi
    chmod 755 "$work/prefix"
    mv -T "$work/prefix/$target" "$libc" 2>/dev/null || [ -d "$libc" ]
    rm -rf "$work"
    trap - EXIT
fi

flags=(-std=gnu11 -O2 -g0 -Wall -Wextra -Wshadow -Wstrict-prototypes -Wundef -Wvla -Werror
    -ffunction-sections -fdata-sections -fno-builtin -fno-tree-loop-distribute-patterns -fno-common
    -Wno-format-truncation "-ffile-prefix-map=$guest_sdk=/moxbox")

build_glue() {
    local out=$1 source object objects=() cage=$1/$target/cage
    mkdir -p "$cage" "$out/obj"
    cp -R "$libc/include" "$libc/lib" "$cage/"
    cp -R "$here/include/." "$cage/include/"
    cp "$guest_sdk"/runtime/include/sandboxrt_crypto.h "$cage/include/"
    for source in "$here"/src/*.[cS] "${shared[@]/#/$guest_sdk/runtime/}" "$guest_sdk"/runtime/sha256*.[cS]; do
        object=$out/obj/$(basename "${source%.*}").o
        "$out/bin/$target-gcc" -isystem "$cage/include" "${flags[@]}" "-I$guest_sdk/runtime" -c "$source" -o "$object"
        [ "$(basename "$source")" = crt0.S ] || objects+=("$object")
    done
    "$out/bin/$target-ar" rcsD "$cage/lib/libsandboxrt.a" "${objects[@]}"
    "$out/bin/$target-ar" dD "$cage/lib/libc.a" $(printf 'lib_a-%s.o ' "${replaced[@]}")
    "$guest_sdk/hide-allocator.sh" "$out/bin/$target-" "$cage/lib/libc.a"
    ln -sf libc.a "$cage/lib/libg.a"
    "$out/bin/$target-ar" dD "$cage/lib/libm.a" lib_a-e_sqrt.o # libgcc has it, from runtime/float
    install -m 644 "$out/obj/crt0.o" "$guest_sdk/runtime/moxiebox.ld" "$cage/lib/"
    rm -r "$out/obj"
    install -m 755 "$here/moxiebox-cage-gcc" "$out/bin/"
    for source in ar as ld nm objcopy objdump ranlib readelf size strip; do
        ln -sf "$target-$source" "$out/bin/$target-cage-$source"
    done
}

if [ ! -d "$prefix" ]; then
    partial=$(mktemp -d "$cache/cage.XXXXXX")
    trap 'rm -rf "$partial"' EXIT
    chmod 755 "$partial"
    cp -al "$sdk/." "$partial/" 2>/dev/null || cp -a "$sdk/." "$partial/"
    build_glue "$partial" >&2
    mv -T "$partial" "$prefix" 2>/dev/null || [ -d "$prefix" ]
    say "C library for cages: built $prefix"
fi
echo "$prefix/bin"

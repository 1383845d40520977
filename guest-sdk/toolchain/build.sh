#!/usr/bin/env bash
# Builds the guest compiler: binutils, GCC (C only), libgcc and newlib for the target `moxiebox`.
#
#   build.sh           build if needed; the last line on stdout is the toolchain's prefix
#   build.sh --prefix  print the prefix, build nothing; status 1 if it is not built yet
#
# The result lies in $MOXBOX_CACHE/toolchain-<hash>, where the hash is over this script, the patches and
# the pinned checksums of the source archives: an unchanged recipe is built once per machine. A build
# happens in a temporary folder and is renamed when complete, so a broken one is never found.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${MOXBOX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/moxbox}
sources=$here/sources.sha256
recipe_hash=$(cd "$here" && LC_ALL=C && sha256sum build.sh sources.sha256 patches/*.patch | sha256sum | cut -c1-16)
prefix=$cache/toolchain-$recipe_hash
work=$cache/toolchain-$recipe_hash.building
target=moxiebox
steps=7

say() { printf '%s\n' "$*" >&2; }

die() {
    say "guest-sdk/toolchain/build.sh: $*"
    exit 1
}

check_needs() {
    local missing=() archive tool header
    local -A package=([gcc]=gcc [g++]=g++ [make]=make [patch]=patch [xz]=xz-utils [flock]=util-linux
        [bison]=bison [flex]=flex)
    for tool in "${!package[@]}"; do
        command -v "$tool" >/dev/null || missing+=("${package[$tool]}")
    done
    for header in gmp:libgmp-dev mpfr:libmpfr-dev mpc:libmpc-dev; do
        echo "#include <${header%%:*}.h>" | gcc -E -x c - >/dev/null 2>&1 || missing+=("${header##*:}")
    done
    while read -r _ archive; do
        case $archive in
            */binutils/*) [ -r "$archive" ] || missing+=(binutils-source) ;;
            */gcc-12/*) [ -r "$archive" ] || missing+=(gcc-12-source) ;;
            */newlib/*) [ -r "$archive" ] || missing+=(newlib-source) ;;
        esac
    done <"$sources"
    [ ${#missing[@]} -eq 0 ] || die "these Debian packages are missing: ${missing[*]}"
    sha256sum --quiet --check "$sources" >&2 ||
        die "a source archive is not the one this recipe was tested with (see $sources)"
}

clock() { printf '%dm%02ds' $(($1 / 60)) $(($1 % 60)); }

# Runs a build step in the background of a progress line; its output goes to a log that is kept on failure.
step_number=0
step() {
    local name=$1 log start=$SECONDS pid status=0 minute=0
    shift
    step_number=$((step_number + 1))
    log=$work/log/$step_number-${name// /-}.log
    local head="[$step_number/$steps] $name ..."
    [ -t 2 ] || say "$head"
    # A process group of its own, so that an interrupted script leaves no compiler build running.
    set -m
    ("$@") >"$log" 2>&1 </dev/null &
    pid=$!
    set +m
    trap 'kill -- "-$pid" 2>/dev/null || true' EXIT
    while kill -0 "$pid" 2>/dev/null; do
        sleep 1
        if [ -t 2 ]; then
            printf '\r%s %s' "$head" "$(clock $((SECONDS - start)))" >&2
        elif [ $(((SECONDS - start) / 60)) -gt $minute ]; then
            minute=$(((SECONDS - start) / 60))
            say "      $name: ${minute}m so far"
        fi
    done
    wait "$pid" || status=$?
    trap - EXIT
    [ $status -eq 0 ] || {
        say ""
        tail -n 15 "$log" >&2
        die "step '$name' failed; the whole log is $log"
    }
    if [ -t 2 ]; then say ""; else say "$head $(clock $((SECONDS - start)))"; fi
}

# Test suites and unused languages are most of the archives; leaving them out halves the unpacking. GCC's
# self-tests stay: its build runs them.
unwanted=(gcc/ada libstdc++-v3 libgo libphobos libgfortran gold gprofng
    'gcc/testsuite/g[a-z+]*' 'gcc/testsuite/[a-fh-ru-z]*' gas/testsuite/gas 'ld/testsuite/ld-*')
unpack() {
    local archive dir
    mkdir -p "$work/src"
    while read -r _ archive; do
        dir=$work/src/$(basename "$(dirname "$archive")" -12)
        mkdir -p "$dir"
        tar -C "$dir" --strip-components=1 --no-same-owner -xf "$archive" "${unwanted[@]/#/--exclude=*/}"
    done <"$sources"
    local patch
    for patch in "$here"/patches/*.patch; do
        dir=$(basename "$patch")
        patch -d "$work/src/${dir%%-*}" -p1 <"$patch"
    done
}

host_flags=(CFLAGS="-O1 -g0 -pipe -w" CXXFLAGS="-O1 -g0 -pipe -w" LDFLAGS=-s)
# The guests carry no path of the machine that built them, whatever __FILE__ is used for.
target_flags="-O2 -g0 -ffunction-sections -fdata-sections -fno-tree-loop-distribute-patterns
 -ffile-prefix-map=$work=/moxbox"
target_flags=${target_flags//$'\n'/}

make_quietly() { make -j"$(nproc)" MAKEINFO=true "$@"; }

build_binutils() {
    mkdir -p "$work/binutils" && cd "$work/binutils"
    "$work/src/binutils/configure" --target=$target --prefix="$work/prefix" --disable-nls --disable-gdb \
        --disable-sim --disable-gprof --disable-gprofng --disable-gold --disable-plugins --disable-werror \
        --without-zstd --without-debuginfod --disable-readline --enable-deterministic-archives \
        "${host_flags[@]}"
    make_quietly
    make_quietly install
}

build_gcc() {
    mkdir -p "$work/gcc/gcc" && cd "$work/gcc"
    "$work/src/gcc/configure" --target=$target --prefix="$work/prefix" --enable-languages=c --with-newlib \
        --without-headers --with-gnu-as --with-gnu-ld --enable-initfini-array --enable-checking=release \
        --disable-shared --disable-threads --disable-tls --disable-nls --disable-lto --disable-plugin \
        --disable-gcov --disable-libssp --disable-libquadmath --disable-libgomp --disable-libatomic \
        --disable-libcc1 --disable-decimal-float --disable-fixed-point --disable-multilib \
        --disable-analyzer --without-zstd --without-isl \
        "${host_flags[@]}" CFLAGS_FOR_TARGET="$target_flags"
    make_quietly all-gcc
    # Debian's archive lacks the manual's parts; this file says that the manual is up to date.
    touch gcc/s-tm-texi
    make_quietly install-gcc
}

build_libgcc() {
    cd "$work/gcc"
    make_quietly all-target-libgcc
    make_quietly install-target-libgcc
}

build_newlib() {
    mkdir -p "$work/newlib" && cd "$work/newlib"
    "$work/src/newlib/configure" --target=$target --prefix="$work/prefix" --disable-multilib \
        --disable-libgloss --disable-nls --disable-newlib-multithread --enable-newlib-io-c99-formats \
        --enable-newlib-io-long-long --enable-newlib-reent-small --enable-newlib-global-atexit \
        CFLAGS_FOR_TARGET="$target_flags"
    make_quietly
    make_quietly install
}

# What the next steps and the guests do not use: host programs for other languages, manuals, debug data.
trim() {
    cd "$work/prefix"
    rm -rf share include lib/gcc/$target/*/install-tools libexec/gcc/$target/*/install-tools
    find bin $target/bin libexec -type f -exec sh -c 'strip "$1" 2>/dev/null || true' _ {} \;
    find . -name '*.la' -delete
    find lib $target/lib -name '*.a' -exec bin/$target-strip --strip-debug --enable-deterministic-archives {} \;
    mkdir -p licenses
    cp "$work/src/gcc/COPYING3" "$work/src/gcc/COPYING.RUNTIME" "$work/src/newlib/COPYING.NEWLIB" licenses/
}

# The compiler finds its parts from where it lies: try it at another place than it was built at.
check() {
    cp -al "$work/prefix" "$work/moved" 2>/dev/null || cp -a "$work/prefix" "$work/moved"
    mv "$work/prefix" "$work/prefix.away"
    cd "$work"
    printf '%s\n' '#include <stdio.h>' 'int main(void) { return printf("%f", 1.5); }' >check.c
    moved/bin/$target-gcc -O2 -c check.c -o check.o
    moved/bin/$target-nm moved/$target/lib/libc.a 2>/dev/null | grep ' T printf$'
    mv "$work/prefix.away" "$work/prefix"
    rm -rf "$work/moved"
}

if [ "${1:-}" = --prefix ]; then
    echo "$prefix"
    [ -d "$prefix" ]
    exit
fi

mkdir -p "$cache"
exec 9>"$cache/toolchain.lock"
if ! flock -n 9; then
    say "guest toolchain: another build is running, waiting for it"
    flock 9
fi
if [ ! -d "$prefix" ]; then
    check_needs
    say "guest toolchain: building GCC 12.2, binutils 2.40 and newlib 3.3 (once; 6 to 15 minutes on 2 cores)"
    rm -rf "$work"
    mkdir -p "$work/log"
    export PATH="$work/prefix/bin:$PATH"
    unset CFLAGS CXXFLAGS LDFLAGS CPPFLAGS MAKEFLAGS
    step "unpack" unpack
    step "binutils" build_binutils
    step "gcc" build_gcc
    step "libgcc" build_libgcc
    step "newlib" build_newlib
    step "trim" trim
    step "check" check
    mv "$work/prefix" "$prefix"
    rm -rf "$work"
    say "guest toolchain: built in $(clock $SECONDS): $prefix"
fi
echo "$prefix"

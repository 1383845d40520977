#!/usr/bin/env bash
# Builds other people's programs, from Debian's sources and unchanged unless a line below says so, into the
# cache: for a cage, or for this system to compare with.
#
#   programs.sh [--here] NAME...   prints the folder of each, one a line
#   programs.sh --list             the names
source "$(dirname "${BASH_SOURCE[0]}")/../../core/setup/common.sh"
here=$root/tests/cage

# build_NAME runs in an empty folder with `tree`, a copy of the sources, and leaves what is wanted in `out`.
# $CC is the compiler, $prefix that of its tools' names, $side "here" or "cage".
source_of() {
    case $1 in
        fsx | fstest) echo diod ;;
        xz) echo xz-utils ;;
        zstd) echo libzstd ;;
        sqlite) echo sqlite3 ;;
        lua) echo lua5.4 ;;
        *) echo "$1" ;;
    esac
}

build_fsx() {
    touch config.h
    $CC -O2 -w -I. -D_GNU_SOURCE tree/tests/kern/fsx/fsx.c -o out/fsx
}

# The tests ask uname for the system and getconf for two limits; a cage is to be what Linux is.
build_fstest() {
    touch config.h
    cp -R tree/tests/kern/fstest/tests out/
    sed -i 's/^os=.*/os="Linux"/' out/tests/conf
    $CC -O2 -w -I. -Dlinux -D__OS_Linux__ tree/tests/kern/fstest/fstest.c -o out/fstest
}

# busybox.applets lists what is switched on. newlib has no %m, and a cage no /proc/self/exe.
build_busybox() {
    local word
    cd tree
    [ "$side" = here ] || sed -i '/^#define HAVE_PRINTF_PERCENTM 1/d' include/platform.h
    make -s allnoconfig
    for word in $(grep -v '^#' "$here/busybox.applets"); do
        sed -i "s/^# CONFIG_$word is not set/CONFIG_$word=y/" .config
    done
    [ "$side" = here ] || sed -i 's|/proc/self/exe|/bin/busybox|' .config
    yes '' | make -s oldconfig || [ "${PIPESTATUS[1]}" -eq 0 ]
    make -s -j "$jobs" CC="$CC" CROSS_COMPILE="$prefix" SKIP_STRIP=y busybox
    cp busybox ../out/
}

build_mksh() {
    cd tree
    TARGET_OS=Linux CFLAGS='-O2 -w' sh Build.sh -r
    # test.sh knows which categories of tests this build is for.
    cp mksh check.t check.pl test.sh ../out/
}

build() {
    local name=$1 folder=$2 tree
    [ ! -d "$folder" ] || return 0
    tree=$("$root/tests/torture/sources.sh" "$(source_of "$name")")
    rm -rf "$folder.building"
    mkdir -p "$folder.building/out"
    cp -R "$tree" "$folder.building/tree"
    say "tests/cage: building $name ($side) ..."
    if ! (set -e; cd "$folder.building"; "build_$name") >"$logs/cage-$name-$side.log" 2>&1 </dev/null; then
        tail -n 20 "$logs/cage-$name-$side.log" >&2
        die "$name cannot be built" "its whole log is $logs/cage-$name-$side.log"
    fi
    mv "$folder.building/out" "$folder"
    rm -rf "$folder.building"
}

names() { declare -F | sed -n 's/^declare -f build_//p'; }

side=cage
case ${1:-} in
    --list)
        names
        exit
        ;;
    --here)
        side=here
        shift
        ;;
esac
[ $# -gt 0 ] || die "no name given" "programs.sh --list prints the names"
if [ "$side" = here ]; then
    export CC=cc prefix=
    compiler=$(cc --version | head -n 1)
else
    bin=$("$root/guest-sdk/cage/build.sh" | tail -n 1)
    export CC=moxiebox-cage-gcc prefix=moxiebox-cage-
    compiler=$(basename "$(dirname "$bin")")
    PATH=$bin:$PATH
fi
for name in "$@"; do
    names | grep -qx -- "$name" || die "no program \"$name\"" "programs.sh --list prints the names"
    sum=$(grep -F -- "  $(source_of "$name")_" "$root/tests/torture/sources.sha256")
    folder=$cache/cage-program-$name-$(recipe_hash "$compiler" "$sum" "$(declare -f "build_$name")" "$here/busybox.applets")
    locked "cage-program-$name-$side" build "$name" "$folder" >&2
    echo "$folder"
done

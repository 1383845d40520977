#!/usr/bin/env bash
# Builds other people's programs, from Debian's sources and unchanged unless a line below says so, into the
# cache: for a cage, or for this system to compare with.
#
#   programs.sh [--here] NAME...   prints the folder of each, one a line
#   programs.sh --list             the names
source "$(dirname "${BASH_SOURCE[0]}")/../../core/setup/common.sh"
here=$root/tests/cage

# build_NAME runs in an empty folder with `tree`, a copy of the sources, and leaves what is wanted in `out`.
# $CC is the compiler, $prefix that of its tools' names, $host what configure is told, $side "here" or "cage".
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

# The amalgamation is made on this system, by Tcl; a cage has no threads and maps no files for writing.
build_sqlite() {
    local options=(-O2 -w -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_MAX_MMAP_SIZE=0) sources
    cd tree
    CC=cc ./configure --disable-readline --disable-threadsafe --disable-tcl
    make CC=cc sqlite3.c shell.c
    $CC "${options[@]}" -DSQLITE_ENABLE_MATH_FUNCTIONS -I. sqlite3.c shell.c -lm -o ../out/sqlite3
    sources=(test/{fuzzcheck,ossfuzz,fuzzinvariants,vt02}.c ext/recover/{dbdata,sqlite3recover}.c)
    $CC "${options[@]}" -I. -Itest -Iext/recover -DSQLITE_ENABLE_MEMSYS5 -DSQLITE_OSS_FUZZ \
        -DSQLITE_MAX_MEMORY=50000000 -DSQLITE_PRINTF_PRECISION_LIMIT=1000 -DSQLITE_ENABLE_FTS4 \
        -DSQLITE_ENABLE_FTS3_PARENTHESIS -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_GEOPOLY \
        -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_ENABLE_BYTECODE_VTAB sqlite3.c "${sources[@]}" -lm -o ../out/fuzzcheck
    cp test/fuzzdata*.db ../out/
}

build_mawk() {
    cd tree
    ./configure $host --with-builtin-srand
    make CC="$CC"
    cp -R mawk test examples scan.c ../out/
}

# A cage has no serial lines, and no names for their flow control and speeds.
build_jimtcl() {
    cd tree
    [ "$side" = here ] || sed -i 's/^#include <termios.h>/&\n#define CRTSCTS 0\n#define B57600 4097\n#define B115200 4098/' jim-tty.c
    ./configure $host --disable-ssl --disable-docs --full
    make AR="${prefix}ar" RANLIB="${prefix}ranlib"
    cp -R jimsh tests tcltest.tcl ../out/
}

build_lua() {
    rm tree/src/luac.c
    $CC -O2 -w -std=gnu99 -DLUA_USE_POSIX '-Dluai_makeseed(L)=1u' -Itree/src tree/src/*.c -lm -o out/lua
}

build_zlib() {
    $CC -O2 -w -DHAVE_UNISTD_H -Itree tree/*.c tree/test/example.c -o out/example
    $CC -O2 -w -DHAVE_UNISTD_H -Itree tree/*.c tree/test/minigzip.c -o out/minigzip
    cp tree/trees.c out/
}

build_bzip2() {
    cd tree
    make CC="$CC" CFLAGS='-O2 -w -D_FILE_OFFSET_BITS=64' libbz2.a bzip2 AR="${prefix}ar" RANLIB="${prefix}ranlib"
    cp bzip2 sample?.* words? ../out/
}

build_lz4() {
    rm tree/programs/threadpool.c 2>/dev/null || true
    $CC -O2 -w -DXXH_NAMESPACE=LZ4_ -Itree/lib tree/lib/*.c tree/programs/*.c -o out/lz4
    $CC -O2 -w -DXXH_NAMESPACE=LZ4_ -Itree/lib -Itree/programs tree/lib/*.c tree/tests/frametest.c -o out/frametest
    cp -R tree/tests/goldenSamples tree/lib/lz4hc.c out/
}

build_xz() {
    cd tree
    ./configure $host --disable-shared --disable-threads --disable-nls --disable-doc --disable-scripts
    make CC="$CC"
    make CC="$CC" check TESTS=
    cp -R src/xz/xz tests ../out/
    rm -rf ../out/tests/ossfuzz
}

# util.h names FILE without <stdio.h>.
build_zstd() {
    sed -i 's/^#define UTIL_H_MODULE/&\n#include <stdio.h>/' tree/programs/util.h
    make -C tree/programs CC="$CC" AR="${prefix}ar" HAVE_THREAD=0 HAVE_ZLIB=0 HAVE_LZMA=0 HAVE_LZ4=0 BACKTRACE=0 \
        ZSTD_LEGACY_SUPPORT=0 V=1 zstd-nolegacy CFLAGS='-O2 -w'
    cp tree/programs/zstd-nolegacy out/zstd
    cp -R tree/tests/golden-* tree/lib/compress/zstd_lazy.c out/
}

# The Open POSIX Test Suite without the families that are about threads (asynchronous input and output makes
# some): FAMILY/NAME is a test's program, NAME.log says why there is none, and NAME.run names the program and
# the argument of a test that is a script of one line. -w: its C is of 2005.
build_posixtestsuite() {
    local file family name
    compile_one() {
        $CC -std=gnu99 -O1 -w -s -D_POSIX_C_SOURCE=200112L -Itree/include "$1" -o "out/$2" >"out/$2.log" 2>&1 ||
            return 0
        rm "out/$2.log"
    }
    export -f compile_one
    for file in tree/conformance/{interfaces,behavior}/*/; do
        family=$(basename "$file")
        [[ ! $family =~ ^(pthread_|aio_|lio_) ]] || continue
        mkdir "out/$family"
        find "$file" -name '*.[cs]*' | LC_ALL=C sort | while read -r file; do
            name=${file##*/"$family"/}
            name=$family/$(tr / - <<<"${name%.*}")
            case $file in
                */testfrmw.c | */coverage.c) ;;
                *.c) printf '%s\0%s\0' "$file" "$name" ;;
                *.sh) sed -n 's|^conformance/.*/\([^/ ]*\)\.test \(.*\)|\1 \2|p' "$file" >"out/$name.run" ;;
            esac
        done
    done | xargs -0 -n 2 -P "$jobs" bash -c 'compile_one "$1" "$2"' compile
    find out -name '*.run' -empty -delete
    cp tree/conformance/interfaces/mlockall/3-7.c out/
}

build() {
    local name=$1 folder=$2 tree status
    [ ! -d "$folder" ] || return 0
    tree=$("$root/tests/torture/sources.sh" "$(source_of "$name")")
    rm -rf "$folder.building"
    mkdir -p "$folder.building/out"
    # With its times: make would run automake where a generated file looks older than what it is made of.
    cp -Rp "$tree" "$folder.building/tree"
    say "tests/cage: building $name ($side) ..."
    # In a condition bash would go on after what fails within.
    set +e
    (set -e; cd "$folder.building"; "build_$name") >"$logs/cage-$name-$side.log" 2>&1 </dev/null
    status=$?
    set -e
    if [ "$status" -ne 0 ]; then
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
    export CC=cc prefix= host=
    compiler=$(cc --version | head -n 1)
else
    bin=$("$root/guest-sdk/cage/build.sh" | tail -n 1)
    export CC=moxiebox-cage-gcc prefix=moxiebox-cage- host=--host=moxie-elf
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

#!/usr/bin/env bash
# Unpacks what others have written and we test with, none of which is committed here, into the cache.
#
#   sources.sh NAME...   prints the folder of each, one a line
#
# gcc (its C torture suite) and newlib (its test suite) come from the archives that the guest toolchain is
# built from; every other NAME is a Debian source package with its line in sources.sha256.
source "$(dirname "${BASH_SOURCE[0]}")/../../core/setup/common.sh"
source "$setup/debian_source.sh"
here=$root/tests/torture

# Sets archive, sum, part and depth. An archive's top folders are cut off; `part` is what is wanted of it.
describe() {
    local sums=$root/guest-sdk/toolchain/sources.sha256 pattern
    part=() depth=1
    case $1 in
        gcc) pattern=/gcc-12/ part=('*/gcc/testsuite/gcc.c-torture/execute') depth=4 ;;
        newlib) pattern=/newlib- part=('*/newlib/testsuite' '*/newlib/libm') depth=2 ;;
        *) sums=$here/sources.sha256 pattern="  $1_" ;;
    esac
    read -r sum archive < <(grep -F -- "$pattern" "$sums" || true) ||
        die "no test source \"$1\"" "use gcc, newlib or a name of $here/sources.sha256"
}

fetch() {
    local name=$1 folder=$2 archive sum part depth
    [ ! -d "$folder" ] || return 0
    describe "$name"
    rm -rf "$folder.building"
    mkdir -p "$folder.building/tree"
    cd "$folder.building"
    if [[ $archive != /* ]]; then
        debian_source "$folder.building" "$name" || true
        archive=$PWD/$archive
    fi
    printf '%s  %s\n' "$sum" "$archive" | sha256sum --quiet --check ||
        die "the archive of $name ($(basename "$archive"), SHA-256 $sum) could not be had from Debian" \
            "see the messages above; core/setup/packages.sh tests installs gcc-12-source and newlib-source"
    tar -C tree -xf "$archive" --strip-components="$depth" --no-same-owner --wildcards "${part[@]}"
    mv tree "$folder"
    rm -rf "$folder.building"
}

[ $# -gt 0 ] || die "no name given" "$(sed -n 's/^#   //p' "$0" | head -n 1)"
for name in "$@"; do
    describe "$name"
    folder=$cache/tests-$name-$(recipe_hash "$sum" "${part[@]}")
    locked "tests-$name" fetch "$name" "$folder" >&2
    echo "$folder"
done

#!/usr/bin/env bash
# Installs the Debian packages that a part of moxbox needs, and asks for root only when one is missing.
#
#   packages.sh demo     what builds the core for WebAssembly
#   packages.sh tests    that, and what the tests and the guest toolchain need
#   packages.sh --list GROUP, packages.sh --missing GROUP
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# bzip2 unpacks elfutils; everything else of the demo comes with emscripten.
demo=(emscripten cmake ninja-build bzip2 ca-certificates)
# Native builds and checks; what the programs in cages are made and tested with (SQLite by Tcl, mksh by Perl);
# sanitizer and fuzzer runtimes of clang; the guest compiler's sources and needs;
# random programs; a browser.
tests=("${demo[@]}" ccache gcc g++ libc6-dev binutils make patch xz-utils git perl tcl
    clang libclang-rt-14-dev clang-format llvm
    gcc-12-source binutils-source newlib-source libgmp-dev libmpfr-dev libmpc-dev flex bison texinfo
    csmith libcsmith-dev
    chromium)

group() {
    case $1 in
        demo) printf '%s\n' "${demo[@]}" ;;
        tests) printf '%s\n' "${tests[@]}" ;;
        *) die "no package group \"$1\"" "use demo or tests" ;;
    esac
}

missing_of() {
    local package
    command -v dpkg-query >/dev/null || return 0
    group "$1" | while read -r package; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
    done
}

case ${1:-} in
    --list)
        group "${2:-}"
        exit
        ;;
    --missing)
        missing_of "${2:-}"
        exit
        ;;
esac
group "${1:-}" >/dev/null
command -v dpkg-query apt-get >/dev/null ||
    die "this is not Debian or a relative of it" "install the equivalents of these packages by hand: $(group "$1" | tr '\n' ' ')"
mapfile -t missing < <(missing_of "$1")
if [ ${#missing[@]} -eq 0 ]; then
    echo "all $(group "$1" | wc -l) packages are installed"
    exit
fi
echo "missing: ${missing[*]}"
as_root apt-get -q update || die "apt-get update failed" "see the messages above; is the network up?"
as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${missing[@]}" ||
    die "apt-get could not install: ${missing[*]}" "see the messages above; Debian 12 has all of these packages"

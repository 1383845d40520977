#!/usr/bin/env bash
# Builds libelf from Debian's source package of elfutils, once for each way the core is built.
#
#   libelf.sh FLAVOUR           build if needed; prints the folder that holds lib/libelf.a and include/
#   libelf.sh --source          only fetch and unpack; prints the folder of the sources
#
# Flavours: native, gcc-sanitized, clang-sanitized, wasm. MOXBOX_ELFUTILS=DIR builds from a changed
# elfutils 0.188 tree instead of Debian's (NOTICE tells why somebody may want that).
#
# Only libelf/*.c is compiled, under our own config.h; section compression, which wants zlib, is left out.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$setup/debian_source.sh"

archive_sum=$(cut -d' ' -f1 "$setup/libelf/elfutils.sha256")
archive_name=$(sed 's/.* //' "$setup/libelf/elfutils.sha256")
source_dir=$cache/elfutils-${archive_sum:0:16}

fetch() {
    [ ! -d "$source_dir" ] || return 0
    rm -rf "$source_dir.building"
    mkdir -p "$source_dir.building"
    debian_source "$source_dir.building" elfutils || true
    cd "$source_dir.building"
    sha256sum --quiet --check "$setup/libelf/elfutils.sha256" ||
        die "the source of libelf ($archive_name, SHA-256 $archive_sum) could not be had from Debian's source packages" \
            "see the messages above; or unpack that archive yourself and set MOXBOX_ELFUTILS to its folder"
    tar -xf "$archive_name" --strip-components=1 --no-same-owner --wildcards \
        '*/libelf/*' '*/lib/*' '*/COPYING*' '*/AUTHORS'
    rm -rf apt "$archive_name"
    mv "$source_dir.building" "$source_dir"
}

use_flavour() {
    include=("$setup/libelf")
    cflags=(-O2 -std=gnu99 -D_GNU_SOURCE -DHAVE_CONFIG_H -w -ffunction-sections -ffile-prefix-map="$cache"=moxbox)
    local sanitize=(-g -DCHECK_UNDEFINED=1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    case $1 in
        native) cc=gcc ar=ar cflags+=(-fPIC -DCHECK_UNDEFINED=0) ;;
        gcc-sanitized) cc=gcc ar=ar cflags+=("${sanitize[@]}") ;;
        clang-sanitized) cc=clang ar=ar cflags+=("${sanitize[@]}") ;;
        wasm)
            cc=emcc ar=emar cflags+=(-DCHECK_UNDEFINED=0 -DMOXBOX_LIBELF_MEMORY_ONLY -Os)
            include+=("$setup/libelf/memory_only")
            ;;
        *) die "no libelf flavour \"$1\"" "use native, gcc-sanitized, clang-sanitized or wasm" ;;
    esac
    command -v $cc >/dev/null || die "$cc is not installed" "run core/setup/packages.sh tests"
}

build() {
    [ ! -d "$prefix" ] || return 0
    local work=$prefix.building
    rm -rf "$work"
    mkdir -p "$work/lib" "$work/include" "$work/objects"
    cd "$work/objects"
    local files=()
    mapfile -t files < <(printf '%s\n' "$source"/libelf/*.c | grep -v '/elf_compress')
    # Some flavours take seconds a core: half of the files to each of two compilers.
    printf '%s\0' "${files[@]}" | xargs -0 -P "$jobs" -n $(((${#files[@]} + 1) / 2)) \
        "$cc" -c "${cflags[@]}" "${include[@]/#/-I}" -I"$source/libelf" -I"$source/lib"
    $ar rcs ../lib/libelf.a ./*.o
    cp "$source"/libelf/{libelf.h,gelf.h,elf.h} ../include/
    rm -rf "$work/objects"
    mv "$work" "$prefix"
}

source=${MOXBOX_ELFUTILS:-}
if [ -z "$source" ]; then
    locked libelf-source fetch >&2
    source=$source_dir
fi
[ -r "$source/libelf/elf_memory.c" ] || die "$source holds no libelf" "set MOXBOX_ELFUTILS to an elfutils 0.188 tree, or unset it"
if [ "${1:-}" = --source ]; then
    echo "$source"
    exit
fi
use_flavour "${1:-}"
prefix=$cache/libelf-$1-$(recipe_hash "$setup/libelf.sh" "$setup"/libelf/config.h "$setup"/libelf/memory_only/* \
    "$source"/libelf/*.[ch] "$source"/lib/*.[ch] "$($cc --version | head -n 1)")
locked "libelf-$1" build >&2
echo "$prefix"

#!/bin/sh
# check_printed.sh PRINTER KIND FILE: whether the committed file is what the tables print.
set -eu
"$1" "$2" | diff -u "$3" - || {
    echo "$3 is not what $(basename "$1") prints from the .def files now." >&2
    echo "what to do: core/setup/tables.sh, look at the change and commit it" >&2
    exit 1
}

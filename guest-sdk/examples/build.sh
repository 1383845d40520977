#!/usr/bin/env bash
# Builds the example programs as stripped ELF files:   guest-sdk/examples/build.sh OUT_DIR
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
exec "$here/../build-guests.sh" "$here" "${1:?usage: build.sh OUT_DIR}"

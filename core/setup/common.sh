# shellcheck shell=bash
# Shared by the set-up scripts, demo/run and tests/run, which source it: messages, failures, cache, lock,
# root. Everything for people goes to stderr; stdout carries results only.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
setup=$root/core/setup
cache=${MOXBOX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/moxbox}
logs=$cache/log
mkdir -p "$logs"
# How many compilers may run at a time.
jobs=${MOXBOX_JOBS:-$(nproc)}

say() { printf '%s\n' "$*" >&2; }

# die WHAT-FAILED [WHAT-TO-DO]
die() {
    say ""
    say "$(basename "$0"): $1"
    [ -z "${2:-}" ] || say "what to do: $2"
    exit 1
}

clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# step NAME COMMAND...: runs a command whose output goes to a log, under one line with the step's number
# and its time. Set step_total first. The log is shown and named when the command fails.
step_number=0
step() {
    local name=$1 start=$SECONDS status=0 pid log head
    shift
    step_number=$((step_number + 1))
    head=$(printf '[%d/%d] %-34s' "$step_number" "$step_total" "$name")
    log=$logs/$(basename "$0")-${name//[^A-Za-z0-9.]/-}.log
    [ -t 2 ] || say "$head ..."
    ("$@") >"$log" 2>&1 </dev/null &
    pid=$!
    # An interrupted script leaves nothing running behind it.
    trap 'kill "$pid" 2>/dev/null || true' EXIT
    while [ -t 2 ] && kill -0 "$pid" 2>/dev/null; do
        printf '\r%s %s' "$head" "$(clock $((SECONDS - start)))" >&2
        sleep 0.3
    done
    wait "$pid" || status=$?
    trap - EXIT
    if [ $status -ne 0 ]; then
        [ ! -t 2 ] || say ""
        say "----- the end of $log"
        tail -n 25 "$log" >&2
        die "step \"$name\" failed after $(clock $((SECONDS - start))); its whole log is $log" \
            "mend what the log's last lines say, then start $(basename "$(dirname "$0")")/$(basename "$0") again; finished steps are kept"
    fi
    if [ -t 2 ]; then printf '\r' >&2; fi
    say "$head $(clock $((SECONDS - start)))"
}

# locked NAME COMMAND...: one run at a time of what fills the same cache entry.
locked() {
    local lock=$cache/$1.lock
    shift
    (
        exec 9>"$lock"
        if ! flock -n 9; then
            say "another moxbox set-up holds $lock, waiting for it"
            flock 9
        fi
        "$@" 9>&-
    )
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        # The prompt goes to the terminal even where a step has redirected the output.
        sudo -- "$@"
    else
        die "this must be done as root, and there is no sudo: $*" "run that command as root, then start again"
    fi
}

# Files that decide what a cache entry holds, and further words -> 16 hexadecimal digits.
recipe_hash() {
    local file
    {
        for file in "$@"; do
            if [ -f "$file" ]; then sha256sum <"$file"; else printf '%s\n' "$file"; fi
        done
    } | sha256sum | cut -c1-16
}

need_node() {
    local version
    version=$(node --version 2>/dev/null) || die "Node.js is not installed" "install Node.js 20 or later with npm"
    version=${version#v}
    [ "${version%%.*}" -ge 20 ] || die "Node.js $version is too old" "install Node.js 20 or later"
    command -v npm >/dev/null || die "npm is not installed" "install the npm that belongs to your Node.js"
}

# Dependencies of package.json, installed when package-lock.json has changed since. need_npm [npm ci options]
need_npm() {
    local stamp=$root/node_modules/.moxbox-stamp want
    want=$(recipe_hash "$root/package-lock.json" "$*")
    # A full installation serves those who need only a part.
    local full
    full=$(recipe_hash "$root/package-lock.json" "")
    if [ -f "$stamp" ] && { [ "$(cat "$stamp")" = "$want" ] || [ "$(cat "$stamp")" = "$full" ]; }; then
        return
    fi
    (cd "$root" && npm ci --no-audit --no-fund "$@")
    printf '%s\n' "$want" >"$stamp"
}

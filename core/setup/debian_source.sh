# shellcheck shell=bash
# Fetches Debian source packages; sourced after common.sh.

# The lines of the machine's own Debian sources, as deb-src lines: binary packages come from there already.
deb_src_lines() {
    local codename keyring=/usr/share/keyrings/debian-archive-keyring.gpg option=
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
    [ ! -r "$keyring" ] || option="[signed-by=$keyring] "
    apt-get indextargets --format '$(RELEASE) $(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk -v codename="$codename" -v option="$option" \
            '($1 == codename || $2 == codename) && $3 == "main" { print "deb-src " option $4, $1, $3 }' | sort -u
}

# debian_source FOLDER NAME...: downloads the original archives of source packages into FOLDER, with apt-get
# under a configuration of its own: the machine's package sources stay as they are, and no root is needed.
debian_source() {
    local folder=$1 apt=$1/apt options name
    shift
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    deb_src_lines >"$apt/sources.list"
    if [ ! -s "$apt/sources.list" ]; then
        as_root apt-get -q update
        deb_src_lines >"$apt/sources.list"
    fi
    [ -s "$apt/sources.list" ] || return
    options=(-q -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=- -o Dir::Etc::Preferences=-
        -o Dir::Etc::PreferencesParts=- -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache"
        -o APT::Sandbox::User="$(id -un)")
    apt-get "${options[@]}" update
    for name in "$@"; do
        (cd "$folder" && apt-get "${options[@]}" source --download-only --tar-only "$name") || return
    done
    rm -rf "$apt"
}

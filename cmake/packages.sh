# packages.sh - sourced by run.sh and test.sh: makes sure that the Debian/Ubuntu packages are there.
#
# need PACKAGE...   installs what is missing (as root or through sudo); elsewhere lists it and stops.

need() {
    local missing=() package
    if ! command -v dpkg-query >/dev/null 2>&1; then
        command -v cmake >/dev/null 2>&1 && return 0
        echo "This script installs packages on Debian and Ubuntu only. Please install:" >&2
        echo "  $*" >&2
        return 1
    fi
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null 2>&1; then
            echo "Missing packages; as root:  apt-get install ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "Installing ${missing[*]}" >&2
    "${as_root[@]}" apt-get update -qq >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

build_packages=(build-essential cmake pkg-config git libfftw3-dev libhdf5-dev libyaml-dev
    libjansson-dev liblapacke-dev libopenblas-dev libarpack2-dev)

# root.sh - sourced by newcomer.sh and rehearse.sh: clean roots by debootstrap, and what is done in them.
suites="bookworm, trixie, jammy or noble" # Debian 12 and 13, Ubuntu 22.04 and 24.04

# make_root SUITE ROOT: QFP_MIRROR is another mirror than the usual one.
make_root() {
    local mirror=http://deb.debian.org/debian components=main script=$1
    case $1 in
    bookworm | trixie) ;;
    jammy | noble) # all Ubuntus have one script, which older debootstraps do not know by their names
        mirror=http://archive.ubuntu.com/ubuntu components=main,universe script=gutsy
        ;;
    *)
        echo "A root of '$1' is not known here, only of $suites" >&2
        return 1
        ;;
    esac
    debootstrap --variant=minbase "--components=$components" "$1" "$2" "${QFP_MIRROR:-$mirror}" \
        "/usr/share/debootstrap/scripts/$script" >"$2.log" 2>&1 ||
        { tail -n 20 "$2.log"; return 1; }
    mount -t proc proc "$2/proc"
    [ -z "${PIP_CERT:-}" ] || cp "$PIP_CERT" "$2/root/certificates"
}

# inside ROOT COMMAND: with its own environment only.
inside() {
    chroot "$1" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root \
        DEBIAN_FRONTEND=noninteractive ${PIP_CERT:+PIP_CERT=/root/certificates} \
        OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}" OPENBLAS_CORETYPE="${OPENBLAS_CORETYPE:-}" \
        bash -euo pipefail -c "$2"
}

# install_in ROOT PACKAGE…
install_in() {
    inside "$1" "apt-get install -y -qq --no-install-recommends ${*:2} >/root/apt.log 2>&1 ||
        { tail -n 20 /root/apt.log; exit 1; }"
}

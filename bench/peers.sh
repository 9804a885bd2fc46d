#!/bin/bash
# peers.sh BUILD_DIR [REPORT.md] - qfp and XMDS2 side by side on one thread.
#
# Two Kerr revivals.  alpha_0 = 2: kerr_revival.yaml against peers/kerr_revival.xmds.  alpha_0 = 3:
# kerr_alpha3.yaml against wigner_spectral.xmds, which XMDS2 ships, unmodified (about ten minutes).
# qfp runs three times, before, between and after the XMDS2 runs, and its median counts.
set -euo pipefail
if [ $# -lt 1 ] || [ $# -gt 2 ] || [ ! -x "$1/qfp" ] || [ ! -x "$1/bench/qfp_bench" ]; then
    echo "usage: bench/peers.sh BUILD_DIR [REPORT.md]; BUILD_DIR holds qfp and bench/qfp_bench" >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
report=${2:-$here/results/$(date +%Y-%m-%d)-cpu-peers.md}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export OMP_NUM_THREADS=1 LC_ALL=C
notes=()
commit=$(git -C "$here" rev-parse --short=12 HEAD 2> /dev/null || echo unknown)
if ! git -C "$here" diff --quiet HEAD -- . ../host ../kernels > /dev/null 2>&1; then
    commit="$commit, sources changed since"
fi

# measure NAME COMMAND...: one line "user wall" is added to NAME.times.
measure() {
    local name=$1 TIMEFORMAT='%U %R'
    shift
    if ! { time "$@" > "$scratch/$name.log" 2>&1; } 2>> "$scratch/$name.times"; then
        echo "peers.sh: failed: $*" >&2
        tail -n 5 "$scratch/$name.log" >&2
        exit 1
    fi
}

# median NAME COLUMN: of an odd number of runs.
median() {
    awk -v c="$2" '{print $c}' "$scratch/$1.times" | sort -g |
        awk '{v[NR] = $1} END {printf "%.2f", v[int((NR + 1) / 2)]}'
}

run_qfp() {
    for name in kerr_revival kerr_alpha3; do
        echo "peers.sh: qfp $name" >&2
        measure "$name" "$build/qfp" run "$here/$name.yaml" -o "$scratch/$name.h5"
    done
}

# ---- what is there -------------------------------------------------------------------------------

python=
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import h5py, numpy' 2> /dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || notes+=("python3-h5py and python3-numpy are not installed: no comparison with the exact sum.")
xmds2=$(command -v xmds2 || true)
example=
if [ -n "$xmds2" ]; then
    example=$( (dpkg -L xmds2 xmds2-doc 2> /dev/null || true) |
        grep -E '/wigner_spectral\.xmds(\.gz)?$' | sed -n 1p || true)
    [ -n "$example" ] || notes+=("xmds2 is installed without its example wigner_spectral.xmds: skipped.")
else
    notes+=("The package xmds2 is not installed: its runs are skipped.")
fi

# ---- runs ----------------------------------------------------------------------------------------

build_xmds2() { # NAME SCRIPT
    echo "peers.sh: XMDS2 compiles $1" >&2
    mkdir -p "$scratch/$1"
    (cd "$scratch/$1" && "$xmds2" "$2" > compile.log 2>&1) || {
        tail -n 5 "$scratch/$1/compile.log" >&2
        exit 1
    }
}

run_xmds2() { # NAME: its program must have that name, and runs where it was built
    echo "peers.sh: XMDS2 $1" >&2
    (cd "$scratch/$1" && measure "xmds2_$1" "./$1")
}

mkdir -p "$(dirname "$report")"
load_before=$(cut -d' ' -f1-3 /proc/loadavg)
if [ -n "$xmds2" ]; then
    [ -d "$HOME/.xmds" ] || "$xmds2" --configure > /dev/null 2>&1
    build_xmds2 kerr_revival "$here/peers/kerr_revival.xmds"
    if [ -n "$example" ]; then
        case $example in
            *.gz) gzip -dc "$example" > "$scratch/wigner_spectral.xmds" ;;
            *) cp "$example" "$scratch/wigner_spectral.xmds" ;;
        esac
        build_xmds2 wigner_spectral "$scratch/wigner_spectral.xmds"
    fi
fi
run_qfp
[ -z "$xmds2" ] || run_xmds2 kerr_revival
run_qfp
[ -z "$example" ] || run_xmds2 wigner_spectral
run_qfp
for name in kerr_revival kerr_alpha3; do
    "$build/qfp" run "$here/$name.yaml" --basis reference -o "$scratch/$name.reference.h5" \
        > /dev/null 2>&1
done
floors=$("$build/bench/qfp_bench" "$here/kerr_revival.yaml" "$here/kerr_alpha3.yaml")

# ---- errors --------------------------------------------------------------------------------------

errors() { # KIND FILE ALPHA0 COLUMN
    if [ -z "$python" ]; then echo "-"; else
        "$python" "$here/peers/errors.py" "$1" "$2" "$3" | cut -d' ' -f"$4"
    fi
}

against_reference() { # NAME: worst disagreement of Q, in units of its largest value
    "$build/qfp" compare "$scratch/$1.h5" "$scratch/$1.reference.h5" --json |
        sed -n 's|.*"/husimi/mode_1": \([0-9.e+-]*\).*|\1|p' | awk '{printf "%.2e", $1}'
}

ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.1f", a / b}'; }

row_qfp() { # NAME ALPHA0
    echo "| qfp, $1.yaml, median of 3 | $(median "$1" 1) | $(median "$1" 2) |" \
        "$(errors qfp "$scratch/$1.h5" "$2" 1) | $(errors qfp "$scratch/$1.h5" "$2" 2) |" \
        "$(against_reference "$1") | - | 1 |"
}

row_xmds2() { # LABEL NAME KIND FILE ALPHA0 RIVAL
    local file=$scratch/$2/$4
    echo "| $1 | $(median "xmds2_$2" 1) | $(median "xmds2_$2" 2) |" \
        "$(errors "$3" "$file" "$5" 1) | $(errors "$3" "$file" "$5" 2) | - |" \
        "$(errors "$3" "$file" "$5" 3) |" \
        "$(ratio "$(median "xmds2_$2" 1)" "$(median "$6" 1)") |"
}

# ---- report --------------------------------------------------------------------------------------

cache_entry() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt"; }

{
    echo "# qfp and XMDS2 side by side, CPU, one thread"
    echo
    echo "- date: $(date -u +'%Y-%m-%d %H:%M') UTC"
    echo "- machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sed -n 1p), $(nproc --all) cores; load" \
        "average $load_before before and $(cut -d' ' -f1-3 /proc/loadavg) after (1 is this script:" \
        "above it the machine was shared, and wall times mean little)"
    echo "- compiler: $(cc --version | sed -n 1p); build type $(cache_entry CMAKE_BUILD_TYPE)," \
        "QFP_STRICT $(cache_entry QFP_STRICT)"
    echo "- qfp: commit $commit"
    [ -z "$xmds2" ] || echo "- $("$xmds2" --help 2> /dev/null | sed -n 1p)"
    echo "- command: \`bench/peers.sh BUILD_DIR\`, OMP_NUM_THREADS=1; qfp runs as" \
        "\`qfp run bench/NAME.yaml\`"
    for note in ${notes[@]+"${notes[@]}"}; do echo "- $note"; done
    echo
    echo "| run | user CPU s | wall s | error of Q | absolute | qfp's Q against its own reference |" \
        "error of W at the revival | CPU time over qfp's |"
    echo "|---|---|---|---|---|---|---|---|"
    row_qfp kerr_revival 2
    [ -z "$xmds2" ] || row_xmds2 "XMDS2, kerr_revival.xmds, 64², ARK45 1e-8, once" kerr_revival \
        xmds-husimi kerr_revival_xmds2.h5 2 kerr_revival
    row_qfp kerr_alpha3 3
    [ -z "$example" ] || row_xmds2 "XMDS2, its example wigner_spectral, 128², once" \
        wigner_spectral xmds-wigner wigner_spectral.h5 3 kerr_alpha3
    echo
    echo "Error of Q: largest |Q − Q_exact| over the points of the run's own output grid and nine times" \
        "in steps of an eighth of the revival, in units of the largest Q_exact; Q_exact is the sum over" \
        "number states.  Absolute: the same without the unit.  Against its own reference: \`qfp compare\`" \
        "with \`--basis reference\`, same unit.  Q of the example is made from its W by exp(−k²/8); the" \
        "error of its W is absolute (largest W: 0.64), at the revival, where the exact W is the Gaussian" \
        "of the start.  Times are of the whole process: planning, evolution, output."
    echo
    echo "## What one revival of qfp would cost at least"
    echo
    echo "$floors"
    echo
    echo "Floor s: one read and one write of u per application at the copy rate of arrays as large as u" \
        "(they stay in cache).  Model s: every pass of the present algorithm reading and writing its" \
        "arrays once, at the same rate.  Flops s: the model's flops at the multiply-add rate above."
} > "$report"
echo "$report"

#!/bin/bash
# rehearse.sh [REPORT.md] - as root, with debootstrap and a Debian mirror: a visit to a machine that
# has no device.  Runs pack.sh, makes a bare Debian 13 and puts into it what would travel, nothing
# else; there, without network, all three calls twice:
#   - without cuFFT, unpacked by python3: every step names its reason,
#   - with libcufft of this machine's toolkit, unpacked by xz: programs start and find no device.
# Then a call is killed in the middle of a step, and what it had written is looked at.
# Exit status 0 only if every step ended by the sentence that belongs to it.
# QFP_MIRROR: the mirror (http://deb.debian.org/debian).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
kept=$(realpath -m "${1:-$root/bench/results/$(date +%F)-gpu-rehearsal.md}")
report=$(mktemp) # the one in the repository changes at the end: until then the tree is clean
travels=$((64 * 1024 * 1024))
bare=$(mktemp -d)
wrong=0
# shellcheck disable=SC2317 # called by trap
leave() {
    umount "$bare/proc" 2>/dev/null || true
    rm -rf --one-file-system "$bare"
    rm -f "$report"
}
trap leave EXIT
cd "$root"
say() { printf '%s\n' "$@" | tee -a "$report"; }
bad() {
    say "WRONG: $*"
    wrong=1
}
inside() { unshare -n chroot "$bare" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin \
    HOME=/root sh -c "cd /project && $1"; }

say "# Rehearsal of a visit to a GPU, on a machine without one" "" "- date: $(date -u '+%F %T') UTC" \
    "- here: $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), $(ldd --version | head -n 1)" \
    "" "## bench/gpu/pack.sh" "" '```'
bench/gpu/pack.sh | tee -a "$report"
say '```' "" "## A bare Debian 13"
debootstrap --variant=minbase --include=xz-utils,python3 trixie "$bare" \
    "${QFP_MIRROR:-http://deb.debian.org/debian}" >"$bare.log" 2>&1 || {
    tail -n 20 "$bare.log"
    exit 1
}
rm -f "$bare.log"
mount -t proc proc "$bare/proc"
mkdir "$bare/project"
git ls-files -z -co --exclude-standard | tar -cf - --null -T - --ignore-failed-read 2>/dev/null |
    tar -C "$bare/project" -xf -
cp -r bench/gpu/pack "$bare/project/bench/gpu/"
bytes=$(du -sb "$bare/project" | cut -f1)
say "" "- $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' "$bare/etc/os-release"), $(inside 'getconf GNU_LIBC_VERSION')" \
    "- travelled: $((bytes / 1048576)) MiB of $((travels / 1048576))"
[ "$bytes" -le "$travels" ] || bad "more than may travel"
for name in nvidia-smi ncu compute-sanitizer nvcc gcc cc c++ cmake ninja make git pkg-config h5cc; do
    inside "command -v $name" >/dev/null && bad "$name is in the root"
done
found=$(find "$bare/usr" "$bare/opt" \( -name 'libhdf5*' -o -name 'libfftw3*' -o -name 'libcriterion*' \
    -o -name 'libyaml*' -o -name 'libjansson*' -o -name 'libopenblas*' -o -name 'libarpack*' -o -name 'libgomp*' \
    -o -name 'libcufft*' -o -name 'libcuda*' \))
[ -z "$found" ] || bad "in the root: $found"
say "- no compiler, no CUDA, no HDF5, FFTW, Criterion, libyaml, Jansson, OpenBLAS, ARPACK, OpenMP; no network"

absent='NOT RUN: (ncu|compute-sanitizer) is absent'
twins='NOT RUN: no python3 with (torch|cupy) and numpy is here'
# calls TITLE EXPECTED STEPS: runs all three and holds every row of their summaries against EXPECTED.
calls() {
    local call rows row status count=0
    say "" "## $1" "" "| call | steps | result |" "|---|---|---|"
    rm -rf "$bare/project/bench/gpu/out" "$bare/project/bench/gpu/unpacked"
    for call in 1 2 3; do
        status=0
        inside "bench/gpu/visit.sh $call" >"$bare/output" 2>&1 || status=$?
        [ $status -eq 1 ] || bad "call $call ends with exit status $status"
        rows=$(awk '/^## Summary/ { on = 1 } on && /^\| / && !/^\| step/' \
            "$bare/project/bench/gpu/out/call-$call.md")
        while IFS= read -r row; do
            count=$((count + 1))
            [[ $row =~ ^\|\ [^|]*\|\ ($2) ]] || bad "not what belongs there: $row"
        done <<<"$rows"
        say "$(awk -v call="$call" -F ' [|] ' '
            !($2 in names) { result[++k] = $2 }
            { sub(/^[|] /, "", $1); names[$2] = names[$2] " " $1 }
            END { for (i = 1; i <= k; i++) print "| " call " |" names[result[i]] " | " result[i] " |" }
        ' <<<"$rows")"
        grep -nE 'syntax error|command not found|unbound variable|No such file' "$bare/output" &&
            bad "call $call: see above"
        [ "$(tar -tzf "$bare/project/bench/gpu/out/call-$call.tar.gz" | grep -c .)" -gt 1 ] ||
            bad "call $call: no archive"
        [ $((status = $(find "$bare/project/bench/gpu/out" -type f | wc -l))) -le 8 ] ||
            bad "more files than come back: $status"
    done
    [ $count -eq "$3" ] || bad "$count steps, not $3"
}

# those of the first two calls, a test each among them, then again all in the third
steps=$((2 * (23 + $(tar -tJf bench/gpu/pack/programs.tar.xz | grep -c '/gpu_'))))
mv "$bare/usr/bin/xz" "$bare/usr/bin/xz.away"
calls "Without cuFFT, unpacked by python3" "NOT RUN: no cuFFT found: looked for|$absent|$twins" "$steps"
mv "$bare/usr/bin/xz.away" "$bare/usr/bin/xz"
for file in "$bare"/usr/bin/python3*; do mv "$file" "$bare/root/"; done
library=$(awk '/^cufft/ { print $2 }' bench/gpu/pack/manifest)
mkdir -p "$bare/usr/local/cuda/lib64"
cp -L "$(ldconfig -p | awk -v l="$library" '$1 == l && !found++ { print $NF }' | grep . ||
    echo "${CUDA_HOME:-/usr/local/cuda}/lib64/$library")" "$bare/usr/local/cuda/lib64/$library"
calls "With cuFFT, unpacked by xz" "NO DEVICE: .*no NVIDIA (driver|device)|$absent|$twins" "$steps"
# Libraries that travelled are not only found.
status=0
inside "for kind in strict release; do
        bench/gpu/unpacked/\$kind/qfp run configs/kerr.yaml --backend cpu -o \$HOME/\$kind.h5 || exit
    done && bench/gpu/unpacked/strict/qfp compare \$HOME/strict.h5 \$HOME/release.h5" >"$bare/output" 2>&1 || status=$?
[ $status = 0 ] || bad "configs/kerr.yaml on the CPU: $(tail -n 1 "$bare/output")"
say "" "configs/kerr.yaml on the CPU there, strict against release: $(tail -n 1 "$bare/output")"
say "" "Report of the first call:" ""
head -n 45 "$bare/project/bench/gpu/out/call-1.md" | sed 's/^/    /' >>"$report"

say "" "## A call killed in the middle of a step" ""
mv "$bare/project/bench/gpu/unpacked/release/qfp_yardstick" "$bare/root/"
# the only stand-in: a step that takes its time
# shellcheck disable=SC2016 # expanded by the stand-in
printf '#!/bin/sh\nfor i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "line $i"; sleep 0.5; done\n' \
    >"$bare/project/bench/gpu/unpacked/release/qfp_yardstick"
chmod +x "$bare/project/bench/gpu/unpacked/release/qfp_yardstick"
out=$bare/project/bench/gpu/out
rm -rf "$out"
chroot "$bare" /bin/bash /project/bench/gpu/visit.sh 1 >/dev/null 2>&1 &
visit=$!
for _ in $(seq 100); do
    grep -qs '^line 3' "$out/call-1.running.log" && break
    sleep 0.1
done
kill -9 $visit || bad "the call ended before it was killed"
wait $visit 2>/dev/null || true
grep -q '^\*\*NO DEVICE\*\*: ' "$out/call-1.md" || bad "the report lacks the step before"
tail -n 3 "$out/call-1.md" | grep qfp_yardstick >/dev/null || bad "the report lacks the step at work"
grep -q '^line 3' "$out/call-1.running.log" || bad "the log lacks the last line"
tar -xzOf "$out/call-1.tar.gz" ./devices.log | grep 'no NVIDIA driver' >/dev/null || bad "no log of the step before"
say "call-1.md, its last lines:" "" "$(tail -n 9 "$out/call-1.md" | sed 's/^/    /')" "" \
    "call-1.running.log:" "" "$(sed 's/^/    /' "$out/call-1.running.log")" "" \
    "call-1.tar.gz: $(tar -tzf "$out/call-1.tar.gz" | grep -v '/$' | paste -sd ' ')"
sleep 6 # the stand-in ends by itself

say "" "$([ $wrong = 0 ] && echo 'Every step ended as it should.' || echo 'THE REHEARSAL FAILED.')"
install -m 644 "$report" "$kept"
exit $wrong

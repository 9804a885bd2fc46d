#!/bin/sh
# module.sh PROGRAM MODULE BINDIR LIBDIR CONFIG - the program finds its CUDA backend where it is
# installed and nowhere else, and says why it has none.  Exit status 77 where it would find another one.
set -u
program=$1 module=$2 bindir=$3 libdir=$4 config=$5
[ ! -e "$libdir/qfp/libqfp_cuda.so" ] || exit 77
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
home=$root$bindir place=$root$libdir/qfp there=$root/elsewhere
mkdir -p "$home" "$place" "$there"
cp "$program" "$home/qfp"
PATH=$home:$PATH
cd "$there" || exit 2
failed=0

# expect STATUS PATTERN COMMAND…: what it says has a line that matches.
expect() {
    status=$1 pattern=$2
    shift 2
    "$@" >"$root/out" 2>&1
    got=$?
    if [ $got -eq "$status" ] && grep -qE "$pattern" "$root/out"; then return; fi
    echo "$*: exit status $got, not $status, or nothing like '$pattern' in"
    cat "$root/out"
    failed=1
}
run() { qfp run "$config" --backend "$1" -o "$1.h5" --force --set output.times=[0,0.5]; }

expect 0 '^cuda 0 +not available .*there is no libqfp_cuda.so in' qfp devices
expect 5 'no CUDA backend: there is no .*package qfp-cuda.*--backend cpu needs no such device' run cuda
expect 0 'backend auto is the CPU: .*there is no libqfp_cuda.so' run auto
# Neither where one happens to be, nor what the environment says.
cp "$module" libqfp_cuda.so
mkdir -p qfp && cp "$module" qfp/
expect 0 '^cuda 0 +not available' env LD_LIBRARY_PATH="$there:$there/qfp" qfp devices
expect 0 '^cuda 0 +not available' sh -c 'cd qfp && qfp devices'

cp "$module" "$place/"
expect 0 '^cuda 0 +available' qfp devices
expect 0 'n_1' run cuda
expect 0 'n_1' run cpu
expect 0 'husimi' qfp compare cpu.h5 cuda.h5 --tol 1e-9
# What the module has to say reaches the user: its errors are the program's.
expect 5 'device 9' qfp run "$config" --device 9
mv "$place/libqfp_cuda.so" "$home/"
expect 0 '^cuda 0 +available' qfp devices # as in a build tree
rm "$home/libqfp_cuda.so"
cp "$module" "$place/"
chmod o+w "$place"
expect 5 'is not loaded: it or its folder may be written by others' run cuda
chmod o-w "$place"

# A module of another build, and one that lacks a library.
printf 'const void *qfp_cuda_module(const char *a) { return a != 0 ? 0 : a; }\n' >other.c
"${CC:-cc}" -shared -fPIC -o "$place/libqfp_cuda.so" other.c
expect 5 'libqfp_cuda.so is not of this build of qfp' run cuda
printf 'int qfp_lost(void);\nint qfp_lost(void) { return 0; }\n' >lost.c
"${CC:-cc}" -shared -fPIC -o liblost.so lost.c
"${CC:-cc}" -shared -fPIC -Wl,--no-as-needed -o "$place/libqfp_cuda.so" other.c -L. -llost
rm liblost.so
expect 5 'cannot be loaded: liblost.so: cannot open shared object file.*needs cuFFT of the CUDA toolkit' run cuda
expect 0 'backend auto is the CPU: .*liblost.so' run auto

# Without it nothing of CUDA is loaded, and little is asked of the machine.
if readelf -d "$program" | grep -E 'NEEDED.*(cuda|cufft|curand)'; then
    echo "$program needs CUDA's libraries"
    failed=1
fi
nm -D "$program" | grep -q __asan_init || # which takes all addresses there are
    expect 0 '^qfp [0-9]' sh -c "ulimit -v 200000; exec timeout 20 '$program' version"
exit $failed

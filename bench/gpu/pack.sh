#!/bin/bash
# pack.sh - builds here what bench/gpu/visit.sh runs on a machine with a GPU, and packs it into
# bench/gpu/pack/: programs.tar.xz (strict/, release/, lib/) and manifest.  Strict arithmetic for
# tests and parity, release for speed; native code and PTX for compute capability 9.0.  libcufft,
# libcuda and the C library stay behind.  Exit status 1 when the pack is above 40 MiB.
# QFP_PACK_JOBS: compilers at once (2).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
pack=$here/pack
limit=$((40 * 1024 * 1024))
jobs=${QFP_PACK_JOBS:-2}
map=-ffile-prefix-map=$root/=
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cd "$root"
commit=$(git describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)

# The programs of tests/gpu.
mapfile -t tests < <(ls tests/suite/test_suite_*.c tests/parity/test_parity_*.c |
    sed -nE '/parity_generator/d; s/.*\/(test_[a-z_]+)\.c/gpu_\1/p')
strict_programs=(qfp "${tests[@]}")
release_programs=(qfp qfp_bench_gpu qfp_bench_paths qfp_yardstick)

# build NAME QFP_STRICT TARGET...: into build-pack/NAME, then stripped into $stage/NAME.
# QFP_HAS_MARCH_NATIVE: nothing may be compiled for this very processor.  Failed assertions name files
# by their path in the project.
build() {
    local name=$1 arithmetic=$2 target file
    shift 2
    cmake -S . -B "build-pack/$name" -DCMAKE_BUILD_TYPE=Release -DQFP_CUDA=ON \
        "-DQFP_STRICT=$arithmetic" -DQFP_HAS_MARCH_NATIVE=OFF \
        "-DCMAKE_C_FLAGS=-march=x86-64-v3 $map" "-DCMAKE_CXX_FLAGS=-march=x86-64-v3 $map" \
        "-DCMAKE_CUDA_FLAGS=-Xcompiler=$map" \
        "-DCMAKE_CUDA_ARCHITECTURES=90-real;90-virtual" \
        -DCMAKE_BUILD_WITH_INSTALL_RPATH=ON "-DCMAKE_INSTALL_RPATH=\$ORIGIN/../lib" \
        -DCMAKE_{EXE,MODULE}_LINKER_FLAGS=-Wl,--disable-new-dtags >"$stage/log" ||
        { cat "$stage/log"; return 1; }
    nice cmake --build "build-pack/$name" -j "$jobs" --target qfp_cuda_module "$@" >"$stage/log" ||
        { cat "$stage/log"; return 1; }
    mkdir -p "$stage/$name"
    strip -o "$stage/$name/libqfp_cuda.so" "build-pack/$name/libqfp_cuda.so" # of qfp
    for target in "$@"; do
        file=$(find "build-pack/$name" -name "$target" -type f -executable)
        strip -o "$stage/$name/$target" "$file"
    done
}

# What the programs need, by the loader of this machine; never glibc's own parts, which fit no other
# loader than their own.
closure() {
    ldd "$stage"/strict/* "$stage"/release/* | awk '$2 == "=>" && $3 ~ /^\// { print $1, $3 }' |
        sort -u | grep -vE '^(libc|libm|libdl|librt|libpthread|libresolv|libutil|libnsl|libanl)\.so' |
        grep -vE '^(ld-linux.*|libcuda|libcufft|libcudart)\.so'
}

build strict ON "${strict_programs[@]}"
build release OFF "${release_programs[@]}"
cufft=$(objdump -p "$stage/release/libqfp_cuda.so" | awk '/NEEDED *libcufft/ { print $2 }')
mkdir -p "$stage/lib"
closure >"$stage/closure"
while read -r name path; do
    strip -o "$stage/lib/$name" "$path"
done <"$stage/closure"
glibc=$(objdump -T "$stage"/strict/* "$stage"/release/* "$stage"/lib/* |
    grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -n 1 | cut -d_ -f2)

rm -rf "$pack"
mkdir -p "$pack"
# Programs of one build hold the same kernels: xz reaches from one to the next .
tar -C "$stage" -cf - --sort=name --owner=0 --group=0 strict release lib |
    xz -6 --lzma2=preset=6,dict=64MiB >"$pack/programs.tar.xz"
cat >"$pack/manifest" <<END
commit $commit
packed $(date -u '+%F %T UTC')
toolkit CUDA $(sed -n 's/^set(CMAKE_CUDA_COMPILER_VERSION "\(.*\)")/\1/p' \
    build-pack/release/CMakeFiles/*/CMakeCUDACompiler.cmake)
cufft $cufft
glibc $glibc
END

bytes=$(du -sb "$pack" | cut -f1)
cat "$pack/manifest"
printf '%-10s %8.1f MiB in %d programs\n' programs \
    "$(du -cb "$stage"/strict/* "$stage"/release/* | awk 'END { print $1 / 1048576 }')" \
    $((${#strict_programs[@]} + ${#release_programs[@]}))
printf '%-10s %8.1f MiB in %d libraries\n' libraries \
    "$(du -cb "$stage"/lib/* | awk 'END { print $1 / 1048576 }')" "$(wc -l <"$stage/closure")"
printf '%-10s %8.1f MiB of %d\n' packed "$(awk "BEGIN { print $bytes / 1048576 }")" \
    $((limit / 1048576))
[ "$bytes" -le "$limit" ] || {
    echo "pack.sh: the pack is larger than may travel" >&2
    exit 1
}

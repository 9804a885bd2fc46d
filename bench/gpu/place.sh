# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with visit.sh
# place.sh - sourced by visit.sh, which sets root and work: unpacks the programs, looks for what
# stayed behind.  Leaves in `problem` the sentence why no program can run here (empty: they can), in
# `cufft`, `curand` what was found.

manifest() { sed -n "s/^$1 //p" "$root/bench/gpu/pack/manifest"; }

# have PROGRAM: its path, looked for where toolkits put tools.
have() {
    command -v "$1" && return
    local path
    for path in "${CUDA_HOME:-/usr/local/cuda}/bin/$1" /usr/local/cuda*/bin/"$1" \
        /usr/local/cuda*/compute-sanitizer/"$1" /opt/nvidia/nsight-compute/*/"$1"; do
        [ -x "$path" ] && echo "$path" && return
    done
    return 1
}

# Folders below which Python environments keep NVIDIA's packages.
python_folders() {
    local python
    for python in python3 /opt/*/.venv/bin/python3 /opt/*/bin/python3; do
        command -v "$python" >/dev/null 2>&1 || continue
        timeout 20 "$python" -c 'import site, sys
print(*[p + "/nvidia" for p in sys.path + site.getsitepackages() if p.endswith("-packages")], sep="\n")'
    done 2>/dev/null | sort -u
}

# find_library PATTERN: the first file of that name: toolkit, loader, Python.
find_library() {
    local folder file
    for folder in "${CUDA_HOME:-/usr/local/cuda}"/lib64 /usr/local/cuda*/lib64 \
        /usr/local/cuda*/targets/x86_64-linux/lib /usr/lib/x86_64-linux-gnu; do
        for file in "$folder"/$1; do # the pattern is to be expanded
            [ -e "$file" ] && echo "$file" && return
        done
    done
    while read -r folder; do
        [ -d "$folder" ] || continue
        file=$(timeout 20 find -L "$folder" -maxdepth 6 -name "$1" -print -quit)
        [ -n "$file" ] && echo "$file" && return
    done < <(python_folders)
    return 1
}

# unpack into $work, unless this very pack lies there; prints why it cannot.
unpack() {
    local pack=$root/bench/gpu/pack
    if [ ! -f "$pack/programs.tar.xz" ] || [ ! -f "$pack/manifest" ]; then
        echo "no pack in bench/gpu/pack: run bench/gpu/pack.sh where the project can be built"
        return 1
    fi
    cmp -s "$pack/manifest" "$work/manifest" && return
    rm -rf "${work:?}"/{strict,release,lib,manifest,results}
    if command -v tar >/dev/null 2>&1 && command -v xz >/dev/null 2>&1; then
        tar -C "$work" -xJf "$pack/programs.tar.xz" || { echo "tar cannot unpack"; return 1; }
    elif command -v python3 >/dev/null 2>&1; then
        python3 -c 'import sys, tarfile
tarfile.open(sys.argv[1], "r:xz").extractall(sys.argv[2])' "$pack/programs.tar.xz" "$work" \
            2>"$work/unpack.log" || { echo "python3 cannot unpack: $(tail -n 1 "$work/unpack.log")"; return 1; }
    else
        echo "neither xz nor python3 is here to unpack bench/gpu/pack"
        return 1
    fi
    cp "$pack/manifest" "$work/manifest"
}

older() { [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

# Libraries that the loader misses, each once.
missing() {
    local program
    for program in "$work"/strict/* "$work"/release/*; do
        [[ $program != *.so ]] || continue # is loaded by qfp, and needs no more than what is linked with the same
        LD_TRACE_LOADED_OBJECTS=1 "$program" 2>&1
    done | awk '/not found/ { print $1 }' | sort -u | paste -sd ' '
}

place() {
    local name lost
    mkdir -p "$work"
    curand=$(find_library 'libcurand.so.*') || curand="none found"
    problem=$(unpack) || return 0
    name=$(manifest cufft)
    glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d' ' -f2)
    if older "${glibc:-0}" "$(manifest glibc)"; then
        problem="glibc ${glibc:-of unknown version} here, the programs need $(manifest glibc): pack on an older system"
        return 0
    fi
    rm -f "$work/lib/$name"
    if ! cufft=$(find_library "$name"); then
        cufft="no $name"
        problem="no cuFFT found: looked for $name in ${CUDA_HOME:-/usr/local/cuda}/lib64, /usr/local/cuda*/lib64, /usr/lib/x86_64-linux-gnu and nvidia/ of python3's packages"
        return 0
    fi
    ln -s "$cufft" "$work/lib/$name"
    lost=$(missing)
    [ -z "$lost" ] || problem="the loader does not find $lost"
}

# prefix.sh PREFIX - sourced: lets compiler, pkg-config and loader find an unpacked prefix.
triplet=$(uname -m)-linux-gnu
usr=${1%/}/usr
if [ "$usr" != /usr ]; then
    lib=$usr/lib/$triplet
    export PKG_CONFIG_SYSROOT_DIR=${1%/}
    export PKG_CONFIG_LIBDIR=$lib/pkgconfig:$usr/lib/pkgconfig:$usr/share/pkgconfig
    libraries=$lib:$lib/openblas-pthread:$lib/blas:$lib/lapack:$lib/hdf5/serial
    export LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    export LIBRARY_PATH=$libraries${LIBRARY_PATH:+:$LIBRARY_PATH}
    include=$usr/include:$usr/include/$triplet:$usr/include/hdf5/serial
    export CPATH=$include${CPATH:+:$CPATH}
    # libraries of libraries, which the linker looks up but does not link
    export LDFLAGS="-Wl,-rpath-link,$libraries ${LDFLAGS:-}"
    export HDF5_ROOT=$usr
    export PATH=$PATH:$usr/bin
    export CMAKE_LIBRARY_PATH=$libraries CMAKE_INCLUDE_PATH=$include
fi
export PATH=$PATH:/usr/local/cuda/bin

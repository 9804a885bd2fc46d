# cuda.cmake - QFP_CUDA = AUTO | ON | OFF becomes QFP_HAVE_CUDA, with the language enabled.
set(QFP_CUDA AUTO CACHE STRING "CUDA backend: AUTO (if a toolkit is found), ON, OFF")
set_property(CACHE QFP_CUDA PROPERTY STRINGS AUTO ON OFF)
set(QFP_HAVE_CUDA OFF)

# Code for Ampere and Hopper; newer cards compile the PTX when they see it first.  A list of its
# own, because `native` is empty on a machine without a card.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
    set(CMAKE_CUDA_ARCHITECTURES "80-real;90-real;90-virtual" CACHE STRING
        "Compute capabilities the CUDA backend is compiled for")
endif()

# A macro, because languages are enabled for the folder that asks.
macro(qfp_find_cuda)
    if(NOT CMAKE_CUDA_COMPILER AND "$ENV{CUDACXX}" STREQUAL "")
        find_program(QFP_NVCC nvcc HINTS $ENV{CUDA_HOME}/bin $ENV{CUDA_PATH}/bin
                                         /usr/local/cuda/bin)
        mark_as_advanced(QFP_NVCC)
        if(QFP_NVCC)
            set(CMAKE_CUDA_COMPILER ${QFP_NVCC})
        endif()
    endif()
    include(CheckLanguage)
    check_language(CUDA)
    if(CMAKE_CUDA_COMPILER)
        enable_language(CUDA)
        find_package(CUDAToolkit)
    endif()
    if(CMAKE_CUDA_COMPILER AND TARGET CUDA::cufft)
        set(QFP_HAVE_CUDA ON)
    endif()
endmacro()

if(NOT QFP_CUDA)
    message(STATUS "CUDA backend: off")
else()
    qfp_find_cuda()
    if(QFP_HAVE_CUDA)
        message(STATUS "CUDA backend: ${CMAKE_CUDA_COMPILER} ${CMAKE_CUDA_COMPILER_VERSION}, "
                       "architectures ${CMAKE_CUDA_ARCHITECTURES}")
    elseif(QFP_CUDA STREQUAL "AUTO")
        message(STATUS "CUDA backend: no toolkit with nvcc and cuFFT found, left out")
    else()
        message(FATAL_ERROR "QFP_CUDA=ON, but no toolkit with nvcc and cuFFT was found; "
                            "name it with CMAKE_CUDA_COMPILER or build with QFP_CUDA=OFF")
    endif()
endif()

# cuda.cmake - QFP_CUDA = AUTO | ON | OFF becomes QFP_HAVE_CUDA, with the language enabled.
set(QFP_CUDA AUTO CACHE STRING "CUDA backend: AUTO (if a toolkit is found), ON, OFF")
set_property(CACHE QFP_CUDA PROPERTY STRINGS AUTO ON OFF)
set(QFP_HAVE_CUDA OFF)

# The compute capabilities of the cards of this machine, such as 86;90; empty without one.
function(qfp_cards_here out)
    execute_process(COMMAND nvidia-smi --query-gpu=compute_cap --format=csv,noheader
                    OUTPUT_VARIABLE answer RESULT_VARIABLE failed ERROR_QUIET)
    set(cards "")
    if(failed EQUAL 0)
        string(REGEX MATCHALL "[0-9]+\\.[0-9]" cards "${answer}")
        string(REPLACE "." "" cards "${cards}")
        list(REMOVE_DUPLICATES cards)
    endif()
    set(${out} "${cards}" PARENT_SCOPE)
endfunction()

# What is compiled for, unless CMAKE_CUDA_ARCHITECTURES says so: the cards of this machine (not
# `native`, which is an error without one); without any, one kind in strict builds, whose CUDA
# sources the tests run on the CPU, and else everything from Ampere on that this nvcc knows.  PTX is
# always there, for cards that have no code of their own: that of Hopper suits all later ones, while
# the newest would leave out what lies between (11.0 has code from neither 10.0 nor 12.0).
function(qfp_choose_architectures out)
    qfp_cards_here(cards)
    execute_process(COMMAND ${CMAKE_CUDA_COMPILER} --list-gpu-arch
                    OUTPUT_VARIABLE known RESULT_VARIABLE failed ERROR_QUIET)
    string(REGEX MATCHALL "[0-9]+" known "${known}")
    set(unknown ${cards})
    list(REMOVE_ITEM unknown ${known})
    if(cards AND NOT unknown)
        set(chosen ${cards})
    elseif(QFP_STRICT OR NOT failed EQUAL 0)
        set(chosen 90)
    else()
        set(chosen "")
        foreach(number 80 86 89 90 100 120)
            if(number IN_LIST known)
                list(APPEND chosen ${number}-real)
            endif()
        endforeach()
        list(APPEND chosen 90-virtual)
    endif()
    set(${out} "${chosen}" PARENT_SCOPE)
endfunction()

# A macro, because languages are enabled for the folder that asks.
macro(qfp_find_cuda)
    if(NOT CMAKE_CUDA_COMPILER AND "$ENV{CUDACXX}" STREQUAL "")
        find_program(QFP_NVCC nvcc HINTS ENV CUDA_HOME ENV CUDA_PATH /usr/local/cuda
                     PATH_SUFFIXES bin)
        mark_as_advanced(QFP_NVCC)
        if(QFP_NVCC)
            set(CMAKE_CUDA_COMPILER ${QFP_NVCC})
        endif()
    endif()
    include(CheckLanguage)
    check_language(CUDA)
    if(CMAKE_CUDA_COMPILER)
        if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
            qfp_choose_architectures(architectures)
            set(CMAKE_CUDA_ARCHITECTURES "${architectures}" CACHE STRING
                "Compute capabilities the CUDA backend is compiled for")
        endif()
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
        message(STATUS "CUDA backend: left out, for no toolkit with nvcc and cuFFT was found "
                       "(on Debian and Ubuntu: package nvidia-cuda-toolkit)")
    else()
        message(FATAL_ERROR "QFP_CUDA=ON, but no toolkit with nvcc and cuFFT was found; "
                            "name it with CMAKE_CUDA_COMPILER or build with QFP_CUDA=OFF")
    endif()
endif()

# library.cmake - libqfp.so and libqfp.a, of the objects that the libraries of the folders are made of,
# and what `cmake --install` puts where, with the files by which CMake and pkg-config find it.
include(CMakePackageConfigHelpers)

# Before 1.0 a minor version may change the interface (docs/library.md).
if(PROJECT_VERSION_MAJOR EQUAL 0)
    set(qfp_soversion 0.${PROJECT_VERSION_MINOR})
else()
    set(qfp_soversion ${PROJECT_VERSION_MAJOR})
endif()

get_property(folders GLOBAL PROPERTY QFP_FOLDERS)
list(TRANSFORM folders REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
set(foreign ${HDF5_C_LIBRARIES} ${HDF5_C_HL_LIBRARIES} ${FFTW_LINK_LIBRARIES} ${YAML_LINK_LIBRARIES}
            ${JANSSON_LINK_LIBRARIES} ${ARPACK_LIBRARY} ${LAPACKE_LIBRARY} ${LAPACK_LIBRARIES}
            ${BLAS_LIBRARIES} ${MPI_C_LIBRARIES})
list(APPEND foreign ${OpenMP_C_LIB_NAMES} ${CMAKE_DL_LIBS} m)
list(TRANSFORM foreign REPLACE "^-l" "")
list(REMOVE_DUPLICATES foreign)

add_library(qfp_shared SHARED ${objects})
add_library(qfp_static STATIC ${objects})
foreach(library qfp_shared qfp_static)
    set_target_properties(${library} PROPERTIES OUTPUT_NAME qfp LINKER_LANGUAGE C
        LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR} ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
    target_include_directories(${library} INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)
endforeach()
set_target_properties(qfp_shared PROPERTIES EXPORT_NAME qfp
    VERSION ${PROJECT_VERSION} SOVERSION ${qfp_soversion})
set_target_properties(qfp_static PROPERTIES EXPORT_NAME static)
target_link_libraries(qfp_shared PRIVATE qfp_options ${foreign})
target_link_options(qfp_shared PRIVATE -Wl,--as-needed)
target_link_libraries(qfp_static INTERFACE ${foreign})

install(TARGETS qfp RUNTIME COMPONENT program)
install(TARGETS qfp_shared EXPORT qfp LIBRARY COMPONENT program NAMELINK_COMPONENT development)
install(TARGETS qfp_static EXPORT qfp ARCHIVE COMPONENT development)
install(DIRECTORY include/qfp ${PROJECT_BINARY_DIR}/include/qfp TYPE INCLUDE COMPONENT development
        FILES_MATCHING PATTERN *.h)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/qfp)
file(WRITE ${PROJECT_BINARY_DIR}/qfp-config.cmake
     "include(\${CMAKE_CURRENT_LIST_DIR}/qfp-targets.cmake)\n")
write_basic_package_version_file(${PROJECT_BINARY_DIR}/qfp-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
export(EXPORT qfp NAMESPACE qfp:: FILE ${PROJECT_BINARY_DIR}/qfp-targets.cmake) # -D qfp_DIR=BUILD
install(EXPORT qfp NAMESPACE qfp:: FILE qfp-targets.cmake DESTINATION ${package}
        COMPONENT development)
install(FILES ${PROJECT_BINARY_DIR}/qfp-config.cmake ${PROJECT_BINARY_DIR}/qfp-config-version.cmake
        DESTINATION ${package} COMPONENT development)

list(TRANSFORM foreign REPLACE "^([a-z]+)$" "-l\\1" OUTPUT_VARIABLE qfp_private)
list(JOIN qfp_private " " qfp_private)
file(RELATIVE_PATH qfp_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/qfp.pc.in qfp.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/qfp.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT development)

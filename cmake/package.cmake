# package.cmake - what belongs to a distribution: the manual, completions, documents; and Debian packages,
#     cmake --preset package && cmake --build build-package && (cd build-package && cpack)
set(pages ${PROJECT_BINARY_DIR}/pages)
add_custom_command(OUTPUT ${pages}/qfp.1.gz ${pages}/qfp ${pages}/_qfp
    COMMAND sh -c "\"$0\" help man >qfp.1 && gzip -9nf qfp.1 && \"$0\" help bash >qfp && \"$0\" help zsh >_qfp"
            $<TARGET_FILE:qfp>
    DEPENDS qfp WORKING_DIRECTORY ${pages} VERBATIM)
add_custom_command(OUTPUT ${pages}/changelog.gz
    COMMAND sh -c "gzip -9nc \"$0\" >changelog.gz" ${PROJECT_SOURCE_DIR}/CHANGELOG.md
    DEPENDS CHANGELOG.md WORKING_DIRECTORY ${pages} VERBATIM)
add_custom_target(qfp_pages ALL DEPENDS ${pages}/qfp.1.gz ${pages}/changelog.gz)
file(MAKE_DIRECTORY ${pages})
install(FILES ${pages}/qfp.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${pages}/qfp DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        COMPONENT program)
# Debian's zsh looks there for what is installed in /usr, and for what is in /usr/local where others look.
set(zsh_functions ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(zsh_functions ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
endif()
install(FILES ${pages}/_qfp DESTINATION ${zsh_functions} COMPONENT program)

# A document names others as they lie in the project.
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documentation)
install(DIRECTORY docs configs examples DESTINATION ${CMAKE_INSTALL_DOCDIR}
        COMPONENT documentation)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "The qfp authors <qfp@localhost>")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program development documentation)
if(QFP_HAVE_CUDA)
    list(APPEND CPACK_COMPONENTS_ALL cuda)
endif()
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON) # cpack knows none of a single package
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(same_version "qfp (= ${PROJECT_VERSION})")

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME qfp)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "The program qfp and the library libqfp.so.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS gnuplot-nox)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS qfp-doc)

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME qfp-dev)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Headers, libqfp.a, and what CMake and pkg-config find qfp by.")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${same_version}")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS # what libqfp.a is linked with
    "libhdf5-dev, libfftw3-dev, libyaml-dev, libjansson-dev, liblapacke-dev, libopenblas-dev, libarpack2-dev")

set(CPACK_DEBIAN_DOCUMENTATION_PACKAGE_NAME qfp-doc)
set(CPACK_COMPONENT_DOCUMENTATION_DESCRIPTION "Documents, configurations and examples.")
set(CPACK_DEBIAN_DOCUMENTATION_PACKAGE_SECTION doc)
set(CPACK_DEBIAN_DOCUMENTATION_PACKAGE_ARCHITECTURE all)

set(CPACK_DEBIAN_CUDA_PACKAGE_NAME qfp-cuda)
set(CPACK_COMPONENT_CUDA_DESCRIPTION "The CUDA backend; it needs cuFFT of the toolkit that it was built with.")
set(CPACK_DEBIAN_CUDA_PACKAGE_SECTION contrib/science)
set(CPACK_DEBIAN_CUDA_PACKAGE_DEPENDS "${same_version}")
set(CPACK_DEBIAN_CUDA_PACKAGE_SHLIBDEPS ON) # cuFFT too, where a package of the distribution has it

foreach(component program development documentation cuda)
    string(TOUPPER ${component} upper)
    set(folder ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
    install(FILES LICENSE RENAME copyright DESTINATION ${folder} COMPONENT ${component})
    install(FILES ${pages}/changelog.gz DESTINATION ${folder} COMPONENT ${component})
endforeach()
include(CPack)

# What `cmake --install BUILD_FOLDER --prefix PREFIX` puts where. Components, and so Debian packages: programs, library
# and development. The sandbox and the tests are never installed.
include(CMakePackageConfigHelpers)
set(latchkey_data ${CMAKE_INSTALL_DATADIR}/latchkey)

# programs
install(TARGETS latchkey latchkeyd RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY providers/ DESTINATION ${latchkey_data}/providers FILES_MATCHING PATTERN *.toml)
install(FILES ipc/io.latchkey.Broker.varlink DESTINATION ${latchkey_data})
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}
  FILES_MATCHING PATTERN *.md PATTERN examples EXCLUDE PATTERN man EXCLUDE)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
file(GLOB man_pages CONFIGURE_DEPENDS docs/man/*.[1578])
foreach(page IN LISTS man_pages)
  string(REGEX MATCH "[0-9]$" section ${page})
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
install(FILES completions/latchkey.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME latchkey)
install(FILES completions/_latchkey DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES completions/latchkey.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# library
install(TARGETS latchkey_shared EXPORT latchkey
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT development)

# development
install(FILES ipc/include/latchkey/client.h ipc/include/latchkey/values.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/latchkey COMPONENT development)
install(DIRECTORY docs/examples/ DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/liblatchkey-dev/examples COMPONENT development)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/latchkey)
install(EXPORT latchkey FILE latchkeyConfig.cmake NAMESPACE latchkey::
  DESTINATION ${package_folder} COMPONENT development)
# Before 1.0 the next minor version may break its users.
write_basic_package_version_file(latchkeyConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/latchkeyConfigVersion.cmake DESTINATION ${package_folder} COMPONENT development)
# The prefix is chosen at installation, so the file finds it from where it lies itself; but pkg-config must recognise /usr, and
# leave out what compilers search anyway.
set(pc_folder ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  set(pc_prefix /usr)
else()
  file(RELATIVE_PATH pc_prefix /prefix/${pc_folder} /prefix)
  string(REGEX REPLACE "/$" "" pc_prefix "\${pcfiledir}/${pc_prefix}")
endif()
configure_file(cmake/latchkey.pc.in latchkey.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/latchkey.pc DESTINATION ${pc_folder} COMPONENT development)

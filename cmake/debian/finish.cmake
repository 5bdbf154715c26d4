# Run by CPack on the packages it made: what it has no setting for.
find_program(DPKG_DEB dpkg-deb REQUIRED)

foreach(package_file IN LISTS CPACK_PACKAGE_FILES)
  if(NOT package_file MATCHES "/liblatchkey")
    continue()
  endif()
  set(folder ${package_file}.unpacked)
  execute_process(COMMAND ${DPKG_DEB} --raw-extract ${package_file} ${folder} COMMAND_ERROR_IS_FATAL ANY)
  # The library's folder is that of its architecture, so it can be installed for several.
  file(READ ${folder}/DEBIAN/control control)
  file(WRITE ${folder}/DEBIAN/control "Multi-Arch: same\n${control}")
  # These call ldconfig, which dpkg does by itself: see the file triggers.
  file(REMOVE ${folder}/DEBIAN/postinst ${folder}/DEBIAN/postrm)
  execute_process(COMMAND ${DPKG_DEB} --root-owner-group -Zxz --build ${folder} ${package_file}
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  file(REMOVE_RECURSE ${folder})
endforeach()

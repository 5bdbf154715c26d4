# Run by CPack on what is installed, before it becomes packages: what Debian wants of a package beyond an installation.
find_program(GZIP gzip REQUIRED)

# Without a time stamp, so that the same input gives the same package.
function(compress file)
  execute_process(COMMAND ${GZIP} -9n ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${component} component_name)
  set(package ${CPACK_DEBIAN_${component_name}_PACKAGE_NAME})
  set(staged ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)

  file(COPY ${CMAKE_CURRENT_LIST_DIR}/changelog ${CMAKE_CURRENT_LIST_DIR}/copyright DESTINATION ${staged}/share/doc/${package})
  file(RENAME ${staged}/share/doc/${package}/changelog ${staged}/share/doc/${package}/changelog.Debian)
  compress(${staged}/share/doc/${package}/changelog.Debian)

  if(EXISTS ${CMAKE_CURRENT_LIST_DIR}/${package}.lintian-overrides)
    file(COPY ${CMAKE_CURRENT_LIST_DIR}/${package}.lintian-overrides DESTINATION ${staged}/share/lintian/overrides)
    file(RENAME ${staged}/share/lintian/overrides/${package}.lintian-overrides ${staged}/share/lintian/overrides/${package})
  endif()

  file(REMOVE ${staged}/share/doc/${package}/LICENSE)  # copyright says it.

  file(GLOB_RECURSE pages ${staged}/share/man/*.[1-8])
  foreach(page IN LISTS pages)
    compress(${page})
  endforeach()

  # Debian's zsh looks for packages' completions here.
  if(EXISTS ${staged}/share/zsh/site-functions)
    file(RENAME ${staged}/share/zsh/site-functions ${staged}/share/zsh/vendor-completions)
  endif()
endforeach()

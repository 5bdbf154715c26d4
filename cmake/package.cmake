# The Debian packages latchkey, liblatchkey0 and liblatchkey-dev: `cmake --workflow --preset package` leaves them in
# build/package/. Where files go was decided when the build was configured, hence only with Debian's prefix.
if(NOT CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  return()
endif()

set(debian ${CMAKE_SOURCE_DIR}/cmake/debian)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR Latchkey)
set(CPACK_PACKAGE_CONTACT "Latchkey maintainers <maintainers@latchkey.io>")
set(CPACK_PACKAGE_HOMEPAGE_URL "https://latchkey.io/")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # Each package has its own.
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL programs library development)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_STRIP_FILES ON)
set(CPACK_ERROR_ON_ABSOLUTE_INSTALL_DESTINATION ON)
set(CPACK_PRE_BUILD_SCRIPTS ${debian}/stage.cmake)
set(CPACK_POST_BUILD_SCRIPTS ${debian}/finish.cmake)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")

set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME latchkey)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SHLIBDEPS ON)
# Loaded at run time, so no linker tells of them: the one for socket activation, the other for the keyring.
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_DEPENDS libsystemd0)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_RECOMMENDS "ca-certificates, dbus-user-session, libsecret-1-0, openssl, xdg-utils")
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SUGGESTS "gnome-keyring | keepassxc")
set(CPACK_COMPONENT_PROGRAMS_DESCRIPTION [[agent that holds your OAuth 2 grants
Programs ask a Unix socket for an access token and get one that works. They
never see a password, a refresh token or a client secret. The daemon logs in
through the browser, keeps the grant in the keyring or an encrypted file, and
refreshes it once for everybody who waits.

This package holds the daemon and the command line.]])

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME liblatchkey0)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_RECOMMENDS latchkey)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${debian}/symbols ${debian}/triggers)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION [[C++ client library of Latchkey, the OAuth 2 agent
Programs ask the Latchkey daemon for an access token and get one that works.

This package holds the shared library.]])

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME liblatchkey-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "liblatchkey0 (= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION [[C++ client library of Latchkey (development files)
Programs ask the Latchkey daemon for an access token and get one that works.

This package holds the header, what CMake and pkg-config need, and an example.]])

include(CPack)

# liblatchkey.so.0, for other people's programs. The symbols it shows are listed in liblatchkey.map; everything else in it,
# JSON, Boost and OpenSSL too, is its own affair and meets nothing of the same name in the app.
set(version_script ${CMAKE_CURRENT_SOURCE_DIR}/liblatchkey.map)
add_library(latchkey_shared SHARED)
target_link_libraries(latchkey_shared PRIVATE latchkey_client_objects)
target_include_directories(latchkey_shared INTERFACE
  $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(latchkey_shared INTERFACE cxx_std_20)
target_link_options(latchkey_shared PRIVATE LINKER:--version-script=${version_script})
set_target_properties(latchkey_shared PROPERTIES
  OUTPUT_NAME latchkey
  EXPORT_NAME client
  VERSION ${PROJECT_VERSION}
  SOVERSION 0
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib
  LATCHKEY_STATIC ON  # An app that asks for a token has no need of libcrypto.so.
  LINK_DEPENDS ${version_script})

# One interface target, latchkey_options, that every target links: how this project's code is compiled.
find_program(CCACHE ccache)
if(CCACHE AND NOT LATCHKEY_COVERAGE)
  # Paths count from the source folder, so that a fresh clone finds what another one compiled. Coverage needs its own paths.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

add_library(latchkey_options INTERFACE)
target_compile_features(latchkey_options INTERFACE cxx_std_20)
target_include_directories(latchkey_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(latchkey_options INTERFACE LATCHKEY_VERSION="${PROJECT_VERSION}")
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

target_compile_options(latchkey_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-align -Woverloaded-virtual
  -Wconversion -Wsign-conversion -Wnull-dereference -Wformat=2 -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false null dereferences and uninitialised members from inside inlined library code, and takes the frame
  # of a coroutine, whose promise has its own new and delete, for mismatched.
  target_compile_options(latchkey_options INTERFACE
    -Wno-null-dereference -Wno-maybe-uninitialized -Wno-mismatched-new-delete)
endif()

target_compile_options(latchkey_options INTERFACE -fstack-protector-strong -ffunction-sections -fdata-sections)
target_link_options(latchkey_options INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--gc-sections -Wl,--as-needed)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(latchkey_options INTERFACE _FORTIFY_SOURCE=2)
endif()

if(LATCHKEY_SANITIZE)
  target_compile_options(latchkey_options INTERFACE -fsanitize=${LATCHKEY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(latchkey_options INTERFACE -fsanitize=${LATCHKEY_SANITIZE})
endif()
if(LATCHKEY_FUZZ)
  target_compile_options(latchkey_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  target_link_options(latchkey_options INTERFACE -fsanitize=address,undefined)
endif()
if(LATCHKEY_COVERAGE)
  target_compile_options(latchkey_options INTERFACE --coverage -fprofile-abs-path)
  target_link_options(latchkey_options INTERFACE --coverage)
endif()

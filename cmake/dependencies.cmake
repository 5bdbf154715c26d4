# Every library the project uses, in one place. All are Debian packages, listed in scripts/deps.
set(Boost_USE_STATIC_LIBS ON)  # Two small libraries; the command line must start in a millisecond.
find_package(Boost 1.81 REQUIRED COMPONENTS system url)
find_package(OpenSSL 3.0 REQUIRED)
find_library(LATCHKEY_CRYPTO_ARCHIVE libcrypto.a REQUIRED)
mark_as_advanced(LATCHKEY_CRYPTO_ARCHIVE)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(tomlplusplus 3.3 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(spdlog 1.10 REQUIRED)  # with fmt, header-only in daemon/log.cpp
find_package(fmt 9.1 REQUIRED)
# As an archive: the command line is one static program.
find_path(LATCHKEY_QRCODEGEN_FOLDER qrcodegen/qrcodegen.hpp REQUIRED)
find_library(LATCHKEY_QRCODEGEN_ARCHIVE libqrcodegencpp.a REQUIRED)
mark_as_advanced(LATCHKEY_QRCODEGEN_FOLDER LATCHKEY_QRCODEGEN_ARCHIVE)
add_library(qrcodegencpp STATIC IMPORTED)
set_target_properties(qrcodegencpp PROPERTIES
  IMPORTED_LOCATION ${LATCHKEY_QRCODEGEN_ARCHIVE}
  INTERFACE_INCLUDE_DIRECTORIES ${LATCHKEY_QRCODEGEN_FOLDER})
find_package(PkgConfig REQUIRED)
pkg_check_modules(libsecret REQUIRED IMPORTED_TARGET libsecret-1)
if(LATCHKEY_TESTS)
  find_package(GTest REQUIRED)
  find_package(CURL REQUIRED)  # an example app
endif()
if(LATCHKEY_BENCH)
  find_package(benchmark REQUIRED)
endif()
find_package(Threads REQUIRED)

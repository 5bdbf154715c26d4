# Where grants and client secrets rest. libsecret is loaded at run time and only where the keyring is used, so its headers
# are needed and the library is not linked.
add_library(latchkey_stores STATIC
  file_journal.cpp
  file_store.cpp
  keyring.cpp
  libsecret.cpp
  record_file.cpp
  record_text.cpp
  secret_service_store.cpp
  state_lock.cpp
  store_choice.cpp
  store_key.cpp)
target_include_directories(latchkey_stores SYSTEM PRIVATE ${libsecret_INCLUDE_DIRS})
target_link_libraries(latchkey_stores
  PUBLIC latchkey_core latchkey_os latchkey_log latchkey_asio
  PRIVATE ${CMAKE_DL_LIBS})

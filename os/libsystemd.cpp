#include "os/libsystemd.h"

#include <dlfcn.h>

namespace latchkey {

void* load_libsystemd() {
  static void* const library = ::dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
  return library;
}

}  // namespace latchkey

// Every block that the daemon's C++ code frees is wiped first: strings, JSON tokens, buffers that once held a secret.
// Not reached: what OpenSSL, GLib and the kernel allocate for themselves (docs/SECURITY.md).
#include <malloc.h>
#include <string.h>

#include <cstdlib>
#include <new>

namespace {

void wipe_and_free(void* block) noexcept {
  if (block == nullptr) return;
  ::explicit_bzero(block, ::malloc_usable_size(block));
  std::free(block);  // NOLINT: this is the allocator
}

}  // namespace

void operator delete(void* block) noexcept {
  wipe_and_free(block);
}
void operator delete[](void* block) noexcept {
  wipe_and_free(block);
}
void operator delete(void* block, std::size_t /*size*/) noexcept {
  wipe_and_free(block);
}
void operator delete[](void* block, std::size_t /*size*/) noexcept {
  wipe_and_free(block);
}

// Preloaded into the daemon: a disk that takes its time to sync, as a spinning or a busy one does, so that whatever has
// to survive a kill and waits for the disk first is seen to be lost. Holds no more than that.
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr int sync_milliseconds = 5;

int slowly(long call, int descriptor) {
  ::poll(nullptr, 0, sync_milliseconds);
  return static_cast<int>(::syscall(call, descriptor));
}

}  // namespace

extern "C" int fsync(int descriptor) {
  return slowly(SYS_fsync, descriptor);
}

extern "C" int fdatasync(int descriptor) {
  return slowly(SYS_fdatasync, descriptor);
}

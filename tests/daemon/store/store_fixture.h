// What the store tests share: a folder, an event loop that runs one task to its end, random bytes that are not random.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <fstream>
#include <iterator>

#include "core/settings.h"
#include "daemon/ports.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::support {

/// Never the same bytes twice.
struct counting_random : random_source {
  void fill(std::span<unsigned char> bytes) override {
    for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(state = state * 1103515245 + 12345) >> 1;
  }
  std::uint32_t state = 1;
};

class task_runner {
 public:
  template <class T>
  T run(task<T> work) {
    auto answer = boost::asio::co_spawn(context, std::move(work), boost::asio::use_future);
    context.restart();
    context.run();
    return answer.get();
  }

  boost::asio::io_context context;
};

inline std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void put(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

class store_fixture : public ::testing::Test, protected task_runner {
 protected:
  static record_id grant_of(std::string account) { return {std::move(account), record_kind::grant}; }

  result<record_version> save(token_store& store, record_id id, std::string_view value, record_version expected) {
    return run(store.save(std::move(id), secret(value), expected));
  }
  result<stored_record> load(token_store& store, record_id id) { return run(store.load(std::move(id))); }

  static void expect_record(const result<stored_record>& found, std::string_view value, record_version version) {
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->value, secret(value));
    EXPECT_EQ(found->version, version);
  }
  template <class T>
  static void expect_fault(const result<T>& answer, errc code, std::string_view part) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, code) << answer.error().message;
    EXPECT_THAT(answer.error().message, ::testing::HasSubstr(part));
  }

  temporary_folder folder_;
  std::filesystem::path state_ = folder_.path() / "state";
  std::filesystem::path records_ = state_ / "store";
  settings settings_;
  counting_random random_;
};

}  // namespace latchkey::support

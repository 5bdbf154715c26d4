// A journaled store between fakes, in a process that a test can kill: the journal and what the store holds survive.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "core/grant_codec.h"
#include "core/limits.h"
#include "daemon/journaled_store.h"
#include "tests/support/fake_world.h"
#include "tests/support/memory_journal.h"

namespace latchkey {

class JournaledStoreTest : public testing::Test {
 protected:
  struct life {
    explicit life(record_journal& journal)
        : world(context.get_executor()), store(context.get_executor(), world.store, journal, world.clock) {}
    boost::asio::io_context context;
    support::fake_world world;
    journaled_store store;
  };

  /// kill -9, and the next process: nothing that was under way goes on.
  void restart() {
    auto records = std::move(backing().records);
    const instant before = clock().now();
    life_ = std::make_unique<life>(journal_);
    backing().records = std::move(records);
    clock().set_wall(before.wall);
    life_->store.replay();
    settle();
  }
  /// The same, into a process whose keyring is locked.
  void restart_locked() {
    auto records = std::move(backing().records);
    life_ = std::make_unique<life>(journal_);
    backing().records = std::move(records);
    lock();
    life_->store.replay();
    settle();
  }
  void settle() {
    life_->context.restart();
    life_->context.poll();
  }
  void pass(seconds time) {
    clock().advance(time);
    settle();
  }

  /// The outcome is in saved_ once there is one.
  void begin_save(const std::string& value, record_version expected, const record_id& id = grant_of("work")) {
    saved_.reset();
    const auto body = [](journaled_store& store, record_id of, secret bytes, record_version version,
                         std::optional<result<record_version>>& into) -> task<> {
      into = co_await store.save(std::move(of), std::move(bytes), version);
    };
    boost::asio::co_spawn(life_->context, body(life_->store, id, secret(value), expected, saved_),
                          boost::asio::detached);
  }
  void save(const std::string& value, record_version expected, const record_id& id = grant_of("work")) {
    begin_save(value, expected, id);
    settle();
  }
  result<stored_record> load(const record_id& id = grant_of("work")) {
    std::optional<result<stored_record>> found;
    const auto body = [](journaled_store& store, record_id of, std::optional<result<stored_record>>& into) -> task<> {
      into = co_await store.load(std::move(of));
    };
    boost::asio::co_spawn(life_->context, body(life_->store, id, found), boost::asio::detached);
    settle();
    return std::move(found).value_or(fault(errc::internal, "the load did not end"));
  }
  result<> erase(const record_id& id = grant_of("work")) {
    std::optional<result<>> done;
    const auto body = [](journaled_store& store, record_id of, std::optional<result<>>& into) -> task<> {
      into = co_await store.erase(std::move(of));
    };
    boost::asio::co_spawn(life_->context, body(life_->store, id, done), boost::asio::detached);
    settle();
    return std::move(done).value_or(fault(errc::internal, "the erasure did not end"));
  }

  void expect_saved(record_version version) {
    ASSERT_TRUE(saved_) << "the save did not end";
    ASSERT_TRUE(*saved_) << saved_->error().message;
    EXPECT_EQ(**saved_, version);
  }
  void expect_refused(errc code, const std::string& part) {
    ASSERT_TRUE(saved_) << "the save did not end";
    ASSERT_FALSE(*saved_);
    EXPECT_EQ(saved_->error().code, code);
    EXPECT_THAT(saved_->error().message, testing::HasSubstr(part));
  }
  void expect_loaded(std::string_view value, record_version version) {
    const auto found = load();
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->value, secret(value));
    EXPECT_EQ(found->version, version);
  }
  /// The store behind the journal holds it, and the journal nothing.
  void expect_at_rest(std::string_view value, record_version version) {
    const stored_record& there = backing().records[grant_of("work")];
    EXPECT_EQ(there.value, secret(value));
    EXPECT_EQ(there.version, version);
    EXPECT_TRUE(journal_.entries.empty());
  }
  void given(std::string_view value, record_version version) {
    backing().records[grant_of("work")] = {secret(value), version};
  }
  void lock() { break_store({errc::store_locked, "the keyring is locked"}); }
  void break_store(const fault& why) { backing().load_fault = backing().save_fault = why; }
  void mend_store() {
    backing().load_fault.reset();
    backing().save_fault.reset();
  }

  static record_id grant_of(std::string account) { return {std::move(account), record_kind::grant}; }
  static std::string grant_text(std::string_view refresh_token, wall_time obtained_at, generation_number generation) {
    grant made;
    made.access_token = secret("access");
    made.refresh_token = secret(refresh_token);
    made.obtained_at = obtained_at;
    made.generation = generation;
    return std::string(encode_grant(made).reveal());
  }
  support::memory_store& backing() { return life_->world.store; }
  support::fake_clock& clock() { return life_->world.clock; }

  support::memory_journal journal_;
  std::unique_ptr<life> life_ = std::make_unique<life>(journal_);
  std::optional<result<record_version>> saved_;
};

}  // namespace latchkey

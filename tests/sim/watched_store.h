// The store as the accounts see it: tells the witness what they ask for and what they learn.
#pragma once

#include "daemon/ports.h"

namespace latchkey::sim {

struct world;

class watched_store : public token_store {
 public:
  watched_store(world& around, token_store& inner) : world_(around), inner_(inner) {}

  task<result<stored_record>> load(record_id id) override;
  task<result<record_version>> save(record_id id, secret value, record_version expected) override;
  task<result<>> erase(record_id id) override;
  [[nodiscard]] std::string backend() const override { return inner_.backend(); }
  [[nodiscard]] std::string description() const override { return inner_.description(); }
  [[nodiscard]] std::string trouble() const override { return inner_.trouble(); }
  bool withhold() override { return inner_.withhold(); }
  void resume() override { inner_.resume(); }

 private:
  world& world_;
  token_store& inner_;
};

}  // namespace latchkey::sim

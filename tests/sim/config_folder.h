// The folder with the account and provider files, written once for all seeds: nothing in it changes.
#pragma once

#include <filesystem>

#include "core/account_config.h"
#include "tests/sim/plan.h"
#include "tests/support/temporary_folder.h"

namespace latchkey::sim {

/// policy.toml allows it every account, for good.
inline constexpr const char* simulated_app = "/usr/bin/simulated";

class config_folder {
 public:
  config_folder();
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_.path(); }

 private:
  support::temporary_folder folder_;
};

[[nodiscard]] account_config config_of(const account_plan& account);

}  // namespace latchkey::sim

#include "cli/api_key_view.h"

#include "cli/account_view.h"
#include "cli/api_key_options.h"

namespace latchkey::cli {
namespace {

std::vector<cell> row_of(const api_key& key, std::int64_t now, const terminal& where) {
  const std::string networks = joined(key.ip_allowlist);
  const look how = money_moving(key.permissions).empty() ? look::plain : look::bad;
  const std::string end = key.valid_until ? moment(key.valid_until, now, where) : where.is_terminal ? "never" : "-";
  return {{word(key.name), look::strong},
          {key.stored ? "stored" : "-", key.stored ? look::good : look::faint},
          {end},
          {moment(key.last_used_at, now, where)},
          {key.ip_allowlist.empty() && where.is_terminal ? "anywhere" : networks},
          {joined(key.permissions), how}};
}

}  // namespace

table api_key_table(const std::vector<api_key>& keys, std::int64_t now, const terminal& where) {
  std::vector<std::string> headings{"KEY", "SECRET", "ENDS", "LAST USED", "FROM", "PERMISSIONS"};
  if (!where.is_terminal) headings.insert(headings.end(), {"CREATED", "PUBLIC HALF"});
  table shown(headings);
  for (const api_key& each : keys) {
    std::vector<cell> row = row_of(each, now, where);
    if (!where.is_terminal) {
      row.push_back({moment(each.created_at, now, where)});
      row.push_back({word(each.api_key)});
    }
    shown.add(std::move(row));
  }
  return shown;
}

}  // namespace latchkey::cli

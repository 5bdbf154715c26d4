#include "core/grant_codec.h"

#include <nlohmann/json.hpp>

#include "core/bounded_json.h"
#include "core/limits.h"

namespace latchkey {
namespace {

using nlohmann::json;

constexpr std::int64_t format_version = 1;
constexpr int record_depth = 2;                     // An object that holds a list of scopes.
constexpr std::int64_t latest_time = 253402300799;  // End of the year 9999: sums with a lifetime cannot overflow.

constexpr std::int64_t latest_boot = 1'000'000'000'000'000'000;  // Nanoseconds: 31 years without a restart.

fault damaged(std::string_view how) {
  return {errc::internal, "the stored grant is damaged: " + std::string(how)};
}

// Reads members of the record and remembers the first that is wrong.
class record_reader {
 public:
  explicit record_reader(json& record) : record_(record) {}

  /// Empty where it is absent.
  secret token(const char* name) {
    const auto member = record_.find(name);
    if (member == record_.end()) return {};
    if (member->is_string() && member->get_ref<std::string&>().size() <= limits::token_bytes)
      return secret::take(std::move(member->get_ref<std::string&>()));
    return blame<secret>(name);
  }

  std::string text(const char* name) {
    const auto member = record_.find(name);
    if (member == record_.end() || !member->is_string()) return blame<std::string>(name);
    return member->get<std::string>();
  }

  /// Empty where it is absent.
  std::string optional_text(const char* name) { return record_.contains(name) ? text(name) : std::string(); }

  scope_list scopes(const char* name) {
    const auto member = record_.find(name);
    if (member == record_.end() || !member->is_array()) return blame<scope_list>(name);
    scope_list read;
    for (const json& each : *member) {
      const auto scope = parse_scopes(each.is_string() ? each.get_ref<const std::string&>() : std::string());
      if (!scope || scope->size() != 1) return blame<scope_list>(name);
      read = union_scopes(read, *scope);
    }
    return read;
  }

  /// Nothing where it is absent.
  std::optional<std::int64_t> number(const char* name, std::int64_t least, std::int64_t most) {
    const auto member = record_.find(name);
    if (member == record_.end()) return std::nullopt;
    // An unsigned number above the signed range comes out negative, hence is refused too.
    if (!member->is_number_integer()) return blame<std::optional<std::int64_t>>(name);
    const auto value = member->get<std::int64_t>();
    if (value < least || value > most) return blame<std::optional<std::int64_t>>(name);
    return value;
  }

  std::int64_t required_number(const char* name, std::int64_t least, std::int64_t most) {
    const std::optional<std::int64_t> value = number(name, least, most);
    if (!value) return blame<std::int64_t>(name);
    return *value;
  }

  /// Name of the first member that is not as it must be; empty: all are.
  [[nodiscard]] const std::string& wrong_member() const noexcept { return wrong_; }

  template <class Value>
  Value blame(const char* name) {
    if (wrong_.empty()) wrong_ = name;
    return Value();
  }

 private:
  json& record_;
  std::string wrong_;
};

std::optional<fault> check_version(const json& record) {
  if (!record.is_object()) return damaged("it is no JSON object");
  const auto version = record.find("format");
  if (version == record.end() || !version->is_number_integer() || *version < format_version)
    return damaged("it names no format version");
  if (*version > format_version)
    return fault(errc::internal,
                 "the stored grant has format " + version->dump() + ", which a newer Latchkey wrote: update this one");
  return std::nullopt;
}

}  // namespace

secret encode_grant(const grant& value) {
  json record{{"format", format_version},
              {"access_token", value.access_token.reveal()},
              {"token_type", value.token_type},
              {"scopes", value.scopes},
              {"obtained_at", value.obtained_at.time_since_epoch().count()},
              {"generation", value.generation},
              {"bound_to", value.bound_to}};
  if (!value.refresh_token.empty()) record["refresh_token"] = value.refresh_token.reveal();
  if (!value.id_token.empty()) record["id_token"] = value.id_token.reveal();
  if (!value.subject.empty()) record["subject"] = value.subject;
  if (!value.boot_id.empty()) {
    record["boot_id"] = value.boot_id;
    record["obtained_boot"] = value.obtained_boot.time_since_epoch().count();
  }
  if (value.lifetime) record["lifetime"] = value.lifetime->count();
  if (value.refresh_obtained_at) record["refresh_obtained_at"] = value.refresh_obtained_at->time_since_epoch().count();
  return secret::take(record.dump());
}

result<grant> decode_grant(const secret& bytes) {
  if (bytes.size() > limits::stored_record) return damaged("it is larger than any grant");
  auto record = parse_bounded_json("the record", bytes.reveal(), record_depth);
  if (!record) return damaged(record.error().message);
  if (auto wrong = check_version(*record)) return std::move(*wrong);
  record_reader reader(*record);
  grant read;
  read.access_token = reader.token("access_token");
  read.token_type = reader.text("token_type");
  read.refresh_token = reader.token("refresh_token");
  read.id_token = reader.token("id_token");
  read.subject = reader.optional_text("subject");
  read.bound_to = reader.text("bound_to");
  read.scopes = reader.scopes("scopes");
  read.obtained_at = wall_time(seconds(reader.required_number("obtained_at", 0, latest_time)));
  if (const auto lifetime = reader.number("lifetime", 0, limits::longest_lifetime.count()))
    read.lifetime = seconds(*lifetime);
  if (const auto came = reader.number("refresh_obtained_at", 0, latest_time))
    read.refresh_obtained_at = wall_time(seconds(*came));
  if (const auto at = reader.number("obtained_boot", 0, latest_boot)) {
    read.boot_id = reader.text("boot_id");
    read.obtained_boot = boot_time(std::chrono::nanoseconds(*at));
  }
  read.generation =
      static_cast<generation_number>(reader.required_number("generation", 1, std::numeric_limits<std::int64_t>::max()));
  if (read.access_token.empty()) reader.blame<secret>("access_token");
  if (read.token_type.empty()) reader.blame<std::string>("token_type");
  if (!reader.wrong_member().empty()) return damaged(reader.wrong_member() + " is not as Latchkey writes it");
  return read;
}

}  // namespace latchkey

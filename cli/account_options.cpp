#include "cli/account_options.h"

#include "cli/client_secret.h"
#include "cli/failure.h"
#include "core/secret.h"

namespace latchkey::cli {

namespace {

// NAME=VALUE each.
std::map<std::string, std::string> pairs_of(const char* option, const std::vector<std::string>& given) {
  std::map<std::string, std::string> pairs;
  for (const std::string& each : given) {
    const std::size_t equals = each.find('=');
    if (equals == std::string::npos || equals == 0)
      fail(errc::bad_request, std::string(option) + " " + printable(each) + " has no NAME=VALUE form");
    if (!pairs.emplace(each.substr(0, equals), each.substr(equals + 1)).second)
      fail(errc::bad_request, std::string(option) + " " + printable(each.substr(0, equals)) + " is given twice");
  }
  return pairs;
}

}  // namespace

account_options::account_options(verb_options& options) {
  CLI::App& app = options.app();
  app.add_option("--provider", account_.provider, "A provider known by name (latchkey providers)")->type_name("NAME");
  options
      .repeatable("--set", variables_, "What this provider needs to know (latchkey providers NAME); may be given again")
      ->type_name("NAME=VALUE");
  app.add_option("--issuer", account_.issuer, "A provider found by its issuer (OpenID Connect, RFC 8414)")
      ->type_name("URL");
  app.add_option("--authorize-url", account_.authorization_endpoint, "Where the person logs in")->type_name("URL");
  app.add_option("--token-url", account_.token_endpoint, "Where tokens come from")->type_name("URL");
  app.add_option("--revocation-url", account_.revocation_endpoint, "Where grants are revoked")->type_name("URL");
  app.add_option("--device-authorization-url", account_.device_authorization_endpoint,
                 "Where codes for a login with --device come from")
      ->type_name("URL");
  app.add_option("--userinfo-url", account_.userinfo_endpoint, "Where the provider tells who the person is")
      ->type_name("URL");
  app.add_option("--client-id", account_.client_id, "What the provider calls your application")->type_name("ID");
  options.repeatable("--scope", scopes_, "Scopes to ask for: \"a b\"; may be given again")->type_name("SCOPES");
  app.add_option("--redirect-uri", account_.redirect_uri,
                 "Where the browser comes back to, on this machine; without a port on any free one (default "
                 "http://127.0.0.1/callback)")
      ->type_name("URI");
  CLI::Option* clear = app.add_option("--client-secret-file", secret_file_,
                                      "The client secret is in FILE; -: from standard input, on a terminal typed in "
                                      "unseen")
                           ->type_name("FILE");
  CLI::Option* encrypted =
      app.add_option("--client-secret-encrypted", encrypted_.ciphertext,
                     "The client secret is in FILE as the provider encrypted it (RSA, base64); -: from standard input")
          ->type_name("FILE")
          ->excludes(clear);
  app.add_option("--rsa-key", encrypted_.private_key, "The private key (PEM) that decrypts it")
      ->type_name("FILE")
      ->needs(encrypted);
  app.add_flag("--rsa-oaep", encrypted_.oaep, "Its padding is OAEP, not PKCS#1 v1.5")->needs(encrypted);
  app.add_option("--rsa-passphrase-file", encrypted_.passphrase, "The passphrase of the private key is in FILE")
      ->type_name("FILE")
      ->needs(encrypted);
  app.add_option("--client-authentication", account_.client_authentication,
                 "none, client_secret_basic or client_secret_post (default: the provider's way)")
      ->check(CLI::IsMember({"none", "client_secret_basic", "client_secret_post"}).description(""))
      ->type_name("WAY");
  app.add_flag("--dpop", account_.dpop_bound_access_tokens,
               "Bind the tokens to a key that only Latchkey has (RFC 9449); the API must know DPoP");
  app.add_flag("--par", account_.require_pushed_authorization_requests,
               "Send the parameters of a login to the provider directly (RFC 9126)");
  options.repeatable("--parameter", parameters_, "Sent along to the login page; may be given again")
      ->type_name("NAME=VALUE");
}

bool account_options::given() const {
  for (const std::string* each :
       {&account_.provider, &account_.issuer, &account_.authorization_endpoint, &account_.token_endpoint,
        &account_.revocation_endpoint, &account_.device_authorization_endpoint, &account_.userinfo_endpoint,
        &account_.client_id, &account_.redirect_uri, &account_.client_authentication, &secret_file_,
        &encrypted_.ciphertext})
    if (!each->empty()) return true;
  if (account_.dpop_bound_access_tokens || account_.require_pushed_authorization_requests) return true;
  return !parameters_.empty() || !variables_.empty();
}

void account_options::check_source() const {
  const bool both = !account_.authorization_endpoint.empty() && !account_.token_endpoint.empty();
  if (account_.provider.empty() && account_.issuer.empty() && !both)
    fail(errc::bad_request,
         "which provider? Give --provider NAME (latchkey providers lists them), --issuer URL, or --authorize-url URL "
         "with --token-url URL");
  if (!account_.provider.empty() && !account_.issuer.empty())
    fail(errc::bad_request, "--provider and --issuer both name a provider: give one of them");
}

void account_options::check_complete() const {
  check_source();
  if (account_.client_id.empty())
    fail(errc::bad_request, "--client-id is missing: it is what the provider calls your application");
  static_cast<void>(pairs_of("--parameter", parameters_));
  static_cast<void>(pairs_of("--set", variables_));
}

new_account account_options::describe(const std::string& name) const {
  check_complete();
  new_account described = account_;
  described.name = name;
  described.scopes = scopes();
  described.authorize_parameters = pairs_of("--parameter", parameters_);
  described.variables = pairs_of("--set", variables_);
  if (!secret_file_.empty()) described.client_secret = read_client_secret(secret_file_);
  if (!encrypted_.ciphertext.empty()) described.client_secret_encrypted = read_client_secret(encrypted_);
  return described;
}

// Options whose value an account that is there does not tell, so that nothing could be compared.
void account_options::refuse_changes(const std::string& name) const {
  const std::pair<const char*, bool> settings[] = {
      {"--set", !variables_.empty()},
      {"--parameter", !parameters_.empty()},
      {"--authorize-url", !account_.authorization_endpoint.empty()},
      {"--token-url", !account_.token_endpoint.empty()},
      {"--revocation-url", !account_.revocation_endpoint.empty()},
      {"--device-authorization-url", !account_.device_authorization_endpoint.empty()},
      {"--userinfo-url", !account_.userinfo_endpoint.empty()},
      {"--client-authentication", !account_.client_authentication.empty()},
      {"--dpop", account_.dpop_bound_access_tokens},
      {"--par", account_.require_pushed_authorization_requests}};
  for (const auto& [option, given] : settings)
    if (given)
      fail(errc::bad_request, "the account " + name + " is there already, and a login does not change it: leave out " +
                                  option + ", or edit accounts/" + name +
                                  ".toml, or make the account anew (latchkey remove, latchkey add)");
  const bool encrypted = !encrypted_.ciphertext.empty();
  if (encrypted || !secret_file_.empty())
    fail(errc::bad_request, "the account " + name +
                                " is there already, and a login does not change its client secret: leave out " +
                                (encrypted ? "--client-secret-encrypted" : "--client-secret-file") +
                                ", or make the account anew (latchkey remove, latchkey add)");
}

void account_options::check_agreement(const account& existing) const {
  const auto compare = [&](const char* option, const std::string& asked, const std::string& has) {
    if (asked.empty() || asked == has) return;
    fail(errc::bad_request, "the account " + printable(existing.name) + " is there already, with " + option + " " +
                                printable(has) + ": leave the option out, or choose another name");
  };
  compare("--provider", account_.provider, existing.provider);
  compare("--issuer", account_.issuer, existing.provider);
  compare("--client-id", account_.client_id, existing.client_id);
  compare("--redirect-uri", account_.redirect_uri, existing.redirect_uri);
  refuse_changes(printable(existing.name));
}

namespace {

void wipe_secrets(new_account& described) {
  wipe(described.client_secret);
  wipe(described.client_secret_encrypted.private_key);
  wipe(described.client_secret_encrypted.passphrase);
}

}  // namespace

void add_account(client& agent, new_account described) {
  try {
    agent.add_account(described);
  } catch (...) {
    wipe_secrets(described);
    throw;
  }
  wipe_secrets(described);
}

}  // namespace latchkey::cli

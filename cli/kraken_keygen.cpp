#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "cli/failure.h"
#include "cli/interrupt.h"
#include "cli/json_output.h"
#include "cli/kraken_tools.h"
#include "cli/openssl_program.h"
#include "cli/passphrase.h"
#include "cli/spinner.h"
#include "cli/verb_options.h"
#include "core/secret.h"
#include "os/files.h"

namespace latchkey::cli {
namespace {

namespace fs = std::filesystem;

constexpr unsigned for_me_alone = 0600;

struct key_files {
  std::string private_key = "private.pem";
  std::string public_key = "public.pem";
};

[[noreturn]] void fail_taken(const std::string& file) {
  fail(errc::bad_request,
       "there is a file " + printable(file) + " already, and no key is ever overwritten: give another name");
}

// Before the person thinks of a passphrase for nothing.
void refuse_what_is_there(const key_files& files) {
  for (const std::string& file : {files.private_key, files.public_key}) {
    struct stat found {};
    if (file.empty()) fail(errc::bad_request, "a file without a name cannot be made");
    if (::lstat(file.c_str(), &found) == 0) fail_taken(file);
    const fs::path folder = fs::absolute(file).parent_path();
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
      fail(errc::bad_request, "no file can be made in " + printable(folder.native()));
  }
  if (fs::absolute(files.private_key).lexically_normal() == fs::absolute(files.public_key).lexically_normal())
    fail(errc::bad_request, "the two keys need two files");
}

struct key_pair {
  std::string private_pem;  // Under the passphrase.
  std::string public_pem;
};

// What the guide does with two files between the commands, which here are in memory.
key_pair make_pair(const secret& passphrase) {
  const spinner shown(wait_notice{"Making a key of 4096 bits", std::nullopt});
  const std::string by_pipe = "fd:" + std::to_string(passphrase_fd);
  const unique_fd closed = run_openssl({"genrsa", "-aes128", "-passout", by_pipe, "4096"}, unique_fd(), passphrase);
  const unique_fd open = run_openssl({"rsa", "-passin", by_pipe, "-pubout"}, closed, passphrase);
  key_pair made{content_of(closed), content_of(open)};
  if (!made.private_pem.starts_with("-----BEGIN ") || made.private_pem.find("ENCRYPTED") == std::string::npos ||
      !made.public_pem.starts_with("-----BEGIN PUBLIC KEY-----\n"))
    fail(errc::internal, "openssl answered with something that is no encrypted key: nothing was written");
  return made;
}

void write_new(const std::string& file, const std::string& pem) {
  const auto made = create_durably(fs::absolute(file), pem, for_me_alone);
  if (!made) fail(made.error());
  if (!*made) fail_taken(file);
}

// Both or none.
void write_pair(const key_files& files, const key_pair& made) {
  const signals_blocked until_both_are_there;
  write_new(files.private_key, made.private_pem);
  try {
    write_new(files.public_key, made.public_pem);
  } catch (...) {
    ::unlink(files.private_key.c_str());
    throw;
  }
}

}  // namespace

int kraken_keygen(invocation& call) {
  verb_options options(
      call,
      "Makes the RSA key pair with which a confidential client is registered, as the provider's guide does: the "
      "openssl "
      "program makes a key of 4096 bits under a passphrase, which is asked for, and its public half. Existing files "
      "are "
      "never overwritten. Prints the public half, which goes to the provider; the private one stays with you.",
      "latchkey kraken keygen\n"
      "  latchkey kraken keygen --out ~/keys/private.pem --public ~/keys/public.pem");
  key_files files;
  std::string passphrase_file;
  options.app()
      .add_option("--out", files.private_key, "Where the private key goes (default private.pem)")
      ->type_name("FILE");
  options.app()
      .add_option("--public", files.public_key, "Where the public key goes (default public.pem)")
      ->type_name("FILE");
  options.app()
      .add_option("--passphrase-file", passphrase_file,
                  "The passphrase is the first line of this file; -: of the input")
      ->type_name("FILE");
  options.json("the names of the files and the public key");
  if (!options.parse()) return 0;

  refuse_what_is_there(files);
  ::umask(0077);
  const key_pair made = make_pair(new_passphrase(passphrase_file));
  write_pair(files, made);
  if (call.json) {
    call.out.print(json::key_pair(files.private_key, files.public_key, made.public_pem));
    return 0;
  }
  call.out.print(made.public_pem);
  say(printable(files.private_key) +
      ": the private key, under your passphrase. Keep the file and the passphrase: without both, nobody can "
      "read the client secret that the "
      "provider will send.\n" +
      printable(files.public_key) +
      ": the public key, which is also on standard output. Send it to the provider when you register the client.\n");
  return 0;
}

}  // namespace latchkey::cli

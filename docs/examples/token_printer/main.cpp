// Asks the Latchkey daemon for an access token of an account and prints what is known about it: token_printer ACCOUNT
#include <latchkey/client.h>

#include <ctime>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: token_printer ACCOUNT\n";
    return 2;
  }
  try {
    latchkey::client agent;
    const latchkey::token token = agent.get_token(argv[1]);
    std::cout << token.token_type << " token of " << token.access_token.size() << " letters\nscopes:";
    for (const std::string& scope : token.scopes) std::cout << ' ' << scope;
    if (token.expires_at) std::cout << "\nexpires in " << *token.expires_at - std::time(nullptr) << " s";
    std::cout << "\ngeneration " << token.generation << '\n';
  } catch (const latchkey::client_error& error) {
    std::cerr << "token_printer: " << error.what() << '\n';
    if (!error.advice.empty()) std::cerr << error.advice << '\n';
    return error.exit_code();
  }
}

#!/bin/sh
# documented_code.sh CXX INCLUDE_FOLDER PAGE  compiles every C++ block of PAGE, each as the body of a function.
set -eu
{
  printf '#include <latchkey/client.h>\nint call_api(const std::string& access_token);\n'
  printf 'void show(const std::string& name, const std::string& value);\n'
  awk '/^```cpp$/ { inside = 1; print "void block_" NR "();\nvoid block_" NR "() {"; next }
       /^```$/ && inside { inside = 0; print "}"; next }
       inside { print }' "$3"
} | "$1" -std=c++20 -Wall -Wextra -Werror -Wno-unused-variable -Wno-unused-but-set-variable -fsyntax-only -I"$2" -x c++ -

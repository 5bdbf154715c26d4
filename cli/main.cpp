// The `latchkey` command.
#include "cli/command_line.h"
#include "cli/interrupt.h"
#include "cli/standard_output.h"

int main(int count, char** words) {
  latchkey::cli::occupy_standard_descriptors();
  latchkey::cli::handle_interrupts();
  return latchkey::cli::run(count > 0 ? std::vector<std::string>(words + 1, words + count)
                                      : std::vector<std::string>());
}

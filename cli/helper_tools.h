// The tools of `latchkey helper`, one file each (helper_NAME.cpp). A tool has its own protocol for asking another
// program for a credential, and each of these speaks one of them. None of them ever asks the person anything.
#pragma once

#include "cli/invocation.h"

namespace latchkey::cli {

/// As the verbs': they return the exit code and throw client_error.
int helper_git(invocation& call);
int helper_kubectl(invocation& call);
int helper_xoauth2(invocation& call);

}  // namespace latchkey::cli

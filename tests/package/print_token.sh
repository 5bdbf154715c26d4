#!/bin/sh
# print_token.sh SANDBOX TOKEN_PRINTER  logs in at a provider of its own and holds the example app to what its page promises.
# Under with_daemon.sh; needs curl.
set -eu
sandbox_program=$1
token_printer=$2

work=$(mktemp -d)
sandbox=
finish() {
  [ -z "$sandbox" ] || { kill "$sandbox" 2>/dev/null && wait "$sandbox" 2>/dev/null; } || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
complain() { echo "print_token.sh: $*" >&2; exit 1; }

mkfifo "$work/ready"
"$sandbox_program" --auto-consent > "$work/ready" &
sandbox=$!
read -r ready < "$work/ready"
value() { printf '%s' "$ready" | sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }

# The person's part: opens the address, follows it back to the daemon.
mkfifo "$work/address"
latchkey login demo --no-browser --provider kraken --client-id demo-client --scope account.info:basic \
  --authorize-url "$(value authorize_url)" --token-url "$(value token_url)" --revocation-url "$(value revocation_url)" \
  > "$work/address" &
login=$!
{ read -r address; curl -sSL -o /dev/null "$address"; cat > /dev/null; } < "$work/address"
wait "$login" || complain "the login failed"

printed=$("$token_printer" demo) || complain "failed: $printed"
echo "$printed"
echo "$printed" | grep -q '^bearer token of [1-9][0-9]* letters$' || complain "no token"
echo "$printed" | grep -q '^scopes: account.info:basic$' || complain "no scopes"
echo "$printed" | grep -q '^expires in [1-9][0-9]* s$' || complain "no expiry"

# A client_error crosses from the library to the app, with its advice.
status=0
said=$("$token_printer" nobody 2>&1) || status=$?
echo "$said"
[ "$status" -eq 1 ] || complain "an unknown account exits with $status"
echo "$said" | grep -q 'latchkey list' || complain "no advice"
status=0
said=$(LATCHKEY_SOCKET="$work/none" "$token_printer" demo 2>&1) || status=$?
[ "$status" -eq 6 ] || complain "without a daemon it exits with $status: $said"

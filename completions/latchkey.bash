# bash completion for latchkey(1). Needs bash alone; where bash-completion is loaded, it completes the command of `exec`.

_latchkey_verbs='login logout add remove apps lock unlock token dpop exec helper kraken list show status watch providers scopes doctor version help'

_latchkey_permissions='export_data funds_add funds_earn funds_query funds_withdraw ledger_query trades_close trades_modify
  trades_query_closed trades_query_open withdrawal_address_add withdrawal_address_update'

# The options of a verb.
_latchkey_options() {
  local account='--provider --issuer --authorize-url --token-url --revocation-url --device-authorization-url --userinfo-url
    --client-id --scope --redirect-uri --client-secret-file --client-secret-encrypted
    --rsa-key --rsa-oaep --rsa-passphrase-file --client-authentication --dpop --par --parameter --set'
  local token='--min-valid --stale-generation --scope'
  case $1 in
    add) echo "$account --yes --json" ;;
    login) echo "--no-browser --device --no-qr --other-user $account --yes --json" ;;
    logout) echo '--no-revoke --json' ;;
    remove) echo '--yes --json' ;;
    token) echo "$token --json" ;;
    dpop) echo '--nonce --generation --json' ;;
    exec) echo "--env $token" ;;
    'apps allow') echo '--scope --for --not-installed --json' ;;
    'apps deny') echo '--not-installed --json' ;;
    'apps log') echo '--account --app --limit --json' ;;
    'apps '*) echo '--json' ;;
    'helper git') echo '--host --username --min-valid --scope' ;;
    'helper kubectl') echo '--min-valid --scope' ;;
    'helper xoauth2') echo '--sasl --user --host --port --min-valid --scope' ;;
    'kraken keys') echo '--permission --ip --nonce-window --query-from --query-to --valid-until --new-name --reveal --yes --json' ;;
    'kraken call') echo '--key --json' ;;
    'kraken keygen') echo '--out --public --passphrase-file --json' ;;
    lock | unlock | list | show | status | watch | providers | scopes | doctor | version) echo '--json' ;;
  esac
  echo '--help'
}

# Whether the next word belongs to this option.
_latchkey_takes_value() {
  case $1 in
    --provider | --issuer | --authorize-url | --token-url | --revocation-url | --device-authorization-url | --userinfo-url | --client-id | \
      --scope | --redirect-uri | --client-secret-file | --client-secret-encrypted | --rsa-key | --rsa-passphrase-file | --client-authentication | --parameter | --set | --min-valid | --stale-generation | --nonce | --generation | --env | \
      --host | --username | --sasl | --user | --port | --permission | --ip | --nonce-window | --query-from | --query-to | --valid-until | \
      --for | --account | --app | --limit | --new-name | --key | --out | --public | --passphrase-file) return 0 ;;
  esac
  return 1
}

# The first column of `latchkey $1`, a line each. Only a daemon that runs is asked: where systemd holds the socket, to
# connect would start one. The lock of the state folder has the daemon's process id.
_latchkey_names() {
  local LC_ALL=C state=${XDG_STATE_HOME-} pid program line name
  [[ $state == /* ]] || state=${HOME-}/.local/state
  { read -r pid <"$state/latchkey/lock"; } 2>/dev/null
  [[ $pid =~ ^[0-9]+$ ]] || return
  { read -r program <"/proc/$pid/comm"; } 2>/dev/null
  [[ $program == latchkeyd ]] || return
  command timeout 1 latchkey "$1" 2>/dev/null </dev/null | while IFS= read -r line; do
    name=${line%%$'\t'*}
    [[ $name =~ ^[A-Za-z0-9_+@][A-Za-z0-9._+@-]*$ ]] && printf '%s\n' "$name"
  done
}

# Offers those of the words that begin with $1. Not by `compgen -W`, which would expand what they hold.
_latchkey_offer() {
  local begun=$1 word
  shift
  for word; do
    [[ $word == "$begun"* ]] && COMPREPLY+=("$word")
  done
}

_latchkey_offer_names() {
  local names
  mapfile -t names < <(_latchkey_names "$2")
  _latchkey_offer "$1" "${names[@]}"
}

# The value $2, so far, of the option $1.
_latchkey_value() {
  case $1 in
    --provider) _latchkey_offer_names "$2" providers ;;
    --client-authentication) _latchkey_offer "$2" none client_secret_basic client_secret_post ;;
    --sasl) _latchkey_offer "$2" xoauth2 oauthbearer ;;
    --permission) _latchkey_offer "$2" $_latchkey_permissions ;;
    --account) _latchkey_offer_names "$2" list ;;
    --app) compopt -o default ;;
    --client-secret-file | --client-secret-encrypted | --rsa-key | --rsa-passphrase-file | --out | --public | --passphrase-file) compopt -o default ;;
  esac
}

# The positional number $2 of the verb $1, which begins with $3.
_latchkey_positional() {
  case $1,$2 in
    login,0 | logout,0 | remove,0 | token,0 | dpop,0 | exec,0 | show,0 | watch,0 | 'helper '*,0) _latchkey_offer_names "$3" list ;;
    providers,0 | scopes,0) _latchkey_offer_names "$3" providers ;;
    'kraken keys,1' | 'kraken call,0' | 'apps allow,1' | 'apps deny,1' | 'apps forget,1') _latchkey_offer_names "$3" list ;;
    'apps allow,0' | 'apps deny,0' | 'apps forget,0') compopt -o default ;;
    apps,0 | 'help apps,0') _latchkey_offer "$3" list pending allow deny forget log ;;
    'kraken keys,0') _latchkey_offer "$3" list create update delete ;;
    kraken,0) _latchkey_offer "$3" keys call keygen ;;
    help,0) _latchkey_offer "$3" $_latchkey_verbs ;;
    exec,1) _latchkey_offer "$3" -- ;;
    helper,0 | 'help helper,0') _latchkey_offer "$3" git kubectl xoauth2 ;;
    'help kraken,0') _latchkey_offer "$3" keys call keygen ;;
    'helper git,1') _latchkey_offer "$3" get store erase ;;
  esac
}

# The command that `exec` runs; it begins at COMP_WORDS[$1].
_latchkey_command() {
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$1"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$1"
  elif ((COMP_CWORD == $1)); then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")
  else
    compopt -o default
  fi
}

_latchkey() {
  # bash also splits at = and @. Joined again, `words` are the shell's own; word i begins at COMP_WORDS[starts[i]].
  local words=() starts=() rest=$COMP_LINE piece i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if ((i == 0)) || [[ $rest == [[:space:]]* ]]; then
      rest=${rest#"${rest%%[![:space:]]*}"}
      words+=("$piece")
      starts+=("$i")
    else
      words[-1]+=$piece
    fi
    rest=${rest#"$piece"}
  done

  COMPREPLY=()
  local current=${words[-1]} verb=${words[1]-} last=$((${#words[@]} - 1)) option= positionals=0
  if ((last <= 1)); then
    _latchkey_offer "$current" $_latchkey_verbs
    [[ $current == -* ]] && _latchkey_offer "$current" --help --version
    return
  fi
  for ((i = 2; i < last; i++)); do
    if [[ -n $option ]]; then
      option=
    elif [[ $verb == exec && ${words[i]} == -- ]]; then
      _latchkey_command "${starts[i + 1]}"
      return
    elif _latchkey_takes_value "${words[i]}"; then
      option=${words[i]}
    elif [[ ($verb == apps || $verb == helper || $verb == kraken || $verb == help) && ${words[i]} != -* ]]; then
      verb="$verb ${words[i]}"
    elif [[ ${words[i]} != -* ]]; then
      ((positionals++))
    fi
  done

  if [[ -n $option ]]; then
    _latchkey_value "$option" "$current"
  elif [[ $current == --*=* ]]; then
    _latchkey_value "${current%%=*}" "${current#*=}"
    return
  elif [[ $current == -* ]]; then
    _latchkey_offer "$current" $(_latchkey_options "$verb")
    [[ $verb == exec ]] && ((positionals > 0)) && _latchkey_offer "$current" --
  else
    _latchkey_positional "$verb" "$positionals" "$current"
  fi
  # bash puts the answer in place of $2, the piece of the word behind the last = or @.
  COMPREPLY=("${COMPREPLY[@]#"${current%"$2"}"}")
}

complete -F _latchkey latchkey

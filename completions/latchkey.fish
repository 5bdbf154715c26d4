# fish completion for latchkey(1).

# The first column of `latchkey $argv`, a line each. Only a daemon that runs is asked: where systemd holds the socket, to
# connect would start one. The lock of the state folder has the daemon's process id.
function __latchkey_names
    set -l folder $XDG_STATE_HOME
    string match -q '/*' -- "$folder"; or set folder $HOME/.local/state
    test -f $folder/latchkey/lock -a -r $folder/latchkey/lock; and read -l pid <$folder/latchkey/lock
    string match -qr '^[0-9]+$' -- "$pid"; and test -r /proc/$pid/comm; and read -l program </proc/$pid/comm
    test "$program" = latchkeyd; or return
    command timeout 1 latchkey $argv[1] 2>/dev/null </dev/null | string replace -fr '^([A-Za-z0-9_+@][A-Za-z0-9._+@-]*)\t.*' '$1'
end

# The words before the current one, without options and their values: the verb, then its positionals.
function __latchkey_words
    set -l takes_value --provider --issuer --authorize-url --token-url --revocation-url \
        --device-authorization-url --userinfo-url --client-id --scope --redirect-uri --client-secret-file --client-secret-encrypted --rsa-key --rsa-passphrase-file --client-authentication --parameter --set --min-valid --stale-generation --nonce --generation --env \
        --host --username --sasl --user --port --permission --ip --nonce-window --query-from --query-to --valid-until \
        --for --account --app --limit --new-name --key --out --public --passphrase-file
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word $takes_value
            set skip 1
        else if test "$word" = --
            echo -- --
        else if not string match -q -- '-*' $word
            echo -- $word
        end
    end
end

# True where the verb is one of $argv.
function __latchkey_verb
    set -l words (__latchkey_words)
    contains -- "$words[1]" $argv
end

# True where `latchkey helper` has one of the tools in $argv.
function __latchkey_tool
    set -l words (__latchkey_words)
    test "$words[1]" = helper; and contains -- "$words[2]" $argv
end

# True after so many words of `latchkey helper …`.
function __latchkey_tool_wants
    set -l words (__latchkey_words)
    test "$words[1]" = helper -a (count $words) = $argv[1]
end

# True where the verb is one of $argv and its first positional comes next.
function __latchkey_first
    set -l words (__latchkey_words)
    test (count $words) = 1; and contains -- $words[1] $argv
end

function __latchkey_no_verb
    test (count (__latchkey_words)) = 0
end

function __latchkey_help
    set -l words (__latchkey_words)
    test "$words" = "help $argv[1]"
end

# True where `latchkey kraken` has one of the tools in $argv.
function __latchkey_kraken
    set -l words (__latchkey_words)
    test "$words[1]" = kraken; and contains -- "$words[2]" $argv
end

# True after so many words of `latchkey kraken TOOL …`.
function __latchkey_kraken_wants
    set -l words (__latchkey_words)
    __latchkey_kraken $argv[1]; and test (count $words) = $argv[2]
end

# True where `latchkey apps` has one of the tools in $argv.
function __latchkey_apps
    set -l words (__latchkey_words)
    test "$words[1]" = apps; and contains -- "$words[2]" $argv
end

# True after so many words of `latchkey apps …`, where the tool takes an app and an account.
function __latchkey_apps_wants
    set -l words (__latchkey_words)
    __latchkey_apps allow deny forget; and test (count $words) = $argv[1]
end

# `latchkey exec ACCOUNT -- COMMAND`: what follows -- is a command line of its own.
function __latchkey_separator
    set -l words (__latchkey_words)
    test "$words[1]" = exec -a (count $words) = 2
end
function __latchkey_in_command
    set -l words (__latchkey_words)
    test "$words[1]" = exec; and contains -- -- $words
end
function __latchkey_command
    set -l words (commandline -opc)
    set -l separator (contains -i -- -- $words)
    set -e words[1..$separator]
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end

complete -c latchkey -f
complete -c latchkey -n __latchkey_no_verb -s h -l help -d 'List the verbs'
complete -c latchkey -n __latchkey_no_verb -s V -l version -d 'Print the version'
complete -c latchkey -n 'not __latchkey_no_verb' -s h -l help -d 'Explain this verb'

for verb in login\t'Log an account in with the browser' \
    logout\t'Revoke an account\'s grant at the provider and forget it' \
    lock\t'Have the daemon forget every secret until it is unlocked' \
    unlock\t'Have the daemon read grants from its store again' \
    add\t'Make an account' \
    remove\t'Forget an account with all that is stored for it' \
    apps\t'Which app may use which account, and which did' \
    token\t'Print an access token that works now' \
    dpop\t'Print a proof for one request with a bound token' \
    exec\t'Run a program with an access token in its environment' \
    helper\t'Give git, kubectl and mail programs their tokens' \
    kraken\t'Kraken\'s API keys, signed calls, and a client\'s key pair' \
    list\t'The accounts and their state' \
    show\t'One account in full' \
    status\t'The daemon, its store and the accounts' \
    watch\t'What happens to the accounts, as it happens' \
    providers\t'The providers that are known by name' \
    scopes\t'What a provider\'s scopes allow' \
    doctor\t'Check that everything is in order' \
    version\t'The version of this program' \
    help\t'Explain a verb'
    set -l pair (string split \t -- $verb)
    complete -c latchkey -n '__latchkey_no_verb; or __latchkey_first help' -a $pair[1] -d $pair[2]
end

complete -c latchkey -n '__latchkey_first login logout remove token dpop exec show watch' -a '(__latchkey_names list)' -d Account
complete -c latchkey -n '__latchkey_tool_wants 2' -a '(__latchkey_names list)' -d Account
complete -c latchkey -n '__latchkey_tool_wants 3; and __latchkey_tool git' -a 'get store erase' -d 'What git wants'
complete -c latchkey -n '__latchkey_first providers scopes' -a '(__latchkey_names providers)' -d Provider
for tool in list\t'What was decided' pending\t'The apps that wait for your answer' allow\t'Let an app use an account' \
    deny\t'Keep an app from an account' forget\t'Take back what was decided' log\t'Which app got what'
    set -l pair (string split \t -- $tool)
    complete -c latchkey -n '__latchkey_first apps; or __latchkey_help apps' -a $pair[1] -d $pair[2]
end
complete -c latchkey -n '__latchkey_apps_wants 2' -F
complete -c latchkey -n '__latchkey_apps_wants 3' -a '(__latchkey_names list)' -d Account
for tool in git\t'The credential helper of git' kubectl\t'The exec plugin of kubectl' xoauth2\t'For mail programs'
    set -l pair (string split \t -- $tool)
    complete -c latchkey -n '__latchkey_first helper; or __latchkey_help helper' -a $pair[1] -d $pair[2]
end
for tool in keys\t'Fast API keys' call\t'A private call, signed with a stored key' keygen\t'The key pair of a confidential client'
    set -l pair (string split \t -- $tool)
    complete -c latchkey -n '__latchkey_first kraken; or __latchkey_help kraken' -a $pair[1] -d $pair[2]
end
complete -c latchkey -n '__latchkey_kraken_wants keys 2' -a 'list create update delete' -d 'What to do'
complete -c latchkey -n '__latchkey_kraken_wants keys 3; or __latchkey_kraken_wants call 2' -a '(__latchkey_names list)' -d Account
complete -c latchkey -n __latchkey_separator -a -- -d 'The command follows'
complete -c latchkey -n __latchkey_in_command -a '(__latchkey_command)'

set -l printing add apps login logout remove lock unlock token dpop list show status watch providers scopes doctor version
complete -c latchkey -n "__latchkey_verb $printing" -l json -d 'Print JSON'
complete -c latchkey -n '__latchkey_kraken keys call keygen' -l json -d 'Print JSON'

complete -c latchkey -n '__latchkey_verb add login' -l provider -x -a '(__latchkey_names providers)' -d 'A provider known by name'
complete -c latchkey -n '__latchkey_verb add login' -l issuer -x -d 'A provider found by its issuer'
complete -c latchkey -n '__latchkey_verb add login' -l authorize-url -x -d 'Where the person logs in'
complete -c latchkey -n '__latchkey_verb add login' -l token-url -x -d 'Where tokens come from'
complete -c latchkey -n '__latchkey_verb add login' -l revocation-url -x -d 'Where grants are revoked'
complete -c latchkey -n '__latchkey_verb add login' -l device-authorization-url -x -d 'Where a login by code begins'
complete -c latchkey -n '__latchkey_verb add login' -l userinfo-url -x -d 'Where the provider tells who the person is'
complete -c latchkey -n '__latchkey_verb add login' -l client-id -x -d 'What the provider calls your application'
complete -c latchkey -n '__latchkey_verb add login' -l scope -x -d 'Scopes to ask for'
complete -c latchkey -n '__latchkey_verb add login' -l redirect-uri -x -d 'Where the browser is sent on this machine'
complete -c latchkey -n '__latchkey_verb add login' -l client-secret-encrypted -rF -d 'The encrypted client secret is in this file'
complete -c latchkey -n '__latchkey_verb add login' -l rsa-key -rF -d 'The private key that decrypts it'
complete -c latchkey -n '__latchkey_verb add login' -l rsa-oaep -d 'Its padding is OAEP'
complete -c latchkey -n '__latchkey_verb add login' -l rsa-passphrase-file -rF -d 'The passphrase of the private key is in this file'
complete -c latchkey -n '__latchkey_verb add login' -l client-secret-file -rF -d 'The client secret is in this file'
complete -c latchkey -n '__latchkey_verb add login' -l client-authentication -x \
    -a 'none client_secret_basic client_secret_post' -d 'How the client names itself'
complete -c latchkey -n '__latchkey_verb add login' -l dpop -d 'Bind the tokens to a key'
complete -c latchkey -n '__latchkey_verb add login' -l par -d 'Send the parameters of a login to the provider directly'
complete -c latchkey -n '__latchkey_verb dpop' -l nonce -x -d 'What the server gave in DPoP-Nonce'
complete -c latchkey -n '__latchkey_verb dpop' -l generation -x -d 'Fail unless this is still the token'
complete -c latchkey -n '__latchkey_verb add login' -l set -x -d 'NAME=VALUE, what this provider needs to know'
complete -c latchkey -n '__latchkey_verb add login' -l parameter -x -d 'NAME=VALUE, sent along to the login page'
complete -c latchkey -n '__latchkey_verb login' -l no-browser -d 'Print the URL, then wait'
complete -c latchkey -n '__latchkey_verb login' -l device -d 'Show a code for a browser on another device'
complete -c latchkey -n '__latchkey_verb login' -l no-qr -d 'Draw no QR code'
complete -c latchkey -n '__latchkey_verb login' -l other-user -d 'Replace the grant of another user, too'
complete -c latchkey -n '__latchkey_verb logout' -l no-revoke -d 'Say nothing to the provider'
complete -c latchkey -n '__latchkey_verb add login' -s y -l yes -d 'Do not ask about scopes'
complete -c latchkey -n '__latchkey_verb remove' -s y -l yes -d 'Do not ask'
complete -c latchkey -n '__latchkey_verb token exec; or __latchkey_tool git kubectl xoauth2' -l min-valid -x \
    -d 'It must be good for this many seconds'
complete -c latchkey -n '__latchkey_verb token exec' -l stale-generation -x -d 'The token of this generation was refused'
complete -c latchkey -n '__latchkey_verb token exec; or __latchkey_tool git kubectl xoauth2' -l scope -x \
    -d 'It must cover these scopes'
complete -c latchkey -n '__latchkey_apps allow' -l scope -x -d 'Tokens for these scopes alone'
complete -c latchkey -n '__latchkey_apps allow' -l for -x -d 'For so long alone, such as 8h'
complete -c latchkey -n '__latchkey_apps allow deny' -l not-installed -d 'The program may not be there yet'
complete -c latchkey -n '__latchkey_apps log' -l account -x -a '(__latchkey_names list)' -d 'Of this account alone'
complete -c latchkey -n '__latchkey_apps log' -l app -rF -d 'Of this app alone'
complete -c latchkey -n '__latchkey_apps log' -l limit -x -d 'So many of the newest'
complete -c latchkey -n '__latchkey_tool git xoauth2' -l host -x -d 'The host'
complete -c latchkey -n '__latchkey_tool git' -l username -x -d 'Where the address names none'
complete -c latchkey -n '__latchkey_tool xoauth2' -l sasl -x -a 'xoauth2 oauthbearer' -d 'Print the whole initial response'
complete -c latchkey -n '__latchkey_tool xoauth2' -l user -x -d 'Who logs in'
complete -c latchkey -n '__latchkey_tool xoauth2' -l port -x -d 'The port of the mail server'
complete -c latchkey -n '__latchkey_verb exec' -l env -x -d 'The variable that holds the token'
complete -c latchkey -n '__latchkey_kraken keys' -l permission -x -a 'export_data funds_add funds_earn funds_query \
    funds_withdraw ledger_query trades_close trades_modify trades_query_closed trades_query_open withdrawal_address_add \
    withdrawal_address_update' -d 'What the key may do'
complete -c latchkey -n '__latchkey_kraken keys' -l ip -x -d 'It works from this network alone'
complete -c latchkey -n '__latchkey_kraken keys' -l nonce-window -x -d 'How far behind a nonce may come'
complete -c latchkey -n '__latchkey_kraken keys' -l query-from -x -d 'It sees nothing before'
complete -c latchkey -n '__latchkey_kraken keys' -l query-to -x -d 'It sees nothing after'
complete -c latchkey -n '__latchkey_kraken keys' -l valid-until -x -d 'Its end'
complete -c latchkey -n '__latchkey_kraken keys' -l new-name -x -d 'What it is called from now on'
complete -c latchkey -n '__latchkey_kraken keys' -l reveal -d 'Print the secret, this once'
complete -c latchkey -n '__latchkey_kraken keys' -s y -l yes -d 'Do not ask'
complete -c latchkey -n '__latchkey_kraken call' -l key -x -d 'The key that signs'
complete -c latchkey -n '__latchkey_kraken keygen' -l out -rF -d 'Where the private key goes'
complete -c latchkey -n '__latchkey_kraken keygen' -l public -rF -d 'Where the public key goes'
complete -c latchkey -n '__latchkey_kraken keygen' -l passphrase-file -rF -d 'The passphrase is in this file'

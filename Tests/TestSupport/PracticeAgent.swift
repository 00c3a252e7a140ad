import HoopAgent

/// A script that connects to nothing and otherwise behaves as the agent of its version does.
///
/// It takes the same words and keys and refuses the same, with the same lines and the same exit
/// status; it reads the same variables; and at the same levels it logs the same lines (hoop:
/// client/cmd/run.go, agent/main.go, agent/config/config.go and common/dsnkeys/dsnkeys.go of each
/// version).
///
/// The gateway's answer is chosen by the first label of the key's host: `unknown`, `unreachable`,
/// `silent`, `http404`, `busy` (another agent of this key is online), `waiting` (a session waits); any
/// other accepts the key. And for one connection by its name: `taken`, and whatever begins with
/// `taken-`, was made in the dashboard; `silent` and `unreachable` are as above.
///
/// With PRACTICE_RECORD, a folder, in its environment it writes files there, named for the connection,
/// or `agent` with `start agent`: `NAME.words`, what it was called with, a line each;
/// `NAME.environment`, its own; `NAME.session`, the environment of a session; `NAME.took` if it lived
/// long enough to take the session that waits; and `NAME.ready` once it has said all that it says.
package enum PracticeAgent {
  package static func script(for version: AgentVersion) -> String {
    """
    #!/bin/sh
    # The practice agent of the Hoop buildpack: it connects to nothing.
    version=\(version) major=\(version.major) minor=\(version.minor) patch=\(version.patch)
    suffix=\(version.suffix ?? "")
    \(rules)

    """
  }

  private static let rules = #"""
    # since MAJOR MINOR PATCH: whether this is that version or a later one.
    since() {
      [ "$major" -eq "$1" ] || { [ "$major" -gt "$1" ]; return; }
      [ "$minor" -eq "$2" ] || { [ "$minor" -gt "$2" ]; return; }
      [ "$patch" -eq "$3" ] || { [ "$patch" -gt "$3" ]; return; }
      [ -z "$suffix" ]
    }

    # say LEVEL TEXT: a line of the agent's log.
    say() {
      case ${LOG_LEVEL-}:$1 in
        debug:* | error:fatal | warn:fatal | warn:warn | warn:error | error:error) ;;
        *:debug | warn:* | error:*) return 0 ;;
      esac
      printf '{"level":"%s","timestamp":"%s","logger":"practice","msg":"%s","version":"%s"}\n' \
        "$1" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$2" "$version"
    }

    # refuse TEXT: the last line of an agent that cannot start.
    refuse() { say fatal "$1"; exit 1; }

    # misused TEXT: what the command line's parser says.
    misused() { echo "Error: $1" >&2; exit 1; }

    # stay: the agent would try again forever, or wait for sessions.
    stay() {
      [ -z "${record-}" ] || : >"$record.ready"
      exec sleep 2147483647
    }

    # needs COUNT FLAG: a flag's value must follow.
    needs() { [ "$1" -ge 2 ] || misused "flag needs an argument: $2"; }

    # --- The words ---------------------------------------------------------------------------
    words=$(for word; do printf '%s\n' "$word"; done)
    name='' export='' command=''
    case "${1-} ${2-}" in
      'version '*) echo "{\"version\":\"$version\",\"platform\":\"practice\"}" && exit ;;
      'start agent')
        does=start && shift 2
        [ $# -eq 0 ] || misused "unknown flag: $1"
        ;;
      'run '*)
        since 1 20 0 || misused 'unknown command "run" for "hoop"'
        does=run && shift
        while [ $# -gt 0 ]; do
          case $1 in
            --name) needs $# "$1" && name=$2 ;;
            --export) needs $# "$1" && export=$2 ;;
            --review | --data-masking)
              since 1 21 1 || misused "unknown flag: $1"
              needs $# "$1"
              ;;
            --command)
              since 1 21 23 || misused "unknown flag: $1"
              needs $# "$1" && command=$2
              ;;
            -*) misused "unknown flag: $1" ;;
            # The entrypoint before 1.21.23, and a process in the foreground from then on.
            *) break ;;
          esac
          shift 2
        done
        [ ${#name} -lt 253 ] || misused '--name flag cannot be longer than 253 characters'
        unread='failed parsing --command flag:'
        case $command in
          *\;*) refuse "$unread fail parsing command, empty or multiple statements found" ;;
          *'|'* | *'&&'*) refuse "$unread unable to coerce to CallExpr" ;;
        esac
        for quote in \' \"; do
          [ $(($(printf %s "$command" | tr -cd "$quote" | wc -c) % 2)) -eq 0 ] ||
            refuse "$unread 1:1: reached EOF without closing quote $quote"
        done
        ;;
      *) misused "unknown command \"${1-}\" for \"hoop\"" ;;
    esac

    # Every agent asks its machine for these, with its whole environment, at each start.
    { hostname; uname -a; } >/dev/null 2>&1 || :

    # --- The key -----------------------------------------------------------------------------
    variable=HOOP_DSN source=HOOP_DSN key=${HOOP_DSN-} is=''
    if since 1 21 5; then
      variable=HOOP_KEY source='HOOP_DSN (deprecated)'
      if [ -n "${HOOP_KEY-}" ]; then source=HOOP_KEY key=$HOOP_KEY; fi
    fi
    ! since 1 21 6 || is=' is'
    wrong="$source$is in wrong format, reason="
    [ -n "$key" ] || refuse "missing $variable environment variable"

    scheme=${key%%://*} rest=${key#*://} query=''
    case $rest in *\?*) query=${rest#*\?} rest=${rest%%\?*} ;; esac
    host=${rest##*@}
    path=/${host#*/} host=${host%%/*}
    case "&$query&" in
      *'&mode=standard&'*) mode=standard ;;
      *'&mode=embedded&'*) mode=embedded ;;
      *'&mode=multi-connection&'*) mode=multi-connection ;;
      *'&mode=&'*) mode='' ;;
      *'&mode='*) mode=unknown ;;
      *) mode='' ;;
    esac
    case $rest in
      *@*) shown="$scheme://${rest%%:*}:***@$host${mode:+?mode=$mode}" ;;
      *) shown="$scheme://$host/***" ;;
    esac
    form=named
    if [ ${#path} -eq 65 ]; then mode=embedded form=client; fi
    if [ $form = named ] && since 1 16 0; then
      since 1 21 0 || case $mode in
        standard | embedded) ;;
        multi-connection) since 1 20 9 || refuse "${wrong}invalid agent mode" ;;
        *) refuse "${wrong}invalid agent mode" ;;
      esac
      case $rest in
        *:?*@*) ;;
        *) refuse "${wrong}secret key not found in dsn" ;;
      esac
      case $host in *:[0-9]*) ;; *) refuse 'server address is in wrong format' ;; esac
    fi

    [ -z "$is" ] || [ "$source" = HOOP_KEY ] ||
      say warn 'HOOP_DSN environment variable is deprecated, use HOOP_KEY instead'

    # --- What it publishes, and what a session's environment is ------------------------------
    publishes=$name sessions=nothing
    if [ $does = run ]; then
      since 1 21 23 && sessions=exported
    elif since 1 20 0 || { since 1 16 0 && [ "$mode" = standard ]; }; then
      publishes='what the dashboard says'
    else
      publishes=${HOOP_CONNECTION-}
      [ -n "$publishes" ] || refuse 'missing HOOP_CONNECTION env'
      [ ${#publishes} -le 255 ] || refuse 'reached max value (255) for HOOP_CONNECTION env'
    fi
    [ $does = run ] || { since 1 16 0 && [ "$mode" = standard ]; } || sessions=all

    database=''
    if [ $does = run ] && since 1 21 23; then
      database=${HOOP_DB_URI-}
      case ${database%%://*} in
        '') ;;
        *postgres | *mysql | *mongodb | *sqlserver)
          case ${database#*://} in
            *:*@*) ;;
            *@*) refuse 'password is not set on the connection string' ;;
            *) refuse 'missing user credentials information on the connection string' ;;
          esac
          ;;
        *) refuse "unknown database type, scheme=${database%%:*}" ;;
      esac
    fi

    # session: the environment of a session, a line each.
    session() {
      case $sessions in
        nothing) return ;;
        all) if since 1 21 5; then env | grep -v '^HOOP_KEY=\|^HOOP_DSN='; else
          env | grep -v '^HOOP_DSN='; fi ;;
        exported)
          named=$(env | while IFS= read -r line; do
            case ",$export," in *",${line%%=*},"*) printf '%s\n' "$line" ;; esac
          done)
          # A list whose variables are all missing means everything.
          if [ -n "$named" ]; then printf '%s\n' "$named"; else env; fi
          ;;
      esac
      [ -z "$database" ] || printf 'DATABASE_OF_THE_CONNECTION=%s\n' "$database"
    }

    if [ -n "${PRACTICE_RECORD-}" ]; then
      record=$PRACTICE_RECORD/${name:-agent}
      printf '%s\n' "$words" >"$record.words"
      env >"$record.environment"
      session >"$record.session"
    fi

    # --- The gateway -------------------------------------------------------------------------
    what=$publishes
    [ -z "$database" ] || what="$publishes, a database of the type ${database%%://*}"
    echo "practice agent: would connect to $shown and publish $what"

    # Before 1.16.0 the agent asks by HTTP, at the key's own address.
    if ! since 1 16 0 && [ "${scheme%s}" != http ]; then
      say warn "failed connecting to api, err=Post \\\"$scheme://$host/api/connectionapps\\\": unsupported protocol scheme \\\"$scheme\\\""
      stay
    fi

    # How it asks: over HTTP for a list of names, at once with a stream, or before each session.
    if [ $does = start ] && ! since 1 20 0 && [ "$publishes" != 'what the dashboard says' ]; then
      asks=api
    elif [ $does = start ] && [ "$mode" != embedded ]; then
      asks=stream
    else
      asks=pre-connect
    fi

    answer=${host%%.*}
    case $name in
      taken | taken-*) answer=taken ;;
      silent | unreachable) answer=$name ;;
    esac
    # Keys without a mode are those of an organisation, which no gateway had before 1.20.9.
    case $form:$mode in
      named: | named:multi-connection | named:unknown) since 1 20 9 || answer=unknown ;;
    esac

    nameless='rpc error: code = FailedPrecondition desc = missing connection-name attribute'
    case $answer in
      silent) stay ;;
      unknown)
        case $asks in
          api) say warn 'dsn is disabled or invalid, contact the administrator' ;;
          stream) say info 'unauthenticated' ;;
          *) say info 'failed pre-connect, reason=rpc error: code = Unauthenticated desc = invalid authentication' ;;
        esac
        ;;
      unreachable)
        refused="dial tcp $host: connect: connection refused"
        case $asks in
          api) say warn "failed connecting to api, err=Post \\\"https://$host/api/connectionapps\\\": $refused" ;;
          stream) say warn "failed to connect to $host, reason=$refused" ;;
          *) say info "failed pre-connect, reason=rpc error: code = Unavailable desc = connection error: desc = \\\"transport: Error while dialing: $refused\\\"" ;;
        esac
        ;;
      taken)
        taken="connection $name is not being managed by this process, choose another name"
        ! since 1 21 0 || say debug "pre-connect rpc, status=BACKOFF, message=$taken"
        say info "fail connecting to server, reason=$taken"
        ;;
      http404)
        case $asks in
          api) say warn 'api responded status=404' ;;
          *) say info "disconnected from $host, reason=rpc error: code = Unimplemented desc = unexpected HTTP status code received from server: 404 (Not Found)" ;;
        esac
        ;;
      busy | waiting)
        if [ $asks = stream ] && [ "$mode" != standard ]; then
          say info "disconnected from $host, reason=$nameless"
        elif [ $asks = pre-connect ] && [ "$answer" = waiting ]; then
          ! since 1 21 0 || say debug 'pre-connect rpc, status=CONNECT, message='
          sleep 10
          [ -z "${record-}" ] || : >"$record.took"
        else
          ! since 1 21 0 || [ $asks = stream ] || say debug 'pre-connect rpc, status=CONNECT, message='
          say info "disconnected from $host, reason=rpc error: code = FailedPrecondition desc = agent already connected"
        fi
        ;;
      *)
        case $asks:$mode in
          stream:standard) say info "connected with success to $host" ;;
          stream:*) say info "disconnected from $host, reason=$nameless" ;;
          api:*) say info 'waiting for connection request' ;;
          *) ! since 1 21 0 || say debug 'pre-connect rpc, status=BACKOFF, message=' ;;
        esac
        ;;
    esac
    # From 1.21.23 on the words behind the flags are a process that the agent runs, and ends with.
    if [ $does = run ] && since 1 21 23 && [ $# -gt 0 ]; then exec "$@"; fi
    stay
    """#
}

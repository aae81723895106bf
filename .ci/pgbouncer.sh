#!/bin/sh
# A temporary pgbouncer in transaction mode, in front of a PostgreSQL for the tests.
#   .ci/pgbouncer.sh start <superuser's URL>   installs it if missing, starts it, prints its host:port (TEST_POOLER)
#   .ci/pgbouncer.sh stop                      stops it and removes its files
# As root on Debian or Ubuntu; as any user where pgbouncer is installed already.
set -eu

home=${PGBOUNCER_HOME:-${TMPDIR:-/tmp}/portcullis-pgbouncer}

as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups "$@")
  else
    (cd / && exec "$@")
  fi
}

install_pooler() {
  command -v pgbouncer >/dev/null && return
  apt-get update -qq
  # No service of its own: the package would start one on port 6432.
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends pgbouncer
  rm /usr/sbin/policy-rc.d
}

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

part_of_url() {
  node -e 'console.log(decodeURIComponent(new URL(process.argv[1])[process.argv[2]]))' "$1" "$2"
}

start() {
  if [ -e "$home/pid" ]; then
    echo "A pgbouncer is running in $home already: run \"$0 stop\" first." >&2
    exit 1
  fi
  install_pooler >&2
  rm -rf "$home"
  mkdir -p "$home"
  port=$(free_port)
  # Roles log in with passwords of their own, whose verifiers PostgreSQL gives to this user alone.
  echo "\"$(part_of_url "$1" username)\" \"$(part_of_url "$1" password)\"" >"$home/users"
  cat >"$home/pgbouncer.ini" <<END
[databases]
* = host=$(part_of_url "$1" hostname) port=$(part_of_url "$1" port)

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
pool_mode = transaction
ignore_startup_parameters = options
auth_type = scram-sha-256
auth_file = $home/users
auth_user = $(part_of_url "$1" username)
auth_query = SELECT usename, passwd FROM pg_shadow WHERE usename = \$1
max_client_conn = 1000
default_pool_size = 10
server_idle_timeout = 5
pidfile = $home/pid
logfile = $home/log
END
  [ "$(id -u)" -ne 0 ] || chown -R postgres:postgres "$home"
  as_postgres pgbouncer --quiet --daemon "$home/pgbouncer.ini" >&2
  echo "127.0.0.1:$port"
}

stop() {
  if [ -e "$home/pid" ]; then
    pid=$(cat "$home/pid")
    kill -INT "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  fi
  rm -rf "$home"
}

case ${1:-} in
  start) start "${2:?usage: $0 start <URL of PostgreSQL, as superuser>}" ;;
  stop) stop ;;
  *)
    echo "usage: $0 start <URL of PostgreSQL, as superuser> | stop" >&2
    exit 2
    ;;
esac

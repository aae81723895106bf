#!/bin/sh
# A temporary PostgreSQL 15 for the tests.
#   .ci/postgres15.sh start   installs it if missing, starts it, prints its superuser URL
#   .ci/postgres15.sh stop    stops it and removes its data
# As root on Debian or Ubuntu; as any user where PostgreSQL 15 is installed already.
set -eu

programs=${POSTGRES15_PROGRAMS:-/usr/lib/postgresql/15/bin}
home=${POSTGRES15_HOME:-${TMPDIR:-/tmp}/portcullis-postgres15}
password=postgres

as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then
    (cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups "$@")
  else
    (cd / && exec "$@")
  fi
}

install_server() {
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-common ca-certificates
  # No cluster of its own: the package would start one on port 5432.
  mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/portcullis.conf
  if ! apt-cache show postgresql-15 >/dev/null 2>&1; then
    /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-15
}

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

start() {
  if [ -e "$home/data/postmaster.pid" ]; then
    echo "A PostgreSQL 15 is running in $home already: run \"$0 stop\" first." >&2
    exit 1
  fi
  [ -x "$programs/postgres" ] || "$(dirname "$0")/with-apt" "$0" install >&2
  rm -rf "$home"
  mkdir -p "$home"
  echo "$password" >"$home/password"
  [ "$(id -u)" -ne 0 ] || chown -R postgres:postgres "$home"
  chmod 711 "$home"
  as_postgres "$programs/initdb" --pgdata="$home/data" --username=postgres --pwfile="$home/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync >"$home.log" 2>&1 || {
    cat "$home.log" >&2
    exit 1
  }
  port=$(free_port)
  as_postgres "$programs/pg_ctl" start --silent --wait --pgdata="$home/data" --log="$home/server.log" --options="-p $port \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=300 \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off" >&2 || {
    cat "$home/server.log" >&2
    exit 1
  }
  echo "postgres://postgres:$password@127.0.0.1:$port/postgres"
}

stop() {
  if [ -e "$home/data/postmaster.pid" ]; then
    as_postgres "$programs/pg_ctl" stop --silent --wait --mode=immediate --pgdata="$home/data" >&2
  fi
  rm -rf "$home" "$home.log"
}

case ${1:-} in
  start) start ;;
  install) install_server ;;
  stop) stop ;;
  *)
    echo "usage: $0 start | stop" >&2
    exit 2
    ;;
esac

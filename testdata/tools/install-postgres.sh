#!/bin/sh
# Installs the PostgreSQL server that tests start (see testdata/postgres), from
# Debian's packages, unless there is one. It changes nothing else: the cluster
# that Debian's package would make, and start at boot, is not made.
set -eu

if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1; then
	exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
	echo "install-postgres: this is no Debian: install a PostgreSQL server (15 or later) so that initdb and pg_ctl are on the PATH" >&2
	exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "install-postgres: PostgreSQL is missing: run as root: apt-get update && apt-get install -y --no-install-recommends postgresql" >&2
	exit 1
fi
# postgresql-common reads this when a server package is installed: see
# pg_createcluster(1) and /etc/postgresql-common/createcluster.conf.
conf=/etc/postgresql-common/createcluster.conf
if [ ! -e "$conf" ]; then
	mkdir -p "${conf%/*}"
	echo "create_main_cluster = false" >"$conf"
fi
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-confold postgresql

#!/bin/sh
# Installs what tests run against, from Debian's packages, unless it is there: a
# PostgreSQL server (see testdata/postgres) and R's survival package (see
# remediate/survival). It changes nothing else: the cluster that Debian's package
# would make, and start at boot, is not made.
set -eu

missing=
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && ! command -v initdb >/dev/null 2>&1; then
	missing="$missing postgresql"
fi
if ! command -v Rscript >/dev/null 2>&1 || ! Rscript -e 'library(survival)' >/dev/null 2>&1; then
	missing="$missing r-cran-survival"
fi
if [ -z "$missing" ]; then
	exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
	echo "install: this is no Debian: install by hand what tests run against:$missing" >&2
	exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "install: missing for the tests: run as root: apt-get update && apt-get install -y --no-install-recommends$missing" >&2
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
# The names are words of this script: they are meant to be split.
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-confold $missing

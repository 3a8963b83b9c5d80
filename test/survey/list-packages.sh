#!/usr/bin/env bash
# Inside a container of the base image, as root: the packages of the distribution that bring extensions for PostgreSQL 18.
set -euo pipefail
apt-get update -qq
apt-cache pkgnames | grep -E '^postgresql-(18-.*|pl(perl|python3|tcl)-18)$' | grep -Ev -- '-(dbgsym|jit|scripts)$' | sort

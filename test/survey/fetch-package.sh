#!/usr/bin/env bash
# Inside a container of the base image, as root: installs one package of an extension and lays it out in /out as
# docker/extensions does. /out/beside.txt names the packages of other extensions that apt brought along.
#   fetch-package.sh PACKAGE
set -euo pipefail
package=$1
share=/usr/share/postgresql/18
lib=/usr/lib/postgresql/18/lib
export DEBIAN_FRONTEND=noninteractive

ldconfig -p | awk '$NF ~ /^\// { print $NF }' | sort -u >/tmp/base-libraries
find "$share" /usr/lib/postgresql/18 ! -type d | sort >/tmp/before
dpkg-query -f '${Package}\n' -W | sort >/tmp/packages-before

# The cache is shared by all containers: one downloads at a time.
rm -f /etc/apt/apt.conf.d/docker-clean
mkdir -p /var/cache/apt/archives/partial
all=("$package")
if apt-cache show "$package-scripts" >/dev/null 2>&1; then all+=("$package-scripts"); fi
flock /var/cache/apt/archives/of-survey apt-get install -qq --yes --no-install-recommends --download-only "${all[@]}"
apt-get install -qq --yes --no-install-recommends -o Debug::NoLocking=true -o Dpkg::Use-Pty=false "${all[@]}"

dpkg-query -f '${Package}\n' -W | sort | comm -13 /tmp/packages-before - | grep -E '^postgresql-(18-|pl.*-18$)' |
  grep -vxF "$(printf '%s\n' "${all[@]}")" | grep -Ev -- '-(scripts|jit)$' >/tmp/beside || true
dpkg -L "${all[@]}" | sort -u >/tmp/owned

# What update-alternatives links to counts with the package whose file it leads to.
find "$share" /usr/lib/postgresql/18 ! -type d | sort | comm -13 /tmp/before - >/tmp/new
while read -r path; do
  case $path in */bitcode/*) continue ;; esac
  real=$(readlink -f "$path")
  grep -qxF "$real" /tmp/owned || grep -qxF "$path" /tmp/owned || continue
  case $path in
    "$share"/*) to=share/${path#"$share"/} ;;
    "$lib"/*) to=lib/${path#"$lib"/} ;;
    *) to=${path#/usr/lib/postgresql/18/} ;;
  esac
  mkdir -p "/out/$(dirname "$to")"
  if [ -L "$path" ] && [ "$(readlink "$path")" = "$(basename "$real")" ]; then cp -P "$path" "/out/$to"
  else cp -L "$path" "/out/$to"; fi
done </tmp/new

# The libraries of the system that the base has not, under all of their names.
find /out/lib -name '*.so' -exec ldd {} + >/tmp/needed 2>/dev/null || true
awk '$3 ~ /^\// { print $3 }' /tmp/needed | sort -u | comm -13 /tmp/base-libraries - | grep -v "^$lib/" >/tmp/libraries || true
while read -r library; do
  mkdir -p /out/system
  file=$(readlink -f "$library")
  cp "$file" /out/system/
  for name in "${library%.so*}".so*; do
    if [ -L "$name" ] && [ "$(readlink -f "$name")" = "$file" ] && [ "${name##*/}" != "${file##*/}" ]; then
      ln -s "${file##*/}" "/out/system/${name##*/}"
    fi
  done
  # The file has another name than the one that others ask for, and no link: alternatives again.
  if [ ! -e "/out/system/${library##*/}" ]; then ln -s "${file##*/}" "/out/system/${library##*/}"; fi
done </tmp/libraries
mkdir -p /out
cp /tmp/beside /out/beside.txt
chmod -R a+rX /out

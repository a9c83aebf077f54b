#!/bin/sh
# Installs Debian packages without a question and without starting their services.   usage: install.sh PACKAGE...
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
policy=/usr/sbin/policy-rc.d
mark='# Made by the set-up of Parley while it installs packages.'

restore() { if grep -qsF "$mark" "$policy"; then rm -f "$policy"; fi; }
trap restore EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
  chmod 755 "$policy"
fi

# Runs a command until it no longer fails for want of a lock that another package manager holds.
unlocked() {
  tries=0
  while :; do
    status=0
    output=$("$@" 2>&1) || status=$?
    printf '%s\n' "$output"
    [ "$status" -ne 0 ] || return 0
    case $output in
    *'ould not get lock'* | *'lock was locked by another process'* | *'is another process using it'*) ;;
    *) return "$status" ;;
    esac
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || return "$status"
    echo "parley: another package manager is at work; waiting"
    sleep 5
  done
}

if [ -n "$(dpkg --audit)" ] || [ -n "$(ls /var/lib/dpkg/updates)" ]; then
  echo "parley: finishing an installation that was interrupted"
  unlocked dpkg --configure -a
fi
# Old lists may still do, so that a mirror out of reach is told of by the installation itself.
unlocked apt-get update -q || true
apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -- "$@"

# Nor shall they start with the machine.
if [ -d /run/systemd/system ]; then
  for unit in redis-server coturn etcd; do
    case " $* " in
    *" $unit "* | *" $unit-server "*) systemctl disable --quiet "$unit" || true ;;
    esac
  done
fi

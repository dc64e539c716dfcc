#!/bin/sh
# PID 1 of a machine within this one: its own processes, mounts and network, and
# this one's files as a copy that is gone with it.
#   $1  an empty folder
#   $2  a folder that both machines see, there as /run/here; it holds a FIFO
#       "started", which is written to when systemd runs
set -eu
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay \
  -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mkdir run/here run/old run/units
mount --bind "$2" run/here
pivot_root . run/old
cd /
ip link set lo up
: >/run/console
mount --bind /run/console /dev/console

# Nothing starts by itself but this, whatever the machine has.
cat >/run/units/started.service <<'END'
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'echo started >/run/here/started'
END
for target in basic multi-user network-online shutdown sysinit; do
  printf '[Unit]\nDefaultDependencies=no\n' >"/run/units/$target.target"
done
mkdir /run/units/modbus-ws-adapter.service.d
cat >/run/units/modbus-ws-adapter.service.d/output.conf <<'END'
[Service]
StandardOutput=append:/run/here/stdout
StandardError=append:/run/here/stderr
END
exec env container=other SYSTEMD_UNIT_PATH=/run/units:/etc/systemd/system \
  /lib/systemd/systemd --system --unit=started.service

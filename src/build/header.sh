#!/bin/sh
# modbus-ws-adapter @VERSION@ for @SYSTEM@: this script, then a compressed archive
# of Deno and the program. The first start unpacks it into the user's cache;
# every start runs it from there.
set -eu

name=modbus-ws-adapter
id=@VERSION@-@HASH@
offset=@OFFSET@

fail() {
  echo "$name: $*" >&2
  exit 1
}

# Whether $1 is a folder, not a link to one, of this user, in which nobody else
# can write: what lies in it is run.
is_private() {
  # shellcheck disable=SC2012 # "ls" is the portable way to ask for mode and owner.
  ls -ldn "$1" | {
    read -r mode _ owner _
    case $mode in
      d????-??-?*) [ "$owner" = "$(id -u)" ] ;;
      *) false ;;
    esac
  }
}

# Whether nothing is missing from what was unpacked as $1.
is_whole() {
  [ -x "$1/$name" ] && [ -f "$1/app/main.js" ] &&
    [ -f "$1/app/modbus/worker.ts" ] && [ -f "$1/app/store/worker.ts" ]
}

# Unpacks into the folder $1, beside its place, and moves it there when it is
# whole and has been seen to run: no start ever finds half of it, also when
# several first starts happen at a time, or the power goes.
unpack() (
  umask 077
  beside=$(mktemp -d "$1/unpack.XXXXXX") || exit 1
  trap 'rm -rf "$beside"' EXIT
  trap 'exit 1' HUP INT TERM
  tail -c "+$offset" "$0" | tar -xzof - -C "$beside" || exit 1
  "$beside/$name" --version >/dev/null || exit 1
  sync "$beside/$name" "$beside"/app/* "$beside"/app/*/* 2>/dev/null || :
  mv "$beside" "$1/$id" || exit 1
  # Where another start was faster, "mv" has moved this one into that one.
  rm -rf "${1:?}/$id/${beside##*/}"
)

root=
for dir in "${XDG_CACHE_HOME:+$XDG_CACHE_HOME/$name}" \
  "${HOME:+$HOME/.cache/$name}" "${TMPDIR:-/tmp}/$name-$(id -u)"; do
  case $dir in
    *,*) continue ;; # Deno splits lists of paths at commas.
    /*) ;;
    *) continue ;;
  esac
  [ -d "$dir" ] || (umask 077 && mkdir -p "$dir") 2>/dev/null || continue
  is_private "$dir" || continue
  # Programs that clean up old temporary files may have taken some of it.
  [ ! -d "$dir/$id" ] || is_whole "$dir/$id" || rm -rf "${dir:?}/$id"
  if [ ! -d "$dir/$id" ]; then
    [ "$(uname -sm)" = "@SYSTEM@" ] ||
      fail "this file is made for @SYSTEM@, and this is $(uname -sm)"
    unpack "$dir" || continue
  fi
  root=$dir/$id
  break
done
[ -n "$root" ] ||
  fail "found no folder to unpack into; set XDG_CACHE_HOME to one that is" \
    "yours alone, has 150 MB free, and allows programs to be run from it"

export DENO_DIR="$root/cache" DENO_NO_PACKAGE_JSON=1 DENO_NO_UPDATE_CHECK=1
exec "$root/$name" run --quiet --no-config --no-lock --no-remote --no-npm \
  @FLAGS@ "$root/app/main.js" "$@"

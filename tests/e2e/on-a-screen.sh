#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs a command on a screen and a message bus of its own, with a window manager: full screen and
# dialogs are its work. No key repeats by itself: on a busy machine one that is pressed would, before
# it is let go.  usage: on-a-screen.sh COMMAND…
set -euo pipefail
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS AT_SPI_BUS_ADDRESS
XDG_RUNTIME_DIR=$(mktemp -d "${TMPDIR:-/tmp}/lessonwalk-screen.XXXXXX")
XAUTHORITY=$XDG_RUNTIME_DIR/key
export XDG_RUNTIME_DIR XAUTHORITY DISPLAY
screen=
trap '[[ -z $screen ]] || { kill "$screen" && wait "$screen"; } 2>/dev/null; rm -rf "$XDG_RUNTIME_DIR"' EXIT

# The screen takes the first number that is free, and says which: others may look for one meanwhile.
# The key is the same under each number.
: >"$XAUTHORITY"
key=$(mcookie)
xauth -q add :0 . "$key"
mkfifo "$XDG_RUNTIME_DIR/number"
Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp -r -auth "$XAUTHORITY" \
  3>"$XDG_RUNTIME_DIR/number" 2>"$XDG_RUNTIME_DIR/said" &
screen=$!
if ! read -r -t 60 number <"$XDG_RUNTIME_DIR/number"; then
  cat "$XDG_RUNTIME_DIR/said" >&2
  exit 1
fi
DISPLAY=:$number
xauth -q add "$DISPLAY" . "$key"
# shellcheck disable=SC2016 # the inner shell is to expand them
dbus-run-session -- \
  bash -c 'openbox & manager=$!; "$@"; result=$?; kill "$manager"; exit "$result"' - "$@"

#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs a command on a screen and a message bus of its own, with a window manager: full screen and
# dialogs are its work. No key repeats by itself: on a busy machine one that is pressed would, before
# it is let go.  usage: on-a-screen.sh COMMAND…
set -euo pipefail
export XDG_RUNTIME_DIR
XDG_RUNTIME_DIR=$(mktemp -d "${TMPDIR:-/tmp}/lessonwalk-screen.XXXXXX")
trap 'rm -rf "$XDG_RUNTIME_DIR"' EXIT
unset WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS AT_SPI_BUS_ADDRESS
# shellcheck disable=SC2016 # the inner shell is to expand them
xvfb-run -a -s '-screen 0 1400x900x24 -nolisten tcp -r' dbus-run-session -- \
  bash -c 'openbox & manager=$!; "$@"; result=$?; kill "$manager"; exit "$result"' - "$@"

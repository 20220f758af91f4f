#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A store with 10,000 notes, then the window's frames with and without them.
# usage: window.sh FILL_STORE BENCH
set -euo pipefail
folder=$(mktemp -d "${TMPDIR:-/tmp}/lessonwalk-bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT
export XDG_DATA_HOME=$folder XDG_CACHE_HOME=$folder XDG_CONFIG_HOME=$folder GTK_A11Y=none
gst-launch-1.0 -q videotestsrc num-buffers=50 ! video/x-raw,width=320,height=180,framerate=25/1 ! \
  vp8enc deadline=1 ! webmmux ! filesink location="$folder/lesson.webm"
"$1" --seconds 720 --many 10000 "$folder/notes.db" "$folder/lesson.webm"
for renderer in cairo gl; do
  echo "GSK_RENDERER=$renderer"
  GSK_RENDERER=$renderer LIBGL_ALWAYS_SOFTWARE=1 "$2" "$folder/notes.db" "$folder/lesson.webm"
done

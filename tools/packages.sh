#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The Debian packages that Lessonwalk needs, each with its reason, and how they get installed.
# Sourced by ./start and ./check; run by itself it lists them:  tools/packages.sh [LIST…]
#
# One line a package: its name, then why. Names are those of Debian 12.

# shellcheck disable=SC2034 # the lists are read by name
packages_build='
build-essential                  the C compiler and linker
meson                            describes the build
ninja-build                      runs it
pkg-config                       finds the libraries
gettext                          translations
python3                          puts the files of the panel together
ca-certificates                  lets it fetch the few npm packages of the panel safely
check                            the unit-test library, so that the tree is whole in one build
libglib2.0-dev                   GLib, on which everything stands
libsqlite3-dev                   keeps the notes
libjson-c-dev                    reads and writes notes as JSON
libcjose-dev                     ID tokens of sign-in providers, checked against their keys
libssl-dev                       what the headers of libcjose-dev include
libsodium-dev                    hashes that chain the log and name the media
libsoup-3.0-dev                  the room speaks HTTP and WebSocket by it
libavformat-dev                  reads what is in a video file
libavcodec-dev                   decodes pictures for the filmstrip
libavutil-dev                    what those two share
libswresample-dev                sound of any kind as one channel, to find one recording in another
libswscale-dev                   makes pictures small
libgstreamer1.0-dev              playback
libgstreamer-plugins-base1.0-dev playback
libgstreamer-plugins-bad1.0-dev  reads which H.264 pictures others are decoded from; WebRTC
libgtk-4-dev                     the window
libadwaita-1-dev                 the look of the window
'
packages_run='
bubblewrap                       shuts the file reader away from your files and the network
ffmpeg                           makes lessons that a room is given playable in browsers
gstreamer1.0-plugins-base        playback
gstreamer1.0-plugins-good        MP4, Matroska, VP8 and VP9; sound that keeps its pitch
gstreamer1.0-plugins-bad         H.265 and AV1 parsing
gstreamer1.0-nice                finds a way to browsers that send a live lesson (WHIP)
gstreamer1.0-libav               H.264, H.265, AAC and MP3 decoders
gstreamer1.0-x                   writes captions into the picture
gstreamer1.0-pulseaudio          sound on a desktop
adwaita-icon-theme               the icons of the window
librsvg2-common                  draws those icons
fonts-dejavu-core                letters
fonts-noto-core                  letters of other scripts
'
packages_samples='
espeak-ng                        speaks in it
python3-cairo                    draws its pictures
fonts-comic-neue                 the handwriting on its board
'
packages_live='
libnginx-mod-rtmp                takes live lessons in by RTMP
nginx                            what that is a part of
'
packages_test='
nodejs                           drives the browsers in tests of the panel
chromium                         one of them
chromium-headless-shell          the same, for the tests that need no more of it than its engine
firefox-esr                      the other
git                              names the tree that was tested
clang                            the second compiler
libclang-rt-dev                  sanitizers for that compiler
shellcheck                       reads the shell scripts
xvfb                             a screen for tests of the window
xauth                            the key to that screen
xdotool                          presses real keys on it
openbox                          lets a window fill it, and keeps dialogs in front
gir1.2-gtk-4.0                   something to drag a file from
imagemagick                      takes pictures of it
dbus                             a message bus for tests of the window
at-spi2-core                     the accessibility tree that a screen reader sees
python3-gi                       reaches that tree from a test
gir1.2-atspi-2.0                 reads that tree from a test
gir1.2-gst-rtsp-server-1.0       a camera that speaks RTSP, for tests of live lessons
gstreamer1.0-plugins-ugly        encodes H.264 in tests of playback
gstreamer1.0-tools               looks at pipelines
libnginx-mod-rtmp                takes live lessons in by RTMP, as in a school
nginx                            stands in front of a room, and beside it for its speed
openssl                          makes the certificate with which nginx is tested
'

# The names in the given lists:  lw_packages build run
lw_packages() {
  local list
  for list in "$@"; do
    local -n lines="packages_$list"
    awk 'NF { print $1 }' <<<"$lines"
  done
}

# Of those, the ones that are not installed.
lw_packages_missing() {
  local name installed
  # "install ok installed" or "hold ok installed"; anything else is missing or half there.
  # shellcheck disable=SC2046 # one argument a package is meant
  installed=$(dpkg-query -W -f '${Package} ${Status}\n' $(lw_packages "$@") 2>/dev/null |
    awk '/ ok installed$/ { print $1 }') || true
  for name in $(lw_packages "$@"); do
    grep -qxF -- "$name" <<<"$installed" || printf '%s\n' "$name"
  done
}

lw_package_reason() {
  local list
  for list in build run samples live test; do
    local -n lines="packages_$list"
    awk -v name="$1" '$1 == name { sub(/^[^ ]+ +/, ""); print; exit }' <<<"$lines"
  done
}

# Runs apt-get, as root or through what is in the array lw_as_root. apt speaks to a log; when it
# fails, its errors are heard, and of those the last: the first hundred say the same.
lw_apt() {
  local log status=0
  log=$(mktemp)
  "${lw_as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q -y "$@" \
    >"$log" 2>&1 </dev/null || status=1
  if ((status)); then
    grep -E '^(E|Err|dpkg|sudo)\b' "$log" | cut -c1-200 | tail -n 5 >&2 || tail -n 5 "$log" >&2
  fi
  rm -f "$log"
  return $status
}

# lw_packages_install WHY ASSUME_YES LIST…
# Makes sure that every package of the lists is there. Asks first when a person is at the terminal;
# installs without asking as root when nobody is, or when ASSUME_YES is 1. Otherwise says what to
# run, and fails.
lw_packages_install() {
  local why=$1 assume_yes=$2
  shift 2

  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "This is not a Debian system, so nothing is installed for you. If the build stops, install"
    echo "what tools/packages.sh lists, under the names that your system has for it."
    return 0
  fi

  local missing
  mapfile -t missing < <(lw_packages_missing "$@")
  ((${#missing[@]})) || return 0

  echo "$why needs ${#missing[@]} Debian package(s) that are not installed:"
  local name
  for name in "${missing[@]}"; do
    printf '  %-32s %s\n' "$name" "$(lw_package_reason "$name")"
  done

  lw_as_root=()
  local command="apt-get install --no-install-recommends ${missing[*]}"
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "Nothing was installed: only root may, and sudo is not on this machine. As root, please run:"
      echo "  $command"
      echo "and start this again."
      return 1
    fi
    command="sudo $command"
    lw_as_root=(sudo)
  fi

  if [[ $assume_yes != 1 ]]; then
    if [[ -t 0 && -t 1 && ${CI:-} != true ]]; then
      local answer
      read -r -p "Install them now with \`$command\`? [Y/n] " answer
      if [[ -n $answer && ! $answer =~ ^[Yy] ]]; then
        echo "Nothing was installed. Run the command above yourself when you are ready."
        return 1
      fi
    elif ((EUID != 0)); then
      echo "Nobody is here to ask, so nothing was installed. Please run:"
      echo "  $command"
      echo "and start this again; or give --yes, which lets it use sudo."
      return 1
    fi
  fi

  echo "Installing …"
  # A machine that has never fetched the lists of packages, or whose lists are old, needs them
  # first; where they are fresh this saves the wait.
  if lw_packages_known "${missing[@]}" &&
    lw_apt install --no-install-recommends "${missing[@]}" 2>/dev/null; then
    return 0
  fi
  # By itself `update` calls it a success when no server answered. One list of a stranger may well
  # fail, as long as the packages are had from the others.
  local lists=0
  lw_apt update --error-on=any || lists=1
  if lw_packages_known "${missing[@]}" &&
    lw_apt install --no-install-recommends "${missing[@]}"; then
    return 0
  fi
  if ((lists)); then
    echo "The packages could not be fetched; apt-get's own words are above. Nothing else was changed."
    echo "Is this machine online? When it is, start this again."
  else
    echo "Some packages could not be installed; apt-get's own words are above. Nothing else was"
    echo "changed. What it tried, for you to look into:"
    echo "  $command"
  fi
  return 1
}

# Whether apt has heard of every one of these packages.
lw_packages_known() {
  [[ $(apt-cache policy "$@" 2>/dev/null | grep -c 'Candidate: [^(]') == "$#" ]]
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  set -euo pipefail
  (($#)) || set -- build run samples live test
  for list in "$@"; do
    case $list in
      build | run | samples | live | test) ;;
      *)
        echo "usage: tools/packages.sh [build|run|samples|live|test]…" >&2
        exit 2
        ;;
    esac
    lines_name="packages_$list"
    printf '%s:%s' "$list" "${!lines_name}"
  done
fi

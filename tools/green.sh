# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Whether anything has changed since ./check was green. Sourced by it; run in the top folder.

# lw_fingerprint PACKAGE…: everything that decides the outcome: every file that git would keep, and
# the versions of the packages. Empty outside of a git checkout, where nothing can be reused.
lw_fingerprint() {
  git rev-parse --is-inside-work-tree >/dev/null 2>&1 || return 0
  {
    git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
      [[ -f $file ]] && printf '%s\0' "$file"
    done | xargs -0 sha256sum
    git ls-files --stage | awk '{ print $1, $4 }' # modes: a script that lost its x bit
    dpkg-query -W "$@" 2>/dev/null || true
    uname -rm
  } | sha256sum | cut -d' ' -f1
}

# lw_green_repeat FILE FINGERPRINT: tells when it was green last, and the counts; fails if that was
# with another fingerprint, or never.
lw_green_repeat() {
  [[ -n $2 && -f $1 && $(head -n 1 "$1") == "$2" ]] || return 1
  echo "Unchanged since the last green check, on $(sed -n 2p "$1"): nothing was run again"
  echo "(./check --force runs everything). Its counts were:"
  sed -n 3p "$1"
}

# lw_green_keep FILE FINGERPRINT COUNTS
lw_green_keep() {
  printf '%s\n%s\n%s\n' "$2" "$(date '+%F %T')" "$3" >"$1"
}

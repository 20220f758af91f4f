#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Unpacks the npm packages that a package-lock.json names, without npm.

usage: npm_packages.py LOCK FOLDER

Each tarball must have the sha512 that the lock gives; FOLDER/node_modules is then as `npm ci
--ignore-scripts` would leave it, less the links in .bin. Nothing that came is run. What is there
already and fits the lock is not fetched again; tarballs are kept in $LESSONWALK_NPM_CACHE if that
names a folder, for machines that build more than once. A district's mirror and authority are taken
from npm's own $npm_config_registry, $npm_config_cafile and $NODE_EXTRA_CA_CERTS.
"""
import base64
import concurrent.futures
import fcntl
import hashlib
import io
import json
import os
import pathlib
import shutil
import ssl
import sys
import tarfile
import time
import urllib.error
import urllib.request

REGISTRY = "https://registry.npmjs.org/"
# Where a district's own authority stands: npm and Debian look there, Python by itself does not.
AUTHORITIES = ("NODE_EXTRA_CA_CERTS", "npm_config_cafile", "NPM_CONFIG_CAFILE")
DEBIAN_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
STAMP = ".made-from"
TARBALL_MAX_BYTES = 64 * 1024 * 1024
TIMEOUT_S = 60
TRIES = 3


class Trouble(Exception):
    """What a person is told, without a trace."""


def sha512_of(integrity, name):
    for one in integrity.split():
        kind, _, digest = one.partition("-")
        if kind == "sha512":
            return base64.b64decode(digest)
    raise Trouble(f"{name}: the lock has no sha512 for it.")


def trust():
    context = ssl.create_default_context()
    for path in {DEBIAN_AUTHORITIES, *map(os.environ.get, AUTHORITIES)}:
        if path and os.path.isfile(path):
            context.load_verify_locations(path)
    return context


TRUST = trust()


def download(url):
    mirror = os.environ.get("npm_config_registry", REGISTRY)
    if url.startswith(REGISTRY):
        url = mirror.rstrip("/") + "/" + url[len(REGISTRY):]
    request = urllib.request.Request(url, headers={"User-Agent": "lessonwalk-build"})
    for attempt in range(TRIES):
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=TRUST) as answer:
                return answer.read(TARBALL_MAX_BYTES + 1)
        except urllib.error.HTTPError as error:
            if error.code < 500 or attempt == TRIES - 1:
                raise
        except OSError:
            if attempt == TRIES - 1:
                raise
        time.sleep(attempt + 1)
    return b""


def fetch(url, digest):
    cache = os.environ.get("LESSONWALK_NPM_CACHE")
    kept = pathlib.Path(cache) / (digest.hex()[:40] + ".tgz") if cache else None
    if kept and kept.is_file():
        content = kept.read_bytes()
        if hashlib.sha512(content).digest() == digest:
            return content
    if not url.startswith("https://"):
        raise Trouble(f"{url} is not fetched: the lock must name https addresses.")
    try:
        content = download(url)
    except OSError as error:
        raise Trouble(f"{url} could not be fetched: {error}. Is this machine online? When it is, "
                      "run the build again.") from error
    if hashlib.sha512(content).digest() != digest:
        raise Trouble(f"{url} is not what the lock promises, so it was thrown away.")
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_bytes(content)
        part.replace(kept)
    return content


def unpack(content, folder):
    """Plain files only, under the tarball's one top folder, and nowhere else."""
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as tarball:
        for member in tarball:
            parts = pathlib.PurePosixPath(member.name).parts[1:]
            if not member.isfile() or not parts:
                continue
            if ".." in parts or member.name.startswith("/"):
                raise Trouble(f"{member.name} would be put outside of its folder.")
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(tarball.extractfile(member).read())


def packages(lock):
    for place, entry in sorted(lock["packages"].items()):
        if not place or entry.get("link") or entry.get("optional"):
            continue
        parts = pathlib.PurePosixPath(place).parts
        if parts[0] != "node_modules" or ".." in parts:
            raise Trouble(f"{place}: no such place is known.")
        yield place, entry["resolved"], sha512_of(entry["integrity"], place)


def main():
    if len(sys.argv) != 3:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    lock_text = pathlib.Path(sys.argv[1]).read_bytes()
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    wanted = hashlib.sha512(lock_text).hexdigest()
    stamp = folder / "node_modules" / STAMP
    # Two builds may share the folder.
    with open(folder / ".npm-packages.lock", "w", encoding="ascii") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
            return 0
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        listed = list(packages(json.loads(lock_text)))
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            contents = pool.map(lambda one: fetch(one[1], one[2]), listed)
            # A package's folder holds those that only it uses, so parents come first.
            for (place, _, _), content in zip(listed, contents):
                unpack(content, folder / place)
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted, encoding="ascii")
    print(f"{len(listed)} npm packages in {folder / 'node_modules'}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        print(f"npm_packages: {trouble}", file=sys.stderr)
        sys.exit(1)

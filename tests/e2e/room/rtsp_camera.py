#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A classroom camera that speaks RTSP: plays a film once to whoever asks first, and says "ready".

usage: rtsp_camera.py FILM PORT [USER PASSWORD]     (by Debian's Python, which has its libraries)
"""
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402  (after their versions)

PIPELINE = ("( filesrc location={} ! qtdemux name=d d.video_0 ! queue ! h264parse ! rtph264pay name=pay0 pt=96 "
            "config-interval=-1 d.audio_0 ! queue ! aacparse ! rtpmp4gpay name=pay1 pt=97 )")


def main():
    film, port, *login = sys.argv[1:]
    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory.new()
    factory.set_launch(PIPELINE.format(film))
    factory.set_shared(True)
    if login:
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "viewer")
        auth = GstRtspServer.RTSPAuth.new()
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(*login), token)
        server.set_auth(auth)
        rights = GstRtspServer.RTSPPermissions.new()
        for right in ("access", "construct"):
            rights.add_permission_for_role("viewer", f"media.factory.{right}", True)
        factory.set_permissions(rights)
    server.get_mount_points().add_factory("/cam", factory)
    if server.attach(None) == 0:
        sys.exit("nobody can be served there")
    print("ready", flush=True)
    GLib.MainLoop().run()


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small window to drag a file from, as from a file manager.  usage: drag_source.py FILE"""
import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, Gio, GLib, Gtk  # noqa: E402


def on_activate(application):
    window = Gtk.ApplicationWindow(application=application, title="Files", decorated=False)
    label = Gtk.Label(label="a file")
    label.set_size_request(120, 90)
    uri = Gio.File.new_for_path(sys.argv[1]).get_uri()
    source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
    source.set_content(Gdk.ContentProvider.new_for_bytes(
        "text/uri-list", GLib.Bytes.new(f"{uri}\r\n".encode())))
    label.add_controller(source)
    window.set_child(label)
    window.present()


app = Gtk.Application(application_id="org.lessonwalk.DragSource", flags=Gio.ApplicationFlags.NON_UNIQUE)
app.connect("activate", on_activate)
app.run(None)

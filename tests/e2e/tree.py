# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a program tells screen readers, read straight from the bus: one question brings what all of
its widgets say, and which of them are there is asked for many at once. Going through them one by one
takes hundreds of questions, which cost more than the program itself."""
import collections

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

ROOT = "/org/a11y/atspi/accessible/root"
CACHE = "/org/a11y/atspi/cache"
AT_MOST = 500  # children of one widget

Box = collections.namedtuple("Box", "x y width height")


class Node:
    """A widget as it was when the tree was read; what it is asked for by name, it is asked now."""

    def __init__(self, tree, item):
        self.tree = tree
        (_, self.path), _, (_, self.above), self.index, self.count, self.can, self.name, \
            role, self.description, self.states = item
        self.role = Atspi.Role(role)
        self.parent = None
        self.children = []

    def is_state(self, state):
        return bool(self.states[int(state) // 32] >> int(state) % 32 & 1)

    def call(self, interface, method, kind=None, *values):
        return self.tree.call(self.path, interface, method, kind, *values)

    def text(self):
        return self.call("Text", "GetText", "(ii)", 0, -1)[0]

    def extents(self):
        """Where in the window."""
        return Box(*self.call("Component", "GetExtents", "(u)", int(Atspi.CoordType.WINDOW))[0])

    def is_labelled(self):
        return any(kind == int(Atspi.RelationType.LABELLED_BY)
                   for kind, _ in self.call("Accessible", "GetRelationSet")[0])

    def press(self):
        """Whether it could be: by its first action."""
        if "org.a11y.atspi.Action" not in self.can:
            return False
        n = self.tree.bus.call_sync(
            self.tree.name, self.path, "org.freedesktop.DBus.Properties", "Get",
            GLib.Variant("(ss)", ("org.a11y.atspi.Action", "NActions")), None,
            Gio.DBusCallFlags.NONE, self.tree.limit_ms, None).unpack()[0]
        return n > 0 and self.call("Action", "DoAction", "(i)", 0)[0]


class Tree:
    """Of the program @name on the bus @bus; see find()."""

    def __init__(self, bus, name, limit_s):
        self.bus, self.name, self.limit_ms = bus, name, int(limit_s * 1000)

    def call(self, path, interface, method, kind=None, *values):
        return self.bus.call_sync(
            self.name, path, f"org.a11y.atspi.{interface}", method,
            GLib.Variant(kind, values) if kind else None, None, Gio.DBusCallFlags.NONE,
            self.limit_ms, None).unpack()

    def _children(self, paths):
        """Of each, asked for all at once: the ways of those that are there now."""
        answers = {}
        context = GLib.MainContext.default()

        def answered(bus, result, path):
            try:
                found = bus.call_finish(result).unpack()[0]
            except GLib.Error:  # it went away meanwhile
                found = []
            answers[path] = [child for _, child in found[:AT_MOST]]

        for path in paths:
            self.bus.call(self.name, path, "org.a11y.atspi.Accessible", "GetChildren", None, None,
                          Gio.DBusCallFlags.NONE, self.limit_ms, None, answered, path)
        while len(answers) < len(paths):
            context.iteration(True)
        return answers

    def read(self):
        """The root of all that is there now."""
        while True:
            nodes = {}
            for item in self.call(CACHE, "Cache", "GetItems")[0]:
                node = Node(self, item)
                nodes[node.path] = node
            level, all_known = [ROOT], True
            while level:
                answers = self._children(level)
                level = []
                for above, children in answers.items():
                    for child in children:
                        node = nodes.get(child)
                        if node is None:  # the program tells of it after this question
                            all_known = False
                        else:
                            node.parent = nodes[above]
                            node.parent.children.append(node)
                        if node is None or node.count > 0:
                            level.append(child)
            if all_known:
                return nodes[ROOT]

    def walk(self, node=None):
        """All that is visible. GTK 4.8 knows no "showing": a page of a stack that is not shown
        counts as visible too."""
        waiting = collections.deque([self.read() if node is None else node])
        while waiting:
            node = waiting.popleft()
            yield node
            waiting.extendleft(child for child in reversed(node.children)
                               if child.is_state(Atspi.StateType.VISIBLE))


def accessibility_bus():
    session = Gio.bus_get_sync(Gio.BusType.SESSION)
    address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None,
                                None, Gio.DBusCallFlags.NONE, -1, None).unpack()[0]
    return Gio.DBusConnection.new_for_address_sync(
        address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
        | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)


def find(bus, pid, limit_s):
    """The tree of that process; None if it has told of nothing yet."""
    def call(name, path, interface, method, *arguments):
        return bus.call_sync(name, path, interface, method, *arguments, None,
                             Gio.DBusCallFlags.NONE, int(limit_s * 1000), None).unpack()[0]

    for name, path in call("org.a11y.atspi.Registry", ROOT, "org.a11y.atspi.Accessible",
                           "GetChildren", None):
        owner = call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                     "GetConnectionUnixProcessID", GLib.Variant("(s)", (name,)))
        if owner == pid:
            return Tree(bus, name, limit_s)
    return None

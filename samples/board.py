# SPDX-License-Identifier: LGPL-2.1-or-later
"""Draws what is on the whiteboard of the sample lessons.

A board is a function that puts things up one after another through a Pen. What is put up at once
when the board appears needs no name; the rest waits for the script's "draw ITEM".
The board's own units: WIDTH by HEIGHT, from its top left corner.
"""
import math

WIDTH, HEIGHT = 900, 384
INK = {"black": (0.15, 0.17, 0.20), "blue": (0.10, 0.33, 0.66), "red": (0.78, 0.22, 0.17),
       "green": (0.11, 0.48, 0.29), "grey": (0.55, 0.58, 0.60), "orange": (0.85, 0.46, 0.08)}
SECONDS_TO_WRITE = 2.4
FONT = "Comic Neue"


class Pen:
    """Draws items by how far each is written: from 0 (not begun) to 1 (done)."""

    def __init__(self, context, progress):
        self.context = context
        self.progress = progress  # item -> 0 to 1; an item that is not in it is not begun

    def begun(self, item):
        return 1.0 if item is None else self.progress.get(item, 0.0)

    def ink(self, color, alpha=1.0):
        self.context.set_source_rgba(*INK[color], alpha)

    def write(self, x, y, words, size=30, color="black", item=None, bold=False, center=False):
        """Words appear letter by letter."""
        done = self.begun(item)
        if done <= 0:
            return
        context = self.context
        context.select_font_face(FONT, 0, 1 if bold else 0)
        context.set_font_size(size)
        if center:
            x -= context.text_extents(words).x_advance / 2
        self.ink(color)
        context.move_to(x, y)
        context.show_text(words[:math.ceil(len(words) * done)])

    def fraction(self, x, y, top, bottom, size=34, color="black", item=None):
        """@x, @y: the middle of the bar between the two numbers."""
        if self.begun(item) <= 0:
            return
        self.write(x, y - 7, str(top), size, color, item, bold=True, center=True)
        self.write(x, y + size * 0.86, str(bottom), size, color, item, bold=True, center=True)
        half = size * 0.36 * max(len(str(top)), len(str(bottom))) + 2
        self.line(x - half, y, x + half, y, color, item, width=3)

    def line(self, x0, y0, x1, y1, color="black", item=None, width=3.5):
        done = self.begun(item)
        if done <= 0:
            return
        self.ink(color)
        self.context.set_line_width(width)
        self.context.set_line_cap(1)
        self.context.move_to(x0, y0)
        self.context.line_to(x0 + (x1 - x0) * done, y0 + (y1 - y0) * done)
        self.context.stroke()

    def jump(self, x0, x1, y, height, color, item=None):
        """An arc from x0 to x1, with a small arrow where it lands."""
        done = self.begun(item)
        if done <= 0:
            return
        context = self.context
        self.ink(color)
        context.set_line_width(4)
        context.save()
        context.translate((x0 + x1) / 2, y)
        context.scale((x1 - x0) / 2, height)
        context.arc(0, 0, 1, math.pi, math.pi * (1 + done))
        context.restore()
        context.stroke()
        if done >= 1:
            context.move_to(x1, y)
            context.line_to(x1 - 11, y - 9)
            context.move_to(x1, y)
            context.line_to(x1 + 4, y - 13)
            context.stroke()

    def number_line(self, x0, x1, y, parts=1, color="black", item=None):
        """From 0 at x0 to 1 at x1, with @parts marks on the way."""
        self.line(x0, y, x1, y, "black", item)
        for part in range(parts + 1):
            x = x0 + (x1 - x0) * part / parts
            if self.begun(item) * parts >= part:
                tall = 15 if part in (0, parts) else 11
                self.line(x, y - tall, x, y + tall, "black" if part in (0, parts) else color, item)

    def bar(self, x, y, width, height, parts, filled, color, item=None):
        """A paper strip in @parts, the first @filled of them coloured."""
        done = self.begun(item)
        if done <= 0:
            return
        context = self.context
        shown = done * parts
        for part in range(min(filled, math.ceil(shown))):
            self.ink(color, 0.45)
            context.rectangle(x + width * part / parts, y, width / parts, height)
            context.fill()
        context.set_line_width(3)
        self.ink("black")
        context.rectangle(x, y, width, height)
        context.stroke()
        for part in range(1, math.ceil(shown)):
            self.line(x + width * part / parts, y, x + width * part / parts, y + height, width=2.5)


def agenda(pen):
    pen.write(40, 62, "Fractions: how do you know?", 42, "blue", bold=True)
    pen.line(40, 78, 590, 78, "blue")
    for row, words in enumerate(("1.  Remember the paper strips", "2.  Which is greater?",
                                 "3.  With a partner", "4.  Share and answer one another")):
        pen.write(60, 132 + 46 * row, words, 31)
    pen.write(40, 352, "Today: say how you know, and answer one another's reasons.", 26, "green")
    pen.bar(610, 128, 230, 44, 3, 0, "blue")
    pen.bar(610, 196, 230, 44, 4, 0, "red")


def compare(pen):
    pen.write(30, 54, "Which is greater?  How do you know?", 36, "blue", bold=True)
    pen.fraction(690, 46, 2, 3, color="blue")
    pen.write(730, 56, "or", 30, "grey")
    pen.fraction(800, 46, 3, 4, color="red")
    left, right = 70, 830
    for y, parts, shown, color, item in ((184, 3, 2, "blue", "thirds"),
                                         (310, 4, 3, "red", "fourths")):
        pen.number_line(left, right, y, 1)
        pen.write(left, y + 46, "0", 28, center=True)
        pen.write(right, y + 46, "1", 28, center=True)
        if pen.begun(item) > 0:
            pen.number_line(left, right, y, parts, color, item)
            pen.fraction(left + (right - left) * shown / parts, y + 40, shown, parts, 24, color,
                         item)
        pen.jump(left + (right - left) * shown / parts, right, y - 16, 44, color, "jumps")
    pen.write(703, 116, "1/3 is missing", 23, "blue", "jumps", center=True)
    pen.write(735, 244, "1/4 is missing", 23, "red", "jumps", center=True)
    pen.write(70, 116, "Dev asks: what if two pieces are missing?", 25, "green", "question")


def strips(pen):
    pen.write(30, 54, "With a partner", 36, "blue", bold=True)
    pen.write(30, 106, "Compare", 30)
    pen.fraction(190, 96, 5, 6, color="green")
    pen.write(226, 106, "and", 30)
    pen.fraction(314, 96, 7, 8, color="orange")
    pen.write(420, 106, "A drawing, the number line, or strips", 25, "grey")
    pen.write(30, 186, "We know because", 32, "black", bold=True)
    pen.line(290, 190, 860, 190, "grey", width=2)
    pen.bar(70, 220, 760, 54, 6, 5, "green", "sixths")
    pen.bar(70, 300, 760, 54, 8, 7, "orange", "eighths")


def sharing(pen):
    pen.write(30, 54, "Mateo and Linh", 36, "blue", bold=True)
    pen.write(560, 54, "Noor", 36, "red", bold=True)
    pen.line(520, 30, 520, 356, "grey", width=2)
    rows = ((132, (5, 6), (20, 24), "green"), (240, (7, 8), (21, 24), "orange"))
    for y, name, other, color in rows:
        pen.fraction(90, y, *name, 36, color, "work")
        pen.write(140, y + 12, "=", 38, "black", "work")
        pen.fraction(220, y, *other, 36, color, "work")
    pen.write(40, 344, "6 and 8 both go into 24", 28, "black", "work")
    pen.bar(300, 106, 190, 46, 6, 5, "green", "work")
    pen.bar(300, 214, 190, 46, 8, 7, "orange", "work")
    pen.write(560, 126, "What is left?", 28, "black", "answer")
    for y, missing, color in ((190, 6, "green"), (280, 8, "orange")):
        pen.fraction(600, y, 1, missing, 34, color, "answer")
        pen.jump(660, 660 + 1200 / missing, y + 16, 36, color, "answer")
        pen.line(660, y + 16, 660 + 1200 / missing, y + 16, "black", "answer")
    pen.write(560, 352, "The smaller piece is missing", 25, "black", "answer")


def frames(pen):
    pen.write(30, 54, "Answering one another", 36, "blue", bold=True)
    for row, words in enumerate(("I agree with ____ because ____",
                                 "I see it differently because ____",
                                 "I want to add that ____",
                                 "My question for ____ is ____")):
        pen.write(50, 108 + 44 * row, words, 30, "green")
    pen.line(560, 80, 560, 356, "grey", width=2)
    pen.fraction(640, 136, 3, 5, 34, "blue", "frames-one")
    pen.write(700, 148, "<", 38, "black", "frames-one")
    pen.fraction(780, 136, 5, 7, 34, "red", "frames-one")
    pen.write(600, 214, "both: 2 missing", 26, "black", "frames-one")
    pen.fraction(640, 282, 14, 35, 34, "blue", "frames-two")
    pen.write(700, 294, "<", 38, "black", "frames-two")
    pen.fraction(780, 282, 15, 35, 34, "red", "frames-two")
    pen.write(50, 330, "Dev: what if two pieces are missing?", 26, "black")


def equivalent(pen):
    pen.write(30, 54, "Same amount, other name", 36, "blue", bold=True)
    rows = ((86, 4, 3, None), (184, 8, 6, "bar-two"), (282, 12, 9, "bar-three"))
    for y, parts, filled, item in rows:
        pen.bar(50, y, 660, 66, parts, filled, "blue", item)
        pen.fraction(800, y + 30, filled, parts, 34, "blue", item)


def ticket(pen):
    pen.write(30, 54, "Ticket out", 36, "blue", bold=True)
    pen.write(50, 130, "Which is greater,", 32)
    pen.fraction(350, 118, 4, 5, color="red")
    pen.write(392, 130, "or", 30)
    pen.fraction(470, 118, 5, 6, color="green")
    pen.write(510, 130, "?", 32)
    pen.write(50, 216, "I know because", 32)
    pen.line(290, 220, 860, 220, "grey", width=2)
    pen.write(50, 316, "Whose idea helped you today, and how?", 34, "green", "reflect", bold=True)


BOARDS = {"agenda": agenda, "compare": compare, "strips": strips, "sharing": sharing,
          "frames": frames, "equivalent": equivalent, "ticket": ticket}


def draw_board(context, name, progress):
    BOARDS[name](Pen(context, progress))

# SPDX-License-Identifier: LGPL-2.1-or-later
"""Draws the classroom of the sample lessons: the room, the board, and who is in it."""
import dataclasses
import math

import cairo

import board

WIDTH, HEIGHT = 1280, 720
PICTURES_PER_SECOND = 5   # of what moves in the drawing; the film itself has more frames
BOARD_X, BOARD_Y = 330, 44
FONT = "Noto Sans"


@dataclasses.dataclass(frozen=True)
class Figure:
    name: str
    x: int
    skin: tuple
    hair: tuple
    shirt: tuple
    long_hair: bool


STUDENTS_OF_ALDER = (
    Figure("Noor", 200, (0.78, 0.58, 0.42), (0.45, 0.36, 0.62), (0.93, 0.71, 0.30), True),
    Figure("Mateo", 370, (0.87, 0.68, 0.50), (0.22, 0.15, 0.11), (0.36, 0.58, 0.47), False),
    Figure("Linh", 560, (0.94, 0.78, 0.62), (0.12, 0.11, 0.13), (0.80, 0.42, 0.38), True),
    Figure("Amara", 760, (0.45, 0.30, 0.22), (0.10, 0.08, 0.08), (0.55, 0.46, 0.72), True),
    Figure("Dev", 950, (0.66, 0.46, 0.32), (0.13, 0.11, 0.11), (0.30, 0.52, 0.68), False),
    Figure("Tomasz", 1130, (0.96, 0.82, 0.70), (0.72, 0.55, 0.32), (0.60, 0.65, 0.38), False),
)
STUDENTS_OF_ROWAN = (
    Figure("Idris", 200, (0.60, 0.42, 0.30), (0.12, 0.10, 0.10), (0.42, 0.62, 0.66), False),
    Figure("Salma", 370, (0.80, 0.61, 0.46), (0.24, 0.40, 0.46), (0.87, 0.62, 0.48), True),
    Figure("Jun", 560, (0.93, 0.77, 0.61), (0.14, 0.12, 0.12), (0.56, 0.66, 0.40), False),
    Figure("Petra", 760, (0.96, 0.82, 0.71), (0.62, 0.36, 0.22), (0.48, 0.46, 0.70), True),
    Figure("Kofi", 950, (0.42, 0.28, 0.20), (0.09, 0.08, 0.08), (0.90, 0.74, 0.34), False),
    Figure("Elena", 1130, (0.88, 0.69, 0.53), (0.30, 0.19, 0.13), (0.72, 0.40, 0.48), True),
)
STUDENTS_OF_SORREL = (
    Figure("Yusuf", 200, (0.74, 0.54, 0.39), (0.16, 0.12, 0.11), (0.52, 0.60, 0.74), False),
    Figure("Mira", 370, (0.68, 0.48, 0.34), (0.13, 0.10, 0.11), (0.90, 0.66, 0.36), True),
    Figure("Leon", 560, (0.95, 0.80, 0.68), (0.55, 0.38, 0.22), (0.40, 0.60, 0.52), False),
    Figure("Chidi", 760, (0.40, 0.27, 0.20), (0.08, 0.07, 0.07), (0.78, 0.44, 0.36), False),
    Figure("Wren", 950, (0.93, 0.76, 0.63), (0.68, 0.46, 0.26), (0.50, 0.44, 0.64), True),
    Figure("Paloma", 1130, (0.82, 0.62, 0.47), (0.20, 0.14, 0.12), (0.44, 0.62, 0.42), True),
)


def teacher(name, skin, hair, shirt, long_hair):
    return Figure(name, 140, skin, hair, shirt, long_hair)


# By the teacher's name: she or he, and who sits there.
CLASSES = {figure.name: (figure, students) for figure, students in (
    (teacher("Ms. Alder", (0.90, 0.73, 0.58), (0.42, 0.24, 0.15), (0.24, 0.38, 0.45), True),
     STUDENTS_OF_ALDER),
    (teacher("Mr. Rowan", (0.62, 0.44, 0.32), (0.15, 0.12, 0.11), (0.52, 0.34, 0.30), False),
     STUDENTS_OF_ROWAN),
    (teacher("Ms. Sorrel", (0.93, 0.78, 0.66), (0.58, 0.50, 0.44), (0.36, 0.44, 0.30), True),
     STUDENTS_OF_SORREL),
)}


@dataclasses.dataclass(frozen=True)
class Moment:
    """All that decides one picture, so that equal moments are drawn once."""
    board: str
    progress: tuple       # of (item, written in tenths)
    speaker: str          # "" when nobody speaks to the class
    chatter: bool
    phase: int            # of mouths and pens: 0 to 3
    teacher: str          # whose class it is


def moment_at(lesson, time):
    up = lesson.board_at(time)
    progress = []
    for item, start in up.drawn.items():
        done = (time - start) / board.SECONDS_TO_WRITE
        if done > 0:
            progress.append((item, min(10, math.ceil(done * 10))))
    speaker = lesson.speaker_at(time) or ""
    chatter = lesson.is_chatter_at(time)
    moving = bool(speaker) or chatter
    phase = (0, 2, 1, 3)[round(time * PICTURES_PER_SECOND) % 4] if moving else 0
    return Moment(up.name, tuple(progress), speaker, chatter, phase, lesson.teacher)


def rounded(context, x, y, width, height, radius):
    context.new_sub_path()
    context.arc(x + width - radius, y + radius, radius, -math.pi / 2, 0)
    context.arc(x + width - radius, y + height - radius, radius, 0, math.pi / 2)
    context.arc(x + radius, y + height - radius, radius, math.pi / 2, math.pi)
    context.arc(x + radius, y + radius, radius, math.pi, 3 * math.pi / 2)
    context.close_path()


def ellipse(context, x, y, across, down):
    context.save()
    context.translate(x, y)
    context.scale(across, down)
    context.new_sub_path()
    context.arc(0, 0, 1, 0, 2 * math.pi)
    context.restore()


def darker(color, by=0.82):
    return tuple(part * by for part in color)


def draw_room(context):
    wall = cairo.LinearGradient(0, 0, 0, HEIGHT)
    wall.add_color_stop_rgb(0, 0.95, 0.92, 0.85)
    wall.add_color_stop_rgb(1, 0.90, 0.86, 0.77)
    context.set_source(wall)
    context.paint()
    context.set_source_rgb(0.80, 0.71, 0.58)
    context.rectangle(0, 560, WIDTH, HEIGHT - 560)
    context.fill()
    context.set_source_rgb(0.71, 0.61, 0.48)
    context.rectangle(0, 554, WIDTH, 8)
    context.fill()
    # A window with a bit of sky, and a plant on its sill.
    context.set_source_rgb(0.98, 0.98, 0.96)
    rounded(context, 30, 44, 220, 176, 8)
    context.fill()
    sky = cairo.LinearGradient(0, 54, 0, 210)
    sky.add_color_stop_rgb(0, 0.62, 0.80, 0.92)
    sky.add_color_stop_rgb(1, 0.88, 0.94, 0.95)
    context.set_source(sky)
    for x in (40, 145):
        context.rectangle(x, 54, 95, 156)
    context.fill()
    context.set_source_rgb(0.60, 0.75, 0.55)
    for x, radius in ((76, 34), (118, 24), (178, 30), (222, 22)):
        context.save()
        context.rectangle(40, 54, 95, 156)
        context.rectangle(145, 54, 95, 156)
        context.clip()
        ellipse(context, x, 210, radius * 1.3, radius)
        context.fill()
        context.restore()
    context.set_source_rgb(0.86, 0.80, 0.70)
    rounded(context, 18, 218, 244, 14, 4)
    context.fill()


def draw_board_frame(context):
    context.set_source_rgba(0, 0, 0, 0.13)
    rounded(context, BOARD_X - 14, BOARD_Y - 8, board.WIDTH + 36, board.HEIGHT + 36, 10)
    context.fill()
    context.set_source_rgb(0.66, 0.50, 0.34)
    rounded(context, BOARD_X - 16, BOARD_Y - 16, board.WIDTH + 32, board.HEIGHT + 32, 10)
    context.fill()
    context.set_source_rgb(0.99, 0.99, 0.98)
    rounded(context, BOARD_X, BOARD_Y, board.WIDTH, board.HEIGHT, 4)
    context.fill()
    context.set_source_rgb(0.55, 0.41, 0.28)
    rounded(context, BOARD_X + 60, BOARD_Y + board.HEIGHT + 8, board.WIDTH - 120, 12, 5)
    context.fill()
    for x, color in ((180, "blue"), (250, "red"), (320, "green")):
        context.set_source_rgb(*board.INK[color])
        rounded(context, BOARD_X + x, BOARD_Y + board.HEIGHT + 2, 46, 9, 4)
        context.fill()


def draw_face(context, x, y, figure, radius, mouth):
    """@mouth: 0 closed, to 3 wide open."""
    context.set_source_rgb(*figure.skin)
    ellipse(context, x, y, radius, radius * 1.1)
    context.fill()
    # The fringe: the top of the head, cut by a soft line.
    context.save()
    ellipse(context, x, y, radius * 1.04, radius * 1.15)
    context.clip()
    context.set_source_rgb(*figure.hair)
    context.move_to(x - radius * 1.2, y - radius * 1.3)
    context.line_to(x + radius * 1.2, y - radius * 1.3)
    context.line_to(x + radius * 1.2, y - radius * 0.15)
    context.curve_to(x + radius * 0.5, y - radius * 0.75, x - radius * 0.2, y - radius * 0.5,
                     x - radius * 1.2, y - radius * 0.05)
    context.close_path()
    context.fill()
    context.restore()
    context.set_source_rgb(0.16, 0.13, 0.12)
    for side in (-1, 1):
        ellipse(context, x + side * radius * 0.38, y + radius * 0.02, radius * 0.09, radius * 0.12)
        context.fill()
    if mouth == 0:
        context.set_line_width(radius * 0.09)
        context.set_line_cap(cairo.LINE_CAP_ROUND)
        context.arc(x, y + radius * 0.35, radius * 0.27, 0.25 * math.pi, 0.75 * math.pi)
        context.stroke()
    else:
        context.set_source_rgb(0.50, 0.18, 0.18)
        ellipse(context, x, y + radius * 0.55, radius * 0.22, radius * (0.05 + 0.07 * mouth))
        context.fill()


def draw_figure(context, figure, y, scale, mouth, hand):
    """Down to the desks; @y: the middle of the head; @hand: whether one is up."""
    x, radius = figure.x, 36 * scale
    context.set_source_rgb(*darker(figure.hair, 0.9))
    if figure.long_hair:
        rounded(context, x - radius * 1.16, y - radius * 1.12, radius * 2.32, radius * 2.75,
                radius * 1.1)
    else:
        ellipse(context, x, y - radius * 0.2, radius * 1.12, radius * 1.02)
    context.fill()
    context.set_source_rgb(*darker(figure.skin, 0.9))
    context.rectangle(x - radius * 0.3, y + radius * 0.8, radius * 0.6, radius * 0.7)
    context.fill()
    context.set_source_rgb(*figure.shirt)
    rounded(context, x - radius * 1.55, y + radius * 1.3, radius * 3.1, 660 - y - radius * 1.3,
            radius)
    context.fill()
    if hand:
        context.set_line_width(radius * 0.62)
        context.set_line_cap(cairo.LINE_CAP_ROUND)
        context.set_source_rgb(*darker(figure.shirt, 0.92))
        context.move_to(x + radius * 1.3, y + radius * 2.1)
        context.line_to(x + radius * 1.85, y + radius * 0.5)
        context.stroke()
        context.set_source_rgb(*figure.skin)
        ellipse(context, x + radius * 1.95, y + radius * 0.05, radius * 0.32, radius * 0.4)
        context.fill()
    draw_face(context, x, y, figure, radius, mouth)


def draw_sound(context, x, y, phase):
    """Small arcs beside the head of who speaks."""
    context.set_source_rgba(0.20, 0.40, 0.62, 0.85)
    context.set_line_width(4)
    context.set_line_cap(cairo.LINE_CAP_ROUND)
    for ring in range(1 + phase % 3):
        context.new_sub_path()
        context.arc(x, y, 14 + 11 * ring, -0.6, 0.6)
        context.stroke()


def draw_name(context, x, y, name, speaking):
    context.select_font_face(FONT, cairo.FONT_SLANT_NORMAL, cairo.FONT_WEIGHT_BOLD)
    context.set_font_size(21)
    width = context.text_extents(name).x_advance
    context.set_source_rgb(*((0.20, 0.40, 0.62) if speaking else (0.99, 0.98, 0.95)))
    rounded(context, x - width / 2 - 14, y - 22, width + 28, 32, 6)
    context.fill()
    context.set_source_rgb(*((1, 1, 1) if speaking else (0.25, 0.22, 0.20)))
    context.move_to(x - width / 2, y)
    context.show_text(name)


def draw_desks(context, moment, students):
    for number, figure in enumerate(students):
        speaking = moment.speaker == figure.name
        # In chatter the two of a pair take turns.
        murmuring = moment.chatter and (number + moment.phase) % 2 == 0
        draw_figure(context, figure, 536, 1.0,
                    moment.phase if speaking or murmuring else 0, speaking)
        if speaking:
            draw_sound(context, figure.x + 88, 536, moment.phase)
    for x in (90, 460, 850):
        context.set_source_rgb(0.87, 0.72, 0.50)
        rounded(context, x, 640, 380 if x > 100 else 370, 20, 8)
        context.fill()
        context.set_source_rgb(0.76, 0.60, 0.40)
        context.rectangle(x + 8, 660, 362 if x > 100 else 352, 60)
        context.fill()
    for figure in students:
        context.set_source_rgb(0.97, 0.97, 0.93)
        context.rectangle(figure.x - 34, 628, 68, 14)
        context.fill()
        draw_name(context, figure.x, 698, figure.name, moment.speaker == figure.name)


def draw_picture(moment):
    """Returns the picture as bytes: 4 a pixel, BGRX."""
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, WIDTH, HEIGHT)
    context = cairo.Context(surface)
    draw_room(context)
    draw_board_frame(context)
    context.save()
    context.translate(BOARD_X, BOARD_Y)
    board.draw_board(context, moment.board, {item: done / 10 for item, done in moment.progress})
    context.restore()
    host, students = CLASSES[moment.teacher]
    speaking = moment.speaker == host.name
    draw_figure(context, host, 300, 1.25, moment.phase if speaking else 0, speaking)
    if speaking:
        draw_sound(context, host.x + 92, 292, moment.phase)
    draw_name(context, host.x, 428, host.name, speaking)
    draw_desks(context, moment, students)
    surface.flush()
    return bytes(surface.get_data())

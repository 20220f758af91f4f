# SPDX-License-Identifier: LGPL-2.1-or-later
"""A second opinion on who may do what in a walk by the recorded lessons' routine, written from what
a walk is for and not from the room's code. Each function is asked of a person (Asker in
test_access.py); an endpoint that is new gets a line in ENDPOINTS."""
PHASES = ("prepare", "visit", "debrief", "feedback", "next-steps", "closed")
ALL = ("facilitator", "host", "walker", "coach", "timekeeper", "guest")
LEADS, SETS = ("facilitator",), ("facilitator", "host")
TALKS = ("facilitator", "host", "coach")
STAY = ALL[:5]


def member(who, _):
    """One of its people; guests, and who came by an invitation alone, until it closes."""
    is_visitor = who.is_guest or who.role == "guest"
    return who.role is not None and not (is_visitor and who.phase == "closed")


def lead(who, _):
    return member(who, _) and who.role in LEADS


def set_focus(who, _):
    return member(who, _) and who.role in SETS and who.phase != "closed"


def in_open_walk(who, _):
    return member(who, _) and who.phase != "closed"


def keep_time(who, _):
    return in_open_walk(who, _) and who.role in ("facilitator", "timekeeper")


def ready(who, _):
    """In a visit, whoever has read the norms, and the teacher in her own lesson."""
    return who.has_read_norms or who.phase != "visit"


def write(who, _):
    return member(who, _) and (ready(who, _) or teach(who, _)) and who.role in {
        "prepare": (), "visit": ALL, "debrief": ALL, "feedback": ("host", "coach"),
        "next-steps": (), "closed": ()}[who.phase]


def write_any(who, _):
    """On a lesson of somebody else."""
    return write(who, _) and ready(who, _)


def see_others_notes(who):
    return member(who, None) and who.role in {
        "prepare": (), "visit": (), "debrief": ALL, "feedback": TALKS, "next-steps": STAY,
        "closed": ALL}[who.phase]


def see_board(who, _):
    """Board, outcomes and steps are open where everybody's notes are."""
    return see_others_notes(who)


def arrange(who):
    return member(who, None) and who.role in {
        "debrief": ALL, "feedback": TALKS, "next-steps": TALKS}.get(who.phase, ())


def plan(who):
    """Every level writes its own steps, also those who only listen by then."""
    return member(who, None) and who.role in {
        "debrief": ALL, "feedback": TALKS, "next-steps": STAY}.get(who.phase, ())


def follow_up(who):
    """What somebody else's step became: weeks later, too."""
    return see_others_notes(who) and who.role in TALKS


def watch(who, _):
    return teach(who, _) or watch_any(who, _)


def watch_any(who, _):
    """A lesson of somebody else."""
    return member(who, _) and ready(who, _) and who.role in {
        "prepare": SETS, "visit": ALL, "debrief": ALL, "feedback": TALKS, "next-steps": STAY,
        "closed": TALKS}[who.phase]


def teach(who, _):
    """Whose lesson it is: the host with an account, here."""
    return member(who, _) and who.is_teacher


def remove_work(who, _):
    """Student work that somebody else attached."""
    return lead(who, _) or teach(who, _)


def manage_live(who, _):
    """Who leads ends a live lesson also after the walk."""
    return lead(who, _) or set_focus(who, _)


def signed_in(who, _):
    return not who.is_nobody


def anybody(_who, _):
    return True


def account(who, _):
    """Has an account of their own."""
    return not who.is_nobody and not who.is_guest


def create(who, _):
    return who.may_create


# method, path, body, who may; names in braces are filled in. A no is 401 to nobody, 404
# to who may not know of the walk, and 403 to its people. A yes is 200 or 204, or the fifth, where the
# room has its own reason not to do it.
OWN_PROTOCOL = {
    "protocol": "ours", "version": 1, "title": "Ours",
    "phases": [{"id": "all", "title": "All of it", "watch": [], "see_notes": [], "write_notes": [],
                "reply": [], "mark_progress": []}]}
ENDPOINTS = [
    ("GET", "/healthz", None, anybody),
    ("GET", "/api/sign-in/ways", None, anybody),
    ("GET", "/api/me", None, signed_in),
    ("POST", "/api/me/link", {}, signed_in),
    ("GET", "/api/walks", None, signed_in),
    ("POST", "/api/walks", {"title": "Another"}, create),
    ("GET", "/api/protocols", None, create),
    ("POST", "/api/protocols", OWN_PROTOCOL, create),
    ("GET", "/api/walks/{walk}/protocol", None, member),
    ("POST", "/api/lenses", {"name": "Discourse"}, account),
    ("GET", "/api/walks/{walk}", None, member),
    ("PATCH", "/api/walks/{walk}", {"focus": "Evidence"}, set_focus),
    # What is sent changes nothing: who has not read the norms has not read them after it.
    ("PUT", "/api/walks/{walk}/me", {"intention": "Who speaks?"}, in_open_walk),
    ("POST", "/api/walks/{walk}/phase", {"phase": "{phase}"}, lead),
    ("POST", "/api/walks/{walk}/groups", {}, lead),
    ("POST", "/api/walks/{walk}/timer", {"act": "pause"}, keep_time),
    ("POST", "/api/walks/{walk}/clock", {"act": "pause"}, keep_time),
    ("POST", "/api/walks/{walk}/visits", {}, lead),
    ("PATCH", "/api/walks/{walk}/visits/{visit}", {"duration_ms": 720000}, lead),
    ("DELETE", "/api/walks/{walk}/visits/{visit}", None, lead, 409),  # it has a lesson
    ("POST", "/api/walks/{walk}/visits/{visit}/restore", {}, lead),
    ("POST", "/api/walks/{walk}/visits/{empty}/clock", {}, in_open_walk),
    ("POST", "/api/walks/{walk}/visits/{empty}/live", {}, set_focus, 409),  # one is open already
    ("GET", "/api/live-kinds", None, signed_in),
    ("POST", "/api/live/{live}/key", {}, manage_live),
    ("GET", "/api/walks/{walk}/invitations", None, lead),
    # Nobody new comes to a closed walk, whoever invites (422).
    ("POST", "/api/walks/{walk}/invitations", {"roles": ["walker"]}, lead),
    ("DELETE", "/api/invitations/{invitation}", None, lead),
    ("PUT", "/api/walks/{walk}/members/{timekeeper}", {"roles": ["timekeeper"]}, lead),
    ("GET", "/api/walks/{walk}/notes", None, member),
    ("POST", "/api/walks/{walk}/changes", {"changes": []}, member),
    ("GET", "/api/walks/{walk}/board", None, see_board),
    ("GET", "/api/walks/{walk}/board.csv", None, see_board),
    ("POST", "/api/walks/{walk}/board", {"changes": []}, member),
    ("GET", "/api/walks/{walk}/before", None, member),
    ("GET", "/api/walks/{walk}/tests", None, member),
    ("GET", "/api/walks/{walk}/codes.csv", None, member),
    ("POST", "/api/walks/{walk}/next", {}, lead),
    ("POST", "/api/walks/{walk}/ticket", {}, member),
    ("POST", "/api/segments/{segment}/track", {}, in_open_walk),
    ("GET", "/api/walks/{walk}/sync", None, member),
    ("POST", "/api/walks/{walk}/sync/erase", {"notes": []}, member),
    ("GET", "/api/walks/{walk}/uploads", None, set_focus),
    ("GET", "/api/segments/{segment}", None, watch),
    ("POST", "/api/segments/{segment}/ticket", {}, watch),
    ("POST", "/api/segments/{segment}/watch", {}, watch, 404),  # it is not live
    ("PUT", "/api/segments/{segment}/anchor", {"began": "soon"}, remove_work, 422),
    # A recording is none of its own: there is nothing to bring from it.
    ("PUT", "/api/segments/{segment}/brought/{segment}", {"shift": 0}, set_focus, 404),
    ("DELETE", "/api/segments/{segment}/brought/{segment}", None, set_focus, 404),
    ("DELETE", "/api/segments/{segment}/offers/{segment}", None, set_focus, 404),
    ("DELETE", "/api/segments/{segment}/work/{work}", None, remove_work),
    ("GET", "/api/segments/{segment}/clips", None, teach),
    ("GET", "/api/segments/{segment}/views", None, teach),
]
# Asked elsewhere: where one call needs a story of its own. The file that tells it.
ELSEWHERE = {
    "POST /api/walks/W/sync/pull": "tests/unit/room/test-sync.c",
    "POST /api/walks/W/sync/push": "tests/unit/room/test-sync.c",
    **{endpoint: "tests/e2e/room/test_clips.py" for endpoint in (
        "POST /api/segments/S/clips", "DELETE /api/clips/C", "POST /api/clips/C/shares",
        "GET /api/clips/C/views", "DELETE /api/shares/H", "POST /api/shared/open",
        "POST /api/shared/reply")},
    **{endpoint: "tests/e2e/room/test_erase.py" for endpoint in (
        "POST /api/erase", "PUT /api/segments/S/hold", "DELETE /api/segments/S/hold")},
    **{endpoint: "tests/e2e/room/test_trends.py" for endpoint in (
        "GET /api/practices", "GET /api/practices/P/year", "GET /api/trends",
        "POST /api/trends", "GET /api/trends.csv", "GET /api/trends/coverage")},
    "GET /api/walks/W/cycles": "tests/e2e/room/test_coding.py",
    "GET /api/segments/S/agreement": "tests/e2e/room/test_coding.py",
    "GET /api/live": "tests/unit/room/test-live.c",
    "GET /api/watch": "tests/e2e/room/live.mjs",
    "POST /api/live/L/end": "tests/e2e/room/test_live.py",
    "POST /whip": "tests/e2e/room/test_live.py",
    "DELETE /whip/L/N": "tests/e2e/room/test_live.py",
    "POST /api/sign-in/link": "tests/e2e/room/test_accounts.py",
    "POST /api/sign-in/password": "tests/e2e/room/test_accounts.py",
    "POST /api/me/password": "tests/e2e/room/test_accounts.py",
    "POST /api/join": "tests/e2e/room/test_accounts.py",
    "POST /api/sign-out": "tests/e2e/room/test_accounts.py",
    "POST /api/walks/W/people-again": "tests/e2e/room/board.mjs",
    "DELETE /api/walks/W/members/P": "tests/e2e/room/test_accounts.py",
}

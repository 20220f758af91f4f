/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "lw-content-hash.h"
#include "lw-id.h"
#include "lw-time.h"

G_BEGIN_DECLS

/*
 * The structure around the notes: places, people, walks, members, visits, segments, lenses, tracks.
 *
 * All are immutable reference-counted values made by copying a template; unset strings are "",
 * never NULL, and string lists are NULL-terminated and never NULL. Fields are read-only.
 * There is no rating, score or rank of a person here, and there will be none.
 *
 * Thread: any.
 */

typedef enum {
  LW_PLACE_DISTRICT,
  LW_PLACE_SCHOOL,
  LW_PLACE_CLASSROOM,
  LW_PLACE_N_KINDS
} LwPlaceKind;

typedef struct {
  LwId id;
  LwPlaceKind kind;
  LwId parent_id; /* a school's district, a classroom's school; or none */
  const char *name;
} LwPlace;

typedef struct {
  LwId id;
  const char *name;
} LwPerson;

typedef struct {
  LwId id;
  const char *name; /* "Emergent multilingual learners" */
  const char *description;
} LwLens;

/* One cycle of a walk. The focus and the inquiry are the teacher's. */
typedef struct {
  LwId id;
  const char *title;
  const char *protocol; /* "name@version" of annotations/protocols; "" until chosen */
  LwId focus_owner_id;  /* the teacher who set the focus */
  const char *focus;
  const char *inquiry;    /* "In what ways am I pressing students for evidence?" */
  const char *pd_session; /* the professional development that the focus is tied to */
  const char *const *watch_for;
  LwId previous_id;  /* the walk of the cycle before, or none */
  const char *phase; /* where it stands: a phase's id in its protocol; "" when alone */
  guint round;       /* how often the routine was begun anew before: 0 in its first */
  const char *step;  /* of the phase, by its id; "": its first, or it has none */
  guint shuffle;     /* how often its people were put together anew in this phase */
  LwId practice_id;  /* the LwPractice of lw-board.h that it is a round of, or none */
} LwWalk;

/* What a person does in one walk. Stored and exchanged by name ("host"), never by number. */
typedef enum {
  LW_ROLE_FACILITATOR, /* leads the walk: invites, opens the phases */
  LW_ROLE_HOST,        /* the teacher whose lesson is watched */
  LW_ROLE_WALKER,
  LW_ROLE_COACH,
  LW_ROLE_TIMEKEEPER,
  LW_ROLE_GUEST, /* of this walk alone: leaves with it */
  LW_N_ROLES
} LwRole;

const char *lw_role_to_string (LwRole role);
gboolean lw_role_parse (const char *text, LwRole *ret_role);

/* One person in one walk. */
typedef struct {
  LwId id;
  LwId walk_id;
  LwId person_id;
  guint roles;           /* bits 1 << LwRole; 0: has left */
  gint64 norms_utc_us;   /* when the person said that the norms are read; 0: not yet */
  LwId lens_id;          /* the angle from which the person looks in this walk; or none */
  const char *intention; /* what the person sets out to look for */
  LwId offered_lens_id;  /* what whoever leads the walk proposes; or none */
} LwMember;

typedef struct {
  LwId id;
  LwId walk_id;
  LwId classroom_id;     /* an LwPlace, or none */
  guint order;           /* from 1 */
  gint64 planned_utc_us; /* 0: not planned */
  gint64 duration_ms;    /* planned length; 0: not planned */
  LwId host_id;          /* the teacher whose lesson it is, an LwPerson; or none */
  gboolean removed;      /* taken out of the walk: no list has it, unless it is put back */
} LwVisit;

/* By what it is known which wall-clock time a segment's time 0 is. */
typedef enum {
  LW_ANCHOR_VISIT,  /* nobody has said yet: when the visit's notes began */
  LW_ANCHOR_FILE,   /* the recording's own file says when it began */
  LW_ANCHOR_PERSON, /* somebody said it, or found it by playing */
  LW_ANCHOR_N_KINDS
} LwAnchor;

/* Stored by number, exchanged by name ("file"). */
const char *lw_anchor_to_string (LwAnchor anchor);
gboolean lw_anchor_parse (const char *text, LwAnchor *ret_anchor);

/* The media of a visit, named by its content. A visit that gives no media has a segment, too, whose
 * time is that of the wall clock; its recording may come later, and then becomes its media. */
typedef struct {
  LwId id;
  LwId visit_id;       /* none: a video that was simply opened */
  LwContentHash media; /* none: nothing was recorded, or it has not come yet */
  const char *title;
  LwTime duration;       /* LW_TIME_NONE when the container does not say */
  gint64 started_utc_us; /* when the recording began, as its file says; 0: unknown */
  gint64 anchor_utc_ns;  /* which wall-clock time its time 0 is, nanoseconds since 1970: from it the
                          * notes with a wall-clock time have their times. 0: none, each note's own
                          * start holds */
  LwAnchor anchor_by;
} LwSegment;

/* One person's notes on one segment. A track that was pinned on another recording of the visit
 * (live, or by the clock) can be brought to this one: then its notes say when they were pinned
 * there, and stand here at what that comes to (lw_track_to_here()). It goes back by being put on
 * pinned_on_id again. */
typedef struct {
  LwId id;
  LwId segment_id; /* where its notes stand */
  LwId person_id;
  LwId lens_id;
  const char *intention;       /* what the walker set out to look for */
  LwId pinned_on_id;           /* the segment that its notes were pinned on; none: this one */
  LwTime shift;                /* where time 0 of that segment is in this one; may be negative */
  gint64 drift_ppb;            /* what this one's clock gains on that one's, in billionths */
  gint64 pinned_anchor_utc_ns; /* of one pinned by the clock: which wall-clock time is time 0 here,
                                * for its notes with a wall-clock time; 0: what they say holds */
} LwTrack;

#define LW_TRACK_SHIFT_MAX (LW_TIME_MAX / 2)
#define LW_TRACK_DRIFT_MAX_PPB 1000000

/* A protocol of a district's own, as it was taken in; see lw-protocol.h. */
typedef struct {
  LwId id;          /* follows from json, so that taking it in twice is taking it in once */
  const char *name; /* as in LwWalk.protocol */
  const char *json; /* the whole file */
} LwProtocolText;

typedef enum {
  LW_ENTITY_PLACE,
  LW_ENTITY_PERSON,
  LW_ENTITY_LENS,
  LW_ENTITY_WALK,
  LW_ENTITY_VISIT,
  LW_ENTITY_SEGMENT,
  LW_ENTITY_TRACK,
  LW_ENTITY_MEMBER,
  LW_ENTITY_PROTOCOL,
  LW_ENTITY_GROUP, /* this and those below: lw-board.h */
  LW_ENTITY_CARD,
  LW_ENTITY_OUTCOME,
  LW_ENTITY_STEP,
  LW_ENTITY_FOLLOW_UP,
  LW_ENTITY_MESSAGE,
  LW_ENTITY_TRIAL,
  LW_ENTITY_TIMER,
  LW_ENTITY_PRACTICE,
  LW_ENTITY_TREND,
  LW_ENTITY_N_KINDS
} LwEntityKind;

#define LW_ENTITY_TEXT_MAX_BYTES (64 * 1024) /* of any one string above */
#define LW_ENTITY_LIST_MAX 64                /* of any one list above */

#define LW_WALK_ERROR (lw_walk_error_quark ())
GQuark lw_walk_error_quark (void);

typedef enum {
  LW_WALK_ERROR_TEXT,  /* a string is not UTF-8, or too long; or a list is */
  LW_WALK_ERROR_FIELD, /* a required id is none, or a number is out of range */
} LwWalkError;

/**
 * lw_segment_clock_id:
 * @visit_id: a visit
 *
 * The id of the segment that a visit without media has: it follows from the visit's, so that two
 * who begin it at once, or offline, begin the same.
 *
 * Thread: any.
 */
LwId lw_segment_clock_id (const LwId *visit_id);

/* For each type Xxx: xxx_new copies and checks a template (an id of none: a fresh one; NULL
 * strings: ""), or returns NULL with an error of #LwWalkError. (transfer full) */
#define LW_DECLARE_ENTITY(Type, type)                    \
  GType type##_get_type (void);                          \
  Type *type##_new (const Type *fields, GError **error); \
  Type *type##_ref (const Type *self);                   \
  void type##_unref (Type *self);                        \
  gboolean type##_equal (const Type *a, const Type *b);  \
  G_DEFINE_AUTOPTR_CLEANUP_FUNC (Type, type##_unref)

LW_DECLARE_ENTITY (LwPlace, lw_place)
LW_DECLARE_ENTITY (LwPerson, lw_person)
LW_DECLARE_ENTITY (LwLens, lw_lens)
LW_DECLARE_ENTITY (LwWalk, lw_walk)
LW_DECLARE_ENTITY (LwVisit, lw_visit)
LW_DECLARE_ENTITY (LwSegment, lw_segment)
LW_DECLARE_ENTITY (LwTrack, lw_track)
LW_DECLARE_ENTITY (LwMember, lw_member)
LW_DECLARE_ENTITY (LwProtocolText, lw_protocol_text)

/**
 * lw_track_to_here:
 * @time: when a note of the track was pinned, on the segment it was pinned on
 * @wall_utc_ns: its wall-clock time, or 0
 * @length: of the note; 0 for a point
 *
 * Returns: where it stands; never before 0, never so late that its end would be no moment
 *
 * Thread: any.
 */
LwTime lw_track_to_here (const LwTrack *self, LwTime time, gint64 wall_utc_ns, LwTime length);
/* The other way round: what lw_track_to_here() makes @time of; 0 where nothing would be. */
LwTime lw_track_to_pinned (const LwTrack *self, LwTime time);

G_END_DECLS

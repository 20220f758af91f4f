/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "lw-id.h"
#include "lw-time.h"

G_BEGIN_DECLS

/* What a note is. Stored and exchanged by name ("noticing"), never by number. */
typedef enum {
  LW_NOTE_NOTICING,  /* what was said or done, as seen */
  LW_NOTE_WONDERING, /* a question that the evidence raises */
  LW_NOTE_REPLY,     /* an answer to another note; its time is that note's */
  LW_NOTE_PROGRESS,  /* a mark of progress: only a debrief makes them */
  LW_NOTE_ANSWER,    /* in a form of the walk's routine. It is about the whole lesson; its tags are
                      * "FORM/FIELD" and, of each note that it rests on, "cites:ID" */
  LW_NOTE_CODE,      /* of a code sheet of the walk's routine, put on what was seen; its one tag is
                      * "SHEET/CODE". What is counted is a point; what lasts is a range, and as a
                      * point it has begun and not ended */
  LW_NOTE_N_KINDS
} LwNoteKind;

/* As of LwNoteQuery.kinds: those that a list of notes has in it unless others are asked for. There
 * may be thousands of codes on a lesson; they have a list of their own. */
#define LW_NOTE_KINDS_LISTED (((1u << LW_NOTE_N_KINDS) - 1) & ~(1u << LW_NOTE_CODE))

const char *lw_note_kind_to_string (LwNoteKind kind);
gboolean lw_note_kind_parse (const char *text, LwNoteKind *ret_kind);

/* A rectangle of the picture, in ten-thousandths of its width and height as displayed (after
 * rotation), from the top left corner. Width and height > 0; none: all zero. */
typedef struct {
  guint16 x, y, width, height;
} LwRegion;

#define LW_REGION_SCALE 10000

gboolean lw_region_is_none (const LwRegion *region);

#define LW_NOTE_TEXT_MAX_BYTES (1024 * 1024)
#define LW_NOTE_TAGS_MAX 32
#define LW_NOTE_TAG_MAX_BYTES 128

#define LW_TYPE_NOTE (lw_note_get_type ())

/**
 * LwNote:
 *
 * One pin. Immutable and reference-counted: read the fields, never write them; to change a note
 * give an altered copy to the store.
 *
 * Thread: any, as it never changes; the count is atomic.
 */
typedef struct {
  LwId id;         /* none in a template: lw_note_new() makes one */
  LwId track_id;   /* whose notes on which segment; never none */
  LwId segment_id; /* that track's segment; filled in by the store */
  LwId author_id;  /* that track's person; filled in by the store */
  LwId reply_to;   /* the note that a LW_NOTE_REPLY answers; none for the others */
  LwId lens_id;    /* the angle it was seen from; none: none named */
  LwNoteKind kind;
  gboolean on_focus;  /* linked by its author to the walk's focus */
  guint pass;         /* which viewing it was written in; 1 = the first */
  LwTime start;       /* the frame on screen at the gesture; of a note with a wall-clock time, on a
                       * segment with an anchor, what the two come to (lw_time_from_wall()) */
  LwTime end;         /* of a range, exclusive; == start for a point */
  LwRegion region;    /* where in the picture; all zero: nowhere in particular */
  gint64 wall_utc_ns; /* of a note that was pinned while the lesson went on: when the gesture was,
                       * nanoseconds since 1970 by the room's clock; 0: it was not */
  gint64 wall_uncertainty_ns; /* how far that may be off, either way */
  gint64 created_utc_us;
  gint64 edited_utc_us;    /* == created_utc_us if never edited */
  const char *text;        /* valid UTF-8 without NUL; may be empty; never NULL */
  const char *const *tags; /* NULL-terminated, sorted, each once; never NULL */
} LwNote;

GType lw_note_get_type (void);

#define LW_NOTE_ERROR (lw_note_error_quark ())
GQuark lw_note_error_quark (void);

typedef enum {
  LW_NOTE_ERROR_TEXT, /* not UTF-8, or longer than LW_NOTE_TEXT_MAX_BYTES */
  LW_NOTE_ERROR_TIME, /* not a moment, or end before start; or the time of day is none */
  LW_NOTE_ERROR_TAG,  /* a tag is empty, too long, or there are too many */
  LW_NOTE_ERROR_KIND, /* no such kind, or reply_to and kind disagree */
} LwNoteError;

/**
 * lw_note_new:
 * @fields: (transfer none): a template; id, tags and text may be none or NULL, and a
 *   created_utc_us of 0 means now
 *
 * Checks the template and copies it. Control characters other than tab and newline are replaced
 * by U+FFFD, CR LF by LF; white space around tags is dropped.
 *
 * Returns: (transfer full): the note, or %NULL with @error of #LwNoteError
 */
LwNote *lw_note_new (const LwNote *fields, GError **error);
LwNote *lw_note_ref (const LwNote *note);
void lw_note_unref (LwNote *note);
gboolean lw_note_is_range (const LwNote *note);
/* Every field alike, the strings byte for byte. */
gboolean lw_note_equal (const LwNote *a, const LwNote *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwNote, lw_note_unref)

G_END_DECLS

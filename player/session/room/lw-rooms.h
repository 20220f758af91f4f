/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "lw-store.h"

G_BEGIN_DECLS

/*
 * Walks that the person at this machine takes part in, in rooms elsewhere: joining by a link, what
 * is kept here and what has reached the room, and bringing both to the same. What a room is asked
 * and answers stands in plugin/room/API.md.
 *
 * What is remembered of a walk is a setting of the store ("rooms"), and the token of its session
 * another ("secret:rooms"), in the store's file, which only its owner may read (mode 0600). Both
 * are in no log and in no export, and the token in no backup: notes that were restored from one are
 * signed out, until a link is opened again. Leaving ends the session and forgets it.
 *
 * Thread: any, each call for itself. Functions that ask a room block until it answers, at most half
 * a minute a request.
 */

#define LW_ROOMS_ERROR (lw_rooms_error_quark ())
GQuark lw_rooms_error_quark (void);

typedef enum {
  LW_ROOMS_ERROR_LINK,        /* not a link of a room */
  LW_ROOMS_ERROR_UNREACHABLE, /* no answer: everything is kept here; try again later */
  LW_ROOMS_ERROR_SIGNED_OUT,  /* the session has ended: open an invitation or sign-in link again */
  LW_ROOMS_ERROR_GONE,        /* not (or no longer) open to this person */
  LW_ROOMS_ERROR_REFUSED,     /* the room said no; its words */
  LW_ROOMS_ERROR_TROUBLE,     /* the room or its answer is out of order: try again later */
} LwRoomsError;

/* One walk that was joined. Immutable and reference-counted. */
typedef struct {
  LwId walk_id;
  LwId person_id;  /* who one is in that room */
  const char *url; /* "https://walks.example.org", without a last slash */
  const char *name;
  const char *token; /* a secret; "" once the session has ended, and in notes from a backup */
} LwJoined;

LwJoined *lw_joined_ref (const LwJoined *joined);
void lw_joined_unref (LwJoined *joined);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwJoined, lw_joined_unref)

/**
 * lw_rooms_join:
 * @link: what people get: "https://host/panel/#join=CODE" or "…#sign-in=CODE"
 * @name: how one is called in the walk; a sign-in link knows it already
 *
 * Uses the link, and remembers the walk; with a sign-in link all walks that are open to the person.
 * Nothing is exchanged yet: lw_rooms_sync().
 *
 * Returns: (transfer full) (element-type LwJoined): the walks, newest first
 */
GPtrArray *lw_rooms_join (
    LwStore *store, const char *link, const char *name, GCancellable *cancellable, GError **error);

/* (transfer full) (element-type LwJoined): all that are remembered */
GPtrArray *lw_rooms_list (LwStore *store, GError **error);
/* (transfer full) (nullable): NULL without @error if that walk was not joined */
LwJoined *lw_rooms_find (LwStore *store, const LwId *walk_id, GError **error);

/* Ends the session in the room, if it can be reached, and forgets it here; the notes stay. */
gboolean
lw_rooms_leave (LwStore *store, const LwJoined *joined, GCancellable *cancellable, GError **error);

/* Who writes on the segment: in a joined walk whom the room knows, else the person at this machine
 * (made on first use, named @name_if_new). (transfer full) */
LwPerson *lw_rooms_ensure_person (LwStore *store,
                                  const LwId *segment_id,
                                  const char *name_if_new,
                                  GError **error);

/**
 * lw_rooms_prepare:
 * @has_read_norms: TRUE: the person has read the norms, and says so
 * @lens: (nullable): one of the routine's, or of the room's, by name
 * @intention: (nullable): what the person sets out to look for
 *
 * Tells the room how the person goes into the walk. What is not given stays as it was.
 *
 * Returns: (transfer full): what the phase still asks for before one watches and pins: "norms",
 * "lens", "intention"
 */
GStrv lw_rooms_prepare (const LwJoined *joined,
                        gboolean has_read_norms,
                        const char *lens,
                        const char *intention,
                        GCancellable *cancellable,
                        GError **error);

/* What a walk's routine says to who goes into it, and what the person said before. */
typedef struct {
  GStrv norms;  /* what was agreed on */
  GStrv lenses; /* names of those to choose from; the person's own is among them */
  gboolean has_read_norms;
  char *lens; /* "": none yet */
  char *intention;
} LwRoomsRoutine;

/* As of the last talk with the room: reads no network. (transfer full) */
LwRoomsRoutine *lw_rooms_load_routine (LwStore *store, const LwJoined *joined, GError **error);
void lw_rooms_routine_free (LwRoomsRoutine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwRoomsRoutine, lw_rooms_routine_free)

/* ---- what is where ---- */

typedef enum {
  LW_WHERE_HERE,    /* kept on this machine, and not yet in the room */
  LW_WHERE_HELD,    /* kept here; the walk's phase does not open it to the room now */
  LW_WHERE_IN_ROOM, /* durably in the room */
} LwWhere;

/* What was written by this person on this machine, as of the last talk with the room. */
typedef struct {
  guint notes; /* own notes in the walk */
  guint here;  /* of these, not in the room: LW_WHERE_HERE */
  guint held;
  GHashTable *elsewhere; /* LwId * of a note -> LwWhere + 1; what is not in it is in the room.
                            Also deleted ones: their deletion is on its way */
  gint64 reached_utc_us; /* when the room last answered; 0: never */
} LwRoomState;

/* Reads no network. (transfer full) */
LwRoomState *lw_rooms_load_state (LwStore *store, const LwJoined *joined, GError **error);
LwWhere lw_room_state_where (const LwRoomState *state, const LwId *note_id);
void lw_room_state_free (LwRoomState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwRoomState, lw_room_state_free)

/* ---- exchange ---- */

typedef struct {
  guint sent; /* ops that reached the room */
  guint received;
  char *refused; /* (nullable): the room's words on changes that it will not take */
} LwSyncDone;

void lw_sync_done_clear (LwSyncDone *done);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwSyncDone, lw_sync_done_clear)

/**
 * lw_rooms_sync:
 *
 * Brings the room what was written here, and takes from it what is open now. Can end at any moment,
 * here or there: what was done is done, the rest goes the next time.
 */
gboolean lw_rooms_sync (LwStore *store,
                        const LwJoined *joined,
                        LwSyncDone *ret_done,
                        GCancellable *cancellable,
                        GError **error);

/* ---- erasing ---- */

/* What a room has of something that is erased here. */
typedef struct {
  const LwJoined *joined;
  gboolean
      told; /* what is this person's own of it, the room is told to erase, by lw_rooms_sync() */
  gboolean keeps; /* there is more, which can only be erased there */
} LwRoomErasing;

/**
 * lw_rooms_before_erasing:
 * @kind: of what is to be erased; %LW_ENTITY_N_KINDS: a note
 *
 * To be called before lw_store_erase_…(), after which nobody could tell any more whose it was and
 * in which walk. Remembers what the rooms are to be told.
 *
 * Returns: (transfer full) (element-type LwRoomErasing): the rooms that have something of it
 */
GPtrArray *
lw_rooms_before_erasing (LwStore *store, LwEntityKind kind, const LwId *id, GError **error);

/**
 * lw_rooms_lesson_address:
 *
 * Where the walk's lesson can be played: a file of this machine with the same content, else an
 * address in the room that is good for some hours.
 */
GFile *lw_rooms_lesson_address (LwStore *store,
                                const LwJoined *joined,
                                const LwSegment *segment,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS

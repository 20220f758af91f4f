/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-content-hash.h"
#include "lw-room.h"

G_BEGIN_DECLS

/*
 * Media that is here whole: data/media/HASH/ with the original and what was made of it, and the
 * ledger's line on it. Only the room's own user may look in.
 *
 * Thread: any; all block on disk.
 */
typedef struct {
  LwContentHash hash;
  char *original, *media_type; /* its name below media/HASH/, and what it is */
  gint64 size_bytes;
  char *playable, *playable_type; /* what browsers play; "": not made yet */
  guint width, height;
} LwMediaFile;

void lw_media_file_free (LwMediaFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwMediaFile, lw_media_file_free)

/* NOT_FOUND if the room has no such media. */
LwMediaFile *lw_media_file_get (LwLedger *ledger, const LwContentHash *hash, GError **error);
/* Keeps the first of two. */
gboolean lw_media_file_put (LwLedger *ledger, const LwMediaFile *file, GError **error);
gboolean lw_media_file_set_playable (LwLedger *ledger,
                                     const LwContentHash *hash,
                                     const char *playable,
                                     const char *playable_type,
                                     GError **error);

/* data/media/HASH, or a file in it (@name nullable). (transfer full) */
char *lw_media_path (LwRoom *room, const LwContentHash *hash, const char *name);
/* data/uploads/ID. (transfer full) */
char *lw_upload_path (LwRoom *room, const LwId *id);
/* A folder of data/ with 0700, made if need be. G_FILE_ERROR. */
gboolean lw_media_make_folder (const char *path, GError **error);
/* Gives the file a second name in media/HASH/, durably; there already is fine. */
gboolean lw_media_adopt (
    LwRoom *room, const char *path, const LwContentHash *hash, const char *name, GError **error);
/* Writes media/HASH/NAME whole or not at all. */
gboolean lw_media_write (LwRoom *room,
                         const LwContentHash *hash,
                         const char *name,
                         const char *text,
                         gsize length,
                         GError **error);
/* fsync() of a folder, so that a new name in it lasts. */
gboolean lw_media_sync_folder (const char *path, GError **error);

/* ---- samples of student work ---- */

typedef struct {
  LwId id;
  LwId segment_id;
  LwContentHash media;
  char *title;
  LwTime at; /* LW_TIME_NONE: the whole lesson */
  char *media_type;
  gint64 size_bytes;
  LwId added_by;
} LwWork;

void lw_work_free (LwWork *work);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwWork, lw_work_free)

gboolean lw_work_add (LwLedger *ledger, const LwWork *work, GError **error);
/* Oldest first; of #LwWork. */
GPtrArray *lw_work_list (LwLedger *ledger, const LwId *segment_id, GError **error);
LwWork *lw_work_get (LwLedger *ledger, const LwId *id, GError **error);

/* What the file is by its content: "application/pdf", "image/png", "image/jpeg", or NULL; and the
 * ending that goes with it. */
const char *lw_work_sniff (const char *path, const char **ret_ending);

G_END_DECLS

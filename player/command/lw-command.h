/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-config.h"
#include "lw-rooms.h"
#include "lw-session.h"

#include <glib/gi18n-lib.h>
#include <json-c/json.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)

/* What a script can tell apart. Told in --help; never renumbered. */
typedef enum {
  LW_EXIT_OK = 0,
  LW_EXIT_FAILED = 1,
  LW_EXIT_USAGE = 2,
  LW_EXIT_NOT_FOUND = 3,
  LW_EXIT_DAMAGED = 4,
  LW_EXIT_SANDBOX = 5,
  LW_EXIT_BUSY = 6,
  LW_EXIT_NOT_WRITTEN = 7,
  LW_EXIT_NEWER = 8,
  LW_EXIT_INTERRUPTED = 130,
} LwExit;

#define LW_COMMAND_ERROR (lw_command_error_quark ())
GQuark lw_command_error_quark (void);

typedef enum {
  LW_COMMAND_ERROR_USAGE,
  LW_COMMAND_ERROR_NOT_FOUND,
  LW_COMMAND_ERROR_FAILED,
} LwCommandError;

typedef struct _LwCommandLine LwCommandLine;

typedef struct {
  const char *name;
  const char *arguments; /* "LESSON" */
  const char *summary;   /* one line */
  const char *details;   /* nullable: below the options in --help; examples with it */
  int (*run) (LwCommandLine *line);
} LwCommand;

/* Every command, in the order of --help; ends with a NULL name. */
extern const LwCommand lw_commands_watch[];
extern const LwCommand lw_commands_note[];
extern const LwCommand lw_commands_find[];
extern const LwCommand lw_commands_exchange[];
extern const LwCommand lw_commands_walk[];
extern const LwCommand lw_commands_room[];
extern const LwCommand lw_commands_wording[];
extern const LwCommand lw_commands_keep[];

/* One call of one command. */
struct _LwCommandLine {
  const LwCommand *command;
  char **arguments; /* before parsing all of them, after it what is no option; [0] is the first */
  guint n_arguments;
  gboolean json;
  char *store_path;
  LwStore *store;    /* once opened */
  GHashTable *names; /* id -> name, of people and lenses: see lw_command_name() */
};

/* ---- lw-command-line.c ---- */

/**
 * lw_command_parse:
 * @entries: (nullable): the command's own options, ended by a NULL entry
 * @least, @most: how many arguments it takes beside options
 *
 * Returns: whether to go on; if not, what is wrong was told and the exit code is LW_EXIT_USAGE.
 */
gboolean
lw_command_parse (LwCommandLine *line, const GOptionEntry *entries, guint least, guint most);

typedef enum {
  LW_STORE_FOR_READING, /* must be there; works in a read-only folder */
  LW_STORE_FOR_WRITING, /* made if need be */
} LwStoreUse;

LwStore *lw_command_open_store (LwCommandLine *line, LwStoreUse use, GError **error);

/* Tells the error, as JSON if asked for, and gives the exit code for it. */
int lw_command_fail (LwCommandLine *line, const GError *error);
int lw_command_fail_usage (LwCommandLine *line, const char *format, ...) G_GNUC_PRINTF (2, 3);
int lw_command_exit_code (const GError *error);
/* Beside the result: to the error output, not part of the JSON. */
void lw_command_warn (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* Prints @object with "ok" and "command" in front; takes it. Returns LW_EXIT_OK. */
int lw_command_print_json (LwCommandLine *line, json_object *object);
/* One object on a line of its own; takes it. */
void lw_command_print_json_line (json_object *object);

/* ---- lw-command-rooms.c ---- */

/* What lw_rooms_before_erasing() found, after the erasing: tells the rooms, and the person what
 * they still keep. Returns them for the JSON (transfer full), which the caller drops if it prints
 * none. */
json_object *
lw_command_tell_rooms_erased (LwCommandLine *line, GPtrArray *rooms, LwEntityKind kind);

/* The room that the lesson's walk is in; %NULL if it is in none. (transfer full) */
LwJoined *lw_command_find_room (LwCommandLine *line, const LwId *segment_id);

/* ---- lw-command-find.c: what an argument names ---- */

/* A lesson by id, by the end of its id, by file, by address or by title. */
LwSegment *lw_command_find_lesson (LwCommandLine *line, const char *name, GError **error);
/* As above; a file or an address that is not known yet is registered first. */
LwSegment *lw_command_find_or_add_lesson (LwCommandLine *line, const char *name, GError **error);
/* Opens the store and finds the lesson of the first argument; for writing, a new file is
 * registered. */
LwSegment *lw_command_open_lesson (LwCommandLine *line, LwStoreUse use, GError **error);
LwNote *lw_command_find_note (LwCommandLine *line, const char *name, GError **error);
LwPerson *lw_command_find_person (LwCommandLine *line, const char *name, GError **error);
LwTrack *lw_command_find_track (LwCommandLine *line, const char *name, GError **error);
LwLens *lw_command_find_lens (LwCommandLine *line, const char *name, gboolean make, GError **error);
/* The track of the person at this machine. */
LwTrack *lw_command_own_track (LwCommandLine *line, const LwSegment *lesson, GError **error);
LwPerson *lw_command_own_person (LwCommandLine *line, GError **error);
/* Who writes on a lesson: in a walk that was joined, whom the room knows; else the above. */
LwPerson *lw_command_person_on (LwCommandLine *line, const LwId *segment_id, GError **error);
/* By name; made if there is nobody of that name yet. lw-commands-walk.c */
LwPerson *lw_command_find_or_make_person (LwCommandLine *line, const char *name, GError **error);
/* A person's or a lens's name, remembered; "" if there is none. */
const char *lw_command_name (LwCommandLine *line, LwEntityKind kind, const LwId *id);
/* An existing file at which the lesson's media was seen; NULL with @error if there is none. */
char *lw_command_media_path (LwCommandLine *line, const LwSegment *lesson, GError **error);

/* ---- lw-command-values.c: what is written after an option ---- */

gboolean lw_command_parse_time (const char *option, const char *text, LwTime *ret, GError **error);
gboolean lw_command_parse_kind (const char *text, LwNoteKind *ret, GError **error);
gboolean lw_command_parse_number (const char *option,
                                  const char *text,
                                  guint64 least,
                                  guint64 most,
                                  guint64 *ret,
                                  GError **error);
gboolean lw_command_parse_rate (const char *text, double *ret, GError **error);
/* "X,Y,WIDTH,HEIGHT" in percent of the picture. */
gboolean lw_command_parse_region (const char *text, LwRegion *ret, GError **error);
/* @text, or with NULL or "-" what comes in by standard input. */
char *lw_command_read_text (const char *text, GError **error);

/* ---- lw-command-json.c: the shapes that --json promises ---- */

json_object *lw_json_string (const char *text);
json_object *lw_json_id (const LwId *id); /* null if none */
json_object *lw_json_time (LwTime time);  /* ns; null if none */
json_object *lw_json_note (LwCommandLine *line, const LwNote *note);
json_object *lw_json_lesson (LwCommandLine *line, const LwSegment *lesson);
json_object *lw_json_walk (LwCommandLine *line, const LwWalk *walk);

/* ---- lw-command-programs.c: the programs beside this one ---- */

/* Where "lessonwalk-@name" is; NULL if nowhere. */
char *lw_command_find_program (const char *name);
/* Does not come back if it works. @arguments: without the program's name. */
gboolean lw_command_run_program (const char *path, char **arguments, GError **error);

/* ---- lw-command-add.c ---- */

LwSegment *lw_command_add_file (
    LwCommandLine *line, const char *path, const char *title, gboolean *ret_is_new, GError **error);
/* The lesson at an http(s) address; made, without asking the server, if it is not known yet. */
LwSegment *lw_command_add_address (LwCommandLine *line, const char *address, GError **error);
gboolean lw_command_hash_file (LwCommandLine *line,
                               const char *path,
                               LwContentHash *ret_hash,
                               GError **error);

/* ---- walk/lw-walk-verbs.c ---- */

int lw_command_run_walk (LwCommandLine *line);

/* ---- lw-command-frame.c ---- */

/* The start of the frame that a player shows at @time, by playing it unseen. */
gboolean lw_command_real_frame (const char *path, LwTime time, LwTime *ret_time, GError **error);

/* ---- lw-command-filter.c: the options by which notes are chosen ---- */

typedef struct {
  char **kinds;
  char *author;
  char *lens;
  char *tag;
  char *pass;
  char *from;
  char *to;
  gboolean on_focus;
  char *limit;
  char *order;
  /* what they name */
  LwId author_id;
  LwId lens_id;
} LwFilterOptions;

#define LW_FILTER_N_ENTRIES 10

/* Fills LW_FILTER_N_ENTRIES entries that write into @options. */
void lw_filter_options_entries (LwFilterOptions *options, GOptionEntry *entries);
/* @query borrows from @options. */
gboolean lw_filter_options_query (LwFilterOptions *options,
                                  LwCommandLine *line,
                                  LwNoteQuery *query,
                                  GError **error);
void lw_filter_options_clear (LwFilterOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwFilterOptions, lw_filter_options_clear)

G_END_DECLS

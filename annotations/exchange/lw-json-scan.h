/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <json-c/json.h>

G_BEGIN_DECLS

/*
 * Walks over the members of a large JSON object and the elements of a large array without making
 * a tree of them all: each value is handed out as a slice of the text, to be parsed by json-c one
 * at a time. So 256 MiB of notes cost 256 MiB and one note, not ten times that.
 */

typedef struct {
  const char *text;
  gsize length;
} LwJsonSlice;

typedef struct {
  const char *start; /* of the whole text, for line numbers */
  const char *at;
  const char *end;
  char close; /* '}' or ']' */
  gboolean begun;
} LwJsonCursor;

#define LW_JSON_DEPTH_MAX 32
/* Of one value that is parsed at once: a note's longest text, each byte of it escaped, and more. */
#define LW_JSON_VALUE_MAX_BYTES (8 * 1024 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (json_object, json_object_put)

/* @whole: the text that line numbers count in. FALSE with @error unless @slice opens with @open
 * ('{' or '['). */
gboolean lw_json_cursor_init (
    LwJsonCursor *cursor, const char *whole, LwJsonSlice slice, char open, GError **error);

/**
 * lw_json_cursor_next:
 * @ret_key: (out) (nullable) (transfer full): the member's name; %NULL for an array
 * @ret_value: (out): the value's text
 * @ret_done: (out): whether the end was reached instead
 *
 * Errors: %LW_EXCHANGE_ERROR_SYNTAX naming the line, %LW_EXCHANGE_ERROR_LIMIT for depth.
 */
gboolean lw_json_cursor_next (LwJsonCursor *cursor,
                              char **ret_key,
                              LwJsonSlice *ret_value,
                              gboolean *ret_done,
                              GError **error);

/* Whether nothing but white space follows in the text. */
gboolean lw_json_cursor_is_last (const LwJsonCursor *cursor);

/* From 1. */
guint lw_json_line (const char *whole, const char *at);

/* One value, strictly. (transfer full); @ret_value may be NULL on success: JSON's null. */
gboolean
lw_json_parse_slice (LwJsonSlice slice, const char *path, json_object **ret_value, GError **error);

/* ---- members of one object, checked, with messages that say where ---- */

typedef struct {
  json_object *object;
  const char *path; /* "notes[17]" */
} LwJsonItem;

/* Each: FALSE with @error if the member is missing though needed, or of another type or range.
 * When it may be missing (or null) and is, @ret_value keeps what it had. */
gboolean lw_value_get_text (const LwJsonItem *item,
                           const char *member,
                           gboolean needed,
                           const char **ret_value,
                           GError **error);
gboolean lw_value_get_int (const LwJsonItem *item,
                          const char *member,
                          gboolean needed,
                          gint64 least,
                          gint64 most,
                          gint64 *ret_value,
                          GError **error);
gboolean lw_json_get_boolean (const LwJsonItem *item,
                              const char *member,
                              gboolean *ret_value,
                              GError **error);
/* %NULL in @ret_value when missing. */
gboolean lw_json_get_typed (const LwJsonItem *item,
                            const char *member,
                            json_type type,
                            json_object **ret_value,
                            GError **error);

/* "notes[17].start: should be …" */
void lw_json_set_error (GError **error,
                        const LwJsonItem *item,
                        const char *member,
                        const char *format,
                        ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-codes.h"

#include <string.h>

#include "lw-json.h"

/* Of one person on one lesson: more is no coding any more, and every list would be slow. */
#define OF_A_TRACK_MAX 5000

static void
code_free (gpointer data)
{
  LwCode *self = data;

  g_free (self->id);
  g_free (self->title);
  g_free (self);
}

static void
sheet_free (gpointer data)
{
  LwCodeSheet *self = data;

  g_free (self->id);
  g_free (self->title);
  g_ptr_array_unref (self->codes);
  g_free (self);
}

static LwCodeSheet *
read_sheet (json_object *json)
{
  LwCodeSheet *self = g_new0 (LwCodeSheet, 1);
  json_object *codes = NULL;
  gsize n = 0;

  self->id = g_strdup (lw_json_get_text (json, "id"));
  self->title = g_strdup (lw_json_get_text (json, "title"));
  self->codes = g_ptr_array_new_with_free_func (code_free);
  if (json_object_object_get_ex (json, "codes", &codes))
    n = json_object_array_length (codes);
  for (gsize i = 0; i < n; i++) {
    json_object *one = json_object_array_get_idx (codes, i);
    LwCode *code = g_new0 (LwCode, 1);

    code->id = g_strdup (lw_json_get_text (one, "id"));
    code->title = g_strdup (lw_json_get_text (one, "title"));
    code->lasts = g_strcmp0 (lw_json_get_text (one, "measure"), "duration") == 0;
    g_ptr_array_add (self->codes, code);
  }
  return self;
}

GPtrArray *
lw_codes_read (LwProtocol *protocol)
{
  /* What has passed the schema: ids and titles are there. */
  g_autoptr (json_object) whole = json_tokener_parse (lw_protocol_get_json (protocol));
  GPtrArray *sheets = g_ptr_array_new_with_free_func (sheet_free);
  json_object *list = NULL;
  gsize n = 0;

  if (json_object_object_get_ex (whole, "code_sheets", &list))
    n = json_object_array_length (list);
  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (sheets, read_sheet (json_object_array_get_idx (list, i)));
  return sheets;
}

const LwCodeSheet *
lw_codes_find_sheet (GPtrArray *sheets, const char *id)
{
  for (guint i = 0; i < sheets->len; i++) {
    const LwCodeSheet *sheet = sheets->pdata[i];

    if (g_strcmp0 (sheet->id, id) == 0)
      return sheet;
  }
  return NULL;
}

gboolean
lw_codes_find (GPtrArray *sheets, const char *name, const LwCodeSheet **ret_sheet, guint *ret_index)
{
  const char *slash = strchr (name, '/');
  g_autofree char *id = slash != NULL ? g_strndup (name, (gsize)(slash - name)) : NULL;
  const LwCodeSheet *sheet = id != NULL ? lw_codes_find_sheet (sheets, id) : NULL;

  for (guint i = 0; sheet != NULL && i < sheet->codes->len; i++) {
    if (g_str_equal (((const LwCode *)sheet->codes->pdata[i])->id, slash + 1)) {
      *ret_sheet = sheet;
      *ret_index = i;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
lw_codes_find_of (GPtrArray *sheets,
                  const LwNote *note,
                  const LwCodeSheet **ret_sheet,
                  guint *ret_index)
{
  return note->kind == LW_NOTE_CODE && note->tags[0] != NULL && note->tags[1] == NULL &&
         lw_codes_find (sheets, note->tags[0], ret_sheet, ret_index);
}

static gboolean
refuse (LwNoteError code, const char *message, GError **error)
{
  g_set_error_literal (error, LW_NOTE_ERROR, (int)code, message);
  return FALSE;
}

static gboolean
has_room (LwRoom *room, const LwNote *note, GError **error)
{
  LwNoteQuery query = {.track_id = &note->track_id, .kinds = 1u << LW_NOTE_CODE};
  g_autoptr (LwNote) there = lw_store_get_note (room->store, &note->id, NULL);
  guint64 n;

  if (there != NULL)
    return TRUE;
  if (!lw_store_count (room->store, &query, &n, error))
    return FALSE;
  return n < OF_A_TRACK_MAX ||
         refuse (LW_NOTE_ERROR_KIND,
                 "There are as many codes of yours on this lesson as it can hold. Those that are "
                 "there are kept; this one is not.",
                 error);
}

gboolean
lw_codes_check (LwRoom *room, const LwWalkFacts *facts, const LwNote *note, GError **error)
{
  g_autoptr (GPtrArray) sheets = lw_codes_read (facts->protocol);
  g_autoptr (LwSegment) segment = NULL;
  const LwCodeSheet *sheet;
  const LwCode *code;
  guint index;

  if (!lw_codes_find_of (sheets, note, &sheet, &index))
    return refuse (LW_NOTE_ERROR_TAG,
                   "This walk’s routine has no such code, so it was not kept. Choose one of its "
                   "code sheets.",
                   error);
  code = sheet->codes->pdata[index];
  if (!code->lasts && note->end > note->start)
    return refuse (LW_NOTE_ERROR_TIME,
                   "What is counted is put on a moment, not on a stretch of time. It was not kept.",
                   error);
  segment = lw_store_get_segment (room->store, &note->segment_id, error);
  if (segment == NULL)
    return FALSE;
  if (segment->duration > 0 && note->end > segment->duration + LW_CODES_SLACK)
    return refuse (LW_NOTE_ERROR_TIME,
                   "That lies behind the end of the lesson, so the code was not kept.", error);
  return has_room (room, note, error);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-format-json.h"
#include "lw-json-values.h"

typedef struct {
  const char *whole;
  LwBundle *bundle;
  LwExchangeReport *report;
  LwId segment_id;                    /* none while the file names no segment */
  GHashTable *ids[LW_ENTITY_N_KINDS]; /* LwId lent by the bundle's elements */
  GHashTable *note_ids;
} Reader;

static void
reader_clear (Reader *reader)
{
  for (guint i = 0; i < LW_ENTITY_N_KINDS; i++)
    g_clear_pointer (&reader->ids[i], g_hash_table_unref);
  g_clear_pointer (&reader->note_ids, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

/* ---- small values ---- */

/* An id that one of the file's own lists must hold. */
static gboolean
get_reference (Reader *reader,
               const LwJsonItem *item,
               const char *member,
               gboolean needed,
               LwEntityKind kind,
               const char *list,
               LwId *ret_id,
               GError **error)
{
  if (!lw_value_get_id (item, member, needed, ret_id, error))
    return FALSE;
  if (!lw_id_is_none (ret_id) && !g_hash_table_contains (reader->ids[kind], ret_id)) {
    lw_json_set_error (error, item, member, "is not the id of anything in \"%s\"", list);
    return FALSE;
  }
  return TRUE;
}

static gboolean
claim_id (GHashTable *ids, const LwId *id, const LwJsonItem *item, GError **error)
{
  if (g_hash_table_add (ids, (gpointer)id))
    return TRUE;
  lw_json_set_error (error, item, "id", "stands twice in the file");
  return FALSE;
}

/* ---- the kinds of things ---- */

static gboolean
read_segment (Reader *reader, const LwJsonItem *item, GError **error)
{
  static const char *const known[] = {"id",      "media",  "title",     "duration",
                                      "started", "anchor", "anchor_by", NULL};
  g_autoptr (GError) cause = NULL;
  LwSegment fields = {.title = "", .duration = LW_TIME_NONE};
  const char *media = NULL, *by = NULL;

  if (!lw_value_get_id (item, "id", TRUE, &fields.id, error) ||
      !lw_value_get_text (item, "media", FALSE, &media, error) ||
      !lw_value_get_text (item, "title", FALSE, &fields.title, error) ||
      !lw_value_get_int (item, "duration", FALSE, 0, LW_TIME_MAX, &fields.duration, error) ||
      !lw_json_get_utc (item, "started", FALSE, &fields.started_utc_us, error) ||
      !lw_json_get_utc_ns (item, "anchor", &fields.anchor_utc_ns, error) ||
      !lw_value_get_text (item, "anchor_by", FALSE, &by, error))
    return FALSE;
  /* What nobody recorded has the wall clock in the place of a medium. */
  if (media == NULL ? fields.anchor_utc_ns == 0
                    : !lw_content_hash_parse (media, &fields.media) ||
                          lw_content_hash_is_none (&fields.media)) {
    lw_json_set_error (error, item, "media", "should be a BLAKE2b-256 hash in 64 hex digits");
    return FALSE;
  }
  if (by != NULL && !lw_anchor_parse (by, &fields.anchor_by)) {
    lw_json_set_error (error, item, "anchor_by", "should be \"visit\", \"file\" or \"person\"");
    return FALSE;
  }
  lw_json_report_strangers (reader->report, item, "the segment", known);
  reader->segment_id = fields.id;
  reader->bundle->segment = lw_segment_new (&fields, &cause);
  return reader->bundle->segment != NULL || lw_json_fail_by_model (item, cause, error);
}

static gboolean
read_person (Reader *reader, const LwJsonItem *item, GError **error)
{
  static const char *const known[] = {"id", "name", NULL};
  g_autoptr (GError) cause = NULL;
  LwPerson fields = {.name = ""};
  LwPerson *person;

  if (!lw_value_get_id (item, "id", TRUE, &fields.id, error) ||
      !lw_value_get_text (item, "name", TRUE, &fields.name, error))
    return FALSE;
  lw_json_report_strangers (reader->report, item, "a person", known);
  person = lw_person_new (&fields, &cause);
  if (person == NULL)
    return lw_json_fail_by_model (item, cause, error);
  g_ptr_array_add (reader->bundle->people, person);
  return claim_id (reader->ids[LW_ENTITY_PERSON], &person->id, item, error);
}

static gboolean
read_lens (Reader *reader, const LwJsonItem *item, GError **error)
{
  static const char *const known[] = {"id", "name", "description", NULL};
  g_autoptr (GError) cause = NULL;
  LwLens fields = {.name = "", .description = ""};
  LwLens *lens;

  if (!lw_value_get_id (item, "id", TRUE, &fields.id, error) ||
      !lw_value_get_text (item, "name", TRUE, &fields.name, error) ||
      !lw_value_get_text (item, "description", FALSE, &fields.description, error))
    return FALSE;
  lw_json_report_strangers (reader->report, item, "a lens", known);
  lens = lw_lens_new (&fields, &cause);
  if (lens == NULL)
    return lw_json_fail_by_model (item, cause, error);
  g_ptr_array_add (reader->bundle->lenses, lens);
  return claim_id (reader->ids[LW_ENTITY_LENS], &lens->id, item, error);
}

static gboolean
read_track (Reader *reader, const LwJsonItem *item, GError **error)
{
  static const char *const known[] = {"id", "person", "lens", "intention", NULL};
  g_autoptr (GError) cause = NULL;
  LwTrack fields = {.segment_id = reader->segment_id, .intention = ""};
  LwTrack *track;

  if (!lw_value_get_id (item, "id", TRUE, &fields.id, error) ||
      !get_reference (reader, item, "person", TRUE, LW_ENTITY_PERSON, "people", &fields.person_id,
                      error) ||
      !get_reference (reader, item, "lens", FALSE, LW_ENTITY_LENS, "lenses", &fields.lens_id,
                      error) ||
      !lw_value_get_text (item, "intention", FALSE, &fields.intention, error))
    return FALSE;
  lw_json_report_strangers (reader->report, item, "a track", known);
  track = lw_track_new (&fields, &cause);
  if (track == NULL)
    return lw_json_fail_by_model (item, cause, error);
  g_ptr_array_add (reader->bundle->tracks, track);
  return claim_id (reader->ids[LW_ENTITY_TRACK], &track->id, item, error);
}

static gboolean
read_region (const LwJsonItem *note, LwRegion *ret_region, GError **error)
{
  static const char *const members[] = {"x", "y", "width", "height"};
  g_autofree char *path = g_strconcat (note->path, ".region", NULL);
  LwJsonItem item = {.path = path};
  gint64 values[4];

  if (!lw_json_get_typed (note, "region", json_type_object, &item.object, error))
    return FALSE;
  if (item.object == NULL)
    return TRUE;
  for (guint i = 0; i < 4; i++)
    if (!lw_value_get_int (&item, members[i], TRUE, i < 2 ? 0 : 1, LW_REGION_SCALE, &values[i],
                           error))
      return FALSE;
  for (guint i = 0; i < 2; i++)
    if (values[i] + values[i + 2] > LW_REGION_SCALE) {
      lw_json_set_error (error, &item, members[i + 2], "reaches out of the picture");
      return FALSE;
    }
  *ret_region = (LwRegion){values[0], values[1], values[2], values[3]};
  return TRUE;
}

static gboolean
get_kind (const LwJsonItem *item, LwNoteKind *ret_kind, GError **error)
{
  const char *kind = NULL;

  if (!lw_value_get_text (item, "kind", TRUE, &kind, error))
    return FALSE;
  if (!lw_note_kind_parse (kind, ret_kind)) {
    lw_json_set_error (
        error, item, "kind",
        "should be \"noticing\", \"wondering\", \"reply\", \"progress\" or \"answer\"");
    return FALSE;
  }
  return TRUE;
}

static gboolean
get_times (const LwJsonItem *item, LwNote *fields, GError **error)
{
  if (!lw_value_get_int (item, "start", TRUE, 0, LW_TIME_MAX, &fields->start, error))
    return FALSE;
  fields->end = fields->start;
  if (!lw_value_get_int (item, "end", FALSE, fields->start, LW_TIME_MAX, &fields->end, error) ||
      !lw_json_get_utc_ns (item, "wall", &fields->wall_utc_ns, error) ||
      !lw_value_get_int (item, "wall_uncertainty", FALSE, 0, LW_TIME_MAX,
                         &fields->wall_uncertainty_ns, error) ||
      !lw_json_get_utc (item, "created", TRUE, &fields->created_utc_us, error))
    return FALSE;
  fields->edited_utc_us = fields->created_utc_us;
  if (!lw_json_get_utc (item, "edited", FALSE, &fields->edited_utc_us, error))
    return FALSE;
  if (fields->edited_utc_us < fields->created_utc_us) {
    lw_json_set_error (error, item, "edited", "is before \"created\"");
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_note (Reader *reader, const LwJsonItem *item, GError **error)
{
  static const char *const known[] = {
      "id",       "track",  "kind", "start",    "end",     "text",   "tags", "pass",
      "on_focus", "region", "lens", "reply_to", "created", "edited", "wall", "wall_uncertainty",
      NULL};
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();
  g_autoptr (GError) cause = NULL;
  LwNote fields = {.segment_id = reader->segment_id, .text = ""};
  gint64 pass = 1;
  LwNote *note;

  if (!lw_value_get_id (item, "id", TRUE, &fields.id, error) ||
      !get_reference (reader, item, "track", TRUE, LW_ENTITY_TRACK, "tracks", &fields.track_id,
                      error) ||
      !get_kind (item, &fields.kind, error) || !get_times (item, &fields, error) ||
      !lw_value_get_text (item, "text", TRUE, &fields.text, error) ||
      !lw_value_get_texts (item, "tags", tags, error) ||
      !lw_value_get_int (item, "pass", FALSE, 1, G_MAXINT32, &pass, error) ||
      !lw_json_get_boolean (item, "on_focus", &fields.on_focus, error) ||
      !read_region (item, &fields.region, error) ||
      !get_reference (reader, item, "lens", FALSE, LW_ENTITY_LENS, "lenses", &fields.lens_id,
                      error) ||
      !lw_value_get_id (item, "reply_to", FALSE, &fields.reply_to, error))
    return FALSE;
  lw_json_report_strangers (reader->report, item, "a note", known);
  fields.pass = (guint)pass;
  fields.tags = (const char *const *)tags->pdata;
  note = lw_note_new (&fields, &cause);
  if (note == NULL)
    return lw_json_fail_by_model (item, cause, error);
  g_ptr_array_add (reader->bundle->notes, note);
  return claim_id (reader->note_ids, &note->id, item, error);
}

static gboolean
read_walk (Reader *reader, const LwJsonItem *item, GError **error)
{
  return lw_json_read_walk (item, reader->bundle, reader->report, error);
}

/* ---- the whole ---- */

typedef gboolean (*ReadItem) (Reader *reader, const LwJsonItem *item, GError **error);

static gboolean
read_object (Reader *reader, LwJsonSlice slice, const char *path, ReadItem read, GError **error)
{
  g_autoptr (json_object) object = NULL;
  LwJsonItem item = {.path = path};

  if (!lw_json_parse_slice (slice, path, &object, error))
    return FALSE;
  item.object = object;
  if (!json_object_is_type (object, json_type_object)) {
    lw_json_set_error (error, &item, "", "should be an object");
    return FALSE;
  }
  return read (reader, &item, error);
}

static gboolean
read_list (Reader *reader,
           LwJsonSlice slice,
           const char *name,
           guint most,
           ReadItem read,
           GCancellable *cancellable,
           GError **error)
{
  LwJsonCursor cursor;
  gboolean done;

  if (slice.text == NULL)
    return TRUE;
  if (!lw_json_cursor_init (&cursor, reader->whole, slice, '[', error)) {
    g_prefix_error (error, "%s: ", name);
    return FALSE;
  }
  for (guint i = 0;; i++) {
    char path[48];
    LwJsonSlice element;

    if (!lw_json_cursor_next (&cursor, NULL, &element, &done, error))
      return FALSE;
    if (done)
      return TRUE;
    if (i == most) {
      g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_LIMIT,
                   "%s: there are more than %u. Nothing was imported.", name, most);
      return FALSE;
    }
    g_snprintf (path, sizeof path, "%s[%u]", name, i);
    if (!read_object (reader, element, path, read, error) ||
        g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
  }
}

enum { FORMAT, VERSION, SEGMENT, WALK, PEOPLE, LENSES, TRACKS, NOTES, N_MEMBERS };
static const char *const members[N_MEMBERS] = {"format", "version", "segment", "walk",
                                               "people", "lenses",  "tracks",  "notes"};

/* Finds where each member of the file's object stands, in whatever order. */
static gboolean
find_members (Reader *reader, LwJsonSlice all, LwJsonSlice slices[N_MEMBERS], GError **error)
{
  LwJsonCursor cursor;
  gboolean done = FALSE;

  if (!lw_json_cursor_init (&cursor, reader->whole, all, '{', error))
    return FALSE;
  for (;;) {
    g_autofree char *key = NULL;
    LwJsonSlice value;
    guint i;

    if (!lw_json_cursor_next (&cursor, &key, &value, &done, error))
      return FALSE;
    if (done)
      break;
    for (i = 0; i < N_MEMBERS && strcmp (members[i], key) != 0; i++)
      ;
    if (i == N_MEMBERS) {
      lw_exchange_report_omit (reader->report,
                               "\"%.40s\" is not known to this Lessonwalk, and was left out.", key);
    } else if (slices[i].text != NULL) {
      g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_SYNTAX,
                   "Line %u: \"%s\" stands twice. Nothing was imported.",
                   lw_json_line (reader->whole, value.text), key);
      return FALSE;
    } else {
      slices[i] = value;
    }
  }
  if (lw_json_cursor_is_last (&cursor))
    return TRUE;
  g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_SYNTAX,
               "Line %u: something follows after the end. Nothing was imported.",
               lw_json_line (reader->whole, cursor.at));
  return FALSE;
}

static gboolean
slice_is (LwJsonSlice slice, const char *text)
{
  return slice.text != NULL && slice.length == strlen (text) &&
         memcmp (slice.text, text, slice.length) == 0;
}

static gboolean
check_version (LwJsonSlice format, LwJsonSlice version, GError **error)
{
  if (!slice_is (format, "\"" LW_JSON_FORMAT_NAME "\"")) {
    g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_SYNTAX,
                 "This is JSON, but not Lessonwalk's: \"format\" should be \"%s\". Nothing was "
                 "imported.",
                 LW_JSON_FORMAT_NAME);
    return FALSE;
  }
  if (!slice_is (version, G_STRINGIFY (LW_JSON_FORMAT_VERSION))) {
    g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_VERSION,
                 "These notes are of version %.*s of the format, and this Lessonwalk knows version "
                 "%d. Nothing was imported; a newer Lessonwalk may read them.",
                 version.text == NULL ? 7 : (int)MIN (version.length, 20),
                 version.text == NULL ? "unknown" : version.text, LW_JSON_FORMAT_VERSION);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_document (Reader *reader, LwJsonSlice all, GCancellable *cancellable, GError **error)
{
  LwJsonSlice slices[N_MEMBERS] = {0};

  if (!find_members (reader, all, slices, error) ||
      !check_version (slices[FORMAT], slices[VERSION], error))
    return FALSE;
  if (slices[SEGMENT].text == NULL) {
    g_set_error_literal (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_SYNTAX,
                         "segment: is missing. Nothing was imported.");
    return FALSE;
  }
  return read_object (reader, slices[SEGMENT], "segment", read_segment, error) &&
         read_list (reader, slices[PEOPLE], "people", LW_JSON_ENTITIES_MAX, read_person,
                    cancellable, error) &&
         /* After the people, of whom the teacher is one. */
         (slices[WALK].text == NULL || slice_is (slices[WALK], "null") ||
          read_object (reader, slices[WALK], "walk", read_walk, error)) &&
         read_list (reader, slices[LENSES], "lenses", LW_JSON_ENTITIES_MAX, read_lens, cancellable,
                    error) &&
         read_list (reader, slices[TRACKS], "tracks", LW_JSON_ENTITIES_MAX, read_track, cancellable,
                    error) &&
         read_list (reader, slices[NOTES], "notes", LW_JSON_NOTES_MAX, read_note, cancellable,
                    error);
}

LwBundle *
lw_format_json_read (GInputStream *in,
                     const LwReadHints *hints,
                     LwExchangeReport *report,
                     GCancellable *cancellable,
                     GError **error)
{
  g_auto (Reader) reader = {.report = report};
  g_autoptr (LwBundle) bundle = lw_bundle_new ();
  g_autofree char *bytes = NULL;
  const char *text, *bad;
  gsize length = 0;

  bytes = lw_exchange_read_all (in, LW_JSON_FILE_MAX_BYTES, &length, cancellable, error);
  if (bytes == NULL)
    return NULL;
  /* Some editors put one in front. */
  text = g_str_has_prefix (bytes, "\xef\xbb\xbf") ? bytes + 3 : bytes;
  length -= text - bytes;
  if (!g_utf8_validate_len (text, length, &bad)) {
    g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_SYNTAX,
                 "Line %u: this is not UTF-8 text. Nothing was imported.",
                 lw_json_line (text, bad));
    return NULL;
  }
  reader.whole = text;
  reader.bundle = bundle;
  reader.note_ids = g_hash_table_new (lw_id_hash, lw_id_equal);
  for (guint i = 0; i < LW_ENTITY_N_KINDS; i++)
    reader.ids[i] = g_hash_table_new (lw_id_hash, lw_id_equal);
  if (!read_document (&reader, (LwJsonSlice){text, length}, cancellable, error))
    return NULL;
  return g_steal_pointer (&bundle);
}

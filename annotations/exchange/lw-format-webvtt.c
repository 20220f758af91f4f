/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * WebVTT: captions and timed notes that every player shows.
 *
 * A note is one cue. What a player shows stands in the cue; what it has no place for stands in a
 * comment directly before it, as JSON on one line, with each ">" written \u003e:
 *
 *     NOTE lessonwalk {"author":"0192…","created":"2026-…Z","edited":"2026-…Z","pass":1,
 *                      "on_focus":false,"point":true,"tags":["talk"],"reply_to":"0192…"}
 *
 *     0192d3a4-…                           the note's id
 *     00:04:07.000 --> 00:04:09.000        a point is shown for two seconds
 *     <v.noticing Ana Ruiz>Two students build on each other.
 *
 * Such a cue is read back as the same note. Any other cue becomes a noticing of the person who
 * imports it, with the speaker's name before the words, and an id made of what the cue says, so
 * that reading it twice adds it once.
 */

#include <string.h>

#include "lw-format.h"
#include "lw-json-scan.h"
#include "lw-webvtt-scan.h"

#define POINT_SHOWN_FOR (2 * LW_SECOND)
#define MARK "lessonwalk"
#define FILE_MAX_BYTES (64 * 1024 * 1024)
#define CUES_MAX 1000000

/* ---- writing ---- */

/* Up, not down: the millisecond before a frame's start would show the frame before it. */
static LwTime
to_ms (LwTime time)
{
  return (time + LW_MSECOND - 1) / LW_MSECOND * LW_MSECOND;
}

static void
append_meta (GString *out, const LwNote *note, const LwPerson *author)
{
  g_autoptr (json_object) meta = json_object_new_object ();
  json_object *tags = json_object_new_array ();
  g_autofree char *created = lw_utc_format (note->created_utc_us);
  g_autofree char *edited = lw_utc_format (note->edited_utc_us);
  char id[LW_ID_TEXT_LENGTH + 1];
  const char *json;

  lw_id_format (&author->id, id);
  json_object_object_add (meta, "author", json_object_new_string (id));
  json_object_object_add (meta, "created", json_object_new_string (created));
  json_object_object_add (meta, "edited", json_object_new_string (edited));
  json_object_object_add (meta, "pass", json_object_new_int64 (note->pass));
  json_object_object_add (meta, "on_focus", json_object_new_boolean (note->on_focus));
  json_object_object_add (meta, "point", json_object_new_boolean (!lw_note_is_range (note)));
  for (gsize i = 0; note->tags[i] != NULL; i++)
    json_object_array_add (tags, json_object_new_string (note->tags[i]));
  json_object_object_add (meta, "tags", tags);
  if (!lw_id_is_none (&note->reply_to)) {
    lw_id_format (&note->reply_to, id);
    json_object_object_add (meta, "reply_to", json_object_new_string (id));
  }
  json = json_object_to_json_string_ext (meta,
                                         JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
  g_string_append (out, "NOTE " MARK " ");
  for (const char *p = json; *p != '\0'; p++)
    if (*p == '>')
      g_string_append (out, "\\u003e");
    else
      g_string_append_c (out, *p);
  g_string_append (out, "\n\n");
}

/* A name may hold anything; an annotation ends at ">" and keeps no line breaks. */
static void
append_name (GString *out, const char *name, LwExchangeReport *report)
{
  g_autofree char *copy = g_strdup (name);

  g_strdelimit (copy, "\n\r", ' ');
  if (strcmp (copy, name) != 0 || strstr (name, "  ") != NULL || g_str_has_prefix (name, " ") ||
      g_str_has_suffix (name, " ") || strchr (name, '\t') != NULL)
    lw_exchange_report_omit (report, "Line breaks and double spaces in people's names were "
                                     "written as one space.");
  lw_vtt_append_escaped (out, copy);
}

static void
append_cue (GString *out, const LwNote *note, const LwPerson *author, LwExchangeReport *report)
{
  char id[LW_ID_TEXT_LENGTH + 1];
  LwTime start = to_ms (note->start);
  LwTime end = lw_note_is_range (note) ? MAX (to_ms (note->end), start + LW_MSECOND)
                                       : start + POINT_SHOWN_FOR;
  g_autofree char *start_text = lw_time_format_ms (start);
  g_autofree char *end_text = lw_time_format_ms (MIN (end, LW_TIME_MAX));

  append_meta (out, note, author);
  lw_id_format (&note->id, id);
  g_string_append_printf (out, "%s\n%s --> %s\n<v.%s ", id, start_text, end_text,
                          lw_note_kind_to_string (note->kind));
  append_name (out, author->name, report);
  g_string_append_c (out, '>');
  lw_vtt_append_escaped (out, note->text);
  g_string_append (out, "\n\n");
}

static void
report_losses (const LwNote *note, LwExchangeReport *report)
{
  if (to_ms (note->start) != note->start || to_ms (note->end) != note->end)
    lw_exchange_report_omit (report, "WebVTT counts in milliseconds: times between two of them "
                                     "were rounded up to the later one.");
  if (!lw_region_is_none (&note->region))
    lw_exchange_report_omit (report, "Places marked in the picture were left out.");
  if (note->wall_utc_ns != 0)
    lw_exchange_report_omit (report, "The times of day at which notes were pinned were left out.");
  if (!lw_id_is_none (&note->lens_id))
    lw_exchange_report_omit (report, "The lenses of single notes were left out.");
}

static gboolean
webvtt_write (const LwBundle *bundle,
              GOutputStream *out,
              LwExchangeReport *report,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GString) text =
      g_string_new ("WEBVTT\n\n"
                    "NOTE Noticings and wonderings, written by Lessonwalk. "
                    "Each comment that begins with \"" MARK "\" belongs to the cue below it.\n\n");

  for (guint i = 0; i < bundle->tracks->len; i++) {
    const LwTrack *track = bundle->tracks->pdata[i];

    if (!lw_id_is_none (&track->lens_id) || *track->intention != '\0')
      lw_exchange_report_omit (report, "The lenses and intentions of tracks were left out.");
  }
  for (guint i = 0; i < bundle->notes->len; i++) {
    const LwNote *note = bundle->notes->pdata[i];

    report_losses (note, report);
    append_cue (text, note, lw_bundle_find_author (bundle, note), report);
    if (text->len > 64 * 1024 && !lw_exchange_flush (text, out, cancellable, error))
      return FALSE;
  }
  return lw_exchange_flush (text, out, cancellable, error);
}

/* ---- reading ---- */

typedef struct {
  LwBundle *bundle;
  LwExchangeReport *report;
  const LwReadHints *hints;
  GHashTable *tracks;   /* LwId of a person -> LwTrack, both lent by the bundle */
  GHashTable *note_ids; /* LwId, lent by the bundle's notes */
  GHashTable *seen;     /* LwId made of a plain cue -> how often it came */
  char *meta;           /* (nullable): of the comment before this cue */
  guint n_unreadable, n_changed, n_refused;
  guint first_unreadable, first_changed, first_refused; /* lines */
} Reader;

static void
reader_clear (Reader *reader)
{
  g_clear_pointer (&reader->tracks, g_hash_table_unref);
  g_clear_pointer (&reader->note_ids, g_hash_table_unref);
  g_clear_pointer (&reader->seen, g_hash_table_unref);
  g_clear_pointer (&reader->meta, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

/* The track of @person_id in the bundle, made with the person on first use. NULL: not a name. */
static const LwTrack *
ensure_track (Reader *reader, const LwId *person_id, const char *name)
{
  LwPerson person_fields = {.id = *person_id, .name = name};
  LwTrack fields = {.person_id = *person_id};
  LwTrack *track = g_hash_table_lookup (reader->tracks, person_id);
  LwPerson *person;

  if (track != NULL)
    return track;
  person = lw_person_new (&person_fields, NULL);
  if (person == NULL)
    return NULL;
  /* The track's own id and segment are settled at the import; until then it only tells authors
   * apart. */
  fields.segment_id =
      lw_id_is_none (&reader->hints->segment_id) ? lw_id_new () : reader->hints->segment_id;
  track = lw_track_new (&fields, NULL);
  if (track == NULL) {
    lw_person_unref (person);
    return NULL;
  }
  g_ptr_array_add (reader->bundle->people, person);
  g_ptr_array_add (reader->bundle->tracks, track);
  g_hash_table_insert (reader->tracks, &track->person_id, track);
  return track;
}

static gboolean
get_utc (const LwJsonItem *meta, const char *member, gint64 *ret_utc_us)
{
  const char *text = NULL;

  return lw_value_get_text (meta, member, TRUE, &text, NULL) && lw_utc_parse (text, ret_utc_us) &&
         *ret_utc_us > 0;
}

static gboolean
get_id (const LwJsonItem *meta, const char *member, gboolean needed, LwId *ret_id)
{
  const char *text = NULL;

  return lw_value_get_text (meta, member, needed, &text, NULL) &&
         (text == NULL || lw_id_parse (text, ret_id));
}

static gboolean
get_tags (const LwJsonItem *meta, GPtrArray *tags)
{
  json_object *list;

  if (!lw_json_get_typed (meta, "tags", json_type_array, &list, NULL))
    return FALSE;
  for (size_t i = 0; list != NULL && i < json_object_array_length (list); i++) {
    json_object *tag = json_object_array_get_idx (list, i);

    if (!json_object_is_type (tag, json_type_string))
      return FALSE;
    g_ptr_array_add (tags, (gpointer)json_object_get_string (tag));
  }
  g_ptr_array_add (tags, NULL);
  return TRUE;
}

/* What the cue's voice says: its kind as a class, its author as the name. */
static void
read_voice (const LwVttVoice *voice, LwNoteKind *ret_kind)
{
  for (gsize i = 0; voice->classes[i] != NULL; i++)
    if (lw_note_kind_parse (voice->classes[i], ret_kind))
      return;
}

/* A cue that our own writer made, or NULL if it is none (or no longer). */
static LwNote *
read_own (Reader *reader, const LwVttBlock *cue)
{
  LwJsonSlice slice = {reader->meta, strlen (reader->meta)};
  LwNote fields = {.start = cue->start, .end = cue->end, .pass = 1};
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();
  g_autoptr (json_object) object = NULL;
  g_auto (LwVttVoice) voice = {0};
  g_autofree char *text = NULL;
  LwJsonItem meta = {.path = ""};
  gboolean is_point = FALSE;
  gint64 pass = 1;
  LwId author_id = LW_ID_NONE;
  const LwTrack *track;

  if (!lw_json_parse_slice (slice, "", &object, NULL) ||
      !json_object_is_type (object, json_type_object) || !lw_id_parse (cue->id, &fields.id) ||
      lw_id_is_none (&fields.id))
    return NULL;
  meta.object = object;
  if (!get_id (&meta, "author", TRUE, &author_id) || lw_id_is_none (&author_id) ||
      !get_utc (&meta, "created", &fields.created_utc_us) ||
      !get_utc (&meta, "edited", &fields.edited_utc_us) ||
      !lw_value_get_int (&meta, "pass", FALSE, 1, G_MAXINT32, &pass, NULL) ||
      !lw_json_get_boolean (&meta, "on_focus", &fields.on_focus, NULL) ||
      !lw_json_get_boolean (&meta, "point", &is_point, NULL) || !get_tags (&meta, tags) ||
      !get_id (&meta, "reply_to", FALSE, &fields.reply_to))
    return NULL;
  text = lw_vtt_cue_text (cue->payload, FALSE, &voice);
  read_voice (&voice, &fields.kind);
  track = ensure_track (reader, &author_id, voice.name);
  if (track == NULL)
    return NULL;
  fields.track_id = track->id;
  fields.segment_id = track->segment_id;
  fields.author_id = author_id;
  fields.end = is_point ? fields.start : fields.end;
  fields.pass = (guint)pass;
  fields.tags = (const char *const *)tags->pdata;
  fields.text = text;
  return lw_note_new (&fields, NULL);
}

static LwId
digest_id (
    const void *salt, gsize salt_length, const char *what, gint64 a, gint64 b, const char *text)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *head =
      g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " ", what, a, b);
  guint8 digest[32];
  gsize length = sizeof digest;
  LwId id;

  g_checksum_update (sum, salt, salt_length);
  g_checksum_update (sum, (const guchar *)head, -1);
  g_checksum_update (sum, (const guchar *)text, -1);
  g_checksum_get_digest (sum, digest, &length);
  memcpy (id.bytes, digest, sizeof id.bytes);
  /* RFC 9562: version 8, "custom". */
  id.bytes[6] = (id.bytes[6] & 0x0f) | 0x80;
  id.bytes[8] = (id.bytes[8] & 0x3f) | 0x80;
  return id;
}

/* The same cue for the same person and segment has the same id in every store; the same cue
 * twice in one file is two notes. */
static LwId
make_id (Reader *reader, const LwVttBlock *cue, const char *text)
{
  LwId salt[2] = {reader->hints->segment_id, reader->hints->person_id};
  LwId id = digest_id (salt, sizeof salt, "webvtt cue", cue->start, cue->end, text);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (reader->seen, &id));

  g_hash_table_replace (reader->seen, g_memdup2 (&id, sizeof id), GUINT_TO_POINTER (n + 1));
  return n == 0 ? id : digest_id (&id, sizeof id, "again", n, 0, "");
}

static LwNote *
read_foreign (Reader *reader, const LwVttBlock *cue)
{
  g_autofree char *text = lw_vtt_cue_text (cue->payload, TRUE, NULL);
  const LwTrack *track = ensure_track (reader, &reader->hints->person_id, "");
  LwNote fields = {
      .kind = LW_NOTE_NOTICING,
      .pass = 1,
      .start = cue->start,
      .end = cue->end,
      .text = text,
  };

  if (track == NULL)
    return NULL;
  fields.track_id = track->id;
  fields.segment_id = track->segment_id;
  fields.author_id = track->person_id;
  fields.id = make_id (reader, cue, text);
  return lw_note_new (&fields, NULL);
}

static gboolean
read_cue (Reader *reader, const LwVttBlock *cue, GError **error)
{
  LwNote *note = NULL;
  gboolean is_own;

  if (!cue->has_times) {
    if (reader->n_unreadable++ == 0)
      reader->first_unreadable = cue->line;
    return TRUE;
  }
  if (reader->bundle->notes->len == CUES_MAX) {
    g_set_error (error, LW_EXCHANGE_ERROR, LW_EXCHANGE_ERROR_LIMIT,
                 "Line %u: there are more than %d cues. Nothing was imported.", cue->line,
                 CUES_MAX);
    return FALSE;
  }
  if (reader->meta != NULL) {
    note = read_own (reader, cue);
    if (note == NULL && reader->n_changed++ == 0)
      reader->first_changed = cue->line;
  }
  is_own = note != NULL;
  if (!is_own)
    note = read_foreign (reader, cue);
  if (note == NULL || g_hash_table_contains (reader->note_ids, &note->id)) {
    if (reader->n_refused++ == 0)
      reader->first_refused = cue->line;
    g_clear_pointer (&note, lw_note_unref);
    return TRUE;
  }
  g_ptr_array_add (reader->bundle->notes, note);
  g_hash_table_add (reader->note_ids, &note->id);
  if (!is_own)
    g_hash_table_add (reader->bundle->made_ids, &note->id);
  return TRUE;
}

static gboolean
read_blocks (Reader *reader, LwVttScanner *scanner, GCancellable *cancellable, GError **error)
{
  for (;;) {
    g_auto (LwVttBlock) block = {0};

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    lw_vtt_scanner_next (scanner, &block);
    switch (block.kind) {
    case LW_VTT_END:
      return TRUE;
    case LW_VTT_NOTE:
      g_clear_pointer (&reader->meta, g_free);
      if (g_str_has_prefix (block.payload, MARK " "))
        reader->meta = g_strdup (block.payload + strlen (MARK " "));
      break;
    case LW_VTT_CUE:
      if (!read_cue (reader, &block, error))
        return FALSE;
      g_clear_pointer (&reader->meta, g_free);
      break;
    case LW_VTT_OTHER:
      lw_exchange_report_omit (reader->report,
                               "Styles, regions and other blocks that are not cues were left out.");
      break;
    }
  }
}

static void
report_reading (const Reader *reader)
{
  if (reader->n_unreadable > 0)
    lw_exchange_report_omit (reader->report,
                             "Cues left out because their times could not be read: %u, the first "
                             "at line %u.",
                             reader->n_unreadable, reader->first_unreadable);
  if (reader->n_changed > 0)
    lw_exchange_report_omit (reader->report,
                             "Notes taken as plain captions because what Lessonwalk wrote about "
                             "them was changed: %u, the first at line %u.",
                             reader->n_changed, reader->first_changed);
  if (reader->n_refused > 0)
    lw_exchange_report_omit (reader->report,
                             "Cues left out because no note can be made of them (too long, or the "
                             "same note again): %u, the first at line %u.",
                             reader->n_refused, reader->first_refused);
}

static LwBundle *
webvtt_read (GInputStream *in,
             const LwReadHints *hints,
             LwExchangeReport *report,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (LwBundle) bundle = lw_bundle_new ();
  g_auto (LwVttScanner) scanner = {0};
  g_auto (Reader) reader = {
      .bundle = bundle,
      .report = report,
      .hints = hints,
  };
  gsize length = 0;
  char *bytes = lw_exchange_read_all (in, FILE_MAX_BYTES, &length, cancellable, error);

  if (bytes == NULL || !lw_vtt_scanner_init (&scanner, bytes, length, error))
    return NULL;
  reader.tracks = g_hash_table_new (lw_id_hash, lw_id_equal);
  reader.note_ids = g_hash_table_new (lw_id_hash, lw_id_equal);
  reader.seen = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  bundle->is_approximate = TRUE;
  if (!read_blocks (&reader, &scanner, cancellable, error))
    return NULL;
  report_reading (&reader);
  return g_steal_pointer (&bundle);
}

const LwFormat lw_format_webvtt = {
    .info =
        {
            .name = "webvtt",
            .title = "WebVTT",
            .extension = "vtt",
            .media_type = "text/vtt",
            .abilities = LW_FORMAT_CAN_READ | LW_FORMAT_CAN_WRITE,
        },
    .write = webvtt_write,
    .read = webvtt_read,
};

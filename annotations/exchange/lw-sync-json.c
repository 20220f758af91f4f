/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The messages of lw-sync.h as JSON: see SYNC.md. Every text in them is an id, hex or base64, so
 * nothing is ever escaped, and the reader makes no tree: it cuts slices. */

#include <string.h>

#include "lw-exchange.h"
#include "lw-json-scan.h"
#include "lw-sync.h"

#define VERSION "1"

static const char *const type_names[] = {
    [LW_SYNC_MESSAGE_VECTOR] = "vector",
    [LW_SYNC_MESSAGE_OPS] = "ops",
    [LW_SYNC_MESSAGE_WANTED] = "wanted",
};

/* ---- writing ---- */

static GString *
begin_message (LwSyncMessageType type, const char *list)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "{\"lessonwalk\":\"%s\",\"version\":" VERSION ",\"%s\":[",
                          type_names[type], list);
  return out;
}

static GBytes *
end_message (GString *out)
{
  g_string_append (out, "]}");
  return g_string_free_to_bytes (out);
}

static void
put_name (GString *out, const char *name)
{
  char last = out->str[out->len - 1];

  if (last != '{' && last != '[')
    g_string_append_c (out, ',');
  if (name != NULL)
    g_string_append_printf (out, "\"%s\":", name);
}

static void
put_id (GString *out, const char *name, const LwId *id)
{
  char text[LW_ID_TEXT_LENGTH + 1];

  if (lw_id_is_none (id))
    return;
  lw_id_format (id, text);
  put_name (out, name);
  g_string_append_printf (out, "\"%s\"", text);
}

static void
put_number (GString *out, const char *name, guint64 number)
{
  put_name (out, name);
  g_string_append_printf (out, "%" G_GUINT64_FORMAT, number);
}

static void
put_hash (GString *out, const char *name, const guint8 hash[LW_SYNC_HASH_LENGTH])
{
  static const char digits[] = "0123456789abcdef";

  put_name (out, name);
  g_string_append_c (out, '"');
  for (guint i = 0; i < LW_SYNC_HASH_LENGTH; i++) {
    g_string_append_c (out, digits[hash[i] >> 4]);
    g_string_append_c (out, digits[hash[i] & 15]);
  }
  g_string_append_c (out, '"');
}

static void
put_base64 (GString *out, const char *name, gconstpointer data, gsize length)
{
  int state = 0, save = 0;
  gsize begin;

  put_name (out, name);
  g_string_append_c (out, '"');
  begin = out->len;
  g_string_set_size (out, begin + (length / 3 + 1) * 4 + 4);
  length = g_base64_encode_step (data, length, FALSE, out->str + begin, &state, &save);
  length += g_base64_encode_close (FALSE, out->str + begin + length, &state, &save);
  g_string_truncate (out, begin + length);
  g_string_append_c (out, '"');
}

GBytes *
lw_sync_vector_write (const LwSyncVector *vector)
{
  GString *out = begin_message (LW_SYNC_MESSAGE_VECTOR, "logs");

  for (guint i = 0; i < vector->n_marks; i++) {
    const LwSyncMark *mark = &vector->marks[i];

    put_name (out, NULL);
    g_string_append_c (out, '{');
    put_id (out, "log", &mark->log_id);
    put_number (out, "seq", mark->seq);
    put_hash (out, "head", mark->head);
    if (mark->frozen)
      g_string_append (out, ",\"frozen\":true");
    g_string_append_c (out, '}');
  }
  return end_message (out);
}

GBytes *
lw_sync_wanted_write (const GArray *ranges)
{
  GString *out = begin_message (LW_SYNC_MESSAGE_WANTED, "ranges");

  for (guint i = 0; i < ranges->len; i++) {
    const LwSyncRange *range = &g_array_index (ranges, LwSyncRange, i);

    put_name (out, NULL);
    g_string_append_c (out, '{');
    put_id (out, "log", &range->log_id);
    put_number (out, "first", range->first);
    put_number (out, "last", range->last);
    g_string_append_c (out, '}');
  }
  return end_message (out);
}

static void
put_op (GString *out, const LwSyncOp *op)
{
  put_name (out, NULL);
  g_string_append_c (out, '{');
  put_base64 (out, "op", op->link, sizeof op->link);
  if (op->state == LW_SYNC_BODY_HERE)
    put_base64 (out, "body", g_bytes_get_data (op->sealed, NULL), g_bytes_get_size (op->sealed));
  else if (op->state == LW_SYNC_BODY_WITHHELD)
    g_string_append (out, ",\"withheld\":true");
  else if (op->state == LW_SYNC_BODY_ERASED)
    g_string_append (out, ",\"erased\":true");
  g_string_append_c (out, '}');
}

GBytes *
lw_sync_batch_write (const LwSyncBatch *batch)
{
  GString *out = begin_message (LW_SYNC_MESSAGE_OPS, "runs");

  for (guint i = 0; i < batch->n_runs; i++) {
    const LwSyncRun *run = &batch->runs[i];

    put_name (out, NULL);
    g_string_append_c (out, '{');
    put_id (out, "log", &run->log_id);
    put_id (out, "device", &run->device_id);
    put_id (out, "track", &run->track_id);
    put_id (out, "author", &run->author_id);
    put_hash (out, "head", run->head);
    g_string_append (out, ",\"ops\":[");
    for (guint k = 0; k < run->n_ops; k++)
      put_op (out, &run->ops[k]);
    g_string_append (out, "]}");
  }
  return end_message (out);
}

/* ---- reading ---- */

typedef struct {
  const char *whole;
  guint n_ops;
  LwSyncBatchBuilder *builder;
} Reading;

static gboolean
fail (
    const Reading *reading, const char *at, LwExchangeError code, const char *what, GError **error)
{
  g_set_error (error, LW_EXCHANGE_ERROR, (int)code,
               "At byte %" G_GSIZE_FORMAT ": %s. Nothing was taken in.",
               (gsize)(at - reading->whole), what);
  return FALSE;
}

static gboolean
fail_syntax (const Reading *reading, LwJsonSlice slice, const char *what, GError **error)
{
  return fail (reading, slice.text, LW_EXCHANGE_ERROR_SYNTAX, what, error);
}

/* The members of one object, as slices. */
typedef struct {
  const char *name;
  gboolean needed;
  LwJsonSlice value; /* text: NULL when not there */
} Member;

static Member *
find_member (Member *members, const char *name)
{
  for (; members->name != NULL; members++) {
    if (g_str_equal (members->name, name))
      return members;
  }
  return NULL;
}

static gboolean
cut_object (const Reading *reading, LwJsonSlice object, Member *members, GError **error)
{
  LwJsonCursor cursor;

  if (!lw_json_cursor_init (&cursor, reading->whole, object, '{', error))
    return FALSE;
  for (;;) {
    g_autofree char *name = NULL;
    LwJsonSlice value;
    Member *member;
    gboolean done;

    if (!lw_json_cursor_next (&cursor, &name, &value, &done, error))
      return FALSE;
    if (done)
      break;
    member = find_member (members, name);
    if (member == NULL)
      return fail_syntax (reading, value, "a member that is not known here", error);
    if (member->value.text != NULL)
      return fail_syntax (reading, value, "a member that was there already", error);
    member->value = value;
  }
  for (; members->name != NULL; members++) {
    if (members->needed && members->value.text == NULL)
      return fail_syntax (reading, object, "a member is missing", error);
  }
  return lw_json_cursor_is_last (&cursor) ||
         fail_syntax (reading, object, "something follows that does not belong there", error);
}

/* What is between the quotes. Escapes are refused: nothing in these messages needs one. */
static gboolean
cut_text (const Reading *reading, LwJsonSlice *slice, GError **error)
{
  if (slice->length < 2 || slice->text[0] != '"' || slice->text[slice->length - 1] != '"' ||
      memchr (slice->text, '\\', slice->length) != NULL ||
      memchr (slice->text + 1, '"', slice->length - 2) != NULL)
    return fail_syntax (reading, *slice, "should be a plain text", error);
  slice->text++;
  slice->length -= 2;
  return TRUE;
}

static gboolean
read_id (const Reading *reading, LwJsonSlice slice, LwId *ret_id, GError **error)
{
  char text[LW_ID_TEXT_LENGTH + 1] = {0};

  if (!cut_text (reading, &slice, error))
    return FALSE;
  if (slice.length == LW_ID_TEXT_LENGTH)
    memcpy (text, slice.text, slice.length);
  return (lw_id_parse (text, ret_id) && !lw_id_is_none (ret_id)) ||
         fail_syntax (reading, slice, "should be an id", error);
}

static gboolean
read_number (const Reading *reading, LwJsonSlice slice, guint64 *ret_number, GError **error)
{
  guint64 number = 0;

  /* 18 digits stay below 2^63. */
  for (gsize i = 0; i < slice.length; i++) {
    if (i >= 18 || !g_ascii_isdigit (slice.text[i]) || (i == 0 && slice.text[0] == '0'))
      return fail_syntax (reading, slice, "should be a whole number from 1", error);
    number = number * 10 + (guint64)(slice.text[i] - '0');
  }
  *ret_number = number;
  return TRUE;
}

static gboolean
read_true (const Reading *reading, LwJsonSlice slice, gboolean *ret_true, GError **error)
{
  *ret_true = slice.text != NULL;
  return !*ret_true || (slice.length == 4 && memcmp (slice.text, "true", 4) == 0) ||
         fail_syntax (reading, slice, "should be true, or not be there", error);
}

static gboolean
read_hash (const Reading *reading, LwJsonSlice slice, guint8 *hash, GError **error)
{
  if (!cut_text (reading, &slice, error))
    return FALSE;
  if (slice.length != 2 * LW_SYNC_HASH_LENGTH)
    return fail_syntax (reading, slice, "should be 64 hexadecimal digits", error);
  for (guint i = 0; i < LW_SYNC_HASH_LENGTH; i++) {
    int high = g_ascii_xdigit_value (slice.text[2 * i]);
    int low = g_ascii_xdigit_value (slice.text[2 * i + 1]);

    if (high < 0 || low < 0)
      return fail_syntax (reading, slice, "should be 64 hexadecimal digits", error);
    hash[i] = (guint8)(high << 4 | low);
  }
  return TRUE;
}

static gboolean
is_base64 (LwJsonSlice slice)
{
  gsize length = slice.length;

  if (length == 0 || length % 4 != 0)
    return FALSE;
  length -= slice.text[length - 1] == '=';
  length -= slice.text[length - 1] == '=';
  for (gsize i = 0; i < length; i++) {
    char c = slice.text[i];

    if (!g_ascii_isalnum (c) && c != '+' && c != '/')
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_base64 (const Reading *reading, LwJsonSlice slice, GBytes **ret_bytes, GError **error)
{
  guchar *bytes;
  int state = 0;
  guint save = 0;

  if (!cut_text (reading, &slice, error))
    return FALSE;
  if (!is_base64 (slice))
    return fail_syntax (reading, slice, "should be base64", error);
  bytes = g_malloc (slice.length / 4 * 3 + 3);
  *ret_bytes = g_bytes_new_take (
      bytes, g_base64_decode_step (slice.text, slice.length, bytes, &state, &save));
  return TRUE;
}

typedef gboolean (*ReadItem) (Reading *reading, LwJsonSlice item, gpointer data, GError **error);

static gboolean
read_list (
    Reading *reading, LwJsonSlice list, guint max, ReadItem read, gpointer data, GError **error)
{
  LwJsonCursor cursor;

  if (!lw_json_cursor_init (&cursor, reading->whole, list, '[', error))
    return FALSE;
  for (guint n = 0;; n++) {
    LwJsonSlice item;
    gboolean done;

    if (!lw_json_cursor_next (&cursor, NULL, &item, &done, error))
      return FALSE;
    if (done)
      return lw_json_cursor_is_last (&cursor) ||
             fail_syntax (reading, list, "something follows that does not belong there", error);
    if (n == max)
      return fail (reading, item.text, LW_EXCHANGE_ERROR_LIMIT, "too many for one message", error);
    if (!read (reading, item, data, error))
      return FALSE;
  }
}

static gboolean
read_mark (Reading *reading, LwJsonSlice item, gpointer data, GError **error)
{
  enum { LOG, SEQ, HEAD, FROZEN };
  Member members[] = {{"log", TRUE}, {"seq", TRUE}, {"head", TRUE}, {"frozen"}, {NULL}};
  LwSyncMark mark = {0};

  if (!cut_object (reading, item, members, error) ||
      !read_id (reading, members[LOG].value, &mark.log_id, error) ||
      !read_number (reading, members[SEQ].value, &mark.seq, error) ||
      !read_hash (reading, members[HEAD].value, mark.head, error) ||
      !read_true (reading, members[FROZEN].value, &mark.frozen, error))
    return FALSE;
  g_array_append_val ((GArray *)data, mark);
  return TRUE;
}

static gboolean
read_range (Reading *reading, LwJsonSlice item, gpointer data, GError **error)
{
  enum { LOG, FIRST, LAST };
  Member members[] = {{"log", TRUE}, {"first", TRUE}, {"last", TRUE}, {NULL}};
  LwSyncRange range = {0};

  if (!cut_object (reading, item, members, error) ||
      !read_id (reading, members[LOG].value, &range.log_id, error) ||
      !read_number (reading, members[FIRST].value, &range.first, error) ||
      !read_number (reading, members[LAST].value, &range.last, error))
    return FALSE;
  if (range.last < range.first)
    return fail_syntax (reading, item, "a range ends before it begins", error);
  g_array_append_val ((GArray *)data, range);
  return TRUE;
}

static gboolean
read_op (Reading *reading, LwJsonSlice item, gpointer data, GError **error)
{
  enum { OP, BODY, WITHHELD, ERASED };
  Member members[] = {{"op", TRUE}, {"body"}, {"withheld"}, {"erased"}, {NULL}};
  g_autoptr (GBytes) link = NULL;
  g_autoptr (GBytes) sealed = NULL;
  gboolean withheld, erased;
  LwSyncOp op = {0};

  if (reading->n_ops++ == LW_SYNC_BATCH_MAX_OPS)
    return fail (reading, item.text, LW_EXCHANGE_ERROR_LIMIT, "too many for one message", error);
  if (!cut_object (reading, item, members, error) ||
      !read_base64 (reading, members[OP].value, &link, error) ||
      !read_true (reading, members[WITHHELD].value, &withheld, error) ||
      !read_true (reading, members[ERASED].value, &erased, error) ||
      (members[BODY].value.text != NULL &&
       !read_base64 (reading, members[BODY].value, &sealed, error)))
    return FALSE;
  if (g_bytes_get_size (link) != sizeof op.link)
    return fail_syntax (reading, members[OP].value, "an op has not the right length", error);
  if (withheld + erased + (sealed != NULL) > 1)
    return fail_syntax (reading, item, "a body is here, withheld, or erased, but only one", error);
  /* A body has at least its type. */
  if (sealed != NULL && g_bytes_get_size (sealed) <= LW_SYNC_SALT_LENGTH)
    return fail_syntax (reading, members[BODY].value, "a body is too short", error);
  memcpy (op.link, g_bytes_get_data (link, NULL), sizeof op.link);
  op.sealed = sealed;
  op.state = sealed != NULL ? LW_SYNC_BODY_HERE
             : withheld     ? LW_SYNC_BODY_WITHHELD
             : erased       ? LW_SYNC_BODY_ERASED
                            : LW_SYNC_BODY_NONE;
  lw_sync_batch_builder_add_op (reading->builder, &op);
  return TRUE;
}

static gboolean
read_run (Reading *reading, LwJsonSlice item, gpointer data, GError **error)
{
  enum { LOG, DEVICE, TRACK, AUTHOR, HEAD, OPS };
  Member members[] = {{"log", TRUE},  {"device", TRUE}, {"track"}, {"author"},
                      {"head", TRUE}, {"ops", TRUE},    {NULL}};
  guint before = reading->n_ops;
  LwSyncRun run = {0};

  if (!cut_object (reading, item, members, error) ||
      !read_id (reading, members[LOG].value, &run.log_id, error) ||
      !read_id (reading, members[DEVICE].value, &run.device_id, error) ||
      (members[TRACK].value.text != NULL &&
       !read_id (reading, members[TRACK].value, &run.track_id, error)) ||
      (members[AUTHOR].value.text != NULL &&
       !read_id (reading, members[AUTHOR].value, &run.author_id, error)) ||
      !read_hash (reading, members[HEAD].value, run.head, error))
    return FALSE;
  lw_sync_batch_builder_add_run (reading->builder, &run);
  if (!read_list (reading, members[OPS].value, LW_SYNC_BATCH_MAX_OPS, read_op, NULL, error))
    return FALSE;
  return reading->n_ops > before || fail_syntax (reading, item, "a run without ops", error);
}

static gboolean
read_head (Reading *reading, Member *members, LwSyncMessageType *ret_type, GError **error)
{
  LwJsonSlice version = members[1].value, name = members[0].value;

  if (version.length != strlen (VERSION) || memcmp (version.text, VERSION, version.length) != 0)
    return fail (reading, version.text, LW_EXCHANGE_ERROR_VERSION,
                 "a version of these messages that is not known here", error);
  if (!cut_text (reading, &name, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (type_names); i++) {
    if (strlen (type_names[i]) == name.length &&
        memcmp (type_names[i], name.text, name.length) == 0) {
      *ret_type = (LwSyncMessageType)i;
      return TRUE;
    }
  }
  return fail_syntax (reading, name, "a kind of message that is not known here", error);
}

static gboolean
read_message (Reading *reading, LwJsonSlice whole, LwSyncMessage *message, GError **error)
{
  Member members[] = {
      {"lessonwalk", TRUE}, {"version", TRUE}, {"logs"}, {"runs"}, {"ranges"}, {NULL}};
  static const guint list_of[] = {
      [LW_SYNC_MESSAGE_VECTOR] = 2, [LW_SYNC_MESSAGE_OPS] = 3, [LW_SYNC_MESSAGE_WANTED] = 4};
  LwJsonSlice list;

  if (!cut_object (reading, whole, members, error) ||
      !read_head (reading, members, &message->type, error))
    return FALSE;
  list = members[list_of[message->type]].value;
  for (guint i = 2; i < 5; i++) {
    if ((i == list_of[message->type]) != (members[i].value.text != NULL))
      return fail_syntax (reading, whole, "not the members of this kind of message", error);
  }
  if (message->type == LW_SYNC_MESSAGE_VECTOR) {
    g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (LwSyncMark));

    if (!read_list (reading, list, LW_SYNC_VECTOR_MAX_LOGS, read_mark, marks, error))
      return FALSE;
    message->vector = lw_sync_vector_new (marks);
    return message->vector != NULL || fail_syntax (reading, list, "a log is named twice", error);
  }
  if (message->type == LW_SYNC_MESSAGE_WANTED) {
    message->wanted = g_array_new (FALSE, FALSE, sizeof (LwSyncRange));
    return read_list (reading, list, LW_SYNC_VECTOR_MAX_LOGS, read_range, message->wanted, error);
  }
  reading->builder = lw_sync_batch_builder_new ();
  if (!read_list (reading, list, LW_SYNC_BATCH_MAX_OPS, read_run, NULL, error))
    return FALSE;
  message->batch = lw_sync_batch_builder_end (g_steal_pointer (&reading->builder));
  return TRUE;
}

LwSyncMessage *
lw_sync_message_read (const char *text, gsize length, GError **error)
{
  g_autoptr (LwSyncMessage) message = g_new0 (LwSyncMessage, 1);
  g_autofree char *copy = NULL;
  Reading reading = {0};
  gboolean ok;

  g_return_val_if_fail (text != NULL || length == 0, NULL);
  /* The cursors look for a NUL at the end. */
  copy = length <= LW_SYNC_MESSAGE_MAX_BYTES ? g_strndup (text != NULL ? text : "", length) : NULL;
  reading.whole = copy != NULL ? copy : text;
  if (copy == NULL) {
    fail (&reading, text, LW_EXCHANGE_ERROR_LIMIT, "the message is too long", error);
    return NULL;
  }
  ok = read_message (&reading, (LwJsonSlice){copy, length}, message, error);
  g_clear_pointer (&reading.builder, lw_sync_batch_builder_free);
  return ok ? g_steal_pointer (&message) : NULL;
}

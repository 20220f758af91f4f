/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-body.h"

#include <string.h>

enum {
  NOTE_KIND = 1,
  NOTE_START = 2,
  NOTE_LENGTH = 3,
  NOTE_PASS = 4,
  NOTE_ON_FOCUS = 5,
  NOTE_REPLY_TO = 6,
  NOTE_LENS = 7,
  NOTE_REGION = 8,
  NOTE_CREATED = 9,
  NOTE_EDITED = 10,
  NOTE_TEXT = 11,
  NOTE_TAG = 12,
  NOTE_WALL = 13,
  NOTE_WALL_UNCERTAINTY = 14,
};

static void
put_varint (GByteArray *out, guint64 number)
{
  guint8 bytes[10];
  guint n = 0;

  do {
    bytes[n] = (guint8)(number & 0x7f);
    number >>= 7;
    if (number != 0)
      bytes[n] |= 0x80;
    n++;
  } while (number != 0);
  g_byte_array_append (out, bytes, n);
}

static void
put_number (GByteArray *out, guint field, gint64 number)
{
  if (number == 0)
    return;
  put_varint (out, (guint64)field << 1);
  put_varint (out, ((guint64)number << 1) ^ (number < 0 ? G_MAXUINT64 : 0));
}

static void
put_bytes (GByteArray *out, guint field, gconstpointer data, gsize length)
{
  put_varint (out, (guint64)field << 1 | 1);
  put_varint (out, length);
  g_byte_array_append (out, data, (guint)length);
}

static void
put_text (GByteArray *out, guint field, const char *text)
{
  if (*text != '\0')
    put_bytes (out, field, text, strlen (text));
}

static void
put_id (GByteArray *out, guint field, const LwId *id)
{
  if (!lw_id_is_none (id))
    put_bytes (out, field, id, sizeof *id);
}

GBytes *
lw_body_from_note (const LwNote *note)
{
  GByteArray *out = g_byte_array_sized_new ((guint)strlen (note->text) + 64);
  guint8 type = LW_BODY_NOTE;

  g_byte_array_append (out, &type, 1);
  put_text (out, NOTE_KIND, lw_note_kind_to_string (note->kind));
  put_number (out, NOTE_START, note->start);
  put_number (out, NOTE_LENGTH, note->end - note->start);
  put_number (out, NOTE_PASS, note->pass);
  put_number (out, NOTE_ON_FOCUS, note->on_focus);
  put_id (out, NOTE_REPLY_TO, &note->reply_to);
  put_id (out, NOTE_LENS, &note->lens_id);
  if (!lw_region_is_none (&note->region)) {
    guint16 region[4] = {GUINT16_TO_BE (note->region.x), GUINT16_TO_BE (note->region.y),
                         GUINT16_TO_BE (note->region.width), GUINT16_TO_BE (note->region.height)};

    put_bytes (out, NOTE_REGION, region, sizeof region);
  }
  put_number (out, NOTE_CREATED, note->created_utc_us);
  put_number (out, NOTE_EDITED, note->edited_utc_us - note->created_utc_us);
  put_text (out, NOTE_TEXT, note->text);
  for (guint i = 0; note->tags[i] != NULL; i++)
    put_text (out, NOTE_TAG, note->tags[i]);
  put_number (out, NOTE_WALL, note->wall_utc_ns);
  put_number (out, NOTE_WALL_UNCERTAINTY, note->wall_uncertainty_ns);
  return g_byte_array_free_to_bytes (out);
}

GBytes *
lw_body_from_entity (LwEntityKind kind, gconstpointer entity)
{
  const LwEntityClass *class = lw_entity_get_class (kind);
  GByteArray *out = g_byte_array_new ();
  guint8 type = (guint8)(LW_BODY_ENTITY + kind);

  g_byte_array_append (out, &type, 1);
  for (const LwField *field = class->fields; field->name != NULL; field++) {
    gconstpointer member = (const guint8 *)entity + field->offset;

    switch (field->type) {
    case LW_FIELD_ID:
      put_id (out, field->number, member);
      break;
    case LW_FIELD_HASH:
      put_bytes (out, field->number, member, sizeof (LwContentHash));
      break;
    case LW_FIELD_TEXT:
      put_text (out, field->number, *(const char *const *)member);
      break;
    case LW_FIELD_TEXTS:
      /* An empty string is an item too, so not put_text(). */
      for (const char *const *text = *(const char *const *const *)member; *text != NULL; text++)
        put_bytes (out, field->number, *text, strlen (*text));
      break;
    case LW_FIELD_NUMBER:
      put_number (out, field->number, *(const guint *)member);
      break;
    case LW_FIELD_LONG:
      put_number (out, field->number, *(const gint64 *)member);
      break;
    default:
      g_assert_not_reached ();
    }
  }
  return g_byte_array_free_to_bytes (out);
}

typedef struct {
  const guint8 *next;
  const guint8 *end;
} Reader;

typedef struct {
  guint64 number;
  gboolean is_bytes;
  gint64 value;
  const guint8 *bytes;
  gsize length;
} Item;

static gboolean
get_varint (Reader *reader, guint64 *ret_number)
{
  guint64 number = 0;

  for (guint shift = 0; shift < 64 && reader->next < reader->end; shift += 7) {
    guint8 byte = *reader->next++;

    if (shift == 63 && byte > 1)
      return FALSE;
    number |= (guint64)(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) {
      *ret_number = number;
      return TRUE;
    }
  }
  return FALSE;
}

/* FALSE at the end, or with *broken set. */
static gboolean
get_item (Reader *reader, Item *ret_item, gboolean *broken)
{
  guint64 key, number;

  if (reader->next == reader->end)
    return FALSE;
  *broken = TRUE;
  if (!get_varint (reader, &key) || !get_varint (reader, &number))
    return FALSE;
  *ret_item = (Item){.number = key >> 1, .is_bytes = (key & 1) != 0};
  if (ret_item->is_bytes) {
    if (number > (guint64)(reader->end - reader->next))
      return FALSE;
    ret_item->bytes = reader->next;
    ret_item->length = (gsize)number;
    reader->next += number;
  } else {
    ret_item->value = (gint64)(number >> 1) ^ -(gint64)(number & 1);
  }
  *broken = FALSE;
  return TRUE;
}

static gboolean
item_to_id (const Item *item, LwId *ret_id)
{
  if (!item->is_bytes || item->length != sizeof *ret_id)
    return FALSE;
  memcpy (ret_id, item->bytes, sizeof *ret_id);
  return TRUE;
}

static char *
item_to_text (const Item *item)
{
  return item->is_bytes && memchr (item->bytes, 0, item->length) == NULL
             ? g_strndup ((const char *)item->bytes, item->length)
             : NULL;
}

static gboolean
item_to_region (const Item *item, LwRegion *ret_region)
{
  guint16 region[4];

  if (!item->is_bytes || item->length != sizeof region)
    return FALSE;
  memcpy (region, item->bytes, sizeof region);
  *ret_region = (LwRegion){GUINT16_FROM_BE (region[0]), GUINT16_FROM_BE (region[1]),
                           GUINT16_FROM_BE (region[2]), GUINT16_FROM_BE (region[3])};
  return TRUE;
}

typedef struct {
  LwNote fields;
  gint64 length;
  gint64 edited_after;
  char *text;
  GPtrArray *tags;
} NoteParts;

static gboolean
take_note_item (const Item *item, NoteParts *parts)
{
  LwNote *fields = &parts->fields;
  char *text;

  switch (item->number) {
  case NOTE_KIND: {
    g_autofree char *name = item_to_text (item);

    return lw_note_kind_parse (name, &fields->kind);
  }
  case NOTE_START:
    fields->start = item->value;
    return !item->is_bytes;
  case NOTE_LENGTH:
    parts->length = item->value;
    return !item->is_bytes && item->value >= 0 && item->value <= LW_TIME_MAX;
  case NOTE_PASS:
    fields->pass = (guint)item->value;
    return !item->is_bytes && item->value >= 0 && item->value <= G_MAXUINT;
  case NOTE_ON_FOCUS:
    fields->on_focus = item->value != 0;
    return !item->is_bytes;
  case NOTE_REPLY_TO:
    return item_to_id (item, &fields->reply_to);
  case NOTE_LENS:
    return item_to_id (item, &fields->lens_id);
  case NOTE_REGION:
    return item_to_region (item, &fields->region);
  case NOTE_CREATED:
    fields->created_utc_us = item->value;
    return !item->is_bytes;
  case NOTE_EDITED:
    parts->edited_after = item->value;
    return !item->is_bytes && item->value >= 0;
  case NOTE_TEXT:
    g_free (parts->text);
    parts->text = item_to_text (item);
    return parts->text != NULL;
  case NOTE_TAG:
    text = item_to_text (item);
    if (text == NULL || parts->tags->len > LW_NOTE_TAGS_MAX) {
      g_free (text);
      return FALSE;
    }
    g_ptr_array_add (parts->tags, text);
    return TRUE;
  case NOTE_WALL:
    fields->wall_utc_ns = item->value;
    return !item->is_bytes;
  case NOTE_WALL_UNCERTAINTY:
    fields->wall_uncertainty_ns = item->value;
    return !item->is_bytes;
  default:
    return TRUE;
  }
}

LwNote *
lw_body_to_note (gconstpointer data, gsize length, const LwNote *identity)
{
  Reader reader = {(const guint8 *)data + 1, (const guint8 *)data + length};
  NoteParts parts = {.fields = {.kind = LW_NOTE_N_KINDS}};
  g_autoptr (GPtrArray) tags = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  gboolean broken = FALSE;
  Item item;

  if (length < 1 || *(const guint8 *)data != LW_BODY_NOTE)
    return NULL;
  parts.tags = tags;
  while (!broken && get_item (&reader, &item, &broken))
    broken = !take_note_item (&item, &parts);
  text = parts.text;
  if (broken)
    return NULL;
  g_ptr_array_add (tags, NULL);
  parts.fields.id = identity->id;
  parts.fields.track_id = identity->track_id;
  parts.fields.segment_id = identity->segment_id;
  parts.fields.author_id = identity->author_id;
  if (!LW_TIME_IS_MOMENT (parts.fields.start))
    return NULL;
  parts.fields.end = parts.fields.start + parts.length;
  /* Zero would become the time of reading. */
  if (parts.fields.created_utc_us == 0)
    return NULL;
  if (parts.edited_after > G_MAXINT64 - MAX (parts.fields.created_utc_us, 0))
    return NULL;
  parts.fields.edited_utc_us = parts.fields.created_utc_us + parts.edited_after;
  parts.fields.text = text;
  parts.fields.tags = (const char *const *)tags->pdata;
  return lw_note_new (&parts.fields, NULL);
}

/* Lists are gathered beside the struct: one a field number. */
static gboolean
take_entity_item (const LwEntityClass *class,
                  const Item *item,
                  gpointer fields,
                  GPtrArray *texts,
                  GPtrArray *owned)
{
  const LwField *field = class->fields;
  gpointer member;
  char *text;

  while (field->name != NULL && field->number != item->number)
    field++;
  if (field->name == NULL)
    return TRUE;
  member = G_STRUCT_MEMBER_P (fields, field->offset);
  switch (field->type) {
  case LW_FIELD_ID:
    return item_to_id (item, member);
  case LW_FIELD_HASH:
    if (!item->is_bytes || item->length != sizeof (LwContentHash))
      return FALSE;
    memcpy (member, item->bytes, sizeof (LwContentHash));
    return TRUE;
  case LW_FIELD_NUMBER:
    *(guint *)member = (guint)item->value;
    return !item->is_bytes && item->value >= 0 && item->value <= G_MAXINT;
  case LW_FIELD_LONG:
    *(gint64 *)member = item->value;
    return !item->is_bytes;
  case LW_FIELD_TEXT:
  case LW_FIELD_TEXTS:
    text = item_to_text (item);
    if (text == NULL)
      return FALSE;
    g_ptr_array_add (owned, text);
    if (field->type == LW_FIELD_TEXT)
      *(const char **)member = text;
    else
      g_ptr_array_add (texts, text);
    return texts->len <= LW_ENTITY_LIST_MAX;
  default:
    g_return_val_if_reached (FALSE);
  }
}

gpointer
lw_body_to_entity (gconstpointer data, gsize length, const LwId *id, LwEntityKind *ret_kind)
{
  Reader reader = {(const guint8 *)data + 1, (const guint8 *)data + length};
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
  g_autofree gpointer fields = NULL;
  const LwEntityClass *class;
  LwEntityKind kind;
  gboolean broken = FALSE;
  Item item;

  if (length < 1 || *(const guint8 *)data < LW_BODY_ENTITY ||
      *(const guint8 *)data >= LW_BODY_ENTITY + LW_ENTITY_N_KINDS)
    return NULL;
  kind = *(const guint8 *)data - LW_BODY_ENTITY;
  class = lw_entity_get_class (kind);
  fields = g_malloc0 (class->size);
  while (!broken && get_item (&reader, &item, &broken))
    broken = !take_entity_item (class, &item, fields, texts, owned);
  if (broken)
    return NULL;
  g_ptr_array_add (texts, NULL);
  for (const LwField *field = class->fields; field->name != NULL; field++) {
    if (field->type == LW_FIELD_TEXTS)
      G_STRUCT_MEMBER (gpointer, fields, field->offset) = texts->pdata;
  }
  *(LwId *)fields = *id;
  if (ret_kind != NULL)
    *ret_kind = kind;
  return lw_entity_new (kind, fields, NULL);
}

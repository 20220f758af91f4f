/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-worker-matroska.h"

/* https://www.rfc-editor.org/rfc/rfc9559.html */
#define ID_EBML 0x1a45dfa3
#define ID_SEGMENT 0x18538067
#define ID_INFO 0x1549a966
#define ID_TIMESTAMP_SCALE 0x2ad7b1
#define ID_CLUSTER 0x1f43b675
#define ID_TIMESTAMP 0xe7
#define ID_SIMPLE_BLOCK 0xa3
#define ID_BLOCK_GROUP 0xa0
#define ID_BLOCK 0xa1

/* Enough for every track to have had its turn. */
#define FIRST_BLOCKS 200

#define MAX_ELEMENTS 10000
#define UNKNOWN_SIZE G_MAXINT64

typedef struct {
  guint32 id;
  gint64 body;
  gint64 end; /* UNKNOWN_SIZE: of a live recording */
} Element;

/* Reads a number of up to @most bytes whose first bit that is set tells how many. */
static gboolean
read_vint (
    AVIOContext *io, guint most, gboolean keep_mark, guint64 *ret_value, gboolean *ret_all_ones)
{
  guint8 first = (guint8)avio_r8 (io);
  guint length = first == 0 ? 9 : (guint)__builtin_clz (first) - 23;
  guint64 value, ones;

  if (length > most || avio_feof (io))
    return FALSE;
  value = keep_mark ? first : first & ((1u << (8 - length)) - 1);
  for (guint i = 1; i < length; i++)
    value = value << 8 | (guint8)avio_r8 (io);
  ones = (G_GUINT64_CONSTANT (1) << (7 * length)) - 1;
  *ret_value = value;
  *ret_all_ones = !keep_mark && value == ones;
  return !avio_feof (io);
}

static gboolean
read_element (AVIOContext *io, Element *element)
{
  guint64 id, size;
  gboolean is_unknown, ignored;

  if (!read_vint (io, 4, TRUE, &id, &ignored) || !read_vint (io, 8, FALSE, &size, &is_unknown))
    return FALSE;
  element->id = (guint32)id;
  element->body = avio_tell (io);
  if (is_unknown)
    element->end = UNKNOWN_SIZE;
  else if (size > (guint64)(G_MAXINT64 - 1 - element->body))
    return FALSE;
  else
    element->end = element->body + (gint64)size;
  return TRUE;
}

/* Goes from child to child of @parent, where the reader stands, to the first one of @id. */
static gboolean
find_child (AVIOContext *io, const Element *parent, guint32 id, Element *child)
{
  for (guint i = 0; i < MAX_ELEMENTS && avio_tell (io) < parent->end; i++) {
    if (!read_element (io, child))
      return FALSE;
    if (child->id == id)
      return TRUE;
    if (child->end == UNKNOWN_SIZE || avio_seek (io, child->end, SEEK_SET) < 0)
      return FALSE;
  }
  return FALSE;
}

static gboolean
read_unsigned (AVIOContext *io, const Element *element, guint64 *ret_value)
{
  gint64 length = element->end - element->body;
  guint64 value = 0;

  if (length < 1 || length > 8)
    return FALSE;
  for (gint64 i = 0; i < length; i++)
    value = value << 8 | (guint8)avio_r8 (io);
  *ret_value = value;
  return !avio_feof (io);
}

static gboolean
find_segment (LwWorkerInput *input, Element *segment)
{
  Element head;

  return avio_seek (input->io, 0, SEEK_SET) >= 0 && read_element (input->io, &head) &&
         head.id == ID_EBML && head.end < input->size &&
         avio_seek (input->io, head.end, SEEK_SET) >= 0 && read_element (input->io, segment) &&
         segment->id == ID_SEGMENT;
}

/* A block begins with its track's number and its time after (or before) the cluster's. */
static gboolean
read_block_time (AVIOContext *io, gint64 *ret_time)
{
  guint64 track;
  gboolean ignored;

  if (!read_vint (io, 8, FALSE, &track, &ignored))
    return FALSE;
  *ret_time = (gint16)avio_rb16 (io);
  return !avio_feof (io);
}

/* The least time of the cluster's first blocks, of all tracks; in the file's units. */
static gboolean
first_block_time (AVIOContext *io, const Element *cluster, gint64 *ret_time)
{
  guint64 cluster_time = 0;
  gint64 least = G_MAXINT64, time;
  Element element, block;

  for (guint i = 0; i < FIRST_BLOCKS && avio_tell (io) < cluster->end; i++) {
    if (!read_element (io, &element) || element.end == UNKNOWN_SIZE)
      break;
    if (element.id == ID_TIMESTAMP)
      read_unsigned (io, &element, &cluster_time);
    else if (element.id == ID_SIMPLE_BLOCK && read_block_time (io, &time))
      least = MIN (least, time);
    else if (element.id == ID_BLOCK_GROUP && find_child (io, &element, ID_BLOCK, &block) &&
             read_block_time (io, &time))
      least = MIN (least, time);
    if (avio_seek (io, element.end, SEEK_SET) < 0)
      break;
  }
  if (cluster_time > G_MAXINT64 / 2 || least == G_MAXINT64)
    return FALSE;
  *ret_time = MAX ((gint64)cluster_time + least, 0);
  return TRUE;
}

LwTime
lw_worker_matroska_origin (LwWorkerInput *input)
{
  AVIOContext *io = input->io;
  gint64 back = avio_tell (io);
  Element segment, element, child;
  guint64 scale = 1000000;
  gint64 first = 0;
  LwTime origin = 0;

  if (find_segment (input, &segment)) {
    if (find_child (io, &segment, ID_INFO, &element) &&
        find_child (io, &element, ID_TIMESTAMP_SCALE, &child))
      read_unsigned (io, &child, &scale);
    if (avio_seek (io, segment.body, SEEK_SET) < 0 ||
        !find_child (io, &segment, ID_CLUSTER, &element) ||
        !first_block_time (io, &element, &first))
      first = 0;
  }
  avio_seek (io, back, SEEK_SET);
  if (!__builtin_mul_overflow (first, scale, &origin) && LW_TIME_IS_MOMENT (origin))
    return origin;
  return 0;
}

gint64
lw_worker_matroska_end (LwWorkerInput *input)
{
  gint64 back = avio_tell (input->io);
  Element segment;
  gboolean found = find_segment (input, &segment);

  avio_seek (input->io, back, SEEK_SET);
  return found && segment.end != UNKNOWN_SIZE ? segment.end : -1;
}

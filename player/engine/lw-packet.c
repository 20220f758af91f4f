/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-decoder-tap.h"

/* H.264, table 7-1: slices are types 1 to 5; nal_ref_idc 0 marks what nothing refers to. Parameter
 * sets (7, 8, 13, 15) are for later pictures too. */
static int
judge_h264 (guint8 header)
{
  guint type = header & 0x1f;

  if (type == 7 || type == 8 || type == 13 || type == 15)
    return 0;
  if (type == 0 || type > 5)
    return -1;
  return ((header >> 5) & 3) == 0;
}

/* H.265, table 7-1: below 16 even types are sub-layer non-reference pictures. They can be referred
 * to from a higher sub-layer, so only a stream that has none (temporal id 0) is judged. 32 to 34
 * are parameter sets. */
static int
judge_h265 (guint8 first, guint8 second)
{
  guint type = (first >> 1) & 0x3f;

  if (type > 31)
    return type <= 34 ? 0 : -1;
  return type < 16 && type % 2 == 0 && (second & 7) == 1;
}

/* 1: disposable, 0: not, -1: no slice. A packet is disposable if it has a slice and all are. */
static int
judge_nal (LwCodec codec, const guint8 *nal, gsize size)
{
  if (size < 2)
    return -1;
  return codec == LW_CODEC_H264 ? judge_h264 (nal[0]) : judge_h265 (nal[0], nal[1]);
}

static gboolean
walk_lengths (LwCodec codec, guint length_size, const guint8 *data, gsize size)
{
  gsize at = 0;
  gboolean is_disposable = FALSE;

  while (size - at > length_size) {
    guint64 length = 0;
    int verdict;

    for (guint i = 0; i < length_size; i++)
      length = length << 8 | data[at + i];
    at += length_size;
    if (length > size - at)
      return FALSE;
    verdict = judge_nal (codec, data + at, length);
    if (verdict == 0)
      return FALSE;
    is_disposable |= verdict == 1;
    at += length;
  }
  return is_disposable;
}

static gboolean
walk_start_codes (LwCodec codec, const guint8 *data, gsize size)
{
  gboolean is_disposable = FALSE;

  for (gsize at = 0; at + 5 <= size; at++) {
    int verdict;

    if (data[at] != 0 || data[at + 1] != 0 || data[at + 2] != 1)
      continue;
    verdict = judge_nal (codec, data + at + 3, size - at - 3);
    if (verdict == 0)
      return FALSE;
    is_disposable |= verdict == 1;
  }
  return is_disposable;
}

/* VP9, 6.2 uncompressed header: an inter frame that refreshes no reference slot. Only profile 0,
 * without the superframe index (hidden frames are always for others to refer to). */
static gboolean
vp9_is_disposable (const guint8 *data, gsize size)
{
  gboolean shown, error_resilient, intra_only;
  guint bit = 8, refresh;

  if (size < 4 || (data[size - 1] & 0xe0) == 0xc0)
    return FALSE;
  /* frame_marker 10, profile 00, show_existing_frame 0, frame_type 1 (inter) */
  if ((data[0] & 0xfc) != 0x84)
    return FALSE;
  shown = (data[0] & 2) != 0;
  error_resilient = (data[0] & 1) != 0;
  if (!shown)
    intra_only = (data[bit / 8] >> (7 - bit % 8)) & 1, bit++;
  else
    intra_only = FALSE;
  if (!error_resilient)
    bit += 2; /* reset_frame_context */
  if (intra_only)
    return FALSE;
  refresh = ((guint)data[bit / 8] << 8 | data[bit / 8 + 1]) >> (8 - bit % 8) & 0xff;
  return refresh == 0;
}

gboolean
lw_packet_is_disposable (LwCodec codec, guint length_size, const guint8 *data, gsize size)
{
  switch (codec) {
  case LW_CODEC_H264:
  case LW_CODEC_H265:
    return length_size > 0 ? walk_lengths (codec, length_size, data, size)
                           : walk_start_codes (codec, data, size);
  case LW_CODEC_VP9:
    return vp9_is_disposable (data, size);
  case LW_CODEC_VP8:
  case LW_CODEC_OTHER:
    break;
  }
  return FALSE;
}

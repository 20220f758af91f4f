/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any bytes as packets of H.264 on their way to the decoder: a fault, or a packet in place of
 * another that cannot be read as one. The first byte: how long the length before each NAL unit is,
 * 0 for start codes. Then parts, each after two bytes that say how long it is: the avcC box's
 * content, and the packets. */

#include "fuzz.h"

#include "lw-decoder-tap.h"
#include "lw-h264-references.h"

typedef struct {
  const uint8_t *data;
  size_t size;
} Part;

static gboolean
take_part (Part *rest, Part *ret_part)
{
  size_t size;

  if (rest->size < 2)
    return FALSE;
  size = (size_t)rest->data[0] << 8 | rest->data[1];
  *ret_part = (Part){rest->data + 2, MIN (size, rest->size - 2)};
  rest->data += 2 + ret_part->size;
  rest->size -= 2 + ret_part->size;
  return TRUE;
}

/* In memory of its own size, so that a sanitizer sees a byte read beyond it. */
static gboolean
add (LwH264References *references, guint length_size, Part part)
{
  g_autofree guint8 *data = part.size > 0 ? g_memdup2 (part.data, part.size) : NULL;

  lw_packet_is_disposable (LW_CODEC_H264, length_size, data, part.size);
  lw_packet_is_disposable (LW_CODEC_H265, length_size, data, part.size);
  lw_packet_is_disposable (LW_CODEC_VP9, 0, data, part.size);
  return lw_h264_references_add (references, data, part.size);
}

static void
run (LwH264References *references, guint length_size, Part rest)
{
  Part part;
  guint n = 0;

  lw_h264_references_begin (references);
  while (take_part (&rest, &part) && add (references, length_size, part))
    n++;
  for (guint i = 0; i < n + 2; i++) {
    g_autoptr (GBytes) stand_in = lw_h264_references_take_stand_in (references, i);

    /* What is asked after a packet that was not understood gets nothing. */
    g_assert_true (stand_in == NULL || i < n);
    g_assert_true (stand_in == NULL || !lw_packet_is_disposable (LW_CODEC_H264, length_size,
                                                                 g_bytes_get_data (stand_in, NULL),
                                                                 g_bytes_get_size (stand_in)));
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Part rest = {data, size}, avcc = {0};
  g_autoptr (LwH264References) references = NULL;
  g_autofree guint8 *codec_data = NULL;
  guint length_size;

  if (size < 1)
    return 0;
  length_size = *data % 5;
  rest = (Part){data + 1, size - 1};
  if (!take_part (&rest, &avcc))
    return 0;
  codec_data = avcc.size > 0 ? g_memdup2 (avcc.data, avcc.size) : NULL;
  references = lw_h264_references_new (length_size, codec_data, avcc.size);
  run (references, length_size, rest);
  /* After another seek. */
  run (references, length_size, rest);
  return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-read-ahead.h"

#define AHEAD ((guint64)3 * GST_SECOND)
#define AHEAD_BYTES (64u * 1024 * 1024)

static void
widen (const GValue *item, gpointer user_data)
{
  /* Before it is opened, decodebin decides by how full they are that all streams are known. */
  g_object_set (g_value_get_object (item), "max-size-time", AHEAD, "max-size-bytes", AHEAD_BYTES,
                "max-size-buffers", 0, NULL);
}

void
lw_read_ahead_set (GstElement *playbin)
{
  g_autoptr (GstIterator) queues =
      gst_bin_iterate_all_by_element_factory_name (GST_BIN (playbin), "multiqueue");

  while (gst_iterator_foreach (queues, widen, NULL) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (queues);
}

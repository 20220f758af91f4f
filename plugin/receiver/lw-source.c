/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-source.h"

const LwSourceKind *
lw_source_kind_find (const char *name)
{
  static const LwSourceKind *const kinds[] = {&lw_source_hls, &lw_source_rtmp, &lw_source_rtsp,
                                              &lw_source_srt, &lw_source_whip};

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (g_str_equal (kinds[i]->name, name))
      return kinds[i];
  }
  return NULL;
}

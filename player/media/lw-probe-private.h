/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media.h"

G_BEGIN_DECLS

/* An empty probe to be filled, then handed out and never changed again. */
LwProbe *lw_probe_new (void);

LwStreamInfo *lw_stream_info_new (void);
void lw_stream_info_free (LwStreamInfo *info);

/* (transfer none) @title, @text: made valid UTF-8, cut at LW_MEDIA_MAX_TEXT bytes, without
 * control characters but the line feed. */
LwChapter *lw_chapter_new (LwTime start, LwTime end, const char *title);
LwCaption *lw_caption_new (LwTime start, LwTime end, const char *text);

/* (transfer full): never NULL. */
char *lw_media_clean_text (const char *text);

G_END_DECLS

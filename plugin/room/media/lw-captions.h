/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media-files.h"

G_BEGIN_DECLS

/* Captions as browsers take them: WebVTT (https://www.w3.org/TR/webvtt1/). Thread: any. */

#define LW_CAPTIONS_NAME "captions.vtt"

/* @captions: of LwCaption. G_FILE_ERROR. */
gboolean
lw_captions_write (LwRoom *room, const LwContentHash *hash, GPtrArray *captions, GError **error);
/* WebVTT or SubRip; (transfer full); NULL if @text is neither. */
char *lw_captions_to_webvtt (const char *text);

G_END_DECLS

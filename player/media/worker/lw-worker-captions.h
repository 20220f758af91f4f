/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "../lw-probe-private.h"
#include "lw-worker-input.h"

G_BEGIN_DECLS

/* Reads one stream of text captions; others' pictures of text are not read. */
typedef struct LwWorkerCaptions LwWorkerCaptions;

/* NULL if the file has no captions as text. */
LwWorkerCaptions *lw_worker_captions_new (const LwWorkerInput *input);
void lw_worker_captions_free (LwWorkerCaptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwWorkerCaptions, lw_worker_captions_free)

int lw_worker_captions_get_index (const LwWorkerCaptions *self);
void lw_worker_captions_take (LwWorkerCaptions *self,
                              const LwWorkerInput *input,
                              const AVPacket *packet,
                              LwProbe *probe);
/* Puts them in order and gives an end to those that have none. */
void lw_worker_captions_finish (LwProbe *probe);

/* (transfer full): the words of an ASS event line "…,…,…,text" without its styling. */
char *lw_worker_captions_plain (const char *ass_event);

G_END_DECLS

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/sdp/sdp.h>

G_BEGIN_DECLS

enum { LW_WHIP_OFFERS_VIDEO = 1 << 0, LW_WHIP_OFFERS_AUDIO = 1 << 1 };

/**
 * lw_whip_offer_read:
 * @text: an offer in SDP (RFC 8866, 9429), of anybody
 * @ret_offers: (out): of LW_WHIP_OFFERS_
 *
 * What can be taken of it: of each picture and sound the first format that is taken (VP8 or H.264,
 * Opus), with what is sent anew of it.
 *
 * Returns: (transfer full): NULL with G_IO_ERROR and a sentence for people. Thread: any
 */
GstSDPMessage *lw_whip_offer_read (const char *text, guint *ret_offers, GError **error);

G_END_DECLS

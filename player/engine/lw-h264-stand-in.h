/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#define GST_USE_UNSTABLE_API
#include <gst/codecparsers/gsth264parser.h>

G_BEGIN_DECLS

/*
 * Makes the NAL unit (ISO 14496-10, 7.3) of a picture that stands in for one that nobody sees and
 * no picture is decoded from: number, order and what it does to the reference pictures are those of
 * @slice, and every macroblock is skipped, which costs a decoder a copy. Left out, the picture
 * would be missed in the numbering, and decoders wait and mend then.
 *
 * @slice: of any slice of the picture, a frame; parsed with its marking of reference pictures.
 * Returns: (transfer full), NULL if the picture is larger than any level has; from the NAL unit's
 * header on, without length or start code.
 */
GByteArray *lw_h264_stand_in_new (const GstH264SliceHdr *slice, guint nal_ref_idc);

G_END_DECLS

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-h264-stand-in.h"

/* Table A-1: of the highest level. */
#define MAX_MACROBLOCKS 139264

/* ---- bits ---- */

typedef struct {
  GByteArray *bytes;
  guint8 byte;
  guint n_bits; /* of it */
} Bits;

static void
put (Bits *self, guint n_bits, guint32 value)
{
  while (n_bits-- > 0) {
    self->byte = (guint8)(self->byte << 1 | ((value >> n_bits) & 1));
    if (++self->n_bits == 8) {
      g_byte_array_append (self->bytes, &self->byte, 1);
      self->n_bits = 0;
    }
  }
}

/* 9.1, ue(v) */
static void
put_ue (Bits *self, guint32 value)
{
  guint length = g_bit_storage (value + 1);

  put (self, length - 1, 0);
  put (self, length, value + 1);
}

static void
put_se (Bits *self, gint32 value)
{
  put_ue (self, value > 0 ? (guint32)value * 2 - 1 : (guint32)-value * 2);
}

static void
align (Bits *self, guint bit)
{
  while (self->n_bits != 0)
    put (self, 1, bit);
}

/* ---- macroblocks, all skipped ---- */

/* The quantiser is of no effect where nothing is coded. With this one the context of mb_skip_flag
 * (number 11, cabac_init_idc 0: m = 23, n = 33) begins in state 42 and takes 1 for likely; so it
 * goes on rising, and these are all the rows of table 9-44 that are met, from 42 on. */
#define QP 51
#define FIRST_STATE 42
static const guint8 range_lps[][4] = {
    {16, 20, 23, 27}, {15, 19, 22, 25}, {14, 18, 21, 24}, {14, 17, 20, 23}, {13, 16, 19, 22},
    {12, 15, 18, 21}, {12, 14, 17, 20}, {11, 14, 16, 19}, {11, 13, 15, 18}, {10, 12, 15, 17},
    {10, 12, 14, 16}, {9, 11, 13, 15},  {9, 11, 12, 14},  {8, 10, 12, 14},  {8, 9, 11, 13},
    {7, 9, 11, 12},   {7, 9, 10, 12},   {7, 8, 10, 11},   {6, 8, 9, 11},    {6, 7, 9, 10},
    {6, 7, 8, 9},
};

/* 9.3.4 */
typedef struct {
  Bits *bits;
  guint low, range, n_outstanding;
  gboolean is_begun;
} Arithmetic;

static void
put_outstanding (Arithmetic *self, guint bit)
{
  if (self->is_begun)
    put (self->bits, 1, bit);
  self->is_begun = TRUE;
  for (; self->n_outstanding > 0; self->n_outstanding--)
    put (self->bits, 1, 1 - bit);
}

static void
renormalize (Arithmetic *self)
{
  for (; self->range < 256; self->range <<= 1, self->low <<= 1) {
    if (self->low < 256) {
      put_outstanding (self, 0);
    } else if (self->low >= 512) {
      self->low -= 512;
      put_outstanding (self, 1);
    } else {
      self->low -= 256;
      self->n_outstanding++;
    }
  }
}

static void
put_skipped_by_cabac (Bits *bits, guint n_macroblocks)
{
  Arithmetic coder = {.bits = bits, .range = 510};
  guint state = 0;

  for (guint i = 0; i < n_macroblocks; i++) {
    /* mb_skip_flag 1, the likely one */
    coder.range -= range_lps[state][(coder.range >> 6) & 3];
    renormalize (&coder);
    if (state + 1 < G_N_ELEMENTS (range_lps))
      state++;
    /* end_of_slice_flag */
    coder.range -= 2;
    if (i + 1 < n_macroblocks)
      renormalize (&coder);
  }
  coder.low += coder.range;
  coder.range = 2;
  renormalize (&coder);
  put_outstanding (&coder, (coder.low >> 9) & 1);
  /* The last bit is the stop bit of the NAL unit. */
  put (bits, 2, ((coder.low >> 7) & 3) | 1);
}

/* ---- the header of the slice, 7.3.3 ---- */

static void
put_order (Bits *bits, const GstH264SliceHdr *slice)
{
  const GstH264SPS *sps = slice->pps->sequence;

  if (sps->pic_order_cnt_type == 0) {
    put (bits, sps->log2_max_pic_order_cnt_lsb_minus4 + 4U, slice->pic_order_cnt_lsb);
    if (slice->pps->pic_order_present_flag)
      put_se (bits, slice->delta_pic_order_cnt_bottom);
  } else if (sps->pic_order_cnt_type == 1 && !sps->delta_pic_order_always_zero_flag) {
    put_se (bits, slice->delta_pic_order_cnt[0]);
    if (slice->pps->pic_order_present_flag)
      put_se (bits, slice->delta_pic_order_cnt[1]);
  }
  if (slice->pps->redundant_pic_cnt_present_flag)
    put_ue (bits, 0);
}

static void
put_references (Bits *bits, const GstH264SliceHdr *slice)
{
  put (bits, 1, 1); /* num_ref_idx_active_override_flag */
  put_ue (bits, 0);
  put (bits, 1, 0); /* ref_pic_list_modification_flag_l0 */
  if (!slice->pps->weighted_pred_flag)
    return;
  put_ue (bits, 0);
  if (slice->pps->sequence->chroma_array_type != 0)
    put_ue (bits, 0);
  put (bits, 1, 0); /* no weights */
  if (slice->pps->sequence->chroma_array_type != 0)
    put (bits, 1, 0);
}

static void
put_marking (Bits *bits, const GstH264DecRefPicMarking *marking)
{
  put (bits, 1, marking->adaptive_ref_pic_marking_mode_flag);
  if (!marking->adaptive_ref_pic_marking_mode_flag)
    return;
  for (guint i = 0; i < marking->n_ref_pic_marking; i++) {
    const GstH264RefPicMarking *one = &marking->ref_pic_marking[i];
    guint kind = one->memory_management_control_operation;

    put_ue (bits, kind);
    if (kind == 1 || kind == 3)
      put_ue (bits, one->difference_of_pic_nums_minus1);
    if (kind == 2)
      put_ue (bits, one->long_term_pic_num);
    if (kind == 3 || kind == 6)
      put_ue (bits, one->long_term_frame_idx);
    if (kind == 4)
      put_ue (bits, one->max_long_term_frame_idx_plus1);
  }
  put_ue (bits, 0);
}

/* 7.4.1: three bytes that could be taken for a start code are kept apart. */
static GByteArray *
escape (const GByteArray *plain)
{
  GByteArray *escaped = g_byte_array_sized_new (plain->len + 8);
  const guint8 three = 3;
  guint n_zeros = 0;

  for (guint i = 0; i < plain->len; i++) {
    if (n_zeros >= 2 && plain->data[i] <= 3) {
      g_byte_array_append (escaped, &three, 1);
      n_zeros = 0;
    }
    g_byte_array_append (escaped, &plain->data[i], 1);
    n_zeros = plain->data[i] == 0 ? n_zeros + 1 : 0;
  }
  return escaped;
}

GByteArray *
lw_h264_stand_in_new (const GstH264SliceHdr *slice, guint nal_ref_idc)
{
  const GstH264PPS *pps = slice->pps;
  const GstH264SPS *sps = pps->sequence;
  guint64 n_macroblocks =
      (sps->pic_width_in_mbs_minus1 + 1ULL) * (sps->pic_height_in_map_units_minus1 + 1ULL);
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  Bits bits = {.bytes = plain};

  if (n_macroblocks > MAX_MACROBLOCKS)
    return NULL;
  put (&bits, 8, nal_ref_idc << 5 | GST_H264_NAL_SLICE);
  put_ue (&bits, 0); /* first_mb_in_slice */
  put_ue (&bits, GST_H264_P_SLICE);
  put_ue (&bits, (guint32)pps->id);
  put (&bits, sps->log2_max_frame_num_minus4 + 4U, slice->frame_num);
  put_order (&bits, slice);
  put_references (&bits, slice);
  if (nal_ref_idc != 0)
    put_marking (&bits, &slice->dec_ref_pic_marking);
  if (pps->entropy_coding_mode_flag)
    put_ue (&bits, 0); /* cabac_init_idc */
  put_se (&bits, QP - (26 + pps->pic_init_qp_minus26));
  if (pps->deblocking_filter_control_present_flag)
    put_ue (&bits, 1); /* none */
  if (pps->entropy_coding_mode_flag) {
    align (&bits, 1);
    put_skipped_by_cabac (&bits, (guint)n_macroblocks);
  } else {
    put_ue (&bits, (guint32)n_macroblocks); /* mb_skip_run */
    put (&bits, 1, 1);
  }
  align (&bits, 0);
  return escape (plain);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-h264-references.h"

#include <string.h>

#include "lw-h264-stand-in.h"

#define MAX_REFERENCES 16

typedef struct {
  guint needs[MAX_REFERENCES]; /* numbers of pictures, each once */
  guint n_needs;
  gboolean is_needed;
  GByteArray *stand_in; /* NULL: nothing can stand in for it */
} Picture;

/* A reference picture as the decoder holds it. */
typedef struct {
  guint picture; /* its number */
  int frame_num, wrapped;
  int order;
} Held;

struct _LwH264References {
  GstH264NalParser *parser;
  guint length_size;
  GArray *pictures; /* of Picture */
  Held held[MAX_REFERENCES];
  guint n_held;
  int last_frame_num; /* of the last reference picture */
  int last_order_lsb, last_order_msb;
  gboolean is_understood, is_judged;
};

/* What is gathered of one access unit. */
typedef struct {
  Picture picture;
  GstH264SliceHdr slice; /* its first */
  guint n_slices, ref_idc;
  gboolean is_idr, has_parameters;
  int order;
} Unit;

static void
clear_picture (gpointer data)
{
  g_clear_pointer (&((Picture *)data)->stand_in, g_byte_array_unref);
}

static void
read_codec_data (LwH264References *self, const guint8 *data, gsize size)
{
  GstH264DecoderConfigRecord *record = NULL;

  if (gst_h264_parser_parse_decoder_config_record (self->parser, data, size, &record) !=
      GST_H264_PARSER_OK)
    return;
  for (guint i = 0; i < record->sps->len; i++)
    gst_h264_parser_parse_nal (self->parser, &g_array_index (record->sps, GstH264NalUnit, i));
  for (guint i = 0; i < record->pps->len; i++)
    gst_h264_parser_parse_nal (self->parser, &g_array_index (record->pps, GstH264NalUnit, i));
  gst_h264_decoder_config_record_free (record);
}

LwH264References *
lw_h264_references_new (guint length_size, const guint8 *codec_data, gsize size)
{
  LwH264References *self = g_new0 (LwH264References, 1);

  self->parser = gst_h264_nal_parser_new ();
  self->length_size = length_size;
  self->pictures = g_array_new (FALSE, TRUE, sizeof (Picture));
  g_array_set_clear_func (self->pictures, clear_picture);
  if (codec_data != NULL)
    read_codec_data (self, codec_data, size);
  return self;
}

void
lw_h264_references_free (LwH264References *self)
{
  gst_h264_nal_parser_free (self->parser);
  g_array_unref (self->pictures);
  g_free (self);
}

void
lw_h264_references_begin (LwH264References *self)
{
  g_array_set_size (self->pictures, 0);
  self->n_held = 0;
  self->is_understood = TRUE;
  self->is_judged = FALSE;
}

/* ---- the lists of one slice, 8.2.4 ---- */

typedef struct {
  const Held *held[MAX_REFERENCES];
  guint n;
} List;

static gboolean
by_number (const Held *a, const Held *b, int now)
{
  return a->wrapped > b->wrapped; /* falling */
}

static gboolean
by_order (const Held *a, const Held *b, int now)
{
  gboolean a_after = a->order > now, b_after = b->order > now;

  if (a_after != b_after)
    return !a_after; /* those before the picture first */
  return a_after ? a->order < b->order : a->order > b->order;
}

static gboolean
by_order_back (const Held *a, const Held *b, int now)
{
  gboolean a_after = a->order > now, b_after = b->order > now;

  if (a_after != b_after)
    return a_after;
  return a_after ? a->order < b->order : a->order > b->order;
}

static void
sort (const LwH264References *self,
      gboolean (*is_before) (const Held *, const Held *, int),
      int now,
      List *ret_list)
{
  for (guint i = 0; i < self->n_held; i++) {
    guint at = i;

    for (; at > 0 && is_before (&self->held[i], ret_list->held[at - 1], now); at--)
      ret_list->held[at] = ret_list->held[at - 1];
    ret_list->held[at] = &self->held[i];
  }
  ret_list->n = self->n_held;
}

static const Held *
find (const LwH264References *self, int wrapped)
{
  for (guint i = 0; i < self->n_held; i++)
    if (self->held[i].wrapped == wrapped)
      return &self->held[i];
  return NULL;
}

static void
add_need (Picture *picture, guint number)
{
  for (guint i = 0; i < picture->n_needs; i++)
    if (picture->needs[i] == number)
      return;
  picture->needs[picture->n_needs++] = number;
}

/* Adds what the slice can refer to: first what the modifications name, then the list's own order,
 * as far as the number of active entries goes. */
static gboolean
add_needs (const LwH264References *self,
           const List *list,
           const GstH264RefPicListModification *mods,
           guint n_mods,
           guint n_active,
           Unit *unit)
{
  const GstH264SliceHdr *slice = &unit->slice;
  const Held *named[32] = {0};
  guint n_named = 0;
  int now = slice->frame_num, max = (int)slice->max_pic_num;

  for (guint i = 0; i < n_mods && mods[i].modification_of_pic_nums_idc != 3; i++) {
    int difference;

    if (mods[i].modification_of_pic_nums_idc > 1 || n_named == G_N_ELEMENTS (named) ||
        mods[i].value.abs_diff_pic_num_minus1 >= (guint32)max)
      return FALSE;
    difference = (int)mods[i].value.abs_diff_pic_num_minus1 + 1;
    now += mods[i].modification_of_pic_nums_idc == 0 ? -difference : difference;
    now = (now % max + max) % max;
    named[n_named] = find (self, now > slice->frame_num ? now - max : now);
    if (named[n_named++] == NULL)
      return FALSE;
  }
  /* Named twice it takes two entries; so what follows may be within reach by less than this counts.
   */
  for (guint i = 0; i < n_named + list->n && n_active > 0; i++) {
    const Held *one = i < n_named ? named[i] : list->held[i - n_named];
    gboolean is_done = FALSE;

    for (guint k = 0; i >= n_named && k < n_named; k++)
      is_done |= named[k] == one;
    if (is_done)
      continue;
    n_active--;
    add_need (&unit->picture, one->picture);
  }
  return TRUE;
}

static gboolean
read_lists (LwH264References *self, const GstH264SliceHdr *slice, Unit *unit)
{
  List first = {0}, second = {0};
  guint n_first = slice->num_ref_idx_l0_active_minus1 + 1U;
  guint n_second = slice->num_ref_idx_l1_active_minus1 + 1U;

  if (GST_H264_IS_I_SLICE (slice))
    return TRUE;
  if (GST_H264_IS_P_SLICE (slice)) {
    sort (self, by_number, 0, &first);
  } else if (GST_H264_IS_B_SLICE (slice) && slice->pps->sequence->pic_order_cnt_type == 0) {
    sort (self, by_order, unit->order, &first);
    sort (self, by_order_back, unit->order, &second);
    /* 8.2.4.2.3: two lists that are the same, are not. */
    if (second.n > 1 && memcmp (first.held, second.held, second.n * sizeof *second.held) == 0) {
      second.held[0] = first.held[1];
      second.held[1] = first.held[0];
    }
    if (!add_needs (self, &second, slice->ref_pic_list_modification_l1,
                    slice->ref_pic_list_modification_flag_l1 ? slice->n_ref_pic_list_modification_l1
                                                             : 0,
                    n_second, unit))
      return FALSE;
  } else {
    return FALSE;
  }
  return add_needs (self, &first, slice->ref_pic_list_modification_l0,
                    slice->ref_pic_list_modification_flag_l0 ? slice->n_ref_pic_list_modification_l0
                                                             : 0,
                    n_first, unit);
}

/* ---- the picture's order and number ---- */

/* 8.2.1.1. Without B-pictures (type 2) nothing is sorted by it. */
static gboolean
read_order (LwH264References *self, const GstH264SliceHdr *slice, Unit *unit)
{
  const GstH264SPS *sps = slice->pps->sequence;
  int max = 1 << (sps->log2_max_pic_order_cnt_lsb_minus4 + 4), lsb = slice->pic_order_cnt_lsb;
  int msb = self->last_order_msb;

  if (sps->pic_order_cnt_type == 2)
    return TRUE;
  if (sps->pic_order_cnt_type != 0 || ABS ((gint64)slice->delta_pic_order_cnt_bottom) > max)
    return FALSE;
  if (unit->is_idr)
    self->last_order_msb = self->last_order_lsb = msb = 0;
  if (lsb < self->last_order_lsb && self->last_order_lsb - lsb >= max / 2)
    msb += max;
  else if (lsb > self->last_order_lsb && lsb - self->last_order_lsb > max / 2)
    msb -= max;
  if (unit->ref_idc != 0) {
    self->last_order_msb = msb;
    self->last_order_lsb = lsb;
  }
  unit->order = msb + lsb + MIN (slice->delta_pic_order_cnt_bottom, 0);
  return TRUE;
}

static gboolean
is_plain (const GstH264SliceHdr *slice)
{
  const GstH264SPS *sps = slice->pps->sequence;

  return sps->frame_mbs_only_flag && !slice->field_pic_flag && !sps->separate_colour_plane_flag &&
         slice->pps->num_slice_groups_minus1 == 0 && slice->redundant_pic_cnt == 0;
}

/* Whether all slices are of one picture, 7.4.1.2.4; two in one packet are not told apart here. */
static gboolean
is_of_same_picture (const Unit *unit, const GstH264SliceHdr *slice, const GstH264NalUnit *nal)
{
  const GstH264SliceHdr *first = &unit->slice;

  return slice->frame_num == first->frame_num &&
         slice->pic_order_cnt_lsb == first->pic_order_cnt_lsb &&
         slice->delta_pic_order_cnt_bottom == first->delta_pic_order_cnt_bottom &&
         slice->pps->sequence == first->pps->sequence && slice->idr_pic_id == first->idr_pic_id &&
         nal->idr_pic_flag == unit->is_idr && nal->ref_idc == unit->ref_idc &&
         slice->first_mb_in_slice != first->first_mb_in_slice;
}

static gboolean
begin_picture (LwH264References *self, Unit *unit)
{
  const GstH264SliceHdr *slice = &unit->slice;
  int max = (int)slice->max_pic_num, next = (self->last_frame_num + 1) % max;

  if (!read_order (self, slice, unit))
    return FALSE;
  if (unit->is_idr) {
    self->n_held = 0;
    return slice->frame_num == 0 && unit->ref_idc != 0;
  }
  if (self->pictures->len == 0)
    return FALSE;
  /* Anything else is a gap: a picture was lost. */
  if (slice->frame_num != next)
    return FALSE;
  for (guint i = 0; i < self->n_held; i++) {
    Held *one = &self->held[i];

    one->wrapped = one->frame_num > slice->frame_num ? one->frame_num - max : one->frame_num;
  }
  return TRUE;
}

/* ---- what becomes of the reference pictures, 8.2.5 ---- */

static void
let_go (LwH264References *self, guint i)
{
  self->held[i] = self->held[--self->n_held];
}

static gboolean
mark (LwH264References *self, const Unit *unit)
{
  const GstH264DecRefPicMarking *marking = &unit->slice.dec_ref_pic_marking;
  guint room = (guint)CLAMP (unit->slice.pps->sequence->num_ref_frames, 1, MAX_REFERENCES);

  if (unit->is_idr)
    return !marking->long_term_reference_flag;
  if (marking->adaptive_ref_pic_marking_mode_flag) {
    for (guint i = 0; i < marking->n_ref_pic_marking; i++) {
      const GstH264RefPicMarking *one = &marking->ref_pic_marking[i];
      const Held *held;

      if (one->memory_management_control_operation == 0)
        break;
      if (one->memory_management_control_operation != 1 ||
          one->difference_of_pic_nums_minus1 >= unit->slice.max_pic_num)
        return FALSE;
      held = find (self, unit->slice.frame_num - (int)one->difference_of_pic_nums_minus1 - 1);
      if (held == NULL)
        return FALSE;
      let_go (self, (guint)(held - self->held));
    }
    return self->n_held < room;
  }
  while (self->n_held >= room) {
    guint oldest = 0;

    for (guint i = 1; i < self->n_held; i++)
      if (self->held[i].wrapped < self->held[oldest].wrapped)
        oldest = i;
    let_go (self, oldest);
  }
  return TRUE;
}

static gboolean
end_picture (LwH264References *self, Unit *unit)
{
  Held *held;

  if (unit->ref_idc == 0) {
    g_array_append_val (self->pictures, unit->picture);
    return TRUE;
  }
  if (!mark (self, unit))
    return FALSE;
  held = &self->held[self->n_held++];
  *held = (Held){
      .picture = self->pictures->len,
      .frame_num = unit->slice.frame_num,
      .wrapped = unit->slice.frame_num,
      .order = unit->order,
  };
  self->last_frame_num = unit->slice.frame_num;
  if (!unit->is_idr && !unit->has_parameters && unit->picture.n_needs > 0)
    unit->picture.stand_in = lw_h264_stand_in_new (&unit->slice, unit->ref_idc);
  g_array_append_val (self->pictures, unit->picture);
  return TRUE;
}

/* ---- an access unit ---- */

static gboolean
read_nal (LwH264References *self, GstH264NalUnit *nal, Unit *unit)
{
  GstH264SliceHdr slice = {0};

  switch (nal->type) {
  case GST_H264_NAL_SLICE:
  case GST_H264_NAL_SLICE_IDR:
    if (gst_h264_parser_parse_slice_hdr (self->parser, nal, &slice, TRUE, TRUE) !=
            GST_H264_PARSER_OK ||
        !is_plain (&slice))
      return FALSE;
    if (unit->n_slices++ == 0) {
      unit->slice = slice;
      unit->ref_idc = nal->ref_idc;
      unit->is_idr = nal->idr_pic_flag;
      if (!begin_picture (self, unit))
        return FALSE;
    } else if (!is_of_same_picture (unit, &slice, nal)) {
      return FALSE;
    }
    return read_lists (self, &slice, unit);
  case GST_H264_NAL_SPS:
  case GST_H264_NAL_PPS:
    unit->has_parameters = TRUE;
    return gst_h264_parser_parse_nal (self->parser, nal) == GST_H264_PARSER_OK;
  case GST_H264_NAL_SLICE_DPA:
  case GST_H264_NAL_SLICE_DPB:
  case GST_H264_NAL_SLICE_DPC:
  case GST_H264_NAL_SLICE_EXT:
    return FALSE;
  default:
    return TRUE;
  }
}

gboolean
lw_h264_references_add (LwH264References *self, const guint8 *data, gsize size)
{
  Unit unit = {0};
  guint at = 0;

  while (self->is_understood && at < size) {
    GstH264NalUnit nal;
    GstH264ParserResult result;

    if (self->length_size > 0)
      result = gst_h264_parser_identify_nalu_avc (self->parser, data, at, size,
                                                  (guint8)self->length_size, &nal);
    else
      result = gst_h264_parser_identify_nalu (self->parser, data, at, size, &nal);
    /* The last one ends with the data. */
    if (result == GST_H264_PARSER_NO_NAL_END && self->length_size == 0)
      result = GST_H264_PARSER_OK;
    self->is_understood = result == GST_H264_PARSER_OK && read_nal (self, &nal, &unit);
    at = nal.offset + nal.size;
  }
  if (self->is_understood)
    self->is_understood = unit.n_slices > 0 && end_picture (self, &unit);
  return self->is_understood;
}

/* ---- the judgement ---- */

/* What the decoder still holds may be referred to by what follows; and from there backwards. */
static void
judge (LwH264References *self)
{
  self->is_judged = TRUE;
  for (guint i = 0; i < self->n_held; i++)
    g_array_index (self->pictures, Picture, self->held[i].picture).is_needed = TRUE;
  for (guint i = self->pictures->len; i-- > 0;) {
    Picture *picture = &g_array_index (self->pictures, Picture, i);

    picture->is_needed |= picture->stand_in == NULL;
    for (guint k = 0; picture->is_needed && k < picture->n_needs; k++)
      g_array_index (self->pictures, Picture, picture->needs[k]).is_needed = TRUE;
  }
}

GBytes *
lw_h264_references_take_stand_in (LwH264References *self, guint i)
{
  Picture *picture;
  GByteArray *unit;
  guint length_size = self->length_size > 0 ? self->length_size : 4, length;

  if (!self->is_understood || i >= self->pictures->len)
    return NULL;
  if (!self->is_judged)
    judge (self);
  picture = &g_array_index (self->pictures, Picture, i);
  if (picture->is_needed)
    return NULL;
  length = self->length_size > 0 ? picture->stand_in->len : 1; /* or a start code */
  if (length_size < 4 && length >> (8 * length_size) != 0)
    return NULL;
  unit = g_byte_array_new ();
  for (guint k = length_size; k-- > 0;) {
    guint8 byte = (guint8)(length >> (8 * k));

    g_byte_array_append (unit, &byte, 1);
  }
  g_byte_array_append (unit, picture->stand_in->data, picture->stand_in->len);
  return g_byte_array_free_to_bytes (unit);
}

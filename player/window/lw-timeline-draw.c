/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the timeline looks. */
#include "lw-timeline-private.h"

#include <math.h>

#include "lw-palette.h"

static void
lw_timeline_get_colors (LwTimeline *self, GdkRGBA *ret_text, GdkRGBA *ret_dim, GdkRGBA *ret_accent)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  gtk_style_context_get_color (context, ret_text);
  *ret_dim = *ret_text;
  ret_dim->alpha *= 0.7f;
  if (!gtk_style_context_lookup_color (context, "accent_color", ret_accent))
    *ret_accent = (GdkRGBA){0.11f, 0.44f, 0.85f, 1};
}

static void
lw_timeline_draw_text (LwTimeline *self,
                       GtkSnapshot *snapshot,
                       const char *text,
                       double x,
                       double y,
                       int max_width,
                       const GdkRGBA *color)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);

  if (max_width > 0) {
    pango_layout_set_width (layout, max_width * PANGO_SCALE);
    pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_height (layout, -1);
  }
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)x, (float)y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
lw_timeline_fill (
    GtkSnapshot *snapshot, double x, double y, double width, double height, const GdkRGBA *color)
{
  if (width > 0 && height > 0)
    gtk_snapshot_append_color (
        snapshot, color, &GRAPHENE_RECT_INIT ((float)x, (float)y, (float)width, (float)height));
}

/* ---- what stands still ---- */

static void
lw_timeline_draw_chapters (LwTimeline *self,
                           GtkSnapshot *snapshot,
                           const LwTimelineRows *rows,
                           const GdkRGBA *text)
{
  GdkRGBA shade = *text;

  for (guint i = 0; i < self->probe->chapters->len; i++) {
    const LwChapter *chapter = g_ptr_array_index (self->probe->chapters, i);
    double x0 = MAX (lw_timeline_scale_to_x (&self->scale, chapter->start), 0);
    double x1 = MIN (lw_timeline_scale_to_x (&self->scale, chapter->end), self->scale.width);

    if (x1 <= 0 || x0 >= self->scale.width)
      continue;
    shade.alpha = i % 2 == 0 ? 0.14f : 0.08f;
    lw_timeline_fill (snapshot, x0, rows->chapters_y, x1 - x0 - 1, rows->chapters_height, &shade);
    if (x1 - x0 > 24)
      lw_timeline_draw_text (self, snapshot, chapter->title, x0 + 6, rows->chapters_y + 2,
                             (int)(x1 - x0 - 12), text);
  }
}

static void
lw_timeline_draw_ruler (LwTimeline *self,
                        GtkSnapshot *snapshot,
                        const LwTimelineRows *rows,
                        const GdkRGBA *dim)
{
  LwTime tick = lw_timeline_scale_tick (&self->scale, MAX (56, self->line_height * 4));
  LwTime time = (self->scale.start + tick - 1) / tick * tick;
  GdkRGBA line = *dim;

  line.alpha *= 0.5f;
  for (; time <= self->scale.start + self->scale.span && self->scale.span > 0; time += tick) {
    g_autofree char *label = lw_time_format (time);
    double x = lw_timeline_scale_to_x (&self->scale, time);

    lw_timeline_fill (snapshot, floor (x), rows->ruler_y + rows->ruler_height - 5, 1, 5, &line);
    if (x + 36 < self->scale.width)
      lw_timeline_draw_text (self, snapshot, label, x + 4, rows->ruler_y + 1, 0, dim);
  }
}

static void
lw_timeline_draw_strip (LwTimeline *self,
                        GtkSnapshot *snapshot,
                        const LwTimelineRows *rows,
                        const GdkRGBA *text)
{
  double tile = rows->strip_height * (16 / 9.0);
  double whole, offset;
  GskRoundedRect clip;
  GdkRGBA shade = *text;

  shade.alpha = 0.06f;
  gsk_rounded_rect_init_from_rect (&clip,
                                   &GRAPHENE_RECT_INIT (0, (float)rows->strip_y,
                                                        (float)self->scale.width,
                                                        (float)rows->strip_height),
                                   4);
  gtk_snapshot_push_rounded_clip (snapshot, &clip);
  lw_timeline_fill (snapshot, 0, rows->strip_y, self->scale.width, rows->strip_height, &shade);
  if (self->filmstrip != NULL && self->scale.span > 0) {
    tile = rows->strip_height * (double)self->filmstrip->width / self->filmstrip->height;
    whole = (double)self->scale.duration / (double)self->scale.span * self->scale.width;
    offset = (double)self->scale.start / (double)self->scale.duration * whole;
    /* Tiles are anchored to the lesson, not to the edge: panning moves them, and changes none. */
    for (double k = floor (offset / tile); k * tile < offset + self->scale.width; k++) {
      LwTime middle = (LwTime)((k + 0.5) * tile / whole * (double)self->scale.duration);
      double x = k * tile - offset;

      if (k * tile >= whole)
        break;
      gtk_snapshot_append_texture (
          snapshot, lw_timeline_get_thumbnail (self, MIN (middle, self->scale.duration)),
          &GRAPHENE_RECT_INIT ((float)x, (float)rows->strip_y, (float)tile,
                               (float)rows->strip_height));
    }
  }
  gtk_snapshot_pop (snapshot);
}

static void
lw_timeline_draw_wave (LwTimeline *self,
                       GtkSnapshot *snapshot,
                       const LwTimelineRows *rows,
                       const GdkRGBA *text)
{
  const LwWaveform *wave = self->waveform;
  int width = (int)self->scale.width;
  double middle = rows->wave_height / 2.0;
  double per_step = rows->wave_height / 256.0;
  GdkRGBA color = *text;
  cairo_t *cr;

  cr = gtk_snapshot_append_cairo (
      snapshot,
      &GRAPHENE_RECT_INIT (0, (float)rows->wave_y, (float)width, (float)rows->wave_height));
  cairo_translate (cr, 0, rows->wave_y);
  color.alpha *= 0.5f;
  gdk_cairo_set_source_rgba (cr, &color);
  for (int x = 0; x < width; x++) {
    gint64 from = lw_timeline_scale_to_time (&self->scale, x) / wave->step;
    gint64 to = lw_timeline_scale_to_time (&self->scale, x + 1) / wave->step;
    int low = 0, high = 0;

    for (gint64 i = from; i <= MAX (to - 1, from) && i < (gint64)wave->count; i++) {
      low = MIN (low, wave->min_max[2 * i]);
      high = MAX (high, wave->min_max[2 * i + 1]);
    }
    cairo_rectangle (cr, x, middle - high * per_step, 1, MAX (1, (high - low) * per_step));
  }
  cairo_fill (cr);
  cairo_destroy (cr);
}

static GskRenderNode *
lw_timeline_draw_base (LwTimeline *self, const LwTimelineRows *rows)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GdkRGBA text, dim, accent;

  lw_timeline_get_colors (self, &text, &dim, &accent);
  if (rows->chapters_height > 0)
    lw_timeline_draw_chapters (self, snapshot, rows, &text);
  lw_timeline_draw_ruler (self, snapshot, rows, &dim);
  if (rows->strip_height > 0)
    lw_timeline_draw_strip (self, snapshot, rows, &text);
  if (rows->wave_height > 0 && self->waveform != NULL && self->waveform->step > 0)
    lw_timeline_draw_wave (self, snapshot, rows, &text);
  return gtk_snapshot_free_to_node (snapshot);
}

/* ---- notes ---- */

/* Ranges as bars; overlapping ones become one, so that thousands cost no more than the pixels. */
static void
lw_timeline_draw_ranges (
    LwTimeline *self, cairo_t *cr, const LwTimelineLane *lane, double y, double height)
{
  const LwTime *times = (const LwTime *)(gpointer)lane->times->data;
  const LwTimelineNote *notes = (const LwTimelineNote *)(gpointer)lane->notes->data;
  LwTime end_of_sight = self->scale.start + self->scale.span;
  double reached = -1;
  GdkRGBA color;

  for (guint i = 0; i < lane->times->len && times[i] <= end_of_sight; i++) {
    double x0, x1;

    if (notes[i].end <= times[i] || notes[i].end < self->scale.start)
      continue;
    x0 = MAX (lw_timeline_scale_to_x (&self->scale, times[i]), -8);
    x1 = MIN (lw_timeline_scale_to_x (&self->scale, notes[i].end), self->scale.width + 8);
    if (x1 <= reached)
      continue;
    x0 = MAX (x0, reached);
    reached = x1;
    lw_palette_get_color (notes[i].track, &color);
    color.alpha = 0.45f;
    gdk_cairo_set_source_rgba (cr, &color);
    cairo_rectangle (cr, x0, y + height / 2 - 4, MAX (x1 - x0, 2), 8);
    cairo_fill (cr);
    color.alpha = 1;
    gdk_cairo_set_source_rgba (cr, &color);
    cairo_rectangle (cr, x1 - 2, y + height / 2 - 6, 2, 12);
    cairo_fill (cr);
  }
}

static void
lw_timeline_draw_pill (LwTimeline *self,
                       GtkSnapshot *snapshot,
                       const LwTimelineCluster *cluster,
                       guint track,
                       double y,
                       double height,
                       const GdkRGBA *outline)
{
  g_autofree char *label =
      cluster->count > 99 ? g_strdup ("99+") : g_strdup_printf ("%u", cluster->count);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), label);
  GskRoundedRect pill;
  GdkRGBA color;
  float bright, w, h = (float)height - 3;
  int text_width, text_height;
  double x;

  pango_layout_get_pixel_size (layout, &text_width, &text_height);
  lw_palette_get_color (track, &color);
  w = (float)MAX (text_width + 10, height - 2);
  x = CLAMP (cluster->x - w / 2, 0, MAX (0, self->scale.width - w));
  gsk_rounded_rect_init_from_rect (&pill, &GRAPHENE_RECT_INIT ((float)x, (float)y + 1.5f, w, h),
                                   track % 2 == 0 ? h / 2 : 3);
  gtk_snapshot_push_rounded_clip (snapshot, &pill);
  gtk_snapshot_append_color (snapshot, &color, &pill.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &pill, (float[4]){1, 1, 1, 1},
                              (GdkRGBA[4]){*outline, *outline, *outline, *outline});
  bright = 0.299f * color.red + 0.587f * color.green + 0.114f * color.blue;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT ((float)x + (w - (float)text_width) / 2,
                                      (float)y + ((float)height - (float)text_height) / 2));
  gtk_snapshot_append_layout (snapshot, layout,
                              bright > 0.40f ? &(GdkRGBA){0, 0, 0, 0.9f} : &(GdkRGBA){1, 1, 1, 1});
  gtk_snapshot_restore (snapshot);
}

static void
lw_timeline_draw_lane (LwTimeline *self,
                       GtkSnapshot *snapshot,
                       const LwTimelineLane *lane,
                       double y,
                       double height,
                       const GdkRGBA *outline)
{
  const LwTimelineNote *notes = (const LwTimelineNote *)(gpointer)lane->notes->data;
  g_autoptr (GArray) clusters = lw_timeline_scale_cluster (
      &self->scale, (const LwTime *)(gpointer)lane->times->data, lane->times->len, 14);
  cairo_t *cr;

  cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (-8, (float)y, (float)self->scale.width + 16, (float)height));
  if (lane->longest > 0)
    lw_timeline_draw_ranges (self, cr, lane, y, height);
  for (guint i = 0; i < clusters->len; i++) {
    const LwTimelineCluster *cluster = &g_array_index (clusters, LwTimelineCluster, i);
    const LwTimelineNote *note = &notes[cluster->first];

    if (cluster->count == 1)
      lw_palette_draw_mark (cr, note->track, note->kind, cluster->x, y + height / 2, 6, outline);
  }
  cairo_destroy (cr);
  for (guint i = 0; i < clusters->len; i++) {
    const LwTimelineCluster *cluster = &g_array_index (clusters, LwTimelineCluster, i);

    if (cluster->count > 1)
      lw_timeline_draw_pill (self, snapshot, cluster, notes[cluster->first].track, y, height,
                             outline);
  }
}

static GskRenderNode *
lw_timeline_draw_notes (LwTimeline *self, const LwTimelineRows *rows)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GPtrArray *lanes = lw_timeline_ensure_lanes (self);
  GdkRGBA text, dim, accent, shade;

  lw_timeline_get_colors (self, &text, &dim, &accent);
  shade = text;
  shade.alpha = 0.04f;
  for (guint i = 0; i < MAX (1, lanes->len); i++) {
    double y = rows->lanes_y + (int)i * rows->lane_height;

    lw_timeline_fill (snapshot, 0, y + 1, self->scale.width, rows->lane_height - 2, &shade);
    if (i < lanes->len)
      lw_timeline_draw_lane (self, snapshot, g_ptr_array_index (lanes, i), y, rows->lane_height,
                             &dim);
  }
  return gtk_snapshot_free_to_node (snapshot);
}

/* ---- what moves ---- */

static void
lw_timeline_draw_stretch (LwTimeline *self,
                          GtkSnapshot *snapshot,
                          LwTime from,
                          LwTime to,
                          double y,
                          double height,
                          const GdkRGBA *color)
{
  GdkRGBA shade = *color;
  double x0 = from == LW_TIME_NONE ? -1 : lw_timeline_scale_to_x (&self->scale, from);
  double x1 = to == LW_TIME_NONE ? -1 : lw_timeline_scale_to_x (&self->scale, to);

  shade.alpha *= 0.22f;
  if (from != LW_TIME_NONE && to != LW_TIME_NONE)
    lw_timeline_fill (snapshot, x0, y, x1 - x0, height, &shade);
  /* Brackets: which end is which can be seen without colour. */
  if (from != LW_TIME_NONE) {
    lw_timeline_fill (snapshot, x0, y, 2, height, color);
    lw_timeline_fill (snapshot, x0, y, 7, 2, color);
    lw_timeline_fill (snapshot, x0, y + height - 2, 7, 2, color);
  }
  if (to != LW_TIME_NONE) {
    lw_timeline_fill (snapshot, x1 - 2, y, 2, height, color);
    lw_timeline_fill (snapshot, x1 - 7, y, 7, 2, color);
    lw_timeline_fill (snapshot, x1 - 7, y + height - 2, 7, 2, color);
  }
}

static void
lw_timeline_draw_playhead (LwTimeline *self,
                           GtkSnapshot *snapshot,
                           const LwTimelineRows *rows,
                           const GdkRGBA *text)
{
  double x = floor (lw_timeline_scale_to_x (&self->scale, self->position));
  const GdkRGBA white = {1, 1, 1, 0.9f};
  const GdkRGBA red = {0.85f, 0.12f, 0.14f, 1};
  GskRoundedRect head;

  if (self->position < 0 || x < -8 || x > self->scale.width + 8)
    return;
  x = CLAMP (x, 1, self->scale.width - 2);
  lw_timeline_fill (snapshot, x - 2, rows->ruler_y, 4, rows->height - rows->ruler_y, &white);
  lw_timeline_fill (snapshot, x - 1, rows->ruler_y, 2, rows->height - rows->ruler_y, &red);
  gsk_rounded_rect_init_from_rect (
      &head, &GRAPHENE_RECT_INIT ((float)x - 5, (float)rows->ruler_y, 10, 10), 5);
  gtk_snapshot_push_rounded_clip (snapshot, &head);
  gtk_snapshot_append_color (snapshot, &red, &head.bounds);
  gtk_snapshot_pop (snapshot);
}

void
lw_timeline_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  LwTimeline *self = LW_TIMELINE (widget);
  GdkRGBA text, dim, accent, loop;
  LwTimelineRows rows;

  if (self->scale.width <= 0)
    return;
  lw_timeline_get_rows (self, &rows);
  lw_timeline_get_colors (self, &text, &dim, &accent);
  if (self->base_node == NULL)
    self->base_node = lw_timeline_draw_base (self, &rows);
  if (self->notes_node == NULL)
    self->notes_node = lw_timeline_draw_notes (self, &rows);
  if (self->base_node != NULL)
    gtk_snapshot_append_node (snapshot, self->base_node);
  loop = text;
  lw_timeline_draw_stretch (self, snapshot, self->loop_a, self->loop_b, rows.ruler_y,
                            rows.ruler_height, &loop);
  lw_timeline_draw_stretch (self, snapshot, self->mark_in, self->mark_out,
                            rows.ruler_y + rows.ruler_height,
                            rows.height - rows.ruler_y - rows.ruler_height, &accent);
  if (self->notes_node != NULL)
    gtk_snapshot_append_node (snapshot, self->notes_node);
  if (self->hover != LW_TIME_NONE && !self->scrubbing)
    lw_timeline_fill (snapshot, floor (lw_timeline_scale_to_x (&self->scale, self->hover)),
                      rows.ruler_y, 1, rows.height - rows.ruler_y, &dim);
  if (self->scale.duration > 0)
    lw_timeline_draw_playhead (self, snapshot, &rows, &text);
  if (!lw_timeline_scale_is_fit (&self->scale)) {
    double whole = (double)self->scale.duration;

    lw_timeline_fill (snapshot, (double)self->scale.start / whole * self->scale.width,
                      rows.height - 3, (double)self->scale.span / whole * self->scale.width, 3,
                      &dim);
  }
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-note.h"
#include "lw-timeline-scale.h"
#include "lw-timeline.h"

G_BEGIN_DECLS

typedef struct {
  LwTime end;
  guint track;
  LwNoteKind kind;
} LwTimelineNote;

/* Notes of one track (the last lane may hold several), by time. */
typedef struct {
  guint track;
  GArray *times;  /* of LwTime, rising; beside @notes */
  GArray *notes;  /* of LwTimelineNote */
  LwTime longest; /* range: how far back one may begin that reaches into sight */
} LwTimelineLane;

/* Rows from top to bottom; a height of 0: not there. */
typedef struct {
  int chapters_y, chapters_height;
  int ruler_y, ruler_height;
  int strip_y, strip_height;
  int wave_y, wave_height;
  int lanes_y, lane_height;
  int height;
} LwTimelineRows;

struct _LwTimeline {
  GtkWidget parent;
  LwTimelineScale scale;
  LwTime position;
  LwTime mark_in, mark_out;
  LwTime loop_a, loop_b;

  GListModel *notes;
  GPtrArray *lanes; /* of LwTimelineLane; NULL: to be gathered again */
  LwProbe *probe;
  LwFilmstrip *filmstrip;
  GPtrArray *thumbnails; /* of GdkTexture, beside filmstrip->times */
  LwWaveform *waveform;

  GskRenderNode *base_node;  /* chapters, ruler, pictures, sound */
  GskRenderNode *notes_node; /* lanes */
  int line_height;           /* of text; 0: to be measured */

  LwTime hover; /* LW_TIME_NONE: the pointer is elsewhere */
  gboolean scrubbing;
  double drag_x;
  double pinch_factor;
  GtkWidget *preview; /* a popover */
  GtkWidget *preview_picture;
  GtkWidget *preview_time;
  GtkWidget *preview_text;
  int told_second; /* what the screen reader was told last */
};

#define LW_TIMELINE_MAX_LANES 6

void lw_timeline_get_rows (LwTimeline *self, LwTimelineRows *ret_rows);
GPtrArray *lw_timeline_ensure_lanes (LwTimeline *self);
/* The view changed: every node must be drawn anew. */
void lw_timeline_invalidate (LwTimeline *self);

void lw_timeline_snapshot (GtkWidget *widget, GtkSnapshot *snapshot);
void lw_timeline_init_input (LwTimeline *self);
void lw_timeline_dispose_input (LwTimeline *self);

G_END_DECLS

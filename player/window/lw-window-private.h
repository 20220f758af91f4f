/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-rooms-keeper.h"
#include "lw-window.h"

G_BEGIN_DECLS

struct _LwWindow {
  AdwApplicationWindow parent;
  LwSession *session;
  LwEngine *engine;
  GdkPaintable *picture;
  GstElement *sink;

  GtkWidget *toasts;
  AdwToast *hint; /* the last one, perhaps gone already */
  GtkWidget *header;
  GtkWidget *title;
  GtkWidget *back;
  GtkWidget *notes_toggle;
  GtkWidget *undo;
  GtkWidget *pages; /* "start", "lesson", "problem" */
  GtkWidget *start_page;
  GtkWidget *problem;
  GtkWidget *split;
  GtkWidget *panel;
  GtkWidget *side; /* "notes": the panel; "walk": the walk of the lesson */
  GtkWidget *walk_pane;
  GtkWidget *side_switch; /* between the two; only shown where there is a walk */
  GtkWidget *focus_banner;
  GtkWidget *overlay; /* the picture and what lies on it */
  GtkWidget *video;
  GtkWidget *content;
  GtkWidget *controls; /* timeline and transport: below the picture, in full screen over it */
  GtkWidget *controls_revealer;
  GtkWidget *timeline;
  GtkWidget *transport;

  LwRoomsKeeper *rooms;
  GtkWidget *room_line; /* what of the open walk is kept here, and what is in its room */

  LwTime start_time; /* asked for on the command line */
  LwTime target;     /* of the seek that has not settled yet; LW_TIME_NONE: none */
  LwTime placed_at;  /* the region shown belongs to the note at this time */
  guint tick;        /* tick callback while playing; 0: none */
  guint remember_id; /* source that stores the position now and then */
  guint resize_id;   /* source that tells the sink the new size */
  guint hide_id;     /* source that hides the controls in full screen */
  guint device_width, device_height;
  double pointer_x, pointer_y;
  gboolean has_picture; /* a frame of this lesson has been shown */
  gboolean warned;      /* in the picture's place stands why there is none */
  gboolean restored;    /* the position of this lesson has been taken up again */
  gboolean all_passes;
  GtkFileChooserNative *chooser;
  GtkWindow *help; /* weak: while it is open */
};

/* lw-window-build.c */
void lw_window_build (LwWindow *self);

/* lw-window-rooms.c */
void lw_window_init_rooms (LwWindow *self);
void lw_window_stop_rooms (LwWindow *self);
void lw_window_join_walk (LwWindow *self);
void lw_window_show_room (LwWindow *self);
GtkWidget *lw_window_make_room_line (LwWindow *self);
/* Opens a lesson of a joined walk, wherever it can be played. */
void lw_window_open_walk_lesson (LwWindow *self,
                                 const LwJoined *joined,
                                 const LwSegment *segment,
                                 LwTime start); /* LW_TIME_NONE: where she was */

/* lw-window-walk.c */
GtkWidget *lw_window_make_side (LwWindow *self);
void lw_window_show_notes (LwWindow *self);
void lw_window_show_walk (LwWindow *self);
void lw_window_show_trends (LwWindow *self);

/* lw-window-playback.c */
void lw_window_init_playback (LwWindow *self);
void lw_window_stop_playback (LwWindow *self);
void lw_window_seek (LwWindow *self, LwTime time, LwSeekMode mode);
void lw_window_seek_by (LwWindow *self, LwTime distance);
/* Shows where playback is, everywhere. */
void lw_window_show_position (LwWindow *self);
/* Stores where she is in the lesson, and how loud. */
void lw_window_remember (LwWindow *self);
void lw_window_restore_position (LwWindow *self);
void lw_window_show_marks (LwWindow *self);
void lw_window_show_region (LwWindow *self);

/* lw-window-fullscreen.c */
void lw_window_init_fullscreen (LwWindow *self);
void lw_window_stop_fullscreen (LwWindow *self);
/* In full screen: for a moment. Else nothing. */
void lw_window_reveal_controls (LwWindow *self);

/* lw-window-actions.c */
void lw_window_init_actions (LwWindow *self);
void lw_window_update_actions (LwWindow *self);
void lw_window_compose (LwWindow *self, LwNoteKind kind);
void lw_window_loop (LwWindow *self, LwTime from, LwTime to);

/* lw-window-keys.c */
void lw_window_init_keys (LwWindow *self);
gboolean lw_window_is_typing (LwWindow *self);

/* lw-window-files.c */
void lw_window_init_drop (LwWindow *self);
void lw_window_choose_lesson (LwWindow *self);
void lw_window_choose_captions (LwWindow *self);
void lw_window_save_picture (LwWindow *self);
void lw_window_export (LwWindow *self);

G_END_DECLS

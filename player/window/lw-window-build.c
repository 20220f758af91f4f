/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands where in the window. */
#include <glib/gi18n.h>

#include "lw-focus-banner.h"
#include "lw-notes-panel.h"
#include "lw-split.h"
#include "lw-start-page.h"
#include "lw-timeline.h"
#include "lw-transport.h"
#include "lw-video-view.h"
#include "lw-widget.h"
#include "lw-window-private.h"

static GMenuModel *
lw_window_make_menu (void)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/org/lessonwalk/Lessonwalk/menu.ui");

  return G_MENU_MODEL (g_object_ref (gtk_builder_get_object (builder, "menu")));
}

static GtkWidget *
lw_window_make_button (const char *icon, const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  lw_widget_set_label (button, label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static void
lw_window_build_header (LwWindow *self)
{
  GtkWidget *menu = gtk_menu_button_new ();
  GtkWidget *squeezer = adw_squeezer_new (); /* what Ctrl+Z does too gives way where it is narrow */
  g_autoptr (GMenuModel) model = lw_window_make_menu ();

  self->header = adw_header_bar_new ();
  self->title = adw_window_title_new (_ ("Lessonwalk"), NULL);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (self->header), self->title);
  self->back =
      lw_window_make_button ("go-previous-symbolic", _ ("All lessons"), "win.close-lesson");
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), self->back);
  self->undo = lw_window_make_button ("edit-undo-symbolic", _ ("Undo"), "win.undo");
  adw_squeezer_set_allow_none (ADW_SQUEEZER (squeezer), TRUE);
  adw_squeezer_add (ADW_SQUEEZER (squeezer), self->undo);
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), squeezer);

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (menu), "open-menu-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (menu), model);
  gtk_menu_button_set_primary (GTK_MENU_BUTTON (menu), TRUE);
  lw_widget_set_label (menu, _ ("Menu"));
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), menu);
  self->notes_toggle = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (self->notes_toggle), "lw-note-list-symbolic");
  lw_widget_set_label (self->notes_toggle, _ ("Show the notes"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->notes_toggle), "win.show-notes");
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), self->notes_toggle);
}

static void
lw_window_build_lesson (LwWindow *self)
{
  self->video = lw_video_view_new (self->picture);
  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->video);
  self->controls_revealer = gtk_revealer_new ();
  gtk_revealer_set_transition_type (GTK_REVEALER (self->controls_revealer),
                                    GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_widget_set_valign (self->controls_revealer, GTK_ALIGN_END);
  gtk_widget_set_visible (self->controls_revealer, FALSE);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->controls_revealer);

  self->timeline = lw_timeline_new ();
  lw_timeline_set_notes (LW_TIMELINE (self->timeline), lw_session_get_notes (self->session));
  self->transport = lw_transport_new (self->engine);
  self->controls = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->controls, "lw-controls");
  gtk_box_append (GTK_BOX (self->controls), self->timeline);
  gtk_box_append (GTK_BOX (self->controls), self->transport);

  self->focus_banner = lw_focus_banner_new ();
  self->content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->content), self->focus_banner);
  gtk_box_append (GTK_BOX (self->content), lw_window_make_room_line (self));
  gtk_box_append (GTK_BOX (self->content), self->overlay);
  gtk_box_append (GTK_BOX (self->content), self->controls);

  self->panel = lw_notes_panel_new (self->session);
  self->split = lw_split_new (self->content, lw_window_make_side (self));
}

static void
lw_window_build_problem (LwWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *open = gtk_button_new_with_mnemonic (_ ("_Open Another…"));
  GtkWidget *back = gtk_button_new_with_mnemonic (_ ("_All Lessons"));

  self->problem = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->problem), "dialog-warning-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (self->problem),
                             _ ("This Lesson Could Not Be Opened"));
  gtk_widget_add_css_class (open, "pill");
  gtk_widget_add_css_class (open, "suggested-action");
  gtk_widget_add_css_class (back, "pill");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (open), "win.open");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (back), "win.close-lesson");
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), back);
  gtk_box_append (GTK_BOX (box), open);
  adw_status_page_set_child (ADW_STATUS_PAGE (self->problem), box);
}

void
lw_window_build (LwWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  lw_window_build_header (self);
  lw_window_build_lesson (self);
  lw_window_build_problem (self);
  self->start_page = lw_start_page_new (lw_session_get_store (self->session));
  self->pages = gtk_stack_new ();
  gtk_widget_set_vexpand (self->pages, TRUE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->pages), FALSE);
  gtk_stack_set_hhomogeneous (GTK_STACK (self->pages), FALSE);
  gtk_stack_add_named (GTK_STACK (self->pages), self->start_page, "start");
  gtk_stack_add_named (GTK_STACK (self->pages), self->split, "lesson");
  gtk_stack_add_named (GTK_STACK (self->pages), self->problem, "problem");
  self->toasts = adw_toast_overlay_new ();
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->toasts), self->pages);
  gtk_box_append (GTK_BOX (box), self->header);
  gtk_box_append (GTK_BOX (box), self->toasts);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), box);
  gtk_window_set_default_size (GTK_WINDOW (self), 1280, 800);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-notes-panel.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "lw-composer.h"
#include "lw-draft-list.h"
#include "lw-filter.h"
#include "lw-note-row.h"
#include "lw-phrases.h"
#include "lw-widget.h"

struct _LwNotesPanel {
  GtkBox parent;
  LwSession *session;
  GtkWidget *pass;   /* a menu button: which viewing */
  GtkWidget *search; /* a toggle button */
  GtkWidget *search_bar;
  GtkWidget *entry;
  GtkWidget *filter_button;
  GtkWidget *filter;
  GtkWidget *stack; /* "list", "none", "nothing-found" */
  GtkWidget *list;
  GtkWidget *composer;
  GPtrArray *rows; /* of LwNoteRow (borrowed): those that show something now */
  int current;     /* index of the note that playback is at; -1: none */
  gboolean all_passes;
  gboolean follow;
  gint64 touched_us; /* when she last scrolled: then the list stays where she is reading */
};

G_DEFINE_TYPE (LwNotesPanel, lw_notes_panel, GTK_TYPE_BOX)

/* For how long after she scrolled the list does not follow playback. */
#define LW_READING_US (6 * G_TIME_SPAN_SECOND)

/* ---- filter ---- */

void
lw_notes_panel_get_query (LwNotesPanel *self, LwNoteQuery *ret_query)
{
  const char *text;

  g_return_if_fail (LW_IS_NOTES_PANEL (self));
  *ret_query = (LwNoteQuery){0};
  lw_filter_apply (LW_FILTER (self->filter), ret_query);
  text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  ret_query->text = text[0] == '\0' ? NULL : text;
  ret_query->pass = self->all_passes ? 0 : lw_session_get_pass (self->session);
}

static void
lw_notes_panel_show_page (LwNotesPanel *self)
{
  guint n = g_list_model_get_n_items (lw_session_get_notes (self->session));
  gboolean narrowed = lw_filter_is_active (LW_FILTER (self->filter)) ||
                      gtk_editable_get_text (GTK_EDITABLE (self->entry))[0] != '\0';
  const char *page = n > 0 ? "list" : narrowed ? "nothing-found" : "none";

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), page);
}

static void
lw_notes_panel_apply (LwNotesPanel *self)
{
  LwNoteQuery query;

  lw_notes_panel_get_query (self, &query);
  lw_session_set_filter (self->session, &query);
  if (lw_filter_is_active (LW_FILTER (self->filter)))
    gtk_widget_add_css_class (self->filter_button, "accent");
  else
    gtk_widget_remove_css_class (self->filter_button, "accent");
  lw_notes_panel_show_page (self);
}

static void
lw_notes_panel_on_filter_open (LwNotesPanel *self)
{
  lw_filter_refresh (LW_FILTER (self->filter));
}

void
lw_notes_panel_start_search (LwNotesPanel *self)
{
  g_return_if_fail (LW_IS_NOTES_PANEL (self));
  gtk_search_bar_set_search_mode (GTK_SEARCH_BAR (self->search_bar), TRUE);
  gtk_widget_grab_focus (self->entry);
}

void
lw_notes_panel_stop_search (LwNotesPanel *self)
{
  g_return_if_fail (LW_IS_NOTES_PANEL (self));
  gtk_search_bar_set_search_mode (GTK_SEARCH_BAR (self->search_bar), FALSE);
}

/* ---- viewings ---- */

static void
lw_notes_panel_on_pass (LwNotesPanel *self)
{
  guint pass = lw_session_get_pass (self->session);
  guint n = MAX (lw_session_get_n_passes (self->session), pass);
  g_autofree char *now = lw_phrase_pass (pass);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) passes = g_menu_new ();
  g_autoptr (GMenu) more = g_menu_new ();

  for (guint i = 1; i <= n; i++) {
    g_autofree char *words = lw_phrase_pass (i);
    g_autoptr (GMenuItem) item = g_menu_item_new (words, NULL);

    g_menu_item_set_action_and_target (item, "win.pass", "i", (int)i);
    g_menu_append_item (passes, item);
  }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (passes));
  g_menu_append (more, _ ("Show the notes of every viewing"), "win.all-passes");
  g_menu_append (more, _ ("Begin another viewing"), "win.begin-pass");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (more));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->pass), G_MENU_MODEL (menu));
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->pass), now);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pass), GTK_ACCESSIBLE_PROPERTY_LABEL, now,
                                  -1);
  lw_notes_panel_apply (self);
}

void
lw_notes_panel_set_all_passes (LwNotesPanel *self, gboolean all)
{
  g_return_if_fail (LW_IS_NOTES_PANEL (self));
  self->all_passes = all;
  lw_notes_panel_apply (self);
}

/* ---- following playback ---- */

static gboolean
lw_notes_panel_is_current (LwNotesPanel *self, LwNoteItem *item)
{
  g_autoptr (LwNoteItem) current = NULL;

  if (self->current < 0 || item == NULL)
    return FALSE;
  current = g_list_model_get_item (lw_session_get_notes (self->session), (guint)self->current);
  return current == item;
}

static void
lw_notes_panel_mark_rows (LwNotesPanel *self)
{
  for (guint i = 0; i < self->rows->len; i++) {
    LwNoteRow *row = g_ptr_array_index (self->rows, i);

    lw_note_row_set_current (row, lw_notes_panel_is_current (self, lw_note_row_get_item (row)));
  }
}

void
lw_notes_panel_set_position (LwNotesPanel *self, LwTime time)
{
  int current;

  g_return_if_fail (LW_IS_NOTES_PANEL (self));
  current = time < 0 ? -1 : lw_session_find_note_at (self->session, time);
  if (current == self->current)
    return;
  self->current = current;
  lw_notes_panel_mark_rows (self);
  if (self->follow && current >= 0 && g_get_monotonic_time () - self->touched_us > LW_READING_US)
    gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", (guint)current);
}

void
lw_notes_panel_set_follow (LwNotesPanel *self, gboolean follow)
{
  g_return_if_fail (LW_IS_NOTES_PANEL (self));
  self->follow = follow;
}

static gboolean
lw_notes_panel_on_scroll (GtkEventController *controller, double dx, double dy, LwNotesPanel *self)
{
  self->touched_us = g_get_monotonic_time ();
  return GDK_EVENT_PROPAGATE;
}

static void
lw_notes_panel_on_items (
    GListModel *notes, guint position, guint removed, guint added, LwNotesPanel *self)
{
  LwTime time = lw_engine_get_position (lw_session_get_engine (self->session));

  self->current = time < 0 ? -1 : lw_session_find_note_at (self->session, time);
  lw_notes_panel_mark_rows (self);
  lw_notes_panel_show_page (self);
}

/* A note that she has just kept is what she wants to see. */
static void
lw_notes_panel_on_kept (LwSession *session, LwNote *note, LwNotesPanel *self)
{
  GListModel *notes = lw_session_get_notes (session);
  int at = lw_session_find_note_at (session, note->start);

  for (guint i = at < 0 ? 0 : (guint)at; i < g_list_model_get_n_items (notes); i++) {
    g_autoptr (LwNoteItem) item = g_list_model_get_item (notes, i);
    const LwNote *candidate = lw_note_item_get_note (item);

    if (candidate->start > note->start)
      break;
    if (lw_id_equal (&candidate->id, &note->id)) {
      gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", i);
      break;
    }
  }
}

/* ---- the list ---- */

static void
lw_notes_panel_setup_row (GtkSignalListItemFactory *factory, GtkListItem *item, LwNotesPanel *self)
{
  gtk_list_item_set_child (item, lw_note_row_new ());
}

static void
lw_notes_panel_bind_row (GtkSignalListItemFactory *factory, GtkListItem *item, LwNotesPanel *self)
{
  LwNoteRow *row = LW_NOTE_ROW (gtk_list_item_get_child (item));
  const LwWalk *walk = lw_session_get_walk (self->session);

  lw_note_row_set_has_focus_link (row, walk != NULL && walk->focus[0] != '\0');
  lw_note_row_set_item (row, gtk_list_item_get_item (item));
  lw_note_row_set_current (row, lw_notes_panel_is_current (self, gtk_list_item_get_item (item)));
  g_ptr_array_add (self->rows, row);
}

static void
lw_notes_panel_unbind_row (GtkSignalListItemFactory *factory, GtkListItem *item, LwNotesPanel *self)
{
  LwNoteRow *row = LW_NOTE_ROW (gtk_list_item_get_child (item));

  g_ptr_array_remove_fast (self->rows, row);
  lw_note_row_set_item (row, NULL);
}

static void
lw_notes_panel_on_activate (GtkListView *list, guint position, LwNotesPanel *self)
{
  g_autoptr (LwNoteItem) item =
      g_list_model_get_item (lw_session_get_notes (self->session), position);

  if (item != NULL)
    g_signal_emit_by_name (self, "jump", lw_note_item_get_note (item)->start);
}

/* ---- what one can do with a note ---- */

static LwNoteItem *
lw_notes_panel_find (LwNotesPanel *self, const LwId *id)
{
  GListModel *notes = lw_session_get_notes (self->session);

  for (guint i = 0; i < g_list_model_get_n_items (notes); i++) {
    g_autoptr (LwNoteItem) item = g_list_model_get_item (notes, i);

    if (lw_id_equal (&lw_note_item_get_note (item)->id, id))
      return g_steal_pointer (&item);
  }
  return NULL;
}

static void
lw_notes_panel_act (GtkWidget *widget, const char *action, GVariant *target)
{
  LwNotesPanel *self = LW_NOTES_PANEL (widget);
  g_autoptr (LwNoteItem) item = NULL;
  g_autoptr (GError) error = NULL;
  const LwNote *note;
  gboolean ok = TRUE;
  LwId id;

  if (!lw_id_parse (g_variant_get_string (target, NULL), &id))
    return;
  item = lw_notes_panel_find (self, &id);
  if (item == NULL)
    return;
  note = lw_note_item_get_note (item);
  if (g_str_equal (action, "notes.reply")) {
    ok = lw_session_begin_reply (self->session, &id, &error);
  } else if (g_str_equal (action, "notes.edit")) {
    ok = lw_session_begin_edit (self->session, &id, &error);
  } else if (g_str_equal (action, "notes.on-focus")) {
    ok = lw_session_set_note_on_focus (self->session, &id, !note->on_focus, &error);
  } else if (g_str_equal (action, "notes.loop")) {
    g_signal_emit_by_name (self, "loop", note->start, note->end);
  } else {
    ok = lw_session_delete_note (self->session, &id, &error);
    if (ok)
      g_signal_emit_by_name (self, "deleted");
  }
  if (!ok)
    g_signal_emit_by_name (self, "failed", error);
  else if (lw_session_get_draft (self->session) != NULL)
    lw_composer_focus (LW_COMPOSER (self->composer));
}

/* Keys on the note that has the focus. */
static gboolean
lw_notes_panel_on_key (GtkEventControllerKey *controller,
                       guint key,
                       guint code,
                       GdkModifierType state,
                       LwNotesPanel *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root == NULL ? NULL : gtk_root_get_focus (root);
  GtkWidget *row = focus == NULL ? NULL : gtk_widget_get_first_child (focus);
  const char *action = NULL;
  g_autofree char *id = NULL;

  if (row == NULL || !LW_IS_NOTE_ROW (row) || lw_note_row_get_item (LW_NOTE_ROW (row)) == NULL)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Menu || (key == GDK_KEY_F10 && (state & GDK_SHIFT_MASK) != 0)) {
    lw_note_row_open_menu (LW_NOTE_ROW (row));
    return GDK_EVENT_STOP;
  }
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (key == GDK_KEY_Delete)
    action = "notes.delete";
  else if (key == GDK_KEY_F2 || key == GDK_KEY_e)
    action = "notes.edit";
  else if (key == GDK_KEY_r)
    action = "notes.reply";
  if (action == NULL)
    return GDK_EVENT_PROPAGATE;
  id = lw_id_to_string (&lw_note_item_get_note (lw_note_row_get_item (LW_NOTE_ROW (row)))->id);
  gtk_widget_activate_action (row, action, "s", id);
  return GDK_EVENT_STOP;
}

/* ---- building ---- */

static void
lw_notes_panel_make_head (LwNotesPanel *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *space = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *popover = gtk_popover_new ();

  gtk_widget_add_css_class (head, "lw-notes-head");
  self->pass = gtk_menu_button_new ();
  gtk_widget_add_css_class (self->pass, "flat");
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->pass), TRUE);
  gtk_widget_set_tooltip_text (self->pass, _ ("Which viewing this is"));
  gtk_box_append (GTK_BOX (head), self->pass);
  gtk_widget_set_hexpand (space, TRUE);
  gtk_box_append (GTK_BOX (head), space);

  self->filter_button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->filter_button), "lw-filter-symbolic");
  gtk_widget_add_css_class (self->filter_button, "flat");
  lw_widget_set_label (self->filter_button, _ ("Choose which notes to show"));
  self->filter = lw_filter_new (self->session);
  g_signal_connect_swapped (self->filter, "changed", G_CALLBACK (lw_notes_panel_apply), self);
  gtk_popover_set_child (GTK_POPOVER (popover), self->filter);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->filter_button), popover);
  g_signal_connect_swapped (popover, "show", G_CALLBACK (lw_notes_panel_on_filter_open), self);
  gtk_box_append (GTK_BOX (head), self->filter_button);

  self->search = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (self->search), "system-search-symbolic");
  gtk_widget_add_css_class (self->search, "flat");
  lw_widget_set_label (self->search, _ ("Search the notes"));
  gtk_box_append (GTK_BOX (head), self->search);
  gtk_box_append (GTK_BOX (self), head);
}

static void
lw_notes_panel_make_search (LwNotesPanel *self)
{
  self->search_bar = gtk_search_bar_new ();
  self->entry = gtk_search_entry_new ();
  gtk_widget_set_hexpand (self->entry, TRUE);
  g_object_set (self->entry, "placeholder-text", _ ("Search the notes"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search the notes"), -1);
  gtk_search_bar_set_child (GTK_SEARCH_BAR (self->search_bar), self->entry);
  gtk_search_bar_connect_entry (GTK_SEARCH_BAR (self->search_bar), GTK_EDITABLE (self->entry));
  g_object_bind_property (self->search_bar, "search-mode-enabled", self->search, "active",
                          G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE);
  g_signal_connect_swapped (self->entry, "search-changed", G_CALLBACK (lw_notes_panel_apply), self);
  gtk_box_append (GTK_BOX (self), self->search_bar);
}

static GtkWidget *
lw_notes_panel_make_page (const char *icon, const char *title, const char *description)
{
  GtkWidget *page = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), icon);
  adw_status_page_set_title (ADW_STATUS_PAGE (page), title);
  adw_status_page_set_description (ADW_STATUS_PAGE (page), description);
  gtk_widget_add_css_class (page, "compact");
  return page;
}

static void
lw_notes_panel_make_list (LwNotesPanel *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkEventController *wheel =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GListModel *notes = lw_session_get_notes (self->session);

  g_signal_connect (factory, "setup", G_CALLBACK (lw_notes_panel_setup_row), self);
  g_signal_connect (factory, "bind", G_CALLBACK (lw_notes_panel_bind_row), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (lw_notes_panel_unbind_row), self);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (notes))),
                                  factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), TRUE);
  gtk_widget_add_css_class (self->list, "lw-notes");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Notes of this lesson"), -1);
  g_signal_connect (self->list, "activate", G_CALLBACK (lw_notes_panel_on_activate), self);
  g_signal_connect_object (notes, "items-changed", G_CALLBACK (lw_notes_panel_on_items), self, 0);

  g_signal_connect (keys, "key-pressed", G_CALLBACK (lw_notes_panel_on_key), self);
  gtk_widget_add_controller (self->list, keys);
  gtk_event_controller_set_propagation_phase (wheel, GTK_PHASE_CAPTURE);
  g_signal_connect (wheel, "scroll", G_CALLBACK (lw_notes_panel_on_scroll), self);
  gtk_widget_add_controller (scroll, wheel);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->list);

  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), scroll, "list");
  gtk_stack_add_named (
      GTK_STACK (self->stack),
      lw_notes_panel_make_page ("lw-noticing-symbolic", _ ("No notes yet"),
                                _ ("Press N when you notice something,\nW when you wonder.")),
      "none");
  gtk_stack_add_named (GTK_STACK (self->stack),
                       lw_notes_panel_make_page ("system-search-symbolic", _ ("Nothing found"),
                                                 _ ("No note is like that. Try other words.")),
                       "nothing-found");
  gtk_box_append (GTK_BOX (self), self->stack);
}

static void
lw_notes_panel_dispose (GObject *object)
{
  LwNotesPanel *self = LW_NOTES_PANEL (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (lw_notes_panel_parent_class)->dispose (object);
}

static void
lw_notes_panel_finalize (GObject *object)
{
  g_ptr_array_unref (LW_NOTES_PANEL (object)->rows);
  G_OBJECT_CLASS (lw_notes_panel_parent_class)->finalize (object);
}

static void
lw_notes_panel_class_init (LwNotesPanelClass *klass)
{
  static const char *const actions[] = {"notes.reply", "notes.edit", "notes.on-focus", "notes.loop",
                                        "notes.delete"};

  G_OBJECT_CLASS (klass)->dispose = lw_notes_panel_dispose;
  G_OBJECT_CLASS (klass)->finalize = lw_notes_panel_finalize;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "lw-notes-panel");
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), actions[i], "s", lw_notes_panel_act);
  g_signal_new ("jump", LW_TYPE_NOTES_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_INT64);
  g_signal_new ("loop", LW_TYPE_NOTES_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_INT64, G_TYPE_INT64);
  g_signal_new ("deleted", LW_TYPE_NOTES_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
  g_signal_new ("failed", LW_TYPE_NOTES_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_ERROR);
}

static void
lw_notes_panel_init (LwNotesPanel *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  self->rows = g_ptr_array_new ();
  self->current = -1;
  self->follow = TRUE;
}

static void
lw_notes_panel_on_failed (GtkWidget *part, GError *error, LwNotesPanel *self)
{
  g_signal_emit_by_name (self, "failed", error);
}

GtkWidget *
lw_notes_panel_new (LwSession *session)
{
  LwNotesPanel *self = g_object_new (LW_TYPE_NOTES_PANEL, NULL);
  GtkWidget *drafts;

  self->session = g_object_ref (session);
  lw_notes_panel_make_head (self);
  lw_notes_panel_make_search (self);
  lw_notes_panel_make_list (self);
  drafts = lw_draft_list_new (session);
  self->composer = lw_composer_new (session);
  g_signal_connect (drafts, "failed", G_CALLBACK (lw_notes_panel_on_failed), self);
  g_signal_connect_swapped (drafts, "resumed", G_CALLBACK (lw_composer_focus), self->composer);
  gtk_box_append (GTK_BOX (self), drafts);
  g_signal_connect (self->composer, "failed", G_CALLBACK (lw_notes_panel_on_failed), self);
  gtk_box_append (GTK_BOX (self), self->composer);
  g_signal_connect_swapped (session, "notify::pass", G_CALLBACK (lw_notes_panel_on_pass), self);
  g_signal_connect (session, "kept", G_CALLBACK (lw_notes_panel_on_kept), self);
  lw_notes_panel_on_pass (self);
  return GTK_WIDGET (self);
}

GtkWidget *
lw_notes_panel_get_composer (LwNotesPanel *self)
{
  g_return_val_if_fail (LW_IS_NOTES_PANEL (self), NULL);
  return self->composer;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-application.h"

#include <glib/gi18n.h>

#include "lw-config.h"
#include "lw-paintable-sink.h"
#include "lw-session.h"
#include "lw-window.h"

struct _LwApplication {
  AdwApplication parent;
  LwSession *session;
  LwEngine *engine;
  GdkPaintable *picture;
  GstElement *sink;
  GtkWindow *window;
  GCancellable *opening;
  GError *trouble; /* why there is no session */
  char *store_path;
  LwTime start_time;
};

G_DEFINE_TYPE (LwApplication, lw_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
    {"store", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Keep notes in FILE"), N_ ("FILE")},
    {"at", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Begin at TIME, like 4:07"), N_ ("TIME")},
    {"version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Say which version this is"), NULL},
    {NULL},
};

/* ---- store, engine, session ---- */

/* Once; sets trouble when the notes cannot be opened. */
static gboolean
lw_application_ensure_session (LwApplication *self)
{
  g_autoptr (LwStore) store = NULL;
  const char *silent = g_getenv ("LESSONWALK_SILENT");

  if (self->session != NULL)
    return TRUE;
  g_clear_error (&self->trouble);
  store = lw_store_open (self->store_path, LW_STORE_OPEN_DEFAULT, &self->trouble);
  if (store == NULL)
    return FALSE;
  self->picture = lw_video_output_new (&self->sink);
  gst_object_ref_sink (self->sink);
  self->engine = lw_engine_new (self->sink);
  if (silent != NULL && silent[0] == '1')
    lw_engine_set_silent (self->engine, TRUE);
  self->session = lw_session_new (store, self->engine, g_get_real_name ());
  return TRUE;
}

static void
lw_application_on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LwApplication) self = data;
  g_autoptr (GError) error = NULL;

  if (lw_session_open_finish (LW_SESSION (source), result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (self->window != NULL && LW_IS_WINDOW (self->window))
    lw_window_show_problem (LW_WINDOW (self->window), error);
}

static void
lw_application_open_lesson (LwApplication *self, GFile *file)
{
  if (self->window != NULL && LW_IS_WINDOW (self->window))
    lw_window_leave_lesson (LW_WINDOW (self->window));
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  self->opening = g_cancellable_new ();
  lw_session_open_async (self->session, file, self->opening, lw_application_on_opened,
                         g_object_ref (self));
}

/* ---- windows ---- */

static void
lw_application_on_window_open (LwWindow *window, GFile *file, LwApplication *self)
{
  lw_application_open_lesson (self, file);
}

/* The notes cannot be opened: say so, and let her try again when she has seen to it. */
static void
lw_application_show_trouble (LwApplication *self)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (self));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *again = gtk_button_new_with_mnemonic (_ ("_Try Again"));
  g_autofree char *words =
      g_markup_printf_escaped ("%s\n\n%s", self->trouble->message, self->store_path);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "dialog-warning-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _ ("Your Notes Could Not Be Opened"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page), words);
  gtk_widget_add_css_class (again, "pill");
  gtk_widget_add_css_class (again, "suggested-action");
  gtk_widget_set_halign (again, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (again), "app.try-again");
  adw_status_page_set_child (ADW_STATUS_PAGE (page), again);
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), page);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), _ ("Lessonwalk"));
  gtk_window_set_default_size (GTK_WINDOW (window), 720, 520);
  self->window = GTK_WINDOW (window);
}

static void
lw_application_present (LwApplication *self)
{
  if (self->window == NULL) {
    if (self->session != NULL) {
      self->window =
          lw_window_new (GTK_APPLICATION (self), self->session, self->picture, self->sink);
      lw_window_set_start_time (LW_WINDOW (self->window), self->start_time);
      g_signal_connect_object (self->window, "open", G_CALLBACK (lw_application_on_window_open),
                               self, 0);
    } else {
      lw_application_show_trouble (self);
    }
    g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *)&self->window);
  }
  gtk_window_present (self->window);
}

static void
lw_application_on_try_again (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwApplication *self = data;
  GtkWindow *before = self->window;

  if (before == NULL || LW_IS_WINDOW (before))
    return;
  g_object_remove_weak_pointer (G_OBJECT (before), (gpointer *)&self->window);
  self->window = NULL;
  lw_application_ensure_session (self);
  lw_application_present (self);
  gtk_window_destroy (before);
}

static void
lw_application_on_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window (LW_APPLICATION (data)->window, "application-name", _ ("Lessonwalk"),
                         "application-icon", "org.lessonwalk.Lessonwalk", "version",
                         PACKAGE_VERSION, "license-type", GTK_LICENSE_LGPL_2_1, "comments",
                         _ ("Watch a lesson and pin what you notice and wonder. For learning "
                            "together, never for rating anyone."),
                         NULL);
}

static void
lw_application_on_quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  LwApplication *self = data;

  /* Through the window, so that it remembers where she was. */
  if (self->window != NULL)
    gtk_window_close (self->window);
  else
    g_application_quit (G_APPLICATION (self));
}

/* ---- GApplication ---- */

static void
lw_application_activate (GApplication *application)
{
  lw_application_ensure_session (LW_APPLICATION (application));
  lw_application_present (LW_APPLICATION (application));
}

static void
lw_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  LwApplication *self = LW_APPLICATION (application);

  /* Playback first: the first frame is decoded while GTK builds the window. */
  if (lw_application_ensure_session (self) && n_files > 0)
    lw_application_open_lesson (self, files[0]);
  lw_application_present (self);
}

static int
lw_application_handle_local_options (GApplication *application, GVariantDict *given)
{
  LwApplication *self = LW_APPLICATION (application);
  g_autofree char *store = NULL;
  g_autofree char *at = NULL;

  if (g_variant_dict_contains (given, "version")) {
    g_print ("lessonwalk-window %s\n", PACKAGE_VERSION);
    return 0;
  }
  if (g_variant_dict_lookup (given, "store", "^ay", &store)) {
    g_free (self->store_path);
    self->store_path = g_canonicalize_filename (store, NULL);
    /* Another store is another desk: not the window that is open already. */
    g_application_set_flags (application,
                             g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  }
  if (g_variant_dict_lookup (given, "at", "s", &at) && !lw_time_parse (at, &self->start_time)) {
    g_printerr (_ ("“%s” is not a time. Write it like 4:07 or 1:04:07.5.\n"), at);
    return 2;
  }
  return -1;
}

static void
lw_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
      {.name = "quit", .activate = lw_application_on_quit},
      {.name = "about", .activate = lw_application_on_about},
      {.name = "try-again", .activate = lw_application_on_try_again},
  };
  const char *direction = g_getenv ("LESSONWALK_DIRECTION");

  G_APPLICATION_CLASS (lw_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.quit",
                                         (const char *const[]){"<Ctrl>q", NULL});
  /* For looking at the window as readers of Arabic or Hebrew see it, without a translation. */
  if (g_strcmp0 (direction, "rtl") == 0)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
}

static void
lw_application_shutdown (GApplication *application)
{
  LwApplication *self = LW_APPLICATION (application);

  g_cancellable_cancel (self->opening);
  if (self->session != NULL) {
    lw_session_close (self->session);
    lw_engine_close (self->engine);
  }
  G_APPLICATION_CLASS (lw_application_parent_class)->shutdown (application);
}

static void
lw_application_dispose (GObject *object)
{
  LwApplication *self = LW_APPLICATION (object);

  if (self->window != NULL)
    g_object_remove_weak_pointer (G_OBJECT (self->window), (gpointer *)&self->window);
  self->window = NULL;
  g_clear_object (&self->opening);
  g_clear_object (&self->session);
  g_clear_object (&self->engine);
  gst_clear_object (&self->sink);
  g_clear_object (&self->picture);
  G_OBJECT_CLASS (lw_application_parent_class)->dispose (object);
}

static void
lw_application_finalize (GObject *object)
{
  LwApplication *self = LW_APPLICATION (object);

  g_clear_error (&self->trouble);
  g_free (self->store_path);
  G_OBJECT_CLASS (lw_application_parent_class)->finalize (object);
}

static void
lw_application_class_init (LwApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lw_application_dispose;
  G_OBJECT_CLASS (klass)->finalize = lw_application_finalize;
  application_class->activate = lw_application_activate;
  application_class->open = lw_application_open;
  application_class->handle_local_options = lw_application_handle_local_options;
  application_class->startup = lw_application_startup;
  application_class->shutdown = lw_application_shutdown;
}

static void
lw_application_init (LwApplication *self)
{
  const char *path = g_getenv ("LESSONWALK_STORE");

  self->start_time = LW_TIME_NONE;
  if (path != NULL && path[0] != '\0') {
    self->store_path = g_canonicalize_filename (path, NULL);
    g_application_set_flags (G_APPLICATION (self), g_application_get_flags (G_APPLICATION (self)) |
                                                       G_APPLICATION_NON_UNIQUE);
  } else {
    self->store_path = lw_store_default_path ();
  }
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[VIDEO]"));
  g_application_set_option_context_summary (
      G_APPLICATION (self), _ ("Watch a lesson and pin what you notice and what you wonder."));
}

LwApplication *
lw_application_new (void)
{
  return g_object_new (LW_TYPE_APPLICATION, "application-id", "org.lessonwalk.Lessonwalk", "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       "/org/lessonwalk/Lessonwalk", NULL);
}

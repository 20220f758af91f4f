/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <locale.h>

#include "lw-application.h"
#include "lw-config.h"

#include <gst/gst.h>

int
main (int argc, char *argv[])
{
  g_autoptr (LwApplication) application = NULL;
  const char *localedir = g_getenv ("LESSONWALK_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, localedir != NULL ? localedir : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("org.lessonwalk.Lessonwalk");
  gst_init (NULL, NULL);

  application = lw_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-picture-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

char *
lw_picture_file_folder (void)
{
  const char *pictures = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);

  return g_build_filename (pictures != NULL ? pictures : g_get_home_dir (), "Lessonwalk", NULL);
}

/* A title may hold anything; a file name may not. */
static char *
lw_picture_file_safe_name (const char *title)
{
  g_autoptr (GString) name = g_string_new (NULL);

  for (const char *c = title; *c != '\0' && name->len < 100; c = g_utf8_next_char (c)) {
    gunichar letter = g_utf8_get_char (c);

    if (letter == '/' || letter == '\\' || letter == ':' || g_unichar_iscntrl (letter) ||
        (name->len == 0 && letter == '.'))
      letter = ' ';
    g_string_append_unichar (name, letter);
  }
  g_strstrip (name->str);
  return name->str[0] == '\0' ? g_strdup (_ ("Lesson")) : g_strdup (name->str);
}

/* Takes the name by making the file, so that two programs cannot take the same one. */
static char *
lw_picture_file_take_name (const char *folder, const char *stem, GError **error)
{
  for (guint i = 1; i < 1000; i++) {
    g_autofree char *name =
        i == 1 ? g_strdup_printf ("%s.png", stem) : g_strdup_printf ("%s (%u).png", stem, i);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    int fd = g_open (path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);

    if (fd >= 0) {
      g_close (fd, NULL);
      return g_steal_pointer (&path);
    }
    if (errno != EEXIST)
      break;
  }
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
               _ ("The picture could not be saved in %s: %s."), folder, g_strerror (errno));
  return NULL;
}

char *
lw_picture_file_save (GBytes *pixels,
                      guint width,
                      guint height,
                      const char *title,
                      LwTime time,
                      const char *folder,
                      GError **error)
{
  g_autofree char *safe = lw_picture_file_safe_name (title);
  g_autofree char *clock = lw_time_format_ms (time);
  g_autofree char *file_clock = g_strdelimit (g_strdup (clock), ":", '-');
  g_autofree char *stem = g_strdup_printf ("%s at %s", safe, file_clock);
  g_autofree char *path = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  g_return_val_if_fail (g_bytes_get_size (pixels) >= (gsize)width * height * 3, NULL);
  if (g_mkdir_with_parents (folder, 0755) != 0) {
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                 _ ("The picture could not be saved: the folder %s cannot be made."), folder);
    return NULL;
  }
  path = lw_picture_file_take_name (folder, stem, error);
  if (path == NULL)
    return NULL;
  pixbuf = gdk_pixbuf_new_from_bytes (pixels, GDK_COLORSPACE_RGB, FALSE, 8, (int)width, (int)height,
                                      (int)width * 3);
  if (!gdk_pixbuf_save (pixbuf, path, "png", error, "tEXt::Title", safe, "tEXt::Lesson-Time", clock,
                        "tEXt::Software", "Lessonwalk", NULL)) {
    g_unlink (path); /* half a picture is none */
    return NULL;
  }
  return g_steal_pointer (&path);
}

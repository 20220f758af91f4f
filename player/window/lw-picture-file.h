/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-time.h"

G_BEGIN_DECLS

/**
 * lw_picture_file_save:
 * @pixels: RGB, 8 bits each, rows of @width * 3 bytes
 * @title: of the lesson; @time: of the frame. Both stand in the file's name and inside the PNG
 * @folder: made if it is not there
 *
 * Never overwrites: a second picture of the same moment gets a number.
 *
 * Returns: (transfer full): the path, or %NULL with an error of #GFileError or #GdkPixbufError
 */
char *lw_picture_file_save (GBytes *pixels,
                            guint width,
                            guint height,
                            const char *title,
                            LwTime time,
                            const char *folder,
                            GError **error);

/* Where pictures go: "Lessonwalk" in the person's pictures folder. (transfer full) */
char *lw_picture_file_folder (void);

G_END_DECLS

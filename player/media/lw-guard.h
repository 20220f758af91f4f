/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lw_guard_add:
 * @argv: (element-type utf8): words are added; the program that is to run, by its full path, and
 *   its own words come after them
 *
 * What runs by this command line is gone, with all that it has started, before the command line's
 * process is; that ends with the same code, or 128 + signal. SIGTERM stops it. So does the end of
 * the thread that starts it, which therefore has to wait for it. (guard/main.c tells why.)
 *
 * Returns: FALSE with LW_MEDIA_ERROR_WORKER if Lessonwalk is not whole
 */
gboolean lw_guard_add (GPtrArray *argv, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lw_text_clean:
 * @text: valid UTF-8
 * @one_line: whether tab and newline become a space
 *
 * CR LF becomes LF; control characters (C0, DEL, C1) become U+FFFD, all but tab and newline.
 *
 * Returns: (transfer full)
 */
char *lw_text_clean (const char *text, gboolean one_line);

/* Without white space (of any script) at both ends. (transfer full) */
char *lw_text_strip (const char *text);

G_END_DECLS

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "lw-session.h"

G_BEGIN_DECLS

#define LW_SETTING_FOLLOW "window:follow"   /* "0": the list does not follow playback */
#define LW_SETTING_WORDING "window:wording" /* "0": no hints on wording */
#define LW_SETTING_VOLUME "volume"          /* 0 … 1000 */
#define LW_SETTING_MUTED "muted"            /* "1" */

/* The few things one may want otherwise. Signals: "follow" (gboolean), "failed" (GError *) */
#define LW_TYPE_PREFERENCES (lw_preferences_get_type ())
G_DECLARE_FINAL_TYPE (LwPreferences, lw_preferences, LW, PREFERENCES, AdwPreferencesWindow)

GtkWindow *lw_preferences_new (LwSession *session, GtkWindow *parent);

G_END_DECLS

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "lw-config.h"

/* A library must not depend on the program's text domain. */
#define _(text) g_dgettext (GETTEXT_PACKAGE, text)

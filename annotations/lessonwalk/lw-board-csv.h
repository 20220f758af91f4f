/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-standing.h"

G_BEGIN_DECLS

/**
 * lw_board_csv:
 * @names: whether people's names are in it
 *
 * The board as a table for spreadsheets: RFC 4180, in UTF-8 with the mark by which spreadsheets
 * tell UTF-8. Of what the person may see. Thread: any.
 */
GBytes *lw_board_csv (const LwStanding *standing, gboolean names, GError **error);

G_END_DECLS

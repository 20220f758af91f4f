/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a walk stands, in words for people. */
#include "lw-room-news.h"

#include "lw-config.h"

#include <glib/gi18n-lib.h>

void
lw_room_news_free (LwRoomNews *news)
{
  g_clear_pointer (&news->joined, lw_joined_unref);
  g_free (news->trouble);
  g_free (news->refused);
  g_free (news);
}

static char *
format_since (gint64 since_utc_us)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (since_utc_us / G_USEC_PER_SEC);
  gint64 age = g_get_real_time () - since_utc_us;

  return g_date_time_format (then, age < G_TIME_SPAN_DAY / 2 ? "%H:%M" : "%x, %H:%M");
}

static char *
words_in_room (const LwRoomNews *news)
{
  guint in_room = news->notes - MIN (news->notes, news->here + news->held);

  if (news->held > 0)
    return g_strdup_printf (
        ngettext ("%u note is kept here: this part of the walk does not open it to the room.",
                  "%u notes are kept here: this part of the walk does not open them to the room.",
                  news->held),
        news->held);
  if (news->notes == 0)
    return g_strdup (_ ("You are in the room; nothing is pinned yet."));
  return g_strdup_printf (
      ngettext ("Your %u note is in the room.", "All your %u notes are in the room.", in_room),
      in_room);
}

char *
lw_room_news_to_sentence (const LwRoomNews *news)
{
  g_autofree char *since = NULL;
  g_autofree char *kept = NULL;

  if (news->reach == LW_ROOM_REACHED && news->here == 0)
    return news->refused != NULL ? g_strdup (news->refused) : words_in_room (news);
  if (news->reach == LW_ROOM_REACHED || news->reach == LW_ROOM_SENDING)
    return g_strdup_printf (ngettext ("%u note is on its way to the room.",
                                      "%u notes are on their way to the room.", news->here),
                            news->here);
  if (news->reach == LW_ROOM_ASKING)
    return g_strdup (_ ("Asking the room…"));
  kept = news->here > 0 ? g_strdup_printf (ngettext ("%u note is kept here; ",
                                                     "%u notes are kept here; ", news->here),
                                           news->here)
                        : g_strdup (_ ("All is kept; "));
  since = format_since (news->since_utc_us);
  if (news->reach == LW_ROOM_AWAY)
    return g_strdup_printf (_ ("%sthe room cannot be reached since %s."), kept, since);
  return g_strdup_printf (_ ("%syou are signed out of the room since %s. Open your link again."),
                          kept, since);
}

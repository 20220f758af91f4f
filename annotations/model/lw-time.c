/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-time.h"

#include <string.h>

#define UTC_SECOND G_GINT64_CONSTANT (1000000) /* microseconds */
#define DAY_SECONDS G_GINT64_CONSTANT (86400)

char *
lw_time_format (LwTime time)
{
  gint64 seconds;

  if (time == LW_TIME_NONE)
    return g_strdup ("–:––");
  g_return_val_if_fail (time >= 0, g_strdup ("–:––"));
  seconds = time / LW_SECOND;
  if (seconds < 3600)
    return g_strdup_printf ("%d:%02d", (int)(seconds / 60), (int)(seconds % 60));
  return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", seconds / 3600,
                          (int)(seconds / 60 % 60), (int)(seconds % 60));
}

char *
lw_time_format_ms (LwTime time)
{
  gint64 ms;

  g_return_val_if_fail (time >= 0, g_strdup ("00:00:00.000"));
  ms = time / LW_MSECOND;
  return g_strdup_printf ("%02" G_GINT64_FORMAT ":%02d:%02d.%03d", ms / 3600000,
                          (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
}

/* Digits from *text on; at least one; FALSE above @max. */
static gboolean
read_number (const char **text, gint64 max, gint64 *ret_number)
{
  gint64 number = 0;

  if (!g_ascii_isdigit (**text))
    return FALSE;
  for (; g_ascii_isdigit (**text); (*text)++) {
    number = number * 10 + (**text - '0');
    if (number > max)
      return FALSE;
  }
  *ret_number = number;
  return TRUE;
}

/* "." and one to @max_digits digits, scaled to 10^@scale_digits units; nothing: 0. */
static gboolean
read_fraction (const char **text, guint max_digits, guint scale_digits, gint64 *ret_fraction)
{
  gint64 fraction = 0;
  guint digits = 0;

  *ret_fraction = 0;
  if (**text != '.')
    return TRUE;
  (*text)++;
  for (; g_ascii_isdigit (**text); (*text)++, digits++) {
    if (digits >= max_digits)
      return FALSE;
    if (digits < scale_digits)
      fraction = fraction * 10 + (**text - '0');
  }
  if (digits == 0)
    return FALSE;
  for (; digits < scale_digits; digits++)
    fraction *= 10;
  *ret_fraction = fraction;
  return TRUE;
}

gboolean
lw_time_parse (const char *text, LwTime *ret_time)
{
  const gint64 max_seconds = LW_TIME_MAX / LW_SECOND;
  gint64 seconds = 0, fraction;

  g_return_val_if_fail (ret_time != NULL, FALSE);
  if (text == NULL)
    return FALSE;
  while (g_ascii_isspace (*text))
    text++;
  for (guint units = 0;; units++) {
    gint64 number;

    if (units == 3 || !read_number (&text, max_seconds, &number))
      return FALSE;
    if (units > 0 && number >= 60)
      return FALSE;
    seconds = seconds * 60 + number;
    if (seconds > max_seconds)
      return FALSE;
    if (*text != ':')
      break;
    text++;
  }
  if (!read_fraction (&text, 9, 9, &fraction))
    return FALSE;
  while (g_ascii_isspace (*text))
    text++;
  if (*text != '\0' || seconds * LW_SECOND + fraction > LW_TIME_MAX)
    return FALSE;
  *ret_time = seconds * LW_SECOND + fraction;
  return TRUE;
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar; years counted from March, so that the
 * leap day is a year's last. */
static gint64
days_from_civil (gint64 year, int month, int day)
{
  gint64 era, day_of_era;
  int year_of_era, day_of_year;

  if (month <= 2)
    year--;
  era = (year >= 0 ? year : year - 399) / 400;
  year_of_era = (int)(year - era * 400);
  day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static void
civil_from_days (gint64 days, gint64 *ret_year, int *ret_month, int *ret_day)
{
  gint64 era;
  int day_of_era, year_of_era, day_of_year, month_from_march;

  days += 719468;
  era = (days >= 0 ? days : days - 146096) / 146097;
  day_of_era = (int)(days - era * 146097);
  year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  month_from_march = (5 * day_of_year + 2) / 153;
  *ret_day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  *ret_month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  *ret_year = year_of_era + era * 400 + (*ret_month <= 2 ? 1 : 0);
}

/* @fraction: of a second, in @digits decimals */
static char *
format_utc (gint64 seconds, gint64 fraction, int digits)
{
  gint64 days, year;
  int month, day, rest;

  days = seconds / DAY_SECONDS;
  rest = (int)(seconds % DAY_SECONDS);
  if (rest < 0) {
    rest += (int)DAY_SECONDS;
    days--;
  }
  civil_from_days (days, &year, &month, &day);
  return g_strdup_printf ("%04" G_GINT64_FORMAT "-%02d-%02dT%02d:%02d:%02d.%0*" G_GINT64_FORMAT "Z",
                          year, month, day, rest / 3600, rest / 60 % 60, rest % 60, digits,
                          fraction);
}

char *
lw_utc_format (gint64 utc_us)
{
  gint64 us = utc_us % UTC_SECOND, seconds = utc_us / UTC_SECOND;

  if (us < 0) {
    us += UTC_SECOND;
    seconds--;
  }
  return format_utc (seconds, us, 6);
}

char *
lw_utc_format_ns (gint64 utc_ns)
{
  g_return_val_if_fail (utc_ns >= 0, NULL);
  return format_utc (utc_ns / LW_SECOND, utc_ns % LW_SECOND, 9);
}

/* Exactly @digits digits. */
static gboolean
read_digits (const char **text, guint digits, int *ret_number)
{
  int number = 0;

  for (guint i = 0; i < digits; i++, (*text)++) {
    if (!g_ascii_isdigit (**text))
      return FALSE;
    number = number * 10 + (**text - '0');
  }
  *ret_number = number;
  return TRUE;
}

static gboolean
read_char (const char **text, const char *allowed)
{
  if (**text == '\0' || strchr (allowed, **text) == NULL)
    return FALSE;
  (*text)++;
  return TRUE;
}

/* "Z" or "+HH:MM", in seconds to take off. */
static gboolean
read_offset (const char **text, int *ret_seconds)
{
  int sign, hours, minutes;

  *ret_seconds = 0;
  if (read_char (text, "Zz"))
    return TRUE;
  sign = **text == '-' ? -1 : 1;
  if (!read_char (text, "+-") || !read_digits (text, 2, &hours) || !read_char (text, ":") ||
      !read_digits (text, 2, &minutes) || hours > 23 || minutes > 59)
    return FALSE;
  *ret_seconds = sign * (hours * 3600 + minutes * 60);
  return TRUE;
}

/* @decimals: of a second, to be kept in @ret_fraction */
static gboolean
parse_utc (const char *text, guint decimals, gint64 *ret_seconds, gint64 *ret_fraction)
{
  static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int year, month, day, hour, minute, second, offset, last_day;

  if (!read_digits (&text, 4, &year) || !read_char (&text, "-") ||
      !read_digits (&text, 2, &month) || !read_char (&text, "-") || !read_digits (&text, 2, &day) ||
      !read_char (&text, "Tt ") || !read_digits (&text, 2, &hour) || !read_char (&text, ":") ||
      !read_digits (&text, 2, &minute) || !read_char (&text, ":") ||
      !read_digits (&text, 2, &second) || !read_fraction (&text, 18, decimals, ret_fraction) ||
      !read_offset (&text, &offset) || *text != '\0')
    return FALSE;
  if (month < 1 || month > 12)
    return FALSE;
  last_day = month_days[month - 1];
  if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
    last_day = 29;
  /* RFC 3339 knows a second 60: the leap second, which Unix time counts as the next one. */
  if (day < 1 || day > last_day || hour > 23 || minute > 59 || second > 60)
    return FALSE;
  *ret_seconds = days_from_civil (year, month, day) * DAY_SECONDS + hour * 3600 + minute * 60 +
                 second - offset;
  return TRUE;
}

gboolean
lw_utc_parse (const char *text, gint64 *ret_utc_us)
{
  gint64 seconds, fraction;

  g_return_val_if_fail (ret_utc_us != NULL, FALSE);
  if (text == NULL || !parse_utc (text, 6, &seconds, &fraction))
    return FALSE;
  *ret_utc_us = seconds * UTC_SECOND + fraction;
  return TRUE;
}

gboolean
lw_utc_parse_ns (const char *text, gint64 *ret_utc_ns)
{
  gint64 seconds, fraction;

  g_return_val_if_fail (ret_utc_ns != NULL, FALSE);
  if (text == NULL || !parse_utc (text, 9, &seconds, &fraction) || seconds < 0 ||
      seconds >= G_MAXINT64 / LW_SECOND)
    return FALSE;
  *ret_utc_ns = seconds * LW_SECOND + fraction;
  return TRUE;
}

LwTime
lw_time_from_wall (gint64 wall_utc_ns, gint64 anchor_utc_ns, LwTime length)
{
  g_return_val_if_fail (wall_utc_ns >= 0 && anchor_utc_ns >= 0, 0);
  return CLAMP (wall_utc_ns - anchor_utc_ns, 0, LW_TIME_MAX - length);
}

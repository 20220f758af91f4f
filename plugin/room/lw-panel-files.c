/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The panel's files, as they lie in its folder: pages, scripts, styles, and the libraries that came
 * from npm. */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lw-config.h"
#include "lw-room.h"

static const char *
type_of (const char *name)
{
  static const struct {
    const char *ending, *type;
  } types[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".woff2", "font/woff2"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_str_has_suffix (name, types[i].ending))
      return types[i].type;
  }
  return NULL;
}

/* Parts of letters, digits and .-_@ that do not begin with a dot: nothing else is in the folder, so
 * there is nothing to unescape, and no way out of it. */
static gboolean
is_plain (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++) {
    const char *part = parts[i];

    if (*part == '\0' || *part == '.')
      return FALSE;
    for (; *part != '\0'; part++) {
      if (!g_ascii_isalnum (*part) && strchr (".-_@", *part) == NULL)
        return FALSE;
    }
  }
  return parts[0] != NULL;
}

/* The folder that the configuration names; else the build's own when the program runs from there;
 * else the installed one. */
static char *
find_folder (const LwRoomConfig *config)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

  if (*config->panel != '\0')
    return g_strdup (config->panel);
  if (self != NULL && g_str_has_prefix (self, LW_BUILD_ROOT "/"))
    return g_strdup (LW_BUILD_ROOT "/plugin/panel/panel");
  return g_strdup (PKGDATADIR "/panel");
}

static void
reply_with_file (LwRoom *room, LwHttpCall *call, const char *name)
{
  g_autofree char *path = g_build_filename (room->config->panel, name, NULL);
  const char *type = type_of (name);
  struct stat info;
  int fd;

  fd = type != NULL && is_plain (name) ? open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
  if (fd < 0 || fstat (fd, &info) != 0 || !S_ISREG (info.st_mode)) {
    if (fd >= 0)
      close (fd);
    lw_http_call_reply_not_found (call);
    return;
  }
  lw_http_call_set_header (call, "Cache-Control", "no-cache");
  lw_http_call_reply_file (call, 200, type, fd, 0, info.st_size);
}

static void
get_file (LwHttpCall *call, gpointer data)
{
  const char *rest = lw_http_call_part (call, "*");

  reply_with_file (data, call, *rest != '\0' ? rest : "index.html");
}

static void
get_root (LwHttpCall *call, gpointer data)
{
  lw_http_call_set_header (call, "Location", "/panel/");
  lw_http_call_reply_empty (call, 302);
}

void
lw_room_add_panel (LwRoom *self)
{
  static const LwHttpRoute routes[] = {
      {"GET", "/", get_root, LW_HTTP_PUBLIC, 0},
      {"GET", "/panel/*", get_file, LW_HTTP_PUBLIC, 0},
      {NULL},
  };

  char *folder = find_folder (self->config);

  g_free (self->config->panel);
  self->config->panel = folder;
  lw_http_add_routes (self->http, routes, self);
}

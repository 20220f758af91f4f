/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* "nginx-rtmp": the configuration of an nginx that takes live lessons in, and nothing else. */

#include <stdlib.h>
#include <string.h>

#include "lw-room-commands.h"

/* %1: data folder, %2: where it listens, %3: where the room does. A publisher that says nothing for
 * ten seconds is hung up on; whoever pulls gets a picture with which one can begin first, and is
 * told at once when the publisher goes. The room is asked for each key, and every five seconds
 * whether it still holds; that it does not answer for a moment ends no lesson. */
static const char form[] =
    "# Made by lessonwalk-room nginx-rtmp. Start it with: nginx -c THIS-FILE\n"
    "load_module modules/ngx_rtmp_module.so;\n"
    "daemon off;\n"
    "worker_processes 1;\n"
    "pid \"%1$s/nginx-rtmp.pid\";\n"
    "error_log stderr warn;\n"
    "events { worker_connections 1024; }\n"
    "rtmp {\n"
    "  access_log off;\n"
    "  server {\n"
    "    listen %2$s;\n"
    "    chunk_size 4096;\n"
    "    ping 10s;\n"
    "    ping_timeout 10s;\n"
    "    application live {\n"
    "      live on;\n"
    "      wait_key on;\n"
    "      wait_video off;\n"
    "      publish_notify on;\n"
    "      drop_idle_publisher 10s;\n"
    "      allow play 127.0.0.1;\n"
    "      deny play all;\n"
    "      on_publish http://%3$s/hosts/rtmp;\n"
    "      on_update http://%3$s/hosts/rtmp;\n"
    "      notify_update_timeout 5s;\n"
    "      notify_update_strict off;\n"
    "    }\n"
    "  }\n"
    "}\n";

int
lw_room_nginx_rtmp (LwRoomConfig *config, const LwRoomArguments *arguments)
{
  g_autofree char *data = g_canonicalize_filename (config->data, NULL);
  int code = EXIT_SUCCESS;

  if (g_str_has_suffix (config->listen, ":0")) {
    g_printerr ("lessonwalk-room: nginx has to know where the room listens. Choose a port with "
                "“listen”.\n");
    code = EXIT_FAILURE;
  } else if (strpbrk (data, "\"\\$;{}\n") != NULL) {
    g_printerr ("lessonwalk-room: nginx cannot have %s in its configuration. Choose a data folder "
                "with a plainer name.\n",
                data);
    code = EXIT_FAILURE;
  } else {
    g_print (form, data, config->rtmp_listen, config->listen);
  }
  lw_room_config_free (config);
  return code;
}

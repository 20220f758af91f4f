/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media-service.h"

G_BEGIN_DECLS

/* Takes the body of @call as the next bytes of @upload, whose lock the caller has taken and which
 * is released with the body. In a worker thread, for a route with LW_HTTP_STREAMED. */
void lw_upload_body_take (LwMediaService *service, LwHttpCall *call, const LwUpload *upload);

G_END_DECLS

/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-picture.h"

#include <gst/video/video.h>

GBytes *
lw_picture_to_rgb (GstBuffer *buffer, GstCaps *caps, guint *ret_width, guint *ret_height)
{
  GstVideoInfo in_info, out_info;
  GstVideoFrame in, out;
  GstVideoConverter *converter;
  GstBuffer *out_buffer;
  guchar *pixels = NULL;
  guint width, height;

  if (!gst_video_info_from_caps (&in_info, caps) || GST_VIDEO_INFO_WIDTH (&in_info) <= 0 ||
      GST_VIDEO_INFO_HEIGHT (&in_info) <= 0)
    return NULL;
  height = (guint)GST_VIDEO_INFO_HEIGHT (&in_info);
  width = (guint)gst_util_uint64_scale_int_round ((guint64)GST_VIDEO_INFO_WIDTH (&in_info),
                                                  GST_VIDEO_INFO_PAR_N (&in_info),
                                                  MAX (1, GST_VIDEO_INFO_PAR_D (&in_info)));
  width = CLAMP (width, 1, 32768);

  gst_video_info_set_format (&out_info, GST_VIDEO_FORMAT_RGB, width, height);
  GST_VIDEO_INFO_FPS_N (&out_info) = GST_VIDEO_INFO_FPS_N (&in_info);
  GST_VIDEO_INFO_FPS_D (&out_info) = GST_VIDEO_INFO_FPS_D (&in_info);
  GST_VIDEO_INFO_INTERLACE_MODE (&out_info) = GST_VIDEO_INFO_INTERLACE_MODE (&in_info);
  if (!gst_video_frame_map (&in, &in_info, buffer, GST_MAP_READ))
    return NULL;
  out_buffer = gst_buffer_new_allocate (NULL, GST_VIDEO_INFO_SIZE (&out_info), NULL);
  if (out_buffer != NULL && gst_video_frame_map (&out, &out_info, out_buffer, GST_MAP_WRITE)) {
    converter = gst_video_converter_new (&in_info, &out_info, NULL);
    if (converter != NULL) {
      gst_video_converter_frame (converter, &in, &out);
      gst_video_converter_free (converter);
      pixels = g_malloc ((gsize)width * height * 3);
      for (guint y = 0; y < height; y++)
        memcpy (pixels + (gsize)y * width * 3,
                (guchar *)GST_VIDEO_FRAME_PLANE_DATA (&out, 0) +
                    (gsize)y * (gsize)GST_VIDEO_FRAME_PLANE_STRIDE (&out, 0),
                (gsize)width * 3);
    }
    gst_video_frame_unmap (&out);
  }
  gst_video_frame_unmap (&in);
  gst_clear_buffer (&out_buffer);
  if (pixels == NULL)
    return NULL;
  if (ret_width != NULL)
    *ret_width = width;
  if (ret_height != NULL)
    *ret_height = height;
  return g_bytes_new_take (pixels, (gsize)width * height * 3);
}

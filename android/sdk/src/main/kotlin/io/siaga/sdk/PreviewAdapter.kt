package io.siaga.sdk

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Matrix
import android.media.ExifInterface
import android.media.MediaMetadataRetriever
import android.media.MediaMetadataRetriever.OPTION_CLOSEST_SYNC
import android.os.Build.VERSION.SDK_INT
import android.os.Build.VERSION_CODES.O_MR1
import io.siaga.PortException
import io.siaga.PreviewPort
import io.siaga.engine.MediaType
import java.io.ByteArrayOutputStream

/** Small pictures for the dispatcher, decoded by the platform, on the core's own thread. What it cannot decode has none. */
internal class PreviewAdapter : PreviewPort {
    override fun preview(path: String, mediaType: MediaType): ByteArray =
        attempt { (if (mediaType in VIDEOS) frame(path) else picture(path))?.let(::small) } ?: throw PortException.Unavailable()
}

private val VIDEOS = setOf(MediaType.MP4, MediaType.QUICK_TIME, MediaType.THREE_GP, MediaType.WEB_M)

/** What the core takes: see `PreviewPort`. */
internal const val MOST_PIXELS = 320
internal const val MOST_BYTES = 12 * 1024

/** From what looks well to what is a picture still. */
private val QUALITIES = listOf(75, 50, 25, 10)

/** Pictures of more are decoded in lines and columns left out, and one that says more than this is not decoded at all. */
private const val MOST_SIDE = 32_768

private val DEGREES =
    mapOf(
        ExifInterface.ORIENTATION_ROTATE_90 to 90f,
        ExifInterface.ORIENTATION_ROTATE_180 to 180f,
        ExifInterface.ORIENTATION_ROTATE_270 to 270f,
    )

/** Its sides come first: a few bytes may stand for a picture that fills the memory. */
private fun picture(path: String): Bitmap? {
    val options = BitmapFactory.Options().apply { inJustDecodeBounds = true }
    BitmapFactory.decodeFile(path, options)
    val longest = maxOf(options.outWidth, options.outHeight)
    if (longest !in 1..MOST_SIDE) return null
    options.inJustDecodeBounds = false
    options.inSampleSize = (longest / MOST_PIXELS).coerceAtLeast(1).takeHighestOneBit()
    val upright = attempt { ExifInterface(path).getAttributeInt(ExifInterface.TAG_ORIENTATION, 0) }.let { DEGREES[it] }
    return BitmapFactory.decodeFile(path, options)?.let { scaled(it, upright ?: 0f) }
}

/** The system's own service decodes it, not this process; before Android 8.1 it cannot make it small at once. */
private fun frame(path: String): Bitmap? {
    val video = MediaMetadataRetriever()
    try {
        video.setDataSource(path)
        if (SDK_INT >= O_MR1) return video.getScaledFrameAtTime(0, OPTION_CLOSEST_SYNC, MOST_PIXELS, MOST_PIXELS)
        return video.getFrameAtTime(0)?.let { scaled(it, 0f) }
    } finally {
        attempt { video.release() }
    }
}

private fun scaled(bitmap: Bitmap, degrees: Float): Bitmap {
    val scale = (MOST_PIXELS.toFloat() / maxOf(bitmap.width, bitmap.height)).coerceAtMost(1f)
    val matrix = Matrix().apply { setScale(scale, scale) }.apply { postRotate(degrees) }
    return Bitmap.createBitmap(bitmap, 0, 0, bitmap.width, bitmap.height, matrix, true)
}

private fun small(bitmap: Bitmap): ByteArray? {
    val tries = QUALITIES.asSequence().map { quality -> jpeg(bitmap, quality) }
    return tries.firstOrNull { it.size <= MOST_BYTES }
}

private fun jpeg(bitmap: Bitmap, quality: Int): ByteArray =
    ByteArrayOutputStream().also { bitmap.compress(Bitmap.CompressFormat.JPEG, quality, it) }.toByteArray()

package io.siaga.sdk

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Color
import io.siaga.PortException
import io.siaga.engine.MediaType
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.GraphicsMode
import java.io.ByteArrayOutputStream
import java.nio.ByteBuffer
import java.util.Random

/** Pictures as the platform's real decoder makes them, also of files that somebody made to bring it down. */
@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
class PreviewAdapterTest {
    @get:Rule
    val folder = TemporaryFolder()

    private fun made(bytes: ByteArray, type: MediaType = MediaType.JPEG): ByteArray {
        val file = folder.newFile().apply { writeBytes(bytes) }
        return PreviewAdapter().preview(file.path, type)
    }

    private fun assertNone(bytes: ByteArray, type: MediaType = MediaType.JPEG) {
        assertThrows(PortException.Unavailable::class.java) { made(bytes, type) }
    }

    private fun sides(jpeg: ByteArray): Pair<Int, Int> {
        assertTrue("${jpeg.size} bytes", jpeg.size <= MOST_BYTES)
        assertEquals(listOf(0xFF, 0xD8, 0xFF), jpeg.take(3).map { it.toInt() and 0xFF })
        return BitmapFactory.decodeByteArray(jpeg, 0, jpeg.size).run { width to height }
    }

    @Test
    fun a_photo_becomes_a_small_jpeg_of_the_same_shape() {
        assertEquals(320 to 240, sides(made(photo(4_000, 3_000))))
        assertEquals(240 to 320, sides(made(photo(300, 400))))
        assertEquals("nothing is made larger", 50 to 20, sides(made(photo(50, 20))))
        assertEquals(320 to 160, sides(made(photo(641, 321, Bitmap.CompressFormat.PNG), MediaType.PNG)))
    }

    @Test
    fun what_no_quality_makes_small_in_one_step_is_small_all_the_same() {
        val (width, height) = sides(made(noise(320, 240)))
        assertEquals(320 to 240, width to height)
    }

    @Test
    fun a_photo_that_was_held_sideways_stands_upright() {
        val photo = photo(400, 300)
        // Big-endian TIFF with one entry: orientation 6, turn it by 90 degrees.
        val exif = hex("45786966 0000 4D4D002A 00000008 0001 0112 0003 00000001 0006 0000 00000000")
        val segment = ByteBuffer.allocate(4).putShort(0xFFE1.toShort()).putShort((exif.size + 2).toShort()).array() + exif
        assertEquals(240 to 320, sides(made(photo.copyOf(2) + segment + photo.drop(2))))
    }

    @Test
    fun a_file_that_ends_in_the_middle_or_is_none_has_no_preview_or_a_small_one() {
        val photo = photo(4_000, 3_000)
        assertNone(photo.copyOf(20))
        assertNone(byteArrayOf())
        assertNone("<html>".toByteArray())
        assertNone("no video".toByteArray(), MediaType.MP4)
        assertThrows(PortException.Unavailable::class.java) { PreviewAdapter().preview("/nowhere", MediaType.JPEG) }
        runCatching { made(photo.copyOf(photo.size / 2)) }.onSuccess { assertEquals(320 to 240, sides(it)) }
    }

    @Test
    fun a_header_that_lies_about_its_sides_fills_no_memory() {
        val photo = photo(64, 64)
        val frame = photo.indices.first { photo[it] == 0xFF.toByte() && photo[it + 1] == 0xC0.toByte() }
        for (side in listOf(20_000, 0, 65_535)) {
            val lying = photo.clone()
            for (at in listOf(frame + 5, frame + 7)) ByteBuffer.wrap(lying).putShort(at, side.toShort())
            runCatching { made(lying) }.onSuccess { assertEquals(320 to 320, sides(it)) }
        }
    }

    private fun photo(width: Int, height: Int, format: Bitmap.CompressFormat = Bitmap.CompressFormat.JPEG): ByteArray {
        val bitmap = Bitmap.createBitmap(width, height, Bitmap.Config.ARGB_8888).apply { eraseColor(Color.RED) }
        return bytes(bitmap, format)
    }

    private fun noise(width: Int, height: Int): ByteArray {
        val random = Random(1)
        val pixels = IntArray(width * height) { random.nextInt() or Color.BLACK }
        return bytes(Bitmap.createBitmap(pixels, width, height, Bitmap.Config.ARGB_8888), Bitmap.CompressFormat.JPEG)
    }

    private fun bytes(bitmap: Bitmap, format: Bitmap.CompressFormat) =
        ByteArrayOutputStream().also { bitmap.compress(format, 100, it) }.toByteArray()

    private fun hex(text: String) = text.filter { it != ' ' }.chunked(2).map { it.toInt(16).toByte() }.toByteArray()
}

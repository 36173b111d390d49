package io.siaga.app

import android.app.Activity
import android.app.AlertDialog
import android.content.ClipData
import android.content.Intent
import android.net.Uri
import android.os.Bundle
import android.provider.MediaStore
import android.view.View
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowDialog
import java.io.File
import java.io.FileNotFoundException
import java.io.FileOutputStream
import java.io.IOException

/** A citizen, and the phone's own camera, recorder and gallery. */
@RunWith(RobolectricTestRunner::class)
class FilesTest {
    private val phone = Phone(NOBODY)
    private val resolver = phone.app.contentResolver
    private val captured get() = File(phone.app.noBackupFilesDir, "captures").list().orEmpty().toList()

    @After
    fun end() = phone.close()

    private fun files(): FilesActivity {
        phone.press(phone.show(SosActivity::class.java), 3)
        return phone.show(FilesActivity::class.java)
    }

    private fun Activity.touch(id: Int) = findViewById<View>(id).performClick()

    private fun Activity.asked() = shadowOf(this).nextStartedActivityForResult.intent

    private fun Intent.output() = checkNotNull(getParcelableExtra(MediaStore.EXTRA_OUTPUT, Uri::class.java))

    /** Left open: Robolectric's descriptors cannot be closed on a JVM that keeps its own to itself. */
    private fun write(uri: Uri, bytes: ByteArray = PHOTO) =
        FileOutputStream(checkNotNull(resolver.openFileDescriptor(uri, "w")).fileDescriptor).write(bytes)

    @Test
    fun `a photo of the camera is attached, and is left nowhere else`() {
        val screen = files()
        assertTrue(phone.read(), "Nothing is attached yet." in phone.read())
        screen.touch(R.id.photo)
        val asked = screen.asked()
        assertEquals(MediaStore.ACTION_IMAGE_CAPTURE, asked.action)
        assertTrue(asked.flags and Intent.FLAG_GRANT_WRITE_URI_PERMISSION != 0)
        write(asked.output())
        shadowOf(screen).receiveResult(asked, Activity.RESULT_OK, null)
        phone.await("the photo") { "jpg: kept here, 0 bytes of 300 kB at the centre" in phone.read() }
        phone.await("its end in the camera's folder") { captured.isEmpty() }
    }

    @Test
    fun `what the citizen throws away in the camera is gone`() {
        val screen = files()
        for ((button, written) in listOf(R.id.photo to false, R.id.video to true)) {
            screen.touch(button)
            val asked = screen.asked()
            if (written) write(asked.output())
            shadowOf(screen).receiveResult(asked, Activity.RESULT_CANCELED, null)
            phone.settle()
            assertEquals(emptyList<String>(), captured)
        }
        assertTrue(phone.read(), "Nothing is attached yet." in phone.read())
    }

    /** Only so can a result come to a screen that did not ask for it itself. */
    @Suppress("DEPRECATION")
    @Test
    fun `a video arrives also when the phone has ended the app while the camera was in front`() {
        val screen = files()
        screen.touch(R.id.video)
        write(screen.asked().output())
        val state = Bundle()
        phone.save(screen, state)
        val next = Robolectric.buildActivity(FilesActivity::class.java).create(state).start().restoreInstanceState(state)
        phone.settle()
        shadowOf(next.get()).callOnActivityResult(0, Activity.RESULT_OK, null)
        phone.await("the video") { "mp4: kept here" in phone.read() }
        next.stop().destroy()
    }

    @Test
    fun `what the camera wrote and nobody took can be attached later`() {
        val screen = files()
        screen.touch(R.id.video)
        write(screen.asked().output())
        assertFalse(phone.read(), "the camera left" in phone.read())
        val later = phone.show(FilesActivity::class.java)
        assertTrue(phone.read(), "Attach what the camera left here: 1" in phone.read())
        later.touch(R.id.left)
        phone.await("the video") { "mp4: kept here" in phone.read() && "the camera left" !in phone.read() }
        // The list is drawn with the change itself, perhaps before the one who attached is told.
        phone.await("its end in the camera's folder") { captured.isEmpty() }
    }

    @Test
    fun `a camera's file that cannot be taken stays, with the reason`() {
        val screen = files()
        screen.touch(R.id.photo)
        val asked = screen.asked()
        write(asked.output(), "no photo".toByteArray())
        shadowOf(screen).receiveResult(asked, Activity.RESULT_OK, null)
        phone.await("the reason") { "Not attached: it is no photo" in phone.read() && "left here: 1" in phone.read() }
        assertEquals(1, captured.size)
    }

    @Test
    fun `several files are chosen at once, and one that cannot be read hides none of the others`() {
        val screen = files()
        screen.touch(R.id.choose)
        val asked = screen.asked()
        assertEquals(Intent.ACTION_OPEN_DOCUMENT, asked.action)
        val uris = (1..3).map { Uri.parse("content://documents/$it") }
        shadowOf(resolver).registerInputStreamSupplier(uris[0]) { (PHOTO + 1).inputStream() }
        shadowOf(resolver).registerInputStreamSupplier(uris[1]) { throw IOException("a drive that is gone") }
        shadowOf(resolver).registerInputStreamSupplier(uris[2]) { (PHOTO + 3).inputStream() }
        val clip = ClipData.newRawUri("", uris[0]).apply { uris.drop(1).forEach { addItem(ClipData.Item(it)) } }
        shadowOf(screen).receiveResult(asked, Activity.RESULT_OK, Intent().apply { clipData = clip })
        phone.await("two files and a reason") {
            listOf("1: kept here", "3: kept here", "Not attached: it cannot be read").all { it in phone.read() }
        }
    }

    @Test
    fun `a recorder says where its sound is`() {
        val screen = files()
        screen.touch(R.id.sound)
        val asked = screen.asked()
        assertEquals(MediaStore.Audio.Media.RECORD_SOUND_ACTION, asked.action)
        val sound = Uri.parse("content://recorder/7")
        shadowOf(resolver).registerInputStreamSupplier(sound) { ("#!AMR\n".toByteArray() + ByteArray(100)).inputStream() }
        shadowOf(screen).receiveResult(asked, Activity.RESULT_OK, Intent().setData(sound))
        phone.await("the sound") { "7: kept here, 0 bytes of 106 bytes at the centre" in phone.read() }
    }

    @Test
    fun `a phone without such an app says so`() {
        val screen = files()
        shadowOf(phone.app).checkActivities(true)
        for (button in listOf(R.id.photo, R.id.video, R.id.sound, R.id.choose)) screen.touch(button)
        assertTrue(phone.read(), "This phone has no app for that." in phone.read())
        assertEquals(emptyList<String>(), captured)
    }

    @Test
    fun `a file is paused, goes on, and is taken back`() {
        val screen = files()
        screen.touch(R.id.photo)
        val asked = screen.asked()
        write(asked.output())
        shadowOf(screen).receiveResult(asked, Activity.RESULT_OK, null)
        val steps = listOf("kept here, 0" to 0, "paused by you, 0" to 0, "kept here, 0" to 1)
        for ((said, decision) in steps) {
            phone.await(said) { said in phone.read() }
            screen.touch(R.id.decide)
            choose(0)
            choose(decision)
        }
        phone.await("its end") { "taken back by you" in phone.read() }
        assertEquals(View.GONE, screen.findViewById<View>(R.id.decide).visibility)
    }

    private fun choose(at: Int) {
        phone.settle()
        shadowOf(ShadowDialog.getLatestDialog() as AlertDialog).clickOnItem(at)
    }

    @Test
    fun `without an open incident there is nothing to attach to`() {
        val screen = phone.show(FilesActivity::class.java)
        assertTrue(phone.read(), "Nothing is open to attach to." in phone.read())
        val buttons = listOf(R.id.photo, R.id.video, R.id.sound, R.id.choose, R.id.left, R.id.decide)
        assertTrue(buttons.all { screen.findViewById<View>(it).visibility == View.GONE })
    }

    @Test
    fun `another app can open the file that it was asked to write, and nothing else`() {
        val own = File(phone.app.noBackupFilesDir, "own.jpg").apply { writeBytes(PHOTO) }
        files().touch(R.id.photo)
        for (path in listOf(own.name, "../${own.name}", "..%2F${own.name}", "%2E%2E/x", "", ".", "..", own.path)) {
            assertThrows(path, FileNotFoundException::class.java) {
                resolver.openFileDescriptor(Uri.parse("content://io.siaga.app.captures/$path"), "rw")
            }
        }
        val provider = phone.app.packageManager.resolveContentProvider("io.siaga.app.captures", 0)
        assertFalse(checkNotNull(provider).exported)
    }

    @Test
    fun `the centre confirms a photo that was attached to an SOS`() {
        phone.close()
        Centre.start().use { centre ->
            Phone(centre.config()).use { phone ->
                phone.press(phone.show(SosActivity::class.java), 3)
                val screen = phone.show(FilesActivity::class.java)
                screen.touch(R.id.photo)
                val asked = screen.asked()
                write(asked.output())
                shadowOf(screen).receiveResult(asked, Activity.RESULT_OK, null)
                phone.await("the centre's signature") { "the centre has all of it (300 kB) and has signed" in phone.read() }
            }
        }
        phone.app.start()
    }

    private companion object {
        /** A photo by its first bytes. */
        val PHOTO = ByteArray(300_000).also { byteArrayOf(-1, -40, -1, -32).copyInto(it) }
    }
}

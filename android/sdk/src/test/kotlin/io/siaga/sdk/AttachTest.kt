package io.siaga.sdk

import android.content.ContentProvider
import android.content.ContentValues
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import io.siaga.engine.AttachFault
import io.siaga.engine.FileId
import io.siaga.engine.FileState
import io.siaga.engine.FileView
import io.siaga.engine.PressAnswer
import io.siaga.engine.Source
import io.siaga.runtime.SiagaException
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import java.io.ByteArrayInputStream
import java.io.File
import java.io.FileNotFoundException
import java.io.IOException
import java.io.InputStream
import java.util.concurrent.CountDownLatch

/** What other apps give, and what they may do wrong with it. */
@RunWith(RobolectricTestRunner::class)
class AttachTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val context = RuntimeEnvironment.getApplication()
    private val sdk = SiagaSdk.start(context, Centre.nowhere())
    private val sos by lazy { sdk.sos(agoMs = 2_000) }
    private val photo: Uri = Uri.parse("content://gallery/photos/17")
    private lateinit var gallery: Gallery

    @Before
    fun begin() {
        gallery = Robolectric.setupContentProvider(Gallery::class.java, "gallery")
        gallery.file = folder.newFile("data").apply { writeBytes(PHOTO) }
        sos
    }

    @After
    fun end() = sdk.end()

    private fun attach(uri: Uri = photo, incident: String = sos) = told<Outcome<FileId>> { sdk.attach(incident, uri, it) }

    private fun fault(outcome: Outcome<FileId>) = ((outcome as Outcome.Declined).why as SiagaException.Attach).fault

    private fun files(): List<FileView> {
        sdk.settle()
        return checkNotNull(sdk.snapshot).incidents.single().files
    }

    private fun serve(stream: InputStream?) = shadowOf(context.contentResolver).registerInputStreamSupplier(photo) { stream }

    @Test
    fun a_photo_of_the_gallery_is_ours_when_the_answer_comes_and_the_gallery_may_forget_it() {
        val id = (attach() as Outcome.Done).value
        gallery.file.delete()
        val file = files().single()
        assertEquals(listOf(id, "IMG 17.jpg", FileState.Waiting), listOf(file.id, file.name, file.state))
        assertEquals(PHOTO.size.toULong(), file.bytes)
    }

    @Test
    fun without_a_name_it_is_called_by_the_end_of_its_address() {
        for (nameless in listOf<() -> String?>({ null }, { throw SecurityException("not yours") })) {
            gallery.name = nameless
            gallery.file.appendBytes(byteArrayOf(1))
            assertTrue(attach() is Outcome.Done)
            assertEquals("17", files().last().name)
        }
        gallery.hasRow = false
        gallery.file.appendBytes(byteArrayOf(1))
        assertTrue(attach() is Outcome.Done)
        assertEquals("17", files().last().name)
    }

    @Test
    fun a_hostile_name_names_nothing_outside() {
        val names = mapOf("../../x" to "x", "a\u0000b" to "ab", "C:\\y.jpg" to "y.jpg", "half \uD83D" to "half ?")
        for ((given, shown) in names) {
            gallery.name = { given }
            // The same bytes again would be the same file.
            gallery.file.appendBytes(byteArrayOf(1))
            assertTrue(attach() is Outcome.Done)
            assertEquals(shown, files().last().name)
        }
    }

    @Test
    fun a_provider_that_throws_or_gives_nothing_is_declined_with_the_reason() {
        val failures = listOf(SecurityException(), FileNotFoundException(), IllegalStateException(), StackOverflowError())
        val opens = failures.map<Throwable, () -> ParcelFileDescriptor?> { failure -> { throw failure } } + { null }
        for (open in opens) {
            gallery.open = open
            assertEquals(AttachFault.Unreadable, fault(attach()))
            assertEquals(emptyList<FileView>(), files())
        }
        serve(null)
        assertEquals(AttachFault.Unreadable, fault(attach()))
        assertEquals(AttachFault.Unreadable, fault(attach(Uri.parse("content://nobody/1"))))
    }

    @Test
    fun an_address_that_is_no_content_is_not_opened() {
        val own = folder.newFile("own.jpg").apply { writeBytes(PHOTO) }
        for (uri in listOf(Uri.fromFile(own), Uri.EMPTY, Uri.parse("mailto:a@b.c"), Uri.parse("android.resource://android/1"))) {
            assertEquals("$uri", AttachFault.Unreadable, fault(attach(uri)))
        }
    }

    @Test
    fun what_dies_in_the_middle_is_no_file_and_no_crash() {
        for (end in listOf<() -> Int>({ throw IOException("gone") }, { throw OutOfMemoryError() }, { 0 })) {
            val stream = Stream(then = end)
            serve(stream)
            assertEquals(AttachFault.Unreadable, fault(attach()))
            assertEquals(emptyList<FileView>(), files())
            assertEquals(1, stream.closed)
        }
    }

    @Test
    fun the_stream_is_closed_however_it_ends() {
        val (whole, unknown, unwanted) = listOf(Stream(), Stream("text".toByteArray()), Stream())
        serve(whole)
        assertTrue(attach() is Outcome.Done)
        serve(unknown)
        assertEquals(AttachFault.UnknownType, fault(attach()))
        serve(unwanted)
        assertEquals(AttachFault.NoSuchIncident, fault(attach(incident = "0190a5d0-7b1e-7cc3-9a55-0123456789ab")))
        serve(unwanted)
        assertTrue(attach(incident = "none") is Outcome.Declined)
        assertEquals(listOf(1, 1, 2), listOf(whole, unknown, unwanted).map { it.closed })
    }

    @Test
    fun it_is_opened_before_anything_else_is_waited_for() {
        val opened = CountDownLatch(1)
        gallery.open = { opened.countDown().let { null } }
        sdk.atRest {
            sdk.attach(sos, photo)
            awaitOnMain("the stream") { opened.count == 0L }
        }
    }

    @Test
    fun no_press_waits_for_a_copy() {
        val goesOn = CountDownLatch(1)
        serve(Stream(then = { goesOn.await().let { -1 } }))
        val answers = mutableListOf<Outcome<FileId>>()
        sdk.attach(sos, photo, answers::add)
        awaitOnMain("the copy") { sdk.snapshot?.incidents?.single()?.files?.isNotEmpty() == true }
        assertEquals(FileState.Copying, files().last().state)
        assertEquals(PressAnswer.Escalated(sos, 4u), (told { sdk.press(Source.SCREEN, done = it) } as Outcome.Done).value)
        assertEquals(emptyList<Any>(), answers)
        goesOn.countDown()
        awaitOnMain("the end of the copy") { answers.isNotEmpty() }
        assertTrue("$answers", answers.single() is Outcome.Done)
    }

    @Test
    fun a_file_of_the_apps_own_is_attached_by_its_path() {
        val own = folder.newFile("photo.jpg").apply { writeBytes(PHOTO) }
        assertTrue(told<Outcome<FileId>> { sdk.attach(sos, own, it) } is Outcome.Done)
        assertEquals("photo.jpg", files().last().name)
        val faults =
            listOf(folder.root, File(folder.root, "gone"), File("\uD83D"), File(""), folder.newFile("empty.jpg")).map {
                fault(told { done -> sdk.attach(sos, it, done) })
            }
        val gone = AttachFault.Unreadable
        assertEquals(listOf(AttachFault.NotAFile, gone, gone, gone, AttachFault.Empty), faults)
    }

    @Test
    fun after_shutting_down_it_says_closed_and_closes_the_stream() {
        val stream = Stream()
        serve(stream)
        sdk.shutDown()
        assertTrue((attach(incident = sos) as Outcome.Declined).why is SiagaException.Closed)
        assertEquals(1, stream.closed)
    }

    /** A stream that knows whether it was closed, and what it does at its end. */
    private class Stream(bytes: ByteArray = PHOTO, private val then: () -> Int = { -1 }) : InputStream() {
        private val inner = ByteArrayInputStream(bytes)

        @Volatile
        var closed = 0

        override fun read(): Int = error("one by one")

        override fun read(into: ByteArray, offset: Int, most: Int): Int =
            inner.read(into, offset, most).takeIf { it > 0 } ?: then()

        override fun close() {
            closed += 1
        }
    }

    /** Another app's provider. */
    class Gallery : ContentProvider() {
        lateinit var file: File
        var hasRow = true
        var name: () -> String? = { "IMG 17.jpg" }
        var open: () -> ParcelFileDescriptor? = { ParcelFileDescriptor.open(file, ParcelFileDescriptor.MODE_READ_ONLY) }

        override fun onCreate() = true

        override fun query(uri: Uri, columns: Array<String>?, where: String?, with: Array<String>?, order: String?) =
            MatrixCursor(arrayOf(OpenableColumns.DISPLAY_NAME)).apply { if (hasRow) addRow(arrayOf(name())) }

        override fun openFile(uri: Uri, mode: String) = open()

        override fun getType(uri: Uri) = "image/jpeg"

        override fun insert(uri: Uri, values: ContentValues?) = null

        override fun delete(uri: Uri, where: String?, with: Array<String>?) = 0

        override fun update(uri: Uri, values: ContentValues?, where: String?, with: Array<String>?) = 0
    }

    private companion object {
        /** A photo by its first bytes, longer than one read. */
        val PHOTO = ByteArray(300_000) { (it % 251).toByte() }.also { byteArrayOf(-1, -40, -1, -32).copyInto(it) }
    }
}

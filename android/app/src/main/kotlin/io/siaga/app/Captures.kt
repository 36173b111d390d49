package io.siaga.app

import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.net.Uri
import android.os.ParcelFileDescriptor
import java.io.File
import java.io.FileNotFoundException

/** Where the phone's own camera writes for us: a folder of this app's own, so that nothing is left in the gallery. */
internal class Captures(private val context: Context) {
    private val folder get() = File(context.noBackupFilesDir, "captures")

    /** A new, empty file for the camera. */
    fun begin(name: String, end: String): File {
        folder.mkdirs()
        return File(folder, "$name-${System.currentTimeMillis()}.$end").apply { createNewFile() }
    }

    /** How the camera knows it. */
    fun address(file: File): Uri = Uri.parse("content://io.siaga.app.captures/${file.name}")

    fun named(name: String): File? = folder.listFiles().orEmpty().firstOrNull { it.name == name }

    /** What the camera has written and nobody has taken: this app may have been stopped while the camera was in front. */
    fun left(): List<File> = folder.listFiles().orEmpty().filter { it.length() > 0 }.sorted()
}

/** Gives the camera the one file that it was asked to write. Nothing else may be opened, and nobody may list what is there. */
internal class CaptureProvider : ContentProvider() {
    override fun onCreate(): Boolean = true

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        val file = context?.let { Captures(it).named(uri.lastPathSegment.orEmpty()) } ?: throw FileNotFoundException()
        return ParcelFileDescriptor.open(file, ParcelFileDescriptor.parseMode(mode))
    }

    override fun getType(uri: Uri): String = if (uri.path.orEmpty().endsWith("mp4")) "video/mp4" else "image/jpeg"

    override fun query(uri: Uri, columns: Array<String>?, where: String?, values: Array<String>?, order: String?): Nothing? = null

    override fun insert(uri: Uri, values: ContentValues?): Nothing? = null

    override fun delete(uri: Uri, where: String?, values: Array<String>?): Int = 0

    override fun update(uri: Uri, values: ContentValues?, where: String?, whereValues: Array<String>?): Int = 0
}

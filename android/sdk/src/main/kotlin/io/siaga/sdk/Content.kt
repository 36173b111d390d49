package io.siaga.sdk

import android.content.ContentResolver
import android.net.Uri
import android.provider.OpenableColumns
import io.siaga.ContentPort
import io.siaga.PortException
import java.io.InputStream

/**
 * Another app's content, opened when this is made: the permission for it may end with the screen that got it, or with the process
 * (F67). Whatever its provider does wrong is a content that cannot be read.
 */
internal class Content(resolver: ContentResolver, uri: Uri) : ContentPort, AutoCloseable {
    // A `file` address could name what is this app's own, in the words of another app.
    private val stream: InputStream? =
        attempt { if (uri.scheme == ContentResolver.SCHEME_CONTENT) resolver.openInputStream(uri) else null }

    /** What the citizen knows it by, as its provider says. */
    val name: String = attempt { displayName(resolver, uri) } ?: uri.lastPathSegment.orEmpty()

    override fun read(most: UInt): ByteArray =
        attempt {
            val bytes = ByteArray(most.toInt())
            val count = stream?.read(bytes)
            // Nothing, and not the end: the core would take it for the end.
            if (count == 0) null else count?.let { bytes.copyOf(maxOf(it, 0)) }
        } ?: throw PortException.Unavailable()

    override fun close() {
        attempt { stream?.close() }
    }

    private fun displayName(resolver: ContentResolver, uri: Uri): String? =
        resolver.query(uri, arrayOf(OpenableColumns.DISPLAY_NAME), null, null, null)?.use { row ->
            if (row.moveToFirst()) row.getString(row.getColumnIndexOrThrow(OpenableColumns.DISPLAY_NAME)) else null
        }
}

package io.siaga.app

import java.io.File

/** The app on files that outlive a process, where a test names them. */
internal class PhoneApp : SiagaApp() {
    override fun getNoBackupFilesDir(): File = System.getProperty("siaga.files")?.let(::File) ?: super.getNoBackupFilesDir()
}

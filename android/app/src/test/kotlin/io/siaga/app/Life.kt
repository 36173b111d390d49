package io.siaga.app

import android.view.View
import android.widget.TextView
import io.siaga.sdk.SiagaSdk
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File
import java.io.RandomAccessFile
import java.nio.channels.FileLock

/**
 * One life of the app, in a process of its own that can be killed: [OtherProcess] starts it, tells it what to do by its
 * standard input, and hears of it by its standard output. No test by itself.
 */
@RunWith(RobolectricTestRunner::class)
class Life {
    @Test
    fun live() {
        warm()
        println("$TOLD ready")
        generateSequence(::readlnOrNull).forEach { line ->
            val act = line.substringBefore(' ')
            val said =
                when (act) {
                    "open" -> open(File(line.substringAfter(' ')).readText())
                    "press" -> press(line.substringAfter(' ').toLong())
                    "write" -> write(line.substringAfter(' '))
                    "lock" -> lock()
                    else -> error("no such act: $act")
                }
            println("$TOLD $said")
        }
    }

    private lateinit var phone: Phone
    private lateinit var screen: SosActivity
    private lateinit var held: FileLock

    /** Loads what a phone has loaded long ago: the time between two presses shall not be this machine's. */
    private fun warm() {
        val files = System.setProperty(
            "siaga.files",
            File(System.getProperty("siaga.files"), "warm-${ProcessHandle.current().pid()}").path,
        )
        SiagaSdk.current?.shutDown()
        Phone(NOBODY).use { it.show(SosActivity::class.java) }
        System.setProperty("siaga.files", files)
    }

    private fun open(config: String): String {
        phone = Phone(config)
        screen = phone.show(SosActivity::class.java)
        return "opened"
    }

    /** A touch at that moment of the wall clock, which is the same in each process. */
    private fun press(touchedWallMs: Long): String {
        phone.touch(screen.findViewById(R.id.sos), System.currentTimeMillis() - touchedWallMs)
        phone.settle()
        return screen.findViewById<TextView>(R.id.sos).text.lines().last()
    }

    /** The first words of a report. What is typed is given to the core soon after: nobody leaves the screen. */
    private fun write(words: String): String {
        val reports = phone.show(ReportsActivity::class.java)
        reports.findViewById<View>(R.id.write).performClick()
        phone.settle()
        phone.follow(reports, ReportActivity::class.java).findViewById<TextView>(R.id.text).text = words
        phone.elapse(1_000)
        return "written"
    }

    /** Takes the one lock of the database that a writer needs, as SQLite itself takes it, when nobody has it, and keeps it. */
    private fun lock(): String {
        val shared = File(System.getProperty("siaga.files"), "siaga/siaga.db-shm")
        held = RandomAccessFile(shared, "rw").channel.lock(WAL_WRITE_LOCK, 1, false)
        return "locked"
    }

    companion object {
        /** Stands before what is meant for the test, in whatever else the process prints. */
        const val TOLD = "LIFE:"

        /** Its byte in the shared memory's file: https://www.sqlite.org/walformat.html#locks */
        private const val WAL_WRITE_LOCK = 120L
    }
}

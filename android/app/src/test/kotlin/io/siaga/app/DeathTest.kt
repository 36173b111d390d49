package io.siaga.app

import io.siaga.sdk.SiagaSdk
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import java.io.File

/** Processes that are killed, and a second one on the same files. */
@RunWith(RobolectricTestRunner::class)
class DeathTest {
    @get:Rule
    val folder = TemporaryFolder()
    private val files: File get() = folder.root

    /** The app has begun on other files, before any test could say which. */
    @Before
    fun sameFiles() {
        SiagaSdk.current?.shutDown()
        System.setProperty("siaga.files", files.path)
    }

    @After
    fun ownFiles() {
        System.clearProperty("siaga.files")
    }

    @Test
    fun `an SOS whose process is killed between the presses and before it is sent arrives once`() {
        Centre.start().use { centre ->
            val config = File(files, "agency.json").apply { writeText(centre.config()) }
            OtherProcess(files).use { second ->
                // When the citizen touched: how long a process takes does not change it.
                val lastMs: Long
                OtherProcess(files).use { first ->
                    first.act("open ${config.path}")
                    lastMs = System.currentTimeMillis()
                    assertEquals("1 of 3", first.act("press ${lastMs - 2 * APART_MS}"))
                    assertEquals("2 of 3", first.act("press ${lastMs - APART_MS}"))
                }
                centre.whileSilent {
                    second.act("open ${config.path}")
                    assertEquals("3 presses", second.act("press $lastMs"))
                    second.close()
                }
            }
            assertEquals(emptyList<String>(), centre.incidents("emergencies"))
            Phone(config.readText()).use { phone ->
                phone.show(SosActivity::class.java)
                phone.await("the receipt") { "The centre has it" in phone.read() }
            }
            assertEquals(1, centre.incidents("emergencies").size)
            assertEquals(listOf("sos"), centre.events().map { it.getString("kind") })
        }
    }

    @Test
    fun `a report whose process is killed while it is written is a draft with these words`() {
        val config = File(files, "agency.json").apply { writeText(NOBODY) }
        OtherProcess(files).use { other ->
            other.act("open ${config.path}")
            assertEquals("written", other.act("write Smoke above the market"))
        }
        Phone(NOBODY).use { phone ->
            phone.show(ReportsActivity::class.java)
            phone.await("the words") { "ago: Smoke above the market" in phone.read() }
        }
    }

    @Test
    fun `while another process holds the write lock an SOS goes on in memory, and the screen says so`() {
        Centre.start().use { centre ->
            Phone(centre.config()).use { phone ->
                val screen = phone.show(SosActivity::class.java)
                OtherProcess(files).use { other ->
                    assertEquals("locked", other.act("lock"))
                    phone.press(screen, 3)
                    assertTrue(phone.read(), "The disk takes nothing" in phone.read())
                    phone.await("the receipt") { "The centre has it" in phone.read() }
                }
                phone.await("the disk") { "The disk takes nothing" !in phone.read() }
                assertEquals(1, centre.incidents("emergencies").size)
            }
        }
    }

    private companion object {
        /** Three touches lie well within the window, and what a press waits for on its way is small beside it. */
        const val APART_MS = 3_000L
    }
}

package io.siaga.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** The same on the newest Android that this JDK can run. In a process of its own: two frameworks cannot share one library. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [35])
class AndroidFifteenTest {
    @Test
    fun `three touches bring the SOS to the centre`() {
        Centre.start().use { centre ->
            Phone(centre.config()).use { phone ->
                phone.press(phone.show(SosActivity::class.java), 3)
                phone.await("the receipt") { "The centre has it" in phone.read() }
                assertEquals(1, centre.incidents("emergencies").size)
            }
        }
    }

    @Test
    fun `every screen can be drawn`() {
        Phone(NOBODY).use { phone ->
            val screens =
                listOf(
                    SosActivity::class,
                    TimelineActivity::class,
                    FilesActivity::class,
                    DrillActivity::class,
                    ReportsActivity::class,
                    ReportActivity::class,
                    NoteActivity::class,
                    SettingsActivity::class,
                    SetupActivity::class,
                )
            for (screen in screens) {
                phone.show(screen.java).draw(Situations.helped)
                assertTrue(screen.simpleName, phone.read().isNotBlank())
            }
        }
    }
}

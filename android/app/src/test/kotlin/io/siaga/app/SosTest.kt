package io.siaga.app

import android.app.AlertDialog
import android.content.DialogInterface
import android.view.MotionEvent
import android.view.View
import android.widget.TextView
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.shadows.ShadowAlertDialog

/** A citizen, the app, and the real centre. */
@RunWith(RobolectricTestRunner::class)
class SosTest {
    private val centre = Centre.start()
    private val phone by lazy { Phone(centre.config()) }

    @After
    fun end() {
        phone.close()
        centre.close()
    }

    @Test
    fun `three touches bring the SOS and the position to the centre, and the screen follows its signatures`() {
        phone.locate(-6.9932, 110.4203)
        val screen = phone.show(SosActivity::class.java)
        // The SOS waits for no position: this one shall be known before.
        phone.await("the position") { "within 12 m at 68 %" in readAnew() }
        phone.press(screen, 3)
        phone.await("the receipt") { "The centre has it" in phone.read() }
        val incident = centre.incidents("emergencies").single()
        val fix = centre.position().getJSONObject("fix")
        assertEquals(-6.9932, fix.getDouble("lat"), 1e-6)
        assertEquals(110.4203, fix.getDouble("lon"), 1e-6)
        assertTrue(phone.read(), "within 12 m at 68 %" in phone.read())
        centre.mark(incident, "opened")
        phone.await("the dispatcher's step") { "A person has opened it" in phone.read() }
    }

    @Test
    fun `without any permission the SOS arrives without a position, and the screen says so`() {
        val screen = phone.show(SosActivity::class.java)
        phone.press(screen, 3)
        phone.await("the receipt") { "The centre has it" in phone.read() }
        phone.await("the reason") { "Position: not known (no permission)" in readAnew() }
        assertFalse("${centre.position()}", centre.position().has("fix"))
    }

    @Test
    fun `a touch is on the button before anything else happens, and is counted only after the commit`() {
        val screen = phone.show(SosActivity::class.java)
        val button = screen.findViewById<TextView>(R.id.sos)
        assertEquals("SOS\npress 3 times", button.text.toString())
        phone.finger(button, MotionEvent.ACTION_DOWN)
        assertTrue(button.isPressed)
        assertEquals("SOS\ntouched: 1", button.text.toString())
        phone.finger(button, MotionEvent.ACTION_UP)
        assertFalse(button.isPressed)
        phone.settle()
        assertEquals("SOS\n1 of 3", button.text.toString())
        assertEquals("SOS button, 1 of 3", button.contentDescription)
        assertFalse(phone.read(), "Recorded" in phone.read())
    }

    @Test
    fun `cancelling asks first, tells the centre, and deletes nothing`() {
        val screen = phone.show(SosActivity::class.java)
        phone.press(screen, 3)
        phone.await("the receipt") { "The centre has it" in phone.read() }
        screen.findViewById<View>(R.id.cancel).performClick()
        val dialog = ShadowAlertDialog.getLatestDialog() as AlertDialog
        dialog.findViewById<TextView>(R.id.code).text = "2468"
        dialog.getButton(DialogInterface.BUTTON_POSITIVE).performClick()
        phone.await("the cancel's receipt") { "Called off. The centre knows." in phone.read() }
        assertEquals(listOf("sos", "cancel"), centre.events().map { it.getString("kind") }.sortedDescending())
    }

    @Test
    fun `a drill goes the whole way, and nobody takes it for an emergency`() {
        val screen = phone.show(DrillActivity::class.java)
        screen.findViewById<View>(R.id.start).performClick()
        phone.await("the drill's end") { "Drill done. The whole way works." in phone.read() }
        assertEquals(1, centre.incidents("drills").size)
        assertEquals(emptyList<String>(), centre.incidents("emergencies"))
    }

    /** What is known of the place alone is no change that a screen is told of by itself. */
    private fun readAnew(): String {
        phone.settle()
        return phone.read()
    }
}

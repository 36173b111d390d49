package io.siaga.app

import android.Manifest
import android.view.View
import android.widget.RadioGroup
import android.widget.TextView
import io.siaga.engine.StoreHealth
import org.json.JSONObject
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf

/** Somebody sets the app up. */
@RunWith(RobolectricTestRunner::class)
class SetupTest {
    private val phone by lazy { Phone(null) }

    @After
    fun end() = phone.close()

    @Test
    fun `without a configuration the button leads to the set-up`() {
        val screen = phone.show(SosActivity::class.java)
        assertEquals(SetupActivity::class.java.name, shadowOf(screen).nextStartedActivity.component?.className)
        assertTrue(phone.read(), "Siaga is starting" in phone.read())
        phone.touch(screen.findViewById(R.id.sos))
        phone.settle()
        assertTrue(phone.read(), "The configuration cannot be used" in phone.read())
    }

    @Test
    fun `a pasted configuration is used, and one that cannot be is said to be so`() {
        val screen = phone.show(SetupActivity::class.java)
        assertTrue(phone.read(), "No configuration yet" in phone.read())
        paste(screen, """{"centre":{"id":"Not An Id"}}""")
        assertTrue(phone.read(), "The configuration cannot be used: centre" in phone.read())
        paste(screen, NOBODY)
        assertTrue(phone.read(), "A configuration is in use." in phone.read())
        assertEquals(StoreHealth.DURABLE, phone.app.sdk().snapshot?.store)
        paste(screen, "{")
        assertTrue(phone.read(), "The configuration cannot be used" in phone.read())
    }

    @Test
    fun `location is asked for by itself, and background only where an artefact brings it`() {
        val screen = phone.show(SetupActivity::class.java)
        screen.findViewById<View>(R.id.location).performClick()
        val asked = shadowOf(screen).lastRequestedPermission
        assertEquals(
            setOf(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION),
            asked.requestedPermissions.toSet(),
        )
        assertEquals(View.GONE, screen.findViewById<View>(R.id.background).visibility)
        shadowOf(phone.app).grantPermissions(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
        val again = phone.show(SetupActivity::class.java)
        assertEquals("Allowed", again.findViewById<TextView>(R.id.location_state).text.toString())
        assertEquals(View.GONE, again.findViewById<View>(R.id.location).visibility)
        assertEquals(View.GONE, again.findViewById<View>(R.id.background).visibility)
    }

    @Test
    fun practice_counts_as_the_core_counts_and_calls_nobody() {
        Centre.start().use { centre ->
            val screen = phone.show(SetupActivity::class.java)
            paste(screen, centre.config())
            val measured = screen.findViewById<TextView>(R.id.measured)
            val said = mutableListOf<String>()
            while ("This would have been an SOS." !in said) {
                measured.text = ""
                screen.findViewById<View>(R.id.attempt).performClick()
                phone.await("the practice's answer") { measured.text.isNotEmpty() }
                said += measured.text.toString()
            }
            assertTrue("$said", said.containsAll(listOf("Counted: 1 of 3.", "Counted: 2 of 3.")))
            // A real one, later, arrives: so the one before would have.
            phone.press(phone.show(SosActivity::class.java), 3)
            phone.await("the receipt") { "The centre has it" in phone.read() }
            assertEquals(phone.app.sdk().snapshot?.incidents?.map { it.id }, centre.incidents("emergencies"))
        }
    }

    @Test
    fun the_citizens_own_way_of_pressing_goes_into_the_configuration_and_the_agencys_can_be_had_back() {
        val screen = phone.show(SetupActivity::class.java)
        paste(screen, NOBODY)
        screen.findViewById<RadioGroup>(R.id.window).check(R.id.window_5)
        screen.findViewById<RadioGroup>(R.id.gap).check(R.id.gap_long)
        val press = JSONObject(phone.app.choices.config().orEmpty()).getJSONObject("press")
        assertEquals(5_000, press.getInt("window_ms"))
        assertEquals(200, press.getInt("debounce_ms"))
        phone.settle()
        assertTrue(phone.read(), "A configuration is in use." in phone.read())
        screen.findViewById<RadioGroup>(R.id.window).check(R.id.window_agency)
        screen.findViewById<RadioGroup>(R.id.gap).check(R.id.gap_agency)
        assertEquals(NOBODY, phone.app.choices.config())
    }

    private fun paste(screen: SetupActivity, document: String) {
        screen.findViewById<TextView>(R.id.config).text = document
        screen.findViewById<View>(R.id.use).performClick()
        phone.settle()
    }
}

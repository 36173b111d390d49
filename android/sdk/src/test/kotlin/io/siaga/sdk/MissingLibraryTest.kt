package io.siaga.sdk

import io.siaga.engine.Source
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** An app whose build left out the library for this phone. Its classes are its own: those of other tests have loaded one. */
@RunWith(RobolectricTestRunner::class)
@Config(instrumentedPackages = ["io.siaga.missing"])
class MissingLibraryTest {
    @Before
    fun leave_it_out() {
        System.setProperty(NAME, "siaga_that_is_missing")
    }

    @After
    fun bring_it_back() {
        System.clearProperty(NAME)
    }

    @Test
    fun every_call_names_the_processor_and_what_to_do_and_nothing_crashes() {
        val app = RuntimeEnvironment.getApplication()
        val sdk = SiagaSdk.start(app, Centre.nowhere())
        repeat(2) {
            val outcome = told { sdk.press(Source.SCREEN, done = it) } as Outcome.Unavailable
            assertEquals("this process has 32 bits", "armeabi-v7a", outcome.abi)
            assertTrue(outcome.why, "jni/armeabi-v7a" in outcome.why)
        }
        assertTrue(told { sdk.drill(it) } is Outcome.Unavailable)
        assertTrue(told<Outcome<Unit>> { SiagaSdk.start(app, Centre.nowhere(), done = it) } is Outcome.Unavailable)
        assertNull(sdk.snapshot)
        assertNull(told { done -> SiagaSdk.background(app, 1_000) { done(it) } })
        sdk.permissionsChanged()
        sdk.refresh()
        sdk.shutDown()
        sdk.settle()
        assertEquals(0, sdk.hostFaults)
    }

    private companion object {
        /** Where the generated code looks for another name of its library. */
        const val NAME = "uniffi.component.siaga_ffi.libraryOverride"
    }
}

package io.integrator

import io.siaga.Ports
import io.siaga.Siaga
import io.siaga.engine.IncidentState
import io.siaga.engine.PressAnswer
import io.siaga.engine.Source
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

/** On a plain JVM: no Android, no library on the machine, no setting but the two lines in the build. */
class SiagaTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun presses_make_an_sos() {
        val key = "I0oS8h8hfv0zR-_yYYluvmK87TRVprNriR9S7utDuag"
        // A window of ten seconds: a machine that is busy shall not be somebody who presses slowly.
        val config =
            """{"centre": {"id": "test", "root_key": "$key", "primary": "https://127.0.0.1:9"}, "press": {"window_ms": 10000}}"""
        Siaga.open(folder.root.path, config, Ports()).use { siaga ->
            // So many milliseconds ago: a press too soon after the last one does not count.
            val answers = listOf(400u, 200u, 0u).map { siaga.press(Source.SCREEN, it) }
            assertEquals(listOf(PressAnswer.Counted(1u, 3u), PressAnswer.Counted(2u, 3u)), answers.take(2))
            assertTrue("$answers", answers.last() is PressAnswer.Triggered)
            assertEquals(IncidentState.RECORDED, siaga.snapshot().incidents.single().state)
        }
    }
}

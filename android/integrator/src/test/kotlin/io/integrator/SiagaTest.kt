package io.integrator

import io.siaga.Ports
import io.siaga.Siaga
import io.siaga.engine.IncidentState
import io.siaga.engine.PressAnswer
import io.siaga.engine.Source
import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

/** On a plain JVM: no Android, no library on the machine, no setting but the two lines in the build. */
class SiagaTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun presses_make_an_sos() {
        val config =
            """{"centre": {"id": "test", "root_key": "I0oS8h8hfv0zR-_yYYluvmK87TRVprNriR9S7utDuag", "primary": "https://127.0.0.1:9"}}"""
        Siaga.open(folder.root.path, config, Ports()).use { siaga ->
            val answers = mutableListOf<PressAnswer>()
            // A press too soon after the last one does not count.
            while (answers.none { it is PressAnswer.Triggered }) {
                answers += siaga.press(Source.SCREEN)
            }
            assertEquals(listOf(1, 2), answers.filterIsInstance<PressAnswer.Counted>().map { it.presses.toInt() })
            assertEquals(IncidentState.RECORDED, siaga.snapshot().incidents.single().state)
        }
    }
}

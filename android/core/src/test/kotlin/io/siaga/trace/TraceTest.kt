package io.siaga.trace

import org.json.JSONObject
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.junit.runners.Parameterized
import java.io.File

/** The golden traces, conducted by `citizen replay`, with the core under the generated Kotlin. */
@RunWith(Parameterized::class)
class TraceTest(
    private val trace: String,
) {
    @get:Rule val folder = TemporaryFolder()

    @Test
    fun `the trace holds`() {
        val (code, report) = conduct(File(TRACES, trace))
        assertEquals(report, 0, code)
        assertTrue(report, "expectations hold" in report)
    }

    @Test
    fun `the trace fails when one expected value is changed`() {
        val lines = File(TRACES, trace).readLines()
        val last = lines.indexOfLast { "\"expect\"" in it }
        val changed = JSONObject(lines[last])
        changed.getJSONObject("expect").put("button", JSONObject(mapOf("presses" to 99)))
        val copy = folder.newFile("changed.jsonl")
        copy.writeText((lines.take(last) + changed.toString()).joinToString("\n"))
        val (code, report) = conduct(copy)
        assertEquals(report, 1, code)
        assertTrue(report, "button.presses" in report)
    }

    /** Runs the conductor and serves it: its exit code, and what it reports. */
    private fun conduct(trace: File): Pair<Int, String> {
        val report = folder.newFile("report")
        val conductor = ProcessBuilder(CITIZEN, "replay", trace.path, "--core", "stdio").redirectError(report).start()
        try {
            val core = ServedCore()
            val answers = conductor.outputStream.writer()
            conductor.inputStream.reader().forEachLine {
                answers.write(core.carryOut(it) + "\n")
                answers.flush()
            }
            return Pair(conductor.waitFor(), report.readText())
        } finally {
            conductor.destroy()
        }
    }

    companion object {
        private val ROOT = System.getProperty("siaga.root") ?: "../.."
        private val TRACES = File(ROOT, "tests/traces")
        private val CITIZEN = System.getProperty("siaga.citizen") ?: "$ROOT/target/debug/citizen"

        @JvmStatic
        @Parameterized.Parameters(name = "{0}")
        fun traces(): List<String> {
            val found = TRACES.list().orEmpty().filter { it.endsWith(".jsonl") }.sorted()
            check(found.isNotEmpty()) { "there is no trace in $TRACES" }
            return found
        }
    }
}

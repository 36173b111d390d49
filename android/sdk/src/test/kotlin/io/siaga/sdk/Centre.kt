package io.siaga.sdk

import java.io.File
import java.net.URI
import java.util.concurrent.TimeUnit

/** The reference centre, in a process of its own on loopback. */
class Centre private constructor(private val process: Process, private val said: Map<String, String>) : AutoCloseable {
    /** What an agency would give out for it. */
    fun config(address: String = said.getValue("phones")): String {
        val authority = File(said.getValue("authority")).readText().replace("\n", "\\n")
        val trust = """"public_roots": false, "agency_cas_pem": ["$authority"]"""
        val centre = """"id": "test", "root_key": "${said.getValue("root key")}", "primary": "$address", $trust"""
        return """{"centre": {$centre}, "press": $PATIENT}"""
    }

    /** What the dispatcher sees. */
    fun page(): String = URI(said.getValue("page")).toURL().readText()

    override fun close() {
        process.destroy()
        check(process.waitFor(1, TimeUnit.MINUTES)) { "the centre does not stop" }
    }

    companion object {
        fun start(folder: File): Centre {
            val program = File(System.getProperty("siaga.native"), "centre").path
            val anywhere = "127.0.0.1:0"
            val arguments = listOf("--data", folder.path, "--centre-id", "test", "--listen", anywhere, "--page", anywhere)
            val process = ProcessBuilder(listOf(program) + arguments + "--tls-self-signed").redirectErrorStream(true).start()
            val said = mutableMapOf<String, String>()
            val lines = process.inputStream.bufferedReader()
            // The last line that it says before it waits.
            while ("root key" !in said) {
                val line = checkNotNull(lines.readLine()) { "the centre did not start: is it built? It said $said" }
                said[line.take(KEY).trim()] = line.drop(KEY)
            }
            return Centre(process, said)
        }

        /** As wide as its longest word. */
        private const val KEY = 10

        /** As long as an agency may make it: a machine that is busy shall not be somebody who presses slowly. */
        private const val PATIENT = """{"window_ms": 10000}"""

        private const val ROOT_KEY = "I0oS8h8hfv0zR-_yYYluvmK87TRVprNriR9S7utDuag"

        /** A configuration whose centre nobody can reach. */
        fun nowhere(primary: String = "https://127.0.0.1:9") =
            """{"centre": {"id": "test", "root_key": "$ROOT_KEY", "primary": "$primary"}, "press": $PATIENT}"""
    }
}

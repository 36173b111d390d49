package io.siaga.app

import org.json.JSONArray
import org.json.JSONObject
import java.io.BufferedReader
import java.io.File
import java.net.HttpURLConnection
import java.net.URI
import java.nio.file.Files
import java.util.concurrent.TimeUnit

/** The reference centre, in a process of its own. What it has is read off the dispatcher's page. */
class Centre private constructor(
    private val process: Process,
    private val folder: File,
    private val said: Map<String, String>,
) : AutoCloseable {
    private val page = said.getValue("page")

    /** The agency's configuration for it. */
    fun config(): String {
        val centre =
            JSONObject()
                .put("id", said.getValue("centre"))
                .put("root_key", said.getValue("root key"))
                .put("primary", said.getValue("phones"))
                .put("public_roots", false)
                .put("agency_cas_pem", JSONArray().put(File(said.getValue("authority")).readText()))
        return JSONObject().put("centre", centre).put("press", JSONObject(PATIENT)).toString()
    }

    /** Every event that it has, as it came. */
    fun events(): List<JSONObject> =
        Regex("<pre[^>]*>(.*?)</pre>", RegexOption.DOT_MATCHES_ALL)
            .findAll(html())
            .map { JSONObject(unescaped(it.groupValues[1])) }
            .toList()

    /** The position that came with the SOS. */
    fun position(): JSONObject = events().first { it.getString("kind") == "sos" }.getJSONObject("body").getJSONObject("position")

    /** The ids of the incidents in one part of the page: `emergencies`, `reports` or `drills`. */
    fun incidents(section: String): List<String> {
        val part = html().substringAfter("class=\"$section\"").substringBefore("</section>")
        return Regex("<article id=\"i-([^\"]+)\"").findAll(part).map { it.groupValues[1] }.toList()
    }

    /** A dispatcher presses a button of the page. */
    fun mark(incident: String, step: String) {
        val connection = URI("$page/incidents/$incident/steps").toURL().openConnection() as HttpURLConnection
        connection.requestMethod = "POST"
        connection.doOutput = true
        connection.instanceFollowRedirects = false
        connection.outputStream.use { it.write("step=$step".toByteArray()) }
        check(connection.responseCode == HttpURLConnection.HTTP_SEE_OTHER) { "the page answered ${connection.responseCode}" }
    }

    /** Waits until the page shows something, woken by the page's own news. */
    fun await(what: String, condition: (Centre) -> Boolean) {
        val news = URI("$page/news").toURL().openConnection()
        news.readTimeout = PATIENCE_MS
        news.getInputStream().bufferedReader().use { changes ->
            while (!condition(this)) checkNotNull(changes.readLine()) { "the centre ended, and still not: $what" }
        }
    }

    /** Nobody answers meanwhile: connections are taken by the system, and nothing comes back. */
    fun <T> whileSilent(work: () -> T): T {
        signal("STOP")
        // Its threads stop one after the other. Where the system does not show them, the signal has to do.
        val threads = { File("/proc/${process.pid()}/task").listFiles().orEmpty() }
        while (!threads().all(::isStopped)) Thread.onSpinWait()
        return work().also { signal("CONT") }
    }

    /** By the letter after its name: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
    private fun isStopped(thread: File): Boolean {
        val stat = runCatching { File(thread, "stat").readText() }.getOrDefault("")
        return stat.substringAfterLast(") ").startsWith("T")
    }

    private fun signal(name: String) {
        check(
            ProcessBuilder("kill", "-$name", process.pid().toString()).start().waitFor() == 0,
        ) { "the centre could not be told $name" }
    }

    override fun close() {
        // Not the process's own `destroy`, which closes the pipe that the centre says goodbye into.
        process.toHandle().destroy()
        check(process.waitFor(PATIENCE_MS.toLong(), TimeUnit.MILLISECONDS)) { "the centre does not stop" }
        folder.deleteRecursively()
    }

    private fun html() = URI(page).toURL().readText()

    private fun unescaped(text: String) =
        Regex("&#(\\d+);")
            .replace(text) { Char(it.groupValues[1].toInt()).toString() }
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&")

    companion object {
        private const val PATIENCE_MS = 60_000

        /** A new one, on ports of its own. */
        fun start(): Centre {
            val program = File(System.getProperty("siaga.native"), "centre").path
            val folder = Files.createTempDirectory("siaga-centre").toFile()
            val arguments = listOf("--data", folder.path, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--tls-self-signed")
            val process = ProcessBuilder(listOf(program) + arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start()
            return Centre(process, folder, said(process.inputStream.bufferedReader()))
        }

        private fun said(lines: BufferedReader): Map<String, String> {
            val words = listOf("authority", "centre", "phones", "page", "root key")
            val said = mutableMapOf<String, String>()
            while ("root key" !in said) {
                val line = checkNotNull(lines.readLine()) { "the centre did not start" }
                words.firstOrNull { line.startsWith(it) }?.let { said[it] = line.removePrefix(it).trim() }
            }
            return said
        }
    }
}

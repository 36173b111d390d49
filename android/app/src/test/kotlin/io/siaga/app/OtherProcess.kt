package io.siaga.app

import java.io.File
import java.util.concurrent.TimeUnit

/** Another process with the app in it. */
class OtherProcess(files: File) : AutoCloseable {
    private val process = start(files)
    private val told = process.inputStream.bufferedReader()

    init {
        heard()
    }

    /** Tells it to do something, and gives its answer. */
    fun act(act: String): String {
        process.outputStream.write("$act\n".toByteArray())
        process.outputStream.flush()
        return heard()
    }

    private fun heard(): String {
        val before = mutableListOf<String>()
        val lines = generateSequence(told::readLine).onEach(before::add)
        val line = checkNotNull(lines.firstOrNull { Life.TOLD in it }) { before.joinToString("\n", "the other process ended:\n") }
        return line.substringAfter(Life.TOLD).trim()
    }

    /** Kills it: nothing in it gets to run any more. */
    override fun close() {
        process.destroyForcibly()
        check(process.waitFor(1, TimeUnit.MINUTES)) { "the other process does not die" }
    }

    private companion object {
        val HANDED_ON = listOf("robolectric-deps.properties", "jna.library.path", "siaga.root", "siaga.native", "siaga.out")

        fun start(files: File): Process {
            val java = File(System.getProperty("java.home"), "bin/java").path
            val classPath = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
            val properties = HANDED_ON.mapNotNull { name -> System.getProperty(name)?.let { "-D$name=$it" } }
            val command =
                listOf(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath) + properties +
                    listOf("-Dsiaga.files=${files.path}", "org.junit.runner.JUnitCore", Life::class.java.name)
            return ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        }
    }
}

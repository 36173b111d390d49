package siaga.bench

import com.sun.jna.Native
import io.siaga.Listener
import io.siaga.Ports
import io.siaga.Siaga
import io.siaga.Subscription
import io.siaga.TransportPort
import io.siaga.engine.PressAnswer
import io.siaga.engine.Source
import io.siaga.net.Transfer
import io.siaga.uniffiEnsureInitialized
import java.io.File
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.system.exitProcess

/** The core through the generated Kotlin. `bench/src/shells/caller.rs` says what it is asked and answers. Argument: the configuration's file. */
fun main(arguments: Array<String>) {
    val config = File(arguments[0]).readText()
    val phones = mutableListOf<Phone>()
    uniffiEnsureInitialized()
    say("ready")
    for (line in generateSequence(::readLine)) {
        val words = line.split(' ')
        when (words[0]) {
            "open" -> {
                val begun = System.nanoTime()
                phones += Phone(words[1], config, words[2])
                say("opened ${System.nanoTime() - begun}")
            }
            "press" -> say(phones[words[1].toInt()].press(words[2].toLong()))
            "snapshot" -> say(phones[words[1].toInt()].snapshot(words[2].toLong()))
            else -> error("the Kotlin peer does not know `$line`")
        }
    }
    // The core's threads stay attached, and a JVM waits for those.
    exitProcess(0)
}

/** One core, and who listens to it. */
private class Phone(
    folder: String,
    config: String,
    manner: String,
) {
    private val siaga: Siaga =
        Siaga.open(
            folder,
            config,
            Ports(transport = if (manner == "whole") null else Deaf, ownThread = manner != "still"),
        )
    private val listener = if (manner == "told") Told() else null

    @Suppress("unused") // The listener is called as long as this is kept.
    private val subscription: Subscription? = listener?.let(siaga::subscribe)

    fun press(pauseUs: Long): String {
        pause(pauseUs)
        listener?.moments?.clear()
        val begun = System.nanoTime()
        val answer = siaga.press(Source.SCREEN)
        val took = System.nanoTime() - begun
        val word =
            when (answer) {
                is PressAnswer.Counted -> "counted"
                is PressAnswer.TooSoon -> "too-soon"
                is PressAnswer.Triggered, is PressAnswer.Escalated, is PressAnswer.SourceOff -> "other"
            }
        if (listener == null) {
            siaga.wake()
            return "$word $took"
        }
        val told = checkNotNull(listener.moments.poll(LONGEST_S, TimeUnit.SECONDS)) { "no listener was called" }
        return "$word $took ${told - begun}"
    }

    fun snapshot(pauseUs: Long): String {
        pause(pauseUs)
        val begun = System.nanoTime()
        val snapshot = siaga.snapshot()
        val took = System.nanoTime() - begun
        return "${snapshot.incidents.size} ${snapshot.incidents.sumOf { it.timeline.size }} $took"
    }
}

/** When it was called. */
private class Told : Listener {
    val moments = LinkedBlockingQueue<Long>()

    override fun changed(revision: ULong) {
        moments += System.nanoTime()
        // As the SDK does.
        Native.detach(false)
    }
}

/** A network in which nothing ever ends. */
private object Deaf : TransportPort {
    override fun begin(transfer: Transfer) = Unit

    override fun networkChanged() = Unit
}

/** Nobody waits longer than this for a listener. */
private const val LONGEST_S = 10L
private const val US_A_MS = 1_000L

private fun pause(us: Long) = Thread.sleep(us / US_A_MS, (us % US_A_MS * US_A_MS).toInt())

private fun say(line: String) {
    println(line)
    System.out.flush()
}

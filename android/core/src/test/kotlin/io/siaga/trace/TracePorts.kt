package io.siaga.trace

import io.siaga.ClockPort
import io.siaga.ContentPort
import io.siaga.EntropyPort
import io.siaga.TransportPort
import io.siaga.engine.Reading
import io.siaga.net.Transfer
import java.io.InputStream
import java.nio.ByteBuffer
import java.nio.ByteOrder

/** Says what it was told last. */
class ToldClock : ClockPort {
    var reading = Reading("", 0uL, 0)

    override fun now() = reading
}

/** The same numbers as in `examples/citizen/src/replay/ports.rs`: ids are the same in each language. */
class CountedEntropy : EntropyPort {
    private var drawn = 0uL

    override fun draw(): ByteArray {
        val bytes = ByteBuffer.allocate(DRAW_BYTES).order(ByteOrder.LITTLE_ENDIAN)
        while (bytes.hasRemaining()) {
            bytes.putLong(splitMix(drawn++).toLong())
        }
        return bytes.array()
    }

    private fun splitMix(index: ULong): ULong {
        val first = (index + 1uL) * 0x9E3779B97F4A7C15uL
        val second = (first xor (first shr 30)) * 0xBF58476D1CE4E5B9uL
        val third = (second xor (second shr 27)) * 0x94D049BB133111EBuL
        return third xor (third shr 31)
    }

    private companion object {
        const val DRAW_BYTES = 32
    }
}

/** A file as another app gives it. */
class StreamedContent(private val stream: InputStream) : ContentPort {
    override fun read(most: UInt): ByteArray = ByteArray(most.toInt()).let { it.copyOf(maxOf(stream.read(it), 0)) }
}

/** Notes what leaves, until it is asked for. */
class Departures : TransportPort {
    private var renewed = false
    private val begun = mutableListOf<Transfer>()

    override fun begin(transfer: Transfer) {
        begun += transfer
    }

    override fun networkChanged() {
        renewed = true
    }

    /** Whether connections were renewed, and what left after that. */
    fun take(): Pair<Boolean, List<Transfer>> =
        Pair(renewed, begun.toList()).also {
            renewed = false
            begun.clear()
        }
}

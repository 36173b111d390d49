package io.siaga.sdk

import android.os.Build
import android.os.Process
import io.siaga.engine.PressAnswer
import io.siaga.runtime.SiagaException

/** How a call ended. No call throws: an SOS button has nowhere to catch it. */
public sealed class Outcome<out T> {
    /** It was done; [value] is what the core answered. */
    public data class Done<out T>(public val value: T) : Outcome<T>()

    /** The core declined, or could not; [why] says what to do. */
    public data class Declined(public val why: SiagaException) : Outcome<Nothing>()

    /** The app brings no core for [abi], this phone's processor. [why] is for who builds it; offer another way to call help. */
    public data class Unavailable(public val abi: String, public val why: String) : Outcome<Nothing>()
}

/** What became of a press. */
public typealias PressOutcome = Outcome<PressAnswer>

/** Ends what [SiagaSdk.observe] began; again does nothing. */
public typealias Observation = AutoCloseable

/** What a failure is to a caller. Whatever a platform threw is named by its class alone (INV-12). */
internal fun outcomeOf(failure: Throwable): Outcome<Nothing> =
    when (failure) {
        is SiagaException -> Outcome.Declined(failure)
        is LinkageError -> libraryMissing()
        else -> Outcome.Declined(SiagaException.Bug("the call could not be made (${failure.javaClass.simpleName})"))
    }

private fun libraryMissing(): Outcome.Unavailable {
    val abis = if (Process.is64Bit()) Build.SUPPORTED_64_BIT_ABIS else Build.SUPPORTED_32_BIT_ABIS
    val abi = abis.firstOrNull() ?: "this processor"
    val why = "the app has no library of Siaga for $abi: keep jni/$abi of siaga-core in it, and leave no ABI out of its build"
    return Outcome.Unavailable(abi, why)
}

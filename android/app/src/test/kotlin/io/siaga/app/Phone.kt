package io.siaga.app

import android.Manifest
import android.app.Activity
import android.content.Intent
import android.location.Location
import android.location.LocationManager
import android.os.Bundle
import android.os.Looper
import android.os.SystemClock
import android.view.MotionEvent
import android.view.View
import android.view.View.MeasureSpec
import android.view.ViewGroup
import android.widget.TextView
import io.siaga.engine.IncidentId
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController
import org.robolectric.shadows.ShadowPausedLooper
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

/** A phone in somebody's hand: fingers go in, and what is on the screen comes out. */
internal class Phone(config: String?) : AutoCloseable {
    val app: PhoneApp = RuntimeEnvironment.getApplication() as PhoneApp
    private val main = shadowOf(Looper.getMainLooper()) as ShadowPausedLooper
    private val screens = mutableListOf<ActivityController<out Activity>>()

    init {
        app.choices.agency = config
        app.start()
    }

    /** The newest incident, which a screen is opened for where a test names no other. */
    val newest: IncidentId? get() = app.sdk().snapshot?.incidents?.lastOrNull()?.id

    /** Brings a screen to the front. */
    fun <T : Activity> show(screen: Class<T>, incident: IncidentId? = newest): T =
        show(screen, Intent(app, screen).putExtra(Screen.INCIDENT, incident))

    /** Brings the screen to the front that another one has opened. */
    fun <T : Activity> follow(from: Activity, screen: Class<T>): T {
        val intent = checkNotNull(shadowOf(from).nextStartedActivity) { "nothing was opened: ${read()}" }
        check(intent.component?.className == screen.name) { "$intent" }
        return show(screen, intent)
    }

    private fun <T : Activity> show(screen: Class<T>, intent: Intent): T {
        val controller = Robolectric.buildActivity(screen, intent)
        screens.add(controller)
        return controller.setup().get().also { settle() }
    }

    /** The citizen goes elsewhere; what is behind the screen is not told that it ends. */
    fun leave(screen: Activity) {
        screens.first { it.get() === screen }.pause().stop()
        settle()
    }

    /** The phone has ended the process, and the citizen opens the app again. */
    fun startAnew() {
        screens.asReversed().forEach { it.destroy() }
        screens.clear()
        app.sdk().shutDown()
        app.start()
        settle()
    }

    /** Time goes by for what is done after a while. */
    fun elapse(ms: Long) {
        main.idleFor(ms, TimeUnit.MILLISECONDS)
        settle()
    }

    /** The phone learns where it is. */
    fun locate(lat: Double, lon: Double) {
        shadowOf(app).grantPermissions(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
        val manager = app.getSystemService(LocationManager::class.java)
        shadowOf(manager).setProviderEnabled(LocationManager.GPS_PROVIDER, true)
        val fix =
            Location(LocationManager.GPS_PROVIDER).apply {
                latitude = lat
                longitude = lon
                accuracy = 12f
                time = System.currentTimeMillis()
                elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos()
            }
        shadowOf(manager).simulateLocation(fix)
    }

    /** What a screen leaves behind for the process after this one. */
    fun save(screen: Activity, into: Bundle) {
        screens.first { it.get() === screen }.saveInstanceState(into)
    }

    /** Presses the button, the last time now: a test is faster than a finger, and a busy machine is slower. */
    fun press(screen: Activity, times: Int) {
        val button = screen.findViewById<View>(R.id.sos)
        for (later in times - 1 downTo 0) touch(button, later * APART_MS)
        settle()
    }

    /** A finger goes down on a view, at its middle, and up again; it did so a while ago, and is heard now. */
    fun touch(view: View, agoMs: Long = 0) {
        finger(view, MotionEvent.ACTION_DOWN, agoMs)
        finger(view, MotionEvent.ACTION_UP, agoMs)
    }

    /** One half of a touch. The looper is not run: nothing but the touch itself has happened after it. */
    fun finger(view: View, action: Int, agoMs: Long = 0) {
        val touchedMs = SystemClock.uptimeMillis() - agoMs
        val event = MotionEvent.obtain(touchedMs, touchedMs, action, view.width / 2f, view.height / 2f, 0)
        view.dispatchTouchEvent(event)
        event.recycle()
    }

    /** Waits until the screen shows something, woken by whatever the main thread is given to do. */
    fun await(what: String, condition: () -> Boolean) {
        val until = System.nanoTime() + PATIENCE_NS
        while (!condition()) {
            check(System.nanoTime() < until) { "still not: $what. The screen: ${read()}" }
            main.poll(TimeUnit.SECONDS.toMillis(1))
            main.idle()
        }
    }

    /** Waits for all calls so far, and lets the main thread do what is due. */
    fun settle() {
        var settled = false
        app.sdk().refresh()
        app.sdk().readiness { settled = true }
        await("the calls so far") { settled }
        main.idle()
    }

    /** Does something while the SDK stands still, and has nothing left to tell: a screen shows what it is given. */
    fun <T> atRest(work: () -> T): T {
        val (stands, goesOn) = CountDownLatch(1) to CountDownLatch(1)
        app.sdk().call<Unit> {
            stands.countDown()
            goesOn.await()
        }
        await("the SDK to stand still") { stands.count == 0L }
        main.idle()
        return try {
            work()
        } finally {
            goesOn.countDown()
        }
    }

    /** All words on the newest screen, top to bottom. */
    fun read(): String = texts(screens.last().get().window.decorView).joinToString(" | ")

    private fun texts(view: View): List<String> =
        when {
            view.visibility != View.VISIBLE -> emptyList()
            view is TextView -> listOf(view.text.toString())
            view is ViewGroup -> (0 until view.childCount).flatMap { texts(view.getChildAt(it)) }
            else -> emptyList()
        }

    override fun close() {
        screens.asReversed().forEach { it.pause().stop().destroy() }
        val sdk = app.sdk()
        var closed = false
        sdk.shutDown()
        sdk.call<Unit>({ closed = true }) { }
        await("the end") { closed }
    }

    /** Measures and places a screen again, as the next frame would. */
    fun layOut(screen: Activity) {
        main.idle()
        val root = screen.window.decorView
        root.measure(
            MeasureSpec.makeMeasureSpec(root.width, MeasureSpec.EXACTLY),
            MeasureSpec.makeMeasureSpec(root.height, MeasureSpec.EXACTLY),
        )
        root.layout(0, 0, root.measuredWidth, root.measuredHeight)
    }

    private companion object {
        /** Far beyond what anything here takes: a test that waits for it has failed. */
        val PATIENCE_NS = TimeUnit.MINUTES.toNanos(2)

        /** Further than contacts bounce. */
        const val APART_MS = 200L
    }
}

/** Ten seconds for the presses: a machine that is busy shall not be somebody who presses slowly. */
const val PATIENT = """{"window_ms":10000}"""

/** A configuration under which nobody answers. */
const val NOBODY =
    """{"centre":{"id":"nobody","root_key":"7AISMvnOi8Li1sdW7qmzequpqS6FOKFhvsyae3s1Xnw","primary":"https://localhost:1"},""" +
        """"press":$PATIENT}"""

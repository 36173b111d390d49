package io.siaga.trace

import io.siaga.Ports
import io.siaga.Siaga
import io.siaga.engine.CancelAuth
import io.siaga.engine.Failure
import io.siaga.engine.FixReading
import io.siaga.engine.FixSource
import io.siaga.engine.LocationReport
import io.siaga.engine.NoFix
import io.siaga.engine.Place
import io.siaga.engine.Radius
import io.siaga.engine.Reading
import io.siaga.engine.Report
import io.siaga.engine.Source
import io.siaga.engine.Subject
import io.siaga.net.Header
import io.siaga.net.RawReply
import io.siaga.net.Transfer
import io.siaga.runtime.SiagaException
import org.json.JSONObject
import java.io.File
import java.util.Base64

/** The core behind `citizen replay --core stdio`, whose `--help` lists the commands: each is one call of the bindings. */
class ServedCore {
    private val clock = ToldClock()
    private val entropy = CountedEntropy()
    private val departures = Departures()
    private var siaga: Siaga? = null

    /** Kept for ever: what nobody holds any more is closed, and a process that was killed closes nothing. */
    private val abandoned = mutableListOf<Siaga>()

    /** Carries out one command, and tells what came of it. */
    fun carryOut(line: String): String {
        val command = JSONObject(line)
        val now = command.getJSONObject("now")
        clock.reading = Reading(now.getString("boot"), now.getLong("since_boot_ms").toULong(), now.getLong("wall_ms"))
        val told = JSONObject()
        try {
            told.put("answer", written(ask(command)))
        } catch (refused: SiagaException) {
            told.put("error", written(mapOf("kind" to snake(refused.javaClass.simpleName), "message" to refused.message)))
        }
        val (renewed, begun) = departures.take()
        told.put("next_wake", written(siaga?.nextWake())).put("renewed", renewed).put("begun", written(begun))
        return told.toString()
    }

    /** What a citizen does, and what positioning says. */
    private fun ask(command: JSONObject): Any? =
        when (val what = command.getString("do")) {
            "open" -> open(command)
            "press" -> core().press(Source.valueOf(command.constant("source")), command.getLong("ago_ms").toUInt())
            "drill" -> mapOf("incident" to core().drill())
            "cancel" -> mapOf("incident" to core().cancel(auth(command)))
            "report" -> mapOf("incident" to core().submit(report(command)))
            "attach" -> mapOf("file" to attach(command))
            "any_network" -> core().allowAnyNetwork(command.getString("file"))
            "fix" -> core().location(LocationReport.Fix(fix(command)))
            "no_fix" -> core().location(LocationReport.Unable(NoFix.valueOf(command.constant("reason"))))
            "snapshot" -> core().snapshot()
            else -> write(what, command)
        }

    /** What a citizen writes. */
    private fun write(what: String, command: JSONObject): Any? =
        when (what) {
            "draft" -> mapOf("incident" to core().draft(report(command)))
            "drafted" -> core().drafted(command.getString("incident"))
            "edit" -> core().edit(command.getString("incident"), report(command))
            "submit" -> mapOf("incident" to core().submitDraft(command.getString("incident")))
            "discard" -> core().discard(command.getString("incident"))
            "note" -> core().addNote(command.getString("incident"), command.getString("text"))
            else -> happen(what, command)
        }

    /** What happens around the process, and to it. */
    private fun happen(what: String, command: JSONObject): Any? =
        when (what) {
            "network_changed" -> core().networkChanged()
            "network_metered" -> core().networkMetered(command.getBoolean("metered"))
            "identity_changed" -> core().identityChanged()
            "push" -> core().pushReceived()
            "wake" -> core().wake()
            "suspend" -> suspendCore()
            "resume" -> core().resume()
            "replied" -> core().transferReplied(command.getString("id"), reply(command))
            "failed" -> core().transferFailed(command.getString("id"), Failure.valueOf(command.constant("failure")))
            "close" -> leave().use(Siaga::shutDown)
            "abandon" -> abandoned += leave()
            else -> error("no command: $what")
        }

    private fun open(command: JSONObject) {
        val ports = Ports(clock = clock, entropy = entropy, transport = departures, ownThread = false)
        siaga = Siaga.open(command.getString("folder"), command.getString("config"), ports)
    }

    private fun attach(command: JSONObject): String {
        val (incident, path) = Pair(command.getString("incident"), command.getString("path"))
        if (!command.getBoolean("content")) return core().attachFile(incident, path)
        return File(path).inputStream().use { core().attachContent(incident, command.getString("name"), StreamedContent(it)) }
    }

    private fun suspendCore(): List<Transfer> {
        val taken = core().takeTransfers()
        core().prepareSuspend()
        return taken
    }

    /** The process ends: from now on there is no core. */
    private fun leave(): Siaga {
        val left = core()
        siaga = null
        return left
    }

    private fun core() = siaga ?: throw SiagaException.Closed()
}

/** How the generated code spells a word. */
private fun JSONObject.constant(name: String) = getString(name).uppercase()

private fun JSONObject.double(name: String) = if (isNull(name)) null else getDouble(name)

private fun auth(command: JSONObject) =
    if (command.isNull("code")) CancelAuth.None else CancelAuth.Code(command.getString("code"))

private fun report(command: JSONObject) =
    Report(
        command.getString("category"),
        command.getString("text"),
        command.optJSONObject("place")?.let { Place(it.getDouble("lat"), it.getDouble("lon"), it.radius(), it.words()) },
        if (command.has("subject")) Subject.valueOf(command.constant("subject")) else null,
        command.optJSONArray("agencies")?.let { names -> (0 until names.length()).map(names::getString) } ?: emptyList(),
    )

private fun JSONObject.radius() = if (has("radius_m")) getInt("radius_m").toUInt() else null

private fun JSONObject.words() = if (has("words")) getString("words") else null

private fun fix(command: JSONObject) =
    FixReading(
        lat = command.getDouble("lat"),
        lon = command.getDouble("lon"),
        radius = command.optJSONObject("radius")?.let { Radius(it.getDouble("m"), it.getDouble("confidence")) },
        altitudeM = command.double("altitude_m"),
        speedMps = command.double("speed_mps"),
        bearingDeg = command.double("bearing_deg"),
        source = FixSource.valueOf(command.constant("source")),
        mock = command.getBoolean("mock"),
        ageMs = command.getLong("age_ms").toULong(),
        statedWallMs = if (command.isNull("stated_wall_ms")) null else command.getLong("stated_wall_ms"),
    )

private fun reply(command: JSONObject): RawReply {
    val pairs = command.getJSONArray("headers")
    val headers = (0 until pairs.length()).map(pairs::getJSONArray).map { Header(it.getString(0), it.getString(1)) }
    val body = Base64.getDecoder().decode(command.getString("body"))
    return RawReply(command.getInt("status").toUShort(), headers, body)
}

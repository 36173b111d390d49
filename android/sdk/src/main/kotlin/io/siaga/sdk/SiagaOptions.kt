package io.siaga.sdk

import io.siaga.CredentialsPort
import io.siaga.TransportPort
import io.siaga.runtime.Note

/** What a host app may add. Everything can be left out. */
public data class SiagaOptions(
    /** The channel, the icon and the words of the notification; without them there is none, and no foreground service. */
    public val notification: SosNotification? = null,
    /** How a press is felt. */
    public val haptics: Haptics = Haptics.NORMAL,
    /** Headers that identify the citizen to the centre. Asked on a thread that may block for 2 s; an SOS goes without. */
    public val credentials: CredentialsPort? = null,
    /** The host's own HTTP stack; without it the core's. Called on a thread of its own. */
    public val transport: TransportPort? = null,
    /** Told on the main thread what happens inside. Nothing in a note identifies a person or a place. */
    public val noted: (Note) -> Unit = {},
    /** Told on the main thread when permissions and settings are not what they were when last looked at (F47). */
    public val readinessChanged: (Readiness) -> Unit = {},
    /** The first of four ids that our jobs bear among those of the host. */
    public val firstJobId: Int = 0x51A6A0,
)

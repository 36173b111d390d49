package io.siaga.app

import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import java.io.File

/** Two builds of the same sources, and what the app asks a phone for. */
class BuildTest {
    private val android = File(System.getProperty("siaga.root"), "android")

    @Test
    fun `Maven and Gradle use the same versions`() {
        val list = Regex(
            "(?m)^(\\w+) = \"([^\"]+)\"$",
        ).findAll(
            File(android, "gradle/libs.versions.toml").readText().substringAfter("[versions]").substringBefore("[libraries]"),
        )
        val gradle = list.associate { it.groupValues[1] to it.groupValues[2] } - "agp"
        val maven = Regex("<version\\.(\\w+)>([^<]+)</").findAll(File(android, "pom.xml").readText()).associate {
            it.groupValues[1] to
                it.groupValues[2]
        }
        assertTrue(gradle.isNotEmpty())
        assertEquals(gradle, maven)
    }

    @Test
    fun `Maven and Gradle know the same modules and the same version of ours`() {
        val maven = Regex(
            "<module>([^<]+)</module>",
        ).findAll(File(android, "pom.xml").readText()).map { it.groupValues[1] }.toSet()
        val gradle = Regex(
            "\":(\\w+)\"",
        ).findAll(File(android, "settings.gradle.kts").readText()).map { it.groupValues[1] }.toSet()
        assertEquals(maven, gradle)
        val ours = Regex("version = \"([^\"]+)\"").find(File(android, "build.gradle.kts").readText())?.groupValues?.get(1)
        assertEquals(Regex("<version>([^<]+)</version>").find(File(android, "pom.xml").readText())?.groupValues?.get(1), ours)
    }

    @Test
    fun `the merged manifest asks for what it uses, and for nothing else`() {
        val manifest = File(System.getProperty("siaga.out"), "siaga-app/AndroidManifest.xml").readText()
        val permissions = Regex("<uses-permission android:name=\"android.permission.(\\w+)\"")
            .findAll(manifest)
            .map {
                it.groupValues[1]
            }.toSet()
        val expected =
            setOf(
                "INTERNET",
                "ACCESS_NETWORK_STATE",
                "ACCESS_COARSE_LOCATION",
                "ACCESS_FINE_LOCATION",
                "POST_NOTIFICATIONS",
                "FOREGROUND_SERVICE",
                "FOREGROUND_SERVICE_LOCATION",
                "FOREGROUND_SERVICE_DATA_SYNC",
                "RUN_USER_INITIATED_JOBS",
                "WAKE_LOCK",
                "RECEIVE_BOOT_COMPLETED",
            )
        assertEquals(expected, permissions)
    }
}
